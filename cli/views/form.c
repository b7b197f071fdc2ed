/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of views. */
#include "cli/views/form.h"

#include "output/views/view.h"

static const struct {
	const char *name;
	OutSink *(*make)(OutWriter *writer, const OutOptions *options);
	OutLostFn lost;
} forms[] = {
	[CLI_FORM_EVE] = { "eve", NULL, out_eve_lost },
	[CLI_FORM_ZEEK] = { "zeek", out_zeek_json_new, out_zeek_lost },
	[CLI_FORM_ZEEK_TSV] = { "zeek-tsv", out_zeek_tsv_new, NULL },
	[CLI_FORM_ECS] = { "ecs", out_ecs_new, out_ecs_lost },
	[CLI_FORM_OCSF] = { "ocsf", out_ocsf_new, out_ocsf_lost },
};

void
cli_form_options_add(CliHelp *help, GOptionContext *context, CliFormOptions *self)
{
	static const char title[] = "Views";
	const GOptionEntry entries[] = {
		{ "as", 0, 0, G_OPTION_ARG_STRING, &self->text,
		  "Print JSON in the terms of others: eve (Suricata; nearly what --json prints), zeek (each "
		  "record with the name of its log in _path), ecs (Elastic Common Schema) or ocsf; "
		  "zeek-tsv writes Zeek's logs (conn.log, smb_cmd.log ...) to the folder --to DIR",
		  "eve|zeek|zeek-tsv|ecs|ocsf" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, title, 1 << CLI_VERB_TIMELINE, entries);
}

bool
cli_form_options_check(CliFormOptions *self, GError **error)
{
	if (!self->text)
		return true;
	for (size_t i = CLI_FORM_EVE; i < G_N_ELEMENTS(forms); i++) {
		if (!g_str_equal(forms[i].name, self->text))
			continue;
		self->form = (CliForm)i;
		return true;
	}
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--as is eve, zeek, zeek-tsv, ecs or ocsf");
	return false;
}

void
cli_form_options_clear(CliFormOptions *self)
{
	g_free(self->text);
	g_free(self->folder);
	*self = (CliFormOptions){ 0 };
}

OutSink *
cli_form_sink(CliForm form, OutWriter *writer, const OutOptions *options)
{
	return forms[form].make(writer, options);
}

OutLostFn
cli_form_lost(CliForm form)
{
	return forms[form].lost;
}
