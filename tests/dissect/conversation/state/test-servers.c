/* SPDX-License-Identifier: BSD-3-Clause */
/* What is kept of servers, and who makes room. */
#include <check.h>
#include <stdlib.h>

#include "dissect/conversation/state/outcome.h"

enum { MANY = 600 };

static SmbContext *context;
static SmbConnection connection;

static void
setup(void)
{
	context = smb_context_new(&(SmbConfig){ 0 });
	connection.context = context;
}

static void
teardown(void)
{
	ck_assert_uint_eq(smb_context_free(context), 0);
}

/* The connection is to this one from now on. */
static SmbConnection *
to(unsigned server)
{
	connection.info.ends.family = 4;
	connection.info.ends.server[2] = (uint8_t)(server >> 8);
	connection.info.ends.server[3] = (uint8_t)server;
	return &connection;
}

/* Nearly all servers take SMB2: that there are many of them is no loss. */
START_TEST(servers_that_take_smb2_push_out_nobody)
{
	smb_server_asks_encryption(to(1));
	smb_server_took_nt1(to(2));
	for (unsigned i = 3; i < MANY; i++)
		smb_server_took_smb2(to(i));
	ck_assert(smb_server_is_known_for_encryption(to(1), NULL));
	ck_assert(smb_server_is_known_to_take(to(2), true, false));
	ck_assert(!smb_server_is_known_to_take(to(2), false, true));
	ck_assert_uint_eq(smb_context_limits(context), 0);
}
END_TEST

/* That it was asked where a name lies is more than that it takes SMB2. */
START_TEST(referrals_are_not_pushed_out_by_that)
{
	smb_server_was_asked_for_referral(to(1), 5);
	for (unsigned i = 2; i < MANY; i++)
		smb_server_took_smb2(to(i));
	ck_assert(smb_server_is_asked_for_referral_since(to(1), 5));
	ck_assert_uint_eq(smb_context_limits(context), 0);
	for (unsigned i = 2; i < MANY; i++)
		smb_server_took_nt1(to(i));
	ck_assert(!smb_server_is_asked_for_referral_since(to(1), 5));
	ck_assert_uint_gt(smb_context_limits(context), 0);
}
END_TEST

START_TEST(the_one_that_was_not_met_for_longest_makes_room)
{
	for (unsigned i = 1; i < MANY; i++)
		smb_server_took_nt1(to(i));
	ck_assert(!smb_server_is_known_to_take(to(1), true, false));
	ck_assert(smb_server_is_known_to_take(to(MANY - 1), true, false));
	ck_assert_uint_gt(smb_context_limits(context), 0);
	smb_server_took_smb2(to(MANY));
	ck_assert(!smb_server_is_known_to_take(to(MANY), false, true));
	smb_server_took_smb2(to(MANY - 1));
	ck_assert(smb_server_is_known_to_take(to(MANY - 1), true, true));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("servers");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, servers_that_take_smb2_push_out_nobody);
	tcase_add_test(tcase, referrals_are_not_pushed_out_by_that);
	tcase_add_test(tcase, the_one_that_was_not_met_for_longest_makes_room);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
