/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is said of an answer, and of its lack: whether an error belongs to ordinary work, and
 * whether a request without an answer waits for one, may have had one that was not captured, or
 * really got none.
 */
#include "dissect/conversation/exchange/pending.h"

/* ---- answers ---- */

/* Whether a status is this error, said in either way. */
static bool
is_error(SmbStatus status, uint32_t nt, uint8_t class, uint16_t code)
{
	if (smb_status_is_dos(status))
		return smb_status_class(status) == class && smb_status_code(status) == code;
	return status.value == nt;
}

bool
smb_asks_referral(const SmbExchange *x)
{
	return x->version == 1 ? x->command == SMB_COM_TRANSACTION2 &&
					 x->other.function == TRANS2_GET_DFS_REFERRAL
			       : x->command == SMB2_IOCTL &&
					 (x->other.function == FSCTL_DFS_GET_REFERRALS ||
					  x->other.function == FSCTL_DFS_GET_REFERRALS_EX);
}

/*
 * A server without DFS, or without that path, says so to everybody who asks ([MS-DFSC] 3.2.5.5,
 * whose note 21 has the status of older ones; [MS-SMB2] 3.3.5.15.2).
 */
static bool
is_no_referral(const SmbExchange *x)
{
	return smb_asks_referral(x) && !smb_status_is_dos(x->status) &&
	       (x->status.value == STATUS_NOT_FOUND || x->status.value == STATUS_NO_SUCH_DEVICE ||
		x->status.value == STATUS_FS_DRIVER_REQUIRED);
}

/* The client wanted too much at once: the answer has what it may ask for ([MS-SMB2] 3.3.4.4). */
static bool
is_copy_limit(const SmbExchange *x, const Smb2Facts *facts)
{
	enum { SRV_COPYCHUNK_RESPONSE_SIZE = 12 }; /* [MS-SMB2] 2.2.32.1 */

	return x->version == 2 && x->command == SMB2_IOCTL &&
	       (x->other.function == FSCTL_SRV_COPYCHUNK ||
		x->other.function == FSCTL_SRV_COPYCHUNK_WRITE) &&
	       x->status.value == STATUS_INVALID_PARAMETER &&
	       facts->length == SRV_COPYCHUNK_RESPONSE_SIZE;
}

/* An error that tells the client what it wanted to know, or what it asked for. */
static bool
is_expected(const SmbRequest *req, const Smb2Facts *facts)
{
	const SmbExchange *x = &req->x;

	if (x->step == SMB_STEP_READ && is_error(x->status, STATUS_END_OF_FILE, ERRDOS, ERRDOS_EOF))
		return true;
	if (x->step == SMB_STEP_TRANSACTION && (is_no_referral(x) || is_copy_limit(x, facts)))
		return true;
	return is_error(x->status, STATUS_PATH_NOT_COVERED, ERRSRV, ERRSRV_BAD_PATH) ||
	       x->status.value == STATUS_STOPPED_ON_SYMLINK ||
	       (req->given_up && x->status.value == STATUS_CANCELLED);
}

/*
 * The command before it in its compound failed, and so this one had to ([MS-SMB2] 3.3.5.2.7.2): one
 * error, not two.
 */
static bool
had_to_fail(SmbConnection *c, const SmbRequest *req, SmbStatus status)
{
	SmbExchanges *ex = c->exchanges;
	bool follows = req->related && ex->failed_status && ex->failed_mid == req->before_mid &&
		       (ex->failed_status == status.value ||
			status.value == STATUS_INVALID_PARAMETER ||
			status.value == STATUS_INVALID_HANDLE);

	if (req->x.version == 2) {
		ex->failed_mid = req->x.mid;
		ex->failed_status = status.value;
	}
	return follows;
}

void
smb_request_answer(SmbConnection *c, SmbRequest *req, const SmbMessage *m, SmbStatus status)
{
	SmbExchange *x = &req->x;

	x->response = m->when;
	x->response_mid = m->mid;
	x->has_status = true;
	x->status = status;
	x->failed = smb_status_failed(status);
	x->incomplete |= m->incomplete;
	x->anomalies |= m->anomalies;
	if (m->signature_check > x->signature)
		x->signature = m->signature_check;
	x->decrypted |= m->decrypted;
	if (!x->failed)
		return;
	x->expected = had_to_fail(c, req, status) || is_expected(req, &c->context->smb2.facts);
	if (x->expected)
		c->info.expected++;
	else
		c->info.errors++;
}

/* ---- requests that the client does not want any more ---- */

/* Whether the second request ends what the first one is about. */
static bool
ends(const SmbExchange *by, const SmbExchange *x)
{
	if (by->version != x->version)
		return false;
	switch (by->step) {
	case SMB_STEP_CLOSE:
		return by->has_fid && x->has_fid && !smb_names_no_file(by) && by->fid == x->fid &&
		       by->fid_persistent == x->fid_persistent;
	case SMB_STEP_TREE_DISCONNECT:
		return by->tid == x->tid;
	case SMB_STEP_LOGOFF:
		return by->uid == x->uid;
	default:
		return false;
	}
}

void
smb_pending_give_up(SmbConnection *c, const SmbExchange *by, const SmbMessage *m)
{
	SmbPending *p = by->step == SMB_STEP_CANCEL ? smb_pending_find_cancelled(c, m) : NULL;

	for (SmbRequest *req = p ? p->requests : NULL; req; req = req->next)
		req->given_up = true;
	if (by->step != SMB_STEP_CLOSE && by->step != SMB_STEP_TREE_DISCONNECT &&
	    by->step != SMB_STEP_LOGOFF)
		return;
	if (!smb_pending_may_walk(c))
		return;
	for (p = c->exchanges->oldest; p; p = p->next) {
		for (SmbRequest *req = p->requests; req; req = req->next) {
			req->given_up |= &req->x != by && ends(by, &req->x);
			/* What is paid is one look at each that waits: a chain is several. */
			c->exchanges->walked += req != p->requests;
		}
	}
}

/* ---- no answer ---- */

/*
 * The server holds it until something happens: it said so (STATUS_PENDING, [MS-SMB2] 3.3.4.2), or
 * it is of a kind that it holds.
 */
static bool
is_held(const SmbPending *p, const SmbRequest *req)
{
	if (req->given_up)
		return false;
	/* SMB1: "go on", to a client that did not send the rest. */
	return req->may_wait || req->x.step == SMB_STEP_NOTIFY || p->interim;
}

void
smb_request_unanswered(SmbConnection *c, const SmbPending *p, SmbRequest *req, uint32_t why)
{
	SmbExchange *x = &req->x;

	x->answer = why || p->early ? SMB_ANSWER_NOT_SEEN
				    : smb_connection_answer(c, SMB_TO_CLIENT, p->lost_before,
							    x->request.time_ns);
	if (x->answer == SMB_ANSWER_NONE && is_held(p, req))
		x->answer = SMB_ANSWER_WAITING;
	x->incomplete |= why;
	if (x->answer == SMB_ANSWER_WAITING) {
		c->info.waiting++;
		return;
	}
	x->incomplete |= SMB_INCOMPLETE_NO_RESPONSE;
	if (x->answer == SMB_ANSWER_NONE)
		c->info.unanswered++;
	else
		c->info.unseen++;
}
