/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of contexts share: bytes, and the record that they give. */
#pragma once

#include <check.h>
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

#define KEY "404142434445464748494a4b4c4d4e4f"
#define PARENT "505152535455565758595a5b5c5d5e5f"

/* ---- parts of the test in files of their own: each adds its tests ---- */

void contexts_add_others(TCase *tc);
