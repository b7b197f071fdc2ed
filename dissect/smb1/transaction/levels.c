/* SPDX-License-Identifier: BSD-3-Clause */
/* The lists of extended attributes that only SMB1 has. */
#include "dissect/smb1/transaction/levels.h"

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

	if (!smb_reader_declared_left(r))
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

	if (!smb_reader_declared_left(r))
		return false;
	ea->name_length = smb_reader_u8(r);
	ea->name = smb_reader_counted_string(r, ea->name_length, false);
	smb_reader_skip(r, 1);
	return r->status == SMB_READ_OK;
}

/* SizeOfListInBytes counts itself. */
static SmbReader
sized(SmbReader *r)
{
	uint32_t size = smb_reader_le32(r);

	if (size < 4) {
		smb_reader_fail(r, SMB_READ_MALFORMED);
		size = 4;
	}
	return smb_reader_sub(r, size - 4);
}

SmbList
smb1_fea_list(SmbReader *r)
{
	SmbList list = { .at = sized(r), .next = next_fea };
	Attribute item;

	fscc_check_list(r, list, &item, sizeof(item));
	return list;
}

SmbList
smb1_gea_list(SmbReader *r)
{
	SmbList list = { .at = sized(r), .next = next_gea };
	Attribute item;

	fscc_check_list(r, list, &item, sizeof(item));
	return list;
}
