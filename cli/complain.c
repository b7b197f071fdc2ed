/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines on standard error, made safe for a terminal. */
#include "cli/complain.h"

#include <stdarg.h>
#include <stdio.h>

#include <glib.h>

#include "output/base/writer.h"

/* Of the process: whoever complains knows nothing of who speaks for it. */
static void (*told)(void *user, const char *text);
static void *told_user;

void
cli_complain_to(void (*fn)(void *user, const char *text), void *user)
{
	told = fn;
	told_user = user;
}

void
cli_complain(const char *format, ...)
{
	g_autofree char *text = NULL;
	OutBuffer line = { 0 };
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	if (told) {
		told(told_user, text);
		return;
	}
	out_lit(&line, "smbtrail: ");
	out_text(&line, smb_text_from_utf8(g_strchomp(text)));
	out_char(&line, '\n');
	(void)fwrite(line.data, 1, line.len, stderr);
	out_buffer_clear(&line);
}
