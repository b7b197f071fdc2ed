/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of extract alone. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/extract/store.h"
#include "cli/sensor/sandbox.h"
#include "cli/words/help.h"

typedef struct {
	char *to;       /* the folder; NULL: --hash-only */
	char **hashes;  /* names as given */
	unsigned kinds; /* CLI_DIGEST_* of them */
	char *file_text, *total_text, *files_text;
	size_t max_file, max_total; /* bytes; SIZE_MAX: any number */
	uint64_t max_files;         /* that are made */
	gboolean hash_only, pipes;
	CliStore *store; /* from when outputs are opened on; owned, NULL: none */
	int manifest;    /* likewise; -1 */
} CliExtractOptions;

void cli_extract_options_add(CliHelp *help, GOptionContext *context, CliExtractOptions *options);
/* Looks at the values of extract. False with error set if one is wrong, or --to is missing. */
bool cli_extract_options_check(CliExtractOptions *options, GError **error);
/* Whether any of them is given. */
bool cli_extract_options_given(const CliExtractOptions *options);
/* Makes the folder and its manifest. False with error set. */
bool cli_extract_options_open(CliExtractOptions *options, GError **error);
/* What it does once the sandbox is closed. */
void cli_extract_options_needs(const CliExtractOptions *options, CliSandboxNeeds *needs);
void cli_extract_options_clear(CliExtractOptions *options);
