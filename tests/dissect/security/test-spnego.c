/* SPDX-License-Identifier: BSD-3-Clause */
/* SPNEGO ([MS-SPNG], RFC 4178) and NEGOEX: what is offered, chosen and said of it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/token-case.h"

START_TEST(server_list_offers_and_has_no_token)
{
	SmbToken t = TOKEN_OF(token_server_list);

	ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_INIT);
	ck_assert_uint_eq(t.offered, SMB_OFFER_KERBEROS | SMB_OFFER_NTLMSSP);
	ck_assert(!t.malformed);
	ck_assert(!t.has_mech_list_mic); /* [3] is negHints here */
	ck_assert_int_eq(t.neg_state, -1);
}
END_TEST

START_TEST(spnego_states)
{
	SmbToken t = TOKEN_OF(token_completed_mic);
	Bytes reject = hex("a1073005a0030a0102");
	Bytes request_mic = hex("a1073005a0030a0103");
	Bytes client_mic = hex("a116 3014 a312 0410 01000000 b120e84c125d49cd 00000000");
	Bytes init_mic = hex("a00c 300a a003 300100 a303 0401ff");

	ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_RESP);
	ck_assert_int_eq(t.neg_state, 0);
	ck_assert(t.has_mech_list_mic && !t.malformed);
	t = TOKEN_OF(token_completed);
	ck_assert_int_eq(t.neg_state, 0);
	ck_assert(!t.has_mech_list_mic);
	ck_assert_int_eq(token_of(reject.bytes, reject.len).neg_state, 2);
	ck_assert_int_eq(token_of(request_mic.bytes, request_mic.len).neg_state, 3);
	t = token_of(client_mic.bytes, client_mic.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
	ck_assert(t.has_mech_list_mic);
	/* of an RFC 4178 NegTokenInit [3] is the MIC, as its type tells */
	ck_assert(token_of(init_mic.bytes, init_mic.len).has_mech_list_mic);
}
END_TEST

START_TEST(offers)
{
	Bytes list = { .len = 0 };
	static const struct {
		const char *oid;
		uint32_t bit;
	} all[] = {
		{ OID_KERBEROS, SMB_OFFER_KERBEROS },  { OID_MS_KERBEROS, SMB_OFFER_KERBEROS },
		{ OID_USER_TO_USER, SMB_OFFER_OTHER }, { OID_IAKERB, SMB_OFFER_IAKERB },
		{ OID_NTLMSSP, SMB_OFFER_NTLMSSP },    { OID_NEGOEX, SMB_OFFER_NEGOEX },
		{ "2a0304", SMB_OFFER_OTHER },
	};
	uint32_t expected = 0;

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes one = der(0xA0, der(0x30, der(0xA0, der(0x30, der(0x06, hex(all[i].oid))))));
		Bytes many;

		ck_assert_uint_eq(token_of(one.bytes, one.len).offered, all[i].bit);
		expected |= all[i].bit;
		list = join(list, der(0x06, hex(all[i].oid)));
		many = gss(OID_SPNEGO, "", der(0xA0, der(0x30, der(0xA0, der(0x30, list)))));
		ck_assert_uint_eq(token_of(many.bytes, many.len).offered, expected);
	}
}
END_TEST

START_TEST(negoex_and_what_nobody_knows)
{
	Bytes negoex = hex("4e45474f45585453 00000000 00000000");
	Bytes inside = der(0xA1, der(0x30, der(0xA2, der(0x04, negoex))));
	Bytes unknown_oid = gss("2a0304", "", hex("01020304"));
	Bytes noise = hex("de ad be ef 00 11");
	Bytes fourth = hex("4e544c4d53535000 04000000 00000000");
	SmbToken t;

	ck_assert_int_eq(token_of(negoex.bytes, negoex.len).kind, SMB_TOKEN_NEGOEX);
	ck_assert_int_eq(token_of(inside.bytes, inside.len).kind, SMB_TOKEN_NEGOEX);
	t = token_of(unknown_oid.bytes, unknown_oid.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_UNKNOWN);
	ck_assert(!t.malformed);
	t = token_of(noise.bytes, noise.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_UNKNOWN);
	ck_assert(t.malformed);
	t = token_of(fourth.bytes, fourth.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_UNKNOWN);
	ck_assert(t.malformed);
}
END_TEST

START_TEST(the_token_sent_decides_not_the_offer)
{
	/* Kerberos stands first in the list, the token is NTLMSSP */
	Bytes list = der(0xA0, der(0x30, join(der(0x06, hex(OID_KERBEROS)),
					      der(0x06, hex(OID_NTLMSSP)))));
	Bytes token = der(
		0xA2,
		der(0x04,
		    hex("4e544c4d53535000 01000000 15820862 0000000000000000 0000000000000000")));
	Bytes b = gss(OID_SPNEGO, "", der(0xA0, der(0x30, join(list, token))));
	SmbToken t = token_of(b.bytes, b.len);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_NEGOTIATE);
	ck_assert_uint_eq(t.offered, SMB_OFFER_KERBEROS | SMB_OFFER_NTLMSSP);
}
END_TEST

static void
expect_list(const SmbLayout *layout, const SmbTokenView *view, const char *key, const char *names)
{
	SmbList list = *(const SmbList *)field_of(layout, view, key);
	char all[512] = "", one[128];
	SmbMechName item; /* begins with the text, as the items of both lists do */

	while (list.next && (memset(&item, 0, sizeof(item)), list.next(&list, &item))) {
		smb_text_to_utf8(item.name, one, sizeof(one));
		strncat(all, all[0] ? ", " : "", sizeof(all) - strlen(all) - 1);
		strncat(all, one, sizeof(all) - strlen(all) - 1);
	}
	ck_assert_str_eq(all, names);
}

START_TEST(hints_and_mechanisms_in_order)
{
	SmbTokenView view = { 0 };
	void *copy = read_token(token_server_list, sizeof(token_server_list), &view.token);
	const SmbLayout *layout = describe(&view);

	expect_text(view.token.hint_name, "not_defined_in_RFC4178@please_ignore");
	expect_text(view.kind, "SPNEGO");
	expect_text(view.wrap, "NegTokenInit");
	ck_assert_ptr_null(view.neg_state.bytes.ptr);
	expect_list(layout, &view, "mech_types", "MS-Kerberos, Kerberos, NTLMSSP");
	ck_assert(!view.token.not_first);
	free(copy);
}
END_TEST

START_TEST(hints_that_lie)
{
	Bytes both = hex("a018 3016 a314 3012 a005 1b03 616263 a109 0407 00000000000000");
	Bytes cut = hex("a005 3003 a301 30"); /* a SEQUENCE without a length */
	Bytes no_string = hex("a00a 3008 a306 3004 a002 0500");
	Bytes address = hex("a00d 300b a309 3007 a105 0407 0000 00");
	SmbToken t;
	void *copy = read_token(both.bytes, both.len, &t);

	expect_text(t.hint_name, "abc");
	ck_assert_uint_eq(t.hint_address.len, 7);
	ck_assert(!t.malformed && !t.has_mech_list_mic);
	free(copy);
	ck_assert(token_of(no_string.bytes, no_string.len).malformed);
	ck_assert(token_of(cut.bytes, cut.len).malformed);
	ck_assert(token_of(address.bytes, address.len).malformed);
}
END_TEST

START_TEST(supported_mechanism_by_name_or_number)
{
	static const struct {
		const char *oid, *name;
	} all[] = {
		{ OID_NTLMSSP, "NTLMSSP" },
		{ OID_MS_KERBEROS, "MS-Kerberos" },
		{ OID_KERBEROS, "Kerberos" },
		{ OID_USER_TO_USER, "Kerberos user-to-user" },
		{ OID_IAKERB, "IAKERB" },
		{ OID_NEGOEX, "NEGOEX" },
		{ "2a0304", "1.2.3.4" },
		{ "883703", "2.999.3" }, /* the first two numbers in two bytes */
		{ "5504", "2.5.4" },
		{ "2a8f ffffff ffffff ffffff 7f", "1.2.18446744073709551615" },
		{ "2a", "1.2" },
		{ "", "" },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes mech = der(0xA1, der(0x06, hex(all[i].oid)));
		Bytes b = der(0xA1, der(0x30, join(hex("a0030a0101"), mech)));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);
		char name[SMB_OID_TEXT];

		describe(&view);
		smb_text_to_utf8(view.supported.name, name, sizeof(name));
		ck_assert_str_eq(name, all[i].name);
		expect_text(view.neg_state, "accept-incomplete");
		ck_assert(!view.token.malformed);
		free(copy);
	}
}
END_TEST

/* [MS-SPNG] 2.2.1 has four states; a number beyond them comes from the wire like any other. */
START_TEST(states_beyond_the_known_have_no_name)
{
	static const struct {
		const char *state, *name;
	} all[] = { { "a0030a0100", "accept-completed" },
		    { "a0030a0103", "request-mic" },
		    { "a0030a0104", "unknown" },
		    { "a0030a017f", "unknown" } };

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = der(0xA1, der(0x30, hex(all[i].state)));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);

		describe(&view);
		expect_text(view.neg_state, all[i].name);
		free(copy);
	}
}
END_TEST

START_TEST(an_identifier_longer_than_its_room_is_cut)
{
	Bytes oid = hex("2a");
	Bytes b;
	SmbTokenView view = { 0 };
	void *copy;

	for (int i = 0; i < 100; i++)
		oid = join(oid, hex("8fffffff7f")); /* 4294967295 each */
	b = der(0xA1, der(0x30, der(0xA1, der(0x06, oid))));
	copy = read_token(b.bytes, b.len, &view.token);
	describe(&view);
	ck_assert_uint_eq(view.supported.name.bytes.len, 3 + 5 * 11);
	free(copy);
}
END_TEST

START_TEST(a_token_that_is_not_of_the_first_mechanism)
{
	static const struct {
		const char *first, *second, *token;
		bool not_first;
	} all[] = {
		{ OID_KERBEROS, OID_NTLMSSP, "4e544c4d53535000 01000000 05820000", true },
		{ OID_NTLMSSP, OID_KERBEROS, "4e544c4d53535000 01000000 05820000", false },
		{ OID_MS_KERBEROS, OID_NTLMSSP, "600d 06092a864886f712010202 0200", false },
		{ OID_NEGOEX, OID_KERBEROS, "600d 06092a864886f712010202 0200", true },
		{ OID_NEGOEX, OID_NTLMSSP, "4e45474f45585453", false },
		{ "2a0304", OID_NTLMSSP, "4e544c4d53535000 01000000 05820000", true },
		{ "2a0304", OID_NTLMSSP, "0102030405", false }, /* whose it is is not known */
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes list = der(0xA0, der(0x30, join(der(0x06, hex(all[i].first)),
						      der(0x06, hex(all[i].second)))));
		Bytes b = der(0xA0, der(0x30, join(list, der(0xA2, der(0x04, hex(all[i].token))))));

		ck_assert_msg(token_of(b.bytes, b.len).not_first == all[i].not_first, "%u", i);
	}
	ck_assert(!TOKEN_OF(token_ntlm_negotiate).not_first);
	ck_assert(!TOKEN_OF(token_ap_req).not_first);
	ck_assert(!TOKEN_OF(token_ntlmv2).not_first);
}
END_TEST

#define NEGOEX_HEADER(type, length) \
	"4e45474f45585453" type "00000000 28000000" length "00112233445566778899aabbccddeeff"

START_TEST(negoex_messages_by_name)
{
	Bytes two = join(hex(NEGOEX_HEADER("00000000", "2a000000") "0102"),
			 hex(NEGOEX_HEADER("02000000", "28000000")));
	Bytes unknown = hex(NEGOEX_HEADER("63000000", "28000000"));
	Bytes too_long = hex(NEGOEX_HEADER("05000000", "29000000"));
	Bytes too_short = hex(NEGOEX_HEADER("07000000", "17000000"));
	SmbTokenView view = { 0 };
	const SmbLayout *layout;
	void *copy;

	copy = read_token(two.bytes, two.len, &view.token);
	layout = describe(&view);
	expect_list(layout, &view, "negoex_messages", "INITIATOR_NEGO, INITIATOR_META_DATA");
	ck_assert(!view.token.malformed);
	free(copy);
	copy = read_token(unknown.bytes, unknown.len, &view.token);
	expect_list(describe(&view), &view, "negoex_messages", "unknown");
	ck_assert(!view.token.malformed);
	free(copy);
	/* a length that lies still has told its kind, once */
	copy = read_token(too_long.bytes, too_long.len, &view.token);
	expect_list(describe(&view), &view, "negoex_messages", "AP_REQUEST");
	ck_assert(view.token.malformed);
	free(copy);
	copy = read_token(too_short.bytes, too_short.len, &view.token);
	expect_list(describe(&view), &view, "negoex_messages", "ALERT");
	ck_assert(view.token.malformed);
	free(copy);
}
END_TEST

/* [MS-SPNG] 2.2.1 has two hints; what has another tag or type is neither. */
START_TEST(hints_that_are_none)
{
	Bytes third = hex("a00d 300b a309 3007 a205 0403 616263");
	Bytes untyped = hex("a00d 300b a309 3007 a105 0c03 616263");
	Bytes twice = hex("a014 3012 a310 300e a105 0403 616263 a105 0c03 616263");
	SmbToken t;
	void *copy = read_token(third.bytes, third.len, &t);

	ck_assert_ptr_null(t.hint_address.ptr);
	ck_assert(!t.malformed);
	free(copy);
	copy = read_token(untyped.bytes, untyped.len, &t);
	ck_assert_ptr_null(t.hint_address.ptr);
	ck_assert(t.malformed);
	free(copy);
	copy = read_token(twice.bytes, twice.len, &t);
	ck_assert_uint_eq(t.hint_address.len, 3);
	ck_assert(t.malformed);
	free(copy);
}
END_TEST

/* RFC 4178 4.2.2: each field of an answer has its type, and of another one nothing is told. */
START_TEST(answers_of_another_type)
{
	static const char *const all[] = {
		"a107 3005 a003 020101",      /* an INTEGER state */
		"a109 3007 a105 0403 2a0304", /* an OCTET STRING for an identifier */
		"a109 3007 a205 0303 4e544c", /* a BIT STRING for a token */
		"a109 3007 a305 0303 010203", /* and for a mechListMIC */
		"a107 3105 a003 0a0101",      /* a SET of fields */
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i]);
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		ck_assert_msg(t.malformed, "%s", all[i]);
		ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
		ck_assert_int_eq(t.neg_state, -1);
		ck_assert_ptr_null(t.supported_mech.ptr);
		ck_assert_uint_eq(t.chosen, 0);
		ck_assert(!t.has_mech_list_mic);
		free(copy);
	}
}
END_TEST

/* RFC 4178 4.2.1: a list is of what is offered; only its token has to be of one of these. */
START_TEST(an_answer_of_an_unknown_mechanism)
{
	Bytes answer = hex("a10a 3008 a206 0404 01020304");
	Bytes first = hex("a00a 3008 a206 0404 01020304");

	ck_assert_int_eq(token_of(answer.bytes, answer.len).kind, SMB_TOKEN_UNKNOWN);
	ck_assert(!token_of(answer.bytes, answer.len).malformed);
	ck_assert(token_of(first.bytes, first.len).malformed);
}
END_TEST

/* Numbers that fill the room to the last byte, and one byte more. */
START_TEST(an_identifier_as_long_as_its_room)
{
	for (int extra = 0; extra < 2; extra++) {
		Bytes oid = hex("2a"); /* 1.2 */
		SmbTokenView view = { 0 };
		Bytes b;
		void *copy;

		for (int i = 0; i < 5; i++)
			oid = join(oid, hex("8fffffff7f")); /* .4294967295 */
		/* .10000 or .100000 */
		oid = join(oid, hex(extra ? "868d20" : "ce10"));
		b = der(0xA1, der(0x30, der(0xA1, der(0x06, oid))));
		copy = read_token(b.bytes, b.len, &view.token);
		describe(&view);
		ck_assert_uint_eq(view.supported.name.bytes.len, extra ? 58 : 64);
		free(copy);
	}
}
END_TEST

/* [MS-NEGOEX] 2.2.6: what is no message ends the list, and what is left makes the token malformed. */
START_TEST(negoex_headers_that_lie)
{
	static const struct {
		const char *bytes, *names;
		bool malformed;
	} all[] = {
		{ NEGOEX_HEADER("07000000", "28000000"), "ALERT", false },
		{ NEGOEX_HEADER("08000000", "28000000"), "unknown", false },
		{ NEGOEX_HEADER("ffffff7f", "28000000"), "unknown", false },
		{ NEGOEX_HEADER("00000080", "28000000"), "", true },
		{ NEGOEX_HEADER("07000000", "28000000") "00", "ALERT", true },
		{ NEGOEX_HEADER("07000000", "28000000") "4e45474f45585453", "ALERT", true },
		/* as long as what is read of its header, and shorter */
		{ "4e45474f45585453 07000000 00000000 18000000 18000000", "ALERT", false },
		{ "4e45474f45585453 07000000 00000000 18000000 00000000", "ALERT", true },
		/* which would give the header again, from its middle on */
		{ "4e45474f45585453 07000000 4e45474f45585453 0c000000 0000000000000000 0c000000",
		  "ALERT", true },
		/* cut before its length, and before its type */
		{ "4e45474f45585453 07000000 00000000 18000000", "", true },
		{ "4e45474f45585453 07000000 00000000 18000000 180000", "", true },
		{ "4e45474f45585453 070000", "", true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i].bytes);
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);

		expect_list(describe(&view), &view, "negoex_messages", all[i].names);
		ck_assert_msg(view.token.malformed == all[i].malformed, "row %u", i);
		free(copy);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("spnego");
	TCase *tc = tcase_create("spnego");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, server_list_offers_and_has_no_token);
	tcase_add_test(tc, spnego_states);
	tcase_add_test(tc, offers);
	tcase_add_test(tc, negoex_and_what_nobody_knows);
	tcase_add_test(tc, the_token_sent_decides_not_the_offer);
	tcase_add_test(tc, hints_and_mechanisms_in_order);
	tcase_add_test(tc, hints_that_lie);
	tcase_add_test(tc, supported_mechanism_by_name_or_number);
	tcase_add_test(tc, states_beyond_the_known_have_no_name);
	tcase_add_test(tc, an_identifier_longer_than_its_room_is_cut);
	tcase_add_test(tc, a_token_that_is_not_of_the_first_mechanism);
	tcase_add_test(tc, negoex_messages_by_name);
	tcase_add_test(tc, hints_that_are_none);
	tcase_add_test(tc, an_answer_of_an_unknown_mechanism);
	tcase_add_test(tc, answers_of_another_type);
	tcase_add_test(tc, an_identifier_as_long_as_its_room);
	tcase_add_test(tc, negoex_headers_that_lie);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
