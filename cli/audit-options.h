/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that only the verb audit has. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "audit/report.h"
#include "cli/words/help.h"

/* What GOption fills. */
typedef struct {
	gboolean merge, diff, rules, csv;
	char *fail_on;   /* --fail-on; NULL: never */
	char **ignore;   /* --ignore, RULE[=CLIENT[,SERVER]] */
	char *baseline;  /* file of accepted findings */
	int baseline_fd; /* it, once it was opened; -1: not yet, or standard input */
	char *every_text;
	unsigned every; /* --every, seconds; 0: never */
	char *key;      /* file of a secret; NULL: the machine's */
} CliAuditOptions;

void cli_audit_options_add(CliHelp *help, GOptionContext *context, CliAuditOptions *options);
/* False, with error set, where a value is wrong. What goes together: conflicts.h. */
bool cli_audit_options_check(CliAuditOptions *options, GError **error);
/* Opens the baseline. */
bool cli_audit_options_load(CliAuditOptions *options, GError **error);
/*
 * Findings that --ignore and --baseline accept. NULL with error set if the file cannot be read, has
 * an invalid line, or is too large for its share of the memory.
 */
AuditExceptions *cli_audit_exceptions(const CliAuditOptions *options, size_t memory,
				      GError **error);
void cli_audit_options_clear(CliAuditOptions *options);
