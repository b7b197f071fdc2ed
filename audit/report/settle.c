/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection showed that only means something once it is known what its server does with
 * others. Pairs keep it as it was seen, whatever came before it, so that audits add up; what it means
 * is settled for each report.
 */
#include "audit/report/report.h"

static bool
is_open(AuditTraitId id)
{
	return (id >= AUDIT_CLOSED_ON_SMB1 && id <= AUDIT_DENIED_KEYLESS) ||
	       id >= AUDIT_CLOSED_OUT_SMB1;
}

static bool
has_open(const AuditPair *pair)
{
	for (uint32_t i = 0; i < pair->traits.n; i++)
		if (is_open(pair->traits.items[i].id))
			return true;
	return false;
}

/* If `holds`, what was seen as `from` is `to`. */
static void
settle(AuditPair *pair, AuditTraitId from, bool holds, AuditTraitId to)
{
	const AuditTrait *seen = audit_traits_get(&pair->traits, from);
	AuditTrait trait;

	if (!seen || !holds)
		return;
	trait = *seen;
	trait.id = to;
	audit_traits_add(&pair->traits, &trait);
	if (to != AUDIT_LOCKED_OUT_SMB1)
		return;
	pair->seen[AUDIT_SMB1_LOCKED_OUT].count =
		audit_sum(pair->seen[AUDIT_SMB1_LOCKED_OUT].count, trait.count);
	audit_sighting_evidence(&pair->seen[AUDIT_SMB1_LOCKED_OUT], &trait.first);
}

static void
settle_all(AuditPair *pair, const AuditMember *server)
{
	bool smb1 = server->took_smb1, smb2 = server->took_smb2;

	settle(pair, AUDIT_CLOSED_ON_SMB1, !smb1, AUDIT_SMB1_REFUSED);
	settle(pair, AUDIT_CLOSED_ON_BOTH, !smb1 && !smb2, AUDIT_SMB1_REFUSED);
	settle(pair, AUDIT_CLOSED_ON_BOTH, !smb1 && !smb2, AUDIT_SMB2_REFUSED);
	settle(pair, AUDIT_CLOSED_ON_SMB2, !smb2, AUDIT_SMB2_REFUSED);
	settle(pair, AUDIT_DENIED_KEYLESS, server->asks_encryption, AUDIT_ENCRYPTS_REQUIRED);
	settle(pair, AUDIT_CLOSED_OUT_SMB1, !smb1, AUDIT_LOCKED_OUT_SMB1);
	settle(pair, AUDIT_CLOSED_OUT_SMB2, !smb2, AUDIT_LOCKED_OUT_SMB2);
	for (AuditTraitId id = 0; id < AUDIT_TRAITS; id++)
		if (is_open(id))
			audit_traits_drop(&pair->traits, id);
}

/* Of a pair that the audit keeps nothing may be changed. */
static void
copy(AuditPair *to, const AuditKey *key, const AuditPair *from)
{
	audit_pair_clear(to);
	*to = (AuditPair){ .client = from->client,
			   .server = from->server,
			   .bare = from->bare,
			   .layers = from->layers,
			   .first_ns = UINT64_MAX };
	audit_pair_merge(to, key, from, AUDIT_ALL_LAYERS);
}

const AuditPair *
audit_report_settle(const AuditReport *self, const AuditPair *pair, AuditPair *scratch)
{
	if (!has_open(pair))
		return pair;
	if (pair != scratch)
		copy(scratch, &self->audit->limits.key, pair);
	settle_all(scratch, audit_member_find(self->servers, &pair->server));
	return scratch;
}

const AuditPair *
audit_report_read(const AuditReport *self, const AuditKept *kept, AuditPair *scratch)
{
	return audit_report_settle(self, audit_kept_read(kept, scratch), scratch);
}

static void
learn_server(const AuditReport *self, AuditMember *server)
{
	AuditPair scratch = { 0 };

	for (guint i = server->first; i < server->first + server->pairs; i++) {
		const AuditKept *kept = g_array_index(self->by_server, const AuditKept *, i);
		const AuditTraits *traits = &audit_kept_read(kept, &scratch)->traits;

		server->took_smb1 |= audit_traits_get(traits, AUDIT_SMB1_ACCEPTED) != NULL;
		server->took_smb2 |= audit_traits_get(traits, AUDIT_SMB2_ACCEPTED) != NULL;
		server->asks_encryption |= audit_traits_get(traits, AUDIT_ENCRYPTS_ASKED) != NULL;
	}
	audit_pair_clear(&scratch);
}

/* It takes SMB1, so it may take it from these as well. */
static void
learn_clients(const AuditReport *self, const AuditMember *server)
{
	AuditPair scratch = { 0 };

	for (guint i = server->first; i < server->first + server->pairs; i++) {
		const AuditKept *kept = g_array_index(self->by_server, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);

		if (audit_traits_get(&pair->traits, AUDIT_CLOSED_OUT_SMB1))
			audit_member_find(self->clients, &kept->client)->agreed_smb1 = true;
	}
	audit_pair_clear(&scratch);
}

void
audit_report_learn(AuditReport *self)
{
	for (guint i = 0; i < self->servers->len; i++) {
		AuditMember *server = &g_array_index(self->servers, AuditMember, i);

		learn_server(self, server);
		if (server->took_smb1)
			learn_clients(self, server);
	}
}
