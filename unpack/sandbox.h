/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From here on the process can read standard input, write standard output, take so much memory, and
 * end.
 */
#pragma once

#include <stdbool.h>

/* Memory for decompressing, beyond what the program itself takes when it starts. */
enum { UNPACK_MEMORY_MIB = 160 };

/*
 * False where it cannot be had at all; the reason stands on standard error. A kernel without
 * seccomp filters is none: a word on standard error, and all the rest holds. Closes standard error.
 */
bool unpack_sandbox_enter(void);
