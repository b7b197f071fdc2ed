/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Why a client did not get what it came for. At the end a chain of functions decides: the first that
 * finds a reason wins, so their order in smb_outcome_settle is the order of priority.
 */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>

/* A client that waits no longer than that for an answer left of its own accord. */
static const uint64_t PATIENCE_NS = UINT64_C(5000000000);
/* A server that got less has not been silent. */
static const uint64_t TIME_TO_ANSWER_NS = UINT64_C(1000000000);

/* ---- the end: each function sets a reason, or leaves the next one to decide ---- */

static bool
ended_by(const SmbConnectionInfo *info, bool server)
{
	return (info->end == SMB_END_FIN || info->end == SMB_END_RESET) &&
	       info->end_by_server == server;
}

/* Connected, and ended without a byte from either side. */
static bool
is_empty(const SmbConnectionInfo *info)
{
	return !info->bytes[SMB_TO_SERVER] && !info->bytes[SMB_TO_CLIENT] && info->syn_ack_ns &&
	       info->end != SMB_END_CAPTURE_END && info->end != SMB_END_EVICTED;
}

/* One side, or what answers it, speaks something else. */
static bool
is_not_smb(const SmbConnectionInfo *info, const SmbOutcomeInput *input)
{
	if (!smb_outcome_is_whole(info) || input->server_spoke)
		return false;
	if (input->client_spoke)
		return info->bytes[SMB_TO_CLIENT] != 0;
	return info->bytes[SMB_TO_SERVER] && info->skipped_bytes >= info->bytes[SMB_TO_SERVER];
}

/* The first message that the server did not answer; frame 0: there is none. */
static SmbStamp
first_unanswered(const SmbConnection *c, const SmbOutcomeInput *input)
{
	const SmbProgress *p = &c->state->progress;

	if (input->unanswered)
		return input->unanswered->request;
	return (SmbStamp){ .frame = p->unanswered_frame, .time_ns = p->unanswered_ns };
}

/* Whether the server had time to answer: it ended the connection, or the client waited. */
static bool
could_answer(const SmbConnection *c, const SmbOutcomeInput *input)
{
	return !ended_by(&c->info, false) ||
	       input->when.time_ns >= first_unanswered(c, input).time_ns + TIME_TO_ANSWER_NS;
}

static SmbWhy
why_nobody_spoke(const SmbConnection *c, const SmbOutcomeInput *input)
{
	const SmbConnectionInfo *info = &c->info;

	if (info->verdict != SMB_VERDICT_REFUSED && info->silent == SMB_SILENT_SERVER &&
	    first_unanswered(c, input).frame && could_answer(c, input))
		return SMB_WHY_SERVER_SILENT;
	if (is_not_smb(info, input))
		return SMB_WHY_NOT_SMB;
	if (info->silent == SMB_SILENT_CLIENT && !input->refused && !info->orphans)
		return SMB_WHY_CLIENT_SILENT;
	return smb_outcome_is_whole(info) && is_empty(info) ? SMB_WHY_CLIENT_SILENT : SMB_WHY_NONE;
}

static void
settle_tcp(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	bool client;

	o->stage = SMB_STAGE_TCP;
	o->frame = c->info.first.frame;
	if (c->info.end == SMB_END_NO_ANSWER) {
		o->why = SMB_WHY_NO_ANSWER;
	} else if (c->info.end == SMB_END_PORT_CLOSED) {
		o->why = SMB_WHY_PORT_CLOSED;
		o->frame = input->when.frame;
	} else {
		o->why = why_nobody_spoke(c, input);
		if (o->why == SMB_WHY_SERVER_SILENT)
			o->frame = first_unanswered(c, input).frame;
	}
	client = o->why == SMB_WHY_CLIENT_SILENT ||
		 (o->why == SMB_WHY_NOT_SMB && !input->client_spoke);
	o->by = client ? SMB_BY_CLIENT : SMB_BY_SERVER;
}

static void
settle_netbios(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	const SmbNetbios *n = input->refused;

	if (!n || c->state->negotiate_answered)
		return;
	o->stage = SMB_STAGE_NETBIOS;
	o->why = SMB_WHY_NETBIOS_REFUSED;
	o->by = SMB_BY_SERVER;
	o->frame = n->response.frame;
	o->netbios_error = n->error;
	if (n->has_names)
		o->name = smb_context_string(c->context, n->called);
}

/* Windows ends the connection where SMB1 is off ([MS-SMB2] 3.3.5.3.2); others say 0xFFFF. */
static void
settle_dialect(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	bool closed = c->info.verdict == SMB_VERDICT_REFUSED && !c->state->refused;
	bool nt1 = smb_dialect_offers_nt1(c), newer = smb_dialect_offers_newer(c);

	/* A server that took one of these from others did not mean the dialects. */
	if (c->info.verdict != SMB_VERDICT_REFUSED ||
	    (closed && smb_server_is_known_to_take(c, nt1, newer)))
		return;
	o->stage = SMB_STAGE_NEGOTIATE;
	o->by = SMB_BY_SERVER;
	o->frame = c->state->refused ? c->state->progress.negotiate_frame : input->when.frame;
	o->why = SMB_WHY_DIALECT_REFUSED;
	if (closed && nt1 && !newer)
		o->why = SMB_WHY_SMB1_IS_OFF;
}

/* An error in place of a dialect, and nothing came of the connection. */
static void
settle_negotiate(SmbConnection *c, SmbOutcome *o)
{
	const SmbProgress *p = &c->state->progress;

	if (!p->negotiate_error.value || c->info.dialect || p->reached > SMB_STAGE_NEGOTIATE)
		return;
	o->stage = SMB_STAGE_NEGOTIATE;
	o->why = SMB_WHY_NEGOTIATE_REFUSED;
	o->by = SMB_BY_SERVER;
	o->frame = p->negotiate_frame;
	o->has_status = true;
	o->status = p->negotiate_error;
}

/* [MS-SMB] 3.2.4.2.4: one side requires what the other one cannot do. */
static void
settle_signing(SmbConnection *c, SmbOutcome *o)
{
	const SmbConnectionInfo *info = &c->info;
	bool server_requires = info->signing & SMB_SIGNING_SERVER_REQUIRED;
	bool server_cannot = info->has_security_mode &&
			     !(info->signing & SMB_SIGNING_SERVER_ENABLED) && !server_requires;
	bool client_requires = info->signing & SMB_SIGNING_CLIENT_REQUIRED;

	if (info->version != 1 || !c->state->answered_smb1 ||
	    c->state->progress.reached != SMB_STAGE_NEGOTIATE || !ended_by(info, false) ||
	    !(server_requires || (server_cannot && client_requires)))
		return;
	o->stage = SMB_STAGE_NEGOTIATE;
	o->why = SMB_WHY_SIGNING_MISMATCH;
	o->by = SMB_BY_CLIENT;
	o->likely = true;
	o->frame = c->state->progress.negotiate_frame;
}

static void
settle_channel(SmbConnection *c, SmbOutcome *o)
{
	const SmbProgress *p = &c->state->progress;

	if (!p->channel_frame || p->tree_connected || p->used)
		return;
	o->stage = SMB_STAGE_LOGON;
	o->why = SMB_WHY_CHANNEL_REFUSED;
	o->by = SMB_BY_SERVER;
	o->frame = p->channel_frame;
	o->has_status = true;
	o->status = p->channel_error;
}

/* The newest accepted logon; NULL: none was. */
static const SmbAuth *
accepted_logon(const SmbConnectionInfo *info)
{
	for (uint32_t i = info->n_auths; i > 0; i--)
		if (info->auths[i - 1]->result == SMB_RESULT_ACCEPTED)
			return info->auths[i - 1];
	return NULL;
}

/* The client logged on, and left before it connected to a share. */
static const SmbAuth *
left_after_logon(const SmbConnection *c)
{
	const SmbAuth *auth = accepted_logon(&c->info);

	return c->state->progress.reached == SMB_STAGE_LOGON && ended_by(&c->info, false) ? auth
											  : NULL;
}

/* [MS-SMB2] 3.2.5.3.1: a client that requires signing has no use for a guest's session. */
static void
settle_guest(SmbConnection *c, SmbOutcome *o)
{
	const SmbAuth *auth = left_after_logon(c);

	if (!auth || !auth->guest)
		return;
	o->stage = SMB_STAGE_LOGON;
	o->why = SMB_WHY_GUEST_REFUSED;
	o->by = SMB_BY_CLIENT;
	o->likely = true;
	o->frame = auth->response.frame;
}

/*
 * A client that insists on encryption does so once it is logged on ([MS-SMB2] 3.2.5.3.1,
 * 3.2.5.3.3), and leaves if the server cannot do it. One that only tries a password looks alike.
 */
static void
settle_client_encryption(SmbConnection *c, SmbOutcome *o)
{
	const SmbAuth *auth = left_after_logon(c);

	if (!auth || smb_auth_is_nobody(auth) || c->info.version != 3 || !c->state->can_encrypt ||
	    c->state->server_encrypts)
		return;
	o->stage = SMB_STAGE_LOGON;
	o->why = SMB_WHY_ENCRYPTION_REQUIRED;
	o->by = SMB_BY_CLIENT;
	o->likely = true;
	o->frame = c->state->progress.negotiate_frame;
}

/* Samba lets SMB1 in, and then denies everything, even to disconnect. */
static void
settle_encryption(SmbConnection *c, SmbOutcome *o)
{
	const SmbProgress *p = &c->state->progress;

	if (!p->disconnect_denied || p->used || c->info.encrypted)
		return;
	o->stage = SMB_STAGE_TREE;
	o->why = SMB_WHY_ENCRYPTION_REQUIRED;
	o->by = SMB_BY_SERVER;
	o->likely = true;
	o->frame = p->denied_frame;
	o->has_status = true;
	o->status = (SmbStatus){ false, STATUS_ACCESS_DENIED };
}

/*
 * Whether the client ended the connection because an answer did not come: it waited for long, or
 * had come to nothing so far. Otherwise it left, with a request of no interest to it.
 */
static bool
gave_up(const SmbConnection *c, const SmbOutcomeInput *input, bool *ret_at_once)
{
	const SmbProgress *p = &c->state->progress;
	uint64_t since = MAX(p->unanswered_ns, p->answered_ns);

	*ret_at_once = input->when.time_ns < since + PATIENCE_NS;
	return ended_by(&c->info, false) && p->unanswered_frame && !p->unanswered_end &&
	       (!*ret_at_once || !(p->tree_connected || p->used));
}

static void
settle_lost(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input, bool goes_on)
{
	const SmbConnectionInfo *info = &c->info;
	const SmbProgress *p = &c->state->progress;
	bool by_server = ended_by(info, true), gone = info->end == SMB_END_TIMEOUT, at_once;
	bool by_client = gave_up(c, input, &at_once);

	if (info->one_way || info->incomplete & SMB_INCOMPLETE_GAP || goes_on)
		return;
	if (!by_client && !((by_server || gone) && (p->unanswered_frame || p->notify_waits)))
		return;
	o->stage = p->reached;
	o->why = SMB_WHY_LOST;
	o->by = by_server ? SMB_BY_SERVER : gone ? SMB_BY_NOBODY : SMB_BY_CLIENT;
	o->at_once = by_client && at_once;
	o->frame = p->unanswered_frame ? p->unanswered_frame : input->when.frame;
	o->notify_waits = p->notify_waits;
}

/*
 * The server, or a firewall in its name, ended it before anything came of it, though no request
 * waited. Who logged off had come for the logon alone.
 */
static void
settle_cut_short(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input, bool goes_on)
{
	const SmbProgress *p = &c->state->progress;
	bool early = p->reached == SMB_STAGE_NEGOTIATE || p->reached == SMB_STAGE_LOGON;

	if (!early || goes_on || p->logged_off || p->used || c->info.encrypted ||
	    !ended_by(&c->info, true) || !smb_outcome_is_whole(&c->info))
		return;
	o->stage = p->reached;
	o->why = SMB_WHY_LOST;
	o->by = SMB_BY_SERVER;
	o->no_request = true;
	o->frame = input->when.frame;
}

/* ---- failures of the users of a connection ---- */

/* The refused logon that was to renew the one which had expired when this failed; NULL: none. */
static const SmbAuth *
renewal_of(const SmbConnection *c, const SmbFailure *f)
{
	for (uint32_t i = c->info.n_auths; f->renewal && i > 0; i--)
		if (c->info.auths[i - 1]->response.frame == f->renewal)
			return c->info.auths[i - 1];
	return NULL;
}

static void
take_failure(const SmbConnection *c, SmbOutcome *o, const SmbFailure *f)
{
	bool denied = f->why == SMB_WHY_SHARE_DENIED;
	const SmbAuth *renewal = renewal_of(c, f);

	if (renewal) {
		smb_outcome_take_logon(c, o, renewal, renewal->response.frame);
		smb_string_unref(o->account);
		o->account = smb_string_ref(f->account);
		o->expired = true;
		return;
	}
	o->stage = f->kind == SMB_FAILURE_TREE ? SMB_STAGE_TREE : SMB_STAGE_FILE;
	o->why = f->why;
	o->by = SMB_BY_SERVER;
	o->frame = f->frame;
	o->has_status = f->kind != SMB_FAILURE_CALL;
	o->status = f->status;
	o->fault = f->fault;
	o->deed = f->deed;
	o->by_handle = f->by_handle;
	o->to_read = f->to_read;
	o->to_write = f->to_write;
	o->reconnect = f->reconnect;
	o->may_be_read_only = f->read_only;
	o->name = smb_string_ref(f->name);
	o->account = smb_string_ref(f->account);
	if (denied && (!c->state->can_encrypt || f->without_key) &&
	    smb_server_is_known_for_encryption(c, f->name))
		o->why = SMB_WHY_ENCRYPTION_REQUIRED;
	o->may_encrypt = denied && c->info.version >= 2 && !c->info.encrypted &&
			 (!c->state->can_encrypt || f->without_key);
	o->nobody = f->without_key;
	o->ipc = f->ipc;
	o->without_key = f->without_key && c->state->can_encrypt;
}

/*
 * The last word on an account, if it is no: nobody was let in after it. `hashes`: of the accounts,
 * as each is compared with all.
 */
static bool
is_last_word(const SmbConnectionInfo *info, const uint64_t *hashes, uint32_t at)
{
	for (uint32_t i = at + 1; i < info->n_auths; i++)
		if (info->auths[i]->result == SMB_RESULT_ACCEPTED || hashes[i] == hashes[at])
			return false;
	return smb_logon_failed(info, info->auths[at]);
}

/* A list of failures, at most one for each user. */
typedef struct {
	SmbConnection *c;
	SmbOutcome found[1 + SMB_OUTCOMES_MORE];
	uint32_t n;
} Found;

static bool
is_new(const Found *self, const SmbString *account)
{
	for (uint32_t i = 0; i < self->n; i++)
		if (smb_text_equal(smb_string_text(self->found[i].account),
				   smb_string_text(account)))
			return false;
	if (self->n < G_N_ELEMENTS(self->found))
		return true;
	smb_connection_limit(self->c);
	return false;
}

/* In their order, those of the kinds from..to. */
static void
find_failures(Found *self, SmbFailureKind from, SmbFailureKind to)
{
	for (const SmbFailure *f = self->c->state->progress.failures; f; f = f->next)
		if (f->kind >= from && f->kind <= to && is_new(self, f->account))
			take_failure(self->c, &self->found[self->n++], f);
}

static void
find_logons(Found *self, const SmbOutcomeInput *input)
{
	const SmbConnectionInfo *info = &self->c->info;
	size_t size = info->n_auths * sizeof(uint64_t);
	uint64_t *hashes = NULL;

	if (info->n_auths > 1)
		hashes = smb_context_alloc(self->c->context, size);
	for (uint32_t i = 0; hashes && i < info->n_auths; i++)
		hashes[i] = smb_hash_name(smb_string_text(info->auths[i]->account), false);
	for (uint32_t i = 0; i < info->n_auths; i++)
		if (!smb_text_is_empty(smb_string_text(info->auths[i]->account)) &&
		    is_last_word(info, hashes, i) && is_new(self, info->auths[i]->account))
			smb_outcome_take_logon(self->c, &self->found[self->n++], info->auths[i],
					       input->when.frame);
	smb_context_release(self->c->context, hashes, size);
}

/* Whether several people use the connection: then it is told whose failure it was. */
static bool
has_several(const SmbConnectionInfo *info)
{
	for (uint32_t i = 1; i < info->n_auths; i++)
		if (!smb_text_equal(smb_string_text(info->auths[i]->account),
				    smb_string_text(info->auths[0]->account)))
			return true;
	return false;
}

/* What each user failed at: the first is the outcome, the others come after it. */
static void
settle_failures(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	Found all = { .c = c };
	size_t size;

	find_failures(&all, SMB_FAILURE_TREE, SMB_FAILURE_TREE);
	find_failures(&all, SMB_FAILURE_FILE, SMB_FAILURE_MISSING);
	/* Who came for files and got some asked the services by the way. */
	if (!c->state->progress.opened_file)
		find_failures(&all, SMB_FAILURE_CALL, SMB_FAILURE_CALL);
	find_logons(&all, input);
	if (all.n > 0)
		*o = all.found[0];
	if (all.n < 2)
		return;
	o->n_more = all.n - 1;
	size = o->n_more * sizeof(*o->more);
	o->more = smb_context_alloc(c->context, size);
	memcpy(o->more, &all.found[1], size);
}

/* One user has no need of a name. */
static void
name_users(SmbConnection *c, SmbOutcome *o)
{
	if (has_several(&c->info))
		return;
	smb_context_unref(c->context, o->account);
	o->account = NULL;
}

static void
settle_done(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	const SmbProgress *p = &c->state->progress;

	*o = (SmbOutcome){ .stage = p->reached };
	if (p->tree_connected || p->used || c->info.encrypted)
		o->stage = SMB_STAGE_DONE;
	else if (p->reached == SMB_STAGE_TCP && input->client_spoke &&
		 c->info.ends.server_port == 139)
		o->stage = SMB_STAGE_NETBIOS;
}

void
smb_outcome_settle(SmbConnection *c, const SmbOutcomeInput *input)
{
	SmbOutcome *o = &c->info.outcome;
	bool goes_on = smb_shared_leave(c, c->state->progress.unanswered_ns);

	smb_failures_drop_done(c);
	settle_tcp(c, o, input);
	if (!o->why)
		settle_netbios(c, o, input);
	if (!o->why)
		settle_dialect(c, o, input);
	if (!o->why)
		settle_negotiate(c, o);
	if (!o->why)
		settle_signing(c, o);
	if (!o->why)
		settle_channel(c, o);
	if (!o->why)
		smb_outcome_settle_logon(c, o, input);
	if (!o->why)
		settle_guest(c, o);
	if (!o->why)
		settle_client_encryption(c, o);
	if (!o->why)
		settle_encryption(c, o);
	if (!o->why)
		settle_lost(c, o, input, goes_on);
	if (!o->why)
		settle_failures(c, o, input);
	if (!o->why)
		settle_cut_short(c, o, input, goes_on);
	if (!o->why)
		settle_done(c, o, input);
	name_users(c, o);
}

void
smb_outcome_clear(SmbConnection *c)
{
	SmbOutcome *o = &c->info.outcome;

	for (uint32_t i = 0; i < o->n_more; i++) {
		smb_context_unref(c->context, o->more[i].name);
		smb_context_unref(c->context, o->more[i].account);
	}
	smb_context_release(c->context, o->more, o->n_more * sizeof(*o->more));
	smb_context_unref(c->context, o->name);
	smb_context_unref(c->context, o->account);
	smb_failures_clear(c);
}
