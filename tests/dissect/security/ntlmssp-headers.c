/* SPDX-License-Identifier: BSD-3-Clause */
/* NTLMSSP messages ([MS-NLMP] 2.2.1) at their borders: what their flags, headers and AV pairs say. */
#include "tests/dissect/security/ntlmssp-headers.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/token-case.h"

/* A CHALLENGE ([MS-NLMP] 2.2.1.2) of 48 bytes, with a target name and AV pairs. */
static Bytes
challenge(uint32_t flags, Part name, Bytes pairs)
{
	Bytes b = hex("4e544c4d53535000 02000000");

	bytes_put_le(&b, (uint32_t)name.len, 4);
	bytes_put_le(&b, 48, 4);
	bytes_put_le(&b, flags, 4);
	b = join(b, hex("0102030405060708 0000000000000000"));
	bytes_put_le(&b, pairs.len, 4);
	/* an empty field may point anywhere */
	bytes_put_le(&b, pairs.len ? 48 + (uint32_t)name.len : UINT32_MAX, 4);
	bytes_put(&b, name.bytes, (uint32_t)name.len);
	return join(b, pairs);
}

START_TEST(target_name_by_its_flags)
{
	static const struct {
		uint32_t flags;
		const char *bytes;
		int len;
		bool wide;
	} all[] = {
		{ REQUEST_TARGET | OEM, "SRV", 3, false },
		{ REQUEST_TARGET | UNICODE, "S\0R\0V\0", 6, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = challenge(all[i].flags, part(all[i].bytes, all[i].len), hex(""));
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		expect_text(t.target_name, "SRV");
		ck_assert_int_eq(t.target_name.encoding == SMB_TEXT_UTF16LE, all[i].wide);
		ck_assert(!t.malformed);
		free(copy);
		/* without its flag a field is ignored, whatever is in it */
		b = challenge(OEM, part(all[i].bytes, all[i].len), hex(""));
		ck_assert_ptr_null(token_of(b.bytes, b.len).target_name.bytes.ptr);
	}
}
END_TEST

START_TEST(av_pairs_of_a_challenge)
{
	static const struct {
		const char *pairs, *computer;
		bool malformed;
		uint8_t first_id;
	} all[] = {
		{ "", NULL, false, 0 },
		{ "00000000", NULL, false, 0 },
		{ "01000200 4100 00000000", "A", false, 1 },
		/* the first of a kind counts */
		{ "01000200 4100 01000200 4200 00000000", "A", false, 1 },
		/* an id has two bytes; those beyond one are told as 255 */
		{ "01010200 4100 00000000", NULL, false, 255 },
		{ "00010200 4100 00000000", NULL, false, 255 },
		{ "ff000200 4100 00000000", NULL, false, 255 },
		{ "fe000200 4100 00000000", NULL, false, 254 },
		{ "01000200 4100", "A", true, 1 },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = challenge(TARGET_INFO, part("", 0), hex(all[i].pairs));
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		ck_assert_msg(t.malformed == all[i].malformed, "row %u", i);
		if (all[i].computer)
			expect_text(t.nb_computer, all[i].computer);
		else
			ck_assert_ptr_null(t.nb_computer.bytes.ptr);
		ck_assert_uint_eq(t.av_ids[0], all[i].first_id);
		free(copy);
	}
}
END_TEST

/* 64 pairs are read, the one that ends them included; of 16 the ids are told. */
START_TEST(av_pairs_at_their_cap)
{
	for (uint32_t n = 14; n <= 65; n++) {
		Bytes pairs = { .len = 0 };
		Bytes b;
		SmbToken t;

		for (uint32_t i = 0; i < n; i++)
			bytes_put_le(&pairs, 0x70 + i, 4);
		bytes_put_le(&pairs, 0, 4);
		b = challenge(TARGET_INFO, part("", 0), pairs);
		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.malformed, n + 1 > 64);
		ck_assert_uint_eq(t.n_av_ids, n < 16 ? n : 16);
	}
}
END_TEST

/* Cut at every byte of the header: what is there is told, and what is not makes it malformed. */
START_TEST(headers_that_are_cut)
{
	Bytes b = challenge(VERSION, part("", 0), hex("000102030405060708090a0b0c0d0e0f"));
	Bytes a = authenticate(placed(4, 0), placed(4, 0), part("D", 1), part("bob", 3),
			       part("H", 1), OEM, 52);
	Bytes n = hex("4e544c4d53535000 01000000 00000002 0000000000000000 0000000000000000 "
		      "0a00614a0000000f");

	for (uint32_t cut = 12; cut <= 32; cut++) {
		SmbToken t = token_of(b.bytes, cut);

		ck_assert_int_eq(t.malformed, cut < 32);
		ck_assert_int_eq(t.has_flags, cut >= 24);
		ck_assert_uint_eq(t.challenge.len, cut < 32 ? 0 : 8);
	}
	for (uint32_t cut = 12; cut < 52; cut++) {
		SmbToken t = token_of(a.bytes, cut);

		ck_assert(t.malformed);
		ck_assert_ptr_null(t.lm.ptr);
		ck_assert_ptr_null(t.account.bytes.ptr);
		ck_assert_str_eq(t.payload_order, "");
		ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_MALFORMED);
	}
	/* the fields of names may be left out of a NEGOTIATE, and a VERSION is there as a whole */
	for (uint32_t cut = 12; cut <= n.len; cut++) {
		SmbToken t = token_of(n.bytes, cut);

		ck_assert_int_eq(t.malformed, cut < 16);
		ck_assert_int_eq(t.has_flags, cut >= 16);
		ck_assert_int_eq(t.has_version, cut >= 40);
		ck_assert_uint_eq(t.version_major, cut >= 40 ? 10 : 0);
	}
}
END_TEST

/* A NEGOTIATE says of each name by a flag that it is there: then it has to be. */
START_TEST(names_with_their_flags_have_to_be_there)
{
	static const struct {
		const char *flags;
		bool malformed;
	} all[] = { { "01020000", false }, { "01120000", true }, { "01220000", true } };

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = join(hex("4e544c4d53535000 01000000"), hex(all[i].flags));
		SmbToken t;

		b = join(b, hex("0300030000100000 0300030000100000"));
		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.malformed, all[i].malformed);
		ck_assert_ptr_null(t.domain.bytes.ptr);
		ck_assert_ptr_null(t.host.bytes.ptr);
	}
}
END_TEST

/* Room for one name, and then for none. */
START_TEST(names_without_their_flags_in_a_short_header)
{
	Bytes b = hex("4e544c4d53535000 01000000 01020000 0300030010000000");
	SmbToken t;
	void *copy = read_token(b.bytes, b.len, &t);

	ck_assert_uint_eq(t.domain.bytes.len, 3);
	ck_assert_ptr_null(t.host.bytes.ptr);
	ck_assert(!t.malformed);
	free(copy);
}
END_TEST

/* Where there are flags, they say how a text is encoded, and not its bytes. */
START_TEST(text_by_flag_and_not_by_guess)
{
	Part none = part("", 0);
	Bytes zhe = authenticate(none, none, none, part("\x16\x04", 2), none, UNICODE, 64);
	Bytes nul = authenticate(none, none, none, part("a\0", 2), none, OEM, 64);
	Bytes anywhere = authenticate(none, placed(0, UINT32_MAX), placed(0, 3), part("bob", 3),
				      none, OEM, 64);
	SmbToken t;
	void *copy;

	ck_assert_ptr_eq(token_of(zhe.bytes, zhe.len).account.encoding, SMB_TEXT_UTF16LE);
	ck_assert_ptr_eq(token_of(nul.bytes, nul.len).account.encoding, SMB_TEXT_OEM);
	/* what is empty may point anywhere */
	copy = read_token(anywhere.bytes, anywhere.len, &t);
	ck_assert(!t.malformed);
	ck_assert_ptr_nonnull(t.nt.ptr);
	free(copy);
}
END_TEST

/* [MS-NLMP] 2.2.1.3: the key is there only if keys are exchanged. */
START_TEST(session_key_by_its_flag)
{
	static const uint32_t flags[] = { OEM, OEM | 0x40000000 };

	for (uint32_t i = 0; i < 2; i++) {
		Bytes b = authenticate(part("", 0), part("", 0), part("", 0), part("bob", 3),
				       part("", 0), flags[i], 64);
		SmbToken t;
		void *copy;

		bytes_put(&b, "0123456789abcdef", 16);
		b.bytes[52] = 16;
		b.bytes[56] = 64 + 3;
		copy = read_token(b.bytes, b.len, &t);
		ck_assert_uint_eq(t.session_key_length, 16);
		ck_assert_uint_eq(t.session_key.len, i ? 16 : 0);
		ck_assert(i ? t.session_key.ptr[0] == '0' : !t.session_key.ptr);
		ck_assert(!t.malformed);
		free(copy);
	}
}
END_TEST

/* A name that has bytes of the key is none. */
START_TEST(name_in_the_session_key)
{
	for (uint32_t i = 0; i < 2; i++) {
		Bytes b = authenticate(part("", 0), part("", 0), part("", 0),
				       placed(3, 64 + 16 - i), part("", 0), OEM | 0x40000000, 64);
		SmbToken t;
		void *copy;

		bytes_put(&b, "0123456789abcdef", 16);
		bytes_put(&b, "bob", 3);
		b.bytes[52] = 16;
		b.bytes[56] = 64;
		copy = read_token(b.bytes, b.len, &t);
		ck_assert_uint_eq(t.account.bytes.len, i ? 0 : 3);
		ck_assert_uint_eq(t.session_key.len, 16);
		free(copy);
	}
}
END_TEST

/* By their offsets; equal ones as they stand in the header, and empty ones not at all. */
START_TEST(fields_in_the_order_of_their_offsets)
{
	static const struct {
		uint8_t offsets[5];
		const char *order;
	} all[] = {
		{ { 64, 65, 66, 67, 68 }, "lnduw" }, { { 68, 67, 66, 65, 64 }, "wudnl" },
		{ { 66, 64, 68, 65, 67 }, "nulwd" }, { { 64, 64, 64, 64, 64 }, "lnduw" },
		{ { 65, 65, 64, 64, 65 }, "dulnw" }, { { 65, 0, 0, 64, 0 }, "ul" },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Part p[5];
		Bytes b;

		for (int j = 0; j < 5; j++)
			p[j] = placed(all[i].offsets[j] != 0, all[i].offsets[j]);
		b = join(authenticate(p[0], p[1], p[2], p[3], p[4], OEM, 64), hex("0102030405"));
		ck_assert_str_eq(token_of(b.bytes, b.len).payload_order, all[i].order);
	}
}
END_TEST

/* Without the AV flag none is missed, nor in a token that is wrong anyway. */
START_TEST(a_mic_that_is_not_missed)
{
	uint8_t without[sizeof(v2)];
	Bytes b;

	memcpy(without, v2, sizeof(v2));
	without[68] = 0;
	b = authenticate(part(zeros, 24), part(without, sizeof(without)), part("D", 1),
			 part("bob", 3), part("H", 1), OEM, 64);
	ck_assert(!token_of(b.bytes, b.len).has_mic);
	ck_assert(!token_of(b.bytes, b.len).mic_gone);
	b = authenticate(part(zeros, 24), part(v2, sizeof(v2)), placed(4, 4000), part("bob", 3),
			 part("H", 1), OEM, 64);
	ck_assert(token_of(b.bytes, b.len).has_mic);
	ck_assert(!token_of(b.bytes, b.len).mic_gone);
}
END_TEST

void
ntlmssp_add_headers(TCase *tc)
{
	tcase_add_test(tc, target_name_by_its_flags);
	tcase_add_test(tc, av_pairs_of_a_challenge);
	tcase_add_test(tc, av_pairs_at_their_cap);
	tcase_add_test(tc, headers_that_are_cut);
	tcase_add_test(tc, names_with_their_flags_have_to_be_there);
	tcase_add_test(tc, names_without_their_flags_in_a_short_header);
	tcase_add_test(tc, text_by_flag_and_not_by_guess);
	tcase_add_test(tc, session_key_by_its_flag);
	tcase_add_test(tc, name_in_the_session_key);
	tcase_add_test(tc, fields_in_the_order_of_their_offsets);
	tcase_add_test(tc, a_mic_that_is_not_missed);
}
