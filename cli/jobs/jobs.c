/* SPDX-License-Identifier: BSD-3-Clause */
/* Has captures read by other processes, and puts what they tell in order. */
#include "cli/jobs/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/jobs/plain.h"
#include "cli/jobs/sets.h"
#include "cli/jobs/spool.h"
#include "cli/jobs/starter.h"
#include "cli/jobs/wire.h"
#include "cli/sensor/signals.h"
#include "output/base/end.h"

enum {
	AHEAD = 3, /* captures a place that may be read before the one that is printed is over */
	LOOK_MS = 200,             /* between looks at the signals */
	LINE_MAX_BYTES = 64 << 20, /* more than any line */
};

/* A capture: a file, or a rotated set. */
typedef struct {
	CliWireTask files;
	bool over;       /* its spool has all of it */
	int status;      /* once it is over */
	const char *lie; /* what its reader told that no reader tells; NULL: nothing */
} Capture;

typedef struct {
	int fd;         /* -1: its starter is gone */
	Capture *reads; /* NULL: nothing */
	CliJobsShared *shared;
} Place;

struct CliTeam {
	Place *places;
	struct pollfd *fds; /* of each place, for poll */
	unsigned n;
	CliSpool *spools; /* of the captures in work, from the one that is printed: index modulo n */
	unsigned n_spools;
	/* of the run */
	CliRun *run;
	const CliJobsHooks *hooks;
	void *user;
	GArray *captures;      /* Capture */
	size_t printing, next; /* the one that is printed; the first that nobody reads yet */
	bool told;             /* the result of the capture that is printed has come */
	bool torn;             /* its output ends in half a line, or behind that result */
	CliPlain text;         /* of its output, */
	size_t line;           /* and bytes of the line that has not ended */
	char message[1 + CLI_WIRE_CHUNK];
};

/* ---- Whether, and how many ---- */

/* One that is not there is none that has to be waited for. */
static bool
is_waited_for(const char *path)
{
	struct stat st;

	return g_str_equal(path, "-") || (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

static bool
is_one_story(const CliOptions *o)
{
	return cli_sets_is_one_story(o) || o->count || o->write || o->audit.every_text ||
	       o->report.rotation.size;
}

unsigned
cli_jobs_of(const CliOptions *o)
{
	unsigned n = o->files ? g_strv_length(o->files) : 0;

	if (o->jobs.n < 2 || n < 2 || o->live.interfaces || o->audit.merge || o->audit.diff ||
	    o->audit.rules || is_one_story(o))
		return 1;
	for (char **file = o->files; *file; file++)
		if (is_waited_for(*file))
			return 1;
	return MIN(n, o->jobs.n);
}

/* ---- Making it ---- */

static CliJobsShared *
map_shared(void)
{
	void *memory = mmap(NULL, sizeof(CliJobsShared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static void
unmap(CliJobsShared *shared)
{
	if (shared)
		munmap(shared, sizeof(*shared));
}

static bool
start_place(CliTeam *self, unsigned i, CliStarter *starter)
{
	int ends[2];
	pid_t child;

	starter->shared = map_shared();
	if (!starter->shared)
		return false;
	self->places[i].shared = starter->shared;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	child = fork();
	if (child == 0) {
		for (unsigned k = 0; k < i; k++) {
			close(self->places[k].fd);
			unmap(self->places[k].shared);
		}
		close(ends[0]);
		starter->fd = ends[1];
		cli_starter_serve(starter);
	}
	close(ends[1]);
	if (child > 0)
		self->places[i].fd = ends[0];
	else
		close(ends[0]);
	return child > 0;
}

CliTeam *
cli_jobs_start(CliOptions *options, unsigned n, int report_fd, CliJobsWork work, GError **error)
{
	CliTeam *self = g_new0(CliTeam, 1);
	CliStarter starter = { .options = options, .work = work, .report = report_fd };

	self->places = g_new0(Place, n);
	self->fds = g_new0(struct pollfd, n);
	while (self->n < n && start_place(self, self->n, &starter))
		self->n++;
	if (self->n == n) {
		self->n_spools = n * AHEAD;
		self->spools = g_new0(CliSpool, self->n_spools);
		for (unsigned i = 0; i < self->n_spools; i++)
			cli_spool_init(&self->spools[i], options->memory);
		return self;
	}
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "-j: no process can be started to read captures: %s", g_strerror(errno));
	cli_jobs_free(self);
	return NULL;
}

void
cli_jobs_free(CliTeam *self)
{
	if (!self)
		return;
	for (unsigned i = 0; i < self->n; i++) {
		if (self->places[i].fd >= 0)
			close(self->places[i].fd);
		unmap(self->places[i].shared);
	}
	for (unsigned i = 0; i < self->n_spools; i++)
		cli_spool_clear(&self->spools[i]);
	if (self->captures)
		g_array_unref(self->captures);
	g_free(self->places);
	g_free(self->fds);
	g_free(self->spools);
	g_free(self);
}

/* ---- What is told ---- */

static Capture *
capture(CliTeam *self, size_t i)
{
	return &g_array_index(self->captures, Capture, i);
}

static const char *
name_of(const CliTeam *self, const Capture *c)
{
	return self->run->options->files[c->files.first];
}

static void
take_result(CliTeam *self, const char *bytes, size_t n)
{
	CliWireResult result;
	OutTotals totals = { 0 };

	/* A reader that leaves half a line, or has two last words, is under the control of others. */
	self->torn |= self->told;
	if (n != sizeof(result) || self->torn)
		return;
	memcpy(&result, bytes, n);
	for (size_t i = 0; i < MIN(out_counters_count, (size_t)CLI_WIRE_COUNTERS); i++)
		*(uint64_t *)((char *)&totals + out_counters[i].offset) = result.counters[i];
	totals.time_ns = result.time_ns;
	totals.last_packet_ns = result.last_packet_ns;
	self->told = true;
	self->run->damaged |= result.damaged != 0;
	self->run->unopened |= result.unopened != 0;
	self->run->passed_over |= result.passed_over != 0;
	self->run->began |= result.began != 0;
	if (result.began)
		self->run->nanoseconds = result.nanoseconds != 0;
	if (result.matched && self->run->options->about)
		out_filter_set_matched(self->run->options->about);
	if (self->hooks->totals)
		self->hooks->totals(self->user, &totals);
}

/* Lines that end, and nothing that a terminal must not get. Of what counts as a whole each is read. */
static bool
is_believed(CliTeam *self, Capture *c, const char *bytes, size_t n)
{
	const char *newline = n ? memrchr(bytes, '\n', n) : NULL;

	self->line = newline ? (size_t)(bytes + n - 1 - newline) : self->line + n;
	if (self->line > LINE_MAX_BYTES)
		c->lie = "told a line without an end";
	else if (!self->hooks->whole && !cli_plain_take(&self->text, bytes, n))
		c->lie = "has control characters in its lines";
	return !c->lie;
}

static void
take_message(CliTeam *self, Capture *c, const char *message, size_t n)
{
	const char *bytes = message + 1;

	n--;
	switch (message[0]) {
	case CLI_WIRE_OUTPUT:
		if (!is_believed(self, c, bytes, n))
			break;
		if (n && !self->told)
			self->hooks->output(self->user, bytes, n);
		self->torn = self->told || (n && bytes[n - 1] != '\n');
		break;
	case CLI_WIRE_NOTE:
		if (self->hooks->note)
			self->hooks->note(self->user, bytes, n);
		break;
	case CLI_WIRE_COMPLAINT:
		cli_progress_clear(&self->run->progress);
		cli_complain("%.*s", (int)n, bytes);
		break;
	case CLI_WIRE_RESULT:
		take_result(self, bytes, n);
		break;
	default:
		break;
	}
}

static CliSpool *
spool_of(CliTeam *self, size_t i)
{
	return &self->spools[i % self->n_spools];
}

/* A reader was killed, or failed by itself: what it had to say is not whole. */
static void
lose(CliTeam *self, const Capture *c)
{
	if (c->lie)
		cli_complain("%s: the process that read it %s, and is not trusted; not all of it "
			     "is reported",
			     name_of(self, c), c->lie);
	else if (WIFSIGNALED(c->status))
		cli_complain("%s: the process that read it was killed by signal %d; not all of it "
			     "is reported",
			     name_of(self, c), WTERMSIG(c->status));
	else
		cli_complain("%s: the process that read it failed; not all of it is reported",
			     name_of(self, c));
	self->run->lost = true;
	if (self->hooks->lost)
		self->hooks->lost(self->user);
}

static void
count_progress(CliTeam *self, const Capture *c)
{
	struct stat st;

	for (uint32_t i = 0; i < c->files.count; i++)
		if (stat(self->run->options->files[c->files.first + i], &st) == 0)
			self->run->progress.before += (uint64_t)st.st_size;
}

/* Prints what there is of the capture whose turn it is. */
static void
print_some(CliTeam *self, Capture *c)
{
	bool failed = c->over && c->status != 0;
	const char *message;
	size_t n;

	if (self->hooks->whole && !c->over)
		return;
	while (!c->lie && (message = cli_spool_take(spool_of(self, self->printing), &n)))
		if (!(failed && self->hooks->whole) || message[0] == CLI_WIRE_COMPLAINT)
			take_message(self, c, message, n);
}

static void
begin_capture(CliTeam *self)
{
	self->told = self->torn = false;
	self->line = 0;
	cli_plain_init(&self->text, self->run->options);
}

/* Of one whose starter is gone, nothing more will come. */
static void
close_place(Place *place)
{
	close(place->fd);
	place->fd = -1;
	if (place->reads) {
		place->reads->over = true;
		place->reads->status = SIGKILL;
	}
	place->reads = NULL;
}

/* Its starter sees that nobody listens, and ends it. */
static void
expel_liar(CliTeam *self, const Capture *c)
{
	for (unsigned i = 0; i < self->n; i++)
		if (self->places[i].fd >= 0 && self->places[i].reads == c)
			close_place(&self->places[i]);
}

/* Goes on to the next capture for as long as one is over. */
static void
print(CliTeam *self)
{
	while (self->printing < self->next) {
		Capture *c = capture(self, self->printing);

		print_some(self, c);
		if (c->lie)
			expel_liar(self, c);
		if (!c->over)
			break;
		if (c->status || c->lie || !self->told || self->torn)
			lose(self, c);
		count_progress(self, c);
		cli_spool_reset(spool_of(self, self->printing));
		begin_capture(self);
		self->printing++;
	}
}

/* ---- Readers ---- */

/* What counts only as a whole must wait, and is no more than a reader's memory has of it. */
static void
keep(CliTeam *self, Place *place, size_t n)
{
	Capture *c = place->reads;
	CliSpool *spool = spool_of(self, (size_t)(c - capture(self, 0)));

	cli_spool_put(spool, self->message, n);
	if (!self->hooks->whole || !cli_spool_is_over(spool))
		return;
	c->lie = "told more than it may";
	close_place(place);
}

static void
receive(CliTeam *self, Place *place)
{
	ssize_t n = read(place->fd, self->message, sizeof(self->message));
	Capture *c = place->reads;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0 || !c) {
		close_place(place);
		return;
	}
	if (self->message[0] != CLI_WIRE_OVER) {
		keep(self, place, (size_t)n);
		return;
	}
	if ((size_t)n == 1 + sizeof(c->status))
		memcpy(&c->status, self->message + 1, sizeof(c->status));
	c->over = true;
	place->reads = NULL;
}

/* Whether what it tells has to wait: its turn is not yet, and there is no room for more. */
static bool
has_to_wait(CliTeam *self, const Place *place)
{
	size_t i = (size_t)(place->reads - capture(self, 0));

	return i != self->printing && cli_spool_is_full(spool_of(self, i));
}

static void
assign(CliTeam *self)
{
	for (unsigned i = 0; i < self->n && !*self->run->stop; i++) {
		Place *place = &self->places[i];
		Capture *c;

		if (place->fd < 0 || place->reads || self->next == self->captures->len ||
		    self->next - self->printing >= self->n_spools)
			continue;
		c = capture(self, self->next);
		self->next++;
		place->reads = c;
		if (write(place->fd, &c->files, sizeof(c->files)) != (ssize_t)sizeof(c->files))
			close_place(place);
	}
}

static void
wait_for_readers(CliTeam *self)
{
	struct pollfd *fds = self->fds;

	for (unsigned i = 0; i < self->n; i++) {
		Place *place = &self->places[i];
		bool wanted = place->fd >= 0 && place->reads && !has_to_wait(self, place);

		fds[i] = (struct pollfd){ .fd = wanted ? place->fd : -1, .events = POLLIN };
	}
	if (poll(fds, self->n, LOOK_MS) <= 0)
		return;
	for (unsigned i = 0; i < self->n; i++)
		if (fds[i].revents)
			receive(self, &self->places[i]);
}

static bool
anybody_left(const CliTeam *self)
{
	for (unsigned i = 0; i < self->n; i++)
		if (self->places[i].fd >= 0)
			return true;
	return false;
}

/* ---- The run ---- */

static void
find_captures(CliTeam *self)
{
	char **files = self->run->options->files;
	uint32_t n = g_strv_length(files);

	self->captures = g_array_new(FALSE, TRUE, sizeof(Capture));
	for (uint32_t i = 0; i < n; i++) {
		Capture c = { .files = { i, 1 } };

		while (i + 1 < n && cli_sets_goes_on(self->run->options, files + i)) {
			c.files.count++;
			i++;
		}
		g_array_append_val(self->captures, c);
	}
}

static void
show_progress(CliTeam *self)
{
	uint64_t done = self->run->progress.before;

	for (unsigned i = 0; i < self->n; i++)
		if (self->places[i].reads)
			done += self->places[i].shared->done;
	cli_progress_show_bytes(&self->run->progress, done);
}

/* Nobody is left to read what remains. */
static void
lose_the_rest(CliTeam *self)
{
	for (; self->next < self->captures->len && !*self->run->stop; self->next++) {
		cli_complain("%s: not read: all processes of -j are gone",
			     name_of(self, capture(self, self->next)));
		self->run->lost = true;
	}
}

void
cli_jobs_run(CliTeam *self, CliRun *run, const CliJobsHooks *hooks, void *user)
{
	self->run = run;
	self->hooks = hooks;
	self->user = user;
	find_captures(self);
	begin_capture(self);
	for (;;) {
		assign(self);
		print(self);
		for (unsigned i = 0; i < self->n; i++)
			self->places[i].shared->stop |= *run->stop;
		if (self->printing == self->next &&
		    (self->next == self->captures->len || *run->stop))
			break;
		if (self->printing == self->next && !anybody_left(self))
			break;
		wait_for_readers(self);
		show_progress(self);
	}
	cli_progress_clear(&run->progress);
	lose_the_rest(self);
	run->interrupted |= *run->stop && cli_signals_asked();
}
