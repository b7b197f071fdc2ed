/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tests of calls' arguments share: a stub in NDR (C706 14) or NDR64 ([MS-RPCE] 2.2.5) that grows
 * by what is put into it, and the reading of it as a request. Its bytes are the test's to free.
 */
#pragma once

#include <glib.h>

#include "dissect/dcerpc/pdu.h"

enum { HEADERS = 24, HANDLE = 20 };

typedef struct {
	GByteArray *bytes;
	bool wide, big_endian, ascii;
	uint8_t auth_level; /* 0: without a security trailer */
} Stub;

typedef struct {
	uint8_t *exact;
	SmbRpcArguments arguments;
	bool is;
	char name[64], target[64];
} Read;

/* Of each form and byte order: 0 to 3. */
Stub stub_new(int form);
/* Aligned to its size, as are all. */
void put(Stub *s, uint64_t v, unsigned size);
void number(Stub *s, uint64_t v);
void string(Stub *s, const char *ascii);
void pointed(Stub *s, const char *ascii);
void handle(Stub *s);
/* RPC_UNICODE_STRING, [MS-DTYP] 2.3.10. */
void counted(Stub *s, const char *ascii);
/* Reads it as a request of which so many bytes were captured; the caller frees `exact`. */
Read read_stub(const Stub *s, const char *interface, uint16_t opnum, uint32_t cut);
/* Asserts what it says whole; cut, it says the same, less, or nothing. Empties the stub. */
void says(Stub *s, const char *interface, uint16_t opnum, const char *name, const char *target);
