/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lies below the four floors of a conversation: the context that all connections of a thread
 * share (its account of memory, its caps, its scratch space) and the connection as every floor
 * sees it.
 *
 *            bytes of a direction, gaps                   datagrams
 *                     |                                       |
 *   stream/           v                        datagram/      v
 *      framing, resync, session service           names, fragments, mailslots
 *                     | message()                             |
 *   exchange/         v                                       v
 *      pairing, transactions, tokens, credits              SmbEvent
 *                     | turn()
 *   state/            v
 *      users, trees, files, logons, pipes, dialects
 *                     |
 *                     v
 *                  SmbEvent (smb_emit)
 *
 * A connection is one block of memory (connection.c): an SmbConnection and a part for each floor.
 * Only a floor's own header defines its part, so no other floor can write to it. Two things are
 * shared. Every floor writes the record `info`, which the sink sees. `expected` says which of the
 * coming bytes the upper floors need; the stream reads it.
 *
 * A floor may call what is below it: state/ calls exchange/, every floor calls this header. Upwards
 * it calls only the three functions of SmbFloors. tests/layers counts them.
 */
#pragma once

#include "dissect/dissect.h"
#include "dissect/smb1/message.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/smb2/message.h"
#include "dissect/wire/codes.h"

enum {
	/* As many bytes of a message show its command, its form and its file. */
	SMB_FIRST_BYTES = 96,
};

/* ---- the context ---- */

typedef struct SmbWhois SmbWhois;
typedef struct SmbFragments SmbFragments;
typedef struct SmbWritten SmbWritten;
typedef struct SmbExchangeShared SmbExchangeShared;
typedef struct SmbServers SmbServers;
typedef struct SmbShared SmbShared;

/* Belongs to one thread and outlives its connections. */
struct SmbContext {
	SmbConfig config;
	size_t memory; /* bytes allocated now, each block as malloc counts it */
	uint64_t messages, connections;
	uint64_t limits; /* caps reached by what belongs to no connection */
	size_t data;     /* bytes of writes that wait for their answer: exchange/data.c */
	struct SmbData *oldest_data,
		*newest_data; /* those, as they came; owned by their requests */
	/* The message at hand, one for all connections: valid until the next is dissected. */
	Smb1Scratch smb1;
	/* The body of SmbBlock.nested: of the transaction that a message completed. */
	_Alignas(8) uint8_t nested_body[SMB1_NESTED_MAX];
	_Alignas(8) uint8_t nested_there[SMB1_NESTED_MAX]; /* SmbBlock.nested_there */
	Smb2Scratch smb2;
	SmbExchangeShared *exchange; /* owned: exchange/request.c */
	SmbShared *shared;           /* owned: state/sessions.c; NULL: no session of SMB2 yet */
	SmbWhois *whois;             /* owned: datagram/whois.c; NULL: no name learnt yet */
	SmbServers *servers;         /* owned: state/servers.c; NULL: nothing known yet */
	SmbFragments *fragments;     /* owned: datagram/fragments.c; NULL: no fragment came yet */
	SmbWritten *written;         /* owned: state/prints.c; NULL: no fingerprint yet */
};

/* Zeroed memory, counted; never NULL. */
void *smb_context_alloc(SmbContext *self, size_t size);
/* Frees what smb_context_alloc gave for the same size; NULL is allowed. */
void smb_context_release(SmbContext *self, void *p, size_t size);
/* A counted copy of a name, capped at limits.name; NULL for the absent text. */
SmbString *smb_context_string(SmbContext *self, SmbText text);
/* Drops a reference; NULL is allowed. */
void smb_context_unref(SmbContext *self, SmbString *string);
/* Puts a copy of the text into *slot, in place of what was there. */
void smb_context_set_string(SmbContext *self, SmbString **slot, SmbText text);
/* The given limits, with the default in place of each 0. */
SmbLimits smb_limits_with_defaults(const SmbLimits *given);

/* ---- the first bytes of a message ---- */

typedef enum {
	SMB_FIRST_OTHER,     /* none of the marks: not SMB, or data without a header */
	SMB_FIRST_SMB1,      /* FF 'S' 'M' 'B' */
	SMB_FIRST_SMB2,      /* FE, FD or FC 'S' 'M' 'B' */
	SMB_FIRST_ENCRYPTED, /* FF 'E': SMB1 encrypted by the UNIX extensions, after a logon */
} SmbFirstProtocol;

/*
 * What the first bytes of a session message say. They are looked at once (stream/first.c), before
 * the rest is collected, and the answer goes with the message to the floors above.
 */
typedef struct {
	SmbDir dir;
	uint8_t type; /* of the session message: SMB_NBSS_* */
	SmbFirstProtocol protocol;
	bool whole;   /* all of it must be collected: it does not end with payload */
	bool carries; /* a write's request or a read's response whose ids were wanted: */
	uint16_t command;
	uint64_t mid;
	uint64_t fid, fid_persistent; /* of a write's request */
} SmbFirst;

/* ---- the connection ---- */

typedef struct SmbStream SmbStream;
typedef struct SmbExchanges SmbExchanges;
typedef struct SmbState SmbState;
typedef struct SmbTurn SmbTurn;

/* The calls upwards, from a floor to one above it: three, and no more. */
typedef struct {
	/* stream -> state: whether the payload of the message that begins so is of interest. */
	bool (*wanted)(SmbConnection *c, const SmbFirst *first);
	/*
	 * stream -> exchange: a message, with as many of its bytes as were collected. `cut`: bytes
	 * of it were lost, not left out on purpose.
	 */
	void (*message)(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut,
			const SmbStamp *when);
	/* exchange -> state: a message was paired, or a request advanced by a step. */
	void (*turn)(SmbConnection *c, const SmbTurn *turn);
} SmbFloors;

/* What the upper floors expect of the bytes to come. */
typedef struct {
	bool logged_on;  /* somebody is: encrypted messages may come */
	bool pipes;      /* a pipe was opened: payload may have to be parsed */
	uint32_t raw[2]; /* by SmbDir: data without a header that are waited for */
} SmbExpected;

struct SmbConnection {
	SmbConnectionInfo info;
	SmbContext *context;
	const SmbFloors *up;
	/* The floors' parts, of the same block. */
	SmbStream *stream;
	SmbExchanges *exchanges;
	SmbState *state;
	SmbExpected expected;
	/* By SmbDir, how often messages of that side may have been missed, or could not be read. */
	uint32_t lost[2];
	/*
	 * The client uses ids that only answers give, so there were some, though none was captured.
	 */
	bool answers_unseen;
	uint64_t ended_ns; /* of the packet that ended it, or the last one of the capture */
	/* exchange/keyed.c: the state of SmbConfig.keys, NULL: none; there is no room for one. */
	void *keyed;
	bool keyed_not;
	uint32_t keyed_lost; /* sum of `lost` at the last message */
};

/* Whether the sink wants events of this kind (SMB_EVENT_*). */
static inline bool
smb_wants(const SmbConnection *c, uint32_t kind)
{
	return (c->context->config.want & kind) != 0;
}

/* Sends an event whose payload is set; its connection and time are filled in. */
void smb_emit(SmbConnection *c, SmbEvent *event, const SmbStamp *when);
/*
 * At the end, what became of an answer of that side that is not there, to what was asked at
 * `asked_ns`: NONE, or NOT_SEEN, because bytes of that side are missing (`lost_before`: its
 * SmbConnection.lost when it was asked), it was not captured at all, or the capture ended within
 * five seconds.
 */
SmbAnswer smb_connection_answer(const SmbConnection *c, SmbDir dir, uint32_t lost_before,
				uint64_t asked_ns);
/* A cap of the connection was reached: counted, and the record is incomplete. */
void smb_connection_limit(SmbConnection *c);

/* What carries the messages: given by the address family if there is no IP; else `ip`. */
static inline SmbTransport
smb_transport(const SmbEndpoints *ends, SmbTransport ip)
{
	return ends->family == 2 ? SMB_OVER_NBF : ends->family == 3 ? SMB_OVER_IPX : ip;
}
