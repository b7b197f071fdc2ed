/* SPDX-License-Identifier: BSD-3-Clause */
/* --as FORM: in whose terms the timeline is told; and --to, the folder of Zeek's logs. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/words/help.h"
#include "output/base/sink.h"
#include "output/views/lost.h"

typedef enum {
	CLI_FORM_NONE,
	CLI_FORM_EVE, /* as --json, in Suricata's terms where it has the same key */
	CLI_FORM_ZEEK,
	CLI_FORM_ZEEK_TSV,
	CLI_FORM_ECS,
	CLI_FORM_OCSF,
} CliForm;

typedef struct {
	char *text; /* as given; NULL: not */
	CliForm form;
	bool eve;     /* EVE, which is printed by who prints --json */
	char *folder; /* --to, of ZEEK_TSV; owned, NULL: not given */
} CliFormOptions;

/* Adds it to the options of the program; `self` outlives the parsing. */
void cli_form_options_add(CliHelp *help, GOptionContext *context, CliFormOptions *self);
/* Reads the value. False with error set. */
bool cli_form_options_check(CliFormOptions *self, GError **error);
void cli_form_options_clear(CliFormOptions *self);

/* The sink of a form other than NONE and EVE. */
OutSink *cli_form_sink(CliForm form, OutWriter *writer, const OutOptions *options);
/* What tells in such an output what it lost; NULL: of the others, which have their own way. */
OutLostFn cli_form_lost(CliForm form);
