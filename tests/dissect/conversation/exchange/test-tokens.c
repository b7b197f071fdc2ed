/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security tokens that come in several session setups ([MS-SPNG] 3.1.5.6, 3.1.5.9), tokens that are
 * not in the capture, and what is shown of tokens beside their messages. The tokens are real ones;
 * the messages around them are built here.
 */
#include "tests/dissect/conversation/exchange/tokens-case.h"

/* ---- Tokens in pieces ------------------------------------------------------------------------ */

START_TEST(a_request_in_three_pieces_is_read_as_one)
{
	SmbSpan token = SPAN(token_ap_req);

	tokens_start(_i);
	tokens_ask(tokens_piece(token, 0, 100));
	tokens_answer(MORE, nothing);
	tokens_ask(tokens_piece(token, 100, 101));
	tokens_answer(MORE, nothing);
	tokens_ask(tokens_piece(token, 101, token.len));
	tokens_answer(0, SPAN(token_ap_rep));
	tokens_stop();
	ck_assert_uint_eq(fixture.log.n_told, 3);
	ck_assert_str_eq(fixture.log.told[0].token, "part of a token");
	ck_assert_str_eq(fixture.log.told[1].token, "part of a token");
	ck_assert(!fixture.log.told[0].has_auth && !fixture.log.told[1].has_auth);
	/* The leg that completed it carries the verdict. */
	ck_assert_str_eq(tokens_last_told()->token, "Kerberos AP-REQ");
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_str_eq(tokens_last_told()->realm, "RIG.TEST");
	ck_assert_uint_eq(tokens_last_told()->auth.request.frame, tokens_last_told()->request);
	ck_assert_uint_eq(tokens_last_told()->request, 6);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	ck_assert_uint_eq(fixture.log.limits, 0);
	/* What is shown beside the messages. */
	ck_assert_str_eq(tokens_shown(0)->kind, "part of a token");
	ck_assert_uint_eq(tokens_shown(0)->length, 100);
	ck_assert_uint_eq(tokens_shown(0)->declared, token.len);
	ck_assert_str_eq(tokens_shown(1)->kind, "");
	ck_assert_uint_eq(tokens_shown(2)->length, 101);
	ck_assert_uint_eq(tokens_shown(2)->pieces, 2);
	ck_assert_str_eq(tokens_shown(4)->kind, "Kerberos AP-REQ");
	ck_assert_uint_eq(tokens_shown(4)->length, token.len);
	ck_assert_uint_eq(tokens_shown(4)->pieces, 3);
	ck_assert_str_eq(tokens_shown(4)->realm, "RIG.TEST");
	ck_assert(!tokens_shown(4)->malformed);
	ck_assert_uint_eq(tokens_shown(5)->pieces, 0);
}
END_TEST

/* A loop over all places where a token can be cut; the header is at most five bytes. */
START_TEST(wherever_it_is_cut)
{
	SmbSpan token = SPAN(token_ntlmv2);

	for (uint32_t at = 5; at < token.len; at += 7) {
		tokens_start(_i);
		tokens_ask(SPAN(token_ntlm_negotiate));
		tokens_answer(MORE, SPAN(token_ntlm_challenge));
		tokens_ask(tokens_piece(token, 0, at));
		tokens_answer(MORE, nothing);
		tokens_ask(tokens_piece(token, at, token.len));
		tokens_answer(0, SPAN(token_completed_mic));
		tokens_stop();
		ck_assert_uint_eq(fixture.log.n_told, 3);
		ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
		ck_assert_int_eq(tokens_last_told()->auth.mech, SMB_MECH_SPNEGO_NTLMSSP);
		ck_assert_int_eq(tokens_last_told()->auth.nt_length, 204);
		ck_assert_str_eq(tokens_last_told()->account, "alice");
		ck_assert_uint_eq(fixture.log.anomalies, 0);
		ck_assert_str_eq(tokens_shown(4)->account, "alice");
		ck_assert_uint_eq(tokens_shown(4)->lm_length, 24);
	}
}
END_TEST

START_TEST(a_server_sends_pieces_as_well)
{
	SmbSpan token = SPAN(token_ntlm_challenge);

	tokens_start(_i);
	tokens_ask(SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, tokens_piece(token, 0, 60));
	tokens_ask(nothing); /* asks for the rest; nobody logs on anonymously */
	tokens_answer(MORE, tokens_piece(token, 60, 61));
	tokens_ask(nothing);
	tokens_answer(MORE, tokens_piece(token, 61, token.len));
	tokens_ask(SPAN(token_ntlmv2));
	tokens_answer(0, SPAN(token_completed_mic));
	tokens_stop();
	ck_assert_uint_eq(fixture.log.n_told, 4);
	ck_assert_str_eq(fixture.log.told[0].token_back, "part of a token");
	ck_assert_str_eq(fixture.log.told[2].token_back, "NTLMSSP challenge");
	ck_assert_uint_eq(fixture.log.told[2].challenge, 0xE6);
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	ck_assert_str_eq(tokens_shown(1)->kind, "part of a token");
	ck_assert_str_eq(tokens_shown(5)->kind, "NTLMSSP challenge");
	ck_assert_uint_eq(tokens_shown(5)->pieces, 3);
	ck_assert_uint_eq(tokens_shown(5)->length, token.len);
}
END_TEST

START_TEST(a_last_piece_of_the_server_may_end_the_attempt)
{
	SmbSpan token = SPAN(token_ap_rep);

	tokens_start(_i);
	tokens_ask(SPAN(token_ap_req));
	tokens_answer(MORE, tokens_piece(token, 0, 50));
	tokens_ask(nothing);
	tokens_answer(0, tokens_piece(token, 50, token.len));
	tokens_stop();
	ck_assert_uint_eq(fixture.log.n_told, 2);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	/* The secret was sent in the first leg. */
	ck_assert(fixture.log.told[0].has_auth);
	ck_assert_int_eq(fixture.log.told[0].auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_int_eq(fixture.log.told[0].auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_str_eq(tokens_last_told()->token_back, "Kerberos AP-REP");
	ck_assert_uint_eq(tokens_shown(3)->pieces, 2);
}
END_TEST

/* ---- What only looks like a piece ------------------------------------------------------------ */

START_TEST(a_token_with_a_wrong_length_is_refused_and_reported)
{
	SmbSpan token = SPAN(token_ntlmv2);

	tokens_start(_i);
	tokens_ask(SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	tokens_ask(tokens_piece(token, 0, token.len - 1));
	tokens_answer(INVALID, nothing);
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_REFUSED);
	ck_assert_uint_eq(tokens_last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_uint_eq(tokens_last_told()->anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_uint_eq(fixture.log.anomalies, SMB_ANOMALY_TOKEN);
}
END_TEST

START_TEST(an_answer_with_a_token_does_not_wait_for_the_rest)
{
	SmbSpan token = SPAN(token_ntlm_negotiate);

	tokens_start(_i);
	tokens_ask(tokens_piece(token, 0, token.len - 1));
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	tokens_ask(SPAN(token_ntlmv2));
	tokens_answer(0, SPAN(token_completed_mic));
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_uint_eq(tokens_last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_str_eq(tokens_shown(2)->kind, "NTLMSSP authenticate");
}
END_TEST

START_TEST(more_than_the_rest_is_not_a_piece)
{
	SmbSpan token = SPAN(token_ap_req);

	tokens_start(_i);
	tokens_ask(tokens_piece(token, 0, 300));
	tokens_answer(MORE, nothing);
	tokens_ask(SPAN(token_ntlmv2)); /* 400 bytes, 330 are missing */
	tokens_answer(0, nothing);
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_str_eq(tokens_last_told()->account, "alice");
	ck_assert_uint_eq(tokens_last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
}
END_TEST

START_TEST(pieces_of_two_attempts_are_kept_apart)
{
	SmbSpan token = SPAN(token_ap_req), other = SPAN(token_ap_req);

	tokens_start(_i);
	tokens_ask_as(0, tokens_piece(token, 0, 100));
	tokens_answer(MORE, nothing);
	tokens_ask_as(0, tokens_piece(other, 0, 200));
	tokens_feed_cut(SMB_TO_CLIENT, tokens_setup(true, MORE, UID + 1, nothing), 0);
	tokens_ask_as(UID, tokens_piece(token, 100, token.len));
	tokens_answer(0, nothing);
	tokens_ask_as(UID + 1, tokens_piece(other, 200, other.len));
	tokens_feed_cut(SMB_TO_CLIENT, tokens_setup(true, DENIED, UID + 1, nothing), 0);
	tokens_stop();
	ck_assert_uint_eq(fixture.log.n_told, 4);
	ck_assert_int_eq(fixture.log.told[1].auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_str_eq(fixture.log.told[1].realm, "RIG.TEST");
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_str_eq(tokens_last_told()->realm, "RIG.TEST");
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_REFUSED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(a_token_beyond_the_limit_is_not_waited_for)
{
	SmbSpan token = SPAN(token_ap_req);

	tokens_start_limited(_i, token.len - 1);
	tokens_ask(tokens_piece(token, 0, 300));
	tokens_answer(MORE, nothing);
	tokens_ask(tokens_piece(token, 300, token.len));
	tokens_answer(DENIED, nothing);
	tokens_stop();
	ck_assert_uint_eq(fixture.log.limits, 1);
	ck_assert_uint_eq(fixture.log.anomalies, SMB_ANOMALY_TOKEN);
	/* the same with a limit that it fits into */
	tokens_start_limited(_i, token.len);
	tokens_ask(tokens_piece(token, 0, 300));
	tokens_answer(MORE, nothing);
	tokens_ask(tokens_piece(token, 300, token.len));
	tokens_answer(DENIED, nothing);
	tokens_stop();
	ck_assert_uint_eq(fixture.log.limits, 0);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(pieces_are_counted_and_given_back)
{
	static uint8_t huge[40000] = { 0x60, 0x82, 0xFF, 0xF0 };
	SmbSpan first = { huge, 20000 }, next = { huge + 20000, 20000 };
	size_t before, with;

	tokens_start(_i);
	tokens_ask(SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	before = smb_context_memory(fixture.context);
	tokens_ask(first);
	tokens_answer(MORE, nothing);
	with = smb_context_memory(fixture.context);
	ck_assert_uint_ge(with, before + 20000);
	tokens_ask(next);
	tokens_answer(MORE, nothing);
	ck_assert_uint_ge(smb_context_memory(fixture.context), before + 40000);
	/* What is declared is not believed before it comes. */
	ck_assert_uint_lt(smb_context_memory(fixture.context), before + 40000 + 8192 + 65536);
	/* The attempt ends: remembered, but not its pieces. */
	tokens_ask(nothing);
	tokens_answer(DENIED, nothing);
	ck_assert_uint_lt(smb_context_memory(fixture.context), before + 16384);
	tokens_stop();
}
END_TEST

START_TEST(an_end_in_the_middle_is_not_malformed)
{
	tokens_start(_i);
	tokens_ask(tokens_piece(SPAN(token_ap_req), 0, 300));
	tokens_answer(MORE, nothing);
	tokens_stop();
	ck_assert_uint_eq(fixture.log.n_told, 1);
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ABANDONED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tokens");
	TCase *tc = tcase_create("pieces");
	SRunner *runner;
	int failed;

	/* Each over SMB1 and over SMB2. */
	tcase_add_loop_test(tc, a_request_in_three_pieces_is_read_as_one, 0, 2);
	tcase_add_loop_test(tc, wherever_it_is_cut, 0, 2);
	tcase_add_loop_test(tc, a_server_sends_pieces_as_well, 0, 2);
	tcase_add_loop_test(tc, a_last_piece_of_the_server_may_end_the_attempt, 0, 2);
	tcase_add_loop_test(tc, a_token_with_a_wrong_length_is_refused_and_reported, 0, 2);
	tcase_add_loop_test(tc, an_answer_with_a_token_does_not_wait_for_the_rest, 0, 2);
	tcase_add_loop_test(tc, more_than_the_rest_is_not_a_piece, 0, 2);
	tcase_add_loop_test(tc, pieces_of_two_attempts_are_kept_apart, 0, 2);
	tcase_add_loop_test(tc, a_token_beyond_the_limit_is_not_waited_for, 0, 2);
	tcase_add_loop_test(tc, pieces_are_counted_and_given_back, 0, 2);
	tcase_add_loop_test(tc, an_end_in_the_middle_is_not_malformed, 0, 2);
	tokens_add_cut(tc);
	tokens_add_rounds(tc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
