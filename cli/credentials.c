/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb credentials: logons as password auditors read them. */
#include "cli/credentials.h"

#include <string.h>
#include <unistd.h>

#include "cli/allocation.h"
#include "cli/complain.h"
#include "cli/jobs/worker.h"
#include "cli/memory.h"
#include "cli/run.h"
#include "cli/sensor/signals.h"
#include "cli/words/string.h"
#include "cli/workers/others.h"
#include "dissect/wire/memory.h"
#include "output/audit/audit.h"
#include "output/base/sink-base.h"

enum {
	LINES_SHARE = 4,  /* this part of the memory is for lines that were printed */
	NAME_MAX_ = 1024, /* bytes of a name, in UTF-8 */
	TREE_NODE = 64,
};

typedef struct {
	OutSinkBase base; /* first */
	GTree *printed;   /* a tree, so that no choice of lines makes it slow */
	size_t room;
	uint64_t repeated; /* lines that may be there twice: there was no memory to know */
	bool all;          /* they are compared by another process */
} Sink;

/* Between what several processes print: no line has it. */
#define END '\0'

/* ---- the sink ---- */

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return strcmp(a, b);
}

static char *
name_of(const SmbString *text)
{
	return text ? cli_string_utf8(text, NAME_MAX_) : g_strdup("");
}

/* Free it; NULL: the logon shows no secret. */
static char *
line_of(const SmbAuth *auth)
{
	static const AuditKey no_key;
	AuditAuth one = { .who = { .password_type = auth->password_type } };
	OutBuffer b = { 0 };
	char *line = NULL;

	one.who.account = name_of(auth->account);
	one.who.domain = name_of(auth->domain);
	audit_auth_keep(&one, &no_key, auth);
	out_audit_secrets_text(&b, &one);
	if (b.len)
		line = g_strndup(b.data, b.len);
	out_buffer_clear(&b);
	audit_tally_clear(&one.secrets);
	g_free(one.who.account);
	g_free(one.who.domain);
	return line;
}

static size_t
cost_of(const char *line)
{
	return smb_memory_cost(strlen(line) + 1) + TREE_NODE;
}

/* The line is the sink's from here on. */
static void
print_once(Sink *self, char *line)
{
	size_t cost = cost_of(line);

	if (g_tree_lookup(self->printed, line)) {
		g_free(line);
		return;
	}
	out_str(out_writer_buffer(self->base.writer), line);
	out_writer_record(self->base.writer);
	if (self->base.memory + cost > self->room) {
		self->repeated++;
		g_free(line);
		return;
	}
	self->base.memory += cost;
	g_tree_insert(self->printed, line, line);
}

/* A newline behind it, because a writer writes whole lines. */
static void
pass_on(Sink *self, char *line)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);

	out_str(b, line);
	out_char(b, END);
	out_char(b, '\n');
	out_writer_record(self->base.writer);
	g_free(line);
}

static void
on_event(OutSink *sink, const SmbEvent *event)
{
	const SmbExchange *x = event->exchange;
	const SmbAuth *auth = x->step == SMB_STEP_SESSION_SETUP  ? x->session.auth
			      : x->step == SMB_STEP_TREE_CONNECT ? x->tree_connect.auth
								 : NULL;
	char *line = auth ? line_of(auth) : NULL;

	if (line && ((Sink *)sink)->all)
		pass_on((Sink *)sink, line);
	else if (line)
		print_once((Sink *)sink, line);
}

static void
on_end(OutSink *sink, const OutTotals *totals)
{
	const Sink *self = (const Sink *)sink;

	(void)totals;
	if (self->repeated)
		cli_complain("%" G_GUINT64_FORMAT " lines may be there more than once: there was "
			     "no memory to compare them, see --memory",
			     self->repeated);
}

static gboolean
give_back(gpointer line, gpointer same, gpointer user)
{
	(void)same;
	((Sink *)user)->base.memory -= cost_of(line);
	return FALSE;
}

static size_t
on_free(OutSink *sink)
{
	Sink *self = (Sink *)sink;
	size_t left;

	g_tree_foreach(self->printed, give_back, self);
	g_tree_unref(self->printed);
	left = out_base_clear(&self->base);
	g_free(self);
	return left;
}

static const OutSinkClass class = { .event = on_event, .end = on_end, .free = on_free };

static OutSink *
sink_new(OutWriter *writer, size_t room)
{
	Sink *self = g_new0(Sink, 1);
	const OutOptions options = { .reveal_secrets = true };

	out_base_init(&self->base, &class, SMB_EVENT_EXCHANGE, writer, &options);
	self->printed = g_tree_new_full(compare, NULL, g_free, NULL);
	self->room = room;
	return &self->base.sink;
}

/* ---- the run ---- */

typedef struct {
	CliRun base;
	OutWriter *writer;
	OutSink *sink;
	GString *text; /* with -j: lines that have not ended */
} Run;

static void
on_output(void *user, const char *bytes, size_t n)
{
	Run *run = user;
	const char *end;

	g_string_append_len(run->text, bytes, (gssize)n);
	while ((end = memchr(run->text->str, END, run->text->len)) &&
	       end + 1 < run->text->str + run->text->len) {
		print_once((Sink *)run->sink, g_strdup(run->text->str));
		g_string_erase(run->text, 0, end + 2 - run->text->str);
	}
	*run->base.stop |= out_writer_error(run->writer) != 0;
}

static void
on_totals(void *user, const OutTotals *totals)
{
	cli_pipeline_add(((Run *)user)->base.pipeline, totals);
}

static void
on_lost(void *user)
{
	g_string_truncate(((Run *)user)->text, 0);
}

static void
on_others(void *user)
{
	static const CliJobsHooks jobs = { .output = on_output,
					   .totals = on_totals,
					   .lost = on_lost };
	Run *run = user;

	cli_others_run(&run->base, &jobs, run);
}

static void
on_over(void *user)
{
	cli_pipeline_separate(((Run *)user)->base.pipeline);
}

CliExit
cli_credentials(const CliOptions *options, volatile bool *stop, const CliReport *report)
{
	static const CliRunHooks hooks = { .over = on_over, .others = on_others };
	Run run = { 0 };
	CliExit code;
	size_t left;
	int error;

	if (!cli_run_init(&run.base, options, NULL, stop, report->fd, &hooks, &run))
		return CLI_EXIT_INTERNAL;
	if (isatty(report->fd))
		cli_complain("what follows are secrets: passwords can be found with them");
	run.writer = out_writer_new_to(report->to, options->line_buffered || isatty(report->fd));
	out_writer_before(run.writer, cli_progress_printed, &run.base.progress);
	cli_allocation_watch(run.writer);
	run.sink = sink_new(run.writer, cli_memory_room(options->memory) / LINES_SHARE);
	run.text = g_string_new(NULL);
	((Sink *)run.sink)->all = options->worker != NULL;
	run.base.pipeline = cli_pipeline_new(&run.base.pipeline_options, run.sink, run.writer);
	cli_signals_watch(run.base.pipeline);
	code = cli_run_to_end(&run.base, run.sink, run.writer);
	cli_signals_watch(NULL);
	error = out_writer_error(run.writer);
	left = cli_pipeline_free(run.base.pipeline);
	left += out_sink_free(run.sink);
	cli_allocation_watch(NULL);
	out_writer_free(run.writer);
	g_string_free(run.text, TRUE);
	code = cli_account_settle(code, left);
	return error ? cli_run_output_failed(options, error) : code;
}
