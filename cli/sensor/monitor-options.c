/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of what watches a run. */
#include "cli/sensor/monitor-options.h"

void
cli_monitor_options_add(CliHelp *help, GOptionContext *context, CliMonitorOptions *o)
{
	const GOptionEntry entries[] = {
		{ "metrics", 0, 0, G_OPTION_ARG_FILENAME, &o->file,
		  "Write metrics for Prometheus' textfile collector to this file, at the end and, "
		  "live, every 15 seconds",
		  "FILE" },
		{ "metrics-listen", 0, 0, G_OPTION_ARG_STRING, &o->listen,
		  "Live: answer GET /metrics here, such as 127.0.0.1:9445", "ADDRESS:PORT" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Monitoring", CLI_HELP_ALL, entries);
}

void
cli_monitor_options_clear(CliMonitorOptions *o)
{
	g_free(o->file);
	g_free(o->listen);
	*o = (CliMonitorOptions){ 0 };
}
