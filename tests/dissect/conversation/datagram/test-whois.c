/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who is who: names of addresses, as RFC 1001 15 and 17 let them be learnt, in a table that has an
 * end.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/conversation/datagram/datagram.h"

enum { WAYS = 8, SETS = 512 };

static SmbContext *context;

static void
on_event(void *user, const SmbEvent *event)
{
	(void)user;
	(void)event;
}

static void
set_up(void)
{
	const SmbConfig config = { .event = on_event };

	context = smb_context_new(&config);
}

static void
tear_down(void)
{
	smb_context_free(context);
}

static void
learn(uint32_t address, const char *text)
{
	const uint8_t bytes[4] = { (uint8_t)(address >> 24), (uint8_t)(address >> 16),
				   (uint8_t)(address >> 8), (uint8_t)address };
	SmbNetbiosName name = { .len = (uint8_t)strlen(text) };

	memcpy(name.name, text, MIN(name.len, sizeof(name.name)));
	smb_whois_learn(context, bytes, &name);
}

/* The name of an address, or the other one that it has; "" where none is known. */
static const char *
name_of(uint32_t address, bool want_other)
{
	static char out[17];
	const uint8_t bytes[4] = { (uint8_t)(address >> 24), (uint8_t)(address >> 16),
				   (uint8_t)(address >> 8), (uint8_t)address };
	SmbText other, text = smb_whois_find(context, 4, bytes, &other);

	if (want_other)
		text = other;
	memset(out, 0, sizeof(out));
	if (text.bytes.ptr)
		memcpy(out, text.bytes.ptr, MIN(text.bytes.len, 16));
	return out;
}

static const char *
known(uint32_t address)
{
	return name_of(address, false);
}

START_TEST(what_was_learnt_is_known)
{
	ck_assert_str_eq(known(0x0A000001), "");
	learn(0x0A000001, "ALPHA");
	learn(0x0A000002, "B");
	learn(0x0A000003, "FIFTEEN-LETTERS");
	ck_assert_str_eq(known(0x0A000001), "ALPHA");
	ck_assert_str_eq(known(0x0A000002), "B");
	ck_assert_str_eq(known(0x0A000003), "FIFTEEN-LETTERS");
	ck_assert_str_eq(known(0x0A000004), "");
}
END_TEST

/* Anybody can send a datagram: it takes no name away, and that it contradicts one is seen. */
START_TEST(the_first_name_holds_and_another_one_is_known)
{
	learn(0x0A000001, "LONGER-BEFORE");
	learn(0x0A000001, "LONGER-BEFORE");
	ck_assert_str_eq(name_of(0x0A000001, true), "");
	learn(0x0A000001, "NOW");
	ck_assert_str_eq(known(0x0A000001), "LONGER-BEFORE");
	ck_assert_str_eq(name_of(0x0A000001, true), "NOW");
	learn(0x0A000001, "LATER");
	learn(0x0A000001, "LONGER-BEFORE");
	ck_assert_str_eq(known(0x0A000001), "LONGER-BEFORE");
	ck_assert_str_eq(name_of(0x0A000001, true), "LATER");
}
END_TEST

START_TEST(what_is_not_a_name_or_address_is_not_learnt)
{
	learn(0x0A000001, "");
	learn(0x00000000, "NOBODY");
	learn(0x0A000002, "SIXTEEN--LETTERS");
	ck_assert_str_eq(known(0x0A000001), "");
	ck_assert_str_eq(known(0x00000000), "");
	ck_assert_str_eq(known(0x0A000002), "");
	/* Each byte of an address counts. */
	learn(0x00000001, "ONE");
	ck_assert_str_eq(known(0x00000001), "ONE");
	ck_assert_str_eq(known(0x01000001), "");
}
END_TEST

START_TEST(only_addresses_of_version_4_have_names)
{
	const uint8_t bytes[16] = { 10, 0, 0, 1 };
	SmbText other;

	learn(0x0A000001, "ALPHA");
	ck_assert_ptr_null(smb_whois_find(context, 6, bytes, &other).bytes.ptr);
	ck_assert_ptr_nonnull(smb_whois_find(context, 4, bytes, &other).bytes.ptr);
}
END_TEST

/* Where whois.c keeps an address: FNV-1a, folded. */
static uint32_t
set_of(uint32_t address)
{
	uint32_t hash = 2166136261u;

	for (int i = 3; i >= 0; i--)
		hash = (hash ^ (address >> 8 * i & 0xFF)) * 16777619u;
	return (hash ^ hash >> 16) % SETS;
}

/* `n` addresses that fall together. */
static void
find_together(uint32_t *addresses, uint32_t n)
{
	uint32_t found = 0;

	for (uint32_t a = 0x0A000001; found < n; a++) {
		if (set_of(a) == set_of(0x0A000001))
			addresses[found++] = a;
	}
}

START_TEST(eight_that_fall_together_are_all_known)
{
	uint32_t addresses[WAYS];

	find_together(addresses, WAYS);
	for (uint32_t i = 0; i < WAYS; i++)
		learn(addresses[i], (const char[]){ (char)('A' + i), 0 });
	for (uint32_t i = 0; i < WAYS; i++)
		ck_assert_str_eq(known(addresses[i]), ((const char[]){ (char)('A' + i), 0 }));
}
END_TEST

/* The one unused for longest makes room: neither being looked for nor being learnt anew lets it be that. */
START_TEST(the_ninth_pushes_out_the_one_unused_for_longest)
{
	for (uint32_t victim = 0; victim < WAYS; victim++) {
		uint32_t addresses[WAYS + 1];

		tear_down();
		set_up();
		find_together(addresses, WAYS + 1);
		for (uint32_t i = 0; i < WAYS; i++)
			learn(addresses[i], "OLD");
		for (uint32_t i = 0; i < WAYS; i++) {
			if (i == victim)
				continue;
			if (i % 2)
				ck_assert_str_eq(known(addresses[i]), "OLD");
			else
				learn(addresses[i], "OLD");
		}
		learn(addresses[WAYS], "NEW");
		for (uint32_t i = 0; i < WAYS; i++)
			ck_assert_str_eq(known(addresses[i]), i == victim ? "" : "OLD");
		ck_assert_str_eq(known(addresses[WAYS]), "NEW");
	}
}
END_TEST

/* A free place is taken before a name is pushed out, also where the address of nobody was looked for. */
START_TEST(nobody_takes_no_place)
{
	uint32_t addresses[WAYS], n = 0;

	for (uint32_t a = 0x0A000001; n < WAYS; a++) {
		if (set_of(a) == set_of(0))
			addresses[n++] = a;
	}
	for (uint32_t i = 0; i < WAYS; i++) {
		learn(addresses[i], (const char[]){ (char)('A' + i), 0 });
		ck_assert_str_eq(known(0), "");
	}
	for (uint32_t i = 0; i < WAYS; i++)
		ck_assert_str_eq(known(addresses[i]), ((const char[]){ (char)('A' + i), 0 }));
	ck_assert_uint_eq(smb_context_limits(context), 0);
}
END_TEST

/* A name that is pushed out is counted; what is no name pushes none out. */
START_TEST(names_that_go_are_counted)
{
	uint32_t addresses[WAYS + 2];

	find_together(addresses, WAYS + 2);
	for (uint32_t i = 0; i < WAYS; i++)
		learn(addresses[i], "OLD");
	learn(addresses[WAYS], "");
	learn(addresses[WAYS], "SIXTEEN--LETTERS");
	for (uint32_t i = 0; i < WAYS; i++)
		ck_assert_str_eq(known(addresses[i]), "OLD");
	ck_assert_uint_eq(smb_context_limits(context), 0);
	learn(addresses[WAYS], "NEW");
	ck_assert_uint_eq(smb_context_limits(context), 1);
	learn(addresses[WAYS], "OTHER");
	ck_assert_uint_eq(smb_context_limits(context), 1);
	learn(addresses[WAYS + 1], "NEW");
	ck_assert_uint_eq(smb_context_limits(context), 2);
}
END_TEST

/* Names are the same by all their letters, and by how many these are. */
START_TEST(a_name_that_begins_alike_is_another_one)
{
	static const char *const names[][2] = { { "ALPHA", "BRAVO" },
						{ "ALPHA", "ALPHB" },
						{ "NOW", "NOWHERE" },
						{ "NOWHERE", "NOW" } };

	for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++) {
		learn(0x0A000001 + i, names[i][0]);
		learn(0x0A000001 + i, names[i][1]);
		ck_assert_str_eq(known(0x0A000001 + i), names[i][0]);
		ck_assert_str_eq(name_of(0x0A000001 + i, true), names[i][1]);
	}
}
END_TEST

START_TEST(a_flood_of_names_takes_no_more_room)
{
	uint64_t before;

	learn(0x0A000001, "FIRST");
	before = smb_context_memory(context);
	for (uint32_t i = 2; i < 50000; i++) {
		learn(0x0A000000 + i, "FLOOD");
		if (i % 512 == 0)
			ck_assert_str_eq(known(0x0A000001), "FIRST");
	}
	ck_assert_uint_eq(smb_context_memory(context), before);
	ck_assert_str_eq(known(0x0A000000 + 49999), "FLOOD");
}
END_TEST

/* What a connection says of its own ends stays; what it does not say is looked up. */
START_TEST(ends_of_a_connection_get_names)
{
	SmbConnection *c;
	const SmbEndpoints ends = { .family = 4,
				    .client = { 10, 0, 0, 1 },
				    .server = { 10, 0, 0, 2 },
				    .client_port = 1025,
				    .server_port = 445 };
	const SmbStamp when = { 1, 1 };

	c = smb_connection_new(context, &ends, true, false, &when);
	smb_whois_name_ends(c);
	ck_assert_ptr_null(c->info.client_name);
	ck_assert_ptr_null(c->info.server_name);
	learn(0x0A000002, "SERVER");
	smb_whois_name_ends(c);
	ck_assert_ptr_null(c->info.client_name);
	ck_assert(
		smb_text_equal(smb_string_text(c->info.server_name), smb_text_from_utf8("SERVER")));
	learn(0x0A000001, "CLIENT");
	learn(0x0A000002, "ANOTHER");
	smb_whois_name_ends(c);
	ck_assert(
		smb_text_equal(smb_string_text(c->info.client_name), smb_text_from_utf8("CLIENT")));
	ck_assert(
		smb_text_equal(smb_string_text(c->info.server_name), smb_text_from_utf8("SERVER")));
	ck_assert_ptr_null(c->info.server_other); /* it had its name before */
	smb_connection_end(c,
			   &(SmbEnding){ .end = SMB_END_CAPTURE_END,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
}
END_TEST

/* Both names go with the connection, each once. */
START_TEST(a_contradiction_is_of_the_connection)
{
	SmbConnection *c;
	const SmbEndpoints ends = { .family = 4,
				    .client = { 10, 0, 0, 1 },
				    .server = { 10, 0, 0, 2 },
				    .client_port = 1025,
				    .server_port = 445 };
	const SmbEnding ending = { .end = SMB_END_CAPTURE_END,
				   .seen = { true, true },
				   .acked = { true, true } };
	const SmbStamp when = { 1, 1 };
	uint64_t before;

	learn(0x0A000002, "SERVER");
	learn(0x0A000002, "ANOTHER");
	before = smb_context_memory(context);
	c = smb_connection_new(context, &ends, true, false, &when);
	smb_whois_name_ends(c);
	ck_assert_str_eq(name_of(0x0A000002, true), "ANOTHER");
	ck_assert(smb_text_equal(smb_string_text(c->info.server_other),
				 smb_text_from_utf8("ANOTHER")));
	smb_connection_end(c, &ending, &when);
	ck_assert_uint_eq(smb_context_memory(context), before);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("whois");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, what_was_learnt_is_known);
	tcase_add_test(tc, the_first_name_holds_and_another_one_is_known);
	tcase_add_test(tc, what_is_not_a_name_or_address_is_not_learnt);
	tcase_add_test(tc, only_addresses_of_version_4_have_names);
	tcase_add_test(tc, eight_that_fall_together_are_all_known);
	tcase_add_test(tc, the_ninth_pushes_out_the_one_unused_for_longest);
	tcase_add_test(tc, nobody_takes_no_place);
	tcase_add_test(tc, names_that_go_are_counted);
	tcase_add_test(tc, a_name_that_begins_alike_is_another_one);
	tcase_add_test(tc, a_flood_of_names_takes_no_more_room);
	tcase_add_test(tc, ends_of_a_connection_get_names);
	tcase_add_test(tc, a_contradiction_is_of_the_connection);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
