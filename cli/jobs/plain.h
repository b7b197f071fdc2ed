/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text that another process made, and that may go to a terminal: whole characters of UTF-8, and no
 * control character or other one that must not get there raw (dissect/wire/text.h), but newline and
 * tab; colours (ESC [ digits m) where they are on. What this program writes is so, and the marks that
 * a sink puts for the one that puts pieces together. It may come in parts that end anywhere.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"

typedef struct {
	bool colour; /* sequences of colours may be in it; */
	bool zeros;  /* zero bytes, which end what is printed once (credentials); */
	bool ones;   /* bytes of 1 that begin a line: of a date (output/text/messages-text.c) */
	char last;   /* byte before; of nothing: a newline */
	uint8_t sequence, left; /* what has begun: of a colour; bytes of a character */
	uint32_t character, least;
} CliPlain;

/* Of the output of a verb. */
void cli_plain_init(CliPlain *self, const CliOptions *options);

/* The next bytes of it: false if something else is in them. */
bool cli_plain_take(CliPlain *self, const char *bytes, size_t n);
