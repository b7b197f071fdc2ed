/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds workers, and merges what they tell. */
#include "cli/workers/crew.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/jobs/starter.h"
#include "cli/sensor/signals.h"
#include "cli/workers/member.h"
#include "output/base/end.h"

enum {
	BATCH = 64 << 10,    /* items that are sent at once */
	AT_ONCE = 64,        /* messages of a worker that are read before others have their turn */
	LOOK_MS = 200,       /* between looks at the signals */
	LIVE_LOOK_MS = 50,   /* and what else a live run has to do */
	STILL_US = 10000000, /* live: a worker of which nothing comes for so long is given up, */
	STILL_WHOLE_US = 60000000, /* if it makes no report; */
	STILL_END_US = 200000,     /* or for that long, when the end was asked for a second ago */
};

struct CliCrew {
	CliMember *members;
	struct pollfd *fds;
	unsigned n;
	uint64_t order; /* of the last item */
	size_t memory; /* what waits here, and what the one that holds most has: at the last turn */
	GByteArray *record; /* that is not whole yet, */
	CliMember *writing; /* of that one; NULL: there is none */
	CliDealTo dealing;
	CliDealLive live_dealing;
	/* of the run */
	CliRun *run;
	const CliJobsHooks *hooks;
	void *user;
	bool live;
	int64_t looked_us; /* live: monotonic; at what came of workers */
	void (*waiting)(void *watch);
	void *watch;
};

/* ---- Making it ---- */

static bool
start_member(CliCrew *self, unsigned i, CliStarter *starter)
{
	const CliOptions *options = starter->options;
	CliWireTask all = { 0, g_strv_length(options->files) };
	CliMember *m = &self->members[i];
	pid_t child;

	if (!cli_member_init(m, options->memory, options->jobs.workers, &starter->fd,
			     &starter->input))
		return false;
	cli_plain_init(&m->text, options);
	child = fork();
	if (child == 0) {
		cli_starter_serve(starter);
	}
	close(starter->fd);
	close(starter->input);
	self->n++;
	return child > 0 && write(m->fd, &all, sizeof(all)) == (ssize_t)sizeof(all);
}

void
cli_crew_free(CliCrew *self)
{
	if (!self)
		return;
	for (unsigned i = 0; i < self->n; i++)
		cli_member_clear(&self->members[i]);
	g_byte_array_unref(self->record);
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

static bool
any_lives(const CliCrew *self)
{
	for (unsigned i = 0; i < self->n; i++)
		if (!self->members[i].over)
			return true;
	return false;
}

/*
 * A worker was killed, or failed by itself: what it had to say is not whole. What it counted counts.
 * Live, later connections go to the others, and nothing is captured for nobody.
 */
static void
lose(CliCrew *self, CliMember *m)
{
	cli_member_say_lost(m, (unsigned)(m - self->members) + 1, self->n);
	if (self->writing == m) {
		g_byte_array_set_size(self->record, 0);
		self->writing = NULL;
	}
	self->run->lost = true;
	if (self->hooks->lost)
		self->hooks->lost(self->user);
	if (!m->result && !self->hooks->whole && self->hooks->totals)
		self->hooks->totals(self->user, &m->totals);
	m->totals = (OutTotals){ 0 };
	if (self->live && !any_lives(self))
		*self->run->stop = true;
}

/*
 * The worker whose piece is next, which is the one whose record goes on; NULL: that is not known, or
 * there is none.
 */
static CliMember *
find_next(CliCrew *self)
{
	CliMember *next = NULL;
	uint64_t order = UINT64_MAX;

	if (self->writing)
		return cli_line_left(&self->writing->queue) ? self->writing : NULL;
	for (unsigned i = 0; i < self->n; i++) {
		CliMember *m = &self->members[i];

		if (cli_line_left(&m->queue) && cli_member_piece(m).order < order) {
			order = cli_member_piece(m).order;
			next = m;
		}
	}
	for (unsigned i = 0; next && i < self->n; i++) {
		const CliMember *m = &self->members[i];

		if (m != next && !cli_line_left(&m->queue) && cli_member_may_precede(m, order))
			return NULL;
	}
	return next;
}

/* Those of which nothing more comes: half a line that one left must not be gone on with by others. */
static void
settle_ended(CliCrew *self)
{
	for (unsigned i = 0; i < self->n; i++) {
		CliMember *m = &self->members[i];

		if (!m->over || cli_line_left(&m->queue) || m->settled)
			continue;
		m->settled = true;
		/* Of one that failed nothing counts that is not whole. */
		if (!cli_member_print(m, m->asked, m->result, self->hooks->output, self->user) ||
		    !m->result || m->status)
			lose(self, m);
	}
}

/* A record that came in several pieces is printed once it is whole. */
static void
print_piece(CliCrew *self, CliMember *m)
{
	CliWirePiece piece = cli_member_piece(m);
	const char *bytes = (const char *)m->queue.bytes->data + m->queue.at + sizeof(piece);
	bool whole = !piece.goes_on && !self->writing;

	if (whole)
		self->hooks->output(self->user, bytes, piece.len);
	else
		g_byte_array_append(self->record, (const guint8 *)bytes, piece.len);
	cli_line_take(&m->queue, sizeof(piece) + piece.len);
	self->writing = piece.goes_on ? m : NULL;
	if (whole || piece.goes_on)
		return;
	self->hooks->output(self->user, (const char *)self->record->data, self->record->len);
	g_byte_array_set_size(self->record, 0);
}

static void
merge(CliCrew *self)
{
	CliMember *m;

	settle_ended(self);
	while ((m = find_next(self))) {
		print_piece(self, m);
		if (G_UNLIKELY(m->over))
			settle_ended(self);
	}
}

/* ---- What is told ---- */

static bool
take_result(CliCrew *self, CliMember *m, const char *bytes, size_t n)
{
	CliWireResult result;

	if (!cli_member_take_result(m, bytes, n, &result))
		return false;
	if (result.matched && self->run->options->about)
		out_filter_set_matched(self->run->options->about);
	if (self->hooks->totals)
		self->hooks->totals(self->user, &m->totals);
	m->totals = (OutTotals){ 0 };
	return true;
}

static bool
take_message(CliCrew *self, CliMember *m, char what, const char *bytes, size_t n)
{
	switch (what) {
	case CLI_WIRE_DONE:
		return cli_member_take_done(m, bytes, n);
	case CLI_WIRE_NOTE:
		if (!cli_member_take_note(m, n))
			return false;
		if (self->hooks->note)
			self->hooks->note(self->user, bytes, n);
		return true;
	case CLI_WIRE_COMPLAINT:
		if (!cli_member_take_complaint(m, n))
			return false;
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
receive(CliCrew *self, CliMember *m)
{
	const char *bytes;
	char what = CLI_WIRE_OVER;
	ssize_t n = cli_member_read(m, &what, &bytes);
	int status = SIGKILL;
	bool good;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	m->moved = true;
	if (n > 0 && what == CLI_WIRE_PIECES) {
		good = cli_member_take_pieces(m, (size_t)n - 1, self->hooks->whole);
	} else if (n > 0 && what != CLI_WIRE_OVER) {
		good = take_message(self, m, what, bytes, (size_t)n - 1);
		cli_member_forget(m, (size_t)n - 1);
	} else {
		if ((size_t)n == 1 + sizeof(status))
			memcpy(&status, bytes, sizeof(status));
		cli_member_forget(m, n > 1 ? (size_t)n - 1 : 0);
		cli_member_end(m, status);
		return false;
	}
	if (!good)
		cli_member_expel(m);
	return good;
}

/* ---- Items ---- */

/* One that does not take everything is asked again when there is another batch for it. */
static void
put_off(CliMember *m)
{
	m->try = cli_line_left(&m->items) + BATCH;
}

static bool
is_read(const CliMember *m)
{
	return m->fd >= 0 && cli_line_left(&m->queue) < cli_share_queue(&m->share);
}

static void
add_memory(CliCrew *self)
{
	size_t here = 0, there = 0;

	for (unsigned i = 0; i < self->n; i++) {
		const CliMember *m = &self->members[i];

		here += m->items.bytes->len + m->queue.bytes->len;
		there = MAX(there, m->memory);
	}
	self->memory = here + there + self->record->len;
}

/* Live, nobody is waited for without end. */
static void
look_at_members(CliCrew *self)
{
	int64_t now_us = g_get_monotonic_time(), most_us = STILL_US;

	if (self->hooks->whole)
		most_us = STILL_WHOLE_US;
	else if (cli_signals_give_up(NULL))
		most_us = STILL_END_US;
	for (unsigned i = 0; i < self->n; i++) {
		CliMember *m = &self->members[i];

		if (!cli_member_is_still(m, now_us - self->looked_us, most_us, is_read(m)))
			continue;
		m->given_up = true;
		cli_member_expel(m);
	}
	self->looked_us = now_us;
}

static void
exchange(CliCrew *self)
{
	for (unsigned i = 0; i < self->n; i++) {
		CliMember *m = &self->members[i];

		if (self->fds[2 * i + 1].revents)
			cli_member_send(m);
		/* However fast it tells, it is not listened to alone. */
		for (int k = 0; k < AT_ONCE && self->fds[2 * i].revents && is_read(m); k++)
			if (!receive(self, m))
				break;
	}
}

/* Writes and reads what can be, or waits until something can. */
static void
turn(CliCrew *self, bool wait)
{
	int wait_ms = self->live ? LIVE_LOOK_MS : LOOK_MS;

	for (unsigned i = 0; i < self->n; i++) {
		CliMember *m = &self->members[i];
		bool sends = m->input >= 0 && cli_line_left(&m->items) >= (wait ? 1 : BATCH);

		self->fds[2 * i] = (struct pollfd){ is_read(m) ? m->fd : -1, POLLIN, 0 };
		self->fds[2 * i + 1] = (struct pollfd){ sends ? m->input : -1, POLLOUT, 0 };
	}
	if (poll(self->fds, 2 * self->n, wait ? wait_ms : 0) > 0)
		exchange(self);
	else if (!self->live)
		return;
	if (self->live)
		look_at_members(self);
	merge(self);
	add_memory(self);
	if (wait && self->waiting)
		self->waiting(self->watch);
}

static void
put(void *user, unsigned place, const CliItem *item, size_t size, const void *payload, size_t n)
{
	CliCrew *self = user;
	CliMember *m = &self->members[place];
	size_t whole = (size + n + CLI_ITEM_ALIGN - 1) & ~(size_t)(CLI_ITEM_ALIGN - 1);
	CliItem head = { (uint32_t)whole, item->kind, ++self->order };
	uint8_t *to;

	if (m->input < 0)
		return;
	to = cli_member_put(m, item->kind, whole, self->order);
	memcpy(to, item, size);
	memcpy(to, &head, sizeof(head));
	if (n)
		memcpy(to + size, payload, n);
	memset(to + size + n, 0, whole - size - n);
	if (cli_line_left(&m->items) < MAX(m->try, (size_t)BATCH))
		return;
	turn(self, false);
	put_off(m);
	while (m->input >= 0 && cli_line_left(&m->items) > cli_share_unsent(&m->share))
		turn(self, true);
}

static void
settle(void *user, unsigned most_ms)
{
	CliCrew *self = user;
	int64_t until_us = most_ms ? g_get_monotonic_time() + (int64_t)most_ms * 1000 : INT64_MAX;

	for (unsigned i = 0; i < self->n; i++)
		while (cli_member_is_behind(&self->members[i]) && g_get_monotonic_time() < until_us)
			turn(self, true);
}

static bool
lives(const void *user, unsigned place)
{
	const CliCrew *self = user;

	return !self->live || !self->members[place].over;
}

static void
add_totals(const void *user, OutTotals *to)
{
	const CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++)
		out_totals_add(to, &self->members[i].totals);
}

static size_t
memory_of(const void *user)
{
	return ((const CliCrew *)user)->memory;
}

/* ---- Live ---- */

static void
send_all(CliCrew *self)
{
	for (unsigned i = 0; i < self->n; i++) {
		cli_member_send(&self->members[i]);
		put_off(&self->members[i]);
	}
}

static void
pass_time(void *user, uint64_t seen_ns)
{
	CliItemClock clock = { .item = { .kind = CLI_ITEM_CLOCK }, .seen_ns = seen_ns };
	CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++)
		put(self, i, &clock.item, sizeof(clock), NULL, 0);
	send_all(self);
	turn(self, false);
}

static void
before_wait(void *user, struct pollfd *polls)
{
	CliCrew *self = user;

	send_all(self);
	for (unsigned i = 0; i < self->n; i++) {
		const CliMember *m = &self->members[i];

		polls[2 * i] = (struct pollfd){ is_read(m) ? m->fd : -1, POLLIN, 0 };
		polls[2 * i + 1] = (struct pollfd){ m->full ? m->input : -1, POLLOUT, 0 };
	}
}

static void
serve(void *user)
{
	turn(user, false);
}

static void
ask(void *user)
{
	static const CliItem item = { .kind = CLI_ITEM_ASK };
	CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++) {
		put(self, i, &item, sizeof(item), NULL, 0);
		self->members[i].asked = self->members[i].sent;
	}
}

static bool
is_answered(const void *user)
{
	const CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++)
		if (cli_member_may_precede(&self->members[i], self->members[i].asked))
			return false;
	return true;
}

static void
take_answer(void *user, void (*output)(void *to, const char *bytes, size_t n), void *to)
{
	CliCrew *self = user;

	for (unsigned i = 0; i < self->n; i++)
		(void)cli_member_print(&self->members[i], 0,
				       !self->members[i].over && !self->members[i].goes_on, output,
				       to);
}

static void
watch(void *user, void (*waiting)(void *watch), void *watch)
{
	CliCrew *self = user;

	self->waiting = waiting;
	self->watch = watch;
}

/* ---- The run ---- */

CliCrew *
cli_crew_start(CliOptions *options, unsigned n, int report_fd, CliJobsWork work,
	       bool (*prepare)(const CliOptions *options, GError **error), GError **error)
{
	CliCrew *self = g_new0(CliCrew, 1);
	CliJobsShared own = { 0 }; /* each gets a copy: nothing is shared */
	CliStarter starter = { .options = options,
			       .work = work,
			       .prepare = prepare,
			       .report = report_fd,
			       .shared = &own };
	bool ok = true;

	self->record = g_byte_array_new();
	self->members = g_new0(CliMember, n);
	self->fds = g_new0(struct pollfd, 2 * n);
	while (ok && self->n < n)
		ok = start_member(self, self->n, &starter);
	self->live_dealing = (CliDealLive){ .clock = pass_time,
					    .before_wait = before_wait,
					    .serve = serve,
					    .ask = ask,
					    .is_answered = is_answered,
					    .take_answer = take_answer,
					    .watch = watch };
	self->dealing = (CliDealTo){ .put = put,
				     .settle = settle,
				     .lives = lives,
				     .memory = memory_of,
				     .totals = add_totals,
				     .live = &self->live_dealing,
				     .user = self,
				     .n = n };
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
	self->live = run->live != NULL;
	self->looked_us = g_get_monotonic_time();
	if (self->live)
		cli_run_live(run);
	else
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
