/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * INT and TERM ask for an orderly end: what was read is told, and the report gets its last line. A
 * second one kills. PIPE is ignored: the writer sees the error.
 */
#pragma once

#include <stdbool.h>

/* Installs the handlers; the flag that they set. */
volatile bool *cli_signals_install(void);
