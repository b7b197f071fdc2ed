/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of test-ntlmssp in a file of its own. */
#pragma once

#include <check.h>

/* Adds its tests. */
void ntlmssp_add_headers(TCase *tc);
