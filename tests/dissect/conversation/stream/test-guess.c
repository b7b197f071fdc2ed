/* SPDX-License-Identifier: BSD-3-Clause */
/* Who deals connections out must decide as the connection itself does, however the bytes are cut. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/deal.h"

enum { SIZE = 48 };

static const uint8_t smb1[SIZE] = { 0, 0, 0, 0x23, 0xFF, 'S', 'M', 'B', 0x72 };
static const uint8_t smb2[SIZE] = { 0, 0, 0, 0x40, 0xFE, 'S', 'M', 'B', 64 };
static const uint8_t session[SIZE] = { 0x81, 0, 0, 0x44, 0x20, 'E', 'K' };
static const uint8_t http[SIZE] = "GET / HTTP/1.1\r\n";
static const uint8_t zeros[SIZE];
static const uint8_t *const streams[] = { smb1, smb2, session, http, zeros };

static void
ignore(void *user, const SmbEvent *event)
{
	(void)user;
	(void)event;
}

/* The same bytes to both; the server's stream is another one, which may decide as well. */
static void
feed_both(const uint8_t *ours, const uint8_t *theirs, uint32_t piece, GRand *random)
{
	SmbConfig config = { .event = ignore };
	SmbContext *context = smb_context_new(&config);
	SmbEndpoints ends = { .family = 4, .client_port = 4000, .server_port = 4001 };
	SmbStamp when = { .time_ns = 1, .frame = 1 };
	SmbEnding ending = { .end = SMB_END_OPEN };
	SmbConnection *c = smb_connection_new(context, &ends, false, false, &when);
	SmbGuess guess = { .state = 0 };
	SmbConnectionState state = SMB_CONNECTION_UNDECIDED;
	uint32_t at[2] = { 0, 0 };

	while (at[0] < SIZE && state == SMB_CONNECTION_UNDECIDED) {
		SmbDir dir = g_rand_boolean(random) ? SMB_TO_SERVER : SMB_TO_CLIENT;
		const uint8_t *from = dir == SMB_TO_SERVER ? ours : theirs;
		uint32_t n = MIN(piece, SIZE - at[dir]);
		SmbSpan bytes = { from + at[dir], n };

		at[dir] += n;
		state = smb_connection_feed(c, dir, bytes, &when);
		ck_assert_int_eq(smb_guess(&guess, dir, bytes), state);
	}
	smb_connection_end(c, &ending, &when);
	ck_assert_uint_eq(smb_context_free(context), 0);
}

START_TEST(decides_as_a_connection)
{
	GRand *random = g_rand_new_with_seed(7);

	for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
		for (size_t k = 0; k < G_N_ELEMENTS(streams); k++)
			for (uint32_t piece = 1; piece <= SIZE; piece++)
				feed_both(streams[i], streams[k], piece, random);
	g_rand_free(random);
}
END_TEST

START_TEST(knows_what_is_smb)
{
	SmbGuess guess = { .state = 0 };

	ck_assert_int_eq(smb_guess(&guess, SMB_TO_SERVER, (SmbSpan){ smb1, 5 }),
			 SMB_CONNECTION_UNDECIDED);
	ck_assert_int_eq(smb_guess(&guess, SMB_TO_SERVER, (SmbSpan){ smb1 + 5, SIZE - 5 }),
			 SMB_CONNECTION_SMB);
	guess = (SmbGuess){ .state = 0 };
	ck_assert_int_eq(smb_guess(&guess, SMB_TO_SERVER, (SmbSpan){ http, SIZE }),
			 SMB_CONNECTION_OTHER);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("guess");
	Suite *suite = suite_create("guess");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, decides_as_a_connection);
	tcase_add_test(tc, knows_what_is_smb);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
