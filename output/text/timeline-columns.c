/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the columns of a line begin and end, and what is cut if they are too narrow. */
#include "output/text/timeline.h"

#include <glib.h>
#include <string.h>

enum {
	TIME_WIDTH = 9,    /* "    0.000" */
	CLOCK_WIDTH = 12,  /* "06:19:27.732" */
	DATED_WIDTH = 23,  /* "2026-11-22 06:19:27.732" */
	FRAMES_WIDTH = 13, /* "12345/12346  " */
	FILTER_WIDTH = 31, /* "frame.number in {12345,12346}  " */
	ANSWER_WIDTH = 10, /* "   0.61 ms" */
	STEP_WIDTH = 18,
	ASKED_WIDTH = 36, /* if nothing limits it */
	ASKED_MOST = 60,  /* on a wide terminal */
	LIVE_WIDTH = 6,   /* "#1234 " */
	REST_LEAST = 20,  /* with less beside the step, the rest begins on a line of its own */
	REST_INDENT = 10,
	NAME_LEAST = 8, /* of a name that is cut at its beginning */
	TAIL_LEAST = 5, /* of what follows it */
	HANG = 2,       /* a second line begins so far to the right of the step */
};

static void
insert(OutBuffer *b, size_t at, const char *bytes, size_t n)
{
	out_buffer_reserve(b, n);
	memmove(b->data + at + n, b->data + at, b->len - at);
	memcpy(b->data + at, bytes, n);
	b->len += n;
}

static void
insert_spaces(OutBuffer *b, size_t at, size_t n)
{
	out_buffer_reserve(b, n);
	memmove(b->data + at + n, b->data + at, b->len - at);
	memset(b->data + at, ' ', n);
	b->len += n;
}

static void
put_right(OutBuffer *b, size_t from, size_t width)
{
	size_t n = b->len - from;

	if (n < width)
		insert_spaces(b, from, width - n);
}

static size_t
time_width(const OutColumns *self)
{
	return self->dated ? DATED_WIDTH : self->absolute ? CLOCK_WIDTH : TIME_WIDTH;
}

/*
 * "06:19:27.732", as it stands in the heading; on a later day, or in one story over all
 * connections, with the date.
 */
static void
put_clock(const OutColumns *self, OutBuffer *b, const SmbConnectionInfo *info, uint64_t time_ns)
{
	enum { DATE = 11, CLOCK = 12 }; /* with the blank behind it */
	size_t from = b->len, first;

	out_clock_time(b, self->clock, time_ns);
	if (b->len - from <= DATE + CLOCK)
		return;
	first = b->len = from + DATE + CLOCK;
	if (!self->dated)
		out_clock_time(b, self->clock, info->first.time_ns);
	if (b->len - first > DATE && memcmp(b->data + from, b->data + first, DATE) == 0) {
		memmove(b->data + from, b->data + from + DATE, CLOCK);
		first = from + CLOCK;
	}
	b->len = first;
}

/* "12/13": of request and response; of what was not seen, a dash. */
static void
put_numbers(OutBuffer *b, const OutFrames *f)
{
	const uint64_t frames[] = { f->request, f->response };

	for (int i = 0; i < 2 && (f->request || f->response); i++) {
		out_str(b, i ? "/" : "");
		if (frames[i])
			out_u64(b, frames[i]);
		else
			out_char(b, '-');
	}
}

/* A display filter of Wireshark: wireshark-filter(4). */
static void
put_filter(OutBuffer *b, const OutFrames *f)
{
	uint64_t first = f->request ? f->request : f->response;

	if (!first)
		return;
	if (!f->response || f->response == first) {
		out_lit(b, "frame.number == ");
		out_u64(b, first);
		return;
	}
	out_lit(b, "frame.number in {");
	out_u64(b, first);
	out_str(b, f->between ? ".." : ",");
	out_u64(b, f->response);
	out_char(b, '}');
}

static void
put_frames(const OutColumns *self, OutBuffer *b)
{
	size_t from = b->len;

	if (self->filters)
		put_filter(b, self->frames);
	else
		put_numbers(b, self->frames);
	out_pad(b, from, (self->filters ? FILTER_WIDTH : FRAMES_WIDTH) - 2);
	out_lit(b, "  ");
}

void
out_columns_begin(const OutColumns *self, OutBuffer *b, const SmbConnectionInfo *info,
		  uint64_t time_ns, OutAnswerKind kind, uint64_t answer_ns)
{
	static const char *const words[] = { [OUT_ANSWER_DASH] = "-",
					     [OUT_ANSWER_NONE] = "no answer",
					     [OUT_ANSWER_WAITING] = "waiting",
					     [OUT_ANSWER_NOT_SEEN] = "not seen" };
	uint64_t since = time_ns > info->first.time_ns ? time_ns - info->first.time_ns : 0;
	size_t from = b->len;

	if (self->live) {
		out_char(b, '#');
		out_u64(b, info->number);
		out_pad(b, from, LIVE_WIDTH - 1);
		out_char(b, ' ');
	}
	from = b->len;
	*self->began_ns = time_ns;
	if (self->absolute)
		put_clock(self, b, info, time_ns);
	else
		out_fixed(b, since / 1000000, 3);
	put_right(b, from, time_width(self));
	from = b->len;
	if (kind == OUT_ANSWER_TIME)
		out_answer_time(b, answer_ns);
	else
		out_str(b, words[kind]);
	put_right(b, from, ANSWER_WIDTH);
	out_lit(b, "  ");
	if (self->frames)
		put_frames(self, b);
}

void
out_columns_step(OutBuffer *b, size_t from, uint64_t times)
{
	size_t label = b->len;

	if (times > 1) {
		out_lit(b, "  x");
		out_u64(b, times);
	}
	/* The number is never cut. No text is wider than it has bytes. */
	if (b->len - label < STEP_WIDTH - 2 && b->len - from > STEP_WIDTH - 2 &&
	    out_width(b->data + from, b->len - from) > STEP_WIDTH - 2) {
		OutBuffer number = { 0 };

		out_put(&number, b->data + label, b->len - label);
		b->len = label;
		out_fit(b, from, STEP_WIDTH - 2 - number.len);
		out_put(b, number.data, number.len);
		out_buffer_clear(&number);
	}
	out_pad(b, from, STEP_WIDTH - 2);
	out_lit(b, "  ");
}

/* Cuts a range to a width at its beginning: of a path, its end says most. */
static void
cut_name(OutBuffer *b, size_t from, size_t end, size_t width)
{
	static const char dots[] = "…";
	size_t at = from, have = out_width(b->data + from, end - from);

	while (at < end && have > width - 1) {
		size_t n = 1;

		while (at + n < end && ((unsigned char)b->data[at + n] & 0xC0) == 0x80)
			n++;
		have -= out_width(b->data + at, n);
		at += n;
	}
	memmove(b->data + from, b->data + at, b->len - at);
	b->len -= at - from;
	insert(b, from, dots, sizeof(dots) - 1);
}

/*
 * Makes what was asked fit. The name goes before what follows it, unless that are numbers: of it
 * the beginning goes.
 */
static void
cut_asked(OutBuffer *b, OutPlaces *at, size_t width)
{
	size_t have = out_width(b->data + at->asked, at->answered - at->asked);
	size_t name = at->name_end > at->name
			      ? out_width(b->data + at->name, at->name_end - at->name)
			      : 0;
	size_t before = at->name > at->asked ? out_width(b->data + at->asked, at->name - at->asked)
					     : 0;
	size_t tail = have - MIN(have, before + name), room = width - MIN(width, before), end;
	OutBuffer answered = { 0 };

	tail = at->numbers ? tail : MIN(tail, (size_t)TAIL_LEAST);
	room = MAX(room - MIN(room, tail), (size_t)NAME_LEAST);
	if (have > width && name > room) {
		end = b->len;
		cut_name(b, at->name, at->name_end, room);
		at->answered -= end - b->len;
	}
	if (out_width(b->data + at->asked, at->answered - at->asked) <= width)
		return;
	out_buffer_reserve(&answered, b->len - at->answered + 1);
	out_put(&answered, b->data + at->answered, b->len - at->answered);
	b->len = at->answered;
	out_fit_words(b, at->asked, width);
	at->answered = b->len;
	out_put(b, answered.data, answered.len);
	out_buffer_clear(&answered);
}

/* Both columns in `left`; what does not fit is cut, but an alert only beside little else. */
static void
put_beside(OutBuffer *b, OutPlaces *at, size_t left)
{
	size_t asked = out_width(b->data + at->asked, at->answered - at->asked);
	size_t answered = out_width(b->data + at->answered, b->len - at->answered);
	size_t column = MIN((left - 2) * 45 / 100, (size_t)ASKED_MOST), room = left - 2 - column;

	/* Each may take what the other leaves. */
	if (answered > room)
		column = MIN(column, MAX(asked, left - 2 - MIN(answered, left - 2)));
	else
		column = MAX(column, MIN(asked, left - 2 - answered));
	if (asked > column)
		cut_asked(b, at, column);
	asked = out_width(b->data + at->asked, at->answered - at->asked);
	if (b->len > at->answered) {
		size_t pad = 2 + column - MIN(asked, column);

		insert_spaces(b, at->answered, pad);
		at->answered += pad;
		out_fit_words(b, at->answered, left - 2 - column);
	}
}

/* Nothing is cut: what was answered begins on a line of its own. */
static void
put_below(OutBuffer *b, OutPlaces *at, size_t indent)
{
	while (at->answered > at->asked && b->data[at->answered - 1] == ' ') {
		memmove(b->data + at->answered - 1, b->data + at->answered, b->len - at->answered);
		b->len--;
		at->answered--;
	}
	insert(b, at->answered, "\n", 1);
	insert_spaces(b, ++at->answered, indent);
	at->answered += indent;
}

static void
put_limited(const OutColumns *self, OutBuffer *b, OutPlaces *at)
{
	size_t indent = out_width(b->data + at->line, at->asked - at->line);
	size_t left = self->width > indent ? self->width - indent : 0;
	size_t asked = out_width(b->data + at->asked, at->answered - at->asked);
	size_t answered = out_width(b->data + at->answered, b->len - at->answered);

	if (left < REST_LEAST && asked + answered > 0) {
		size_t before = b->len;

		insert(b, at->asked, "\n", 1);
		insert_spaces(b, at->asked + 1, REST_INDENT);
		at->asked += b->len - before;
		at->answered += b->len - before;
		at->name += b->len - before;
		at->name_end += b->len - before;
		indent = REST_INDENT;
		left = self->width - indent;
	}
	if (asked + answered == 0)
		return;
	/* An alert stands beside what it is about if enough of that remains. */
	if (asked + 2 + answered > left &&
	    (at->keep || (at->alert && answered + 2 + MIN(asked, left * 45 / 100) > left))) {
		size_t below = MAX(indent, (size_t)STEP_WIDTH) - STEP_WIDTH + HANG;

		if (asked && answered)
			put_below(b, at, below);
		out_wrap(b, at->line, self->width, 1, below);
		return;
	}
	put_beside(b, at, left);
}

void
out_columns_end(const OutColumns *self, OutBuffer *b, OutPlaces *at, bool colour)
{
	if (self->width) {
		put_limited(self, b, at);
	} else if (b->len > at->answered) {
		size_t asked = out_width(b->data + at->asked, at->answered - at->asked);
		size_t pad = 2 + (asked < ASKED_WIDTH ? ASKED_WIDTH - asked : 0);

		insert_spaces(b, at->answered, pad);
		at->answered += pad;
	}
	while (b->len > at->line && b->data[b->len - 1] == ' ')
		b->len--;
	if (colour && at->alert && b->len > at->answered) {
		OutBuffer escape = { 0 };

		out_alert_on(&escape, true);
		insert(b, at->answered, escape.data, escape.len);
		out_buffer_clear(&escape);
		out_alert_off(b, true);
	}
	out_char(b, '\n');
}

void
out_columns_fit(OutColumns *self, const OutOptions *options)
{
	self->live = options->live || options->story;
	self->absolute = options->absolute || options->story;
	self->dated = options->story != 0;
	self->width = out_columns_of(options);
}
