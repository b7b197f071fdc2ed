/* SPDX-License-Identifier: BSD-3-Clause */
/* A live capture, from opening the interfaces to what the kernel still held at the end. */
#include "cli/sensor/watch.h"

#include <errno.h>
#include <unistd.h>

#include "cli/report/output.h"
#include "cli/run.h"
#include "cli/sensor/interfaces.h"
#include "cli/sensor/live.h"
#include "cli/sensor/monitor.h"
#include "cli/sensor/packets.h"
#include "cli/sensor/privileges.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/stats.h"
#include "cli/workers/deal.h"

enum { WAITING_LOOK_US = 250000 }; /* as while packets come */

struct CliWatch {
	const CliOptions *options;
	CliInterfaces *interfaces;
	CliLater *later;     /* where files of -w are made; NULL: nowhere */
	CliPackets *packets; /* -w; NULL: none */
	CliRun *run;         /* while it runs */
	const CliDealTo *to; /* --workers; NULL: none */
	int64_t waited_us;   /* when it last looked while it waited for them; monotonic */
	CliStats stats;
};

/* ---- Opening ---- */

static bool
fail(GError **error, GFileError code, const char *text)
{
	g_set_error_literal(error, G_FILE_ERROR, (int)code, text);
	return false;
}

/* Before privileges are dropped: the file, or the directory in which there will be files. */
static bool
open_packets(CliWatch *self, GError **error)
{
	const CliOptions *options = self->options;
	int type = cli_interfaces_link_type(self->interfaces), fd = -1;

	if (!options->write)
		return true;
	if (type < 0)
		return fail(error, G_FILE_ERROR_INVAL,
			    "-w: the interfaces have different link layers, and a capture in pcap "
			    "format has one; -i any has one for all");
	if (cli_live_options_rotate(&options->live))
		self->later = cli_later_new(options->write, error);
	else
		fd = cli_output_open_packets(options, error);
	if (!self->later && fd < 0)
		return false;
	self->packets = cli_packets_new(options->write, fd, self->later, &options->live, type,
					cli_interfaces_nanoseconds(self->interfaces));
	return true;
}

static bool
open_all(CliWatch *self, GError **error)
{
	const CliOptions *options = self->options;
	const struct passwd *who;

	if (!cli_privileges_find(options->run_as, &who, error))
		return false;
	self->interfaces = cli_interfaces_open(&options->live, options->filter, error);
	if (!self->interfaces || !open_packets(self, error) || !cli_privileges_drop(who, error))
		return false;
	if (self->later &&
	    !cli_packets_begin(self->packets, (uint64_t)g_get_real_time() * 1000, error))
		return false;
	cli_signals_defer_reports();
	return true;
}

CliWatch *
cli_watch_open(const CliOptions *options, GError **error)
{
	CliWatch *self = g_new0(CliWatch, 1);

	self->options = options;
	self->to = options->deal_to;
	if (open_all(self, error))
		return self;
	cli_watch_close(self);
	return NULL;
}

bool
cli_watch_close(CliWatch *self)
{
	bool ok;

	if (!self)
		return true;
	ok = cli_packets_close(self->packets);
	cli_later_free(self->later);
	cli_interfaces_free(self->interfaces);
	g_free(self);
	return ok;
}

void
cli_watch_needs(const CliWatch *self, CliSandboxNeeds *needs)
{
	needs->live = true;
	cli_interfaces_needs(self->interfaces, needs);
	if (self->later)
		cli_sandbox_replaces(needs, self->options->write);
}

const char *const *
cli_watch_names(const CliWatch *self)
{
	return cli_interfaces_names(self->interfaces);
}

bool
cli_watch_nanoseconds(const CliWatch *self)
{
	return cli_interfaces_nanoseconds(self->interfaces);
}

/* ---- The source and its clocks ---- */

static CapNext
next_packet(void *source, CapPacket *ret_packet, int timeout_ms, GError **error)
{
	return cli_interfaces_next(source, ret_packet, timeout_ms, error);
}

static uint64_t
real_ns(void *source)
{
	(void)source;
	return (uint64_t)g_get_real_time() * 1000;
}

static int64_t
monotonic_us(void *source)
{
	(void)source;
	return g_get_monotonic_time();
}

/* ---- What the loop calls ---- */

static void
on_packet(void *user, const CapPacket *packet)
{
	CliWatch *self = user;

	if (self->packets)
		cli_packets_write(self->packets, packet);
	cli_pipeline_packet(self->run->pipeline, packet);
	if (self->run->hooks->packet)
		self->run->hooks->packet(self->run->user, packet);
}

static void
on_tick(void *user, uint64_t seen_ns)
{
	CliWatch *self = user;

	cli_pipeline_idle(self->run->pipeline, seen_ns);
	if (self->to)
		self->to->live->clock(self->to->user, seen_ns);
	cli_monitor_tick(self->options->monitor, self->run->pipeline);
	self->run->hooks->tick(self->run->user, seen_ns);
}

static void
note_losses(CliWatch *self)
{
	CapDrops drops = cli_interfaces_drops(self->interfaces);

	cli_pipeline_set_drops(self->run->pipeline, drops.known, drops.dropped_kernel,
			       drops.interface_known, drops.dropped_interface);
	cli_pipeline_set_live(self->run->pipeline, cli_interfaces_outages(self->interfaces),
			      self->packets ? cli_packets_lost(self->packets) : 0);
}

static OutInterfaceStats *
interface_stats(const CliWatch *self)
{
	size_t n = cli_interfaces_count(self->interfaces);
	OutInterfaceStats *all = g_new0(OutInterfaceStats, n);

	for (size_t i = 0; i < n; i++) {
		CliInterfaceFacts facts = cli_interfaces_facts(self->interfaces, i);

		all[i] = (OutInterfaceStats){ .name = facts.name,
					      .up = !facts.away,
					      .packets = facts.packets,
					      .outages = facts.outages,
					      .drops_known = facts.drops.known,
					      .kernel_drops = facts.drops.dropped_kernel,
					      .interface_drops_known = facts.drops.interface_known,
					      .interface_drops = facts.drops.dropped_interface };
	}
	return all;
}

static void
tell_stats(CliWatch *self)
{
	g_autofree OutInterfaceStats *interfaces = interface_stats(self);
	int64_t now_us = g_get_monotonic_time();
	OutStats stats = { .time_ns = real_ns(NULL),
			   .uptime_ns = (uint64_t)(now_us - self->stats.begun_us) * 1000,
			   .memory = cli_pipeline_memory(self->run->pipeline),
			   .memory_limit = self->options->memory,
			   .interfaces = interfaces,
			   .n_interfaces = cli_interfaces_count(self->interfaces) };

	cli_pipeline_totals_now(self->run->pipeline, &stats.totals);
	if (!self->run->hooks->stats || !self->run->hooks->stats(self->run->user, &stats))
		cli_stats_print(&stats);
	cli_stats_print_loss(&self->stats, &stats.totals);
}

/* `settles`: what was captured is counted first, also by workers, as far as they are quick. */
static void
look(CliWatch *self, bool settles)
{
	enum { SETTLE_MS = 100 };
	bool due;

	cli_interfaces_look(self->interfaces);
	if (self->packets)
		cli_packets_flush(self->packets);
	note_losses(self);
	due = cli_stats_due(&self->stats, g_get_monotonic_time());
	due |= cli_signals_report_asked();
	if (due && settles && self->to)
		self->to->settle(self->to->user, SETTLE_MS);
	if (due)
		tell_stats(self);
}

static void
on_look(void *user)
{
	look(user, true);
}

/* While workers are waited for, the run is alive, and what it loses meanwhile is told in time. */
static void
on_waiting(void *user)
{
	CliWatch *self = user;
	int64_t now_us = g_get_monotonic_time();

	cli_monitor_tick(self->options->monitor, self->run->pipeline);
	if (!self->run->pipeline || now_us - self->waited_us < WAITING_LOOK_US)
		return;
	self->waited_us = now_us;
	look(self, false);
}

bool
cli_watch_run(CliWatch *self, CliRun *run, GError **error)
{
	const CliLiveInput input = { next_packet, real_ns, monotonic_us, self->interfaces };
	const CliLiveWork work = { .packet = on_packet,
				   .tick = on_tick,
				   .look = on_look,
				   .user = self,
				   .count = self->options->count,
				   .duration_us = self->options->live.duration_us };
	bool ok;

	self->run = run;
	if (self->to)
		self->to->live->watch(self->to->user, on_waiting, self);
	cli_interfaces_serve(self->interfaces, self->to);
	cli_interfaces_announce(self->interfaces);
	cli_stats_begin(&self->stats, self->options->live.stats_us, g_get_monotonic_time());
	ok = cli_live_run(&input, &work, run->stop, error);
	cli_pipeline_idle(run->pipeline, real_ns(NULL));
	return ok;
}
