/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tables of test-parts.c: a case for each part of the protocol that no capture of the
 * repository has, found by its section. tests/coverage holds them to coverage.tsv.
 *
 *     parts-commands.c      messages                              [MS-CIFS] 2.2.4
 *     parts-pipes.c         functions of named pipes              [MS-CIFS] 2.2.5
 *     parts-trans2.c        TRANS2 subcommands, their levels      [MS-CIFS] 2.2.6, 2.2.8
 *     parts-nt-transact.c   NT_TRANSACT functions                 [MS-CIFS] 2.2.7
 *
 * Those that [MS-SMB] adds are in the same tables. The tables are constant; a count goes with each.
 */
#pragma once

#include <stddef.h>

#include "tests/lib/smb1-case.h"
#include "tests/lib/subcommand-case.h"

extern const Case parts_commands[];
extern const size_t parts_commands_count;

extern const SubCase parts_pipes[];
extern const size_t parts_pipes_count;

extern const SubCase parts_trans2[];
extern const size_t parts_trans2_count;

extern const SubCase parts_nt_transact[];
extern const size_t parts_nt_transact_count;
