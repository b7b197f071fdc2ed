/* SPDX-License-Identifier: BSD-3-Clause */
/* Several interfaces as one source. */
#include "cli/sensor/interfaces.h"

#include <poll.h>
#include <stdio.h>

#include "capture/source/interface.h"
#include "cli/complain.h"

enum {
	ORDER_US = 20000,    /* longer than the kernel gathers packets */
	ERRORS_MAX = 20,     /* looks at an interface that is up and cannot be read */
	BREATH_MS = 100,     /* where there is no descriptor to wait for */
	AWAY_BREATH_MS = 50, /* an interface that is away may wake poll at once, again and again */
};

typedef struct {
	CapSource *source;
	CapPacket head;    /* the next packet, if has */
	gint64 arrived_us; /* monotonic: when it became the head */
	bool has;
	bool away;       /* down or gone */
	gint64 since_us; /* monotonic */
	unsigned errors; /* in a row, while it was up */
	GError *error;   /* the last of them */
	uint64_t packets, outages;
	CapDrops drops;
} One;

struct CliInterfaces {
	One *all;
	size_t n;
	struct pollfd *polls;
	const char **names;
	uint64_t frames;
	const CliDealTo *workers; /* NULL: none */
};

/* ---- Opening ---- */

CliInterfaces *
cli_interfaces_open(const CliLiveOptions *options, const char *filter, GError **error)
{
	CliInterfaces *self = g_new0(CliInterfaces, 1);
	CapLiveOptions live = { .filter = filter ? filter : cap_source_default_filter(),
				.snaplen = options->snaplen,
				.buffer_bytes = options->buffer,
				.promiscuous = !options->calm };
	guint n = g_strv_length(options->interfaces);

	self->all = g_new0(One, n);
	self->polls = g_new0(struct pollfd, n);
	self->names = g_new0(const char *, n + 1);
	for (guint i = 0; i < n; i++) {
		live.interface = options->interfaces[i];
		self->all[i].source = cap_source_open_live(&live, error);
		if (!self->all[i].source) {
			cli_interfaces_free(self);
			return NULL;
		}
		self->names[i] = cap_source_name(self->all[i].source);
		self->n++;
	}
	return self;
}

void
cli_interfaces_free(CliInterfaces *self)
{
	if (!self)
		return;
	for (size_t i = 0; i < self->n; i++) {
		cap_source_free(self->all[i].source);
		g_clear_error(&self->all[i].error);
	}
	g_free(self->all);
	g_free(self->polls);
	g_free(self->names);
	g_free(self);
}

void
cli_interfaces_serve(CliInterfaces *self, const CliDealTo *workers)
{
	self->workers = workers;
	self->polls = g_renew(struct pollfd, self->polls, self->n + (workers ? 2 * workers->n : 0));
}

void
cli_interfaces_needs(const CliInterfaces *self, CliSandboxNeeds *needs)
{
	for (size_t i = 0; i < self->n; i++)
		cli_sandbox_captures(needs, cap_source_live_fd(self->all[i].source));
}

void
cli_interfaces_announce(const CliInterfaces *self)
{
	for (size_t i = 0; i < self->n; i++) {
		const CapSource *source = self->all[i].source;
		const char *words, *name = cap_source_link_name(source, &words);

		cli_complain("listening on %s, link-type %s (%s), snapshot length %u bytes",
			     cap_source_name(source), name, words, cap_source_snaplen(source));
	}
}

/* ---- Going away and coming back ---- */

static void
note_away(One *one, bool gone)
{
	one->away = true;
	one->outages++;
	one->since_us = g_get_monotonic_time();
	cli_complain("%s: the interface %s; waiting for it", cap_source_name(one->source),
		     gone ? "went away" : "went down");
}

static void
note_back(One *one)
{
	gint64 us = g_get_monotonic_time() - one->since_us;

	one->away = false;
	one->errors = 0;
	cli_complain("%s: the interface is up again after %.1f seconds",
		     cap_source_name(one->source), (double)us / 1e6);
}

static void
look_at(One *one)
{
	CapInterfaceState state = cap_source_state(one->source);

	if (state == CAP_INTERFACE_GONE && cap_source_rebind(one->source)) {
		/* It was made anew between two looks. */
		if (!one->away)
			note_away(one, true);
		state = cap_source_state(one->source);
	}
	if (state != CAP_INTERFACE_UP && !one->away)
		note_away(one, state == CAP_INTERFACE_GONE);
	else if (state == CAP_INTERFACE_UP && one->away)
		note_back(one);
}

void
cli_interfaces_look(CliInterfaces *self)
{
	for (size_t i = 0; i < self->n; i++)
		look_at(&self->all[i]);
}

/* ---- Reading ---- */

/* An error of an interface that is away is no news; false: of one that is not. */
static bool
bear(One *one, GError *why, GError **error)
{
	g_clear_error(&one->error);
	one->error = why;
	look_at(one);
	if (one->away || ++one->errors < ERRORS_MAX)
		return true;
	g_propagate_error(error, g_steal_pointer(&one->error));
	return false;
}

/* Reads one packet, if there is one. False with error set. */
static bool
fill(One *one, GError **error)
{
	GError *why = NULL;
	CapNext next;

	if (one->has)
		return true;
	next = cap_source_next(one->source, &one->head, 0, &why);
	one->has = next == CAP_NEXT_PACKET;
	if (next == CAP_NEXT_ERROR)
		return bear(one, why, error);
	if (one->has) {
		one->errors = 0;
		one->arrived_us = g_get_monotonic_time();
	}
	return true;
}

/* The earliest packet; `ret_all`: every interface has one. NULL: none has. */
static One *
earliest(CliInterfaces *self, bool *ret_all)
{
	One *first = NULL;

	*ret_all = true;
	for (size_t i = 0; i < self->n; i++) {
		One *one = &self->all[i];

		*ret_all &= one->has;
		if (one->has && (!first || one->head.time_ns < first->head.time_ns))
			first = one;
	}
	return first;
}

/* How long the packet has to wait for those of other interfaces that may be earlier. */
static gint64
wait_of(const One *one)
{
	gint64 waited = g_get_monotonic_time() - one->arrived_us;
	gint64 age = g_get_real_time() - (gint64)(one->head.time_ns / 1000);

	return ORDER_US - MAX(waited, age);
}

/* Waits; also for workers, which are served meanwhile. */
static bool
wait_for(CliInterfaces *self, nfds_t n, int timeout_ms)
{
	const CliDealTo *to = self->workers;
	bool ready = false;

	if (!to)
		return poll(self->polls, n, timeout_ms) > 0;
	to->live->before_wait(to->user, self->polls + n);
	if (poll(self->polls, n + 2 * to->n, timeout_ms) <= 0)
		return false;
	for (nfds_t i = n; i < n + 2 * to->n && !ready; i++)
		ready = self->polls[i].revents != 0;
	if (ready)
		to->live->serve(to->user);
	return true;
}

/* Waits for packets of those that have none; false: a signal came, or time is over. */
static bool
wait_for_more(CliInterfaces *self, int timeout_ms)
{
	nfds_t n = 0;

	for (size_t i = 0; i < self->n; i++) {
		const One *one = &self->all[i];
		int fd = cap_source_descriptor(one->source);

		if (one->has)
			continue;
		if (one->away || one->errors)
			timeout_ms = MIN(timeout_ms, AWAY_BREATH_MS);
		else if (fd < 0)
			timeout_ms = MIN(timeout_ms, BREATH_MS);
		else
			self->polls[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	return wait_for(self, n, timeout_ms);
}

static bool
fill_all(CliInterfaces *self, GError **error)
{
	for (size_t i = 0; i < self->n; i++)
		if (!fill(&self->all[i], error))
			return false;
	return true;
}

static CapNext
hand_out(CliInterfaces *self, One *one, CapPacket *ret_packet)
{
	*ret_packet = one->head;
	ret_packet->frame = ++self->frames;
	ret_packet->interface = self->n > 1 ? (uint16_t)(one - self->all + 1) : 0;
	one->has = false;
	one->packets++;
	return CAP_NEXT_PACKET;
}

CapNext
cli_interfaces_next(CliInterfaces *self, CapPacket *ret_packet, int timeout_ms, GError **error)
{
	gint64 until = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

	for (bool last = false;;) {
		gint64 wait_us = until - g_get_monotonic_time(), order_us;
		bool all;
		One *one;

		if (!fill_all(self, error))
			return CAP_NEXT_ERROR;
		one = earliest(self, &all);
		order_us = one && !all ? wait_of(one) : 0;
		if (one && order_us <= 0)
			return hand_out(self, one, ret_packet);
		if (last || wait_us <= 0)
			return CAP_NEXT_TIMEOUT;
		if (one)
			wait_us = MIN(wait_us, order_us);
		last = !wait_for_more(self, (int)(wait_us + 999) / 1000) && !one;
	}
}

/* ---- Facts ---- */

CapDrops
cli_interfaces_drops(CliInterfaces *self)
{
	CapDrops sum = { 0 };

	for (size_t i = 0; i < self->n; i++) {
		CapDrops one = self->all[i].drops = cap_source_drops(self->all[i].source);

		sum.known |= one.known;
		sum.received += one.received;
		sum.dropped_kernel += one.dropped_kernel;
		sum.interface_known |= one.interface_known;
		sum.dropped_interface += one.dropped_interface;
	}
	return sum;
}

uint64_t
cli_interfaces_outages(const CliInterfaces *self)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < self->n; i++)
		sum += self->all[i].outages;
	return sum;
}

size_t
cli_interfaces_count(const CliInterfaces *self)
{
	return self->n;
}

CliInterfaceFacts
cli_interfaces_facts(const CliInterfaces *self, size_t i)
{
	const One *one = &self->all[i];

	return (CliInterfaceFacts){ .name = self->names[i],
				    .away = one->away,
				    .packets = one->packets,
				    .outages = one->outages,
				    .drops = one->drops };
}

const char *const *
cli_interfaces_names(const CliInterfaces *self)
{
	return self->n > 1 ? self->names : NULL;
}

bool
cli_interfaces_nanoseconds(const CliInterfaces *self)
{
	for (size_t i = 0; i < self->n; i++)
		if (!cap_source_nanoseconds(self->all[i].source))
			return false;
	return true;
}

int
cli_interfaces_link_type(const CliInterfaces *self)
{
	int type = cap_source_link_type(self->all[0].source);

	for (size_t i = 1; i < self->n; i++)
		if (cap_source_link_type(self->all[i].source) != type)
			return -1;
	return type;
}
