/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a TRANSACTION does with a named pipe ([MS-CIFS] 2.2.5): its first setup word is the
 * function. Each has a row in named-pipe.c. The bytes sent over the pipe are not read here.
 * Stateless.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one direction of a pipe function by t->function; no layout for an unknown one. */
void smb1_named_pipe_parse(const Smb1Transaction *t, Smb1Nested *nested);
