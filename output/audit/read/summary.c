/* SPDX-License-Identifier: BSD-3-Clause */
/* The records at the end: the summary of an audit, and the end of its run. */
#include "output/audit/read/read.h"

#include <string.h>

/* ---- the summary ---- */

/* "details:0123456789abcdef". Of another kind: there was a horizon, but its place is not known. */
static bool
read_horizon(OutJson *j, OutRecord *r, AuditHorizon *to)
{
	char text[OUT_READ_MEMBER];
	const char *colon;
	int layer;

	if (!out_json_string(j, text, sizeof(text)))
		return false;
	colon = strchr(text, ':');
	layer = colon ? audit_layer_find(text, (size_t)(colon - text)) : -1;
	if (layer < 0) {
		r->mixed = true;
		return false;
	}
	to->layer = (AuditLayer)layer;
	to->rank = g_ascii_strtoull(colon + 1, NULL, 16);
	return true;
}

static void
read_other(OutJson *j, OutRecord *r)
{
	AuditHorizon other = { 0 };
	bool has_key = false, has_horizon = false;
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "key"))
			has_key = out_read_hash_key(j, &other.key);
		else if (out_read_is(key, "horizon"))
			has_horizon = read_horizon(j, r, &other);
		else
			out_json_skip(j);
	}
	if (has_key && has_horizon && r->n_others < AUDIT_HORIZONS_MAX)
		r->others[r->n_others++] = other;
	else
		r->mixed = true;
}

static void
read_left_out(OutJson *j, OutRecord *r)
{
	char key[OUT_READ_MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		int severity = audit_severity_find(key);
		uint64_t n = out_read_number(j);

		if (severity >= 0)
			r->left_out[severity] = n;
	}
}

static void
read_span(OutJson *j, AuditCovered *to)
{
	char key[OUT_READ_MEMBER];
	AuditSpan span = { 0 };

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "first"))
			span.first_ns = out_read_time(j);
		else if (out_read_is(key, "last"))
			span.last_ns = out_read_time(j);
		else
			out_json_skip(j);
	}
	audit_covered_add(to, span.first_ns, span.last_ns, 1);
}

static void
read_covered(OutJson *j, AuditCovered *to)
{
	char key[OUT_READ_MEMBER];
	AuditSpan all = { 0 };
	uint64_t captures = 0;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "captures"))
			captures = out_read_number(j);
		else if (out_read_is(key, "first"))
			all.first_ns = out_read_time(j);
		else if (out_read_is(key, "last"))
			all.last_ns = out_read_time(j);
		else if (out_read_is(key, "spans") && !to->n) /* again and again would be slow */
			for (bool more = out_json_array(j); more && out_json_element(j);)
				read_span(j, to);
		else
			out_json_skip(j);
	}
	to->captures = MAX(to->captures, captures);
	to->first_ns = all.first_ns;
	to->last_ns = all.last_ns;
}

bool
out_read_summary_member(OutJson *j, const char *key, OutRecord *r)
{
	if (out_read_is(key, "connections_seen"))
		r->connections_seen = out_read_number(j);
	else if (out_read_is(key, "horizon"))
		r->has_horizon = read_horizon(j, r, &r->horizon);
	else if (out_read_is(key, "key"))
		r->has_key = out_read_hash_key(j, &r->horizon.key);
	else if (out_read_is(key, "mixed"))
		r->mixed |= out_json_is_true(j);
	else if (out_read_is(key, "capture_names_left_out"))
		r->captures_left_out = out_read_number(j);
	else if (out_read_is(key, "sites_left_out"))
		r->sites_left_out = out_read_number(j);
	else if (out_read_is(key, "covered"))
		read_covered(j, &r->covered);
	else if (out_read_is(key, "observations_left_out"))
		read_left_out(j, r);
	else if (out_read_is(key, "other_horizons"))
		for (bool more = out_json_array(j); more && out_json_element(j);)
			read_other(j, r);
	else
		return false;
	return true;
}

void
out_read_take_summary(OutRecord *r)
{
	Audit *audit = r->audit;

	if (r->connections_seen)
		audit_add_totals(audit, r->connections_seen, r->pair.first_ns, r->pair.last_ns);
	for (AuditSeverity i = 0; i < AUDIT_SEVERITIES; i++)
		audit_add_left_out(audit, i, r->left_out[i]);
	audit->captures_left_out += MIN(r->captures_left_out, (uint64_t)INT64_MAX / 2);
	audit->captures_left_out = MIN(audit->captures_left_out, (uint64_t)INT64_MAX / 2);
	audit->sites_left_out += MIN(r->sites_left_out, (uint64_t)INT64_MAX / 2);
	audit->sites_left_out = MIN(audit->sites_left_out, (uint64_t)INT64_MAX / 2);
	audit_covered_merge(&audit->covered, &r->covered);
	if (r->has_horizon && r->has_key)
		audit_add_horizon(audit, &r->horizon);
	for (uint32_t i = 0; i < r->n_others; i++)
		audit_add_horizon(audit, &r->others[i]);
	/* One without its key: an audit by another program gave something up. */
	audit->mixed |= r->mixed || (r->has_horizon && !r->has_key);
}

/* ---- the end ---- */

static void
read_drops(OutJson *j, bool *ret_known, uint64_t *ret_n)
{
	int64_t n = out_json_number(j, -1);

	*ret_known = n >= 0;
	*ret_n = (uint64_t)MAX(n, 0);
}

static bool
read_counter(OutJson *j, const char *key, OutRecord *r)
{
	for (size_t i = 0; i < out_counters_count; i++) {
		uint64_t *to = G_STRUCT_MEMBER_P(&r->totals, out_counters[i].offset);

		if (!out_read_is(key, out_counters[i].key))
			continue;
		*to = out_read_number(j);
		/* A pair says so of its connections too. */
		if (to == &r->totals.connections)
			r->pair.numbers[AUDIT_N_CONNECTIONS] = *to;
		return true;
	}
	return false;
}

/* What is not among the counters: the end of a run says so. */
void
out_read_incomplete(OutJson *j, OutRecord *r)
{
	OutTotals *t = &r->totals;
	char reason[OUT_READ_MEMBER];

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		if (!out_json_string(j, reason, sizeof(reason)))
			continue;
		t->interrupted |=
			out_read_is(reason, smb_incomplete_name(SMB_INCOMPLETE_INTERRUPTED));
		t->damaged |= out_read_is(reason, smb_incomplete_name(SMB_INCOMPLETE_TRUNCATED));
		t->unread |= out_read_is(reason, smb_incomplete_name(SMB_INCOMPLETE_UNREAD));
	}
}

bool
out_read_end_member(OutJson *j, const char *key, OutRecord *r)
{
	OutTotals *t = &r->totals;

	if (out_read_is(key, "kernel_drops"))
		read_drops(j, &t->drops_known, &t->kernel_drops);
	else if (out_read_is(key, "interface_drops"))
		read_drops(j, &t->interface_drops_known, &t->interface_drops);
	else if (out_read_is(key, "interim"))
		t->interim = out_json_is_true(j);
	else
		return read_counter(j, key, r);
	return true;
}

void
out_read_take_end(OutRecord *r, OutTotals *t)
{
	OutTotals *run = &r->totals;

	run->time_ns = r->time_ns;
	run->interrupted |= run->interim;
	run->damaged |= r->exit_code == 2 && !run->interrupted;
	run->unread |= r->exit_code == 1;
	out_totals_add(t, run);
	/*
	 * Of the exit codes those add up that say that an input was not read, or not whole: 1 goes
	 * before 2. Of a run that failed not all is there, either.
	 */
	if (r->exit_code == 1)
		t->exit_code = 1;
	else if ((run->damaged || run->interrupted) && t->exit_code != 1)
		t->exit_code = 2;
}
