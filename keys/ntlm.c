/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Session keys of NTLM from a password's hash and the exchange: [MS-NLMP] 3.3.1, 3.3.2, 3.4.5.1. A
 * hash is tried by computing the response that was sent, so a key from here is the right one.
 */
#include <string.h>

#include "keys/internal.h"
#include "keys/vault.h"

enum {
	/* [MS-NLMP] 2.2.2.5 */
	NTLMSSP_NEGOTIATE_LM_KEY = 0x00000080,
	NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY = 0x00080000,
	NTLMSSP_REQUEST_NON_NT_SESSION_KEY = 0x00400000,
	NTLMSSP_NEGOTIATE_KEY_EXCH = 0x40000000,

	RESPONSE = 24, /* of version 1 */
	PROOF = 16,    /* at the beginning of a response of version 2 */
	LM_PASSWORD = 14,
	WIDE = 2 * 256, /* bytes of a name or a password in UTF-16 */
};

static SmbSpan
span(const void *bytes, size_t size)
{
	return (SmbSpan){ bytes, (uint32_t)size };
}

/* ---- names and passwords ---- */

static uint32_t
put_unit(uint8_t *out, uint32_t at, uint32_t unit)
{
	out[at] = (uint8_t)unit;
	out[at + 1] = (uint8_t)(unit >> 8);
	return at + 2;
}

/* UTF-16LE; returns how many bytes, at most WIDE. */
static uint32_t
widen(SmbText text, bool upper, uint8_t out[WIDE])
{
	uint32_t at = 0, n = 0, character;

	while (n + 4 <= WIDE && smb_text_next(text, &at, &character)) {
		if (upper)
			character = g_unichar_toupper(character);
		if (character < 0x10000) {
			n = put_unit(out, n, character);
			continue;
		}
		character -= 0x10000;
		n = put_unit(out, n, 0xD800 | character >> 10);
		n = put_unit(out, n, 0xDC00 | (character & 0x3FF));
	}
	return n;
}

bool
keys_ntlm_fold(SmbText name, char out[KEYS_NAME])
{
	uint32_t at = 0, character;
	size_t n = 0;

	while (smb_text_next(name, &at, &character)) {
		if (n + 4 >= KEYS_NAME)
			return false;
		n += smb_character_utf8(g_unichar_tolower(character), out + n);
	}
	memset(out + n, 0, KEYS_NAME - n);
	return true;
}

/* LMOWFv1: of at most 14 characters in upper case. Others than ASCII would need the code page. */
static bool
lm_hash(SmbText password, uint8_t ret_hash[KEYS_SIZE])
{
	static const uint8_t magic[] = { 'K', 'G', 'S', '!', '@', '#', '$', '%' };
	uint8_t upper[LM_PASSWORD] = { 0 };
	uint32_t at = 0, n = 0, character;
	bool fits = true;

	while (fits && smb_text_next(password, &at, &character)) {
		fits = n < LM_PASSWORD && character < 0x80;
		if (fits)
			upper[n++] = (uint8_t)g_ascii_toupper((char)character);
	}
	keys_des(upper, magic, ret_hash);
	keys_des(upper + LM_PASSWORD / 2, magic, ret_hash + sizeof(magic));
	keys_wipe(upper, sizeof(upper));
	return fits;
}

void
keys_ntlm_hash(SmbText password, KeyAccount *account)
{
	uint8_t wide[WIDE];

	keys_md4(span(wide, widen(password, false, wide)), account->nt);
	account->has_lm = lm_hash(password, account->lm);
	keys_wipe(wide, sizeof(wide));
}

/* ---- session keys ---- */

/* NTOWFv2, which is LMOWFv2 as well. */
static void
owf_v2(const KeyAccount *account, const KeyLogon *l, uint8_t ret_hash[KEYS_SIZE])
{
	uint8_t name[WIDE], domain[WIDE];
	uint32_t n = widen(l->account, true, name);

	keys_hmac_md5(account->nt, span(name, n), span(domain, widen(l->domain, false, domain)),
		      ret_hash);
}

/* 3.3.2: the proof is the HMAC of the server's challenge and what follows the proof. */
static bool
base_v2(const KeyAccount *account, const KeyLogon *l, SmbSpan response, uint8_t *ret_base)
{
	uint8_t owf[KEYS_SIZE], proof[KEYS_SIZE];
	bool fits;

	owf_v2(account, l, owf);
	keys_hmac_md5(owf, span(l->challenge, 8), smb_span_after(response, PROOF), proof);
	fits = keys_equal(proof, response.ptr, PROOF);
	keys_hmac_md5(owf, span(proof, PROOF), span(NULL, 0), ret_base);
	keys_wipe(owf, sizeof(owf));
	return fits;
}

static bool
answers(const uint8_t *hash, const uint8_t *challenge, SmbSpan response)
{
	uint8_t computed[RESPONSE];

	keys_desl(hash, challenge, computed);
	return keys_equal(computed, response.ptr, RESPONSE);
}

/* 3.3.1 with extended session security: the challenge is one of both sides. */
static bool
base_ess(const KeyAccount *account, const KeyLogon *l, uint8_t *ret_base)
{
	uint8_t both[16], base[KEYS_SIZE];
	SmbSpan client = smb_span_first(l->lm, 8);

	keys_md5(span(l->challenge, 8), client, both);
	if (!answers(account->nt, both, l->nt))
		return false;
	keys_md4(span(account->nt, KEYS_SIZE), base);
	keys_hmac_md5(base, span(l->challenge, 8), client, ret_base);
	keys_wipe(base, sizeof(base));
	return true;
}

/* 3.4.5.1, what the flags ask for in place of the user's session key. */
static void
exchange_lm(const KeyAccount *account, const KeyLogon *l, uint8_t *base)
{
	uint8_t padded[7];

	if (!l->ntlmssp || !account->has_lm)
		return;
	if (l->flags & NTLMSSP_NEGOTIATE_LM_KEY && l->lm.len >= 8) {
		memset(padded, 0xBD, sizeof(padded));
		padded[0] = account->lm[7];
		keys_des(account->lm, l->lm.ptr, base);
		keys_des(padded, l->lm.ptr, base + 8);
		keys_wipe(padded, sizeof(padded));
	} else if (l->flags & NTLMSSP_REQUEST_NON_NT_SESSION_KEY) {
		memcpy(base, account->lm, 8);
		memset(base + 8, 0, 8);
	}
}

/* 3.3.1. Without a response of NT the key is that of LAN Manager. */
static bool
base_v1(const KeyAccount *account, const KeyLogon *l, uint8_t *ret_base)
{
	if (l->nt.len == RESPONSE) {
		if (!answers(account->nt, l->challenge, l->nt))
			return false;
		keys_md4(span(account->nt, KEYS_SIZE), ret_base);
	} else {
		if (l->lm.len != RESPONSE || !account->has_lm ||
		    !answers(account->lm, l->challenge, l->lm))
			return false;
		memcpy(ret_base, account->lm, 8);
		memset(ret_base + 8, 0, 8);
	}
	exchange_lm(account, l, ret_base);
	return true;
}

static bool
base_key(const KeyAccount *account, const KeyLogon *l, uint8_t *ret_base)
{
	bool ess = l->ntlmssp && l->flags & NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY;

	if (l->nt.len > RESPONSE)
		return base_v2(account, l, l->nt, ret_base);
	if (ess && l->nt.len == RESPONSE && l->lm.len == RESPONSE)
		return base_ess(account, l, ret_base);
	if (base_v1(account, l, ret_base))
		return true;
	/* LMv2 alone: 3.3.2 with the client's challenge in place of the blob. */
	return !l->nt.len && l->lm.len == RESPONSE && base_v2(account, l, l->lm, ret_base);
}

bool
keys_ntlm_session(const KeyAccount *account, const KeyLogon *logon, Key *ret_key)
{
	uint8_t base[KEYS_SIZE] = { 0 };
	bool fits = logon->challenge && base_key(account, logon, base);

	if (fits) {
		ret_key->size = KEYS_SIZE;
		if (logon->ntlmssp && logon->flags & NTLMSSP_NEGOTIATE_KEY_EXCH &&
		    logon->session_key.len == KEYS_SIZE)
			keys_rc4(base, logon->session_key.ptr, ret_key->bytes);
		else
			memcpy(ret_key->bytes, base, KEYS_SIZE);
	}
	keys_wipe(base, sizeof(base));
	return fits;
}

bool
keys_ntlm_find(const KeyRing *ring, const KeyLogon *logon, Key *ret_key, bool *ret_known)
{
	char name[KEYS_NAME], domain[KEYS_NAME];

	*ret_known = false;
	if (!keys_ntlm_fold(logon->account, name) || !keys_ntlm_fold(logon->domain, domain))
		return false;
	for (uint32_t i = 0; i < ring->n_accounts; i++) {
		const KeyAccount *a = &ring->accounts[i];

		if (strcmp(a->name, name) != 0 || (a->domain[0] && strcmp(a->domain, domain) != 0))
			continue;
		*ret_known = true;
		if (keys_ntlm_session(a, logon, ret_key))
			return true;
	}
	return false;
}

bool
keys_ntlm_anonymous(const SmbToken *token)
{
	return token->kind == SMB_TOKEN_NTLM_AUTHENTICATE && smb_text_is_empty(token->account) &&
	       !token->nt_length;
}
