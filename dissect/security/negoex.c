/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NEGOEX, only as far as the names of its messages: a token is a series of messages, each with a
 * header that has its type and length ([MS-NEGOEX] 2.2.6, MESSAGE_HEADER).
 */
#include "dissect/security/mechanism.h"

enum { SIGNATURE_SIZE = 8 };

int32_t
smb_negoex_next(SmbReader *at)
{
	SmbReader message = *at;
	uint32_t type, length;

	if (!smb_span_begins(smb_reader_span(&message, SIGNATURE_SIZE), "NEGOEXTS", SIGNATURE_SIZE))
		return -1;
	type = smb_reader_le32(&message);
	smb_reader_skip(&message, 8); /* SequenceNum, cbHeaderLength */
	length = smb_reader_le32(&message);
	if (message.status != SMB_READ_OK || type > INT32_MAX)
		return -1;
	/* A length shorter than the header just read would give the same message again. */
	if (length < message.pos - at->pos)
		smb_reader_fail(at, SMB_READ_MALFORMED);
	smb_reader_skip(at, length);
	return (int32_t)type;
}
