/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows of a ladder, and the SVG that they become. */
#include "output/html/ladder.h"

#include <string.h>

#include "output/base/outcome.h"
#include "output/text/timeline.h"

enum {
	WIDTH = 980,
	CLIENT_X = 110,
	SERVER_X = 880,
	HEAD = 44,      /* height of what names both ends */
	ROW = 30,       /* height of a row */
	PART = 20,      /* rows of one picture: it has to fit on a sheet of paper */
	WORDS = 104,    /* letters over an arrow */
	NAME = 24,      /* of the name of an end */
	TEXT_MAX = 400, /* columns kept of a text */
	TEXT_X = CLIENT_X + 12,
	MICROSECONDS = 6, /* digits */
	NS_PER_US = 1000,
};

typedef struct {
	uint64_t time_ns, frame;
	uint64_t of;  /* of an answer: the frame of its request; 0: none, or not seen */
	uint32_t len; /* of the text behind it */
	uint8_t kind;
	bool bad; /* an error, or no answer */
} Row;

/* ---- Rows ---- */

/* Appends a row without its text, and returns where it is. */
static size_t
begin_row(OutConn *conn, const Row *row)
{
	size_t at = conn->lines.len;

	out_put(&conn->lines, (const char *)row, sizeof(*row));
	return at;
}

/* The text ends here. */
static void
end_row(OutConn *conn, size_t at)
{
	OutBuffer *b = &conn->lines;
	Row row;

	memcpy(&row, b->data + at, sizeof(row));
	out_fit_words(b, at + sizeof(row), TEXT_MAX);
	row.len = (uint32_t)(b->len - at - sizeof(row));
	memcpy(b->data + at, &row, sizeof(row));
	out_order_line(&conn->order, b, row.time_ns);
}

static void
put_row(OutConn *conn, const Row *row, const char *text)
{
	size_t at = begin_row(conn, row);

	out_str(&conn->lines, text);
	end_row(conn, at);
}

void
ladder_connect(OutConn *conn)
{
	const SmbConnectionInfo *info = conn->info;

	if (info->syn_ns)
		put_row(conn, &(Row){ .time_ns = info->syn_ns, .kind = LADDER_TO_SERVER },
			"connect");
	if (info->syn_ns && info->syn_ack_ns >= info->syn_ns)
		put_row(conn, &(Row){ .time_ns = info->syn_ack_ns, .kind = LADDER_TO_CLIENT },
			"connected");
}

void
ladder_netbios(OutConn *conn, const SmbNetbios *n)
{
	size_t at;

	if (n->request.frame) {
		at = begin_row(conn, &(Row){ .time_ns = n->request.time_ns,
					     .frame = n->request.frame,
					     .kind = LADDER_TO_SERVER });
		out_lit(&conn->lines, "netbios session: ");
		out_netbios_asked(&conn->lines, n);
		end_row(conn, at);
	}
	if (n->response.frame) {
		at = begin_row(conn, &(Row){ .time_ns = n->response.time_ns,
					     .frame = n->response.frame,
					     .of = n->request.frame,
					     .bad = n->result == SMB_NETBIOS_REFUSED,
					     .kind = LADDER_TO_CLIENT });
		out_netbios_answered(&conn->lines, n);
		end_row(conn, at);
	}
}

void
ladder_gap(OutConn *conn, const SmbEvent *event)
{
	size_t at;

	/* As in the timeline: every packet may be cut. */
	if (event->gap->cause == SMB_GAP_SNAPLEN && !event->gap->skipped)
		return;
	at = begin_row(conn,
		       &(Row){ .time_ns = event->when.time_ns, .bad = true, .kind = LADDER_NOTE });
	out_gap_words(&conn->lines, event->gap);
	end_row(conn, at);
}

/* Why no answer follows, if one was due. */
static const char *
missing_words(const SmbExchange *x)
{
	if (x->not_executed)
		return " (not executed: the chain ended before it)";
	switch (x->answer) {
	case SMB_ANSWER_NONE:
		return " (no answer)";
	case SMB_ANSWER_WAITING:
		return " (the server holds it)";
	case SMB_ANSWER_NOT_SEEN:
		return " (answer not seen)";
	case SMB_ANSWER_GIVEN:
	default:
		return "";
	}
}

static void
put_label(const OutLine *line)
{
	if (line->x->chain_index)
		out_lit(line->b, "+ ");
	out_step_label(line);
	if (line->fold && line->fold->requests > 1) {
		out_lit(line->b, " \303\227");
		out_u64(line->b, line->fold->requests);
	}
}

static void
put_request(OutConn *conn, const OutLine *line)
{
	const SmbExchange *x = line->x;
	OutBuffer *b = &conn->lines;
	size_t at =
		begin_row(conn,
			  &(Row){ .time_ns = x->request.time_ns,
				  .frame = x->request.frame,
				  .bad = !x->response.frame && x->answer == SMB_ANSWER_NONE,
				  .kind = x->from_server ? LADDER_TO_CLIENT : LADDER_TO_SERVER });
	size_t from;

	put_label(line);
	out_lit(b, ": ");
	from = b->len;
	out_step(x->step)->asked(line);
	if (b->len == from)
		b->len = from - 2;
	if (!x->response.frame)
		out_str(b, missing_words(x));
	end_row(conn, at);
}

static void
put_answered(const OutLine *line)
{
	const SmbExchange *x = line->x;
	OutBuffer *b = line->b;
	size_t from = b->len;

	if (x->failed && x->has_status) {
		out_status(b, x->status);
	} else if (!x->failed) {
		out_step(x->step)->answered(line);
		if (b->len == from && x->has_status && x->status.value)
			out_status(b, x->status);
	}
	if (b->len == from)
		out_str(b, x->failed ? "error" : "ok");
}

static void
put_answer(OutConn *conn, const OutLine *line)
{
	const SmbExchange *x = line->x;
	OutBuffer *b = &conn->lines;
	SmbStamp stamp = line->fold ? line->fold->last : x->response;
	bool failed = (x->failed && !x->expected) || out_rpc_failed(x);
	bool refused = x->step == SMB_STEP_NEGOTIATE && x->negotiate.refused;
	size_t at = begin_row(conn, &(Row){ .time_ns = stamp.time_ns,
					    .frame = stamp.frame,
					    .of = x->request.frame,
					    .bad = failed || refused,
					    .kind = x->from_server ? LADDER_TO_SERVER
								   : LADDER_TO_CLIENT });

	put_answered(line);
	if (!x->request.frame) {
		out_lit(b, " (to a ");
		put_label(line);
		out_lit(b, " that was not seen)");
	}
	end_row(conn, at);
}

void
ladder_exchange(OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	OutPlaces at = { 0 };
	OutFold single;
	OutLine line = { .b = &conn->lines, .info = conn->info, .x = x, .fold = fold, .at = &at };

	if (!fold && (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE)) {
		out_fold_single(&single, x);
		line.fold = &single;
	}
	if (x->request.frame)
		put_request(conn, &line);
	if (x->response.frame)
		put_answer(conn, &line);
}

/* ---- SVG ---- */

static void
number(OutBuffer *b, const char *before, uint64_t value)
{
	out_str(b, before);
	out_u64(b, value);
}

static void
put_end(OutBuffer *b, unsigned x, uint8_t family, const uint8_t *address, const SmbString *name)
{
	size_t from;

	number(b, "<text class=\"end\" x=\"", x);
	out_lit(b, "\" y=\"16\">");
	out_address(b, family, address);
	out_lit(b, "</text>");
	number(b, "<text class=\"end name\" x=\"", x);
	out_lit(b, "\" y=\"32\">");
	from = b->len;
	if (name)
		out_text(b, smb_string_text(name));
	out_fit_words(b, from, NAME);
	html_escape_from(b, from);
	out_lit(b, "</text>\n");
}

/* The two lines, from above the first row to below the last. */
static void
begin_part(OutBuffer *b, const SmbConnectionInfo *info, uint64_t rows, bool first)
{
	uint64_t head = first ? HEAD : 0, height = head + rows * ROW;

	number(b, "<svg role=\"img\" aria-label=\"ladder of connection ", info->number);
	number(b, "\" viewBox=\"0 0 ", WIDTH);
	number(b, " ", height);
	number(b, "\" width=\"", WIDTH);
	number(b, "\" height=\"", height);
	out_lit(b, "\">\n");
	if (first) {
		put_end(b, CLIENT_X, info->ends.family, info->ends.client, info->client_name);
		put_end(b, SERVER_X, info->ends.family, info->ends.server, info->server_name);
	}
	for (int i = 0; i < 2; i++) {
		number(b, "<path class=\"life\" d=\"M", i ? SERVER_X : CLIENT_X);
		number(b, " ", head ? head - 4 : 0);
		number(b, "V", height);
		out_lit(b, "\"/>\n");
	}
}

static void
put_arrow(OutBuffer *b, const Row *row, uint64_t y)
{
	const char *class = row->bad ? "<path class=\"arrow bad\" d=\"M"
				     : "<path class=\"arrow\" d=\"M";

	if (row->kind == LADDER_NOTE)
		return;
	out_str(b, class);
	if (row->kind == LADDER_TO_SERVER) {
		number(b, "", CLIENT_X);
		number(b, " ", y);
		number(b, "H", SERVER_X);
		out_lit(b, "l-9 -4v8l9 -4\"/>");
	} else {
		number(b, "", SERVER_X);
		number(b, " ", y);
		number(b, "H", CLIENT_X);
		out_lit(b, "l9 -4v8l-9 -4\"/>");
	}
}

bool
ladder_proves(const LadderShown *shown, uint64_t frame)
{
	for (uint32_t i = 0; frame && i < shown->n_proofs; i++)
		if (shown->proofs[i].frame == frame)
			return true;
	return false;
}

static void
put_time(OutBuffer *b, const SmbConnectionInfo *info, const Row *row, uint64_t y)
{
	uint64_t ns = row->time_ns > info->first.time_ns ? row->time_ns - info->first.time_ns : 0;

	number(b, "<text class=\"when\" x=\"", CLIENT_X - 10);
	number(b, "\" y=\"", y + 4);
	out_lit(b, "\">");
	out_fixed(b, ns / NS_PER_US, MICROSECONDS);
	out_lit(b, "</text>");
	if (!row->frame)
		return;
	number(b, "<text class=\"frame\" x=\"", SERVER_X + 10);
	number(b, "\" y=\"", y + 4);
	number(b, "\">frame ", row->frame);
	out_lit(b, "</text>");
}

/* What was said, cut to the width of the arrow; whole when pointed at. */
static void
put_words(OutBuffer *b, const Row *row, const char *text, uint64_t y, bool apart)
{
	size_t from;

	out_lit(b, "<title>");
	from = b->len;
	out_put(b, text, row->len);
	html_escape_from(b, from);
	out_str(b, row->bad ? "</title><text class=\"said bad\" x=\""
			    : "</title><text class=\"said\" x=\"");
	number(b, "", TEXT_X);
	number(b, "\" y=\"", y - 5);
	out_lit(b, "\">");
	from = b->len;
	if (apart) {
		number(b, "to frame ", row->of);
		out_lit(b, ": ");
	}
	out_put(b, text, row->len);
	out_fit_words(b, from, WORDS);
	html_escape_from(b, from);
	out_lit(b, "</text>");
}

typedef struct {
	OutBuffer *b;
	const SmbConnectionInfo *info;
	const LadderShown *shown;
	uint64_t last; /* the request that the row before is, or answers */
} Drawing;

static void
draw_row(Drawing *self, const Row *row, const char *text, uint64_t y)
{
	OutBuffer *b = self->b;
	bool apart = row->of && row->of != self->last;

	out_lit(b, "<g>");
	if (ladder_proves(self->shown, row->frame)) {
		number(b, "<rect class=\"proof\" x=\"0\" y=\"", y - ROW + 8);
		number(b, "\" width=\"", WIDTH);
		number(b, "\" height=\"", ROW);
		out_lit(b, "\"/>");
	}
	put_words(b, row, text, y, apart);
	put_arrow(b, row, y);
	put_time(b, self->info, row, y);
	out_lit(b, "</g>\n");
	self->last = row->of ? row->of : row->frame;
}

static uint64_t
count_rows(const OutBuffer *lines)
{
	uint64_t n = 0;
	Row row;

	for (size_t at = 0; at < lines->len; at += sizeof(row) + row.len, n++)
		memcpy(&row, lines->data + at, sizeof(row));
	return n;
}

static void
draw(Page *page, OutConn *conn, const LadderShown *shown)
{
	Drawing self = { .b = page->b, .info = conn->info, .shown = shown };
	uint64_t left = count_rows(&conn->lines), n = 0;
	size_t at = 0;
	Row row;

	for (; at < conn->lines.len; n++) {
		uint64_t place = n % PART, head = n < PART ? HEAD : 0;

		if (!place)
			begin_part(page->b, conn->info, MIN(left - n, (uint64_t)PART), n == 0);
		memcpy(&row, conn->lines.data + at, sizeof(row));
		at += sizeof(row);
		draw_row(&self, &row, conn->lines.data + at, head + place * ROW + ROW - 8);
		at += row.len;
		if (place == PART - 1 || n == left - 1)
			out_lit(page->b, "</svg>\n");
	}
}

/* ---- Around it ---- */

static void
put_rule_link(OutBuffer *b, AuditRuleId rule)
{
	if (rule == AUDIT_RULES) {
		out_lit(b, "<a href=\"#breaks\">what breaks</a>");
		return;
	}
	out_lit(b, "<a href=\"#rule-");
	out_str(b, audit_rule(rule)->id);
	out_lit(b, "\">");
	out_str(b, audit_rule(rule)->id);
	out_lit(b, "</a>");
}

static void
put_proofs(OutBuffer *b, const LadderShown *shown)
{
	if (!shown->n_proofs)
		return;
	out_lit(b, "<p>Evidence of ");
	for (uint32_t i = 0; i < shown->n_proofs; i++) {
		out_str(b, i ? ", " : "");
		put_rule_link(b, shown->proofs[i].rule);
		if (!shown->proofs[i].frame)
			continue;
		number(b, " (frame ", shown->proofs[i].frame);
		out_char(b, ')');
	}
	out_lit(b, "</p>\n");
}

static void
put_heading(Page *page, const OutConn *conn, const LadderShown *shown)
{
	OutBuffer *b = page->b;
	size_t from;

	number(b, "<figure class=\"ladder\" id=\"ladder-", shown->id);
	out_lit(b, "\">\n<figcaption>");
	from = b->len;
	out_heading(b, conn->info, &page->clock, false);
	html_escape_from(b, from);
	if (shown->capture) {
		out_lit(b, "   in ");
		html_capture(b, shown->capture);
	}
	out_lit(b, "</figcaption>\n");
	put_proofs(b, shown);
}

/* Why somebody did not get what it came for. */
static void
put_outcomes(OutBuffer *b, const SmbConnectionInfo *info)
{
	const SmbOutcome *o = &info->outcome;

	for (uint32_t i = 0; o->why && i <= o->n_more; i++) {
		size_t from;

		out_lit(b, "<p class=\"outcome\">");
		from = b->len;
		out_outcome_text(b, info, i ? &o->more[i - 1] : o);
		html_escape_from(b, from);
		out_lit(b, "</p>\n");
	}
}

void
ladder_put(Page *page, OutConn *conn, const LadderShown *shown)
{
	OutBuffer *b = page->b;

	out_order_settle(&conn->order, &conn->lines);
	put_heading(page, conn, shown);
	draw(page, conn, shown);
	if (conn->not_shown) {
		out_lit(b, "<p class=\"more\">");
		out_count(b, conn->not_shown, "exchange", "exchanges");
		out_lit(b, " after these not shown: smbtrail timeline has all</p>\n");
	}
	put_outcomes(b, conn->info);
	out_lit(b, "</figure>\n");
	conn->lines.len = 0;
	out_writer_record(page->writer);
}
