/* SPDX-License-Identifier: BSD-3-Clause */
/* Which connections the ladders of an audit show. */
#include "output/html/ladders.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report/whatif.h"
#include "output/html/wanted.h"

/* A tree, so that no choice of names makes it slow. */
static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const Wanted *x = a, *y = b;
	int order = g_strcmp0(x->capture, y->capture);

	(void)user;
	if (order)
		return order;
	return x->connection < y->connection ? -1 : x->connection > y->connection;
}

static Wanted *
find(const Ladders *self, const char *capture, uint64_t connection)
{
	return g_tree_lookup(self->wanted,
			     &(Wanted){ .capture = capture, .connection = connection });
}

static void
add_proof(Wanted *wanted, AuditRuleId rule, uint64_t frame)
{
	for (uint32_t i = 0; i < wanted->n_proofs; i++)
		if (wanted->proofs[i].rule == rule && wanted->proofs[i].frame == frame)
			return;
	if (wanted->n_proofs < LADDER_PROOFS_MAX)
		wanted->proofs[wanted->n_proofs++] = (LadderProof){ rule, frame };
}

static void
want(Ladders *self, AuditRuleId rule, const AuditEvidence *evidence)
{
	Wanted *wanted = find(self, evidence->capture, evidence->connection);

	if (!wanted && self->n >= LADDERS_MAX) {
		self->left_out = true;
		return;
	}
	if (!wanted) {
		wanted = g_new0(Wanted, 1);
		wanted->capture = evidence->capture;
		wanted->connection = evidence->connection;
		wanted->id = ++self->n;
		g_tree_insert(self->wanted, wanted, wanted);
	}
	add_proof(wanted, rule, evidence->frame);
}

/* Findings are sorted by severity and rule. */
static void
want_findings(Ladders *self, const AuditReport *report, bool first_of_rule)
{
	const AuditFinding *before = NULL;

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);
		bool first = !before || before->rule != f->rule || before->severity != f->severity;

		before = f;
		if (first_of_rule && (!first || f->severity < AUDIT_HIGH))
			continue;
		/* Others say the same again, but where it takes two to see it. */
		for (uint32_t k = 0; k < f->shown.n && k < (f->proof == AUDIT_PROOF_AGAIN ? 2 : 1);
		     k++)
			want(self, f->rule, &f->shown.first[k]);
	}
}

/* What is stopped by a setting is known from a connection, too. */
static void
want_breaks(Ladders *self, const AuditReport *report)
{
	for (guint i = 0; report->what_ifs && i < report->what_ifs->len; i++) {
		const AuditWhatIf *what = report->what_ifs->pdata[i];

		for (guint k = 0; k < what->breaks->len; k++) {
			const AuditBreak *one = &g_array_index(what->breaks, AuditBreak, k);

			if (one->shown.n)
				want(self, AUDIT_RULES, &one->shown.first[0]);
		}
	}
}

Ladders *
ladders_new(const AuditReport *report)
{
	Ladders *self = g_new0(Ladders, 1);

	self->audit = report->audit;
	self->wanted = g_tree_new_full(compare, NULL, NULL, g_free);
	/* The worst come first, but one of each rule before the others: who has many does not hide it. */
	want_findings(self, report, true);
	want_findings(self, report, false);
	want_breaks(self, report);
	return self;
}

void
ladders_free(Ladders *self)
{
	if (!self)
		return;
	g_tree_unref(self->wanted);
	g_free(self);
}

uint64_t
ladders_find(const Ladders *self, const AuditEvidence *evidence)
{
	const Wanted *wanted = find(self, evidence->capture, evidence->connection);

	return wanted ? wanted->id : 0;
}

uint64_t
ladders_count(const Ladders *self)
{
	return self->n;
}

bool
ladders_are_capped(const Ladders *self)
{
	return self->left_out;
}

Wanted *
ladders_wanted(Ladders *self, const char *capture, uint64_t connection)
{
	return find(self, capture, connection);
}

static gboolean
put_missing(gpointer key, gpointer value, gpointer user)
{
	const Wanted *wanted = value;
	Page *page = user;

	(void)key;
	if (wanted->seen)
		return FALSE;
	out_lit(page->b, "<p class=\"more\" id=\"ladder-");
	out_u64(page->b, wanted->id);
	out_lit(page->b, "\">#");
	out_u64(page->b, wanted->connection);
	out_lit(page->b, " of ");
	html_capture(page->b, wanted->capture);
	out_lit(page->b, " was not found again when the captures were read for the ladders</p>\n");
	return FALSE;
}

void
ladders_put_missing(const Ladders *self, Page *page)
{
	g_tree_foreach(self->wanted, put_missing, page);
}
