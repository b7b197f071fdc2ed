/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages that wait for their turn, in order: the first 64 KiB in memory, then in a file without a
 * name. Without such a file, or if it is full, memory is all there is, and the spool says when it
 * has enough. It also says when more waits than it is meant for: nobody may fill the disk.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
	int fd; /* of the file, from the beginning to `written`; -1: none */
	off_t read, written;
	size_t most;      /* bytes that may wait */
	GByteArray *late; /* what comes after that */
	size_t late_read; /* of it */
	bool failed;      /* the file takes no more, */
	bool broken;      /* or did not give what it took */
	GByteArray *line; /* scratch: the message that was returned last */
} CliSpool;

/*
 * For what a process that may have so much `memory` tells of it: eight times that, as text.
 * False: there is no file in the directory for temporary files; it works without.
 */
bool cli_spool_init(CliSpool *self, size_t memory);
void cli_spool_clear(CliSpool *self);

void cli_spool_put(CliSpool *self, const void *message, size_t n);
/* The oldest message, which is valid until the next call of any function; NULL: there is none. */
const char *cli_spool_take(CliSpool *self, size_t *ret_n);
/* Messages were lost: the file could not be read. */
bool cli_spool_is_broken(const CliSpool *self);
/* No more should be put before something was taken. */
bool cli_spool_is_full(const CliSpool *self);
/*
 * More waits than an honest process has to tell as a whole: in memory as much as in a file, because
 * the report of an audit is several times as long as what the audit takes.
 */
bool cli_spool_is_over(const CliSpool *self);
/* Forgets everything. */
void cli_spool_reset(CliSpool *self);
