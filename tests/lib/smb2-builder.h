/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds SMB2 messages for tests, byte by byte as [MS-SMB2] 2.2 lays them out, framed as NetBIOS
 * session messages. A second header in the same message makes it a compound.
 *
 *     build2_message  00 len len len | FE 'SMB' ... header of 64 bytes
 *     build2_..._request, build2_..._response   the body of one command
 *     build2_next     pads to 8 bytes, links the header before by NextCommand, adds another
 *     build_end       sets the length of the first four bytes (tests/lib/smb-builder.h)
 *
 * The array belongs to the caller from build2_message on.
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

/* Writes the low `size` bytes of a number over those at an offset, little-endian. */
void build2_put(GByteArray *a, guint at, uint64_t v, unsigned size);

/* Opens a message: NetBIOS header (build_end sets its length) and SMB2 header (2.2.1). */
GByteArray *build2_message(Build2Header h);

/* Adds the header of another command to the message, which makes it a compound (3.2.4.1.4). */
void build2_next(GByteArray *a, Build2Header h);

/* Appends bytes as they are; `bytes` may be NULL where n is 0. */
void build2_bytes(GByteArray *a, const void *bytes, guint n);

/* ASCII as UTF-16, without a terminator. */
void build2_text(GByteArray *a, const char *text);

/* Appends both halves of a FileId (2.2.14.1), each of them `fid`. */
void build2_file_id(GByteArray *a, uint64_t fid);

/* Appends n bytes of 0. */
void build2_zeros(GByteArray *a, unsigned n);

/* TREE_CONNECT (2.2.9) of a path of ASCII. */
void build2_tree_request(GByteArray *a, const char *path);

/* Its response (2.2.10); type 1 is a disk, 2 a pipe. */
void build2_tree_response(GByteArray *a, uint8_t type);

/* CREATE (2.2.13) of a name of ASCII, with these CreateOptions. */
void build2_create_request(GByteArray *a, const char *name, uint32_t options);

/* Its response (2.2.14), which gives the FileId. */
void build2_create_response(GByteArray *a, uint64_t fid);

/* CLOSE (2.2.15). */
void build2_close_request(GByteArray *a, uint64_t fid);

/* Its response (2.2.16). */
void build2_close_response(GByteArray *a);

/* SET_INFO (2.2.39); type 1 is a file, 2 a file system. */
void build2_set_info_request(GByteArray *a, uint64_t fid, uint8_t type, uint8_t class,
			     const void *bytes, uint16_t n);

/* Its response (2.2.40). */
void build2_set_info_response(GByteArray *a);

/* WRITE (2.2.21) at offset 0. */
void build2_write_request(GByteArray *a, uint64_t fid, const void *bytes, uint32_t n);

/* Its response (2.2.22), with the count of bytes written. */
void build2_write_response(GByteArray *a, uint32_t n);

/* READ (2.2.19) at offset 0. */
void build2_read_request(GByteArray *a, uint64_t fid, uint32_t length);

/* Its response (2.2.20). */
void build2_read_response(GByteArray *a, const void *bytes, uint32_t n);

/* IOCTL (2.2.31) with its input. */
void build2_ioctl_request(GByteArray *a, uint32_t code, uint64_t fid, const void *bytes,
			  uint32_t n);

/* Its response (2.2.32), with its output. */
void build2_ioctl_response(GByteArray *a, uint32_t code, uint64_t fid, const void *bytes,
			   uint32_t n);

/* An ERROR response (2.2.2) without data. */
void build2_error_response(GByteArray *a);
