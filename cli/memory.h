/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What --memory means in bytes. The account of memory that grows with the traffic is exact as far
 * as malloc is predictable; the rest (fragmentation, buffers inside libraries) is measured, and
 * subtracted from what the account may reach.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The account's limit under a setting: the program itself needs the rest. */
size_t cli_memory_room(size_t setting);

typedef struct {
	size_t room;    /* cli_memory_room */
	size_t ceiling; /* the account's current limit: `room`, or less */
	size_t most;    /* bytes that the process may have for itself */
	unsigned looks; /* packets since the last look */
	int fd;         /* where the kernel reports it, borrowed; -1: it does not */
} CliMemory;

/* Opens what cli_memory_init needs, where it could not be opened any more then. */
void cli_memory_prepare(void);

/* Starts with the whole account available; `setting` is that of --memory in bytes. */
void cli_memory_init(CliMemory *self, size_t setting);
/* The end of its use. */
void cli_memory_clear(CliMemory *self);

/* To be called for every packet while the account is near the ceiling; may move the ceiling. */
void cli_memory_look(CliMemory *self);
