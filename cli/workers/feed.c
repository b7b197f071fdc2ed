/* SPDX-License-Identifier: BSD-3-Clause */
/* Hands ordered bytes to a connection. */
#include "cli/workers/feed.h"

#include <string.h>

/* A message that came as a whole gets the header that it would have on TCP: its length. */
typedef struct {
	uint8_t bytes[4];
} CliHeader;

static CliHeader
header_of(uint32_t length)
{
	return (CliHeader){ { 0, (uint8_t)(length >> 16), (uint8_t)(length >> 8),
			      (uint8_t)length } };
}

SmbSpan
cli_feed_first(const CapChunk *chunk, uint8_t storage[16])
{
	SmbSpan bytes = { .ptr = chunk->ptr, .len = chunk->len };
	CliHeader header = header_of(chunk->message);

	if (!chunk->message)
		return bytes;
	memcpy(storage, header.bytes, sizeof(header.bytes));
	return (SmbSpan){ storage, 4 + smb_span_copy(bytes, storage + 4, 12) };
}

SmbConnectionState
cli_feed(SmbConnection *connection, SmbDir dir, const CapChunk *chunk, SmbGapCause cause,
	 const SmbStamp *when)
{
	SmbSpan bytes = { .ptr = chunk->ptr, .len = chunk->len };
	CliHeader header = header_of(chunk->message);
	SmbConnectionState state;

	if (chunk->missing)
		smb_connection_gap(connection, dir, chunk->missing, cause, when);
	if (!chunk->len && !chunk->message)
		return SMB_CONNECTION_UNDECIDED;
	if (!chunk->message)
		return smb_connection_feed(connection, dir, bytes, when);
	state = smb_connection_feed(connection, dir, (SmbSpan){ header.bytes, 4 }, when);
	if (bytes.len)
		state = smb_connection_feed(connection, dir, bytes, when);
	if (chunk->message > chunk->len)
		smb_connection_gap(connection, dir, chunk->message - chunk->len, cause, when);
	return state;
}
