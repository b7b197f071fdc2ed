/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of figures for spreadsheets. */
#include <string.h>

#include "output/base/csv.h"
#include "output/base/time.h"
#include "output/stats/stats.h"

typedef struct {
	OutBuffer *b;
	OutBuffer scratch;
	OutWriter *writer;
	const Stats *stats;
} Csv;

static void
cell_u64(Csv *self, uint64_t v)
{
	out_u64(&self->scratch, v);
	out_csv_cell(self->b, &self->scratch);
}

static void
cell_str(Csv *self, const char *s)
{
	out_str(&self->scratch, s ? s : "");
	out_csv_cell(self->b, &self->scratch);
}

/* A name from the wire, escaped as for a terminal. */
static void
cell_text(Csv *self, const char *s)
{
	out_text(&self->scratch, smb_text_from_utf8(s));
	out_csv_cell(self->b, &self->scratch);
}

static void
cell_time(Csv *self, uint64_t ns)
{
	out_time_utc(&self->scratch, ns, 9);
	out_csv_cell(self->b, &self->scratch);
}

static void
cell_address(Csv *self, const StatsAddress *address)
{
	out_figures_address(&self->scratch, address);
	out_csv_cell(self->b, &self->scratch);
}

static void
cell_times(Csv *self, const StatsTimes *t)
{
	cell_u64(self, t->count);
	cell_u64(self, t->min);
	cell_u64(self, stats_times_mean(t));
	cell_u64(self, stats_times_quantile(t, 500));
	cell_u64(self, stats_times_quantile(t, 950));
	cell_u64(self, stats_times_quantile(t, 990));
	cell_u64(self, t->max);
	cell_u64(self, t->sum);
}

static void
end_line(Csv *self)
{
	out_char(self->b, '\n');
	out_writer_record(self->writer);
}

static void
put_figures(Csv *self, unsigned kind, const StatsFigures *f)
{
	cell_times(self, &f->response);
	cell_u64(self, stats_times_quantile(&f->server, 500));
	cell_u64(self, stats_times_quantile(&f->handshake, 500));
	for (unsigned i = 0; i < stats_numbers_of(kind); i++)
		cell_u64(self, f->numbers[i]);
	end_line(self);
}

static void
put_items(Csv *self, unsigned kind)
{
	StatsOrder order = kind == STATS_STATUS ? STATS_BY_ERRORS : STATS_BY_TIME;
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, (StatsKind)kind, order);
	const StatsFigures *others = &self->stats->others[kind];

	out_str(self->b, stats_kind_name(kind));
	out_lit(self->b, ",answered,min_ns,mean_ns,median_ns,p95_ns,p99_ns,max_ns,sum_ns,"
			 "server_median_ns,handshake_median_ns");
	for (unsigned i = 0; i < stats_numbers_of(kind); i++) {
		out_char(self->b, ',');
		out_str(self->b, stats_number_name(i));
	}
	end_line(self);
	for (guint i = 0; i < items->len; i++) {
		const StatsItem *item = items->pdata[i];

		out_figures_name(&self->scratch, item);
		out_csv_cell(self->b, &self->scratch);
		put_figures(self, kind, &item->figures);
	}
	if (!stats_figures_empty(others)) { /* or the columns would not add up */
		cell_str(self, "others, not kept");
		put_figures(self, kind, others);
	}
}

static void
put_intervals(Csv *self, unsigned unused)
{
	const StatsIntervals *intervals = &self->stats->intervals;

	(void)unused;
	out_lit(self->b, "begin,length_ns,requests,answered,errors,bytes_read,bytes_written,"
			 "sum_ns,max_ns\n");
	for (guint i = 0; i < intervals->items->len; i++) {
		const StatsInterval *one = &g_array_index(intervals->items, StatsInterval, i);

		cell_time(self, one->index * intervals->length_ns);
		cell_u64(self, intervals->length_ns);
		cell_u64(self, one->requests);
		cell_u64(self, one->answered);
		cell_u64(self, one->errors);
		cell_u64(self, one->read);
		cell_u64(self, one->written);
		cell_u64(self, one->sum);
		cell_u64(self, one->max);
		end_line(self);
	}
}

static void
put_sizes(Csv *self, unsigned unused)
{
	(void)unused;
	out_lit(self->b, "bytes_from,reads,writes\n");
	for (unsigned i = 0; i < STATS_SIZES; i++) {
		uint64_t reads = self->stats->sizes[STATS_READS][i];
		uint64_t writes = self->stats->sizes[STATS_WRITES][i];

		if (!reads && !writes)
			continue;
		cell_u64(self, out_figures_size(i));
		cell_u64(self, reads);
		cell_u64(self, writes);
		end_line(self);
	}
}

static void
put_slow(Csv *self, unsigned unused)
{
	(void)unused;
	out_lit(self->b, "time_ns,capture,connection,request,request_frame,response_frame,client,"
			 "server,command,file\n");
	for (guint i = 0; i < self->stats->slow->len; i++) {
		const StatsSlow *s = self->stats->slow->pdata[i];

		cell_u64(self, s->time_ns);
		cell_text(self, s->capture ? s->capture : "");
		cell_u64(self, s->connection);
		cell_time(self, s->request.time_ns);
		cell_u64(self, s->request.frame);
		cell_u64(self, s->response.frame);
		cell_address(self, &s->client);
		cell_address(self, &s->server);
		cell_text(self, s->command);
		cell_text(self, s->file ? s->file : "");
		end_line(self);
	}
}

static const struct {
	const char *name;
	void (*put)(Csv *self, unsigned kind);
	unsigned kind;
} tables[] = {
	{ "commands", put_items, STATS_COMMAND },
	{ "statuses", put_items, STATS_STATUS },
	{ "servers", put_items, STATS_SERVER },
	{ "clients", put_items, STATS_CLIENT },
	{ "shares", put_items, STATS_SHARE },
	{ "files", put_items, STATS_FILE },
	{ "intervals", put_intervals, 0 },
	{ "sizes", put_sizes, 0 },
	{ "slow", put_slow, 0 },
};

int
out_figures_table_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		if (strcmp(tables[i].name, name) == 0)
			return (int)i;
	return -1;
}

void
out_figures_csv(OutWriter *writer, const Stats *stats, unsigned table)
{
	Csv self = { .b = out_writer_buffer(writer), .writer = writer, .stats = stats };

	tables[table].put(&self, tables[table].kind);
	out_buffer_clear(&self.scratch);
}
