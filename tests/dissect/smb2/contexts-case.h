/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of contexts share: bytes, and the record that they give. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/base/fields.h"
#include "tests/lib/hostile-names.h"
#include "tests/lib/smb2-wire.h"

enum { TO_SERVER = false, TO_CLIENT = true };

/* A message: the header, then these hex digits, in which spaces are ignored. */
Wire contexts_message_of(uint16_t command, bool response, uint32_t status, const char *body);

char *contexts_printed(const SmbLayout *layout, const void *body, SmbReadStatus status,
		       const void *there);
char *contexts_printed_block(void);

/* The fields of the message's command contain this, and nothing is wrong with it. */
void contexts_expect(Wire w, bool response, const char *json);

/* The same of a message that lies: its fields contain this as far as they could be read. */
void contexts_expect_lie(Wire w, bool response, const char *json);

/* A message and what its fields end with, exactly. */
typedef struct {
	uint16_t command;
	bool response;
	uint32_t status;
	const char *body;
	const char *end;
	uint32_t anomalies;
	uint32_t cut; /* so many bytes more are declared than are there */
} ContextsRow;

/* The message of the row, which is freed, says what the row does. */
void contexts_expect_end(const ContextsRow *row, Wire w);

/* The names of numbers, one after the other, as "key=1:name ". */
typedef struct {
	char text[4096];
	size_t used;
} ContextsNames;

/*
 * Appends those of a body, of its parts and the items of its lists; each table of names is asked for
 * what it does not have, too.
 */
void contexts_add_names(const SmbLayout *layout, const void *body, ContextsNames *names);

#define KEY "404142434445464748494a4b4c4d4e4f"
#define PARENT "505152535455565758595a5b5c5d5e5f"

/* Bodies whose contexts, data or channels follow. */
#define NEGOTIATE_BODY(n)                                                                         \
	"2400 0100 0100 0000 7f000000 000102030405060708090a0b0c0d0e0f 68000000 " n " 0000 1103 " \
	"0000 "
#define CREATE_BODY(length)                                                                 \
	"3900 00 ff 02000000 0000000000000000 0000000000000000 89001200 00000000 07000000 " \
	"01000000 40000000 7800 0000 78000000 " length "0000 "
#define CREATE_ANSWER(length)                                                     \
	"5900 ff 00 01000000 0000000000000000 0000000000000000 0000000000000000 " \
	"0000000000000000 0000000000000000 0000000000000000 80000000 00000000 "   \
	"1111111111111111 2222222222222222 98000000 " length "0000 "
#define SYMLINK "1c000000 53594d4c 0c0000a0 1000 0c00 0000 0200 0200 0200 01000000 74007500"
#define FILE_ID "0100000000000000 0200000000000000 "

/* A tree connect whose contexts are said to begin there. */
Wire contexts_remoted_identity(uint32_t offset);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void contexts_add_others(TCase *tc);
void contexts_add_rows(TCase *tc);
