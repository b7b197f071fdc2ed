/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What failed so far, of tree connects, opens and what is done to files: noted as it comes, and
 * dropped when a later exchange makes it good. Of each user's failures the first of a kind is kept.
 */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>

enum { FAILURES = SMB_CAP(16, 2), CALL_NAME = 96 };

/* ---- the list ---- */

static const SmbString *
account_of(const SmbUserEntry *user)
{
	return user && user->pub.auth ? user->pub.auth->account : NULL;
}

/* Names of files and shares are compared as servers do ([MS-CIFS] 2.2.1.1.1). */
static bool
same_name(SmbText a, SmbText b)
{
	uint32_t at[2] = { 0, 0 }, x = 0, y = 0;
	bool more;

	if (a.cut || b.cut)
		return false;
	do {
		more = smb_text_next(a, &at[0], &x);
		if (more != smb_text_next(b, &at[1], &y))
			return false;
	} while (more && g_unichar_tolower(x) == g_unichar_tolower(y));
	return !more;
}

/* The share of \\SERVER\SHARE: a server has several names. */
static SmbText
share_of(SmbText path)
{
	uint32_t at = 0, begin = 0, character;

	while (smb_text_next(path, &at, &character))
		if (character == '\\')
			begin = at;
	path.bytes = smb_span_after(path.bytes, begin);
	return path;
}

/*
 * An exchange, and what failures are compared with. Of a file's name, of an account, there are as
 * many characters as somebody sent once, and many failures: so hashes are, each worked out once.
 */
typedef struct {
	SmbConnection *c;
	const SmbExchange *x;
	SmbFileEntry *file;    /* which keeps the hash: much is done to one; NULL: none */
	SmbText name;          /* of the file, or the share */
	uint64_t name_hash;    /* 0: not known yet; also the next */
	uint64_t account_hash; /* of who asks */
} Subject;

/* Of what was cut it is `cut`, which is not that of the other side. */
static uint64_t
hash_of(SmbText text, bool any_case, uint64_t cut)
{
	return text.cut ? cut : smb_hash_name(text, any_case) | 1;
}

static bool
is_named(Subject *s, SmbFailure *f)
{
	SmbText name = smb_string_text(f->name);

	if (!f->name_hash)
		f->name_hash =
			hash_of(f->kind == SMB_FAILURE_TREE ? share_of(name) : name, true, 4);
	if (!s->name_hash && s->file)
		s->name_hash = s->file->deed_hash;
	if (!s->name_hash)
		s->name_hash = hash_of(s->name, true, 2);
	if (s->file)
		s->file->deed_hash = s->name_hash;
	return s->name_hash == f->name_hash;
}

static bool
is_account(Subject *s, SmbFailure *f, const SmbString *account)
{
	if (!f->account_hash)
		f->account_hash = hash_of(smb_string_text(f->account), false, 4);
	if (!s->account_hash)
		s->account_hash = hash_of(smb_string_text(account), false, 2);
	return s->account_hash == f->account_hash;
}

static void
drop(SmbConnection *c, SmbFailure **at)
{
	SmbFailure *f = *at;

	*at = f->next;
	smb_context_unref(c->context, f->name);
	smb_context_unref(c->context, f->account);
	smb_context_release(c->context, f, sizeof(*f));
}

/* Whether it was the same user; a guest may come back with a name, and whoever left as another. */
static bool
same_user(Subject *s, SmbFailure *f)
{
	return f->uid == s->x->uid || f->without_key || !smb_state_user(s->c, f->uid) ||
	       is_account(s, f, account_of(smb_state_user(s->c, s->x->uid)));
}

static SmbFailure *
find(Subject *s, SmbFailureKind kind)
{
	for (SmbFailure *f = s->c->state->progress.failures; f; f = f->next)
		if (f->kind == kind && same_user(s, f))
			return f;
	return NULL;
}

static bool
is_ipc(SmbText path)
{
	return same_name(share_of(path), smb_text_from_utf8("IPC$"));
}

static bool
is_in_ipc(SmbConnection *c, const SmbExchange *x)
{
	const SmbTreeEntry *tree = smb_state_tree(c, x);

	return tree &&
	       (tree->pub.type == SMB_SHARE_PIPE || is_ipc(smb_string_text(tree->pub.path)));
}

/* The new entry, with that name; NULL: there is no reason, an earlier one, or no room. */
static SmbFailure *
add(Subject *s, SmbFailureKind kind, SmbWhy why, SmbText name)
{
	SmbConnection *c = s->c;
	const SmbExchange *x = s->x;
	SmbFailure **at = &c->state->progress.failures, *f;
	const SmbUserEntry *user = smb_state_user(c, x->uid);
	uint32_t n = 0;

	if (!why || find(s, kind))
		return NULL;
	for (; *at; at = &(*at)->next)
		n++;
	if (n == FAILURES) {
		smb_connection_limit(c);
		return NULL;
	}
	f = *at = smb_context_alloc(c->context, sizeof(*f));
	f->kind = kind;
	f->why = why;
	f->uid = x->uid;
	f->without_key = smb_logon_is_nobody(c, x->uid);
	f->ipc = kind == SMB_FAILURE_TREE ? is_ipc(name) : is_in_ipc(c, x);
	f->status = x->status;
	f->frame = x->response.frame;
	f->time_ns = x->response.time_ns;
	f->name = smb_context_string(c->context, name);
	f->account = smb_context_string(c->context, smb_string_text(account_of(user)));
	return f;
}

/* ---- tree connects ---- */

static void
note_tree(SmbConnection *c, const SmbExchange *x)
{
	SmbText path = x->tree_connect.path;
	SmbWhy why = smb_why_no_tree(x->status);
	Subject s = { .c = c, .x = x };

	/* [MS-CIFS] 3.3.5.45: this is what a wrong password of a share is answered with. */
	if (why == SMB_WHY_SHARE_DENIED && c->info.share_level && x->status.dos &&
	    smb_status_class(x->status) == ERRDOS)
		why = SMB_WHY_WRONG_PASSWORD;
	if (x->failed) {
		add(&s, SMB_FAILURE_TREE, why ? why : SMB_WHY_SHARE_REFUSED, path);
		return;
	}
	c->state->progress.tree_connected = true;
	if (smb_shared_is_several(c, x->uid))
		smb_shared_done(c, x->uid, share_of(path), x->response.time_ns);
	if (c->state->progress.failures)
		s.name = share_of(path);
	for (SmbFailure **at = &c->state->progress.failures; *at;)
		if ((*at)->kind == SMB_FAILURE_TREE && same_user(&s, *at) && is_named(&s, *at))
			drop(c, at);
		else
			at = &(*at)->next;
}

/* ---- opens ---- */

/*
 * A file that is not there is looked for in many places, so any file that opens makes that good; what
 * a link leads to may be a directory.
 * Other failures only the same file does, opened for as much.
 */
static bool
opens(Subject *s, SmbFailure *f)
{
	const SmbOpenFacts *open = &s->x->open;
	bool same;

	if (f->kind == SMB_FAILURE_TREE || f->deed != SMB_DEED_OPEN || !same_user(s, f))
		return false;
	same = is_named(s, f);
	if (f->kind == SMB_FAILURE_MISSING)
		return same || (!open->pipe && (!open->directory || smb_is_elsewhere(f->status)));
	return same && (open->to_read || !f->to_read) && (open->to_write || !f->to_write);
}

static void
note_open(SmbConnection *c, const SmbExchange *x)
{
	const SmbOpenFacts *open = &x->open;
	SmbWhy why = x->failed ? smb_why_not_opened(x) : SMB_WHY_NONE;
	bool missing = why == SMB_WHY_NO_SUCH_FILE || smb_is_elsewhere(x->status);
	Subject s = { .c = c, .x = x, .name = open->name };
	SmbFailure *f;

	if (x->failed) {
		f = add(&s, missing ? SMB_FAILURE_MISSING : SMB_FAILURE_FILE, why,
			smb_step_opened_name(c, x));
		if (f) {
			f->to_read = open->to_read;
			f->to_write = open->to_write;
			f->reconnect = smb_is_lost_handle(x);
			f->read_only = smb_file_may_be_read_only(c, x);
		}
		return;
	}
	c->state->progress.opened_file |= !open->pipe;
	smb_shared_done(c, x->uid, open->name, x->response.time_ns);
	for (SmbFailure **at = &c->state->progress.failures; *at;)
		if (opens(&s, *at))
			drop(c, at);
		else
			at = &(*at)->next;
}

/* ---- what is done to files: access can be withdrawn after the open ---- */

static SmbDeed
deed_of(const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_READ:
		return SMB_DEED_READ;
	case SMB_STEP_WRITE:
		return SMB_DEED_WRITE;
	case SMB_STEP_CLOSE:
		return SMB_DEED_CLOSE;
	case SMB_STEP_PATH:
	case SMB_STEP_SEARCH:
	case SMB_STEP_TRANSACTION:
		return smb_file_deed(x);
	default:
		return SMB_DEED_OPEN;
	}
}

/* What a client asks about lies elsewhere, and it has not opened it. */
static void
note_elsewhere(SmbConnection *c, const SmbExchange *x)
{
	Subject s = { .c = c, .x = x, .name = x->other.name };

	if (x->failed && smb_is_elsewhere(x->status) &&
	    (x->step == SMB_STEP_PATH || x->step == SMB_STEP_SEARCH))
		add(&s, SMB_FAILURE_MISSING, SMB_WHY_FILE_REFUSED, x->other.name);
}

static void
note_deed(SmbConnection *c, const SmbExchange *x)
{
	SmbDeed deed = deed_of(x);
	SmbFileEntry *file = x->has_fid ? smb_state_file(c, x->fid, x->fid_persistent) : NULL;
	Subject s = { .c = c, .x = x, .file = file };
	SmbFailure *f;

	note_elsewhere(c, x);
	if (deed == SMB_DEED_OPEN || x->expected)
		return;
	s.name = smb_string_text(file ? smb_file_name(&file->pub) : NULL);
	if ((x->step == SMB_STEP_PATH || x->step == SMB_STEP_SEARCH) && !file)
		s.name = x->other.name;
	if (x->failed) {
		f = add(&s, SMB_FAILURE_FILE, smb_why_not_done(x, deed, file), s.name);
		if (f) {
			f->deed = deed;
			f->by_handle = file != NULL;
		}
		return;
	}
	for (SmbFailure **at = &c->state->progress.failures; *at;)
		if ((*at)->deed == deed && same_user(&s, *at) && is_named(&s, *at))
			drop(c, at);
		else
			at = &(*at)->next;
}

/* ---- calls of DCE/RPC over pipes: the pipe answers, the service behind it refuses ---- */

/* It does not have the call, or the interface: clients ask for newer ones first (C706 appendix E). */
static bool
is_unknown_call(uint32_t fault)
{
	return fault == 0 || fault == NCA_S_OP_RNG_ERROR || fault == NCA_S_UNK_IF;
}

/* "srvsvc NetrShareEnum"; of a bind the interface; nothing where neither is known. */
static void
name_of_call(const SmbRpcFacts *rpc, char *to, size_t size)
{
	const char *interface = rpc->interface;
	char digits[21];

	if (!interface && rpc->n_interfaces)
		interface = rpc->interfaces[0].name;
	g_strlcpy(to, interface ? interface : "", size);
	if (rpc->opnum < 0)
		return;
	if (to[0])
		g_strlcat(to, " ", size);
	if (!rpc->operation)
		g_strlcat(to, "operation ", size);
	g_strlcat(to,
		  rpc->operation ? rpc->operation
				 : smb_decimal(digits + sizeof(digits), (uint64_t)rpc->opnum),
		  size);
}

static void
note_call(SmbConnection *c, const SmbExchange *x)
{
	const SmbRpcFacts *rpc = x->rpc;
	const SmbFileEntry *file = x->has_fid ? smb_state_file(c, x->fid, x->fid_persistent) : NULL;
	char name[CALL_NAME];
	Subject s = { .c = c, .x = x };
	SmbFailure *f;

	if (!rpc || !rpc->response || x->failed)
		return;
	name_of_call(rpc, name, sizeof(name));
	s.name = smb_text_from_utf8(name);
	if (!name[0] && file)
		s.name = smb_string_text(smb_file_name(&file->pub));
	if (smb_rpc_failed(rpc)) {
		f = add(&s, SMB_FAILURE_CALL, SMB_WHY_CALL_REFUSED, s.name);
		if (f)
			f->fault = rpc->fault;
		return;
	}
	/* A bind that is accepted makes good one that was not, and no call. */
	for (SmbFailure **at = &c->state->progress.failures; *at;)
		if ((*at)->kind == SMB_FAILURE_CALL && same_user(&s, *at) &&
		    (rpc->called ? is_unknown_call((*at)->fault) || is_named(&s, *at)
				 : (*at)->fault == 0))
			drop(c, at);
		else
			at = &(*at)->next;
}

/* ---- logons that are not valid any more ---- */

static void
note_logon(SmbConnection *c, const SmbExchange *x)
{
	const SmbAuth *auth = x->session.auth;
	bool accepted = auth && auth->result == SMB_RESULT_ACCEPTED;
	Subject s = { .c = c, .x = x };

	if (x->session.binding) {
		c->state->progress.channel_frame = x->failed ? x->response.frame : 0;
		c->state->progress.channel_error = x->status;
	}
	for (SmbFailure **at = &c->state->progress.failures; auth && *at;) {
		SmbFailure *f = *at;
		bool same = f->uid == x->uid || is_account(&s, f, auth->account);

		if (!smb_is_expired(f->status) || !same) {
			at = &f->next;
		} else if (accepted) {
			drop(c, at);
		} else {
			f->renewal = auth->response.frame;
			at = &f->next;
		}
	}
}

/* ---- every exchange ---- */

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
		p->unanswered_ns = x->request.time_ns;
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
		if (smb_dialect_is_nt1(x->negotiate.dialect) && x->negotiate.answered_by == 1 &&
		    !x->negotiate.refused)
			smb_server_took_nt1(c);
		if (x->negotiate.answered_by == 2 && !x->negotiate.refused)
			smb_server_took_smb2(c);
		break;
	case SMB_STEP_TREE_CONNECT:
		note_tree(c, x);
		break;
	case SMB_STEP_OPEN:
		note_open(c, x);
		break;
	case SMB_STEP_SESSION_SETUP:
		note_logon(c, x);
		break;
	default:
		if (smb_asks_referral(x))
			smb_server_was_asked_for_referral(c, x->response.time_ns);
		if (x->failed || c->state->progress.failures)
			note_deed(c, x);
		break;
	}
}

void
smb_outcome_note(SmbConnection *c, const SmbExchange *x)
{
	SmbProgress *p = &c->state->progress;
	bool io = x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE;

	if (x->response.frame)
		p->answered_ns = x->response.time_ns;
	if (io && !x->failed && p->used && !p->failures && x->response.frame && !x->rpc)
		return;
	if (x->from_server)
		return;
	p->reached = MAX(p->reached, stage_of(x->step));
	p->logged_off |= x->step == SMB_STEP_LOGOFF;
	if (!smb_was_asked(x))
		return;
	if (!x->response.frame) {
		note_unanswered(p, x);
		return;
	}
	note_use(p, x);
	note_answer(c, x);
	note_call(c, x);
}

/* Somebody asked where a name of DFS leads, and it may have been this client. */
static bool
is_followed(const SmbConnection *c, const SmbFailure *f)
{
	return !f->status.dos && f->status.value == STATUS_PATH_NOT_COVERED &&
	       smb_server_is_asked_for_referral_since(c, f->time_ns);
}

void
smb_failures_drop_done(SmbConnection *c)
{
	for (SmbFailure **at = &c->state->progress.failures; *at;) {
		SmbText name = smb_string_text((*at)->name);

		if ((*at)->kind == SMB_FAILURE_TREE)
			name = share_of(name);
		if (smb_shared_was_done(c, (*at)->uid, name, (*at)->time_ns) || is_followed(c, *at))
			drop(c, at);
		else
			at = &(*at)->next;
	}
}

void
smb_failures_clear(SmbConnection *c)
{
	while (c->state->progress.failures)
		drop(c, &c->state->progress.failures);
}
