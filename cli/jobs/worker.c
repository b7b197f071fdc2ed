/* SPDX-License-Identifier: BSD-3-Clause */
/* Tells what comes out of a capture. */
#include "cli/jobs/worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/jobs/wire.h"
#include "output/base/end.h"

struct CliWorker {
	OutDestination base; /* first */
	int fd;
	CliJobsShared *shared;
	uint64_t before; /* bytes of the files that were read */
	uint64_t last;   /* that were read of this one */
	uint64_t order;  /* --workers: of the item in work; 0: output is not taken apart */
	size_t waiting;  /* bytes of pieces */
	char pieces[1 + CLI_WIRE_CHUNK]; /* as a message: behind what it is */
	char message[1 + CLI_WIRE_CHUNK];
};

/* 0 or an errno. */
static int
send_message(const CliWorker *self, const char *message, size_t n)
{
	ssize_t written;

	do
		written = write(self->fd, message, n);
	while (written < 0 && errno == EINTR);
	return written < 0 ? errno : 0;
}

static int
tell(CliWorker *self, char what, const void *bytes, size_t n)
{
	self->message[0] = what;
	if (n)
		memcpy(self->message + 1, bytes, n);
	return send_message(self, self->message, 1 + n);
}

static int
tell_pieces(CliWorker *self)
{
	size_t n = self->waiting;

	self->waiting = 0;
	self->pieces[0] = CLI_WIRE_PIECES;
	return n ? send_message(self, self->pieces, 1 + n) : 0;
}

/* Output goes together with that of other items. */
static int
add_piece(CliWorker *self, const char *bytes, size_t n)
{
	enum { LEAST = 512 };
	int code = 0;

	while (n && !code) {
		CliWirePiece piece = { .order = self->order };
		size_t room = CLI_WIRE_CHUNK - self->waiting;
		char *to = self->pieces + 1 + self->waiting;

		if (room < sizeof(piece) + MIN(n, (size_t)LEAST)) {
			code = tell_pieces(self);
			continue;
		}
		piece.len = (uint32_t)MIN(n, room - sizeof(piece));
		piece.goes_on = piece.len < n;
		memcpy(to, &piece, sizeof(piece));
		memcpy(to + sizeof(piece), bytes, piece.len);
		self->waiting += sizeof(piece) + piece.len;
		bytes += piece.len;
		n -= piece.len;
	}
	return code;
}

static int
on_write(OutDestination *to, const char *lines, size_t n)
{
	int code = 0;

	if (((CliWorker *)to)->order)
		return add_piece((CliWorker *)to, lines, n);
	while (n && !code) {
		size_t part = MIN(n, (size_t)CLI_WIRE_CHUNK);

		code = tell((CliWorker *)to, CLI_WIRE_OUTPUT, lines, part);
		lines += part;
		n -= part;
	}
	return code;
}

static void
on_complaint(void *user, const char *text)
{
	(void)tell(user, CLI_WIRE_COMPLAINT, text, MIN(strlen(text), (size_t)CLI_WIRE_CHUNK));
}

CliWorker *
cli_worker_new(int fd, CliJobsShared *shared)
{
	static const OutDestinationClass class = { .write = on_write };
	CliWorker *self = g_new0(CliWorker, 1);

	self->base.class = &class;
	self->fd = fd;
	self->shared = shared;
	cli_complain_to(on_complaint, self);
	return self;
}

OutDestination *
cli_worker_destination(CliWorker *self)
{
	return &self->base;
}

void
cli_worker_note(void *user, const void *bytes, size_t n)
{
	(void)tell(user, CLI_WIRE_NOTE, bytes, MIN(n, (size_t)CLI_WIRE_CHUNK));
}

void
cli_worker_item(CliWorker *self, uint64_t order)
{
	self->order = order;
}

static void
put_counters(uint64_t counters[CLI_WIRE_COUNTERS], const OutTotals *totals)
{
	for (size_t i = 0; i < MIN(out_counters_count, (size_t)CLI_WIRE_COUNTERS); i++)
		counters[i] = *(const uint64_t *)((const char *)totals + out_counters[i].offset);
}

void
cli_worker_done(CliWorker *self, size_t memory, const OutTotals *so_far)
{
	CliWireDone done = { .order = self->order, .memory = memory };

	put_counters(done.counters, so_far);
	(void)tell_pieces(self);
	(void)tell(self, CLI_WIRE_DONE, &done, sizeof(done));
}

void
cli_worker_progress(CliWorker *self, const CapSource *source)
{
	uint64_t done, total;

	cap_source_progress(source, &done, &total);
	if (done < self->last) /* of another file */
		self->before += self->last;
	self->last = done;
	self->shared->done = self->before + done;
}

void
cli_worker_end(CliWorker *self, const CliRun *run, const OutTotals *totals)
{
	const OutFilter *about = run->options->about;
	CliWireResult result = { .time_ns = totals->time_ns,
				 .last_packet_ns = totals->last_packet_ns,
				 .damaged = run->damaged,
				 .unopened = run->unopened,
				 .passed_over = run->passed_over,
				 .matched = about && out_filter_matched(about),
				 .began = run->began,
				 .nanoseconds = run->nanoseconds };

	put_counters(result.counters, totals);
	(void)tell_pieces(self);
	(void)tell(self, CLI_WIRE_RESULT, &result, sizeof(result));
}
