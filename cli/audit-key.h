/* SPDX-License-Identifier: BSD-3-Clause */
/* By what the audit chooses what it leaves out where there is more than fits. */
#pragma once

#include "audit/audit.h"

/*
 * Out of the contents of a file (--key), or NULL: out of what this machine is called by (its
 * machine-id, or what it was given when it was started), so that audits made on it add up. False,
 * with error set, where the file cannot be read or is empty.
 */
bool cli_audit_key(const char *path, AuditKey *ret_key, GError **error);
