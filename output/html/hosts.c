/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of clients and servers of a page, with what each showed of itself. */
#include <string.h>

#include "output/audit/audit.h"
#include "output/audit/software.h"
#include "output/base/words.h"
#include "output/html/sections.h"

enum { HOSTS_SHOWN = 2000 }; /* of a table */

/* ---- Posture ---- */

static void
begin_property(OutBuffer *b, bool *any, const char *property)
{
	out_str(b, *any ? "</li><li>" : "<ul class=\"posture\"><li>");
	*any = true;
	out_lit(b, "<b>");
	for (; *property; property++)
		out_char(b, *property == '_' ? ' ' : *property);
	out_lit(b, "</b> ");
}

/* A value, and when pointed at how often it was seen, and where first. */
static void
put_value(OutBuffer *b, const char *value, const AuditSighting *seen)
{
	out_lit(b, "<span title=\"seen ");
	out_u64(b, seen->count);
	out_lit(b, "\303\227");
	if (seen->n && seen->first->frame) {
		out_lit(b, ", first in frame ");
		out_u64(b, seen->first->frame);
		out_str(b, seen->first->capture ? " of " : "");
		html_capture(b, seen->first->capture);
	}
	out_lit(b, "\">");
	html_str(b, value);
	out_lit(b, "</span>");
}

/* Where the traits of this property end. */
static unsigned
end_of(unsigned from, unsigned end)
{
	const char *property = audit_trait_name((AuditTraitId)from).property;
	unsigned to = from + 1;

	while (to < end && strcmp(audit_trait_name((AuditTraitId)to).property, property) == 0)
		to++;
	return to;
}

static void
put_dialects(OutBuffer *b, const AuditPosture *p, AuditTraitId base, bool *any)
{
	int newest = audit_posture_dialect(p, base, true);
	int oldest = audit_posture_dialect(p, base, false);

	if (newest < 0)
		return;
	begin_property(b, any, base == AUDIT_CHOSE ? "dialects chosen" : "newest dialect offered");
	if (oldest != newest && base == AUDIT_CHOSE) {
		put_value(b, audit_dialect_name((unsigned)oldest), &p->seen[(int)base + oldest]);
		out_lit(b, " to ");
	}
	put_value(b, audit_dialect_name((unsigned)newest), &p->seen[(int)base + newest]);
}

/* The value that decides; all of a property that may have several. */
static void
put_property(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to, bool *any)
{
	AuditTraitName name = audit_trait_name((AuditTraitId)from);
	int at = audit_posture_first(p, (AuditTraitId)from, to - from);
	bool first = true;

	if (from == AUDIT_CHOSE || from == AUDIT_OFFERED_UP_TO) {
		put_dialects(b, p, (AuditTraitId)from, any);
		return;
	}
	if (at < 0)
		return;
	begin_property(b, any, name.property);
	for (unsigned i = (unsigned)at; i < (name.several ? to : (unsigned)at + 1); i++) {
		if (!p->seen[i].count)
			continue;
		out_str(b, first ? "" : ", ");
		put_value(b, audit_trait_name((AuditTraitId)i).value, &p->seen[i]);
		first = false;
	}
}

/* Which kinds of logon a server takes. */
static void
put_takes(AuditPage *self, const AuditMember *member, bool *any)
{
	AuditTakes takes;

	audit_report_takes(self->report, member, &takes);
	for (int i = 0; i < AUDIT_TAKES; i++) {
		const AuditTaken *kind = &takes.kinds[i];

		if (!kind->accepted.count && !kind->refused.count)
			continue;
		begin_property(self->page.b, any, audit_take_name((AuditTake)i));
		put_value(self->page.b, kind->accepted.count ? "accepted" : "refused",
			  kind->accepted.count ? &kind->accepted : &kind->refused);
	}
	audit_takes_clear(&takes);
}

static void
put_posture(AuditPage *self, const AuditMember *member)
{
	unsigned from = member->server ? 0 : AUDIT_CLIENT_TRAITS;
	unsigned end = member->server ? AUDIT_CLIENT_TRAITS : AUDIT_TRAITS;
	OutBuffer *b = self->page.b;
	AuditPosture posture;
	bool any = false;

	page_cell(&self->page);
	audit_report_posture(self->report, member, &posture);
	for (unsigned to; from < end; from = to) {
		to = end_of(from, end);
		put_property(b, &posture, from, to, &any);
	}
	if (member->server)
		put_takes(self, member, &any);
	audit_posture_clear(&posture);
	out_str(b, any ? "</li></ul>" : "-");
	page_cell_end(&self->page);
}

/* ---- Tables ---- */

static int
worst_of(const AuditHost *host)
{
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if (host->findings[i])
			return i;
	return -1;
}

/* Who keeps SMB1 from being switched off. */
static void
put_smb1_clients(OutBuffer *b, const AuditHost *host)
{
	uint32_t without = host->smb1_locked_out + host->smb1_left;

	if (host->smb1_peers) {
		out_count(b, host->smb1_peers, "client used", "clients used");
		out_str(b, host->smb1_tried || without ? " it, " : " it");
	}
	if (host->smb1_tried) {
		out_count(b, host->smb1_tried, "client agreed", "clients agreed");
		out_str(b, without ? " on it, " : " on it");
	}
	if (without) {
		out_count(b, without, "client speaks", "clients speak");
		out_lit(b, " nothing else");
	}
}

/* Whether SMB1 can be switched off there, and what keeps it from that. */
static void
put_readiness(AuditPage *self, const AuditMember *member, const AuditHost *host)
{
	OutBuffer *b = self->page.b;

	page_cell(&self->page);
	switch (audit_readiness(self->report, member, host)) {
	case AUDIT_SMB1_IS_OFF:
		out_lit(b, "off already");
		if (!host->smb1_locked_out)
			break;
		out_lit(b, "; ");
		out_count(b, host->smb1_locked_out, "client speaks", "clients speak");
		out_lit(b, " nothing else");
		break;
	case AUDIT_SMB1_CANNOT_YET:
		out_lit(b, "not yet: ");
		put_smb1_clients(b, host);
		break;
	case AUDIT_SMB1_CAN_GO:
		out_lit(b, "yes: nobody was seen to use it on ");
		out_count(b, audit_host_days(host), "day", "days");
		break;
	case AUDIT_SMB1_TOO_LITTLE:
		out_str(b,
			host->numbers[AUDIT_N_CONNECTIONS] > host->numbers[AUDIT_N_SCANS] +
								     host->numbers[AUDIT_N_ATTACKS]
				? "nobody so far: too little seen"
				: "only scanners and attackers: too little seen");
		break;
	case AUDIT_SMB1_UNKNOWN:
		out_lit(b, "unknown: connections were left out");
		break;
	}
	page_cell_end(&self->page);
}

/* What it speaks like. */
static void
cell_software(Page *page, const AuditHost *host)
{
	size_t from;

	page_cell(page);
	from = page->b->len;
	if (!out_audit_software(page->b, &host->prints))
		out_char(page->b, '-');
	html_escape_from(page->b, from);
	page_cell_end(page);
}

static void
put_host(AuditPage *self, const AuditMember *member)
{
	Page *page = &self->page;
	AuditHost host;
	int worst;

	audit_report_host(self->report, member, &host);
	worst = host.scanner || host.guesser ? -1 : worst_of(&host);
	page_row(page);
	page_cell_address(page, &host.address);
	page_cell_tally(page, &host.names, false);
	page_cell_tally(page, &host.systems, false);
	cell_software(page, &host);
	page_cell_severity(page, worst, out_audit_host_word(&host));
	page_cell_u64(page, host.numbers[AUDIT_N_CONNECTIONS]);
	page_cell_u64(page, host.numbers[AUDIT_N_SMB1_USED]);
	page_cell_tally(page, &host.dialects, true);
	page_cell_tally(page, &host.passwords, true);
	if (member->server)
		put_readiness(self, member, &host);
	put_posture(self, member);
	page_cell_time(page, host.first_ns);
	page_cell_time(page, host.last_ns);
	page_row_end(page);
	audit_host_clear(&host);
}

/* Worst first; hosts of the same rank by address. */
static gint
compare_hosts(gconstpointer a, gconstpointer b)
{
	const AuditMember *x = *(const AuditMember *const *)a, *y = *(const AuditMember *const *)b;

	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if ((x->findings[i] > 0) != (y->findings[i] > 0))
			return x->findings[i] ? -1 : 1;
	return audit_address_compare(&x->address, &y->address);
}

static void
put_hosts(AuditPage *self, GArray *members, const char *const *columns)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	for (guint i = 0; i < members->len; i++)
		if (!audit_member_is_attacker(&g_array_index(members, AuditMember, i)))
			g_ptr_array_add(sorted, &g_array_index(members, AuditMember, i));
	g_ptr_array_sort(sorted, compare_hosts);
	page_table(&self->page, columns);
	for (guint i = 0; i < MIN(sorted->len, (guint)HOSTS_SHOWN); i++)
		put_host(self, sorted->pdata[i]);
	page_table_end(&self->page);
	page_more(&self->page, sorted->len - MIN(sorted->len, (guint)HOSTS_SHOWN));
	page_section_end(&self->page);
}

void
audit_page_clients(AuditPage *self)
{
	static const char *const columns[] = { "client",      "names",      "systems",
					       "speaks like", "worst",      "#connections",
					       "#SMB1 used",  "dialects",   "authentications",
					       "posture",     "first seen", "last seen",
					       NULL };

	page_section(&self->page, "clients", "Clients");
	put_hosts(self, self->report->clients, columns);
}

void
audit_page_servers(AuditPage *self)
{
	static const char *const columns[] = { "server",      "names",    "systems",
					       "speaks like", "worst",    "#connections",
					       "#SMB1 used",  "dialects", "authentications",
					       "SMB1 off?",   "posture",  "first seen",
					       "last seen",   NULL };

	page_section(&self->page, "servers", "Servers");
	put_hosts(self, self->report->servers, columns);
}
