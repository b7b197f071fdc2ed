/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocation that cannot be made ends the run: what stands finished in the writer is written,
 * whole lines of it, a word says so on standard error, and the exit status is 70. So it is for every
 * allocation of the process, those of the libraries too: malloc and its kin are functions of the
 * program, which ask the next ones.
 *
 * A child process made with fork gets NULL instead, and does with it what it likes.
 */
#pragma once

#include "output/base/writer.h"

/* What to write then; borrowed, NULL: nothing. */
void cli_allocation_watch(OutWriter *writer);
