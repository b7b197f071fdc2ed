/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages after something was lost. */
#include "tests/dissect/conversation/conversation-case.h"

/* ---- loss ---- */

/*
 * Payload that nobody looks at may be lost: the message stays whole, and the next one is found
 * where it is.
 */
START_TEST(gap_in_payload_costs_nothing_else)
{
	g_autoptr(GByteArray) response = conversation_read_response(1, 5000);

	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, conversation_read_request(1, 9, 0, 5000));
	conversation_feed_bytes(SMB_TO_CLIENT, response->data, 2000);
	conversation_gap(SMB_TO_CLIENT, 1000);
	conversation_feed_bytes(SMB_TO_CLIENT, response->data + 3000, response->len - 3000);
	conversation_feed(SMB_TO_SERVER, conversation_read_request(2, 9, 5000, 10));
	conversation_feed(SMB_TO_CLIENT, conversation_read_response(2, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 5000);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.skipped, 0);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.gap_bytes, 1000);
	ck_assert(fixture.log.last.incomplete & SMB_INCOMPLETE_GAP);
}
END_TEST

/* It is reported when the connection ends, and was noticed long before. */
START_TEST(gap_that_nothing_follows_has_its_own_frame)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, conversation_simple(COM_ECHO, false, 1));
	conversation_gap(SMB_TO_CLIENT, 20);
	conversation_feed_bytes(SMB_TO_CLIENT, "no message begins here", 22);
	conversation_feed(SMB_TO_SERVER, conversation_simple(COM_ECHO, false, 2));
	conversation_stop(SMB_END_TIMEOUT);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.gap_frame, 3);
}
END_TEST

/*
 * After a gap that swallowed a header, the next message is searched, and what was passed over is
 * said.
 */
START_TEST(gap_over_a_header_finds_the_next_message)
{
	g_autoptr(GByteArray) lost = conversation_open_response(1, 11);

	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, conversation_open_request(1, "a"));
	conversation_feed(SMB_TO_SERVER, conversation_open_request(2, "b"));
	conversation_gap(SMB_TO_CLIENT, 20);
	conversation_feed_bytes(SMB_TO_CLIENT, lost->data + 20, lost->len - 20);
	conversation_feed(SMB_TO_CLIENT, conversation_open_response(2, 12));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_uint_eq(fixture.log.x[0].fid, 12);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.gap_bytes, 20);
	ck_assert_uint_eq(fixture.log.skipped, lost->len - 20);
	conversation_stop(SMB_END_FIN);
}
END_TEST

/* The same, with the bytes after the gap in pieces of one: a message may begin across pieces. */
START_TEST(search_crosses_pieces)
{
	g_autoptr(GByteArray) lost = conversation_open_response(1, 11),
			      next = conversation_open_response(2, 12);

	for (guint piece = 1; piece < 12; piece++) {
		conversation_start(445, false);
		conversation_feed(SMB_TO_SERVER, conversation_open_request(2, "b"));
		conversation_gap(SMB_TO_CLIENT, 20);
		g_autoptr(GByteArray) all = g_byte_array_new();
		g_byte_array_append(all, lost->data + 20, lost->len - 20);
		g_byte_array_append(all, next->data, next->len);
		for (guint i = 0; i < all->len; i += piece)
			conversation_feed_bytes(SMB_TO_CLIENT, all->data + i,
						MIN(piece, all->len - i));
		ck_assert_uint_eq(fixture.log.n_exchanges, 1);
		ck_assert_uint_eq(fixture.log.x[0].fid, 12);
		ck_assert_uint_eq(fixture.log.skipped, lost->len - 20);
		conversation_stop(SMB_END_FIN);
	}
}
END_TEST

/* A header of a session message, `before` bytes that are none of SMB, and two messages. */
static GByteArray *
hidden(uint16_t length, guint before)
{
	GByteArray *all = g_byte_array_new();
	const uint8_t header[4] = { 0, 0, (uint8_t)(length >> 8), (uint8_t)length };

	g_byte_array_append(all, header, sizeof(header));
	for (guint i = 0; i < before; i++)
		g_byte_array_append(all, (const uint8_t *)"pn\r", 1);
	for (uint16_t mid = 1; mid <= 2; mid++) {
		g_autoptr(GByteArray) m = conversation_simple(COM_ECHO, false, mid);

		g_byte_array_append(all, m->data, m->len);
	}
	return all;
}

/*
 * A length that is a lie leads over the header of the next message, which stands among the first
 * bytes of one that is none of SMB. However the bytes are cut.
 */
START_TEST(hidden_message_is_found)
{
	static const uint16_t lengths[] = { 11, 20, 64, 79, 84, 300 };

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(GByteArray) all = hidden(lengths[i], 3);

		for (guint piece = 1; piece <= all->len; piece++) {
			conversation_start(139, false);
			for (guint at = 0; at < all->len; at += piece)
				conversation_feed_bytes(SMB_TO_SERVER, all->data + at,
							MIN(piece, all->len - at));
			ck_assert_uint_eq(fixture.log.messages, 2);
			ck_assert_uint_eq(fixture.log.skipped, 4 + 3);
			ck_assert_uint_eq(fixture.log.gap_bytes, 0);
			conversation_stop(SMB_END_FIN);
			ck_assert(fixture.log.last.anomalies & SMB_ANOMALY_NOT_SMB);
		}
	}
}
END_TEST

/* A file that holds a message: only what a message begins with is looked at, and not all of it. */
START_TEST(contents_are_no_messages)
{
	static const guint before[] = { 57, 100 };

	for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
		g_autoptr(GByteArray) all = hidden((uint16_t)(before[i] + 39), before[i]);

		conversation_start(139, false);
		conversation_feed_bytes(SMB_TO_SERVER, all->data, all->len);
		ck_assert_uint_eq(fixture.log.messages, 1);
		ck_assert_uint_eq(fixture.log.gaps, 0);
		conversation_stop(SMB_END_FIN);
	}
}
END_TEST

START_TEST(midstream_begins_with_the_next_message)
{
	g_autoptr(GByteArray) half = conversation_read_response(1, 200);

	conversation_start(445, true);
	conversation_feed_bytes(SMB_TO_CLIENT, half->data + 100, half->len - 100);
	conversation_feed(SMB_TO_SERVER, conversation_read_request(2, 9, 0, 10));
	conversation_feed(SMB_TO_CLIENT, conversation_read_response(2, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 10);
	conversation_stop(SMB_END_FIN);
	ck_assert(fixture.log.last.incomplete & SMB_INCOMPLETE_MIDSTREAM);
	ck_assert_int_eq(fixture.log.last.verdict, SMB_VERDICT_NONE);
}
END_TEST

/* A session has one; four bytes are not told in hundreds again and again. */
START_TEST(a_few_answers_without_a_session_request_are_reported)
{
	conversation_start(139, false);
	for (int i = 0; i < 10; i++)
		conversation_feed_bytes(SMB_TO_CLIENT, "\x82\0\0\0", 4);
	ck_assert_uint_eq(fixture.log.netbios, 4);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.limits, 6);
}
END_TEST

void
conversation_add_loss(TCase *tc)
{
	tcase_add_test(tc, gap_in_payload_costs_nothing_else);
	tcase_add_test(tc, gap_that_nothing_follows_has_its_own_frame);
	tcase_add_test(tc, gap_over_a_header_finds_the_next_message);
	tcase_add_test(tc, search_crosses_pieces);
	tcase_add_test(tc, hidden_message_is_found);
	tcase_add_test(tc, contents_are_no_messages);
	tcase_add_test(tc, midstream_begins_with_the_next_message);
	tcase_add_test(tc, a_few_answers_without_a_session_request_are_reported);
}
