/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of test-transactions.c in files of their own. */
#pragma once

#include <check.h>

/* Adds the tests of totals, caps, gaps and late parts. */
void transactions_add_bounds(TCase *tc);

/* Adds the tests of RAP: in parts, and at the end of a chain. */
void transactions_add_rap(TCase *tc);
