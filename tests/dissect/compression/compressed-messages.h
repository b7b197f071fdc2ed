/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of the test of decompression in a file of its own. */
#pragma once

#include <check.h>

/* Adds the tests of compressed messages. */
void compression_add_messages(TCase *tc);
