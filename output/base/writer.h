/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An append buffer in front of a file descriptor. The first error of the descriptor is latched, and
 * everything after it is dropped, so callers need not check. Only whole lines are written: a flush
 * writes up to the last newline.
 *
 * The writer owns its buffer and borrows the descriptor. There is one for a run's report (an audit
 * with --every has one for each report). Sinks append to out_writer_buffer and call
 * out_writer_record after each record.
 */
#pragma once

#include "output/base/buffer.h"
#include "output/base/text.h"

typedef struct OutWriter OutWriter;

/* A writer on a descriptor. `line`: flush after every record (live, terminals). */
OutWriter *out_writer_new(int fd, bool line);
/* `fn` is called once, before the first byte is written. */
void out_writer_before(OutWriter *self, void (*fn)(void *user), void *user);
/* Where to append, whole lines. */
OutBuffer *out_writer_buffer(OutWriter *self);
/* A record is complete: flushes where 64 KiB or a line are due. */
void out_writer_record(OutWriter *self);
/* Writes all whole lines. */
void out_writer_flush(OutWriter *self);
/* The first errno, or 0. */
int out_writer_error(const OutWriter *self);
/* Flushes and frees; NULL is allowed. */
void out_writer_free(OutWriter *self);
