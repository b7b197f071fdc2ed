/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which kind of secret was sent, judged by lengths and bytes. The order of the rules matters: six
 * public tools that applied one of them too early, or relied on flags or fixed offsets, get NTLM
 * wrong.
 */
#include <glib.h>

#include "dissect/security/mechanism.h"

enum {
	/* LM, LMv2, NTLMv1 ([MS-NLMP] 2.2.2.3, 2.2.2.4, 2.2.2.6); NTLMv2 is always longer. */
	RESPONSE_SIZE = 24,
	/* The client's, in the LM field ([MS-NLMP] 3.3.1). */
	ESS_CHALLENGE = 8,
	/* NTProofStr and what comes before the AV pairs ([MS-NLMP] 2.2.2.7, 2.2.2.8). */
	V2_SIZE_MIN = 16 + 28,
};

static bool
all_zero(SmbReader r)
{
	while (smb_reader_left(&r) > 0)
		if (smb_reader_u8(&r) != 0)
			return false;
	return true;
}

/* Empty, or `most` zero bytes, which is how an empty string with its terminator is sent. */
static bool
is_empty(SmbSpan secret, uint32_t length, uint32_t most)
{
	if (length == 0)
		return true;
	return length == most && secret.len == length && all_zero(smb_reader_from_span(secret));
}

/*
 * An LM field that holds the client challenge of extended session security: 8 bytes, then 16 zeros
 * ([MS-NLMP] 3.3.1). It is no field of zeros, which response() makes none of.
 */
static bool
is_ess(SmbSpan lm)
{
	SmbReader tail = smb_reader_from_span(lm);

	smb_reader_skip(&tail, ESS_CHALLENGE);
	return lm.len == RESPONSE_SIZE && all_zero(tail);
}

/*
 * The length of a response in a field: 24 zeros are none. No cipher makes them of a challenge, and
 * some clients fill a field with them that they leave out ([MS-NLMP] 3.1.5.1.2 says so for LM).
 */
static uint16_t
response_length(SmbSpan field, uint16_t length)
{
	bool none = length == RESPONSE_SIZE && field.len == length &&
		    all_zero(smb_reader_from_span(field));

	return none ? 0 : length;
}

static SmbSpan
response(SmbSpan field)
{
	return smb_span_first(field, response_length(field, (uint16_t)field.len));
}

/* By its mark; one that is shorter than any hides no response of LM. */
static bool
is_v2(SmbSpan lm, SmbSpan nt)
{
	return smb_nt_response_is_v2(nt) && (nt.len >= V2_SIZE_MIN || lm.len != RESPONSE_SIZE);
}

/* Rules 2 to 7 of smb_classify_ntlmssp(): the two responses alone decide, in this order. */
static SmbPasswordType
classify_pair(SmbSpan lm, SmbSpan nt)
{
	/*
	 * 2. [MS-NLMP] 3.3.2. Comes before every rule that looks at LM: next to an NTLMv2 response
	 * the LM field has LMv2, 24 zeros or nothing, never an LM response.
	 */
	if (is_v2(lm, nt))
		return SMB_PASSWORD_NTLMV2;
	/*
	 * 3. [MS-NLMP] 3.3.1. Comes before 5, because its LM field also has 24 bytes that differ
	 * from NT.
	 */
	if (nt.len == RESPONSE_SIZE && is_ess(lm))
		return SMB_PASSWORD_NTLMV1_ESS;
	/*
	 * 4. [MS-NLMP] 3.3.1, NoLMResponseNTLMv1: a client that sends no LM response repeats the NT
	 * response in its place, or leaves the place empty, or fills it with zeros (hydra). What has
	 * another length there is no response, and hides none: servers go by the other field.
	 */
	if (nt.len == RESPONSE_SIZE && (lm.len != RESPONSE_SIZE || smb_span_equal(lm, nt)))
		return SMB_PASSWORD_NTLM_ONLY;
	/* 5. [MS-NLMP] 3.3.1: beside it a real LM response, which can be cracked by itself. */
	if (nt.len == RESPONSE_SIZE)
		return SMB_PASSWORD_NTLMV1_LM;
	/* Zeros in both, or beside the client's challenge: nothing was made of a password. */
	if (nt.len == 0 && (lm.len == 0 || is_ess(lm)))
		return SMB_PASSWORD_EMPTY;
	/*
	 * 6. [MS-NLMP] 2.2.2.3 and 2.2.2.4 have the same size; without NT nothing distinguishes
	 * them. What is no response there hides it no more than that above.
	 */
	if (lm.len == RESPONSE_SIZE && !is_ess(lm))
		return SMB_PASSWORD_LM_OR_LMV2;
	/* 7. Everything else, an NT response longer than 24 without the mark of NTLMv2 included. */
	return SMB_PASSWORD_MALFORMED;
}

SmbPasswordType
smb_classify_ntlmssp(const SmbToken *t)
{
	SmbSpan lm = t->lm;
	SmbSpan nt = t->nt;

	if (t->kind == SMB_TOKEN_KERBEROS_AP_REQ)
		return SMB_PASSWORD_KERBEROS;
	/* A NEGOTIATE or a CHALLENGE holds no secret. */
	if (t->kind != SMB_TOKEN_NTLM_AUTHENTICATE)
		return SMB_PASSWORD_NONE;
	/* Len promises more than is there: no rule below could be sure of the bytes. */
	if (lm.len != t->lm_length || nt.len != t->nt_length)
		return SMB_PASSWORD_MALFORMED;
	/*
	 * 1. [MS-NLMP] 3.2.5.1.2: nobody is named and nothing proven. The ANONYMOUS flag is no
	 * help, it is clear in one of six such messages; and no name with an NTLMv2 response is
	 * somebody. A name without a response is well formed, and servers count it as wrong.
	 */
	if (nt.len == 0 && is_empty(lm, lm.len, 1))
		return !t->account.bytes.ptr       ? SMB_PASSWORD_MALFORMED
		       : t->account.bytes.len == 0 ? SMB_PASSWORD_ANONYMOUS
						   : SMB_PASSWORD_EMPTY;
	return classify_pair(response(lm), response(nt));
}

/*
 * Whether a password of characters could be these bytes. Characters that do not exist, or that
 * nobody can type, are not part of one; a terminator may end it.
 */
static bool
reads_as_utf16(SmbSpan bytes)
{
	SmbReader r = smb_reader_from_span(bytes);

	if (bytes.len % 2)
		return false;
	while (smb_reader_left(&r) > 0) {
		gunichar c = smb_reader_le16(&r);

		if (c == 0)
			return smb_reader_left(&r) == 0;
		if ((c & 0xFC00) == 0xD800) { /* RFC 2781 2.2 */
			uint16_t low = smb_reader_le16(&r);

			if ((low & 0xFC00) != 0xDC00)
				return false;
			c = 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF));
		}
		if (!g_unichar_isdefined(c) || g_unichar_iscntrl(c) ||
		    g_unichar_type(c) == G_UNICODE_PRIVATE_USE)
			return false;
	}
	return true;
}

/*
 * A Unicode password field that is longer than an NTLMv1 response: an NTLMv2 response has a least
 * size and a mark, whatever has not is the password itself; NONE: that.
 */
static SmbPasswordType
classify_long(SmbSpan unicode, uint16_t length)
{
	if (length >= V2_SIZE_MIN && unicode.len != length)
		return SMB_PASSWORD_MALFORMED; /* the mark was not seen */
	if (length >= V2_SIZE_MIN && smb_nt_response_is_v2(unicode))
		return SMB_PASSWORD_NTLMV2;
	if (unicode.len == length ? reads_as_utf16(unicode) : length % 2 == 0)
		return SMB_PASSWORD_NONE;
	return SMB_PASSWORD_MALFORMED;
}

/*
 * Responses in the two password fields of WordCount 13 ([MS-CIFS] 2.2.4.53.1); NONE where they are
 * no responses. Extended session security does not exist in this form.
 */
static SmbPasswordType
classify_responses(SmbSpan oem, uint16_t oem_length, SmbSpan unicode, uint16_t unicode_length)
{
	if (unicode_length > RESPONSE_SIZE)
		return classify_long(unicode, unicode_length);
	/* All the bytes are needed to see whether these are one response or two. */
	if (unicode_length == RESPONSE_SIZE && oem_length == RESPONSE_SIZE &&
	    (oem.len != oem_length || unicode.len != unicode_length))
		return SMB_PASSWORD_MALFORMED;
	oem_length = response_length(oem, oem_length);
	unicode_length = response_length(unicode, unicode_length);
	if (unicode_length == 0 && oem_length == 0)
		return SMB_PASSWORD_EMPTY;
	if (unicode_length == RESPONSE_SIZE && oem_length == 0)
		return SMB_PASSWORD_NTLM_ONLY;
	if (unicode_length == RESPONSE_SIZE && oem_length == RESPONSE_SIZE)
		return smb_span_equal(oem, unicode) ? SMB_PASSWORD_NTLM_ONLY
						    : SMB_PASSWORD_NTLMV1_LM;
	if (unicode_length == 0 && oem_length == RESPONSE_SIZE)
		return SMB_PASSWORD_LM_OR_LMV2;
	return SMB_PASSWORD_NONE;
}

SmbPasswordType
smb_classify_nt(SmbServerMode mode, SmbText account, SmbSpan oem, uint16_t oem_length,
		SmbSpan unicode, uint16_t unicode_length, bool *ret_unasked)
{
	bool empty = is_empty(oem, oem_length, 1) && is_empty(unicode, unicode_length, 2);
	SmbPasswordType type;

	*ret_unasked = false;
	/*
	 * [MS-CIFS] 3.2.4.2.4, 3.2.4.2.5: under share-level security the secret comes with the tree
	 * connect; this message only names an identity.
	 */
	if (mode.share_level && empty)
		return SMB_PASSWORD_NONE;
	/* [MS-CIFS] 3.2.4.2.4. */
	if (empty && account.bytes.len == 0)
		return SMB_PASSWORD_ANONYMOUS;
	/*
	 * [MS-CIFS] 2.2.4.52.2, SecurityMode bit 1: nothing was there to respond to, so lengths
	 * prove nothing. An empty password of somebody is a password.
	 */
	if (!mode.challenged)
		return SMB_PASSWORD_PLAINTEXT;
	/* There was something to respond to, and no response: also to an empty password there is
	 * one. */
	if (empty)
		return SMB_PASSWORD_EMPTY;
	type = classify_responses(oem, oem_length, unicode, unicode_length);
	if (type != SMB_PASSWORD_NONE)
		return type;
	/*
	 * No response has this length. The server had asked for one, as far as was seen, but some
	 * real clients send the password itself.
	 */
	*ret_unasked = !mode.unseen;
	return SMB_PASSWORD_PLAINTEXT;
}

SmbPasswordType
smb_classify_lanman(SmbServerMode mode, SmbText account, SmbSpan password, uint16_t length,
		    bool *ret_unasked)
{
	bool empty = is_empty(password, length, 1);

	*ret_unasked = false;
	/* As above: an identity, not a secret. */
	if (mode.share_level && empty)
		return SMB_PASSWORD_NONE;
	/* [MS-CIFS] 3.2.4.2.4: the only response that this form has. */
	if (mode.challenged && length == RESPONSE_SIZE)
		return response_length(password, length) ? SMB_PASSWORD_LM : SMB_PASSWORD_EMPTY;
	if (empty && account.bytes.len == 0)
		return SMB_PASSWORD_ANONYMOUS;
	if (empty && mode.challenged)
		return SMB_PASSWORD_EMPTY;
	*ret_unasked = mode.challenged && !mode.unseen;
	return SMB_PASSWORD_PLAINTEXT;
}

SmbPasswordType
smb_classify_share(SmbServerMode mode, SmbSpan password, uint16_t length, bool *ret_unasked)
{
	*ret_unasked = false;
	/* [MS-CIFS] 3.2.4.2.5: with user-level security the field is one zero byte of padding. */
	if (!mode.share_level && !mode.unseen)
		return SMB_PASSWORD_NONE;
	/* One field for either response, and one length of both. */
	if (mode.challenged && length == RESPONSE_SIZE)
		return response_length(password, length) ? SMB_PASSWORD_LM_OR_NTLM
							 : SMB_PASSWORD_EMPTY;
	if (is_empty(password, length, 1))
		return SMB_PASSWORD_ANONYMOUS;
	/* [MS-CIFS] 3.2.4.2.5: a response is what the server asked for here, too. */
	*ret_unasked = mode.challenged && !mode.unseen;
	return SMB_PASSWORD_PLAINTEXT;
}
