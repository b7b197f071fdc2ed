/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases for tests of SMB1 commands: the words and bytes of one block, made from its section of
 * [MS-CIFS], and the fields that must come out, rendered by walking the layout as an output does.
 *
 *     Case -- message_of --> message -- dissect_exact --> Smb1Scratch -- render --> fields
 *
 * Cases are constant tables of the test. What is returned belongs to the caller. A case that fails
 * fails the running Check test, and is named by its `what`.
 */
#pragma once

#include <glib.h>

#include "dissect/smb1/message.h"

typedef struct {
	const char *what;
	uint8_t command;
	bool response, unicode;
	const char *words, *bytes; /* hex pairs, 'OEM text', u'UTF-16 text' */
	const char *fields;        /* of the layout: key=value, lists in brackets */
	const char *facts;         /* NULL: nothing that following a session needs */
} Case;

/* Bytes of hex pairs, 'OEM text' and u'UTF-16 text'; blanks are skipped. */
GByteArray *bytes_of(const char *text);

/* The message of a case: a header (2.2.3.1) and the one block. */
GByteArray *message_of(const Case *c);

/*
 * Dissects the first `captured` bytes out of a heap buffer of just that size, for which a message
 * of `len` was announced. Gives that buffer, for the caller to free after a look at the scratch.
 */
uint8_t *dissect_exact(const GByteArray *message, uint32_t captured, bool response,
		       Smb1Scratch *scratch);

/* Appends the fields of a body as `key=value`, but for those that its WordCount does not have. */
void render(GString *out, const SmbLayout *layout, const void *body, uint8_t word_count);

/* Appends those facts of a command that are known. */
void render_facts(GString *out, const Smb1Facts *facts);

/* Each case gives its fields and facts, whole and, with `cut`, cut at every byte. */
void check_cases(const Case *cases, size_t count, bool cut);

#define CHECK_CASES(cases, cut) check_cases(cases, sizeof(cases) / sizeof((cases)[0]), cut)

/* A lie is malformed, and what it shows is what is there. */
void check_lie(const Case *c);

/*
 * Any single byte of any message may be anything: nothing is read beyond the message, and every
 * list ends.
 */
void spoil_cases(const Case *cases, size_t count);

#define SPOIL_CASES(cases) spoil_cases(cases, sizeof(cases) / sizeof((cases)[0]))
