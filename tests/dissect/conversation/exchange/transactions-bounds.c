/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-transactions.c: totals beyond what is collected, parts that a gap took, parts that
 * belong to nobody, and what comes with a late part.
 */
#include "tests/dissect/conversation/exchange/transactions-bounds.h"

#include "dissect/conversation/exchange/pieces.h"
#include "tests/dissect/conversation/exchange/transactions-case.h"

/* ---- What is collected ----------------------------------------------------------------------- */

/* Beyond the cap the parts are only counted: what is kept is read where the last one came. */
START_TEST(what_is_collected_has_an_end)
{
	static const struct {
		uint16_t total_parameters, total_data;
		uint32_t limits;
	} rows[] = {
		{ 9, MESSAGE_MAX - 9, 0 }, { 9, MESSAGE_MAX - 8, 1 }, { 9, 500, 1 },
		{ MESSAGE_MAX, 0, 0 },     { MESSAGE_MAX + 1, 0, 1 }, { 500, 0, 1 },
		{ MESSAGE_MAX, 1, 1 },     { 500, 500, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t p = rows[i].total_parameters, d = rows[i].total_data, step;

		start();
		step = MIN(p, 50);
		ask((Part){ p, d, 0, step, 0, 0 });
		for (uint16_t at = step; at < p; at += step) {
			ck_assert_uint_eq(seen.read, 0);
			step = MIN(p - at, 50);
			go_on((Part){ p, d, at, step, 0, 0 });
		}
		for (uint16_t at = 0; at < d; at += step) {
			ck_assert_uint_eq(seen.read, 0);
			step = MIN(d - at, 50);
			go_on((Part){ p, d, p, 0, at, step });
		}
		ck_assert_uint_eq(seen.read, 1);
		stop();
		ck_assert_msg(seen.limits == rows[i].limits, "row %zu: %u", i, seen.limits);
	}
}
END_TEST

/* Islands beyond those that are kept are counted, each. */
START_TEST(islands_that_are_too_many_are_counted)
{
	start();
	ask((Part){ 9, 150, 0, 9, 0, 1 });
	for (uint16_t i = 1; i < SMB_PIECES_RANGES + 3; i++)
		go_on((Part){ 9, 150, 9, 0, (uint16_t)(2 * i), 1 });
	ck_assert_uint_eq(seen.read, 0);
	stop();
	ck_assert_uint_eq(seen.limits, 3);
}
END_TEST

/* The last part ends the waiting only where the parts before it can have been lost. */
START_TEST(a_gap_ends_the_waiting)
{
	for (int gap = 0; gap < 3; gap++) {
		start();
		if (gap == 1) /* one before it began says nothing */
			smb_connection_gap(connection, SMB_TO_SERVER, 0, SMB_GAP_MISSING,
					   &(SmbStamp){ 2, 2 });
		ask((Part){ 9, 100, 0, 9, 0, 10 });
		if (gap == 2)
			smb_connection_gap(connection, SMB_TO_SERVER, 100, SMB_GAP_MISSING,
					   &(SmbStamp){ 3, 3 });
		go_on((Part){ 9, 100, 9, 0, 40, 50 });
		ck_assert_uint_eq(seen.read, 0);
		go_on((Part){ 9, 100, 9, 0, 90, 10 });
		ck_assert_uint_eq(seen.read, gap == 2);
		if (gap == 2)
			ck_assert_uint_eq(seen.incomplete, SMB_INCOMPLETE_TRUNCATED);
		stop();
	}
}
END_TEST

/* ---- Whose part it is ------------------------------------------------------------------------ */

START_TEST(a_part_of_somebody_else_is_none)
{
	static const struct {
		uint16_t mid, pid;
		uint32_t read, limits;
	} rows[] = { { 1, PID, 1, 0 }, { 2, PID, 0, 0 }, { 1, PID + 1, 0, 1 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start();
		ask((Part){ 9, 12, 0, 9, 0, 5 });
		go_on_as(rows[i].mid, rows[i].pid, (Part){ 9, 12, 9, 0, 5, 7 });
		ck_assert_uint_eq(seen.read, rows[i].read);
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_uint_eq(seen.last.anomalies & SMB_ANOMALY_OTHER_SECONDARY, 0);
		stop();
		/* a server may look at the MID alone */
		ck_assert_uint_eq(seen.limits, rows[i].limits);
	}
}
END_TEST

/* Servers count bytes, or put them where they belong: where that makes a difference it is counted. */
START_TEST(parts_that_servers_read_in_two_ways)
{
	static const struct {
		Part first, second;
		uint32_t limits;
	} rows[] = {
		{ { 9, 12, 0, 9, 0, 5 }, { 9, 12, 9, 0, 5, 7 }, 0 },
		/* as many as were declared, but not all of them */
		{ { 9, 100, 0, 9, 0, 50 }, { 9, 100, 9, 0, 0, 50 }, 1 },
		{ { 9, 100, 0, 9, 0, 50 }, { 9, 100, 9, 0, 0, 49 }, 0 },
		{ { 8, 10, 0, 4, 0, 10 }, { 8, 10, 0, 4, 0, 0 }, 1 },
		{ { 8, 10, 0, 4, 0, 10 }, { 8, 10, 0, 3, 0, 0 }, 0 },
		{ { 8, 10, 0, 4, 0, 5 }, { 8, 10, 0, 4, 5, 0 }, 0 },
		{ { 9, 10, 0, 5, 0, 5 }, { 9, 10, 5, 0, 0, 5 }, 0 },
		/* the same place, other bytes */
		{ { 9, 12, 0, 9, 0, 5 }, { 9, 12, 0, 3, 0, 0 }, 0 },
		{ { 9, 12, 0, 9, 0, 5 }, { 9, 12, 0, 3, 0, 0, "xyz" }, 1 },
		{ { 9, 12, 0, 9, 0, 5 }, { 9, 12, 9, 0, 3, 1 }, 0 },
		{ { 9, 12, 0, 9, 0, 5 }, { 9, 12, 9, 0, 3, 1, NULL, "....x" }, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start();
		ask(rows[i].first);
		go_on(rows[i].second);
		stop();
		ck_assert_msg(seen.limits == rows[i].limits, "row %zu: %u", i, seen.limits);
	}
}
END_TEST

/* A request that was whole waits for no part: neither of its own kind nor of another. */
START_TEST(a_whole_request_has_no_further_part)
{
	for (unsigned other = 0; other < 2; other++) {
		static const uint16_t head[8];
		GByteArray *message = message_of(COM_TRANSACTION + 1, false, 1, PID);

		start();
		ask((Part){ 9, 12, 0, 9, 0, 12 });
		append_part(message, head, 8, 2, &(Part){ 9, 12, 9, 0, 5, 7 }, NULL);
		if (other) {
			send_message(SMB_TO_SERVER, build_end(message));
		} else {
			go_on((Part){ 9, 12, 9, 0, 5, 7 });
			g_byte_array_unref(message);
		}
		ck_assert_uint_eq(seen.read, 1);
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_uint_eq(seen.last.anomalies & SMB_ANOMALY_OTHER_SECONDARY, 0);
		stop();
	}
}
END_TEST

/* ---- Another kind ---------------------------------------------------------------------------- */

static void
ask_other(Part p)
{
	static const uint16_t head[14];
	GByteArray *message = message_of(COM_TRANSACTION, false, 1, PID);

	append_part(message, head, 14, 9, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
}

/* Whether it is told that no request of its kind waits for it. */
static bool
go_on_other(uint16_t pid, Part p)
{
	static const uint16_t head[8];
	GByteArray *message = message_of(COM_TRANSACTION + 1, false, 1, pid);

	append_part(message, head, 8, 2, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
	return seen.anomalies & SMB_ANOMALY_OTHER_SECONDARY;
}

START_TEST(a_part_of_another_kind_completes_nothing)
{
	for (uint16_t pid = PID; pid < PID + 2; pid++) {
		start();
		ask((Part){ 9, 12, 0, 9, 0, 5 });
		ck_assert_int_eq(go_on_other(pid, (Part){ 9, 12, 9, 0, 5, 7 }), pid == PID);
		ck_assert_uint_eq(seen.read, 0);
		stop();
	}
}
END_TEST

/* With the same MID: of the request of its own kind it is a part where the other one has all of its. */
START_TEST(a_part_between_two_kinds)
{
	for (int complete = 0; complete < 2; complete++) {
		for (int own = 0; own < 2; own++) {
			start();
			ask((Part){ 9, 12, 0, 9, 0, 5 });
			if (complete)
				go_on((Part){ 9, 12, 9, 0, 5, 7 });
			if (own)
				ask_other((Part){ 9, 100, 0, 9, 0, 50 });
			ck_assert_int_eq(go_on_other(PID, (Part){ 9, 100, 9, 0, 50, 10 }),
					 !(complete && own));
			stop();
		}
	}
}
END_TEST

/* ---- What is read ---------------------------------------------------------------------------- */

/* The parameters of an answer that come late are those of an answer. */
START_TEST(late_parameters_of_an_answer_are_no_request)
{
	start();
	ask((Part){ 9, 0, 0, 9, 0, 0 });
	answer((Part){ 2, 0, 0, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 0);
	answer((Part){ 2, 0, 1, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 1);
	ck_assert_uint_eq(seen.size, 2);
	ck_assert_str_ne(seen.layout, "TRANS2_SET_PATH_INFORMATION request");
	stop();
}
END_TEST

/* Nobody waits for the rest of an answer without its request: what is there is all. */
START_TEST(a_part_of_an_answer_without_its_request_is_whole)
{
	start();
	answer((Part){ 20, 20, 0, 2, 0, 3 });
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, 0);
	stop();
}
END_TEST

/* Totals that are lower than what is sent count. */
START_TEST(no_more_than_the_total_is_read)
{
	start();
	ask((Part){ 8, 5, 0, 9, 0, 12 });
	ck_assert_uint_eq(seen.size, 8 + 5);
	answer((Part){ 2, 1, 0, 4, 0, 3 });
	ck_assert_uint_eq(seen.size, 2 + 1);
	stop();
}
END_TEST

/* What is wrong inside is told with the message that completed it; so is what a gap took. */
START_TEST(what_is_wrong_inside_is_told)
{
	start();
	ask((Part){ 9, 4, 0, 9, 0, 2 });
	ck_assert_uint_eq(seen.anomalies, 0);
	go_on((Part){ 9, 4, 9, 0, 2, 2 }); /* a list of attributes that is shorter than its length */
	ck_assert_uint_eq(seen.anomalies, SMB_ANOMALY_FIELDS);
	answer((Part){ 20, 0, 0, 2, 0, 0 });
	smb_connection_gap(connection, SMB_TO_CLIENT, 100, SMB_GAP_MISSING, &(SmbStamp){ 9, 9 });
	answer((Part){ 20, 0, 19, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 1);
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, SMB_INCOMPLETE_TRUNCATED);
	stop();
}
END_TEST

/* Parts that do not complete a request leave it what its first message said. */
START_TEST(what_is_not_complete_is_what_it_was)
{
	BuildHeader refused = { .command = COM_TRANSACTION2,
				.reply = true,
				.status = 0xC0000022,
				.pid = PID,
				.mid = 1 };

	start();
	ask((Part){ 9, 0, 0, 4, 0, 0 });
	go_on((Part){ 9, 0, 4, 2, 0, 0 });
	ck_assert_uint_eq(seen.read, 0);
	send_message(SMB_TO_CLIENT, build_simple(refused, NULL, 0, NULL, 0));
	ck_assert_int_eq(seen.last.step, SMB_STEP_PATH);
	ck_assert_int_eq(seen.last.other.function, SET_PATH_INFORMATION);
	stop();
}
END_TEST

/* The last part of a request says what its data sets; it takes nothing from what is opened. */
START_TEST(late_data_say_what_they_are_about)
{
	static const char end_of_file[] = "\x04\x01\0\0\0\0\\a"; /* [MS-CIFS] 2.2.8.4.6 */
	static const char open2[] = "\0\0\x42\0\0\0\0\0\0\0\0\0\x11\0\0\0\0\0"
				    "\0\0\0\0\0\0\0\0\0\0\\o"; /* 2.2.6.1.1 */

	start();
	ask((Part){ 9, 8, 0, 9, 0, 3, end_of_file });
	go_on((Part){ 9, 8, 9, 0, 3, 5 });
	answer((Part){ 2, 0, 0, 2, 0, 0 });
	ck_assert_int_eq(seen.last.step, SMB_STEP_PATH);
	ck_assert(seen.last.other.has_size);
	stop();
	start();
	ask_for(0, (Part){ sizeof(open2), 8, 0, sizeof(open2), 0, 3, open2 });
	go_on((Part){ sizeof(open2), 8, sizeof(open2), 0, 3, 5 });
	stop();
	ck_assert_int_eq(seen.last.step, SMB_STEP_OPEN);
	ck_assert(seen.last.open.to_read && seen.last.open.to_write);
	ck_assert_uint_eq(seen.last.open.share_access, 4);
	ck_assert_uint_eq(seen.last.open.access, 0x42);
	ck_assert_str_eq(seen.name, "\\o");
}
END_TEST

static void
put32(uint8_t *words, uint32_t at, uint32_t value)
{
	uint32_t le = GUINT32_TO_LE(value);

	memcpy(words + at, &le, sizeof(le));
}

/* A block of NT_TRANSACT: the number and the place of its data lie at these bytes of its words. */
static void
send_nt_part(uint8_t command, uint8_t *words, uint8_t size, uint32_t count_at, uint32_t n)
{
	GByteArray *message = message_of(command, false, 1, PID);
	uint16_t aligned[32];

	put32(words, count_at, n);
	put32(words, count_at + 4, message->len - 4u + 1 + size + 2);
	memcpy(aligned, words, size);
	build_block(message, aligned, size / 2, data, (uint16_t)n);
	send_message(SMB_TO_SERVER, build_end(message));
}

/* [MS-CIFS] 2.2.7.2.1: the control code stands in the setup words, that come with the first part. */
START_TEST(late_data_leave_the_control_code)
{
	enum { SET_SPARSE = 0x900C4, TOTAL = 8, FIRST = 3, IOCTL = 2 };
	uint8_t first[46] = { [35] = 4, [36] = IOCTL, [44] = 1 }, later[36] = { 0 };
	static const uint16_t none[18];

	put32(first, 7, TOTAL);
	put32(first, 38, SET_SPARSE);
	put32(later, 7, TOTAL);
	put32(later, 31, FIRST);
	start();
	send_nt_part(COM_NT_TRANSACT, first, sizeof(first), 27, FIRST);
	send_nt_part(COM_NT_TRANSACT + 1, later, sizeof(later), 23, TOTAL - FIRST);
	ck_assert_uint_eq(seen.read, 1);
	send_message(SMB_TO_CLIENT, build_simple((BuildHeader){ .command = COM_NT_TRANSACT,
								.reply = true,
								.tid = 1,
								.pid = PID,
								.uid = 2,
								.mid = 1 },
						 none, G_N_ELEMENTS(none), NULL, 0));
	stop();
	ck_assert_uint_eq(seen.exchanges, 1);
	ck_assert_str_eq(seen.about, "FSCTL_SET_SPARSE");
}
END_TEST

/* Of the parameters only what the answer needs is kept: long ones take no more room. */
START_TEST(few_parameters_wait_for_the_answer)
{
	size_t before, grown[3];

	start();
	for (uint32_t i = 0; i < 3; i++) {
		uint16_t n =
			i < 2 ? 9 : 500; /* the first request allocates what the others use again */

		context->config.limits.message = 4096;
		before = smb_context_memory(context);
		ask((Part){ n, 0, 0, n, 0, 0 });
		grown[i] = smb_context_memory(context) - before;
		answer((Part){ 2, 0, 0, 2, 0, 0 });
	}
	ck_assert_uint_eq(grown[2], grown[1]);
	stop();
}
END_TEST

/* Eight setup words are kept; what is said beyond that is skipped. */
START_TEST(setup_words_are_capped)
{
	static const uint8_t rows[] = { 1, 7, 8, 9, 40 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t head[64] = { [2] = 2, [13] = rows[i], [14] = SET_PATH_INFORMATION };
		GByteArray *message = message_of(COM_TRANSACTION2, false, 1, PID);

		start();
		append_part(message, head, (uint8_t)(14 + rows[i]), 9,
			    &(Part){ 9, 12, 0, 9, 0, 12 }, NULL);
		send_message(SMB_TO_SERVER, build_end(message));
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_int_eq(seen.last.other.function, SET_PATH_INFORMATION);
		stop();
	}
}
END_TEST

void
transactions_add_bounds(TCase *tc)
{
	tcase_add_test(tc, what_is_collected_has_an_end);
	tcase_add_test(tc, islands_that_are_too_many_are_counted);
	tcase_add_test(tc, a_gap_ends_the_waiting);
	tcase_add_test(tc, a_part_of_somebody_else_is_none);
	tcase_add_test(tc, parts_that_servers_read_in_two_ways);
	tcase_add_test(tc, a_whole_request_has_no_further_part);
	tcase_add_test(tc, a_part_of_another_kind_completes_nothing);
	tcase_add_test(tc, a_part_between_two_kinds);
	tcase_add_test(tc, late_parameters_of_an_answer_are_no_request);
	tcase_add_test(tc, a_part_of_an_answer_without_its_request_is_whole);
	tcase_add_test(tc, setup_words_are_capped);
	tcase_add_test(tc, no_more_than_the_total_is_read);
	tcase_add_test(tc, what_is_wrong_inside_is_told);
	tcase_add_test(tc, what_is_not_complete_is_what_it_was);
	tcase_add_test(tc, late_data_say_what_they_are_about);
	tcase_add_test(tc, late_data_leave_the_control_code);
	tcase_add_test(tc, few_parameters_wait_for_the_answer);
}
