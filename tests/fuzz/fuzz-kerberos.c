/* SPDX-License-Identifier: BSD-3-Clause */
/* What a Kerberos mechanism sends, after its object identifier and as a message of its own. */
#include "dissect/security/mechanism.h"
#include "dissect/security/token-fields.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbTokenView view = { .token = { .neg_state = -1, .encryption_type = -1 } };
	SmbToken *token = &view.token;
	SmbSpan bytes = { data, (uint32_t)size };
	SmbDer root = smb_der_root(bytes, &token->malformed);

	smb_kerberos_read(&root, token);
	if (strnlen(token->service, sizeof(token->service)) == sizeof(token->service))
		__builtin_trap();
	walk_more(smb_token_describe(&view), (const uint8_t *)&view, 0);
	smb_token_read(bytes, SMB_TEXT_OEM, token);
	walk_more(smb_token_describe(&view), (const uint8_t *)&view, 0);
	return 0;
}
