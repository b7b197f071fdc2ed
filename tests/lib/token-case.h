/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the tests of security tokens: building their bytes, reading them, and looking at what came
 * out. Tokens are read from heap buffers of their exact size, so that AddressSanitizer sees a read
 * past the end.
 *
 *     hex, der, join, gss, authenticate --> Bytes -- read_token --> SmbToken
 *
 * Bytes are values, and need not be freed. A token points into the buffer that read_token returns,
 * which the caller frees; of one of token_of only the numbers are left.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dissect/security/token-fields.h"
#include "tests/lib/security-tokens.h"

/* Bytes under construction. */
typedef struct {
	uint8_t bytes[4096];
	uint32_t len;
} Bytes;

/* Appends bytes. */
void bytes_put(Bytes *b, const void *bytes, uint32_t n);

/* Appends the low n bytes of a number, little-endian. */
void bytes_put_le(Bytes *b, uint64_t value, int n);

/* The bytes of pairs of hex digits; blanks are skipped. */
Bytes hex(const char *text);

/* An element with a length in the two-byte form. */
Bytes der(uint8_t tag, Bytes inner);

/* One after the other. */
Bytes join(Bytes a, Bytes b);

/* Reads a copy of exact size, which the caller frees after it has looked at the token. */
void *read_token(const void *bytes, uint32_t n, SmbToken *ret_token);

/* A token of which only numbers are looked at. */
SmbToken token_of(const void *bytes, uint32_t n);

/* What smb_classify_ntlmssp says of the token. */
SmbPasswordType type_of(const void *bytes, uint32_t n);

#define TOKEN_OF(array) token_of((array), sizeof(array))

/* A text says this, in whichever encoding it has. */
void expect_text(SmbText text, const char *ascii);

/* Of NegotiateFlags ([MS-NLMP] 2.2.2.5). */
enum {
	UNICODE = 1,
	OEM = 2,
	REQUEST_TARGET = 4,
	TARGET_INFO = 0x800000,
	VERSION = 0x02000000,
	KEY_EXCH = 0x40000000
};

/* What one pair of length and offset in the header says, and its bytes. */
typedef struct {
	const void *bytes;
	int len;
	bool placed; /* offset is given */
	uint32_t offset;
} Part;

/* A field whose bytes follow the header. */
Part part(const void *bytes, int len);

/* A field of that length, at an offset that may be a lie; its bytes are not appended. */
Part placed(int len, uint32_t offset);

/*
 * An AUTHENTICATE with a header of the given size (52, 64, 72 or 88); the parts that
 * are not placed follow it in their order ([MS-NLMP] 2.2.1.3).
 */
Bytes authenticate(Part lm, Part nt, Part domain, Part user, Part host, uint32_t flags,
		   uint32_t header);

/* Responses: anonymous, an LM and an NTLM response. */
extern const uint8_t zeros[25];
extern const uint8_t lm24[24];
extern const uint8_t nt24[24];

/* NTLMv2: 16 bytes, 01 01, then AV pairs from 44 on: channel bindings, flags 2, end */
extern const uint8_t v2[76];

/* A token of GSS-API (RFC 2743 3.1): OID, TOK_ID and message. */
Bytes gss(const char *oid_hex, const char *id_hex, Bytes message);

#define OID_KERBEROS "2a864886f712010202"
#define OID_MS_KERBEROS "2a864882f712010202"
#define OID_USER_TO_USER "2a864886f71201020203"
#define OID_IAKERB "2b0601050205"
#define OID_SPNEGO "2b0601050502"
#define OID_NTLMSSP "2b06010401823702020a"
#define OID_NEGOEX "2b06010401823702021e"

/* Where the field of that key is in a view, or NULL. */
const void *field_of(const SmbLayout *layout, const SmbTokenView *view, const char *key);

/* The fields inside the one field `token`. */
const SmbLayout *describe(SmbTokenView *view);
