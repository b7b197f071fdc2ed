/* SPDX-License-Identifier: BSD-3-Clause */
/* What an SMB2 request asked and what its response answered, by step. */
#include "dissect/conversation/state/attempt.h"
#include "dissect/conversation/state/outcome.h"
#include "dissect/conversation/state/shared.h"

/* ---- data of pipes ---- */

static bool
is_transceive(const SmbExchange *x)
{
	return x->command == SMB2_IOCTL && x->other.function == FSCTL_PIPE_TRANSCEIVE;
}

/* Data written to a file that has no FileId yet wait for the response. */
static void
pipe_written(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts)
{
	if (!smb_names_no_file(&req->x)) {
		smb_pipe_written(c, req, facts->payload, facts->length);
	} else if (req->follows_create) {
		smb_pipe_later(c, req, facts->payload, facts->length);
	}
}

static void
pipe_answered(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts)
{
	smb_pipe_now(c, req);
	if (facts && !req->x.failed)
		smb_pipe_read(c, req, facts->payload, facts->length);
}

/* ---- steps ---- */

static void
take_fid(SmbExchange *x, const Smb2Facts *facts)
{
	x->has_fid = facts->has_fid;
	x->fid = facts->fid;
	x->fid_persistent = facts->fid_persistent;
}

/* Unlocking and breaks share their commands with what they undo. */
static void
take_locks(SmbConnection *c, SmbExchange *x, const Smb2Facts *facts)
{
	if (x->step == SMB_STEP_LOCK && facts->unlocks)
		x->step = SMB_STEP_UNLOCK;
	if (x->step != SMB_STEP_OPLOCK_BREAK)
		return;
	x->other.oplock = facts->oplock;
	x->other.lease = facts->lease;
	x->other.lease_state = facts->lease_state;
	memcpy(x->other.lease_key, facts->lease_key, sizeof(x->other.lease_key));
	if (facts->lease)
		x->other.name = smb_file_of_lease(c, facts->lease_key);
	if (!x->from_server)
		return;
	if (facts->lease)
		x->one_way = !facts->must_acknowledge;
	else
		smb_step_break(c, x, facts->oplock && strcmp(facts->oplock, "none") == 0);
}

static void
asked_io(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts)
{
	SmbExchange *x = &req->x;

	x->io.offset = facts->offset;
	x->io.asked = facts->length;
	if (x->step == SMB_STEP_WRITE) {
		pipe_written(c, req, facts);
		smb_data_keep(c, req, facts->payload, 0);
	}
}

/* Another channel of a session that is known is no other logon (3.3.5.5.2). */
static void
asked_to_bind(SmbConnection *c, SmbRequest *req)
{
	const SmbUserEntry *user = smb_shared_session(c, req->x.uid);

	if (!user) {
		smb_shared_missed(c, SHARED_SESSION, req->x.uid);
		return;
	}
	req->attempt->binds = true;
	req->attempt->session_type = user->pub.auth ? user->pub.auth->password_type
						    : SMB_PASSWORD_NONE;
}

void
smb_step2_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m)
{
	const Smb2Facts *facts = &c->context->smb2.facts;
	SmbExchange *x = &req->x;

	req->replays = m->flags & SMB2_FLAGS_REPLAY_OPERATION;
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		smb_dialect_request2(c, req, facts);
		smb_prints_request2(c, m, facts);
		break;
	case SMB_STEP_SESSION_SETUP:
		x->session.blob_length = facts->blob.len;
		smb_prints_request2(c, m, facts);
		if (m->blocks[0].body)
			smb_logon_setup2(c, req, facts->blob, m->blocks[0].status);
		req->previous_session = facts->previous_session;
		x->session.binding = facts->session_flags & SMB2_SESSION_FLAG_BINDING;
		if (x->session.binding && req->attempt)
			asked_to_bind(c, req);
		smb_request_keep(c->context, req, &x->session.account);
		smb_request_keep(c->context, req, &x->session.domain);
		smb_request_keep(c->context, req, &x->session.host);
		break;
	case SMB_STEP_TREE_CONNECT:
		x->tree_connect.path = facts->name;
		smb_request_keep(c->context, req, &x->tree_connect.path);
		break;
	case SMB_STEP_OPEN:
		x->open = facts->open;
		x->open.name = facts->name;
		smb_request_keep(c->context, req, &x->open.name);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		asked_io(c, req, facts);
		break;
	default:
		x->other.name = facts->name;
		x->other.name_to = facts->name_to;
		x->other.disposition = facts->disposition;
		x->other.has_size = facts->has_size;
		x->other.size = facts->size;
		x->other.function = facts->function;
		x->other.about = facts->about;
		take_locks(c, x, facts);
		if (x->step == SMB_STEP_CLOSE)
			x->other.lease = smb_file_ends_lease(c, x, x->other.lease_key);
		smb_step_target(c, x, m);
		smb_copy_asked(c, x, facts->payload);
		smb_request_keep(c->context, req, &x->other.name);
		smb_request_keep(c->context, req, &x->other.name_to);
		smb_request_keep(c->context, req, &x->other.target);
		if (is_transceive(x))
			pipe_written(c, req, facts);
	}
}

static void
opened(SmbExchange *x, const SmbOpenFacts *back)
{
	x->open.action = back->action;
	x->open.directory = back->directory;
	x->open.has_size = back->has_size;
	x->open.size = back->size;
	x->open.times = back->times;
	x->open.oplock = back->oplock;
}

/* [MS-SMB2] 2.2.10 ShareType. */
static SmbShareType
share_type(uint8_t type)
{
	static const SmbShareType types[] = { SMB_SHARE_UNKNOWN, SMB_SHARE_DISK, SMB_SHARE_PIPE,
					      SMB_SHARE_PRINTER };

	return type < sizeof(types) / sizeof(types[0]) ? types[type] : SMB_SHARE_UNKNOWN;
}

static void
ended(SmbConnection *c, SmbRequest *req)
{
	SmbExchange x = req->x;
	bool changes = !x.failed && smb_was_asked(&x);

	if (!x.failed && x.step == SMB_STEP_CLOSE) {
		smb_step_closed(c, req);
		return;
	}
	if (x.command == SMB2_SET_INFO) {
		smb_step_changed(c, req);
		return;
	}
	smb_step_report(c, req);
	if (changes && x.step == SMB_STEP_TREE_DISCONNECT)
		smb_state_end_tree(c, &x);
	else if (changes && x.step == SMB_STEP_LOGOFF)
		smb_state_end_user(c, x.uid);
}

static void
answered_other(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts)
{
	if (smb_copy_answered(c, &req->x, facts->payload))
		return;
	if (req->x.step == SMB_STEP_CLOSE) {
		req->x.other.has_size = facts->has_size;
		req->x.other.size = facts->size;
	}
	req->x.other.target = facts->target;
	if (!smb_text_is_empty(facts->target) || req->x.step == SMB_STEP_SEARCH)
		req->x.other.count = facts->count;
	if (is_transceive(&req->x))
		pipe_answered(c, req, facts);
}

/* The ids that only the response has: of an asynchronous one the request's tree holds. */
static void
take_ids(SmbExchange *x, const SmbMessage *m)
{
	if (x->uid == 0 || x->uid == UINT64_MAX)
		x->uid = m->uid;
	if (x->tid == UINT32_MAX && !(m->flags & SMB2_FLAGS_ASYNC_COMMAND))
		x->tid = m->tid;
	/* Elsewhere all ones mean no file: a DFS referral is requested without one. */
	if (smb_names_no_file(x))
		x->has_fid = false;
}

void
smb_step2_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m)
{
	const Smb2Facts *facts = &c->context->smb2.facts;
	SmbExchange *x = &req->x;

	take_ids(x, m);
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		smb_dialect_response2(c, req, m, facts);
		smb_prints_response2(c, m, facts);
		break;
	case SMB_STEP_SESSION_SETUP:
		x->uid = m->uid;
		x->session.encrypts = !x->failed &&
				      facts->session_flags & SMB2_SESSION_FLAG_ENCRYPT_DATA;
		if (x->session.encrypts)
			smb_server_asks_encryption(c);
		smb_logon_answer(c, req, facts->blob, facts->session_flags);
		return;
	case SMB_STEP_TREE_CONNECT:
		x->tid = m->tid;
		x->tree_connect.encrypts = !x->failed &&
					   facts->share_flags & SMB2_SHAREFLAG_ENCRYPT_DATA;
		if (x->tree_connect.encrypts)
			smb_server_share_asks_encryption(c, x->tree_connect.path);
		smb_step_tree(c, req, x->failed, share_type(facts->share_type));
		break;
	case SMB_STEP_OPEN:
		take_fid(x, facts);
		opened(x, &facts->open);
		smb_step_opened(c, req, x->failed);
		if (smb_was_asked(x))
			smb_pending_created(c, x);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		pipe_answered(c, req, x->step == SMB_STEP_READ ? facts : NULL);
		if (x->step == SMB_STEP_READ)
			smb_data_show(c, req, facts->payload, 0);
		smb_step_io(c, req, x->failed, facts->length);
		break;
	case SMB_STEP_NOTIFY:
		smb_step_notify(c, req);
		break;
	default:
		answered_other(c, req, facts);
	}
	ended(c, req);
}
