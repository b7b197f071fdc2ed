/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of a run, by server, share and path: reads and writes of all connections go to the
 * version of the file that they belong to.
 *
 * A version ends, and another begins, when a reader gets other bytes than are known; when a file
 * that was read, or that its writer has closed, is changed; when it is emptied or made anew; and
 * when it has another size than was left. Within one open the last write wins.
 */
#pragma once

#include "cli/extract/manifest.h"

typedef struct CliFiles CliFiles;

/*
 * Told of every version at its end; what it points to is valid for that long. Returns how much of
 * `text_limit` was used.
 */
typedef size_t (*CliFilesFn)(void *user, const CliFileInfo *info);

/*
 * `place` is borrowed. `room`: bytes of memory, beyond which the longest unused file ends; where it
 * was not whole then, that is counted in place->given_up.
 */
CliFiles *cli_files_new(CliPlace *place, bool pipes, size_t room, CliFilesFn tell, void *user);
/* An exchange; `capture` (borrowed, lives as long as the files) is where it was seen. */
void cli_files_exchange(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x,
			const char *capture);
/*
 * What follows is another capture: files with a name go on, but what is known by the number of its
 * connection is not what had that number before.
 */
void cli_files_separate(CliFiles *self);
/* Ends all versions. */
void cli_files_finish(CliFiles *self);
/* Bytes that all of them have. */
size_t cli_files_memory(const CliFiles *self);
void cli_files_free(CliFiles *self);
