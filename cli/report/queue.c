/* SPDX-License-Identifier: BSD-3-Clause */
/* A bounded queue of lines. */
#include "cli/report/queue.h"

#include <glib.h>
#include <string.h>

#include "cli/report/loss.h"

void
cli_queue_init(CliQueue *self, size_t size)
{
	*self = (CliQueue){ .bytes = g_malloc(size), .size = size };
}

void
cli_queue_clear(CliQueue *self)
{
	g_free(self->bytes);
	*self = (CliQueue){ 0 };
}

/* To the front. */
static void
compact(CliQueue *self)
{
	memmove(self->bytes, self->bytes + self->head, self->end - self->head);
	self->at -= self->head;
	self->end -= self->head;
	self->head = 0;
}

bool
cli_queue_put(CliQueue *self, const char *lines, size_t n)
{
	if (n > self->size - cli_queue_length(self))
		return false;
	if (n > self->size - self->end)
		compact(self);
	memcpy(self->bytes + self->end, lines, n);
	self->end += n;
	return true;
}

const char *
cli_queue_next(const CliQueue *self, bool line, size_t *ret_n)
{
	const char *next = self->bytes + self->at;
	const char *newline;

	*ret_n = self->end - self->at;
	newline = line && *ret_n ? memchr(next, '\n', *ret_n) : NULL;
	if (newline)
		*ret_n = (size_t)(newline + 1 - next);
	return next;
}

uint64_t
cli_queue_sent(CliQueue *self, size_t n, size_t *ret_bytes)
{
	const char *from = self->bytes + self->at;
	const char *newline = n ? memrchr(from, '\n', n) : NULL;
	uint64_t lines = newline ? cli_loss_lines(from, n) : 0;
	size_t head = newline ? (size_t)(newline + 1 - self->bytes) : self->head;

	*ret_bytes = head - self->head;
	self->head = head;
	self->at += n;
	if (self->head == self->end)
		self->head = self->at = self->end = 0;
	return lines;
}

void
cli_queue_rewind(CliQueue *self)
{
	self->at = self->head;
}
