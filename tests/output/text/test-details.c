/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of -v: fields that wait for their exchange, and those that are not kept any more. */
#include "output/text/timeline.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { TOO_MANY = 513 };

static void
keep(OutDetails *details, uint64_t frame)
{
	SmbMessage *m = g_new0(SmbMessage, 1);

	m->when.frame = frame;
	m->dir = SMB_TO_SERVER;
	m->n_blocks = 1;
	out_details_message(details, 1, m, false);
	g_free(m);
}

/* Whether the line of the request in this frame says that its fields are gone. */
static bool
says_gone(OutDetails *details, uint64_t frame)
{
	SmbConnectionInfo info = { .number = 1 };
	SmbExchange x = { .version = 1, .request = { .frame = frame } };
	OutBuffer b = { 0 };
	OutLine line = { .b = &b, .info = &info, .x = &x };
	bool said;

	out_details_put(details, &line);
	out_char(&b, '\0');
	said = strstr(b.data, "truncated: its fields are not kept any more\n") != NULL;
	out_buffer_clear(&b);
	return said;
}

START_TEST(fields_that_are_gone_are_counted)
{
	OutDetails *details = out_details_new();

	for (uint64_t frame = 1; frame <= TOO_MANY; frame++)
		keep(details, frame);
	ck_assert(says_gone(details, 1));
	ck_assert_uint_eq(out_details_truncated(details), 1);
	ck_assert(!says_gone(details, TOO_MANY));
	ck_assert_uint_eq(out_details_truncated(details), 1);
	out_details_forget(details);
	ck_assert_uint_eq(out_details_memory(details), 0);
	out_details_free(details);
}
END_TEST

/* What was never seen, as in a capture that begins later, is not gone. */
START_TEST(fields_that_never_were_are_not_gone)
{
	OutDetails *details = out_details_new();

	keep(details, 2);
	ck_assert(!says_gone(details, 1));
	ck_assert(!says_gone(details, 2));
	ck_assert_uint_eq(out_details_truncated(details), 0);
	out_details_free(details);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("details");
	TCase *tc = tcase_create("details");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, fields_that_are_gone_are_counted);
	tcase_add_test(tc, fields_that_never_were_are_not_gone);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
