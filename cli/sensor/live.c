/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop over an interface, from opening it to what the kernel still held at the end. */
#include "cli/sensor/live.h"

#include <errno.h>
#include <pwd.h>
#include <unistd.h>

#include "cli/sensor/privileges.h"

enum {
	WAIT_MS = 100,              /* between looks at *stop */
	DROPS_EVERY_NS = 250000000, /* between looks at the kernel's counters, capture time */
	DRAIN_PACKETS = 65536,      /* more than a ring holds is new traffic */
	DRAIN_US = 500000,
	DRAIN_WAIT_MS = 150, /* the kernel hands over what it gathered for at most 100 ms */
};

GQuark
cli_live_error_quark(void)
{
	return g_quark_from_static_string("cli-live-error");
}

CapSource *
cli_live_open(const CliOptions *options, GError **error)
{
	CapLiveOptions live = {
		.interface = options->interface,
		.filter = options->filter ? options->filter : cap_source_default_filter(),
		.promiscuous = true,
	};
	const struct passwd *who = NULL;
	CapSource *source;

	if (geteuid() == 0 && !options->run_as) {
		g_set_error_literal(
			error, CLI_LIVE_ERROR, EPERM,
			"refusing to parse network traffic as root; use --run-as USER (or --run-as "
			"root to insist)");
		return NULL;
	}
	if (options->run_as && !(who = getpwnam(options->run_as))) {
		g_set_error(error, CLI_LIVE_ERROR, ENOENT, "no such user: '%s'", options->run_as);
		return NULL;
	}
	source = cap_source_open_live(&live, error);
	if (source && !cli_privileges_drop(who, error)) {
		cap_source_free(source);
		return NULL;
	}
	return source;
}

void
cli_live_needs(const CliOptions *options, const CapSource *source, CliSandboxNeeds *needs)
{
	g_autofree char *counters =
		g_strdup_printf("/sys/class/net/%s/statistics", options->interface);

	needs->live = true;
	cli_sandbox_captures(needs, cap_source_live_fd(source));
	cli_sandbox_reads_below(needs, counters);
}

static void
note_drops(CapSource *source, CliPipeline *pipeline)
{
	CapDrops drops = cap_source_drops(source);

	cli_pipeline_set_drops(pipeline, drops.known, drops.dropped_kernel, drops.interface_known,
			       drops.dropped_interface);
}

/*
 * What was captured before the signal belongs to the run, including what the kernel is still
 * collecting; what arrives later does not.
 */
static void
drain(CapSource *source, CliPipeline *pipeline)
{
	uint64_t stopped_ns = (uint64_t)g_get_real_time() * 1000;
	gint64 until = g_get_monotonic_time() + DRAIN_US;
	CapPacket packet;

	for (unsigned n = 0; n < DRAIN_PACKETS && g_get_monotonic_time() < until; n++) {
		if (cap_source_next(source, &packet, DRAIN_WAIT_MS, NULL) != CAP_NEXT_PACKET)
			return;
		if (packet.time_ns > stopped_ns)
			return;
		cli_pipeline_packet(pipeline, &packet);
	}
}

bool
cli_live_run(CapSource *source, CliPipeline *pipeline, const CliLiveTick *tick,
	     const volatile bool *stop, GError **error)
{
	uint64_t drops_due = 0, packets = 0;
	CapNext next = CAP_NEXT_TIMEOUT;
	CapPacket packet;

	while (!*stop && (!tick->count || packets < tick->count) &&
	       (next == CAP_NEXT_PACKET || next == CAP_NEXT_TIMEOUT)) {
		next = cap_source_next(source, &packet, WAIT_MS, error);
		if (next == CAP_NEXT_TIMEOUT) {
			note_drops(source, pipeline);
			tick->fn(tick->user, true);
		} else if (next == CAP_NEXT_PACKET) {
			cli_pipeline_packet(pipeline, &packet);
			packets++;
			if (packet.time_ns < drops_due)
				continue;
			drops_due = packet.time_ns + DROPS_EVERY_NS;
			note_drops(source, pipeline);
			tick->fn(tick->user, false);
		}
	}
	if (*stop)
		g_clear_error(error);
	if (next != CAP_NEXT_ERROR && *stop)
		drain(source, pipeline);
	note_drops(source, pipeline);
	return *stop || next != CAP_NEXT_ERROR;
}
