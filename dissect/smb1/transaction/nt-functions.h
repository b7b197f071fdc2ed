/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* nt-transact.c: false where the request's first message had all parameters. */
bool smb1_nt_late_parameters(const Smb1Transaction *t, Smb1More *more);

/* nt-quota.c: [MS-SMB] 2.2.7.5, 2.2.7.6. */
void smb1_read_quota_query(const Smb1Transaction *t, Smb1More *more);
void smb1_read_quota_answer(const Smb1Transaction *t, Smb1More *more);
void smb1_read_quota_set(const Smb1Transaction *t, Smb1More *more);
