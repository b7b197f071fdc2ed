/* SPDX-License-Identifier: BSD-3-Clause */
/* Outputs, and whether they are whole. */
#include "cli/verify/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/lines.h"
#include "cli/sensor/privileges.h"
#include "cli/verify/mend.h"
#include "cli/verify/record.h"
#include "output/base/words.h"

enum { PROBLEMS_SHOWN = 10 };

typedef struct {
	const volatile bool *stop;
	const char *path;           /* the file that is read */
	uint64_t line;              /* of it, from 1 */
	uint64_t records, problems; /* of it */
	uint64_t since_end;         /* records since the last end */
	uint64_t since_part;        /* and since the part in work began */
	bool ended;                 /* the last record was an end */
	bool goes_on;               /* an interim one */
	bool open;                  /* records of this file have no end yet */
	bool torn;
	/* of the run */
	bool begun_here; /* its first part was seen from its beginning on */
	int64_t part;    /* of the last end; 0: none */
	int64_t lost;    /* what its records of type lost add up to */
	int64_t packets, messages, connections;
	CliRecord record;
} Verify;

static void G_GNUC_PRINTF(2, 3) problem(Verify *self, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (self->problems++ >= PROBLEMS_SHOWN)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	cli_complain("%s: line %" PRIu64 ": %s", self->path, self->line, text);
}

/* ---- a run ---- */

static void
begin_run(Verify *self)
{
	self->begun_here = true;
	self->part = self->lost = 0;
	self->packets = self->messages = self->connections = 0;
	self->since_end = self->since_part = 0;
}

/* A part is what is before its first end and since the end of another one. */
static void
check_part(Verify *self, const CliRecord *r)
{
	uint64_t records = r->part == self->part ? self->since_part : self->since_end;

	if (self->part && r->part != self->part && r->part - 1 != self->part)
		problem(self, "part %" PRIi64 " follows part %" PRIi64 ": a file is missing",
			r->part, self->part);
	if (r->records >= 0 && (uint64_t)r->records != records)
		problem(self,
			"the end says %" PRIi64 " records of this part, there are %" PRIu64
			" of them",
			r->records, records);
	if (self->begun_here && self->lost != MAX(r->lost_records, 0))
		problem(self,
			"the end says %" PRIi64 " lost records, records say %" PRIi64 " of them",
			MAX(r->lost_records, 0), self->lost);
	self->since_part = records + 1;
	self->part = r->part;
}

static void
check_counter(Verify *self, const char *name, int64_t now, int64_t *before)
{
	if (now >= 0 && now < *before)
		problem(self, "%s run backwards", name);
	*before = now;
}

static void
take_end(Verify *self, const CliRecord *r)
{
	if (r->part > 1 && !self->part)
		self->begun_here = false;
	if (r->part > 0)
		check_part(self, r);
	check_counter(self, "packets", r->packets, &self->packets);
	check_counter(self, "messages", r->messages, &self->messages);
	check_counter(self, "connections", r->connections, &self->connections);
	self->since_end = 0;
	self->ended = true;
	self->open = false;
	self->goes_on = r->interim;
	if (!r->interim)
		begin_run(self);
}

/* Of a live run, and the first of it: what is before it has come to its end, or was killed. */
static void
take_start(Verify *self)
{
	if (self->open)
		problem(self, "the run before was cut short: it has no end");
	else if (self->goes_on)
		problem(self, "the run before goes on in a file that is missing");
	begin_run(self);
}

static void
take_record(Verify *self, const CliRecord *r)
{
	self->records++;
	if (g_str_equal(r->type, "end")) {
		take_end(self, r);
		return;
	}
	if (g_str_equal(r->type, "start"))
		take_start(self);
	self->open = true;
	self->since_end++;
	self->since_part++;
	/* The lists of --rules read nothing, so they have no end. */
	self->ended = g_str_equal(r->type, "rule") || g_str_equal(r->type, "profile");
	self->goes_on = false;
	if (g_str_equal(r->type, "lost"))
		self->lost += MIN(MAX(r->records, 0), INT64_MAX - self->lost);
}

/* ---- a file ---- */

/* Torn is what has no newline: there it is read up to the end of the file. However long it is. */
static void
skip_rest(OutJson *line)
{
	do {
		line->wrong = NULL;
		line->before = 0;
		while (out_json_peek(line) >= 0)
			out_json_step(line);
	} while (line->wrong);
}

static void
take_line(Verify *self, OutJson *line)
{
	bool good;

	self->line++;
	if (out_json_peek(line) < 0 && !line->wrong && !out_json_has_newline(line)) {
		self->line--; /* nothing behind the last newline */
		return;
	}
	good = cli_record_read(&self->record, line);
	skip_rest(line);
	if (!out_json_has_newline(line)) {
		self->torn = true;
		self->ended = false;
		return;
	}
	if (good) {
		take_record(self, &self->record);
		return;
	}
	problem(self, "%s", self->record.problem);
	self->records++;
	self->since_end++;
	self->since_part++;
	self->ended = false;
}

static void
conclude(Verify *self)
{
	self->line++;
	if (self->torn)
		problem(self, "torn: it has no end; --mend cuts it off");
	else if (!self->records && !self->problems)
		problem(self, "no records at all");
	else if (!self->ended)
		problem(self, "cut short: the last record is not an end");
}

/* "FILE: 12 records, whole" */
static bool
tell(const Verify *self)
{
	OutBuffer b = { 0 };
	bool ok;

	out_text(&b, smb_text_from_utf8(self->path));
	out_lit(&b, ": ");
	out_count(&b, self->records, "record", "records");
	if (self->problems) {
		out_lit(&b, ", ");
		out_count(&b, self->problems, "problem", "problems");
	} else if (self->goes_on) {
		out_lit(&b, ", whole; the run goes on");
	} else {
		out_lit(&b, ", whole");
	}
	out_char(&b, '\n');
	ok = fwrite(b.data, 1, b.len, stdout) == b.len;
	out_buffer_clear(&b);
	return ok;
}

static CliExit
verify_file(Verify *self, const CliOptions *options, char *const *file)
{
	g_autoptr(GError) error = NULL;
	CliLines *lines =
		cli_lines_open_fd(cli_inputs_take(options, file), *file, self->stop, &error);
	OutJson *line;

	if (!lines) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	self->path = *file;
	self->line = self->records = self->problems = 0;
	self->ended = self->torn = self->open = false;
	line = cli_lines_json(lines);
	do
		take_line(self, line);
	while (!*self->stop && !self->torn && out_json_next_line(line));
	if (!cli_lines_are_whole(lines))
		problem(self, "cannot be read any further");
	else if (!*self->stop)
		conclude(self);
	cli_lines_free(lines);
	if (!tell(self))
		return CLI_EXIT_OUTPUT;
	return self->problems || *self->stop ? CLI_EXIT_DAMAGED : CLI_EXIT_WHOLE;
}

/* Before privileges go: it only looks for newlines. */
static bool
mend_all(const CliOptions *options)
{
	bool ok = true;

	for (char **file = options->files; *file; file++) {
		g_autoptr(GError) error = NULL;
		uint64_t bytes;

		if (!cli_mend(*file, &bytes, &error)) {
			cli_complain("%s", error->message);
			ok = false;
		} else if (bytes) {
			cli_complain("%s: %" PRIu64 " bytes of a torn last line cut off", *file,
				     bytes);
		}
	}
	return ok;
}

/* As of all runs: an input that cannot be opened is worse than a damaged one. */
static CliExit
worse(CliExit a, CliExit b)
{
	static const CliExit order[] = { CLI_EXIT_OUTPUT, CLI_EXIT_USAGE, CLI_EXIT_DAMAGED };

	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a;
}

/* What could not be written is told, but not to whoever closed the pipe. */
static CliExit
flush_output(CliExit code)
{
	if (fflush(stdout) != EOF && code != CLI_EXIT_OUTPUT)
		return code;
	if (errno != EPIPE)
		cli_complain("standard output: %s", g_strerror(errno));
	return CLI_EXIT_OUTPUT;
}

CliExit
cli_verify(CliOptions *options, const volatile bool *stop)
{
	Verify self = { .stop = stop };
	g_autoptr(CliSandboxNeeds) needs = cli_sandbox_needs_new();
	g_autoptr(GError) error = NULL;
	CliExit code = CLI_EXIT_WHOLE;

	if (options->report.mend && !mend_all(options))
		return CLI_EXIT_USAGE;
	cli_inputs_open(options);
	cli_inputs_needs(options, needs);
	if (!cli_privileges_drop(NULL, &error) ||
	    !cli_sandbox_enter(options->sandbox, needs, &options->held, &error)) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	begin_run(&self);
	for (char **file = options->files; *file && !*stop && code != CLI_EXIT_OUTPUT; file++)
		code = worse(code, verify_file(&self, options, file));
	return flush_output(code);
}
