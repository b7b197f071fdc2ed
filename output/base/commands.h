/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "dissect/event.h"

/*
 * A command as EVE spells it, without "SMB1_COMMAND_" or "SMB2_COMMAND_" before it:
 * "TREE_CONNECT_ANDX". NULL for an unassigned code.
 */
const char *out_command_eve_name(uint8_t version, uint16_t command);

/* Whether it asks the server to copy from one file to another ([MS-SMB2] 2.2.31.1). */
bool out_is_copy(const SmbExchange *x);
