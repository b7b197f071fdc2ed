/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes to a worker and what comes of it. */
#include "cli/workers/member.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/options.h"
#include "output/base/end.h"

enum {
	KEPT_MAX = 512 << 10, /* of what is done with */
	PASSED_MAX_US = 250000,
	COMPLAINTS_MAX = 1000,
};

void
cli_line_take(CliLine *line, size_t n)
{
	line->at += n;
	/* No byte is moved for more than one that is done with. */
	if (cli_line_left(line) && (line->at < KEPT_MAX || line->at < cli_line_left(line)))
		return;
	g_byte_array_remove_range(line->bytes, 0, (guint)line->at);
	line->at = 0;
}

static bool
make_pairs(int output[2], int input[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, output) != 0)
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) == 0)
		return true;
	close(output[0]);
	close(output[1]);
	return false;
}

bool
cli_member_init(CliMember *self, size_t memory, unsigned of, int *ret_fd, int *ret_input)
{
	int output[2], input[2];

	if (!make_pairs(output, input))
		return false;
	*ret_fd = output[1];
	*ret_input = input[1];
	*self = (CliMember){ .fd = output[0], .input = input[0], .share = { memory, of } };
	self->items.bytes = g_byte_array_new();
	self->queue.bytes = g_byte_array_new();
	cli_spool_init(&self->spool, memory);
	(void)fcntl(self->fd, F_SETFL, O_NONBLOCK);
	(void)fcntl(self->input, F_SETFL, O_NONBLOCK);
	return true;
}

static void
close_input(CliMember *self)
{
	if (self->input >= 0)
		close(self->input);
	self->input = -1;
	g_byte_array_set_size(self->items.bytes, 0);
	self->items.at = 0;
}

void
cli_member_clear(CliMember *self)
{
	close_input(self);
	if (self->fd >= 0)
		close(self->fd);
	g_byte_array_unref(self->items.bytes);
	g_byte_array_unref(self->queue.bytes);
	cli_spool_clear(&self->spool);
}

bool
cli_member_is_behind(const CliMember *self)
{
	return !self->over && self->done != self->sent;
}

bool
cli_member_may_precede(const CliMember *self, uint64_t order)
{
	return cli_member_is_behind(self) && self->done < order;
}

CliWirePiece
cli_member_piece(const CliMember *self)
{
	CliWirePiece piece;

	memcpy(&piece, self->queue.bytes->data + self->queue.at, sizeof(piece));
	return piece;
}

bool
cli_member_is_still(CliMember *self, int64_t passed_us, int64_t most_us, bool may_tell)
{
	if (self->moved || !cli_member_is_behind(self) || !may_tell)
		self->still_us = 0;
	else
		self->still_us += MIN(passed_us, (int64_t)PASSED_MAX_US);
	self->moved = false;
	return self->still_us > most_us;
}

/* It is called for every chunk, so nothing else is done for it. */
uint8_t *
cli_member_put(CliMember *self, uint32_t kind, size_t whole, uint64_t order)
{
	guint at = self->items.bytes->len;

	g_byte_array_set_size(self->items.bytes, at + (guint)whole);
	self->sent = order;
	cli_share_give(&self->share, kind, whole, order);
	return self->items.bytes->data + at;
}

void
cli_member_send(CliMember *self)
{
	bool was_full = self->full;

	self->full = false;
	while (self->input >= 0 && cli_line_left(&self->items)) {
		ssize_t n = write(self->input, self->items.bytes->data + self->items.at,
				  cli_line_left(&self->items));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			close_input(self);
		self->full = n < 0 && self->input >= 0;
		if (n <= 0)
			return;
		/* It made room. Where there was some, nobody may have taken anything. */
		self->moved |= was_full;
		cli_line_take(&self->items, (size_t)n);
	}
}

static bool
lies(CliMember *self, const char *lie)
{
	self->lie = lie;
	return false;
}

static bool
lies_of_share(CliMember *self)
{
	return lies(self, "told more than it may");
}

/* One that has its bytes: of a record that goes on, or of the next one. */
static bool
may_follow(const CliMember *self, const CliWirePiece *piece, const char *bytes)
{
	if (piece->order < self->told || piece->order > self->sent || piece->order <= self->done)
		return false;
	if (self->goes_on && piece->order != self->told)
		return false;
	return piece->len && (piece->goes_on || bytes[piece->len - 1] == '\n');
}

static bool
are_pieces(CliMember *self, const char *bytes, size_t n, bool plain)
{
	CliWirePiece piece;

	while (n >= sizeof(piece)) {
		memcpy(&piece, bytes, sizeof(piece));
		if (piece.len > n - sizeof(piece) ||
		    !may_follow(self, &piece, bytes + sizeof(piece)))
			return false;
		if (!cli_share_record(&self->share, piece.len, piece.goes_on))
			return lies_of_share(self);
		if (plain && !cli_plain_take(&self->text, bytes + sizeof(piece), piece.len))
			return lies(self, "has control characters in its lines");
		self->told = piece.order;
		self->goes_on = piece.goes_on != 0;
		bytes += sizeof(piece) + piece.len;
		n -= sizeof(piece) + piece.len;
	}
	return n == 0;
}

ssize_t
cli_member_read(CliMember *self, char *ret_what, const char **ret_bytes)
{
	guint before = self->queue.bytes->len;
	struct iovec to[2] = { { ret_what, 1 }, { NULL, CLI_WIRE_CHUNK } };
	ssize_t n;

	g_byte_array_set_size(self->queue.bytes, before + CLI_WIRE_CHUNK);
	to[1].iov_base = self->queue.bytes->data + before;
	n = readv(self->fd, to, G_N_ELEMENTS(to));
	g_byte_array_set_size(self->queue.bytes, before + (n > 1 ? (guint)n - 1 : 0));
	*ret_bytes = (const char *)self->queue.bytes->data + before;
	return n;
}

void
cli_member_forget(CliMember *self, size_t n)
{
	g_byte_array_set_size(self->queue.bytes, self->queue.bytes->len - (guint)n);
}

bool
cli_member_take_pieces(CliMember *self, size_t n, bool spooled)
{
	const char *bytes = (const char *)self->queue.bytes->data + self->queue.bytes->len - n;
	bool good = !self->result && are_pieces(self, bytes, n, !spooled);

	if (good && !(spooled ? cli_share_wait : cli_share_tell)(&self->share, n))
		good = lies_of_share(self);
	if (good && spooled)
		cli_spool_put(&self->spool, bytes, n);
	if (!good || spooled)
		cli_member_forget(self, n);
	return good && (!cli_spool_is_over(&self->spool) || lies_of_share(self));
}

bool
cli_member_take_note(CliMember *self, size_t n)
{
	return cli_share_tell(&self->share, n) || lies_of_share(self);
}

bool
cli_member_take_complaint(CliMember *self, size_t n)
{
	return (self->complaints++ < COMPLAINTS_MAX && cli_share_tell(&self->share, n)) ||
	       lies_of_share(self);
}

static OutTotals
totals_of(const uint64_t counters[CLI_WIRE_COUNTERS])
{
	OutTotals totals = { 0 };

	for (size_t i = 0; i < MIN(out_counters_count, (size_t)CLI_WIRE_COUNTERS); i++)
		*(uint64_t *)((char *)&totals + out_counters[i].offset) = counters[i];
	return totals;
}

bool
cli_member_take_done(CliMember *self, const char *bytes, size_t n)
{
	CliWireDone done;

	if (n != sizeof(done))
		return false;
	memcpy(&done, bytes, sizeof(done));
	if (done.order < self->done || done.order > self->sent || self->result || self->goes_on)
		return false;
	if (!cli_share_claim(&self->share, self->done, done.order, self->memory, done.memory))
		return lies(self, "says that it has more memory than it may");
	self->done = done.order;
	self->memory = (size_t)done.memory;
	self->totals = totals_of(done.counters);
	return true;
}

bool
cli_member_take_result(CliMember *self, const char *bytes, size_t n, CliWireResult *ret)
{
	if (n != sizeof(*ret) || self->result || self->goes_on)
		return false;
	memcpy(ret, bytes, n);
	self->totals = totals_of(ret->counters);
	self->result = true;
	return true;
}

bool
cli_member_print(CliMember *self, uint64_t order, bool counts,
		 void (*output)(void *to, const char *bytes, size_t n), void *to)
{
	CliWirePiece piece;
	const char *bytes;
	size_t n;

	self->share.waits = 0;
	while ((bytes = cli_spool_take(&self->spool, &n))) {
		for (; n; n -= sizeof(piece) + piece.len, bytes += sizeof(piece) + piece.len) {
			memcpy(&piece, bytes, sizeof(piece));
			if (counts && piece.order > order)
				output(to, bytes + sizeof(piece), piece.len);
		}
	}
	return !cli_spool_is_broken(&self->spool);
}

void
cli_member_end(CliMember *self, int status)
{
	close_input(self);
	if (self->fd >= 0)
		close(self->fd);
	self->fd = -1;
	self->over = true;
	self->status = status;
}

void
cli_member_expel(CliMember *self)
{
	if (!self->given_up && !self->lie)
		self->lie = "told what no worker tells";
	cli_member_end(self, CLI_EXIT_INTERNAL << 8);
}

void
cli_member_say_lost(const CliMember *self, unsigned number, unsigned of)
{
	if (self->given_up)
		cli_complain("--workers: worker %u of %u does not answer, and is given up; its "
			     "connections are not reported to their end",
			     number, of);
	else if (self->lie)
		cli_complain("--workers: worker %u of %u %s, and is not trusted any more; its "
			     "connections are not reported to their end",
			     number, of, self->lie);
	else if (WIFSIGNALED(self->status))
		cli_complain("--workers: worker %u of %u was killed by signal %d; its connections "
			     "are not reported to their end",
			     number, of, WTERMSIG(self->status));
	else
		cli_complain("--workers: worker %u of %u failed; its connections are not reported "
			     "to their end",
			     number, of);
}
