/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens that the capture does not have. */
#include "tests/dissect/conversation/exchange/tokens-case.h"

/* ---- What the capture does not have ---------------------------------------------------------- */

START_TEST(a_blob_that_was_cut_is_not_anonymous)
{
	tokens_start(_i);
	fixture.mid++;
	tokens_feed_cut(SMB_TO_SERVER, tokens_setup(false, 0, 0, SPAN(token_ap_req)), 300);
	tokens_answer(0, SPAN(token_ap_rep));
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(tokens_last_told()->auth.anomalies, 0);
	ck_assert_str_eq(tokens_shown(0)->kind, "");
}
END_TEST

START_TEST(a_cut_authenticate_may_have_been_accepted)
{
	tokens_start(_i);
	tokens_ask(SPAN(token_ntlm_negotiate));
	tokens_answer(MORE, SPAN(token_ntlm_challenge));
	fixture.mid++;
	tokens_feed_cut(SMB_TO_SERVER, tokens_setup(false, 0, UID, SPAN(token_ntlmv2)), 200);
	tokens_answer(0, SPAN(token_completed_mic));
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(tokens_last_told()->request, 4);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(a_blob_outside_of_its_message_is_malformed_and_not_anonymous)
{
	GByteArray *a;

	tokens_start(_i);
	fixture.mid++;
	a = tokens_setup(false, 0, 0, SPAN(token_completed));
	/* SecurityBlobLength, SecurityBufferLength */
	a->data[_i ? 4 + 64 + 14 : 4 + 32 + 1 + 14] = 0xFF;
	tokens_feed_cut(SMB_TO_SERVER, a, 0);
	tokens_answer(0, nothing);
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert(tokens_last_told()->auth.anomalies & SMB_ANOMALY_TOKEN);
	ck_assert(!(tokens_last_told()->auth.anomalies & SMB_ANOMALY_EMPTY_BLOB));
}
END_TEST

/* [MS-CIFS] 2.2.4.53.1: two passwords, then account, domain and the rest. */
static void
ask_with_passwords(uint16_t oem, uint16_t unicode, const char *account, uint32_t left)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX, .pid = 7, .mid = 1 };
	uint16_t words[13] = { 0xFF, 0, 4356, 50, 1, 0, 0, oem, unicode };
	GByteArray *bytes = g_byte_array_new();
	GByteArray *a;

	for (int i = 0; i < oem + unicode; i++)
		build_le(bytes, oem + unicode < 4 ? 0 : i, 1);
	build_text(bytes, account);
	build_text(bytes, "DOMAIN");
	build_text(bytes, "Unix");
	a = build_simple(h, words, 13, bytes->data, (uint16_t)bytes->len);
	g_byte_array_unref(bytes);
	/* `left`: bytes of the data that the capture has */
	tokens_feed_cut(SMB_TO_SERVER, a, a->len - MIN(a->len, 4 + 32 + 1 + 26 + 2 + left));
	tokens_answer(0, nothing);
}

START_TEST(passwords_that_were_cut)
{
	static const struct {
		uint16_t oem, unicode;
		const char *account;
		uint32_t left;
		SmbPasswordType type;
	} all[] = {
		/* all there */
		{ 24, 24, "bob", 999, SMB_PASSWORD_NTLMV1_LM },
		{ 0, 0, "", 999, SMB_PASSWORD_ANONYMOUS },
		{ 1, 0, "bob", 999, SMB_PASSWORD_EMPTY },
		/* lengths decide */
		{ 24, 26, "bob", 10, SMB_PASSWORD_PLAINTEXT },
		{ 0, 24, "bob", 10, SMB_PASSWORD_NTLM_ONLY },
		{ 24, 0, "bob", 10, SMB_PASSWORD_LM_OR_LMV2 },
		{ 10, 0, "bob", 5, SMB_PASSWORD_PLAINTEXT },
		/* they do not */
		{ 24, 24, "bob", 30, SMB_PASSWORD_NONE },
		{ 24, 24, "bob", 0, SMB_PASSWORD_NONE },
		{ 24, 27, "bob", 10, SMB_PASSWORD_NONE },
		{ 24, 44, "bob", 10, SMB_PASSWORD_NONE },
		{ 1, 0, "bob", 0, SMB_PASSWORD_NONE },
		{ 1, 2, "", 1, SMB_PASSWORD_NONE },
		{ 0, 0, "bob", 0, SMB_PASSWORD_NONE },
		/* what is after the account does not matter */
		{ 0, 0, "", 3, SMB_PASSWORD_ANONYMOUS },
	};

	for (uint32_t i = 0; i < G_N_ELEMENTS(all); i++) {
		tokens_start(false);
		fixture.mid = 1;
		ask_with_passwords(all[i].oem, all[i].unicode, all[i].account, all[i].left);
		tokens_stop();
		ck_assert_msg(tokens_last_told()->auth.password_type == all[i].type, "row %u: %s",
			      i, smb_password_type_name(tokens_last_told()->auth.password_type));
		ck_assert_int_eq(tokens_last_told()->auth.result, SMB_RESULT_ACCEPTED);
		/* What the server asked for was not seen. */
		ck_assert_uint_eq(tokens_last_told()->auth.anomalies, 0);
	}
}
END_TEST

START_TEST(no_blob_at_all_is_no_secret)
{
	tokens_start(_i);
	tokens_ask(nothing);
	tokens_answer(0, nothing);
	tokens_stop();
	ck_assert_int_eq(tokens_last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_uint_eq(tokens_last_told()->auth.anomalies, SMB_ANOMALY_EMPTY_BLOB);
}
END_TEST

void
tokens_add_cut(TCase *tc)
{
	tcase_add_loop_test(tc, a_blob_that_was_cut_is_not_anonymous, 0, 2);
	tcase_add_loop_test(tc, a_cut_authenticate_may_have_been_accepted, 0, 2);
	tcase_add_loop_test(tc, a_blob_outside_of_its_message_is_malformed_and_not_anonymous, 0, 2);
	tcase_add_loop_test(tc, no_blob_at_all_is_no_secret, 0, 2);
	tcase_add_test(tc, passwords_that_were_cut);
}
