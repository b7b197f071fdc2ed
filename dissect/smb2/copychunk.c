/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys and counts of server-side copies: [MS-SMB2] 2.2.31.1, 2.2.32.1, 2.2.32.3. */
#include "dissect/smb2/copychunk.h"

SmbSpan
smb2_resume_key(SmbSpan bytes)
{
	SmbReader r = smb_reader_from_span(bytes);

	return smb_reader_span(&r, SMB2_RESUME_KEY_SIZE);
}

uint32_t
smb2_copied(SmbSpan output)
{
	SmbReader r = smb_reader_from_span(output);

	smb_reader_skip(&r, 4 + 4); /* ChunksWritten, ChunkBytesWritten */
	return smb_reader_le32(&r);
}
