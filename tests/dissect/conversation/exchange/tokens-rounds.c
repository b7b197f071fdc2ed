/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-tokens.c: which round a token belongs to where the server's answers are not in the
 * capture, where the client begins anew, and where a session setup stands in a chain.
 */
#include "tests/dissect/conversation/exchange/tokens-case.h"

enum {
	COM_LOGOFF_ANDX = 0x74,
	OTHER_UID = 200,
};

/* An NTLMSSP NEGOTIATE in a NegTokenResp, as only a further round has it ([MS-SPNG] 2.2.1). */
static const uint8_t further_negotiate[] = {
	0xA1, 38, 0x30, 36, 0xA2, 34, 0x04, 32,   'N',  'T',  'L', 'M', 'S', 'S',
	'P',  0,  1,    0,  0,    0,  0x15, 0x82, 0x08, 0x62, 0,   0,   0,   0,
	0,    0,  0,    0,  0,    0,  0,    0,    0,    0,    0,   0,
};

/* KRB_AP_ERR_MODIFIED in a NegTokenResp (RFC 4120 5.9.1). */
static const uint8_t ticket_refused[] = { 0xA1, 15,   0x30, 13,   0xA2, 11,   0x04, 9, 0x7E,
					  7,    0x30, 5,    0xA6, 3,    0x02, 1,    41 };

/* Exchanges that said how an attempt ended. */
static uint32_t
attempts_told(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < fixture.log.n_told; i++)
		n += fixture.log.told[i].has_auth;
	return n;
}

/* A client that sends a CHALLENGE speaks NTLMSSP, and does not lend the server a fingerprint. */
START_TEST(a_challenge_from_the_client_is_ntlmssp)
{
	tokens_start(_i);
	tokens_ask(SPAN(token_raw_challenge));
	tokens_answer(DENIED, nothing);
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.mech, SMB_MECH_NTLMSSP);
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert(!fixture.log.challenge_print);
	tokens_start(_i);
	tokens_ask(SPAN(token_raw_negotiate));
	tokens_answer(MORE, SPAN(token_raw_challenge));
	tokens_stop();
	ck_assert(fixture.log.challenge_print);
}
END_TEST

/* Who begins anew under another UID leaves the attempt alone that waits under its own. */
START_TEST(another_beginning_is_another_attempt)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_answer(MORE, SPAN(token_raw_challenge));
	tokens_ask_as(OTHER_UID, SPAN(further_negotiate));
	ck_assert_uint_eq(fixture.log.n_told, 0);
	tokens_ask_as(UID, SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	ck_assert_uint_eq(attempts_told(), 1);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	tokens_stop();
	ck_assert_uint_eq(attempts_told(), 2);
}
END_TEST

/* After a ticket, NTLMSSP is another attempt, with whichever of its tokens it comes. */
START_TEST(ntlmssp_after_a_ticket_is_another_attempt)
{
	const SmbSpan tokens[] = { SPAN(token_raw_negotiate), SPAN(token_raw_authenticate),
				   SPAN(token_raw_challenge) };

	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		tokens_start(_i);
		tokens_ask_as(0, SPAN(token_ap_req));
		tokens_answer(MORE, nothing);
		tokens_ask(tokens[i]);
		ck_assert_uint_eq(attempts_told(), 1);
		ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
		tokens_answer(DENIED, nothing);
		tokens_stop();
		ck_assert_uint_eq(attempts_told(), 2);
	}
}
END_TEST

/* What is neither a ticket nor NTLMSSP begins nothing, though the ticket before it was refused. */
START_TEST(no_ticket_after_a_refused_one_is_the_same_attempt)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_ap_req));
	tokens_answer(MORE, SPAN(ticket_refused));
	tokens_ask(SPAN(token_completed));
	ck_assert_uint_eq(attempts_told(), 0);
	tokens_answer(DENIED, nothing);
	ck_assert_uint_eq(attempts_told(), 1);
	/* The round that had the ticket says what became of it. */
	ck_assert_uint_eq(fixture.log.n_told, 2);
	ck_assert(fixture.log.told[0].has_auth);
	tokens_stop();
	ck_assert_uint_eq(attempts_told(), 1);
}
END_TEST

/* Of two secrets in one attempt the last counts. */
START_TEST(the_last_secret_carries_the_verdict)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_answer(MORE, SPAN(token_raw_challenge));
	ck_assert_uint_eq(fixture.log.n_told, 0);
	tokens_ask(SPAN(token_raw_authenticate));
	/* What was said before is told where the next round comes. */
	ck_assert_uint_eq(fixture.log.n_told, 1);
	tokens_answer(MORE, nothing);
	tokens_ask(SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	ck_assert_uint_eq(fixture.log.n_told, 3);
	ck_assert_uint_eq(attempts_told(), 1);
	ck_assert(fixture.log.told[2].has_auth);
	tokens_stop();
}
END_TEST

/* ---- Answers that were not captured ---------------------------------------------------------- */

/* A further round under a UID that nobody gave belongs to the one attempt that waits. */
START_TEST(a_further_round_is_of_the_only_attempt)
{
	const SmbSpan tokens[] = { SPAN(token_raw_authenticate), SPAN(token_completed) };

	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		tokens_start(_i);
		tokens_ask_as(0, SPAN(token_raw_negotiate));
		tokens_answer(MORE, SPAN(token_raw_challenge));
		tokens_ask_as(OTHER_UID, tokens[i]);
		tokens_answer(DENIED, nothing);
		ck_assert_uint_eq(fixture.log.n_told, 2);
		ck_assert_uint_eq(attempts_told(), 1);
		tokens_stop();
		ck_assert_uint_eq(attempts_told(), 1);
	}
}
END_TEST

/* Of two that wait, a round has the one of its UID. */
START_TEST(a_further_round_is_of_its_own_attempt)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_feed_cut(SMB_TO_CLIENT,
			tokens_setup(true, MORE, OTHER_UID, SPAN(token_raw_challenge)), 0);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_answer(MORE, SPAN(token_raw_challenge));
	tokens_ask(SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	ck_assert_uint_eq(attempts_told(), 1);
	ck_assert_uint_eq(fixture.log.n_told, 2);
	ck_assert_uint_eq(fixture.log.told[0].request, 4); /* the second NEGOTIATE */
	tokens_stop();
	ck_assert_uint_eq(attempts_told(), 2);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ABANDONED);
}
END_TEST

/* Without the answer to a NEGOTIATE an AUTHENTICATE goes on with it; a ticket does not. */
START_TEST(an_unanswered_beginning_goes_on)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_ask_as(UID, SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	tokens_stop();
	ck_assert_uint_eq(attempts_told(), 1);
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_ask_as(0, SPAN(token_ap_req));
	tokens_answer(0, nothing);
	tokens_stop();
	ck_assert_uint_eq(attempts_told(), 2);
}
END_TEST

/* ---- What a token says ----------------------------------------------------------------------- */

/* SPNEGO stays, though what follows is not wrapped any more. */
START_TEST(a_bare_token_in_spnego_is_of_spnego)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	tokens_ask(SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	ck_assert_int_eq(tokens_last_told()->auth.mech, SMB_MECH_SPNEGO_NTLMSSP);
	tokens_stop();
}
END_TEST

START_TEST(what_is_no_token_is_told)
{
	/* well-formed SPNEGO around bytes of no mechanism */
	static const uint8_t wrapped[] = { 0xA1, 10, 0x30, 8, 0xA2, 6, 0x04, 4, 'w', 'h', 'a', 't' };
	const SmbSpan tokens[] = { SPAN(wrapped), { (const uint8_t *)"what is this", 12 } };

	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		tokens_start(_i);
		tokens_ask_as(0, tokens[i]);
		tokens_answer(DENIED, nothing);
		ck_assert(tokens_last_told()->anomalies & SMB_ANOMALY_TOKEN);
		tokens_stop();
		ck_assert(fixture.log.anomalies & SMB_ANOMALY_TOKEN);
	}
}
END_TEST

/* A client that does not wait for the rest of the server's token is read all the same. */
START_TEST(who_does_not_ask_for_the_rest_is_read)
{
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, tokens_piece(SPAN(token_ntlm_challenge), 0, 100));
	tokens_ask(SPAN(token_raw_authenticate));
	tokens_answer(0, nothing);
	ck_assert_int_ne(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	tokens_stop();
}
END_TEST

/* A token that was captured whole is read, whatever of its message is missing. */
START_TEST(a_whole_token_of_a_cut_message_is_read)
{
	tokens_start(false);
	tokens_ask_as(0, SPAN(token_raw_negotiate));
	tokens_answer(MORE, SPAN(token_raw_challenge));
	fixture.mid++;
	tokens_feed_cut(SMB_TO_SERVER, tokens_setup1(false, 0, UID, SPAN(token_raw_authenticate)),
			3);
	tokens_answer(0, nothing);
	ck_assert_int_ne(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	tokens_stop();
}
END_TEST

/* A ticket for no service that was seen has none, which is not one without letters. */
START_TEST(a_ticket_may_name_no_service)
{
	/* AP-REQ with nothing but an EncryptedData's etype (RFC 4120 5.5.1) */
	static const uint8_t bare[] = { 0xA1, 25,   0x30, 23,   0xA2, 21,   0x04, 19,   0x6E,
					17,   0x30, 15,   0xA3, 13,   0x61, 11,   0x30, 9,
					0xA3, 7,    0x30, 5,    0xA0, 3,    0x02, 1,    23 };

	tokens_start(_i);
	tokens_ask_as(0, SPAN(bare));
	tokens_answer(0, nothing);
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_ptr_null(tokens_last_told()->auth.service);
	tokens_stop();
	tokens_start(_i);
	tokens_ask_as(0, SPAN(token_ap_req));
	tokens_answer(0, nothing);
	ck_assert_ptr_nonnull(tokens_last_told()->auth.service);
	tokens_stop();
}
END_TEST

/* The client has the name that it gave first. */
START_TEST(the_first_name_of_the_client_stays)
{
	const SmbSpan tokens[] = { SPAN(token_raw_authenticate), SPAN(token_ntlmv2) };
	char first[2][32];

	for (uint32_t both = 0; both < 2; both++)
		for (uint32_t i = 0; i < 2; i++) {
			tokens_start(_i);
			tokens_ask_as(0, tokens[i]);
			tokens_answer(DENIED, nothing);
			if (both) {
				tokens_ask_as(0, tokens[!i]);
				tokens_answer(DENIED, nothing);
			}
			tokens_stop();
			if (both)
				ck_assert_str_eq(fixture.log.client, first[i]);
			g_strlcpy(first[i], fixture.log.client, sizeof(first[i]));
		}
	ck_assert_str_ne(first[0], first[1]);
}
END_TEST

/* ---- Chains of SMB1 -------------------------------------------------------------------------- */

/* A logoff, and a session setup behind it ([MS-CIFS] 2.2.4.54). */
static void
chained(bool reply, uint32_t status, SmbSpan blob)
{
	GByteArray *a = tokens_setup1(reply, status, UID, blob);
	const uint8_t head[7] = { 2, COM_SESSION_SETUP_ANDX, 0, 32 + 7 };

	a->data[4 + 4] = COM_LOGOFF_ANDX;
	g_byte_array_set_size(a, a->len + sizeof(head));
	memmove(a->data + 4 + 32 + sizeof(head), a->data + 4 + 32, a->len - 4 - 32 - sizeof(head));
	memcpy(a->data + 4 + 32, head, sizeof(head));
	tokens_feed_cut(reply ? SMB_TO_CLIENT : SMB_TO_SERVER, build_end(a), 0);
}

/* A server's token that comes in pieces is that of the setup in the chain, not of what is before. */
START_TEST(a_token_in_a_chain_is_of_its_own_request)
{
	tokens_start(false);
	fixture.mid = 1;
	chained(false, 0, SPAN(token_ntlm_negotiate));
	chained(true, MORE, tokens_piece(SPAN(token_ntlm_challenge), 0, 100));
	fixture.mid = 2;
	chained(false, 0, nothing);
	chained(true, MORE,
		tokens_piece(SPAN(token_ntlm_challenge), 100, sizeof(token_ntlm_challenge)));
	ck_assert_str_eq(tokens_shown(3)->kind, "NTLMSSP challenge");
	ck_assert_uint_eq(tokens_shown(3)->pieces, 2);
	tokens_stop();
}
END_TEST

/* Where nobody asked, alone or in a chain, a token is read by itself. */
START_TEST(a_token_without_a_request_is_read_alone)
{
	tokens_start(false);
	fixture.mid = 1;
	chained(true, MORE, SPAN(token_ntlm_challenge));
	ck_assert_str_eq(tokens_shown(0)->kind, "NTLMSSP challenge");
	fixture.mid = 2;
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	ck_assert_str_eq(tokens_shown(1)->kind, "NTLMSSP challenge");
	tokens_stop();
}
END_TEST

void
tokens_add_rounds(TCase *tc)
{
	tcase_add_loop_test(tc, a_challenge_from_the_client_is_ntlmssp, 0, 2);
	tcase_add_loop_test(tc, another_beginning_is_another_attempt, 0, 2);
	tcase_add_loop_test(tc, ntlmssp_after_a_ticket_is_another_attempt, 0, 2);
	tcase_add_loop_test(tc, no_ticket_after_a_refused_one_is_the_same_attempt, 0, 2);
	tcase_add_loop_test(tc, the_last_secret_carries_the_verdict, 0, 2);
	tcase_add_loop_test(tc, a_further_round_is_of_the_only_attempt, 0, 2);
	tcase_add_loop_test(tc, a_further_round_is_of_its_own_attempt, 0, 2);
	tcase_add_loop_test(tc, an_unanswered_beginning_goes_on, 0, 2);
	tcase_add_loop_test(tc, a_bare_token_in_spnego_is_of_spnego, 0, 2);
	tcase_add_loop_test(tc, what_is_no_token_is_told, 0, 2);
	tcase_add_loop_test(tc, who_does_not_ask_for_the_rest_is_read, 0, 2);
	tcase_add_test(tc, a_whole_token_of_a_cut_message_is_read);
	tcase_add_loop_test(tc, a_ticket_may_name_no_service, 0, 2);
	tcase_add_loop_test(tc, the_first_name_of_the_client_stays, 0, 2);
	tcase_add_test(tc, a_token_in_a_chain_is_of_its_own_request);
	tcase_add_test(tc, a_token_without_a_request_is_read_alone);
}
