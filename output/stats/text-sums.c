/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures as text: the sentences above and below the tables, of all that was seen. */
#include "output/stats/text.h"

static void
put_sum(FiguresText *self, const char *words, StatsSum sum, bool *any)
{
	uint64_t n = self->stats->sums[sum];

	if (!n)
		return;
	out_str(self->b, *any ? ", " : "");
	out_u64(self->b, n);
	out_str(self->b, words);
	*any = true;
}

void
figures_connections(FiguresText *self)
{
	size_t from;
	bool any = false;
	OutBuffer *b = self->b;
	static const struct {
		StatsSum sum;
		const char *words;
	} rows[] = {
		{ STATS_SUM_HANDSHAKES, " with their handshake" },
		{ STATS_SUM_MIDSTREAM, " begun before the capture" },
		{ STATS_SUM_ONE_WAY, " of one direction only" },
		{ STATS_SUM_ENCRYPTED, " encrypted" },
		{ STATS_SUM_WITHOUT_TCP, " over NetBEUI or IPX (of these no segments are "
					 "counted)" },
		{ STATS_SUM_FIN, " closed" },
		{ STATS_SUM_RESET, " reset" },
		{ STATS_SUM_TIMEOUT, " timed out" },
		{ STATS_SUM_OPEN, " open to the end" },
		{ STATS_SUM_NO_ANSWER, " without an answer" },
		{ STATS_SUM_PORT_CLOSED, " refused" },
		{ STATS_SUM_OTHER_END, " ended otherwise" },
		{ STATS_SUM_GAPS, " gaps" },
		{ STATS_SUM_GAP_BYTES, " bytes missing" },
		{ STATS_SUM_REPEATED, " messages repeated" },
		{ STATS_SUM_ORPHANS, " responses without a request" },
		{ STATS_SUM_BYTES_TO_SERVER, " bytes to servers" },
		{ STATS_SUM_BYTES_TO_CLIENT, " bytes to clients" },
		{ STATS_SUM_BACKWARDS, " responses before their requests" },
	};

	figures_heading(self, "Connections");
	from = b->len;
	out_count(b, self->stats->others[STATS_ALL].numbers[STATS_N_CONNECTIONS], "connection",
		  "connections");
	any = true;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		put_sum(self, rows[i].words, rows[i].sum, &any);
	out_char(b, '\n');
	out_wrap(b, from, self->columns, 1, 2);
}

void
figures_summary(FiguresText *self)
{
	const StatsFigures *all = &self->stats->others[STATS_ALL];
	OutBuffer *b = self->b;
	size_t from = b->len;

	out_count(b, all->numbers[STATS_N_REQUESTS], "request", "requests");
	if (self->stats->first_ns) {
		out_lit(b, " from ");
		out_clock_time(b, &self->clock, self->stats->first_ns);
		out_lit(b, ", within ");
		out_duration(b, self->stats->last_ns - self->stats->first_ns);
	}
	if (all->numbers[STATS_N_CHAINED]) {
		out_lit(b, "; ");
		out_u64(b, all->numbers[STATS_N_CHAINED]);
		out_lit(b, " behind others in AndX chains");
	}
	if (all->numbers[STATS_N_UNANSWERED]) {
		out_lit(b, "; ");
		out_u64(b, all->numbers[STATS_N_UNANSWERED]);
		out_lit(b, " without an answer");
	}
	if (all->numbers[STATS_N_UNSEEN]) {
		out_lit(b, "; ");
		out_u64(b, all->numbers[STATS_N_UNSEEN]);
		out_lit(b, " whose answer was not captured");
	}
	if (all->numbers[STATS_N_HELD]) {
		out_lit(b, "; ");
		out_u64(b, all->numbers[STATS_N_HELD]);
		out_lit(b, " that wait for a change (times by command only)");
	}
	out_lit(b, "; ");
	out_u64(b, all->numbers[STATS_N_READ]);
	out_lit(b, " bytes read, ");
	out_u64(b, all->numbers[STATS_N_WRITTEN]);
	out_lit(b, " written\n");
	out_wrap(b, from, self->columns, 1, 2);
}
