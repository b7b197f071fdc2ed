/* SPDX-License-Identifier: BSD-3-Clause */
/* Sizes on the command line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Parses a size: bytes, or with K, M, G (KiB, MiB, GiB; "64M", "64MiB"). False if it is not a size.
 */
bool cli_parse_size(const char *text, size_t *ret_bytes);
