/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The key of the ranks of audits, figures and names, which choose what is left out if there is more
 * than fits (audit/audit.h, stats/stats.h): senders of packets must not know it, and what is to be added up
 * needs the same one.
 */
#pragma once

#include "audit/audit.h"

/*
 * From the contents of a file (--key), or NULL: from the identity of this machine (its machine-id,
 * or its boot id), so that what is made on it adds up. False, with error set, where the file cannot
 * be read or is empty.
 */
bool cli_audit_key(const char *path, AuditKey *ret_key, GError **error);
