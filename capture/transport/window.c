/* SPDX-License-Identifier: BSD-3-Clause */
/* How far the window of a receiver reaches (RFC 9293 section 3.8.6), and who fills it. */
#include "capture/transport/flow.h"

/* Kinds of options (RFC 9293 section 3.1, RFC 7323 section 2.2). */
enum { OPTION_END, OPTION_NOTHING, OPTION_SCALE = 3, SCALE_SIZE = 3, SCALE_MAX = 14 };

uint8_t
cap_window_offer(const SmbReader *r, uint32_t length)
{
	uint32_t captured = MIN(length, smb_reader_left(r));
	SmbReader options = smb_reader_new(r->base + r->pos, captured, length);

	while (smb_reader_left(&options)) {
		uint8_t kind = smb_reader_u8(&options), size, shift;

		if (kind == OPTION_END)
			return CAP_SCALE_NONE;
		if (kind == OPTION_NOTHING)
			continue;
		size = smb_reader_u8(&options);
		if (kind == OPTION_SCALE && size == SCALE_SIZE) {
			shift = smb_reader_u8(&options);
			if (options.status == SMB_READ_OK)
				return (uint8_t)(CAP_SCALE_0 + MIN(shift, SCALE_MAX));
		}
		smb_reader_skip(&options, MAX(size, 2u) - 2u);
	}
	return captured < length ? CAP_SCALE_UNSEEN : CAP_SCALE_NONE;
}

/* Windows are scaled only if both sides offer it (RFC 7323 section 2.2). */
void
cap_window_scale(CapEntry *f)
{
	CapStream *a = &f->stream[0], *b = &f->stream[1];
	bool scaled = a->tcp.offer > CAP_SCALE_NONE && b->tcp.offer > CAP_SCALE_NONE;

	a->tcp.scale = scaled ? a->tcp.offer - CAP_SCALE_0 : 0;
	b->tcp.scale = scaled ? b->tcp.offer - CAP_SCALE_0 : 0;
}

/* Whether it is known how the windows are scaled, if at all. */
static bool
is_known(const CapEntry *f)
{
	uint8_t a = f->stream[0].tcp.offer, b = f->stream[1].tcp.offer;

	return a == CAP_SCALE_NONE || b == CAP_SCALE_NONE ||
	       (a != CAP_SCALE_UNSEEN && b != CAP_SCALE_UNSEEN);
}

void
cap_window_reached(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *peer = &f->stream[!dir];

	if (!(peer->flags & CAP_STREAM_ACKED) || !is_known(f))
		return;
	if (seg->seq + seg->len != peer->tcp.room)
		cap_doubt_keep(t, f, dir, seg);
	else if (!(seg->flags & (CAP_TCP_SYN | CAP_TCP_FIN | CAP_TCP_RST)))
		f->flow.segments[dir].window_full++;
}
