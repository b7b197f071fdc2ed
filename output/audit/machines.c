/* SPDX-License-Identifier: BSD-3-Clause */
/* Which machine to mend first, and why. */
#include "output/audit/report.h"

#include <string.h>

enum {
	MACHINES_SHOWN = 8,
	REASONS_FROM = 7, /* where the lines of reasons begin */
};

static bool
is_reason(const uint32_t *rules, AuditRuleId rule, AuditSeverity least)
{
	return rules[rule] && audit_rule(rule)->severity >= least;
}

/* "as client lm-response, ntlmv1 (3 servers)": the worst first, as the rules are listed. */
static void
add_reasons(GString *s, const uint32_t *rules, const char *role, const char *peers,
	    AuditSeverity least)
{
	const char *before = s->len ? "; as " : "as ";

	for (int severity = AUDIT_CRITICAL; severity >= (int)least; severity--) {
		for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
			if ((int)audit_rule(rule)->severity != severity ||
			    !is_reason(rules, rule, least))
				continue;
			g_string_append(s, before);
			if (*before != ',')
				g_string_append_printf(s, "%s: ", role);
			before = ", ";
			g_string_append(s, audit_rule(rule)->id);
			if (rules[rule] > 1)
				g_string_append_printf(s, " (%u %s)", rules[rule], peers);
		}
	}
}

static AuditSeverity
worst_of(const AuditMachine *machine)
{
	int i = AUDIT_CRITICAL;

	while (i > AUDIT_INFO && !machine->findings[i])
		i--;
	return (AuditSeverity)i;
}

/* A name is better than none, whether it was met as a server or as a client. */
static void
put_name(Report *r, const AuditMachine *machine)
{
	const AuditMember *members[] = { machine->server, machine->client };
	bool told = false;

	for (size_t i = 0; i < G_N_ELEMENTS(members) && !told; i++) {
		AuditHost host;

		if (!members[i])
			continue;
		audit_report_host(r->report, members[i], &host);
		told = host.names.n > 0;
		if (told)
			out_char(r->b, ' ');
		report_name(r->b, &host, REPORT_NAMES_SHOWN);
		audit_host_clear(&host);
	}
}

static void
put_machine(Report *r, const AuditMachine *machine, guint rank, AuditSeverity least)
{
	AuditReasons reasons = audit_machine_reasons(r->report, machine);
	OutBuffer *b = r->b;
	size_t from = b->len;
	g_autoptr(GString) s = g_string_new(NULL);

	report_spaces(b, 2);
	out_u64(b, rank);
	out_pad(b, from, 5);
	out_audit_machine(b, &machine->address);
	put_name(r, machine);
	out_lit(b, "  ");
	out_str(b, audit_severity_name(worst_of(machine)));
	out_char(b, '\n');
	add_reasons(s, reasons.as_client, "client", "servers", least);
	add_reasons(s, reasons.as_server, "server", "clients", least);
	report_spaces(b, REASONS_FROM);
	report_wrap(r, REASONS_FROM, REASONS_FROM, s->str);
}

/*
 * What to fix first: findings of the worst severity here and of the one below it, but nothing that
 * is only informational.
 */
void
report_machines(Report *r)
{
	g_autoptr(GArray) machines = audit_machines(r->report);
	AuditSeverity worst = machines->len ? worst_of(&g_array_index(machines, AuditMachine, 0))
					    : AUDIT_INFO;
	AuditSeverity least = MAX((int)worst - 1, (int)AUDIT_LOW);
	guint n = 0;

	if (worst < AUDIT_LOW)
		return;
	while (n < machines->len && worst_of(&g_array_index(machines, AuditMachine, n)) >= least)
		n++;
	report_title(r, "Fix first");
	out_lit(r->b, "  (remedies are listed with each finding)\n");
	for (guint i = 0; i < MIN(n, (guint)MACHINES_SHOWN); i++)
		put_machine(r, &g_array_index(machines, AuditMachine, i), i + 1, least);
	if (n <= MACHINES_SHOWN)
		return;
	report_spaces(r->b, 2);
	out_lit(r->b, "and ");
	out_u64(r->b, n - MACHINES_SHOWN);
	out_lit(r->b, " more; the tables below have all\n");
}
