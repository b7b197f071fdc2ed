/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records that could not be written while a run goes on: counted, said on standard error when that
 * begins and when it is over, and told in the output itself, by a record `lost` (as text by a line)
 * at the place where they are missing.
 */
#pragma once

#include <glib.h>

#include "output/base/buffer.h"
#include "output/views/lost.h"

typedef struct {
	const char *name;                /* of the output, for messages; borrowed */
	bool json;                       /* else the output is text */
	OutLostFn put;                   /* JSON of a view (--as); NULL: ours */
	uint64_t records, bytes;         /* lost in the run */
	uint64_t new_records, new_bytes; /* of these, what the output does not tell yet */
	int64_t since_us;                /* real time at which the first of the new ones was lost */
	int code;                        /* an errno: why */
	bool silent;     /* what began was not said, because it was said a while ago */
	int64_t said_us; /* monotonic: when it was last said that something is lost; 0: never */
} CliLoss;

/* Whether something was lost that the output does not tell yet. */
static inline bool
cli_loss_pending(const CliLoss *self)
{
	return self->new_records > 0;
}

/*
 * Counts n bytes of whole lines as lost, because of `code`; `real_us` is the time of day, `now_us`
 * monotonic. Says it on standard error if it is the first of them, once a minute at most.
 */
void cli_loss_add(CliLoss *self, const char *lines, size_t n, int code, int64_t real_us,
		  int64_t now_us);
/* The same for what is only known by its count. */
void cli_loss_count(CliLoss *self, uint64_t records, uint64_t bytes, int code, int64_t real_us,
		    int64_t now_us);
/* Appends the record, or line, of what is not told yet. */
void cli_loss_put(const CliLoss *self, OutBuffer *b, int64_t real_us);
/* It was written: says on standard error that the output goes on. */
void cli_loss_told(CliLoss *self);

/* How many lines there are in n bytes. */
uint64_t cli_loss_lines(const char *lines, size_t n);
