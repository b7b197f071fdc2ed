/* SPDX-License-Identifier: BSD-3-Clause */
/* What holds of tokens of every kind: DER that lies, cuts, and any byte changed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/security/der.h"
#include "tests/lib/token-case.h"

START_TEST(empty_tokens)
{
	Bytes empty_mech_token = hex("a1 08 30 06 a2 02 04 00 a3 00");
	SmbToken t;

	smb_token_read((SmbSpan){ NULL, 0 }, SMB_TEXT_OEM, &t);
	ck_assert_int_eq(t.kind, SMB_TOKEN_NONE);
	ck_assert(!t.malformed);
	ck_assert_ptr_null(smb_token_kind_name(t.kind));
	t = token_of(empty_mech_token.bytes, empty_mech_token.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
}
END_TEST

/* In whatever form it comes, what has the mark of NTLMSSP is that, unless it was read as something else. */
START_TEST(what_cannot_be_read_is_found_by_its_mark)
{
#define NEGOTIATE "4e544c4d53535000 01000000 07820000"
	static const struct {
		const char *blob;
		SmbTokenKind kind;
		bool malformed;
	} all[] = {
		{ NEGOTIATE, SMB_TOKEN_NTLM_NEGOTIATE, false },
		{ "de ad " NEGOTIATE, SMB_TOKEN_NTLM_NEGOTIATE, true },
		{ "a1 80 30 80 a2 80 04 10 " NEGOTIATE " 0000 0000 0000", SMB_TOKEN_NTLM_NEGOTIATE,
		  true },
		/* a mechListMIC is none */
		{ "a1 16 30 14 a3 12 04 10 " NEGOTIATE, SMB_TOKEN_SPNEGO_ONLY, false },
		/* of another length than DER has, behind what was read */
		{ "a1 1b 30 19 a0 03 0a 01 01 a2 80 04 10 " NEGOTIATE, SMB_TOKEN_NTLM_NEGOTIATE,
		  true },
		/* a Kerberos message that is none */
		{ "60 1d 06 09 2a 86 48 86 f7 12 01 02 02 01 00 " NEGOTIATE,
		  SMB_TOKEN_KERBEROS_OTHER, true },
		{ "de ad 4e544c4d535350", SMB_TOKEN_UNKNOWN, true },
		{ "de ad 4e544c4d53535001 01000000", SMB_TOKEN_UNKNOWN, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i].blob);
		SmbToken t = token_of(b.bytes, b.len);

		ck_assert_msg(t.kind == all[i].kind, "row %zu is %d", i, (int)t.kind);
		ck_assert_msg(t.malformed == all[i].malformed, "row %zu", i);
	}
}
END_TEST

START_TEST(kinds_have_names)
{
	ck_assert_str_eq(smb_token_kind_name(SMB_TOKEN_NTLM_AUTHENTICATE), "NTLMSSP authenticate");
	ck_assert_str_eq(smb_token_kind_name(SMB_TOKEN_KERBEROS_AP_REQ), "Kerberos AP-REQ");
	for (int kind = SMB_TOKEN_UNKNOWN; kind <= SMB_TOKEN_NEGOEX; kind++)
		ck_assert_ptr_nonnull(smb_token_kind_name((SmbTokenKind)kind));
	ck_assert_ptr_null(smb_token_kind_name((SmbTokenKind)(SMB_TOKEN_NEGOEX + 1)));
}
END_TEST

START_TEST(length_that_a_token_declares)
{
	static const struct {
		const char *blob;
		uint64_t length;
	} all[] = {
		{ "60 03 000000", 5 },
		{ "a1 7f", 129 },
		{ "a0 81 80", 131 },
		{ "60 82 ff f0", 65524 },
		{ "60 84 ff ff ff ff", 0x100000005 },
		{ "60", 0 },
		{ "60 82 ff", 0 },
		{ "60 80", 0 },
		{ "60 85 0000000001", 0 },
		{ "4e 02", 0 },
		{ "30 02", 0 },
		{ "", 0 },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i].blob);

		ck_assert_uint_eq(smb_token_length((SmbSpan){ b.bytes, b.len }), all[i].length);
	}
	ck_assert_uint_eq(smb_token_length((SmbSpan){ token_ap_req, sizeof(token_ap_req) }),
			  sizeof(token_ap_req));
}
END_TEST

START_TEST(lengths_that_lie)
{
	static const char *const lying[] = {
		/* in a field that nobody reads, so that nothing else is wrong with them */
		"a1 04 30 02 a5 80",
		"a1 09 30 07 a5 85 00 00 00 00 00",
		"60 80 06 06 2b0601050502 0000",           /* indefinite */
		"60 85 00 00 00 00 0a 06 06 2b0601050502", /* five length bytes */
		"60 ff",
		"60 84 ff ff ff ff 06 06 2b0601050502",
		"60 84 00",                           /* cut in the length */
		"a1 07 30 05 a0 03 0a 01",            /* cut in the value */
		"a1 07 30 05 a0 03 0a 05 00",         /* inner one beyond its outer */
		"a1 07 31 05 a0 03 0a 01 00",         /* a SET */
		"a1 07 30 05 a0 03 0a 00 00",         /* an ENUMERATED of no bytes */
		"a1 0b 30 09 a0 07 0a 05 0000000001", /* one of five bytes */
		"bf 85 12 02 30 00",                  /* a tag of more bytes */
		"a1 05 30 03 bf 01 00",               /* that would read as one of one byte */
		"60",
		"a0",
		"a1",
		"6e",
		"a1 00",
		"60 00",
	};

	for (uint32_t i = 0; i < sizeof(lying) / sizeof(lying[0]); i++) {
		Bytes b = hex(lying[i]);
		SmbToken t = token_of(b.bytes, b.len);

		ck_assert_msg(t.malformed, "%s", lying[i]);
		ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NONE);
	}
}
END_TEST

START_TEST(lengths_of_up_to_four_bytes_are_fine)
{
	Bytes two = hex("a1 06 30 04 a5 82 00 00");
	Bytes four = hex("a1 08 30 06 a5 84 00 00 00 00");

	ck_assert(!token_of(two.bytes, two.len).malformed);
	ck_assert(!token_of(four.bytes, four.len).malformed);
}
END_TEST

START_TEST(what_is_there_of_a_cut_token_is_reported)
{
	SmbToken t;
	void *copy;

	/*
	 * the last byte is missing: its lengths lie at every level, and everything but that byte is
	 * still there
	 */
	copy = read_token(token_ntlmv2, sizeof(token_ntlmv2) - 1, &t);
	ck_assert(t.malformed);
	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_AUTHENTICATE);
	expect_text(t.account, "alice");
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NTLMV2);
	free(copy);
	copy = read_token(token_ap_req, sizeof(token_ap_req) - 40, &t);
	ck_assert(t.malformed);
	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
	ck_assert_str_eq(t.service, "cifs/krbsrv.rig.test");
	free(copy);
}
END_TEST

START_TEST(depth_of_a_hundred)
{
	static const uint8_t tags[] = { 0x30, 0x60, 0xA0, 0xA1, 0x6E };

	for (uint32_t i = 0; i < sizeof(tags); i++) {
		Bytes b = { .len = 0 };
		Bytes list;

		for (int depth = 0; depth < 100; depth++)
			b = der(tags[i], b);
		ck_assert(token_of(b.bytes, b.len).malformed);
		/* inside the list of mechanisms and as a mechanism's token */
		list = der(0xA0, der(0x30, der(0xA0, b)));
		ck_assert(token_of(list.bytes, list.len).malformed);
		list = der(0xA0, der(0x30, der(0xA2, der(0x04, b))));
		ck_assert_int_ne(token_of(list.bytes, list.len).kind, SMB_TOKEN_NTLM_AUTHENTICATE);
	}
	/* SPNEGO in SPNEGO is nobody's mechanism */
	{
		Bytes inner = gss(OID_SPNEGO, "", der(0xA0, der(0x30, hex(""))));
		Bytes b = der(0xA1, der(0x30, der(0xA2, der(0x04, inner))));

		ck_assert_int_eq(token_of(b.bytes, b.len).kind, SMB_TOKEN_UNKNOWN);
	}
}
END_TEST

static const SmbSpan all_tokens[] = {
	{ token_server_list, sizeof(token_server_list) },
	{ token_ntlm_negotiate, sizeof(token_ntlm_negotiate) },
	{ token_ntlm_challenge, sizeof(token_ntlm_challenge) },
	{ token_ntlmv1, sizeof(token_ntlmv1) },
	{ token_ntlmv1_ess, sizeof(token_ntlmv1_ess) },
	{ token_ntlmv2, sizeof(token_ntlmv2) },
	{ token_raw_negotiate, sizeof(token_raw_negotiate) },
	{ token_raw_challenge, sizeof(token_raw_challenge) },
	{ token_raw_authenticate, sizeof(token_raw_authenticate) },
	{ token_anonymous, sizeof(token_anonymous) },
	{ token_completed_mic, sizeof(token_completed_mic) },
	{ token_completed, sizeof(token_completed) },
	{ token_ap_req, sizeof(token_ap_req) },
	{ token_ap_rep, sizeof(token_ap_rep) },
};

enum { N_TOKENS = sizeof(all_tokens) / sizeof(all_tokens[0]) };

START_TEST(every_token_cut_at_every_byte)
{
	for (uint32_t n = 0; n <= all_tokens[_i].len; n++) {
		SmbToken t = token_of(all_tokens[_i].ptr, n);

		ck_assert_int_eq(t.kind == SMB_TOKEN_NONE, n == 0);
		/* raw ones end in padding or say less when they are cut; in DER every cut shows */
		if (n > 0 && n < all_tokens[_i].len && all_tokens[_i].ptr[0] != 'N')
			ck_assert_msg(t.malformed, "token %d cut at %u", _i, n);
	}
	ck_assert(!token_of(all_tokens[_i].ptr, all_tokens[_i].len).malformed);
}
END_TEST

START_TEST(every_byte_of_every_token_turned)
{
	static const uint8_t values[] = { 0x00, 0x7F, 0x80, 0x84, 0xFF };
	uint8_t copy[1024];

	/*
	 * What comes out is anybody's guess; AddressSanitizer and UBSan judge. The kinds must stay
	 * known ones.
	 */
	for (uint32_t at = 0; at < all_tokens[_i].len; at++) {
		memcpy(copy, all_tokens[_i].ptr, all_tokens[_i].len);
		for (uint32_t v = 0; v < sizeof(values); v++) {
			copy[at] = values[v];
			ck_assert_ptr_nonnull(
				smb_token_kind_name(token_of(copy, all_tokens[_i].len).kind));
			ck_assert_int_le(type_of(copy, all_tokens[_i].len), SMB_PASSWORD_MALFORMED);
		}
	}
}
END_TEST

/* der.h: eight elements in each other are read, the ninth is a failure of the token. */
START_TEST(depth_of_nine)
{
	Bytes b = { .len = 0 };
	bool malformed = false;
	SmbDer at, child;

	for (int depth = 0; depth < 9; depth++)
		b = der(SMB_DER_SEQUENCE, b);
	at = smb_der_root((SmbSpan){ b.bytes, b.len }, &malformed);
	for (int depth = 0; depth < 8; depth++) {
		ck_assert(smb_der_next(&at, &child));
		at = child;
	}
	ck_assert(!malformed);
	ck_assert(!smb_der_next(&at, &child));
	ck_assert(malformed);
}
END_TEST

/* X.690 8.3: of up to four bytes here, in two's complement. */
START_TEST(integers)
{
	static const struct {
		const char *bytes;
		int32_t value;
		bool malformed;
	} all[] = {
		{ "", 0, true },
		{ "7f", 127, false },
		{ "80", -128, false },
		{ "0080", 128, false },
		{ "7fffffff", INT32_MAX, false },
		{ "80000000", INT32_MIN, false },
		{ "0000000001", 0, true },
		{ "00ffffffff", 0, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = der(SMB_DER_INTEGER, hex(all[i].bytes));
		bool malformed = false;
		SmbDer root = smb_der_root((SmbSpan){ b.bytes, b.len }, &malformed), at;

		ck_assert(smb_der_expect(&root, SMB_DER_INTEGER, &at));
		ck_assert_int_eq(smb_der_integer(&at), all[i].value);
		ck_assert_int_eq(malformed, all[i].malformed);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("token");
	TCase *tc = tcase_create("token");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, empty_tokens);
	tcase_add_test(tc, what_cannot_be_read_is_found_by_its_mark);
	tcase_add_test(tc, kinds_have_names);
	tcase_add_test(tc, length_that_a_token_declares);
	tcase_add_test(tc, lengths_that_lie);
	tcase_add_test(tc, lengths_of_up_to_four_bytes_are_fine);
	tcase_add_test(tc, what_is_there_of_a_cut_token_is_reported);
	tcase_add_test(tc, depth_of_a_hundred);
	tcase_add_test(tc, depth_of_nine);
	tcase_add_test(tc, integers);
	tcase_add_loop_test(tc, every_token_cut_at_every_byte, 0, N_TOKENS);
	tcase_add_loop_test(tc, every_byte_of_every_token_turned, 0, N_TOKENS);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
