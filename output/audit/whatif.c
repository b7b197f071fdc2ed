/* SPDX-License-Identifier: BSD-3-Clause */
/* What breaks if a setting is switched on: records, a section of the report, and a table. */
#include <string.h>

#include "output/audit/records.h"
#include "output/audit/report.h"

enum {
	NAME_MAX_BYTES = 64, /* of a setting */
	BREAKS_SHOWN = 12,   /* of a setting */
	NAMES_SHOWN = 4,     /* accounts and shares of a pair */
	ENDS_WIDTH = 38,
};

/* ---- records ---- */

static void
put_names(OutBuffer *b, const AuditTally *t)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < t->n; i++) {
		out_json_comma(b);
		out_str_json(b, t->items[i].key);
	}
	out_char(b, ']');
}

#define put_key_names(b, key, t) (out_key(b, key), put_names(b, t))

static void
put_times(OutBuffer *b, uint64_t first_ns, uint64_t last_ns)
{
	out_key(b, "first_seen");
	out_audit_time(b, first_ns);
	out_key(b, "last_seen");
	out_audit_time(b, last_ns);
}

static void
begin(OutBuffer *b, uint64_t ns, const char *kind, const char *setting)
{
	out_lit(b, "{\"timestamp\":");
	out_audit_time(b, ns);
	out_key_str(b, "event_type", "audit");
	out_key_str(b, "kind", kind);
	out_key_str(b, "setting", setting);
}

static void
put_break(OutBuffer *b, const AuditBreak *one, const char *setting)
{
	begin(b, one->first_ns, "breaks", setting);
	out_audit_site(b, &one->pair->client);
	out_lit(b, ",\"client\":\"");
	out_audit_address(b, &one->pair->client);
	out_lit(b, "\",\"server\":\"");
	out_audit_address(b, &one->pair->server);
	out_char(b, '"');
	put_key_names(b, "accounts", &one->accounts);
	put_key_names(b, "shares", &one->shares);
	out_key_u64(b, "count", one->count);
	put_times(b, one->first_ns, one->last_ns);
	out_key(b, "frames");
	out_audit_evidence(b, one->shown.first, one->shown.n);
	out_key_str(b, "why", one->why);
	out_key_str(b, "certainty", one->likely ? "likely" : "proved");
	out_key_str(b, "fix", one->fix);
	out_lit(b, "}\n");
}

void
out_audit_what_if_json(OutWriter *writer, const AuditReport *report, const AuditWhatIf *what)
{
	OutBuffer *b = out_writer_buffer(writer);
	char setting[NAME_MAX_BYTES];

	audit_setting_name(&what->setting, setting, sizeof(setting));
	begin(b, report->audit->connections ? report->audit->first_ns : 0, "what_if", setting);
	out_key_str(b, "verdict", audit_what_name(what->verdict));
	out_key_u64(b, "pairs", what->pairs);
	if (audit_what_if_left_out(what))
		out_key_u64(b, "pairs_left_out", audit_what_if_left_out(what));
	out_key_u64(b, "clients", what->clients);
	out_key_u64(b, "servers", what->servers);
	out_key_u64(b, "accounts", what->accounts.n);
	if (what->accounts.left_out)
		out_key_u64(b, "accounts_left_out", what->accounts.left_out);
	put_times(b, report->audit->connections ? report->audit->first_ns : 0,
		  report->audit->last_ns);
	out_audit_covered(b, &report->audit->covered);
	out_key_u64(b, "days_seen", report->total.pairs ? audit_host_days(&report->total) : 0);
	out_key_u64(b, "days_enough", report->enough_days);
	out_lit(b, "}\n");
	out_writer_record(writer);
	for (guint i = 0; i < what->breaks->len; i++) {
		put_break(b, &g_array_index(what->breaks, AuditBreak, i), setting);
		out_writer_record(writer);
	}
}

/* ---- text ---- */

static void
add_names(GString *s, const char *before, const AuditTally *t)
{
	OutBuffer safe = { 0 };

	for (uint32_t i = 0; i < MIN(t->n, NAMES_SHOWN); i++) {
		safe.len = 0;
		out_text(&safe, smb_text_from_utf8(t->items[i].key));
		g_string_append(s, i ? ", " : before);
		g_string_append_len(s, (const char *)safe.data, (gssize)safe.len);
	}
	if (t->n > NAMES_SHOWN)
		g_string_append_printf(s, " and %u more", t->n - NAMES_SHOWN);
	out_buffer_clear(&safe);
}

static void
put_break_text(Report *r, const AuditBreak *one)
{
	OutBuffer *b = r->b;
	size_t from = b->len;
	g_autoptr(GString) s = g_string_new(NULL);

	out_lit(b, "    ");
	out_audit_machine(b, &one->pair->client);
	out_lit(b, " -> ");
	out_audit_machine(b, &one->pair->server);
	out_pad(b, from, ENDS_WIDTH - 1);
	out_char(b, ' ');
	out_u64(b, one->count);
	out_char(b, 'x');
	if (one->shown.n) {
		out_lit(b, "  #");
		out_u64(b, one->shown.first[0].connection);
		out_lit(b, " frame ");
		out_u64(b, one->shown.first[0].frame);
	}
	out_char(b, '\n');
	g_string_append_printf(s, "%s%s", one->likely ? "likely: " : "", one->why);
	add_names(s, one->accounts.n == 1 ? "; account " : "; accounts ", &one->accounts);
	add_names(s, one->shares.n == 1 ? "; share " : "; shares ", &one->shares);
	report_spaces(b, 8);
	report_wrap(r, 8, 8, s->str);
	report_spaces(b, 8);
	report_wrap(r, 8, 8, one->fix);
}

static void
put_stops(Report *r, const AuditWhatIf *what, const char *setting)
{
	g_autoptr(GString) s = g_string_new(setting);

	g_string_append_printf(s, " stops %u %s of %u %s and %u %s", what->pairs,
			       what->pairs == 1 ? "pair" : "pairs", what->clients,
			       what->clients == 1 ? "client" : "clients", what->servers,
			       what->servers == 1 ? "server" : "servers");
	add_names(s, what->accounts.n == 1 ? "; account " : "; accounts ", &what->accounts);
	report_spaces(r->b, 2);
	report_wrap(r, 2, 4, s->str);
}

/* Why those that stop nobody do not; it is the same for all of them. */
static void
add_nobody(GString *s, const AuditReport *report, const AuditWhatIf *what)
{
	const AuditHost *total = &report->total;
	uint64_t connections = total->numbers[AUDIT_N_CONNECTIONS];
	unsigned days = total->pairs ? audit_host_days(total) : 0;
	g_autofree char *covered = report_covered(&report->audit->covered);

	if (what->verdict == AUDIT_WHAT_NOBODY)
		g_string_append_printf(s, " nobody that was seen on %u %s", days,
				       days == 1 ? "day" : "days");
	else if (audit_report_may_miss(report))
		g_string_append(s, " nobody that is known, but connections were left out: there "
				   "was no room for them (--memory)");
	else if (what->dropped)
		g_string_append(s, " nobody that is known, but logons were left out: a client had "
				   "more kinds of them at a server than are kept");
	else if (!report->audit->connections)
		g_string_append(s, " nobody so far: no SMB connection was seen");
	else
		g_string_append_printf(s,
				       " nobody so far, in %" G_GUINT64_FORMAT
				       " %s on %u %s (captures cover %s): too little to say "
				       "(--enough %u)",
				       connections, connections == 1 ? "connection" : "connections",
				       days, days == 1 ? "day" : "days", covered,
				       report->enough_days);
}

/* One sentence for all of them. */
static void
put_nobody(Report *r)
{
	const GPtrArray *all = r->report->what_ifs;
	g_autoptr(GString) s = g_string_new(NULL);
	const AuditWhatIf *one = NULL;
	char setting[NAME_MAX_BYTES];
	unsigned n = 0;

	for (guint i = 0; i < all->len; i++) {
		const AuditWhatIf *what = all->pdata[i];

		if (what->verdict == AUDIT_WHAT_BREAKS)
			continue;
		audit_setting_name(&what->setting, setting, sizeof(setting));
		g_string_append_printf(s, "%s%s", n++ ? ", " : "", setting);
		one = what;
	}
	if (!one)
		return;
	g_string_append(s, n == 1 ? " stops" : " stop");
	add_nobody(s, r->report, one);
	report_spaces(r->b, 2);
	report_wrap(r, 2, 4, s->str);
	report_flush(r);
}

static void
put_what_if(Report *r, const AuditWhatIf *what)
{
	char setting[NAME_MAX_BYTES];
	guint shown = MIN(what->breaks->len, report_most(r, BREAKS_SHOWN));

	audit_setting_name(&what->setting, setting, sizeof(setting));
	put_stops(r, what, setting);
	for (guint i = 0; i < shown; i++) {
		put_break_text(r, &g_array_index(what->breaks, AuditBreak, i));
		report_flush(r);
	}
	if (audit_what_if_left_out(what)) {
		out_lit(r->b, "    and ");
		out_u64(r->b, what->pairs - shown);
		out_lit(r->b, " more; there was no room for all of them (--memory), --csv breaks "
			      "has ");
		out_u64(r->b, what->breaks->len);
		out_char(r->b, '\n');
	} else if (shown < what->pairs) {
		report_more(r, what->pairs - shown, "  ", "--csv breaks has all");
	}
	report_flush(r);
}

void
report_what_ifs(Report *r)
{
	const GPtrArray *all = r->report->what_ifs;

	if (!all->len)
		return;
	report_title(r, "What breaks");
	for (unsigned i = 0; i < r->report->asked.n_profiles; i++)
		report_profile(r, r->report->asked.profiles[i]);
	for (guint i = 0; i < all->len; i++) {
		const AuditWhatIf *what = all->pdata[i];

		if (what->verdict == AUDIT_WHAT_BREAKS)
			put_what_if(r, what);
	}
	put_nobody(r);
}
