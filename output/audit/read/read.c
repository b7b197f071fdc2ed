/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier runs back into an audit. They come from files and are untrusted: values of the
 * wrong type are treated as absent, names are cut, lists fill up to their caps. A record's type may
 * follow its contents, so each is read as if it were any of the types that matter.
 */
#include "output/audit/read/read.h"
#include <string.h>

G_DEFINE_QUARK(out - audit - error - quark, out_audit_error)

static void
read_member(OutJson *j, const char *key, OutRecord *r)
{
	if (out_read_is(key, "event_type"))
		(void)out_json_string(j, r->type, sizeof(r->type));
	else if (out_read_is(key, "kind"))
		(void)out_json_string(j, r->kind, sizeof(r->kind));
	else if (out_read_is(key, "site"))
		(void)out_json_string(j, r->site, sizeof(r->site));
	else if (out_read_is(key, "verb"))
		(void)out_json_string(j, r->verb, sizeof(r->verb));
	else if (out_read_is(key, "timestamp"))
		r->time_ns = out_read_time(j);
	else if (out_read_is(key, "exit_code"))
		r->exit_code = out_read_number(j);
	else if (out_read_is(key, "incomplete") && !out_read_is(r->type, "audit"))
		out_read_incomplete(j, r);
	else if (!out_read_end_member(j, key, r) && !out_read_summary_member(j, key, r) &&
		 !out_read_pair_member(j, key, r))
		out_json_skip(j);
}

/* The one that it names, or else the one that was given for all. */
static const char *
site_of(OutRecord *r)
{
	return *r->site ? audit_site_name(r->audit, r->site) : r->audit->site;
}

static void
take_pair(OutRecord *r)
{
	const char *site = site_of(r);

	r->pair.client.site = r->pair.server.site = site;
	audit_add(r->audit, &r->pair);
}

/* The end of another verb has packets and an exit status that are not those of an audit. */
static bool
is_of_audit(const char *verb)
{
	return !*verb || out_read_is(verb, "audit");
}

/* False if it does not name its pair: it must not be added to another one. */
static bool
take_record(OutJson *j, OutRecord *r, OutTotals *t, OutAuditRecord *ret_record)
{
	if (out_read_is(r->type, "audit") && out_read_is(r->kind, "pair")) {
		if (!r->has_client || !r->has_server)
			out_json_fail(j, "a pair without its two addresses");
		else
			take_pair(r);
	} else if (out_read_is(r->type, "audit") && out_read_is(r->kind, "summary")) {
		out_read_take_summary(r);
		/* Of nothing that was read, nothing is of no site. */
		if (site_of(r) || r->connections_seen || r->covered.captures)
			audit_note_site(r->audit, site_of(r));
		*ret_record = OUT_AUDIT_SUMMARY;
	} else if (out_read_is(r->type, "end") && is_of_audit(r->verb)) {
		out_read_take_end(r, t);
		*ret_record = r->totals.interim ? OUT_AUDIT_INTERIM : OUT_AUDIT_END;
	} else if (out_read_is(r->type, "end")) {
		*ret_record = OUT_AUDIT_OTHER_END;
	}
	return !j->wrong;
}

bool
out_audit_read(OutJson *j, Audit *audit, OutTotals *t, OutAuditRecord *ret_record, GError **error)
{
	OutRecord r = { .audit = audit };
	char key[OUT_READ_MEMBER];

	*ret_record = OUT_AUDIT_OTHER;
	if (!out_json_object(j))
		out_json_fail(j, "not a record of an audit");
	while (out_json_key(j, key, sizeof(key)))
		read_member(j, key, &r);
	out_json_finish(j);
	if (!j->wrong)
		(void)take_record(j, &r, t, ret_record);
	if (j->wrong)
		g_set_error_literal(error, OUT_AUDIT_ERROR, 0, j->wrong);
	audit_pair_clear(&r.pair);
	audit_covered_clear(&r.covered);
	return !j->wrong;
}

OutAuditEnd
out_audit_read_end(const char *text, size_t n)
{
	OutJson j = { .at = text, .end = text + n, .begin = text };
	char key[OUT_READ_MEMBER], type[OUT_READ_MEMBER] = "", verb[OUT_READ_MEMBER] = "";
	bool interim = false;

	if (!out_json_object(&j))
		return OUT_AUDIT_NO_END;
	while (out_json_key(&j, key, sizeof(key))) {
		if (out_read_is(key, "event_type"))
			(void)out_json_string(&j, type, sizeof(type));
		else if (out_read_is(key, "verb"))
			(void)out_json_string(&j, verb, sizeof(verb));
		else if (out_read_is(key, "interim"))
			interim = out_json_is_true(&j);
		else
			out_json_skip(&j);
	}
	if (j.wrong || !out_read_is(type, "end") || !is_of_audit(verb))
		return OUT_AUDIT_NO_END;
	return interim ? OUT_AUDIT_END_INTERIM : OUT_AUDIT_END_FINAL;
}

void
out_audit_read_exception(OutJson *j, AuditExceptions *exceptions)
{
	/* A finding of the server as such has no client. */
	AuditAddress ends[2] = { 0 };
	bool has[2] = { false, false };
	char key[OUT_READ_MEMBER], type[OUT_READ_MEMBER] = "", rule[OUT_READ_MEMBER] = "",
				   site[OUT_READ_SITE] = "";

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "event_type"))
			(void)out_json_string(j, type, sizeof(type));
		else if (out_read_is(key, "site"))
			(void)out_json_string(j, site, sizeof(site));
		else if (out_read_is(key, "rule"))
			(void)out_json_string(j, rule, sizeof(rule));
		else if (out_read_is(key, "client"))
			has[0] = out_read_address(j, &ends[0]);
		else if (out_read_is(key, "server"))
			has[1] = out_read_address(j, &ends[1]);
		else
			out_json_skip(j);
	}
	ends[0].site = has[0] && *site ? site : NULL;
	ends[1].site = *site ? site : NULL;
	/* A rule of another version is ignored here. */
	if (!j->wrong && out_read_is(type, "finding") && has[1] && audit_rule_find(rule) >= 0)
		audit_exceptions_add(exceptions, (AuditRuleId)audit_rule_find(rule), &ends[0],
				     &ends[1]);
}
