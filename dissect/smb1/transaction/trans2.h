/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What TRANSACTION2 is for ([MS-CIFS] 2.2.6), by its subcommand: files opened, directories
 * searched, information levels asked for and set, DFS referrals. Each has a row in trans2.c.
 * Stateless.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one direction by t->function; no layout for an unknown subcommand. */
void smb1_trans2_parse(const Smb1Transaction *t, Smb1Nested *nested);
