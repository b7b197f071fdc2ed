/* SPDX-License-Identifier: BSD-3-Clause */
#include <glib.h>

#include "dissect/conversation/datagram/datagram.h"
#include "dissect/wire/memory.h"

enum { FREE_MAX = SMB_CAP(256, 0) }; /* asks, and pendings, kept for the next request */

static uint32_t
or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static SmbLimits
limits_with_defaults(const SmbLimits *given)
{
	return (SmbLimits){
		.outstanding = or_default(given->outstanding, SMB_CAP(64, 3)),
		.users = or_default(given->users, SMB_CAP(16, 2)),
		.trees = or_default(given->trees, SMB_CAP(64, 2)),
		.files = or_default(given->files, SMB_CAP(256, 2)),
		.auths = or_default(given->auths, SMB_CAP(64, 1)),
		.dialects = or_default(given->dialects, SMB_CAP(64, 3)),
		.message = or_default(given->message, SMB_CAP(1 << 20, 1024)),
		.head = MAX(or_default(given->head, SMB_CAP(512, 128)), SMB_FIRST_BYTES),
		.name = or_default(given->name, SMB_CAP(2048, 24)),
		.token = or_default(given->token, SMB_CAP(1 << 16, 512)),
	};
}

SmbContext *
smb_context_new(const SmbConfig *config)
{
	SmbContext *self = g_new0(SmbContext, 1);

	self->config = *config;
	self->config.limits = limits_with_defaults(&config->limits);
	self->memory = smb_memory_cost(sizeof(SmbContext));
	return self;
}

size_t
smb_context_free(SmbContext *self)
{
	size_t left;

	if (!self)
		return 0;
	while (self->free_requests) {
		SmbRequest *req = self->free_requests;

		self->free_requests = req->next;
		smb_context_release(self, req, sizeof(*req));
	}
	while (self->free_pending) {
		SmbPending *p = self->free_pending;

		self->free_pending = p->next;
		smb_context_release(self, p, sizeof(*p));
	}
	smb_token_done(self);
	smb_fragment_free(self);
	smb_whois_free(self);
	left = self->memory - smb_memory_cost(sizeof(*self));
	g_free(self);
	return left;
}

size_t
smb_context_memory(const SmbContext *self)
{
	return self->memory;
}

uint64_t
smb_context_messages(const SmbContext *self)
{
	return self->messages;
}

uint64_t
smb_context_connections(const SmbContext *self)
{
	return self->connections;
}

uint64_t
smb_context_limits(const SmbContext *self)
{
	return self->limits;
}

void *
smb_context_alloc(SmbContext *self, size_t size)
{
	self->memory += smb_memory_cost(size);
	return g_malloc0(size);
}

void
smb_context_release(SmbContext *self, void *p, size_t size)
{
	if (!p)
		return;
	self->memory -= smb_memory_cost(size);
	g_free(p);
}

SmbString *
smb_context_string(SmbContext *self, SmbText text)
{
	SmbString *string = smb_string_new(text, self->config.limits.name);

	self->memory += smb_string_memory(string);
	return string;
}

void
smb_context_unref(SmbContext *self, SmbString *string)
{
	if (string && string->refs == 1)
		self->memory -= smb_string_memory(string);
	smb_string_unref(string);
}

void
smb_context_set_string(SmbContext *self, SmbString **slot, SmbText text)
{
	/* Every leg of a logon names the same system again. */
	if (*slot && text.bytes.ptr && (*slot)->encoding == text.encoding &&
	    smb_span_equal(smb_string_text(*slot).bytes, text.bytes))
		return;
	smb_context_unref(self, *slot);
	*slot = smb_context_string(self, text);
}

/*
 * Asks are recycled: one is needed for every request. Only what is read before it is written gets
 * zeroed.
 */
SmbRequest *
smb_request_new(SmbContext *context)
{
	SmbRequest *req = context->free_requests;

	if (!req)
		return smb_context_alloc(context, sizeof(SmbRequest));
	context->free_requests = req->next;
	context->n_free_requests--;
	memset(req, 0, offsetof(SmbRequest, spill));
	return req;
}

void
smb_request_free(SmbContext *context, SmbRequest *req)
{
	smb_attempt_unref(context, req->attempt);
	for (uint32_t i = 0; i < req->n_spill; i++)
		smb_context_unref(context, req->spill[i]);
	if (req->rpc)
		smb_context_release(context, req->rpc, sizeof(*req->rpc));
	if (context->n_free_requests == FREE_MAX) {
		smb_context_release(context, req, sizeof(SmbRequest));
		return;
	}
	req->n_spill = 0;
	req->next = context->free_requests;
	context->free_requests = req;
	context->n_free_requests++;
}

SmbPending *
smb_pending_alloc(SmbContext *context)
{
	SmbPending *p = context->free_pending;

	if (!p)
		return smb_context_alloc(context, sizeof(*p));
	context->free_pending = p->next;
	context->n_free_pending--;
	*p = (SmbPending){ 0 };
	return p;
}

void
smb_pending_release(SmbContext *context, SmbPending *p)
{
	if (context->n_free_pending == FREE_MAX) {
		smb_context_release(context, p, sizeof(*p));
		return;
	}
	p->next = context->free_pending;
	context->free_pending = p;
	context->n_free_pending++;
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
	}
}
