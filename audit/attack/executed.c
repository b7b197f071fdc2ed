/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What belongs together of a program that was put on a server and started there: a file on an
 * administrative share, the service whose program it is, and its start, on one connection or on
 * several of a pair.
 *
 * Of so many files that their marks have no room there is the list AUDIT_WRITTEN: when they were
 * written, and a digest of each name. Anybody may work out the digest; two names with one are no use
 * to him, as he would only accuse himself.
 */
#include <nettle/sha2.h>
#include <string.h>

#include "audit/attack/internal.h"

enum {
	DIGITS = 12,             /* of the seconds, so that keys sort by time */
	TOGETHER = 3600,         /* seconds between what has no name in common, */
	BY_NAME = 24 * TOGETHER, /* and between a file and the start of what is named after it */
};

char *
audit_written_key(uint64_t second, const char *name)
{
	struct sha256_ctx hash;
	uint64_t digest;

	sha256_init(&hash);
	sha256_update(&hash, strlen(name), (const uint8_t *)name);
	sha256_digest(&hash, sizeof(digest), (uint8_t *)&digest);
	return g_strdup_printf("%0*" G_GUINT64_FORMAT " %016" G_GINT64_MODIFIER "x", DIGITS, second,
			       GUINT64_FROM_BE(digest));
}

/* What came first may be older where both have a name. */
static bool
is_together(uint64_t first, uint64_t then, bool named)
{
	if (first > then)
		return first - then <= TOGETHER;
	return then - first <= (named ? BY_NAME : TOGETHER);
}

/* ---- files ---- */

/* `name`: NULL is any. */
static bool
is_written_as(const AuditPair *pair, const char *name, uint64_t started)
{
	const AuditTally *written = &pair->tallies[AUDIT_WRITTEN];
	g_autofree char *digest = audit_written_key(0, name ? name : "");

	for (uint32_t i = 0; i < written->n; i++) {
		const char *key = written->items[i].key;

		if (strlen(key) > DIGITS && (!name || strcmp(key + DIGITS, digest + DIGITS) == 0) &&
		    is_together(g_ascii_strtoull(key, NULL, 10), started, name != NULL))
			return true;
	}
	return false;
}

/* By one of its names, with the extension that is added to one that has none. */
static bool
is_written(const AuditPair *pair, const AuditMark *service)
{
	g_auto(GStrv) names = g_strsplit(service->what, "/", -1);
	bool found = audit_program_is_any(service->what) &&
		     is_written_as(pair, NULL, service->second);

	for (char **name = names; *name && !found; name++) {
		g_autofree char *whole = g_strconcat(*name, ".exe", NULL);

		found = is_written_as(pair, *name, service->second) ||
			is_written_as(pair, whole, service->second);
	}
	return found;
}

/* The file is the service's program. That is unknown where its creation was not seen. */
static bool
belongs(const AuditMark *file, const AuditMark *service)
{
	bool any = audit_program_is_any(service->what);

	if (file->kind != AUDIT_MARK_FILE)
		return false;
	return (any && is_together(file->second, service->second, false)) ||
	       (is_together(file->second, service->second, true) &&
		audit_program_is(service->what, file->what));
}

static bool
has_file(const AuditPair *pair, const GArray *marks, const AuditMark *service)
{
	for (guint i = 0; i < marks->len; i++)
		if (belongs(&g_array_index(marks, AuditMark, i), service))
			return true;
	return service->what[0] && is_written(pair, service);
}

/* ---- services that one connection sets up, and another one starts ---- */

static bool
is_set_up(const AuditMark *mark)
{
	return mark->kind == AUDIT_MARK_SET_UP || mark->kind == AUDIT_MARK_COMMAND_SET_UP;
}

static bool
is_start(const AuditMark *mark)
{
	return mark->kind == AUDIT_MARK_START || mark->kind == AUDIT_MARK_STARTS_ITSELF;
}

static bool
is_of(const AuditMark *start, const AuditMark *set_up)
{
	bool named = start->what[0] != '\0';

	return is_start(start) && is_set_up(set_up) &&
	       is_together(set_up->second, start->second, named) &&
	       (!named || g_ascii_strcasecmp(start->what, set_up->where) == 0);
}

bool
audit_marks_is_half(const GArray *marks, const AuditMark *mark)
{
	if (!is_set_up(mark) && !is_start(mark))
		return false;
	for (guint i = 0; i < marks->len; i++) {
		const AuditMark *other = &g_array_index(marks, AuditMark, i);

		if (is_of(mark, other) || is_of(other, mark))
			return false;
	}
	return true;
}

static bool
is_executed(const AuditPair *pair, const GArray *marks, const AuditMark *mark)
{
	if (mark->kind == AUDIT_MARK_SERVICE)
		return has_file(pair, marks, mark);
	if (!is_set_up(mark) || audit_marks_is_half(marks, mark))
		return false;
	return mark->kind == AUDIT_MARK_COMMAND_SET_UP || has_file(pair, marks, mark);
}

uint64_t
audit_marks_executed(const AuditPair *pair)
{
	unsigned kinds = 1u << AUDIT_MARK_FILE | 1u << AUDIT_MARK_SERVICE |
			 1u << AUDIT_MARK_SET_UP | 1u << AUDIT_MARK_COMMAND_SET_UP |
			 1u << AUDIT_MARK_START | 1u << AUDIT_MARK_STARTS_ITSELF;
	GArray *marks;
	uint64_t n = 0;

	if (!pair->tallies[AUDIT_MARKS].n)
		return 0;
	marks = audit_marks_read(pair, kinds);
	for (guint i = 0; i < marks->len; i++)
		n += is_executed(pair, marks, &g_array_index(marks, AuditMark, i));
	audit_marks_free(marks);
	return n;
}
