/* SPDX-License-Identifier: BSD-3-Clause */
/* User quotas: [MS-SMB] 2.2.7.5, 2.2.7.6, with the structures of [MS-FSCC] 2.4.41. */
#include "dissect/smb1/transaction/levels.h"
#include "dissect/smb1/transaction/nt-functions.h"
#include "dissect/smb1/transaction/security-descriptor.h"

typedef struct {
	uint16_t fid;
	uint8_t return_single, restart_scan;
	uint32_t sid_list_length, start_sid_length, start_sid_offset;
	uint32_t data_length;
	SmbList entries;
} Quota;

/* The text of an item is written into the item itself, and so lives as long as the item. */
typedef struct {
	uint64_t change_time, used, threshold, limit;
	SmbText sid;
	char sid_text[SMB1_SID_TEXT];
} QuotaEntry;

_Static_assert(sizeof(QuotaEntry) <= 256, "sinks have room for so much");

static const SmbField sid_entry_fields[] = { SMB_FIELD(QuotaEntry, TEXT, sid, NULL) };
static SMB_LAYOUT(sid_entry, QuotaEntry, "SID");

static const SmbField quota_entry_fields[] = {
	SMB_FIELD(QuotaEntry, TEXT, sid, "sid"),
	SMB_FIELD(QuotaEntry, FILETIME, change_time, "change_time"),
	SMB_FIELD(QuotaEntry, U64, used, "quota_used"),
	SMB_FIELD(QuotaEntry, U64, threshold, "quota_threshold"),
	SMB_FIELD(QuotaEntry, U64, limit, "quota_limit"),
};
static SMB_LAYOUT(quota_entry, QuotaEntry, "quota");

static const SmbField query_fields[] = {
	SMB_FIELD(Quota, U8, return_single, "return_single_entry"),
	SMB_FIELD(Quota, U8, restart_scan, "restart_scan"),
	SMB_FIELD(Quota, U32, sid_list_length, "sid_list_length"),
	SMB_FIELD(Quota, U32, start_sid_length, "start_sid_length"),
	SMB_FIELD(Quota, U32, start_sid_offset, "start_sid_offset"),
	SMB_FIELD(Quota, LIST, entries, "sids", .items = &sid_entry),
};
static SMB_LAYOUT(query, Quota, "quota query");

static const SmbField answer_fields[] = {
	SMB_FIELD(Quota, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Quota, LIST, entries, "quotas", .items = &quota_entry),
};
static SMB_LAYOUT(answer, Quota, "quota response");

static const SmbField set_fields[] = {
	SMB_FIELD(Quota, LIST, entries, "quotas", .items = &quota_entry),
};
static SMB_LAYOUT(set, Quota, "quota to be set");

static SmbText
read_counted_sid(SmbReader *r, uint32_t length, char *out)
{
	SmbReader sid = smb_reader_sub(r, length);
	SmbText text = smb1_read_sid(&sid, out);

	smb_reader_fail(r, sid.status);
	return text;
}

/* FILE_GET_QUOTA_INFORMATION: [MS-FSCC] 2.4.41.1 */
static bool
next_sid(SmbList *list, void *item)
{
	uint32_t start = list->at.pos, next, length;
	QuotaEntry *entry = item;

	if (!smb_reader_left(&list->at))
		return false;
	next = smb_reader_le32(&list->at);
	length = smb_reader_le32(&list->at);
	entry->sid = read_counted_sid(&list->at, length, entry->sid_text);
	if (list->at.status != SMB_READ_OK)
		return false;
	smb1_follow(&list->at, start, next);
	return true;
}

/* FILE_QUOTA_INFORMATION: 2.4.41 */
static bool
next_quota(SmbList *list, void *item)
{
	uint32_t start = list->at.pos, next, length;
	QuotaEntry *entry = item;

	if (!smb_reader_left(&list->at))
		return false;
	next = smb_reader_le32(&list->at);
	length = smb_reader_le32(&list->at);
	entry->change_time = smb_reader_le64(&list->at);
	entry->used = smb_reader_le64(&list->at);
	entry->threshold = smb_reader_le64(&list->at);
	entry->limit = smb_reader_le64(&list->at);
	entry->sid = read_counted_sid(&list->at, length, entry->sid_text);
	if (list->at.status != SMB_READ_OK)
		return false;
	smb1_follow(&list->at, start, next);
	return true;
}

static SmbList
read_entries(SmbReader *r, SmbListNext next)
{
	SmbList list = { .at = *r, .next = next };
	QuotaEntry one;

	(void)smb1_check_list(r, list, &one, sizeof(one));
	return list;
}

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
		body->entries = read_entries(&data, next_sid);
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
	body->entries = read_entries(&data, next_quota);
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
	body->entries = read_entries(&r, next_quota);
	smb1_nested_settle(nested, t, &r);
}
