/* SPDX-License-Identifier: BSD-3-Clause */
/* Part of test-logon.c in a file of its own. */
#pragma once

#include <check.h>

/* Adds the tests of password fields: what they are, what of them is kept, and what a cut leaves. */
void logon_add_secrets(TCase *tc);
