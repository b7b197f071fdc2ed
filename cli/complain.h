/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages on standard error. All of them go through here, so that nothing from a capture, a file
 * name or a library reaches the terminal unescaped.
 */
#pragma once

/*
 * A line "smbtrail: ...". `format` is that of printf. Characters that a terminal would act upon are
 * shown as \x1b or \u{202e}, as in every output.
 */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* In a process that another one speaks for: what is to be said goes to `fn`, without "smbtrail: ". */
void cli_complain_to(void (*fn)(void *user, const char *text), void *user);
