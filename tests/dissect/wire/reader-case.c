/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the reader share. */
#include "tests/dissect/wire/reader-case.h"

uint8_t *wire;

void
reader_set_up(void)
{
	wire = malloc(SIZE);
	for (uint32_t i = 0; i < SIZE; i++)
		wire[i] = (uint8_t)i;
}

void
reader_tear_down(void)
{
	free(wire);
}

SmbReader
reader_over(uint32_t captured, uint32_t declared)
{
	wire = realloc(wire, captured);
	return smb_reader_new(wire, captured, declared);
}
