/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From here on the process can read standard input, write standard output, take so much memory, and
 * end.
 */
#pragma once

#include <stdbool.h>

/* Memory for decompression, beyond what the program takes at its start. */
enum { UNPACK_MEMORY_MIB = 160 };

/*
 * False if the sandbox cannot be set up; the reason goes to standard error. A kernel without
 * seccomp filters is not a failure: a warning goes to standard error, and the rest of the sandbox
 * holds. Closes standard error.
 */
bool unpack_sandbox_enter(void);
