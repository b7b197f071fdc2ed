/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packets belong to connections that were reported. */
#include "cli/again/selection.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

enum { CLIENT = 1, SERVER = 2 };

static CliSelection *selection;

static void
add(uint16_t port, uint64_t first_ns, uint64_t last_ns)
{
	SmbConnectionInfo info = { .ends = { .family = 4,
					     .client = { CLIENT },
					     .server = { SERVER },
					     .client_port = port,
					     .server_port = 445 },
				   .first = { .time_ns = first_ns },
				   .last = { .time_ns = last_ns } };

	cli_selection_add(selection, &info);
}

/* A packet of the server; port 0: a fragment. */
static bool
has(uint16_t port, uint64_t time_ns)
{
	const uint8_t ends[2][16] = { { SERVER }, { CLIENT } };
	const uint16_t ports[2] = { port ? 445 : 0, port };

	return cli_selection_has(selection, 4, ends, ports, time_ns);
}

START_TEST(each_packet_is_of_one_that_was_there_then)
{
	selection = cli_selection_new(1 << 20);
	add(2000, 30 * SECOND, 31 * SECOND);
	add(1000, 10 * SECOND, 20 * SECOND);
	add(1000, 40 * SECOND, 41 * SECOND);
	/* Times of captures may overlap: the first one is still there when the second one is over. */
	add(3000, 50 * SECOND, 90 * SECOND);
	add(3000, 60 * SECOND, 61 * SECOND);
	cli_selection_sort(selection);
	ck_assert(!has(1000, 10 * SECOND - 1));
	ck_assert(has(1000, 10 * SECOND));
	ck_assert(has(1000, 22 * SECOND)); /* the last acknowledgment */
	ck_assert(!has(1000, 22 * SECOND + 1));
	ck_assert(!has(1000, 30 * SECOND));
	ck_assert(has(1000, 41 * SECOND));
	ck_assert(has(2000, 30 * SECOND));
	ck_assert(!has(2000, 41 * SECOND));
	ck_assert(!has(2500, 30 * SECOND));
	ck_assert(has(3000, 80 * SECOND));
	ck_assert(!has(3000, 92 * SECOND + 1));
	/* A fragment is of whichever. */
	ck_assert(has(0, 15 * SECOND));
	ck_assert(!has(0, 25 * SECOND));
	ck_assert(has(0, 30 * SECOND));
	ck_assert(has(0, 85 * SECOND));
	ck_assert(!has(0, 93 * SECOND));
	cli_selection_free(selection);
}
END_TEST

/* Clocks of small machines begin in 1970. */
START_TEST(what_began_at_zero_does_not_last_for_ever)
{
	selection = cli_selection_new(1 << 20);
	add(1000, 0, 0);
	add(1000, 0, SECOND);
	cli_selection_sort(selection);
	ck_assert(has(1000, SECOND));
	ck_assert(!has(1000, 100 * SECOND));
	ck_assert(!has(0, 100 * SECOND));
	cli_selection_free(selection);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("selection");
	TCase *tc = tcase_create("selection");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, each_packet_is_of_one_that_was_there_then);
	tcase_add_test(tc, what_began_at_zero_does_not_last_for_ever);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
