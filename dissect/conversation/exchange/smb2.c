/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMB2 messages of a connection: enough to follow a session that shares its port with SMB1. Every
 * command of a compound is a separate message; requests and responses pair by MessageId ([MS-SMB2]
 * 3.2.5.1).
 */
#include "dissect/conversation/exchange/pending.h"

static const uint64_t UNSOLICITED =
	UINT64_MAX; /* MessageId of an oplock break ([MS-SMB2] 2.2.23.1) */

static SmbRequest *
request_new(SmbConnection *c, const SmbMessage *m)
{
	SmbRequest *req = smb_request_new(c, m, 0);

	smb_exchange_begin(&req->x, smb2_step(m->command));
	return req;
}

/* ---- related commands of a compound ---- */

/*
 * A related command inherits what it does not name itself from the one before it ([MS-SMB2]
 * 3.2.4.1.4). After a CREATE the FileId is known once the response to that comes.
 */
static void
relate(SmbConnection *c, SmbRequest *req, bool related)
{
	SmbExchange *x = &req->x;
	SmbRelated *last = &c->exchanges->related;

	if (related && x->uid == UINT64_MAX)
		x->uid = last->uid;
	if (related && x->tid == UINT32_MAX)
		x->tid = last->tid;
	if (related && smb_names_no_file(x) && last->has_fid) {
		x->fid = last->fid;
		x->fid_persistent = last->fid_persistent;
	}
	req->follows_create = related && smb_names_no_file(x) && last->creates;
	req->create_mid = last->create_mid;
	req->related = related;
	req->before_mid = last->mid;
	*last = (SmbRelated){ .uid = x->uid,
			      .mid = x->mid,
			      .tid = x->tid,
			      .has_fid = x->has_fid && !smb_names_no_file(x),
			      .fid = x->fid,
			      .fid_persistent = x->fid_persistent,
			      .creates = x->step == SMB_STEP_OPEN || req->follows_create,
			      .create_mid = x->step == SMB_STEP_OPEN ? x->mid : req->create_mid };
}

/* ---- requests and responses ---- */

static void
request(SmbConnection *c, SmbMessage *m, const Smb2Facts *facts)
{
	SmbRequest *req = request_new(c, m);
	bool from_server = m->dir == SMB_TO_CLIENT;

	req->x.request = m->when;
	req->x.one_way = m->command == SMB2_CANCEL;
	req->x.from_server = from_server;
	req->x.has_fid = facts->has_fid;
	req->x.fid = facts->fid;
	req->x.fid_persistent = facts->fid_persistent;
	relate(c, req, m->flags & SMB2_FLAGS_RELATED_OPERATIONS);
	c->answers_unseen |= !from_server && m->command > SMB2_SESSION_SETUP && m->uid &&
			     m->uid != UINT64_MAX;
	if (!req->x.one_way && !from_server)
		smb_pending_new(c, m)->requests = req;
	smb_turn(c, SMB_TURN_ASKED, req, m, 0);
	smb_pending_give_up(c, &req->x, m);
	if (req->x.one_way)
		smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
	else if (from_server)
		smb_break_wait(c, req);
	else if (req->x.step == SMB_STEP_CLOSE || req->x.step == SMB_STEP_OPLOCK_BREAK)
		smb_break_answer(c, &req->x, &m->when);
}

static void
answer(SmbConnection *c, SmbRequest *req, SmbMessage *m)
{
	smb_request_answer(c, req, m, m->status);
	smb_turn(c, SMB_TURN_ANSWERED, req, m, 0);
}

static void
response(SmbConnection *c, SmbMessage *m, SmbPending *p)
{
	SmbRequest *req;

	if (!p) {
		m->anomalies |= SMB_ANOMALY_NO_REQUEST;
		c->info.orphans++;
		req = request_new(c, m);
		req->x.incomplete |= SMB_INCOMPLETE_NO_REQUEST;
		answer(c, req, m);
		return;
	}
	if (m->status.value == STATUS_PENDING) {
		/* The answer itself follows under the same MessageId ([MS-SMB2] 3.3.4.4). */
		p->interim = true;
		p->async_id = m->async_id;
		return;
	}
	req = smb_pending_take(p);
	smb_pending_remove(c, p);
	if (req)
		answer(c, req, m);
}

/* An SMB1 negotiate that lists "SMB 2.???" is answered in SMB2 ([MS-SMB2] 3.3.5.3.1). */
static SmbPending *
pending_for(SmbConnection *c, SmbMessage *m)
{
	SmbPending *p = smb_pending_find(c, m);

	if (p)
		return p;
	for (p = c->exchanges->oldest; p && m->command == SMB2_NEGOTIATE; p = p->next)
		if (p->version == 1 && p->command == SMB_COM_NEGOTIATE)
			return p;
	p = smb_pending_find_renumbered(c, m);
	if (p)
		m->anomalies |= SMB_ANOMALY_MID_CHANGED;
	return p;
}

/* A message that can be read: what it is a response to, its credits, its token. */
static SmbPending *
pair(SmbConnection *c, SmbMessage *m, bool is_request)
{
	SmbPending *p = !is_request && m->n_blocks ? pending_for(c, m) : NULL;

	if (p && p->requests)
		m->response_to = p->requests->x.request.frame;
	if (p && p->version == 1)
		smb_credits_use(c, 1); /* its SMB1 negotiate has MessageId 0 */
	smb_credits_count(c, m);
	smb_turn(c, SMB_TURN_MESSAGE, p ? p->requests : NULL, m, 0);
	return p;
}

/* One command of a compound, as it lies in the scratch. */
static void
command(SmbConnection *c, SmbDir dir, bool cut, const SmbStamp *when)
{
	Smb2Scratch *scratch = &c->context->smb2;
	SmbMessage *m = &scratch->message;
	bool readable = m->version == 2 && !m->foreign;
	bool is_request = dir == SMB_TO_SERVER ||
			  (m->command == SMB2_OPLOCK_BREAK && m->mid == UNSOLICITED);
	SmbPending *p = NULL;

	m->dir = dir;
	m->transport = smb_transport(&c->info.ends, SMB_OVER_NBSS);
	m->when = *when;
	if (cut)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	if (readable) {
		p = pair(c, m, is_request);
	} else {
		c->info.encrypted |= m->version == 3;
		c->info.foreign += m->foreign && dir == SMB_TO_SERVER;
		c->lost[dir]++;
		smb_credits_lost(c);
	}
	smb_message_count(c, m);
	smb_message_emit(c, m);
	if (readable && m->n_blocks && is_request)
		request(c, m, &scratch->facts);
	else if (readable && m->n_blocks)
		response(c, m, p);
	smb_token_done(c->context);
}

void
smb_message2(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	Smb2Scratch *scratch = &c->context->smb2;
	bool compressed = smb2_uncompressed(&bytes);
	uint32_t taken;

	c->exchanges->related = (SmbRelated){ .uid = UINT64_MAX, .tid = UINT32_MAX };
	do {
		taken = smb2_dissect(bytes, dir == SMB_TO_CLIENT, scratch);
		if (scratch->message.anomalies & SMB_ANOMALY_SHORT_HEADER) {
			smb_credits_lost(c);
			return;
		}
		scratch->message.compressed = compressed;
		/* Further commands may be in what is compressed. */
		c->lost[dir] += compressed && !taken && smb_reader_declared_left(&bytes) &&
				scratch->message.incomplete & SMB_INCOMPLETE_TRUNCATED;
		command(c, dir, cut, when);
		bytes = smb_reader_after(&bytes, taken);
	} while (taken && smb_reader_left(&bytes));
}
