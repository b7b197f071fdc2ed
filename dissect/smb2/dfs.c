/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What FSCTL_DFS_GET_REFERRALS asks and is told ([MS-DFSC] 2.2.2, 2.2.4): the name that is looked
 * for, and where the first entry leads. Buffers may have been cut or skipped like any payload, so
 * what is not there is not an error of the message.
 */
#include "dissect/smb2/commands.h"

enum { NAME_LIST_REFERRAL = 0x0002 /* 2.2.5.3 */ };

/* REQ_GET_DFS_REFERRAL: 2.2.2. */
void
smb2_dfs_request(Smb2Block *b, SmbSpan input)
{
	SmbReader r = smb_reader_from_span(input);
	SmbText name;

	smb_reader_skip(&r, 2); /* MaxReferralLevel */
	name = smb_reader_string_unaligned(&r, true);
	if (r.status == SMB_READ_OK)
		b->facts->name = name;
}

/* The offset of the text that says where an entry leads; 0: none. The reader is behind its header. */
static uint16_t
target_offset(SmbReader *r, uint16_t version, uint16_t flags)
{
	uint16_t special, expanded;

	smb_reader_skip(r, version == 2 ? 8 : 4); /* Proximity, TimeToLive */
	if (version > 2 && flags & NAME_LIST_REFERRAL) {
		special = smb_reader_le16(r);
		smb_reader_skip(r, 2); /* NumberOfExpandedNames */
		expanded = smb_reader_le16(r);
		return expanded ? expanded : special;
	}
	smb_reader_skip(r, 4); /* DFSPathOffset, DFSAlternatePathOffset */
	return smb_reader_le16(r);
}

/* RESP_GET_DFS_REFERRAL: 2.2.4, and the first of its entries, 2.2.5. */
void
smb2_dfs_referral(Smb2Block *b, SmbSpan output)
{
	SmbReader r = smb_reader_from_span(output);
	uint16_t count, version, flags, offset;
	uint32_t start;
	SmbText target;

	smb_reader_skip(&r, 2); /* PathConsumed */
	count = smb_reader_le16(&r);
	smb_reader_skip(&r, 4); /* ReferralHeaderFlags */
	start = r.pos;
	version = smb_reader_le16(&r);
	smb_reader_skip(&r, 4); /* Size, ServerType */
	flags = smb_reader_le16(&r);
	if (version > 1) {
		offset = target_offset(&r, version, flags);
		if (!offset)
			return;
		smb_reader_seek(&r, start + offset);
	}
	target = smb_reader_string_unaligned(&r, true);
	if (!count || r.status != SMB_READ_OK)
		return;
	b->facts->target = target;
	b->facts->count = count;
}
