/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each body begins with its StructureSize; offsets in it count from the header, which has its fixed
 * size in these messages.
 */
#include "tests/lib/smb2-builder.h"

#include <string.h>

void
build2_put(GByteArray *a, guint at, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++, v >>= 8)
		a->data[at + i] = (uint8_t)v;
}

static void
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

GByteArray *
build2_message(Build2Header h)
{
	GByteArray *a = g_byte_array_new();

	build_le(a, 0, 4);
	build2_header(a, h);
	return a;
}

/* Where the header begins that the fields added last belong to. */
static guint
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

void
build2_next(GByteArray *a, Build2Header h)
{
	guint last = build2_last(a);

	while ((a->len - last) % 8)
		build_le(a, 0, 1);
	build2_put(a, last + 20, a->len - last, 4);
	build2_header(a, h);
}

void
build2_bytes(GByteArray *a, const void *bytes, guint n)
{
	if (n)
		g_byte_array_append(a, bytes, n);
}

void
build2_text(GByteArray *a, const char *text)
{
	for (; *text; text++)
		build_le(a, (uint8_t)*text, 2);
}

void
build2_file_id(GByteArray *a, uint64_t fid)
{
	build_le(a, fid, 8);
	build_le(a, fid, 8);
}

void
build2_zeros(GByteArray *a, unsigned n)
{
	while (n--)
		build_le(a, 0, 1);
}

void
build2_tree_request(GByteArray *a, const char *path)
{
	build_le(a, 9, 2);
	build_le(a, 0, 2);
	build_le(a, BUILD2_HEADER + 8, 2);
	build_le(a, 2 * strlen(path), 2);
	build2_text(a, path);
}

void
build2_tree_response(GByteArray *a, uint8_t type)
{
	build_le(a, 16, 2);
	build_le(a, type, 2);
	build2_zeros(a, 12);
}

void
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

void
build2_create_response(GByteArray *a, uint64_t fid)
{
	build_le(a, 89, 2);
	build2_zeros(a, 2);
	build_le(a, 1, 4);
	build2_zeros(a, 32 + 16 + 4 + 4);
	build2_file_id(a, fid);
	build2_zeros(a, 8);
}

void
build2_close_request(GByteArray *a, uint64_t fid)
{
	build_le(a, 24, 2);
	build2_zeros(a, 6);
	build2_file_id(a, fid);
}

void
build2_close_response(GByteArray *a)
{
	build_le(a, 60, 2);
	build2_zeros(a, 58);
}

void
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

void
build2_set_info_response(GByteArray *a)
{
	build_le(a, 2, 2);
}

void
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

void
build2_write_response(GByteArray *a, uint32_t n)
{
	build_le(a, 17, 2);
	build_le(a, 0, 2);
	build_le(a, n, 4);
	build2_zeros(a, 9);
}

void
build2_read_request(GByteArray *a, uint64_t fid, uint32_t length)
{
	build_le(a, 49, 2);
	build_le(a, 0, 2);
	build_le(a, length, 4);
	build_le(a, 0, 8);
	build2_file_id(a, fid);
	build2_zeros(a, 17);
}

void
build2_read_response(GByteArray *a, const void *bytes, uint32_t n)
{
	build_le(a, 17, 2);
	build_le(a, BUILD2_HEADER + 16, 1);
	build_le(a, 0, 1);
	build_le(a, n, 4);
	build2_zeros(a, 8);
	build2_bytes(a, bytes, n);
}

void
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

void
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

void
build2_error_response(GByteArray *a)
{
	build_le(a, 9, 2);
	build2_zeros(a, 7);
}
