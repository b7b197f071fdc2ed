/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What smbtrail-unpack (unpack/) writes, and capture/source/archive.c reads: frames of a head and
 * the number of bytes that it gives. Both ends are from one build on one machine, so the head is
 * the struct as it is in memory. It comes from a process that parses untrusted bytes, so the reader
 * validates all of it.
 */
#pragma once

#include <stdint.h>

enum {
	CAP_UNPACK_DATA = 1,    /* bytes of the capture */
	CAP_UNPACK_END = 2,     /* no more comes, all was well; no bytes */
	CAP_UNPACK_TROUBLE = 3, /* no more comes; the bytes say why */
	CAP_UNPACK_MEMBER = 4,  /* a file of an archive begins; the bytes are its name */
};

enum {
	CAP_UNPACK_DATA_MAX = 128 << 10, /* bytes of a capture in a frame; at least one, */
	CAP_UNPACK_WORDS_MAX = 1024,     /* and of a text */
};

typedef struct {
	uint32_t kind;
	uint32_t size; /* bytes that follow this head */
	uint64_t done; /* bytes of the compressed input read so far */
} CapUnpackHead;
