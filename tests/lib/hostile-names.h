/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asks the names of values and bits for numbers that have none: the numbers come from the wire, the
 * names come out of tables, and only the check of the table itself keeps the two apart. A layout is
 * borrowed for the call; a failure is one of the running Check test.
 */
#pragma once

#include "dissect/event.h"

/*
 * Asks every field of a layout, and of the lists that it holds, for names of numbers that have one
 * and of numbers that have none. NULL: nothing to ask.
 */
void ask_names(const SmbLayout *layout);
