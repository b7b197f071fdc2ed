/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of writes, which the server has not taken before it answers, and of reads that come in
 * several responses. What waits counts in SmbContext.data, up to SmbLimits.data for all connections.
 */
#include <glib.h>

#include "dissect/conversation/exchange/exchange.h"

struct SmbData {
	uint32_t len, cap;
	uint8_t bytes[];
};

/* Room for the next pieces, where several come: half as much again, so that few are copied often. */
enum { GROWTH_MIN = SMB_CAP(65536, 64) };

static SmbData *
data_new(SmbContext *context, uint32_t cap)
{
	SmbData *self = smb_context_alloc(context, sizeof(SmbData) + cap);

	self->cap = cap;
	context->data += cap;
	return self;
}

static void
data_free(SmbContext *context, SmbData *self)
{
	context->data -= self->cap;
	smb_context_release(context, self, sizeof(SmbData) + self->cap);
}

void
smb_data_drop(SmbContext *context, SmbRequest *req)
{
	data_free(context, req->data);
	req->data = NULL;
}

/* False if there is no room. */
static bool
make_room(SmbConnection *c, SmbRequest *req, uint32_t len)
{
	SmbContext *context = c->context;
	SmbData *old = req->data, *data;
	uint32_t before = old ? old->cap : 0;
	uint32_t cap = old ? before + MAX(len, MAX(before / 2, GROWTH_MIN)) : len;

	if (old && len <= old->cap - old->len)
		return true;
	if (cap < before || context->data + cap > context->config.limits.data)
		return false;
	data = data_new(context, cap);
	if (old) {
		data->len = smb_span_copy((SmbSpan){ old->bytes, old->len }, data->bytes, cap);
		data_free(context, old);
	}
	req->data = data;
	return true;
}

void
smb_data_give_up(SmbConnection *c, SmbRequest *req)
{
	if (!c->context->config.keep_data || req->x.io.data_dropped)
		return;
	req->x.io.data = (SmbSpan){ NULL, 0 };
	req->x.io.data_dropped = true;
	smb_connection_limit(c);
}

void
smb_data_keep(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind)
{
	SmbIoFacts *io = &req->x.io;

	if (!c->context->config.keep_data || !bytes.len || io->data_dropped)
		return;
	if (behind != (req->data ? req->data->len : 0) || !make_room(c, req, bytes.len)) {
		io->data_dropped = true; /* what came before it stays */
		smb_connection_limit(c);
		return;
	}
	req->data->len += smb_span_copy(bytes, req->data->bytes + req->data->len, bytes.len);
	io->data = (SmbSpan){ req->data->bytes, req->data->len };
}

void
smb_data_show(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind)
{
	if (!c->context->config.keep_data || !smb_was_asked(&req->x))
		return;
	if (req->data || behind)
		smb_data_keep(c, req, bytes, behind);
	else
		req->x.io.data = bytes;
}
