/* SPDX-License-Identifier: BSD-3-Clause */
/* What a Kerberos mechanism sends, behind its object identifier and as a message of its own. */
#include "dissect/security/mechanism.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbToken token = { .neg_state = -1, .encryption_type = -1 };
	SmbSpan bytes = { data, (uint32_t)size };
	SmbDer root = smb_der_root(bytes, &token.malformed);

	smb_kerberos_read(&root, &token);
	if (strnlen(token.service, sizeof(token.service)) == sizeof(token.service))
		__builtin_trap();
	smb_token_read(bytes, &token);
	return 0;
}
