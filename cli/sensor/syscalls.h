/* SPDX-License-Identifier: BSD-3-Clause */
/* The filter of system calls (seccomp): a list of those that are allowed; any other kills. */
#pragma once

#include <stdbool.h>

#include "cli/sensor/sandbox.h"

/*
 * Loads the filter. `confined`: Landlock decides which files can be opened; if it does not, and no
 * input has a name, nothing can be. Returns 0 or an errno.
 */
int cli_syscalls_filter(const CliSandboxNeeds *needs, bool confined);

/* Whether this build's filter stops anything: that of one with sanitizers only logs. */
bool cli_syscalls_stop(void);
