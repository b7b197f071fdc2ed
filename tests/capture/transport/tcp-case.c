/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of TCP share: two sides, and what came of their packets. */
#include "tests/capture/transport/tcp-case.h"

PktWorld *w;

void
from_a(uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, seq, ack, flags, 8192, text,
				  (uint32_t)strlen(text) });
}

void
from_b(uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, seq, ack, flags, 8192, text,
				  (uint32_t)strlen(text) });
}

void
connect_ab(void)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
}

const char *
story(guint flow, int side)
{
	return pkt_flow(w, flow) ? pkt_flow(w, flow)->story[side]->str : "no flow";
}

const CapCounters *
counters(void)
{
	return cap_tracker_counters(w->tracker);
}

void
setup(void)
{
	w = pkt_world_new(NULL);
}

void
teardown(void)
{
	pkt_world_free(w);
}

void
a_while(void)
{
	cap_tracker_idle(w->tracker, w->time_ns + 11000000);
}

void
limited(CapLimits limits)
{
	pkt_world_free(w);
	w = pkt_world_new(&limits);
}

void
connect_hello(void)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_ACK, 1001, 5008, "hello");
}

void
finish_hello(void)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_b(PKT_FIN | PKT_ACK, 5008, 1007, "");
	from_a(PKT_ACK, 1007, 5009, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}

void
end_hello(int how)
{
	if (how == 0) {
		finish_hello();
		return;
	}
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
}

CapEnd
ended(void)
{
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	return pkt_flow(w, 0)->why;
}
