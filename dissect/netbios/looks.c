/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What bytes look like: recognises a stream by its first bytes, and finds the next message after a
 * gap.
 */
#include "dissect/netbios/session.h"

#include "dissect/wire/codes.h"

enum {
	LOOKS_SIZE = 8, /* enough to recognise a message: its header and a mark */

	/*
	 * Offsets from the NBSS header: SMB1 FLAGS ([MS-CIFS] 2.2.3.1), SMB2 Flags ([MS-SMB2]
	 * 2.2.1).
	 */
	SMB1_FLAGS = SMB_NBSS_HEADER_SIZE + 9,
	SMB2_FLAGS = SMB_NBSS_HEADER_SIZE + 16,
};

/*
 * The protocols that can follow an NBSS header. 'least' is the shortest message that each can have,
 * without that header. 256 means any byte: SMB1 encrypted by the UNIX extensions begins with FF 'E'
 * and the number of the context, whose high byte is zero.
 */
static const struct {
	uint16_t mark[4];
	uint32_t least;
	uint32_t flags;
	uint8_t reply;
} protocols[] = {
	{ { 0xFF, 'S', 'M', 'B' }, 35, SMB1_FLAGS, SMB_FLAGS_REPLY },
	{ { 0xFE, 'S', 'M', 'B' }, 64, SMB2_FLAGS, SMB2_FLAGS_SERVER_TO_REDIR },
	{ { 0xFD, 'S', 'M', 'B' }, 52, 0, 0 }, /* [MS-SMB2] 2.2.41 */
	{ { 0xFC, 'S', 'M', 'B' }, 16, 0, 0 }, /* [MS-SMB2] 2.2.42 */
	{ { 0xFF, 'E', 256, 0 }, 8, 0, 0 },
};

/* Whether the bytes match a mark, as far as they go. */
static bool
agrees(const SmbReader *r, const uint16_t mark[4])
{
	for (uint32_t i = 0; i < 4; i++) {
		int byte = smb_reader_peek(r, SMB_NBSS_HEADER_SIZE + i);

		if (byte >= 0 && mark[i] != 256 && byte != mark[i])
			return false;
	}
	return true;
}

static SmbLooks
message_looks(const SmbReader *r, uint32_t length)
{
	for (uint32_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		int flags = protocols[i].flags ? smb_reader_peek(r, protocols[i].flags) : -1;

		if (length < protocols[i].least || !agrees(r, protocols[i].mark))
			continue;
		if (smb_reader_left(r) < LOOKS_SIZE)
			return SMB_LOOKS_UNDECIDED;
		if (flags < 0)
			return SMB_LOOKS_SMB;
		return flags & protocols[i].reply ? SMB_LOOKS_RESPONSE : SMB_LOOKS_REQUEST;
	}
	return SMB_LOOKS_OTHER;
}

/* RFC 1002 4.3.2: the called name begins with its length, 32, and letters from 'A' to 'P'. */
static SmbLooks
request_looks(const SmbReader *r)
{
	for (uint32_t i = SMB_NBSS_HEADER_SIZE; i < LOOKS_SIZE; i++) {
		int byte = smb_reader_peek(r, i);

		if (byte < 0)
			return SMB_LOOKS_UNDECIDED;
		if (i == SMB_NBSS_HEADER_SIZE ? byte != 32 : byte < 'A' || byte > 'P')
			return SMB_LOOKS_OTHER;
	}
	return SMB_LOOKS_REQUEST;
}

SmbLooks
smb_nbss_looks(SmbSpan bytes, bool direct)
{
	SmbReader r = smb_reader_from_span(bytes);
	SmbReader at = r;
	int type = smb_reader_peek(&r, 0);
	const uint8_t *header;
	SmbNbssHeader h;

	if (type > SMB_NBSS_MESSAGE && (type < SMB_NBSS_REQUEST || type > SMB_NBSS_KEEPALIVE))
		return SMB_LOOKS_OTHER;
	header = smb_reader_take(&at, SMB_NBSS_HEADER_SIZE);
	if (!header)
		return SMB_LOOKS_UNDECIDED;
	h = smb_nbss_header(header, direct);
	if (!h.plausible)
		return SMB_LOOKS_OTHER;
	switch (h.type) {
	case SMB_NBSS_MESSAGE:
		return message_looks(&r, h.length);
	case SMB_NBSS_REQUEST:
		return request_looks(&r);
	case SMB_NBSS_KEEPALIVE:
		return SMB_LOOKS_SMB;
	default:
		return SMB_LOOKS_RESPONSE;
	}
}

/*
 * A 17-bit header with its flags is also a 24-bit one with a small length, so one reading finds
 * both.
 */
SmbLooks
smb_looks_like(SmbSpan first_bytes)
{
	return smb_nbss_looks(first_bytes, true);
}

/*
 * For at least LOOKS_SIZE bytes, which decide. After a gap, only messages that can be recognised by
 * eight bytes are searched for. File data is full of bytes that look like the messages of four
 * bytes (a keepalive is 85 00 00 00), and skipping one costs nothing: the next message is found all
 * the same.
 */
static bool
is_message(SmbSpan bytes, bool direct)
{
	SmbReader r = smb_reader_from_span(bytes);
	int type = smb_reader_peek(&r, 0);

	return (type == SMB_NBSS_MESSAGE || type == SMB_NBSS_REQUEST) &&
	       smb_nbss_looks(bytes, direct) != SMB_LOOKS_OTHER;
}

/*
 * The first message before `end` whose byte at `place` is `needle`. Searching for a rare byte is
 * faster than looking at every offset, because most of what follows a gap is file data.
 */
static uint32_t
find_with(SmbSpan bytes, bool direct, uint8_t needle, uint32_t place, uint32_t end)
{
	uint32_t offset = 0;

	while (offset < end) {
		SmbSpan area = smb_span_after(smb_span_first(bytes, end + place), offset + place);
		const uint8_t *hit = area.ptr ? memchr(area.ptr, needle, area.len) : NULL;

		if (!hit)
			return end;
		offset += (uint32_t)(hit - area.ptr);
		if (is_message(smb_span_after(bytes, offset), direct))
			return offset;
		offset++;
	}
	return end;
}

uint32_t
smb_nbss_find(SmbSpan bytes, bool direct)
{
	uint32_t decided = bytes.len < LOOKS_SIZE ? 0 : bytes.len - LOOKS_SIZE + 1;
	uint32_t first = decided;

	first = find_with(bytes, direct, 'S', SMB_NBSS_HEADER_SIZE + 1, first);
	first = find_with(bytes, direct, 'E', SMB_NBSS_HEADER_SIZE + 1, first);
	first = find_with(bytes, direct, SMB_NBSS_REQUEST, 0, first);
	return first < decided ? first : bytes.len;
}
