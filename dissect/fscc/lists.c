/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts, chains of entries, and lists of extended attributes. */
#include "dissect/fscc/lists.h"

SmbText
fscc_text(SmbReader *r, uint32_t n, bool unicode)
{
	if (n % 2 == 0 && smb_reader_peek(r, 1) == 0 && smb_reader_peek(r, 0) > 0)
		unicode = true;
	return smb_reader_counted_string(r, n, unicode);
}

uint32_t
fscc_check_list(SmbReader *r, SmbList list, void *item, size_t size)
{
	uint32_t n = 0;

	for (memset(item, 0, size); list.next(&list, item); memset(item, 0, size))
		n++;
	smb_reader_fail(r, list.at.status);
	return n;
}

SmbList
fscc_list(SmbReader *r, SmbListNext next, void *item, size_t size)
{
	SmbList list = { .at = fscc_rest(r), .next = next };

	(void)fscc_check_list(r, list, item, size);
	return list;
}

void
fscc_follow(SmbReader *r, uint32_t start, uint32_t next)
{
	if (!next)
		r->limit = r->end = r->pos;
	else if (next < r->pos - start || next > r->end - start)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	else
		smb_reader_seek(r, start + next);
}

SmbReader
fscc_rest(SmbReader *r)
{
	return smb_reader_sub(r, smb_reader_declared_left(r));
}

/* ---- Extended attributes --------------------------------------------------------------------- */

typedef struct {
	uint32_t next_entry_offset;
	uint8_t flags, name_length;
	uint16_t value_length;
	SmbText name;
	SmbSpan value;
} Attribute;

static const SmbField fscc_full_ea_fields[] = {
	SMB_FIELD(Attribute, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(Attribute, U8, flags, "flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Attribute, TEXT, name, "name"),
	SMB_FIELD(Attribute, HEX, value, "value"),
};
SMB_LAYOUT(fscc_full_ea, Attribute, "extended attribute");

static const SmbField fscc_get_ea_fields[] = {
	SMB_FIELD(Attribute, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(Attribute, TEXT, name, "name"),
};
SMB_LAYOUT(fscc_get_ea, Attribute, "name of an extended attribute");

/* 2.4.16 */
static bool
next_full_ea(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Attribute *ea = item;

	if (!smb_reader_declared_left(r))
		return false;
	ea->next_entry_offset = smb_reader_le32(r);
	ea->flags = smb_reader_u8(r);
	ea->name_length = smb_reader_u8(r);
	ea->value_length = smb_reader_le16(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1); /* the NUL after the name */
	ea->value = smb_reader_span(r, ea->value_length);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, ea->next_entry_offset);
	return true;
}

/* 2.4.16.1 */
static bool
next_get_ea(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Attribute *ea = item;

	if (!smb_reader_declared_left(r))
		return false;
	ea->next_entry_offset = smb_reader_le32(r);
	ea->name_length = smb_reader_u8(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1); /* the NUL after it */
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, ea->next_entry_offset);
	return true;
}

SmbList
fscc_full_ea_list(SmbReader *r)
{
	Attribute item;

	return fscc_list(r, next_full_ea, &item, sizeof(item));
}

SmbList
fscc_get_ea_list(SmbReader *r)
{
	Attribute item;

	return fscc_list(r, next_get_ea, &item, sizeof(item));
}
