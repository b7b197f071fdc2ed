/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The entries to the upper floor: dispatches each turn of a message or a request to its step, and says
 * whose payload it wants.
 */
#include "dissect/conversation/state/state.h"

static void
message(SmbConnection *c, SmbMessage *m, const SmbRequest *answered)
{
	smb_logon_message(c, m, answered);
	/* What came encrypted is protected, and has no signature of its own. */
	if (!m->decrypted)
		smb_dialect_signature(c, m, answered,
				      m->version == 1 ? -1 : c->context->smb2.facts.function);
}

static void
asked(SmbConnection *c, const SmbTurn *t)
{
	if (t->message->version == 1)
		smb_step1_request(c, t->request, t->message, t->block);
	else
		smb_step2_request(c, t->request, t->message);
}

/* Data without a header were moved, in either direction. */
static void
moved(SmbConnection *c, SmbRequest *req)
{
	smb_step_io(c, req, false, req->x.io.count);
	smb_step_report(c, req);
}

static void
answered(SmbConnection *c, const SmbTurn *t)
{
	if (!t->message)
		moved(c, t->request);
	else if (t->message->version == 1)
		smb_step1_response(c, t->request, t->message, t->block);
	else
		smb_step2_response(c, t->request, t->message);
}

/* A transaction may end its tree even without a response ([MS-CIFS] 2.2.4.33.1, Flags). */
static void
over(SmbConnection *c, SmbRequest *req)
{
	bool disconnects = req->x.one_way && req->transaction.disconnects;
	SmbExchange x = req->x;

	smb_pipe_never(c, req);
	if (req->attempt)
		smb_logon_unanswered(c, req);
	else
		smb_step_report(c, req);
	if (disconnects)
		smb_state_end_tree(c, &x);
}

void
smb_state_turn(SmbConnection *c, const SmbTurn *turn)
{
	switch (turn->kind) {
	case SMB_TURN_MESSAGE:
		message(c, turn->message, turn->request);
		break;
	case SMB_TURN_ASKED:
		asked(c, turn);
		break;
	case SMB_TURN_ANSWERED:
		answered(c, turn);
		break;
	case SMB_TURN_OVER:
		over(c, turn->request);
		break;
	}
}

/* ---- which messages carry data of a pipe ---- */

bool
smb_pipe_share(SmbConnection *c, const SmbExchange *x)
{
	const SmbTreeEntry *tree = smb_state_tree(c, x);

	return tree && tree->pub.type == SMB_SHARE_PIPE;
}

static bool
is_pipe(SmbConnection *c, uint64_t fid, uint64_t persistent)
{
	const SmbFileEntry *file = smb_state_file(c, fid, persistent);

	return file && file->pub.pipe;
}

/* The read that waits for this response is one of a pipe. */
static bool
reads_pipe(SmbConnection *c, uint8_t version, const SmbFirst *first)
{
	const SmbExchange *x = smb_pending_waiting(c, version, first->command, first->mid);

	return x && x->has_fid && is_pipe(c, x->fid, x->fid_persistent);
}

bool
smb_pipe_carries(SmbConnection *c, const SmbFirst *first)
{
	if (first->dir == SMB_TO_SERVER)
		return is_pipe(c, first->fid, first->fid_persistent);
	return reads_pipe(c, first->protocol == SMB_FIRST_SMB1 ? 1 : 2, first);
}
