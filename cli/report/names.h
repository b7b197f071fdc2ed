/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of a rotated output, for FILE "dir/smbtrail.json":
 *
 *     dir/smbtrail.json.part                          the one in work
 *     dir/smbtrail-20261127T191500Z-000001.json       finished: when it was begun (UTC), its number
 *
 * Numbers go on over the runs: the next one is one more than the highest in the directory.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The name of a finished file; to be freed. `base` is FILE without its directory. */
char *cli_rotated_name(const char *base, int64_t begun_s, uint64_t number);
/* Whether `name` is one of the finished files of `base`, and its number. */
bool cli_rotated_number(const char *base, const char *name, uint64_t *ret_number);
/* The name of the file in work; to be freed. */
char *cli_rotated_part(const char *base);

/* Finished files, oldest first. */
typedef struct {
	GQueue names;  /* char *, owned; empty where all are kept */
	uint64_t last; /* the highest number so far */
} CliRotated;

/* As cli_rotated_number: which names are those of files that follow one another. */
typedef bool (*CliRotatedForm)(const char *base, const char *name, uint64_t *ret_number);

/* Looks for those of earlier runs in a directory, which stays open. 0 or an errno. */
int cli_rotated_scan(CliRotated *self, int dir, const char *base, CliRotatedForm form,
		     unsigned keep);
/* Another one was finished: takes its name, and removes the oldest beyond `keep` (0: none). */
void cli_rotated_add(CliRotated *self, int dir, char *name, unsigned keep);
void cli_rotated_clear(CliRotated *self);
