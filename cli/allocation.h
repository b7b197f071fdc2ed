/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocation that fails ends the run: the whole lines in the writer are written, a message goes
 * to standard error, and the exit status is 70. This holds for every allocation of the process,
 * including those of libraries: the program defines malloc and its kin, which call the next
 * definition.
 *
 * A child process made with fork gets NULL instead, and handles that itself.
 */
#pragma once

#include "output/base/writer.h"

/* In such a child that is a run of its own: it ends by a failed allocation, too. */
void cli_allocation_adopt(void);

/* The writer to flush then; borrowed, NULL: none. */
void cli_allocation_watch(OutWriter *writer);
