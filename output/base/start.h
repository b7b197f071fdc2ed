/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first record of a run that watches an interface, or that was asked for a sandbox: what it
 * reads, and what it can still do.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/base/buffer.h"

/* Everything is borrowed. */
typedef struct {
	uint64_t time_ns; /* of the clock */
	const char *version;
	const char *const *interfaces; /* NULL: files are read */
	const char *const *files;
	const char *user;
	const char *const *capabilities; /* names, lower case */
	bool no_new_privs;
	int landlock; /* version of its interface; 0: not in force */
	bool seccomp;
} OutStart;

/* The `start` record with its newline. */
void out_start_json(OutBuffer *b, const OutStart *start);
