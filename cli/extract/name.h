/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of the wire as names of files in one folder. Whoever sent the name chose it, so nothing of
 * it may lead out of the folder, hide the file, name a device, or act upon a terminal or a shell.
 */
#pragma once

enum {
	CLI_EXTRACT_NAME_MAX = 200, /* bytes, to which numbers and ".partial" are added */
};

/*
 * "10.0.0.1_data_reports_a.txt" of a server, a share and a path (UTF-8; NULL: not known): at most
 * CLI_EXTRACT_NAME_MAX bytes, the extension is kept. Free it.
 *
 * Of ASCII there are letters, digits and "._-+,=@ " in it. It begins with a letter or digit, does
 * not end with a dot or space, and has no "..", nor a part that Windows reserves for a device. It
 * does not end with ".partial" either, which says that a file is not whole (store.h).
 */
char *cli_extract_name(const char *server, const char *share, const char *path);

/* The same with a number before its extension: "a~2.txt". Free it. */
char *cli_extract_name_numbered(const char *name, unsigned long long number);
