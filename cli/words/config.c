/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the configuration file, and makes arguments of it. */
#include "cli/words/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/verb.h"
#include "cli/words/nearest.h"

enum { FILE_MAX = 1 << 20 };

/* No option: the word before the files. */
#define KEY_VERB "verb"
#define KEY_CONFIG "config"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct {
	const GOptionEntry *entry; /* NULL: the verb */
	unsigned line;
	char *argument; /* NULL: a flag that is off */
} Setting;

struct CliConfig {
	const CliHelp *help;
	const char *path; /* NULL: no file */
	GPtrArray *arguments;
	GArray *settings;  /* Setting, in the order of the file */
	GHashTable *given; /* long names of the options of the command line */
	const char *word;  /* the first one of the command line that is no option; NULL: none */
};

/* These make the program print something and end, or are about the file itself. */
static const char *const not_in_files[] = { KEY_CONFIG, "help", "version", "list-interfaces" };

static bool wrong(const CliConfig *self, unsigned line, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static bool
wrong(const CliConfig *self, unsigned line, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s:%u: %s", self->path, line,
		    text);
	return false;
}

/* ---- The command line ---- */

static const GOptionEntry *
find_short(const CliHelp *help, char name)
{
	const GOptionEntry *entry;

	for (unsigned i = 0; (entry = cli_help_entry(help, i, NULL)); i++)
		if (entry->short_name == name)
			return entry;
	return NULL;
}

static void
note(CliConfig *self, const GOptionEntry *entry, const char *value)
{
	g_hash_table_add(self->given, (gpointer)entry->long_name);
	if (g_str_equal(entry->long_name, KEY_CONFIG))
		self->path = value;
}

/* "--name", "--name=value": true if the value is the next argument. */
static bool
scan_long(CliConfig *self, const char *word, const char *next)
{
	const char *equals = strchr(word, '=');
	g_autofree char *name = equals ? g_strndup(word, (gsize)(equals - word)) : g_strdup(word);
	const GOptionEntry *entry = cli_help_find(self->help, name);
	bool apart = entry && cli_help_takes_value(entry) && !equals;

	if (entry)
		note(self, entry, apart ? next : equals ? equals + 1 : NULL);
	return apart;
}

/* "-vi", "-ieth0": the same. */
static bool
scan_short(CliConfig *self, const char *letters)
{
	for (; *letters; letters++) {
		const GOptionEntry *entry = find_short(self->help, *letters);

		if (!entry)
			continue;
		note(self, entry, NULL);
		if (cli_help_takes_value(entry))
			return letters[1] == '\0';
	}
	return false;
}

/* What is wrong with it, the parser of options says afterwards. */
static void
scan(CliConfig *self, int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (g_str_equal(word, "--")) {
			self->word = self->word ?: argv[i + 1];
			return;
		}
		if (g_str_has_prefix(word, "--"))
			i += scan_long(self, word + 2, i + 1 < argc ? argv[i + 1] : NULL);
		else if (word[0] == '-' && word[1])
			i += scan_short(self, word + 1);
		else if (!self->word)
			self->word = word;
	}
}

/* --colour also takes the place of no-colour, and the other way round. */
static bool
is_overridden(const CliConfig *self, const GOptionEntry *entry)
{
	const char *name = entry ? entry->long_name : NULL;
	g_autofree char *opposite = NULL;

	if (!name)
		return self->word && cli_verb_of(self->word) >= 0;
	if (g_str_has_prefix(name, "no-"))
		opposite = g_strdup(name + 3);
	else
		opposite = g_strconcat("no-", name, NULL);
	return g_hash_table_contains(self->given, name) ||
	       g_hash_table_contains(self->given, opposite);
}

/* ---- The file ---- */

static bool
fail_errno(const CliConfig *self, GError **error)
{
	g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", self->path,
		    g_strerror(errno));
	return false;
}

static bool
read_file(const CliConfig *self, GString *text, GError **error)
{
	int fd = open(self->path, O_RDONLY | O_CLOEXEC);
	char block[4096];
	ssize_t n = -1;

	if (fd < 0)
		return fail_errno(self, error);
	while (text->len <= FILE_MAX &&
	       ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)))
		g_string_append_len(text, block, MAX(n, 0));
	if (n < 0)
		fail_errno(self, error);
	close(fd);
	if (n >= 0 && (n > 0 || memchr(text->str, 0, text->len))) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "%s: not a configuration file", self->path);
		return false;
	}
	return n == 0;
}

static bool
unknown_key(const CliConfig *self, unsigned line, const char *key, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const GOptionEntry *entry;
	const char *nearest;

	for (unsigned i = 0; (entry = cli_help_entry(self->help, i, NULL)); i++)
		g_ptr_array_add(names, (gpointer)entry->long_name);
	if (key[0] && !key[1] && (entry = find_short(self->help, key[0])))
		return wrong(self, line, error, "unknown key '%s'; did you mean %s?", key,
			     entry->long_name);
	nearest = cli_nearest(key, (const char *const *)names->pdata, names->len);
	return nearest ? wrong(self, line, error, "unknown key '%s'; did you mean %s?", key,
			       nearest)
		       : wrong(self, line, error, "unknown key '%s'", key);
}

/* The argument of a flag: none where it is off. */
static bool
take_flag(CliConfig *self, Setting setting, const char *value, GError **error)
{
	const char *name = setting.entry->long_name;
	const char *form = setting.entry->arg_description; /* that it may have: --frames=filter */

	if (g_str_equal(value, "yes") || g_str_equal(value, "true"))
		setting.argument = g_strconcat("--", name, NULL);
	else if (g_strcmp0(value, form) == 0)
		setting.argument = g_strconcat("--", name, "=", form, NULL);
	else if (!g_str_equal(value, "no") && !g_str_equal(value, "false"))
		return wrong(self, setting.line, error, "%s is %s%syes or no", name,
			     form ? form : "", form ? ", " : "");
	g_array_append_val(self->settings, setting);
	return true;
}

static bool
take_value(CliConfig *self, Setting setting, const char *value, GError **error)
{
	if (!*value)
		return wrong(self, setting.line, error, "%s needs a value",
			     setting.entry->long_name);
	setting.argument = g_strconcat("--", setting.entry->long_name, "=", value, NULL);
	g_array_append_val(self->settings, setting);
	return true;
}

static const Setting *
find_setting(const CliConfig *self, const GOptionEntry *entry)
{
	for (guint i = 0; i < self->settings->len; i++)
		if (g_array_index(self->settings, Setting, i).entry == entry)
			return &g_array_index(self->settings, Setting, i);
	return NULL;
}

static bool
take_setting(CliConfig *self, unsigned line, const char *key, const char *value, GError **error)
{
	const GOptionEntry *entry = cli_help_find(self->help, key);
	Setting setting = { .entry = entry, .line = line };
	bool is_verb = g_str_equal(key, KEY_VERB);
	const Setting *before;

	if (!entry && !is_verb)
		return unknown_key(self, line, key, error);
	for (size_t i = 0; i < G_N_ELEMENTS(not_in_files); i++)
		if (g_str_equal(not_in_files[i], key))
			return wrong(self, line, error, "%s is for the command line alone", key);
	before = is_verb || !cli_help_repeats(entry) ? find_setting(self, entry) : NULL;
	if (before)
		return wrong(self, line, error, "%s is set already, in line %u", key, before->line);
	if (!is_verb)
		return cli_help_takes_value(entry) ? take_value(self, setting, value, error)
						   : take_flag(self, setting, value, error);
	if (cli_verb_of(value) < 0)
		return wrong(self, line, error, "'%s' is no verb", value);
	setting.argument = g_strdup(value);
	g_array_append_val(self->settings, setting);
	return true;
}

/* Blanks at both ends do not count, unless the value is in double quotes. NULL: one is missing. */
static char *
strip_value(char *value)
{
	size_t n;

	value = g_strstrip(value);
	n = strlen(value);
	if (value[0] != '"')
		return value;
	if (n < 2 || value[n - 1] != '"')
		return NULL;
	value[n - 1] = '\0';
	return value + 1;
}

static bool
take_line(CliConfig *self, unsigned number, char *line, GError **error)
{
	char *equals, *value;

	line = g_strstrip(line);
	if (!*line || *line == '#')
		return true;
	equals = strchr(line, '=');
	if (!equals || equals == line)
		return wrong(self, number, error, "expected: key = value");
	*equals = '\0';
	value = strip_value(equals + 1);
	if (!value)
		return wrong(self, number, error, "a double quote at the end is missing");
	return take_setting(self, number, g_strchomp(line), value, error);
}

static bool
take_file(CliConfig *self, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;

	if (!read_file(self, text, error))
		return false;
	/* Some editors begin a file with a byte order mark. */
	if (g_str_has_prefix(text->str, BYTE_ORDER_MARK))
		g_string_erase(text, 0, strlen(BYTE_ORDER_MARK));
	lines = g_strsplit(text->str, "\n", -1);
	for (unsigned i = 0; lines[i]; i++)
		if (!take_line(self, i + 1, lines[i], error))
			return false;
	return true;
}

/* ---- Both ---- */

static void
add_settings(CliConfig *self, bool verb)
{
	for (guint i = 0; i < self->settings->len; i++) {
		const Setting *setting = &g_array_index(self->settings, Setting, i);

		if (setting->argument && !setting->entry == verb &&
		    !is_overridden(self, setting->entry))
			g_ptr_array_add(self->arguments, setting->argument);
	}
}

static void
clear_setting(gpointer data)
{
	g_free(((Setting *)data)->argument);
}

CliConfig *
cli_config_new(const CliHelp *help, int argc, char *const *argv, GError **error)
{
	CliConfig *self = g_new0(CliConfig, 1);

	self->help = help;
	self->arguments = g_ptr_array_new();
	self->settings = g_array_new(FALSE, TRUE, sizeof(Setting));
	g_array_set_clear_func(self->settings, clear_setting);
	self->given = g_hash_table_new(g_str_hash, g_str_equal);
	scan(self, argc, argv);
	if (self->path && !take_file(self, error)) {
		cli_config_free(self);
		return NULL;
	}
	g_ptr_array_add(self->arguments, argv[0]);
	add_settings(self, false);
	add_settings(self, true);
	for (int i = 1; i < argc; i++)
		g_ptr_array_add(self->arguments, argv[i]);
	return self;
}

void
cli_config_free(CliConfig *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->arguments);
	g_array_unref(self->settings);
	g_hash_table_unref(self->given);
	g_free(self);
}

char **
cli_config_arguments(const CliConfig *self, int *ret_argc)
{
	guint n = self->arguments->len;
	char **arguments = g_new0(char *, n + 1);

	memcpy(arguments, self->arguments->pdata, n * sizeof(*arguments));
	*ret_argc = (int)n;
	return arguments;
}

/* Whether a message names the option, as --name or by its letter. */
static bool
names(const char *message, const GOptionEntry *entry)
{
	char letter[] = { '-', entry->short_name, '\0' };
	g_autofree char *name = g_strconcat("--", entry->long_name, NULL);
	const char *const forms[] = { name, entry->short_name ? letter : name };

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		size_t n = strlen(forms[i]);

		for (const char *at = message; (at = strstr(at, forms[i])); at += n) {
			bool begins = at == message || at[-1] == ' ';

			if (begins && !g_ascii_isalnum(at[n]) && at[n] != '-')
				return true;
		}
	}
	return false;
}

void
cli_config_blame(const CliConfig *self, GError **error)
{
	if (!error || !*error)
		return;
	for (guint i = 0; i < self->settings->len; i++) {
		const Setting *setting = &g_array_index(self->settings, Setting, i);

		if (setting->entry && setting->argument && !is_overridden(self, setting->entry) &&
		    names((*error)->message, setting->entry)) {
			g_prefix_error(error, "%s:%u: ", self->path, setting->line);
			return;
		}
	}
}
