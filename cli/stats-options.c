/* SPDX-License-Identifier: BSD-3-Clause */
/* --interval. */
#include "cli/stats-options.h"

#include "cli/words/quantity.h"

void
cli_stats_options_add(CliHelp *help, GOptionContext *context, CliStatsOptions *o)
{
	const GOptionEntry entries[] = {
		{ "interval", 0, 0, G_OPTION_ARG_STRING, &o->interval_text,
		  "Count what happens in intervals of this length (default: by the length of the "
		  "capture)",
		  "TIME" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Figures", 1 << CLI_VERB_STATS, entries);
}

bool
cli_stats_options_check(CliStatsOptions *o, GError **error)
{
	uint64_t us;

	if (!o->interval_text)
		return true;
	if (cli_parse_duration(o->interval_text, &us) && us && us <= UINT64_MAX / 2000) {
		o->interval_ns = us * 1000;
		return true;
	}
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--interval takes a time, such as 100ms or 10s");
	return false;
}

void
cli_stats_options_clear(CliStatsOptions *options)
{
	g_free(options->interval_text);
	*options = (CliStatsOptions){ 0 };
}
