/* SPDX-License-Identifier: BSD-3-Clause */
/* What a pipeline counts, and is told to count. */
#include "cli/pipeline/internal.h"

/* They count where they are numbered. */
static uint64_t
connections(const CliPipeline *self)
{
	if (self->options.dealt)
		return self->tries;
	return self->deal ? cli_deal_connections(self->deal) : smb_context_connections(self->smb);
}

OutTotals
cli_pipeline_totals_of_capture(const CliPipeline *self)
{
	const CapCounters *counters = cap_tracker_counters(self->tracker);

	return (OutTotals){
		.packets = counters->packets,
		.bytes = counters->bytes,
		.connections = connections(self) - self->tries,
		.messages = smb_context_messages(self->smb),
		.evictions = counters->evicted,
		.conflicts = counters->conflicts,
		.urgent = counters->urgent,
		.limits = counters->limits + smb_context_limits(self->smb),
		.forged = counters->forged,
		.half_open_evictions = counters->evicted_half_open,
		.encrypted_packets = counters->wlan_protected,
		.truncated_packets = counters->truncated,
		.malformed_packets = counters->malformed,
		.fragments_dropped = counters->fragments_dropped,
		.implausible_frames = counters->implausible,
	};
}

void
cli_pipeline_totals(const CliPipeline *self, OutTotals *ret_totals)
{
	OutTotals capture = cli_pipeline_totals_of_capture(self);

	*ret_totals = self->totals;
	out_totals_add(ret_totals, &self->before);
	out_totals_add(ret_totals, &capture);
	ret_totals->last_packet_ns = self->last_ns;
	ret_totals->time_ns = MAX(self->last_ns, self->clock_ns);
}

void
cli_pipeline_totals_now(const CliPipeline *self, OutTotals *ret_totals)
{
	cli_pipeline_totals(self, ret_totals);
	if (self->options.to)
		self->options.to->totals(self->options.to->user, ret_totals);
}

uint64_t
cli_pipeline_captures(const CliPipeline *self)
{
	return self->captures;
}

void
cli_pipeline_add(CliPipeline *self, const OutTotals *totals)
{
	out_totals_add(&self->before, totals);
	if (totals->packets)
		self->last_ns = totals->last_packet_ns;
}

void
cli_pipeline_set_live(CliPipeline *self, uint64_t outages, uint64_t unwritten)
{
	self->totals.outages = outages;
	self->totals.unwritten = unwritten;
}

void
cli_pipeline_set_lost(CliPipeline *self, uint64_t records, uint64_t bytes)
{
	self->totals.lost_records = records;
	self->totals.lost_bytes = bytes;
}

void
cli_pipeline_set_drops(CliPipeline *self, bool kernel_known, uint64_t kernel, bool interface_known,
		       uint64_t interface)
{
	self->totals.drops_known = kernel_known;
	self->totals.kernel_drops = kernel;
	self->totals.interface_drops_known = interface_known;
	self->totals.interface_drops = interface;
}
