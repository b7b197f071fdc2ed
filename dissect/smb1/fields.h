/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shapes that several SMB1 commands share on the wire. All of them read with the latching reader
 * and keep nothing.
 */
#pragma once

#include "dissect/smb1/message.h"

enum {
	SMB1_FORMAT_DATA_BLOCK = 0x01,     /* [MS-CIFS] 2.2.4.68.1 */
	SMB1_FORMAT_VARIABLE_BLOCK = 0x05, /* [MS-CIFS] 2.2.4.58.1 */
};

/*
 * A server's way to say nothing: no words and no bytes, as in errors and interim responses
 * ([MS-CIFS] 2.2.4.33.2).
 */
static inline bool
smb1_block_is_empty(const Smb1Block *b)
{
	return !b->out->word_count && !b->out->byte_count;
}

/* Buffer format byte and length of a block of bytes. Another format byte latches MALFORMED. */
static inline uint16_t
smb1_block_length(SmbReader *r, uint8_t format)
{
	uint8_t found = smb_reader_u8(r);
	uint16_t length = smb_reader_le16(r);

	if (found != format)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	return length;
}

static inline void
smb1_gist_fid(Smb1Block *b, uint16_t fid)
{
	b->gist->has_fid = true;
	b->gist->fid = fid;
}

/*
 * SMB_TIME followed by SMB_DATE, in the order of SMB_FIELD_DOSTIME. Where the wire has the date
 * first ([MS-CIFS] 2.2.4.30.1), a plain smb_reader_le32 gives that order.
 */
static inline uint32_t
smb1_time_then_date(SmbReader *r)
{
	uint32_t time = smb_reader_le16(r);
	uint32_t date = smb_reader_le16(r);

	return time << 16 | date;
}
