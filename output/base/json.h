/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON primitives on an OutBuffer. A key writes the comma before itself if it is not the first, so
 * that keys that may be left out need no bookkeeping. `key` is always a string literal.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/writer.h"

/* A comma, unless an object or array has just begun. Only for buffers that are not empty. */
static inline void
out_json_comma(OutBuffer *b)
{
	char last = b->data[b->len - 1];

	if (last != '{' && last != '[')
		out_char(b, ',');
}

#define out_key(b, key) (out_json_comma(b), out_lit(b, "\"" key "\":"))
#define out_key_u64(b, key, v) (out_key(b, key), out_json_u64(b, v))
#define out_key_bool(b, key, v) (out_key(b, key), out_json_bool(b, v))
/* true; left out where it is false */
#define out_key_if(b, key, v) ((v) ? out_key_bool(b, key, true) : (void)0)
#define out_key_str(b, key, s) (out_key(b, key), out_json_word(b, s))  /* NULL: null */
#define out_key_text(b, key, t) (out_key(b, key), out_text_json(b, t)) /* absent: "" */
#define out_key_string(b, key, s) (out_key(b, key), out_text_json(b, smb_string_text(s)))

/*
 * A number; above 2^53 a string of its digits, because most readers of JSON make a double of a
 * number, and two ids of one (RFC 8259 6).
 */
static inline void
out_json_u64(OutBuffer *b, uint64_t v)
{
	if (v <= UINT64_C(1) << 53) {
		out_u64(b, v);
		return;
	}
	out_char(b, '"');
	out_u64(b, v);
	out_char(b, '"');
}

/* `true` or `false`. */
static inline void
out_json_bool(OutBuffer *b, bool v)
{
	if (v)
		out_lit(b, "true");
	else
		out_lit(b, "false");
}

/* A word of our own that needs no escapes, or null. */
void out_json_word(OutBuffer *b, const char *word);
/*
 * What a client offered, as an array. _again: in the record of a negotiation, of which a connection
 * may have as many as it likes; counts as long text does, and is empty once the limit is used up.
 */
void out_json_dialects(OutBuffer *b, const SmbConnectionInfo *info);
void out_json_dialects_again(OutBuffer *b, const SmbConnectionInfo *info);
/* A counted string; null if it is NULL. */
void out_json_string_or_null(OutBuffer *b, const SmbString *s);
/* v where known, else null. */
void out_json_i64_or_null(OutBuffer *b, bool known, int64_t v);
/* An array of the names of the bits that are set. */
void out_json_anomalies(OutBuffer *b, uint32_t bits);
void out_json_incomplete(OutBuffer *b, uint32_t bits);

/*
 * A status by its official name: "STATUS_ACCESS_DENIED", of a DOS error "ERRDOS/ERRbadfile";
 * numbers if it has no name. Without quotes, for JSON and text alike.
 */
void out_status(OutBuffer *b, SmbStatus status);
/* FileId of SMB2 as EVE's fuid: persistent and volatile half, written like a GUID. */
void out_file_id(OutBuffer *b, uint64_t persistent, uint64_t volatile_half);
