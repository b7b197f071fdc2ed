/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb `messages` as text: a line per message; below it every field (-v), and the bytes (-x).
 */
#include "output/base/end.h"
#include "output/base/fields.h"
#include "output/base/message-fields.h"
#include "output/base/message-secrets.h"
#include "output/text/timeline.h"

#include <glib.h>
#include <string.h>

enum {
	DATE_SIZE = 10, /* 2026-11-22 */
	NUMBER_WIDTH = 5,
	FRAME_WIDTH = 7,
	COMMAND_WIDTH = 24,
	COMMAND_NARROW = 20, /* if there are less columns than WIDE */
	WIDE = 100,
	HELD_MAX = 64,
	INDENT = 34, /* of what does not fit into a line */
};

typedef struct {
	OutSinkBase base; /* first */
	OutClock clock;
	char date[DATE_SIZE]; /* of the last line */
	/* of pieces: the date line that has begun, with its mark */
	char held[HELD_MAX];
	size_t n_held;
	unsigned width; /* columns; 0: no limit */
} Messages;

/*
 * With OutOptions.shared every message has its date line, after a byte that is in no text; a line
 * with nothing but that byte ends a capture.
 */
#define MARK '\1'

/*
 * Date and zone get their own line when the day changes; each message has the time of day, which is
 * left in `whole`.
 */
static void
put_date(Messages *self, OutBuffer *b, OutBuffer *whole, uint64_t ns)
{
	size_t zone = DATE_SIZE + 1 + 12; /* after 06:19:27.732 */

	out_clock_time(whole, &self->clock, ns);
	if (whole->len <= zone ||
	    (!self->base.options.shared && memcmp(self->date, whole->data, DATE_SIZE) == 0))
		return;
	if (self->base.options.shared)
		out_char(b, MARK);
	memcpy(self->date, whole->data, DATE_SIZE);
	out_put(b, whole->data, DATE_SIZE);
	out_put(b, whole->data + zone, whole->len - zone);
	out_char(b, '\n');
}

static void
put_time(const Messages *self, OutBuffer *b, const OutBuffer *whole, uint64_t ns)
{
	if (whole->len > DATE_SIZE + 1 + 9)
		out_put(b, whole->data + DATE_SIZE + 1, 9);
	if (self->base.options.nanoseconds)
		out_digits(b, ns % 1000000000, 9);
	else
		out_digits(b, ns % 1000000000 / 1000, 6);
}

static void
put_number(OutBuffer *b, uint64_t number)
{
	size_t from = b->len;

	out_char(b, '#');
	out_u64(b, number);
	out_pad(b, from, NUMBER_WIDTH);
}

/* Its ends, before a connection's first message. */
static void
begin_connection(Messages *self, OutConn *conn)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);
	size_t from = b->len;

	conn->begun = true;
	out_bold_on(b, self->base.options.colour);
	put_number(b, conn->info->number);
	out_heading_ends(b, conn->info);
	out_bold_off(b, self->base.options.colour);
	out_char(b, '\n');
	out_wrap(b, from, self->width, 1, NUMBER_WIDTH);
}

/* "     6 < 4": in frame 6 from the server, to what frame 4 asked. */
static void
put_frames(const Messages *self, OutBuffer *b, const SmbMessage *m)
{
	char digits[24];
	int n = g_snprintf(digits, sizeof(digits), "%" G_GUINT64_FORMAT, m->when.frame);
	size_t from;

	for (; n < FRAME_WIDTH; n++)
		out_char(b, ' ');
	out_str(b, digits);
	out_str(b, m->dir == SMB_TO_SERVER ? " ->  " : " <-  ");
	from = b->len;
	out_message_commands(b, m);
	out_pad(b, from, self->width && self->width < WIDE ? COMMAND_NARROW : COMMAND_WIDTH);
	out_lit(b, "  ");
}

static void
put_bits(OutBuffer *b, uint32_t bits, const char *(*name_of)(uint32_t))
{
	for (uint32_t bit = 1; bits; bits &= ~bit, bit <<= 1) {
		const char *name = bits & bit ? name_of(bit) : NULL;

		if (!name)
			continue;
		out_lit(b, "  [");
		for (; *name; name++)
			out_char(b, *name == '_' ? ' ' : *name);
		out_char(b, ']');
	}
}

static const char *
anomaly_name(uint32_t bit)
{
	return smb_anomaly_name((SmbAnomaly)bit);
}

static const char *
incomplete_name(uint32_t bit)
{
	return smb_incomplete_name((SmbIncomplete)bit);
}

/* Status, what is wrong, and which request it answers: these must not be cut off. */
static void
put_verdict(OutBuffer *b, const SmbMessage *m, bool colour)
{
	bool told = m->response && m->version <= 2 && m->status.value != 0;
	bool alert = m->anomalies || m->signature_check == SMB_SIGNATURE_WRONG ||
		     (told && smb_status_failed(m->status));

	out_alert_on(b, colour && alert);
	if (told) {
		out_lit(b, "  ");
		out_status(b, m->status);
	}
	if (m->signature_check == SMB_SIGNATURE_WRONG)
		out_lit(b, "  [signature wrong]");
	put_bits(b, m->anomalies, anomaly_name);
	put_bits(b, m->incomplete, incomplete_name);
	out_alert_off(b, colour && alert);
	if (!m->response_to)
		return;
	out_lit(b, "  -> ");
	out_u64(b, m->response_to);
}

static void
end_line(Messages *self, OutBuffer *b, size_t line, size_t from, const SmbMessage *m)
{
	OutBuffer verdict = { 0 };
	size_t columns = self->width, used = out_width(b->data + line, from - line);
	size_t left;

	put_verdict(&verdict, m, false);
	used += out_width(verdict.data ? verdict.data : "", verdict.len);
	left = columns > used + 8 ? columns - used : 8;
	if (columns && out_width(b->data + from, b->len - from) > left)
		out_fit_words(b, from, left);
	out_buffer_clear(&verdict);
	put_verdict(b, m, self->base.options.colour);
	while (b->len > line && b->data[b->len - 1] == ' ')
		b->len--;
	out_char(b, '\n');
	out_wrap(b, line, columns, 2, INDENT);
}

/* False: not all of them are shown. */
static bool
put_bytes(Messages *self, OutConn *conn, const SmbMessage *m)
{
	g_autofree uint8_t *hidden =
		self->base.options.reveal_secrets ? NULL : out_message_secrets(m, conn->info);

	return out_message_bytes(out_writer_buffer(self->base.writer), m, hidden, self->width);
}

static void
put_message(Messages *self, OutConn *conn, const SmbMessage *m)
{
	OutBuffer *b = out_writer_buffer(self->base.writer);
	OutBuffer whole = { 0 };
	size_t line, from;
	bool cut;

	put_date(self, b, &whole, m->when.time_ns);
	if (!conn->begun)
		begin_connection(self, conn);
	line = b->len;
	put_time(self, b, &whole, m->when.time_ns);
	out_buffer_clear(&whole);
	out_lit(b, "  ");
	put_number(b, conn->info->number);
	put_frames(self, b, m);
	from = b->len;
	out_fields_limit(b, m);
	out_message_brief(b, m, self->base.options.reveal_secrets);
	end_line(self, b, line, from, m);
	from = b->len;
	if (self->base.options.verbose)
		out_message_details(b, m, self->base.options.reveal_secrets);
	cut = out_unlimit(b);
	if (cut)
		out_lit(b, "        truncated: not all that it holds is shown\n");
	out_wrap(b, from, self->width, 1, 0);
	if (self->base.options.hex)
		cut |= !put_bytes(self, conn, m);
	self->base.truncated += cut;
	out_writer_record(self->base.writer);
}

static void
messages_event(OutSink *sink, const SmbEvent *event)
{
	Messages *self = (Messages *)sink;
	OutConn *conn;

	if (event->kind == SMB_EVENT_MESSAGE) {
		conn = out_base_conn(&self->base, event->connection);
		put_message(self, conn, event->message);
	} else if (event->kind == SMB_EVENT_CONNECTION && event->connection->sink_data) {
		out_base_drop(&self->base, event->connection->sink_data, event->connection);
	}
}

static void
messages_end(OutSink *sink, const OutTotals *totals)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutTotals all = out_base_totals(self, totals);
	OutBuffer *b = out_writer_buffer(self->writer);
	size_t from = b->len;

	out_end_text(b, &all, self->options.colour);
	out_wrap(b, from, ((Messages *)sink)->width, 1, 0);
	out_writer_record(self->writer);
}

/* A capture begins with its date. */
static void
messages_separate(OutSink *sink)
{
	Messages *self = (Messages *)sink;

	memset(self->date, 0, DATE_SIZE);
	if (!self->base.options.shared)
		return;
	out_char(out_writer_buffer(self->base.writer), MARK);
	out_char(out_writer_buffer(self->base.writer), '\n');
}

/* The line of a date is complete: it is printed where the date is another one. */
static void
settle_date(Messages *self, OutBuffer *b)
{
	size_t n = self->n_held - 1;

	self->n_held = 0;
	if (n < DATE_SIZE) {
		memset(self->date, 0, DATE_SIZE);
		return;
	}
	if (memcmp(self->date, self->held + 1, DATE_SIZE) == 0)
		return;
	memcpy(self->date, self->held + 1, DATE_SIZE);
	out_put(b, self->held + 1, n);
	out_char(b, '\n');
}

/* Lines of dates may be in several pieces. */
static void
messages_piece(OutSink *sink, OutBuffer *b, const char *bytes, size_t n)
{
	Messages *self = (Messages *)sink;
	const char *end = bytes + n;

	while (bytes < end) {
		char wanted = self->n_held ? '\n' : MARK;
		const char *at = memchr(bytes, wanted, (size_t)(end - bytes));
		size_t part = (size_t)((at ? at : end) - bytes);

		if (self->n_held) {
			part = MIN(part, HELD_MAX - self->n_held);
			memcpy(self->held + self->n_held, bytes, part);
			self->n_held += part;
			if (at || self->n_held == HELD_MAX)
				settle_date(self, b);
		} else {
			out_put(b, bytes, part);
			if (at)
				self->held[self->n_held++] = MARK;
		}
		bytes += part + (at && bytes + part == at);
	}
}

static size_t
messages_free(OutSink *sink)
{
	size_t left = out_base_clear((OutSinkBase *)sink);

	g_free(sink);
	return left;
}

OutSink *
out_messages_text_new(OutWriter *writer, const OutOptions *options)
{
	static const OutSinkClass class = { .event = messages_event,
					    .separate = messages_separate,
					    .piece = messages_piece,
					    .collect = out_base_collect,
					    .end = messages_end,
					    .free = messages_free };
	Messages *self = g_new0(Messages, 1);

	out_base_init(&self->base, &class, SMB_EVENT_MESSAGE | SMB_EVENT_CONNECTION, writer,
		      options);
	self->clock.utc = options->utc;
	self->width = out_columns_of(options);
	return &self->base.sink;
}
