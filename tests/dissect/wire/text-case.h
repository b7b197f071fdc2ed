/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of text share. */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/wire/text.h"

/* Exactly these bytes, on the heap; one buffer a test, freed by the fixture. */
extern uint8_t *wire;

SmbSpan text_bytes_of(const void *bytes, uint32_t len);

#define BYTES(literal) text_bytes_of(literal, sizeof(literal) - 1)

void text_tear_down(void);

/* What a text is in UTF-8 must be `expected`, NUL characters counted. */
void text_assert_decodes(SmbSpan bytes, const SmbEncoding *encoding, const char *expected,
			 size_t expected_len);

#define DECODES(literal, encoding, expected) \
	text_assert_decodes(BYTES(literal), encoding, expected, sizeof(expected) - 1)

/* ---- parts of the test in files of their own: each adds its tests ---- */

void text_add_strings(TCase *tc);
