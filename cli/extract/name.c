/* SPDX-License-Identifier: BSD-3-Clause */
/* Safe names of files. */
#include "cli/extract/name.h"

#include <glib.h>
#include <string.h>

#include "dissect/wire/text.h"

enum { EXTENSION_MAX = 16 };

static bool
is_allowed(uint32_t c)
{
	if (c >= 0x80)
		return !smb_character_is_unprintable(c) && c != 0xFFFD && !g_unichar_isspace(c) &&
		       !g_unichar_ismark(c);
	return g_ascii_isalnum((char)c) || (c && strchr("._-+,=@ ", (int)c));
}

/* What Windows takes for the digit of a device: also the superscripts of Latin-1. */
static bool
is_port(const char *part, size_t len)
{
	return (len == 1 && g_ascii_isdigit(*part)) ||
	       (len == 2 && (memcmp(part, "\xc2\xb9", 2) == 0 || memcmp(part, "\xc2\xb2", 2) == 0 ||
			     memcmp(part, "\xc2\xb3", 2) == 0));
}

/* The names of devices, with whatever extension ("Naming Files, Paths, and Namespaces"). */
static bool
is_reserved(const char *part)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "clock" };
	size_t stem = strcspn(part, ".");

	while (stem && part[stem - 1] == ' ')
		stem--;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i]) == stem && g_ascii_strncasecmp(part, names[i], stem) == 0)
			return true;
	return stem > 3 &&
	       (g_ascii_strncasecmp(part, "com", 3) == 0 ||
		g_ascii_strncasecmp(part, "lpt", 3) == 0) &&
	       is_port(part + 3, stem - 3);
}

/* A part of a path: dots and spaces at its ends go, and so do those that follow a dot. */
static void
append_part(GString *name, const char *part, size_t len)
{
	SmbText text = { { (const uint8_t *)part, (uint32_t)MIN(len, (size_t)UINT32_MAX) },
			 SMB_TEXT_UTF8 };
	g_autoptr(GString) safe = g_string_new(NULL);
	uint32_t at = 0, c;

	while (smb_text_next(text, &at, &c)) {
		char last = safe->len ? safe->str[safe->len - 1] : '.';

		if ((c == '.' || c == ' ' || c == '-') && last == '.')
			continue;
		if (is_allowed(c))
			g_string_append_unichar(safe, c);
		else
			g_string_append_c(safe, '_');
	}
	while (safe->len && strchr(". ", safe->str[safe->len - 1]))
		g_string_truncate(safe, safe->len - 1);
	if (!safe->len)
		return;
	if (name->len)
		g_string_append_c(name, '_');
	g_string_append(name, safe->str);
	if (is_reserved(safe->str))
		g_string_append_c(name, '_');
}

static void
append_path(GString *name, const char *path)
{
	while (path && *path) {
		size_t len = strcspn(path, "\\/");

		append_part(name, path, len);
		path += len;
		path += *path != '\0';
	}
}

/* Where its extension begins; its end where it has none that is worth keeping. */
static size_t
extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len = strlen(name);

	return dot && dot != name && name + len - dot <= EXTENSION_MAX && !strchr(dot, '_')
		       ? (size_t)(dot - name)
		       : len;
}

/* At a character's beginning, and so that no dot or space comes before the extension. */
static void
shorten(GString *name)
{
	size_t extension = extension_of(name->str), tail = name->len - extension;
	size_t end;

	if (name->len <= CLI_EXTRACT_NAME_MAX)
		return;
	end = CLI_EXTRACT_NAME_MAX - tail;
	while (end && ((uint8_t)name->str[end] & 0xC0) == 0x80)
		end--;
	while (end && strchr(". ", name->str[end - 1]))
		end--;
	g_string_erase(name, (gssize)end, (gssize)(extension - end));
}

/* Only what is not whole is called so: the sender of a name does not say that. */
static void
unmark(GString *name)
{
	static const char mark[] = ".partial";
	size_t len = strlen(mark);

	if (name->len >= len && g_ascii_strcasecmp(name->str + name->len - len, mark) == 0)
		name->str[name->len - len] = '_';
}

char *
cli_extract_name(const char *server, const char *share, const char *path)
{
	GString *name = g_string_new(NULL);

	append_path(name, server);
	append_path(name, share);
	append_path(name, path);
	if (!name->len || !g_ascii_isalnum(name->str[0]))
		g_string_prepend(name, "file_");
	shorten(name);
	unmark(name);
	return g_string_free(name, FALSE);
}

char *
cli_extract_name_numbered(const char *name, unsigned long long number)
{
	size_t extension = extension_of(name);

	return g_strdup_printf("%.*s~%llu%s", (int)extension, name, number, name + extension);
}
