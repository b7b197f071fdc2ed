/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb audit. Each capture is judged on its own, its connections do not go on in the next one:
 * so an audit of many captures is the sum of audits of some of them, whichever way they are
 * grouped.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/options.h"

/* Does all of it and prints to fd; `live` NULL: the files of the options. */
CliExit cli_audit(const CliOptions *options, CapSource *live, volatile bool *stop, int fd);
