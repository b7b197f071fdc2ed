/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds SMB1 messages for tests, byte by byte as [MS-CIFS] 2.2.3 lays them out, framed as NetBIOS
 * session messages. Strings are OEM.
 *
 *     build_message   00 len len len | FF 'SMB' ... header of 32 bytes
 *     build_block     WordCount, words, ByteCount, bytes
 *     build_end       sets the length of the first four bytes
 *
 * The array belongs to the caller from build_message or build_simple on; build_end gives the same
 * one back.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint8_t command;
	bool reply;
	uint32_t status;
	uint16_t tid, pid, uid, mid;
	bool signature; /* a signature that changes with the MID */
} BuildHeader;

/* Appends the low `size` bytes of a number, little-endian. */
void build_le(GByteArray *a, uint64_t v, unsigned size);

/* Appends text with its terminator. */
void build_text(GByteArray *a, const char *text);

/* Opens a message: NetBIOS header (build_end sets its length) and SMB header (2.2.3.1). */
GByteArray *build_message(BuildHeader h);

/* Appends one block (2.2.3.2, 2.2.3.3): words of 16 bits each, then bytes. */
void build_block(GByteArray *a, const uint16_t *words, uint8_t n_words, const void *bytes,
		 uint16_t n_bytes);

/* Sets the length of the NetBIOS header, and gives the message back. */
GByteArray *build_end(GByteArray *a);

/* Builds a whole message of one block. */
GByteArray *build_simple(BuildHeader h, const uint16_t *words, uint8_t n_words, const void *bytes,
			 uint16_t n_bytes);
