/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests and their exchanges: memory that is recycled, texts that outlive their message, and what
 * every exchange has, whatever its command.
 */
#include "dissect/conversation/exchange/pending.h"

enum { FREE_MAX = SMB_CAP(256, 0) }; /* requests, and pendings, kept for the next message */

/* ---- memory ---- */

void
smb_exchange_shared_new(SmbContext *context)
{
	context->exchange = smb_context_alloc(context, sizeof(*context->exchange));
}

void
smb_exchange_shared_free(SmbContext *context)
{
	SmbExchangeShared *self = context->exchange;

	smb_token_done(context);
	while (self->free_requests) {
		SmbRequest *req = self->free_requests;

		self->free_requests = req->next;
		smb_context_release(context, req, sizeof(*req));
	}
	while (self->free_pending) {
		SmbPending *p = self->free_pending;

		self->free_pending = p->next;
		smb_context_release(context, p, sizeof(*p));
	}
	smb_context_release(context, self, sizeof(*self));
	context->exchange = NULL;
}

/*
 * Requests are recycled, because every request message needs one. Only fields that are read before
 * they are written are zeroed.
 */
static SmbRequest *
take_free(SmbContext *context)
{
	SmbRequest *req = context->exchange->free_requests;

	if (!req)
		return smb_context_alloc(context, sizeof(SmbRequest));
	context->exchange->free_requests = req->next;
	context->exchange->n_free_requests--;
	memset(req, 0, offsetof(SmbRequest, spill));
	return req;
}

static void
free_rpc(SmbContext *context, SmbRequest *req)
{
	while (req->calls) {
		SmbRpcCall *call = req->calls;

		req->calls = call->next;
		smb_context_unref(context, call->name);
		smb_context_unref(context, call->target);
		smb_context_release(context, call, sizeof(*call));
	}
	smb_context_release(context, req->rpc, sizeof(*req->rpc));
}

void
smb_request_free(SmbContext *context, SmbRequest *req)
{
	for (uint32_t i = 0; i < req->n_spill; i++)
		smb_context_unref(context, req->spill[i]);
	if (req->rpc)
		free_rpc(context, req);
	if (req->data)
		smb_data_drop(context, req);
	if (context->exchange->n_free_requests == FREE_MAX) {
		smb_context_release(context, req, sizeof(SmbRequest));
		return;
	}
	req->n_spill = 0;
	req->next = context->exchange->free_requests;
	context->exchange->free_requests = req;
	context->exchange->n_free_requests++;
}

SmbPending *
smb_pending_alloc(SmbContext *context)
{
	SmbPending *p = context->exchange->free_pending;

	if (!p)
		return smb_context_alloc(context, sizeof(*p));
	context->exchange->free_pending = p->next;
	context->exchange->n_free_pending--;
	*p = (SmbPending){ 0 };
	return p;
}

void
smb_pending_release(SmbContext *context, SmbPending *p)
{
	if (context->exchange->n_free_pending == FREE_MAX) {
		smb_context_release(context, p, sizeof(*p));
		return;
	}
	p->next = context->exchange->free_pending;
	context->exchange->free_pending = p;
	context->exchange->n_free_pending++;
}

void
smb_request_keep(SmbContext *context, SmbRequest *req, SmbText *text)
{
	uint32_t len = text->bytes.len;

	if (!text->bytes.ptr)
		return;
	if (len <= SMB_REQUEST_TEXT - req->used) {
		smb_span_copy(text->bytes, req->text + req->used, len);
		text->bytes.ptr = req->text + req->used;
		req->used += len;
	} else if (req->n_spill < SMB_REQUEST_SPILL) {
		SmbString *string = smb_context_string(context, *text);

		req->spill[req->n_spill++] = string;
		*text = smb_string_text(string);
	} else {
		*text = (SmbText){ { NULL, 0 }, SMB_TEXT_UTF8 };
		req->x.incomplete |= SMB_INCOMPLETE_LIMIT;
		context->limits++;
	}
}

SmbAttempt *
smb_request_release_attempt(SmbRequest *req)
{
	SmbAttempt *attempt = req->attempt;

	req->attempt = NULL;
	req->carries = false;
	return attempt;
}

/* ---- exchanges ---- */

static void
take_ids(SmbExchange *x, const SmbMessage *m, const SmbBlock *block, uint32_t index)
{
	x->version = m->version;
	x->command = block->command;
	x->command_name = block->name;
	x->chain_index = (uint8_t)index;
	x->chain_length = (uint8_t)m->n_blocks;
	x->incomplete |= m->incomplete;
	x->anomalies |= m->anomalies;
	x->signature = m->signature_check;
	x->decrypted = m->decrypted;
	x->pid = m->pid;
	x->uid = m->uid;
	x->mid = m->mid;
	x->tid = m->tid;
}

SmbRequest *
smb_request_new(SmbConnection *c, const SmbMessage *m, uint32_t block)
{
	SmbRequest *req = take_free(c->context);

	take_ids(&req->x, m, &m->blocks[block], block);
	memcpy(req->signature, m->signature, sizeof(req->signature));
	return req;
}

void
smb_exchange_begin(SmbExchange *x, SmbStep step)
{
	x->step = step;
	switch (step) {
	case SMB_STEP_NEGOTIATE:
		x->negotiate.index = -1;
		break;
	case SMB_STEP_SESSION_SETUP:
		x->session.lm_length = x->session.nt_length = -1;
		break;
	case SMB_STEP_TREE_CONNECT:
	case SMB_STEP_OPEN:
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		break;
	default:
		x->other.function = x->other.level = -1;
	}
}

void
smb_exchange_forget(SmbExchange *x)
{
	const size_t facts = offsetof(SmbExchange, negotiate); /* the union's first */

	memset((uint8_t *)x + facts, 0, sizeof(*x) - facts);
}
