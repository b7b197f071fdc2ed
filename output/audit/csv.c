/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tables of the audit for spreadsheets (RFC 4180). Names come from strangers, and spreadsheets
 * run what looks like a formula.
 */
#include <string.h>

#include "output/audit/audit.h"
#include "output/base/time.h"

/*
 * A cell: in quotes where it has to be, and never the beginning of a formula, which for some
 * spreadsheets may have spaces before it.
 */
static void
put_cell(OutBuffer *b, const char *s, size_t n)
{
	bool quote = false;
	size_t blanks = 0;

	for (size_t i = 0; i < n; i++)
		quote |= s[i] == '"' || s[i] == ',' || s[i] == ';' || s[i] == '\'' ||
			 (unsigned char)s[i] <= ' ';
	if (quote)
		out_char(b, '"');
	while (blanks < n && s[blanks] == ' ')
		blanks++;
	if (blanks < n && strchr("=+-@\t\r", s[blanks]))
		out_char(b, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"')
			out_char(b, '"');
		out_char(b, s[i]);
	}
	if (quote)
		out_char(b, '"');
}

/*
 * Turns what follows `from` into a cell, with a comma before it unless it is the first of its line.
 */
static void
cell(OutBuffer *b, OutBuffer *scratch)
{
	if (b->len && b->data[b->len - 1] != '\n')
		out_char(b, ',');
	put_cell(b, scratch->data, scratch->len);
	scratch->len = 0;
}

static void
cell_str(OutBuffer *b, OutBuffer *scratch, const char *s)
{
	out_str(scratch, s ? s : "");
	cell(b, scratch);
}

static void
cell_u64(OutBuffer *b, OutBuffer *scratch, uint64_t v)
{
	out_u64(scratch, v);
	cell(b, scratch);
}

static void
cell_time(OutBuffer *b, OutBuffer *scratch, uint64_t ns)
{
	out_time_utc(scratch, ns, 6);
	cell(b, scratch);
}

/* The keys, escaped as for a terminal, and their counts where there are several. */
static void
cell_tally(OutBuffer *b, OutBuffer *scratch, const AuditTally *tally, bool counts)
{
	for (uint32_t i = 0; i < tally->n; i++) {
		if (i)
			out_lit(scratch, "; ");
		out_text(scratch, smb_text_from_utf8(tally->items[i].key));
		if (!counts)
			continue;
		out_lit(scratch, " x");
		out_u64(scratch, tally->items[i].count);
	}
	cell(b, scratch);
}

static void
put_host(OutBuffer *b, OutBuffer *s, const AuditHost *host, bool server)
{
	out_audit_address(s, &host->address);
	cell(b, s);
	cell_tally(b, s, &host->names, false);
	cell_tally(b, s, &host->systems, false);
	cell_str(b, s, out_audit_host_word(host));
	cell_u64(b, s, host->pairs);
	cell_u64(b, s, host->numbers[AUDIT_N_CONNECTIONS]);
	cell_u64(b, s, host->numbers[AUDIT_N_WHOLE]);
	cell_u64(b, s, host->numbers[AUDIT_N_MIDSTREAM]);
	cell_u64(b, s, host->numbers[AUDIT_N_SMB1_OFFERED]);
	cell_u64(b, s, host->numbers[AUDIT_N_SMB1_USED]);
	cell_u64(b, s, host->numbers[AUDIT_N_SMB2_USED]);
	cell_str(b, s, audit_blocker(host));
	cell_tally(b, s, &host->dialects, true);
	cell_tally(b, s, &host->passwords, true);
	cell_str(b, s, smb_password_type_name(host->worst));
	cell_tally(b, s, &host->signing, true);
	cell_u64(b, s, host->people);
	cell_u64(b, s, host->machines);
	cell_u64(b, s, host->anonymous);
	cell_u64(b, s, host->guests);
	cell_u64(b, s, host->numbers[AUDIT_N_REFUSED]);
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		cell_u64(b, s, host->findings[i]);
	cell_time(b, s, host->first_ns);
	cell_time(b, s, host->last_ns);
	if (server) {
		cell_u64(b, s, host->smb1_peers);
		cell_u64(b, s, host->smb1_offering_peers);
		cell_u64(b, s, host->days.n);
	}
	out_char(b, '\n');
}

#define COLUMNS                                                                                                              \
	",names,systems,severity,peers,connections,whole,midstream,smb1_offered,smb1_used,smb2_used,blocker,dialects,"       \
	"password_types,worst_password_type,signing,people,machines,anonymous,guests,refused,critical,high,medium,low,info," \
	"first_seen,last_seen"

static void
put_hosts(OutWriter *writer, OutBuffer *scratch, const AuditReport *report, GArray *members)
{
	for (guint i = 0; i < members->len; i++) {
		const AuditMember *member = &g_array_index(members, AuditMember, i);
		AuditHost host;

		audit_report_host(report, member, &host);
		put_host(out_writer_buffer(writer), scratch, &host, member->server);
		audit_host_clear(&host);
		out_writer_record(writer);
	}
}

void
out_audit_csv(OutWriter *writer, const AuditReport *report)
{
	OutBuffer *b = out_writer_buffer(writer);
	OutBuffer scratch = { 0 };

	out_lit(b, "client" COLUMNS "\n");
	put_hosts(writer, &scratch, report, report->clients);
	out_lit(b, "\nserver" COLUMNS ",clients_used_smb1,clients_offered_smb1,days_seen\n");
	put_hosts(writer, &scratch, report, report->servers);
	out_buffer_clear(&scratch);
	out_writer_record(writer);
}
