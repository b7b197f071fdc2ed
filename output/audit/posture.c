/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Traits and postures in JSON. A pair's record holds its traits, from which they are read back; a
 * client's or a server's has the posture, which follows from them.
 */
#include "output/audit/records.h"

#include <string.h>

static void
put_seen(OutBuffer *b, uint64_t count, uint64_t first_ns, uint64_t last_ns,
	 const AuditEvidence *first, uint32_t n)
{
	out_key_u64(b, "count", count);
	out_key(b, "first_seen");
	out_audit_time(b, first_ns);
	out_key(b, "last_seen");
	out_audit_time(b, last_ns);
	out_key(b, "frames");
	out_audit_evidence(b, first, n);
}

void
out_audit_traits(OutBuffer *b, const AuditTraits *traits)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < traits->n; i++) {
		const AuditTrait *trait = &traits->items[i];
		AuditTraitName name = audit_trait_name(trait->id);

		out_json_comma(b);
		out_lit(b, "{\"of\":");
		out_json_word(b, trait->id >= AUDIT_CLIENT_TRAITS ? "client" : "server");
		out_key_str(b, "name", name.property);
		out_key_str(b, "value", name.value);
		put_seen(b, trait->count, trait->first.time_ns, trait->last_ns, &trait->first, 1);
		out_char(b, '}');
	}
	out_char(b, ']');
}

/* ---- postures ---- */

/* The traits of one property, from `from` to before `to`. */
static void
put_values(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to)
{
	out_char(b, '[');
	for (unsigned i = from; i < to; i++) {
		if (!p->seen[i].count)
			continue;
		out_json_comma(b);
		out_lit(b, "{\"name\":");
		out_json_word(b, audit_trait_name((AuditTraitId)i).value);
		out_key_u64(b, "count", p->seen[i].count);
		out_char(b, '}');
	}
	out_char(b, ']');
}

static void
put_names(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to)
{
	out_char(b, '[');
	for (unsigned i = from; i < to; i++) {
		if (!p->seen[i].count)
			continue;
		out_json_comma(b);
		out_json_word(b, audit_trait_name((AuditTraitId)i).value);
	}
	out_char(b, ']');
}

/* One frame may show several values. */
static void
add_frames(AuditSighting *self, const AuditSighting *from)
{
	for (uint32_t i = 0; i < from->n; i++) {
		bool known = false;

		for (uint32_t j = 0; j < self->n; j++)
			known |= !audit_evidence_compare(&self->first[j], &from->first[i]);
		if (!known)
			audit_sighting_evidence(self, &from->first[i]);
	}
}

/*
 * All of a property that has as many values as were seen. A connection may show several: how many
 * showed any of them is not known, but of the one seen most often it is.
 */
static void
put_several(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to)
{
	AuditSighting all = { 0 };
	uint64_t last_ns = 0;

	for (unsigned i = from; i < to; i++) {
		all.count = MAX(all.count, p->seen[i].count);
		add_frames(&all, &p->seen[i]);
		last_ns = MAX(last_ns, p->last_ns[i]);
	}
	out_lit(b, "{\"value\":");
	put_names(b, p, from, to);
	put_seen(b, all.count, all.n ? all.first[0].time_ns : 0, last_ns, all.first, all.n);
	out_char(b, '}');
	audit_sighting_clear(&all);
}

/* The value that decides; all of them where there was more than one. */
static void
put_one(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to, unsigned at)
{
	const AuditSighting *seen = &p->seen[at];
	unsigned n = 0;

	for (unsigned i = from; i < to; i++)
		n += p->seen[i].count > 0;
	out_lit(b, "{\"value\":");
	out_json_word(b, audit_trait_name((AuditTraitId)at).value);
	put_seen(b, seen->count, seen->n ? seen->first[0].time_ns : 0, p->last_ns[at], seen->first,
		 seen->n);
	if (n > 1) {
		out_key(b, "values");
		put_values(b, p, from, to);
	}
	out_char(b, '}');
}

static void
put_dialect(OutBuffer *b, const AuditPosture *p, const char *key, AuditTraitId base, bool newest)
{
	int at = audit_posture_dialect(p, base, newest);

	if (at < 0)
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	put_one(b, p, base, base + AUDIT_DIALECTS, base + (unsigned)at);
}

/* Where the traits of this property end. */
static unsigned
end_of(unsigned from)
{
	unsigned to = from + 1;
	unsigned end = from < AUDIT_CLIENT_TRAITS ? AUDIT_CLIENT_TRAITS : AUDIT_TRAITS;
	const char *property = audit_trait_name((AuditTraitId)from).property;

	while (to < end && strcmp(audit_trait_name((AuditTraitId)to).property, property) == 0)
		to++;
	return to;
}

static void
put_property(OutBuffer *b, const AuditPosture *p, unsigned from, unsigned to)
{
	AuditTraitName name = audit_trait_name((AuditTraitId)from);
	int at = audit_posture_first(p, (AuditTraitId)from, to - from);

	if (from == AUDIT_CHOSE || from == AUDIT_OFFERED_UP_TO) {
		put_dialect(b, p, "highest_dialect", (AuditTraitId)from, true);
		if (from == AUDIT_CHOSE)
			put_dialect(b, p, "lowest_dialect", (AuditTraitId)from, false);
		return;
	}
	if (at < 0)
		return;
	out_json_comma(b);
	out_json_word(b, name.property);
	out_char(b, ':');
	if (name.several)
		put_several(b, p, from, to);
	else
		put_one(b, p, from, to, (unsigned)at);
}

/* What was not asked for is not known: said of the two protocols, for which it matters. */
static void
put_not_asked(OutBuffer *b, const AuditPosture *p, AuditTraitId id, const char *key)
{
	if (audit_posture_first(p, id, 2) >= 0)
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_lit(b, ":{\"value\":\"not_asked\",\"count\":0}");
}

static void
put_taken(OutBuffer *b, AuditTake take, const AuditTaken *kind)
{
	bool accepted = kind->accepted.count > 0;
	const AuditSighting *seen = accepted ? &kind->accepted : &kind->refused;

	if (!seen->count)
		return;
	out_json_comma(b);
	out_json_word(b, audit_take_name(take));
	out_lit(b, ":{\"value\":");
	out_json_word(b, accepted ? "accepted" : "refused");
	put_seen(b, seen->count, seen->n ? seen->first[0].time_ns : 0,
		 accepted ? kind->accepted_ns : kind->refused_ns, seen->first, seen->n);
	out_char(b, '}');
}

static void
put_takes(OutBuffer *b, const AuditReport *report, const AuditMember *server)
{
	AuditTakes takes;

	audit_report_takes(report, server, &takes);
	for (int i = 0; i < AUDIT_TAKES; i++)
		put_taken(b, (AuditTake)i, &takes.kinds[i]);
	audit_takes_clear(&takes);
}

void
out_audit_posture(OutBuffer *b, const AuditReport *report, const AuditMember *member)
{
	unsigned from = member->server ? 0 : AUDIT_CLIENT_TRAITS;
	unsigned end = member->server ? AUDIT_CLIENT_TRAITS : AUDIT_TRAITS;
	AuditPosture posture;

	audit_report_posture(report, member, &posture);
	out_char(b, '{');
	if (member->server) {
		put_not_asked(b, &posture, AUDIT_SMB1_ACCEPTED, "smb1");
		put_not_asked(b, &posture, AUDIT_SMB2_ACCEPTED, "smb2");
	}
	for (unsigned to; from < end; from = to) {
		to = end_of(from);
		put_property(b, &posture, from, to);
	}
	if (member->server)
		put_takes(b, report, member);
	out_char(b, '}');
	audit_posture_clear(&posture);
}
