/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests that lie in files of their own beside the program that they belong to: each adds them. */
#pragma once

#include <check.h>

void add_rap_bounds(TCase *tc);
void add_trans2_bounds(TCase *tc);
void add_nt_bounds(TCase *tc);
void add_commands_bounds(TCase *tc);
void add_fscc_bounds(TCase *tc);
void add_fsctl_bounds(TCase *tc);
