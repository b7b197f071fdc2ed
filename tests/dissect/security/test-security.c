/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security tokens: every kind from real bytes, every rule on password types, and tokens that lie.
 * Blobs are read from heap buffers of their exact size, so that AddressSanitizer sees a read beyond
 * the end.
 */
#include "dissect/security/token-fields.h"
#include "tests/lib/security-tokens.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Building bytes -------------------------------------------------------------------------- */

typedef struct {
	uint8_t bytes[4096];
	uint32_t len;
} Bytes;

static void
put(Bytes *b, const void *bytes, uint32_t n)
{
	ck_assert_uint_le(b->len + n, sizeof(b->bytes));
	memcpy(b->bytes + b->len, bytes, n);
	b->len += n;
}

static void
put_le(Bytes *b, uint64_t value, int n)
{
	for (int i = 0; i < n; i++)
		put(b, &(uint8_t){ (uint8_t)(value >> 8 * i) }, 1);
}

static Bytes
hex(const char *text)
{
	Bytes b = { .len = 0 };
	int at = 0;
	unsigned int byte;

	while (sscanf(text, " %2x%n", &byte, &at) == 1) {
		put(&b, &(uint8_t){ (uint8_t)byte }, 1);
		text += at;
	}
	return b;
}

/* An element with a length in the two-byte form. */
static Bytes
der(uint8_t tag, Bytes inner)
{
	Bytes b = { .len = 0 };

	put(&b, (uint8_t[]){ tag, 0x82, (uint8_t)(inner.len >> 8), (uint8_t)inner.len }, 4);
	put(&b, inner.bytes, inner.len);
	return b;
}

static Bytes
join(Bytes a, Bytes b)
{
	put(&a, b.bytes, b.len);
	return a;
}

static Bytes
text_der(uint8_t tag, const char *text)
{
	Bytes b = { .len = 0 };

	put(&b, text, (uint32_t)strlen(text));
	return der(tag, b);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Reads a copy of exact size, which the caller frees after it has looked at the token. */
static void *
read_token(const void *bytes, uint32_t n, SmbToken *ret_token)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, bytes, n);
	smb_token_read((SmbSpan){ copy, n }, ret_token);
	ck_assert_uint_lt(strnlen(ret_token->service, sizeof(ret_token->service)),
			  sizeof(ret_token->service));
	return copy;
}

/* A token of which only numbers are looked at. */
static SmbToken
token_of(const void *bytes, uint32_t n)
{
	SmbToken t;

	free(read_token(bytes, n, &t));
	return t;
}

static SmbPasswordType
type_of(const void *bytes, uint32_t n)
{
	SmbToken t;
	void *copy = read_token(bytes, n, &t);
	SmbPasswordType type = smb_classify_ntlmssp(&t);

	free(copy);
	return type;
}

#define TOKEN_OF(array) token_of((array), sizeof(array))
#define TYPE_OF(array) type_of((array), sizeof(array))

static void
expect_text(SmbText text, const char *ascii)
{
	uint32_t unit = text.encoding == SMB_TEXT_UTF16LE ? 2 : 1;

	ck_assert_ptr_nonnull(text.bytes.ptr);
	ck_assert_uint_eq(text.bytes.len, unit * strlen(ascii));
	for (uint32_t i = 0; ascii[i]; i++)
		ck_assert_int_eq(text.bytes.ptr[unit * i], ascii[i]);
}

/* ---- NTLMSSP messages ------------------------------------------------------------------------ */

enum { UNICODE = 1, OEM = 2, REQUEST_TARGET = 4, TARGET_INFO = 0x800000, VERSION = 0x02000000 };

typedef struct {
	const void *bytes;
	int len;
	bool placed; /* offset is given */
	uint32_t offset;
} Part;

static Part
part(const void *bytes, int len)
{
	return (Part){ .bytes = bytes, .len = len };
}

static Part
placed(int len, uint32_t offset)
{
	return (Part){ .len = len, .placed = true, .offset = offset };
}

/*
 * An AUTHENTICATE with a header of the given size (52, 64, 72 or 88); parts lie behind it in their
 * order unless placed.
 */
static Bytes
authenticate(Part lm, Part nt, Part domain, Part user, Part host, uint32_t flags, uint32_t header)
{
	Part parts[] = { lm, nt, domain, user, host };
	Bytes b = { .len = 0 };
	uint32_t at = header;

	put(&b, "NTLMSSP\0\3\0\0\0", 12);
	for (int i = 0; i < 5; i++) {
		put_le(&b, (uint32_t)parts[i].len, 2);
		put_le(&b, 0xFFFF, 2); /* MaxLen is a lie in every test */
		put_le(&b, parts[i].placed ? parts[i].offset : at, 4);
		at += parts[i].placed ? 0 : (uint32_t)parts[i].len;
	}
	if (header >= 64) {
		put_le(&b, 0, 8);
		put_le(&b, flags, 4);
	}
	if (header >= 72)
		put(&b, "\x0A\x00\x61\x4A\0\0\0\x0F", 8);
	while (b.len < header)
		put_le(&b, 0, 1);
	for (int i = 0; i < 5; i++)
		if (!parts[i].placed)
			put(&b, parts[i].bytes, (uint32_t)parts[i].len);
	return b;
}

static const uint8_t zeros[24];
static const uint8_t lm24[24] = { [0] = 0x11, [23] = 0x22 };
static const uint8_t nt24[24] = { [0] = 0x33, [23] = 0x44 };
static const uint8_t ess24[24] = { 1, 2, 3, 4, 5, 6, 7, 8 };
/* NTLMv2: 16 bytes, 01 01, then AV pairs from 44 on: channel bindings, flags 2, end */
static const uint8_t v2[] = {
	[16] = 1, 1, [44] = 10, 0, 16, 0, [63] = 7, 6, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0,
};
static const uint8_t long_but_not_v2[60] = { [16] = 1 };

static SmbPasswordType
classify(const void *lm, int lm_len, const void *nt, int nt_len, const char *user)
{
	Bytes b = authenticate(part(lm, lm_len), part(nt, nt_len), part("D", 1),
			       part(user, (int)strlen(user)), part("H", 1), OEM, 88);

	return type_of(b.bytes, b.len);
}

/* ---- Tests of kinds -------------------------------------------------------------------------- */

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

START_TEST(names_without_their_flags_are_told_where_they_are)
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

START_TEST(challenge_tells_the_server)
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

	ck_assert_int_eq(t.account.encoding, SMB_TEXT_OEM);
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
	ck_assert_int_eq(t.account.encoding, SMB_TEXT_UTF16LE);
	ck_assert_int_eq(t.host.encoding, SMB_TEXT_OEM);
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

	ck_assert(t.has_channel_bindings && t.has_mic && !t.malformed);
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

START_TEST(kerberos_ap_req)
{
	SmbToken t;
	void *copy = read_token(token_ap_req, sizeof(token_ap_req), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_INIT);
	ck_assert_uint_eq(t.offered, SMB_OFFER_KERBEROS);
	expect_text(t.realm, "RIG.TEST");
	ck_assert_str_eq(t.service, "cifs/krbsrv.rig.test");
	ck_assert_int_eq(t.encryption_type, 18);
	ck_assert(!t.malformed);
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_KERBEROS);
	free(copy);
	t = TOKEN_OF(token_ap_rep);
	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REP);
	ck_assert_int_eq(t.neg_state, 0);
	ck_assert_int_eq(t.encryption_type, -1);
	ck_assert(!t.malformed);
}
END_TEST

/* An AP-REQ with the given parts of a service name and encryption type. */
static Bytes
ap_req(const char *const *parts, uint8_t etype)
{
	Bytes names = { .len = 0 };
	Bytes ticket, sname;

	for (; *parts; parts++)
		names = join(names, text_der(0x1B, *parts));
	sname = join(hex("a003020102"), der(0xA1, der(0x30, names)));
	ticket = join(hex("a003020105"), der(0xA1, text_der(0x1B, "R.TEST")));
	ticket = join(ticket, der(0xA2, der(0x30, sname)));
	ticket = join(ticket,
		      der(0xA3, der(0x30, der(0xA0, join(hex("0201"), (Bytes){ .bytes = { etype },
									       .len = 1 })))));
	return der(0x6E, der(0x30, join(hex("a003020105a10302010ea20703050000000000"),
					der(0xA3, der(0x61, der(0x30, ticket))))));
}

static Bytes
gss(const char *oid_hex, const char *id_hex, Bytes message)
{
	return der(0x60, join(join(der(0x06, hex(oid_hex)), hex(id_hex)), message));
}

#define OID_KERBEROS "2a864886f712010202"
#define OID_MS_KERBEROS "2a864882f712010202"
#define OID_USER_TO_USER "2a864886f71201020203"
#define OID_IAKERB "2b0601050205"
#define OID_SPNEGO "2b0601050502"
#define OID_NTLMSSP "2b06010401823702020a"
#define OID_NEGOEX "2b06010401823702021e"

START_TEST(ap_req_counts_under_every_kerberos_oid)
{
	static const char *const parts[] = { "host", "a.test", "realm", NULL };
	static const char *const ids[][2] = {
		{ OID_KERBEROS, "0100" },
		{ OID_MS_KERBEROS, "0100" },
		{ OID_USER_TO_USER, "0100" },
		{ OID_IAKERB, "0100" },
		{ OID_KERBEROS, "" },
		{ OID_IAKERB, "0501 3006 a104 0402 5231" }, /* behind the header of IAKERB_PROXY */
	};
	Bytes bare = ap_req(parts, 23);
	SmbToken t = token_of(bare.bytes, bare.len);

	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
	ck_assert_int_eq(t.encryption_type, 23);
	ck_assert_str_eq(t.service, "host/a.test/realm");
	for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		Bytes b = gss(ids[i][0], ids[i][1], bare);

		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
		ck_assert_str_eq(t.service, "host/a.test/realm");
		ck_assert(!t.malformed);
		b = der(0xA1, der(0x30, der(0xA2, der(0x04, b))));
		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
		ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_RESP);
	}
}
END_TEST

START_TEST(other_legs_of_kerberos)
{
	Bytes as_req = gss(OID_IAKERB, "0501 3006 a104 0402 5231", hex("6a023000"));
	Bytes error = gss(OID_KERBEROS, "0300", hex("7e023000"));
	Bytes wrong = gss(OID_KERBEROS, "0100", hex("6a023000"));
	Bytes bare_error = hex("7e023000");

	ck_assert_int_eq(token_of(as_req.bytes, as_req.len).kind, SMB_TOKEN_KERBEROS_OTHER);
	ck_assert(!token_of(as_req.bytes, as_req.len).malformed);
	ck_assert_int_eq(token_of(error.bytes, error.len).kind, SMB_TOKEN_KERBEROS_ERROR);
	ck_assert_int_eq(token_of(bare_error.bytes, bare_error.len).kind, SMB_TOKEN_KERBEROS_ERROR);
	ck_assert_int_eq(token_of(wrong.bytes, wrong.len).kind, SMB_TOKEN_KERBEROS_OTHER);
	ck_assert(token_of(wrong.bytes, wrong.len).malformed);
	ck_assert_int_eq(type_of(as_req.bytes, as_req.len), SMB_PASSWORD_NONE);
}
END_TEST

START_TEST(service_is_cut_between_characters)
{
	char umlauts[400];
	const char *const parts[] = { "x", umlauts, NULL };
	Bytes b;
	SmbToken t;

	/* 'x', '/' and then characters of two bytes: 255 is not reached with a whole one */
	for (uint32_t i = 0; i < sizeof(umlauts) - 2; i += 2)
		memcpy(umlauts + i, "\xC3\xA4", 2);
	umlauts[sizeof(umlauts) - 2] = '\0';
	b = ap_req(parts, 0x80);
	t = token_of(b.bytes, b.len);
	ck_assert_uint_eq(strlen(t.service), 254);
	ck_assert_int_eq((uint8_t)t.service[253], 0xA4);
	ck_assert_int_eq(t.encryption_type, -128);
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

START_TEST(empty_tokens)
{
	Bytes empty_mech_token = hex("a1 08 30 06 a2 02 04 00 a3 00");
	SmbToken t;

	smb_token_read((SmbSpan){ NULL, 0 }, &t);
	ck_assert_int_eq(t.kind, SMB_TOKEN_NONE);
	ck_assert(!t.malformed);
	ck_assert_ptr_null(smb_token_kind_name(t.kind));
	t = token_of(empty_mech_token.bytes, empty_mech_token.len);
	ck_assert_int_eq(t.kind, SMB_TOKEN_SPNEGO_ONLY);
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

/* ---- What is told of a token ----------------------------------------------------------------- */

static const void *
field_of(const SmbLayout *layout, const SmbTokenView *view, const char *key)
{
	for (uint16_t i = 0; i < layout->count; i++)
		if (strcmp(layout->fields[i].key, key) == 0)
			return (const char *)view + layout->fields[i].offset;
	return NULL;
}

/* The fields inside the one field `token`. */
static const SmbLayout *
describe(SmbTokenView *view)
{
	const SmbLayout *outer = smb_token_describe(view);

	ck_assert_ptr_nonnull(outer);
	ck_assert_uint_eq(outer->count, 1);
	ck_assert_str_eq(outer->fields[0].key, "token");
	return outer->fields[0].items;
}

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
	Bytes no_string = hex("a00a 3008 a306 3004 a002 0500");
	Bytes address = hex("a00d 300b a309 3007 a105 0407 0000 00");
	SmbToken t;
	void *copy = read_token(both.bytes, both.len, &t);

	expect_text(t.hint_name, "abc");
	ck_assert_uint_eq(t.hint_address.len, 7);
	ck_assert(!t.malformed && !t.has_mech_list_mic);
	free(copy);
	ck_assert(token_of(no_string.bytes, no_string.len).malformed);
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

/*
 * [MS-NLMP] 2.2.1.3: an AUTHENTICATE of old clients ends before its flags, at 52 bytes; one of just
 * 64 has them and nothing behind.
 */
START_TEST(flags_are_read_where_they_are_whole)
{
	for (uint32_t n = 52; n <= 72; n++) {
		Bytes b = hex("4e544c4d53535000 03000000");
		SmbToken t;

		for (int field = 0; field < 5; field++) {
			put_le(&b, 0, 4);
			put_le(&b, n, 4);
		}
		put_le(&b, 0, 4);
		put_le(&b, n, 4);
		put_le(&b, 0x00000201, 4);
		put_le(&b, 0, 8);
		t = token_of(b.bytes, n);
		ck_assert_int_eq(t.has_flags, n >= 64);
		ck_assert_uint_eq(t.flags, n >= 64 ? 0x201 : 0);
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

START_TEST(kerberos_types_of_ticket_authenticator_and_reply)
{
	Bytes strange = hex("6f 13 30 11 a003020105 a20a 3008 a004 0202 ff7b a200");
	SmbTokenView view = { 0 };
	void *copy = read_token(token_ap_req, sizeof(token_ap_req), &view.token);
	const SmbLayout *layout = describe(&view);

	ck_assert_int_eq(*(const int32_t *)field_of(layout, &view, "ticket_encryption_type"), 18);
	ck_assert_int_eq(*(const int32_t *)field_of(layout, &view, "authenticator_encryption_type"),
			 18);
	ck_assert_uint_eq(*(const uint32_t *)field_of(layout, &view, "ap_options"), 0x20000000);
	ck_assert_uint_eq(view.token.ticket_kvno, 2);
	free(copy);
	ck_assert_int_eq(TOKEN_OF(token_ap_rep).part_type, 18);
	/* types of Microsoft's are negative */
	ck_assert_int_eq(token_of(strange.bytes, strange.len).part_type, -133);
}
END_TEST

/* KRB-ERROR (RFC 4120 5.9.1) with a code, both realms, a service and a text. */
static Bytes
krb_error(const char *code)
{
	Bytes names = join(text_der(0x1B, "cifs"), text_der(0x1B, "a.test"));
	Bytes sname = join(hex("a003020102"), der(0xA1, der(0x30, names)));
	Bytes fields = hex("a003020105 a10302011e a411180f 32303236313132323036313935335a "
			   "a503020100");

	fields = join(fields, der(0xA6, der(0x02, hex(code))));
	fields = join(fields, der(0xA7, text_der(0x1B, "C.TEST")));
	fields = join(fields, der(0xA9, text_der(0x1B, "S.TEST")));
	fields = join(fields, der(0xAA, der(0x30, sname)));
	fields = join(fields, der(0xAB, text_der(0x1B, "clock")));
	return der(0x7E, der(0x30, fields));
}

START_TEST(kerberos_error_by_name)
{
	static const struct {
		const char *code, *name;
	} all[] = {
		{ "25", "KRB_AP_ERR_SKEW" },
		{ "29", "KRB_AP_ERR_MODIFIED" },
		{ "00", "KDC_ERR_NONE" },
		{ "4c", "KDC_ERR_KDC_NAME_MISMATCH" },
		{ "5b", "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED" }, /* suricata-smb-length-5786 */
		{ "4d", NULL },
		{ "ff", NULL },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(OID_KERBEROS, "0300", krb_error(all[i].code));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);
		const SmbLayout *layout = describe(&view);

		ck_assert_int_eq(view.token.kind, SMB_TOKEN_KERBEROS_ERROR);
		ck_assert(!view.token.malformed);
		expect_text(view.token.realm, "S.TEST");
		expect_text(view.token.client_realm, "C.TEST");
		expect_text(view.token.error_text, "clock");
		expect_text(view.service, "cifs/a.test");
		ck_assert_ptr_nonnull(field_of(layout, &view, "error_code"));
		if (all[i].name)
			expect_text(view.error_name, all[i].name);
		else
			ck_assert_ptr_null(view.error_name.bytes.ptr);
		free(copy);
	}
}
END_TEST

START_TEST(iakerb_by_realm_and_message)
{
	static const struct {
		const char *oid, *id, *message, *name, *realm;
	} all[] = {
		{ OID_IAKERB, "0501 3006 a104 0402 5231", "6a023000", "AS-REQ", "R1" },
		{ OID_IAKERB, "0501 3006 a104 0c02 5231", "6b023000", "AS-REP", "R1" },
		{ OID_IAKERB, "0501 300b a104 0c02 5232 a203 0401 09", "6c023000", "TGS-REQ", "R2" },
		{ OID_IAKERB, "0501 3000", "6d023000", "TGS-REP", NULL },
		{ OID_USER_TO_USER, "0400", "3000", "TGT-REQ", NULL },
		{ OID_USER_TO_USER, "0401", "3000", "TGT-REP", NULL },
		{ OID_IAKERB, "0501 3000", "71023000", NULL, NULL },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(all[i].oid, all[i].id, hex(all[i].message));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);

		describe(&view);
		ck_assert_int_eq(view.token.kind, SMB_TOKEN_KERBEROS_OTHER);
		ck_assert(!view.token.malformed);
		if (all[i].name)
			expect_text(view.message, all[i].name);
		else
			ck_assert_ptr_null(view.message.bytes.ptr);
		if (all[i].realm)
			expect_text(view.token.target_realm, all[i].realm);
		free(copy);
	}
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

/* ---- Tests of rules -------------------------------------------------------------------------- */

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
	ck_assert_int_eq(classify("", 0, "", 0, "bob"), SMB_PASSWORD_MALFORMED);
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
	/* 5 */
	ck_assert_int_eq(classify(lm24, 24, nt24, 24, "bob"), SMB_PASSWORD_NTLMV1_LM);
	/* 6 */
	ck_assert_int_eq(classify(lm24, 24, "", 0, "bob"), SMB_PASSWORD_LM_OR_LMV2);
	ck_assert_int_eq(classify(lm24, 24, "", 0, ""), SMB_PASSWORD_LM_OR_LMV2);
	/* 7 */
	ck_assert_int_eq(classify(lm24, 24, long_but_not_v2, 60, "bob"), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify(lm24, 23, nt24, 24, "bob"), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify(lm24, 24, nt24, 23, "bob"), SMB_PASSWORD_MALFORMED);
	ck_assert_int_eq(classify("", 0, v2, 17, "bob"), SMB_PASSWORD_MALFORMED);
}
END_TEST

/* Every combination of lengths around the borders, by the text of the rules. */
START_TEST(ntlmssp_rules_at_their_borders)
{
	static const uint8_t marked[64] = { [16] = 1, 1, [44] = 0 };
	static const uint8_t half[64] = { [16] = 1 }, other_half[64] = { [17] = 1 };
	static const uint8_t wrong[64] = { [16] = 1, 2 }, late[64] = { [17] = 1, 1 };
	static const struct {
		const uint8_t *nt;
		int nt_len;
		const uint8_t *lm;
		int lm_len;
		SmbPasswordType type;
	} all[] = {
		/* NT response: 23, 24 and 25 bytes, with the mark and without */
		{ marked, 23, lm24, 24, SMB_PASSWORD_MALFORMED },
		{ marked, 24, lm24, 24, SMB_PASSWORD_NTLMV1_LM },
		{ marked, 25, lm24, 24, SMB_PASSWORD_NTLMV2 },
		{ nt24, 23, lm24, 24, SMB_PASSWORD_MALFORMED },
		{ zeros, 24, lm24, 24, SMB_PASSWORD_NTLMV1_LM },
		{ half, 25, lm24, 24, SMB_PASSWORD_MALFORMED },
		{ other_half, 25, lm24, 24, SMB_PASSWORD_MALFORMED },
		{ wrong, 60, lm24, 24, SMB_PASSWORD_MALFORMED },
		{ late, 60, zeros, 24, SMB_PASSWORD_MALFORMED },
		{ marked, 64, zeros, 24, SMB_PASSWORD_NTLMV2 },
		{ marked, 64, zeros, 1, SMB_PASSWORD_NTLMV2 },
		{ marked, 64, nt24, 23, SMB_PASSWORD_NTLMV2 },
		/* LM field beside an NT response of 24 */
		{ nt24, 24, zeros, 0, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, zeros, 1, SMB_PASSWORD_MALFORMED },
		{ nt24, 24, ess24, 8, SMB_PASSWORD_MALFORMED },
		{ nt24, 24, ess24, 23, SMB_PASSWORD_MALFORMED },
		{ nt24, 24, ess24, 24, SMB_PASSWORD_NTLMV1_ESS },
		{ nt24, 24, marked, 25, SMB_PASSWORD_MALFORMED },
		{ nt24, 24, nt24, 24, SMB_PASSWORD_NTLM_ONLY },
		{ nt24, 24, zeros, 24, SMB_PASSWORD_NTLMV1_LM },
		{ zeros, 24, zeros, 24, SMB_PASSWORD_NTLM_ONLY },
		/* ESS before the equal ones: the client's challenge can be what the response is */
		{ ess24, 24, ess24, 24, SMB_PASSWORD_NTLMV1_ESS },
		/* LM alone */
		{ zeros, 0, lm24, 23, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, lm24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ zeros, 0, marked, 25, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, zeros, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ zeros, 0, ess24, 24, SMB_PASSWORD_LM_OR_LMV2 },
		{ zeros, 0, zeros, 1, SMB_PASSWORD_MALFORMED },
		{ zeros, 0, zeros, 0, SMB_PASSWORD_MALFORMED },
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

START_TEST(a_name_outside_of_the_token_is_not_nobody)
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

	put(&b, nt24, 24);
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

/* ---- The forms without a token --------------------------------------------------------------- */

static const SmbServerMode user_challenge = { .challenged = true };
static const SmbServerMode user_plain = { .challenged = false };
static const SmbServerMode share_challenge = { .share_level = true, .challenged = true };
static const SmbServerMode share_plain = { .share_level = true };

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
	expect_nt(user_challenge, "bob", nothing, wide_unmarked, SMB_PASSWORD_NTLMV2,
		  false); /* length decides */
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
	expect_nt(user_challenge, "bob", nothing, nothing, SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "", nothing, (SmbSpan){ lm24, 2 }, SMB_PASSWORD_PLAINTEXT, true);
}
END_TEST

START_TEST(nt_form_at_its_borders)
{
	static const uint8_t long_one[32];
	static const struct {
		uint32_t oem, unicode;
		SmbPasswordType type;
		bool unasked;
	} all[] = {
		{ 24, 23, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 25, SMB_PASSWORD_NTLMV2, false },
		{ 0, 23, SMB_PASSWORD_PLAINTEXT, true },
		{ 0, 24, SMB_PASSWORD_NTLM_ONLY, false },
		{ 0, 25, SMB_PASSWORD_NTLMV2, false },
		{ 1, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 23, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 24, SMB_PASSWORD_NTLM_ONLY, false }, /* both all zero: equal */
		{ 25, 24, SMB_PASSWORD_PLAINTEXT, true },
		{ 23, 0, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 0, SMB_PASSWORD_LM_OR_LMV2, false },
		{ 25, 0, SMB_PASSWORD_PLAINTEXT, true },
		{ 24, 2, SMB_PASSWORD_PLAINTEXT, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		expect_nt(user_challenge, "bob", (SmbSpan){ long_one, all[i].oem },
			  (SmbSpan){ long_one, all[i].unicode }, all[i].type, all[i].unasked);
	/* a single 00 in the one field and two in the other, and nothing longer, are empty */
	expect_nt(user_challenge, "", two_zeros, nothing, SMB_PASSWORD_PLAINTEXT, true);
	expect_nt(user_challenge, "", nothing, one_zero, SMB_PASSWORD_PLAINTEXT, true);
	/* responses of nobody's are somebody's */
	expect_nt(user_challenge, "", a24, b24, SMB_PASSWORD_NTLMV1_LM, false);
	expect_nt(user_challenge, "", a24, nothing, SMB_PASSWORD_LM_OR_LMV2, false);
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
	/* a length alone decides */
	ck_assert_int_eq(smb_classify_nt(user_challenge, account_of("bob"), (SmbSpan){ NULL, 0 },
					 24, (SmbSpan){ NULL, 0 }, 300, &unasked),
			 SMB_PASSWORD_NTLMV2);
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
	expect_lanman(user_challenge, "bob", one_zero, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "bob", word, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_plain, "bob", word, SMB_PASSWORD_PLAINTEXT, false);
	expect_lanman(user_challenge, "", word, SMB_PASSWORD_PLAINTEXT, true);
	/* the borders */
	expect_lanman(user_challenge, "bob", (SmbSpan){ lm24, 23 }, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "", a24, SMB_PASSWORD_LM, false);
	expect_lanman(user_challenge, "bob", (SmbSpan){ v2, 25 }, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "", two_zeros, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_challenge, "bob", nothing, SMB_PASSWORD_PLAINTEXT, true);
	expect_lanman(user_plain, "", one_zero, SMB_PASSWORD_ANONYMOUS, false);
}
END_TEST

START_TEST(share_level)
{
	/* the session setup names an identity only */
	expect_nt(share_challenge, "bob", nothing, nothing, SMB_PASSWORD_NONE, false);
	expect_nt(share_plain, "", one_zero, two_zeros, SMB_PASSWORD_NONE, false);
	expect_lanman(share_plain, "bob", one_zero, SMB_PASSWORD_NONE, false);
	/* one that sends a secret all the same has sent it */
	expect_nt(share_plain, "bob", word, nothing, SMB_PASSWORD_PLAINTEXT, false);
	/* the tree connect has the secret */
	ck_assert_int_eq(smb_classify_share(share_challenge, a24, 24), SMB_PASSWORD_LM);
	ck_assert_int_eq(smb_classify_share(share_plain, a24, 24), SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_challenge, word, 6), SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_plain, word, 6), SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_plain, nothing, 0), SMB_PASSWORD_ANONYMOUS);
	ck_assert_int_eq(smb_classify_share(share_challenge, one_zero, 1), SMB_PASSWORD_ANONYMOUS);
	ck_assert_int_eq(smb_classify_share(share_challenge, (SmbSpan){ lm24, 1 }, 1),
			 SMB_PASSWORD_PLAINTEXT);
	/* the borders */
	ck_assert_int_eq(smb_classify_share(share_challenge, (SmbSpan){ lm24, 23 }, 23),
			 SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_challenge, (SmbSpan){ v2, 25 }, 25),
			 SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_challenge, two_zeros, 2), SMB_PASSWORD_PLAINTEXT);
	ck_assert_int_eq(smb_classify_share(share_plain, one_zero, 1), SMB_PASSWORD_ANONYMOUS);
	/* user level: the filler is no password */
	ck_assert_int_eq(smb_classify_share(user_challenge, one_zero, 1), SMB_PASSWORD_NONE);
}
END_TEST

/* ---- Tests of DER that lies ------------------------------------------------------------------ */

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
		"a1 0a 30 08 a0 06 0a 05 0000000001", /* one of five bytes */
		"bf 85 12 02 30 00",                  /* a tag of more bytes */
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

START_TEST(what_is_there_of_a_cut_token_is_told)
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

static void
add_kinds(Suite *suite)
{
	TCase *tc = tcase_create("kinds");

	tcase_add_test(tc, server_list_offers_and_has_no_token);
	tcase_add_test(tc, negotiate_in_spnego);
	tcase_add_test(tc, raw_negotiate_has_oem_names_where_the_version_would_be);
	tcase_add_test(tc, version_is_not_read_out_of_payload);
	tcase_add_test(tc, names_without_their_flags_are_told_where_they_are);
	tcase_add_test(tc, challenge_tells_the_server);
	tcase_add_test(tc, oldest_challenge_ends_with_its_challenge);
	tcase_add_test(tc, ntlmv2_authenticate);
	tcase_add_test(tc, raw_authenticate_without_version);
	tcase_add_test(tc, oem_text_by_flag);
	tcase_add_test(tc, authenticate_of_52_bytes_has_no_flags);
	tcase_add_test(tc, version_only_with_flag_and_room);
	tcase_add_test(tc, channel_bindings_and_mic_from_av_pairs);
	tcase_add_test(tc, spnego_states);
	tcase_add_test(tc, kerberos_ap_req);
	tcase_add_test(tc, ap_req_counts_under_every_kerberos_oid);
	tcase_add_test(tc, other_legs_of_kerberos);
	tcase_add_test(tc, service_is_cut_between_characters);
	tcase_add_test(tc, offers);
	tcase_add_test(tc, negoex_and_what_nobody_knows);
	tcase_add_test(tc, the_token_sent_decides_not_the_offer);
	tcase_add_test(tc, empty_tokens);
	tcase_add_test(tc, kinds_have_names);
	suite_add_tcase(suite, tc);
}

static void
add_told(Suite *suite)
{
	TCase *tc = tcase_create("told");

	tcase_add_test(tc, hints_and_mechanisms_in_order);
	tcase_add_test(tc, states_beyond_the_known_have_no_name);
	tcase_add_test(tc, flags_are_read_where_they_are_whole);
	tcase_add_test(tc, hints_that_lie);
	tcase_add_test(tc, supported_mechanism_by_name_or_number);
	tcase_add_test(tc, an_identifier_longer_than_its_room_is_cut);
	tcase_add_test(tc, a_token_that_is_not_of_the_first_mechanism);
	tcase_add_test(tc, target_info_of_both_sides);
	tcase_add_test(tc, no_secret_is_a_field);
	tcase_add_test(tc, kerberos_types_of_ticket_authenticator_and_reply);
	tcase_add_test(tc, kerberos_error_by_name);
	tcase_add_test(tc, iakerb_by_realm_and_message);
	tcase_add_test(tc, negoex_messages_by_name);
	tcase_add_test(tc, length_that_a_token_declares);
	suite_add_tcase(suite, tc);
}

static void
add_rules(Suite *suite)
{
	TCase *tc = tcase_create("rules");

	tcase_add_test(tc, types_of_real_tokens);
	tcase_add_test(tc, ntlmssp_rules_in_their_order);
	tcase_add_test(tc, ntlmssp_rules_at_their_borders);
	tcase_add_test(tc, nt_form_at_its_borders);
	tcase_add_test(tc, nt_form_where_challenged);
	tcase_add_test(tc, nt_form_where_lengths_prove_nothing);
	tcase_add_test(tc, nt_form_with_bytes_that_are_not_there);
	tcase_add_test(tc, lanman_form);
	tcase_add_test(tc, share_level);
	suite_add_tcase(suite, tc);
}

static void
add_hostile(Suite *suite)
{
	TCase *tc = tcase_create("hostile");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, fields_outside_of_the_token_are_malformed);
	tcase_add_test(tc, a_name_outside_of_the_token_is_not_nobody);
	tcase_add_test(tc, overlapping_and_reversed_fields);
	tcase_add_test(tc, av_pairs_without_end);
	tcase_add_test(tc, lengths_that_lie);
	tcase_add_test(tc, lengths_of_up_to_four_bytes_are_fine);
	tcase_add_test(tc, what_is_there_of_a_cut_token_is_told);
	tcase_add_test(tc, depth_of_a_hundred);
	tcase_add_loop_test(tc, every_token_cut_at_every_byte, 0, N_TOKENS);
	tcase_add_loop_test(tc, every_byte_of_every_token_turned, 0, N_TOKENS);
	suite_add_tcase(suite, tc);
}

int
main(void)
{
	Suite *suite = suite_create("security");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_kinds(suite);
	add_told(suite);
	add_rules(suite);
	add_hostile(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
