/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures as records: a summary, intervals, the slowest exchanges, and an item for each command,
 * server and so on. Those of several runs add up (read.c).
 */
#include "output/base/time.h"
#include "output/stats/stats.h"

/* A key that is no literal. */
static void
put_key(OutBuffer *b, const char *key)
{
	out_json_comma(b);
	out_char(b, '"');
	out_str(b, key);
	out_lit(b, "\":");
}

static void
put_begin(OutBuffer *b, const char *kind)
{
	out_lit(b, "{\"event_type\":\"figures\",\"kind\":\"");
	out_str(b, kind);
	out_char(b, '"');
}

static void
put_end(OutWriter *writer)
{
	out_lit(out_writer_buffer(writer), "}\n");
	out_writer_record(writer);
}

static void
put_time(OutBuffer *b, uint64_t ns)
{
	out_char(b, '"');
	out_time_utc(b, ns, 9);
	out_char(b, '"');
}

static void
put_address(OutBuffer *b, const StatsAddress *address)
{
	if (!address->family) {
		out_lit(b, "null");
		return;
	}
	out_char(b, '"');
	out_figures_address(b, address);
	out_char(b, '"');
}

static void
put_status(OutBuffer *b, SmbStatus status)
{
	out_key(b, "status");
	out_char(b, '"');
	out_status(b, status);
	out_char(b, '"');
	out_key_u64(b, "status_code", status.value);
	out_key_bool(b, "status_dos", status.dos);
}

static void
put_times(OutBuffer *b, const char *key, const StatsTimes *times)
{
	if (!times->count)
		return;
	put_key(b, key);
	out_char(b, '{');
	out_key_u64(b, "count", times->count);
	out_key_u64(b, "sum_ns", times->sum);
	out_key_u64(b, "min_ns", times->min);
	out_key_u64(b, "median_ns", stats_times_quantile(times, 500));
	out_key_u64(b, "p95_ns", stats_times_quantile(times, 950));
	out_key_u64(b, "p99_ns", stats_times_quantile(times, 990));
	out_key_u64(b, "max_ns", times->max);
	out_key(b, "buckets");
	out_char(b, '[');
	for (uint32_t i = 0; i < times->n; i++) {
		out_json_comma(b);
		out_char(b, '[');
		out_u64(b, times->buckets[i].bucket);
		out_char(b, ',');
		out_json_u64(b, times->buckets[i].count);
		out_char(b, ']');
	}
	out_lit(b, "]}");
}

static void
put_figures(OutBuffer *b, unsigned kind, const StatsFigures *figures)
{
	out_key(b, "counts");
	out_char(b, '{');
	for (unsigned i = 0; i < stats_numbers_of(kind); i++) {
		put_key(b, stats_number_name(i));
		out_json_u64(b, figures->numbers[i]);
	}
	out_char(b, '}');
	put_times(b, "response", &figures->response);
	put_times(b, "server_time", &figures->server);
	put_times(b, "handshake", &figures->handshake);
}

static void
put_item(OutWriter *writer, const StatsItem *item)
{
	OutBuffer *b = out_writer_buffer(writer);

	put_begin(b, "item");
	out_key_str(b, "of", stats_kind_name(item->kind));
	switch (item->kind) {
	case STATS_STATUS:
		put_status(b, item->status);
		break;
	case STATS_SERVER:
	case STATS_CLIENT:
		out_key(b, "address");
		put_address(b, &item->address);
		break;
	case STATS_COMMAND:
	case STATS_SHARE:
	case STATS_FILE:
	case STATS_ALL:
		out_key_text(b, "name", smb_text_from_utf8(item->name));
		break;
	}
	if (item->kind == STATS_COMMAND) {
		out_key_u64(b, "version", item->command.version);
		out_key_u64(b, "command", item->command.command);
		out_key(b, "function");
		out_json_i64_or_null(b, item->command.function >= 0, item->command.function);
	}
	put_figures(b, item->kind, &item->figures);
	put_end(writer);
}

/* Of items that were not kept, or of everything. */
static void
put_others(OutWriter *writer, unsigned kind, const StatsFigures *figures)
{
	OutBuffer *b = out_writer_buffer(writer);

	put_begin(b, kind == STATS_ALL ? "all" : "others");
	out_key_str(b, "of", stats_kind_name(kind));
	put_figures(b, kind, figures);
	put_end(writer);
}

static void
put_intervals(OutWriter *writer, const StatsIntervals *intervals)
{
	OutBuffer *b = out_writer_buffer(writer);

	for (guint i = 0; i < intervals->items->len; i++) {
		const StatsInterval *one = &g_array_index(intervals->items, StatsInterval, i);

		put_begin(b, "interval");
		out_key(b, "begin");
		put_time(b, one->index * intervals->length_ns);
		out_key_u64(b, "length_ns", intervals->length_ns);
		out_key_u64(b, "asked_ns", intervals->asked_ns);
		out_key_u64(b, "requests", one->requests);
		out_key_u64(b, "answered", one->answered);
		out_key_u64(b, "errors", one->errors);
		out_key_u64(b, "bytes_read", one->read);
		out_key_u64(b, "bytes_written", one->written);
		out_key_u64(b, "sum_ns", one->sum);
		out_key_u64(b, "max_ns", one->max);
		put_end(writer);
	}
}

static void
put_stamp(OutBuffer *b, const char *time, const char *frame, const SmbStamp *stamp)
{
	put_key(b, time);
	put_time(b, stamp->time_ns);
	put_key(b, frame);
	out_json_u64(b, stamp->frame);
}

static void
put_slow(OutWriter *writer, const StatsSlow *slow)
{
	OutBuffer *b = out_writer_buffer(writer);

	put_begin(b, "slow");
	out_key_u64(b, "time_ns", slow->time_ns);
	put_stamp(b, "timestamp", "request_frame", &slow->request);
	put_stamp(b, "answered", "response_frame", &slow->response);
	if (slow->capture) {
		out_key(b, "pcap_filename");
		out_str_json(b, slow->capture);
	}
	out_key_u64(b, "connection", slow->connection);
	out_key_text(b, "name", smb_text_from_utf8(slow->command));
	if (slow->file)
		out_key_text(b, "file", smb_text_from_utf8(slow->file));
	out_key(b, "client");
	put_address(b, &slow->client);
	out_key(b, "server");
	put_address(b, &slow->server);
	if (slow->has_status)
		put_status(b, slow->status);
	put_end(writer);
}

static void
put_sizes(OutBuffer *b, const uint64_t sizes[STATS_SIZES])
{
	out_char(b, '[');
	for (unsigned i = 0; i < STATS_SIZES; i++) {
		if (!sizes[i])
			continue;
		out_json_comma(b);
		out_char(b, '[');
		out_u64(b, out_figures_size(i));
		out_char(b, ',');
		out_json_u64(b, sizes[i]);
		out_char(b, ']');
	}
	out_char(b, ']');
}

static void
put_horizon(OutBuffer *b, const StatsHorizon *horizon)
{
	out_key(b, "horizon");
	out_char(b, '"');
	out_hex(b, horizon->rank, 16);
	out_lit(b, "\",\"key\":\"");
	out_hex(b, horizon->key.words[0], 16);
	out_hex(b, horizon->key.words[1], 16);
	out_char(b, '"');
}

/* If nothing was left out, the records do not depend on a key and do not mention it. */
static void
put_left_out(OutBuffer *b, const Stats *stats)
{
	if (stats->has_horizon)
		put_horizon(b, &stats->horizon);
	if (stats->n_further)
		out_lit(b, ",\"other_horizons\":[");
	for (uint32_t i = 0; i < stats->n_further; i++) {
		out_str(b, i ? ",{" : "{");
		put_horizon(b, &stats->further[i]);
		out_char(b, '}');
	}
	if (stats->n_further)
		out_char(b, ']');
	if (stats->mixed)
		out_lit(b, ",\"mixed\":true");
}

static void
put_summary(OutWriter *writer, const Stats *stats)
{
	OutBuffer *b = out_writer_buffer(writer);

	put_begin(b, "summary");
	if (stats->first_ns) {
		out_key(b, "first");
		put_time(b, stats->first_ns);
		out_key(b, "last");
		put_time(b, stats->last_ns);
	}
	out_key(b, "sums");
	out_char(b, '{');
	for (unsigned i = 0; i < STATS_SUMS; i++) {
		put_key(b, stats_sum_name(i));
		out_json_u64(b, stats->sums[i]);
	}
	out_char(b, '}');
	out_key(b, "reads_by_size");
	put_sizes(b, stats->sizes[STATS_READS]);
	out_key(b, "writes_by_size");
	put_sizes(b, stats->sizes[STATS_WRITES]);
	put_left_out(b, stats);
	put_end(writer);
}

void
out_figures_json(OutWriter *writer, const Stats *stats)
{
	g_autoptr(GPtrArray) items = stats_listed(stats);

	put_others(writer, STATS_ALL, &stats->others[STATS_ALL]);
	for (guint i = 0; i < items->len; i++)
		put_item(writer, items->pdata[i]);
	for (unsigned kind = 0; kind < STATS_KINDS; kind++)
		if (!stats_figures_empty(&stats->others[kind]))
			put_others(writer, kind, &stats->others[kind]);
	put_intervals(writer, &stats->intervals);
	for (guint i = 0; i < stats->slow->len; i++)
		put_slow(writer, stats->slow->pdata[i]);
	put_summary(writer, stats);
}
