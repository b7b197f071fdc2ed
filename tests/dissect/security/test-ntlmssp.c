/* SPDX-License-Identifier: BSD-3-Clause */
/* NTLMSSP messages ([MS-NLMP] 2.2.1): their fields, and fields that lie. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dissect/security/ntlmssp-headers.h"
#include "tests/lib/token-case.h"

START_TEST(negotiate_in_spnego)
{
	SmbToken t = TOKEN_OF(token_ntlm_negotiate);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_NEGOTIATE);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_INIT);
	ck_assert_uint_eq(t.offered, SMB_OFFER_NTLMSSP);
	ck_assert_uint_eq(t.flags, 0x62088215);
	ck_assert(t.has_flags && t.has_version && !t.malformed);
	ck_assert_uint_eq(t.version_major, 6);
	ck_assert_uint_eq(t.version_minor, 1);
	ck_assert_ptr_null(t.domain.bytes.ptr); /* its flag is clear */
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NONE);
}
END_TEST

START_TEST(raw_negotiate_has_oem_names_where_the_version_would_be)
{
	SmbToken t;
	void *copy = read_token(token_raw_negotiate, sizeof(token_raw_negotiate), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_NEGOTIATE);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_RAW);
	expect_text(t.domain, "RIGWG");
	expect_text(t.host, "JCIFSCLI");
	ck_assert(!t.has_version && !t.malformed);
	free(copy);
}
END_TEST

START_TEST(version_is_not_read_out_of_payload)
{
	uint8_t lying[sizeof(token_raw_negotiate)];

	/* the same with the flag of VERSION set: its place is still taken by names */
	memcpy(lying, token_raw_negotiate, sizeof(lying));
	lying[15] |= 0x02;
	ck_assert(!TOKEN_OF(lying).has_version);
	ck_assert(!TOKEN_OF(lying).malformed);
}
END_TEST

START_TEST(names_without_their_flags_are_reported_where_they_are)
{
	/* a client of 2013 and smbtorture: lengths and offsets, but no flags; this one VERSION's */
	Bytes names = hex("4e544c4d53535000 01000000 158288e2 0300030020000000 1000100023000000 "
			  "4c4142 544845484f53544e414d454845524558");
	Bytes beyond = hex("4e544c4d53535000 01000000 158288e2 0300030020000000 1100110023000000 "
			   "4c4142 544845484f53544e414d454845524558");
	Bytes inside = hex("4e544c4d53535000 01000000 158288e2 0300030008000000 0000000000000000 "
			   "0a00614a0000000f");
	SmbToken t;
	void *copy = read_token(names.bytes, names.len, &t);

	expect_text(t.domain, "LAB");
	expect_text(t.host, "THEHOSTNAMEHEREX");
	ck_assert(!t.malformed && !t.has_version);
	free(copy);
	/* what does not lie in the token was never meant */
	copy = read_token(beyond.bytes, beyond.len, &t);
	expect_text(t.domain, "LAB");
	ck_assert_ptr_null(t.host.bytes.ptr);
	ck_assert(!t.malformed);
	free(copy);
	copy = read_token(inside.bytes, inside.len, &t);
	ck_assert_ptr_null(t.domain.bytes.ptr);
	ck_assert(!t.malformed && t.has_version);
	ck_assert_uint_eq(t.version_build, 19041);
	free(copy);
}
END_TEST

START_TEST(challenge_shows_the_server)
{
	SmbToken t;
	void *copy = read_token(token_ntlm_challenge, sizeof(token_ntlm_challenge), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_CHALLENGE);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_RESP);
	ck_assert_int_eq(t.neg_state, 1);
	ck_assert(!t.malformed && t.has_version);
	ck_assert_uint_eq(t.challenge.len, 8);
	ck_assert_uint_eq(t.challenge.ptr[0], 0xE6);
	expect_text(t.target_name, "ADTEST");
	expect_text(t.nb_computer, "DC1");
	expect_text(t.nb_domain, "ADTEST");
	expect_text(t.dns_computer, "dc1.ad.test");
	expect_text(t.dns_domain, "ad.test");
	ck_assert_ptr_null(t.dns_tree.bytes.ptr);
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NONE);
	free(copy);
}
END_TEST

START_TEST(oldest_challenge_ends_with_its_challenge)
{
	Bytes b = hex("4e544c4d53535000 02000000 0000000000000000 02020000 0102030405060708");
	SmbToken t = token_of(b.bytes, b.len);

	ck_assert_uint_eq(b.len, 32);
	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_CHALLENGE);
	ck_assert(!t.malformed && !t.has_version);
	ck_assert_uint_eq(t.challenge.len, 8);
}
END_TEST

START_TEST(ntlmv2_authenticate)
{
	SmbToken t;
	void *copy = read_token(token_ntlmv2, sizeof(token_ntlmv2), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_AUTHENTICATE);
	ck_assert(!t.malformed && t.has_mech_list_mic && t.has_version && t.has_mic);
	ck_assert(!t.has_channel_bindings); /* there, but all zero */
	ck_assert_uint_eq(t.lm_length, 24);
	ck_assert_uint_eq(t.nt_length, 204);
	expect_text(t.account, "alice");
	expect_text(t.domain, "RIGWG");
	expect_text(t.host, "RIGCLI");
	expect_text(t.target_spn, "cifs/10.77.0.1");
	expect_text(t.nb_computer, "MAIN"); /* repeated by the client */
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NTLMV2);
	free(copy);
}
END_TEST

START_TEST(raw_authenticate_without_version)
{
	SmbToken t;
	void *copy = read_token(token_raw_authenticate, sizeof(token_raw_authenticate), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_NTLM_AUTHENTICATE);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_RAW);
	ck_assert(!t.has_version && t.has_flags && !t.malformed);
	expect_text(t.account, "alice");
	free(copy);
}
END_TEST

START_TEST(oem_text_by_flag)
{
	Bytes b = authenticate(part(lm24, 24), part(nt24, 24), part("DOM", 3), part("bob", 3),
			       part("HOST", 4), OEM, 64);
	SmbToken t;
	void *copy = read_token(b.bytes, b.len, &t);

	ck_assert_ptr_eq(t.account.encoding, SMB_TEXT_OEM);
	expect_text(t.account, "bob");
	expect_text(t.host, "HOST");
	ck_assert(!t.malformed);
	free(copy);
}
END_TEST

START_TEST(authenticate_of_52_bytes_has_no_flags)
{
	/* The bytes at 60 are payload. In Unicode its NULs tell, as nothing else does. */
	Bytes b = authenticate(part(lm24, 24), part(nt24, 24), part("D\0", 2), part("b\0o\0b\0", 6),
			       part("HOST", 4), 0, 52);
	SmbToken t;
	void *copy = read_token(b.bytes, b.len, &t);

	ck_assert(!t.has_flags && !t.has_version && !t.malformed);
	ck_assert_uint_eq(t.flags, 0);
	ck_assert_ptr_eq(t.account.encoding, SMB_TEXT_UTF16LE);
	ck_assert_ptr_eq(t.host.encoding, SMB_TEXT_OEM);
	expect_text(t.account, "bob");
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NTLMV1_LM);
	free(copy);
}
END_TEST

START_TEST(version_only_with_flag_and_room)
{
	Part none = part("", 0);
	Part user = part("bob", 3);
	Bytes with = authenticate(none, none, none, user, none, OEM | VERSION, 72);
	Bytes without = authenticate(none, none, none, user, none, OEM, 72);
	Bytes no_room = authenticate(none, none, none, user, none, OEM | VERSION, 64);
	SmbToken t = token_of(with.bytes, with.len);

	ck_assert(t.has_version);
	ck_assert_uint_eq(t.version_major, 10);
	ck_assert_uint_eq(t.version_build, 0x4A61);
	ck_assert(!token_of(without.bytes, without.len).has_version);
	ck_assert(!token_of(no_room.bytes, no_room.len).has_version);
}
END_TEST

START_TEST(channel_bindings_and_mic_from_av_pairs)
{
	Bytes b = authenticate(part(zeros, 24), part(v2, sizeof(v2)), part("D", 1), part("bob", 3),
			       part("H", 1), OEM, 88);
	SmbToken t = token_of(b.bytes, b.len);

	ck_assert(t.has_channel_bindings && t.has_mic && !t.malformed && !t.mic_gone);
}
END_TEST

START_TEST(a_mic_that_is_announced_has_room)
{
	static const uint32_t starts[] = { 64, 72, 79, 80, 88 };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		Bytes b = authenticate(part(zeros, 24), part(v2, sizeof(v2)), part("D", 1),
				       part("bob", 3), part("H", 1), OEM, starts[i]);
		SmbToken t = token_of(b.bytes, b.len);

		ck_assert(t.has_mic);
		ck_assert_int_eq(t.mic_gone, starts[i] < 80);
	}
}
END_TEST

/*
 * [MS-NLMP] 2.2.1.3: an AUTHENTICATE of old clients ends before its flags, at 52 bytes; one of just
 * 64 has them and nothing after.
 */
START_TEST(flags_are_read_where_they_are_whole)
{
	for (uint32_t n = 52; n <= 72; n++) {
		Bytes b = hex("4e544c4d53535000 03000000");
		SmbToken t;

		for (int field = 0; field < 5; field++) {
			bytes_put_le(&b, 0, 4);
			bytes_put_le(&b, n, 4);
		}
		bytes_put_le(&b, 0, 4);
		bytes_put_le(&b, n, 4);
		bytes_put_le(&b, 0x00000201, 4);
		bytes_put_le(&b, 0, 8);
		t = token_of(b.bytes, n);
		ck_assert_int_eq(t.has_flags, n >= 64);
		ck_assert_uint_eq(t.flags, n >= 64 ? 0x201 : 0);
	}
}
END_TEST

START_TEST(target_info_of_both_sides)
{
	SmbTokenView view = { 0 };
	void *copy = read_token(token_ntlm_challenge, sizeof(token_ntlm_challenge), &view.token);
	const SmbLayout *layout = describe(&view);

	ck_assert_ptr_nonnull(field_of(layout, &view, "server_challenge"));
	expect_text(view.token.nb_computer, "DC1");
	expect_text(view.token.dns_domain, "ad.test");
	ck_assert_uint_eq(view.token.timestamp, 0x01DD7A4988694E90u);
	ck_assert_uint_eq(view.token.av_flags, 0);
	free(copy);
	copy = read_token(token_ntlmv2, sizeof(token_ntlmv2), &view.token);
	layout = describe(&view);
	ck_assert_ptr_null(field_of(layout, &view, "server_challenge"));
	expect_text(view.token.nb_computer, "MAIN");
	ck_assert_uint_eq(view.token.timestamp, 0x01DD7A497CB76B86u);
	ck_assert_uint_eq(view.token.client_time, 0x01DD7A497CB76B86u);
	ck_assert_uint_eq(view.token.av_flags, 2);
	ck_assert_uint_eq(view.token.session_key_length, 16);
	ck_assert_uint_eq(*(const uint16_t *)field_of(layout, &view, "nt_length"), 204);
	free(copy);
}
END_TEST

START_TEST(no_secret_is_a_field)
{
	static const char *const never[] = { "lm",  "nt",  "lm_response",      "nt_response",
					     "mic", "key", "client_challenge", "blob" };
	SmbTokenView view = { 0 };
	void *copy = read_token(token_ntlmv2, sizeof(token_ntlmv2), &view.token);
	const SmbLayout *layout = describe(&view);

	for (uint16_t i = 0; i < layout->count; i++)
		ck_assert_int_ne(layout->fields[i].kind, SMB_FIELD_HEX);
	for (uint32_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		for (uint16_t f = 0; f < layout->count; f++)
			ck_assert(strcmp(layout->fields[f].key, never[i]) != 0 ||
				  layout->fields[f].kind == SMB_FIELD_BOOL);
	free(copy);
}
END_TEST

START_TEST(fields_outside_of_the_token_are_malformed)
{
	static const uint32_t offsets[] = { 0xFFFFFFFF, 0xFFFFFFE8, 0x7FFFFFFF, 150 };

	for (uint32_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		Bytes b = authenticate(part(lm24, 24), placed(24, offsets[i]), part("D", 1),
				       part("bob", 3), part("H", 1), OEM, 88);
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		ck_assert(t.malformed);
		ck_assert_uint_eq(t.nt_length, 24); /* still told */
		ck_assert_ptr_null(t.nt.ptr);
		ck_assert_uint_eq(t.lm.len, 24);
		expect_text(t.account, "bob");
		ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_MALFORMED);
		free(copy);
	}
}
END_TEST

START_TEST(a_name_outside_of_the_token_is_not_anonymous)
{
	Part none = part("", 0);
	Bytes b = authenticate(none, none, none, placed(6, 4000), none, UNICODE, 88);

	ck_assert_int_eq(type_of(b.bytes, b.len), SMB_PASSWORD_MALFORMED);
}
END_TEST

START_TEST(overlapping_and_reversed_fields)
{
	/*
	 * NT before LM, the names in front of both, LM and NT the same bytes: all of it is allowed
	 */
	Bytes b = authenticate(placed(24, 91), placed(24, 91), placed(3, 88), placed(3, 88),
			       part("bob", 3), OEM, 88);
	SmbToken t;
	void *copy;

	bytes_put(&b, nt24, 24);
	copy = read_token(b.bytes, b.len, &t);
	ck_assert(!t.malformed);
	expect_text(t.account, "bob");
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_NTLM_ONLY);
	free(copy);
	/* in the header: told, but a lie; and it does not hide the flags */
	b = authenticate(placed(24, 0), part(nt24, 24), part("D", 1), part("bob", 3), part("H", 1),
			 OEM, 88);
	t = token_of(b.bytes, b.len);
	ck_assert(t.malformed && t.has_flags);
	ck_assert_uint_eq(t.lm.len, 24);
}
END_TEST

/* Whose bytes are a response or the session key is no name: 2.2.1.3. */
START_TEST(names_that_are_responses)
{
	static const struct {
		uint16_t len;
		uint32_t offset;
		bool told;
	} names[] = { { 3, 88, true },   { 4, 88, false }, { 8, 90, false },
		      { 2, 138, false }, { 5, 139, true }, { 0, 100, true } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		Bytes b = authenticate(placed(24, 91), placed(24, 115), part("", 0),
				       placed(names[i].len, names[i].offset), part("", 0), OEM, 88);
		SmbToken t;
		void *copy;

		bytes_put(&b, "bob", 3);
		bytes_put(&b, nt24, 24);
		bytes_put(&b, nt24, 24);
		bytes_put(&b, "bobby", 5);
		copy = read_token(b.bytes, b.len, &t);
		ck_assert_msg(t.malformed == !names[i].told, "row %zu", i);
		ck_assert_msg(t.account.bytes.len == (names[i].told ? names[i].len : 0), "row %zu",
			      i);
		ck_assert_uint_eq(t.nt.len, 24);
		free(copy);
	}
}
END_TEST

/* The session key is one where the flag says so: 2.2.1.3, EncryptedRandomSessionKeyFields. */
START_TEST(names_that_are_the_session_key)
{
	for (int has = 0; has < 2; has++) {
		Bytes b = authenticate(placed(24, 91), placed(24, 115), part("", 0), placed(3, 150),
				       part("", 0), OEM | (has ? KEY_EXCH : 0), 88);
		SmbToken t;
		void *copy;

		b.bytes[52] = 16;
		b.bytes[56] = 139;
		bytes_put(&b, "bob", 3);
		bytes_put(&b, nt24, 24);
		bytes_put(&b, nt24, 24);
		bytes_put(&b, "0123456789abcdef", 16);
		copy = read_token(b.bytes, b.len, &t);
		ck_assert_int_eq(t.malformed, has);
		ck_assert_uint_eq(t.account.bytes.len, has ? 0 : 3);
		ck_assert_uint_eq(t.session_key.len, has ? 16 : 0);
		free(copy);
	}
}
END_TEST

START_TEST(av_pairs_without_end)
{
	uint8_t nt[400] = { [16] = 1, 1 };
	Bytes b;

	/* 89 pairs of an unknown kind and no length, and none that ends the list */
	for (uint32_t i = 44; i + 4 <= sizeof(nt); i += 4)
		nt[i] = 0x77;
	b = authenticate(part(zeros, 24), part(nt, sizeof(nt)), part("D", 1), part("bob", 3),
			 part("H", 1), OEM, 88);
	ck_assert(token_of(b.bytes, b.len).malformed);
	ck_assert_int_eq(type_of(b.bytes, b.len), SMB_PASSWORD_NTLMV2);
	/* a pair longer than the list, and a list that ends in the middle of a pair */
	nt[46] = 0xFF;
	nt[47] = 0xFF;
	b = authenticate(part(zeros, 24), part(nt, sizeof(nt)), part("D", 1), part("bob", 3),
			 part("H", 1), OEM, 88);
	ck_assert(token_of(b.bytes, b.len).malformed);
	b = authenticate(part(zeros, 24), part(nt, 46), part("D", 1), part("bob", 3), part("H", 1),
			 OEM, 88);
	ck_assert(token_of(b.bytes, b.len).malformed);
	/* too short for any pair, but by its mark NTLMv2 */
	b = authenticate(part(zeros, 24), part(nt, 25), part("D", 1), part("bob", 3), part("H", 1),
			 OEM, 88);
	ck_assert(token_of(b.bytes, b.len).malformed);
	ck_assert_int_eq(type_of(b.bytes, b.len), SMB_PASSWORD_NTLMV2);
}
END_TEST

/* Sixty-four pairs, with the one that ends the list. */
START_TEST(av_pairs_have_a_bound)
{
	for (uint32_t n = 62; n <= 65; n++) {
		uint8_t nt[400] = { [16] = 1, 1 };
		Bytes b;

		for (uint32_t i = 0; i < n; i++)
			nt[44 + 4 * i] = 0x77;
		b = authenticate(part(zeros, 24), part(nt, (int)(44 + 4 * n + 4)), part("D", 1),
				 part("bob", 3), part("H", 1), OEM, 88);
		ck_assert_int_eq(token_of(b.bytes, b.len).malformed, n + 1 > 64);
	}
}
END_TEST

/* 2.2.1: what a field points to lies behind the shortest header of its message. */
START_TEST(fields_that_point_into_the_header_are_malformed)
{
	Bytes b = hex("4e544c4d53535000 01000000 02100000 0100010010000000 0000000000000000");

	ck_assert(!token_of(b.bytes, b.len).malformed);
	b.bytes[20]--;
	ck_assert(token_of(b.bytes, b.len).malformed);
	b = hex("4e544c4d53535000 02000000 0100010020000000 06020000 0102030405060708 41");
	ck_assert(!token_of(b.bytes, b.len).malformed);
	b.bytes[16]--;
	ck_assert(token_of(b.bytes, b.len).malformed);
	for (uint32_t at = 51; at <= 52; at++) {
		b = authenticate(part(lm24, 24), part(nt24, 24), part("D", 1), placed(1, at),
				 part("H", 1), OEM, 64);
		ck_assert_int_eq(token_of(b.bytes, b.len).malformed, at < 52);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ntlmssp");
	TCase *tc = tcase_create("ntlmssp");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, negotiate_in_spnego);
	tcase_add_test(tc, raw_negotiate_has_oem_names_where_the_version_would_be);
	tcase_add_test(tc, version_is_not_read_out_of_payload);
	tcase_add_test(tc, names_without_their_flags_are_reported_where_they_are);
	tcase_add_test(tc, challenge_shows_the_server);
	tcase_add_test(tc, oldest_challenge_ends_with_its_challenge);
	tcase_add_test(tc, ntlmv2_authenticate);
	tcase_add_test(tc, raw_authenticate_without_version);
	tcase_add_test(tc, oem_text_by_flag);
	tcase_add_test(tc, authenticate_of_52_bytes_has_no_flags);
	tcase_add_test(tc, version_only_with_flag_and_room);
	tcase_add_test(tc, channel_bindings_and_mic_from_av_pairs);
	tcase_add_test(tc, a_mic_that_is_announced_has_room);
	tcase_add_test(tc, flags_are_read_where_they_are_whole);
	tcase_add_test(tc, target_info_of_both_sides);
	tcase_add_test(tc, no_secret_is_a_field);
	tcase_add_test(tc, fields_outside_of_the_token_are_malformed);
	tcase_add_test(tc, a_name_outside_of_the_token_is_not_anonymous);
	tcase_add_test(tc, overlapping_and_reversed_fields);
	tcase_add_test(tc, names_that_are_responses);
	tcase_add_test(tc, names_that_are_the_session_key);
	tcase_add_test(tc, av_pairs_without_end);
	tcase_add_test(tc, av_pairs_have_a_bound);
	tcase_add_test(tc, fields_that_point_into_the_header_are_malformed);
	ntlmssp_add_headers(tc);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
