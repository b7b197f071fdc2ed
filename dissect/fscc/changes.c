/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes in a directory: [MS-FSCC] 2.7.1. */
#include "dissect/fscc/changes.h"

typedef struct {
	uint32_t next_entry_offset, action, file_name_length;
	SmbText file;
} Change;

static const char *
action_name(uint32_t action)
{
	static const char *const names[] = {
		[1] = "FILE_ACTION_ADDED",
		"FILE_ACTION_REMOVED",
		"FILE_ACTION_MODIFIED",
		"FILE_ACTION_RENAMED_OLD_NAME",
		"FILE_ACTION_RENAMED_NEW_NAME",
		"FILE_ACTION_ADDED_STREAM",
		"FILE_ACTION_REMOVED_STREAM",
		"FILE_ACTION_MODIFIED_STREAM",
		"FILE_ACTION_REMOVED_BY_DELETE",
		"FILE_ACTION_ID_NOT_TUNNELLED",
		"FILE_ACTION_TUNNELLED_ID_COLLISION",
	};

	return action < sizeof(names) / sizeof(names[0]) ? names[action] : NULL;
}

static const SmbField fscc_change_fields[] = {
	SMB_FIELD(Change, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(Change, U32, action, "action", .name_of = action_name),
	SMB_FIELD(Change, U32, file_name_length, "file_name_length"),
	SMB_FIELD(Change, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
SMB_LAYOUT(fscc_change, Change, "change");

static bool
next_change(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Change *change = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &fscc_change, 0, change);
	change->file = smb_reader_counted_string(r, change->file_name_length, true);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, change->next_entry_offset);
	return true;
}

SmbList
fscc_change_list(SmbReader *r, SmbText *first)
{
	Change change = { 0 };
	SmbList list = fscc_list(r, next_change, &change, sizeof(change)), copy = list;

	if (first && next_change(&copy, &change))
		*first = change.file;
	return list;
}
