/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The key of the audit's ranks, which choose what is left out if there is more than fits
 * (audit/audit.h): senders of packets must not know it, and audits that are to be added up need the
 * same one.
 */
#pragma once

#include "audit/audit.h"

/*
 * From the contents of a file (--key), or NULL: from the identity of this machine (its machine-id,
 * or its boot id), so that audits made on it add up. False, with error set, where the file cannot
 * be read or is empty.
 */
bool cli_audit_key(const char *path, AuditKey *ret_key, GError **error);
