/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of character sets, made with iconv. */
#include "cli/oem.h"

#include <errno.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD, NONE = 0, LEAD = -1 };

/* What `encoding` points to is in the same block. */
typedef struct {
	SmbEncoding encoding;
	uint16_t single[SMB_OEM_UPPER];
	const uint16_t *pairs[SMB_OEM_UPPER];
	uint16_t rows[SMB_OEM_UPPER][256];
} Tables;

/* The character that these bytes are; NONE, or LEAD where more are needed. */
static int32_t
character_of(GIConv conversion, const uint8_t *bytes, gsize n)
{
	char *in = (char *)bytes;
	uint8_t units[8];
	char *out = (char *)units;
	gsize left = sizeof(units);
	gsize status;

	g_iconv(conversion, NULL, NULL, NULL, NULL);
	status = g_iconv(conversion, &in, &n, &out, &left);
	if (status == (gsize)-1)
		return errno == EINVAL ? LEAD : NONE;
	/* One that needs a surrogate is in no code page of OEM strings. */
	return n == 0 && left == sizeof(units) - 2 ? units[0] | units[1] << 8 : NONE;
}

/* Whether any second byte makes a character. */
static bool
fill_pairs(Tables *self, GIConv conversion, uint8_t lead)
{
	uint16_t *row = self->rows[lead - 0x80];
	bool any = false;

	for (unsigned i = 0; i < 256; i++) {
		const uint8_t bytes[2] = { lead, (uint8_t)i };
		int32_t c = i ? character_of(conversion, bytes, 2) : NONE;

		row[i] = c > 0 ? (uint16_t)c : 0;
		any |= c > 0;
	}
	self->pairs[lead - 0x80] = any ? row : NULL;
	return any;
}

static bool
fill(Tables *self, GIConv conversion)
{
	bool any = false;

	for (unsigned i = 0x20; i < 0x7F; i++) {
		const uint8_t byte = (uint8_t)i;

		if (character_of(conversion, &byte, 1) != (int32_t)i)
			return false;
	}
	for (unsigned i = 0; i < SMB_OEM_UPPER; i++) {
		const uint8_t byte = (uint8_t)(0x80 + i);
		int32_t c = character_of(conversion, &byte, 1);

		self->single[i] = c > 0 ? (uint16_t)c : REPLACEMENT;
		any |= c > 0 || (c == LEAD && fill_pairs(self, conversion, byte));
	}
	return any;
}

SmbEncoding *
cli_oem_new(const char *charset, GError **error)
{
	bool number = *charset && charset[strspn(charset, "0123456789")] == '\0';
	g_autofree char *name = g_strconcat(number ? "CP" : "", charset, NULL);
	GIConv conversion = g_iconv_open("UTF-16LE", name);
	Tables *self = g_new0(Tables, 1);
	bool ok = conversion != (GIConv)-1;

	/* Three bytes and more a character are no OEM strings. */
	if (ok) {
		ok = fill(self, conversion) && g_ascii_strcasecmp(name, "UTF-8") != 0 &&
		     g_ascii_strcasecmp(name, "UTF8") != 0;
		g_iconv_close(conversion);
	}
	self->encoding = (SmbEncoding){ self->single, self->pairs };
	if (ok)
		return &self->encoding;
	g_free(self);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--oem-charset takes a code page such as 437, 850, 866, 932 or 1252, or "
		    "another character set of one or two bytes that iconv -l lists; not '%s'",
		    charset);
	return NULL;
}
