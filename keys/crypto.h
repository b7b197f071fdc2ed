/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the protocols compute with a key. All of it is put together from nettle's functions; nothing
 * keeps state, and what is secret in between is wiped before a function returns.
 */
#pragma once

#include "dissect/wire/reader.h"

enum {
	KEYS_SIZE = 16,     /* of an NT hash, a session key, a signing key */
	KEYS_SIZE_MAX = 32, /* of a full session key, a key of AES-256 */
	KEYS_HASH = 64,     /* SHA-512: the preauthentication integrity hash */
	KEYS_SIGNATURE = 16,
	KEYS_SIGNATURE1 = 8,
	KEYS_NONCE = 16,
};

/* Algorithms by their numbers: [MS-SMB2] 2.2.3.1.7 and 2.2.3.1.2. */
typedef enum { KEYS_HMAC_SHA256, KEYS_AES_CMAC, KEYS_AES_GMAC } KeysSigning;
typedef enum {
	KEYS_NO_CIPHER,
	KEYS_AES128_CCM,
	KEYS_AES128_GCM,
	KEYS_AES256_CCM,
	KEYS_AES256_GCM,
} KeysCipher;

/* Whether a cipher has keys of 32 bytes. */
static inline bool
keys_cipher_is_long(KeysCipher cipher)
{
	return cipher >= KEYS_AES256_CCM;
}

/* Whether two secrets are the same, in a time that does not tell where they differ. */
bool keys_equal(const uint8_t *a, const uint8_t *b, size_t size);

/* ---- SMB2: [MS-SMB2] 3.1.4 ---- */

/* SP800-108 in counter mode with HMAC-SHA256 (3.1.4.2): `size` bytes, 16 or 32. */
void keys_derive(SmbSpan key, SmbSpan label, SmbSpan context, uint8_t *ret_key, size_t size);
/* hash = SHA-512(hash, message): 3.2.5.2, 3.2.5.3.1. */
void keys_preauth(uint8_t hash[KEYS_HASH], SmbSpan message);
/*
 * The signature of a message whose header's signature counts as zero (3.1.4.1). `key` has 16 bytes;
 * `mid` and `role` (bits of the nonce's last four bytes) are for AES-GMAC. The message has at least
 * a header.
 */
void keys_sign2(KeysSigning algorithm, const uint8_t *key, SmbSpan message, uint64_t mid,
		uint32_t role, uint8_t ret_signature[KEYS_SIGNATURE]);
/*
 * Decrypts (3.1.4.3): `plain` has room for cipher.len bytes. False, and the bytes mean nothing, if
 * the tag does not fit.
 */
bool keys_decrypt(KeysCipher algorithm, const uint8_t *key, const uint8_t nonce[KEYS_NONCE],
		  SmbSpan authenticated, SmbSpan cipher, const uint8_t tag[KEYS_SIGNATURE],
		  uint8_t *plain);

/* ---- SMB1: [MS-CIFS] 3.1.4.1 ---- */

/*
 * The signature of a message by its sequence number, which counts in place of the header's
 * signature. The message has at least a header.
 */
void keys_sign1(SmbSpan mac_key, SmbSpan message, uint32_t sequence,
		uint8_t ret_signature[KEYS_SIGNATURE1]);

/* ---- NTLM: [MS-NLMP] 3.3, 3.4.5 ---- */

void keys_md4(SmbSpan bytes, uint8_t ret_hash[16]);
/* MD5 of one or two pieces. */
void keys_md5(SmbSpan a, SmbSpan b, uint8_t ret_hash[16]);
/* HMAC-MD5 of one or two pieces; `key` has 16 bytes. */
void keys_hmac_md5(const uint8_t *key, SmbSpan a, SmbSpan b, uint8_t ret_hash[16]);
/* RC4 of 16 bytes under a key of 16 bytes. */
void keys_rc4(const uint8_t *key, const uint8_t *in, uint8_t *out);
/* DES of 8 bytes under 7 bytes of key. */
void keys_des(const uint8_t *key7, const uint8_t *in, uint8_t *out);
/* DESL(): [MS-NLMP] 6. `key` has 16 bytes, the challenge 8. */
void keys_desl(const uint8_t *key, const uint8_t *challenge, uint8_t ret_response[24]);
