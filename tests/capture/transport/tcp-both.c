/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: connections that both sides open at once (RFC 9293 section 3.5), and what comes before the
 * answer to a SYN.
 */
#include "tests/capture/transport/tcp-case.h"

#define HIGH 0xf0000000u

static const CapFlow *
finished(void)
{
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	return &pkt_flow(w, 0)->flow;
}

/* Both open one connection at once; the first to be seen is side A, whichever answers first. */
START_TEST(both_open_at_once)
{
	const CapFlow *flow;

	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN, 5000, 0, "");
	if (_i & 1)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN | PKT_ACK, 1000, 5001, "");
	if (_i & 2)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "world");
	flow = finished();
	ck_assert(flow->syn_seen && flow->both_open);
	ck_assert_uint_eq(flow->port[0], 1000);
	ck_assert_uint_eq(flow->syn_ns, flow->first_ns);
	ck_assert_uint_gt(flow->syn_ack_ns, flow->syn_ns);
}
END_TEST

/* The same on ports that had another connection before. */
START_TEST(both_open_again)
{
	const CapFlow *flow;

	connect_ab();
	from_a(PKT_RST, 1001, 0, "");
	from_a(PKT_SYN, 700000, 0, "");
	from_b(PKT_SYN, 900000, 0, "");
	if (_i)
		from_b(PKT_SYN | PKT_ACK, 900000, 700001, "");
	from_a(PKT_SYN | PKT_ACK, 700000, 900001, "");
	from_b(PKT_SYN | PKT_ACK, 900000, 700001, "");
	from_a(PKT_ACK, 700001, 900001, "hello");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	flow = &pkt_flow(w, 1)->flow;
	ck_assert(flow->syn_seen && flow->both_open);
	ck_assert_uint_eq(flow->port[0], 1000);
	ck_assert_str_eq(story(1, 0), "hello");
}
END_TEST

/* The SYN of the one that answers, and then its answer; of the first one there may be no second. */
START_TEST(both_open_without_the_second_syn)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN, 5000, 0, "");
	if (_i)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_uint_eq(finished()->port[0], 1000);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Nobody hides what a connection begins with by data that come before its SYN, and are near. */
START_TEST(data_before_a_syn)
{
	for (int i = 0; i < (_i ? 3 : 1); i++)
		from_a(PKT_ACK, 1021 + 4 * (uint32_t)i, 5001, "junk");
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	ck_assert_str_eq(story(0, 0), _i ? "junkjunkjunkhello" : "hello");
	ck_assert_str_eq(story(0, 1), "world");
}
END_TEST

/* The same of the answer; data that it comes too late for stay what they are. */
START_TEST(data_before_a_near_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, _i ? 5021 : 5001, 1001, "some");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_b(PKT_ACK, _i ? 5001 : 5005, 1001, "more");
	ck_assert_str_eq(story(0, 1), "somemore");
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* Nor by an end before the beginning. */
START_TEST(fin_before_a_near_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_FIN | PKT_ACK, _i ? 5500 : 5000, 1001, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_b(PKT_ACK, 5001, 1001, "hello");
	from_b(PKT_ACK, 5006, 1001, "again");
	ck_assert_str_eq(story(0, 1), "helloagain");
	ck_assert_uint_eq(counters()->gaps, 0);
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* What is said in the name of who has not answered yet does not take the place of the answer. */
START_TEST(data_before_the_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 505001, 1001, "junk");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_str_eq(story(1, 1), "world");
}
END_TEST

/* Who makes up both of the SYN and its answer keeps nobody from opening. */
START_TEST(both_open_as_made_up)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN, 900000, 0, "");
	from_a(PKT_SYN | PKT_ACK, 1000, 900001, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert(!pkt_flow(w, 0)->flow.both_open);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "world");
}
END_TEST

/* What is like it, but is not. */
typedef struct {
	bool from_b;
	uint8_t flags;
	uint32_t seq, ack;
} Sent;

static const struct {
	const char *what;
	int before; /* 1: a connection that goes on, 2: one that was refused */
	Sent sent[4];
} unlike[] = {
	{ "an answer to a SYN that answers",
	  1,
	  { { true, PKT_SYN, HIGH, 0 },
	    { false, PKT_SYN | PKT_ACK, 700000, HIGH },
	    { true, PKT_SYN | PKT_ACK, HIGH, 700001 } } },
	{ "the same of the other side",
	  1,
	  { { false, PKT_SYN, 700000, 0 },
	    { true, PKT_SYN | PKT_ACK, HIGH, 700000 },
	    { false, PKT_SYN | PKT_ACK, 700000, HIGH + 1 } } },
	{ "an acknowledgment for an answer",
	  1,
	  { { false, PKT_SYN, 700000, 0 },
	    { true, PKT_SYN, HIGH, 0 },
	    { true, PKT_ACK, HIGH + 1, 700001 } } },
	{ "an answer elsewhere",
	  1,
	  { { false, PKT_SYN, 700000, 0 },
	    { true, PKT_SYN, HIGH, 0 },
	    { true, PKT_SYN | PKT_ACK, 9000000, 700001 } } },
	{ "no answer",
	  0,
	  { { false, PKT_SYN, 1000, 0 },
	    { true, PKT_SYN, HIGH, 0 },
	    { false, PKT_ACK, 1000, HIGH + 1 } } },
	{ "another number",
	  0,
	  { { false, PKT_SYN, 1000, 0 },
	    { true, PKT_SYN, HIGH, 0 },
	    { false, PKT_SYN | PKT_ACK, 2000, HIGH + 1 } } },
	{ "data that were acknowledged",
	  0,
	  { { false, PKT_SYN, 1000, 0 },
	    { true, PKT_ACK, HIGH, 1002 },
	    { false, PKT_SYN | PKT_ACK, 1000, HIGH } } },
	{ "answered already",
	  0,
	  { { false, PKT_SYN, 1000, 0 },
	    { true, PKT_SYN | PKT_ACK, 5000, 1001 },
	    { true, PKT_SYN, HIGH, 0 },
	    { false, PKT_SYN | PKT_ACK, 1000, HIGH + 1 } } },
	{ "acknowledged elsewhere already",
	  0,
	  { { false, PKT_SYN, 1000, 0 },
	    {
		    false,
		    PKT_ACK,
		    1001,
		    0x70000000,
	    },
	    { true, PKT_SYN, 0, 0 },
	    { false, PKT_SYN | PKT_ACK, 1000, 1 } } },
	{ "refused already",
	  2,
	  { { true, PKT_SYN, HIGH, 0 }, { false, PKT_SYN | PKT_ACK, 1000, HIGH + 1 } } },
};

START_TEST(not_both_open)
{
	guint before = unlike[_i].before > 0;

	if (unlike[_i].before == 1)
		connect_ab();
	if (unlike[_i].before == 2) {
		from_a(PKT_SYN, 1000, 0, "");
		from_b(PKT_RST | PKT_ACK, 0, 1001, "");
	}
	for (int i = 0; i < 4 && unlike[_i].sent[i].flags; i++)
		(unlike[_i].sent[i].from_b ? from_b : from_a)(unlike[_i].sent[i].flags,
							      unlike[_i].sent[i].seq,
							      unlike[_i].sent[i].ack, "");
	pkt_finish(w);
	ck_assert_msg(w->flows->len == before + 1, "%s", unlike[_i].what);
	for (guint i = 0; i < w->flows->len; i++)
		ck_assert_msg(!pkt_flow(w, i)->flow.both_open, "%s", unlike[_i].what);
}
END_TEST

/* An answer that agrees with what did not fit: the stream goes on there. */
START_TEST(answer_in_the_middle)
{
	connect_ab();
	from_a(PKT_ACK, 301001, 305001, "hello");
	from_b(PKT_SYN | PKT_ACK, 305000, 301006, "");
	from_b(PKT_ACK, 305001, 301006, "world");
	ck_assert_str_eq(story(0, 1), "world");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* What fits is the answer to a SYN that does not only where nothing else can be meant. */
static const struct {
	const char *what;
	struct {
		bool from_b;
		uint8_t flags;
		uint32_t seq, ack;
		const char *text;
	} sent[5];
} of_flow[] = {
	{ "something was acknowledged already",
	  { { false, PKT_SYN, 1000, 0, "" },
	    { true, PKT_ACK, 105001, 1001, "junk" },
	    { false, PKT_ACK, 1001, 105005, "" },
	    { true, PKT_SYN | PKT_ACK, 5000, 1001, "" },
	    { false, PKT_ACK, 1001, 5001, "hello" } } },
	{ "it was answered already",
	  { { false, PKT_SYN, 1000, 0, "" },
	    { true, PKT_SYN | PKT_ACK, 7000, 1001, "" },
	    { true, PKT_ACK, 7001, 1001, "welcome" },
	    { true, PKT_SYN | PKT_ACK, 7003, 1001, "" },
	    { false, PKT_ACK, 1001, 7004, "hello" } } },
	{ "the SYN acknowledges nothing",
	  { { false, PKT_SYN, 0xffffffff, 0, "" },
	    { true, PKT_ACK, 105001, 0, "junk" },
	    { true, PKT_SYN, 5000, 0, "" },
	    { false, PKT_ACK, 0, 5001, "hello" } } },
	{ "it begins elsewhere",
	  { { false, PKT_SYN, 1000, 0, "" },
	    { true, PKT_ACK, 505001, 1001, "junk" },
	    { true, PKT_SYN, 5000, 0, "" },
	    { true, PKT_ACK, 5001, 1001, "data" },
	    { false, PKT_ACK, 1002, 5001, "hello" } } },
	{ "it acknowledges more",
	  { { false, PKT_SYN, 1000, 0, "" },
	    { true, PKT_ACK, 505001, 1001, "junk" },
	    { true, PKT_SYN | PKT_ACK, 5000, 1001, "" },
	    { false, PKT_ACK, 1001, 5002, "hello" } } },
};

START_TEST(no_answer_but_of_the_flow)
{
	for (int i = 0; i < 5 && of_flow[_i].sent[i].flags; i++)
		(of_flow[_i].sent[i].from_b ? from_b : from_a)(of_flow[_i].sent[i].flags,
							       of_flow[_i].sent[i].seq,
							       of_flow[_i].sent[i].ack,
							       of_flow[_i].sent[i].text);
	pkt_finish(w);
	ck_assert_msg(w->flows->len == 1, "%s", of_flow[_i].what);
}
END_TEST

void
tcp_add_both(TCase *tc)
{
	tcase_add_loop_test(tc, both_open_at_once, 0, 4);
	tcase_add_loop_test(tc, both_open_again, 0, 2);
	tcase_add_loop_test(tc, both_open_without_the_second_syn, 0, 2);
	tcase_add_loop_test(tc, data_before_a_syn, 0, 2);
	tcase_add_loop_test(tc, data_before_a_near_answer, 0, 2);
	tcase_add_loop_test(tc, fin_before_a_near_answer, 0, 2);
	tcase_add_test(tc, data_before_the_answer);
	tcase_add_test(tc, both_open_as_made_up);
	tcase_add_loop_test(tc, not_both_open, 0, G_N_ELEMENTS(unlike));
	tcase_add_test(tc, answer_in_the_middle);
	tcase_add_loop_test(tc, no_answer_but_of_the_flow, 0, G_N_ELEMENTS(of_flow));
}
