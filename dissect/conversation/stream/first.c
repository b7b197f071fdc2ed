/* SPDX-License-Identifier: BSD-3-Clause */
/* Identifies the protocol of a message by its mark, and reads what the SMB header says after it. */
#include "dissect/conversation/stream/first.h"
#include "dissect/netbios/session.h"

static SmbFirstProtocol
protocol_of(SmbSpan bytes)
{
	SmbReader two = smb_reader_from_span(bytes);

	if (bytes.len >= 4)
		switch (smb_load_le32(bytes.ptr)) {
		case SMB1_PROTOCOL_ID:
			return SMB_FIRST_SMB1;
		case SMB2_PROTOCOL_ID:
		case SMB2_TRANSFORM_PROTOCOL_ID:
		case SMB2_COMPRESSION_PROTOCOL_ID:
			return SMB_FIRST_SMB2;
		default:
			break;
		}
	return smb_reader_le16(&two) == SMB1_ENCRYPTED_ID ? SMB_FIRST_ENCRYPTED : SMB_FIRST_OTHER;
}

static void
look1(SmbSpan bytes, bool ids, SmbFirst *ret)
{
	bool response = ret->dir == SMB_TO_CLIENT;
	Smb1First f;

	ret->whole = smb1_need(bytes, response, 0, 1);
	if (!ids || ret->whole)
		return;
	f = (Smb1First){ 0 };
	if (!smb1_first(bytes, response, &f))
		return;
	ret->carries = true;
	ret->command = f.command;
	ret->mid = f.mid;
	ret->fid = f.fid;
}

static void
look2(SmbSpan bytes, bool ids, SmbFirst *ret)
{
	bool response = ret->dir == SMB_TO_CLIENT;
	Smb2First f;

	ret->whole = smb2_need(bytes, response, 0, 1);
	if (!ids || ret->whole)
		return;
	f = (Smb2First){ 0 };
	if (!smb2_first(bytes, response, &f))
		return;
	ret->carries = true;
	ret->command = response ? SMB2_READ : SMB2_WRITE;
	ret->mid = f.mid;
	ret->fid = f.fid;
	ret->fid_persistent = f.fid_persistent;
}

void
smb_first_look(SmbSpan bytes, SmbDir dir, uint8_t type, bool ids, SmbFirst *ret)
{
	*ret = (SmbFirst){ .dir = dir, .type = type };
	if (type != SMB_NBSS_MESSAGE)
		return;
	ret->protocol = protocol_of(bytes);
	if (ret->protocol == SMB_FIRST_SMB1)
		look1(bytes, ids, ret);
	else if (ret->protocol == SMB_FIRST_SMB2)
		look2(bytes, ids, ret);
}

bool
smb_first_is_smb(SmbSpan bytes)
{
	SmbFirstProtocol protocol = protocol_of(bytes);

	return protocol == SMB_FIRST_SMB1 || protocol == SMB_FIRST_SMB2;
}
