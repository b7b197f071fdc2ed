/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What every sink sees: the events of a connection, and what is known about the connection at the
 * time.
 *
 * Everything an event points to is borrowed and valid until the sink's function returns, except for
 * the SmbConnectionInfo, which lives as long as its connection: until the function that got its
 * SMB_EVENT_CONNECTION returns. Sinks change only `sink_data`. Texts are as on the wire
 * (wire/text.h) and decoded by whoever prints them. Times are nanoseconds since 1970 (UTC), of the
 * capture. Frames count from 1 in their capture file; frame 0 means "not seen".
 */
#pragma once

#include "dissect/connection.h"
#include "dissect/exchange.h"
#include "dissect/message.h"

typedef enum {
	SMB_NETBIOS_UNANSWERED,
	SMB_NETBIOS_ACCEPTED,
	SMB_NETBIOS_REFUSED,
	SMB_NETBIOS_RETARGETED
} SmbNetbiosResult;
const char *smb_netbios_result_name(SmbNetbiosResult result); /* NULL for UNANSWERED */

/* A session request with its answer (RFC 1002 4.3.2 to 4.3.5). */
typedef struct {
	SmbStamp request, response; /* frame 0: not seen */
	bool has_names;
	SmbText called, calling; /* without padding and suffix */
	uint8_t called_suffix, calling_suffix;
	SmbNetbiosResult result;
	SmbAnswer answer; /* UNANSWERED: NONE, or NOT_SEEN */
	uint8_t error;    /* of a refusal */
	uint8_t retarget_ip[4];
	uint16_t retarget_port;
	uint32_t incomplete;
} SmbNetbios;

typedef enum {
	SMB_GAP_MISSING,
	SMB_GAP_SNAPLEN,
	SMB_GAP_KERNEL_DROP,
	SMB_GAP_EVICTED,
	SMB_GAP_LIMIT
} SmbGapCause;
const char *smb_gap_cause_name(SmbGapCause cause);

typedef struct {
	SmbDir dir;
	uint64_t bytes;
	uint64_t skipped; /* of the bytes after it, skipped to find the next message */
	SmbGapCause cause;
} SmbGap;

/*
 * A packet of the NetBIOS name service or datagram service (RFC 1002 4.2, 4.4). Its connection in
 * the event has number 0 and exists only during the event: the sender is the client, the receiver
 * the server.
 */
typedef struct {
	bool name_service; /* UDP 137; else 138 */
	/*
	 * "query", "node_status", "registration" ...; "direct_group", "error" ...; NULL: an unknown
	 * opcode
	 */
	const char *type;
	bool response; /* of the name service */
	/*
	 * What it is about: the name that is asked for or given, or the one that a datagram goes to;
	 * and the one that a datagram comes from. Absent: not known.
	 */
	SmbText name, from;
	uint8_t suffix, from_suffix;
	SmbReadStatus status;
	uint32_t incomplete;     /* SMB_INCOMPLETE_*; LIMIT: a fragment that found no room */
	const SmbLayout *layout; /* all fields; NULL: not even its header could be read */
	const void *body;
	/* Its user data is a part only; the whole comes with the fragment that completes it. */
	bool fragment;
	bool reassembled; /* it completed them: what follows was reassembled */
	/* Datagrams that carry a write to a mailslot: */
	SmbText mailslot;              /* "\MAILSLOT\BROWSE"; absent */
	const SmbLayout *frame_layout; /* its contents; NULL: unknown ones */
	const void *frame;
	SmbReadStatus frame_status;
	/*
	 * The names that the packet gives to addresses: unique names of machines, and their address
	 * (4 bytes).
	 */
	uint32_t n_named;
	struct {
		SmbText name; /* points into `letters` */
		uint8_t letters[16];
		uint8_t suffix;
		uint8_t address[4];
	} named[8];
} SmbDatagramFacts;

/*
 * What leaves the record of its connection before the end, because others need its place: one of the
 * two, seen here for the last time. SmbConnectionInfo.omitted counts it.
 */
typedef struct {
	const SmbTree *tree;
	const SmbFile *file;
} SmbForgotten;

typedef enum {
	SMB_EVENT_OPENED = 1 << 0, /* a connection was recognised as SMB (or came on its ports) */
	SMB_EVENT_MESSAGE = 1 << 1,
	SMB_EVENT_NETBIOS = 1 << 2,
	SMB_EVENT_EXCHANGE = 1 << 3,
	SMB_EVENT_GAP = 1 << 4,
	SMB_EVENT_CONNECTION = 1 << 5, /* the connection ended; the last event of it */
	SMB_EVENT_DATAGRAM = 1 << 6,
	/* No event: whether connections keep fingerprints (SmbConnectionInfo.prints). */
	SMB_WANT_PRINTS = 1 << 7,
	SMB_EVENT_FORGOTTEN = 1 << 8, /* a tree or a file makes room for another one */
} SmbEventKind;

typedef struct {
	SmbEventKind kind;
	SmbConnectionInfo *connection;
	SmbStamp when; /* the packet that made the event happen */
	union {
		const SmbMessage *message;
		const SmbNetbios *netbios;
		const SmbExchange *exchange;
		const SmbGap *gap;
		const SmbDatagramFacts *datagram;
		const SmbForgotten *forgotten;
	};
} SmbEvent;

typedef void (*SmbEventFn)(void *user, const SmbEvent *event);
