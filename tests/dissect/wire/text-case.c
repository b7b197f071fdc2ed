/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of text share. */
#include "tests/dissect/wire/text-case.h"

uint8_t *wire;

SmbSpan
text_bytes_of(const void *bytes, uint32_t len)
{
	free(wire);
	wire = malloc(len ? len : 1);
	if (len)
		memcpy(wire, bytes, len);
	return (SmbSpan){ wire, len };
}

void
text_assert_decodes(SmbSpan bytes, const SmbEncoding *encoding, const char *expected,
		    size_t expected_len)
{
	char out[256];
	size_t n = smb_text_to_utf8((SmbText){ bytes, encoding }, out, sizeof(out));

	ck_assert_uint_eq(n, expected_len);
	ck_assert_mem_eq(out, expected, n + 1);
}

void
text_tear_down(void)
{
	free(wire);
	wire = NULL;
}
