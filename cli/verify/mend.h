/* SPDX-License-Identifier: BSD-3-Clause */
/* --mend: a file that a crash left with a torn last line is cut behind its last whole one. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Cuts what is behind the last newline; *ret_bytes says how much that was, 0: nothing. False with
 * error set, among others for a file that a run still writes to, or that has no records.
 */
bool cli_mend(const char *path, uint64_t *ret_bytes, GError **error);

/*
 * The same for a file that is open for reading and writing, and that stays locked (flock) as long
 * as it is open. 0 or an errno; EBUSY: a run writes to it.
 */
int cli_mend_file(int fd, uint64_t *ret_bytes);
