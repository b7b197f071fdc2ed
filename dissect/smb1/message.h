/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One SMB1 message: header, command blocks, AndX chain ([MS-CIFS] 2.2.3). Stateless: the same bytes
 * always give the same message.
 *
 *   bytes --smb1_dissect--> Smb1Scratch
 *                             message    what every sink can show: header, blocks with their layouts
 *                             bodies[i]  the struct of block i, which its layout describes
 *                             facts[i]   what the conversation needs of block i
 *
 * The scratch is the caller's and is used again for the next message; all in it, and the bytes that
 * texts and spans point into, live until then. A body is private to the parser of its command,
 * except for those in commands.h; facts have one shape for all commands.
 *
 * To add a command is one row in the table of commands.c and a parse function for each direction. A
 * parse function reads `words` and `bytes` in the order of the specification into a body struct of
 * its own (SMB1_BODY), names the layout that describes the struct (and lets smb1_read_words read
 * the words by it where the orders agree), and fills the facts that it has.
 * It neither checks lengths (the readers latch) nor keeps state.
 */
#pragma once

#include "dissect/exchange.h"
#include "dissect/message.h"
#include "dissect/wire/codes.h"

enum {
	SMB1_HEADER_SIZE = 32,
	SMB1_BODY_MAX = 320, /* bytes of the largest body struct */
};

/*
 * What following a session needs of a block, in terms that do not depend on the command: opens of
 * all kinds look alike here, and so do reads and writes. Texts are borrowed from the message.
 */
typedef struct {
	bool has_fid;
	uint16_t fid; /* requested or, in the response to an open, granted */
	SmbText name; /* the file, directory, path or pattern requested; or the name of a transaction */
	SmbText target;   /* of a DFS referral: that of its first entry; absent */
	SmbText name_to;  /* new name of a rename, copy, link */
	uint64_t offset;  /* of a read or write */
	uint32_t length;  /* bytes requested or sent; in a response, bytes returned or written */
	SmbSpan payload;  /* data of a READ or WRITE, as much as was collected */
	uint32_t at_once; /* WRITE_RAW: bytes in the request, before those that follow it */
	int32_t function; /* subcommand or function of a transaction, information level; -1: none */
	int32_t level;    /* information level of a TRANS2 request; -1 if there is none */
	const char *about; /* name of a RAP function or control code, or NULL */
	bool rap;          /* a RAP response: count and rap_status are set */
	uint16_t rap_status;
	/*
	 * ECHO: replies requested, or the sequence number of a response; FIND and RAP: entries
	 * returned; READ_MPX and WRITE_MPX: bytes of all responses, or requests
	 */
	uint32_t count;
	bool one_way;     /* a request that gets no response: an oplock release without ranges */
	bool disconnects; /* a transaction that also ends its tree connect */
	/* a transaction of which more parts follow: secondaries of a request, further responses */
	bool partial;
	uint8_t disposition; /* SMB_DISPOSITION_* */
	bool has_size;       /* it sets the end of the file */
	uint64_t size;
	/* LOCKING_ANDX */
	bool oplock_break;    /* an oplock is released, and nothing is locked or unlocked */
	bool oplock_released; /* the same, whatever else is done */
	bool unlocks;         /* ranges are unlocked, and none is locked */
	bool timed;           /* the server may wait until a range can be locked */
	uint8_t oplock_level; /* NewOpLockLevel */
	SmbOpenFacts
		open; /* opens: one half is filled from the request, the other from the response */
} Smb1Facts;

typedef struct {
	SmbBlock *out;          /* layout, body and status go here */
	SmbMessage *message;    /* header and anomalies */
	Smb1Facts *facts;       /* zeroed, function and level -1 */
	bool unicode;           /* FLAGS2 of the message */
	bool extended_security; /* FLAGS2 of the message */
	/* the parameter words, base at the SMB header; for AndX commands after the 4 AndX bytes */
	SmbReader words;
	SmbReader bytes; /* the data bytes, base at the SMB header */
	void *storage;   /* for the body: SMB1_BODY */
	/* ByteCount is meaningless: it wrapped, or is known to be sent uninitialised */
	bool byte_count_unreliable;
} Smb1Block;

typedef void (*Smb1Parse)(Smb1Block *b);

/* Returns a zeroed struct of `size` bytes for the block's body, and sets out->body. */
void *smb1_body(Smb1Block *b, size_t size);
#define SMB1_BODY(b, Type)                                                            \
	({                                                                            \
		_Static_assert(sizeof(Type) <= SMB1_BODY_MAX, "raise SMB1_BODY_MAX"); \
		(Type *)smb1_body((b), sizeof(Type));                                 \
	})

/*
 * Reads the words of a block by the layout of its body, as far as its rows are numbers
 * (smb_layout_read): they are all of the words, or the first, in the order of the wire.
 */
void smb1_read_words(Smb1Block *b, const SmbLayout *layout, void *body);

/*
 * Records where the payload (the data of a READ or WRITE) is; it is not parsed. A range outside the
 * message is an anomaly, but its numbers are still shown. More than 64 KiB of payload makes
 * ByteCount wrap.
 */
void smb1_payload(Smb1Block *b, uint32_t offset, uint32_t length);

/*
 * Reads the next string of the data bytes, in the encoding of the message; the absent text if no
 * bytes are left.
 */
SmbText smb1_string(Smb1Block *b);

/* Which messages of a command end with payload that is not parsed: READ and WRITE data. */
typedef enum {
	SMB1_PAYLOAD_NONE,
	SMB1_PAYLOAD_IN_REQUEST,
	SMB1_PAYLOAD_IN_RESPONSE,
} Smb1Payload;

/* A row of the command table (commands.c). */
typedef struct {
	const char *name;            /* "SMB_COM_READ"; NULL: the code is unassigned */
	Smb1Parse request, response; /* NULL: it has no known fields of its own */
	bool andx;                   /* the words begin with AndXCommand, reserved, AndXOffset */
	Smb1Payload payload;
	/* Request, response: bit n for WordCount n, bit 63 for 63 and more; 0: any. */
	uint64_t forms[2];
	struct {
		uint8_t declared; /* a response with this WordCount ... */
		uint8_t sent;     /* ... really has this many words (0: does not apply) */
	} understated;
	SmbStep step;
} Smb1Command;

/* The row of a command; never NULL: an unassigned code has an empty one. */
const Smb1Command *smb1_command(uint8_t code);
/* Whether this direction of a command ends with payload that is not parsed. */
bool smb1_command_has_payload(const Smb1Command *row, bool response);

/* Space for one message, shared by all connections of a thread. About 20 KiB. */
typedef struct {
	SmbMessage message;
	Smb1Facts facts[SMB_CHAIN_MAX];
	_Alignas(8) uint8_t bodies[SMB_CHAIN_MAX][SMB1_BODY_MAX];
	_Alignas(8) uint8_t there[SMB_CHAIN_MAX][SMB1_BODY_MAX]; /* SmbBlock.there */
} Smb1Scratch;

/*
 * Dissects one message; `bytes` begins at FF 'S' 'M' 'B'. `response` says which half of the command
 * table applies (the caller knows the direction of the stream). scratch->message is complete
 * afterwards, whatever the bytes are, except for dir, when, transport and response_to, which the
 * caller fills in.
 */
void smb1_dissect(SmbReader bytes, bool response, Smb1Scratch *scratch);

/*
 * Whether two layouts are of one struct: of those between which one parse function chooses. It may
 * choose another one where SmbReader.ones is set.
 */
bool smb1_same_body(const SmbLayout *a, const SmbLayout *b);

/* What the first bytes of a message reveal about the read or write data in it. */
typedef struct {
	uint8_t command;
	uint16_t mid, fid; /* fid: write requests only */
} Smb1First;

/*
 * Fills in *ret; false if the message is neither a READ(_ANDX) response nor a WRITE(_ANDX) request,
 * or if there are too few bytes.
 */
bool smb1_first(SmbSpan first, bool response, Smb1First *ret);

/*
 * How many bytes of a message must be collected, given its first bytes (at least the 33 of header
 * and WordCount; fewer give `all`): `head` for a message whose payload is not parsed, else `all`.
 */
uint32_t smb1_need(SmbSpan first, bool response, uint32_t head, uint32_t all);
