/* SPDX-License-Identifier: BSD-3-Clause */
/* Strings of the wire as strings of C. */
#include "cli/words/string.h"

#include <glib.h>

char *
cli_string_utf8(const SmbString *string, size_t size)
{
	char *utf8;
	size_t n;

	if (!string)
		return NULL;
	utf8 = g_malloc(size);
	n = smb_text_to_utf8(smb_string_text(string), utf8, size);
	for (size_t i = 0; i < n; i++)
		if (!utf8[i])
			utf8[i] = 0x1A;
	return g_realloc(utf8, n + 1);
}
