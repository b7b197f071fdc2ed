/* SPDX-License-Identifier: BSD-3-Clause */
/* Any security blob. */
#include "dissect/security/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbToken token;

	smb_token_read((SmbSpan){ data, (uint32_t)size }, &token);
	(void)smb_classify_ntlmssp(&token);
	return 0;
}
