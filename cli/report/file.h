/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A destination that is a file, or standard output: with rotation (names.h), with a name that HUP
 * opens anew (a logrotate moved the file), or as it is.
 *
 * Live, what the disk has no room for is dropped and counted, and writing is tried again once a
 * second. Else the first error ends the output.
 *
 * For the sandbox: after privileges were dropped this calls write, lseek, fstat, ftruncate, fsync
 * and fdatasync on the descriptor, and only where FILE has to be opened anew (rotation; HUP), all
 * of it below the directory descriptor that was opened at the start: openat (O_WRONLY | O_CREAT),
 * renameat2, renameat, unlinkat, flock, and fsync of the directory. Times come from the vdso.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "output/base/descriptor.h"
#include "output/base/destination.h"
#include "output/views/lost.h"

typedef struct {
	uint64_t size;    /* bytes; 0: no limit */
	unsigned seconds; /* 0: no limit */
	unsigned keep;    /* finished files; 0: all */
} CliRotation;

typedef struct {
	const char *path; /* NULL: standard output; borrowed, as are all texts */
	bool live;
	bool json;      /* else text: no record is counted, no record says what was lost */
	OutLostFn lost; /* with json: as in CliLoss */
	bool sync;      /* what was written is to survive a crash of the machine */
	mode_t mode;
	bool chown; /* files belong to these */
	uid_t uid;
	gid_t gid;
	CliRotation rotation;
	bool (*give_up)(void *user); /* of OutDescriptor */
} CliFileOptions;

/*
 * A file that is open already, and that the destination owns from now on, except for standard
 * output; live, that of `path` can be opened anew. Owned by the caller.
 */
OutDestination *cli_file_new(const CliFileOptions *options, int fd);

/*
 * Files with rotation: opens the directory of `path` and the first file in it. What a run that was
 * killed left there is put aside. NULL with error set.
 */
OutDestination *cli_file_rotated_new(const CliFileOptions *options, GError **error);
