/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection on its way to become part of a pair. Exchanges give frames as evidence; what holds
 * for the connection as a whole (signing, who is limited by whom, whether it was a scanner's) is
 * only known at its end.
 */
#include <string.h>

#include "audit/internal.h"
#include "dissect/wire/names.h"

enum {
	FLOOD = 8, /* negotiates on one connection that no client sends */
	NS_PER_SECOND = 1000000000,
	SECONDS_PER_DAY = 86400,
	RC4_OLDEST = -135, /* RFC 4757 5: what Windows had before, up to -128 */
	RC4_LAST_OLD = -128,
	RC4_HMAC = 23,     /* RFC 4757 */
	RC4_HMAC_EXP = 24, /* RFC 4757 */
	DES_LAST = 3,      /* 1 to 3 are DES (RFC 3961) */
};

struct AuditTrack {
	AuditTrack *prev, *next;
	const AuditKey *key; /* the audit's */
	AuditPair pair;
	size_t accounted;
	AuditEvidence negotiated;  /* the first negotiate */
	AuditEvidence smb1;        /* the first exchange that shows SMB1 in use */
	AuditEvidence unsupported; /* the change notification that was refused */
	AuditEvidence relayable;   /* the first NTLM logon that was accepted */
	AuditEvidence logged_on;   /* the first logon of somebody who is known */
	uint32_t negotiates;
	uint32_t waiting; /* change notifications that nothing had happened to yet */
	bool answered;    /* a negotiate was seen with its answer */
	bool smb1_offered, smb1_seen, smb2_seen;
	bool setup;       /* a session setup or a tree connect was asked for */
	bool after_logon; /* an exchange that would be signed was seen whole after a logon */
	bool scanner;
};

static AuditEvidence
evidence(const Audit *audit, const SmbConnectionInfo *info, const SmbStamp *at)
{
	return (AuditEvidence){ .time_ns = at->time_ns,
				.capture = audit->capture,
				.connection = info->number,
				.frame = at->frame };
}

static const SmbStamp *
stamp_of(const SmbExchange *x)
{
	return x->request.frame ? &x->request : &x->response;
}

static void
see(AuditPair *pair, AuditRuleId rule, const AuditEvidence *at)
{
	pair->seen[rule].count++;
	audit_sighting_evidence(&pair->seen[rule], at);
}

/* ---- texts ---- */

static const char *
utf8(SmbText text, char out[AUDIT_KEY_MAX])
{
	smb_text_to_utf8(text, out, AUDIT_KEY_MAX);
	return out;
}

static void
count(AuditTrack *t, AuditTallyId id, const char *key)
{
	audit_tally_add(&t->pair.tallies[id], audit_tally_cap(id, t->key), key, 1);
}

static void
name(AuditTrack *t, AuditTallyId id, SmbText text)
{
	char out[AUDIT_KEY_MAX];

	if (*utf8(text, out))
		count(t, id, out);
}

static void
string(AuditTrack *t, AuditTallyId id, const SmbString *s)
{
	name(t, id, smb_string_text(s));
}

static bool
begins_with(SmbText text, const char *word)
{
	char out[AUDIT_KEY_MAX];

	return g_ascii_strncasecmp(utf8(text, out), word, strlen(word)) == 0;
}

/* ---- tracks ---- */

static void
address(AuditAddress *to, uint8_t family, const uint8_t bytes[16])
{
	static const uint8_t sizes[] = { [2] = 6, [3] = 10, [4] = 4, [6] = 16 };

	to->family = family;
	memcpy(to->bytes, bytes, family < sizeof(sizes) ? sizes[family] : 0);
}

static void
account(Audit *audit, AuditTrack *t)
{
	size_t now = sizeof(*t) + audit_pair_memory(&t->pair);

	audit->track_memory += now - t->accounted;
	t->accounted = now;
}

static AuditTrack *
track_of(Audit *audit, SmbConnectionInfo *info)
{
	AuditTrack *t = info->sink_data;

	if (t)
		return t;
	t = g_new0(AuditTrack, 1);
	t->key = &audit->limits.key;
	address(&t->pair.client, info->ends.family, info->ends.client);
	address(&t->pair.server, info->ends.family, info->ends.server);
	t->next = audit->tracks;
	if (t->next)
		t->next->prev = t;
	audit->tracks = t;
	info->sink_data = t;
	account(audit, t);
	return t;
}

static void
track_free(Audit *audit, AuditTrack *t)
{
	*(t->prev ? &t->prev->next : &audit->tracks) = t->next;
	if (t->next)
		t->next->prev = t->prev;
	audit->track_memory -= t->accounted;
	audit_pair_clear(&t->pair);
	g_free(t);
}

void
audit_tracks_free(Audit *audit)
{
	while (audit->tracks)
		track_free(audit, audit->tracks);
}

/* ---- exchanges ---- */

/*
 * What servers of attackers give unless they are told otherwise: Metasploit and old versions of
 * Responder the first, those built on Impacket the others. One use proves it: a server that draws
 * its challenges gives one of these once in 2^62 times.
 */
static const uint8_t known_challenges[][8] = {
	{ 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 },
	{ 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41 },
	{ 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA },
};

static bool
is_known(SmbSpan challenge)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known_challenges); i++)
		if (memcmp(challenge.ptr, known_challenges[i], sizeof(known_challenges[i])) == 0)
			return true;
	return false;
}

/* Only a digest is kept: enough to see that two are the same. */
static uint64_t
digest(SmbSpan challenge)
{
	g_autofree char *hex =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, challenge.ptr, challenge.len);
	g_autofree char *head = g_strndup(hex, 16);

	return g_ascii_strtoull(head, NULL, 16);
}

static void
take_challenge(Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, SmbSpan bytes,
	       const SmbExchange *x)
{
	AuditChallenge challenge = { .n = 1 };

	if (!bytes.ptr || bytes.len != sizeof(known_challenges[0]))
		return;
	challenge.id = digest(bytes);
	challenge.known = is_known(bytes);
	challenge.uses[0] = (AuditUse){ .port = info->ends.client_port,
					.at = evidence(audit, info, &x->response) };
	audit_pair_challenge(&t->pair, t->key, &challenge);
}

static void
take_negotiate(Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, const SmbExchange *x)
{
	t->negotiates++;
	if (t->negotiates == 1)
		t->negotiated = evidence(audit, info, stamp_of(x));
	if (x->version == 1 && x->request.frame)
		t->smb1_offered = true;
	if (x->request.frame && x->response.frame && x->negotiate.answered_by)
		t->answered = true;
	if (x->negotiate.refused)
		t->answered = true;
	take_challenge(audit, t, info, x->negotiate.challenge, x);
}

static bool
is_ntlm(SmbPasswordType type)
{
	return type == SMB_PASSWORD_NTLMV1_LM || type == SMB_PASSWORD_NTLM_ONLY ||
	       type == SMB_PASSWORD_NTLMV1_ESS || type == SMB_PASSWORD_NTLMV2;
}

/* Who asks without a name, or gives up before the secret, does not get a password wrong. */
static bool
has_secret(SmbPasswordType type)
{
	return type != SMB_PASSWORD_NONE && type != SMB_PASSWORD_ANONYMOUS;
}

/* Ticket encryption that can be broken by guessing passwords, or is DES. */
static bool
is_weak(int32_t type)
{
	return type == RC4_HMAC || type == RC4_HMAC_EXP ||
	       (type >= RC4_OLDEST && type <= RC4_LAST_OLD) || (type > 0 && type <= DES_LAST);
}

/* Which rules a kind of secret is about, whatever came of it. */
static void
judge_secret(AuditPair *pair, const SmbAuth *auth, const AuditEvidence *at)
{
	static const struct {
		SmbPasswordType type;
		AuditRuleId rule;
	} table[] = {
		{ SMB_PASSWORD_PLAINTEXT, AUDIT_PLAINTEXT_PASSWORD },
		{ SMB_PASSWORD_LM, AUDIT_LM_RESPONSE },
		/* The two cannot be told apart, and the worse is possible. */
		{ SMB_PASSWORD_LM_OR_LMV2, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLM_ONLY, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLMV1_ESS, AUDIT_NTLMV1_ESS },
	};
	bool refused = auth->result == SMB_RESULT_REFUSED;

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (auth->password_type != table[i].type)
			continue;
		see(pair, table[i].rule, at);
		pair->seen[table[i].rule].refused += refused;
	}
	if (auth->anomalies & SMB_ANOMALY_PLAINTEXT_UNASKED) {
		see(pair, AUDIT_PLAINTEXT_UNASKED, at);
		pair->seen[AUDIT_PLAINTEXT_UNASKED].refused += refused;
	}
	if (auth->password_type == SMB_PASSWORD_KERBEROS && is_weak(auth->encryption_type))
		see(pair, AUDIT_KERBEROS_RC4, at);
}

static void
judge_outcome(AuditTrack *t, const SmbAuth *auth, const AuditEvidence *at)
{
	AuditPair *pair = &t->pair;

	pair->numbers[AUDIT_N_ACCEPTED] += auth->result == SMB_RESULT_ACCEPTED;
	pair->numbers[AUDIT_N_REFUSED] += auth->result == SMB_RESULT_REFUSED;
	pair->numbers[AUDIT_N_UNKNOWN] += auth->result == SMB_RESULT_UNKNOWN;
	if (auth->result == SMB_RESULT_REFUSED && has_secret(auth->password_type)) {
		see(pair, AUDIT_LOGON_FAILURES, at);
		pair->seen[AUDIT_LOGON_FAILURES].refused++;
	}
	if (auth->result != SMB_RESULT_ACCEPTED)
		return;
	if (auth->guest)
		see(pair, AUDIT_GUEST_LOGON, at);
	if (auth->password_type == SMB_PASSWORD_ANONYMOUS)
		see(pair, AUDIT_ANONYMOUS_SESSION, at);
	if (auth->guest || auth->password_type == SMB_PASSWORD_ANONYMOUS)
		return;
	if (!t->logged_on.frame)
		t->logged_on = *at;
	if (!t->relayable.frame && is_ntlm(auth->password_type))
		t->relayable = *at;
}

typedef struct {
	AuditIdentity who;
	char account[AUDIT_KEY_MAX], domain[AUDIT_KEY_MAX], host[AUDIT_KEY_MAX];
} Identified;

static void
identify(Identified *i, const SmbAuth *auth)
{
	i->who = (AuditIdentity){ .password_type = auth->password_type,
				  .mech = auth->mech,
				  .result = auth->result,
				  .guest = auth->guest,
				  .has_status = auth->has_status,
				  .status = auth->has_status ? auth->status : (SmbStatus){ 0 },
				  .account = i->account,
				  .domain = i->domain,
				  .host = i->host };
	utf8(smb_string_text(auth->account), i->account);
	utf8(smb_string_text(auth->domain), i->domain);
	utf8(smb_string_text(auth->host), i->host);
}

static void
take_auth(Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, const SmbExchange *x,
	  const SmbAuth *auth)
{
	AuditEvidence at = evidence(audit, info, stamp_of(x));
	AuditAuth *kept;
	Identified i;
	char type[16];

	judge_secret(&t->pair, auth, &at);
	judge_outcome(t, auth, &at);
	identify(&i, auth);
	kept = audit_pair_auth(&t->pair, t->key, &i.who);
	if (!kept)
		return;
	kept->lm_length = MAX(kept->lm_length, auth->lm_length);
	kept->nt_length = MAX(kept->nt_length, auth->nt_length);
	kept->first_ns = MIN(kept->first_ns, at.time_ns);
	kept->last_ns = MAX(kept->last_ns, at.time_ns);
	kept->seen.count++;
	audit_sighting_evidence(&kept->seen, &at);
	audit_auth_keep(kept, t->key, auth);
	if (!t->answered || !auth->has_status || x->incomplete || info->midstream)
		kept->incomplete++;
	if (auth->encryption_type != -1) {
		g_snprintf(type, sizeof(type), "%d", auth->encryption_type);
		audit_tally_add(&kept->encryption_types, (AuditCap){ AUDIT_NAMES_MAX, t->key },
				type, 1);
	}
}

static void
take_setup(Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, const SmbExchange *x)
{
	const SmbSessionFacts *f = &x->session;

	t->setup = true;
	if (begins_with(f->native_os, "nmap") || begins_with(f->native_lanman, "nmap"))
		t->scanner = true;
	take_challenge(audit, t, info, f->challenge, x);
	if (f->auth)
		take_auth(audit, t, info, x, f->auth);
}

static void
take_version(Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, const SmbExchange *x)
{
	if (x->step == SMB_STEP_NEGOTIATE)
		return;
	if (x->version == 1 && !t->smb1_seen)
		t->smb1 = evidence(audit, info, stamp_of(x));
	if (x->version == 1)
		t->smb1_seen = true;
	else
		t->smb2_seen = true;
}

static void
take_notify(const Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, const SmbExchange *x)
{
	t->waiting += !x->response.frame;
	if (x->other.unsupported && !t->unsupported.frame)
		t->unsupported = evidence(audit, info, stamp_of(x));
}

static void
take_exchange(Audit *audit, const SmbEvent *event)
{
	const SmbConnectionInfo *info = event->connection;
	const SmbExchange *x = event->exchange;
	AuditTrack *t = track_of(audit, event->connection);

	take_version(audit, t, info, x);
	if (x->step == SMB_STEP_NEGOTIATE) {
		take_negotiate(audit, t, info, x);
	} else if (x->step == SMB_STEP_SESSION_SETUP) {
		take_setup(audit, t, info, x);
	} else if (x->step == SMB_STEP_TREE_CONNECT) {
		t->setup = true;
		if (x->tree_connect.auth)
			take_auth(audit, t, info, x, x->tree_connect.auth);
	} else {
		if (t->logged_on.frame && x->request.frame && x->response.frame)
			t->after_logon = true;
		if (x->step == SMB_STEP_NOTIFY)
			take_notify(audit, t, info, x);
		return; /* nothing was added that takes memory */
	}
	account(audit, t);
}

/* ---- the end of a connection ---- */

static AuditSigning
signing_of(const AuditTrack *t, const SmbConnectionInfo *info)
{
	bool unsigned_seen = t->after_logon && !info->signing_observed && !info->gaps;

	if (info->signing & SMB_SIGNING_SERVER_REQUIRED)
		return AUDIT_SIGNING_REQUIRED;
	/* A client's flag is believed until it goes on without. */
	if ((info->signing & SMB_SIGNING_CLIENT_REQUIRED) && !unsigned_seen)
		return AUDIT_SIGNING_REQUIRED;
	if (info->signing_observed)
		return AUDIT_SIGNING_USED;
	if (!info->has_security_mode && !(info->version == 1 && info->share_level))
		return AUDIT_SIGNING_UNKNOWN;
	if (!(info->signing & SMB_SIGNING_SERVER_ENABLED))
		return AUDIT_SIGNING_DISABLED;
	/* What was not seen is not what was not used. */
	return unsigned_seen ? AUDIT_SIGNING_OFFERED_NOT_USED : AUDIT_SIGNING_UNKNOWN;
}

static bool
has_smb1_dialect(const SmbConnectionInfo *info)
{
	return info->verdict == SMB_VERDICT_SMB1_CLIENT_LIMITED ||
	       info->verdict == SMB_VERDICT_SMB1_SERVER_LIMITED ||
	       info->verdict == SMB_VERDICT_PRE_NT;
}

/* The client offered NT LM 0.12 as well: then it was the server that could not do better. */
static bool
offers_nt(const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_dialects; i++) {
		char out[AUDIT_KEY_MAX];

		utf8(smb_string_text(info->dialects[i]), out);
		if (strcmp(out, "NT LM 0.12") == 0 || strcmp(out, "NT LANMAN 1.0") == 0)
			return true;
	}
	return false;
}

/*
 * Asked what the server speaks and went away: seen from beginning to end, so nothing else was
 * there.
 */
static bool
is_probe(const AuditTrack *t, const SmbConnectionInfo *info)
{
	return t->negotiates && !t->setup && !t->smb1_seen && !t->smb2_seen && !info->midstream &&
	       !info->incomplete && (info->end == SMB_END_FIN || info->end == SMB_END_RESET) &&
	       info->verdict != SMB_VERDICT_REFUSED;
}

/* What there is before anything else went over it: where not even that was seen, the end. */
static AuditEvidence
begin_of(const Audit *audit, const AuditTrack *t, const SmbConnectionInfo *info)
{
	return t->negotiated.frame ? t->negotiated : evidence(audit, info, &info->first);
}

static void
judge_dialect(const Audit *audit, AuditTrack *t, const SmbConnectionInfo *info, bool probe)
{
	AuditEvidence at = begin_of(audit, t, info);
	bool smb1 = t->smb1_seen || (has_smb1_dialect(info) && !probe);
	bool smb2 = t->smb2_seen || (!smb1 && info->version >= 2 && !probe);
	AuditPair *pair = &t->pair;

	pair->numbers[AUDIT_N_SMB1_OFFERED] += t->smb1_offered;
	pair->numbers[AUDIT_N_SMB1_USED] += smb1;
	pair->numbers[AUDIT_N_SMB2_USED] += smb2;
	if (smb1) {
		see(pair, AUDIT_SMB1_IN_USE, t->smb1_seen ? &t->smb1 : &at);
		/* Both on one connection is nobody's choice. */
		if (!smb2)
			see(pair, AUDIT_DOWNGRADE, t->smb1_seen ? &t->smb1 : &at);
	} else if (info->verdict == SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN ||
		   (info->verdict == SMB_VERDICT_REFUSED && t->smb1_offered)) {
		see(pair, AUDIT_SMB1_ONLY_OFFERED, &at);
	}
	if (info->verdict == SMB_VERDICT_PRE_NT) {
		see(pair, AUDIT_PRE_NT_DIALECT, &at);
		pair->numbers[AUDIT_N_PRE_NT_BY_SERVER] += offers_nt(info);
	}
	if (info->verdict == SMB_VERDICT_SMB1_SERVER_LIMITED)
		see(pair, AUDIT_SMB1_SERVER_LIMITED, &at);
	if (has_smb1_dialect(info) && info->share_level)
		see(pair, AUDIT_SHARE_LEVEL_SECURITY, &at);
}

static void
judge_signing(const Audit *audit, AuditTrack *t, const SmbConnectionInfo *info)
{
	AuditSigning signing = signing_of(t, info);
	AuditEvidence at = begin_of(audit, t, info);
	bool open = signing != AUDIT_SIGNING_REQUIRED && signing != AUDIT_SIGNING_USED &&
		    !info->encrypted;

	count(t, AUDIT_SIGNED, audit_signing_name(signing));
	/* Dialects before NT have no word for it: what the server could do is not known. */
	if (signing == AUDIT_SIGNING_DISABLED && info->verdict != SMB_VERDICT_PRE_NT)
		see(&t->pair, AUDIT_SIGNING_IS_DISABLED, &at);
	if (signing == AUDIT_SIGNING_OFFERED_NOT_USED && !info->encrypted)
		see(&t->pair, AUDIT_SIGNING_NOT_USED, &t->logged_on);
	if (open && t->relayable.frame && t->after_logon && !info->gaps)
		see(&t->pair, AUDIT_NTLM_RELAYABLE, &t->relayable);
	for (uint32_t i = 0; i < t->pair.n_auths; i++) {
		AuditAuth *auth = &t->pair.auths[i];

		auth->signing[signing] += auth->seen.count;
		if (info->encrypted)
			auth->encrypted += auth->seen.count;
	}
}

/*
 * Requests that waited when the connection went away. It says nothing that a change notification
 * waits, unless the server resets under it; nor that answers are missing where the capture cannot
 * have them.
 */
static bool
is_lost(const AuditTrack *t, const SmbConnectionInfo *info)
{
	bool reset_by_server = info->end == SMB_END_RESET && info->end_by_server;

	if (info->end != SMB_END_RESET && info->end != SMB_END_TIMEOUT)
		return false;
	if (info->one_way || info->gaps)
		return false;
	return info->outstanding > (reset_by_server ? 0 : t->waiting);
}

static void
judge_end(const Audit *audit, AuditTrack *t, const SmbConnectionInfo *info)
{
	AuditEvidence at = evidence(audit, info, &info->last);

	count(t, AUDIT_ENDS, smb_end_name(info->end) ? smb_end_name(info->end) : "open");
	if (is_lost(t, info))
		see(&t->pair, AUDIT_CONNECTION_LOST, &at);
	if (info->notify_unsupported)
		see(&t->pair, AUDIT_CHANGE_NOTIFY_UNSUPPORTED,
		    t->unsupported.frame ? &t->unsupported : &at);
}

static void
take_names(AuditTrack *t, const SmbConnectionInfo *info)
{
	const char *verdict = smb_verdict_name(info->verdict);

	string(t, AUDIT_CLIENT_NAME, info->client_name);
	string(t, AUDIT_SERVER_NAME, info->server_name);
	string(t, AUDIT_CLIENT_OS, info->client_os);
	string(t, AUDIT_CLIENT_LANMAN, info->client_lanman);
	string(t, AUDIT_SERVER_OS, info->server_os);
	string(t, AUDIT_SERVER_LANMAN, info->server_lanman);
	string(t, AUDIT_SERVER_DOMAIN, info->server_domain);
	for (uint32_t i = 0; i < info->n_dialects; i++)
		string(t, AUDIT_OFFERED, info->dialects[i]);
	string(t, AUDIT_CHOSEN, info->dialect);
	count(t, AUDIT_VERDICTS, verdict ? verdict : "none");
}

static void
take_shares(AuditTrack *t, const SmbConnectionInfo *info)
{
	char out[AUDIT_KEY_MAX];
	Identified who;

	for (uint32_t i = 0; i < info->n_trees; i++) {
		const SmbTree *tree = info->trees[i];
		AuditAuth *auth;

		if (!*utf8(smb_string_text(tree->path), out))
			continue;
		count(t, AUDIT_SHARES, out);
		if (!tree->user || !tree->user->auth)
			continue;
		identify(&who, tree->user->auth);
		auth = audit_pair_auth(&t->pair, t->key, &who.who);
		if (auth)
			audit_tally_add(&auth->shares, (AuditCap){ AUDIT_SHARES_MAX, t->key }, out,
					1);
	}
}

static void
take_day(AuditTrack *t, uint64_t ns)
{
	gint64 seconds = (gint64)(ns / NS_PER_SECOND / SECONDS_PER_DAY * SECONDS_PER_DAY);
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *text = day ? g_date_time_format(day, "%Y-%m-%d") : NULL;

	if (text)
		count(t, AUDIT_DAYS, text);
}

/* A scanner's connection is counted, and its evidence kept, and nothing else. */
static void
forget_all_but_scan(const Audit *audit, AuditTrack *t, const SmbConnectionInfo *info)
{
	AuditPair *pair = &t->pair;
	AuditEvidence at = begin_of(audit, t, info);
	AuditPair scan = { .client = pair->client, .server = pair->server };

	audit_pair_clear(pair);
	*pair = scan;
	pair->numbers[AUDIT_N_SCANS] = 1;
	see(pair, AUDIT_SCANNER, &at);
}

static void
take_connection(Audit *audit, const SmbEvent *event)
{
	SmbConnectionInfo *info = event->connection;
	AuditTrack *t = track_of(audit, info);
	uint64_t *numbers = t->pair.numbers;
	bool probe = is_probe(t, info);

	if (t->negotiates > FLOOD)
		t->scanner = true;
	if (t->scanner) {
		forget_all_but_scan(audit, t, info);
	} else {
		take_names(t, info);
		judge_dialect(audit, t, info, probe);
		judge_signing(audit, t, info);
		judge_end(audit, t, info);
		take_shares(t, info);
		numbers[AUDIT_N_PROBES] = probe;
		if (probe) /* proof, should it turn out that nothing else ever came */
			audit_sighting_evidence(&t->pair.seen[AUDIT_SCANNER], &t->negotiated);
		numbers[AUDIT_N_MIDSTREAM] = info->midstream;
		numbers[AUDIT_N_INCOMPLETE] = info->incomplete != 0;
		numbers[AUDIT_N_WHOLE] = t->answered && !info->midstream && !info->incomplete;
		numbers[AUDIT_N_ENCRYPTED] = info->encrypted;
		numbers[AUDIT_N_OMITTED] = (uint64_t)info->omitted + info->limits;
	}
	numbers[AUDIT_N_CONNECTIONS] = 1;
	t->pair.first_ns = info->first.time_ns;
	t->pair.last_ns = info->last.time_ns;
	take_day(t, info->first.time_ns);
	audit_add_totals(audit, 1, info->first.time_ns, info->last.time_ns);
	audit_add(audit, &t->pair);
	track_free(audit, t);
	info->sink_data = NULL;
}

void
audit_event(Audit *audit, const SmbEvent *event)
{
	if (event->kind == SMB_EVENT_EXCHANGE)
		take_exchange(audit, event);
	else if (event->kind == SMB_EVENT_CONNECTION)
		take_connection(audit, event);
}
