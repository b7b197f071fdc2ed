/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of test-arguments in a file of its own. */
#pragma once

#include <check.h>

/* Adds its tests. */
void arguments_add_responses(TCase *tc);
