/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the reader share. */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "dissect/wire/reader.h"

enum { SIZE = 16 };

/* 00 01 02 ... 0F, freed by the fixture. */
extern uint8_t *wire;

void reader_set_up(void);
void reader_tear_down(void);

/* A reader over the first `captured` bytes, which are copied so that one more is out of bounds. */
SmbReader reader_over(uint32_t captured, uint32_t declared);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void reader_add_spans(TCase *tc);
