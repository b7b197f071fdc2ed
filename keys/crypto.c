/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The primitives, each a few calls of nettle.
 *
 * Why nettle: it has everything that SMB ever used, MD4, RC4 and single DES included, which others
 * have dropped, hidden behind a switch or forbidden by a policy of the machine (OpenSSL's legacy
 * provider, GnuTLS and libgcrypt in FIPS mode). Its functions are pure: a context on the stack, no
 * initialisation, no global state, no threads, no allocation, no engine or configuration file that
 * is read, so that a context is wiped as it was made, and the sandbox and `no globals` hold. It is
 * small, is there on every system that has GnuTLS, and uses AES and carry-less multiplication of
 * the processor where there are any.
 */
#include "keys/crypto.h"

#include <nettle/arcfour.h>
#include <nettle/ccm.h>
#include <nettle/cmac.h>
#include <nettle/des.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <string.h>

#include "keys/vault.h"

enum {
	GCM_NONCE = 12, /* [MS-SMB2] 2.2.41 */
	CCM_NONCE = 11,
	SIGNATURE2_OFFSET = 48, /* in the header: [MS-SMB2] 2.2.1.2 */
	SIGNATURE1_OFFSET = 14, /* [MS-CIFS] 2.2.3.1 */
};

bool
keys_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	return memeql_sec(a, b, size);
}

/* ---- SMB2 ---- */

static void
put_be32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

void
keys_derive(SmbSpan key, SmbSpan label, SmbSpan context, uint8_t *ret_key, size_t size)
{
	struct hmac_sha256_ctx hmac;
	uint8_t number[4];
	static const uint8_t zero;

	/* One block is enough: L is never more than the 256 bits of the PRF. */
	hmac_sha256_set_key(&hmac, key.len, key.ptr);
	put_be32(number, 1);
	hmac_sha256_update(&hmac, sizeof(number), number);
	hmac_sha256_update(&hmac, label.len, label.ptr);
	hmac_sha256_update(&hmac, 1, &zero);
	hmac_sha256_update(&hmac, context.len, context.ptr);
	put_be32(number, (uint32_t)size * 8);
	hmac_sha256_update(&hmac, sizeof(number), number);
	hmac_sha256_digest(&hmac, size, ret_key);
	keys_wipe(&hmac, sizeof(hmac));
}

void
keys_preauth(uint8_t hash[KEYS_HASH], SmbSpan message)
{
	struct sha512_ctx sha;

	sha512_init(&sha);
	sha512_update(&sha, KEYS_HASH, hash);
	sha512_update(&sha, message.len, message.ptr);
	sha512_digest(&sha, KEYS_HASH, hash);
}

/* The message in three pieces: before the signature, in its place, after it. */
typedef struct {
	SmbSpan before, place, after;
} Pieces;

static Pieces
pieces_of(SmbSpan message, uint32_t offset, const uint8_t *place, uint32_t size)
{
	return (Pieces){ smb_span_first(message, offset),
			 { place, size },
			 smb_span_after(message, offset + size) };
}

static void
hmac_sha256(const uint8_t *key, const Pieces *p, uint8_t *signature)
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, KEYS_SIZE, key);
	hmac_sha256_update(&hmac, p->before.len, p->before.ptr);
	hmac_sha256_update(&hmac, p->place.len, p->place.ptr);
	hmac_sha256_update(&hmac, p->after.len, p->after.ptr);
	hmac_sha256_digest(&hmac, KEYS_SIGNATURE, signature);
	keys_wipe(&hmac, sizeof(hmac));
}

static void
aes_cmac(const uint8_t *key, const Pieces *p, uint8_t *signature)
{
	struct cmac_aes128_ctx cmac;

	cmac_aes128_set_key(&cmac, key);
	cmac_aes128_update(&cmac, p->before.len, p->before.ptr);
	cmac_aes128_update(&cmac, p->place.len, p->place.ptr);
	cmac_aes128_update(&cmac, p->after.len, p->after.ptr);
	cmac_aes128_digest(&cmac, KEYS_SIGNATURE, signature);
	keys_wipe(&cmac, sizeof(cmac));
}

/*
 * AAD comes in whole blocks but for its end. The signature's place begins and ends at a multiple of
 * 16, so that the pieces do.
 */
static void
aes_gmac(const uint8_t *key, const Pieces *p, uint64_t mid, uint32_t role, uint8_t *signature)
{
	struct gcm_aes128_ctx gcm;
	uint8_t nonce[GCM_NONCE];

	for (int i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(mid >> 8 * i);
	for (int i = 0; i < 4; i++)
		nonce[8 + i] = (uint8_t)(role >> 8 * i);
	gcm_aes128_set_key(&gcm, key);
	gcm_aes128_set_iv(&gcm, sizeof(nonce), nonce);
	gcm_aes128_update(&gcm, p->before.len, p->before.ptr);
	gcm_aes128_update(&gcm, p->place.len, p->place.ptr);
	gcm_aes128_update(&gcm, p->after.len, p->after.ptr);
	gcm_aes128_digest(&gcm, KEYS_SIGNATURE, signature);
	keys_wipe(&gcm, sizeof(gcm));
}

void
keys_sign2(KeysSigning algorithm, const uint8_t *key, SmbSpan message, uint64_t mid, uint32_t role,
	   uint8_t ret_signature[KEYS_SIGNATURE])
{
	static const uint8_t zeros[KEYS_SIGNATURE];
	Pieces p = pieces_of(message, SIGNATURE2_OFFSET, zeros, sizeof(zeros));

	if (algorithm == KEYS_HMAC_SHA256)
		hmac_sha256(key, &p, ret_signature);
	else if (algorithm == KEYS_AES_CMAC)
		aes_cmac(key, &p, ret_signature);
	else
		aes_gmac(key, &p, mid, role, ret_signature);
}

static void
decrypt_gcm(KeysCipher algorithm, const uint8_t *key, const uint8_t *nonce, SmbSpan aad,
	    SmbSpan cipher, uint8_t *tag, uint8_t *plain)
{
	union {
		struct gcm_aes128_ctx small;
		struct gcm_aes256_ctx large;
	} gcm;

	if (algorithm == KEYS_AES128_GCM) {
		gcm_aes128_set_key(&gcm.small, key);
		gcm_aes128_set_iv(&gcm.small, GCM_NONCE, nonce);
		gcm_aes128_update(&gcm.small, aad.len, aad.ptr);
		gcm_aes128_decrypt(&gcm.small, cipher.len, plain, cipher.ptr);
		gcm_aes128_digest(&gcm.small, KEYS_SIGNATURE, tag);
	} else {
		gcm_aes256_set_key(&gcm.large, key);
		gcm_aes256_set_iv(&gcm.large, GCM_NONCE, nonce);
		gcm_aes256_update(&gcm.large, aad.len, aad.ptr);
		gcm_aes256_decrypt(&gcm.large, cipher.len, plain, cipher.ptr);
		gcm_aes256_digest(&gcm.large, KEYS_SIGNATURE, tag);
	}
	keys_wipe(&gcm, sizeof(gcm));
}

static void
decrypt_ccm(KeysCipher algorithm, const uint8_t *key, const uint8_t *nonce, SmbSpan aad,
	    SmbSpan cipher, uint8_t *tag, uint8_t *plain)
{
	union {
		struct ccm_aes128_ctx small;
		struct ccm_aes256_ctx large;
	} ccm;

	if (algorithm == KEYS_AES128_CCM) {
		ccm_aes128_set_key(&ccm.small, key);
		ccm_aes128_set_nonce(&ccm.small, CCM_NONCE, nonce, aad.len, cipher.len,
				     KEYS_SIGNATURE);
		ccm_aes128_update(&ccm.small, aad.len, aad.ptr);
		ccm_aes128_decrypt(&ccm.small, cipher.len, plain, cipher.ptr);
		ccm_aes128_digest(&ccm.small, KEYS_SIGNATURE, tag);
	} else {
		ccm_aes256_set_key(&ccm.large, key);
		ccm_aes256_set_nonce(&ccm.large, CCM_NONCE, nonce, aad.len, cipher.len,
				     KEYS_SIGNATURE);
		ccm_aes256_update(&ccm.large, aad.len, aad.ptr);
		ccm_aes256_decrypt(&ccm.large, cipher.len, plain, cipher.ptr);
		ccm_aes256_digest(&ccm.large, KEYS_SIGNATURE, tag);
	}
	keys_wipe(&ccm, sizeof(ccm));
}

bool
keys_decrypt(KeysCipher algorithm, const uint8_t *key, const uint8_t nonce[KEYS_NONCE],
	     SmbSpan authenticated, SmbSpan cipher, const uint8_t tag[KEYS_SIGNATURE],
	     uint8_t *plain)
{
	uint8_t computed[KEYS_SIGNATURE] = { 0 };

	switch (algorithm) {
	case KEYS_AES128_GCM:
	case KEYS_AES256_GCM:
		decrypt_gcm(algorithm, key, nonce, authenticated, cipher, computed, plain);
		break;
	case KEYS_AES128_CCM:
	case KEYS_AES256_CCM:
		decrypt_ccm(algorithm, key, nonce, authenticated, cipher, computed, plain);
		break;
	case KEYS_NO_CIPHER:
		return false;
	}
	return keys_equal(computed, tag, KEYS_SIGNATURE);
}

/* ---- SMB1 ---- */

void
keys_sign1(SmbSpan mac_key, SmbSpan message, uint32_t sequence,
	   uint8_t ret_signature[KEYS_SIGNATURE1])
{
	uint8_t place[KEYS_SIGNATURE1] = { 0 };
	Pieces p = pieces_of(message, SIGNATURE1_OFFSET, place, sizeof(place));
	struct md5_ctx md5;

	for (int i = 0; i < 4; i++)
		place[i] = (uint8_t)(sequence >> 8 * i);
	md5_init(&md5);
	md5_update(&md5, mac_key.len, mac_key.ptr);
	md5_update(&md5, p.before.len, p.before.ptr);
	md5_update(&md5, p.place.len, p.place.ptr);
	md5_update(&md5, p.after.len, p.after.ptr);
	md5_digest(&md5, KEYS_SIGNATURE1, ret_signature);
	keys_wipe(&md5, sizeof(md5));
}

/* ---- NTLM ---- */

void
keys_md4(SmbSpan bytes, uint8_t ret_hash[16])
{
	struct md4_ctx md4;

	md4_init(&md4);
	md4_update(&md4, bytes.len, bytes.ptr);
	md4_digest(&md4, MD4_DIGEST_SIZE, ret_hash);
	keys_wipe(&md4, sizeof(md4));
}

void
keys_md5(SmbSpan a, SmbSpan b, uint8_t ret_hash[16])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, a.len, a.ptr);
	md5_update(&md5, b.len, b.ptr);
	md5_digest(&md5, MD5_DIGEST_SIZE, ret_hash);
	keys_wipe(&md5, sizeof(md5));
}

void
keys_hmac_md5(const uint8_t *key, SmbSpan a, SmbSpan b, uint8_t ret_hash[16])
{
	struct hmac_md5_ctx hmac;

	hmac_md5_set_key(&hmac, KEYS_SIZE, key);
	hmac_md5_update(&hmac, a.len, a.ptr);
	hmac_md5_update(&hmac, b.len, b.ptr);
	hmac_md5_digest(&hmac, MD5_DIGEST_SIZE, ret_hash);
	keys_wipe(&hmac, sizeof(hmac));
}

void
keys_rc4(const uint8_t *key, const uint8_t *in, uint8_t *out)
{
	struct arcfour_ctx rc4;

	arcfour_set_key(&rc4, KEYS_SIZE, key);
	arcfour_crypt(&rc4, KEYS_SIZE, out, in);
	keys_wipe(&rc4, sizeof(rc4));
}

/* Each byte of a DES key has seven bits of it; the lowest is parity, which is not looked at. */
void
keys_des(const uint8_t *key7, const uint8_t *in, uint8_t *out)
{
	struct des_ctx des;
	uint8_t key[DES_KEY_SIZE];
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++)
		bits = bits << 8 | key7[i];
	for (int i = 0; i < DES_KEY_SIZE; i++)
		key[i] = (uint8_t)(bits >> (49 - 7 * i) << 1);
	/* False for a weak key, which is set all the same. */
	(void)des_set_key(&des, key);
	des_encrypt(&des, DES_BLOCK_SIZE, out, in);
	keys_wipe(key, sizeof(key));
	keys_wipe(&bits, sizeof(bits));
	keys_wipe(&des, sizeof(des));
}

void
keys_desl(const uint8_t *key, const uint8_t *challenge, uint8_t ret_response[24])
{
	uint8_t padded[21] = { 0 };

	memcpy(padded, key, KEYS_SIZE);
	for (int i = 0; i < 3; i++)
		keys_des(padded + (ptrdiff_t)7 * i, challenge, ret_response + (ptrdiff_t)8 * i);
	keys_wipe(padded, sizeof(padded));
}
