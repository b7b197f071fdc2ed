/* SPDX-License-Identifier: BSD-3-Clause */
/* Any security blob, with all that is reported of it. */
#include "dissect/security/token-fields.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbTokenView view = { 0 };
	SmbSpan blob = { data, (uint32_t)size };

	smb_token_read(blob, SMB_TEXT_OEM, &view.token);
	(void)smb_classify_ntlmssp(&view.token);
	walk_more(smb_token_describe(&view), (const uint8_t *)&view, 0);
	/* Of a token that is whole no more than its outermost element is read. */
	if (!view.token.malformed && smb_token_length(blob) > size)
		__builtin_trap();
	return 0;
}
