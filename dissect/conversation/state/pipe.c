/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DCE/RPC on named pipes: which calls wait for their answer, and how far each direction of the pipe is
 * in a PDU. A call is named once the headers of its first fragment are complete, by what is bound on
 * the pipe (contexts.c).
 */
#include <glib.h>

#include "dissect/conversation/state/state.h"
#include "dissect/dcerpc/pdu.h"

enum {
	CALLS = SMB_CAP(16, 2),      /* of a pipe that wait for their answer */
	MORE_CALLS = SMB_CAP(32, 2), /* of an exchange, besides the one that it shows */
	HEAD = SMB_CAP(2048, 96),    /* bytes kept of a PDU whose beginning comes in pieces */
};

typedef struct {
	uint32_t call_id;
	uint16_t context_id, opnum;
} Call;

/* A call whose arguments come in several fragments. */
typedef struct {
	uint32_t call_id;
	uint32_t len;
	uint16_t context_id, opnum;
	bool waits; /* for the next fragment */
	uint8_t stub[HEAD];
} Fragments;

/* One direction of a pipe. */
typedef struct {
	uint32_t left;     /* bytes still to come of a PDU that was already parsed */
	uint64_t number;   /* of the connection on which the last bytes arrived, */
	uint64_t gaps;     /* and its gaps then */
	uint32_t head_len; /* of a PDU whose beginning is not complete */
	uint8_t head[HEAD];
} Flow;

/* One for all channels of its session: what is bound on one may be called on another. */
struct SmbPipe {
	uint32_t refs;
	SmbBindings bindings;
	Call calls[CALLS];
	uint32_t n_calls;
	Flow flows[2]; /* by SmbDir */
	Fragments fragments;
};

/* Signs of a pipe: a share that has only pipes or, if the share is not known, a pipe function. */
static bool
must_be_pipe(SmbConnection *c, const SmbExchange *x)
{
	const SmbTreeEntry *tree = smb_state_tree(c, x);

	if (tree && tree->pub.type != SMB_SHARE_UNKNOWN)
		return tree->pub.type == SMB_SHARE_PIPE;
	return x->command == (x->version == 1 ? SMB_COM_TRANSACTION : SMB2_IOCTL);
}

/* The tree was connected before the capture began, and the only data written are a bind. */
static bool
looks_like_pipe(SmbConnection *c, const SmbExchange *x, SmbReader data)
{
	DcePdu pdu;

	return !smb_state_tree(c, x) && dce_pdu_read(data, &pdu) && pdu.type == DCE_BIND &&
	       pdu.fragment_length == data.end && pdu.n_contexts > 0;
}

/* A file opened before the capture began is a pipe if it is used as one. */
static SmbPipe *
pipe_of(SmbConnection *c, SmbRequest *req, SmbReader data)
{
	SmbExchange *x = &req->x;
	SmbFileEntry *file = x->has_fid ? smb_state_file(c, x->fid, x->fid_persistent) : NULL;

	if (!x->has_fid)
		return NULL;
	if (!file || !file->pub.pipe) {
		if (!must_be_pipe(c, x) && !looks_like_pipe(c, x, data))
			return NULL;
		if (!file)
			file = smb_state_add_file(c, x, (SmbText){ .encoding = SMB_TEXT_UTF8 });
		file->pub.pipe = c->expected.pipes = true;
	}
	if (!file->pipe) {
		file->pipe = smb_context_alloc(c->context, sizeof(*file->pipe));
		smb_pipe_ref(file->pipe);
		smb_shared_set_pipe(c, file);
	}
	return file->pipe;
}

static SmbRpcFacts *
facts_of(SmbConnection *c, SmbRequest *req)
{
	if (!req->rpc) {
		req->rpc = smb_context_alloc(c->context, sizeof(*req->rpc));
		req->rpc->opnum = -1;
		req->x.rpc = req->rpc;
	}
	return req->rpc;
}

/* ---- what is written ---- */

static void
name_call(const SmbPipe *pipe, uint16_t context_id, uint16_t opnum, SmbRpcFacts *facts)
{
	const SmbRpcInterface *interface = smb_bindings_find(&pipe->bindings, context_id);

	facts->opnum = opnum;
	if (!interface)
		return;
	facts->interface = interface->name;
	facts->operation = dce_operation_name(interface->uuid, opnum);
	facts->interfaces[0] = *interface;
	facts->n_interfaces = 1;
	facts->called = true;
}

/* Keeps the stub of a fragment; false if that is all that can be had of the arguments. */
static bool
gather(Fragments *f, const DcePdu *pdu)
{
	SmbReader r = pdu->stub;
	SmbSpan bytes = smb_reader_rest(&r);

	f->len += smb_span_copy(bytes, f->stub + f->len, HEAD - f->len);
	return !(pdu->flags & DCE_LAST_FRAG) && bytes.len == pdu->stub_length && f->len < HEAD;
}

/* Whether those of a call can be read from what was kept of it. */
static bool
read_gathered(const Fragments *f, const DcePdu *pdu, SmbRpcFacts *facts)
{
	DcePdu whole = *pdu;

	whole.stub = smb_reader_new(f->stub, f->len, f->len);
	whole.opnum = f->opnum;
	return dce_arguments_read(&whole, facts->interface, &facts->arguments);
}

/* A call whose other fragments will not be looked at: that it may have been an attack is counted. */
static void
let_go(SmbConnection *c, Fragments *f)
{
	if (f->waits)
		smb_connection_limit(c);
	f->waits = false;
}

/* So long that what it says is beyond what is kept of it: that it may be an attack is counted. */
static void
too_long(SmbConnection *c)
{
	if (!(c->info.incomplete & SMB_INCOMPLETE_TRUNCATED))
		smb_connection_limit(c);
}

/*
 * Where the client cuts a call is its choice (C706 12.6.3.1), and could be in the middle of its
 * arguments. A call that is whole changes nothing for one that waits.
 */
static void
begin_fragments(SmbConnection *c, SmbPipe *pipe, const DcePdu *pdu, SmbRpcFacts *facts)
{
	Fragments *f = &pipe->fragments;

	if (pdu->flags & DCE_LAST_FRAG || !dce_arguments_are_read(facts->interface, pdu->opnum)) {
		(void)dce_arguments_read(pdu, facts->interface, &facts->arguments);
		if (facts->arguments.cut)
			too_long(c);
		return;
	}
	let_go(c, f);
	*f = (Fragments){ .call_id = pdu->call_id,
			  .context_id = pdu->context_id,
			  .opnum = pdu->opnum };
	f->waits = facts->arguments_follow = gather(f, pdu);
	if (f->waits)
		return;
	(void)dce_arguments_read(pdu, facts->interface, &facts->arguments);
	if (facts->arguments.cut)
		too_long(c);
}

static void
on_request(SmbConnection *c, SmbPipe *pipe, const DcePdu *pdu, SmbRpcFacts *facts)
{
	if (pdu->state != SMB_READ_OK) /* its operation is not here */
		return;
	name_call(pipe, pdu->context_id, pdu->opnum, facts);
	begin_fragments(c, pipe, pdu, facts);
	if (pipe->n_calls == CALLS) { /* the oldest is the least likely to be answered */
		smb_connection_limit(c);
		memmove(pipe->calls, pipe->calls + 1, (CALLS - 1) * sizeof(Call));
		pipe->n_calls--;
	}
	pipe->calls[pipe->n_calls++] = (Call){ pdu->call_id, pdu->context_id, pdu->opnum };
}

/* ---- what is read ---- */

/* The first of those that wait with this id; NULL: none. Whether there are several of them. */
static Call *
waiting_call(SmbPipe *pipe, uint32_t call_id, bool *ret_several)
{
	Call *found = NULL;

	*ret_several = false;
	for (uint32_t i = 0; i < pipe->n_calls; i++)
		if (pipe->calls[i].call_id == call_id) {
			*ret_several = found != NULL;
			found = found ? found : &pipe->calls[i];
		}
	return found;
}

/* A client may give several calls one id: what the answer says is then of one of them. */
static void
on_answer(SmbPipe *pipe, const DcePdu *pdu, SmbRpcFacts *facts)
{
	Call *call = waiting_call(pipe, pdu->call_id, &facts->ambiguous);

	facts->fault = pdu->status;
	if (pdu->type == DCE_RESPONSE)
		facts->has_result = dce_result_read(pdu, &facts->result);
	if (!call)
		return;
	name_call(pipe, call->context_id, call->opnum, facts);
	if (pdu->type == DCE_RESPONSE && !facts->ambiguous)
		facts->gives_handle = dce_given_handle_read(pdu, facts->interface, call->opnum,
							    facts->given_handle);
	pipe->n_calls--;
	memmove(call, call + 1, (size_t)(pipe->calls + pipe->n_calls - call) * sizeof(Call));
}

/* ---- both ---- */

/* What only a client sends is no call in a server's answer, and the other way round: C706 12.6.4. */
static void
take(SmbConnection *c, SmbPipe *pipe, SmbDir dir, DcePdu *pdu, SmbRpcFacts *facts)
{
	bool sent = dir == SMB_TO_SERVER;

	facts->call_id = pdu->call_id;
	if (sent && (pdu->type == DCE_BIND || pdu->type == DCE_ALTER_CONTEXT))
		smb_bindings_asked(c, &pipe->bindings, pdu, facts);
	else if (!sent && (pdu->type == DCE_BIND_ACK || pdu->type == DCE_ALTER_CONTEXT_RESPONSE))
		smb_bindings_answered(&pipe->bindings, pdu, facts);
	else if (sent && pdu->type == DCE_REQUEST)
		on_request(c, pipe, pdu, facts);
	else if (!sent && (pdu->type == DCE_RESPONSE || pdu->type == DCE_FAULT))
		on_answer(pipe, pdu, facts);
}

static bool
is_call(const char *type)
{
	return type == dce_type_name(DCE_REQUEST) || type == dce_type_name(DCE_RESPONSE) ||
	       type == dce_type_name(DCE_FAULT);
}

static SmbString *
own(SmbConnection *c, SmbText *text)
{
	SmbString *string = text->bytes.ptr ? smb_context_string(c->context, *text) : NULL;

	*text = smb_string_text(string);
	return string;
}

/* Whoever puts a telling call behind the one that the exchange shows, or its answer, hides none. */
static void
add_call(SmbConnection *c, SmbRequest *req, const SmbRpcFacts *facts, SmbDir dir, const DcePdu *pdu)
{
	SmbRpcCall **last = &req->calls, *call;
	const SmbRpcFacts **shown = &req->rpc->more;
	uint32_t n = 0;

	if (!dce_interface_is_telling(facts->interface))
		return;
	for (; *last; last = &(*last)->next, n++)
		shown = &(*last)->facts.more;
	if (n == MORE_CALLS) {
		smb_connection_limit(c);
		return;
	}
	call = *last = smb_context_alloc(c->context, sizeof(*call));
	call->facts = *facts;
	*(dir == SMB_TO_SERVER ? &call->facts.request : &call->facts.response) =
		dce_type_name(pdu->type);
	call->name = own(c, &call->facts.arguments.name);
	call->target = own(c, &call->facts.arguments.target);
	*shown = &call->facts;
}

/* The next fragment of a call: the exchange with the end of its arguments has them. */
static void
on_fragment(SmbConnection *c, SmbRequest *req, SmbPipe *pipe, const DcePdu *pdu)
{
	Fragments *f = &pipe->fragments;
	SmbRpcFacts *facts = req->rpc, found = { 0 };
	bool more, other;

	if (!f->waits || pdu->type != DCE_REQUEST || pdu->call_id != f->call_id)
		return;
	more = gather(f, pdu);
	other = facts && facts->request &&
		!(facts->arguments_follow && facts->call_id == f->call_id);
	name_call(pipe, f->context_id, f->opnum, &found);
	if (!(read_gathered(f, pdu, &found) && !other) && more)
		return;
	f->waits = false;
	if (f->len == HEAD && !read_gathered(f, pdu, &found) && !found.arguments.sealed)
		too_long(c);
	if (other) {
		found.call_id = f->call_id;
		add_call(c, req, &found, SMB_TO_SERVER, pdu);
		return;
	}
	facts = facts_of(c, req);
	facts->request = dce_type_name(DCE_REQUEST);
	facts->call_id = f->call_id;
	facts->arguments_follow = false;
	name_call(pipe, f->context_id, f->opnum, facts);
	facts->arguments = found.arguments;
	smb_request_keep(c->context, req, &facts->arguments.name);
	smb_request_keep(c->context, req, &facts->arguments.target);
}

/*
 * The call that an exchange shows has its arguments as soon as they can be read: what comes after
 * them, if it ever does, could only hide them.
 */
static void
settle_arguments(SmbConnection *c, SmbRequest *req, SmbPipe *pipe, const DcePdu *pdu)
{
	SmbRpcFacts *facts = req->rpc;

	if (facts->arguments_follow && read_gathered(&pipe->fragments, pdu, facts))
		facts->arguments_follow = pipe->fragments.waits = false;
	smb_request_keep(c->context, req, &facts->arguments.name);
	smb_request_keep(c->context, req, &facts->arguments.target);
}

/* What a server answers to an earlier call says nothing of the one that was written, nor what it is. */
static bool
answers_another(const SmbRpcFacts *facts, SmbDir dir, const DcePdu *pdu)
{
	return dir == SMB_TO_CLIENT && is_call(facts->request) &&
	       is_call(dce_type_name(pdu->type)) && pdu->call_id != facts->call_id;
}

/* One that is not shown: it is counted, its response is paired, and it may be telling. */
static void
take_another(SmbConnection *c, SmbRequest *req, SmbPipe *pipe, SmbDir dir, DcePdu *pdu)
{
	SmbRpcFacts facts = { 0 };

	if (is_call(dce_type_name(pdu->type)) &&
	    (dir == SMB_TO_SERVER || !is_call(req->rpc->request)))
		req->rpc->more_calls++;
	take(c, pipe, dir, pdu, &facts);
	if (facts.called && !facts.arguments_follow)
		add_call(c, req, &facts, dir, pdu);
}

/* An exchange shows one call: the first of those that were written or, if none was, read at once. */
static void
on_pdu(SmbConnection *c, SmbRequest *req, SmbPipe *pipe, SmbDir dir, DcePdu *pdu)
{
	bool call = pdu->type == DCE_REQUEST || pdu->type == DCE_RESPONSE;
	SmbRpcFacts *facts;
	const char **type;

	if (call && !(pdu->flags & DCE_FIRST_FRAG)) {
		if (dir == SMB_TO_SERVER)
			on_fragment(c, req, pipe, pdu);
		return;
	}
	facts = facts_of(c, req);
	type = dir == SMB_TO_SERVER ? &facts->request : &facts->response;
	if (is_call(*type) || answers_another(facts, dir, pdu)) {
		take_another(c, req, pipe, dir, pdu);
		return;
	}
	*type = dce_type_name(pdu->type);
	take(c, pipe, dir, pdu, facts);
	if (dir == SMB_TO_SERVER)
		settle_arguments(c, req, pipe, pdu);
}

/* Whether its stub is of interest, and may come in a later write. */
static bool
has_arguments(const SmbPipe *pipe, const DcePdu *pdu)
{
	const SmbRpcInterface *interface = smb_bindings_find(&pipe->bindings, pdu->context_id);

	if (pdu->type != DCE_REQUEST || pdu->state != SMB_READ_OK)
		return false;
	if (!(pdu->flags & DCE_FIRST_FRAG))
		return pipe->fragments.waits && pipe->fragments.call_id == pdu->call_id;
	return interface && dce_arguments_are_read(interface->name, pdu->opnum);
}

/* The same of an answer, and a later read: the end of what answers such a call. */
static bool
has_outcome(SmbPipe *pipe, const DcePdu *pdu)
{
	const SmbRpcInterface *interface;
	const Call *call;
	bool several;

	if (pdu->type != DCE_RESPONSE || !(pdu->flags & DCE_FIRST_FRAG))
		return false;
	call = waiting_call(pipe, pdu->call_id, &several);
	interface = call ? smb_bindings_find(&pipe->bindings, call->context_id) : NULL;
	return interface && dce_arguments_are_read(interface->name, call->opnum);
}

/* How many bytes of a PDU are needed: the headers of a call, with what is read of it; a bind's contexts. */
static uint32_t
bytes_needed(SmbPipe *pipe, SmbSpan head)
{
	enum { CALL_HEADERS = 40 }; /* with an object UUID: C706 12.6.4.9 */
	DcePdu pdu;

	if (head.len < DCE_HEADER_SIZE)
		return dce_pdu_may_begin(head) ? DCE_HEADER_SIZE : 0;
	if (!dce_pdu_read(smb_reader_from_span(head), &pdu))
		return 0;
	if ((pdu.type == DCE_REQUEST || pdu.type == DCE_RESPONSE || pdu.type == DCE_FAULT) &&
	    !(head.len >= CALL_HEADERS && head.len < pdu.fragment_length &&
	      (has_arguments(pipe, &pdu) || has_outcome(pipe, &pdu))))
		return MIN(pdu.fragment_length, CALL_HEADERS);
	return MIN(pdu.fragment_length, HEAD);
}

/*
 * Bytes that are written, of which nothing was kept, have calls, or say which they are. That others are
 * missing is told where they are.
 */
static void
not_read(SmbConnection *c, const SmbRequest *req, SmbDir dir)
{
	if (dir == SMB_TO_SERVER && !req->x.incomplete)
		smb_connection_limit(c);
}

/*
 * Reads at the start of a PDU, or after a start that was too short to read. Returns how many bytes
 * were consumed: all, if they are kept until more come or are not a PDU.
 */
static uint32_t
begin(SmbConnection *c, SmbRequest *req, SmbPipe *pipe, SmbDir dir, SmbSpan data, uint32_t missing)
{
	Flow *flow = &pipe->flows[dir];
	uint32_t had = flow->head_len, needed;
	SmbSpan head = data;
	DcePdu pdu;

	if (had) {
		flow->head_len += smb_span_copy(data, flow->head + had, HEAD - had);
		head = (SmbSpan){ flow->head, flow->head_len };
	}
	needed = bytes_needed(pipe, head);
	if (head.len < needed && !missing) {
		if (!had)
			flow->head_len = smb_span_copy(data, flow->head, HEAD);
		return data.len;
	}
	if (head.len < needed)
		not_read(c, req, dir);
	/* The rest of a call is not here, and not missing from it. */
	if (had && dir == SMB_TO_SERVER && flow->head_len == HEAD && !missing)
		missing = UINT16_MAX;
	flow->head_len = 0;
	if (!dce_pdu_read(smb_reader_new(head.ptr, head.len, head.len + missing), &pdu))
		return had ? 0 : data.len; /* these bytes may begin one without those before */
	flow->left = pdu.fragment_length -
		     had; /* had is less than needed: it would have been read */
	on_pdu(c, req, pipe, dir, &pdu);
	return 0;
}

/*
 * The bytes of one write or read. PDUs need not begin where it begins: a long one is read in
 * pieces, several short ones are written at once. If a PDU should begin but does not, the rest of
 * these bytes is dropped; after a loss the next bytes are expected to begin one.
 */
static void
feed(SmbConnection *c, SmbRequest *req, SmbDir dir, SmbSpan data, uint32_t total)
{
	SmbReader whole = smb_reader_new(data.ptr, data.len, total);
	bool any = data.len || (dir == SMB_TO_SERVER && total);
	SmbPipe *pipe = any ? pipe_of(c, req, whole) : NULL;
	uint32_t missing = total > data.len ? total - data.len : 0;
	Flow *flow;

	if (!pipe)
		return;
	flow = &pipe->flows[dir];
	if (flow->number == c->info.number && flow->gaps != c->info.gaps) {
		flow->left = flow->head_len = 0;
		if (dir == SMB_TO_SERVER)
			let_go(c, &pipe->fragments);
	}
	flow->number = c->info.number;
	flow->gaps = c->info.gaps;
	while (data.len) {
		uint32_t used = flow->left ? MIN(flow->left, data.len)
					   : begin(c, req, pipe, dir, data, missing);

		flow->left -= MIN(flow->left, used);
		data = smb_span_after(data, used);
	}
	if (flow->left < missing)
		not_read(c, req, dir);
	flow->left -= MIN(flow->left, missing);
}

void
smb_pipe_written(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total)
{
	if (req->x.version == 1)
		data = dce_without_length(data, &total);
	feed(c, req, SMB_TO_SERVER, data, total);
}

void
smb_pipe_later(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total)
{
	/* Its tree may be one that the same message connects to. */
	if (smb_state_tree(c, &req->x) && !smb_pipe_share(c, &req->x))
		return;
	req->written.bytes = data;
	req->written_total = total;
	smb_request_keep(c->context, req, &req->written);
}

void
smb_pipe_now(SmbConnection *c, SmbRequest *req)
{
	if (req->written_total)
		smb_pipe_written(c, req, req->written.bytes, req->written_total);
	req->written_total = 0;
}

void
smb_pipe_never(SmbConnection *c, const SmbRequest *req)
{
	if (req->written_total && !req->x.not_executed && dce_pdu_may_begin(req->written.bytes))
		smb_connection_limit(c);
}

void
smb_pipe_read(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total)
{
	feed(c, req, SMB_TO_CLIENT, data, total);
}

void
smb_pipe_ended(SmbConnection *c, SmbPipe *pipe)
{
	if (pipe)
		let_go(c, &pipe->fragments);
}

SmbPipe *
smb_pipe_ref(SmbPipe *pipe)
{
	if (pipe)
		pipe->refs++;
	return pipe;
}

void
smb_pipe_unref(SmbContext *context, SmbPipe *pipe)
{
	if (pipe && --pipe->refs == 0)
		smb_context_release(context, pipe, sizeof(*pipe));
}

bool
smb_pipe_is_used(const SmbPipe *pipe)
{
	return pipe->refs > 1;
}
