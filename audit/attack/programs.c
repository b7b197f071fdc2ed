/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which program a command line names, and by which name a file would be found: pure text. Windows
 * finds a program in ways that whoever sets up a service may choose from, to have it read as another
 * one: where a path has spaces and no quotes, each of its beginnings is tried; dots and spaces at the
 * end of a name, and the stream of its contents, are no part of it. A file with a long name has a short
 * one as well, which does not say it.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum { DRIVE = 2 };

/* ---- names ---- */

static bool
ends_in(const char *text, size_t length, const char *end)
{
	size_t n = strlen(end);

	return length >= n && g_ascii_strncasecmp(text + length - n, end, n) == 0;
}

/* "X:": a drive without a separator after it. */
static bool
has_drive(const char *base, size_t length)
{
	return length > DRIVE && g_ascii_isalpha(base[0]) && base[1] == ':';
}

char *
audit_program_name(const char *path, size_t length)
{
	const char *base = path, *end = path + length;
	g_autofree char *name = NULL;

	for (const char *c = path; c < end; c++)
		if (*c == '\\' || *c == '/')
			base = c + 1;
	length = (size_t)(end - base);
	if (has_drive(base, length)) {
		base += DRIVE;
		length -= DRIVE;
	}
	if (ends_in(base, length, ":$DATA"))
		length -= strlen(":$DATA");
	while (length && strchr(". :", base[length - 1]))
		length--;
	name = g_strndup(base, length);
	return g_utf8_validate(name, -1, NULL) ? g_utf8_strdown(name, -1)
					       : g_ascii_strdown(name, -1);
}

/* The beginning of a name that NTFS gives a file as well, "powers" of "powers~1.exe"; 0: it is none. */
static size_t
short_length(const char *name, size_t length)
{
	const char *tilde = memchr(name, '~', length);

	return tilde && tilde + 1 < name + length && g_ascii_isdigit(tilde[1])
		       ? (size_t)(tilde - name)
		       : 0;
}

static bool
is_short_of(const char *program, const char *name)
{
	enum { LONGEST = 8 }; /* without another one */
	size_t length = short_length(program, strlen(program));

	return length && strlen(name) > LONGEST && strncmp(program, name, length) == 0;
}

bool
audit_program_is_any(const char *programs)
{
	bool any = !*programs;

	while (*programs) {
		size_t length = strcspn(programs, "/");

		any |= short_length(programs, length) > 0;
		programs += length;
		programs += *programs == '/';
	}
	return any;
}

static bool
is_one_of(const char *program, const char *const *names)
{
	size_t length = strlen(program);

	if (g_str_has_suffix(program, ".exe"))
		length -= strlen(".exe");
	for (; *names; names++)
		if ((strlen(*names) == length && strncmp(program, *names, length) == 0) ||
		    is_short_of(program, *names))
			return true;
	return false;
}

/* Interpreters: what they are to run is in the command line. */
static bool
is_interpreter(const char *program)
{
	static const char *const names[] = { "%comspec%", "cmd",      "powershell",  "pwsh",
					     "wscript",   "cscript",  "mshta",       "bash",
					     "rundll32",  "wsl",      "regsvr32",    "wmic",
					     "forfiles",  "pcalua",   "installutil", "regasm",
					     "regsvcs",   "conhost",  "msbuild",     "cmstp",
					     "odbcconf",  "certutil", "bitsadmin",   "msiexec",
					     NULL };

	return is_one_of(program, names);
}

/* Tools of Windows that are no services. Their names may be words of the path of another program. */
static bool
is_tool(const char *program)
{
	static const char *const names[] = { "net",      "net1",         "netsh", "reg",
					     "sc",       "schtasks",     "at",    "vssadmin",
					     "ntdsutil", "wevtutil",     "winrs", "explorer",
					     "hh",       "scriptrunner", NULL };

	return is_one_of(program, names);
}

/* ---- command lines ---- */

typedef struct {
	GPtrArray *names; /* owned texts: of programs that it may be, the likeliest first */
	bool sure;        /* one of them is one that Windows would take, if it is there */
	bool ranked;      /* the first of them is the likeliest */
} Candidates;

static void
add(Candidates *all, const char *path, size_t length)
{
	char *name = audit_program_name(path, length);
	bool whole = ends_in(name, strlen(name), ".exe");
	bool likely = whole && !all->ranked;

	all->sure |= whole;
	all->ranked |= whole;
	if (!name[0] || g_ptr_array_find_with_equal_func(all->names, name, g_str_equal, NULL))
		g_free(name);
	else
		g_ptr_array_insert(all->names, likely ? 0 : -1, name);
}

/* A path has no colon but that of its drive, and of a stream in its last part. */
static bool
may_go_on(const char *path, const char *word, size_t length)
{
	return !memchr(word, ':', length) && !memchr(word, '"', length) && word > path &&
	       (memchr(word, '\\', length) || memchr(word, '/', length));
}

/* Each beginning that ends at a space: the first word, and what has a separator after it. */
static void
add_unquoted(Candidates *all, const char *path)
{
	const char *word = path;

	while (*word) {
		size_t length = strcspn(word, " \t");

		if (word == path || may_go_on(path, word, length) ||
		    (!all->sure && ends_in(word, length, ".exe")))
			add(all, path, (size_t)(word - path) + length);
		/* "taskkill /im x.exe": what has no path is looked for where programs are. */
		all->ranked |= word == path && !memchr(word, '\\', length);
		word += length;
		word += strspn(word, " \t");
	}
}

/* Names are told apart by what none of them has. */
static void
join(const Candidates *all, char out[AUDIT_ATTACK_NAME])
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (guint i = 0; i < all->names->len; i++)
		g_string_append_printf(s, "%s%s", i ? "/" : "", (const char *)all->names->pdata[i]);
	/* Of more than fit it is not known which. */
	g_strlcpy(out, s->len <= AUDIT_MARK_PART ? s->str : "", AUDIT_ATTACK_NAME);
}

static bool
is_command(const Candidates *all, const char *first_word)
{
	for (guint i = 0; i < all->names->len; i++) {
		const char *name = all->names->pdata[i];

		if (is_interpreter(name))
			return true;
		if ((g_str_has_suffix(name, ".exe") || strcmp(name, first_word) == 0) &&
		    is_tool(name))
			return true;
	}
	return false;
}

bool
audit_program_of(const char *command, bool cut, char out[AUDIT_ATTACK_NAME])
{
	Candidates all = { .names = g_ptr_array_new_with_free_func(g_free) };
	const char *at = command + strspn(command, " \t");
	bool quoted = *at == '"';
	const char *path = at + quoted;
	size_t length = strcspn(path, quoted ? "\"" : " \t");
	g_autofree char *first_word = audit_program_name(path, length);
	bool interpreter;

	if (quoted)
		add(&all, path, length);
	else
		add_unquoted(&all, path);
	/* Of a share: the program is wherever that is, and was put there by whoever has it. */
	interpreter = audit_path_host(path) || is_command(&all, first_word);
	join(&all, out);
	if (cut && !interpreter)
		out[0] = '\0';
	g_ptr_array_unref(all.names);
	return interpreter;
}

/* One of the names: the file's own, or that without the extension that is added. */
static bool
is_name(const char *name, size_t length, const char *file)
{
	size_t n = strlen(file);

	if (n == length + strlen(".exe") && ends_in(file, n, ".exe"))
		n = length;
	return n == length && strncmp(name, file, length) == 0;
}

bool
audit_program_is(const char *programs, const char *file)
{
	while (*programs) {
		size_t length = strcspn(programs, "/");

		if (is_name(programs, length, file))
			return true;
		programs += length;
		programs += *programs == '/';
	}
	return false;
}
