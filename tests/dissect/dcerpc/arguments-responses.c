/* SPDX-License-Identifier: BSD-3-Clause */
/* What responses end with, and the handles that they give. */
#include "tests/dissect/dcerpc/arguments-responses.h"

#include <string.h>

#include <glib.h>

#include "dissect/dcerpc/pdu.h"

enum { HEADERS = 24, HANDLE = 20, TRAILER = 8 + 4 };

START_TEST(a_response_ends_with_its_result)
{
	static const uint8_t response[] = { 5, 0, 2, 3, 0x10, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0,
					    8, 0, 0, 0, 0,    0, 0, 0, 1,  2, 3, 4, 5, 0, 0, 0 };
	uint32_t result = 0;
	DcePdu pdu;

	ck_assert(dce_pdu_read(smb_reader_new(response, sizeof(response), sizeof(response)), &pdu));
	ck_assert(dce_result_read(&pdu, &result));
	ck_assert_uint_eq(result, 5);
	pdu.flags = DCE_FIRST_FRAG; /* the end is in another fragment */
	ck_assert(!dce_result_read(&pdu, &result));
	ck_assert(dce_pdu_read(smb_reader_new(response, 30, sizeof(response)), &pdu));
	ck_assert(!dce_result_read(&pdu, &result));
}
END_TEST

/* Of a service before the result, of a key first; and nowhere, where the end is not here. */
START_TEST(a_response_gives_a_handle)
{
	static const struct {
		const char *interface;
		uint16_t opnum;
		int at; /* -1: it gives none */
	} table[] = { { "svcctl", 12, 8 }, { "svcctl", 16, 8 },  { "winreg", 6, 0 },
		      { "winreg", 15, 0 }, { "svcctl", 11, -1 }, { "efsrpc", 0, -1 } };
	uint8_t response[HEADERS + 32] = { 5, 0, 2, 3, 0x10, 0, 0, 0, HEADERS + 32 };

	for (uint8_t i = 0; i < 28; i++)
		response[HEADERS + i] = i;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		uint8_t given[SMB_RPC_HANDLE];
		DcePdu pdu;

		ck_assert(dce_pdu_read(
			smb_reader_from_span((SmbSpan){ response, sizeof(response) }), &pdu));
		ck_assert_int_eq(dce_given_handle_read(&pdu, table[i].interface, table[i].opnum,
						       given),
				 table[i].at >= 0);
		if (table[i].at >= 0)
			ck_assert_mem_eq(given, response + HEADERS + table[i].at, sizeof(given));
		/* Read in pieces, it ends anywhere. */
		ck_assert(dce_pdu_read(smb_reader_new(response, HEADERS + 30, HEADERS + 30), &pdu));
		ck_assert(!dce_given_handle_read(&pdu, table[i].interface, table[i].opnum, given));
		ck_assert(!dce_result_read(&pdu, &(uint32_t){ 0 }));
	}
}
END_TEST

/* A response with a stub of `n` bytes, the last `padding` of them none of it; gives its length. */
static uint32_t
response_of(uint8_t *all, uint32_t n, uint8_t level, uint8_t padding)
{
	uint32_t length = HEADERS + n + (level ? TRAILER : 0);

	memset(all, 0, length);
	memcpy(all, "\5\0\2\3\x10\0\0\0", 8);
	all[8] = (uint8_t)length;
	all[10] = level ? TRAILER - 8 : 0;
	for (uint32_t i = 0; i < n; i++)
		all[HEADERS + i] = (uint8_t)(i + 1);
	all[HEADERS + n + 1] = level;
	all[HEADERS + n + 2] = padding;
	return length;
}

/* What is told of each: its result, and a handle at its beginning and before its result. */
START_TEST(ends_of_responses)
{
	static const struct {
		uint32_t n, captured; /* 0: all */
		uint8_t level, padding;
		bool result, handle;
	} all[] = {
		{ 0, 0, 0, 0, false, false },    { 3, 0, 0, 0, false, false },
		{ 4, 0, 0, 0, true, false },     { 20, 0, 0, 0, true, false },
		{ 23, 0, 0, 0, true, false },    { 24, 0, 0, 0, true, true },
		{ 25, 0, 0, 0, true, true },     { 40, 0, 0, 0, true, true },
		{ 24, 0, 5, 0, true, true },     { 28, 0, 5, 4, true, true },
		{ 28, 0, 5, 5, true, false },    { 28, 0, 5, 24, true, false },
		{ 28, 0, 5, 25, false, false },  { 28, 0, 5, 28, false, false },
		{ 28, 0, 5, 200, false, false }, { 24, 0, 6, 0, false, false },
		{ 24, 24, 5, 0, false, false },  { 24, 26, 5, 0, false, false },
		{ 24, 27, 5, 0, true, true },    { 40, 10, 0, 0, false, false },
		{ 40, 20, 0, 0, false, true },   { 40, 35, 0, 0, false, true },
		{ 40, 36, 0, 0, false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		uint8_t bytes[HEADERS + 64 + TRAILER], first[HANDLE], last[HANDLE];
		uint32_t length = response_of(bytes, all[i].n, all[i].level, all[i].padding);
		uint32_t captured = all[i].captured ? HEADERS + all[i].captured : length;
		uint32_t end = all[i].n - all[i].padding, result = 77;
		g_autofree uint8_t *exact = g_memdup2(bytes, captured);
		bool whole = !all[i].captured || all[i].captured >= all[i].n;
		bool before = !all[i].captured || all[i].captured + 4 >= all[i].n;
		DcePdu pdu;

		ck_assert(dce_pdu_read(smb_reader_new(exact, captured, length), &pdu));
		ck_assert_msg(dce_result_read(&pdu, &result) == all[i].result, "row %zu", i);
		if (all[i].result)
			ck_assert_uint_eq(result, (end - 3) * 0x01010101 + 0x03020100);
		else if (whole)
			ck_assert_uint_eq(result, 77);
		ck_assert_msg(dce_given_handle_read(&pdu, "winreg", 15, first) == all[i].handle,
			      "row %zu", i);
		if (all[i].handle)
			ck_assert_mem_eq(first, exact + HEADERS, HANDLE);
		ck_assert_msg(dce_given_handle_read(&pdu, "svcctl", 16, last) ==
				      (all[i].handle && before),
			      "row %zu", i);
		if (all[i].handle && before)
			ck_assert_mem_eq(last, exact + HEADERS + end - 4 - HANDLE, HANDLE);
		ck_assert(!dce_given_handle_read(&pdu, NULL, 15, first));
		ck_assert(!dce_given_handle_read(&pdu, "srvsvc", 15, first));
	}
}
END_TEST

START_TEST(a_result_of_a_big_endian_server)
{
	static const uint8_t response[] = { 5, 0, 2, 3, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0,
					    0, 1, 0, 0, 0, 4, 0, 0, 0, 0,  0, 0, 0, 5 };
	uint32_t result = 0;
	DcePdu pdu;

	ck_assert(dce_pdu_read(smb_reader_new(response, sizeof(response), sizeof(response)), &pdu));
	ck_assert(dce_result_read(&pdu, &result));
	ck_assert_uint_eq(result, 5);
}
END_TEST

void
arguments_add_responses(TCase *tc)
{
	tcase_add_test(tc, a_response_ends_with_its_result);
	tcase_add_test(tc, a_response_gives_a_handle);
	tcase_add_test(tc, ends_of_responses);
	tcase_add_test(tc, a_result_of_a_big_endian_server);
}
