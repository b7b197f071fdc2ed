/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stddef.h>

/*
 * The name that somebody who typed `word` most likely meant: the one with the fewest letters left
 * out, added, changed or swapped, where those are few; or the only one that begins so. NULL: none
 * is near.
 */
const char *cli_nearest(const char *word, const char *const *names, size_t n);
