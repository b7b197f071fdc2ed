/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of extract. */
#include "cli/extract/options.h"

#include <stdint.h>
#include <unistd.h>

#include "cli/extract/digest.h"
#include "cli/words/quantity.h"

/* Of most file systems a part: a capture of many small files must not take all inodes. */
enum { MAX_FILES = 1000000 };

void
cli_extract_options_add(CliHelp *help, GOptionContext *context, CliExtractOptions *o)
{
	static const char title[] = "Extract";
	/* What is given is among the filters: cli_filter_options_take_folder. */
	const GOptionEntry to[] = {
		{ "to", 0, 0, G_OPTION_ARG_FILENAME, &o->to,
		  "Put the files into this folder, which is made, with manifest.ndjson", "DIR" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	const GOptionEntry entries[] = {
		{ "hash", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->hashes,
		  "Another digest beside SHA-256: md5 or sha1", "NAME" },
		{ "hash-only", 0, 0, G_OPTION_ARG_NONE, &o->hash_only,
		  "Write no file: only their digests and sizes", NULL },
		{ "max-file", 0, 0, G_OPTION_ARG_STRING, &o->file_text,
		  "Leave out what is beyond so many bytes of a file", "SIZE" },
		{ "max-total", 0, 0, G_OPTION_ARG_STRING, &o->total_text,
		  "Leave out what is beyond so many bytes of all files", "SIZE" },
		{ "max-files", 0, 0, G_OPTION_ARG_STRING, &o->files_text,
		  "Leave out what is beyond so many files (default 1000000)", "N" },
		{ "pipes", 0, 0, G_OPTION_ARG_NONE, &o->pipes,
		  "What was read from and written to named pipes, too", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	o->manifest = -1;
	cli_help_add(help, NULL, title, 1 << CLI_VERB_EXTRACT, to);
	cli_help_add(help, context, title, 1 << CLI_VERB_EXTRACT, entries);
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
	return false;
}

bool
cli_extract_options_check(CliExtractOptions *o, GError **error)
{
	o->max_file = o->max_total = SIZE_MAX;
	o->max_files = MAX_FILES;
	for (char **name = o->hashes; name && *name; name++) {
		unsigned kind = cli_digest_kind(*name);

		if (!kind)
			return refuse(error, "--hash is md5, sha1 or sha256");
		o->kinds |= kind;
	}
	if (o->file_text && !cli_parse_size(o->file_text, &o->max_file))
		return refuse(error, "--max-file takes a size, such as 64M");
	if (o->total_text && !cli_parse_size(o->total_text, &o->max_total))
		return refuse(error, "--max-total takes a size, such as 10G");
	if (o->files_text &&
	    !g_ascii_string_to_unsigned(o->files_text, 10, 1, UINT64_MAX, &o->max_files, NULL))
		return refuse(error, "--max-files takes a number of files, from 1");
	if (!o->to == !o->hash_only)
		return refuse(error, "extract takes either --to DIR or --hash-only");
	return true;
}

bool
cli_extract_options_given(const CliExtractOptions *o)
{
	return o->hashes || o->file_text || o->total_text || o->files_text || o->hash_only ||
	       o->pipes;
}

bool
cli_extract_options_open(CliExtractOptions *o, GError **error)
{
	if (!o->to)
		return true;
	o->store = cli_store_new(o->to, error);
	if (!o->store)
		return false;
	o->manifest = cli_store_manifest(o->store, error);
	return o->manifest >= 0;
}

void
cli_extract_options_needs(const CliExtractOptions *o, CliSandboxNeeds *needs)
{
	g_autofree char *file = o->to ? g_build_filename(o->to, "manifest.ndjson", NULL) : NULL;

	if (file)
		cli_sandbox_replaces(needs, file);
}

void
cli_extract_options_clear(CliExtractOptions *o)
{
	if (o->store && o->manifest >= 0)
		close(o->manifest);
	cli_store_free(o->store);
	g_free(o->to);
	g_strfreev(o->hashes);
	g_free(o->file_text);
	g_free(o->total_text);
	g_free(o->files_text);
	*o = (CliExtractOptions){ .manifest = -1 };
}
