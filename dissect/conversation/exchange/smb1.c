/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One SMB1 message of a connection: dissected, paired, reported. The direction of the stream
 * decides what is a request; the reply bit can be wrong (Samba clears it in the interim response to
 * WRITE_RAW).
 */
#include <glib.h>

#include "dissect/conversation/exchange/pending.h"
#include "dissect/smb1/transaction/transaction.h"

enum {
	HEADER_COMMAND = 4, /* offsets in the header */
	HEADER_FLAGS = 9,
};

/*
 * Servers send requests in one case only: an oplock break is a LOCKING_ANDX request ([MS-CIFS]
 * 2.2.4.32.1, 3.3.4.2).
 */
static bool
server_asks(SmbReader bytes, SmbDir dir)
{
	int command = smb_reader_peek(&bytes, HEADER_COMMAND),
	    flags = smb_reader_peek(&bytes, HEADER_FLAGS);

	return dir == SMB_TO_CLIENT && command == SMB_COM_LOCKING_ANDX && flags >= 0 &&
	       !(flags & SMB_FLAGS_REPLY);
}

/* Parts of a request whose answer belongs to the first part. */
static bool
is_secondary(uint16_t command)
{
	return command == SMB_COM_TRANSACTION_SECONDARY ||
	       command == SMB_COM_TRANSACTION2_SECONDARY ||
	       command == SMB_COM_NT_TRANSACT_SECONDARY || command == SMB_COM_WRITE_MPX_SECONDARY;
}

/* ---- requests ---- */

static void
one_way(SmbConnection *c, SmbMessage *m, bool from_server)
{
	SmbRequest *req = smb_request_new(c, m, 0);

	req->x.request = m->when;
	req->x.one_way = !from_server;
	req->x.from_server = from_server;
	req->transaction.disconnects = c->context->smb1.facts[0].disconnects;
	if (c->context->smb1.facts[0].partial) /* nobody waits for what completes it */
		smb_connection_limit(c);
	smb_turn(c, SMB_TURN_ASKED, req, m, 0);
	smb_pending_give_up(c, &req->x, m);
	req->x.one_way |= req->x.step != SMB_STEP_OPLOCK_BREAK;
	if (req->x.one_way)
		smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
	else
		smb_break_wait(c, req);
}

static bool G_GNUC_NO_INLINE
answers_break(SmbConnection *c, const SmbMessage *m, const Smb1Facts *facts)
{
	SmbExchange x = { .version = 1,
			  .step = SMB_STEP_OPLOCK_BREAK,
			  .has_fid = facts->has_fid,
			  .fid = facts->fid };

	return smb_break_answer(c, &x, &m->when) && facts->oplock_break && m->n_blocks == 1;
}

/* The client's acknowledgment is the other half of the break: no exchange of its own. */
static bool
acknowledges(SmbConnection *c, const SmbMessage *m, const Smb1Facts *facts)
{
	return facts->oplock_released && m->dir == SMB_TO_SERVER &&
	       m->command == SMB_COM_LOCKING_ANDX && answers_break(c, m, facts);
}

/* An ECHO can ask for no reply at all ([MS-CIFS] 2.2.4.39.1). */
static bool
asks_for_nothing(const SmbMessage *m, const Smb1Facts *facts)
{
	return m->command == SMB_COM_ECHO && m->blocks[0].body && facts->count == 0;
}

/*
 * A WRITE_MPX comes in several requests, all with one MID, and gets one answer ([MS-CIFS]
 * 3.2.4.15.2).
 */
static bool
goes_on_writing(SmbConnection *c, const SmbMessage *m, const Smb1Facts *facts)
{
	SmbPending *p;
	SmbIoFacts *io;
	uint64_t sent;

	if (!m->connectionless || m->command != SMB_COM_WRITE_MPX)
		return false;
	p = smb_pending_find(c, m);
	if (!p || p->pid != m->pid || !p->requests)
		return false;
	io = &p->requests->x.io;
	if (facts->offset < io->offset) {
		smb_data_move(c, p->requests, io->offset - facts->offset);
		io->offset = facts->offset;
	}
	smb_data_put(c, p->requests, facts->payload, facts->offset - io->offset);
	/* Each says how many bytes all of them carry: a piece that came twice is one of them. */
	sent = (uint64_t)io->asked + facts->length;
	io->asked = (uint32_t)MIN(sent, MAX(facts->count, io->asked));
	return true;
}

/* The commands of a request message wait in its pending. */
static void
wait_for_answer(SmbConnection *c, SmbPending *p, SmbMessage *m)
{
	SmbRequest **last = &p->requests;

	for (uint32_t i = 0; i < m->n_blocks; i++) {
		SmbRequest *req = smb_request_new(c, m, i);

		req->x.request = m->when;
		*last = req;
		last = &req->next;
		smb_turn(c, SMB_TURN_ASKED, req, m, i);
		smb_transaction_asked(c, p, req, m, i);
		smb_pending_give_up(c, &req->x, m);
		if (req->x.step == SMB_STEP_CLOSE)
			smb_break_answer(c, &req->x, &m->when);
	}
}

/* Whether a request has ids that the client can only know from an answer. */
static bool
uses_answers(const SmbMessage *m)
{
	return m->command != SMB_COM_NEGOTIATE && m->command != SMB_COM_SESSION_SETUP_ANDX &&
	       m->uid && m->tid && m->uid != UINT16_MAX && m->tid != UINT16_MAX;
}

static void
request(SmbConnection *c, SmbMessage *m, SmbPending *first)
{
	const Smb1Facts *facts = c->context->smb1.facts;
	SmbPending *p;

	if (first)
		smb_transaction_completed(c, first, m);
	if (is_secondary(m->command) || goes_on_writing(c, m, &facts[0]) ||
	    acknowledges(c, m, &facts[0]))
		return;
	if (m->command == SMB_COM_NT_CANCEL || m->dir == SMB_TO_CLIENT ||
	    ((facts[0].one_way || asks_for_nothing(m, facts)) && m->n_blocks == 1)) {
		one_way(c, m, m->dir == SMB_TO_CLIENT);
		return;
	}
	c->answers_unseen |= uses_answers(m);
	p = smb_pending_new(c, m);
	if (m->command == SMB_COM_READ_RAW)
		smb_pending_expect_raw(c, p, SMB_TO_CLIENT, true);
	else if (m->command == SMB_COM_WRITE_RAW)
		smb_pending_expect_raw(c, p, SMB_TO_SERVER, true);
	if (m->command == SMB_COM_ECHO || m->command == SMB_COM_WRITE_RAW)
		p->answers_left = facts[0].count;
	wait_for_answer(c, p, m);
}

/* ---- responses ---- */

/*
 * An AndX response has one status, that of the last block answered; those before it succeeded.
 * Blocks that a request asked for beyond it were not executed.
 */
static void
answer_request(SmbConnection *c, SmbRequest *req, SmbMessage *m, uint32_t i)
{
	bool last = i + 1 >= m->n_blocks;

	smb_request_answer(c, req, m,
			   last ? m->status : (SmbStatus){ m->status.dos, STATUS_SUCCESS });
	smb_turn(c, SMB_TURN_ANSWERED, req, m, i);
}

static void
answer_chain(SmbConnection *c, SmbPending *p, SmbMessage *m)
{
	uint64_t uid = m->uid, fid = 0;
	bool opened = false, same = true;
	uint32_t i = 0;
	SmbRequest *req;

	while ((req = smb_pending_take(p))) {
		SmbExchange *x = &req->x;

		same = same && i < m->n_blocks && (i == 0 || m->blocks[i].command == x->command);
		if (!same) {
			x->not_executed = true;
			smb_turn(c, SMB_TURN_OVER, req, NULL, 0);
			continue;
		}
		/*
		 * The following blocks use the FID that this one gets, unless they have their own.
		 */
		if (i > 0) {
			x->uid = uid;
			x->tid = m->tid;
		}
		if (opened && x->has_fid)
			x->fid = fid;
		if (x->step == SMB_STEP_OPEN) {
			opened = c->context->smb1.facts[i].has_fid;
			fid = c->context->smb1.facts[i].fid;
		}
		answer_request(c, req, m, i++);
	}
	smb_pending_remove(c, p);
}

static void
orphan(SmbConnection *c, SmbMessage *m)
{
	m->anomalies |= SMB_ANOMALY_NO_REQUEST;
	c->info.orphans++;
	smb_pending_note_orphan(c, m);
	for (uint32_t i = 0; i < m->n_blocks; i++) {
		SmbRequest *req = smb_request_new(c, m, i);

		smb_exchange_begin(&req->x, smb1_command((uint8_t)m->blocks[i].command)->step);
		req->x.incomplete |= SMB_INCOMPLETE_NO_REQUEST;
		answer_request(c, req, m, i);
	}
}

/* An answer that only says "go on": another follows, and belongs to the same request. */
static bool
interim(SmbPending *p, const SmbMessage *m, const Smb1Facts *facts)
{
	const SmbBlock *b = &m->blocks[0];

	if (m->command == SMB_COM_WRITE_RAW && p->command == SMB_COM_WRITE_RAW &&
	    m->status.value == STATUS_SUCCESS) {
		p->go_ahead = m->when;
		return true;
	}
	if (!smb1_is_transaction(m->command) || m->n_blocks != 1 ||
	    m->status.value != STATUS_SUCCESS)
		return false;
	return facts->partial ||
	       (b->has_words && b->word_count == 0 && b->has_bytes && b->byte_count == 0);
}

/* One more of the several answers to an ECHO: the last one is reported. */
static bool
more_answers(SmbPending *p, const SmbMessage *m)
{
	return m->command == SMB_COM_ECHO && p->answers_left > 1 && !smb_status_failed(m->status) &&
	       p->answers_left--;
}

/* One of the responses to a READ_MPX; each says how many bytes all of them carry (3.2.5.17). */
static bool
more_to_read(SmbConnection *c, SmbPending *p, const SmbMessage *m, Smb1Facts *facts)
{
	if (!m->connectionless || m->command != SMB_COM_READ_MPX || smb_status_failed(m->status))
		return false;
	p->to_read = p->read ? MIN(p->to_read, facts->count) : facts->count;
	p->read += facts->length;
	facts->length = p->read;
	if (p->read >= p->to_read)
		return false;
	smb_data_put(c, p->requests, facts->payload, facts->offset - p->requests->x.io.offset);
	return true;
}

/*
 * A WRITE_RAW ends with its go-ahead and its bytes where no last answer was asked for. impacket
 * sends the bytes without waiting for the go-ahead.
 */
static void
raw_written(SmbConnection *c, SmbPending *p)
{
	SmbRequest *req;

	if (p->raw_request || !p->go_ahead.frame || p->answers_left > 1)
		return;
	req = smb_pending_take(p);
	req->x.response = p->go_ahead;
	req->x.has_status = true;
	smb_turn(c, SMB_TURN_ANSWERED, req, NULL, 0);
	smb_pending_remove(c, p);
}

/*
 * The request was repeated while the server was working on it (ERRSRV/ERRworking, [MS-CIFS]
 * 2.1.2.1): its response is still to come.
 */
static bool
still_working(const SmbMessage *m)
{
	return m->connectionless && m->status.dos && smb_status_class(m->status) == ERRSRV &&
	       smb_status_code(m->status) == ERRSRV_WORKING;
}

static void
response(SmbConnection *c, SmbMessage *m, SmbPending *p)
{
	if (!p) {
		orphan(c, m);
	} else if (still_working(m)) {
		return;
	} else if (interim(p, m, &c->context->smb1.facts[0])) {
		p->interim = true;
		raw_written(c, p);
	} else if (!more_answers(p, m) && !more_to_read(c, p, m, &c->context->smb1.facts[0])) {
		answer_chain(c, p, m);
	}
}

/* The request of a response, also where the server changed the MID (DoublePulsar does). */
static SmbPending *
pending_for(SmbConnection *c, SmbMessage *m)
{
	SmbPending *p = smb_pending_find(c, m);

	if (p)
		return p;
	p = smb_pending_find_renumbered(c, m);
	if (p)
		m->anomalies |= SMB_ANOMALY_MID_CHANGED;
	return p;
}

void
smb_message1(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	Smb1Scratch *scratch = &c->context->smb1;
	SmbMessage *m = &scratch->message;
	bool is_request = dir == SMB_TO_SERVER || server_asks(bytes, dir);
	SmbPending *p = NULL, *first;

	bytes.oem = c->context->config.oem;
	smb1_dissect(bytes, !is_request, scratch);
	m->dir = dir;
	m->transport = smb_transport(&c->info.ends, SMB_OVER_NBSS);
	m->when = *when;
	if (cut)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	if (m->n_blocks == 0) { /* not even a header: it cannot be paired */
		c->info.anomalies |= m->anomalies;
		c->info.incomplete |= m->incomplete;
		if (m->partial_header) {
			smb_message_count(c, m);
			smb_message_emit(c, m);
		}
		return;
	}
	m->connectionless = c->info.ends.connectionless;
	if (m->connectionless) {
		m->has_signature = false;
		if (smb_repeats_seen(c, m, bytes))
			return;
	}
	if (m->incomplete & SMB_INCOMPLETE_LIMIT)
		smb_connection_limit(c);
	if (!is_request && (p = pending_for(c, m)) && p->requests)
		m->response_to = p->requests->x.request.frame;
	first = smb_transaction_message(c, m, p);
	smb_turn(c, SMB_TURN_MESSAGE, p ? p->requests : NULL, m, 0);
	if (c->context->config.keys)
		smb_keyed_message(c, m);
	smb_message_count(c, m);
	smb_message_emit(c, m);
	if (is_request)
		request(c, m, first);
	else
		response(c, m, p);
	smb_token_done(c->context);
}

/*
 * Data without a header: the answer to READ_RAW, or what a client sends after the go-ahead to its
 * WRITE_RAW.
 */
void
smb_message1_raw(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	SmbPending *p = smb_pending_find_raw(c, dir);
	SmbRequest *req;

	if (dir == SMB_TO_SERVER) {
		smb_pending_expect_raw(c, p, SMB_TO_SERVER, false);
		smb_data_keep(c, p->requests, (SmbSpan){ bytes.base, bytes.limit },
			      p->requests->x.io.count);
		p->requests->x.io.count += bytes.end;
		raw_written(c, p);
		return;
	}
	req = smb_pending_take(p);
	req->x.response = *when;
	req->x.has_status = true;
	req->x.status = (SmbStatus){ false, STATUS_SUCCESS };
	if (cut)
		req->x.incomplete |= SMB_INCOMPLETE_TRUNCATED;
	req->x.io.count = bytes.end;
	smb_data_show(c, req, (SmbSpan){ bytes.base, bytes.limit }, 0);
	smb_turn(c, SMB_TURN_ANSWERED, req, NULL, 0);
	smb_pending_remove(c, p);
}
