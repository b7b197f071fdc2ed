/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of writes, which the server has not taken before it answers, and of reads that come in
 * several responses. What waits counts in SmbContext.data, up to SmbLimits.data for all connections:
 * then what waits for longest is given up, for its answer is least likely to come. Otherwise whoever
 * asks and gets no answer would keep the data of all others out.
 */
#include <glib.h>
#include <string.h>

#include "dissect/conversation/exchange/exchange.h"

/*
 * Pieces behind a hole that wait for it to be filled, and how far they may be: the counts of READ_MPX
 * and WRITE_MPX, the only ones whose pieces come in any order, have two bytes.
 */
enum { AHEAD_MAX = SMB_CAP(32, 2), SPREAD_MAX = UINT16_MAX };

typedef struct {
	uint32_t from, to;
} Range;

struct SmbData {
	SmbData *older, *newer; /* of all in the context */
	/* Borrowed: the request frees its data before it goes, and so before its connection does. */
	SmbConnection *connection;
	SmbRequest *request;
	uint32_t len, cap; /* bytes from the first one on; room */
	uint32_t n_ahead;
	Range ahead[AHEAD_MAX]; /* in their order; none touches another, or the first bytes */
	uint8_t bytes[];
};

/* Room for the next pieces, where several come: half as much again, so that few are copied often. */
enum { GROWTH_MIN = SMB_CAP(65536, 64) };

/* One after the last byte that is there. */
static uint32_t
edge(const SmbData *self)
{
	return self->n_ahead ? self->ahead[self->n_ahead - 1].to : self->len;
}

static SmbData *
data_new(SmbConnection *c, SmbRequest *req, uint32_t cap)
{
	SmbContext *context = c->context;
	SmbData *self = smb_context_alloc(context, sizeof(SmbData) + cap);

	self->connection = c;
	self->request = req;
	self->len = self->n_ahead = 0;
	self->cap = cap;
	self->older = context->newest_data;
	self->newer = NULL;
	*(self->older ? &self->older->newer : &context->oldest_data) = self;
	context->newest_data = self;
	context->data += cap;
	return self;
}

static void
data_free(SmbContext *context, SmbData *self)
{
	*(self->older ? &self->older->newer : &context->oldest_data) = self->newer;
	*(self->newer ? &self->newer->older : &context->newest_data) = self->older;
	context->data -= self->cap;
	smb_context_release(context, self, sizeof(SmbData) + self->cap);
}

void
smb_data_drop(SmbContext *context, SmbRequest *req)
{
	data_free(context, req->data);
	req->data = NULL;
}

void
smb_data_give_up(SmbConnection *c, SmbRequest *req)
{
	if (!c->context->config.keep_data)
		return;
	req->x.io.data = (SmbSpan){ NULL, 0 };
	if (!req->x.io.data_dropped)
		smb_connection_limit(c);
	req->x.io.data_dropped = true;
}

/* Gives up what waits for longest, but not the data of req, until there is room for so much. */
static bool
push_out(SmbContext *context, const SmbRequest *req, uint64_t cap)
{
	SmbData *data = context->oldest_data;
	uint64_t own = req->data ? req->data->cap : 0; /* until it is copied */

	if (own + cap > context->config.limits.data)
		return false;
	while (data && context->data + cap > context->config.limits.data) {
		SmbData *newer = data->newer;

		if (data->request != req) {
			smb_data_give_up(data->connection, data->request);
			smb_data_drop(context, data->request);
		}
		data = newer;
	}
	return true;
}

/* Room for so many bytes in all; false if there is none. */
static bool
make_room(SmbConnection *c, SmbRequest *req, uint64_t all)
{
	SmbContext *context = c->context;
	SmbData *old = req->data, *data;
	uint64_t before = old ? old->cap : 0;
	uint64_t cap = old ? MAX(all, before + MAX(before / 2, GROWTH_MIN)) : all;

	if (old && all <= before)
		return true;
	if (cap > UINT32_MAX || !push_out(context, req, cap))
		return false;
	data = data_new(c, req, (uint32_t)cap);
	if (old) {
		(void)smb_span_copy((SmbSpan){ old->bytes, edge(old) }, data->bytes, data->cap);
		memcpy(data->ahead, old->ahead, sizeof(data->ahead));
		data->n_ahead = old->n_ahead;
		data->len = old->len;
		data_free(context, old);
	}
	req->data = data;
	return true;
}

/* What is beyond a hole, or has no room, is left out; what is before it stays. */
static void
leave_out(SmbConnection *c, SmbRequest *req)
{
	req->x.io.data_dropped = true;
	smb_connection_limit(c);
}

void
smb_data_keep(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind)
{
	SmbIoFacts *io = &req->x.io;
	uint32_t len = req->data ? req->data->len : 0;

	if (!c->context->config.keep_data || !bytes.len || io->data_dropped)
		return;
	if (behind != len || !make_room(c, req, (uint64_t)len + bytes.len)) {
		leave_out(c, req);
		return;
	}
	req->data->len += smb_span_copy(bytes, req->data->bytes + len, bytes.len);
	io->data = (SmbSpan){ req->data->bytes, req->data->len };
}

/* ---- Pieces in any order ---- */

/* Of the pieces ahead, removes n at i and puts `count` (0 or 1) ranges there. */
static void
splice(SmbData *self, uint32_t i, uint32_t n, Range range, uint32_t count)
{
	memmove(&self->ahead[i + count], &self->ahead[i + n],
		(self->n_ahead - i - n) * sizeof(self->ahead[0]));
	if (count)
		self->ahead[i] = range;
	self->n_ahead += count - n;
}

/* Notes that these bytes are there. False if there are too many pieces. */
static bool
note(SmbData *self, Range range)
{
	uint32_t i = 0, n = 0;

	while (i < self->n_ahead && self->ahead[i].to < range.from)
		i++;
	for (; i + n < self->n_ahead && self->ahead[i + n].from <= range.to; n++) {
		range.from = MIN(range.from, self->ahead[i + n].from);
		range.to = MAX(range.to, self->ahead[i + n].to);
	}
	if (range.from <= self->len) {
		self->len = MAX(self->len, range.to);
		splice(self, i, n, range, 0);
		return true;
	}
	if (!n && self->n_ahead == AHEAD_MAX)
		return false;
	splice(self, i, n, range, 1);
	return true;
}

void
smb_data_put(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind)
{
	SmbIoFacts *io = &req->x.io;
	Range range = { (uint32_t)behind, (uint32_t)behind + bytes.len };

	if (!c->context->config.keep_data || !bytes.len || io->data_dropped)
		return;
	if (behind > SPREAD_MAX || bytes.len > SPREAD_MAX - behind ||
	    !make_room(c, req, range.to) || !note(req->data, range)) {
		leave_out(c, req);
		return;
	}
	(void)smb_span_copy(bytes, req->data->bytes + range.from, bytes.len);
	io->data = (SmbSpan){ req->data->bytes, req->data->len };
}

void
smb_data_move(SmbConnection *c, SmbRequest *req, uint64_t by)
{
	SmbData *data = req->data;
	Range first = { (uint32_t)by, (uint32_t)by };

	if (!data)
		return;
	if (req->x.io.data_dropped || by > SPREAD_MAX || edge(data) > SPREAD_MAX - by ||
	    !make_room(c, req, by + edge(data)) || req->data->n_ahead == AHEAD_MAX) {
		smb_data_give_up(c, req);
		return;
	}
	data = req->data;
	memmove(data->bytes + by, data->bytes, edge(data));
	for (uint32_t i = 0; i < data->n_ahead; i++) {
		data->ahead[i].from += (uint32_t)by;
		data->ahead[i].to += (uint32_t)by;
	}
	first.to += data->len;
	if (data->len)
		splice(data, 0, 0, first, 1);
	data->len = 0;
	req->x.io.data = (SmbSpan){ data->bytes, 0 };
}

void
smb_data_settle(SmbConnection *c, SmbRequest *req)
{
	if (req->data && req->data->n_ahead && !req->x.io.data_dropped)
		leave_out(c, req);
}

void
smb_data_show(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind)
{
	if (!c->context->config.keep_data || !smb_was_asked(&req->x))
		return;
	if (!req->data && !behind) {
		req->x.io.data = bytes;
		return;
	}
	smb_data_put(c, req, bytes, behind);
	smb_data_settle(c, req);
}
