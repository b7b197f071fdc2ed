/* SPDX-License-Identifier: BSD-3-Clause */
/* What names of files say about rotated captures. */
#pragma once

#include <stdbool.h>

/*
 * Whether the names are those of one set, `next` after `name`: in the same directory and equal but
 * for a date and a time that is later, and a counter of five digits beside it (as dumpcap, tcpdump
 * -G and -w of this program name files), or for a number behind the ending that is larger (tcpdump
 * -C). Digits that are neither must be equal: they are those of a place, an address or a case.
 * Endings of compression may differ.
 */
bool cli_sets_names_follow(const char *name, const char *next);

/*
 * Less than, equal to or greater than 0, as for qsort: the order of bytes, but "x.pcap9" before
 * "x.pcap10".
 */
int cli_sets_names_order(const char *name, const char *next);

/* Whether they are equal but for numbers behind the ending, which at least one has. */
bool cli_sets_are_numbered(const char *name, const char *next);

/* Whether the name has an ending of compression. */
bool cli_sets_is_packed(const char *name);
