/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Just enough of DER and BER (X.690) for security tokens: elements with one-byte tags and definite
 * lengths.
 *
 * An SmbDer is an element whose contents are being read. It owns nothing; `malformed` points at the
 * flag of the token being read, so that an error at any depth is seen without checking every
 * reader. A length beyond the end sets it, and the element then has the bytes that exist.
 */
#pragma once

#include "dissect/wire/reader.h"

enum {
	SMB_DER_DEPTH_MAX = 8,
	SMB_DER_INTEGER = 0x02,
	SMB_DER_BIT_STRING = 0x03,
	SMB_DER_OCTET_STRING = 0x04,
	SMB_DER_OID = 0x06,
	SMB_DER_ENUMERATED = 0x0A,
	SMB_DER_GENERAL_STRING = 0x1B,
	SMB_DER_SEQUENCE = 0x30,
	SMB_DER_APPLICATION = 0x60, /* [APPLICATION n], constructed */
	SMB_DER_CONTEXT = 0xA0,     /* [n], constructed */
};

typedef struct {
	SmbReader at; /* the contents */
	uint8_t tag;
	uint8_t depth;
	bool *malformed;
} SmbDer;

/* The outermost level of a token: bytes in which elements follow each other. */
SmbDer smb_der_root(SmbSpan bytes, bool *malformed);

/* Latches the failure of an element and of its token. */
void smb_der_fail(SmbDer *self);

/* The next element inside `self`; false at the end, after a failure, or where none can be read. */
bool smb_der_next(SmbDer *self, SmbDer *ret_child);

/* The next element, which must have this tag; any other is a failure. */
bool smb_der_expect(SmbDer *self, uint8_t tag, SmbDer *ret_child);

/*
 * The type inside an explicit tag: `self` becomes it. The two together count as one level of depth,
 * as every field of SPNEGO and Kerberos is tagged this way.
 */
bool smb_der_unwrap(SmbDer *self, uint8_t tag);

/* The rest of an element's contents. */
SmbSpan smb_der_rest(SmbDer *self);

/*
 * The declared size of the next element in bytes, header included; 0 if its header cannot be read.
 */
uint64_t smb_der_declared(const SmbDer *self);

/*
 * The value of an INTEGER or ENUMERATED of one to four bytes; 0, and a failure, for any other
 * length.
 */
int32_t smb_der_integer(SmbDer *self);
