/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests that wait for their answer. SMB1 repeats MIDs (impacket sends 0 on every request, an
 * ECHO gets several answers on one), so a response belongs to the oldest request that fits it.
 */
#include "dissect/conversation/internal.h"
#include "dissect/smb1/transaction/transaction.h"

static void
unlink_pending(SmbConnection *c, SmbPending *p)
{
	*(p->prev ? &p->prev->next : &c->oldest) = p->next;
	*(p->next ? &p->next->prev : &c->newest) = p->prev;
	c->n_pending--;
	c->info.outstanding = c->n_pending;
}

SmbPending *
smb_pending_new(SmbConnection *c, const SmbMessage *m)
{
	SmbPending *p;

	if (c->n_pending >= c->context->config.limits.outstanding) {
		smb_connection_limit(c);
		smb_pending_flush(c, c->oldest, SMB_INCOMPLETE_LIMIT, &m->when);
	}
	p = smb_pending_alloc(c->context);
	p->version = m->version;
	p->command = m->command;
	p->pid = m->pid;
	p->tid = m->tid;
	p->uid = m->uid;
	p->mid = m->mid;
	p->answers_left = 1;
	p->prev = c->newest;
	*(c->newest ? &c->newest->next : &c->oldest) = p;
	c->newest = p;
	c->n_pending++;
	c->info.outstanding = c->n_pending;
	return p;
}

void
smb_pending_remove(SmbConnection *c, SmbPending *p)
{
	unlink_pending(c, p);
	while (p->requests)
		smb_request_free(c->context, smb_pending_take(p));
	smb_transaction_free(c, p->joined_request);
	smb_transaction_free(c, p->joined_response);
	smb_pending_release(c->context, p);
}

SmbRequest *
smb_pending_take(SmbPending *p)
{
	SmbRequest *req = p->requests;

	if (req) {
		p->requests = req->next;
		req->next = NULL;
	}
	return req;
}

/* WRITE_RAW ends with a WRITE_COMPLETE ([MS-CIFS] 2.2.4.25.2, 2.2.4.29). */
static bool
command_answers(uint8_t version, uint16_t response, uint16_t request)
{
	return response == request ||
	       (version == 1 && response == SMB_COM_WRITE_COMPLETE && request == SMB_COM_WRITE_RAW);
}

/*
 * How well a request fits: the MID and the command must, PID, TID and UID should. A tree connect is
 * answered with the TID that it gave, a session setup with the UID, and servers that put a PID of
 * their own into the answer exist. A transaction that is completed by a secondary of another kind
 * is answered as that kind (an attack does it: EternalBlue).
 */
enum { FITS_NOT, FITS_KIND, FITS_MID, FITS_PID, FITS_ALL };

static int
fits(const SmbPending *p, const SmbMessage *m)
{
	if (p->mid != m->mid || p->version != m->version)
		return FITS_NOT;
	if (!command_answers(m->version, m->command, p->command))
		return p->version == 1 && p->pid == m->pid && smb1_is_transaction(m->command) &&
				       smb1_is_transaction(p->command)
			       ? FITS_KIND
			       : FITS_NOT;
	if (p->pid != m->pid)
		return FITS_MID;
	return p->tid == m->tid && p->uid == m->uid ? FITS_ALL : FITS_PID;
}

/*
 * The oldest of those that fit best; but one that only got an interim answer was given up when the
 * same MID came again.
 */
SmbPending *
smb_pending_find(SmbConnection *c, const SmbMessage *response)
{
	SmbPending *best = NULL;
	int best_fit = FITS_NOT;

	for (SmbPending *p = c->oldest; p; p = p->next) {
		int fit = fits(p, response);

		if (fit > best_fit || (best && fit == best_fit && best->interim)) {
			best_fit = fit;
			best = p;
		}
		if (best_fit == FITS_ALL && !best->interim)
			break;
	}
	return best;
}

SmbPending *
smb_pending_find_raw(SmbConnection *c, bool read)
{
	for (SmbPending *p = c->oldest; p; p = p->next)
		if (read ? p->raw_reply : p->raw_request)
			return p;
	return NULL;
}

/*
 * SMB1 has the ids of the request on its NT_CANCEL ([MS-CIFS] 2.2.4.65). SMB2 has them too until the
 * server gave the request an AsyncId, and then that one ([MS-SMB2] 3.2.4.24).
 */
SmbPending *
smb_pending_cancelled(SmbConnection *c, const SmbMessage *cancel)
{
	bool async = cancel->version == 2 && cancel->flags & SMB2_FLAGS_ASYNC_COMMAND;

	for (SmbPending *p = c->newest; p; p = p->prev) {
		if (p->version != cancel->version)
			continue;
		if (async ? p->interim && p->async_id == cancel->async_id
			  : p->mid == cancel->mid && p->pid == cancel->pid)
			return p;
	}
	return NULL;
}

void
smb_pending_flush(SmbConnection *c, SmbPending *p, uint32_t why, const SmbStamp *when)
{
	SmbRequest *req;

	while ((req = smb_pending_take(p))) {
		req->x.incomplete |= why | SMB_INCOMPLETE_NO_RESPONSE;
		c->info.unanswered++;
		if (req->attempt)
			smb_logon_unanswered(c, req, when);
		else
			smb_step_tell(c, req);
	}
	smb_pending_remove(c, p);
}

SmbAttempt *
smb_pending_release_attempt(SmbConnection *c)
{
	for (SmbPending *p = c->oldest; p; p = p->next) {
		SmbRequest *req = p->requests;
		SmbAttempt *attempt = req ? req->attempt : NULL;

		if (!attempt || !smb_attempt_only_begun(attempt))
			continue;
		req->attempt = NULL;
		req->carries = false;
		return attempt;
	}
	return NULL;
}

void
smb_pending_created(SmbConnection *c, const SmbExchange *create)
{
	for (SmbPending *p = c->oldest; p; p = p->next) {
		SmbExchange *x = p->requests ? &p->requests->x : NULL;

		if (!x || !p->requests->follows_create || p->requests->create_mid != create->mid)
			continue;
		x->has_fid = create->has_fid && !create->failed;
		x->fid = create->fid;
		x->fid_persistent = create->fid_persistent;
	}
}

void
smb_exchange_from_message(SmbExchange *x, const SmbMessage *m, const SmbBlock *block,
			  uint32_t index)
{
	x->version = m->version;
	x->command = block->command;
	x->command_name = block->name;
	x->chain_index = (uint8_t)index;
	x->chain_length = (uint8_t)m->n_blocks;
	x->incomplete |= m->incomplete;
	x->anomalies |= m->anomalies;
	x->pid = m->pid;
	x->uid = m->uid;
	x->mid = m->mid;
	x->tid = m->tid;
}

/*
 * Warnings (severity 2) and successes are no failures: the answer carries what was asked for
 * ([MS-ERREF] 2.3). A DOS error is one wherever its class is not 0; servers that speak DOS errors
 * still send MORE_PROCESSING_REQUIRED as an NT status (class 0x16).
 */
bool
smb_status_failed(SmbStatus status, uint8_t version)
{
	if (status.value == STATUS_SUCCESS || status.value == STATUS_MORE_PROCESSING_REQUIRED)
		return false;
	if (version == 1 && status.dos)
		return smb_status_class(status) != 0;
	return status.value >> 30 == 3;
}

/*
 * Users, trees and files are looked up when the exchange is told: by then its own answer has
 * changed them.
 */
void
smb_exchange_emit(SmbConnection *c, SmbRequest *req, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .exchange = &req->x };
	SmbExchange *x = &req->x;

	if (!smb_wants(c, SMB_EVENT_EXCHANGE))
		return;
	if (!x->user) {
		SmbUserEntry *user = smb_state_user(c, x->uid);

		x->user = user ? &user->pub : NULL;
	}
	if (!x->tree) {
		SmbTreeEntry *tree = smb_state_tree(c, x->tid);

		x->tree = tree ? &tree->pub : NULL;
	}
	/* The FID of an open that was not asked for may be another file's here. */
	if (!x->file && x->has_fid && (x->step != SMB_STEP_OPEN || smb_was_asked(x))) {
		SmbFileEntry *file = smb_state_file(c, x->fid, x->fid_persistent);

		/* What was never answered is told late: its file may have been closed since. */
		if (!file && !x->response.frame)
			file = smb_state_last_file(c, x->fid, x->fid_persistent);
		x->file = file ? &file->pub : NULL;
	}
	smb_emit(c, &event, when);
}
