/* SPDX-License-Identifier: BSD-3-Clause */
/* The record of a pair: all that is known of it, but for its logons (logons.c). */
#include "output/audit/read/read.h"

#include <string.h>

static void
read_sighting(OutJson *j, Audit *audit, AuditSighting *to)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "count"))
			to->count = out_read_number(j);
		else if (out_read_is(key, "refused"))
			to->refused = out_read_number(j);
		else if (out_read_is(key, "frames"))
			out_read_frames(j, audit, to);
		else
			out_json_skip(j);
	}
}

static void
read_observations(OutJson *j, Audit *audit, AuditPair *pair)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		int rule = audit_rule_find(key);

		if (rule < 0)
			out_json_skip(j);
		else
			read_sighting(j, audit, &pair->seen[rule]);
	}
}

static bool
read_trait_value(OutJson *j, const char *key, Audit *audit, AuditTrait *to)
{
	AuditSighting frames = { 0 };

	if (out_read_is(key, "count"))
		to->count = out_read_number(j);
	else if (out_read_is(key, "last_seen"))
		to->last_ns = out_read_time(j);
	else if (out_read_is(key, "frames"))
		out_read_frames(j, audit, &frames);
	else
		return false;
	if (frames.n)
		to->first = frames.first[0];
	audit_sighting_clear(&frames);
	return true;
}

static void
read_trait(OutJson *j, Audit *audit, AuditPair *pair)
{
	char key[OUT_READ_MEMBER], of[OUT_READ_MEMBER] = "", property[OUT_READ_MEMBER] = "",
				   value[OUT_READ_MEMBER] = "";
	AuditTrait trait = { 0 };
	int id;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "of"))
			(void)out_json_string(j, of, sizeof(of));
		else if (out_read_is(key, "name"))
			(void)out_json_string(j, property, sizeof(property));
		else if (out_read_is(key, "value"))
			(void)out_json_string(j, value, sizeof(value));
		else if (!read_trait_value(j, key, audit, &trait))
			out_json_skip(j);
	}
	id = audit_trait_find(out_read_is(of, "client"), property, value);
	trait.id = (AuditTraitId)id;
	if (id >= 0 && trait.count)
		audit_traits_add(&pair->traits, &trait);
}

static void
read_use(OutJson *j, Audit *audit, AuditUse *use)
{
	AuditSighting first = { 0 };
	char key[OUT_READ_MEMBER];

	*use = (AuditUse){ 0 };
	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "src_port"))
			use->port = (uint16_t)out_read_number(j);
		else if (out_read_is(key, "message"))
			use->message = out_read_digest(j);
		else if (out_read_is(key, "frames"))
			out_read_frames(j, audit, &first);
		else
			out_json_skip(j);
	}
	if (first.n)
		use->at = first.first[0];
	audit_sighting_clear(&first);
}

static void
read_uses(OutJson *j, Audit *audit, AuditChallenge *c)
{
	AuditUse use;

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		read_use(j, audit, &use);
		if (c->n < G_N_ELEMENTS(c->uses))
			c->uses[c->n++] = use;
	}
}

static void
read_challenge(OutJson *j, Audit *audit, AuditPair *pair)
{
	AuditChallenge c = { 0 };
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "digest")) {
			c.id = out_read_digest(j);
		} else if (out_read_is(key, "known")) {
			c.known = out_json_is_true(j);
		} else if (out_read_is(key, "response")) {
			c.response = out_json_is_true(j);
		} else if (out_read_is(key, "uses")) {
			read_uses(j, audit, &c);
		} else {
			out_json_skip(j);
		}
	}
	audit_pair_challenge(pair, &audit->limits.key, &c);
}

static void
read_capped(OutJson *j, AuditPair *pair)
{
	char name[OUT_READ_MEMBER];

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		(void)out_json_string(j, name, sizeof(name));
		for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++)
			if (out_read_is(name, out_audit_tally_key(t)) && !pair->tallies[t].left_out)
				pair->tallies[t].left_out = 1;
		pair->auths_dropped |= out_read_is(name, "authentications");
		pair->challenges_dropped |= out_read_is(name, "challenges");
	}
}

static void
read_tally_left_out(OutJson *j, AuditPair *pair)
{
	char name[OUT_READ_MEMBER];
	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		if (!out_read_count(j, name, sizeof(name), &n))
			continue;
		for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++)
			if (out_read_is(name, out_audit_tally_key(t)))
				pair->tallies[t].left_out = MAX(n, pair->tallies[t].left_out);
	}
}

static void
read_numbers(OutJson *j, AuditPair *pair)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		uint64_t n = out_read_number(j);

		for (AuditNumber i = AUDIT_N_WHOLE; i < AUDIT_NUMBERS; i++)
			if (out_read_is(key, audit_number_name(i)))
				pair->numbers[i] = n;
	}
}

/* The tally at this key, in the object at `in` or in none. */
static bool
read_tally(OutJson *j, const char *in, const char *key, Audit *audit, AuditPair *pair)
{
	size_t n = strlen(in);

	for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++) {
		const char *name = out_audit_tally_key(t);

		if (n ? strncmp(name, in, n) != 0 || name[n] != '.' ||
				    !out_read_is(name + n + 1, key)
		      : !out_read_is(name, key))
			continue;
		out_read_counts(j, &pair->tallies[t], audit_tally_cap(t, &audit->limits.key));
		return true;
	}
	return false;
}

static void
read_names(OutJson *j, const char *in, Audit *audit, AuditPair *pair)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key)))
		if (!read_tally(j, in, key, audit, pair))
			out_json_skip(j);
}

/* The elements of an array. */
static void
read_each(OutJson *j, OutRecord *r, void (*read)(OutJson *, Audit *, AuditPair *))
{
	for (bool more = out_json_array(j); more && out_json_element(j);)
		read(j, r->audit, &r->pair);
}

static bool
read_pair_list(OutJson *j, const char *key, OutRecord *r)
{
	if (out_read_is(key, "client_names") || out_read_is(key, "server_names")) {
		read_names(j, key, r->audit, &r->pair);
	} else if (out_read_is(key, "authentications")) {
		read_each(j, r, out_read_logon);
	} else if (out_read_is(key, "challenges")) {
		read_each(j, r, read_challenge);
	} else if (out_read_is(key, "traits")) {
		read_each(j, r, read_trait);
	} else if (out_read_is(key, "observations")) {
		read_observations(j, r->audit, &r->pair);
	} else if (out_read_is(key, "counts")) {
		read_numbers(j, &r->pair);
	} else if (out_read_is(key, "capped")) {
		read_capped(j, &r->pair);
	} else if (out_read_is(key, "list_entries_left_out")) {
		read_tally_left_out(j, &r->pair);
	} else {
		return read_tally(j, "", key, r->audit, &r->pair);
	}
	return true;
}

bool
out_read_pair_member(OutJson *j, const char *key, OutRecord *r)
{
	if (out_read_is(key, "client"))
		r->has_client = out_read_address(j, &r->pair.client);
	else if (out_read_is(key, "server"))
		r->has_server = out_read_address(j, &r->pair.server);
	else if (out_read_is(key, "first_seen"))
		r->pair.first_ns = out_read_time(j);
	else if (out_read_is(key, "last_seen"))
		r->pair.last_ns = out_read_time(j);
	else if (out_read_is(key, "details_left_out"))
		r->pair.bare = out_json_is_true(j);
	else
		return read_pair_list(j, key, r);
	return true;
}
