/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports of a live capture on standard error. */
#include "cli/sensor/stats.h"

#include "cli/complain.h"

void
cli_stats_begin(CliStats *self, uint64_t every_us, int64_t now_us)
{
	*self = (CliStats){ .every_us = every_us,
			    .begun_us = now_us,
			    .due_us = now_us + (int64_t)every_us };
}

bool
cli_stats_due(CliStats *self, int64_t now_us)
{
	if (!self->every_us || now_us < self->due_us)
		return false;
	/* Reports that a stopped process missed are not made up for. */
	self->due_us += (int64_t)self->every_us;
	if (self->due_us <= now_us)
		self->due_us = now_us + (int64_t)self->every_us;
	return true;
}

void
cli_stats_print(const OutStats *stats)
{
	OutBuffer b = { 0 };

	out_stats_text(&b, stats);
	cli_complain("%.*s", (int)b.len, b.data);
	out_buffer_clear(&b);
}

void
cli_stats_print_loss(CliStats *self, const OutTotals *totals)
{
	OutBuffer b = { 0 };

	if (out_stats_loss(&b, &self->told, totals))
		cli_complain("lost: %.*s", (int)b.len, b.data);
	self->told = *totals;
	out_buffer_clear(&b);
}
