/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds SMB2 messages for tests, byte by byte as [MS-SMB2] 2.2 lays them out, framed as NetBIOS
 * session messages. A second header in the same message makes it a compound.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/lib/smb-builder.h"

enum { BUILD2_HEADER = 64, BUILD2_ASYNC = 2, BUILD2_RELATED = 4 };

typedef struct {
	uint16_t command;
	bool response;
	uint16_t credit_charge, credits;
	uint32_t status; /* of a request: ChannelSequence */
	uint32_t flags;  /* beside that of a response */
	uint64_t mid, session;
	uint32_t tid;
	uint64_t async_id; /* in place of the tid, with BUILD2_ASYNC */
} Build2Header;

static inline void
build2_put(GByteArray *a, guint at, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++, v >>= 8)
		a->data[at + i] = (uint8_t)v;
}

static inline void
build2_header(GByteArray *a, Build2Header h)
{
	build_le(a, 0x424D53FEu, 4);
	build_le(a, BUILD2_HEADER, 2);
	build_le(a, h.credit_charge, 2);
	build_le(a, h.status, 4);
	build_le(a, h.command, 2);
	build_le(a, h.credits, 2);
	build_le(a, h.flags | h.response, 4);
	build_le(a, 0, 4); /* NextCommand */
	build_le(a, h.mid, 8);
	if (h.flags & BUILD2_ASYNC) {
		build_le(a, h.async_id, 8);
	} else {
		build_le(a, 0, 4);
		build_le(a, h.tid, 4);
	}
	build_le(a, h.session, 8);
	build_le(a, 0, 8);
	build_le(a, 0, 8);
}

static inline GByteArray *
build2_message(Build2Header h)
{
	GByteArray *a = g_byte_array_new();

	build_le(a, 0, 4);
	build2_header(a, h);
	return a;
}

/* Where the header begins that the fields added last belong to. */
static inline guint
build2_last(const GByteArray *a)
{
	guint at = 4;

	for (;;) {
		guint next = a->data[at + 20] | (guint)a->data[at + 21] << 8;

		if (!next)
			return at;
		at += next;
	}
}

/* Another command behind those that are there. */
static inline void
build2_next(GByteArray *a, Build2Header h)
{
	guint last = build2_last(a);

	while ((a->len - last) % 8)
		build_le(a, 0, 1);
	build2_put(a, last + 20, a->len - last, 4);
	build2_header(a, h);
}

static inline void
build2_bytes(GByteArray *a, const void *bytes, guint n)
{
	if (n)
		g_byte_array_append(a, bytes, n);
}

/* ASCII as UTF-16, without a terminator. */
static inline void
build2_text(GByteArray *a, const char *text)
{
	for (; *text; text++)
		build_le(a, (uint8_t)*text, 2);
}

/* Both halves of a FileId. */
static inline void
build2_file_id(GByteArray *a, uint64_t fid)
{
	build_le(a, fid, 8);
	build_le(a, fid, 8);
}

static inline void
build2_zeros(GByteArray *a, unsigned n)
{
	while (n--)
		build_le(a, 0, 1);
}

/* 2.2.9, 2.2.10: type 1 disk, 2 pipe. */
static inline void
build2_tree_request(GByteArray *a, const char *path)
{
	build_le(a, 9, 2);
	build_le(a, 0, 2);
	build_le(a, BUILD2_HEADER + 8, 2);
	build_le(a, 2 * strlen(path), 2);
	build2_text(a, path);
}

static inline void
build2_tree_response(GByteArray *a, uint8_t type)
{
	build_le(a, 16, 2);
	build_le(a, type, 2);
	build2_zeros(a, 12);
}

/* 2.2.13, 2.2.14 */
static inline void
build2_create_request(GByteArray *a, const char *name, uint32_t options)
{
	build_le(a, 57, 2);
	build2_zeros(a, 2);
	build_le(a, 2, 4);
	build2_zeros(a, 16);
	build_le(a, 0x0013019F, 4);
	build_le(a, 0, 4);
	build_le(a, 7, 4);
	build_le(a, 1, 4);
	build_le(a, options, 4);
	build_le(a, BUILD2_HEADER + 56, 2);
	build_le(a, 2 * strlen(name), 2);
	build2_zeros(a, 8);
	build2_text(a, name);
	build_le(a, 0, 1);
}

static inline void
build2_create_response(GByteArray *a, uint64_t fid)
{
	build_le(a, 89, 2);
	build2_zeros(a, 2);
	build_le(a, 1, 4);
	build2_zeros(a, 32 + 16 + 4 + 4);
	build2_file_id(a, fid);
	build2_zeros(a, 8);
}

/* 2.2.15, 2.2.16 */
static inline void
build2_close_request(GByteArray *a, uint64_t fid)
{
	build_le(a, 24, 2);
	build2_zeros(a, 6);
	build2_file_id(a, fid);
}

static inline void
build2_close_response(GByteArray *a)
{
	build_le(a, 60, 2);
	build2_zeros(a, 58);
}

/* 2.2.39, 2.2.40: type 1 file, 2 file system */
static inline void
build2_set_info_request(GByteArray *a, uint64_t fid, uint8_t type, uint8_t class, const void *bytes,
			uint16_t n)
{
	build_le(a, 33, 2);
	build_le(a, type, 1);
	build_le(a, class, 1);
	build_le(a, n, 4);
	build_le(a, BUILD2_HEADER + 32, 2);
	build2_zeros(a, 6);
	build2_file_id(a, fid);
	build2_bytes(a, bytes, n);
}

static inline void
build2_set_info_response(GByteArray *a)
{
	build_le(a, 2, 2);
}

/* 2.2.21, 2.2.22 */
static inline void
build2_write_request(GByteArray *a, uint64_t fid, const void *bytes, uint32_t n)
{
	build_le(a, 49, 2);
	build_le(a, BUILD2_HEADER + 48, 2);
	build_le(a, n, 4);
	build_le(a, 0, 8);
	build2_file_id(a, fid);
	build2_zeros(a, 16);
	build2_bytes(a, bytes, n);
}

static inline void
build2_write_response(GByteArray *a, uint32_t n)
{
	build_le(a, 17, 2);
	build_le(a, 0, 2);
	build_le(a, n, 4);
	build2_zeros(a, 9);
}

/* 2.2.19, 2.2.20 */
static inline void
build2_read_request(GByteArray *a, uint64_t fid, uint32_t length)
{
	build_le(a, 49, 2);
	build_le(a, 0, 2);
	build_le(a, length, 4);
	build_le(a, 0, 8);
	build2_file_id(a, fid);
	build2_zeros(a, 17);
}

static inline void
build2_read_response(GByteArray *a, const void *bytes, uint32_t n)
{
	build_le(a, 17, 2);
	build_le(a, BUILD2_HEADER + 16, 1);
	build_le(a, 0, 1);
	build_le(a, n, 4);
	build2_zeros(a, 8);
	build2_bytes(a, bytes, n);
}

/* 2.2.31, 2.2.32 */
static inline void
build2_ioctl_request(GByteArray *a, uint32_t code, uint64_t fid, const void *bytes, uint32_t n)
{
	build_le(a, 57, 2);
	build_le(a, 0, 2);
	build_le(a, code, 4);
	build2_file_id(a, fid);
	build_le(a, BUILD2_HEADER + 56, 4);
	build_le(a, n, 4);
	build2_zeros(a, 12);
	build_le(a, 4096, 4);
	build_le(a, 1, 4);
	build_le(a, 0, 4);
	build2_bytes(a, bytes, n);
}

static inline void
build2_ioctl_response(GByteArray *a, uint32_t code, uint64_t fid, const void *bytes, uint32_t n)
{
	build_le(a, 49, 2);
	build_le(a, 0, 2);
	build_le(a, code, 4);
	build2_file_id(a, fid);
	build_le(a, BUILD2_HEADER + 48, 4);
	build_le(a, 0, 4);
	build_le(a, BUILD2_HEADER + 48, 4);
	build_le(a, n, 4);
	build2_zeros(a, 8);
	build2_bytes(a, bytes, n);
}

/* 2.2.2 */
static inline void
build2_error_response(GByteArray *a)
{
	build_le(a, 9, 2);
	build2_zeros(a, 7);
}
