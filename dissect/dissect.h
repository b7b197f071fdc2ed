/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The library's front door: a connection that takes bytes and gives events.
 *
 * Nothing here reads a clock, a file or the environment. A context belongs to one thread; it owns
 * the scratch space that all its connections share and must outlive them.
 */
#pragma once

#include "dissect/event.h"

/*
 * Caps on what a stranger can make grow, each of one connection; reaching one is counted in
 * SmbConnectionInfo.limits. Users, trees and files that have ended make room before that, and the
 * oldest of the attempts does; those count in `omitted`, and of trees and files SMB_EVENT_FORGOTTEN
 * tells. Of users and trees that have not ended
 * there may be 8 times as many, of files 4 times. Names are cut without being counted.
 */
typedef struct {
	/*
	 * Requests that wait for an answer, each about 1,100 bytes and its longer names (8192, which
	 * is also the most; of SMB1 256 at most).
	 */
	uint32_t outstanding;
	uint32_t users;    /* 16 */
	uint32_t trees;    /* 64 */
	uint32_t files;    /* 256 */
	uint32_t auths;    /* attempts remembered (64) */
	uint32_t dialects; /* offered strings remembered (64) */
	uint32_t message;  /* bytes collected of a message whose whole is needed (1 MiB) */
	uint32_t head; /* bytes collected of a message whose head is enough, READ and WRITE (512) */
	uint32_t name; /* bytes kept of a name (2048) */
	uint32_t token; /* bytes kept of a security token that comes in several messages (64 KiB) */
	/* with keep_data, of all connections: data of writes that wait for their answer (16 MiB) */
	uint32_t data;
} SmbLimits;

struct SmbKeyHooks;

typedef struct {
	uint32_t want;     /* SMB_EVENT_* that the function wants; others are not built */
	SmbLimits limits;  /* 0 in a member: its default */
	bool keep_secrets; /* SmbAuth gets challenges, responses and passwords */
	/*
	 * SmbIoFacts gets the data of reads and writes. Limits of head and message have to be those of
	 * the largest ones (8 MiB of data), for more than that is never there.
	 */
	bool keep_data;
	const SmbEncoding *oem; /* of OEM strings; borrowed by all texts; NULL: code page 437 */
	SmbEventFn event;
	void *user; /* handed to event */
	/*
	 * Not all connections come here: a channel whose session is not known may belong to one of
	 * another connection, which counts as a limit.
	 */
	bool partial;
	/* Borrowed: signatures are checked, and messages decrypted (dissect/keys.h). NULL: not. */
	const struct SmbKeyHooks *keys;
} SmbConfig;

typedef struct SmbContext SmbContext;
typedef struct SmbConnection SmbConnection;

/* A context with this configuration (copied). */
SmbContext *smb_context_new(const SmbConfig *config);
/*
 * Frees a context, whose connections must be freed before; NULL is allowed. Returns what
 * smb_context_memory would return with everything freed: anything but 0 is a bug, memory that one
 * owner counted and another dropped.
 */
size_t smb_context_free(SmbContext *self);
/* Bytes allocated now for all connections of this context, buffers included. */
size_t smb_context_memory(const SmbContext *self);
/* Caps that were reached by what belongs to no connection; those of connections count in theirs. */
uint64_t smb_context_limits(const SmbContext *self);
/* Totals since the context was made. */
uint64_t smb_context_messages(const SmbContext *self);
/* How many connections were created so far. */
uint64_t smb_context_connections(const SmbContext *self);

typedef enum {
	SMB_CONNECTION_UNDECIDED, /* too few bytes to tell */
	SMB_CONNECTION_SMB,
	SMB_CONNECTION_OTHER, /* not SMB: free it; it has no events and will have none */
} SmbConnectionState;

/* What the bytes at the beginning of a stream (or of any segment, in midstream) look like. */
typedef enum {
	SMB_LOOKS_UNDECIDED,
	SMB_LOOKS_OTHER,
	SMB_LOOKS_REQUEST,
	SMB_LOOKS_RESPONSE,
	SMB_LOOKS_SMB
} SmbLooks;

/*
 * SMB_LOOKS_SMB: SMB or NetBIOS session service, but either side could have sent it. At most 9
 * bytes are needed.
 */
SmbLooks smb_looks_like(SmbSpan first_bytes);

/*
 * A connection between the given ends. `hinted`: it is on a port of SMB (139, 445), so it is
 * reported whatever its bytes are, and searched for messages if its beginning was not seen.
 * `midstream`: the beginning was not seen.
 */
SmbConnection *smb_connection_new(SmbContext *context, const SmbEndpoints *ends, bool hinted,
				  bool midstream, const SmbStamp *first);

/* Times of SYN and SYN/ACK, for the line "connect"; 0 for what was not seen. */
void smb_connection_handshake(SmbConnection *self, uint64_t syn_ns, uint64_t syn_ack_ns);

/* The next bytes of one direction. The same bytes give the same events, however they are split. */
SmbConnectionState smb_connection_feed(SmbConnection *self, SmbDir dir, SmbSpan bytes,
				       const SmbStamp *when);

/* Bytes of one direction that will never come. */
void smb_connection_gap(SmbConnection *self, SmbDir dir, uint64_t missing, SmbGapCause cause,
			const SmbStamp *when);

/* How a connection ended, as far as its packets showed. Arrays are by SmbDir. */
typedef struct {
	SmbEnd end;
	bool by_server; /* FIN, RESET: who sent it; no meaning otherwise */
	bool seen[2];   /* packets of that direction were captured, of whatever kind */
	bool acked[2];  /* all bytes of that direction were acknowledged, if only by a reset */
	bool unseen[2]; /* bytes of that direction were acknowledged, but not captured */
	SmbSegments segments[2]; /* of TCP, that way */
	/* "ShADadFf": what its packets were, upper case for the client (SmbConnectionInfo) */
	char history[SMB_HISTORY_SIZE];
} SmbEnding;

/*
 * The connection is over: reports what was outstanding and SMB_EVENT_CONNECTION (unless it was
 * never recognised), then frees it. NULL is allowed.
 */
void smb_connection_end(SmbConnection *self, const SmbEnding *ending, const SmbStamp *when);

/*
 * A datagram from or to UDP port 137 (name service) or 138 (datagram service); `declared` is its
 * length on the wire. Reports SMB_EVENT_MESSAGE for the SMB message in it, then SMB_EVENT_DATAGRAM.
 * The sender of `ends` is the client.
 */
void smb_context_datagram(SmbContext *self, const SmbEndpoints *ends, SmbSpan payload,
			  uint32_t declared, const SmbStamp *when);

/*
 * A datagram of NetBIOS that came without UDP, from its user data on: reports SMB_EVENT_MESSAGE
 * where it is one of SMB1.
 */
void smb_context_message(SmbContext *self, const SmbEndpoints *ends, SmbSpan payload,
			 uint32_t declared, const SmbStamp *when);
