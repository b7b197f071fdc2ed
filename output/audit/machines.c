/* SPDX-License-Identifier: BSD-3-Clause */
/* Which machine to mend first, and why. */
#include "output/audit/report.h"

#include <string.h>

enum {
	GROUPS_SHOWN = 5, /* of machines with the same findings */
	REASONS_FROM = 7, /* where the lines of reasons begin */
};

/* Machines with findings by the same rules, the worst of which are as severe. */
typedef struct {
	uint64_t as_client, as_server; /* the rules, a bit each */
	const AuditMachine *worst;     /* of them; borrowed */
	GArray *machines;              /* AuditAddress, in order */
} Group;

/* "as client lm-response, ntlmv1 (3 servers)": the worst first, as the rules are listed. */
static void
add_reasons(GString *s, const AuditReason *rules, const char *role, const char *peers,
	    AuditSeverity least)
{
	const char *before = s->len ? "; as " : "as ";

	for (int severity = AUDIT_CRITICAL; severity >= (int)least; severity--) {
		for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
			if (!rules[rule].n || (int)rules[rule].severity != severity)
				continue;
			g_string_append(s, before);
			if (*before != ',')
				g_string_append_printf(s, "%s: ", role);
			before = ", ";
			g_string_append(s, audit_rule(rule)->id);
			if (rules[rule].n > 1)
				g_string_append_printf(s, " (%u %s)", rules[rule].n, peers);
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
	size_t from;

	for (size_t i = 0; i < G_N_ELEMENTS(members) && !told; i++) {
		AuditHost host;

		if (!members[i])
			continue;
		audit_report_host(r->report, members[i], &host);
		from = r->b->len;
		out_char(r->b, ' ');
		report_name(r->b, &host, REPORT_NAMES_SHOWN);
		told = r->b->len > from + 1;
		if (!told)
			r->b->len = from;
		audit_host_clear(&host);
	}
}

/* "10.0.0.1 MAIN", or how many and where, if several have the same findings. */
static void
put_who(Report *r, const Group *group)
{
	if (group->machines->len == 1) {
		out_audit_machine(r->b, &group->worst->address);
		put_name(r, group->worst);
		return;
	}
	out_count(r->b, group->machines->len, "machine", "machines");
	out_lit(r->b, ": ");
	report_networks(r, r->b, group->machines);
}

static void
put_group(Report *r, const Group *group, guint rank, AuditSeverity least)
{
	AuditReasons reasons = { 0 };
	OutBuffer *b = r->b;
	size_t from = b->len;
	g_autoptr(GString) s = g_string_new(NULL);

	/* How many peers there are is said of one machine. */
	if (group->machines->len == 1)
		reasons = audit_machine_reasons(r->report, group->worst);
	for (AuditRuleId rule = 0; rule < AUDIT_RULES && group->machines->len > 1; rule++) {
		AuditSeverity severity = MIN(audit_rule(rule)->severity, worst_of(group->worst));

		reasons.as_client[rule] =
			(AuditReason){ group->worst->as_client >> rule & 1, severity };
		reasons.as_server[rule] =
			(AuditReason){ group->worst->as_server >> rule & 1, severity };
	}
	report_spaces(b, 2);
	out_u64(b, rank);
	out_pad(b, from, 5);
	put_who(r, group);
	out_lit(b, "  ");
	out_str(b, audit_severity_name(worst_of(group->worst)));
	out_char(b, '\n');
	add_reasons(s, reasons.as_client, "client", "servers", least);
	add_reasons(s, reasons.as_server, "server", "clients", least);
	report_spaces(b, REASONS_FROM);
	report_wrap(r, REASONS_FROM, REASONS_FROM, s->str);
}

/* ---- machines with the same findings ---- */

static guint
hash_group(gconstpointer data)
{
	const Group *self = data;

	return g_int64_hash(&self->as_client) * 31 + g_int64_hash(&self->as_server);
}

static gboolean
equal_groups(gconstpointer a, gconstpointer b)
{
	const Group *x = a, *y = b;

	return x->as_client == y->as_client && x->as_server == y->as_server &&
	       worst_of(x->worst) == worst_of(y->worst);
}

static void
group_free(gpointer data)
{
	Group *self = data;

	g_array_unref(self->machines);
	g_free(self);
}

static gint
compare_places(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(a, b);
}

/* Rules that are at least so severe, a bit each. */
static uint64_t
rules_from(AuditSeverity least)
{
	uint64_t rules = 0;

	for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++)
		rules |= (uint64_t)(audit_rule(rule)->severity >= least) << rule;
	return rules;
}

/* Of the first `n` machines, in the order of the worst of each; Group, owned. */
static GPtrArray *
groups_of(const GArray *machines, guint n, AuditSeverity least)
{
	g_autoptr(GHashTable) known = g_hash_table_new(hash_group, equal_groups);
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	uint64_t rules = rules_from(least);

	for (guint i = 0; i < n; i++) {
		const AuditMachine *machine = &g_array_index(machines, AuditMachine, i);
		Group key = { .worst = machine,
			      .as_client = machine->as_client & rules,
			      .as_server = machine->as_server & rules };
		Group *group = g_hash_table_lookup(known, &key);

		if (!group) {
			group = g_memdup2(&key, sizeof(key));
			group->machines = g_array_new(FALSE, FALSE, sizeof(AuditAddress));
			g_hash_table_add(known, group);
			g_ptr_array_add(groups, group);
		}
		g_array_append_val(group->machines, machine->address);
	}
	for (guint i = 0; i < groups->len; i++)
		g_array_sort(((Group *)groups->pdata[i])->machines, compare_places);
	return groups;
}

/*
 * What to fix first: findings of the worst severity here and of the one below it, but nothing that
 * is only informational.
 */
void
report_machines(Report *r)
{
	g_autoptr(GArray) machines = audit_machines(r->report);
	g_autoptr(GPtrArray) groups = NULL;
	AuditSeverity worst = machines->len ? worst_of(&g_array_index(machines, AuditMachine, 0))
					    : AUDIT_INFO;
	AuditSeverity least = MAX((int)worst - 1, (int)AUDIT_LOW);
	guint n = 0, shown;

	if (worst < AUDIT_LOW)
		return;
	while (n < machines->len && worst_of(&g_array_index(machines, AuditMachine, n)) >= least)
		n++;
	groups = groups_of(machines, n, least);
	shown = MIN(groups->len, report_most(r, GROUPS_SHOWN));
	report_title(r, "Fix first");
	out_lit(r->b, "  (remedies are listed with each finding)\n");
	for (guint i = 0; i < shown; i++) {
		put_group(r, groups->pdata[i], i + 1, least);
		report_flush(r);
		n -= ((Group *)groups->pdata[i])->machines->len;
	}
	if (n)
		report_more(r, n, "", "the tables below have the worst");
	report_flush(r);
}
