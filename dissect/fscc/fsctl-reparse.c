/* SPDX-License-Identifier: BSD-3-Clause */
/* Control codes about reparse points, and what is in one: [MS-FSCC] 2.1.2. */
#include "dissect/fscc/fsctl.h"
#include "dissect/wire/codes.h"

enum { MICROSOFT = 0x80000000 /* 2.1.2.1: a tag without it has a GUID after it */ };

/* All of them begin with ReparseTag, ReparseDataLength, Reserved. */
#define BEGIN                                                                         \
	FSCC_N32(0, "reparse_tag", .flags = SMB_FIELD_SHOW_HEX, .name_of = tag_name), \
		FSCC_N16(0, "reparse_data_length"), FSCC_RESERVED16(1, "reserved")

static const char *
tag_name(uint32_t tag)
{
	switch (tag) {
	case IO_REPARSE_TAG_MOUNT_POINT:
		return "mount point";
	case IO_REPARSE_TAG_SYMLINK:
		return "symbolic link";
	case IO_REPARSE_TAG_NFS:
		return "NFS";
	case IO_REPARSE_TAG_LX_SYMLINK:
		return "Linux symbolic link";
	default:
		return NULL;
	}
}

/* What only some tags have is absent in the others. */
FSCC_FSCTL_LAYOUTS(reparse, "reparse point", BEGIN, FSCC_NAME(0, "substitute_name"),
		   FSCC_NAME(1, "print_name"),
		   FSCC_N64(0, "symlink_flags", .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_OPTIONAL),
		   FSCC_N64(1, "nfs_type", .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_OPTIONAL),
		   FSCC_NAME(2, "symlink_target"),
		   FSCC_N64(2, "major", .flags = SMB_FIELD_OPTIONAL),
		   FSCC_N64(3, "minor", .flags = SMB_FIELD_OPTIONAL),
		   FSCC_N64(4, "version", .flags = SMB_FIELD_OPTIONAL),
		   FSCC_GUID(0, "reparse_guid"), FSCC_HEX(1, "reparse_data"));

/* 2.1.2.4, and 2.1.2.5, which has no flags: two names, by their offsets from the end of the numbers. */
static void
read_link(SmbReader *r, FsccFsctl *body, bool flags)
{
	uint16_t offset[2], length[2];
	uint32_t start;

	for (unsigned i = 0; i < 2; i++) {
		offset[i] = smb_reader_le16(r);
		length[i] = smb_reader_le16(r);
	}
	if (flags)
		body->n64[0] = smb_reader_le32(r);
	start = r->pos;
	for (unsigned i = 0; i < 2; i++) {
		SmbReader name = *r;

		smb_reader_seek(&name, start + offset[i]);
		body->text[i] = smb_reader_counted_string(&name, length[i], true);
		smb_reader_fail(r, name.status);
	}
}

/* 2.1.2.6 */
static void
read_nfs(SmbReader *r, FsccFsctl *body)
{
	enum { LNK = 0x014B4E4C, CHR = 0x00524843, BLK = 0x004B4C42 };

	body->n64[1] = smb_reader_le64(r);
	if (body->n64[1] == LNK) {
		body->text[2] = smb_reader_counted_string(r, smb_reader_declared_left(r), true);
	} else if (body->n64[1] == CHR || body->n64[1] == BLK) {
		body->n64[2] = smb_reader_le32(r);
		body->n64[3] = smb_reader_le32(r);
	}
}

/* 2.1.2.7: the target is UTF-8. */
static void
read_lx_link(SmbReader *r, FsccFsctl *body)
{
	body->n64[4] = smb_reader_le32(r);
	body->text[2] = (SmbText){ smb_reader_span(r, smb_reader_declared_left(r)), SMB_TEXT_UTF8 };
}

static void
rest_reparse(SmbReader *r, FsccFsctl *body)
{
	SmbReader data;

	for (unsigned i = 0; i < 5; i++)
		body->n64[i] = SMB_FIELD_NONE;
	if (!(body->n32[0] & MICROSOFT)) /* 2.1.2.3; a request to delete has it, too */
		body->bytes[0] = smb_reader_span(r, SMB_GUID_SIZE);
	data = smb_reader_sub(r, body->n16[0]);
	if (!body->n16[0])
		return;
	if (body->n32[0] == IO_REPARSE_TAG_SYMLINK || body->n32[0] == IO_REPARSE_TAG_MOUNT_POINT)
		read_link(&data, body, body->n32[0] == IO_REPARSE_TAG_SYMLINK);
	else if (body->n32[0] == IO_REPARSE_TAG_NFS)
		read_nfs(&data, body);
	else if (body->n32[0] == IO_REPARSE_TAG_LX_SYMLINK)
		read_lx_link(&data, body);
	else
		body->bytes[1] = smb_reader_rest(&data);
	smb_reader_fail(r, data.status);
}

#define FORM FSCC_FSCTL_FORM(reparse, rest_reparse)

static const FsccFsctlCode codes[] = {
	{ FSCTL_SET_REPARSE_POINT, FORM, FSCC_NO_FORM },
	{ FSCTL_GET_REPARSE_POINT, FSCC_NO_FORM, FORM },
	{ FSCTL_DELETE_REPARSE_POINT, FORM, FSCC_NO_FORM },
};

const FsccFsctlCode *
fscc_fsctl_reparse(uint32_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}
