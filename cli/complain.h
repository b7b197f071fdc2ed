/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes to standard error. */
#pragma once

/*
 * A line "smbtrail: ...". Names of files and what libraries say of them may hold what a terminal
 * would act upon: it is shown as \x1b or \u{202e}, as in every output.
 */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
