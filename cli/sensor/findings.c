/* SPDX-License-Identifier: BSD-3-Clause */
/* Which findings are new. */
#include "cli/sensor/findings.h"

#include "cli/complain.h"
#include "dissect/wire/caps.h"

enum {
	EVERY_US = 1000000,
	SHARE = 20,  /* of the time, one part is for looking */
	ENTRY = 256, /* bytes of memory that one that was told takes, at most */
	LEAST = SMB_CAP(64, 2),
};

/* What makes a finding the same one. */
typedef struct {
	AuditRuleId rule;
	bool whole;
	AuditAddress client, server;
} Key;

struct CliFindings {
	GTree *told; /* Key, owned */
	size_t most;
	bool full;
	int64_t due_us;
	uint64_t messages; /* at the last look */
};

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const Key *x = a, *y = b;
	int order = (int)x->rule - (int)y->rule;

	(void)user;
	if (!order)
		order = (int)x->whole - (int)y->whole;
	if (!order && !x->whole)
		order = audit_address_compare(&x->client, &y->client);
	return order ? order : audit_address_compare(&x->server, &y->server);
}

CliFindings *
cli_findings_new(size_t room)
{
	CliFindings *self = g_new0(CliFindings, 1);

	self->told = g_tree_new_full(compare, NULL, g_free, NULL);
	self->most = MAX(room / ENTRY, LEAST);
	return self;
}

void
cli_findings_free(CliFindings *self)
{
	if (!self)
		return;
	g_tree_unref(self->told);
	g_free(self);
}

bool
cli_findings_due(const CliFindings *self, int64_t now_us, uint64_t messages)
{
	return now_us >= self->due_us && messages != self->messages;
}

void
cli_findings_looked(CliFindings *self, int64_t begun_us, int64_t now_us, uint64_t messages)
{
	self->due_us = now_us + MAX(EVERY_US, SHARE * (now_us - begun_us));
	self->messages = messages;
}

/* False: it was told already, or there is no room to remember it. */
static bool
is_new(CliFindings *self, const AuditFinding *f)
{
	Key key = { .rule = f->rule,
		    .whole = f->whole,
		    .client = f->pair->client,
		    .server = f->pair->server };

	/* All are of the site of this run, and its name may not live as long as this. */
	key.client.site = key.server.site = NULL;
	if (g_tree_lookup_extended(self->told, &key, NULL, NULL))
		return false;
	if ((size_t)g_tree_nnodes(self->told) >= self->most) {
		if (!self->full)
			cli_complain("more findings than fit (--memory): the next ones are only "
				     "in the report");
		self->full = true;
		return false;
	}
	g_tree_insert(self->told, g_memdup2(&key, sizeof(key)), NULL);
	return true;
}

void
cli_findings_tell(CliFindings *self, const AuditReport *report, OutWriter *writer, bool json,
		  const OutOptions *options)
{
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (!is_new(self, f))
			continue;
		if (json)
			out_audit_finding_json(writer, report, f);
		else
			out_audit_finding_text(writer, f, options);
	}
	out_writer_flush(writer);
}
