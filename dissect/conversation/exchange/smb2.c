/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMB2 messages of a connection: what a session that shares its port with SMB1 needs to be
 * followed. Every command of a compound is a message of its own; requests and responses pair by
 * MessageId ([MS-SMB2] 3.2.5.1).
 */
#include "dissect/conversation/internal.h"

enum {
	COM_NEGOTIATE = 0x72, /* of SMB1 */
};

static const uint64_t UNSOLICITED =
	UINT64_MAX; /* MessageId of an oplock break ([MS-SMB2] 2.2.23.1) */

static SmbAsk *
ask_new(SmbConnection *c, const SmbMessage *m)
{
	SmbAsk *ask = smb_ask_new(c->context);

	smb_exchange_from_message(&ask->x, m, &m->blocks[0], 0);
	smb_step_begin(&ask->x, smb2_step(m->command));
	return ask;
}

static void
request(SmbConnection *c, const SmbMessage *m, const Smb2Gist *gist)
{
	SmbAsk *ask = ask_new(c, m);
	bool one_way = m->command == SMB2_CANCEL || m->dir == SMB_TO_CLIENT;

	ask->x.request = m->when;
	ask->x.one_way = one_way;
	ask->x.from_server = m->dir == SMB_TO_CLIENT;
	if (!one_way)
		smb_pending_new(c, m)->asks = ask;
	smb_step2_request(c, ask, m, gist);
	if (one_way)
		smb_step_tell(c, ask);
}

static void
answer(SmbConnection *c, SmbAsk *ask, const SmbMessage *m, const Smb2Gist *gist)
{
	SmbExchange *x = &ask->x;

	x->response = m->when;
	x->has_status = true;
	x->status = m->status;
	x->failed = smb_status_failed(m->status, 2);
	x->incomplete |= m->incomplete;
	x->anomalies |= m->anomalies;
	if (x->failed)
		c->info.errors++;
	smb_step2_response(c, ask, m, gist);
}

static void
response(SmbConnection *c, SmbMessage *m, const Smb2Gist *gist, SmbPending *p)
{
	SmbAsk *ask;

	if (!p) {
		m->anomalies |= SMB_ANOMALY_NO_REQUEST;
		c->info.orphans++;
		ask = ask_new(c, m);
		ask->x.incomplete |= SMB_INCOMPLETE_NO_REQUEST;
		answer(c, ask, m, gist);
		return;
	}
	if (m->status.value == SMB_STATUS_PENDING) {
		p->interim =
			true; /* the answer itself follows under the same MessageId ([MS-SMB2] 3.3.4.4) */
		p->async_id = m->async_id;
		return;
	}
	ask = smb_pending_take(p);
	smb_pending_remove(c, p);
	if (ask)
		answer(c, ask, m, gist);
}

/* An SMB1 negotiate that lists "SMB 2.???" is answered in SMB2 ([MS-SMB2] 3.3.5.3.1). */
static SmbPending *
pending_for(SmbConnection *c, const SmbMessage *m)
{
	SmbPending *p = smb_pending_find(c, m);

	if (p || m->command != SMB2_NEGOTIATE)
		return p;
	for (p = c->oldest; p; p = p->next)
		if (p->version == 1 && p->command == COM_NEGOTIATE)
			return p;
	return NULL;
}

static void
one(SmbConnection *c, SmbDir dir, bool cut, const SmbStamp *when)
{
	Smb2Scratch *scratch = &c->context->smb2;
	SmbMessage *m = &scratch->message;
	bool asks = dir == SMB_TO_SERVER ||
		    (m->command == SMB2_OPLOCK_BREAK && m->mid == UNSOLICITED);
	SmbPending *p = NULL;

	m->dir = dir;
	m->transport = smb_transport(&c->info.ends, SMB_OVER_NBSS);
	m->when = *when;
	if (cut)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	if (m->version == 2) {
		if (!asks && m->n_blocks && (p = pending_for(c, m)) && p->asks)
			m->response_to = p->asks->x.request.frame;
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
	if (m->version == 2 && m->n_blocks && asks)
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
