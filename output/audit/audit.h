/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reports of the audit as text, JSON and CSV, and JSON records back into an audit. Every
 * function writes one report, or one part of it, to the writer or buffer given; audits and reports
 * are borrowed. As with all output, nothing here fails: the writer latches errors
 * (output/base/writer.h).
 */
#pragma once

#include "audit/report/report.h"
#include "audit/report/whatif.h"
#include "output/base/json-read.h"
#include "output/base/json.h"
#include "output/base/sink.h"

/* A sink that feeds the audit. It wants the events that the audit takes, and prints nothing. */
OutSink *out_audit_sink_new(Audit *audit);

/*
 * `pair`, `client`, `server`, `summary` and `finding` records. The caller ends with the `end`
 * record.
 */
void out_audit_json(OutWriter *writer, const AuditReport *report);
/* The report as text. */
void out_audit_report(OutWriter *writer, const AuditReport *report, const OutOptions *options);
/*
 * A finding by itself while a capture goes on: the record, with `interim`, or a line. The report at
 * the end has it again.
 */
void out_audit_finding_json(OutWriter *writer, const AuditReport *report, const AuditFinding *f);
void out_audit_finding_text(OutWriter *writer, const AuditFinding *f, const OutOptions *options);
/* What a setting would break: a record, and one for each pair that it would stop. */
void out_audit_what_if_json(OutWriter *writer, const AuditReport *report, const AuditWhatIf *what);
/* The table of this name: "clients", "servers", "findings", "logons"; -1: there is none. */
int out_audit_table_find(const char *name);
/* One of these tables, with a line of titles. */
void out_audit_csv(OutWriter *writer, const AuditReport *report, unsigned table);
/* Every rule. */
void out_audit_rules(OutWriter *writer, bool json, const OutOptions *options);
/* Changes (AuditChange) between two audits. */
void out_audit_diff(OutWriter *writer, GArray *changes, bool json, const OutOptions *options);

/* The key `secrets` of an authentication; nothing if none were kept. */
void out_audit_secrets_json(OutBuffer *b, const AuditAuth *auth);
/*
 * The same as text: a line each; those for password auditors without an indent, so that they can be
 * copied.
 */
void out_audit_secrets_text(OutBuffer *b, const AuditAuth *auth);
/*
 * A secret as hashcat and John read it; false, and nothing written, if it is incomplete or of a
 * kind that they do not know.
 */
bool out_audit_auditor_line(OutBuffer *b, const AuditAuth *auth, const AuditSecret *secret);

/* The key of a tally's list in a `pair` record: "days", "client_names.native_os". */
const char *out_audit_tally_key(AuditTallyId id);

/* The worst of a host's findings, "scanner" or "guesser" of one that is no client; NULL: none. */
const char *out_audit_host_word(const AuditHost *host);

/* Appends an address of any kind as text, without its site. */
void out_audit_address(OutBuffer *b, const AuditAddress *address);
/* The same as people read it: with its site, where it has one. */
void out_audit_machine(OutBuffer *b, const AuditAddress *address);
/* Its site alone, "@berlin"; nothing where it has none. */
void out_audit_site_text(OutBuffer *b, const AuditAddress *address);
/*
 * Of captures that cover days: " from first to last packet, with SMB connections on 2 days"; else
 * nothing. Between the packets may be months of which nobody saw anything.
 */
void out_audit_covered_days(OutBuffer *b, const AuditReport *report);
/* Parses an address of any kind that out_audit_address() writes. False if it is not one. */
bool out_audit_read_address(const char *text, AuditAddress *ret);
/* The address is the one that is written so. */
bool out_audit_is_address(const AuditAddress *address, const char *text);

#define OUT_AUDIT_ERROR (out_audit_error_quark())
GQuark out_audit_error_quark(void);

typedef enum {
	OUT_AUDIT_OTHER,
	OUT_AUDIT_OTHER_END, /* of another verb */
	OUT_AUDIT_SUMMARY,
	OUT_AUDIT_END,
	OUT_AUDIT_INTERIM
} OutAuditRecord;

/*
 * Adds one record of an earlier run, the line that is read: `pair` and `summary` records and the
 * `end` record count, others follow from them. Every audit has one summary, and its last line is
 * its end; one that was to be followed by another report ends with OUT_AUDIT_INTERIM. False, with
 * error set, where the line is no record.
 */
bool out_audit_read(OutJson *line, Audit *audit, OutTotals *totals, OutAuditRecord *ret_record,
		    GError **error);

typedef enum { OUT_AUDIT_NO_END, OUT_AUDIT_END_INTERIM, OUT_AUDIT_END_FINAL } OutAuditEnd;
/* Whether a line is the end of a report, and of which kind. */
OutAuditEnd out_audit_read_end(const char *line, size_t n);

/* Adds what a `finding` record describes; any other line adds nothing. */
void out_audit_read_exception(OutJson *line, AuditExceptions *exceptions);
