/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a TRANSACTION does with a named pipe ([MS-CIFS] 2.2.5): its first setup word says which
 * function. A row each in named-pipe.c. The bytes that go over the pipe are not read here.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads one direction of a pipe function by t->function; no layout for an unknown one. */
void smb1_named_pipe_parse(const Smb1Transaction *t, Smb1Nested *nested);
