/* SPDX-License-Identifier: BSD-3-Clause */
/* The sink that feeds figures, and how their items are called. */
#include "output/base/sink-base.h"
#include "output/stats/stats.h"

typedef struct {
	OutSinkBase base; /* first; of it only the memory is used */
	Stats *stats;
} StatsSink;

static void
event(OutSink *sink, const SmbEvent *e)
{
	StatsSink *self = (StatsSink *)sink;

	stats_event(self->stats, e);
	self->base.memory = self->stats->memory;
}

static void
end(OutSink *sink, const OutTotals *totals)
{
	(void)sink;
	(void)totals;
}

/* Its memory belongs to the figures. */
static size_t
sink_free(OutSink *sink)
{
	g_free(sink);
	return 0;
}

OutSink *
out_stats_sink_new(Stats *stats)
{
	static const OutSinkClass class = { .event = event, .end = end, .free = sink_free };
	StatsSink *self = g_new0(StatsSink, 1);

	self->base.sink =
		(OutSink){ .class = &class, .want = SMB_EVENT_EXCHANGE | SMB_EVENT_CONNECTION };
	self->stats = stats;
	return &self->base.sink;
}

void
out_figures_address(OutBuffer *b, const StatsAddress *address)
{
	out_address(b, address->family, address->bytes);
}

void
out_figures_name(OutBuffer *b, const StatsItem *item)
{
	if (item->kind == STATS_STATUS)
		out_status(b, item->status);
	else if (item->kind == STATS_SERVER || item->kind == STATS_CLIENT)
		out_figures_address(b, &item->address);
	else
		out_text(b, smb_text_from_utf8(item->name));
}

uint64_t
out_figures_size(unsigned class)
{
	return class ? UINT64_C(1) << (class - 1) : 0;
}
