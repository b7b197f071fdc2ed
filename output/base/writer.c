/* SPDX-License-Identifier: BSD-3-Clause */
/* The buffer in front of a destination. */
#include "output/base/writer.h"

#include <glib.h>

#include "output/base/descriptor.h"

enum { FLUSH_AT = 64 * 1024 };

/* The simplest destination. */
typedef struct {
	OutDestination base;
	OutDescriptor to;
} Plain;

struct OutWriter {
	OutDestination *to;
	Plain plain; /* `to`, where there is no other */
	bool line;
	bool turning; /* a part is about to end */
	int error;    /* the first errno; nothing is written after it */
	OutBuffer buffer;
	void (*before)(void *user); /* NULL: nobody, or no longer */
	void *user;
	void (*on_turn)(void *user);
	void *turn_user;
};

static int
plain_write(OutDestination *to, const char *lines, size_t n)
{
	return out_descriptor_write(&((Plain *)to)->to, lines, n, NULL);
}

OutWriter *
out_writer_new_to(OutDestination *to, bool line)
{
	OutWriter *self = g_new0(OutWriter, 1);

	self->to = to;
	self->line = line;
	return self;
}

OutWriter *
out_writer_new(int fd, bool line)
{
	static const OutDestinationClass class = { .write = plain_write };
	OutWriter *self = out_writer_new_to(NULL, line);

	self->plain = (Plain){ .base = { &class }, .to = { .fd = fd } };
	self->to = &self->plain.base;
	return self;
}

void
out_writer_before(OutWriter *self, void (*fn)(void *user), void *user)
{
	self->before = fn;
	self->user = user;
}

void
out_writer_on_turn(OutWriter *self, void (*fn)(void *user), void *user)
{
	self->on_turn = fn;
	self->turn_user = user;
}

OutBuffer *
out_writer_buffer(OutWriter *self)
{
	return &self->buffer;
}

int
out_writer_error(const OutWriter *self)
{
	return self->error;
}

void
out_writer_flush(OutWriter *self)
{
	OutBuffer *b = &self->buffer;
	const char *newline = b->len ? memrchr(b->data, '\n', b->len) : NULL;
	size_t whole = newline ? (size_t)(newline + 1 - b->data) : 0;

	if (self->error) {
		b->len = 0;
		return;
	}
	if (!whole)
		return;
	if (self->before) {
		self->before(self->user);
		self->before = NULL;
	}
	self->error = self->to->class->write(self->to, b->data, whole);
	b->len -= whole;
	if (b->len)
		memmove(b->data, b->data + whole, b->len);
}

void
out_writer_turn(OutWriter *self)
{
	const OutDestinationClass *class = self->to->class;

	if (self->turning || !class->turn)
		return;
	self->turning = true;
	if (self->on_turn)
		self->on_turn(self->turn_user);
	out_writer_flush(self);
	if (!self->error)
		self->error = class->turn(self->to);
	self->turning = false;
}

static void
turn_if_due(OutWriter *self)
{
	const OutDestinationClass *class = self->to->class;

	if (!self->error && class->is_due && class->is_due(self->to))
		out_writer_turn(self);
}

void
out_writer_record(OutWriter *self)
{
	if (!self->line && self->buffer.len < FLUSH_AT && !self->error)
		return;
	out_writer_flush(self);
	turn_if_due(self);
}

void
out_writer_last(OutWriter *self)
{
	out_writer_sync(self);
	self->turning = true;
}

void
out_writer_sync(OutWriter *self)
{
	out_writer_flush(self);
	if (!self->error && self->to->class->sync)
		self->error = self->to->class->sync(self->to);
}

void
out_writer_tick(OutWriter *self)
{
	out_writer_flush(self);
	if (!self->error && self->to->class->tick)
		self->error = self->to->class->tick(self->to);
	turn_if_due(self);
}

void
out_writer_written(OutWriter *self, OutWritten *ret_written)
{
	*ret_written = (OutWritten){ 0 };
	if (!self->to->class->written)
		return;
	out_writer_flush(self);
	self->to->class->written(self->to, ret_written);
}

size_t
out_writer_memory(const OutWriter *self)
{
	const OutDestinationClass *class = self->to->class;

	return self->buffer.cap + (class->memory ? class->memory(self->to) : 0);
}

void
out_writer_free(OutWriter *self)
{
	if (!self)
		return;
	out_writer_flush(self);
	out_buffer_clear(&self->buffer);
	g_free(self);
}
