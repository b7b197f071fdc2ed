/* SPDX-License-Identifier: BSD-3-Clause */
/* FILE_QUOTA_INFORMATION and FILE_GET_QUOTA_INFORMATION: [MS-FSCC] 2.4.41. */
#include "dissect/fscc/quota.h"

#include "dissect/fscc/security-descriptor.h"

typedef struct {
	uint32_t next_entry_offset, sid_length;
	uint64_t change_time, used, threshold, limit;
	SmbText sid;
	char sid_text[FSCC_SID_TEXT];
} Quota;
_Static_assert(sizeof(Quota) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

#define HEAD                                                           \
	SMB_FIELD(Quota, U32, next_entry_offset, "next_entry_offset"), \
		SMB_FIELD(Quota, U32, sid_length, "sid_length")

static const SmbField fscc_sid_fields[] = { SMB_FIELD(Quota, TEXT, sid, NULL) };
SMB_LAYOUT(fscc_sid, Quota, "SID");
static const SmbField fscc_get_quota_fields[] = { HEAD, SMB_FIELD(Quota, TEXT, sid, "sid") };
SMB_LAYOUT(fscc_get_quota, Quota, "SID");

static const SmbField fscc_quota_fields[] = {
	HEAD,
	SMB_FIELD(Quota, FILETIME, change_time, "change_time"),
	SMB_FIELD(Quota, U64, used, "quota_used"),
	SMB_FIELD(Quota, U64, threshold, "quota_threshold"),
	SMB_FIELD(Quota, U64, limit, "quota_limit"),
	SMB_FIELD(Quota, TEXT, sid, "sid"),
};
SMB_LAYOUT(fscc_quota, Quota, "quota");

static bool
next_of(SmbList *list, Quota *quota, const SmbLayout *layout)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at, sid;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, layout, 0, quota);
	sid = smb_reader_sub(r, quota->sid_length);
	quota->sid = fscc_read_sid(&sid, quota->sid_text);
	smb_reader_fail(r, sid.status);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, quota->next_entry_offset);
	return true;
}

/* 2.4.41 */
static bool
next_quota(SmbList *list, void *item)
{
	return next_of(list, item, &fscc_quota);
}

/* 2.4.41.1 */
static bool
next_sid(SmbList *list, void *item)
{
	return next_of(list, item, &fscc_get_quota);
}

SmbList
fscc_quota_list(SmbReader *r)
{
	Quota one;

	return fscc_list(r, next_quota, &one, sizeof(one));
}

SmbList
fscc_sid_list(SmbReader *r)
{
	Quota one;

	return fscc_list(r, next_sid, &one, sizeof(one));
}
