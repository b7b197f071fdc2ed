/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the tests of SMB2 messages: making them, dissecting them, and looking at what came out. Every
 * message lies in a heap buffer of exactly its captured size.
 *
 *     make, from_hex --> Wire -- dissect --> scratch, seen as `message` and `facts`
 *
 * A Wire belongs to the caller, until dissect frees it; dissect_kept leaves it. `scratch` holds
 * what was dissected last, and points into the Wire.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dissect/smb2/message.h"

#define CREATE_ID 0xa27ec779u
#define CREATE_ID_PERSISTENT 0xed9a6320u
#define SESSION 0xf42ef7aau

typedef struct {
	uint8_t *bytes;
	uint32_t len;
} Wire;

/* A buffer of zeros. */
Wire wire_of_size(uint32_t len);

/* The bytes of hex pairs. */
Wire from_hex(const char *hex);

/* A copy of the first n bytes, in a buffer of n bytes. */
Wire cut(Wire w, uint32_t n);

/* Writes a number of `size` bytes at an offset, little-endian. */
void put(Wire w, uint32_t at, unsigned int size, uint64_t value);

/* A header (2.2.1) with a body of `size` bytes that begins with its StructureSize. */
Wire make(uint16_t command, bool response, uint16_t structure_size, uint32_t size);

/* What was dissected last, and the two parts of it that tests look at. */
extern Smb2Scratch scratch;
extern const SmbMessage *const message;
extern const Smb2Facts *const facts;

/*
 * Dissects a message of which `declared` bytes were announced. Gives where the next message of a
 * compound begins, or 0.
 */
uint32_t dissect_kept(Wire w, uint32_t declared, bool response);

/* The same of a whole message, which is then freed: texts and spans are gone. */
uint32_t dissect(Wire w, bool response);

/* Dissects a message in which nothing is wrong; the caller frees it. */
Wire dissect_hex(const char *hex, bool response);

/* The value of a number among the fields that sinks print. */
uint64_t number(const char *key);

/* Where the field of that key is in the body. */
const void *value(const char *key);

/*
 * Copies the numbers that the items of a list are or begin with, at most `max`; gives how many there
 * were.
 */
uint32_t list_numbers(const char *key, uint16_t out[], uint32_t max);

/* A text is UTF-16 and says this. */
void assert_text(SmbText text, const char *ascii);

/*
 * A message of hex pairs is an ERROR response (2.2.2) with this status, and nothing else is known
 * of it.
 */
void assert_error(const char *hex, uint32_t status);
