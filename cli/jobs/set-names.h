/* SPDX-License-Identifier: BSD-3-Clause */
/* What names of files say about rotated captures. */
#pragma once

#include <stdbool.h>

/*
 * Whether names look like those of one set, `next` after `name`: equal but for digits, which have a
 * date and a time (as dumpcap, tcpdump -G and -w of this program name files) or stand behind the
 * ending (tcpdump -C).
 */
bool cli_sets_names_follow(const char *name, const char *next);

/* Whether the name has an ending of compression. */
bool cli_sets_is_packed(const char *name);
