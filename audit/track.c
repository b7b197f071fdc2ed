/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection on its way to become part of a pair: gathers from its events what judge.c needs, and
 * hands the pair to the inventory at its end.
 */
#include <nettle/sha2.h>
#include <string.h>

#include "audit/attack/attack.h"
#include "audit/home.h"
#include "audit/internal.h"
#include "audit/judge.h"
#include "audit/observe.h"
#include "audit/prints.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

enum {
	CHALLENGE = 8, /* bytes of one */
	NS_PER_SECOND = 1000000000,
	SECONDS_PER_DAY = 86400,
};

/* A connection that has not ended; hung into SmbConnectionInfo.sink_data. */
struct AuditTrack {
	AuditTrack *prev, *next;
	AuditFacts facts;
	size_t accounted;
};

static const SmbStamp *
stamp_of(const SmbExchange *x)
{
	return x->request.frame ? &x->request : &x->response;
}

/* ---- texts ---- */

static const char *
to_key(SmbText text, char out[AUDIT_KEY_MAX])
{
	smb_text_to_utf8(text, out, AUDIT_KEY_MAX);
	return out;
}

static void
count_text(AuditFacts *f, AuditTallyId id, SmbText text)
{
	char out[AUDIT_KEY_MAX];

	if (*to_key(text, out))
		audit_facts_count(f, id, out);
}

static void
count_string(AuditFacts *f, AuditTallyId id, const SmbString *s)
{
	count_text(f, id, smb_string_text(s));
}

/* ---- tracks ---- */

static void
account(Audit *audit, AuditTrack *t)
{
	size_t now = sizeof(*t) + audit_pair_memory(&t->facts.pair) +
		     audit_attack_memory(t->facts.attack);

	audit->track_memory += now - t->accounted;
	t->accounted = now;
}

static AuditTrack *
track_new(Audit *audit)
{
	AuditTrack *t = audit->free_tracks;

	if (!t)
		return g_new0(AuditTrack, 1);
	audit->free_tracks = t->next;
	audit->n_free_tracks--;
	return t;
}

/* Everything of it is zero again, but for what its pair keeps (audit_pair_reuse). */
static void
track_keep(Audit *audit, AuditTrack *t)
{
	uint8_t *after = (uint8_t *)(&t->facts.pair + 1);

	memset(t, 0, offsetof(AuditTrack, facts.pair));
	memset(after, 0, (size_t)((uint8_t *)(t + 1) - after));
	t->next = audit->free_tracks;
	audit->free_tracks = t;
	audit->n_free_tracks++;
}

static AuditTrack *
track_of(Audit *audit, SmbConnectionInfo *info)
{
	AuditTrack *t = info->sink_data;

	if (t)
		return t;
	t = track_new(audit);
	t->facts.key = &audit->limits.key;
	audit_address_set(&t->facts.pair.client, info->ends.family, info->ends.client);
	audit_address_set(&t->facts.pair.server, info->ends.family, info->ends.server);
	t->facts.pair.client.site = t->facts.pair.server.site = audit->site;
	t->next = audit->tracks;
	if (t->next)
		t->next->prev = t;
	audit->tracks = t;
	info->sink_data = t;
	return t;
}

static void
track_free(Audit *audit, AuditTrack *t)
{
	if (t->prev)
		t->prev->next = t->next;
	else
		audit->tracks = t->next;
	if (t->next)
		t->next->prev = t->prev;
	audit->track_memory -= t->accounted;
	audit_attack_free(t->facts.attack);
	if (audit->n_free_tracks == AUDIT_FREE_TRACKS) {
		audit_pair_clear(&t->facts.pair);
		g_free(t);
		return;
	}
	audit_pair_reuse(&t->facts.pair);
	track_keep(audit, t);
}

static void
tracks_free(Audit *audit)
{
	for (AuditTrack *t = audit->tracks, *next; t; t = next) {
		next = t->next;
		track_free(audit, t);
	}
	while (audit->free_tracks) {
		AuditTrack *t = track_new(audit);

		audit_pair_clear(&t->facts.pair);
		g_free(t);
	}
}

/* ---- exchanges ---- */

/* Only a digest is kept, the first eight bytes: enough to see that two are the same. */
static uint64_t
digest(SmbSpan challenge)
{
	struct sha256_ctx hash;
	uint64_t id;

	sha256_init(&hash);
	sha256_update(&hash, challenge.len, challenge.ptr);
	sha256_digest(&hash, sizeof(id), (uint8_t *)&id);
	return GUINT64_FROM_BE(id);
}

static uint64_t
mix(uint64_t hash, uint64_t v)
{
	const uint64_t prime = 0x100000001b3u; /* FNV-1a */

	return (hash ^ v) * prime;
}

static uint64_t
mix_text(uint64_t hash, SmbText text)
{
	SmbReader r = smb_reader_from_span(text.bytes);

	while (smb_reader_left(&r))
		hash = mix(hash, smb_reader_u8(&r));
	return mix(hash, text.bytes.len);
}

/* Of the ids that are in the server's message alone: its request may not have been captured. */
static uint64_t
digest_of_message(const SmbExchange *x)
{
	uint64_t hash = mix(mix(x->version, x->command), x->uid);

	hash = mix(mix(hash, x->response_mid), x->pid);
	if (x->step == SMB_STEP_NEGOTIATE) {
		hash = mix(mix(hash, x->negotiate.capabilities), x->negotiate.max_buffer_size);
		return mix_text(mix_text(hash, x->negotiate.domain), x->negotiate.server);
	}
	return mix_text(mix_text(hash, x->session.server_os), x->session.server_lanman);
}

static void
take_challenge(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, SmbSpan bytes,
	       const SmbExchange *x)
{
	AuditChallenge challenge = { .n = 1 };

	if (!bytes.ptr || bytes.len != CHALLENGE)
		return;
	challenge.id = digest(bytes);
	challenge.known = audit_judge_challenge(bytes);
	challenge.uses[0] = (AuditUse){ .port = info->ends.client_port,
					.message = digest_of_message(x),
					.at = audit_evidence_of(audit, info, &x->response) };
	audit_pair_challenge(&f->pair, f->key, &challenge);
}

static void
take_negotiate(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	f->negotiates++;
	if (f->negotiates == 1)
		f->negotiated = audit_evidence_of(audit, info, stamp_of(x));
	if (x->version == 1 && x->request.frame)
		f->smb1_offered = true;
	if (x->request.frame && x->response.frame && x->negotiate.answered_by)
		f->answered = true;
	if (x->negotiate.refused)
		f->answered = f->refused = true;
	take_challenge(audit, f, info, x->negotiate.challenge, x);
}

/* Its ids are the same on both sides of an address translation, and others where it was passed on. */
static void
take_response(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x,
	      const SmbAuth *auth)
{
	uint64_t message = mix(mix(mix(x->version, x->command), x->uid), x->mid);
	AuditChallenge response = { .n = 1, .response = true };

	if (!auth->has_proof)
		return;
	response.id = digest((SmbSpan){ auth->proof, sizeof(auth->proof) });
	response.uses[0] = (AuditUse){ .port = info->ends.client_port,
				       .message = mix(message, x->pid),
				       .at = audit_evidence_of(audit, info, &auth->request) };
	audit_pair_challenge(&f->pair, f->key, &response);
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
				  .null_session = auth->null_session,
				  .has_status = auth->has_status,
				  .status = auth->has_status ? auth->status : (SmbStatus){ 0 },
				  .account = i->account,
				  .domain = i->domain,
				  .host = i->host };
	to_key(smb_string_text(auth->account), i->account);
	to_key(smb_string_text(auth->domain), i->domain);
	to_key(smb_string_text(auth->host), i->host);
}

static void
count_encryption(AuditFacts *f, AuditAuth *kept, int32_t type)
{
	char name[16];

	if (type == -1)
		return;
	g_snprintf(name, sizeof(name), "%d", type);
	audit_tally_add(&kept->encryption_types, (AuditCap){ AUDIT_NAMES_MAX, f->key }, name, 1);
}

static void
take_auth(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x,
	  const SmbAuth *auth)
{
	AuditEvidence at = audit_evidence_of(audit, info, stamp_of(x));
	AuditAuth *kept;
	Identified i;

	audit_judge_auth(f, auth, &at);
	identify(&i, auth);
	kept = audit_pair_auth(&f->pair, f->key, &i.who);
	if (!kept)
		return;
	kept->lm_length = MAX(kept->lm_length, auth->lm_length);
	kept->nt_length = MAX(kept->nt_length, auth->nt_length);
	kept->first_ns = MIN(kept->first_ns, at.time_ns);
	kept->last_ns = MAX(kept->last_ns, at.time_ns);
	kept->seen.count++;
	audit_sighting_evidence(&kept->seen, &at);
	audit_auth_keep(kept, f->key, auth);
	if (!f->answered || !auth->has_status || x->incomplete || info->midstream)
		kept->incomplete++;
	count_encryption(f, kept, auth->encryption_type);
	/* A ticket may have a stronger key than the session that it is for. */
	if (auth->password_type == SMB_PASSWORD_KERBEROS &&
	    auth->session_key_type != auth->encryption_type)
		count_encryption(f, kept, auth->session_key_type);
}

static void
take_setup(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	const SmbSessionFacts *s = &x->session;

	f->setup = true;
	take_challenge(audit, f, info, s->challenge, x);
	if (s->auth) {
		take_response(audit, f, info, x, s->auth);
		take_auth(audit, f, info, x, s->auth);
	}
}

static void
take_version(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	if (x->step == SMB_STEP_NEGOTIATE)
		return;
	if (x->version == 1 && (!f->smb1_seen || (x->response.frame && !f->smb1_answered)))
		f->smb1 = audit_evidence_of(audit, info, stamp_of(x));
	*(x->version == 1 ? &f->smb1_seen : &f->smb2_seen) = true;
	*(x->version == 1 ? &f->smb1_answered : &f->smb2_answered) |= x->response.frame != 0;
}

static void
take_notify(const Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	f->waiting += !x->response.frame;
	if (x->other.unsupported && !f->unsupported.frame)
		f->unsupported = audit_evidence_of(audit, info, stamp_of(x));
}

static bool
is_ipc(SmbText path)
{
	char out[AUDIT_KEY_MAX];
	const char *share = strrchr(to_key(path, out), '\\');

	return g_ascii_strcasecmp(share ? share + 1 : out, "IPC$") == 0;
}

/* Whether a connection serves the computer browser alone: [MS-BRWS] 3.3.5.6. */
static void
take_work(AuditFacts *f, const SmbExchange *x)
{
	if (x->step == SMB_STEP_TRANSACTION && x->other.rap &&
	    (x->other.function == RAP_NET_SERVER_ENUM2 || x->other.function == RAP_NET_SERVER_ENUM3))
		f->browsed = true;
	else if (x->step != SMB_STEP_LOGOFF && x->step != SMB_STEP_TREE_DISCONNECT &&
		 x->step != SMB_STEP_ECHO)
		f->worked = true;
}

/* It has what the answers to a logon and to a tree connect gave. */
static bool
needs_logon(const SmbExchange *x)
{
	return x->has_fid || x->step == SMB_STEP_OPEN || x->step == SMB_STEP_PATH ||
	       x->step == SMB_STEP_SEARCH;
}

/* What a logon was let in to; `again`: also if that was counted before. True if it was counted. */
static bool
count_share(AuditFacts *f, const SmbAuth *auth, const char *share, bool again)
{
	AuditAuth *kept;
	Identified who;

	identify(&who, auth);
	kept = audit_pair_auth(&f->pair, f->key, &who.who);
	if (!kept || (!again && audit_tally_of(&kept->shares, share)))
		return false;
	audit_tally_add(&kept->shares, (AuditCap){ AUDIT_SHARES_MAX, f->key }, share, 1);
	return true;
}

/* At share level the share's password is the logon. */
static void
take_share_logon(AuditFacts *f, const SmbExchange *x)
{
	char share[AUDIT_KEY_MAX];

	if (x->tree_connect.auth->result == SMB_RESULT_ACCEPTED &&
	    *to_key(x->tree_connect.path, share))
		count_share(f, x->tree_connect.auth, share, true);
}

static void
take_tree(Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	f->setup = true;
	f->worked |= !is_ipc(x->tree_connect.path);
	if (x->tree_connect.auth) {
		take_auth(audit, f, info, x, x->tree_connect.auth);
		take_share_logon(f, x);
	} else if (x->response.frame && !x->failed) {
		f->used = true;
	}
}

/* In SMB1 a logon may use what another one connected to: each has a UID in every request. */
static bool
take_shared_tree(AuditFacts *f, const SmbExchange *x)
{
	char share[AUDIT_KEY_MAX];

	return x->response.frame && !x->failed && x->tree && x->user && x->user->auth &&
	       x->user != x->tree->user && *to_key(smb_string_text(x->tree->path), share) &&
	       count_share(f, x->user->auth, share, false);
}

static void
take_use(AuditFacts *f, const SmbExchange *x)
{
	if (f->logged_on.frame && x->request.frame && x->response.frame)
		f->after_logon = true;
	if (x->step != SMB_STEP_LOGOFF && x->response.frame && !x->failed)
		f->used = true;
	f->went_on |= x->request.frame && x->chain_index == 0 && needs_logon(x);
}

static void
take_exchange(Audit *audit, const SmbEvent *event)
{
	const SmbConnectionInfo *info = event->connection;
	const SmbExchange *x = event->exchange;
	AuditTrack *t = track_of(audit, event->connection);
	AuditFacts *f = &t->facts;
	bool grew = !t->accounted;

	take_version(audit, f, info, x);
	audit_observe_exchange(audit, f, info, x);
	if (x->step == SMB_STEP_NEGOTIATE) {
		grew = true;
		take_negotiate(audit, f, info, x);
	} else if (x->step == SMB_STEP_SESSION_SETUP) {
		grew = true;
		take_setup(audit, f, info, x);
	} else if (x->step == SMB_STEP_TREE_CONNECT) {
		grew = grew || x->tree_connect.auth;
		take_tree(audit, f, info, x);
	} else {
		take_use(f, x);
		take_work(f, x);
		grew |= take_shared_tree(f, x);
		if (x->step == SMB_STEP_NOTIFY)
			take_notify(audit, f, info, x);
	}
	if (audit_attack_exchange(audit, f, info, x) || grew)
		account(audit, t);
}

/* ---- the end of a connection ---- */

static void
take_names(AuditFacts *f, const SmbConnectionInfo *info)
{
	const char *verdict = smb_verdict_name(info->verdict);

	count_string(f, AUDIT_CLIENT_NAME, info->client_name);
	count_string(f, AUDIT_SERVER_NAME, info->server_name);
	if (info->client_other)
		audit_facts_contradicted(f, AUDIT_CLIENT_NAME, info->client_other);
	if (info->server_other)
		audit_facts_contradicted(f, AUDIT_SERVER_NAME, info->server_other);
	count_string(f, AUDIT_CLIENT_OS, info->client_os);
	count_string(f, AUDIT_CLIENT_LANMAN, info->client_lanman);
	count_string(f, AUDIT_SERVER_OS, info->server_os);
	count_string(f, AUDIT_SERVER_LANMAN, info->server_lanman);
	count_string(f, AUDIT_SERVER_DOMAIN, info->server_domain);
	for (uint32_t i = 0; i < info->n_dialects; i++)
		count_string(f, AUDIT_OFFERED, info->dialects[i]);
	count_string(f, AUDIT_CHOSEN, info->dialect);
	audit_facts_count(f, AUDIT_VERDICTS, verdict ? verdict : "none");
}

static void
take_share(AuditFacts *f, const SmbTree *tree)
{
	char out[AUDIT_KEY_MAX];

	if (!*to_key(smb_string_text(tree->path), out))
		return;
	audit_facts_count(f, AUDIT_SHARES, out);
	if (tree->user && tree->user->auth)
		count_share(f, tree->user->auth, out, true);
}

/* What is told at the end of a connection is told now of what is not there then. */
static void
take_forgotten(Audit *audit, const SmbEvent *event)
{
	const SmbForgotten *forgotten = event->forgotten;
	AuditTrack *t = track_of(audit, event->connection);

	if (forgotten->tree)
		take_share(&t->facts, forgotten->tree);
	if (forgotten->file)
		audit_attack_file(audit, &t->facts, event->connection, forgotten->file);
	account(audit, t);
}

static void
take_day(Audit *audit, AuditFacts *f, uint64_t ns)
{
	uint64_t day = ns / NS_PER_SECOND / SECONDS_PER_DAY;

	if (!*audit->day || audit->day_number != day) {
		g_autoptr(GDateTime)
			date = g_date_time_new_from_unix_utc((gint64)(day * SECONDS_PER_DAY));
		g_autofree char *text = g_date_time_format(date, "%Y-%m-%d");

		g_strlcpy(audit->day, text, sizeof(audit->day));
		audit->day_number = day;
	}
	audit_facts_count(f, AUDIT_DAYS, audit->day);
}

/*
 * Neither SMB nor a NetBIOS session was spoken: nothing is known of the ends but their addresses,
 * and the names that datagrams gave them.
 */
static bool
never_spoke(const SmbConnectionInfo *info)
{
	return !info->messages[SMB_TO_SERVER] && !info->messages[SMB_TO_CLIENT] &&
	       !info->netbios_asked && info->outcome.why != SMB_WHY_NETBIOS_REFUSED;
}

static void
take_connection(Audit *audit, const SmbEvent *event)
{
	SmbConnectionInfo *info = event->connection;
	AuditTrack *t;
	AuditFacts *f;

	if (never_spoke(info) && !info->sink_data)
		return;
	t = track_of(audit, info);
	f = &t->facts;
	audit_observe_connection(audit, f, info);
	audit_attack_end(audit, f, info);
	audit_home_take(audit, f, info);
	take_names(f, info);
	audit_prints_count(audit, f, info);
	audit_judge_connection(audit, f, info);
	for (uint32_t i = 0; i < info->n_trees; i++)
		take_share(f, info->trees[i]);
	audit_judge_identities(f, info);
	if (audit_attack_apart(f))
		audit_judge_apart(audit, f, info);
	f->pair.numbers[AUDIT_N_CONNECTIONS] = 1;
	f->pair.first_ns = info->first.time_ns;
	f->pair.last_ns = info->last.time_ns;
	take_day(audit, f, info->first.time_ns);
	audit_add_totals(audit, 1, info->first.time_ns, info->last.time_ns);
	audit_add(audit, &f->pair);
	track_free(audit, t);
	info->sink_data = NULL;
}

void
audit_event(Audit *audit, const SmbEvent *event)
{
	if (event->kind == SMB_EVENT_EXCHANGE)
		take_exchange(audit, event);
	else if (event->kind == SMB_EVENT_FORGOTTEN)
		take_forgotten(audit, event);
	else if (event->kind == SMB_EVENT_CONNECTION)
		take_connection(audit, event);
}

void
audit_forget(Audit *audit, SmbConnectionInfo *info)
{
	if (info->sink_data)
		track_free(audit, info->sink_data);
	info->sink_data = NULL;
}

size_t
audit_free(Audit *self)
{
	if (!self)
		return 0;
	tracks_free(self);
	audit_prints_free(self);
	return audit_inventory_free(self);
}
