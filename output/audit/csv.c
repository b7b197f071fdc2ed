/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tables of the audit for spreadsheets (RFC 4180), one a report. Names come from strangers, and spreadsheets
 * run what looks like a formula.
 */

#include "output/base/csv.h"
#include "output/audit/audit.h"
#include "output/audit/software.h"
#include "output/base/time.h"

static void
cell_str(OutBuffer *b, OutBuffer *scratch, const char *s)
{
	out_str(scratch, s ? s : "");
	out_csv_cell(b, scratch);
}

static void
cell_u64(OutBuffer *b, OutBuffer *scratch, uint64_t v)
{
	out_u64(scratch, v);
	out_csv_cell(b, scratch);
}

static void
cell_time(OutBuffer *b, OutBuffer *scratch, uint64_t ns)
{
	out_time_utc(scratch, ns, 6);
	out_csv_cell(b, scratch);
}

/* A name from the wire, escaped as for a terminal. */
static void
cell_text(OutBuffer *b, OutBuffer *scratch, const char *s)
{
	out_text(scratch, smb_text_from_utf8(s));
	out_csv_cell(b, scratch);
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
	out_csv_cell(b, scratch);
}

static void
put_host(OutBuffer *b, OutBuffer *s, const AuditHost *host, bool server)
{
	out_audit_address(s, &host->address);
	out_csv_cell(b, s);
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
	out_audit_software(s, &host->prints);
	out_csv_cell(b, s);
	if (server) {
		cell_u64(b, s, host->smb1_peers);
		cell_u64(b, s, host->smb1_offering_peers);
		cell_u64(b, s, host->days.n);
	}
	cell_text(b, s, host->address.site ? host->address.site : "");
	out_char(b, '\n');
}

#define COLUMNS                                                                                                              \
	",names,systems,severity,peers,connections,whole,midstream,smb1_offered,smb1_used,smb2_used,blocker,dialects,"       \
	"password_types,worst_password_type,signing,people,machines,anonymous,guests,refused,critical,high,medium,low,info," \
	"first_seen,last_seen,software"

typedef struct {
	OutWriter *writer;
	OutBuffer *b; /* its */
	OutBuffer scratch;
	const AuditReport *report;
} Csv;

static void
put_hosts(Csv *csv, GArray *members)
{
	for (guint i = 0; i < members->len; i++) {
		const AuditMember *member = &g_array_index(members, AuditMember, i);
		AuditHost host;

		if (audit_member_is_attacker(member))
			continue;
		audit_report_host(csv->report, member, &host);
		put_host(csv->b, &csv->scratch, &host, member->server);
		audit_host_clear(&host);
		out_writer_record(csv->writer);
	}
}

static void
put_clients(Csv *csv)
{
	out_lit(csv->b, "client" COLUMNS ",site\n");
	put_hosts(csv, csv->report->clients);
}

static void
put_servers(Csv *csv)
{
	out_lit(csv->b,
		"server" COLUMNS ",clients_used_smb1,clients_offered_smb1,days_seen,site\n");
	put_hosts(csv, csv->report->servers);
}

/* ---- findings and logons ---- */

static void
cell_address(OutBuffer *b, OutBuffer *scratch, const AuditAddress *address)
{
	out_audit_address(scratch, address);
	out_csv_cell(b, scratch);
}

/* Where it was seen first: capture, connection, frame. */
static void
cell_places(OutBuffer *b, OutBuffer *scratch, const AuditSighting *seen)
{
	const AuditEvidence *first = seen->n ? seen->first : NULL;

	cell_text(b, scratch, first && first->capture ? first->capture : "");
	if (first)
		out_u64(scratch, first->connection);
	out_csv_cell(b, scratch);
	if (first && first->frame)
		out_u64(scratch, first->frame);
	out_csv_cell(b, scratch);
}

static void
put_finding(Csv *csv, const AuditFinding *f)
{
	const AuditRule *rule = audit_rule(f->rule);
	OutBuffer *b = csv->b, *s = &csv->scratch;
	AuditTally accounts, programs;

	audit_finding_accounts(csv->report, f, &accounts, &programs);
	cell_str(b, s, rule->id);
	cell_str(b, s, audit_severity_name(f->severity));
	if (f->whole)
		cell_str(b, s, "");
	else
		cell_address(b, s, &f->pair->client);
	cell_address(b, s, &f->pair->server);
	cell_str(b, s, audit_scope_name(f->scope));
	cell_u64(b, s, f->count);
	cell_u64(b, s, f->shown.refused);
	cell_str(b, s, audit_proof_name(f->proof));
	cell_tally(b, s, &accounts, false);
	cell_tally(b, s, &programs, false);
	if (f->shown.n)
		out_time_utc(s, f->shown.first->time_ns, 6);
	out_csv_cell(b, s);
	cell_places(b, s, &f->shown);
	cell_str(b, s, rule->meaning);
	cell_str(b, s, audit_rule_fix(rule, f->scope));
	cell_text(b, s, f->pair->server.site ? f->pair->server.site : "");
	out_char(b, '\n');
	audit_tally_clear(&accounts);
	audit_tally_clear(&programs);
}

static void
put_findings(Csv *csv)
{
	GArray *findings = csv->report->findings;

	out_lit(csv->b, "rule,severity,client,server,scope,count,refused,proof,accounts,programs,"
			"first_seen,pcap_filename,connection,frame,text,fix,site\n");
	for (guint i = 0; i < findings->len; i++) {
		put_finding(csv, &g_array_index(findings, AuditFinding, i));
		out_writer_record(csv->writer);
	}
}

static void
cell_dialects(OutBuffer *b, OutBuffer *scratch, const uint64_t *dialects)
{
	const char *between = "";

	for (unsigned i = 0; i < AUDIT_DIALECTS; i++) {
		if (!dialects[i])
			continue;
		out_str(scratch, between);
		out_str(scratch, audit_dialect_name(i));
		between = "; ";
	}
	out_csv_cell(b, scratch);
}

static void
cell_signing(OutBuffer *b, OutBuffer *scratch, const uint64_t *signing)
{
	const char *between = "";

	for (AuditSigning i = 0; i < AUDIT_SIGNINGS; i++) {
		if (!signing[i])
			continue;
		out_str(scratch, between);
		out_str(scratch, audit_signing_name(i));
		out_lit(scratch, " x");
		out_u64(scratch, signing[i]);
		between = "; ";
	}
	out_csv_cell(b, scratch);
}

static void
put_logon(Csv *csv, const AuditPair *pair, const AuditAuth *auth)
{
	const AuditIdentity *who = &auth->who;
	OutBuffer *b = csv->b, *s = &csv->scratch;

	cell_address(b, s, &pair->client);
	cell_address(b, s, &pair->server);
	cell_text(b, s, who->account);
	cell_text(b, s, who->domain);
	cell_text(b, s, who->host);
	cell_str(b, s, audit_account_kind_name(audit_account_kind(who)));
	cell_str(b, s, smb_password_type_name(who->password_type));
	cell_str(b, s, smb_mech_name(who->mech));
	cell_str(b, s, smb_result_name(who->result));
	if (who->has_status)
		out_status(s, who->status);
	out_csv_cell(b, s);
	cell_str(b, s, who->guest ? "yes" : "no");
	cell_str(b, s, who->null_session ? "yes" : "no");
	cell_u64(b, s, auth->seen.count);
	cell_dialects(b, s, auth->dialects);
	cell_signing(b, s, auth->signing);
	cell_u64(b, s, auth->encrypted);
	cell_tally(b, s, &auth->shares, false);
	cell_tally(b, s, &pair->tallies[AUDIT_PROGRAMS], false);
	cell_time(b, s, auth->first_ns);
	cell_time(b, s, auth->last_ns);
	cell_places(b, s, &auth->seen);
	cell_text(b, s, pair->client.site ? pair->client.site : "");
	out_char(b, '\n');
}

static void
put_logons(Csv *csv)
{
	AuditPair scratch = { 0 };

	out_lit(csv->b,
		"client,server,account,domain,host,account_kind,password_type,mech,result,status,"
		"guest,null_session,count,dialects,signing,encrypted,shares,programs,first_seen,"
		"last_seen,pcap_filename,connection,frame,site\n");
	for (guint i = 0; i < csv->report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(csv->report->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);

		for (uint32_t j = 0; j < pair->n_auths; j++) {
			put_logon(csv, pair, &pair->auths[j]);
			out_writer_record(csv->writer);
		}
	}
	audit_pair_clear(&scratch);
}

/* ---- which table ---- */

enum { SETTING_MAX = 64 }; /* bytes of a name */

static void
put_break(Csv *csv, const char *setting, const AuditBreak *one)
{
	OutBuffer *b = csv->b, *s = &csv->scratch;

	cell_str(b, s, setting);
	cell_address(b, s, &one->pair->client);
	cell_address(b, s, &one->pair->server);
	cell_tally(b, s, &one->accounts, false);
	cell_tally(b, s, &one->shares, false);
	cell_u64(b, s, one->count);
	cell_str(b, s, one->likely ? "likely" : "proved");
	cell_str(b, s, one->why);
	cell_str(b, s, one->fix);
	cell_time(b, s, one->first_ns);
	cell_time(b, s, one->last_ns);
	cell_places(b, s, &one->shown);
	cell_text(b, s, one->pair->server.site ? one->pair->server.site : "");
	out_char(b, '\n');
	out_writer_record(csv->writer);
}

/* Empty unless --if or --profile asks for something. */
static void
put_breaks(Csv *csv)
{
	const GPtrArray *asked = csv->report->what_ifs;
	char setting[SETTING_MAX];

	out_lit(csv->b, "setting,client,server,accounts,shares,count,certainty,why,fix,first_seen,"
			"last_seen,pcap_filename,connection,frame,site\n");
	for (guint i = 0; i < asked->len; i++) {
		const AuditWhatIf *what = asked->pdata[i];

		audit_setting_name(&what->setting, setting, sizeof(setting));
		for (guint j = 0; j < what->breaks->len; j++)
			put_break(csv, setting, &g_array_index(what->breaks, AuditBreak, j));
	}
}

static const struct {
	const char *name;
	void (*put)(Csv *csv);
} tables[] = {
	{ "clients", put_clients }, { "servers", put_servers }, { "findings", put_findings },
	{ "logons", put_logons },   { "breaks", put_breaks },
};

int
out_audit_table_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		if (strcmp(tables[i].name, name) == 0)
			return (int)i;
	return -1;
}

void
out_audit_csv(OutWriter *writer, const AuditReport *report, unsigned table)
{
	Csv csv = { .writer = writer, .b = out_writer_buffer(writer), .report = report };

	tables[table].put(&csv);
	out_buffer_clear(&csv.scratch);
	out_writer_record(writer);
}
