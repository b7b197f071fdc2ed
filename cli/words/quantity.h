/* SPDX-License-Identifier: BSD-3-Clause */
/* Durations and sizes on the command line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Parses a duration: a whole number of seconds, or with a unit: ms, s, m, h, d ("10m"). False if it
 * is none, or longer than 1000 years.
 */
bool cli_parse_duration(const char *text, uint64_t *ret_us);

/*
 * Parses a size: bytes, or with K, M, G (KiB, MiB, GiB; "64M", "64MiB"). False if it is not a size.
 */
bool cli_parse_size(const char *text, size_t *ret_bytes);
