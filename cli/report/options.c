/* SPDX-License-Identifier: BSD-3-Clause */
/* Options about where the report goes. */
#include "cli/report/options.h"

#include <string.h>

#include "cli/words/quantity.h"

enum {
	ROTATE_SIZE_MIN = 64 << 10, /* output comes in blocks of this size */
	ROTATE_TIME_MAX = 366 * 24 * 60 * 60,
};

void
cli_report_options_add(CliHelp *help, GOptionContext *context, CliReportOptions *self)
{
	const unsigned printed = 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_MESSAGES;
	const GOptionEntry rotation[] = {
		{ "rotate-size", 0, 0, G_OPTION_ARG_STRING, &self->size_text,
		  "Begin another file when the one of -o has reached SIZE, such as 100M", "SIZE" },
		{ "rotate-time", 0, 0, G_OPTION_ARG_STRING, &self->time_text,
		  "Live: begin another file after TIME: seconds, or 30m, 1h, 1d", "TIME" },
		{ "rotate-keep", 0, 0, G_OPTION_ARG_STRING, &self->keep_text,
		  "Keep the newest N finished files and remove older ones (default: all)", "N" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	const GOptionEntry sync[] = {
		{ "sync", 0, 0, G_OPTION_ARG_NONE, &self->sync,
		  "Have the disk store what was written before going on (fdatasync)", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	const GOptionEntry mend[] = {
		{ "mend", 0, 0, G_OPTION_ARG_NONE, &self->mend,
		  "Cut off a last line that is torn, as a crash leaves it", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Files", printed, rotation);
	cli_help_add(help, context, "Files", printed, sync);
	cli_help_add(help, context, "Verify", 1 << CLI_VERB_VERIFY, mend);
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
	return false;
}

/* "90", "90s", "30m", "1h", "1d". */
static bool
parse_time(const char *text, unsigned *ret_seconds)
{
	static const struct {
		char unit;
		unsigned seconds;
	} units[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	guint64 n;
	char *end;

	if (!g_ascii_isdigit(text[0]))
		return false;
	n = g_ascii_strtoull(text, &end, 10);
	if (*end && end[1])
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (*end != units[i].unit || !n || n > ROTATE_TIME_MAX / units[i].seconds)
			continue;
		*ret_seconds = (unsigned)n * units[i].seconds;
		return true;
	}
	return false;
}

bool
cli_report_options_check(CliReportOptions *self, GError **error)
{
	size_t size = 0;
	guint64 keep = 0;

	if (self->size_text && (!cli_parse_size(self->size_text, &size) || size < ROTATE_SIZE_MIN))
		return refuse(error, "--rotate-size takes a size of at least 64K, such as 100M");
	if (self->time_text && !parse_time(self->time_text, &self->rotation.seconds))
		return refuse(error, "--rotate-time takes a time, such as 600, 30m, 1h or 1d");
	if (self->keep_text &&
	    !g_ascii_string_to_unsigned(self->keep_text, 10, 1, G_MAXUINT, &keep, NULL))
		return refuse(error, "--rotate-keep takes a number of files");
	self->rotation.size = size;
	self->rotation.keep = (unsigned)keep;
	return true;
}

void
cli_report_options_clear(CliReportOptions *self)
{
	g_free(self->size_text);
	g_free(self->time_text);
	g_free(self->keep_text);
	*self = (CliReportOptions){ 0 };
}
