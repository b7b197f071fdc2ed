/* SPDX-License-Identifier: BSD-3-Clause */
/* Strings of the wire as strings of C. */
#pragma once

#include "dissect/wire/text.h"

/*
 * In UTF-8, cut to less than `size` bytes; NULL for NULL. A NUL in it is U+001A (substitute), so
 * that no name ends where its sender hid the rest. Free it with g_free.
 */
char *cli_string_utf8(const SmbString *string, size_t size);
