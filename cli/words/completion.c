/* SPDX-License-Identifier: BSD-3-Clause */
/* The completions of the shells, a row of the option table after the other. */
#include "cli/words/completion.h"

#include <string.h>

#include "cli/verb.h"

typedef enum { NOTHING, WORDS, FILES, FOLDERS, USERS, INTERFACES, FLAG } Kind;

/* What a value may be, where its name in the help does not say it. */
static const struct {
	const char *option;
	Kind kind;
	const char *words;
} values[] = {
	{ "interface", INTERFACES, NULL },
	{ "run-as", USERS, NULL },
	{ "csv", WORDS, "clients servers findings logons breaks" },
	{ "fail-on", WORDS, "info low medium high critical" },
	{ "if", WORDS,
	  "smb1=off min-dialect=2.0.2 min-dialect=2.1 min-dialect=3.0 min-dialect=3.0.2 "
	  "min-dialect=3.1.1 signing=required signing=required@client signing=required@server "
	  "plaintext=off lm=off ntlmv1=off ntlm=off guest=off anonymous=off encryption=required "
	  "rc4=off netbios=off" },
	{ "profile", WORDS,
	  "win11-24h2 win11-24h2-client win11-24h2-server server2025 server2025-client "
	  "server2025-server samba samba-client samba-server" },
	{ "oem-charset", WORDS, "437 850 852 866 932 936 949 950 1250 1251 1252" },
	{ "status", WORDS, "error" },
};

/* "require|try|off" are words, FILE and FOLDER what they say. */
static Kind
kind_of(const GOptionEntry *entry, char **ret_words)
{
	const char *name = entry->arg_description ?: "";

	*ret_words = NULL;
	if (!cli_help_takes_value(entry))
		return FLAG;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		if (!g_str_equal(values[i].option, entry->long_name))
			continue;
		*ret_words = g_strdup(values[i].words);
		return values[i].kind;
	}
	if (strchr(name, '|')) {
		*ret_words = g_strdelimit(g_strdup(name), "|", ' ');
		return WORDS;
	}
	if (g_str_equal(name, "FOLDER") || g_str_equal(name, "DIR"))
		return FOLDERS;
	return g_str_has_prefix(name, "FILE") ? FILES : NOTHING;
}

/* Names of the verbs with these bits, with `between` between them. */
static char *
verbs_of(unsigned verbs, const char *between)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < CLI_VERBS; i++)
		if (verbs & 1u << i)
			g_string_append_printf(text, "%s%s", text->len ? between : "",
					       cli_verb_names[i]);
	return g_string_free(text, FALSE);
}

/* As it stands between single quotes, with `escaped` behind backslashes and quotes as `quote`. */
static void
put_quoted(GString *text, const char *words, const char *escaped, const char *quote)
{
	g_string_append_c(text, '\'');
	for (; *words; words++) {
		if (*words == '\'') {
			g_string_append(text, quote);
			continue;
		}
		if (strchr(escaped, *words))
			g_string_append_c(text, '\\');
		g_string_append_c(text, *words);
	}
	g_string_append_c(text, '\'');
}

/* ---- bash, with the functions of the package bash-completion ---- */

static const char bash_head[] =
	"# Completion of smbtrail for bash; made by smbtrail --completion=bash.\n"
	"_smbtrail()\n"
	"{\n"
	"\tlocal cur prev words cword split verb= word options\n"
	"\t_init_completion -s || return\n";

static const char bash_tail[] =
	"\t[[ $cword -eq 1 ]] && COMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
	"\t_filedir\n"
	"}\n"
	"complete -F _smbtrail smbtrail\n";

static const char *const bash_actions[] = {
	[NOTHING] = "",
	[FILES] = "\t\t_filedir\n",
	[FOLDERS] = "\t\t_filedir -d\n",
	[USERS] = "\t\tCOMPREPLY=($(compgen -u -- \"$cur\"))\n",
	[INTERFACES] = "\t\tCOMPREPLY=($(compgen -W \"any $(command ls /sys/class/net "
		       "2>/dev/null)\" -- \"$cur\"))\n",
};

static void
bash_value(GString *text, const GOptionEntry *entry)
{
	g_autofree char *words = NULL;
	Kind kind = kind_of(entry, &words);

	if (kind == FLAG)
		return;
	g_string_append_printf(text, "\t--%s", entry->long_name);
	if (entry->short_name)
		g_string_append_printf(text, " | -%c", entry->short_name);
	g_string_append(text, ")\n");
	if (kind == WORDS)
		g_string_append_printf(text, "\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n",
				       words);
	else
		g_string_append(text, bash_actions[kind]);
	g_string_append(text, "\t\treturn\n\t\t;;\n");
}

static void
bash_options(GString *text, const CliHelp *help, const char *pattern, unsigned mask)
{
	const GOptionEntry *entry;
	unsigned verbs;

	g_string_append_printf(text, "\t\t%s) options='", pattern);
	for (unsigned i = 0; (entry = cli_help_entry(help, i, &verbs)); i++) {
		if (!(verbs & mask))
			continue;
		g_string_append_printf(text, " --%s%s", entry->long_name,
				       cli_help_takes_value(entry) ? "=" : "");
		if (entry->short_name)
			g_string_append_printf(text, " -%c", entry->short_name);
	}
	g_string_append(text, "' ;;\n");
}

static void
put_bash(GString *text, const CliHelp *help)
{
	g_autofree char *all = verbs_of(CLI_HELP_EVERY, " | ");
	g_autofree char *list = verbs_of(CLI_HELP_EVERY, " ");
	const GOptionEntry *entry;

	g_string_append_printf(text,
			       "%s\tlocal verbs='%s'\n"
			       "\tfor word in \"${words[@]:1:cword-1}\"; do\n"
			       "\t\tcase $word in\n"
			       "\t\t%s) verb=$word; break ;;\n"
			       "\t\tesac\n"
			       "\tdone\n"
			       "\tcase $prev in\n",
			       bash_head, list, all);
	for (unsigned i = 0; (entry = cli_help_entry(help, i, NULL)); i++)
		bash_value(text, entry);
	g_string_append(text, "\tesac\n"
			      "\t$split && return\n"
			      "\tif [[ $cur == -* ]]; then\n"
			      "\t\tcase $verb in\n");
	for (int i = 0; i < CLI_VERBS; i++)
		bash_options(text, help, cli_verb_names[i], 1u << i);
	bash_options(text, help, "*", CLI_HELP_EVERY);
	g_string_append(text, "\t\tesac\n"
			      "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
			      "\t\t[[ ${COMPREPLY-} == *= ]] && compopt -o nospace\n"
			      "\t\treturn\n"
			      "\tfi\n");
	g_string_append(text, bash_tail);
}

/* ---- zsh ---- */

static const char zsh_head[] =
	"#compdef smbtrail\n"
	"# Completion of smbtrail for zsh; made by smbtrail --completion=zsh.\n"
	"\n"
	"_smbtrail_words() {\n"
	"\t(( CURRENT == 2 )) && compadd -- ";

static const char zsh_middle[] = "\n\t_files\n"
				 "}\n"
				 "\n"
				 "_smbtrail() {\n"
				 "\tlocal verb= word\n"
				 "\tlocal -a options\n"
				 "\tfor word in ${words[2,CURRENT-1]}; do\n"
				 "\t\tif [[ $word == (%s) ]]; then\n"
				 "\t\t\tverb=$word\n"
				 "\t\t\tbreak\n"
				 "\t\tfi\n"
				 "\tdone\n";

static const char zsh_tail[] = "\t_arguments -s -S $options '*:file:_smbtrail_words'\n"
			       "}\n"
			       "\n"
			       "_smbtrail \"$@\"\n";

static const char *const zsh_actions[] = {
	[NOTHING] = "( )",
	[FILES] = "_files",
	[FOLDERS] = "_files -/",
	[USERS] = "_users",
	[INTERFACES] = "(any $(command ls /sys/class/net 2>/dev/null))",
};

/* "[what it does]:VALUE:what completes it" */
static char *
zsh_rest(const GOptionEntry *entry)
{
	g_autofree char *words = NULL;
	g_autofree char *quoted = NULL;
	Kind kind = kind_of(entry, &words);
	GString *rest = g_string_new("[");

	for (const char *at = entry->description; *at; at++)
		g_string_append_printf(rest, strchr("[]\\", *at) ? "\\%c" : "%c", *at);
	g_string_append_c(rest, ']');
	if (kind == WORDS)
		g_string_append_printf(rest, ":value:(%s)", words);
	else if (kind == NOTHING)
		g_string_append(rest, ":value: ");
	else if (kind != FLAG)
		g_string_append_printf(rest, ":value:%s", zsh_actions[kind]);
	quoted = g_string_free(rest, FALSE);
	rest = g_string_new(NULL);
	put_quoted(rest, quoted, "", "'\\''");
	return g_string_free(rest, FALSE);
}

static void
zsh_option(GString *text, const GOptionEntry *entry, unsigned verbs)
{
	g_autofree char *rest = zsh_rest(entry);
	g_autofree char *names = verbs_of(verbs, "|");
	const char *star = cli_help_repeats(entry) ? "\\*" : "";
	bool value = cli_help_takes_value(entry);

	g_string_append_c(text, '\t');
	if (verbs != CLI_HELP_ALL)
		g_string_append_printf(text, "[[ -z $verb || $verb == (%s) ]] && ", names);
	g_string_append(text, "options+=(");
	if (!*star && entry->short_name)
		g_string_append_printf(text, "'(-%c --%s)'", entry->short_name, entry->long_name);
	g_string_append(text, star);
	if (entry->short_name)
		g_string_append_printf(text, "{-%c%s,--%s%s}", entry->short_name, value ? "+" : "",
				       entry->long_name, value ? "=" : "");
	else
		g_string_append_printf(text, "--%s%s", entry->long_name, value ? "=" : "");
	g_string_append_printf(text, "%s)\n", rest);
}

static void
put_zsh(GString *text, const CliHelp *help)
{
	g_autofree char *all = verbs_of(CLI_HELP_EVERY, "|");
	g_autofree char *list = verbs_of(CLI_HELP_EVERY, " ");
	g_autoptr(GString) middle = g_string_new(zsh_middle);
	const GOptionEntry *entry;
	unsigned verbs;

	g_string_replace(middle, "%s", all, 1);
	g_string_append_printf(text, "%s%s%s", zsh_head, list, middle->str);
	for (unsigned i = 0; (entry = cli_help_entry(help, i, &verbs)); i++)
		zsh_option(text, entry, verbs);
	g_string_append(text, zsh_tail);
}

/* ---- fish ---- */

static const char fish_head[] =
	"# Completion of smbtrail for fish; made by smbtrail --completion=fish.\n"
	"function __smbtrail_is\n"
	"\tfor word in (commandline -opc)[2..-1]\n"
	"\t\tif contains -- $word $__smbtrail_verbs\n"
	"\t\t\tcontains -- $word $argv\n"
	"\t\t\treturn\n"
	"\t\tend\n"
	"\tend\n"
	"\treturn 0\n"
	"end\n";

static const char *const fish_actions[] = {
	[NOTHING] = " -x",
	[FILES] = " -r -F",
	[FOLDERS] = " -x -a '(__fish_complete_directories)'",
	[USERS] = " -x -a '(__fish_complete_users)'",
	[INTERFACES] = " -x -a 'any (command ls /sys/class/net 2>/dev/null)'",
	[FLAG] = "",
};

static void
fish_option(GString *text, const GOptionEntry *entry, unsigned verbs)
{
	g_autofree char *words = NULL;
	g_autofree char *names = verbs_of(verbs, " ");
	Kind kind = kind_of(entry, &words);

	g_string_append(text, "complete -c smbtrail");
	if (verbs != CLI_HELP_ALL)
		g_string_append_printf(text, " -n '__smbtrail_is %s'", names);
	if (entry->short_name)
		g_string_append_printf(text, " -s %c", entry->short_name);
	g_string_append_printf(text, " -l %s", entry->long_name);
	if (kind == WORDS)
		g_string_append_printf(text, " -x -a '%s'", words);
	else
		g_string_append(text, fish_actions[kind]);
	g_string_append(text, " -d ");
	put_quoted(text, entry->description, "\\", "\\'");
	g_string_append_c(text, '\n');
}

static void
put_fish(GString *text, const CliHelp *help)
{
	g_autofree char *list = verbs_of(CLI_HELP_EVERY, " ");
	const GOptionEntry *entry;
	unsigned verbs;

	g_string_append_printf(text,
			       "%sset -g __smbtrail_verbs %s\n"
			       "complete -c smbtrail -n 'test (count (commandline -opc)) -eq 1' "
			       "-a '%s'\n",
			       fish_head, list, list);
	for (unsigned i = 0; (entry = cli_help_entry(help, i, &verbs)); i++)
		fish_option(text, entry, verbs);
}

static const struct {
	const char *name;
	void (*put)(GString *text, const CliHelp *help);
} shells[] = {
	{ "bash", put_bash },
	{ "zsh", put_zsh },
	{ "fish", put_fish },
};

char *
cli_completion_text(const CliHelp *help, const char *shell, GError **error)
{
	GString *text;

	for (size_t i = 0; i < G_N_ELEMENTS(shells); i++) {
		if (!g_str_equal(shells[i].name, shell))
			continue;
		text = g_string_new(NULL);
		shells[i].put(text, help);
		return g_string_free(text, FALSE);
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--completion is for bash, zsh and fish");
	return NULL;
}
