/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the buffers of IOCTL, QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO and SET_INFO hold: the
 * structures of dissect/fscc/, shown as the block's nested fields. Each function reads
 * facts->payload, of which `length` bytes are declared, into the block. Private to dissect/smb2.
 */
#pragma once

#include "dissect/smb2/commands.h"

/* 2.2.31, 2.2.32: the input of a request, or the output of a response. */
void smb2_read_fsctl(Smb2Block *b, uint32_t ctl_code);
/* 2.2.37: whether a query of that type and class has an input buffer, and that. */
bool smb2_query_has_input(uint8_t info_type, uint8_t info_class);
void smb2_read_query_input(Smb2Block *b);
/* 2.2.39 */
void smb2_read_set_info(Smb2Block *b);
