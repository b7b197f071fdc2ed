/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters of a live capture: the record, the line, and what is new of its losses. */
#include "output/base/stats.h"

#include <glib.h>

#include "output/base/end.h"
#include "output/base/json.h"
#include "output/base/time.h"
#include "output/base/words.h"

static void
put_interface(OutBuffer *b, const OutInterfaceStats *one)
{
	out_lit(b, "{\"name\":");
	out_str_json(b, one->name);
	out_key_bool(b, "up", one->up);
	out_key_u64(b, "packets", one->packets);
	out_key(b, "kernel_drops");
	out_json_i64_or_null(b, one->drops_known, (int64_t)one->kernel_drops);
	out_key(b, "interface_drops");
	out_json_i64_or_null(b, one->interface_drops_known, (int64_t)one->interface_drops);
	out_key_u64(b, "outages", one->outages);
	out_char(b, '}');
}

void
out_stats_json(OutBuffer *b, const OutStats *stats)
{
	out_lit(b, "{\"timestamp\":\"");
	out_time_record(b, stats->time_ns, 6);
	out_lit(b, "\",\"event_type\":\"stats\"");
	out_key_u64(b, "uptime_s", stats->uptime_ns / 1000000000);
	out_totals_json(b, &stats->totals);
	out_key_u64(b, "memory", stats->memory);
	out_key_u64(b, "memory_limit", stats->memory_limit);
	out_key(b, "interfaces");
	out_char(b, '[');
	for (size_t i = 0; i < stats->n_interfaces; i++) {
		if (i)
			out_char(b, ',');
		put_interface(b, &stats->interfaces[i]);
	}
	out_lit(b, "]}\n");
}

void
out_stats_text(OutBuffer *b, const OutStats *stats)
{
	const OutTotals *t = &stats->totals;

	out_count(b, t->packets, "packet", "packets");
	out_lit(b, ", ");
	out_count(b, t->connections, "connection", "connections");
	out_lit(b, ", ");
	out_count(b, t->messages, "message", "messages");
	out_lit(b, " so far, ");
	out_bytes(b, stats->memory);
	out_lit(b, " of memory");
	if (t->kernel_drops || t->interface_drops) {
		out_lit(b, ", ");
		out_count(b, t->kernel_drops + t->interface_drops, "packet", "packets");
		out_lit(b, " dropped");
	}
}

typedef struct {
	size_t offset; /* of a uint64_t in OutTotals */
	const char *one, *many, *rest;
} Loss;

static const Loss losses[] = {
	{ offsetof(OutTotals, kernel_drops), "packet", "packets", " dropped by the kernel" },
	{ offsetof(OutTotals, interface_drops), "packet", "packets", " dropped by the interface" },
	{ offsetof(OutTotals, outages), "time", "times", " an interface was down or away" },
	{ offsetof(OutTotals, evictions), "connection", "connections",
	  " dropped to stay within the memory limit" },
	{ offsetof(OutTotals, limits), "time", "times", " more at once than is kept" },
	{ offsetof(OutTotals, gaps), "gap", "gaps", " in the streams" },
	{ offsetof(OutTotals, gap_bytes), "byte", "bytes", " missing" },
	{ offsetof(OutTotals, skipped_bytes), "byte", "bytes", " skipped" },
	{ offsetof(OutTotals, fragments_dropped), "IP fragment", "IP fragments",
	  " never put together" },
	{ offsetof(OutTotals, unwritten), "packet", "packets", " not written by -w" },
};

static uint64_t
at(const OutTotals *t, const Loss *loss)
{
	return *(const uint64_t *)((const char *)t + loss->offset);
}

bool
out_stats_loss(OutBuffer *b, const OutTotals *before, const OutTotals *now)
{
	bool any = false;

	for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
		uint64_t was = at(before, &losses[i]), is = at(now, &losses[i]);

		if (is <= was)
			continue;
		if (any)
			out_lit(b, ", ");
		out_count(b, is - was, losses[i].one, losses[i].many);
		out_str(b, losses[i].rest);
		any = true;
	}
	return any;
}
