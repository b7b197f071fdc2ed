/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An append buffer in front of a destination. The first error of the destination is latched, and
 * everything after it is dropped, so callers need not check. Only whole lines are written: a flush
 * writes up to the last newline.
 *
 * The writer owns its buffer and borrows the destination. There is one for a run's report (an audit
 * with --every has one for each report). Sinks append to out_writer_buffer and call
 * out_writer_record after each record.
 */
#pragma once

#include "output/base/buffer.h"
#include "output/base/destination.h"
#include "output/base/text.h"

typedef struct OutWriter OutWriter;

/* A writer for a destination. `line`: flush after every record (live, terminals). */
OutWriter *out_writer_new_to(OutDestination *to, bool line);
/* A writer on a descriptor (borrowed) and nothing else. */
OutWriter *out_writer_new(int fd, bool line);
/* `fn` is called once, before the first byte is written. */
void out_writer_before(OutWriter *self, void (*fn)(void *user), void *user);
/* `fn` is called before a part ends: it may append the last lines of the part. */
void out_writer_on_turn(OutWriter *self, void (*fn)(void *user), void *user);
/* Where to append, whole lines. */
OutBuffer *out_writer_buffer(OutWriter *self);
/* A record is complete: flushes where 64 KiB or a line are due. Here a part may end. */
void out_writer_record(OutWriter *self);
/* Writes all whole lines. */
void out_writer_flush(OutWriter *self);
/* The same, and tries at once what waited for a better moment: before the last record. */
void out_writer_sync(OutWriter *self);
/* The same before the last record of all: no part begins any more, so that it ends the one in work. */
void out_writer_last(OutWriter *self);
/* Live, several times a second, between records: flushes, and does what is due by the clock. */
void out_writer_tick(OutWriter *self);
/* Between records: ends the part in work and begins another, or opens the file anew. */
void out_writer_turn(OutWriter *self);
/* How far it is, with what is in the buffer. */
void out_writer_written(OutWriter *self, OutWritten *ret_written);
/* The first errno, or 0. */
int out_writer_error(const OutWriter *self);
/* Bytes that the buffer and the destination hold. */
size_t out_writer_memory(const OutWriter *self);
/* Flushes and frees; NULL is allowed. */
void out_writer_free(OutWriter *self);
