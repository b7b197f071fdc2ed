/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the test of IP. */
#pragma once

#include <check.h>

/* Fragments, to the number. */
void ip_add_fragments(TCase *tc);
