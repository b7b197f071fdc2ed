/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which fingerprints the ends of connections have (SmbConnectionInfo.prints): what is counted in a
 * pair is one key for an end, the hashes of all its fingerprints, so that a report can judge each
 * connection as a whole. A hash is the first 16 hexadecimal digits of the text's SHA-256, as the
 * timeline has it. Which software makes such messages is found out when a report is printed
 * (output/audit/software.h): the audit knows of no names.
 *
 * Clients come again and again, so the last few sets of texts are kept with their key.
 */
#pragma once

#include "audit/judge.h"

enum { AUDIT_PRINT_HASH = 16 }; /* digits */

/* At the end of a connection. */
void audit_prints_count(Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info);
void audit_prints_free(Audit *audit);
