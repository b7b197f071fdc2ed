/* SPDX-License-Identifier: BSD-3-Clause */
/* The filter options: names, help, and how they become an OutFilter. */
#include "cli/filter-options.h"

static const char *const names[OUT_FILTER_KEYS] = {
	[OUT_FILTER_CLIENT] = "client", [OUT_FILTER_SERVER] = "server",
	[OUT_FILTER_USER] = "user",     [OUT_FILTER_SHARE] = "share",
	[OUT_FILTER_FILE] = "file",     [OUT_FILTER_COMMAND] = "command",
	[OUT_FILTER_STATUS] = "status", [OUT_FILTER_CONNECTION] = "connection",
	[OUT_FILTER_FROM] = "from",     [OUT_FILTER_TO] = "to",
};

static const char *const helps[OUT_FILTER_KEYS] = {
	[OUT_FILTER_CLIENT] = "Only connections of this client: IP address or network "
			      "(10.0.0.0/8), MAC address (NetBEUI), IPX network.node, or a name "
			      "that the capture shows",
	[OUT_FILTER_SERVER] = "Only connections to this server, likewise",
	[OUT_FILTER_USER] = "Only what this account did; DOMAIN\\USER too",
	[OUT_FILTER_SHARE] = "Only what was done in this share",
	[OUT_FILTER_FILE] = "Only what was done to files that match, such as '*.xls'",
	[OUT_FILTER_COMMAND] =
		"Only this: a word of the timeline such as open or 'tree connect', or "
		"one command: SMB_COM_OPEN_ANDX, 0x2d, SMB2_CREATE",
	[OUT_FILTER_STATUS] = "Only this status: a name, a number, or \"error\"",
	[OUT_FILTER_CONNECTION] = "Only these connections, such as 1,5-7",
	[OUT_FILTER_FROM] = "Only from this time on: as the timeline prints it, RFC 3339, a date, a "
			    "time of day, seconds since 1970, or +SECONDS of the capture",
	[OUT_FILTER_TO] = "Only up to this time, likewise",
};

static const char *const values[OUT_FILTER_KEYS] = {
	[OUT_FILTER_CLIENT] = "HOST",   [OUT_FILTER_SERVER] = "HOST",
	[OUT_FILTER_USER] = "USER",     [OUT_FILTER_SHARE] = "SHARE",
	[OUT_FILTER_FILE] = "PATTERN",  [OUT_FILTER_COMMAND] = "COMMAND",
	[OUT_FILTER_STATUS] = "STATUS", [OUT_FILTER_CONNECTION] = "NUMBER",
	[OUT_FILTER_FROM] = "TIME",     [OUT_FILTER_TO] = "TIME",
};

void
cli_filter_options_add(CliHelp *help, GOptionContext *context, CliFilterOptions *raw)
{
	static const char title[] = "Filters (several values of one are alternatives)";
	GOptionEntry entries[OUT_FILTER_KEYS + 1] = { 0 };
	GOptionEntry to[2] = { 0 };

	/* "to" is the last one. */
	for (int i = 0; i < OUT_FILTER_KEYS; i++)
		entries[i] = (GOptionEntry){
			.long_name = names[i],
			.arg = G_OPTION_ARG_FILENAME_ARRAY, /* bytes, not of a locale */
			.arg_data = &raw->values[i],
			.description = helps[i],
			.arg_description = values[i]
		};
	to[0] = entries[OUT_FILTER_TO];
	entries[OUT_FILTER_TO].long_name = "until";
	entries[OUT_FILTER_TO].arg_data = &raw->until;
	cli_help_add(help, context, title, CLI_HELP_ALL, entries);
	to[0].description = "The same as --until";
	cli_help_add(help, context, title, CLI_HELP_ALL & ~(1u << CLI_VERB_EXTRACT), to);
}

bool
cli_filter_options_take_folder(CliFilterOptions *raw, char **ret_folder, GError **error)
{
	char **given = raw->values[OUT_FILTER_TO];

	if (given && given[1]) {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "--to: it names one folder; up to which time "
				    "is --until");
		return false;
	}
	*ret_folder = given ? g_strdup(given[0]) : NULL;
	g_clear_pointer(&raw->values[OUT_FILTER_TO], g_strfreev);
	return true;
}

static bool
take_one(OutFilter *filter, OutFilterKey key, const char *name, const char *value, GError **error)
{
	const char *form = out_filter_add(filter, key, value);

	if (form)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "invalid value '%s' for --%s: expected %s", value, name, form);
	return form == NULL;
}

/* The values of one option; the filter is made for the first of all. */
static bool
take_all(OutFilter **filter, bool utc, OutFilterKey key, const char *name, char **given,
	 GError **error)
{
	for (; given && *given; given++) {
		if (!*filter)
			*filter = out_filter_new(utc);
		if (!take_one(*filter, key, name, *given, error))
			return false;
	}
	return true;
}

bool
cli_filter_options_take(const CliFilterOptions *raw, bool utc, OutFilter **ret_filter,
			GError **error)
{
	OutFilter *filter = NULL;
	bool ok = true;

	for (int i = 0; i < OUT_FILTER_KEYS && ok; i++)
		ok = take_all(&filter, utc, (OutFilterKey)i, names[i], raw->values[i], error);
	ok = ok && take_all(&filter, utc, OUT_FILTER_TO, "until", raw->until, error);
	if (!ok)
		g_clear_pointer(&filter, out_filter_free);
	*ret_filter = filter;
	return ok;
}

void
cli_filter_options_clear(CliFilterOptions *raw)
{
	for (int i = 0; i < OUT_FILTER_KEYS; i++)
		g_strfreev(raw->values[i]);
	g_strfreev(raw->until);
	*raw = (CliFilterOptions){ 0 };
}
