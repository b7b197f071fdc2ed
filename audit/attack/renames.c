/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ransomware as a file server sees it: many files in many directories get the same new extension, or
 * are read and written over whole, at a program's pace.
 *
 *   twenty files within a minute, in five directories or more
 *
 * Not counted: names that lose a temporary part (copies, downloads and saved documents end so), and
 * extensions that backups and updates give (.bak, .old). Converters and taggers of many files look
 * the same: dual.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum {
	FILES = 20,
	DIRECTORIES = 5,
	EXTENSION = 48, /* the longest that is one: some have a GUID, in braces */
};

static const uint64_t window = 60ull * 1000000000ull;

static bool
is_any(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (g_ascii_strcasecmp(text, *list) == 0)
			return true;
	return false;
}

/* Dots and blanks at its end say nothing: "a.docx.locked." is there for all to see. */
static void
cut_end(char *path)
{
	size_t n = strlen(path);

	while (n && (path[n - 1] == '.' || path[n - 1] == ' '))
		path[--n] = '\0';
}

/* After the last dot of the name; "" if there is none. */
static const char *
extension_of(const char *base)
{
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? dot + 1 : "";
}

/* ---- a burst ---- */

static void
begin(const AuditStep *s, AuditBurst *self, const char *extension)
{
	g_strlcpy(self->extension, extension, sizeof(self->extension));
	self->n = self->others = self->n_directories = 0;
	self->first_ns = audit_attack_here(s).time_ns;
	self->at = audit_attack_here(s);
}

static void
add_directory(AuditBurst *self, const char *path)
{
	g_autofree char *directory = g_ascii_strdown(path, audit_attack_base(path) - path);
	uint32_t hash = g_str_hash(directory);

	for (uint32_t i = 0; i < self->n_directories; i++)
		if (self->directories[i] == hash)
			return;
	if (self->n_directories < AUDIT_ATTACK_DIRECTORIES)
		self->directories[self->n_directories++] = hash;
}

/* `path`: where the file is. */
static void
count(const AuditStep *s, AuditBurst *self, const char *extension, const char *path)
{
	uint64_t now = audit_attack_here(s).time_ns;
	bool same = g_ascii_strcasecmp(self->extension, extension) == 0;

	if (!same && self->n && ++self->others < self->n)
		return;
	if (!same || !self->n || (!self->burst && now > self->first_ns + window)) {
		if (self->burst)
			return;
		begin(s, self, extension);
	}
	self->n++;
	self->last_ns = now;
	add_directory(self, path);
	if (self->burst || self->n < FILES ||
	    self->n_directories < MIN((uint32_t)DIRECTORIES, (uint32_t)AUDIT_ATTACK_DIRECTORIES))
		return;
	self->burst = true;
	audit_attack_account(s->x->user, self->account);
}

/* ---- renames ---- */

/* Whether the new extension is one that files get when they are taken away from their owner. */
static bool
is_new(const char *old, const char *new)
{
	static const char *const temporary[] = { "tmp",        "temp",     "part",     "partial",
						 "crdownload", "download", "filepart", NULL };
	static const char *const usual[] = { "bak",  "old",  "orig", "backup", "tmp",
					     "temp", "part", "save", "lnk",    NULL };
	const char *to = extension_of(new), *from = extension_of(old);

	if (!*to || strlen(to) > EXTENSION || g_ascii_strcasecmp(to, from) == 0)
		return false;
	if (is_any(to, usual) || is_any(from, temporary) || old[0] == '~')
		return false;
	/* A log that is turned over has a number; what loses a temporary part was longer. */
	return strspn(to, "0123456789") < strlen(to) && !strstr(old, new);
}

void
audit_renames_take(const AuditStep *s)
{
	const SmbExchange *x = s->x;
	char old[AUDIT_KEY_MAX], new[AUDIT_KEY_MAX];
	SmbText from = x->other.name;

	if (x->failed || !x->response.frame || !x->request.frame)
		return;
	if (smb_text_is_empty(from) && x->file)
		from = smb_string_text(smb_file_name(x->file));
	smb_text_to_utf8(from, old, sizeof(old));
	smb_text_to_utf8(x->other.name_to, new, sizeof(new));
	cut_end(new);
	if (is_new(audit_attack_base(old), audit_attack_base(new)))
		count(s, &audit_attack_of(s)->renames, extension_of(audit_attack_base(new)), old);
}

/* ---- rewrites ---- */

/* All of it was read and written over. */
void
audit_renames_closed(const AuditStep *s)
{
	const SmbFile *file = s->x->file;
	char path[AUDIT_KEY_MAX];

	if (!file || file->pipe || !file->reads || !file->writes || !file->has_size ||
	    !file->size || file->bytes_read < file->size || file->bytes_written < file->size ||
	    s->x->failed)
		return;
	smb_text_to_utf8(smb_string_text(file->name), path, sizeof(path));
	count(s, &audit_attack_of(s)->rewrites, "", path);
}

/* ---- the end ---- */

static void
told(const AuditStep *s, const AuditBurst *self, const char *verb)
{
	g_autofree char *what =
		g_strconcat(verb, self->extension[0] ? " to ." : "", self->extension, NULL);
	g_autofree char *how = NULL;

	if (!self->burst)
		return;
	how = g_strdup_printf("%u files in %.0f s, %u%s directories", self->n,
			      (double)(MAX(self->last_ns, self->first_ns) - self->first_ns) / 1e9,
			      self->n_directories,
			      self->n_directories == AUDIT_ATTACK_DIRECTORIES ? " or more" : "");
	audit_attack_see(s, AUDIT_RANSOMWARE_RENAMES, &self->at);
	audit_attack_mark(s, AUDIT_MARK_RENAMES, self->first_ns, what, how, self->account);
}

void
audit_renames_end(const AuditStep *s)
{
	if (!s->facts->attack)
		return;
	told(s, &s->facts->attack->renames, "renamed");
	told(s, &s->facts->attack->rewrites, "rewritten");
}
