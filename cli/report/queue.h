/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lines on their way to a socket, in room of a fixed size. What a connection took of a line that it
 * did not take to its end is sent again from the beginning of the line, on the next one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	char *bytes;
	size_t size;
	size_t head; /* of the first line that was not sent to its end */
	size_t at;   /* of the first byte that was not sent */
	size_t end;
} CliQueue;

void cli_queue_init(CliQueue *self, size_t size);
void cli_queue_clear(CliQueue *self);

/* Bytes that wait, those included that were sent of an unfinished line. */
static inline size_t
cli_queue_length(const CliQueue *self)
{
	return self->end - self->head;
}

/* Appends n bytes of whole lines; false, and none of them, if there is no room for all. */
bool cli_queue_put(CliQueue *self, const char *lines, size_t n);
/* The bytes to send next, and how many; `line`: up to the end of the first line. */
const char *cli_queue_next(const CliQueue *self, bool line, size_t *ret_n);
/* n of them were sent. Returns how many lines that finished, *ret_bytes their size. */
uint64_t cli_queue_sent(CliQueue *self, size_t n, size_t *ret_bytes);
/* The connection is gone: begins again with a whole line. */
void cli_queue_rewind(CliQueue *self);
