/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connections by their ends and time, to find their packets again (-w). Capped by the memory that it
 * may take, which is part of --memory: later ones are left out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/connection.h"

typedef struct CliSelection CliSelection; /* also named in options.h */

CliSelection *cli_selection_new(size_t memory);
void cli_selection_free(CliSelection *self);           /* NULL is fine */
size_t cli_selection_memory(const CliSelection *self); /* bytes allocated now */

/* A connection that ended. */
void cli_selection_add(CliSelection *self, const SmbConnectionInfo *info);
/* Call it after the last one. */
void cli_selection_sort(CliSelection *self);
/* Whether some were left out. */
bool cli_selection_full(const CliSelection *self);

/*
 * Whether a packet between these ends (sender, receiver) belongs to one of them. Without IP the
 * addresses decide, and of a fragment of IP, whose ports are 0.
 */
bool cli_selection_has(const CliSelection *self, uint8_t family, const uint8_t (*addr)[16],
		       const uint16_t *port, uint64_t time_ns);
