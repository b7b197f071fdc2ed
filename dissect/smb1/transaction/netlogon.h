/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of the net logon service on its mailslots: who is looking for a domain controller, and
 * which one responds. Stateless; texts point into the message.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one message from `r`; an unknown opcode shows only itself. */
void smb1_netlogon_read(SmbReader *r, Smb1Nested *nested);

/* "LOGON_SAM_LOGON_REQUEST": [MS-ADTS] 6.3.1.3, and the older opcodes; NULL if unknown. */
const char *smb1_netlogon_name(uint32_t opcode);
