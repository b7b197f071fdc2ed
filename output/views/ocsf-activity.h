/* SPDX-License-Identifier: BSD-3-Clause */
/* What SMB Activity of OCSF says of an exchange alone. Private to output/views. */
#pragma once

#include "output/views/view.h"

/* Of any class: an activity that the schema has no number for. */
enum { OCSF_OTHER = 99 };

/* activity_id of SMB Activity. */
unsigned ocsf_activity(const SmbExchange *x);
/* The attributes of SMB Activity that tell what was done: command, share, file, answer, DCE/RPC. */
void ocsf_activity_put(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x);
