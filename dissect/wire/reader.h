/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The latching reader: how wire bytes are read. Besides it only smb_load_* index wire bytes, in
 * headers of a fixed size that were read as a whole, and text.c, in spans that it is given.
 *
 * A reader walks over bytes that it does not own: copy it to look ahead, drop it when done. Reads
 * after the first failure give 0 (or an empty span) and change nothing, so a parse function is
 * straight-line code in the order of the specification. One look at `status` at the end
 * distinguishes OK, TRUNCATED (the capture ends, the message does not) and MALFORMED (the message
 * is wrong).
 *
 *   base            pos              limit              end
 *    |---- read -----|---- can be -----|--- declared, ----|
 *                          read           not captured
 *
 * `base` is where wire offsets count from (the SMB header; alignment too), `pos`, `limit` and `end`
 * are offsets from it: bytes [pos, limit) can be read, bytes [limit, end) were declared by the
 * message but are not here (cut by the capture, or payload that was skipped by count). Invariant:
 * pos <= limit <= end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Bytes that live elsewhere. Never owns. An absent span has ptr NULL; a present but empty one has
 * len 0.
 */
typedef struct {
	const uint8_t *ptr;
	uint32_t len;
} SmbSpan;

typedef enum {
	SMB_READ_OK,
	SMB_READ_TRUNCATED, /* the message continues, the captured bytes do not */
	SMB_READ_MALFORMED, /* a length or offset points outside the message */
} SmbReadStatus;

/* How bytes are characters: dissect/wire/text.h. */
typedef struct SmbEncoding SmbEncoding;

typedef struct {
	const uint8_t *base;
	uint32_t pos;
	uint32_t limit;
	uint32_t end;
	SmbReadStatus status : 8;
	/*
	 * Numbers that cannot be read are all ones, not 0. If bytes that gave a 0 are read again
	 * so and give a 0 again, it was read (SmbBlock.there).
	 */
	bool ones;
	const SmbEncoding *oem; /* of the OEM strings in it; borrowed, NULL: code page 437 */
} SmbReader;

/*
 * A reader over `captured` bytes of a message that says it has `declared` bytes (taken as at least
 * `captured`).
 */
static inline SmbReader
smb_reader_new(const uint8_t *base, uint32_t captured, uint32_t declared)
{
	return (SmbReader){ .base = base,
			    .limit = captured,
			    .end = declared < captured ? captured : declared };
}

/* A reader over a whole span: exactly these bytes are declared. */
static inline SmbReader
smb_reader_from_span(SmbSpan span)
{
	return smb_reader_new(span.ptr, span.len, span.len);
}

/* Latches a failure; the first one stays. */
static inline void
smb_reader_fail(SmbReader *r, SmbReadStatus status)
{
	if (r->status == SMB_READ_OK)
		r->status = status;
}

/* Bytes that can still be read; 0 after a failure. */
static inline uint32_t
smb_reader_left(const SmbReader *r)
{
	return r->status == SMB_READ_OK ? r->limit - r->pos : 0;
}

/* Bytes that the message still declares, captured or not; 0 after a failure. */
static inline uint32_t
smb_reader_declared_left(const SmbReader *r)
{
	return r->status == SMB_READ_OK ? r->end - r->pos : 0;
}

/* The next n bytes, or NULL (latched) where they are not all there. */
static inline const uint8_t *
smb_reader_take(SmbReader *r, uint32_t n)
{
	const uint8_t *p;

	if (r->status != SMB_READ_OK)
		return NULL;
	if (n > r->limit - r->pos) {
		r->status = n <= r->end - r->pos ? SMB_READ_TRUNCATED : SMB_READ_MALFORMED;
		return NULL;
	}
	/*
	 * An empty slice of an absent span stays absent, because NULL + 0 is undefined. The check
	 * is free if n is a constant.
	 */
	if (n == 0 && !r->base)
		return NULL;
	p = r->base + r->pos;
	r->pos += n;
	return p;
}

/*
 * A little-endian number of 2 bytes, at a fixed place in bytes that were taken as one piece: a
 * header of known size costs one check, not one for each field. Bounds are not checked here.
 */
static inline uint16_t
smb_load_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

/* The same, of 4 bytes. */
static inline uint32_t
smb_load_le32(const uint8_t *p)
{
	/* A span that has a length has bytes. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The same, of 8 bytes. */
static inline uint64_t
smb_load_le64(const uint8_t *p)
{
	return smb_load_le32(p) | (uint64_t)smb_load_le32(p + 4) << 32;
}

/* A big-endian number of 2 bytes. */
static inline uint16_t
smb_load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* The same, of 4 bytes. */
static inline uint32_t
smb_load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* What a number is that could not be read, to be cut to its size. */
static inline uint64_t
smb_reader_unread(const SmbReader *r)
{
	return r->ones ? UINT64_MAX : 0;
}

/*
 * The next byte; 0 (or all ones, if `ones`), latched, if it is not there. All the reads below do
 * the same.
 */
static inline uint8_t
smb_reader_u8(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 1);
	return p ? p[0] : (uint8_t)smb_reader_unread(r);
}

/* The next 2 bytes, little-endian. */
static inline uint16_t
smb_reader_le16(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 2);
	return p ? (uint16_t)(p[0] | p[1] << 8) : (uint16_t)smb_reader_unread(r);
}

/* The next 4 bytes, little-endian. */
static inline uint32_t
smb_reader_le32(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 4);
	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			       (uint32_t)p[3] << 24
		 : (uint32_t)smb_reader_unread(r);
}

/* The next 8 bytes, little-endian. */
static inline uint64_t
smb_reader_le64(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 8);
	return p ? smb_load_le64(p) : smb_reader_unread(r);
}

/* The next 2 bytes, big-endian. */
static inline uint16_t
smb_reader_be16(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 2);
	return p ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)smb_reader_unread(r);
}

/* The next 4 bytes, big-endian. */
static inline uint32_t
smb_reader_be32(SmbReader *r)
{
	const uint8_t *p = smb_reader_take(r, 4);
	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
			       (uint32_t)p[3]
		 : (uint32_t)smb_reader_unread(r);
}

/* The byte `ahead` positions on, without moving; -1 if it is not there. Never latches. */
static inline int
smb_reader_peek(const SmbReader *r, uint32_t ahead)
{
	/* Without bytes none are left, which the analyzer cannot know. */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	return ahead < smb_reader_left(r) ? r->base[r->pos + ahead] : -1;
}

/* The next n bytes as a span; absent (latched) where they are not all there. */
static inline SmbSpan
smb_reader_span(SmbReader *r, uint32_t n)
{
	const uint8_t *p = smb_reader_take(r, n);
	return (SmbSpan){ p, p ? n : 0 };
}

/*
 * The captured part of the next n bytes, for payload that a capture may cut: the span can be
 * shorter than n. Only an n beyond the declared end latches (MALFORMED; the captured part is still
 * returned).
 */
static inline SmbSpan
smb_reader_partial(SmbReader *r, uint32_t n)
{
	uint32_t left = smb_reader_left(r);
	SmbSpan span = { NULL, 0 };

	if (r->status != SMB_READ_OK)
		return span;
	if (r->base)
		span = (SmbSpan){ r->base + r->pos, n < left ? n : left };
	if (n > r->end - r->pos)
		r->status = SMB_READ_MALFORMED;
	r->pos += span.len;
	return span;
}

/* All captured bytes that are left, as a span. Never latches. */
static inline SmbSpan
smb_reader_rest(SmbReader *r)
{
	return smb_reader_partial(r, smb_reader_left(r));
}

/* Moves past n bytes; latches if they are not all there. */
static inline void
smb_reader_skip(SmbReader *r, uint32_t n)
{
	(void)smb_reader_take(r, n);
}

/*
 * Skips to a multiple of `unit` (a power of two) counted from base; at the very end of the message
 * it skips nothing.
 */
static inline void
smb_reader_align(SmbReader *r, uint32_t unit)
{
	uint32_t pad = (uint32_t)(-(int64_t)r->pos) & (unit - 1);

	if (smb_reader_declared_left(r) >= pad)
		smb_reader_skip(r, pad);
}

/* A reader over the rest of this one, whose offsets count from here. */
static inline SmbReader
smb_reader_here(SmbReader r)
{
	SmbReader here = smb_reader_new(r.base + r.pos, r.limit - r.pos, r.end - r.pos);

	here.oem = r.oem;
	here.ones = r.ones;
	return r.pos == 0 ? r : here;
}

/* Moves to an offset from base, forwards or backwards; outside the message latches MALFORMED. */
static inline void
smb_reader_seek(SmbReader *r, uint32_t offset)
{
	if (r->status != SMB_READ_OK)
		return;
	if (offset > r->end)
		r->status = SMB_READ_MALFORMED;
	else if (offset > r->limit)
		r->status = SMB_READ_TRUNCATED;
	else
		r->pos = offset;
}

/*
 * A separate reader for the next n declared bytes (same base, so offsets and alignment stay those
 * of the message); this one moves past them. If the message declares fewer, the new reader has
 * those and this one is MALFORMED; if the capture cuts them, the new reader has limit < end and
 * this one is TRUNCATED. After a failure of this one the new reader is empty and carries the same
 * status.
 */
static inline SmbReader
smb_reader_sub(SmbReader *r, uint32_t n)
{
	SmbReader sub = *r;

	if (r->status != SMB_READ_OK) {
		sub.limit = sub.end = sub.pos;
		return sub;
	}
	if (n > r->end - r->pos) {
		r->status = SMB_READ_MALFORMED;
		return sub;
	}
	sub.end = r->pos + n;
	if (sub.limit > sub.end)
		sub.limit = sub.end;
	if (n > r->limit - r->pos)
		r->status = SMB_READ_TRUNCATED;
	else
		r->pos += n;
	return sub;
}

/*
 * Copies at most `size` bytes of a span and returns how many; the only way for wire bytes to
 * outlive their packet.
 */
static inline uint32_t
smb_span_copy(SmbSpan span, uint8_t *out, uint32_t size)
{
	uint32_t n = span.len < size ? span.len : size;

	if (n)
		memcpy(out, span.ptr, n);
	return n;
}

/* The first n bytes of a span, or all of it if it is shorter. */
static inline SmbSpan
smb_span_first(SmbSpan span, uint32_t n)
{
	return (SmbSpan){ span.ptr, span.len < n ? span.len : n };
}

/* The bytes of a span after the first n; empty if it is not longer. */
static inline SmbSpan
smb_span_after(SmbSpan span, uint32_t n)
{
	if (n > span.len)
		n = span.len;
	return (SmbSpan){ span.ptr ? span.ptr + n : NULL, span.len - n };
}

/* Offset of the first 16-bit zero on an even offset; if there is none, the last even offset. */
static inline uint32_t
smb_span_find_nul16(SmbSpan span)
{
	uint32_t i = 0;

	while (span.len - i >= 2 && (span.ptr[i] | span.ptr[i + 1]))
		i += 2;
	return i;
}

/*
 * Copies ASCII from `units` units of one byte (wide: two), as long as there are eight bytes and all
 * of them are; returns how many characters.
 */
static inline uint32_t
smb_copy_ascii_eights(const uint8_t *p, uint32_t units, bool wide, char *out)
{
	const uint64_t beyond = wide ? 0xFF80FF80FF80FF80u : 0x8080808080808080u;
	uint32_t step = wide ? 4 : 8, n = 0;

	for (; units - n >= step && !(smb_load_le64(p) & beyond); n += step, p += 8) {
		if (!wide) {
			memcpy(out + n, p, 8);
			continue;
		}
		out[n] = (char)p[0];
		out[n + 1] = (char)p[2];
		out[n + 2] = (char)p[4];
		out[n + 3] = (char)p[6];
	}
	return n;
}

/*
 * Copies the characters up to the first that is not ASCII, at most `max`, from units of one byte
 * (wide: two, little-endian), and returns how many: most text is nothing else.
 */
static inline uint32_t
smb_span_copy_ascii(SmbSpan span, bool wide, char *out, uint32_t max)
{
	uint32_t units = wide ? span.len / 2 : span.len, n;

	if (units > max)
		units = max;
	n = smb_copy_ascii_eights(span.ptr, units, wide, out);
	if (wide) {
		for (; n < units && span.ptr[2 * n] < 0x80 && !span.ptr[2 * n + 1]; n++)
			out[n] = (char)span.ptr[2 * n];
	} else {
		for (; n < units && span.ptr[n] < 0x80; n++)
			out[n] = (char)span.ptr[n];
	}
	return n;
}

/*
 * Which of eight bytes are c, by their top bits: the lowest that is set is right, those above it need
 * not be. So it is below.
 */
static inline uint64_t
smb_eight_are(uint64_t eight, uint8_t c)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t zero = eight ^ ones * c;

	return (zero - ones) & ~zero & ones << 7;
}

/* Which of eight bytes are not ASCII, or controls, or, if `plain`, quote and backslash. */
static inline uint64_t
smb_eight_unprintable(uint64_t eight, bool plain)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t high = eight | (eight + ones); /* 0x7F and beyond */
	uint64_t low = eight - ones * ' ';      /* below ' ' */
	uint64_t which = (high | low) & ones << 7;

	return plain ? which | smb_eight_are(eight, '"') | smb_eight_are(eight, '\\') : which;
}

/* The same of one. */
static inline bool
smb_byte_printable(uint8_t c, bool plain)
{
	return c >= 0x20 && c < 0x7F && !(plain && (c == '"' || c == '\\'));
}

/*
 * Copies characters that are printable, as below, from eight bytes: units of one byte (wide: two).
 * How many were before one that is not; there is room for as many as there are.
 */
__attribute__((always_inline)) static inline uint32_t
smb_copy_eight(const uint8_t *p, bool wide, bool plain, char *out)
{
	const uint64_t odd = 0xFF00FF00FF00FF00u, spaces = 0x2000200020002000u;
	uint64_t eight = smb_load_le64(p), ends;

	if (!wide) {
		memcpy(out, p, 8);
		ends = smb_eight_unprintable(eight, plain);
		return ends ? (uint32_t)__builtin_ctzll(ends) / 8 : 8;
	}
	for (int i = 0; i < 4; i++)
		out[i] = (char)p[2 * i];
	ends = (eight & odd) | smb_eight_unprintable(eight | spaces, plain);
	return ends ? (uint32_t)__builtin_ctzll(ends) / 16 : 4;
}

/*
 * The same for the characters that need no escaping on a terminal or in JSON: ASCII without
 * controls and, if `plain` is set, without quote and backslash.
 */
__attribute__((always_inline)) static inline uint32_t
smb_span_copy_printable(SmbSpan span, bool wide, bool plain, char *out, uint32_t max)
{
	uint32_t units = wide ? span.len / 2 : span.len, step = wide ? 4 : 8, n;
	const uint8_t *p = span.ptr;

	if (units > max)
		units = max;
	for (n = 0; units - n >= step; n += step) {
		uint32_t printable = smb_copy_eight(p + (wide ? 2 * n : n), wide, plain, out + n);

		if (printable < step)
			return n + printable;
	}
	for (; n < units; n++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): as in smb_load_le32() */
		uint8_t c = wide ? p[2 * n] : p[n];

		if (!smb_byte_printable(c, plain) || (wide && p[2 * n + 1]))
			break;
		out[n] = (char)c;
	}
	return n;
}

/* Whether two spans hold the same bytes; absent and empty spans are equal. */
static inline bool
smb_span_equal(SmbSpan a, SmbSpan b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* True if the span begins with these bytes. */
static inline bool
smb_span_begins(SmbSpan span, const void *bytes, uint32_t n)
{
	return span.len >= n && (n == 0 || memcmp(span.ptr, bytes, n) == 0);
}

/*
 * A reader over the same message without its first n bytes, with offsets counted from there. It
 * does not move this one, and starts without a failure.
 */
static inline SmbReader
smb_reader_after(const SmbReader *r, uint32_t n)
{
	uint32_t skipped = n < r->limit ? n : r->limit;

	SmbReader after = smb_reader_new(r->base ? r->base + skipped : NULL, r->limit - skipped,
					 r->end - (n < r->end ? n : r->end));

	after.oem = r->oem;
	after.ones = r->ones;
	return after;
}
