/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file that the report goes to: standard output, or that of -o. The caller owns the
 * descriptors.
 */
#pragma once

#include "cli/options.h"

/*
 * Makes sure that descriptors 0 to 2 are taken, so that no capture file is opened as a standard
 * output that somebody closed. To be called before anything is opened.
 */
bool cli_output_guard(void);

/*
 * False, with error set, where -o, -w or --metrics names a file that this run reads, or two of them
 * name the same: a wrong command line, that is found before anything is opened.
 */
bool cli_output_check(const CliOptions *options, GError **error);

/*
 * After privileges were dropped: false, with error set, where the run has to make files (rotation,
 * --every, --metrics) in a directory that it cannot write in.
 */
bool cli_output_check_folders(const CliOptions *options, GError **error);

/* The file of -w, emptied, for its owner alone; likewise. */
int cli_output_open_packets(const CliOptions *options, GError **error);

/*
 * The descriptor, or -1 with error set. A file of -o is emptied unless it goes on, is never a
 * symbolic link and never one of the captures; with --reveal-secrets only its owner may read it.
 */
int cli_output_open(const CliOptions *options, GError **error);

/*
 * Live, timeline and messages append to a file of -o: a sensor that is started again loses nothing.
 * A torn last line is cut off, and the file is locked (flock).
 */
bool cli_output_goes_on(const CliOptions *options);

/*
 * With --every, a file of -o (not a pipe or a device) is never written to: each report replaces it.
 * cli_output_open then only checks that this is allowed, and returns a descriptor of /dev/null.
 */
bool cli_output_is_replaced(const CliOptions *options);
/* What it has to do with files while the run goes on. */
void cli_output_needs(const CliOptions *options, CliSandboxNeeds *needs);
/* A new file beside that of -o, and its name; -1 with errno set. */
int cli_output_temporary(const CliOptions *options, char **ret_name);
/* Replaces the other file with it, or removes it if it is incomplete. False with errno set. */
bool cli_output_replace(const CliOptions *options, int fd, const char *name, bool whole);
