/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bytes that a tracker put in order, as a connection takes them: what is missing before them, and
 * the length that a message which came as a whole would have on TCP.
 */
#pragma once

#include "capture/transport/tracker.h"
#include "dissect/dissect.h"

/*
 * Of a chunk only what it carries is looked at, not whose it is: `cause` says why bytes of it are
 * missing. Gives what the connection is; SMB_CONNECTION_UNDECIDED for a chunk without bytes.
 */
SmbConnectionState cli_feed(SmbConnection *connection, SmbDir dir, const CapChunk *chunk,
			    SmbGapCause cause, const SmbStamp *when);

/* The beginning of a chunk, as on TCP, in the room given if need be. At most 9 bytes are examined. */
SmbSpan cli_feed_first(const CapChunk *chunk, uint8_t storage[16]);
