/* SPDX-License-Identifier: BSD-3-Clause */
/* Marks: what was seen and when, as keys of a list that adds up like every other. */
#include <string.h>

#include "audit/attack/internal.h"

enum {
	DIGITS = 12, /* of the seconds, so that keys sort by time */
	PARTS = 4,   /* of a key after them */
	NS_PER_SECOND = 1000000000,
};

static const struct {
	const char *name;
	AuditRuleId rule;
	const char *text; /* %1: what, %2: where; AUDIT_RULES: none */
} kinds[AUDIT_MARKS_KINDS] = {
	[AUDIT_MARK_FILE] = { "file", AUDIT_REMOTE_EXECUTION, "%s in the share %s" },
	[AUDIT_MARK_SERVICE] = { "service", AUDIT_REMOTE_EXECUTION, "%s started as service %s" },
	[AUDIT_MARK_COMMAND] = { "command", AUDIT_REMOTE_EXECUTION, "%s run by service %s" },
	[AUDIT_MARK_SET_UP] = { "set_up", AUDIT_REMOTE_EXECUTION, "%s set up as service %s" },
	[AUDIT_MARK_COMMAND_SET_UP] = { "command_set_up", AUDIT_REMOTE_EXECUTION,
					"%s set up for service %s" },
	[AUDIT_MARK_START] = { "start", AUDIT_REMOTE_EXECUTION, "the service %s started%s" },
	[AUDIT_MARK_STARTS_ITSELF] = { "starts_itself", AUDIT_REMOTE_EXECUTION,
				       "the service %s starts with the system%s" },
	[AUDIT_MARK_TASK] = { "task", AUDIT_REMOTE_EXECUTION, "%s set up with %s" },
	[AUDIT_MARK_CALLBACK] = { "callback", AUDIT_COERCION, "to tell %s of changes (%s)" },
	[AUDIT_MARK_SEALED] = { "sealed", AUDIT_COERCION,
				"%sto go where its encrypted arguments say (%s)" },
	[AUDIT_MARK_ALIAS] = { "alias", AUDIT_COERCION, "to go to %s, by which it was called (%s)" },
	[AUDIT_MARK_COERCION] = { "coercion", AUDIT_COERCION, "to go to %s (%s)" },
	[AUDIT_MARK_THEFT] = { "theft", AUDIT_CREDENTIAL_THEFT, "%s (%s)" },
	[AUDIT_MARK_RENAMES] = { "renames", AUDIT_RANSOMWARE_RENAMES, "%s: %s" },
	[AUDIT_MARK_VERSION] = { "version", AUDIT_SCANNER, "asked for %s alone%s" },
	[AUDIT_MARK_PROBE] = { "probe", AUDIT_SCANNER, "%s%s" },
	[AUDIT_MARK_RELAY] = { "relay", AUDIT_RELAY, "%s%s" },
	[AUDIT_MARK_LOGON] = { "logon", AUDIT_GUESS_SUCCEEDED, "%s%s" },
};

/* A part of a key: one line, and without the separator. */
static void
append(GString *key, const char *part, size_t most)
{
	char cut[AUDIT_KEY_MAX];

	smb_text_to_utf8(smb_text_from_utf8(part ? part : ""), cut, MIN(most, sizeof(cut)));
	for (char *c = cut; *c; c++)
		if (*c == '|' || *c == '\n' || *c == '\r')
			*c = '?';
	g_string_append_c(key, '|');
	g_string_append(key, cut);
}

void
audit_attack_mark(const AuditStep *s, AuditMarkKind kind, uint64_t time_ns, const char *what,
		  const char *where, const char *account)
{
	enum { EACH = AUDIT_MARK_PART + 1 };
	g_autoptr(GString) key = g_string_new(NULL);

	g_string_append_printf(key, "%0*" G_GUINT64_FORMAT " %s", DIGITS, time_ns / NS_PER_SECOND,
			       kinds[kind].name);
	append(key, what, EACH);
	append(key, where, EACH);
	append(key, account, EACH);
	audit_facts_count(s->facts, AUDIT_MARKS, key->str);
}

void
audit_attack_written(const AuditStep *s, uint64_t time_ns, const char *name)
{
	g_autofree char *key = audit_written_key(time_ns / NS_PER_SECOND, name);

	audit_facts_count(s->facts, AUDIT_WRITTEN, key);
}

void
audit_attack_unwritten(const AuditStep *s, uint64_t n)
{
	AuditTally *written = &s->facts->pair.tallies[AUDIT_WRITTEN];

	written->left_out = audit_sum(written->left_out, n);
}

unsigned
audit_mark_class(const char *key)
{
	/* What scanners do says little, and may be done in their name as often as one likes. */
	static const uint8_t classes[AUDIT_MARKS_KINDS] = { [AUDIT_MARK_FILE] = 1,
							    [AUDIT_MARK_START] = 1,
							    [AUDIT_MARK_LOGON] = 2,
							    [AUDIT_MARK_VERSION] = 3,
							    [AUDIT_MARK_PROBE] = 3 };
	const char *blank = strchr(key, ' '), *name = blank ? blank + 1 : "";
	size_t length = strcspn(name, "|");

	for (AuditMarkKind i = 0; i < AUDIT_MARKS_KINDS; i++)
		if (strlen(kinds[i].name) == length && strncmp(kinds[i].name, name, length) == 0)
			return classes[i];
	return 4;
}

bool
audit_mark_read(const char *key, AuditMark *ret_mark)
{
	char *end;

	*ret_mark = (AuditMark){ 0 };
	if (strlen(key) <= DIGITS || key[DIGITS] != ' ')
		return false;
	ret_mark->second = g_ascii_strtoull(key, &end, 10);
	if (end != key + DIGITS)
		return false;
	ret_mark->parts = g_strsplit(key + DIGITS + 1, "|", PARTS);
	if (g_strv_length(ret_mark->parts) == PARTS) {
		ret_mark->what = ret_mark->parts[1];
		ret_mark->where = ret_mark->parts[2];
		ret_mark->account = ret_mark->parts[3];
		for (AuditMarkKind i = 0; i < AUDIT_MARKS_KINDS; i++) {
			ret_mark->kind = i;
			if (strcmp(ret_mark->parts[0], kinds[i].name) == 0)
				return true;
		}
	}
	g_strfreev(ret_mark->parts);
	ret_mark->parts = NULL;
	return false;
}

unsigned
audit_marks_of(AuditRuleId rule)
{
	unsigned bits = 0;

	for (AuditMarkKind i = 0; i < AUDIT_MARKS_KINDS; i++)
		if (kinds[i].rule == rule)
			bits |= 1u << i;
	return bits;
}

char *
audit_mark_text(const AuditMark *mark)
{
	const char *what = mark->what;
	GString *s = g_string_new(NULL);
	g_autofree char *first = NULL;

	if (!what[0])
		what = mark->kind == AUDIT_MARK_START ? "(unknown)" : "an unknown program";
	if (mark->kind == AUDIT_MARK_SERVICE || mark->kind == AUDIT_MARK_SET_UP) {
		first = g_strndup(what, strcspn(what, "/"));
		what = first;
	}

	/* The formats are those above. */
	for (const char *f = kinds[mark->kind].text, *arg = what; *f; f++) {
		if (*f != '%') {
			g_string_append_c(s, *f);
			continue;
		}
		g_string_append(s, arg);
		arg = mark->where;
		f++;
	}
	return g_string_free(s, FALSE);
}

/* ---- what takes several connections ---- */

GArray *
audit_marks_read(const AuditPair *pair, unsigned bits)
{
	const AuditTally *t = &pair->tallies[AUDIT_MARKS];
	GArray *marks = g_array_new(FALSE, FALSE, sizeof(AuditMark));
	AuditMark mark;

	for (uint32_t i = 0; i < t->n; i++) {
		if (!audit_mark_read(t->items[i].key, &mark))
			continue;
		if (bits >> mark.kind & 1)
			g_array_append_val(marks, mark);
		else
			g_strfreev(mark.parts);
	}
	return marks;
}

void
audit_marks_free(GArray *marks)
{
	for (guint i = 0; i < marks->len; i++)
		g_strfreev(g_array_index(marks, AuditMark, i).parts);
	g_array_unref(marks);
}

bool
audit_mark_is_guess(const AuditMark *mark, const AuditGuesses *guesses)
{
	return mark->kind == AUDIT_MARK_LOGON && mark->second <= UINT64_MAX / NS_PER_SECOND &&
	       audit_guesses_before(guesses, mark->second * NS_PER_SECOND);
}

uint64_t
audit_marks_guessed(const AuditPair *pair, const AuditGuesses *guesses)
{
	const AuditTally *t = &pair->tallies[AUDIT_MARKS];
	uint64_t n = 0;
	AuditMark mark;

	for (uint32_t i = 0; guesses && i < t->n; i++) {
		if (!audit_mark_read(t->items[i].key, &mark))
			continue;
		if (audit_mark_is_guess(&mark, guesses))
			n = audit_sum(n, t->items[i].count);
		g_strfreev(mark.parts);
	}
	return n;
}

uint32_t
audit_marks_versions(const AuditPair *pair)
{
	GArray *marks;
	uint32_t n = 0;

	if (!pair->tallies[AUDIT_MARKS].n)
		return 0;
	marks = audit_marks_read(pair, 1u << AUDIT_MARK_VERSION);

	for (guint i = 0; i < marks->len; i++) {
		bool again = false;

		for (guint j = 0; j < i; j++)
			again |= strcmp(g_array_index(marks, AuditMark, i).what,
					g_array_index(marks, AuditMark, j).what) == 0;
		n += !again;
	}
	audit_marks_free(marks);
	return n;
}
