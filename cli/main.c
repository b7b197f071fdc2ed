/* SPDX-License-Identifier: BSD-3-Clause */
/* The program: reads the command line, opens output and inputs, and starts the verb. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/audit.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/live.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/privileges.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "cli/timeline.h"

#ifndef SMBTRAIL_VERSION
#define SMBTRAIL_VERSION "unknown"
#endif

static bool
open_inputs(CliOptions *options, CapSource **ret_live, GError **error)
{
	if (!cli_audit_options_load(&options->audit, error))
		return false;
	if (options->interface) {
		*ret_live = cli_live_open(options, error);
		return *ret_live != NULL;
	}
	cli_inputs_open(options);
	return cli_privileges_drop(NULL, error);
}

/* Outputs are opened before the inputs, and those before privileges are dropped. */
static CliExit
open_and_report(CliOptions *options, volatile bool *stop)
{
	g_autoptr(GError) error = NULL;
	CapSource *live = NULL;
	CliExit code;
	int fd = cli_output_open(options, &error);

	if (fd < 0) {
		cli_complain("%s", error->message);
		return CLI_EXIT_OUTPUT;
	}
	if (!open_inputs(options, &live, &error)) {
		cli_complain("%s", error->message);
		cli_output_close(fd);
		return CLI_EXIT_USAGE;
	}
	code = options->verb == CLI_VERB_AUDIT ? cli_audit(options, live, stop, fd)
					       : cli_timeline(options, live, stop, fd);
	cap_source_free(live);
	if (!cli_output_close(fd) && code != CLI_EXIT_OUTPUT)
		code = cli_run_output_failed(options, errno);
	return code;
}

/* For help, version and interfaces. */
static CliExit
print(const CliOptions *options, const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		return cli_run_output_failed(options, errno);
	return CLI_EXIT_WHOLE;
}

static CliExit
list_interfaces(const CliOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = cap_source_list(&error);
	g_autofree char *text = NULL;
	g_autofree char *joined = NULL;

	if (!lines) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	joined = g_strjoinv("\n", lines);
	text = g_strconcat(joined, *joined ? "\n" : "", NULL);
	return print(options, text);
}

static CliExit
act(CliOptions *options)
{
	if (options->help)
		return print(options, options->help_text);
	if (options->version)
		return print(options, "smbtrail " SMBTRAIL_VERSION "\n");
	if (options->list_interfaces)
		return list_interfaces(options);
	return open_and_report(options, cli_signals_install());
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	CliOptions options;
	CliExit code;

	if (!cli_output_guard())
		return CLI_EXIT_INTERNAL;
	cli_signals_ignore();
	tzset();
	if (cli_options_parse(&options, argc, argv, &error)) {
		code = act(&options);
	} else {
		cli_complain("%s", error->message);
		code = CLI_EXIT_USAGE;
	}
	cli_options_clear(&options);
	return (int)code;
}
