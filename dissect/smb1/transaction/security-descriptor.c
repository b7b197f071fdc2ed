/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads security descriptors: owner, group and the number of entries of access lists ([MS-DTYP]
 * 2.4).
 */
#include "dissect/smb1/transaction/security-descriptor.h"

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
	while (n && t->len < SMB1_SID_TEXT - 1)
		t->out[t->len++] = digits[--n];
}

static void
put_words(Text *t, const char *words)
{
	while (*words && t->len < SMB1_SID_TEXT - 1)
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
smb1_read_sid(SmbReader *r, char out[SMB1_SID_TEXT])
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
	text = smb1_read_sid(&sid, out);
	smb_reader_fail(r, sid.status);
	return text;
}

/* [MS-DTYP] 2.4.5: AclRevision, Sbz1, AclSize, AceCount, Sbz2. */
static uint16_t
aces_at(SmbReader *r, uint32_t start, uint32_t offset)
{
	SmbReader acl = *r, entries;
	uint16_t size, count;

	if (!offset)
		return 0;
	smb_reader_seek(&acl, offset > acl.end - start ? UINT32_MAX : start + offset);
	entries = acl;
	smb_reader_skip(&acl, 2);
	size = smb_reader_le16(&acl);
	count = smb_reader_le16(&acl);
	smb_reader_skip(&acl, 2);
	smb_reader_fail(r, acl.status);
	(void)smb_reader_sub(&entries, size);
	smb_reader_fail(r, entries.status);
	if (size < ACL_HEADER + count * ACE_LEAST)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	return count;
}

/* [MS-DTYP] 2.4.6: an error in one part does not hide the others. */
void
smb1_read_security_descriptor(SmbReader *r, Smb1SecurityDescriptor *sd)
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
	sd->sacl_aces = aces_at(&parts[2], start, sd->sacl_offset);
	sd->dacl_aces = aces_at(&parts[3], start, sd->dacl_offset);
	for (unsigned i = 0; i < 4; i++)
		smb_reader_fail(r, parts[i].status);
}
