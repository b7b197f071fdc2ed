/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Landlock, landlock(7): which files a process may open, whatever its user may. It needs no
 * privilege, only no_new_privs, and holds for all children.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* What may still be opened by name; each is an array of paths. */
typedef struct {
	const GPtrArray *files;   /* read; a directory: listed */
	const GPtrArray *trees;   /* read, with all that is below */
	const GPtrArray *folders; /* in these, files are made, written, replaced and removed */
	bool connect;             /* connections of TCP, and abstract Unix sockets */
} CliLandlockPaths;

/* The version of the kernel's interface; 0: it has none, or it was turned off. */
int cli_landlock_abi(void);

/*
 * Confines the process to these paths. A path that does not exist is passed over. What the kernel
 * is too old for is not restricted: truncating before version 3, TCP before 4, signals and abstract
 * sockets before 6. False with errno set.
 */
bool cli_landlock_enter(const CliLandlockPaths *paths);

/* Nothing can be written or connected to any more; all can still be read and executed. */
bool cli_landlock_enter_reader(void);
