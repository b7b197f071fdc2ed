/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lowest floor: bytes of a direction become messages.
 *
 *   bytes, gaps -> [ half to the server ] \
 *                                          > session messages -> message(), or NetBIOS events
 *   bytes, gaps -> [ half to the client ] /
 *
 * A half is one direction. It is at a header, inside a message, or lost:
 *
 *             4 bytes came                    the last byte came
 *   HEADER ------------------> BODY -------------------------------> HEADER
 *     |                         |
 *     | not a plausible header  | a gap beyond the message's end, or bytes of another message
 *     v                         v
 *    LOST  (looks for the next plausible message: resync.c) -------> HEADER
 *
 * A message that is complete in the given bytes is not copied. Otherwise the part that its command
 * needs (first.c) is collected in the half's buffer, and the rest is only counted. The buffer
 * belongs to its half until the connection ends. A gap is reported when the next message is found,
 * so that the bytes that were skipped on the way are part of it.
 *
 *   stream.c   halves: headers, bodies, gaps
 *   resync.c   the next message after a loss, and messages hidden by a wrong length
 *   first.c    what the first bytes of a message say
 *   session.c  NetBIOS session service: requests and their answers; the rest goes up
 *
 * Nothing here knows what a request or a user is. Only connection.c includes this header, besides
 * this folder.
 */
#pragma once

#include "dissect/conversation/context.h"
#include "dissect/netbios/session.h"

/* ---- for connection.c ---- */

/* A new connection: which lengths its headers have, and whether it begins in sync. */
void smb_stream_start(SmbConnection *c, bool hinted, bool midstream, const SmbStamp *first);
/* Takes the next bytes of a direction; returns what the connection turned out to be. */
SmbConnectionState smb_stream_feed(SmbConnection *c, SmbDir dir, SmbSpan bytes,
				   const SmbStamp *when);
/* `missing` bytes of a direction never come. */
void smb_stream_gap(SmbConnection *c, SmbDir dir, uint64_t missing, SmbGapCause cause,
		    const SmbStamp *when);
/* The connection ends: the messages that it ended in, and a session request without an answer. */
void smb_stream_flush(SmbConnection *c, const SmbStamp *when);
/*
 * The end that sent no message though the other one did, and of which nothing is missing; bytes
 * that are no messages are not silence either.
 */
SmbSilent smb_stream_silent(const SmbConnection *c, const SmbEnding *ending);
/*
 * Whether the server sent nothing but an acceptance of the session, and nothing of it is missing.
 */
bool smb_stream_server_mute(const SmbConnection *c, const SmbEnding *ending);
/* Whether the client sent nothing but a session request, where there is one, and messages of SMB. */
bool smb_stream_client_is_plain(const SmbConnection *c);
/* Whether a message came in that direction; keepalives do not count. */
bool smb_stream_spoke(const SmbConnection *c, SmbDir dir);
/* The session request that the server refused; NULL: it refused none. */
const SmbNetbios *smb_stream_refused(const SmbConnection *c);
/* The session request that got no answer; NULL: there is none. */
const SmbNetbios *smb_stream_session_unanswered(const SmbConnection *c);
/* Whether the server accepted a session request. */
bool smb_stream_in_session(const SmbConnection *c);
/* Frees the buffers. */
void smb_stream_clear(SmbConnection *c);

/* ---- the floor's part of a connection ---- */

enum {
	SMB_TAIL = 7,           /* last bytes of a stretch that may be the beginning of a message */
	SMB_HIDDEN_WITHIN = 64, /* first bytes of a message that are searched for another */
};

typedef enum { SMB_HALF_HEADER, SMB_HALF_BODY, SMB_HALF_LOST } SmbHalfMode;

/* One direction, between its bytes and its messages. */
typedef struct {
	SmbHalfMode mode;
	uint8_t head[SMB_NBSS_HEADER_SIZE];
	uint8_t head_len;
	uint64_t begun_ns; /* when the first byte of the message was captured */
	uint8_t tail_len;
	uint8_t tail[SMB_TAIL]; /* LOST: the last bytes that may begin a message */
	uint8_t type;           /* of the session message */
	bool spoke;             /* a message came, keepalives do not count */
	bool spoke_smb;         /* other than about the session service */
	bool strayed;           /* what a client has no reason to send came before SMB, or after */
	bool missed;            /* bytes are missing */
	bool sized;             /* `keep` is final, and `first` is set */
	bool cut;               /* bytes of this message are lost: nothing more is collected */
	SmbFirst first;         /* what its first bytes say */
	uint32_t total;         /* bytes of the session message after its header */
	uint32_t left;          /* of these, still to come */
	uint32_t keep;          /* of these, to be collected */
	uint8_t *buf;           /* owned; those collected so far */
	uint32_t len, cap;
	/* A loss whose end is not known yet: reported when the next message is found. */
	bool gap_waits;
	SmbStamp gap_when; /* where it was noticed, which is what is reported */
	SmbGap gap;
} SmbHalf;

struct SmbStream {
	SmbConnectionState state;
	bool direct; /* lengths have 24 bits: no NetBIOS session request was seen */
	SmbHalf half[2];
	bool netbios_waits; /* a session request that is not yet answered */
	bool netbios_refused;
	bool netbios_orphan;     /* an answer of the session service came without its request */
	uint8_t netbios_orphans; /* such answers that were told */
	uint32_t netbios_lost;   /* SmbConnection.lost of the server when it was sent */
	SmbNetbios netbios;
	SmbNetbiosName called, calling; /* the names that `netbios` points to */
};

/* ---- between the files of this folder ---- */

/* Feeds bytes of a direction, whichever mode it is in. */
void smb_stream_bytes(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when);
/* Reports the gap that waits, if any. */
void smb_stream_report_gap(SmbConnection *c, SmbHalf *h);

/* resync.c */
/* The half is lost from here on. */
void smb_resync_lose(SmbHalf *h, SmbDir dir, const SmbStamp *when);
/* LOST: looks for a message in the bytes. Returns those after the ones that were used up. */
SmbSpan smb_resync_search(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when);
/*
 * BODY: the bytes of a non-SMB message may contain an SMB message, if an earlier length was wrong.
 * Returns the offset of its header, or bytes.len. Protocol identifiers of fewer than four bytes do
 * not count.
 */
uint32_t smb_resync_hidden(SmbConnection *c, SmbSpan bytes, const SmbFirst *first);
/* BODY: leaves the message for the hidden one that begins after `passed` of its bytes. */
void smb_resync_leave(SmbConnection *c, SmbDir dir, uint32_t passed, const SmbStamp *when);

/* session.c */
/* Whether a message that begins so is one of SMB, or data without a header that are expected. */
static inline bool
smb_session_knows(const SmbConnection *c, const SmbFirst *first)
{
	return first->protocol == SMB_FIRST_SMB1 || first->protocol == SMB_FIRST_SMB2 ||
	       (first->protocol == SMB_FIRST_ENCRYPTED && c->expected.logged_on) ||
	       c->expected.raw[first->dir] > 0;
}

/*
 * How many bytes of the message, `total` of them, have to be collected. Counts a limit each time that
 * more would have to be.
 */
uint32_t smb_session_need(SmbConnection *c, const SmbFirst *first, uint32_t total);
/* A session message with its bytes as far as they were collected. */
void smb_session_message(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut,
			 const SmbStamp *when);
/* Reports a session request that was not answered. */
void smb_session_flush(SmbConnection *c, const SmbStamp *when);
