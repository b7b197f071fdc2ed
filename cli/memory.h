/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What --memory means in bytes. The account of what the traffic made grow is exact as far as malloc
 * can be foreseen; what cannot (free pieces between others that nothing fits into, buffers inside
 * of libraries) is measured, and taken off what the account may come to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the account may come to under a setting: the program itself needs the rest. */
size_t cli_memory_room(size_t setting);

typedef struct {
	size_t room;    /* cli_memory_room */
	size_t ceiling; /* what the account may come to now: `room`, or less */
	size_t most;    /* bytes that the process may have resident */
	unsigned looks; /* packets since the last look */
	int fd;         /* where the kernel tells; -1: it does not */
} CliMemory;

void cli_memory_init(CliMemory *self, size_t setting);
void cli_memory_clear(CliMemory *self);

/* To be called for every packet while the account is near the ceiling; may move the ceiling. */
void cli_memory_look(CliMemory *self);
