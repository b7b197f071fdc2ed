/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What follows the signature of an NTLMSSP message, so that no run is lost on finding the
 * signature.
 */
#include "dissect/security/token-fields.h"
#include "tests/fuzz/walk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *message = malloc(8 + size);
	SmbTokenView view = { 0 };

	if (!message)
		return 0;
	memcpy(message, "NTLMSSP", 8);
	if (size)
		memcpy(message + 8, data, size);
	smb_token_read((SmbSpan){ message, (uint32_t)size + 8 }, SMB_TEXT_OEM, &view.token);
	(void)smb_classify_ntlmssp(&view.token);
	walk_more(smb_token_describe(&view), (const uint8_t *)&view, 0);
	free(message);
	return 0;
}
