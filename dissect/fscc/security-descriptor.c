/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads security descriptors: owner, group and access lists ([MS-DTYP] 2.4). */
#include "dissect/fscc/security-descriptor.h"

enum {
	SID_REVISION = 1,
	SUB_AUTHORITIES = 15,
	AUTHORITY_SIZE = 6,
	DECIMAL_AUTHORITY = 32, /* bits: a larger authority is written in hex */
	ACL_HEADER = 8,
	ACE_LEAST = 4, /* [MS-DTYP] 2.4.4.1: type, flags and size */
};

typedef struct {
	char *out;
	uint32_t len;
} Text;

static void
put_number(Text *t, uint64_t value, unsigned base)
{
	char digits[20];
	uint32_t n = 0;

	do
		digits[n++] = "0123456789ABCDEF"[value % base];
	while (value /= base);
	while (n && t->len < FSCC_SID_TEXT - 1)
		t->out[t->len++] = digits[--n];
}

static void
put_words(Text *t, const char *words)
{
	while (*words && t->len < FSCC_SID_TEXT - 1)
		t->out[t->len++] = *words++;
}

static void
put_authority(Text *t, uint64_t authority)
{
	bool decimal = authority >> DECIMAL_AUTHORITY == 0;

	put_words(t, decimal ? "S-1-" : "S-1-0x");
	put_number(t, authority, decimal ? 10 : 16);
}

/* [MS-DTYP] 2.4.2.2 */
SmbText
fscc_read_sid(SmbReader *r, char out[FSCC_SID_TEXT])
{
	Text t = { .out = out };
	uint8_t revision = smb_reader_u8(r), count = smb_reader_u8(r);
	uint64_t authority = 0;

	if (revision != SID_REVISION || count > SUB_AUTHORITIES)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	for (unsigned i = 0; i < AUTHORITY_SIZE; i++)
		authority = authority << 8 | smb_reader_u8(r);
	put_authority(&t, authority);
	for (unsigned i = 0; i < count && r->status == SMB_READ_OK; i++) {
		put_words(&t, "-");
		put_number(&t, smb_reader_le32(r), 10);
	}
	out[t.len] = 0;
	if (r->status != SMB_READ_OK)
		return (SmbText){ .encoding = SMB_TEXT_UTF8 };
	return smb_text_from_utf8(out);
}

static SmbText
sid_at(SmbReader *r, uint32_t start, uint32_t offset, char *out)
{
	SmbReader sid = *r;
	SmbText text = { .encoding = SMB_TEXT_UTF8 };

	if (!offset)
		return text;
	smb_reader_seek(&sid, offset > sid.end - start ? UINT32_MAX : start + offset);
	text = fscc_read_sid(&sid, out);
	smb_reader_fail(r, sid.status);
	return text;
}

/* ---- Access lists: [MS-DTYP] 2.4.4, 2.4.5 ---- */

enum {
	ACE_COMPOUND = 4, /* its form is not published */
	ACE_LAST_KNOWN = 0x13,
	OBJECT_TYPE_PRESENT = 1,
	INHERITED_OBJECT_TYPE_PRESENT = 2,
};

typedef struct {
	uint8_t type, flags;
	uint16_t size;
	uint64_t mask, object_flags; /* SMB_FIELD_NONE: not in this type */
	SmbSpan object_type, inherited_object_type;
	SmbText sid;
	char sid_text[FSCC_SID_TEXT];
} Ace;
_Static_assert(sizeof(Ace) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

#define ACE_OPTIONAL (SMB_FIELD_SHOW_HEX | SMB_FIELD_OPTIONAL)
static const SmbField fscc_ace_fields[] = {
	SMB_FIELD(Ace, U8, type, "type"),
	SMB_FIELD(Ace, U8, flags, "flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Ace, U16, size, "size"),
	SMB_FIELD(Ace, U64, mask, "mask", .flags = ACE_OPTIONAL),
	SMB_FIELD(Ace, U64, object_flags, "object_flags", .flags = ACE_OPTIONAL),
	SMB_FIELD(Ace, GUID, object_type, "object_type"),
	SMB_FIELD(Ace, GUID, inherited_object_type, "inherited_object_type"),
	SMB_FIELD(Ace, TEXT, sid, "sid"),
};
SMB_LAYOUT(fscc_ace, Ace, "access control entry");

/* ACCESS_ALLOWED_OBJECT_ACE and its kin, also with a callback: 2.4.4.3, .5, .8, .9, .12, .15 */
static bool
is_of_object(uint8_t type)
{
	return (type >= 5 && type <= 8) || type == 0xB || type == 0xC || type == 0xF ||
	       type == 0x10;
}

static void
read_ace(SmbReader *r, Ace *ace)
{
	if (ace->type == ACE_COMPOUND || ace->type > ACE_LAST_KNOWN)
		return;
	ace->mask = smb_reader_le32(r);
	if (is_of_object(ace->type)) {
		ace->object_flags = smb_reader_le32(r);
		if (ace->object_flags & OBJECT_TYPE_PRESENT)
			ace->object_type = smb_reader_span(r, SMB_GUID_SIZE);
		if (ace->object_flags & INHERITED_OBJECT_TYPE_PRESENT)
			ace->inherited_object_type = smb_reader_span(r, SMB_GUID_SIZE);
	}
	ace->sid = fscc_read_sid(r, ace->sid_text);
}

/*
 * Nothing of an entry is read beyond its size. One that cannot be read to its end is the last, and
 * shows what it has.
 */
static bool
next_ace(SmbList *list, void *item)
{
	SmbReader *r = &list->at, entry = *r;
	Ace *ace = item;

	if (!list->form)
		return false;
	list->form--;
	ace->mask = ace->object_flags = SMB_FIELD_NONE;
	ace->type = smb_reader_u8(&entry);
	ace->flags = smb_reader_u8(&entry);
	ace->size = smb_reader_le16(&entry);
	if (ace->size < ACE_LEAST)
		smb_reader_fail(&entry, SMB_READ_MALFORMED);
	smb_reader_fail(r, entry.status);
	entry = smb_reader_sub(r, ace->size);
	if (r->status != SMB_READ_OK)
		return false;
	smb_reader_skip(&entry, ACE_LEAST);
	read_ace(&entry, ace);
	smb_reader_fail(r, entry.status);
	return true;
}

/* [MS-DTYP] 2.4.5: AclRevision, Sbz1, AclSize, AceCount, Sbz2. */
static uint16_t
aces_at(SmbReader *r, uint32_t start, uint32_t offset, SmbList *list)
{
	SmbReader acl = *r, from_start, entries;
	uint16_t size, count;
	Ace one;

	if (!offset)
		return 0;
	smb_reader_seek(&acl, offset > acl.end - start ? UINT32_MAX : start + offset);
	from_start = acl;
	smb_reader_skip(&acl, 2);
	size = smb_reader_le16(&acl);
	count = smb_reader_le16(&acl);
	smb_reader_skip(&acl, 2);
	smb_reader_fail(r, acl.status);
	entries = smb_reader_sub(&from_start, size);
	smb_reader_fail(r, from_start.status);
	smb_reader_skip(&entries, ACL_HEADER);
	*list = (SmbList){ .at = entries, .next = next_ace, .form = count };
	(void)fscc_check_list(r, *list, &one, sizeof(one));
	return count;
}

/* [MS-DTYP] 2.4.6: an error in one part does not hide the others. */
void
fscc_read_security_descriptor(SmbReader *r, FsccSecurityDescriptor *sd)
{
	uint32_t start = r->pos;
	SmbReader parts[4];

	sd->revision = smb_reader_u8(r);
	smb_reader_skip(r, 1); /* Sbz1 */
	sd->control = smb_reader_le16(r);
	sd->owner_offset = smb_reader_le32(r);
	sd->group_offset = smb_reader_le32(r);
	sd->sacl_offset = smb_reader_le32(r);
	sd->dacl_offset = smb_reader_le32(r);
	if (r->status != SMB_READ_OK)
		return;
	for (unsigned i = 0; i < 4; i++)
		parts[i] = *r;
	sd->owner = sid_at(&parts[0], start, sd->owner_offset, sd->owner_text);
	sd->group = sid_at(&parts[1], start, sd->group_offset, sd->group_text);
	sd->sacl_aces = aces_at(&parts[2], start, sd->sacl_offset, &sd->sacl);
	sd->dacl_aces = aces_at(&parts[3], start, sd->dacl_offset, &sd->dacl);
	for (unsigned i = 0; i < 4; i++)
		smb_reader_fail(r, parts[i].status);
}
