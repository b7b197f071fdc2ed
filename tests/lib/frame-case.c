/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/lib/frame-case.h"

#include <check.h>
#include <string.h>

#define ETHERNET 1

static void
on_chunk(void *user, const CapChunk *c)
{
	FrameRig *w = user;

	ck_assert(!(c->missing && c->message));
	ck_assert_uint_le(c->len, c->message ? c->message : c->len);
	w->flow = *c->flow;
	w->loss = c->loss;
	g_string_append_printf(w->story, "%c", c->dir == CAP_FROM_A ? 'A' : 'B');
	if (c->missing)
		g_string_append_printf(w->story, "<%u>", (unsigned)c->missing);
	else if (w->brief)
		g_string_append_printf(w->story, ":%u", c->len);
	else
		g_string_append_printf(w->story, ":%.*s", (int)c->len,
				       c->len ? (const char *)c->ptr : "");
	if (c->message > c->len)
		g_string_append_printf(w->story, "+%u", c->message - c->len);
	g_string_append_c(w->story, ' ');
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	FrameRig *w = user;

	(void)time_ns;
	(void)frame;
	w->flow = *flow;
	g_string_append_printf(w->story, "end%d ", why);
}

static void
on_datagram(void *user, const CapDatagram *d)
{
	FrameRig *w = user;

	ck_assert_uint_le(d->len, d->wire_len);
	g_string_append_printf(w->story, "%u%02x>%02x:%.*s ", d->family, d->src[5], d->dst[5],
			       (int)d->len, d->len ? (const char *)d->ptr : "");
}

FrameRig *
frame_rig_new(const CapLimits *limits)
{
	FrameRig *w = g_new0(FrameRig, 1);
	const CapCallbacks callbacks = {
		.chunk = on_chunk,
		.closed = on_closed,
		.datagram = on_datagram,
		.user = w,
	};

	w->story = g_string_new("");
	w->tracker = cap_tracker_new(&callbacks, limits);
	return w;
}

void
frame_rig_free(FrameRig *w)
{
	cap_tracker_free(w->tracker);
	g_string_free(w->story, TRUE);
	g_free(w);
}

const CapCounters *
frame_counters(const FrameRig *w)
{
	return cap_tracker_counters(w->tracker);
}

void
frame_expect(FrameRig *w, const char *story)
{
	ck_assert_str_eq(w->story->str, story);
	g_string_truncate(w->story, 0);
}

void
frame_feed(FrameRig *w, GByteArray *frame)
{
	uint32_t caplen = w->cut && w->cut < frame->len ? w->cut : frame->len;
	uint8_t *exact = g_memdup2(frame->data, caplen);

	w->frame++;
	cap_tracker_packet(w->tracker, &(CapPacket){ .time_ns = w->frame * 1000000,
						     .frame = w->frame,
						     .wire_len = frame->len,
						     .caplen = caplen,
						     .link_type = ETHERNET,
						     .data = exact });
	w->cut = 0;
	g_free(exact);
	g_byte_array_unref(frame);
}

void
frame_le16(GByteArray *to, uint32_t value)
{
	const uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

	g_byte_array_append(to, bytes, 2);
}

void
frame_text(GByteArray *to, const char *s)
{
	g_byte_array_append(to, (const uint8_t *)s, (guint)strlen(s));
}

GByteArray *
frame_ethernet(uint8_t from, GByteArray *payload)
{
	GByteArray *p = pkt_new();
	const uint8_t ends[12] = { 0, 0, 0, 0, 0, from == 1 ? 2 : 1, 0, 0, 0, 0, 0, from };
	static const uint8_t filler[64] = { 0xee, 0xee, 0xee };

	g_byte_array_append(p, ends, sizeof(ends));
	pkt_be16(p, payload->len);
	g_byte_array_append(p, payload->data, payload->len);
	g_byte_array_unref(payload);
	if (p->len < 60)
		g_byte_array_append(p, filler, 60 - p->len);
	return p;
}
