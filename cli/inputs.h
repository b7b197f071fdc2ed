/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files of the command line. If the program's capabilities let it read more than its user may,
 * it opens the files while it still has them, which is before it reads the first byte of any.
 */
#pragma once

#include "cli/options.h"

/*
 * Puts the captures of directories, those below them included, in their place, by name: what a file
 * is called decides, because nothing is looked into before privileges go. A directory without any
 * stays, and is reported in its turn. One that cannot be looked through, or lies too deep, is told of,
 * and so are pipes, sockets, devices and links to directories that are called as captures are: none of
 * these is opened, and options->unread is set. Files that follow one another by the number behind their
 * names, in the order that a shell gives them, are put in that of their numbers.
 */
void cli_inputs_expand(CliOptions *options);

/*
 * Opens the first input and all others that are regular files, as far as there are descriptors, and
 * only if there are capabilities to drop. A file that cannot be opened is tried again in its turn,
 * and reported then.
 */
void cli_inputs_open(CliOptions *options);

/* What of them is opened, or opened again, when it is their turn. */
void cli_inputs_needs(const CliOptions *options, CliSandboxNeeds *needs);

/*
 * The same before the descriptor's turn comes: a copy of it. After the file was read through that,
 * cli_inputs_rewind has it begin again.
 */
int cli_inputs_borrow(const CliOptions *options, char *const *file);
void cli_inputs_rewind(const CliOptions *options, char *const *file);

/*
 * The descriptor of a file, which the caller then owns; CAP_FD_NONE or less (capture/source/source.h):
 * open it by name.
 */
int cli_inputs_take(const CliOptions *options, char *const *file);
