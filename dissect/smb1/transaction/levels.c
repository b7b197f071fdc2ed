/* SPDX-License-Identifier: BSD-3-Clause */
/* What all information levels share: texts, lists, extended attributes. */
#include "dissect/smb1/transaction/levels.h"

SmbText
smb1_level_text(SmbReader *r, uint32_t n, bool unicode)
{
	if (!unicode && n >= 2 && n % 2 == 0 && smb_reader_peek(r, 1) == 0 &&
	    smb_reader_peek(r, 0) > 0)
		unicode = true;
	return smb_reader_counted_string(r, n, unicode);
}

uint32_t
smb1_check_list(SmbReader *r, SmbList list, void *item, size_t size)
{
	uint32_t n = 0;

	if (!list.next)
		return 0;
	for (memset(item, 0, size); list.next(&list, item); memset(item, 0, size))
		n++;
	smb_reader_fail(r, list.at.status);
	return n;
}

void
smb1_follow(SmbReader *r, uint32_t start, uint32_t next)
{
	if (r->status != SMB_READ_OK)
		return;
	if (!next)
		r->limit = r->end = r->pos;
	else if (next < r->pos - start || next > r->end - start)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	else
		smb_reader_seek(r, start + next);
}

/* ---- Extended attributes --------------------------------------------------------------------- */

typedef struct {
	uint8_t flags;
	uint8_t name_length;
	uint16_t value_length;
	SmbText name;
	SmbSpan value;
} Attribute;

static const SmbField smb1_fea_layout_fields[] = {
	SMB_FIELD(Attribute, U8, flags, "flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Attribute, TEXT, name, "name"),
	SMB_FIELD(Attribute, HEX, value, "value"),
};
SMB_LAYOUT(smb1_fea_layout, Attribute, "extended attribute");

static const SmbField smb1_gea_layout_fields[] = {
	SMB_FIELD(Attribute, TEXT, name, "name"),
};
SMB_LAYOUT(smb1_gea_layout, Attribute, "name of an extended attribute");

/* [MS-CIFS] 2.2.1.2.2 */
static bool
next_fea(SmbList *list, void *item)
{
	Attribute *ea = item;
	SmbReader *r = &list->at;

	if (r->status != SMB_READ_OK || !smb_reader_declared_left(r))
		return false;
	ea->flags = smb_reader_u8(r);
	ea->name_length = smb_reader_u8(r);
	ea->value_length = smb_reader_le16(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1); /* the NUL after the name */
	ea->value = smb_reader_span(r, ea->value_length);
	return r->status == SMB_READ_OK;
}

/* [MS-CIFS] 2.2.1.2.1 */
static bool
next_gea(SmbList *list, void *item)
{
	Attribute *ea = item;
	SmbReader *r = &list->at;

	if (r->status != SMB_READ_OK || !smb_reader_declared_left(r))
		return false;
	ea->name_length = smb_reader_u8(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1);
	return r->status == SMB_READ_OK;
}

/* [MS-FSCC] 2.4.16: the same fields after an offset to the next. */
static bool
next_full_ea(SmbList *list, void *item)
{
	uint32_t start = list->at.pos, next;
	SmbReader *r = &list->at;
	Attribute *ea = item;

	if (r->status != SMB_READ_OK || !smb_reader_declared_left(r))
		return false;
	next = smb_reader_le32(r);
	ea->flags = smb_reader_u8(r);
	ea->name_length = smb_reader_u8(r);
	ea->value_length = smb_reader_le16(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1);
	ea->value = smb_reader_span(r, ea->value_length);
	if (r->status != SMB_READ_OK)
		return false;
	smb1_follow(r, start, next);
	return true;
}

/* SizeOfListInBytes counts itself. */
static SmbReader
sized(SmbReader *r)
{
	uint32_t size = smb_reader_le32(r);

	if (size < 4)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	return smb_reader_sub(r, size < 4 ? 0 : size - 4);
}

SmbList
smb1_fea_list(SmbReader *r)
{
	SmbList list = { .at = sized(r), .next = next_fea };
	Attribute item;

	smb1_check_list(r, list, &item, sizeof(item));
	return list;
}

SmbList
smb1_gea_list(SmbReader *r)
{
	SmbList list = { .at = sized(r), .next = next_gea };
	Attribute item;

	smb1_check_list(r, list, &item, sizeof(item));
	return list;
}

SmbList
smb1_full_ea_list(SmbReader *r)
{
	SmbList list = { .at = smb_reader_sub(r, smb_reader_declared_left(r)),
			 .next = next_full_ea };
	Attribute item;

	smb1_check_list(r, list, &item, sizeof(item));
	return list;
}
