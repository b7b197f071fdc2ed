/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Why a client did not get what it came for: failures are noted as they come, those that later
 * exchanges made good are dropped, and at the end a chain of functions decides. The first that finds a
 * reason wins, so their order in smb_outcome_settle is the order of priority.
 */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>

/* ---- what a status says, by stage ---- */

#define DOS(class, code) ((uint32_t)(class) | (uint32_t)(code) << 16)

typedef struct {
	bool dos;
	uint32_t value;
	SmbWhy why;
} Reason;

/* [MS-ERREF] 2.3.1; DOS errors: [MS-CIFS] 2.2.2.4. */
static const Reason logon_reasons[] = {
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_ACCESS_DENIED },
	{ false, STATUS_WRONG_PASSWORD, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_NO_SUCH_USER, SMB_WHY_NO_SUCH_USER },
	{ false, STATUS_ACCOUNT_LOCKED_OUT, SMB_WHY_ACCOUNT_LOCKED },
	{ false, STATUS_ACCOUNT_DISABLED, SMB_WHY_ACCOUNT_DISABLED },
	{ false, STATUS_ACCOUNT_EXPIRED, SMB_WHY_ACCOUNT_DISABLED },
	{ false, STATUS_PASSWORD_EXPIRED, SMB_WHY_PASSWORD_EXPIRED },
	{ false, STATUS_PASSWORD_MUST_CHANGE, SMB_WHY_PASSWORD_EXPIRED },
	{ false, STATUS_ACCOUNT_RESTRICTION, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_INVALID_LOGON_HOURS, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_INVALID_WORKSTATION, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_LOGON_NOT_GRANTED, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_LOGON_TYPE_NOT_GRANTED, SMB_WHY_LOGON_NOT_ALLOWED },
	{ false, STATUS_NTLM_BLOCKED, SMB_WHY_NTLM_BLOCKED },
	{ false, STATUS_TIME_DIFFERENCE_AT_DC, SMB_WHY_CLOCK_SKEW },
	{ false, STATUS_REQUEST_NOT_ACCEPTED, SMB_WHY_SERVER_FULL },
	{ false, STATUS_TOO_MANY_SESSIONS, SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_ACCESS_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_REQNOTACCEP), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_ACCESS_DENIED },
	{ true, DOS(ERRSRV, ERRSRV_TOOMANYUIDS), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_ACCOUNT_EXPIRED), SMB_WHY_ACCOUNT_DISABLED },
	{ true, DOS(ERRSRV, ERRSRV_BAD_CLIENT), SMB_WHY_LOGON_NOT_ALLOWED },
	{ true, DOS(ERRSRV, ERRSRV_BAD_LOGON_TIME), SMB_WHY_LOGON_NOT_ALLOWED },
	{ true, DOS(ERRSRV, ERRSRV_PASSWORD_EXPIRED), SMB_WHY_PASSWORD_EXPIRED },
};

static const Reason tree_reasons[] = {
	{ false, STATUS_BAD_NETWORK_NAME, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_BAD_NETWORK_PATH, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_NETWORK_NAME_DELETED, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_OBJECT_NAME_NOT_FOUND, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_BAD_DEVICE_TYPE, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_SHARE_DENIED },
	{ false, STATUS_NETWORK_ACCESS_DENIED, SMB_WHY_SHARE_DENIED },
	{ false, STATUS_WRONG_PASSWORD, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_LOGON_FAILURE, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_REQUEST_NOT_ACCEPTED, SMB_WHY_SERVER_FULL },
	{ false, STATUS_INSUFF_SERVER_RESOURCES, SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_SHARE_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_NOSUCHSHARE), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRDOS, ERRDOS_BADPATH), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRDOS, ERRDOS_REQNOTACCEP), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_BADPW), SMB_WHY_WRONG_PASSWORD },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_SHARE_DENIED },
	{ true, DOS(ERRSRV, ERRSRV_INVNETNAME), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRSRV, ERRSRV_INVDEVICE), SMB_WHY_NO_SUCH_SHARE }, /* of another kind */
};

static const Reason file_reasons[] = {
	{ false, STATUS_NO_SUCH_FILE, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_OBJECT_NAME_NOT_FOUND, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_OBJECT_PATH_NOT_FOUND, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_FILE_DENIED },
	{ false, STATUS_NETWORK_ACCESS_DENIED, SMB_WHY_FILE_DENIED },
	{ false, STATUS_SHARING_VIOLATION, SMB_WHY_SHARING_VIOLATION },
	{ false, STATUS_OBJECT_NAME_INVALID, SMB_WHY_NAME_REFUSED },
	{ false, STATUS_OBJECT_PATH_SYNTAX_BAD, SMB_WHY_NAME_REFUSED },
	{ false, STATUS_NAME_TOO_LONG, SMB_WHY_NAME_REFUSED },
	{ true, DOS(ERRDOS, ERRDOS_BADFILE), SMB_WHY_NO_SUCH_FILE },
	{ true, DOS(ERRDOS, ERRDOS_BADPATH), SMB_WHY_NO_SUCH_FILE },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_FILE_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_BADSHARE), SMB_WHY_SHARING_VIOLATION },
	{ true, DOS(ERRDOS, ERRDOS_INVALIDNAME), SMB_WHY_NAME_REFUSED },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_FILE_DENIED },
};

static SmbWhy
reason(const Reason *reasons, size_t n, SmbStatus status)
{
	for (size_t i = 0; i < n; i++)
		if (reasons[i].dos == status.dos && reasons[i].value == status.value)
			return reasons[i].why;
	return SMB_WHY_NONE;
}

/* ---- what is noted ---- */

static void
failure_clear(SmbConnection *c, SmbFailure *f)
{
	smb_context_unref(c->context, f->name);
	*f = (SmbFailure){ 0 };
}

static void
failure_set(SmbConnection *c, SmbFailure *f, SmbWhy why, const SmbExchange *x, SmbText name)
{
	if (f->why || !why)
		return;
	f->why = why;
	f->without_key = smb_logon_is_nobody(c, x->uid);
	f->status = x->status;
	f->frame = x->response.frame;
	f->name = smb_context_string(c->context, name);
	f->to_read = x->step == SMB_STEP_OPEN && x->open.to_read;
	f->to_write = x->step == SMB_STEP_OPEN && x->open.to_write;
}

static bool
failure_is(const SmbFailure *f, SmbText name)
{
	return f->why && smb_text_equal(smb_string_text(f->name), name);
}

static void
note_tree(SmbConnection *c, const SmbExchange *x)
{
	SmbProgress *p = &c->state->progress;
	SmbText path = x->tree_connect.path;

	SmbWhy why = reason(tree_reasons, G_N_ELEMENTS(tree_reasons), x->status);

	if (x->failed) {
		failure_set(c, &p->tree, why ? why : SMB_WHY_SHARE_REFUSED, x, path);
		return;
	}
	p->tree_connected = true;
	if (failure_is(&p->tree, path))
		failure_clear(c, &p->tree);
}

/*
 * Programs look for these wherever they come, and for streams of files (after a colon), and are
 * content without.
 */
static bool
is_optional(SmbText name)
{
	static const char *const names[] = { "desktop.ini", "autorun.inf", "thumbs.db",
					     ".ds_store" };
	char last[16];
	uint32_t at = 0, n = 0, character;

	while (smb_text_next(name, &at, &character)) {
		if (character == ':')
			return true;
		if (character == '\\' || character == '/') {
			n = 0;
			continue;
		}
		if (n < sizeof(last) - 1)
			last[n] = character < 0x80 ? g_ascii_tolower((char)character) : '?';
		n += n < sizeof(last);
	}
	if (n >= sizeof(last))
		return false;
	last[n] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(last, names[i]) == 0)
			return true;
	return false;
}

/* What an open that fails says about the client's purpose; NONE: nothing. */
static SmbWhy
why_not_opened(const SmbExchange *x)
{
	SmbWhy why = reason(file_reasons, G_N_ELEMENTS(file_reasons), x->status);
	const SmbOpenFacts *open = &x->open;
	bool only_deletes = open->to_delete && !open->to_read && !open->to_write;

	if (why == SMB_WHY_NO_SUCH_FILE)
		return only_deletes || is_optional(open->name) ? SMB_WHY_NONE : why;
	if (why)
		return why;
	/* It is there already, or it is of the other kind: the client learnt what it asked. */
	if (!smb_status_is_dos(x->status) && (x->status.value == STATUS_OBJECT_NAME_COLLISION ||
					      x->status.value == STATUS_FILE_IS_A_DIRECTORY ||
					      x->status.value == STATUS_NOT_A_DIRECTORY))
		return SMB_WHY_NONE;
	return smb_status_is_dos(x->status) || x->expected ? SMB_WHY_NONE : SMB_WHY_FILE_REFUSED;
}

/*
 * A file that is not there is looked for in many places, so any file that opens makes that good.
 * Other failures only the same file does, opened for as much.
 */
static void
note_open(SmbConnection *c, const SmbExchange *x)
{
	SmbProgress *p = &c->state->progress;
	const SmbOpenFacts *open = &x->open;
	SmbWhy why = x->failed ? why_not_opened(x) : SMB_WHY_NONE;

	if (x->failed) {
		failure_set(c, why == SMB_WHY_NO_SUCH_FILE ? &p->missing : &p->file, why, x,
			    open->name);
		return;
	}
	if (failure_is(&p->missing, open->name) || (!open->directory && !open->pipe))
		failure_clear(c, &p->missing);
	if (failure_is(&p->file, open->name) && (open->to_read || !p->file.to_read) &&
	    (open->to_write || !p->file.to_write))
		failure_clear(c, &p->file);
}

/* Access can be withdrawn after the open. */
static void
note_io(SmbConnection *c, const SmbExchange *x)
{
	SmbWhy why = reason(file_reasons, G_N_ELEMENTS(file_reasons), x->status);
	const SmbFileEntry *file = x->has_fid ? smb_state_file(c, x->fid, x->fid_persistent) : NULL;

	if (why == SMB_WHY_FILE_DENIED)
		failure_set(c, &c->state->progress.file, why, x,
			    smb_string_text(file ? file->pub.name : NULL));
}

static SmbStage
stage_of(SmbStep step)
{
	switch (step) {
	case SMB_STEP_NEGOTIATE:
		return SMB_STAGE_NEGOTIATE;
	case SMB_STEP_SESSION_SETUP:
	case SMB_STEP_LOGOFF:
		return SMB_STAGE_LOGON;
	case SMB_STEP_TREE_CONNECT:
	case SMB_STEP_TREE_DISCONNECT:
		return SMB_STAGE_TREE;
	case SMB_STEP_ECHO:
	case SMB_STEP_CANCEL:
	case SMB_STEP_OTHER:
		return SMB_STAGE_TCP;
	default:
		return SMB_STAGE_FILE;
	}
}

static void
note_unanswered(SmbProgress *p, const SmbExchange *x)
{
	if (x->answer == SMB_ANSWER_WAITING && x->step == SMB_STEP_NOTIFY)
		p->notify_waits = true;
	else if (x->answer == SMB_ANSWER_NONE && !p->unanswered_frame) {
		p->unanswered_frame = x->request.frame;
		p->unanswered_end = x->step == SMB_STEP_CLOSE || x->step == SMB_STEP_LOGOFF ||
				    x->step == SMB_STEP_TREE_DISCONNECT;
	}
}

/* Only what belongs to a share says that the share can be used. */
static void
note_use(SmbProgress *p, const SmbExchange *x)
{
	bool denied = !x->status.dos && x->status.value == STATUS_ACCESS_DENIED;

	if (stage_of(x->step) < SMB_STAGE_TREE || x->step == SMB_STEP_TREE_CONNECT)
		return;
	p->used |= !x->failed;
	if (denied && !p->denied_frame)
		p->denied_frame = x->response.frame;
	p->disconnect_denied |= denied && x->step == SMB_STEP_TREE_DISCONNECT;
}

static void
note_answer(SmbConnection *c, const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		c->state->progress.negotiate_frame = x->response.frame;
		if (x->failed && !c->state->progress.negotiate_error.value)
			c->state->progress.negotiate_error = x->status;
		if (x->negotiate.answered_by == 1 && !x->negotiate.refused)
			smb_server_took_smb1(c);
		break;
	case SMB_STEP_TREE_CONNECT:
		note_tree(c, x);
		break;
	case SMB_STEP_OPEN:
		note_open(c, x);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		if (x->failed)
			note_io(c, x);
		break;
	default:
		break;
	}
}

void
smb_outcome_note(SmbConnection *c, const SmbExchange *x)
{
	SmbProgress *p = &c->state->progress;
	bool io = x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE;

	if (io && !x->failed && p->used && x->response.frame)
		return;
	if (x->from_server)
		return;
	p->reached = MAX(p->reached, stage_of(x->step));
	if (!smb_was_asked(x))
		return;
	if (!x->response.frame) {
		note_unanswered(p, x);
		return;
	}
	note_use(p, x);
	note_answer(c, x);
}

/* ---- the end: each function sets a reason, or leaves the next one to decide ---- */

static bool
ended_by(const SmbConnectionInfo *info, bool server)
{
	return (info->end == SMB_END_FIN || info->end == SMB_END_RESET) &&
	       info->end_by_server == server;
}

/* Whether all of a connection was captured, from its first packet on. */
static bool
is_whole(const SmbConnectionInfo *info)
{
	return !info->one_way && !info->midstream && !info->incomplete;
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
	if (!is_whole(info) || input->server_spoke)
		return false;
	if (input->client_spoke)
		return info->bytes[SMB_TO_CLIENT] != 0;
	return info->bytes[SMB_TO_SERVER] && info->skipped_bytes >= info->bytes[SMB_TO_SERVER];
}

static SmbWhy
why_nobody_spoke(const SmbConnection *c, const SmbOutcomeInput *input)
{
	const SmbConnectionInfo *info = &c->info;

	if (info->verdict != SMB_VERDICT_REFUSED && info->silent == SMB_SILENT_SERVER &&
	    c->state->progress.unanswered_frame)
		return SMB_WHY_SERVER_SILENT;
	if (is_not_smb(info, input))
		return SMB_WHY_NOT_SMB;
	if (info->silent == SMB_SILENT_CLIENT && !input->refused && !info->orphans)
		return SMB_WHY_CLIENT_SILENT;
	return is_whole(info) && is_empty(info) ? SMB_WHY_CLIENT_SILENT : SMB_WHY_NONE;
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
			o->frame = c->state->progress.unanswered_frame;
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
	if (c->info.verdict != SMB_VERDICT_REFUSED)
		return;
	o->stage = SMB_STAGE_NEGOTIATE;
	o->by = SMB_BY_SERVER;
	o->frame = c->state->refused ? c->state->progress.negotiate_frame : input->when.frame;
	o->why = SMB_WHY_DIALECT_REFUSED;
	if (!c->state->refused && smb_dialect_offers_nt1_alone(c) &&
	    !smb_server_is_known_for_smb1(c))
		o->why = SMB_WHY_SMB1_IS_OFF;
}

/* An error in place of a dialect, and nothing came of the connection. */
static void
settle_negotiate(SmbConnection *c, SmbOutcome *o)
{
	const SmbProgress *p = &c->state->progress;

	if (!p->negotiate_error.value || c->info.version || p->reached > SMB_STAGE_NEGOTIATE)
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

static bool
is_ntlm(const SmbAuth *auth)
{
	return auth->mech == SMB_MECH_NTLMSSP || auth->mech == SMB_MECH_SPNEGO_NTLMSSP;
}

static SmbWhy
why_refused(const SmbConnection *c, const SmbAuth *auth)
{
	SmbWhy why = reason(logon_reasons, G_N_ELEMENTS(logon_reasons), auth->status);

	if (auth->krb_error == KRB_AP_ERR_SKEW)
		return SMB_WHY_CLOCK_SKEW;
	/* [MS-NLMP] 3.2.5.1.1: a server that does not take NTLM at all. */
	if (is_ntlm(auth) && !auth->status.dos && auth->status.value == STATUS_NOT_SUPPORTED)
		return SMB_WHY_NTLM_BLOCKED;
	if (why == SMB_WHY_ACCESS_DENIED &&
	    (!c->state->can_encrypt || auth->password_type == SMB_PASSWORD_ANONYMOUS) &&
	    smb_server_is_known_for_encryption(c, NULL))
		return SMB_WHY_ENCRYPTION_REQUIRED;
	return why ? why : SMB_WHY_LOGON_REFUSED;
}

/* The last logon that failed, if none was accepted. */
static const SmbAuth *
failed_logon(const SmbConnectionInfo *info)
{
	const SmbAuth *last = NULL;

	for (uint32_t i = 0; i < info->n_auths; i++) {
		const SmbAuth *auth = info->auths[i];

		if (auth->result == SMB_RESULT_ACCEPTED)
			return NULL;
		if (auth->mech != SMB_MECH_SHARE && auth->result != SMB_RESULT_UNKNOWN)
			last = auth;
	}
	return last;
}

static void
settle_logon(SmbConnection *c, SmbOutcome *o)
{
	const SmbAuth *auth = failed_logon(&c->info);

	if (!auth || c->state->progress.tree_connected)
		return;
	if (auth->result == SMB_RESULT_ABANDONED && auth->abandoned_by_server)
		return; /* lost */
	o->stage = SMB_STAGE_LOGON;
	if (auth->result == SMB_RESULT_ABANDONED) {
		o->why = SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE;
		o->by = SMB_BY_CLIENT;
		o->frame = auth->request.frame;
		return;
	}
	o->why = why_refused(c, auth);
	o->without_key = c->state->can_encrypt;
	o->by = SMB_BY_SERVER;
	o->frame = auth->response.frame;
	/* The status of a ticket that was turned down says only that the server goes on. */
	o->has_status = auth->has_status && smb_status_failed(auth->status);
	o->status = auth->status;
	o->kerberos = auth->krb_error >= 0;
	o->old_secret = auth->password_type == SMB_PASSWORD_PLAINTEXT ||
			auth->password_type == SMB_PASSWORD_LM ||
			auth->password_type == SMB_PASSWORD_NTLMV1_LM ||
			auth->password_type == SMB_PASSWORD_NTLM_ONLY ||
			auth->password_type == SMB_PASSWORD_NTLMV1_ESS;
}

/* [MS-SMB2] 3.2.5.3.1: a client that requires signing has no use for a guest's session. */
static void
settle_guest(SmbConnection *c, SmbOutcome *o)
{
	const SmbConnectionInfo *info = &c->info;

	if (c->state->progress.reached != SMB_STAGE_LOGON || !ended_by(info, false))
		return;
	for (uint32_t i = 0; i < info->n_auths; i++) {
		const SmbAuth *auth = info->auths[i];

		if (auth->result != SMB_RESULT_ACCEPTED || !auth->guest)
			continue;
		o->stage = SMB_STAGE_LOGON;
		o->why = SMB_WHY_GUEST_REFUSED;
		o->by = SMB_BY_CLIENT;
		o->likely = true;
		o->frame = auth->response.frame;
	}
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

static void
settle_lost(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input)
{
	const SmbConnectionInfo *info = &c->info;
	const SmbProgress *p = &c->state->progress;
	bool by_server = ended_by(info, true), gone = info->end == SMB_END_TIMEOUT;
	bool gave_up = ended_by(info, false) && !p->unanswered_end;

	if (info->one_way || info->incomplete & SMB_INCOMPLETE_GAP)
		return;
	if (!((by_server || gone || gave_up) && p->unanswered_frame) &&
	    !((by_server || gone) && p->notify_waits))
		return;
	o->stage = p->reached;
	o->why = SMB_WHY_LOST;
	o->by = by_server ? SMB_BY_SERVER : gone ? SMB_BY_NOBODY : SMB_BY_CLIENT;
	o->frame = p->unanswered_frame ? p->unanswered_frame : input->when.frame;
	o->notify_waits = p->notify_waits;
}

static void
take_failure(SmbConnection *c, SmbOutcome *o, SmbStage stage, const SmbFailure *f)
{
	bool denied = f->why == SMB_WHY_SHARE_DENIED;

	if (!f->why)
		return;
	o->stage = stage;
	o->why = f->why;
	o->by = SMB_BY_SERVER;
	o->frame = f->frame;
	o->has_status = true;
	o->status = f->status;
	o->name = smb_string_ref(f->name);
	if (denied && (!c->state->can_encrypt || f->without_key) &&
	    smb_server_is_known_for_encryption(c, f->name))
		o->why = SMB_WHY_ENCRYPTION_REQUIRED;
	o->without_key = f->without_key && c->state->can_encrypt;
}

static const SmbFailure *
first_of(const SmbProgress *p)
{
	if (!p->file.why || (p->missing.why && p->missing.frame < p->file.frame))
		return &p->missing;
	return &p->file;
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
		settle_logon(c, o);
	if (!o->why)
		settle_guest(c, o);
	if (!o->why)
		settle_encryption(c, o);
	if (!o->why)
		settle_lost(c, o, input);
	if (!o->why)
		take_failure(c, o, SMB_STAGE_TREE, &c->state->progress.tree);
	if (!o->why)
		take_failure(c, o, SMB_STAGE_FILE, first_of(&c->state->progress));
	if (!o->why)
		settle_done(c, o, input);
}

void
smb_outcome_clear(SmbConnection *c)
{
	failure_clear(c, &c->state->progress.tree);
	failure_clear(c, &c->state->progress.file);
	failure_clear(c, &c->state->progress.missing);
}
