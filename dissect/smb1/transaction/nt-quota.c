/* SPDX-License-Identifier: BSD-3-Clause */
/* User quotas: [MS-SMB] 2.2.7.5, 2.2.7.6, with the structures of [MS-FSCC] 2.4.41. */
#include "dissect/fscc/quota.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/smb1/transaction/nt-functions.h"

typedef struct {
	uint16_t fid;
	uint8_t return_single, restart_scan;
	uint32_t sid_list_length, start_sid_length, start_sid_offset;
	uint32_t data_length;
	SmbList entries;
} Quota;

static const SmbField query_fields[] = {
	SMB_FIELD(Quota, U8, return_single, "return_single_entry"),
	SMB_FIELD(Quota, U8, restart_scan, "restart_scan"),
	SMB_FIELD(Quota, U32, sid_list_length, "sid_list_length"),
	SMB_FIELD(Quota, U32, start_sid_length, "start_sid_length"),
	SMB_FIELD(Quota, U32, start_sid_offset, "start_sid_offset"),
	SMB_FIELD(Quota, LIST, entries, "sids", .items = &fscc_sid),
};
static SMB_LAYOUT(query, Quota, "quota query");

static const SmbField answer_fields[] = {
	SMB_FIELD(Quota, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Quota, LIST, entries, "quotas", .items = &fscc_quota),
};
static SMB_LAYOUT(answer, Quota, "quota response");

static const SmbField set_fields[] = {
	SMB_FIELD(Quota, LIST, entries, "quotas", .items = &fscc_quota),
};
static SMB_LAYOUT(set, Quota, "quota to be set");

/* 2.2.7.5.1 */
void
smb1_read_quota_query(const Smb1Transaction *t, Smb1Nested *nested)
{
	Quota *body = SMB1_NESTED(nested, Quota);
	SmbReader r = smb1_parameters_reader(t);
	SmbReader data = smb1_data_reader(t);

	nested->layout = &query;
	body->fid = smb_reader_le16(&r);
	body->return_single = smb_reader_u8(&r);
	body->restart_scan = smb_reader_u8(&r);
	body->sid_list_length = smb_reader_le32(&r);
	body->start_sid_length = smb_reader_le32(&r);
	body->start_sid_offset = smb_reader_le32(&r);
	if (t->data.len)
		body->entries = fscc_sid_list(&data);
	smb_reader_fail(&r, data.status);
	smb1_nested_settle(nested, t, &r);
}

/* 2.2.7.5.2 */
void
smb1_read_quota_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	Quota *body = SMB1_NESTED(nested, Quota);
	SmbReader r = smb1_parameters_reader(t);
	SmbReader data = smb1_data_reader(t);

	nested->layout = &answer;
	body->data_length = smb_reader_le32(&r);
	body->entries = fscc_quota_list(&data);
	smb_reader_fail(&r, data.status);
	smb1_nested_settle(nested, t, &r);
}

/* 2.2.7.6.1 */
void
smb1_read_quota_set(const Smb1Transaction *t, Smb1Nested *nested)
{
	Quota *body = SMB1_NESTED(nested, Quota);
	SmbReader r = smb1_data_reader(t);

	nested->layout = &set;
	body->entries = fscc_quota_list(&r);
	smb1_nested_settle(nested, t, &r);
}
