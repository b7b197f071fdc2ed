/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The response to TRANS2_GET_DFS_REFERRAL: [MS-CIFS] 2.2.6.16.2, whose data is
 * RESP_GET_DFS_REFERRAL of [MS-DFSC] 2.2.4.
 */
#include "dissect/fscc/dfs.h"
#include "dissect/smb1/transaction/levels.h"

typedef struct {
	uint16_t path_consumed, number_of_referrals;
	uint32_t header_flags;
	SmbList referrals;
} Answer;

static const SmbField answer_fields[] = {
	SMB_FIELD(Answer, U16, path_consumed, "path_consumed"),
	SMB_FIELD(Answer, U16, number_of_referrals, "number_of_referrals"),
	SMB_FIELD(Answer, U32, header_flags, "referral_header_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Answer, LIST, referrals, "referrals", .items = &fscc_referral),
};
static SMB_LAYOUT(answer, Answer, "TRANS2_GET_DFS_REFERRAL response");

void
smb1_dfs_referral(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	Answer *body = SMB1_NESTED(nested, Answer);

	nested->layout = &answer;
	smb_layout_read(&data, &answer, 0, body);
	if (data.status == SMB_READ_OK)
		body->referrals = fscc_referral_list(&data, body->number_of_referrals, t->unicode,
						     &nested->facts->count, &nested->facts->target);
	smb1_nested_settle(nested, t, &data);
}
