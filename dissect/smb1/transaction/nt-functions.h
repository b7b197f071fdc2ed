/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What NT_TRANSACT is for ([MS-CIFS] 2.2.7, [MS-SMB] 2.2.7), by its function: creates with security
 * descriptors or attributes, IOCTLs, change notifications, security, quotas. Each has a row in
 * nt-functions.c. Stateless; bodies are in the storage of the Smb1Nested that is being filled.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one direction by t->function; no layout for an unknown function. */
void smb1_nt_transact_parse(const Smb1Transaction *t, Smb1Nested *nested);

/*
 * nt-transact.c: reads parameters that no single message had all of. False if the request's first
 * message had them all.
 */
bool smb1_nt_late_parameters(const Smb1Transaction *t, Smb1Nested *nested);

/* nt-quota.c: query, response to it, and set ([MS-SMB] 2.2.7.5, 2.2.7.6). */
void smb1_read_quota_query(const Smb1Transaction *t, Smb1Nested *nested);
void smb1_read_quota_answer(const Smb1Transaction *t, Smb1Nested *nested);
void smb1_read_quota_set(const Smb1Transaction *t, Smb1Nested *nested);
