/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the columns of a line begin and end. */
#include "output/text/timeline.h"

#include <string.h>

enum {
	TIME_WIDTH = 9,    /* "    0.000" */
	ANSWER_WIDTH = 10, /* "   0.61 ms" */
	STEP_WIDTH = 18,
	ASKED_WIDTH = 38, /* if nothing limits it */
	LIVE_WIDTH = 6,   /* "#1234 " */
	COLUMNS_MIN = 40, /* of the two columns together; a narrower terminal wraps */
};

static void
put_right(OutBuffer *b, size_t from, size_t width)
{
	size_t n = b->len - from;
	size_t shift = n < width ? width - n : 0;

	out_buffer_reserve(b, shift);
	memmove(b->data + from + shift, b->data + from, n);
	memset(b->data + from, ' ', shift);
	b->len += shift;
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
	out_fixed(b, since / 1000000, 3);
	put_right(b, from, TIME_WIDTH);
	from = b->len;
	if (kind == OUT_ANSWER_TIME)
		out_answer_time(b, answer_ns);
	else
		out_str(b, words[kind]);
	put_right(b, from, ANSWER_WIDTH);
	out_lit(b, "  ");
}

void
out_columns_step(OutBuffer *b, size_t from)
{
	out_fit(b, from, STEP_WIDTH - 2);
	out_lit(b, "  ");
}

/* A text that is too long is cut (if there is a limit) or pushes the rest to the right. */
void
out_columns_asked(const OutColumns *self, OutBuffer *b, size_t from)
{
	if (self->asked)
		out_fit(b, from, self->asked);
	else
		out_pad(b, from, ASKED_WIDTH - 2);
	out_lit(b, "  ");
}

void
out_columns_answered(const OutColumns *self, OutBuffer *b, size_t from, bool keep)
{
	if (!keep && self->answered && out_width(b->data + from, b->len - from) > self->answered)
		out_fit(b, from, self->answered);
	while (b->len && b->data[b->len - 1] == ' ')
		b->len--;
	out_char(b, '\n');
}

void
out_columns_fit(OutColumns *self, const OutOptions *options)
{
	size_t taken = TIME_WIDTH + ANSWER_WIDTH + 2 + STEP_WIDTH + 2 +
		       (options->live ? LIVE_WIDTH : 0);
	size_t left = options->columns > taken + COLUMNS_MIN ? options->columns - taken
							     : COLUMNS_MIN;

	self->live = options->live;
	if (!options->columns)
		return;
	self->asked = left * 45 / 100;
	self->answered = left - self->asked;
}
