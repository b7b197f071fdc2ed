/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds workers, and merges what they tell. */
#include "cli/workers/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/jobs/spool.h"
#include "cli/jobs/starter.h"
#include "cli/jobs/wire.h"
#include "cli/sensor/signals.h"
#include "output/base/end.h"

enum {
	BATCH = 64 << 10, /* items that are sent at once */
	UNSENT_MAX =
		512 << 10,   /* that wait for a worker: more than that, and the run waits for it */
	QUEUE_MAX = 4 << 20, /* output of a worker that waits for others: it waits, too */
	LOOK_MS = 200,       /* between looks at the signals */
};

/* Bytes, of which the first `at` are done with. */
typedef struct {
	GByteArray *bytes;
	size_t at;
} Line;

typedef struct {
	int fd;              /* what it tells; -1: nothing more will come */
	int input;           /* what it is told; -1: nobody listens */
	Line items;          /* not sent yet */
	size_t try;          /* so many of them, and sending is tried */
	Line queue;          /* its pieces that are not printed yet: CliWirePiece and bytes */
	CliSpool spool;      /* these, where they count only as a whole */
	uint64_t sent, done; /* the last item that it got, and that it is done with */
	uint64_t told;       /* the last item that it told something of */
	size_t memory;
	bool over, result; /* its process ended; it gave its last word */
	bool settled;      /* and nothing more is to be done about it */
	int status;        /* as of waitpid(2), once it is over */
} Member;

struct CliCrew {
	Member *members;
	struct pollfd *fds;
	unsigned n;
	uint64_t order; /* of the last item */
	size_t memory; /* what waits here, and what the one that holds most has: at the last turn */
	CliDealTo dealing;
	CliJobsShared *shared;
	size_t shared_size;
	/* of the run */
	CliRun *run;
	const CliJobsHooks *hooks;
	void *user;
	char message[1 + CLI_WIRE_CHUNK];
};

static size_t
left(const Line *line)
{
	return line->bytes->len - line->at;
}

static void
take(Line *line, size_t n)
{
	line->at += n;
	if (line->at < line->bytes->len && line->at < UNSENT_MAX)
		return;
	g_byte_array_remove_range(line->bytes, 0, (guint)line->at);
	line->at = 0;
}

/* ---- Making it ---- */

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

static bool
start_member(CliCrew *self, unsigned i, CliStarter *starter)
{
	CliWireTask all = { 0, g_strv_length(starter->options->files) };
	Member *m = &self->members[i];
	int output[2], input[2];
	pid_t child;

	if (!make_pairs(output, input))
		return false;
	m->items.bytes = g_byte_array_new();
	m->queue.bytes = g_byte_array_new();
	cli_spool_init(&m->spool);
	m->fd = output[0];
	m->input = input[0];
	child = fork();
	if (child == 0) {
		for (unsigned k = 0; k <= i; k++) {
			close(self->members[k].fd);
			close(self->members[k].input);
		}
		starter->place = i;
		starter->fd = output[1];
		starter->input = input[1];
		cli_starter_serve(starter);
	}
	close(output[1]);
	close(input[1]);
	self->n++;
	return child > 0 && fcntl(m->fd, F_SETFL, O_NONBLOCK) == 0 &&
	       fcntl(m->input, F_SETFL, O_NONBLOCK) == 0 &&
	       write(m->fd, &all, sizeof(all)) == (ssize_t)sizeof(all);
}

static void
close_input(Member *m)
{
	if (m->input >= 0)
		close(m->input);
	m->input = -1;
	g_byte_array_set_size(m->items.bytes, 0);
	m->items.at = 0;
}

void
cli_crew_free(CliCrew *self)
{
	if (!self)
		return;
	for (unsigned i = 0; i < self->n; i++) {
		Member *m = &self->members[i];

		close_input(m);
		if (m->fd >= 0)
			close(m->fd);
		g_byte_array_unref(m->items.bytes);
		g_byte_array_unref(m->queue.bytes);
		cli_spool_clear(&m->spool);
	}
	if (self->shared != MAP_FAILED)
		munmap(self->shared, self->shared_size);
	g_free(self->members);
	g_free(self->fds);
	g_free(self);
}

const CliDealTo *
cli_crew_dealing(const CliCrew *self)
{
	return &self->dealing;
}

/* ---- Merging ---- */

/* A worker was killed, or failed by itself: what it had to say is not whole. */
static void
lose(CliCrew *self, const Member *m)
{
	unsigned number = (unsigned)(m - self->members) + 1;

	if (WIFSIGNALED(m->status))
		cli_complain("--workers: worker %u of %u was killed by signal %d; its connections "
			     "are not reported to their end",
			     number, self->n, WTERMSIG(m->status));
	else
		cli_complain("--workers: worker %u of %u failed; its connections are not reported "
			     "to their end",
			     number, self->n);
	self->run->lost = true;
	if (self->hooks->lost)
		self->hooks->lost(self->user);
}

/* Whether it may still have something to tell that comes before `order`. */
static bool
may_precede(const Member *m, uint64_t order)
{
	return !m->over && m->done < order && m->done != m->sent;
}

static CliWirePiece
first_piece(const Member *m)
{
	CliWirePiece piece;

	memcpy(&piece, m->queue.bytes->data + m->queue.at, sizeof(piece));
	return piece;
}

/* The worker whose piece is next; NULL: that is not known, or there is none. */
static Member *
find_next(CliCrew *self)
{
	Member *next = NULL;
	uint64_t order = UINT64_MAX;

	for (unsigned i = 0; i < self->n; i++) {
		Member *m = &self->members[i];

		if (left(&m->queue) && first_piece(m).order < order) {
			order = first_piece(m).order;
			next = m;
		}
	}
	for (unsigned i = 0; next && i < self->n; i++) {
		Member *m = &self->members[i];

		if (m != next && !left(&m->queue) && may_precede(m, order))
			return NULL;
	}
	return next;
}

static void
print_pieces(CliCrew *self, const char *bytes, size_t n)
{
	CliWirePiece piece;

	while (n) {
		memcpy(&piece, bytes, sizeof(piece));
		self->hooks->output(self->user, bytes + sizeof(piece), piece.len);
		bytes += sizeof(piece) + piece.len;
		n -= sizeof(piece) + piece.len;
	}
}

/* Of one that failed nothing counts that is not whole. */
static void
print_whole(CliCrew *self, Member *m)
{
	const char *bytes;
	size_t n;

	while ((bytes = cli_spool_take(&m->spool, &n)))
		if (m->result)
			print_pieces(self, bytes, n);
}

/* Those of which nothing more comes: half a line that one left must not be gone on with by others. */
static void
settle_ended(CliCrew *self)
{
	for (unsigned i = 0; i < self->n; i++) {
		Member *m = &self->members[i];

		if (!m->over || left(&m->queue) || m->settled)
			continue;
		m->settled = true;
		print_whole(self, m);
		if (!m->result || m->status)
			lose(self, m);
	}
}

static void
merge(CliCrew *self)
{
	Member *m;

	settle_ended(self);
	while ((m = find_next(self))) {
		CliWirePiece piece = first_piece(m);
		const char *bytes = (const char *)m->queue.bytes->data + m->queue.at;

		self->hooks->output(self->user, bytes + sizeof(piece), piece.len);
		take(&m->queue, sizeof(piece) + piece.len);
		if (G_UNLIKELY(m->over))
			settle_ended(self);
	}
}

/* ---- What is told ---- */

static void
end_member(Member *m, int status)
{
	close_input(m);
	m->over = true;
	m->status = status;
}

/* One that tells what cannot be is under the control of others. */
static void
expel(Member *m)
{
	end_member(m, CLI_EXIT_INTERNAL << 8);
	close(m->fd);
	m->fd = -1;
}

static bool
are_pieces(Member *m, const char *bytes, size_t n)
{
	CliWirePiece piece;

	while (n >= sizeof(piece)) {
		memcpy(&piece, bytes, sizeof(piece));
		if (piece.len > n - sizeof(piece) || piece.order < m->told || piece.order > m->sent)
			return false;
		m->told = piece.order;
		bytes += sizeof(piece) + piece.len;
		n -= sizeof(piece) + piece.len;
	}
	return n == 0;
}

static bool
take_done(Member *m, const char *bytes, size_t n)
{
	CliWireDone done;

	if (n != sizeof(done))
		return false;
	memcpy(&done, bytes, sizeof(done));
	if (done.order < m->done || done.order > m->sent)
		return false;
	m->done = done.order;
	m->memory = (size_t)done.memory;
	return true;
}

static bool
take_result(CliCrew *self, Member *m, const char *bytes, size_t n)
{
	CliWireResult result;
	OutTotals totals = { 0 };

	if (n != sizeof(result) || m->result)
		return false;
	memcpy(&result, bytes, n);
	for (size_t i = 0; i < MIN(out_counters_count, (size_t)CLI_WIRE_COUNTERS); i++)
		*(uint64_t *)((char *)&totals + out_counters[i].offset) = result.counters[i];
	m->result = true;
	if (result.matched && self->run->options->about)
		out_filter_set_matched(self->run->options->about);
	if (self->hooks->totals)
		self->hooks->totals(self->user, &totals);
	return true;
}

static bool
take_message(CliCrew *self, Member *m, const char *bytes, size_t n)
{
	switch (self->message[0]) {
	case CLI_WIRE_PIECES:
		if (!are_pieces(m, bytes, n))
			return false;
		if (self->hooks->whole)
			cli_spool_put(&m->spool, bytes, n);
		else
			g_byte_array_append(m->queue.bytes, (const guint8 *)bytes, (guint)n);
		return true;
	case CLI_WIRE_DONE:
		return take_done(m, bytes, n);
	case CLI_WIRE_NOTE:
		if (self->hooks->note)
			self->hooks->note(self->user, bytes, n);
		return true;
	case CLI_WIRE_COMPLAINT:
		cli_progress_clear(&self->run->progress);
		cli_complain("%.*s", (int)n, bytes);
		return true;
	case CLI_WIRE_RESULT:
		return take_result(self, m, bytes, n);
	default:
		return false;
	}
}

/* False: there is nothing more for now. */
static bool
receive(CliCrew *self, Member *m)
{
	ssize_t n = read(m->fd, self->message, sizeof(self->message));
	int status = SIGKILL;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (n > 0 && self->message[0] != CLI_WIRE_OVER) {
		if (take_message(self, m, self->message + 1, (size_t)n - 1))
			return true;
		expel(m);
		return false;
	}
	if ((size_t)n == 1 + sizeof(status))
		memcpy(&status, self->message + 1, sizeof(status));
	end_member(m, status);
	close(m->fd);
	m->fd = -1;
	return false;
}

/* ---- Items ---- */

static void
send_items(Member *m)
{
	while (left(&m->items)) {
		ssize_t n = write(m->input, m->items.bytes->data + m->items.at, left(&m->items));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			close_input(m);
		if (n <= 0)
			return;
		take(&m->items, (size_t)n);
	}
}

/* One that does not take everything is asked again when there is another batch for it. */
static void
put_off(Member *m)
{
	m->try = left(&m->items) + BATCH;
}

static bool
is_read(const Member *m)
{
	return m->fd >= 0 && left(&m->queue) < QUEUE_MAX;
}

static void
add_memory(CliCrew *self)
{
	size_t here = 0, there = 0;

	for (unsigned i = 0; i < self->n; i++) {
		const Member *m = &self->members[i];

		here += m->items.bytes->len + m->queue.bytes->len;
		there = MAX(there, m->memory);
	}
	self->memory = here + there;
}

/* Writes and reads what can be, or waits until something can. */
static void
turn(CliCrew *self, bool wait)
{
	for (unsigned i = 0; i < self->n; i++) {
		Member *m = &self->members[i];
		bool sends = m->input >= 0 && left(&m->items) >= (wait ? 1 : BATCH);

		self->fds[2 * i] = (struct pollfd){ is_read(m) ? m->fd : -1, POLLIN, 0 };
		self->fds[2 * i + 1] = (struct pollfd){ sends ? m->input : -1, POLLOUT, 0 };
	}
	if (poll(self->fds, 2 * self->n, wait ? LOOK_MS : 0) <= 0)
		return;
	for (unsigned i = 0; i < self->n; i++) {
		Member *m = &self->members[i];

		if (self->fds[2 * i + 1].revents)
			send_items(m);
		while (self->fds[2 * i].revents && is_read(m) && receive(self, m))
			;
	}
	merge(self);
	add_memory(self);
}

/* Makes room behind the items: it is called for every chunk, so nothing else is done for it. */
static uint8_t *
append(Member *m, size_t n)
{
	guint at = m->items.bytes->len;

	g_byte_array_set_size(m->items.bytes, at + (guint)n);
	return m->items.bytes->data + at;
}

static void
put(void *user, unsigned place, const CliItem *item, size_t size, const void *payload, size_t n)
{
	CliCrew *self = user;
	Member *m = &self->members[place];
	size_t whole = (size + n + CLI_ITEM_ALIGN - 1) & ~(size_t)(CLI_ITEM_ALIGN - 1);
	CliItem head = { (uint32_t)whole, item->kind, ++self->order };
	uint8_t *to;

	if (m->input < 0)
		return;
	to = append(m, whole);
	memcpy(to, item, size);
	memcpy(to, &head, sizeof(head));
	if (n)
		memcpy(to + size, payload, n);
	memset(to + size + n, 0, whole - size - n);
	m->sent = self->order;
	if (left(&m->items) < MAX(m->try, (size_t)BATCH))
		return;
	turn(self, false);
	put_off(m);
	while (m->input >= 0 && left(&m->items) > UNSENT_MAX)
		turn(self, true);
}

static bool
is_behind(const Member *m)
{
	return !m->over && m->done != m->sent;
}

static void
settle(void *user)
{
	CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++)
		while (is_behind(&self->members[i]))
			turn(self, true);
}

static size_t
memory_of(const void *user)
{
	return ((const CliCrew *)user)->memory;
}

/* ---- The run ---- */

CliCrew *
cli_crew_start(CliOptions *options, unsigned n, int report_fd, CliJobsWork work, GError **error)
{
	CliCrew *self = g_new0(CliCrew, 1);
	CliStarter starter = { .options = options, .work = work, .report = report_fd };
	bool ok = false;

	self->members = g_new0(Member, n);
	self->fds = g_new0(struct pollfd, 2 * n);
	self->shared_size = sizeof(CliJobsShared) + n * sizeof(uint64_t);
	self->shared = mmap(NULL, self->shared_size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (self->shared != MAP_FAILED) {
		starter.shared = self->shared;
		ok = true;
		while (ok && self->n < n)
			ok = start_member(self, self->n, &starter);
	}
	self->dealing = (CliDealTo){
		.put = put, .settle = settle, .memory = memory_of, .user = self, .n = n
	};
	if (ok)
		return self;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "--workers: no process can be started: %s", g_strerror(errno));
	cli_crew_free(self);
	return NULL;
}

void
cli_crew_run(CliCrew *self, CliRun *run, const CliJobsHooks *hooks, void *user)
{
	static const CliItem end = { .kind = CLI_ITEM_END };

	self->run = run;
	self->hooks = hooks;
	self->user = user;
	cli_run_files(run, cli_run_capture);
	if (run->pipeline)
		cli_pipeline_finish(run->pipeline);
	for (unsigned i = 0; i < self->n; i++)
		put(self, i, &end, sizeof(end), NULL, 0);
	for (unsigned i = 0; i < self->n; i++)
		while (!self->members[i].over)
			turn(self, true);
	merge(self);
}
