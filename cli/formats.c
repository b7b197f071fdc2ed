/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of formats of the verbs timeline and messages. */
#include "cli/formats.h"

#include <glib.h>

typedef OutSink *(*CliSinkFn)(OutWriter *writer, const OutOptions *options);

typedef enum { TEXT, JSON, CSV, HTML } Format;

static const struct {
	CliVerb verb;
	Format format;
	CliSinkFn make;
} formats[] = {
	{ CLI_VERB_TIMELINE, TEXT, out_timeline_new },
	{ CLI_VERB_TIMELINE, JSON, out_timeline_json_new },
	{ CLI_VERB_TIMELINE, HTML, out_timeline_html_new },
	{ CLI_VERB_MESSAGES, TEXT, out_messages_text_new },
	{ CLI_VERB_MESSAGES, JSON, out_messages_json_new },
};

static CliSinkFn
find(CliVerb verb, Format format)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		if (formats[i].verb == verb && formats[i].format == format)
			return formats[i].make;
	return NULL;
}

static CliSinkFn
format_of(const CliOptions *options)
{
	Format format = TEXT;

	if (options->html)
		format = HTML;
	else if (options->json)
		format = JSON;
	else if (options->audit.csv)
		format = CSV;
	return find(options->verb, format);
}

OutSink *
cli_format_sink(const CliOptions *options, OutWriter *writer, const OutOptions *out)
{
	if (options->view.form)
		return cli_form_sink(options->view.form, writer, out);
	return format_of(options)(writer, out);
}

bool
cli_prints_csv(CliVerb verb)
{
	return find(verb, CSV) != NULL;
}
