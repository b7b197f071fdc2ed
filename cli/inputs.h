/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of the command line. Who may read more with its capabilities than without them opens
 * its files as long as it has them, which is before the first byte of any is looked at.
 */
#pragma once

#include "cli/options.h"

/*
 * Opens the first input and all others that are regular files, as far as there are descriptors, and
 * only where there are capabilities to be given up. What cannot be opened is tried again in its
 * turn, and complained of then.
 */
void cli_inputs_open(CliOptions *options);

/* The descriptor of a file, which is the caller's then; -1: it is to be opened by name. */
int cli_inputs_take(const CliOptions *options, char *const *file);
