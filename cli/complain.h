/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes to standard error. */
#pragma once

/*
 * A line "smbtrail: ...". File names and messages of libraries may hold characters that a terminal
 * would act upon: they are shown as \x1b or \u{202e}, as in every output.
 */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
