/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transactions reassembled: the parts of a request (its first message and the secondaries) and
 * those of its answer. A transaction that fits into one message is read in place; only one spread
 * over several is copied.
 */
#include <glib.h>

#include "dissect/conversation/exchange/pending.h"
#include "dissect/conversation/exchange/pieces.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/smb1/transaction/transaction.h"

enum {
	/* bytes of a TRANS2 request's parameters kept for its response, which needs FIND's flags */
	FIND_ASKED = 12,
};

/* One direction of a transaction that has several parts. */
struct SmbTransaction {
	SmbPieces parameters, data;
	uint64_t gaps; /* of the connection, when it began */
	bool capped;   /* more than is collected: the rest is only counted */
	bool late;     /* the first message did not have all parameters */
	bool over;     /* it was read: what comes after that is no part of it */
};

_Static_assert((int)SMB_ASKED_SETUP >= (int)SMB1_SETUP_MAX, "requests keep all setup words");

/* ---- Parts ----------------------------------------------------------------------------------- */

static size_t
memory_of(const SmbTransaction *self)
{
	return smb_pieces_memory(&self->parameters) + smb_pieces_memory(&self->data);
}

static SmbTransaction *
begin(SmbConnection *c, const Smb1TransactionPart *part)
{
	SmbTransaction *self = smb_context_alloc(c->context, sizeof(*self));
	uint32_t max = c->context->config.limits.message;
	uint32_t parameters = MIN(part->counts.total_parameter_count, max);
	uint32_t data = max - parameters; /* at most: add_part lowers it to the total */

	smb_pieces_init(&self->parameters, parameters);
	smb_pieces_init(&self->data, data);
	self->gaps = c->info.gaps;
	self->late = part->parameters.len < parameters;
	self->capped = parameters < part->counts.total_parameter_count ||
		       data < part->counts.total_data_count;
	if (self->capped)
		smb_connection_limit(c);
	return self;
}

void
smb_transaction_free(SmbConnection *c, SmbTransaction *self)
{
	if (!self)
		return;
	c->context->memory -= memory_of(self);
	smb_pieces_clear(&self->parameters);
	smb_pieces_clear(&self->data);
	smb_context_release(c->context, self, sizeof(*self));
}

/*
 * Whether a server may read something else than what is put together here: of bytes that come twice the
 * last ones, or those that are there once as many came as were declared, whichever they are.
 */
static bool
is_ambiguous(const SmbTransaction *self)
{
	bool counted = smb_pieces_counted(&self->parameters) && smb_pieces_counted(&self->data);
	bool complete = smb_pieces_complete(&self->parameters) && smb_pieces_complete(&self->data);

	return self->parameters.differs || self->data.differs || (counted && !complete);
}

static void
add_part(SmbConnection *c, SmbTransaction *self, const Smb1TransactionPart *part)
{
	const Smb1TransactionCounts *n = &part->counts;
	size_t before = memory_of(self);
	bool fits;

	smb_pieces_total(&self->parameters, n->total_parameter_count);
	smb_pieces_total(&self->data, n->total_data_count);
	fits = smb_pieces_add(&self->parameters, n->parameter_displacement, part->parameters,
			      n->parameter_count);
	fits &= smb_pieces_add(&self->data, n->data_displacement, part->data, n->data_count);
	c->context->memory += memory_of(self) - before;
	if (!fits || is_ambiguous(self))
		smb_connection_limit(c);
}

/*
 * Whether waiting is over: everything was received, or the part that ends both sections was, and
 * the missing parts were lost in a gap of the connection.
 */
static bool
is_over(const SmbConnection *c, const SmbTransaction *self, const Smb1TransactionPart *part)
{
	bool goes_on = smb1_transaction_goes_on(&part->counts);

	if (self->capped)
		return !goes_on;
	return (smb_pieces_complete(&self->parameters) && smb_pieces_complete(&self->data)) ||
	       (!goes_on && c->info.gaps > self->gaps);
}

/* ---- Readings -------------------------------------------------------------------------------- */

static void
fill_single(const Smb1TransactionPart *part, Smb1Transaction *t)
{
	t->total_parameters = MIN(part->counts.total_parameter_count, part->counts.parameter_count);
	t->total_data = MIN(part->counts.total_data_count, part->counts.data_count);
	t->parameters = smb_span_first(part->parameters, t->total_parameters);
	t->data = smb_span_first(part->data, t->total_data);
}

static void
fill_joined(const SmbTransaction *self, Smb1Transaction *t)
{
	t->total_parameters = self->parameters.total;
	t->total_data = self->data.total;
	t->parameters = smb_pieces_bytes(&self->parameters);
	t->data = smb_pieces_bytes(&self->data);
	t->late = self->late;
}

static void
fill_asked(const SmbRequest *req, Smb1Transaction *t)
{
	const SmbTransactionAsked *asked = &req->transaction;

	t->function = asked->function;
	t->level = asked->level;
	t->n_setup = asked->n_setup;
	for (uint32_t i = 0; i < asked->n_setup; i++)
		t->setup[i] = asked->setup[i];
	t->asked = asked->parameters.bytes;
	if (req->x.step != SMB_STEP_OPEN)
		t->name = req->x.other.name;
}

static uint32_t
read_setup(SmbList list, uint16_t *setup)
{
	uint32_t n = 0;

	while (n < SMB1_SETUP_MAX && smb_reader_left(&list.at) >= 2)
		setup[n++] = smb_reader_le16(&list.at);
	return n;
}

/* The reading goes beside the fields of the block that completed the transaction. */
static void
parse(SmbConnection *c, SmbMessage *m, uint32_t i, const Smb1Transaction *t)
{
	Smb1Facts *facts = &c->context->smb1.facts[i];
	SmbBlock *block = &m->blocks[i];

	facts->payload = t->data;
	smb1_transaction_read(t, facts, block, c->context->nested_body, c->context->nested_there);
	if (block->nested_status == SMB_READ_MALFORMED)
		m->anomalies |= SMB_ANOMALY_FIELDS;
	else if (block->nested_status == SMB_READ_TRUNCATED)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
}

static SmbReadStatus
came_whole(const Smb1Transaction *t)
{
	return t->parameters.len < t->total_parameters || t->data.len < t->total_data
		       ? SMB_READ_TRUNCATED
		       : SMB_READ_OK;
}

/* The first message of a request: read at once if it is complete. */
static void
first_part(SmbConnection *c, SmbMessage *m, uint32_t i, const Smb1TransactionPart *part)
{
	Smb1Facts *facts = &c->context->smb1.facts[i];
	Smb1Transaction t = { .command = (uint8_t)m->blocks[i].command,
			      .unicode = m->flags2 & SMB_FLAGS2_UNICODE,
			      .oem = m->bytes.oem,
			      .function = facts->function,
			      .level = facts->level,
			      .name = facts->name };

	facts->partial = m->n_blocks == 1 && smb1_transaction_goes_on(&part->counts);
	if (facts->partial)
		return;
	t.n_setup = read_setup(part->request->setup, t.setup);
	fill_single(part, &t);
	t.status = came_whole(&t);
	parse(c, m, i, &t);
}

/* A further part of a request that waits for it. */
static void
further_part(SmbConnection *c, SmbMessage *m, SmbPending *p, const Smb1TransactionPart *part)
{
	Smb1Transaction t = { .command = (uint8_t)p->command,
			      .unicode = m->flags2 & SMB_FLAGS2_UNICODE,
			      .oem = m->bytes.oem };

	add_part(c, p->joined_request, part);
	c->context->smb1.facts[0].partial = !is_over(c, p->joined_request, part);
	if (c->context->smb1.facts[0].partial)
		return;
	p->joined_request->over = true;
	fill_asked(p->requests, &t);
	fill_joined(p->joined_request, &t);
	t.status = came_whole(&t);
	c->context->smb1.facts[0].function = t.function;
	c->context->smb1.facts[0].level = t.level;
	parse(c, m, 0, &t);
}

/* Orphans are read without knowing their request. */
static void
answer_part(SmbConnection *c, SmbMessage *m, uint32_t i, SmbPending *p,
	    const Smb1TransactionPart *part)
{
	Smb1Facts *facts = &c->context->smb1.facts[i];
	bool several = p && m->n_blocks == 1 &&
		       (p->joined_response || smb1_transaction_goes_on(&part->counts));
	Smb1Transaction t = { .command = (uint8_t)m->blocks[i].command,
			      .response = true,
			      .unicode = m->flags2 & SMB_FLAGS2_UNICODE,
			      .oem = m->bytes.oem,
			      .function = -1,
			      .level = -1 };
	SmbRequest *req = p ? p->requests : NULL;

	if (several) {
		if (!p->joined_response)
			p->joined_response = begin(c, part);
		add_part(c, p->joined_response, part);
		facts->partial = !is_over(c, p->joined_response, part);
		if (facts->partial)
			return;
		fill_joined(p->joined_response, &t);
	} else {
		fill_single(part, &t);
	}
	for (uint32_t n = 0; req && n < i; n++)
		req = req->next;
	if (req && req->x.command == m->blocks[i].command)
		fill_asked(req, &t);
	t.status = came_whole(&t);
	parse(c, m, i, &t);
}

/*
 * The request that a secondary continues: the last one with its MID and PID that lacks parts. Samba
 * does not look at the PID: that a part of another process may be one is counted.
 */
static SmbPending *
find_first(SmbConnection *c, const SmbMessage *m)
{
	uint16_t primary = smb1_transaction_primary(m->command);
	const SmbExchanges *ex = c->exchanges;
	SmbPending *p = smb_pending_newest(ex, m->mid);
	bool other = false;

	for (; p; p = smb_pending_older(ex, p)) {
		if (!p->joined_request || p->command != primary || p->mid != m->mid)
			continue;
		if (p->pid == m->pid)
			return p;
		other = true;
	}
	if (other)
		smb_connection_limit(c);
	return NULL;
}

/*
 * A secondary of another kind than the request that waits for it: nobody sends it but EternalBlue,
 * which makes the server mistake one size for another ([MS-CIFS] 2.2.4.47: it completes a request
 * of its own kind). A request of its kind beside that one, with the same MID, which no client gives
 * two requests that wait, does not hide it.
 */
static void
find_other_kind(SmbConnection *c, SmbMessage *m, bool beside)
{
	const SmbExchanges *ex = c->exchanges;
	SmbPending *p = smb_pending_newest(ex, m->mid);

	for (; p; p = smb_pending_older(ex, p)) {
		if (!p->joined_request || p->mid != m->mid || p->pid != m->pid)
			continue;
		if (p->command == smb1_transaction_primary(m->command) ||
		    (beside && p->joined_request->over))
			continue;
		m->anomalies |= SMB_ANOMALY_OTHER_SECONDARY;
		p->requests->x.anomalies |= SMB_ANOMALY_OTHER_SECONDARY;
		return;
	}
}

/* ---- For smb1.c -------------------------------------------------------------------------- */

/* Block i is a transaction's, or a secondary's. */
static SmbPending *G_GNUC_NO_INLINE
take_part(SmbConnection *c, SmbMessage *m, uint32_t i, SmbPending *answered)
{
	Smb1TransactionPart part;
	SmbPending *p;

	if (!smb1_transaction_part(m, &m->blocks[i], &part))
		return NULL;
	if (m->response) {
		answer_part(c, m, i, answered, &part);
		return NULL;
	}
	if (part.request) {
		first_part(c, m, i, &part);
		return NULL;
	}
	p = find_first(c, m);
	find_other_kind(c, m, p != NULL);
	/*
	 * Directly over IPX a client acknowledges each part of the response with an empty secondary
	 * ([MS-CIFS] 2.1.2.1): the request was over before.
	 */
	if (!p || p->joined_request->over)
		return NULL;
	further_part(c, m, p, &part);
	return p;
}

/*
 * A transaction ends its AndX chain: the last block is the only one that can be one ([MS-CIFS]
 * 2.2.3.4).
 */
SmbPending *
smb_transaction_message(SmbConnection *c, SmbMessage *m, SmbPending *answered)
{
	uint32_t last = m->n_blocks - 1;
	uint16_t command = m->blocks[last].command;

	if (!smb1_is_transaction(command) && !smb1_transaction_primary(command))
		return NULL;
	return take_part(c, m, last, answered);
}

static void G_GNUC_NO_INLINE
keep_asked(SmbConnection *c, SmbPending *p, SmbRequest *req, const SmbMessage *m, uint32_t i)
{
	const Smb1Facts *facts = &c->context->smb1.facts[i];
	SmbTransactionAsked *asked = &req->transaction;
	Smb1TransactionPart part;

	if (!smb1_transaction_part(m, &m->blocks[i], &part))
		return;
	asked->function = facts->function;
	asked->level = facts->level;
	asked->disconnects = facts->disconnects;
	asked->n_setup = read_setup(part.request->setup, asked->setup);
	asked->parameters.bytes =
		smb_span_first(part.parameters, req->x.command == SMB_COM_TRANSACTION2
							? FIND_ASKED
							: SMB1_ASKED_MAX);
	smb_request_keep(c->context, req, &asked->parameters);
	if (facts->partial) {
		p->joined_request = begin(c, &part);
		add_part(c, p->joined_request, &part);
	}
}

void
smb_transaction_asked(SmbConnection *c, SmbPending *p, SmbRequest *req, const SmbMessage *m,
		      uint32_t i)
{
	req->transaction.function = req->transaction.level = -1;
	if (smb1_is_transaction(m->blocks[i].command))
		keep_asked(c, p, req, m, i);
}

/* What it writes to a pipe is there now: its last part says to which. */
static bool
writes_pipe(const SmbRequest *req, const Smb1Facts *facts)
{
	return facts->has_fid &&
	       (req->x.command == SMB_COM_TRANSACTION ||
		(req->x.command == SMB_COM_NT_TRANSACT && facts->function == NT_TRANSACT_IOCTL));
}

/* The request is complete now: the facts from its parameters replace those of its first message. */
void
smb_transaction_completed(SmbConnection *c, SmbPending *p, SmbMessage *m)
{
	const Smb1Facts *facts = &c->context->smb1.facts[0];
	SmbRequest *req = p->requests;

	if (facts->partial)
		return;
	req->transaction.level = facts->level;
	if (req->x.step == SMB_STEP_TRANSACTION && facts->about)
		req->x.other.about = facts->about;
	if (writes_pipe(req, facts)) {
		smb_turn(c, SMB_TURN_ASKED, req, m, 0);
	} else if (p->joined_request->late && p->command != SMB_COM_TRANSACTION) {
		/* The last part may be of another step than the first said. */
		smb_exchange_forget(&req->x);
		smb_turn(c, SMB_TURN_ASKED, req, m, 0);
	} else if (req->x.step == SMB_STEP_PATH) {
		req->x.other.disposition = facts->disposition;
		req->x.other.has_size = facts->has_size;
		req->x.other.size = facts->size;
		req->x.other.name_to = facts->name_to;
		smb_request_keep(c->context, req, &req->x.other.name_to);
	}
}
