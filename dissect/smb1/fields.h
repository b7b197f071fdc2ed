/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Structures that several SMB1 commands share on the wire, and what their open modes mean.
 * Everything reads with the latching reader and keeps nothing.
 */
#pragma once

#include "dissect/smb1/message.h"

enum {
	SMB1_FORMAT_DATA_BLOCK = 0x01,     /* [MS-CIFS] 2.2.4.68.1 */
	SMB1_FORMAT_VARIABLE_BLOCK = 0x05, /* [MS-CIFS] 2.2.4.58.1 */
};

/*
 * Reads the buffer format byte and the length of a block of bytes. Another format byte latches
 * MALFORMED.
 */
static inline uint16_t
smb1_block_length(SmbReader *r, uint8_t format)
{
	uint8_t found = smb_reader_u8(r);
	uint16_t length = smb_reader_le16(r);

	if (found != format)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	return length;
}

/* Fills in the FID that a command is about. */
static inline void
smb1_facts_fid(Smb1Block *b, uint16_t fid)
{
	b->facts->has_fid = true;
	b->facts->fid = fid;
}

/*
 * A number whose halves, the high one of so many bits further left, were read from r. If the
 * capture cuts it between them, half of it is another number: it was not read.
 */
static inline uint64_t
smb1_joined(const SmbReader *r, uint64_t low, uint64_t high, unsigned bits)
{
	return r->status == SMB_READ_TRUNCATED ? smb_reader_unread(r) : low | high << bits;
}

/*
 * Reads an SMB_TIME followed by an SMB_DATE, into the order of SMB_FIELD_DOSTIME. If the wire has
 * the date first ([MS-CIFS] 2.2.4.30.1), a plain smb_reader_le32 gives that order.
 */
static inline uint32_t
smb1_time_then_date(SmbReader *r)
{
	uint32_t time = smb_reader_le16(r);
	uint32_t date = smb_reader_le16(r);

	return (uint32_t)smb1_joined(r, date, time, 16);
}

/* ---- What an open requests, for all ways to open ------------------------------------------ */

enum {
	/* AccessMode ([MS-CIFS] 2.2.4.3.1) */
	SMB1_MODE_ACCESS = 0x07,
	SMB1_MODE_WRITE = 1,
	SMB1_MODE_READ_WRITE = 2,
	SMB1_MODE_SHARING_SHIFT = 4,
	SMB1_MODE_SHARING = 7,

	SMB1_DELETE = 0x00010000, /* DesiredAccess (2.2.4.64.1) */
};

/* Decodes the access and the sharing of an AccessMode. */
static inline void
smb1_open_mode(SmbOpenFacts *open, uint16_t mode)
{
	uint16_t access = mode & SMB1_MODE_ACCESS;

	open->access = mode;
	open->share_access = mode >> SMB1_MODE_SHARING_SHIFT & SMB1_MODE_SHARING;
	open->to_read = access != SMB1_MODE_WRITE;
	open->to_write = access == SMB1_MODE_WRITE || access == SMB1_MODE_READ_WRITE;
}

typedef struct {
	uint32_t desired, share, disposition, options;
} Smb1NtAccess;

/*
 * Decodes the access and options of NT_CREATE_ANDX (2.2.4.64.1) and NT_TRANSACT_CREATE (2.2.7.1.1).
 */
static inline void
smb1_open_nt(SmbOpenFacts *open, const Smb1NtAccess *asked)
{
	/* READ_DATA, EXECUTE; MAXIMUM_ALLOWED; GENERIC_ALL, EXECUTE, READ */
	const uint32_t reads = 0xB2000021;
	/* WRITE_DATA, APPEND_DATA; MAXIMUM_ALLOWED; GENERIC_ALL, WRITE */
	const uint32_t writes = 0x52000006;

	open->nt = true;
	open->access = asked->desired;
	open->to_read = asked->desired & reads;
	open->to_write = asked->desired & writes;
	open->share_access = asked->share;
	open->disposition = asked->disposition;
	open->options = asked->options;
	open->to_delete = asked->desired & SMB1_DELETE || asked->options & FILE_DELETE_ON_CLOSE;
}
