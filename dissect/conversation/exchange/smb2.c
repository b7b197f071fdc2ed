/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMB2 messages of a connection: what a session that shares its port with SMB1 needs to be
 * followed. Every command of a compound is a message of its own; requests and responses pair by
 * MessageId ([MS-SMB2] 3.2.5.1).
 */
#include "dissect/conversation/internal.h"

static const uint64_t UNSOLICITED =
	UINT64_MAX; /* MessageId of an oplock break ([MS-SMB2] 2.2.23.1) */

static SmbRequest *
request_new(SmbConnection *c, const SmbMessage *m)
{
	SmbRequest *req = smb_request_new(c->context);

	smb_exchange_from_message(&req->x, m, &m->blocks[0], 0);
	smb_step_begin(&req->x, smb2_step(m->command));
	return req;
}

static void
request(SmbConnection *c, const SmbMessage *m, const Smb2Gist *gist)
{
	SmbRequest *req = request_new(c, m);
	bool one_way = m->command == SMB2_CANCEL || m->dir == SMB_TO_CLIENT;

	req->x.request = m->when;
	req->x.one_way = one_way;
	req->x.from_server = m->dir == SMB_TO_CLIENT;
	if (!one_way)
		smb_pending_new(c, m)->requests = req;
	smb_step2_request(c, req, m, gist);
	if (one_way)
		smb_step_tell(c, req);
}

static void
answer(SmbConnection *c, SmbRequest *req, const SmbMessage *m, const Smb2Gist *gist)
{
	SmbExchange *x = &req->x;

	x->response = m->when;
	x->has_status = true;
	x->status = m->status;
	x->failed = smb_status_failed(m->status, 2);
	x->incomplete |= m->incomplete;
	x->anomalies |= m->anomalies;
	if (x->failed)
		c->info.errors++;
	smb_step2_response(c, req, m, gist);
}

static void
response(SmbConnection *c, SmbMessage *m, const Smb2Gist *gist, SmbPending *p)
{
	SmbRequest *req;

	if (!p) {
		m->anomalies |= SMB_ANOMALY_NO_REQUEST;
		c->info.orphans++;
		req = request_new(c, m);
		req->x.incomplete |= SMB_INCOMPLETE_NO_REQUEST;
		answer(c, req, m, gist);
		return;
	}
	if (m->status.value == STATUS_PENDING) {
		p->interim =
			true; /* the answer itself follows under the same MessageId ([MS-SMB2] 3.3.4.4) */
		p->async_id = m->async_id;
		return;
	}
	req = smb_pending_take(p);
	smb_pending_remove(c, p);
	if (req)
		answer(c, req, m, gist);
}

/* An SMB1 negotiate that lists "SMB 2.???" is answered in SMB2 ([MS-SMB2] 3.3.5.3.1). */
static SmbPending *
pending_for(SmbConnection *c, const SmbMessage *m)
{
	SmbPending *p = smb_pending_find(c, m);

	if (p || m->command != SMB2_NEGOTIATE)
		return p;
	for (p = c->oldest; p; p = p->next)
		if (p->version == 1 && p->command == SMB_COM_NEGOTIATE)
			return p;
	return NULL;
}

static void
one(SmbConnection *c, SmbDir dir, bool cut, const SmbStamp *when)
{
	Smb2Scratch *scratch = &c->context->smb2;
	SmbMessage *m = &scratch->message;
	bool is_request = dir == SMB_TO_SERVER ||
			  (m->command == SMB2_OPLOCK_BREAK && m->mid == UNSOLICITED);
	SmbPending *p = NULL;

	m->dir = dir;
	m->transport = smb_transport(&c->info.ends, SMB_OVER_NBSS);
	m->when = *when;
	if (cut)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	if (m->version == 2) {
		if (!is_request && m->n_blocks && (p = pending_for(c, m)) && p->requests)
			m->response_to = p->requests->x.request.frame;
		if (p && p->version == 1)
			smb_credits_use(c, 1); /* its SMB1 negotiate has MessageId 0 */
		smb_credits_count(c, m);
		smb_token_message2(c, m, p);
		smb_dialect_signature(c, m, scratch->gist.function);
	} else {
		c->info.encrypted |= m->version == 3;
		smb_credits_lost(c);
	}
	smb_message_count(c, m);
	smb_message_emit(c, m);
	if (m->version == 2 && m->n_blocks && is_request)
		request(c, m, &scratch->gist);
	else if (m->version == 2 && m->n_blocks)
		response(c, m, &scratch->gist, p);
	smb_token_done(c->context);
}

void
smb_message2(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	Smb2Scratch *scratch = &c->context->smb2;
	uint32_t taken;

	c->related = (SmbRelated){ .uid = UINT64_MAX, .tid = UINT32_MAX };
	do {
		taken = smb2_dissect(bytes, dir == SMB_TO_CLIENT, scratch);
		if (scratch->message.anomalies & SMB_ANOMALY_SHORT_HEADER) {
			smb_credits_lost(c);
			return;
		}
		one(c, dir, cut, when);
		bytes = smb_reader_behind(&bytes, taken);
	} while (taken && smb_reader_left(&bytes));
}
