/* SPDX-License-Identifier: BSD-3-Clause */
/* Data of reads and writes: what waits for an answer, in how much room, and what is only lent. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/conversation/exchange/exchange.h"

enum { ROOM = 100000, PIECE = 40000 };

static SmbContext *context;
static SmbConnection connection, other;
static SmbRequest req, second;
static uint8_t wire[PIECE];

static void
begin(bool keeps)
{
	SmbConfig config = { .keep_data = keeps, .limits = { .data = ROOM } };

	context = smb_context_new(&config);
	memset(&connection, 0, sizeof(connection));
	memset(&other, 0, sizeof(other));
	memset(&req, 0, sizeof(req));
	memset(&second, 0, sizeof(second));
	connection.context = other.context = context;
	for (unsigned i = 0; i < PIECE; i++)
		wire[i] = (uint8_t)(i * 31 >> 3);
}

static void
setup(void)
{
	begin(true);
}

static void
teardown(void)
{
	if (req.data)
		smb_data_drop(context, &req);
	if (second.data)
		smb_data_drop(context, &second);
	ck_assert_uint_eq(context->data, 0);
	ck_assert_uint_eq(smb_context_free(context), 0);
}

static SmbSpan
bytes(uint32_t from, uint32_t n)
{
	return (SmbSpan){ wire + from, n };
}

static void
has(const SmbRequest *r, uint32_t n)
{
	ck_assert_uint_eq(r->x.io.data.len, n);
	ck_assert(!r->x.io.data_dropped);
	if (n)
		ck_assert_mem_eq(r->x.io.data.ptr, wire, n);
}

/* They outlive their packet, and every byte of room is counted. */
START_TEST(what_waits_is_a_copy)
{
	size_t memory = context->memory;
	uint8_t kept[10];

	smb_data_keep(&connection, &req, bytes(0, 10), 0);
	has(&req, 10);
	ck_assert_ptr_ne(req.x.io.data.ptr, wire);
	ck_assert_uint_eq(context->data, 10);
	ck_assert_uint_gt(context->memory, memory);
	memcpy(kept, wire, sizeof(kept));
	memset(wire, 0xEE, sizeof(kept));
	ck_assert_mem_eq(req.x.io.data.ptr, kept, sizeof(kept));
	smb_data_drop(context, &req);
	ck_assert_uint_eq(context->data, 0);
	ck_assert_uint_eq(context->memory, memory);
}
END_TEST

START_TEST(pieces_in_order_are_put_together)
{
	uint32_t at = 0;

	for (uint32_t n = 1; at + n <= PIECE; n = n * 2 + 1) {
		smb_data_keep(&connection, &req, bytes(at, n), at);
		at += n;
		has(&req, at);
		ck_assert_uint_le(context->data, ROOM);
	}
	ck_assert_uint_gt(at, PIECE / 2);
	smb_data_keep(&connection, &req, bytes(at, 0), at); /* nothing is no piece */
	has(&req, at);
	ck_assert_uint_eq(connection.info.limits, 0);
}
END_TEST

/* Whoever is not answered does not keep the data of others out: what waits for longest goes. */
START_TEST(what_waits_for_longest_makes_room)
{
	SmbRequest third = { 0 };

	smb_data_keep(&connection, &req, bytes(0, PIECE), 0);
	smb_data_keep(&other, &second, bytes(0, PIECE), 0);
	smb_data_keep(&other, &third, bytes(0, PIECE), 0);
	has(&second, PIECE);
	has(&third, PIECE);
	ck_assert_ptr_null(req.data);
	ck_assert_ptr_null(req.x.io.data.ptr);
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(connection.info.limits, 1);
	ck_assert_uint_eq(other.info.limits, 0);
	smb_data_drop(context, &third);
}
END_TEST

/* A hole is never closed by what came after it; what is before it stays. */
START_TEST(a_piece_that_does_not_follow_ends_it)
{
	static const uint64_t wrong[] = { 9, 11, 0, UINT64_MAX };

	smb_data_keep(&connection, &req, bytes(0, 10), 0);
	smb_data_keep(&connection, &req, bytes(10, 10), wrong[_i]);
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(connection.info.limits, 1);
	ck_assert_uint_eq(req.x.io.data.len, 10);
	ck_assert_mem_eq(req.x.io.data.ptr, wire, 10);
	smb_data_keep(&connection, &req, bytes(10, 10), 10); /* too late */
	ck_assert_uint_eq(req.x.io.data.len, 10);
	ck_assert_uint_eq(connection.info.limits, 1);
}
END_TEST

/* Every order of four pieces, one of which comes twice. */
START_TEST(pieces_in_any_order_are_put_where_they_belong)
{
	uint32_t left = (uint32_t)_i, seen = 0;

	for (uint32_t n = 4; n; n--) {
		uint32_t pick = left % n, piece = 0;

		for (left /= n; seen & 1u << piece || pick; piece++)
			pick -= !(seen & 1u << piece);
		seen |= 1u << piece;
		smb_data_put(&connection, &req, bytes(piece * 100, 100), piece * 100);
		smb_data_put(&connection, &req, bytes(piece * 100 + 50, 20), piece * 100 + 50);
		ck_assert_mem_eq(req.x.io.data.ptr, wire, req.x.io.data.len);
	}
	smb_data_settle(&connection, &req);
	has(&req, 400);
	ck_assert_uint_eq(connection.info.limits, 0);
}
END_TEST

START_TEST(what_stays_behind_a_hole_is_left_out)
{
	smb_data_put(&connection, &req, bytes(0, 10), 0);
	smb_data_put(&connection, &req, bytes(20, 10), 20);
	has(&req, 10);
	smb_data_settle(&connection, &req);
	smb_data_settle(&connection, &req);
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(req.x.io.data.len, 10);
	ck_assert_uint_eq(connection.info.limits, 1);
}
END_TEST

/* What was first is not always the beginning. */
START_TEST(the_beginning_comes_later)
{
	smb_data_keep(&connection, &req, bytes(20, 10), 0);
	smb_data_put(&connection, &req, bytes(40, 10), 20);
	smb_data_move(&connection, &req, 10);
	ck_assert_uint_eq(req.x.io.data.len, 0);
	smb_data_put(&connection, &req, bytes(10, 10), 0);
	ck_assert_uint_eq(req.x.io.data.len, 20);
	ck_assert_mem_eq(req.x.io.data.ptr, wire + 10, 20);
	smb_data_move(&connection, &req, 10);
	smb_data_put(&connection, &req, bytes(30, 10), 30);
	smb_data_put(&connection, &req, bytes(0, 10), 0);
	smb_data_settle(&connection, &req);
	has(&req, 50);
	smb_data_move(&connection, &req, 65500); /* farther than there is */
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(req.x.io.data.len, 0);
}
END_TEST

START_TEST(pieces_are_not_too_far_and_not_too_many)
{
	static const uint64_t wrong[] = { 65536, 65500, UINT64_MAX, UINT64_MAX - 5 };

	if (_i < 4) {
		smb_data_put(&connection, &req, bytes(0, 100), wrong[_i]);
	} else {
		uint32_t n = 0;

		smb_data_put(&connection, &req, bytes(2, 1), 2);
		smb_data_put(&connection, &req, bytes(4, 1), 4);
		smb_data_put(&connection, &req, bytes(3, 1), 3); /* joins them */
		smb_data_put(&connection, &req, bytes(6, 1), 6);
		ck_assert(!req.x.io.data_dropped);
		while (!req.x.io.data_dropped && n++ < 100)
			smb_data_put(&connection, &req, bytes(6 + 2 * n, 1), 6 + 2 * n);
		ck_assert_uint_lt(n, 33);
	}
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(connection.info.limits, 1);
	ck_assert_uint_le(context->data, ROOM);
}
END_TEST

/* The room is that of all connections together, and comes back. */
START_TEST(there_is_room_for_so_much)
{
	smb_data_keep(&connection, &req, bytes(0, PIECE), 0);
	smb_data_keep(&other, &second, bytes(0, PIECE), 0);
	has(&req, PIECE);
	has(&second, PIECE);
	ck_assert_uint_eq(context->data, 2 * PIECE);
	smb_data_keep(&connection, &req, bytes(0, PIECE), PIECE); /* more than there is */
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(connection.info.limits, 1);
	ck_assert_uint_eq(context->data, 2 * PIECE);
	has(&second, PIECE);
	smb_data_drop(context, &req);
	req.x.io = (SmbIoFacts){ 0 };
	smb_data_keep(&connection, &req, bytes(0, PIECE), 0);
	has(&req, PIECE);
	ck_assert_uint_eq(other.info.limits, 0);
}
END_TEST

/* Of data of which a part was left out, the rest goes with the room that it has. */
START_TEST(what_is_left_of_data_goes_with_its_room)
{
	SmbRequest third = { 0 };

	smb_data_keep(&connection, &req, bytes(0, PIECE), 0);
	smb_data_keep(&connection, &req, bytes(0, 10), PIECE + 5);
	ck_assert(req.x.io.data_dropped);
	ck_assert_uint_eq(req.x.io.data.len, PIECE);
	if (_i == 0) {
		smb_data_keep(&other, &second, bytes(0, PIECE), 0);
		smb_data_keep(&other, &third, bytes(0, PIECE), 0);
		smb_data_drop(context, &third);
		ck_assert_ptr_null(req.data);
	} else {
		smb_data_move(&connection, &req, 10); /* it would be shown where it is not */
	}
	ck_assert(req.x.io.data_dropped);
	ck_assert_ptr_null(req.x.io.data.ptr);
	ck_assert_uint_eq(req.x.io.data.len, 0);
	ck_assert_uint_eq(connection.info.limits, 1);
}
END_TEST

/* The first response of a read is lent as it lies there; further ones are put behind a copy. */
START_TEST(what_is_read_is_lent)
{
	smb_data_show(&connection, &req, bytes(0, 10), 0);
	ck_assert_ptr_eq(req.x.io.data.ptr, wire);
	ck_assert_uint_eq(req.x.io.data.len, 10);
	ck_assert_ptr_null(req.data);
	ck_assert_uint_eq(context->data, 0);
	smb_data_keep(&connection, &second, bytes(0, 10), 0);
	smb_data_show(&connection, &second, bytes(10, 5), 10);
	has(&second, 15);
	ck_assert_ptr_ne(second.x.io.data.ptr, wire);
}
END_TEST

/* Of a response alone the offset is not known. */
START_TEST(without_a_request_nothing_is_shown)
{
	req.x.incomplete = SMB_INCOMPLETE_NO_REQUEST;
	smb_data_show(&connection, &req, bytes(0, 10), 0);
	has(&req, 0);
}
END_TEST

START_TEST(nothing_is_kept_that_nobody_asked_for)
{
	ck_assert_uint_eq(smb_context_free(context), 0);
	begin(false);
	smb_data_keep(&connection, &req, bytes(0, 10), 0);
	smb_data_show(&connection, &req, bytes(0, 10), 0);
	has(&req, 0);
	ck_assert_ptr_null(req.data);
	ck_assert_uint_eq(connection.info.limits, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("data");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_waits_is_a_copy);
	tcase_add_test(tcase, pieces_in_order_are_put_together);
	tcase_add_test(tcase, what_waits_for_longest_makes_room);
	tcase_add_loop_test(tcase, a_piece_that_does_not_follow_ends_it, 0, 4);
	tcase_add_loop_test(tcase, pieces_in_any_order_are_put_where_they_belong, 0, 24);
	tcase_add_test(tcase, what_stays_behind_a_hole_is_left_out);
	tcase_add_test(tcase, the_beginning_comes_later);
	tcase_add_loop_test(tcase, pieces_are_not_too_far_and_not_too_many, 0, 5);
	tcase_add_test(tcase, there_is_room_for_so_much);
	tcase_add_loop_test(tcase, what_is_left_of_data_goes_with_its_room, 0, 2);
	tcase_add_test(tcase, what_is_read_is_lent);
	tcase_add_test(tcase, without_a_request_nothing_is_shown);
	tcase_add_test(tcase, nothing_is_kept_that_nobody_asked_for);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
