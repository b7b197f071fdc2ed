/* SPDX-License-Identifier: BSD-3-Clause */
/* DCE/RPC PDUs one after the other, with all contexts and results that they say they have. */
#include "dissect/dcerpc/pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbReader r = smb_reader_new(data, (uint32_t)size, (uint32_t)size);
	DcePdu pdu, copy;

	if (size > 1 << 16)
		return 0;
	while (smb_reader_left(&r) && dce_pdu_read(r, &pdu)) {
		DceContext context;
		DceResult result;

		copy = pdu;
		for (unsigned i = 0; i < pdu.n_contexts && dce_next_context(&pdu, &context); i++)
			(void)dce_operation_name(context.interface.uuid, pdu.opnum);
		for (unsigned i = 0; i < copy.n_contexts && dce_next_result(&copy, &result); i++)
			;
		smb_reader_skip(&r, pdu.fragment_length);
	}
	return 0;
}
