/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of a live capture. */
#include "cli/sensor/live.h"

enum {
	WAIT_MS = 100,          /* between looks at *stop */
	SHORT_WAIT_MS = 10,     /* the same while lines may wait for their time to be over, */
	RECENT_US = 500000,     /* which is so after a packet */
	LOOK_US = 250000,       /* between looks */
	TICK_NS = 10000000,     /* between ticks, by the time of the packets */
	GATHERED_NS = 20000000, /* longer than the kernel holds a packet back */
	DRAIN_PACKETS = 65536,  /* more than a ring holds is new traffic */
	DRAIN_US = 500000,
	DRAIN_WAIT_MS = 50, /* longer than the kernel gathers */
};

typedef struct {
	const CliLiveInput *input;
	const CliLiveWork *work;
	int64_t begun_us, look_us, packet_us; /* monotonic; of the last packet */
	int64_t last_us; /* monotonic: when nothing waited for the first time since the last packet */
	bool waited;     /* since then */
	uint64_t packets;
	uint64_t last_ns, tick_ns; /* capture time: of the last packet, and when a tick was */
} Loop;

static void
tick(Loop *self, uint64_t seen_ns)
{
	int64_t now_us = self->input->monotonic_us(self->input->source);

	self->tick_ns = seen_ns;
	self->work->tick(self->work->user, seen_ns);
	if (now_us < self->look_us)
		return;
	self->look_us = now_us + LOOK_US;
	self->work->look(self->work->user);
}

static void
take(Loop *self, const CapPacket *packet)
{
	self->work->packet(self->work->user, packet);
	self->packets++;
	self->waited = false;
	self->last_ns = packet->time_ns;
	/* Also if capture time runs backwards. */
	if (packet->time_ns - self->tick_ns < TICK_NS)
		return;
	self->packet_us = self->input->monotonic_us(self->input->source);
	tick(self, packet->time_ns);
}

/*
 * Nothing waits in the kernel but what it still gathers. Where the clock was set back since the last
 * packet, time goes on from that one.
 */
static void
pass_time(Loop *self)
{
	const CliLiveInput *input = self->input;
	uint64_t now_ns = input->real_ns(input->source), since_ns;

	if (!self->waited)
		self->last_us = input->monotonic_us(input->source);
	self->waited = true;
	if (now_ns < self->last_ns) {
		since_ns = (uint64_t)(input->monotonic_us(input->source) - self->last_us) * 1000;
		now_ns = self->last_ns + since_ns;
	}
	tick(self, MAX(self->last_ns, now_ns - MIN(now_ns, GATHERED_NS)));
}

static bool
is_counted(const Loop *self)
{
	return self->work->count && self->packets >= self->work->count;
}

static bool
is_late(const Loop *self)
{
	const CliLiveInput *input = self->input;

	return self->work->duration_us && input->monotonic_us(input->source) - self->begun_us >=
						  (int64_t)self->work->duration_us;
}

static int
wait_of(const Loop *self)
{
	int64_t now_us = self->input->monotonic_us(self->input->source), left_ms;
	int wait = now_us - self->packet_us < RECENT_US ? SHORT_WAIT_MS : WAIT_MS;

	if (!self->work->duration_us)
		return wait;
	left_ms = (self->begun_us + (int64_t)self->work->duration_us - now_us) / 1000 + 1;
	return (int)CLAMP(left_ms, 0, wait);
}

/*
 * What was captured before the end belongs to the run, including what the kernel is still
 * collecting; what arrives later does not.
 */
static void
drain(Loop *self)
{
	const CliLiveInput *input = self->input;
	uint64_t stopped_ns = input->real_ns(input->source);
	int64_t until = input->monotonic_us(input->source) + DRAIN_US;
	CapPacket packet;

	for (unsigned n = 0; n < DRAIN_PACKETS && input->monotonic_us(input->source) < until; n++) {
		if (input->next(input->source, &packet, DRAIN_WAIT_MS, NULL) != CAP_NEXT_PACKET)
			return;
		if (packet.time_ns > stopped_ns || is_counted(self))
			return;
		self->work->packet(self->work->user, &packet);
		self->packets++;
	}
}

bool
cli_live_run(const CliLiveInput *input, const CliLiveWork *work, const volatile bool *stop,
	     GError **error)
{
	Loop self = { .input = input, .work = work };
	CapNext next = CAP_NEXT_TIMEOUT;
	CapPacket packet;

	self.begun_us = self.packet_us = input->monotonic_us(input->source);
	while (!*stop && !is_counted(&self) && !is_late(&self) &&
	       (next == CAP_NEXT_PACKET || next == CAP_NEXT_TIMEOUT)) {
		next = input->next(input->source, &packet, wait_of(&self), error);
		if (next == CAP_NEXT_PACKET)
			take(&self, &packet);
		else if (next == CAP_NEXT_TIMEOUT)
			pass_time(&self);
	}
	if (*stop)
		g_clear_error(error);
	if (next != CAP_NEXT_ERROR && !is_counted(&self))
		drain(&self);
	work->look(work->user);
	return *stop || next != CAP_NEXT_ERROR;
}
