/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/audit/records.h"

#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/lines.h"
#include "cli/records.h"

typedef struct {
	Audit *audit;
	OutTotals *totals;
	const char *path;
	uint64_t line; /* from 1 */
	CliRecordLines lines;
	const volatile bool *stop;
	OutAuditRecord last; /* what the last line was */
	bool summed, failed; /* summed: there was the summary of an audit */
} Records;

/* Whether a line is wrong only because its end is missing; everything before it is reported. */
static bool
is_torn(OutJson *line)
{
	const char *wrong = line->wrong;
	bool torn;

	line->wrong = NULL;
	while (out_json_peek(line) >= 0)
		out_json_step(line);
	torn = !line->wrong && !out_json_has_newline(line);
	line->wrong = wrong;
	return torn;
}

static void
take_line(Records *r, OutJson *line)
{
	g_autoptr(GError) error = NULL;

	r->line++;
	if (r->line < r->lines.first || r->line > r->lines.last ||
	    (out_json_peek(line) < 0 && !line->wrong))
		return;
	if (r->last == OUT_AUDIT_INTERIM) {
		cli_complain(
			"%s: has interim reports; it must be a file, not a pipe, so that all but "
			"the last can be left out",
			r->path);
		r->failed = true;
		return;
	}
	if (out_audit_read(line, r->audit, r->totals, &r->last, &error)) {
		r->summed |= r->last == OUT_AUDIT_SUMMARY;
		return;
	}
	r->last = OUT_AUDIT_OTHER;
	if (is_torn(line))
		return;
	cli_complain("%s: line %" G_GUINT64_FORMAT ": %s", r->path, r->line, error->message);
	r->failed = true;
}

/* False if the input stops within a line: the last line has to be complete. */
static bool
read_lines(Records *r, CliLines *lines)
{
	OutJson *line = cli_lines_json(lines);
	bool whole = true;

	if (out_json_peek(line) < 0 && !out_json_has_newline(line))
		return cli_lines_are_whole(lines);
	do {
		take_line(r, line);
		whole = out_json_has_newline(line);
	} while (!r->failed && !*r->stop && r->line < r->lines.last && out_json_next_line(line));
	return whole && cli_lines_are_whole(lines);
}

/* By an audit's end; or by that of something else, if nothing of an audit was there. */
static bool
is_ended(const Records *r)
{
	return r->last == OUT_AUDIT_END || (r->last == OUT_AUDIT_OTHER_END && !r->summed);
}

void
cli_audit_read_records(CliRun *run, char *const *file, Audit *audit, OutTotals *totals)
{
	Records r = { .audit = audit, .totals = totals, .path = *file, .stop = run->stop };
	g_autoptr(GError) error = NULL;
	CliLines *lines =
		cli_lines_open_fd(cli_inputs_take(run->options, file), *file, run->stop, &error);
	bool whole;

	if (!lines && !*run->stop) {
		cli_complain("%s", error->message);
		run->unopened = true;
	}
	if (!lines)
		return;
	cli_audit_options_set_site(&run->options->audit, audit, *file);
	r.lines = cli_records_find(cli_lines_descriptor(lines));
	whole = read_lines(&r, lines);
	cli_lines_free(lines);
	audit_settle(audit);
	if (*run->stop)
		return;
	if (r.lines.mixed) {
		cli_complain("%s: interim reports of several runs: each run needs a file of its own",
			     *file);
		r.failed = true;
	} else if (!r.failed && whole && r.last == OUT_AUDIT_INTERIM) {
		cli_complain("%s: its last report is an interim one: the run was cut short", *file);
	} else if (!r.failed && (!whole || !is_ended(&r))) {
		cli_complain("%s: cut short: its last line is not the end of an audit", *file);
		r.failed = true;
	} else if (!r.failed && !r.summed) {
		cli_complain("%s: not an audit record file", *file);
		r.failed = true;
	}
	run->damaged |= r.failed;
}
