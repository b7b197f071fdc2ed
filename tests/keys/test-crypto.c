/* SPDX-License-Identifier: BSD-3-Clause */
/* What is computed with keys, held against published examples and what Samba derived. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "keys/internal.h"

static SmbSpan
text(const char *s)
{
	return (SmbSpan){ (const uint8_t *)s, (uint32_t)strlen(s) };
}

/* With its NUL, as labels count. */
static SmbSpan
label(const char *s)
{
	return (SmbSpan){ (const uint8_t *)s, (uint32_t)strlen(s) + 1 };
}

static uint32_t
unhex(const char *digits, uint8_t *out)
{
	uint32_t n = 0;

	for (; digits[0]; digits += digits[0] == ' ' ? 1 : 2)
		if (digits[0] != ' ')
			out[n++] = (uint8_t)(g_ascii_xdigit_value(digits[0]) << 4 |
					     g_ascii_xdigit_value(digits[1]));
	return n;
}

static void
expect(const uint8_t *bytes, const char *digits)
{
	uint8_t wanted[256];
	uint32_t n = unhex(digits, wanted);

	ck_assert_mem_eq(bytes, wanted, n);
}

/* ---- [MS-NLMP] 4.2 ---- */

static const char *const CHALLENGE = "0123456789abcdef";
static const char *const RANDOM_KEY = "55555555555555555555555555555555";

typedef struct {
	KeyAccount account;
	KeyLogon logon;
	uint8_t challenge[8], lm[24], nt[256], key[16];
} Example;

/* 4.2.1: User, Domain, Password. */
static void
example(Example *e, const char *lm, const char *nt, uint32_t flags, const char *encrypted)
{
	*e = (Example){ 0 };
	ck_assert(keys_ntlm_fold(smb_text_from_utf8("User"), e->account.name));
	keys_ntlm_hash(smb_text_from_utf8("Password"), &e->account);
	unhex(CHALLENGE, e->challenge);
	e->logon = (KeyLogon){ .account = smb_text_from_utf8("User"),
			       .domain = smb_text_from_utf8("Domain"),
			       .lm = { e->lm, unhex(lm, e->lm) },
			       .nt = { e->nt, unhex(nt, e->nt) },
			       .challenge = e->challenge,
			       .ntlmssp = true,
			       .flags = flags,
			       .session_key = { e->key, unhex(encrypted, e->key) } };
}

static const char *const LM1 = "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13";
static const char *const NT1 = "67c43011f30298a2ad35ece64f16331c44bdbed927841f94";
static const char *const LM_ESS = "aaaaaaaaaaaaaaaa00000000000000000000000000000000";
static const char *const NT_ESS = "7537f803ae367128ca458204bde7caf81e97ed2683267232";
static const char *const NT2 =
	"68cd0ab851e51c96aabc927bebef6a1c"
	"0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000"
	"02000c0044006f006d00610069006e0001000c00530065007200760065007200 00000000 00000000";
static const char *const LM2 = "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa";

START_TEST(hashes_of_a_password)
{
	KeyAccount a;

	keys_ntlm_hash(smb_text_from_utf8("Password"), &a);
	expect(a.lm, "e52cac67419a9a224a3b108f3fa6cb6d"); /* 4.2.2.1.1 */
	expect(a.nt, "a4f49c406510bdcab6824ee7c30fd852"); /* 4.2.2.1.2 */
	ck_assert(a.has_lm);
	keys_ntlm_hash(smb_text_from_utf8("more than fourteen"), &a);
	ck_assert(!a.has_lm);
	keys_ntlm_hash(smb_text_from_utf8(""), &a);
	expect(a.nt, "31d6cfe0d16ae931b73c59d7e0c089c0");
	expect(a.lm, "aad3b435b51404eeaad3b435b51404ee");
}
END_TEST

START_TEST(session_keys_of_ntlm)
{
	static const struct {
		const char *const *lm, *const *nt;
		uint32_t flags;
		const char *encrypted;
	} table[] = {
		{ &LM1, &NT1, 0xE2028233, "518822b1b3f350c8958682ecbb3e3cb7" },
		{ &LM1, &NT1, 0xE2428233, "7452ca55c225a1ca04b48fae32cf56fc" }, /* NON_NT */
		{ &LM1, &NT1, 0xE20282B3, "4cd7bb57d697ef9b549f02b8f9b37864" }, /* LM_KEY */
		{ &LM2, &NT2, 0xE28A8233, "c5dad2544fc9799094ce1ce90bc9d03e" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Example e;
		Key key;

		example(&e, *table[i].lm, *table[i].nt, table[i].flags, table[i].encrypted);
		ck_assert_msg(keys_ntlm_session(&e.account, &e.logon, &key), "row %zu", i);
		ck_assert_uint_eq(key.size, 16);
		expect(key.bytes, RANDOM_KEY);
	}
}
END_TEST

/* 4.2.3.1.3, where nothing is exchanged; 4.2.2.1.3 and 4.2.4.1.2, without NTLMSSP. */
START_TEST(session_keys_that_are_not_exchanged)
{
	Example e;
	Key key;

	example(&e, LM_ESS, NT_ESS, 0x820A8233, "");
	ck_assert(keys_ntlm_session(&e.account, &e.logon, &key));
	expect(key.bytes, "eb93429a8bd952f8b89c55b87f475edc");
	example(&e, LM1, NT1, 0, "");
	e.logon.ntlmssp = false;
	ck_assert(keys_ntlm_session(&e.account, &e.logon, &key));
	expect(key.bytes, "d87262b0cde4b1cb7499becccdf10784");
	example(&e, LM2, NT2, 0, "");
	e.logon.ntlmssp = false;
	ck_assert(keys_ntlm_session(&e.account, &e.logon, &key));
	expect(key.bytes, "8de40ccadbc14a82f15cb0ad0de95ca3");
	/* Of LAN Manager alone: eight bytes of its hash. */
	example(&e, LM1, "", 0, "");
	e.logon.ntlmssp = false;
	ck_assert(keys_ntlm_session(&e.account, &e.logon, &key));
	expect(key.bytes, "e52cac67419a9a220000000000000000");
}
END_TEST

START_TEST(another_password_gives_no_key)
{
	const char *const *responses[] = { &NT1, &NT_ESS, &NT2 };

	for (size_t i = 0; i < G_N_ELEMENTS(responses); i++) {
		Example e;
		Key key;

		example(&e, i == 1 ? LM_ESS : LM1, *responses[i], i == 1 ? 0x820A8233 : 0xE2028233,
			RANDOM_KEY);
		e.nt[3] ^= 1;
		ck_assert(!keys_ntlm_session(&e.account, &e.logon, &key));
		e.nt[3] ^= 1;
		e.challenge[0] ^= 1;
		ck_assert(!keys_ntlm_session(&e.account, &e.logon, &key));
		e.challenge[0] ^= 1;
		keys_ntlm_hash(smb_text_from_utf8("password"), &e.account);
		ck_assert(!keys_ntlm_session(&e.account, &e.logon, &key));
	}
}
END_TEST

/* ---- [MS-SMB2] 3.1.4.2 ---- */

/* Microsoft's examples of SMB 3.0 and 3.1.1. */
START_TEST(derived_keys_of_the_published_examples)
{
	uint8_t key[16], hash[64], out[16];
	SmbSpan span = { key, sizeof(key) };

	unhex("7CD451825D0450D235424E44BA6E78CC", key);
	keys_derive(span, label("SMB2AESCMAC"), label("SmbSign"), out, sizeof(out));
	expect(out, "0B7E9C5CAC36C0F6EA9AB275298CEDCE");
	unhex("270E1BA896585EEB7AF3472D3B4C75A7", key);
	unhex("0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB79"
	      "28622DDDAD522D9751640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01",
	      hash);
	keys_derive(span, label("SMBSigningKey"), (SmbSpan){ hash, sizeof(hash) }, out,
		    sizeof(out));
	expect(out, "73FE7A9A77BEF0BDE49C650D8CCB5F76");
}
END_TEST

/* Of tests/keys/e01-global-300-aes-128-ccm, as the server logged them. */
START_TEST(derived_keys_of_samba)
{
	KeySession s = { .dialect = SMB2_DIALECT_300, .cipher = KEYS_AES128_CCM };
	uint8_t signing[2][KEYS_SIZE];

	s.full.size = (uint8_t)unhex("495e8c53f45d8fea1352003f70a1de5c", s.full.bytes);
	keys_session_derive(&s);
	ck_assert_uint_eq(keys_session_signing(&s, &s.full, s.hash, signing), 1);
	expect(signing[0], "6645a20cfd9c702113ce7289fa4fdaf3");
	expect(s.cipher_key[SMB_TO_CLIENT], "c6f722ffd40de9133620457f52c7457f");
	expect(s.cipher_key[SMB_TO_SERVER], "cd20a87f2960e9f36072c664f2bd45bc");
}
END_TEST

START_TEST(signing_keys_of_2_are_session_keys)
{
	KeySession s = { .dialect = SMB2_DIALECT_210 };
	Key key = { .bytes = { 1, 2, 3 }, .size = 8 };
	uint8_t signing[2][KEYS_SIZE];

	ck_assert_uint_eq(keys_session_signing(&s, &key, s.hash, signing), 1);
	expect(signing[0], "01020300000000000000000000000000");
	s = (KeySession){ .dialect = SMB2_DIALECT_311, .cipher = KEYS_AES256_GCM };
	ck_assert_uint_eq(keys_session_signing(&s, &key, s.hash, signing), 2);
	ck_assert_mem_ne(signing[0], signing[1], KEYS_SIZE);
}
END_TEST

/* ---- signatures and ciphers ---- */

/* Every bit of a message counts, but for those of the signature. */
START_TEST(signatures_differ_by_every_part)
{
	uint8_t message[80], key[16] = { 9 }, first[16], other[16];
	SmbSpan span = { message, sizeof(message) };

	for (int algorithm = KEYS_HMAC_SHA256; algorithm <= KEYS_AES_GMAC; algorithm++) {
		memset(message, 7, sizeof(message));
		keys_sign2((KeysSigning)algorithm, key, span, 5, 1, first);
		/* What is in the signature's place does not count. */
		memset(message + 48, 3, 16);
		keys_sign2((KeysSigning)algorithm, key, span, 5, 1, other);
		ck_assert_mem_eq(first, other, 16);
		for (uint32_t i = 0; i < sizeof(message) * 8; i++) {
			message[i / 8] ^= (uint8_t)(1 << i % 8);
			keys_sign2((KeysSigning)algorithm, key, span, 5, 1, other);
			ck_assert(keys_equal(first, other, 16) == (i / 8 >= 48 && i / 8 < 64));
			message[i / 8] ^= (uint8_t)(1 << i % 8);
		}
	}
	keys_sign2(KEYS_AES_GMAC, key, span, 6, 1, other);
	ck_assert_mem_ne(first, other, 16);
	keys_sign2(KEYS_AES_GMAC, key, span, 5, 0, other);
	ck_assert_mem_ne(first, other, 16);
}
END_TEST

/* NIST's GCM test cases 3 and 15 without associated data: [GCM] appendix B. */
START_TEST(gcm_of_the_published_examples)
{
	static const char *const plain =
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
		"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
	static const struct {
		KeysCipher cipher;
		const char *key, *text, *tag;
	} table[] = {
		{ KEYS_AES128_GCM, "feffe9928665731c6d6a8f9467308308",
		  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
		  "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
		  "4d5c2af327cd64a62cf35abd2ba6fab4" },
		{ KEYS_AES256_GCM,
		  "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
		  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
		  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
		  "b094dac5d93471bdec1a502270e3cc6c" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		uint8_t key[32], nonce[16], text[64], tag[16], out[64];

		unhex(table[i].key, key);
		unhex("cafebabefacedbaddecaf888", nonce);
		unhex(table[i].text, text);
		unhex(table[i].tag, tag);
		ck_assert(keys_decrypt(table[i].cipher, key, nonce, (SmbSpan){ text, 0 },
				       (SmbSpan){ text, 64 }, tag, out));
		expect(out, plain);
		tag[0] ^= 1;
		ck_assert(!keys_decrypt(table[i].cipher, key, nonce, (SmbSpan){ text, 0 },
					(SmbSpan){ text, 64 }, tag, out));
		ck_assert(!keys_decrypt(KEYS_NO_CIPHER, key, nonce, (SmbSpan){ text, 0 },
					(SmbSpan){ text, 64 }, tag, out));
	}
}
END_TEST

START_TEST(md4_and_rc4_of_the_published_examples)
{
	uint8_t hash[16], key[16], out[16];

	keys_md4(text("abc"), hash); /* RFC 1320 A.5 */
	expect(hash, "a448017aaf21d8525fc10ae87aa6729d");
	keys_md5(text("a"), text("bc"), hash); /* RFC 1321 A.5 */
	expect(hash, "900150983cd24fb0d6963f7d28e17f72");
	unhex("0102030405060708090a0b0c0d0e0f10", key); /* RFC 6229 2 */
	memset(out, 0, sizeof(out));
	keys_rc4(key, out, out);
	expect(out, "9ac7cc9a609d1ef7b2932899cde41b97");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("keys/crypto");
	TCase *tc = tcase_create("crypto");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, hashes_of_a_password);
	tcase_add_test(tc, session_keys_of_ntlm);
	tcase_add_test(tc, session_keys_that_are_not_exchanged);
	tcase_add_test(tc, another_password_gives_no_key);
	tcase_add_test(tc, derived_keys_of_the_published_examples);
	tcase_add_test(tc, derived_keys_of_samba);
	tcase_add_test(tc, signing_keys_of_2_are_session_keys);
	tcase_add_test(tc, signatures_differ_by_every_part);
	tcase_add_test(tc, gcm_of_the_published_examples);
	tcase_add_test(tc, md4_and_rc4_of_the_published_examples);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
