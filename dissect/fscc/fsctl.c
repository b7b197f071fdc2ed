/* SPDX-License-Identifier: BSD-3-Clause */
/* Finds the form of what a control code carries, and reads it. */
#include "dissect/fscc/fsctl.h"

const FsccFsctlForm *
fscc_fsctl_form(uint32_t code, bool response)
{
	const FsccFsctlCode *(*const tables[])(uint32_t) = { fscc_fsctl_server, fscc_fsctl_file,
							     fscc_fsctl_dfs, fscc_fsctl_reparse,
							     fscc_fsctl_volume };
	const FsccFsctlCode *found = NULL;
	const FsccFsctlForm *form;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !found; i++)
		found = tables[i](code);
	if (!found)
		return NULL;
	form = response ? &found->response : &found->request;
	return form->fields ? form : NULL;
}

void
fscc_read_fsctl(SmbReader *r, const FsccFsctlForm *form, FsccFsctl *body)
{
	smb_layout_read(r, form->fields, 0, body);
	if (form->rest)
		form->rest(r, body);
}

static bool
next_fixed(SmbList *list, void *item)
{
	SmbReader *r = &list->at;

	if (!list->form)
		return false;
	list->form--;
	smb_layout_read(r, list->owner, 0, item);
	return r->status == SMB_READ_OK;
}

static bool
next_fixed_left(SmbList *list, void *item)
{
	SmbReader *r = &list->at;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, list->owner, 0, item);
	return r->status == SMB_READ_OK;
}

static SmbList
fixed_list(SmbReader *r, SmbList list)
{
	FsccFsctlItem item;

	(void)fscc_check_list(r, list, &item, sizeof(item));
	return list;
}

SmbList
fscc_fixed_list(SmbReader *r, const SmbLayout *items, uint32_t count)
{
	return fixed_list(r,
			  (SmbList){ .at = *r, .next = next_fixed, .form = count, .owner = items });
}

SmbList
fscc_fixed_list_left(SmbReader *r, const SmbLayout *items)
{
	return fixed_list(r, (SmbList){ .at = *r, .next = next_fixed_left, .owner = items });
}
