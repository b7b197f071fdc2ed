/* SPDX-License-Identifier: BSD-3-Clause */
/* Part of test-transactions.c in a file of its own. */
#pragma once

#include <check.h>

/* Adds the tests of totals, caps, gaps and chains. */
void transactions_add_bounds(TCase *tc);
