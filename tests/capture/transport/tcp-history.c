/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: what the packets of a flow were, how many, and how large. */
#include "tests/capture/transport/tcp-case.h"

enum { HEADERS = 40 };

static const char *
history(guint i)
{
	static char text[CAP_HISTORY_MAX + 1];
	const CapHistory *letters;

	pkt_finish(w);
	letters = &pkt_flow(w, i)->flow.history;
	memcpy(text, letters->letters, letters->n);
	text[letters->n] = '\0';
	return text;
}

static void
sized(bool by_a, uint16_t window, uint32_t seq, uint32_t ack, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);

	pkt_feed_tcp(w, by_a ? (PktTcp){ 1, 2, 1000, 445, seq, ack, PKT_ACK, window, text, len }
			     : (PktTcp){ 2, 1, 445, 1000, seq, ack, PKT_ACK, window, text, len });
}

START_TEST(each_kind_once_in_its_order)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "");
	from_b(PKT_ACK, 5001, 1006, "world");
	from_a(PKT_ACK, 1006, 5006, "");
	from_a(PKT_ACK, 1006, 5006, "again");
	from_b(PKT_FIN | PKT_ACK, 5006, 1011, "bye"); /* not one of data */
	from_a(PKT_FIN | PKT_ACK, 1011, 5010, "");
	from_b(PKT_ACK, 5010, 1012, ""); /* the flow is over */
	ck_assert_str_eq(history(0), "ShADadfF");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 6);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.ip_bytes[CAP_FROM_A], 6 * HEADERS + 10);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_B], 4);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.ip_bytes[CAP_FROM_B], 4 * HEADERS + 8);
}
END_TEST

START_TEST(what_is_counted_comes_again_with_powers_of_ten)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006, 5001, "world");
	for (int i = 0; i < 99; i++)
		from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(history(0), "ShADTT");
}
END_TEST

START_TEST(a_hundredth_time)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	for (int i = 0; i < 100; i++)
		from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(history(0), "ShADTTT");
}
END_TEST

/* What fills a hole was lost before, or passed on the way: it ends before what was seen. */
START_TEST(what_comes_late_is_behind)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1008, 5001, "rld, and more"); /* goes on */
	ck_assert_str_eq(history(0), "ShADT");
}
END_TEST

START_TEST(no_window)
{
	connect_ab();
	sized(true, 8192, 1001, 5001, "hello");
	sized(false, 0, 5001, 1006, "");
	sized(false, 0, 5001, 1006, "data");
	from_a(PKT_FIN | PKT_ACK, 1006, 5005, "");
	sized(true, 0, 1007, 5005, "");
	ck_assert_str_eq(history(0), "ShADawdFW");
}
END_TEST

/* Of a side whose peer has finished, and of a reset, a window means nothing. */
START_TEST(no_window_that_nobody_heeds)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "");
	sized(false, 0, 5001, 1002, "");
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, 5001, 1002, PKT_RST, 0, "", 0 });
	ck_assert_str_eq(history(0), "ShAFar");
}
END_TEST

START_TEST(bytes_that_were_not_captured)
{
	connect_ab();
	from_a(PKT_ACK, 1011, 5001, "later");
	from_b(PKT_ACK, 5001, 1016, "answer");
	ck_assert_str_eq(history(0), "ShADGd");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.missing[CAP_FROM_A], 10);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.missing[CAP_FROM_B], 0);
}
END_TEST

START_TEST(the_answer_was_captured_first)
{
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(history(0), "hSD");
}
END_TEST

START_TEST(several_flags)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN | PKT_FIN, 1000, 0, "");
	from_b(PKT_RST | PKT_FIN | PKT_ACK, 5001, 1001, "");
	ck_assert_str_eq(history(0), "ShQi");
}
END_TEST

/* What does not fit is not of the flow, until the other side agrees. */
START_TEST(what_does_not_fit)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 900001001, 5001, "forged");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 3);
	from_b(PKT_ACK, 5001, 1006, "");
	ck_assert_str_eq(history(0), "ShADa");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 3);
}
END_TEST

START_TEST(another_connection_on_the_same_ports)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, 700000000, 0, "");
	from_a(PKT_SYN, 700000000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 900000000, 700000001, "");
	from_a(PKT_ACK, 700000001, 900000001, "news");
	ck_assert_str_eq(history(0), "ShAD");
	ck_assert_str_eq(history(1), "ShD");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.packets[CAP_FROM_A], 3);
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.ip_bytes[CAP_FROM_A], 3 * HEADERS + 4);
}
END_TEST

START_TEST(after_a_reset)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_RST, 5001, 0, "");
	from_a(PKT_ACK, 1006, 5001, "more"); /* it did not know */
	from_a(PKT_RST, 1010, 0, "");
	from_a(PKT_RST, 900001001, 0, ""); /* of nobody */
	ck_assert_str_eq(history(0), "ShADrR");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 5);
}
END_TEST

/* What there is no room for is left out. */
START_TEST(more_than_there_is_room_for)
{
	const char *letters;

	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	for (int i = 0; i < 100000; i++) {
		sized(true, 0, 1001, 5006, "hello");
		sized(false, 0, 5001, 1006, "world");
	}
	from_a(PKT_ACK, 1006, 5006, "");
	from_b(PKT_ACK, 5006, 1006, "");
	from_a(PKT_FIN | PKT_ACK, 1006, 5006, "");
	letters = history(0);
	ck_assert_uint_eq(strlen(letters), CAP_HISTORY_MAX);
	ck_assert(g_str_has_prefix(letters, "ShADdWTwtWTwtWTwt"));
	ck_assert_ptr_null(strchr(letters, 'F'));
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 100005);
}
END_TEST

START_TEST(fin_with_the_only_data)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "bye");
	ck_assert_str_eq(history(0), "ShF");
}
END_TEST

/* What was kept aside and then believed is what it was, and no more. */
START_TEST(data_that_were_kept_aside)
{
	for (uint32_t i = 0; i < 6; i++)
		from_a(PKT_ACK, 1001 + 5 * i + (i < 3 ? 0 : 300000), 5001, "hello");
	ck_assert_str_eq(history(0), "DG");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[CAP_FROM_A], 6);
}
END_TEST

void
tcp_add_history(TCase *tc)
{
	tcase_add_test(tc, each_kind_once_in_its_order);
	tcase_add_test(tc, what_is_counted_comes_again_with_powers_of_ten);
	tcase_add_test(tc, a_hundredth_time);
	tcase_add_test(tc, what_comes_late_is_behind);
	tcase_add_test(tc, no_window);
	tcase_add_test(tc, no_window_that_nobody_heeds);
	tcase_add_test(tc, bytes_that_were_not_captured);
	tcase_add_test(tc, the_answer_was_captured_first);
	tcase_add_test(tc, several_flags);
	tcase_add_test(tc, what_does_not_fit);
	tcase_add_test(tc, another_connection_on_the_same_ports);
	tcase_add_test(tc, after_a_reset);
	tcase_add_test(tc, more_than_there_is_room_for);
	tcase_add_test(tc, fin_with_the_only_data);
	tcase_add_test(tc, data_that_were_kept_aside);
}
