/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes of a stream: found messages must look like messages, whatever stands before them. */
#include "dissect/netbios/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_find(SmbSpan bytes, bool direct)
{
	uint32_t found = smb_nbss_find(bytes, direct);
	SmbLooks looks;

	if (found > bytes.len || (found < bytes.len && bytes.len - found < 8))
		__builtin_trap();
	if (found == bytes.len)
		return;
	looks = smb_nbss_looks(smb_span_after(bytes, found), direct);
	if (looks == SMB_LOOKS_OTHER || looks == SMB_LOOKS_UNDECIDED)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbSpan bytes = { data, (uint32_t)size };
	SmbReader r = smb_reader_from_span(smb_span_after(bytes, SMB_NBSS_HEADER_SIZE));
	SmbNetbiosName called, calling;

	(void)smb_looks_like(bytes);
	check_find(bytes, false);
	check_find(bytes, true);
	if (smb_nbss_request_read(&r, &called, &calling) != (r.status == SMB_READ_OK))
		__builtin_trap();
	if (called.len > 15 || calling.len > 15)
		__builtin_trap();
	return 0;
}
