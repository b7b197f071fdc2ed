/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb `timeline` as text. From a file a connection's lines wait in its buffer until it ends,
 * and are printed after its heading; a connection whose lines fill 1 MiB is printed as far as it
 * has come. Live, each line goes out at once with its connection's number.
 */
#include "output/text/timeline-lines.h"

#include "output/base/end.h"

#include <glib.h>
#include <string.h>

enum { LINES_MAX = SMB_CAP(1024 * 1024, 1024) };

enum { HEADING_GAP = 3, HEADING_INDENT = 4 }; /* where headings are broken: between their parts */

/* ---- Lines ---- */

/* Lines go out as they come, each with the number of its connection. */
static bool
goes_out(const Timeline *self)
{
	return self->base.options.live || self->base.story;
}

OutBuffer *
timeline_lines_of(Timeline *self, OutConn *conn)
{
	return goes_out(self) && !self->base.options.quiet ? out_base_buffer(&self->base)
							   : &conn->lines;
}

OutBuffer *
timeline_begin_note(Timeline *self, OutConn *conn, uint64_t time_ns, const char *step)
{
	OutBuffer *b = timeline_lines_of(self, conn);
	size_t from;

	self->note = b->len;
	out_columns_begin(&self->columns, b, conn->info, time_ns, OUT_ANSWER_DASH, 0);
	from = b->len;
	out_str(b, step);
	out_columns_step(b, from, 1);
	self->note_text = out_width(b->data + self->note, b->len - self->note);
	out_alert_on(b, self->base.options.colour);
	return b;
}

/* ---- Sending out ---- */

/* The capture in which it began, or the interface, where there are several. */
static void
put_capture(const Timeline *self, OutBuffer *b, const OutConn *conn)
{
	const char *slash = conn->capture ? strrchr(conn->capture, '/') : NULL;
	const char *interface = out_base_interface(&self->base, conn->info);

	if (interface) {
		out_lit(b, "   on ");
		out_text(b, smb_text_from_utf8(interface));
	}
	if (!self->base.options.several || !conn->capture)
		return;
	out_lit(b, "   in ");
	out_text(b, smb_text_from_utf8(slash ? slash + 1 : conn->capture));
}

/* Heading and lines of a connection so far. */
static void
print_lines(Timeline *self, OutConn *conn)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);
	size_t from = b->len;

	out_heading(b, conn->info, &self->clock, self->base.options.colour);
	put_capture(self, b, conn);
	if (conn->continued)
		out_lit(b, "   (continued)");
	out_char(b, '\n');
	out_wrap(b, from, self->columns.width, HEADING_GAP, HEADING_INDENT);
	if (conn->lines.len)
		out_put(b, conn->lines.data, conn->lines.len);
	if (!self->base.options.quiet)
		out_char(b, '\n');
	conn->lines.len = 0;
	conn->continued = true;
	out_writer_record(self->base.writer);
}

/* The lines at the end of a connection stay there, whatever their times. */
static void
wait_in_order(Timeline *self, OutConn *conn)
{
	if (!conn->order.over)
		out_order_line(&conn->order, &conn->lines, self->base.part_ns);
	if (conn->lines.len < LINES_MAX)
		return;
	out_order_settle(&conn->order, &conn->lines);
	print_lines(self, conn);
}

void
timeline_line_done(Timeline *self, OutConn *conn)
{
	self->frames = (OutFrames){ 0 };
	if (self->base.options.quiet && !self->final)
		conn->lines.len = 0;
	else if (self->base.options.quiet)
		return;
	else if (goes_out(self))
		out_base_part(&self->base);
	else
		wait_in_order(self, conn);
}

void
timeline_end_note(Timeline *self, OutConn *conn)
{
	OutBuffer *b = timeline_lines_of(self, conn);

	out_alert_off(b, self->base.options.colour);
	out_wrap(b, self->note, self->columns.width, 1, self->note_text);
	out_char(b, '\n');
	timeline_line_done(self, conn);
}

static void
put_note(Timeline *self, OutConn *conn, uint64_t time_ns, const char *step, const char *text)
{
	out_str(timeline_begin_note(self, conn, time_ns, step), text);
	timeline_end_note(self, conn);
}

static void
put_opened(Timeline *self, const OutConn *conn)
{
	const SmbConnectionInfo *info = conn->info;
	OutBuffer *b = out_base_buffer(&self->base);
	size_t from = b->len;

	out_bold_on(b, self->base.options.colour);
	out_char(b, '#');
	out_u64(b, info->number);
	out_lit(b, " opened  ");
	out_heading_ends(b, info);
	out_bold_off(b, self->base.options.colour);
	out_lit(b, "   ");
	out_clock_time(b, &self->clock, info->first.time_ns);
	put_capture(self, b, conn);
	out_str(b, info->midstream ? "   began before the capture\n" : "\n");
	out_wrap(b, from, self->columns.width, HEADING_GAP, HEADING_INDENT);
	self->base.part_ns = info->first.time_ns;
	out_base_part(&self->base);
}

/* Before the first event of a connection: its opening, and how long the handshake took. */
static void
begin_connection(Timeline *self, OutConn *conn)
{
	const SmbConnectionInfo *info = conn->info;
	bool timed = info->syn_ns && info->syn_ack_ns >= info->syn_ns;
	OutBuffer *b = timeline_lines_of(self, conn);

	conn->begun = true;
	if (goes_out(self))
		put_opened(self, conn);
	if (!info->syn_ns)
		return;
	out_columns_begin(&self->columns, b, info, info->syn_ns,
			  timed ? OUT_ANSWER_TIME : OUT_ANSWER_DASH,
			  timed ? info->syn_ack_ns - info->syn_ns : 0);
	out_lit(b, "connect\n");
	timeline_line_done(self, conn);
}

/* ---- Exchanges ---- */

/* Of a request without a response. */
static OutAnswerKind
missing_kind(SmbAnswer answer)
{
	static const OutAnswerKind kinds[] = { [SMB_ANSWER_GIVEN] = OUT_ANSWER_DASH,
					       [SMB_ANSWER_NONE] = OUT_ANSWER_NONE,
					       [SMB_ANSWER_WAITING] = OUT_ANSWER_WAITING,
					       [SMB_ANSWER_NOT_SEEN] = OUT_ANSWER_NOT_SEEN };

	return kinds[answer];
}

/* A response that was captured before its request took no one knows how long. */
static OutAnswerKind
answer_kind(const SmbExchange *x, const OutFold *fold)
{
	bool several = fold && fold->requests > 1;

	if (!x->request.frame || !x->response.frame)
		return missing_kind(x->answer);
	return several || x->response.time_ns >= x->request.time_ns ? OUT_ANSWER_TIME
								    : OUT_ANSWER_DASH;
}

static void
begin_exchange_line(Timeline *self, const OutLine *l)
{
	const SmbExchange *x = l->x;
	uint64_t ns = x->response.time_ns > x->request.time_ns
			      ? x->response.time_ns - x->request.time_ns
			      : 0;

	if (l->fold && l->fold->requests)
		ns = l->fold->answer_ns / l->fold->requests;
	self->frames = (OutFrames){ .request = x->request.frame,
				    .response = l->fold ? l->fold->last.frame : x->response.frame,
				    .between = l->fold && l->fold->requests > 1 };
	out_columns_begin(&self->columns, l->b, l->info,
			  x->request.frame ? x->request.time_ns : x->response.time_ns,
			  answer_kind(x, l->fold), ns);
}

static void
put_step(const OutLine *l)
{
	size_t from = l->b->len;

	if (l->x->chain_index)
		out_lit(l->b, "+ ");
	out_step_label(l);
	out_columns_step(l->b, from, l->fold ? l->fold->requests : 1);
}

static void
put_asked(const OutLine *l)
{
	l->at->asked = l->b->len;
	l->at->keep = out_step(l->x->step)->whole;
	if (l->x->from_server)
		out_lit(l->b, "by the server: ");
	if (l->x->request.frame)
		out_step(l->x->step)->asked(l);
	else
		out_lit(l->b, "(request not seen)");
}

/* A status that is neither success nor an error of the step, besides what was returned. */
static void
put_warning(const OutLine *l, size_t from)
{
	const SmbExchange *x = l->x;

	if (!x->has_status || x->status.value == 0 ||
	    (x->step == SMB_STEP_SESSION_SETUP && x->session.more))
		return;
	if (l->b->len > from)
		out_lit(l->b, ", ");
	out_status(l->b, x->status);
}

static void
put_answered(const OutLine *l)
{
	bool refused = l->x->step == SMB_STEP_NEGOTIATE && l->x->negotiate.refused;
	bool failed = l->x->failed && !l->x->expected;
	size_t from = l->b->len;

	l->at->answered = from;
	l->at->alert = l->x->response.frame && (failed || refused || out_rpc_failed(l->x));
	if (l->x->signature == SMB_SIGNATURE_WRONG) {
		l->at->alert = true;
		out_lit(l->b, "wrong signature: ");
	}
	if (l->x->not_executed)
		out_lit(l->b, "not executed: the chain ended before it");
	if (l->x->response.frame && l->x->failed && l->x->has_status) {
		out_status(l->b, l->x->status);
	} else if (l->x->response.frame && !l->x->failed) {
		out_step(l->x->step)->answered(l);
		put_warning(l, from);
	}
}

static void
put_details(Timeline *self, const OutLine *line)
{
	size_t before = out_details_memory(self->details);
	size_t from = line->b->len;

	if (self->details) {
		out_details_put(self->details, line);
		out_wrap(line->b, from, self->columns.width, 1, 0);
	}
	self->base.memory += out_details_memory(self->details) - before;
}

static void
put_line(OutSinkBase *base, OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	Timeline *self = (Timeline *)base;
	OutBuffer *b = timeline_lines_of(self, conn);
	OutPlaces at = { .line = b->len };
	OutLine line = { .b = b, .info = conn->info, .x = x, .fold = fold, .at = &at };

	out_base_limit(base, conn, line.b);
	begin_exchange_line(self, &line);
	put_step(&line);
	put_asked(&line);
	put_answered(&line);
	out_columns_end(&self->columns, b, &at, self->base.options.colour);
	put_details(self, &line);
	out_base_unlimit(base, line.b);
	timeline_line_done(self, conn);
}

static void
put_fold(OutSinkBase *base, OutConn *conn, const OutFold *fold)
{
	put_line(base, conn, &fold->first, fold);
}

static void
put_exchange(Timeline *self, OutConn *conn, const SmbExchange *x)
{
	OutFold single;

	/* With every field of every message shown, each has a line of its own. */
	if (!self->details && out_base_fold(&self->base, conn, x))
		return;
	if (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE) {
		out_fold_single(&single, x);
		put_line(&self->base, conn, x, &single);
		return;
	}
	put_line(&self->base, conn, x, NULL);
	if (x->step == SMB_STEP_NOTIFY && x->other.unsupported)
		put_note(
			self, conn, x->response.time_ns, "note",
			"server does not support change notification: connections may be lost without notice");
}

/* ---- NetBIOS, gaps, the end ---- */

static void
put_netbios(Timeline *self, OutConn *conn, const SmbNetbios *n)
{
	OutBuffer *b = timeline_lines_of(self, conn);
	bool asked = n->request.frame != 0, answered = n->response.frame != 0;
	OutPlaces at = { .line = b->len, .alert = n->result == SMB_NETBIOS_REFUSED, .keep = true };
	uint64_t ns = n->response.time_ns > n->request.time_ns
			      ? n->response.time_ns - n->request.time_ns
			      : 0;
	size_t from;

	self->frames = (OutFrames){ .request = n->request.frame, .response = n->response.frame };
	out_columns_begin(&self->columns, b, conn->info,
			  asked ? n->request.time_ns : n->response.time_ns,
			  asked && answered ? OUT_ANSWER_TIME
			  : asked           ? missing_kind(n->answer)
					    : OUT_ANSWER_DASH,
			  ns);
	from = b->len;
	out_lit(b, "netbios session");
	out_columns_step(b, from, 1);
	at.asked = b->len;
	out_netbios_asked(b, n);
	at.answered = b->len;
	out_netbios_answered(b, n);
	out_columns_end(&self->columns, b, &at, self->base.options.colour);
	timeline_line_done(self, conn);
}

static void
put_gap(Timeline *self, OutConn *conn, const SmbEvent *event)
{
	const SmbGap *gap = event->gap;

	/* Every packet may be cut: that is one line at the end. */
	if (gap->cause == SMB_GAP_SNAPLEN && !gap->skipped)
		return;
	out_gap_words(timeline_begin_note(self, conn, event->when.time_ns, "gap"), gap);
	timeline_end_note(self, conn);
}

static void
put_connection(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	OutBuffer *b = out_base_buffer(&self->base);
	size_t from;

	out_order_settle(&conn->order, &conn->lines);
	conn->order.over = true;
	timeline_end_lines(self, conn, info);
	if (!goes_out(self)) {
		print_lines(self, conn);
		return;
	}
	from = b->len;
	out_heading(b, info, &self->clock, self->base.options.colour);
	put_capture(self, b, conn);
	out_lit(b, "   closed\n");
	out_wrap(b, from, self->columns.width, HEADING_GAP, HEADING_INDENT);
	if (conn->lines.len) /* with -q: the outcome */
		out_put(b, conn->lines.data, conn->lines.len);
	conn->lines.len = 0;
	self->base.part_ns = info->last.time_ns;
	out_base_part(&self->base);
}

/* ---- The sink ---- */

static void
add_names(Timeline *self, const SmbEvent *event)
{
	size_t before = out_names_memory(self->names);

	out_names_add(self->names, &event->connection->ends, event->datagram);
	self->base.memory += out_names_memory(self->names) - before;
}

static void
add_details(Timeline *self, const SmbEvent *event)
{
	size_t before = out_details_memory(self->details);

	if (self->details)
		out_details_message(self->details, event->connection->number, event->message,
				    self->base.options.reveal_secrets);
	self->base.memory += out_details_memory(self->details) - before;
}

static void
timeline_event(OutSink *sink, const SmbEvent *event)
{
	Timeline *self = (Timeline *)sink;
	OutConn *conn;

	if (!event->connection->number) {
		if (event->kind == SMB_EVENT_DATAGRAM)
			add_names(self, event);
		return;
	}
	if (event->kind == SMB_EVENT_MESSAGE) {
		add_details(self, event);
		return;
	}
	conn = out_base_conn(&self->base, event->connection);
	if (!conn->begun)
		begin_connection(self, conn);
	if (event->kind == SMB_EVENT_EXCHANGE) {
		put_exchange(self, conn, event->exchange);
		out_base_account(&self->base, conn);
		return;
	}
	if (event->kind != SMB_EVENT_OPENED)
		out_base_unfold(&self->base, conn);
	if (event->kind == SMB_EVENT_NETBIOS)
		put_netbios(self, conn, event->netbios);
	else if (event->kind == SMB_EVENT_GAP)
		put_gap(self, conn, event);
	else if (event->kind == SMB_EVENT_FORGOTTEN)
		timeline_forgotten_lines(self, conn, event->forgotten);
	if (event->kind == SMB_EVENT_CONNECTION) {
		put_connection(self, conn, event->connection);
		out_base_drop(&self->base, conn, event->connection);
	} else {
		out_base_account(&self->base, conn);
	}
}

static void
timeline_idle(OutSink *sink, uint64_t now_ns)
{
	out_base_idle((OutSinkBase *)sink, now_ns);
}

static void
timeline_end(OutSink *sink, const OutTotals *totals)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutTotals all;
	OutBuffer *b = out_writer_buffer(self->writer);
	size_t from;

	out_base_finish(self);
	all = out_base_totals(self, totals);
	from = b->len;
	all.truncated += out_details_truncated(((Timeline *)sink)->details);
	all.left_out |= out_names_left_out(((Timeline *)sink)->names);
	out_names_put(((Timeline *)sink)->names, b, self->options.colour);
	out_end_text(b, &all, self->options.colour);
	out_wrap(b, from, ((Timeline *)sink)->columns.width, 1, 0);
	out_writer_record(self->writer);
}

static void
timeline_collect(OutSink *sink, OutTotals *totals)
{
	out_base_collect(sink, totals);
	totals->truncated += out_details_truncated(((Timeline *)sink)->details);
	totals->left_out |= out_names_left_out(((Timeline *)sink)->names);
}

static void
timeline_replay(OutSink *sink, const void *note, size_t n)
{
	Timeline *self = (Timeline *)sink;
	size_t before = out_names_memory(self->names);

	out_names_replay(self->names, note, n);
	self->base.memory += out_names_memory(self->names) - before;
}

static void
timeline_separate(OutSink *sink)
{
	Timeline *self = (Timeline *)sink;
	size_t before = out_details_memory(self->details);

	out_details_forget(self->details);
	self->base.memory += out_details_memory(self->details) - before;
}

static size_t
timeline_free(OutSink *sink)
{
	Timeline *self = (Timeline *)sink;
	size_t left;

	self->base.memory -= out_details_memory(self->details);
	out_details_free(self->details);
	self->base.memory -= out_names_free(self->names);
	left = out_base_clear(&self->base);
	g_free(self);
	return left;
}

OutSink *
out_timeline_new(OutWriter *writer, const OutOptions *options)
{
	static const OutSinkClass class = { .event = timeline_event,
					    .idle = timeline_idle,
					    .separate = timeline_separate,
					    .collect = timeline_collect,
					    .replay = timeline_replay,
					    .end = timeline_end,
					    .free = timeline_free };
	Timeline *self = g_new0(Timeline, 1);
	uint32_t want = SMB_EVENT_NETBIOS | SMB_EVENT_EXCHANGE | SMB_EVENT_GAP |
			SMB_EVENT_CONNECTION | SMB_EVENT_DATAGRAM | SMB_EVENT_FORGOTTEN |
			(options->live ? SMB_EVENT_OPENED : 0) |
			(options->verbose ? SMB_EVENT_MESSAGE | SMB_WANT_PRINTS : 0);

	out_base_init(&self->base, &class, want, writer, options);
	self->base.put_fold = put_fold;
	self->clock.utc = options->utc;
	self->details = options->verbose ? out_details_new() : NULL;
	self->names = out_names_new(options);
	out_columns_fit(&self->columns, options);
	self->columns.clock = &self->clock;
	self->columns.frames = options->frames ? &self->frames : NULL;
	self->columns.filters = options->filters;
	self->columns.began_ns = &self->base.part_ns;
	return &self->base.sink;
}
