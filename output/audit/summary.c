/* SPDX-License-Identifier: BSD-3-Clause */
/* The totals, in counts and bars, and how far they can be relied on. */
#include "output/audit/report.h"

#include <string.h>

enum {
	BARS_SHOWN = 6, /* of a kind */
	BAR = 30,       /* columns of the longest bar */
	LABEL = 18,
	NUMBER = 8,               /* columns of a count, if none has more digits than 7 */
	TEN_TO_NUMBER = 10000000, /* the least that has */
	TIMES_WIDTH = 60,         /* of the first and the last packet, with the text between them */
};

/* At least one column for anything; counts may be as large as 63 bits hold. */
static uint64_t
bar_length(uint64_t count, uint64_t most, uint64_t longest)
{
	double share = (double)count / (double)most;
	uint64_t n = (uint64_t)(share * (double)longest + 0.5);

	return count ? MAX(n, 1) : 0;
}

/* Those with most come first if not all are shown. */
static gint
compare_counts(gconstpointer a, gconstpointer b)
{
	const AuditCount *x = *(const AuditCount *const *)a, *y = *(const AuditCount *const *)b;

	const char *name = x->key, *other = y->key;

	return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(name, other);
}

static GPtrArray *
counts_of(const AuditTally *tally, guint most)
{
	GPtrArray *counts = g_ptr_array_new();

	for (uint32_t i = 0; i < tally->n; i++)
		g_ptr_array_add(counts, &tally->items[i]);
	if (counts->len > most) {
		g_ptr_array_sort(counts, compare_counts);
		g_ptr_array_set_size(counts, (gint)most);
	}
	return counts;
}

/* Columns of the counts, and of the longest bar. */
typedef struct {
	uint64_t most, longest;
	size_t number;
} Scale;

static Scale
scale_of(const Report *r, const AuditTally *tally)
{
	Scale scale = { .most = 1, .number = NUMBER };

	for (uint32_t i = 0; i < tally->n; i++)
		scale.most = MAX(scale.most, tally->items[i].count);
	for (uint64_t v = scale.most; v >= TEN_TO_NUMBER; v /= 10)
		scale.number++;
	scale.longest = 2 + LABEL + REPORT_NAMES_SHOWN + 1 + scale.number;
	scale.longest = MIN((uint64_t)BAR, r->width - MIN(scale.longest, (uint64_t)r->width - 1));
	return scale;
}

static void
put_bar(OutBuffer *b, const Scale *scale, const char *label, const char *text, uint64_t count)
{
	size_t at = b->len;

	out_lit(b, "  ");
	out_str(b, label);
	out_pad(b, at, LABEL + 2);
	at = b->len;
	out_text(b, smb_text_from_utf8(text));
	out_fit(b, at, REPORT_NAMES_SHOWN);
	out_char(b, ' ');
	at = b->len;
	out_u64(b, count);
	out_pad(b, at, scale->number);
	for (uint64_t bar = 0; bar < bar_length(count, scale->most, scale->longest); bar++)
		out_char(b, '#');
	out_char(b, '\n');
}

static void
put_bars(Report *r, const char *label, const AuditTally *tally, const char *none)
{
	g_autoptr(GPtrArray) counts = counts_of(tally, report_most(r, BARS_SHOWN));
	Scale scale = scale_of(r, tally);

	for (guint i = 0; i < counts->len; i++) {
		const AuditCount *count = counts->pdata[i];
		const char *key = count->key;

		put_bar(r->b, &scale, i ? "" : label, strcmp(key, "none") == 0 ? none : key,
			count->count);
	}
	if (tally->n > counts->len)
		report_more(r, tally->n - counts->len, "                  ", "--json has all");
}

static void
put_alert(Report *r, const char *text)
{
	out_alert_on(r->b, r->options->colour);
	report_spaces(r->b, 2);
	report_wrap(r, 2, 4, text);
	out_alert_off(r->b, r->options->colour);
}

/* The connections, and the observations on them that lead to findings, by severity. */
static void
put_left_out(Report *r)
{
	const Audit *audit = r->report->audit;
	uint64_t connections = audit->connections - MIN(r->report->kept, audit->connections);
	g_autoptr(GString) s = g_string_new(NULL);
	const char *before = "; with them, of what findings follow from: ";

	g_string_append_printf(s,
			       "%" G_GUINT64_FORMAT
			       " %s left out: more clients and servers than fit (--memory)",
			       connections, connections == 1 ? "connection" : "connections");
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--) {
		if (!r->report->left_out[i])
			continue;
		g_string_append_printf(s, "%s%" G_GUINT64_FORMAT " %s", before,
				       r->report->left_out[i],
				       audit_severity_name((AuditSeverity)i));
		before = ", ";
	}
	if (*before == ';')
		g_string_append(s, "; nothing that findings follow from, but for challenges");
	put_alert(r, s->str);
}

static void
put_loss(Report *r)
{
	const Audit *audit = r->report->audit;
	g_autofree char *names = NULL;

	if (r->report->accepted) {
		out_lit(r->b, "  ");
		out_count(r->b, r->report->accepted, "finding", "findings");
		out_lit(r->b, " accepted and not shown\n");
	}
	if (!audit_has_all(audit, AUDIT_LAYER_DETAILS) || r->report->kept < audit->connections)
		put_left_out(r);
	if (audit->mixed)
		put_alert(r, "something was left out in ways that do not add up: what is shown may "
			     "not be all that is known of it");
	if (audit->sites_left_out)
		put_alert(r,
			  "the names of some sites are too long: their machines are not told apart");
	if (r->report->logons_left_out)
		put_alert(r, "of some servers there are logons of more accounts than fit: a kind "
			     "that only they would show to be refused is not known to be");
	if (audit->captures_left_out) {
		names = g_strdup_printf("%" G_GUINT64_FORMAT
					" times the name of a capture was one too many (--memory)",
					audit->captures_left_out);
		put_alert(r, names);
	}
}

/* Who is no client, and their connections, which are in none of the totals. */
static void
add_kept_out(GString *s, const AuditReport *report)
{
	uint64_t n = report->kept - MIN(report->total.numbers[AUDIT_N_CONNECTIONS], report->kept);
	const char *before = "; kept out of the clients: ";

	if (report->scanners) {
		g_string_append_printf(s, "%s%u %s", before, report->scanners,
				       report->scanners == 1 ? "scanner" : "scanners");
		before = ", ";
	}
	if (report->guessers) {
		g_string_append_printf(s, "%s%u that only guessed passwords", before,
				       report->guessers);
		before = ", ";
	}
	if (report->attackers) {
		g_string_append_printf(s, "%s%u that only attacked", before, report->attackers);
		before = ", ";
	}
	if (*before == ',')
		g_string_append_printf(s, " (%" G_GUINT64_FORMAT " %s)", n,
				       n == 1 ? "connection" : "connections");
}

/* How far the totals can be relied on: something that was not seen may still be there. */
static void
put_seen(Report *r)
{
	const uint64_t *n = r->report->total.numbers;
	/* What began before the capture is incomplete as well. */
	uint64_t cut = MAX(n[AUDIT_N_INCOMPLETE], n[AUDIT_N_MIDSTREAM]) - n[AUDIT_N_MIDSTREAM];
	uint64_t known = n[AUDIT_N_WHOLE] + n[AUDIT_N_MIDSTREAM] + cut + n[AUDIT_N_SCANS] +
			 n[AUDIT_N_ATTACKS];
	uint64_t all = n[AUDIT_N_CONNECTIONS];
	g_autoptr(GString) s = g_string_new(NULL);

	g_string_append_printf(s, "%" G_GUINT64_FORMAT " complete", n[AUDIT_N_WHOLE]);
	if (n[AUDIT_N_MIDSTREAM])
		g_string_append_printf(s,
				       ", %" G_GUINT64_FORMAT
				       " already open when the capture began",
				       n[AUDIT_N_MIDSTREAM]);
	if (cut)
		g_string_append_printf(s, ", %" G_GUINT64_FORMAT " incomplete", cut);
	if (known < all)
		g_string_append_printf(s, ", %" G_GUINT64_FORMAT " without an answered negotiation",
				       all - known);
	add_kept_out(s, r->report);
	report_spaces(r->b, 2);
	report_wrap(r, 2, 2, s->str);
}

char *
report_covered(const AuditCovered *covered)
{
	OutBuffer b = { 0 };
	char *words;

	out_duration(&b, audit_covered_ns(covered));
	words = g_strndup((const char *)b.data, b.len);
	out_buffer_clear(&b);
	return words;
}

void
out_audit_covered_days(OutBuffer *b, const AuditReport *report)
{
	const uint64_t two_days = UINT64_C(2) * 86400 * 1000000000;
	const AuditHost *total = &report->total;

	if (audit_covered_ns(&report->audit->covered) < two_days)
		return;
	out_lit(b, " from first to last packet, with SMB connections on ");
	out_count(b, total->pairs ? audit_host_days(total) : 0, "day", "days");
}

/* How long somebody could have been seen at all. */
static void
put_covered(Report *r)
{
	const AuditCovered *covered = &r->report->audit->covered;
	g_autofree char *words = report_covered(covered);

	if (!covered->n)
		return;
	out_lit(r->b, "  ");
	out_count(r->b, covered->captures, "capture covers ", "captures cover ");
	out_str(r->b, words);
	out_audit_covered_days(r->b, r->report);
	if (audit_covered_step(covered)) {
		out_lit(r->b, ", each rounded to ");
		out_duration(r->b, audit_covered_step(covered));
	}
	out_char(r->b, '\n');
}

/* The users whose logons were accepted; nothing if there were none. */
static void
put_people(Report *r)
{
	const AuditHost *total = &r->report->total;
	uint64_t known = total->people + total->machines + total->guests + total->anonymous;
	uint64_t accepted = total->numbers[AUDIT_N_ACCEPTED];
	const struct {
		uint64_t n;
		const char *one, *many;
	} kinds[] = {
		{ total->people, "of a person", "of people" },
		{ total->machines, "of a machine", "of machines" },
		{ total->guests, "as guest", "as guest" },
		{ total->anonymous, "anonymous", "anonymous" },
		/* Kerberos encrypts it, and share-level security has none. */
		{ accepted - MIN(known, accepted), "without a visible user name",
		  "without a visible user name" },
	};
	bool any = false;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!kinds[i].n)
			continue;
		out_str(r->b, any ? ", " : "  logons accepted   ");
		any = true;
		out_u64(r->b, kinds[i].n);
		out_char(r->b, ' ');
		out_str(r->b, kinds[i].n == 1 ? kinds[i].one : kinds[i].many);
	}
	if (any)
		out_char(r->b, '\n');
}

void
report_summary(Report *r)
{
	const AuditReport *report = r->report;
	const AuditHost *total = &report->total;
	OutBuffer *b = r->b;
	size_t from = b->len;

	out_bold_on(b, r->options->colour);
	out_count(b, report->clients->len - report->scanners - report->guessers - report->attackers,
		  "client", "clients");
	out_lit(b, ", ");
	out_count(b, report->servers->len, "server", "servers");
	out_lit(b, ", ");
	out_count(b, report->audit->connections, "connection", "connections");
	out_bold_off(b, r->options->colour);
	if (report->audit->connections) {
		out_str(b, b->len - from + TIMES_WIDTH > r->width ? "\n  " : "   ");
		out_clock_time(b, &r->clock, report->audit->first_ns);
		out_lit(b, " to ");
		out_clock_time(b, &r->clock, report->audit->last_ns);
	}
	out_char(b, '\n');
	put_covered(r);
	if (!report->audit->connections) {
		out_lit(b, "  no SMB connection was seen\n");
		return;
	}
	put_seen(r);
	put_loss(r);
	put_bars(r, "dialects chosen", &total->dialects, "none");
	put_bars(r, "verdicts", &total->verdicts, "not seen");
	put_bars(r, "authentications", &total->passwords, "no secret seen");
	put_bars(r, "signing", &total->signing, "none");
	put_people(r);
}
