/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier runs back into an audit. They come from files and are untrusted: values of the
 * wrong type are treated as absent, names are cut, lists fill up to their caps. A record's type may
 * follow its contents, so each is read as if it were any of the types that matter.
 */
#include <string.h>

#include "output/audit/audit.h"
#include "output/base/end.h"

G_DEFINE_QUARK(out - audit - error - quark, out_audit_error)

enum {
	NS_PER_SECOND = 1000000000,
	MEMBER = 64,  /* bytes of a key or a word of ours, with its NUL: more than any has */
	ADDRESS = 64, /* of an address */
	HEX = 16,     /* digits of 64 bits */
	CAPTURE_MAX = 4096,
	SITE = AUDIT_KEY_MAX + 8, /* of a site: one that is cut here is too long anyway */
};

/* What any record may hold. */
typedef struct {
	Audit *audit;
	AuditPair pair;
	char type[MEMBER], kind[MEMBER], site[SITE];
	bool has_client, has_server; /* they are addresses */
	bool has_key, has_horizon;
	AuditHorizon horizon;
	AuditHorizon others[AUDIT_HORIZONS_MAX];
	uint32_t n_others;
	bool mixed;
	uint64_t connections_seen, captures_left_out, sites_left_out;
	uint64_t left_out[AUDIT_SEVERITIES];
	AuditCovered covered;
	OutTotals totals;
	uint64_t exit_code, time_ns;
} Record;

/* ---- values ---- */

static uint64_t
number(OutJson *j)
{
	return (uint64_t)out_json_number(j, 0);
}

static int32_t
length_or_none(OutJson *j)
{
	int64_t v = out_json_number(j, -1);

	return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

/* Nanoseconds of "2026-11-22T06:19:27.732283Z"; 0 if it is not a time. */
static uint64_t
time_of(OutJson *j)
{
	char s[MEMBER];
	const char *dot = out_json_string(j, s, sizeof(s)) ? strchr(s, '.') : NULL;
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(s, NULL);
	gint64 seconds = when ? g_date_time_to_unix(when) : -1;
	uint64_t ns = 0, unit = NS_PER_SECOND / 10;

	if (seconds < 0 || (uint64_t)seconds >= UINT64_MAX / NS_PER_SECOND)
		return 0;
	for (const char *d = dot ? dot + 1 : ""; g_ascii_isdigit(*d) && unit; d++, unit /= 10)
		ns += (uint64_t)(*d - '0') * unit;
	return (uint64_t)seconds * NS_PER_SECOND + ns;
}

/* The value whose name is given; `n` of them. */
static unsigned
value_of(OutJson *j, const char *(*name_of)(unsigned), unsigned n, unsigned otherwise)
{
	char s[MEMBER];

	if (!out_json_string(j, s, sizeof(s)))
		return otherwise;
	for (unsigned i = 0; i < n; i++)
		if (g_strcmp0(name_of(i), s) == 0)
			return i;
	return otherwise;
}

static const char *
password_name(unsigned v)
{
	return smb_password_type_name((SmbPasswordType)v);
}

static const char *
mech_name(unsigned v)
{
	return smb_mech_name((SmbMech)v);
}

static const char *
result_name(unsigned v)
{
	return smb_result_name((SmbResult)v);
}

static bool
is(const char *key, const char *name)
{
	return strcmp(key, name) == 0;
}

/* ---- parts of a pair ---- */

/* {"name":...,"count":...}; false where it has no name. */
static bool
read_count(OutJson *j, char *ret_name, size_t size, uint64_t *ret_count)
{
	char key[MEMBER];
	bool named = false;

	*ret_name = '\0';
	*ret_count = 0;
	if (!out_json_object(j))
		return false;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "name")) {
			(void)out_json_string(j, ret_name, size);
			named = true;
		} else if (is(key, "count")) {
			*ret_count = number(j);
		} else {
			out_json_skip(j);
		}
	}
	return named;
}

static void
read_counts(OutJson *j, AuditTally *to, AuditCap cap)
{
	char name[AUDIT_KEY_MAX];
	uint64_t count;

	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		if (read_count(j, name, sizeof(name), &count))
			audit_tally_add(to, cap, name, count);
}

static void
read_one_evidence(OutJson *j, Audit *audit, AuditEvidence *ret)
{
	char key[MEMBER], name[CAPTURE_MAX] = "";

	*ret = (AuditEvidence){ 0 };
	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "timestamp"))
			ret->time_ns = time_of(j);
		else if (is(key, "pcap_filename"))
			(void)out_json_string(j, name, sizeof(name));
		else if (is(key, "connection"))
			ret->connection = number(j);
		else if (is(key, "frame"))
			ret->frame = number(j);
		else
			out_json_skip(j);
	}
	ret->capture = audit_capture_name(audit, *name ? name : NULL);
}

/* Of more than a record has, the first. */
static void
read_frames(OutJson *j, Audit *audit, AuditSighting *to)
{
	if (!out_json_array(j))
		return;
	for (uint32_t n = 0; out_json_element(j); n++) {
		AuditEvidence evidence;

		if (n >= AUDIT_EVIDENCE_MAX) {
			out_json_skip(j);
			continue;
		}
		read_one_evidence(j, audit, &evidence);
		audit_sighting_evidence(to, &evidence);
	}
}

static void
read_sighting(OutJson *j, Audit *audit, AuditSighting *to)
{
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "count"))
			to->count = number(j);
		else if (is(key, "refused"))
			to->refused = number(j);
		else if (is(key, "frames"))
			read_frames(j, audit, to);
		else
			out_json_skip(j);
	}
}

static void
read_observations(OutJson *j, Audit *audit, AuditPair *pair)
{
	char key[MEMBER];

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

	if (is(key, "count"))
		to->count = number(j);
	else if (is(key, "last_seen"))
		to->last_ns = time_of(j);
	else if (is(key, "frames"))
		read_frames(j, audit, &frames);
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
	char key[MEMBER], of[MEMBER] = "", property[MEMBER] = "", value[MEMBER] = "";
	AuditTrait trait = { 0 };
	int id;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "of"))
			(void)out_json_string(j, of, sizeof(of));
		else if (is(key, "name"))
			(void)out_json_string(j, property, sizeof(property));
		else if (is(key, "value"))
			(void)out_json_string(j, value, sizeof(value));
		else if (!read_trait_value(j, key, audit, &trait))
			out_json_skip(j);
	}
	id = audit_trait_find(is(of, "client"), property, value);
	trait.id = (AuditTraitId)id;
	if (id >= 0 && trait.count)
		audit_traits_add(&pair->traits, &trait);
}

static void
read_status(OutJson *j, AuditIdentity *who)
{
	char code[MEMBER];

	if (!out_json_string(j, code, sizeof(code)) || !g_str_has_prefix(code, "0x"))
		return;
	who->has_status = true;
	who->status.value = (uint32_t)g_ascii_strtoull(code + 2, NULL, 16);
}

static void
read_secret(OutJson *j, const AuditKey *by, AuditAuth *auth)
{
	enum { RESPONSE = 2 * SMB_SECRET_MAX + 4 };
	char key[MEMBER], challenge[RESPONSE] = "", lm[RESPONSE] = "", nt[RESPONSE] = "",
			  password[AUDIT_PASSWORD_MAX] = "";
	AuditSecret secret = { challenge, lm, nt, password };
	uint64_t count = 0;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "challenge"))
			(void)out_json_string(j, challenge, sizeof(challenge));
		else if (is(key, "lm_response"))
			(void)out_json_string(j, lm, sizeof(lm));
		else if (is(key, "nt_response"))
			(void)out_json_string(j, nt, sizeof(nt));
		else if (is(key, "password"))
			(void)out_json_string(j, password, sizeof(password));
		else if (is(key, "count"))
			count = number(j);
		else
			out_json_skip(j);
	}
	audit_auth_add_secret(auth, by, &secret, count);
}

static void
read_signing(OutJson *j, AuditAuth *auth)
{
	char key[MEMBER];

	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		if (!read_count(j, key, sizeof(key), &n))
			continue;
		for (AuditSigning i = 0; i < AUDIT_SIGNINGS; i++)
			if (is(key, audit_signing_name(i)))
				auth->signing[i] = n;
	}
}

static void
read_dialects(OutJson *j, AuditAuth *auth)
{
	char name[MEMBER];
	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		if (read_count(j, name, sizeof(name), &n) && audit_dialect_find(name) >= 0)
			auth->dialects[audit_dialect_find(name)] = n;
}

/* The members that say which one it is. */
static bool
read_identity(OutJson *j, const char *key, AuditIdentity *who)
{
	if (is(key, "password_type"))
		who->password_type =
			value_of(j, password_name, SMB_PASSWORD_MALFORMED + 1, SMB_PASSWORD_NONE);
	else if (is(key, "mech"))
		who->mech = value_of(j, mech_name, SMB_MECH_SHARE + 1, SMB_MECH_NONE);
	else if (is(key, "result"))
		who->result =
			value_of(j, result_name, SMB_RESULT_ABANDONED + 1, SMB_RESULT_UNKNOWN);
	else if (is(key, "guest"))
		who->guest = out_json_is_true(j);
	else if (is(key, "account"))
		(void)out_json_string(j, who->account, AUDIT_KEY_MAX);
	else if (is(key, "domain"))
		(void)out_json_string(j, who->domain, AUDIT_KEY_MAX);
	else if (is(key, "host"))
		(void)out_json_string(j, who->host, AUDIT_KEY_MAX);
	else if (is(key, "status_code"))
		read_status(j, who);
	else if (is(key, "status_dos"))
		who->status.dos = out_json_is_true(j);
	else
		return false;
	return true;
}

static bool
read_times(OutJson *j, const char *key, AuditAuth *auth)
{
	if (is(key, "lm_length"))
		auth->lm_length = length_or_none(j);
	else if (is(key, "nt_length"))
		auth->nt_length = length_or_none(j);
	else if (is(key, "first_seen"))
		auth->first_ns = time_of(j);
	else if (is(key, "last_seen"))
		auth->last_ns = time_of(j);
	else if (is(key, "incomplete"))
		auth->incomplete = number(j);
	else if (is(key, "encrypted"))
		auth->encrypted = number(j);
	else
		return false;
	return true;
}

static void
read_secrets(OutJson *j, const AuditKey *by, AuditAuth *auth)
{
	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		read_secret(j, by, auth);
}

static void
read_auth_member(OutJson *j, const char *key, Audit *audit, AuditAuth *auth)
{
	const AuditKey *by = &audit->limits.key;

	if (read_identity(j, key, &auth->who) || read_times(j, key, auth))
		return;
	if (is(key, "count"))
		auth->seen.count = number(j);
	else if (is(key, "frames"))
		read_frames(j, audit, &auth->seen);
	else if (is(key, "signing"))
		read_signing(j, auth);
	else if (is(key, "dialects"))
		read_dialects(j, auth);
	else if (is(key, "shares"))
		read_counts(j, &auth->shares, (AuditCap){ AUDIT_SHARES_MAX, by });
	else if (is(key, "encryption_types"))
		read_counts(j, &auth->encryption_types, (AuditCap){ AUDIT_NAMES_MAX, by });
	else if (is(key, "secrets"))
		read_secrets(j, by, auth);
	else if (is(key, "capped"))
		auth->shares.left_out += out_json_is_true(j);
	else if (is(key, "secrets_capped"))
		auth->secrets.left_out += out_json_is_true(j);
	else
		out_json_skip(j);
}

static void
read_auth(OutJson *j, Audit *audit, AuditPair *pair)
{
	char key[MEMBER], account[AUDIT_KEY_MAX] = "", domain[AUDIT_KEY_MAX] = "",
			  host[AUDIT_KEY_MAX] = "";
	AuditAuth auth = { .who = { .account = account, .domain = domain, .host = host },
			   .lm_length = -1,
			   .nt_length = -1 };
	AuditAuth *to;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key)))
		read_auth_member(j, key, audit, &auth);
	if (!auth.who.has_status)
		auth.who.status = (SmbStatus){ 0 };
	to = audit_pair_auth(pair, &audit->limits.key, &auth.who);
	/* A record says each once. */
	if (!to || to->first_ns != UINT64_MAX) {
		audit_auth_clear(&auth);
		return;
	}
	auth.who = to->who;
	*to = auth;
}

static uint64_t
read_digest(OutJson *j)
{
	char digest[MEMBER];

	(void)out_json_string(j, digest, sizeof(digest));
	return g_ascii_strtoull(digest, NULL, 16);
}

static void
read_use(OutJson *j, Audit *audit, AuditUse *use)
{
	AuditSighting first = { 0 };
	char key[MEMBER];

	*use = (AuditUse){ 0 };
	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "src_port"))
			use->port = (uint16_t)number(j);
		else if (is(key, "message"))
			use->message = read_digest(j);
		else if (is(key, "frames"))
			read_frames(j, audit, &first);
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
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "digest")) {
			c.id = read_digest(j);
		} else if (is(key, "known")) {
			c.known = out_json_is_true(j);
		} else if (is(key, "response")) {
			c.response = out_json_is_true(j);
		} else if (is(key, "uses")) {
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
	char name[MEMBER];

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		(void)out_json_string(j, name, sizeof(name));
		for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++)
			if (is(name, out_audit_tally_key(t)) && !pair->tallies[t].left_out)
				pair->tallies[t].left_out = 1;
		pair->auths_dropped |= is(name, "authentications");
		pair->challenges_dropped |= is(name, "challenges");
	}
}

static void
read_tally_left_out(OutJson *j, AuditPair *pair)
{
	char name[MEMBER];
	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		if (!read_count(j, name, sizeof(name), &n))
			continue;
		for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++)
			if (is(name, out_audit_tally_key(t)))
				pair->tallies[t].left_out = MAX(n, pair->tallies[t].left_out);
	}
}

static void
read_numbers(OutJson *j, AuditPair *pair)
{
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		uint64_t n = number(j);

		for (AuditNumber i = AUDIT_N_WHOLE; i < AUDIT_NUMBERS; i++)
			if (is(key, audit_number_name(i)))
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

		if (n ? strncmp(name, in, n) != 0 || name[n] != '.' || !is(name + n + 1, key)
		      : !is(name, key))
			continue;
		read_counts(j, &pair->tallies[t], audit_tally_cap(t, &audit->limits.key));
		return true;
	}
	return false;
}

static void
read_names(OutJson *j, const char *in, Audit *audit, AuditPair *pair)
{
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key)))
		if (!read_tally(j, in, key, audit, pair))
			out_json_skip(j);
}

static bool
read_address(OutJson *j, AuditAddress *to)
{
	char text[ADDRESS];

	return out_json_string(j, text, sizeof(text)) && out_audit_read_address(text, to);
}

/* The elements of an array. */
static void
read_each(OutJson *j, Record *r, void (*read)(OutJson *, Audit *, AuditPair *))
{
	for (bool more = out_json_array(j); more && out_json_element(j);)
		read(j, r->audit, &r->pair);
}

static bool
read_pair_list(OutJson *j, const char *key, Record *r)
{
	if (is(key, "client_names") || is(key, "server_names")) {
		read_names(j, key, r->audit, &r->pair);
	} else if (is(key, "authentications")) {
		read_each(j, r, read_auth);
	} else if (is(key, "challenges")) {
		read_each(j, r, read_challenge);
	} else if (is(key, "traits")) {
		read_each(j, r, read_trait);
	} else if (is(key, "observations")) {
		read_observations(j, r->audit, &r->pair);
	} else if (is(key, "counts")) {
		read_numbers(j, &r->pair);
	} else if (is(key, "capped")) {
		read_capped(j, &r->pair);
	} else if (is(key, "list_entries_left_out")) {
		read_tally_left_out(j, &r->pair);
	} else {
		return read_tally(j, "", key, r->audit, &r->pair);
	}
	return true;
}

static bool
read_pair_member(OutJson *j, const char *key, Record *r)
{
	if (is(key, "client"))
		r->has_client = read_address(j, &r->pair.client);
	else if (is(key, "server"))
		r->has_server = read_address(j, &r->pair.server);
	else if (is(key, "first_seen"))
		r->pair.first_ns = time_of(j);
	else if (is(key, "last_seen"))
		r->pair.last_ns = time_of(j);
	else if (is(key, "details_left_out"))
		r->pair.bare = out_json_is_true(j);
	else
		return read_pair_list(j, key, r);
	return true;
}

/* ---- the summary ---- */

static bool
read_key(OutJson *j, AuditKey *to)
{
	char hex[MEMBER], half[HEX + 1] = "";

	if (!out_json_string(j, hex, sizeof(hex)) || strlen(hex) != (size_t)2 * HEX)
		return false;
	memcpy(half, hex, HEX);
	to->words[0] = g_ascii_strtoull(half, NULL, 16);
	to->words[1] = g_ascii_strtoull(hex + HEX, NULL, 16);
	return true;
}

/* "details:0123456789abcdef". Of another kind: there was a horizon, but its place is not known. */
static bool
read_horizon(OutJson *j, Record *r, AuditHorizon *to)
{
	char text[MEMBER];
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
read_other(OutJson *j, Record *r)
{
	AuditHorizon other = { 0 };
	bool has_key = false, has_horizon = false;
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "key"))
			has_key = read_key(j, &other.key);
		else if (is(key, "horizon"))
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
read_left_out(OutJson *j, Record *r)
{
	char key[MEMBER];

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		int severity = audit_severity_find(key);
		uint64_t n = number(j);

		if (severity >= 0)
			r->left_out[severity] = n;
	}
}

static void
read_span(OutJson *j, AuditCovered *to)
{
	char key[MEMBER];
	AuditSpan span = { 0 };

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "first"))
			span.first_ns = time_of(j);
		else if (is(key, "last"))
			span.last_ns = time_of(j);
		else
			out_json_skip(j);
	}
	audit_covered_add(to, span.first_ns, span.last_ns, 1);
}

static void
read_covered(OutJson *j, AuditCovered *to)
{
	char key[MEMBER];
	AuditSpan all = { 0 };
	uint64_t captures = 0;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "captures"))
			captures = number(j);
		else if (is(key, "first"))
			all.first_ns = time_of(j);
		else if (is(key, "last"))
			all.last_ns = time_of(j);
		else if (is(key, "spans"))
			for (bool more = out_json_array(j); more && out_json_element(j);)
				read_span(j, to);
		else
			out_json_skip(j);
	}
	to->captures = MAX(to->captures, captures);
	to->first_ns = all.first_ns;
	to->last_ns = all.last_ns;
}

static bool
read_summary_member(OutJson *j, const char *key, Record *r)
{
	if (is(key, "connections_seen"))
		r->connections_seen = number(j);
	else if (is(key, "horizon"))
		r->has_horizon = read_horizon(j, r, &r->horizon);
	else if (is(key, "key"))
		r->has_key = read_key(j, &r->horizon.key);
	else if (is(key, "mixed"))
		r->mixed |= out_json_is_true(j);
	else if (is(key, "capture_names_left_out"))
		r->captures_left_out = number(j);
	else if (is(key, "sites_left_out"))
		r->sites_left_out = number(j);
	else if (is(key, "covered"))
		read_covered(j, &r->covered);
	else if (is(key, "observations_left_out"))
		read_left_out(j, r);
	else if (is(key, "other_horizons"))
		for (bool more = out_json_array(j); more && out_json_element(j);)
			read_other(j, r);
	else
		return false;
	return true;
}

static void
take_summary(Record *r)
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
read_counter(OutJson *j, const char *key, Record *r)
{
	for (size_t i = 0; i < out_counters_count; i++) {
		uint64_t *to = G_STRUCT_MEMBER_P(&r->totals, out_counters[i].offset);

		if (!is(key, out_counters[i].key))
			continue;
		*to = number(j);
		/* A pair says so of its connections too. */
		if (to == &r->totals.connections)
			r->pair.numbers[AUDIT_N_CONNECTIONS] = *to;
		return true;
	}
	return false;
}

/* A run that was interrupted says so. */
static void
read_incomplete(OutJson *j, Record *r)
{
	char reason[MEMBER];

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		r->totals.interrupted |=
			out_json_string(j, reason, sizeof(reason)) &&
			is(reason, smb_incomplete_name(SMB_INCOMPLETE_INTERRUPTED));
	}
}

static bool
read_total(OutJson *j, const char *key, Record *r)
{
	OutTotals *t = &r->totals;

	if (is(key, "kernel_drops"))
		read_drops(j, &t->drops_known, &t->kernel_drops);
	else if (is(key, "interface_drops"))
		read_drops(j, &t->interface_drops_known, &t->interface_drops);
	else if (is(key, "interim"))
		t->interim = out_json_is_true(j);
	else
		return read_counter(j, key, r);
	return true;
}

static void
take_end(Record *r, OutTotals *t)
{
	OutTotals *run = &r->totals;

	run->time_ns = r->time_ns;
	run->interrupted |= run->interim;
	run->damaged = r->exit_code == 2 && !run->interrupted;
	run->unread = r->exit_code == 1;
	out_totals_add(t, run);
	/*
	 * Of the exit codes those add up that say that an input was not read, or not whole: 1 goes
	 * before 2.
	 */
	if (r->exit_code == 1)
		t->exit_code = 1;
	else if ((r->exit_code == 2 || run->interrupted) && t->exit_code != 1)
		t->exit_code = 2;
}

/* ---- lines ---- */

static void
read_member(OutJson *j, const char *key, Record *r)
{
	if (is(key, "event_type"))
		(void)out_json_string(j, r->type, sizeof(r->type));
	else if (is(key, "kind"))
		(void)out_json_string(j, r->kind, sizeof(r->kind));
	else if (is(key, "site"))
		(void)out_json_string(j, r->site, sizeof(r->site));
	else if (is(key, "timestamp"))
		r->time_ns = time_of(j);
	else if (is(key, "exit_code"))
		r->exit_code = number(j);
	else if (is(key, "incomplete") && !is(r->type, "audit"))
		read_incomplete(j, r);
	else if (!read_total(j, key, r) && !read_summary_member(j, key, r) &&
		 !read_pair_member(j, key, r))
		out_json_skip(j);
}

/* Of the site that it names, or else of the one that was given for all. */
static void
take_pair(Record *r)
{
	const char *site = *r->site ? audit_site_name(r->audit, r->site) : r->audit->site;

	r->pair.client.site = r->pair.server.site = site;
	audit_add(r->audit, &r->pair);
}

/* False if it does not name its pair: it must not be added to another one. */
static bool
take_record(OutJson *j, Record *r, OutTotals *t, OutAuditRecord *ret_record)
{
	if (is(r->type, "audit") && is(r->kind, "pair")) {
		if (!r->has_client || !r->has_server)
			out_json_fail(j, "a pair without its two addresses");
		else
			take_pair(r);
	} else if (is(r->type, "audit") && is(r->kind, "summary")) {
		take_summary(r);
		*ret_record = OUT_AUDIT_SUMMARY;
	} else if (is(r->type, "end")) {
		take_end(r, t);
		*ret_record = r->totals.interim ? OUT_AUDIT_INTERIM : OUT_AUDIT_END;
	}
	return !j->wrong;
}

bool
out_audit_read(OutJson *j, Audit *audit, OutTotals *t, OutAuditRecord *ret_record, GError **error)
{
	Record r = { .audit = audit };
	char key[MEMBER];

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
	char key[MEMBER], type[MEMBER] = "";
	bool interim = false;

	if (!out_json_object(&j))
		return OUT_AUDIT_NO_END;
	while (out_json_key(&j, key, sizeof(key))) {
		if (is(key, "event_type"))
			(void)out_json_string(&j, type, sizeof(type));
		else if (is(key, "interim"))
			interim = out_json_is_true(&j);
		else
			out_json_skip(&j);
	}
	if (j.wrong || !is(type, "end"))
		return OUT_AUDIT_NO_END;
	return interim ? OUT_AUDIT_END_INTERIM : OUT_AUDIT_END_FINAL;
}

void
out_audit_read_exception(OutJson *j, AuditExceptions *exceptions)
{
	/* A finding of the server as such has no client. */
	AuditAddress ends[2] = { 0 };
	bool has[2] = { false, false };
	char key[MEMBER], type[MEMBER] = "", rule[MEMBER] = "", site[SITE] = "";

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (is(key, "event_type"))
			(void)out_json_string(j, type, sizeof(type));
		else if (is(key, "site"))
			(void)out_json_string(j, site, sizeof(site));
		else if (is(key, "rule"))
			(void)out_json_string(j, rule, sizeof(rule));
		else if (is(key, "client"))
			has[0] = read_address(j, &ends[0]);
		else if (is(key, "server"))
			has[1] = read_address(j, &ends[1]);
		else
			out_json_skip(j);
	}
	ends[0].site = has[0] && *site ? site : NULL;
	ends[1].site = *site ? site : NULL;
	/* A rule of another version is ignored here. */
	if (!j->wrong && is(type, "finding") && has[1] && audit_rule_find(rule) >= 0)
		audit_exceptions_add(exceptions, (AuditRuleId)audit_rule_find(rule), &ends[0],
				     &ends[1]);
}
