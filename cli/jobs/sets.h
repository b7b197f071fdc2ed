/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which files of the command line are one capture: those of a rotated set, in which connections go
 * on from file to file. All that is looked at is names and first packets, so that what belongs
 * together is known before anything is read, and does not depend on -j.
 */
#pragma once

#include "cli/options.h"

/*
 * Whether all files are one capture: with --rotated; for timeline, messages and credentials without
 * --apart; for what tells one story of all of them; and for extract, which keeps versions of files.
 */
bool cli_sets_is_one_story(const CliOptions *options);

/*
 * Fills options->goes_on: for each file, whether the next one is of the same capture. In
 * one story each is. Else names decide (set-names.h); and,
 * unless they are compressed, both files can be read and the first packet of the next one is later.
 */
void cli_sets_find(CliOptions *options);

/* Whether the capture of this file goes on in the next one. `file` points into options->files. */
bool cli_sets_goes_on(const CliOptions *options, char *const *file);
