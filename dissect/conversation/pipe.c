/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DCE/RPC on named pipes: which interfaces a client has bound on a pipe, which calls wait for their
 * answer, and where in a PDU each direction of the pipe stands. A call is named where its first
 * fragment begins.
 */
#include "dissect/conversation/internal.h"
#include "dissect/dcerpc/pdu.h"

enum {
	COM_READ = 0x0A,
	COM_TRANSACTION = 0x25,
	COM_WRITE = 0x0B,
	COM_READ_ANDX = 0x2E,
	COM_WRITE_ANDX = 0x2F,
	CALLS = 16,         /* of a pipe that wait for their answer */
	HEADER_COMMAND = 4, /* offsets in the message: [MS-CIFS] 2.2.3.1 */
	HEADER_MID = 30,
	WORDS = 33,
	ANDX_WORDS = 37,
	MESSAGE_LENGTH =
		2, /* before the data of a raw write that begins a message: [MS-CIFS] 2.2.4.43.1 */
};

typedef struct {
	uint32_t call_id;
	uint16_t context_id, opnum;
} Call;

struct SmbPipe {
	SmbRpcInterface contexts[SMB_RPC_INTERFACES];
	uint32_t n_contexts;
	SmbRpcInterface
		bound[SMB_RPC_INTERFACES]; /* of the last bind, in its order, as its answer needs it */
	uint32_t n_bound;
	Call calls[CALLS];
	uint32_t n_calls;
	uint32_t left[2]; /* bytes of a PDU that has begun, by SmbDir */
};

static SmbPipe *
pipe_of(SmbConnection *c, SmbAsk *ask)
{
	SmbFileEntry *file = ask->x.has_fid ? smb_state_file(c, ask->x.fid, 0) : NULL;

	/*
	 * What was opened before the capture began is a pipe where a pipe's functions are used on
	 * it.
	 */
	if (!file && ask->x.has_fid && ask->x.command == COM_TRANSACTION) {
		file = smb_state_add_file(c, &ask->x, (SmbText){ .encoding = SMB_TEXT_UTF8 });
		file->pub.pipe = c->pipes = true;
	}
	if (!file || !file->pub.pipe || ask->x.version != 1)
		return NULL;
	if (!file->pipe)
		file->pipe = smb_context_alloc(c->context, sizeof(*file->pipe));
	return file->pipe;
}

void
smb_pipe_free(SmbConnection *c, SmbPipe *pipe)
{
	smb_context_release(c->context, pipe, sizeof(*pipe));
}

static SmbRpcFacts *
facts_of(SmbConnection *c, SmbAsk *ask)
{
	if (!ask->rpc) {
		ask->rpc = smb_context_alloc(c->context, sizeof(*ask->rpc));
		ask->rpc->opnum = -1;
		ask->x.rpc = ask->rpc;
	}
	return ask->rpc;
}

static const SmbRpcInterface *
context_find(const SmbPipe *pipe, uint16_t id)
{
	for (uint32_t i = 0; i < pipe->n_contexts; i++)
		if (pipe->contexts[i].context_id == id)
			return &pipe->contexts[i];
	return NULL;
}

/* An id that is bound again stands for the new interface. */
static void
context_set(SmbConnection *c, SmbPipe *pipe, const SmbRpcInterface *interface)
{
	uint32_t at = 0;

	while (at < pipe->n_contexts && pipe->contexts[at].context_id != interface->context_id)
		at++;
	if (at == SMB_RPC_INTERFACES) {
		smb_connection_limit(c);
		return;
	}
	pipe->contexts[at] = *interface;
	if (at == pipe->n_contexts)
		pipe->n_contexts++;
}

/* ---- what is written ---- */

static void
on_bind(SmbConnection *c, SmbPipe *pipe, DcePdu *pdu, SmbRpcFacts *facts)
{
	DceContext context;

	pipe->n_bound = 0;
	for (unsigned i = 0; i < pdu->n_contexts && dce_next_context(pdu, &context); i++) {
		SmbRpcInterface *bound = &pipe->bound[pipe->n_bound];

		if (pipe->n_bound == SMB_RPC_INTERFACES) {
			smb_connection_limit(c);
			break;
		}
		*bound = (SmbRpcInterface){ .context_id = context.id,
					    .version = context.interface.version,
					    .version_minor = context.interface.version_minor,
					    .name = dce_interface_name(context.interface.uuid) };
		smb_span_copy((SmbSpan){ context.interface.uuid, 16 }, bound->uuid, 16);
		context_set(c, pipe, bound);
		facts->interfaces[pipe->n_bound++] = *bound;
	}
	facts->n_interfaces = pipe->n_bound;
}

static void
name_call(const SmbPipe *pipe, uint16_t context_id, uint16_t opnum, SmbRpcFacts *facts)
{
	const SmbRpcInterface *interface = context_find(pipe, context_id);

	facts->opnum = opnum;
	if (!interface)
		return;
	facts->interface = interface->name;
	facts->operation = dce_operation_name(interface->uuid, opnum);
	facts->interfaces[0] = *interface;
	facts->n_interfaces = 1;
	facts->called = true;
}

static void
on_request(SmbConnection *c, SmbPipe *pipe, const DcePdu *pdu, SmbRpcFacts *facts)
{
	facts->request_stub = pdu->stub_length;
	name_call(pipe, pdu->context_id, pdu->opnum, facts);
	if (pipe->n_calls == CALLS) { /* the oldest has the least chance to be answered yet */
		smb_connection_limit(c);
		memmove(pipe->calls, pipe->calls + 1, (CALLS - 1) * sizeof(Call));
		pipe->n_calls--;
	}
	pipe->calls[pipe->n_calls++] = (Call){ pdu->call_id, pdu->context_id, pdu->opnum };
}

/* ---- what is read ---- */

static void
on_bind_answer(SmbPipe *pipe, DcePdu *pdu, SmbRpcFacts *facts)
{
	DceResult result;

	for (unsigned i = 0; i < pdu->n_contexts && i < pipe->n_bound; i++) {
		if (!dce_next_result(pdu, &result))
			break;
		pipe->bound[i].answered = true;
		pipe->bound[i].result = result.result;
		pipe->bound[i].reason = result.reason;
	}
	for (uint32_t i = 0; i < pipe->n_bound; i++)
		facts->interfaces[i] = pipe->bound[i];
	facts->n_interfaces = pipe->n_bound;
}

static void
on_answer(SmbPipe *pipe, const DcePdu *pdu, SmbRpcFacts *facts)
{
	facts->response_stub = pdu->stub_length;
	facts->fault = pdu->status;
	for (uint32_t i = 0; i < pipe->n_calls; i++) {
		if (pipe->calls[i].call_id != pdu->call_id)
			continue;
		name_call(pipe, pipe->calls[i].context_id, pipe->calls[i].opnum, facts);
		pipe->n_calls--;
		memmove(pipe->calls + i, pipe->calls + i + 1, (pipe->n_calls - i) * sizeof(Call));
		return;
	}
}

/* ---- both ---- */

static void
on_pdu(SmbConnection *c, SmbAsk *ask, SmbPipe *pipe, SmbDir dir, DcePdu *pdu)
{
	bool call = pdu->type == DCE_REQUEST || pdu->type == DCE_RESPONSE;
	SmbRpcFacts *facts;

	if (call && !(pdu->flags & DCE_FIRST_FRAG))
		return;
	facts = facts_of(c, ask);
	*(dir == SMB_TO_SERVER ? &facts->request : &facts->response) = dce_type_name(pdu->type);
	facts->call_id = pdu->call_id;
	if (pdu->type == DCE_BIND || pdu->type == DCE_ALTER_CONTEXT)
		on_bind(c, pipe, pdu, facts);
	else if (pdu->type == DCE_BIND_ACK || pdu->type == DCE_ALTER_CONTEXT_RESPONSE)
		on_bind_answer(pipe, pdu, facts);
	else if (pdu->type == DCE_REQUEST)
		on_request(c, pipe, pdu, facts);
	else if (pdu->type == DCE_RESPONSE || pdu->type == DCE_FAULT)
		on_answer(pipe, pdu, facts);
}

/*
 * The bytes of one write or read. PDUs need not begin where it begins: a long one is read in
 * pieces, several short ones are written at once. Where a PDU should begin and none does, the rest
 * of these bytes is let go.
 */
static void
feed(SmbConnection *c, SmbAsk *ask, SmbDir dir, SmbSpan data, uint32_t total)
{
	SmbReader r = smb_reader_new(data.ptr, data.len, total);
	SmbPipe *pipe = data.len ? pipe_of(c, ask) : NULL;
	DcePdu pdu;

	if (!pipe)
		return;
	while (r.pos < r.end) {
		uint32_t behind = r.end - r.pos;

		if (!pipe->left[dir]) {
			if (!dce_pdu_read(r, &pdu))
				return;
			on_pdu(c, ask, pipe, dir, &pdu);
			pipe->left[dir] = pdu.fragment_length;
		}
		if (behind > pipe->left[dir])
			behind = pipe->left[dir];
		pipe->left[dir] -= behind;
		smb_reader_skip(&r, behind);
		if (r.status !=
		    SMB_READ_OK) { /* bytes that are not here: the next write begins anew */
			pipe->left[dir] = 0;
			return;
		}
	}
}

/* A raw write that begins a message has the message's length before it. */
static SmbSpan
without_length(SmbSpan data, uint32_t *total)
{
	SmbReader r = smb_reader_from_span(data);
	uint16_t length = smb_reader_le16(&r);
	DcePdu pdu;

	if (length != *total - MESSAGE_LENGTH || !dce_pdu_read(r, &pdu))
		return data;
	*total -= MESSAGE_LENGTH;
	return smb_span_after(data, MESSAGE_LENGTH);
}

void
smb_pipe_written(SmbConnection *c, SmbAsk *ask, SmbSpan data, uint32_t total)
{
	if (total > MESSAGE_LENGTH)
		data = without_length(data, &total);
	feed(c, ask, SMB_TO_SERVER, data, total);
}

void
smb_pipe_read(SmbConnection *c, SmbAsk *ask, SmbSpan data, uint32_t total)
{
	feed(c, ask, SMB_TO_CLIENT, data, total);
}

static bool
is_pipe(SmbConnection *c, uint64_t fid)
{
	const SmbFileEntry *file = smb_state_file(c, fid, 0);

	return file && file->pub.pipe;
}

bool
smb_pipe_carries(SmbConnection *c, SmbDir dir, SmbSpan first)
{
	SmbReader r = smb_reader_from_span(first);
	uint8_t command;
	uint16_t mid;

	smb_reader_seek(&r, HEADER_COMMAND);
	command = smb_reader_u8(&r);
	if (dir == SMB_TO_SERVER) {
		if (command != COM_WRITE && command != COM_WRITE_ANDX)
			return false;
		smb_reader_seek(&r, command == COM_WRITE ? WORDS : ANDX_WORDS);
		return is_pipe(c, smb_reader_le16(&r));
	}
	if (command != COM_READ && command != COM_READ_ANDX)
		return false;
	smb_reader_seek(&r, HEADER_MID);
	mid = smb_reader_le16(&r);
	for (const SmbPending *p = c->oldest; p; p = p->next)
		if (p->mid == mid && p->command == command && p->asks)
			return p->asks->x.has_fid && is_pipe(c, p->asks->x.fid);
	return false;
}
