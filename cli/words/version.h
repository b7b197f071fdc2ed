/* SPDX-License-Identifier: BSD-3-Clause */
/* What --version prints: the program's version, and those of the libraries that it runs with. */
#pragma once

/* The whole text, to be freed. Asks smbtrail-unpack for its own. */
char *cli_version_text(void);
