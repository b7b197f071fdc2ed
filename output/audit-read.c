/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier runs back into an audit. They come from files, so nothing in them is believed:
 * what has the wrong type counts as not there, names are cut, lists fill up to their caps, and
 * nothing nests deeper than a record does (json-glib reads by recursion).
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "output/audit.h"

G_DEFINE_QUARK(out - audit - error - quark, out_audit_error)

enum { DEPTH_MAX = 8, NS_PER_SECOND = 1000000000 };

/* ---- members, whatever their type is ---- */

static JsonNode *
member(JsonObject *o, const char *key, JsonNodeType type)
{
	JsonNode *node = o ? json_object_get_member(o, key) : NULL;

	return node && JSON_NODE_TYPE(node) == type ? node : NULL;
}

static JsonObject *
object(JsonObject *o, const char *key)
{
	JsonNode *node = member(o, key, JSON_NODE_OBJECT);

	return node ? json_node_get_object(node) : NULL;
}

static JsonArray *
array(JsonObject *o, const char *key)
{
	JsonNode *node = member(o, key, JSON_NODE_ARRAY);

	return node ? json_node_get_array(node) : NULL;
}

static guint
length(JsonArray *a)
{
	return a ? json_array_get_length(a) : 0;
}

static JsonObject *
element(JsonArray *a, guint i)
{
	JsonNode *node = json_array_get_element(a, i);

	return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* "" where there is none. */
static const char *
text(JsonObject *o, const char *key)
{
	JsonNode *node = member(o, key, JSON_NODE_VALUE);
	const char *s = node && json_node_get_value_type(node) == G_TYPE_STRING
				? json_node_get_string(node)
				: NULL;

	return s ? s : "";
}

static bool
is_true(JsonObject *o, const char *key)
{
	JsonNode *node = member(o, key, JSON_NODE_VALUE);

	return node && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
	       json_node_get_boolean(node);
}

static int64_t
number_of(JsonNode *node, int64_t otherwise)
{
	if (!node || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_INT64 || json_node_get_int(node) < 0)
		return otherwise;
	return json_node_get_int(node);
}

static uint64_t
number(JsonObject *o, const char *key)
{
	return (uint64_t)number_of(member(o, key, JSON_NODE_VALUE), 0);
}

static int32_t
length_or_none(JsonObject *o, const char *key)
{
	int64_t v = number_of(member(o, key, JSON_NODE_VALUE), -1);

	return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

/* Nanoseconds of "2026-11-22T06:19:27.732283Z"; 0 where it is none. */
static uint64_t
time_of(JsonObject *o, const char *key)
{
	const char *s = text(o, key);
	const char *dot = strchr(s, '.');
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(s, NULL);
	gint64 seconds = when ? g_date_time_to_unix(when) : -1;
	uint64_t ns = 0, unit = NS_PER_SECOND / 10;

	if (seconds < 0 || (uint64_t)seconds >= UINT64_MAX / NS_PER_SECOND)
		return 0;
	for (s = dot ? dot + 1 : ""; g_ascii_isdigit(*s) && unit; s++, unit /= 10)
		ns += (uint64_t)(*s - '0') * unit;
	return (uint64_t)seconds * NS_PER_SECOND + ns;
}

/* Cut as names are cut that come from the wire. */
static const char *
cut(const char *s, char out[AUDIT_KEY_MAX])
{
	smb_text_to_utf8(smb_text_from_utf8(s), out, AUDIT_KEY_MAX);
	return out;
}

/* The value whose name is given; `n` of them. */
static unsigned
value_of(const char *s, const char *(*name_of)(unsigned), unsigned n, unsigned otherwise)
{
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

/* ---- parts of a pair ---- */

static void
read_counts(JsonObject *counts, AuditTally *to, uint32_t cap)
{
	JsonObjectIter iter;
	const char *key;
	JsonNode *node;
	char name[AUDIT_KEY_MAX];

	if (!counts)
		return;
	json_object_iter_init(&iter, counts);
	while (json_object_iter_next(&iter, &key, &node))
		audit_tally_add(to, cap, cut(key, name), (uint64_t)number_of(node, 0));
}

static void
read_one_evidence(Audit *audit, JsonObject *o, AuditEvidence *ret)
{
	char name[AUDIT_KEY_MAX * 16];
	const char *capture = text(o, "pcap_filename");

	smb_text_to_utf8(smb_text_from_utf8(capture), name, sizeof(name));
	*ret = (AuditEvidence){ .time_ns = time_of(o, "timestamp"),
				.capture = audit_capture_name(audit, *name ? name : NULL),
				.connection = number(o, "connection"),
				.frame = number(o, "frame") };
}

static void
read_sighting(Audit *audit, JsonObject *o, AuditSighting *to)
{
	JsonArray *frames = array(o, "frames");

	to->count = number(o, "count");
	to->refused = number(o, "refused");
	for (guint i = 0; i < MIN(length(frames), (guint)AUDIT_EVIDENCE_MAX); i++) {
		AuditEvidence evidence;

		read_one_evidence(audit, element(frames, i), &evidence);
		audit_sighting_evidence(to, &evidence);
	}
}

static void
read_status(JsonObject *o, AuditIdentity *who)
{
	const char *code = text(o, "status_code");

	if (!g_str_has_prefix(code, "0x"))
		return;
	who->has_status = true;
	who->status = (SmbStatus){ .dos = is_true(o, "status_dos"),
				   .value = (uint32_t)g_ascii_strtoull(code + 2, NULL, 16) };
}

static void
read_secrets(JsonObject *o, AuditAuth *auth)
{
	JsonArray *secrets = array(o, "secrets");

	for (guint i = 0; i < MIN(length(secrets), (guint)AUDIT_SECRETS_MAX); i++) {
		JsonObject *one = element(secrets, i);
		AuditSecret secret = { .challenge = text(one, "challenge"),
				       .lm_response = text(one, "lm_response"),
				       .nt_response = text(one, "nt_response"),
				       .password = text(one, "password") };

		audit_auth_add_secret(auth, &secret, number(one, "count"));
	}
	auth->secrets.dropped |= is_true(o, "secrets_capped");
}

static void
read_auth(Audit *audit, JsonObject *o, AuditPair *pair)
{
	char account[AUDIT_KEY_MAX], domain[AUDIT_KEY_MAX], host[AUDIT_KEY_MAX];
	AuditIdentity who = { .account = account, .domain = domain, .host = host };
	JsonObject *signing = object(o, "signing");
	AuditAuth *auth;

	who.password_type = value_of(text(o, "password_type"), password_name,
				     SMB_PASSWORD_MALFORMED + 1, SMB_PASSWORD_NONE);
	who.mech = value_of(text(o, "mech"), mech_name, SMB_MECH_SHARE + 1, SMB_MECH_NONE);
	who.result = value_of(text(o, "result"), result_name, SMB_RESULT_REFUSED + 1,
			      SMB_RESULT_UNKNOWN);
	who.guest = is_true(o, "guest");
	cut(text(o, "account"), account);
	cut(text(o, "domain"), domain);
	cut(text(o, "host"), host);
	read_status(o, &who);
	auth = audit_pair_auth(pair, &who);
	/* A record says each once. */
	if (!auth || auth->seen.count)
		return;
	auth->lm_length = length_or_none(o, "lm_length");
	auth->nt_length = length_or_none(o, "nt_length");
	auth->first_ns = time_of(o, "first_seen");
	auth->last_ns = time_of(o, "last_seen");
	auth->incomplete = number(o, "incomplete");
	auth->encrypted = number(o, "encrypted");
	audit_sighting_clear(&auth->seen);
	read_sighting(audit, o, &auth->seen);
	for (AuditSigning i = 0; i < AUDIT_SIGNINGS; i++)
		auth->signing[i] = number(signing, audit_signing_name(i));
	read_counts(object(o, "shares"), &auth->shares, AUDIT_SHARES_MAX);
	read_counts(object(o, "encryption_types"), &auth->encryption_types, AUDIT_NAMES_MAX);
	auth->shares.dropped |= is_true(o, "capped");
	read_secrets(o, auth);
}

static void
read_challenge(Audit *audit, JsonObject *o, AuditPair *pair)
{
	JsonArray *uses = array(o, "uses");
	AuditChallenge c = { .id = g_ascii_strtoull(text(o, "digest"), NULL, 16),
			     .known = is_true(o, "known") };

	for (guint i = 0; i < length(uses) && c.n < G_N_ELEMENTS(c.uses); i++) {
		JsonObject *use = element(uses, i);
		JsonArray *frames = array(use, "frames");

		c.uses[c.n].port = (uint16_t)number(use, "src_port");
		if (length(frames))
			read_one_evidence(audit, element(frames, 0), &c.uses[c.n].at);
		c.n++;
	}
	audit_pair_challenge(pair, &c);
}

static void
read_capped(JsonObject *o, AuditPair *pair)
{
	JsonArray *capped = array(o, "capped");

	for (guint i = 0; i < length(capped); i++) {
		JsonNode *node = json_array_get_element(capped, i);
		const char *name = node && JSON_NODE_HOLDS_VALUE(node) &&
						   json_node_get_value_type(node) == G_TYPE_STRING
					   ? json_node_get_string(node)
					   : "";

		for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++)
			pair->tallies[t].dropped |= strcmp(name, out_audit_tally_key(t)) == 0;
		pair->auths_dropped |= strcmp(name, "authentications") == 0;
		pair->challenges_dropped |= strcmp(name, "challenges") == 0;
	}
}

static void
read_tallies(JsonObject *o, AuditPair *pair)
{
	JsonObject *names[] = { object(o, "client_names"), object(o, "server_names") };

	for (AuditTallyId t = 0; t < AUDIT_TALLIES; t++) {
		const char *key = out_audit_tally_key(t), *dot = strchr(key, '.');
		JsonObject *from = dot ? names[*key == 's'] : o;

		read_counts(object(from, dot ? dot + 1 : key), &pair->tallies[t],
			    audit_tally_cap(t));
	}
	read_capped(o, pair);
}

/* False where it does not say whose it is: it must not be taken for another's. */
static bool
read_pair(Audit *audit, JsonObject *o, GError **error)
{
	AuditPair pair = { .first_ns = time_of(o, "first_seen"),
			   .last_ns = time_of(o, "last_seen") };
	JsonObject *counts = object(o, "counts"), *observations = object(o, "observations");
	JsonArray *auths = array(o, "authentications"), *challenges = array(o, "challenges");

	if (!out_audit_read_address(text(o, "client"), &pair.client) ||
	    !out_audit_read_address(text(o, "server"), &pair.server)) {
		g_set_error_literal(error, OUT_AUDIT_ERROR, 0, "a pair without its two addresses");
		return false;
	}
	for (AuditNumber i = 0; i < AUDIT_NUMBERS; i++)
		pair.numbers[i] =
			number(i == AUDIT_N_CONNECTIONS ? o : counts, audit_number_name(i));
	read_tallies(o, &pair);
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		read_sighting(audit, object(observations, audit_rule(i)->id), &pair.seen[i]);
	for (guint i = 0; i < MIN(length(auths), (guint)AUDIT_AUTHS_MAX); i++)
		read_auth(audit, element(auths, i), &pair);
	for (guint i = 0; i < MIN(length(challenges), (guint)AUDIT_CHALLENGES_MAX); i++)
		read_challenge(audit, element(challenges, i), &pair);
	audit_add(audit, &pair);
	audit_pair_clear(&pair);
	return true;
}

static void
read_summary(Audit *audit, JsonObject *o)
{
	const char *horizon = text(o, "horizon");
	uint64_t connections = number(o, "connections_seen");

	if (connections)
		audit_add_totals(audit, connections, time_of(o, "first_seen"),
				 time_of(o, "last_seen"));
	if (*horizon)
		audit_add_horizon(audit, g_ascii_strtoull(horizon, NULL, 16));
}

static void
read_end(OutTotals *t, JsonObject *o)
{
	static const struct {
		const char *key;
		size_t offset;
	} members[] = {
		{ "packets", offsetof(OutTotals, packets) },
		{ "bytes", offsetof(OutTotals, bytes) },
		{ "connections", offsetof(OutTotals, connections) },
		{ "messages", offsetof(OutTotals, messages) },
		{ "gaps", offsetof(OutTotals, gaps) },
		{ "gap_bytes", offsetof(OutTotals, gap_bytes) },
		{ "skipped_bytes", offsetof(OutTotals, skipped_bytes) },
		{ "evictions", offsetof(OutTotals, evictions) },
		{ "conflicts", offsetof(OutTotals, conflicts) },
		{ "limits", offsetof(OutTotals, limits) },
		{ "encrypted_packets", offsetof(OutTotals, encrypted_packets) },
		{ "kernel_drops", offsetof(OutTotals, kernel_drops) },
		{ "interface_drops", offsetof(OutTotals, interface_drops) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		uint64_t *to = G_STRUCT_MEMBER_P(t, members[i].offset);
		uint64_t n = number(o, members[i].key);

		*to = n > UINT64_MAX - *to ? UINT64_MAX : *to + n;
	}
	t->drops_known |= number_of(member(o, "kernel_drops", JSON_NODE_VALUE), -1) >= 0;
	t->interface_drops_known |= number_of(member(o, "interface_drops", JSON_NODE_VALUE), -1) >=
				    0;
	t->time_ns = MAX(t->time_ns, time_of(o, "timestamp"));
	/*
	 * Of the exit codes those add up that say that an input was not read, or not whole: 1 goes
	 * before 2.
	 */
	if (number(o, "exit_code") == 1 || (number(o, "exit_code") == 2 && t->exit_code != 1))
		t->exit_code = (int)number(o, "exit_code");
}

/* ---- lines ---- */

static bool
is_shallow(const char *s, size_t n)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == '{' || s[i] == '['))
			depth++;
		else if (!quoted && (s[i] == '}' || s[i] == ']') && depth)
			depth--;
		if (depth > DEPTH_MAX)
			return false;
	}
	return true;
}

static JsonParser *
parse(const char *line, size_t n, JsonObject **ret_object, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	JsonNode *root;

	if (n > INT32_MAX || !is_shallow(line, n) || !g_utf8_validate_len(line, n, NULL)) {
		g_set_error_literal(error, OUT_AUDIT_ERROR, 0, "not a record of an audit");
		return NULL;
	}
	if (!json_parser_load_from_data(parser, line, (gssize)n, error))
		return NULL;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
		g_set_error_literal(error, OUT_AUDIT_ERROR, 0, "not a record of an audit");
		return NULL;
	}
	*ret_object = json_node_get_object(root);
	return g_steal_pointer(&parser);
}

bool
out_audit_read(Audit *audit, OutTotals *totals, const char *line, size_t n,
	       OutAuditRecord *ret_record, GError **error)
{
	JsonObject *o = NULL;
	g_autoptr(JsonParser) parser = parse(line, n, &o, error);
	const char *type, *kind;

	*ret_record = OUT_AUDIT_OTHER;
	if (!parser)
		return false;
	type = text(o, "event_type");
	kind = text(o, "kind");
	if (strcmp(type, "audit") == 0 && strcmp(kind, "pair") == 0)
		return read_pair(audit, o, error);
	if (strcmp(type, "audit") == 0 && strcmp(kind, "summary") == 0) {
		read_summary(audit, o);
		*ret_record = OUT_AUDIT_SUMMARY;
	} else if (strcmp(type, "end") == 0) {
		read_end(totals, o);
		*ret_record = OUT_AUDIT_END;
	}
	return true;
}

bool
out_audit_read_exception(const char *line, size_t n, AuditException *ret_exception)
{
	JsonObject *o = NULL;
	g_autoptr(JsonParser) parser = parse(line, n, &o, NULL);

	if (!parser || strcmp(text(o, "event_type"), "finding") != 0)
		return false;
	*ret_exception = (AuditException){ .rule = g_strdup(text(o, "rule")),
					   .client = g_strdup(text(o, "client")),
					   .server = g_strdup(text(o, "server")) };
	return true;
}
