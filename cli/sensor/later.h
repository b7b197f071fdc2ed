/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files that are made while packets are being read, when every privilege is gone: below directories
 * that were opened before, by openat, and nowhere else. Who the process has become must be allowed
 * to write there. A sandbox has to allow openat, renameat and unlinkat below `cli_later_directory`,
 * and nothing more for this.
 */
#pragma once

#include <glib.h>

typedef struct CliLater CliLater;

/* Opens the directory that `path` is in. NULL with error set if that is not possible. */
CliLater *cli_later_new(const char *path, GError **error);
/* NULL is allowed. */
void cli_later_free(CliLater *self);

/* Its descriptor, and the last part of the path. */
int cli_later_directory(const CliLater *self);
const char *cli_later_name(const CliLater *self);

/*
 * A new file of this name (without a directory) for its owner alone; -1 with errno set, EEXIST if
 * there is one, a symbolic link too.
 */
int cli_later_create(const CliLater *self, const char *name);
