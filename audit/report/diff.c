/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What changed between two audits. A missing finding only counts as gone if its pair was seen
 * again.
 */
#include "audit/report/report.h"

const char *
audit_change_name(AuditChangeKind kind)
{
	static const char *const names[] = { "new", "worse", "gone", "not_seen", "better" };

	return names[kind];
}

static gint
compare_pair(const AuditKept *x, const AuditKept *y)
{
	int order = audit_address_compare(&x->client, &y->client);

	return order ? order : audit_address_compare(&x->server, &y->server);
}

static gint
compare_pointers(gconstpointer a, gconstpointer b)
{
	const AuditKept *const *x = a, *const *y = b;

	return compare_pair(*x, *y);
}

/* The pair in another audit; NULL if it was not seen there. */
static const AuditKept *
pair_in(const AuditReport *report, const AuditKept *pair)
{
	guint at;

	return g_array_binary_search(report->pairs, &pair, compare_pointers, &at)
		       ? g_array_index(report->pairs, const AuditKept *, at)
		       : NULL;
}

/*
 * Whether a finding missing from an audit is really absent: its pair was seen, and nothing that
 * could have caused the finding was left out. What is about a server as such may have come from any
 * of its pairs.
 */
static bool
is_gone(const AuditReport *report, const AuditFinding *f)
{
	const AuditKept *pair = pair_in(report, f->pair);
	AuditLayer layer = audit_layer_of(audit_rule(f->rule)->severity);

	if (f->whole)
		return audit_member_find(report->servers, &f->pair->server) &&
		       audit_has_all(report->audit, AUDIT_LAYER_TRAITS);
	if (f->rule == AUDIT_STATIC_CHALLENGE || f->rule == AUDIT_RELAY)
		layer = AUDIT_LAYER_CHALLENGES;
	return pair && !audit_kept_is_bare(pair) && audit_has_layer(report->audit, pair, layer);
}

static gint
compare_by_pair(gconstpointer a, gconstpointer b)
{
	const AuditFinding *x = a, *y = b;
	int order = (int)x->whole - (int)y->whole;

	if (!order)
		order = x->whole ? audit_address_compare(&x->pair->server, &y->pair->server)
				 : compare_pair(x->pair, y->pair);
	return order ? order : (int)x->rule - (int)y->rule;
}

/* Copies: their shown.first still points into the report that they are from. */
static GArray *
by_pair(const AuditReport *report)
{
	GArray *findings =
		g_array_sized_new(FALSE, FALSE, sizeof(AuditFinding), report->findings->len);

	if (report->findings->len)
		g_array_append_vals(findings, report->findings->data, report->findings->len);
	g_array_sort(findings, compare_by_pair);
	return findings;
}

static void
one_sided(GArray *changes, const AuditFinding *f, AuditChangeKind kind)
{
	AuditChange change = { .kind = kind,
			       .rule = f->rule,
			       .scope = f->scope,
			       .pair = f->pair,
			       .count = f->count,
			       .whole = f->whole };

	g_array_append_val(changes, change);
}

static const AuditFinding *
finding(GArray *findings, guint i)
{
	return &g_array_index(findings, AuditFinding, i);
}

static void
compare_findings(GArray *changes, const AuditReport *after, GArray *a, GArray *b)
{
	guint i = 0, j = 0;

	while (i < a->len || j < b->len) {
		int order = i == a->len   ? 1
			    : j == b->len ? -1
					  : compare_by_pair(finding(a, i), finding(b, j));

		if (order < 0)
			one_sided(changes, finding(a, i),
				  is_gone(after, finding(a, i)) ? AUDIT_CHANGE_GONE
								: AUDIT_CHANGE_NOT_SEEN);
		else if (order > 0)
			one_sided(changes, finding(b, j), AUDIT_CHANGE_NEW);
		i += order <= 0;
		j += order >= 0;
	}
}

static AuditSeverity
worst_of(GArray *findings, guint *at, const AuditKept *pair)
{
	AuditSeverity worst = AUDIT_INFO;

	while (*at < findings->len) {
		const AuditFinding *f = &g_array_index(findings, AuditFinding, *at);
		int order = f->whole ? 1 : compare_pair(f->pair, pair);

		if (order > 0)
			break;
		if (order == 0)
			worst = MAX(worst, f->severity);
		(*at)++;
	}
	return worst;
}

/* Pairs that are in both, and whose worst finding is another. */
static void
compare_severities(GArray *changes, const AuditReport *before, const AuditReport *after, GArray *a,
		   GArray *b)
{
	guint i = 0, j = 0;

	for (guint k = 0; k < after->pairs->len; k++) {
		const AuditKept *pair = g_array_index(after->pairs, const AuditKept *, k);
		AuditChange change = { .pair = pair };

		if (!pair_in(before, pair))
			continue;
		change.before = worst_of(a, &i, pair);
		change.after = worst_of(b, &j, pair);
		if (change.before == change.after)
			continue;
		change.kind = change.after > change.before ? AUDIT_CHANGE_WORSE
							   : AUDIT_CHANGE_BETTER;
		g_array_append_val(changes, change);
	}
}

static gint
compare_changes(gconstpointer a, gconstpointer b)
{
	const AuditChange *x = a, *y = b;
	int order = (int)x->kind - (int)y->kind;

	order = order ? order
		      : (int)audit_rule(y->rule)->severity - (int)audit_rule(x->rule)->severity;
	order = order ? order : (int)x->rule - (int)y->rule;
	return order ? order : compare_pair(x->pair, y->pair);
}

GArray *
audit_diff(const AuditReport *before, const AuditReport *after)
{
	GArray *changes = g_array_new(FALSE, TRUE, sizeof(AuditChange));
	g_autoptr(GArray) a = by_pair(before);
	g_autoptr(GArray) b = by_pair(after);

	compare_findings(changes, after, a, b);
	compare_severities(changes, before, after, a, b);
	g_array_sort(changes, compare_changes);
	return changes;
}
