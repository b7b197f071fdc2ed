/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the packets of a flow were, as letters in the order in which each was new. Almost every
 * segment is one more of what was there before, and costs its flow two sums and a look at a bit.
 */
#include "capture/transport/flow.h"

enum { LOWER = 'a' - 'A' };
_Static_assert(CAP_FROM_A == 0 && CAP_FROM_B == 1, "by which a letter is upper or lower case");

static inline void
add_letter(CapEntry *f, CapDir dir, char letter)
{
	CapHistory *history = &f->flow.history;

	if (history->n < CAP_HISTORY_MAX)
		history->letters[history->n++] = (char)(letter + (int)dir * LOWER);
}

void G_GNUC_NO_INLINE
cap_history_new(CapEntry *f, CapDir dir, CapHistoryKind kind)
{
	static const char letters[CAP_HISTORY_KINDS + 1] = "SHADFRIQ";

	if (f->kinds[dir] & 1u << kind)
		return;
	f->kinds[dir] |= (uint8_t)(1u << kind);
	add_letter(f, dir, letters[kind]);
}

CapHistoryKind
cap_history_kind(const CapSegment *seg)
{
	uint8_t bits = seg->flags & (CAP_TCP_SYN | CAP_TCP_FIN | CAP_TCP_RST);

	if (!bits)
		return seg->len ? CAP_HISTORY_D : CAP_HISTORY_A;
	if (bits == CAP_TCP_SYN)
		return seg->flags & CAP_TCP_ACK ? CAP_HISTORY_H : CAP_HISTORY_S;
	if (bits == CAP_TCP_FIN)
		return CAP_HISTORY_F;
	if (bits == CAP_TCP_RST)
		return CAP_HISTORY_R;
	return bits & CAP_TCP_FIN && bits & CAP_TCP_RST ? CAP_HISTORY_I : CAP_HISTORY_Q;
}

void
cap_history_take(CapEntry *f, CapDir dir, uint8_t kinds)
{
	for (int kind = 0; kind < CAP_HISTORY_KINDS; kind++)
		if (kinds & 1u << kind)
			cap_history_new(f, dir, (CapHistoryKind)kind);
}

static bool
is_power_of_ten(uint32_t n)
{
	while (n && n % 10 == 0)
		n /= 10;
	return n == 1;
}

void
cap_history_count(CapEntry *f, CapDir dir, CapHistoryCount what)
{
	static const char letters[CAP_HISTORY_COUNTS] = {
		[CAP_HISTORY_T] = 'T', [CAP_HISTORY_W] = 'W', [CAP_HISTORY_G] = 'G'
	};
	uint32_t *times = &f->times[dir][what];

	if (*times < UINT32_MAX && is_power_of_ten(++*times))
		add_letter(f, dir, letters[what]);
}

/* Nobody heeds the window of a side that resets the flow, or whose peer sends no more. */
void G_GNUC_NO_INLINE
cap_history_no_window(CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (!seg->ip_size)
		return;
	if (seg->len || seg->flags & CAP_TCP_DECISIVE)
		cap_history_new(f, dir, cap_history_kind(seg));
	if (!(seg->flags & CAP_TCP_RST) && !(f->stream[!dir].flags & CAP_STREAM_FIN) &&
	    !(f->reset_frame && f->reset_dir == dir))
		cap_history_count(f, dir, CAP_HISTORY_W);
}
