/* SPDX-License-Identifier: BSD-3-Clause */
/* Password types: every rule on NTLMSSP tokens, and the forms without a token. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/token-case.h"

#define TYPE_OF(array) type_of((array), sizeof(array))

static const uint8_t ess24[24] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint8_t long_but_not_v2[60] = { [16] = 1 };

static SmbPasswordType
classify(const void *lm, int lm_len, const void *nt, int nt_len, const char *user)
{
	Bytes b = authenticate(part(lm, lm_len), part(nt, nt_len), part("D", 1),
			       part(user, (int)strlen(user)), part("H", 1), OEM, 88);

	return type_of(b.bytes, b.len);
}

/* [MS-NLMP] 2.2.2.7: what is longer than the response of NTLMv1, with the version behind the proof. */
START_TEST(responses_of_ntlmv2)
{
	uint8_t nt[64] = { [16] = 1, [17] = 1 };

	for (uint32_t n = 0; n <= sizeof(nt); n++)
		ck_assert_int_eq(smb_nt_response_is_v2((SmbSpan){ nt, n }), n > 24);
	nt[17] = 2;
	ck_assert(!smb_nt_response_is_v2((SmbSpan){ nt, sizeof(nt) }));
}
END_TEST

START_TEST(types_of_real_tokens)
{
	ck_assert_int_eq(TYPE_OF(token_ntlmv1), SMB_PASSWORD_NTLM_ONLY);
	ck_assert_int_eq(TYPE_OF(token_ntlmv1_ess), SMB_PASSWORD_NTLMV1_ESS);
	ck_assert_int_eq(TYPE_OF(token_ntlmv2), SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(TYPE_OF(token_raw_authenticate), SMB_PASSWORD_NTLMV1_ESS);
	ck_assert_int_eq(TYPE_OF(token_anonymous), SMB_PASSWORD_ANONYMOUS);
	ck_assert_int_eq(TYPE_OF(token_completed_mic), SMB_PASSWORD_NONE);
}
END_TEST

START_TEST(ntlmssp_rules_in_their_order)
{
	static const uint8_t one = 1;

	/* 1, and that the flag ANONYMOUS is not asked: none of these has it */
	ck_assert_int_eq(classify("", 0, "", 0, ""), SMB_PASSWORD_ANONYMOUS);
	ck_assert_int_eq(classify(zeros, 1, "", 0, ""), SMB_PASSWORD_ANONYMOUS);
	ck_assert_int_eq(classify(&one, 1, "", 0, ""), SMB_PASSWORD_MALFORMED);
	/* somebody who sends no response ([MS-NLMP] 3.2.5.1.2) is neither nobody nor malformed */
	ck_assert_int_eq(classify("", 0, "", 0, "bob"), SMB_PASSWORD_EMPTY);
	ck_assert_int_eq(classify(zeros, 1, "", 0, "bob"), SMB_PASSWORD_EMPTY);
	ck_assert_int_eq(classify(&one, 1, "", 0, "bob"), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify(zeros, 24, v2, sizeof(v2), ""), SMB_PASSWORD_NTLMV2);
	/*
	 * 2: whatever LM is: zeros, LMv2, empty. "24 bytes of LM, so LM" is the commonest false
	 * alarm.
	 */
	ck_assert_int_eq(classify(zeros, 24, v2, sizeof(v2), "bob"), SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(classify(lm24, 24, v2, sizeof(v2), "bob"), SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(classify("", 0, v2, sizeof(v2), "bob"), SMB_PASSWORD_NTLMV2);
	/* 3 */
	ck_assert_int_eq(classify(ess24, 24, nt24, 24, "bob"), SMB_PASSWORD_NTLMV1_ESS);
	/* 4 */
	ck_assert_int_eq(classify(nt24, 24, nt24, 24, "bob"), SMB_PASSWORD_NTLM_ONLY);
	ck_assert_int_eq(classify("", 0, nt24, 24, "bob"), SMB_PASSWORD_NTLM_ONLY);
	/* zeros are no LM response that could be cracked, nor a client's challenge */
	ck_assert_int_eq(classify(zeros, 24, nt24, 24, "bob"), SMB_PASSWORD_NTLM_ONLY);
	/* 5 */
	ck_assert_int_eq(classify(lm24, 24, nt24, 24, "bob"), SMB_PASSWORD_NTLMV1_LM);
	/* 6 */
	ck_assert_int_eq(classify(lm24, 24, "", 0, "bob"), SMB_PASSWORD_LM_OR_LMV2);
	ck_assert_int_eq(classify(lm24, 24, "", 0, ""), SMB_PASSWORD_LM_OR_LMV2);
	/* 7 */
	ck_assert_int_eq(classify(lm24, 24, long_but_not_v2, 60, "bob"), SMB_PASSWORD_LM_OR_LMV2);
	ck_assert_int_eq(classify(lm24, 23, nt24, 24, "bob"), SMB_PASSWORD_NTLM_ONLY);
	ck_assert_int_eq(classify(lm24, 24, nt24, 23, "bob"), SMB_PASSWORD_LM_OR_LMV2);
	ck_assert_int_eq(classify("", 0, v2, 17, "bob"), SMB_PASSWORD_MALFORMED);
}
END_TEST

/* Every combination of lengths around the borders, by the text of the rules. */
START_TEST(ntlmssp_rules_at_their_borders)
{
	static const uint8_t marked[64] = { [16] = 1, 1, [44] = 0 };
	static const uint8_t half[64] = { [16] = 1 }, other_half[64] = { [17] = 1 };
	static const uint8_t wrong[64] = { [16] = 1, 2 }, late[64] = { [17] = 1, 1 };
	static const uint8_t one_bit[24] = { [23] = 1 };
	static const struct {
		const uint8_t *nt;
		int nt_len;
		const uint8_t *lm;
		int lm_len;
		SmbPasswordType type;
	} all[] = {
		/* NT response: 23, 24 and 25 bytes, with the mark and without */
		{ marked, 23, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ marked, 24, lm24, 24, SMB_PASSWORD_NTLMV1_LM },
		{ marked, 43, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ marked, 43, zeros, 24, SMB_PASSWORD_NTLMV2 },
		{ marked, 44, lm24, 24, SMB_PASSWORD_NTLMV2 },
		{ nt24, 23, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ nt24, 23, ess24, 24, SMB_PASSWORD_MALFORMED },
		{ zeros, 24, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ half, 60, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ other_half, 60, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ wrong, 60, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ late, 60, zeros, 24, SMB_PASSWORD_MALFORMED },
		{ marked, 64, zeros, 24, SMB_PASSWORD_NTLMV2 },
		{ marked, 64, zeros, 1, SMB_PASSWORD_NTLMV2 },
		{ marked, 64, nt24, 23, SMB_PASSWORD_NTLMV2 },
		/* LM field beside an NT response of 24 */
		{ nt24, 24, zeros, 0, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, zeros, 1, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, ess24, 8, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, ess24, 23, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, ess24, 24, SMB_PASSWORD_NTLMV1_ESS },
		{ nt24, 24, marked, 25, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, nt24, 24, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, zeros, 24, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, one_bit, 24, SMB_PASSWORD_NTLMV1_LM },
		{ one_bit, 24, zeros, 24, SMB_PASSWORD_NTLM_ONLY },
		{ one_bit, 24, lm24, 24, SMB_PASSWORD_NTLMV1_LM },
		/* 24 zeros are no response, in either place */
		{ zeros, 24, zeros, 24, SMB_PASSWORD_EMPTY },
		{ zeros, 24, zeros, 0, SMB_PASSWORD_EMPTY },
		{ zeros, 24, ess24, 24, SMB_PASSWORD_EMPTY },
		{ zeros, 24, zeros, 1, SMB_PASSWORD_MALFORMED },
		{ zeros, 23, zeros, 24, SMB_PASSWORD_MALFORMED },
		{ zeros, 25, zeros, 24, SMB_PASSWORD_MALFORMED },
		/* ESS before the equal ones: the client's challenge can be what the response is */
		{ ess24, 24, ess24, 24, SMB_PASSWORD_NTLMV1_ESS },
		/* LM alone */
		{ zeros, 0, lm24, 23, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ zeros, 0, marked, 25, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, zeros, 24, SMB_PASSWORD_EMPTY },
		{ zeros, 0, one_bit, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ zeros, 0, zeros, 23, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, zeros, 25, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, ess24, 24, SMB_PASSWORD_EMPTY },
		{ zeros, 0, zeros, 1, SMB_PASSWORD_EMPTY },
		{ zeros, 0, zeros, 2, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, zeros, 0, SMB_PASSWORD_EMPTY },
		{ zeros, 1, zeros, 0, SMB_PASSWORD_MALFORMED },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		SmbPasswordType type =
			classify(all[i].lm, all[i].lm_len, all[i].nt, all[i].nt_len, "bob");

		ck_assert_msg(type == all[i].type, "row %u: %s", i, smb_password_type_name(type));
	}
	/* two zeros are no terminator of an LM field, and an NT response of one byte is one */
	ck_assert_int_eq(classify(zeros, 2, "", 0, ""), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify(zeros, 1, zeros, 1, ""), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify(zeros, 0, nt24, 24, ""), SMB_PASSWORD_NTLM_ONLY);
	ck_assert_int_eq(classify(lm24, 24, nt24, 24, ""), SMB_PASSWORD_NTLMV1_LM);
	/* [MS-NLMP] 3.2.5.1.2: nobody's token has no response, and at most one zero of LM */
	ck_assert_int_eq(classify(zeros, 24, zeros, 24, ""), SMB_PASSWORD_EMPTY);
	ck_assert_int_eq(classify(zeros, 24, zeros, 0, ""), SMB_PASSWORD_EMPTY);
}
END_TEST

static const SmbServerMode user_challenge = { .challenged = true };
static const SmbServerMode user_plain = { .challenged = false };
static const SmbServerMode share_challenge = { .share_level = true, .challenged = true };
static const SmbServerMode share_plain = { .share_level = true };
/* As of one whose answer to the negotiate was not captured. */
static const SmbServerMode unseen = { .unseen = true, .challenged = true };

static SmbText
account_of(const char *name)
{
	return (SmbText){ { (const uint8_t *)name, (uint32_t)strlen(name) }, SMB_TEXT_OEM };
}

static void
expect_nt(SmbServerMode mode, const char *account, SmbSpan oem, SmbSpan unicode,
	  SmbPasswordType type, bool unasked)
{
	bool told = !unasked;

	ck_assert_int_eq(smb_classify_nt(mode, account_of(account), oem, (uint16_t)oem.len, unicode,
					 (uint16_t)unicode.len, &told),
			 type);
	ck_assert_int_eq(told, unasked);
}

static const SmbSpan nothing = { zeros, 0 };
static const SmbSpan one_zero = { zeros, 1 };
static const SmbSpan two_zeros = { zeros, 2 };
static const SmbSpan a24 = { lm24, 24 };
static const SmbSpan b24 = { nt24, 24 };
static const SmbSpan word = { (const uint8_t *)"secret", 6 };
static const SmbSpan wide = { v2, sizeof(v2) };
static const SmbSpan wide_unmarked = { long_but_not_v2, sizeof(long_but_not_v2) };

START_TEST(nt_form_where_challenged)
{
	expect_nt(user_challenge, "bob", a24, b24, SMB_PASSWORD_NTLMV1_LM, false);
	expect_nt(user_challenge, "bob", a24, a24, SMB_PASSWORD_NTLM_ONLY, false);
	expect_nt(user_challenge, "bob", nothing, b24, SMB_PASSWORD_NTLM_ONLY, false);
	expect_nt(user_challenge, "bob", a24, wide, SMB_PASSWORD_NTLMV2, false);
	/* long enough for NTLMv2, but without its mark, and no text */
	expect_nt(user_challenge, "bob", nothing, wide_unmarked, SMB_PASSWORD_MALFORMED, false);
	expect_nt(user_challenge, "", a24, wide, SMB_PASSWORD_NTLMV2, false);
	expect_nt(user_challenge, "bob", a24, nothing, SMB_PASSWORD_LM_OR_LMV2, false);
	/* no ESS in this form, whatever LM looks like */
	expect_nt(user_challenge, "bob", (SmbSpan){ ess24, 24 }, b24, SMB_PASSWORD_NTLMV1_LM,
		  false);
	/* nobody */
	expect_nt(user_challenge, "", nothing, nothing, SMB_PASSWORD_ANONYMOUS, false);
	expect_nt(user_challenge, "", one_zero, nothing, SMB_PASSWORD_ANONYMOUS, false);
	expect_nt(user_challenge, "", nothing, two_zeros, SMB_PASSWORD_ANONYMOUS, false);
	expect_nt(user_challenge, "", one_zero, two_zeros, SMB_PASSWORD_ANONYMOUS, false);
	/* plaintext-shaped, though not asked for */
	expect_nt(user_challenge, "bob", (SmbSpan){ (const uint8_t *)"abc", 4 }, nothing,
		  SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "bob", word, nothing, SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "", nothing, word, SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "", nothing, (SmbSpan){ lm24, 2 }, SMB_PASSWORD_PLAINTEXT, true);
	/* no response: also to an empty password there is one */
	expect_nt(user_challenge, "bob", nothing, nothing, SMB_PASSWORD_EMPTY, false);
	expect_nt(user_challenge, "bob", one_zero, nothing, SMB_PASSWORD_EMPTY, false);
	expect_nt(user_challenge, "bob", one_zero, two_zeros, SMB_PASSWORD_EMPTY, false);
}
END_TEST

START_TEST(nt_form_at_its_borders)
{
	static const uint8_t other[32] = { [23] = 1 }, no_text[32] = { [0] = 1 };
	static const struct {
		uint32_t oem, unicode;
		SmbPasswordType type;
		bool unasked;
	} all[] = {
		{ 24, 23, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 25, SMB_PASSWORD_MALFORMED, false },
		{ 0, 23, SMB_PASSWORD_PLAINTEXT, true },
		{ 0, 24, SMB_PASSWORD_NTLM_ONLY, false },
		{ 0, 25, SMB_PASSWORD_MALFORMED, false },
		{ 1, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 23, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 24, SMB_PASSWORD_NTLMV1_LM, false },
		{ 25, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 23, 0, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 0, SMB_PASSWORD_LM_OR_LMV2, false },
		{ 25, 0, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 2, SMB_PASSWORD_PLAINTEXT, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		expect_nt(user_challenge, "bob", (SmbSpan){ other, all[i].oem },
			  (SmbSpan){ no_text, all[i].unicode }, all[i].type, all[i].unasked);
	/* a single 00 in the one field and two in the other, and nothing longer, are empty */
	expect_nt(user_challenge, "", two_zeros, nothing, SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "", nothing, one_zero, SMB_PASSWORD_PLAINTEXT, true);
	/* responses of nobody's are somebody's */
	expect_nt(user_challenge, "", a24, b24, SMB_PASSWORD_NTLMV1_LM, false);
	expect_nt(user_challenge, "", a24, nothing, SMB_PASSWORD_LM_OR_LMV2, false);
}
END_TEST

/* [MS-NLMP] 2.2.2.7, 2.2.2.8: an NTLMv2 response has 44 bytes and a mark; else it may be a text. */
START_TEST(nt_form_with_a_long_password)
{
	static const uint8_t marked[64] = { [16] = 1, 1 };
	uint8_t text[64];
	static const struct {
		uint16_t units[4];
		bool reads;
	} ends[] = {
		{ { 'a', 'b', 'c', 'd' }, true },
		{ { 0x00E4, 0x0416, 0x4E2D, 0xAC00 }, true }, /* any script */
		{ { 'a', 0xD83D, 0xDE00, 0 }, true },         /* beyond 16 bits; a terminator */
		{ { 'a', 'b', 0, 'd' }, false },
		{ { 'a', 'b', 'c', 0xD83D }, false },
		{ { 'a', 0xDE00, 0xD83D, 'd' }, false },
		{ { 'a', 'b', 'c', 7 }, false },
		{ { 'a', 'b', 'c', 0x0378 }, false }, /* unassigned */
		{ { 'a', 'b', 'c', 0xE000 }, false }, /* private use */
		{ { 'a', 'b', 'c', 0xFFFF }, false },
	};

	expect_nt(user_challenge, "bob", nothing, (SmbSpan){ marked, 43 }, SMB_PASSWORD_MALFORMED,
		  false);
	expect_nt(user_challenge, "bob", nothing, (SmbSpan){ marked, 44 }, SMB_PASSWORD_NTLMV2,
		  false);
	for (uint32_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? 0 : 'x';
	for (uint32_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		for (uint32_t size = 26; size <= sizeof(text); size += 2) {
			bool reads = ends[i].reads;

			for (uint32_t j = 0; j < 4; j++) {
				text[size - 8 + 2 * j] = (uint8_t)ends[i].units[j];
				text[size - 7 + 2 * j] = (uint8_t)(ends[i].units[j] >> 8);
			}
			expect_nt(user_challenge, "bob", nothing, (SmbSpan){ text, size },
				  reads ? SMB_PASSWORD_PLAINTEXT : SMB_PASSWORD_MALFORMED, reads);
			memset(text + size - 8, 0, 8);
			for (uint32_t j = 0; j < 8; j += 2)
				text[size - 8 + j] = 'x';
		}
	}
	expect_nt(user_challenge, "bob", nothing, (SmbSpan){ text, 27 }, SMB_PASSWORD_MALFORMED,
		  false);
}
END_TEST

START_TEST(nt_form_where_lengths_prove_nothing)
{
	expect_nt(user_plain, "bob", a24, b24, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "bob", a24, nothing, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "bob", nothing, wide, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "bob", word, nothing, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "bob", nothing, nothing, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "bob", one_zero, nothing, SMB_PASSWORD_PLAINTEXT, false);
	expect_nt(user_plain, "", nothing, nothing, SMB_PASSWORD_ANONYMOUS, false);
	expect_nt(user_plain, "", one_zero, nothing, SMB_PASSWORD_ANONYMOUS, false);
}
END_TEST

START_TEST(nt_form_with_bytes_that_are_not_there)
{
	bool unasked;
	SmbSpan cut = { nt24, 5 };

	/* 24 and 24, of which one is cut: whether they differ cannot be told */
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), a24, 24, cut, 24,
					 &unasked),
			 SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), cut, 24, a24, 24,
					 &unasked),
			 SMB_PASSWORD_MALFORMED);
	/* long enough for NTLMv2, but its mark was not seen */
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), (SmbSpan){ NULL, 0 },
					 24, (SmbSpan){ NULL, 0 }, 300, &unasked),
			 SMB_PASSWORD_MALFORMED);
	/* too long for NTLMv1 and too short for NTLMv2: a length alone decides */
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), (SmbSpan){ NULL, 0 }, 0,
					 (SmbSpan){ NULL, 0 }, 42, &unasked),
			 SMB_PASSWORD_PLAINTEXT);
	ck_assert(unasked);
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), (SmbSpan){ NULL, 0 }, 0,
					 (SmbSpan){ NULL, 0 }, 43, &unasked),
			 SMB_PASSWORD_MALFORMED);
	/* one byte that was not seen is not known to be zero */
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of(""), (SmbSpan){ NULL, 0 }, 1,
					 (SmbSpan){ NULL, 0 }, 0, &unasked),
			 SMB_PASSWORD_PLAINTEXT);
}
END_TEST

static void
expect_lanman(SmbServerMode mode, const char *account, SmbSpan password, SmbPasswordType type,
	      bool unasked)
{
	bool told = !unasked;

	ck_assert_int_eq(smb_classify_lanman(mode, account_of(account), password,
					     (uint16_t)password.len, &told),
			 type);
	ck_assert_int_eq(told, unasked);
}

START_TEST(lanman_form)
{
	expect_lanman(user_challenge, "bob", a24, SMB_PASSWORD_LM, false);
	expect_lanman(user_plain, "bob", a24, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(user_challenge, "", nothing, SMB_PASSWORD_ANONYMOUS, false);
	expect_lanman(user_challenge, "", one_zero, SMB_PASSWORD_ANONYMOUS, false);
	expect_lanman(user_plain, "bob", nothing, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(user_plain, "bob", one_zero, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(user_challenge, "bob", one_zero, SMB_PASSWORD_EMPTY, false);
	expect_lanman(user_challenge, "bob", word, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_plain, "bob", word, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(user_challenge, "", word, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(unseen, "bob", word, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(unseen, "bob", a24, SMB_PASSWORD_LM, false);
	/* the borders */
	expect_lanman(user_challenge, "bob", (SmbSpan){ lm24, 23 }, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "", a24, SMB_PASSWORD_LM, false);
	expect_lanman(user_challenge, "bob", (SmbSpan){ v2, 25 }, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "", two_zeros, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "bob", nothing, SMB_PASSWORD_EMPTY, false);
	expect_lanman(user_plain, "", one_zero, SMB_PASSWORD_ANONYMOUS, false);
}
END_TEST

static void
expect_share(SmbServerMode mode, SmbSpan password, uint16_t length, SmbPasswordType type,
	     bool unasked)
{
	bool told = !unasked;

	ck_assert_int_eq(smb_classify_share(mode, password, length, &told), type);
	ck_assert_int_eq(told, unasked);
}

/* 24 zeros are no response: nothing of a password is in them, whatever the form. */
START_TEST(zeros_in_place_of_a_response)
{
	static const SmbSpan z24 = { zeros, 24 };
	static const SmbServerMode modes[] = {
		{ .challenged = true },
		{ .unseen = true, .challenged = true },
	};

	for (uint32_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		expect_nt(modes[i], "bob", z24, b24, SMB_PASSWORD_NTLM_ONLY, false);
		expect_nt(modes[i], "bob", z24, wide, SMB_PASSWORD_NTLMV2, false);
		expect_nt(modes[i], "bob", a24, z24, SMB_PASSWORD_LM_OR_LMV2, false);
		expect_nt(modes[i], "bob", z24, z24, SMB_PASSWORD_EMPTY, false);
		expect_nt(modes[i], "bob", z24, nothing, SMB_PASSWORD_EMPTY, false);
		expect_nt(modes[i], "bob", nothing, z24, SMB_PASSWORD_EMPTY, false);
		expect_nt(modes[i], "", z24, nothing, SMB_PASSWORD_EMPTY, false);
		expect_lanman(modes[i], "bob", z24, SMB_PASSWORD_EMPTY, false);
		expect_lanman(modes[i], "", z24, SMB_PASSWORD_EMPTY, false);
	}
	expect_share(share_challenge, z24, 24, SMB_PASSWORD_EMPTY, false);
	/* bytes that are not there are not known to be zero */
	expect_share(share_challenge, (SmbSpan){ zeros, 8 }, 24, SMB_PASSWORD_LM_OR_NTLM, false);
	/* nothing was asked for: what these are is not known, as of all others there */
	expect_nt(user_plain, "bob", z24, b24, SMB_PASSWORD_PLAINTEXT, false);
}
END_TEST

START_TEST(share_level)
{
	/* the session setup names an identity only */
	expect_nt(share_challenge, "bob", nothing, nothing, SMB_PASSWORD_NONE, false);
	expect_nt(share_plain, "", one_zero, two_zeros, SMB_PASSWORD_NONE, false);
	expect_lanman(share_plain, "bob", one_zero, SMB_PASSWORD_NONE, false);
	expect_lanman(share_plain, "bob", word, SMB_PASSWORD_PLAINTEXT, false);
	/* one that sends a secret all the same has sent it */
	expect_nt(share_plain, "bob", word, nothing, SMB_PASSWORD_PLAINTEXT, false);
	/* the tree connect has the secret */
	expect_share(share_challenge, a24, 24, SMB_PASSWORD_LM_OR_NTLM, false);
	expect_share(share_plain, a24, 24, SMB_PASSWORD_PLAINTEXT, false);
	expect_share(share_challenge, word, 6, SMB_PASSWORD_PLAINTEXT, true);
	expect_share(share_plain, word, 6, SMB_PASSWORD_PLAINTEXT, false);
	expect_share(share_plain, nothing, 0, SMB_PASSWORD_ANONYMOUS, false);
	expect_share(share_challenge, one_zero, 1, SMB_PASSWORD_ANONYMOUS, false);
	expect_share(share_challenge, (SmbSpan){ lm24, 1 }, 1, SMB_PASSWORD_PLAINTEXT, true);
	/* the borders */
	expect_share(share_challenge, (SmbSpan){ lm24, 23 }, 23, SMB_PASSWORD_PLAINTEXT, true);
	expect_share(share_challenge, (SmbSpan){ v2, 25 }, 25, SMB_PASSWORD_PLAINTEXT, true);
	expect_share(share_challenge, two_zeros, 2, SMB_PASSWORD_PLAINTEXT, true);
	expect_share(share_plain, one_zero, 1, SMB_PASSWORD_ANONYMOUS, false);
	/* whether one was asked for is not in the capture */
	expect_share(unseen, word, 6, SMB_PASSWORD_PLAINTEXT, false);
	/* user level: the filler is no password */
	expect_share(user_challenge, one_zero, 1, SMB_PASSWORD_NONE, false);
}
END_TEST

/* A length without its bytes: what is there of the others decides nothing. */
START_TEST(responses_outside_of_the_token)
{
	static const struct {
		Part lm, nt;
	} all[] = {
		{ { .len = 24, .placed = true, .offset = 4000 }, { .bytes = nt24, .len = 24 } },
		{ { .len = 24, .placed = true, .offset = 4000 }, { .bytes = v2, .len = 76 } },
		{ { .bytes = lm24, .len = 24 }, { .len = 24, .placed = true, .offset = 4000 } },
		{ { .bytes = "", .len = 0 }, { .len = 1, .placed = true, .offset = 4000 } },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = authenticate(all[i].lm, all[i].nt, part("D", 1), part("bob", 3),
				       part("H", 1), OEM, 88);

		ck_assert_int_eq(type_of(b.bytes, b.len), SMB_PASSWORD_MALFORMED);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("classify");
	TCase *tc = tcase_create("classify");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, responses_of_ntlmv2);
	tcase_add_test(tc, types_of_real_tokens);
	tcase_add_test(tc, ntlmssp_rules_in_their_order);
	tcase_add_test(tc, ntlmssp_rules_at_their_borders);
	tcase_add_test(tc, nt_form_where_challenged);
	tcase_add_test(tc, nt_form_at_its_borders);
	tcase_add_test(tc, zeros_in_place_of_a_response);
	tcase_add_test(tc, nt_form_with_a_long_password);
	tcase_add_test(tc, nt_form_where_lengths_prove_nothing);
	tcase_add_test(tc, nt_form_with_bytes_that_are_not_there);
	tcase_add_test(tc, responses_outside_of_the_token);
	tcase_add_test(tc, lanman_form);
	tcase_add_test(tc, share_level);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
