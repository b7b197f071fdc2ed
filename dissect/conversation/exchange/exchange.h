/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The middle floor: messages become requests with their responses.
 *
 *   a message of SMB1, one command of a compound of SMB2
 *        |
 *        v                                  oldest                newest
 *   SmbPending: a request message that  ->  [p] <-> [p] <-> [p] <-> [p]   one queue a connection
 *   waits for its response                   |
 *                                            v
 *                                           [r] -> [r]   SmbRequest: its commands. An AndX chain
 *                                            |           has several, all others have one.
 *                                            v
 *                                            x           SmbExchange: what the sink sees of the
 *                                                        command and of its response
 *
 * A request is created when its message arrives, and waits in its pending. The pending owns it
 * until the response (or the end) takes it out; from then on the floor above owns it, reports it
 * and frees it with smb_request_free. A request that is part of a logon may stay there for a while
 * (state/attempt.h). The pending dies with its last response, with the connection, or when the
 * queue is full. Requests and pendings are recycled by the context.
 *
 * The exchange `x` is filled from both sides: this floor writes what every command has (ids, times,
 * status), the floor above what the command is about. It reaches that floor by turns:
 *
 *   MESSAGE    before the message is reported: security token, signature
 *   ASKED      the request half of x is to be filled; the request stays here
 *   ANSWERED   the response half; the floor above takes the request
 *   OVER       no response comes: one way, not executed, lost; the floor above takes the request
 *
 *   request.c      requests: memory, texts that outlive their message, ids of the exchange
 *   pending.c      the queue, and which request a response belongs to
 *   index.c        requests by their MID, where many wait
 *   answer.c       what is said of an answer, and of its lack
 *   breaks.c       oplock and lease breaks, which the server asks
 *   messages.c     a message of the stream goes to its protocol
 *   smb1.c, smb2.c a message of SMB1, of SMB2
 *   transaction.c, pieces.c  transactions in several messages
 *   repeats.c      messages that were sent again, without TCP
 *   tokens.c       security tokens, read once, reassembled where they come in pieces
 *   credits.c      credits of SMB2
 *   keyed.c        signatures and decryption, by whoever has keys
 *   data.c         data of files, until the answer comes
 *
 * This header is what state/ and connection.c see; pending.h is for this folder.
 */
#pragma once

#include "dissect/conversation/context.h"
#include "dissect/security/token-fields.h"

/* ---- requests ---- */

enum {
	SMB_REQUEST_TEXT = SMB_CAP(256, 8), /* bytes of names without an allocation of their own */
	SMB_REQUEST_SPILL = SMB_CAP(8, 3),  /* names beyond that */
	SMB_ASKED_SETUP = SMB1_SETUP_MAX,
};

typedef struct SmbRequest SmbRequest;
typedef struct SmbAttempt SmbAttempt; /* state/attempt.h */
typedef struct SmbData SmbData;       /* data.c */

/* What reading a transaction's response needs to know of its request. */
typedef struct {
	int32_t function, level;
	uint32_t n_setup;
	uint16_t setup[SMB_ASKED_SETUP];
	SmbText parameters; /* the first of them; bytes, kept as a text */
	bool disconnects;   /* DISCONNECT_TID */
} SmbTransactionAsked;

/* A further call that a request writes to a pipe. */
typedef struct SmbRpcCall {
	struct SmbRpcCall *next;  /* owned */
	SmbRpcFacts facts;        /* .more is that of `next` */
	SmbString *name, *target; /* counted: texts of its arguments */
} SmbRpcCall;

/* One command of a request message, and what became of it. */
struct SmbRequest {
	SmbRequest *next; /* the next command of the message; later whatever list it is in */
	SmbExchange x;    /* its texts point into the message, or (kept) into `text` or `spill` */
	SmbTransactionAsked transaction;
	/* SMB2: its FileId is the one that the preceding CREATE in its compound will get. */
	bool follows_create;
	uint64_t create_mid;
	bool replays;              /* SMB2: it was sent before, and its answer was lost */
	uint64_t previous_session; /* SMB2 SESSION_SETUP: that it replaces; 0: none */
	bool related; /* SMB2: it depends on the command before it in its compound, `before_mid` */
	uint64_t before_mid;
	bool given_up; /* the client cancelled it, or closed what it is about, before its answer */
	uint32_t lost_before; /* a break: SmbConnection.lost of the client when it was sent */

	uint8_t signature[8]; /* SMB1: what its message had for one */

	/* Written by state/: the server may hold it until something happens. */
	bool may_wait;

	/* Notes of state/, which nobody reads here. */

	/*
	 * Session setup, tree connect: the attempt to log on that it belongs to, NULL for none. A
	 * counted reference, gone before the request is (smb_request_release_attempt).
	 */
	SmbAttempt *attempt;
	bool carries;      /* it may carry the attempt's verdict; of several the last does */
	SmbRpcFacts *rpc;  /* NULL, or what x.rpc shows; freed with the request */
	SmbRpcCall *calls; /* the same of x.rpc->more; each is another one of rpc->more_calls */
	/*
	 * The data that are written to a file which the same message opens, as far as kept, and how
	 * many bytes there were.
	 */
	SmbText written;
	uint32_t written_total;
	SmbData *data; /* NULL, or what x.io.data shows; freed with the request (data.c) */

	uint32_t n_spill, used;
	SmbString *spill[SMB_REQUEST_SPILL];
	uint8_t text[SMB_REQUEST_TEXT];
};

/* Gives a request back, with its texts. It no longer refers to an attempt. */
void smb_request_free(SmbContext *context, SmbRequest *req);
/* Makes a text outlive its message: it points into the request afterwards, absent if too long. */
void smb_request_keep(SmbContext *context, SmbRequest *req, SmbText *text);
/* The reference to its attempt, which is the caller's now; NULL if it has none. */
SmbAttempt *smb_request_release_attempt(SmbRequest *req);

/* Sets the exchange's step, and the numbers that are not known yet to "unknown". */
void smb_exchange_begin(SmbExchange *x, SmbStep step);
/* Resets the request half; ids and times stay. */
void smb_exchange_forget(SmbExchange *x);

/*
 * Whether the request was seen. A response without one is reported but changes no state: only its
 * request says what it is about, and anybody can send a lone response.
 */
static inline bool
smb_was_asked(const SmbExchange *x)
{
	return !(x->incomplete & SMB_INCOMPLETE_NO_REQUEST);
}

/* Whether it asks where a name of DFS really is ([MS-DFSC] 2.2.2), in either protocol. */
bool smb_asks_referral(const SmbExchange *x);

/* SMB2: all ones, the FileId of the command before it ([MS-SMB2] 3.3.5.2.7.2). */
static inline bool
smb_names_no_file(const SmbExchange *x)
{
	return x->has_fid && x->fid == UINT64_MAX && x->fid_persistent == UINT64_MAX;
}

/* ---- data of files (data.c) ---- */

/*
 * With SmbConfig.keep_data: keeps data of the read or write, which are so many bytes behind its
 * offset, until it is reported. Pieces come in their order; one that does not is dropped.
 */
void smb_data_keep(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind);
/*
 * The same for pieces that come in any order (READ_MPX and WRITE_MPX): what is behind a hole waits
 * until it is filled. Of two pieces of the same bytes the later one stands.
 */
void smb_data_put(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind);
/* The offset of the exchange turns out to be so many bytes lower: what was kept is behind a hole. */
void smb_data_move(SmbConnection *c, SmbRequest *req, uint64_t by);
/* No more pieces come: what still is behind a hole is left out. */
void smb_data_settle(SmbConnection *c, SmbRequest *req);
/* What was kept does not begin at the offset of the exchange: nothing of it is shown. */
void smb_data_give_up(SmbConnection *c, SmbRequest *req);
/* With SmbConfig.keep_data: the data are all here, and the exchange is reported before they go. */
void smb_data_show(SmbConnection *c, SmbRequest *req, SmbSpan bytes, uint64_t behind);
/* Frees what was kept. */
void smb_data_drop(SmbContext *context, SmbRequest *req);

/* ---- turns, for the floor above ---- */

typedef enum {
	SMB_TURN_MESSAGE,
	SMB_TURN_ASKED,
	SMB_TURN_ANSWERED,
	SMB_TURN_OVER,
} SmbTurnKind;

struct SmbTurn {
	SmbTurnKind kind;
	/* MESSAGE: the first command of the request that it answers, or NULL. */
	SmbRequest *request;
	/*
	 * The message of the turn, whose facts are in the context's scratch. NULL for OVER, and for
	 * the response to a raw read or write: x.io.count is then the number of bytes moved.
	 */
	SmbMessage *message;
	uint32_t block; /* of the message, which the request is about */
};

/* ---- requests that wait ---- */

/* The request that a CANCEL is about; NULL if it is not known. */
const SmbExchange *smb_pending_cancelled(SmbConnection *c, const SmbMessage *cancel);
/* The oldest waiting request with this command and MID, or NULL. */
const SmbExchange *smb_pending_waiting(const SmbConnection *c, uint8_t version, uint16_t command,
				       uint64_t mid);
/* A CREATE was answered: requests that follow it in its compound have its FileId, or none. */
void smb_pending_created(SmbConnection *c, const SmbExchange *create);
/*
 * Takes an attempt that `may` be taken from the oldest request that waits with one. That request is
 * then reported without it. The caller owns the reference; NULL if there is none.
 */
SmbAttempt *smb_pending_release_attempt(SmbConnection *c, bool (*may)(const SmbAttempt *attempt));

/* ---- security tokens (tokens.c) ---- */

typedef struct SmbTokenParts SmbTokenParts;

/* The kinds of security blob in a message. */
typedef enum {
	SMB_READING_WHOLE,     /* a token, or nothing */
	SMB_READING_BEGINS,    /* the first piece of one */
	SMB_READING_GOES_ON,   /* a further piece, taken in */
	SMB_READING_COMPLETES, /* the last one: the view shows the whole */
} SmbReadingState;

/* The reading of the message at hand. */
typedef struct {
	SmbReadingState state;
	SmbSpan blob;          /* as it lies in the message */
	SmbTokenParts *joined; /* COMPLETES: owned, the bytes that the view points into */
	SmbTokenView view;
} SmbTokenReading;

/*
 * The block of a message whose security blob is to be read, before the message is reported; its
 * number, or -1. Session setups are always read, negotiate responses only if messages are shown.
 */
int32_t smb_token_find(const SmbConnection *c, const SmbMessage *m);
/*
 * Reads the blob of that block; if messages are shown, the reading beside it (SmbBlock.nested).
 * `slot`: where pieces of the token wait, owned by the caller; NULL: it is one that never comes in
 * pieces.
 */
void smb_token_show(SmbConnection *c, SmbMessage *m, uint32_t block, SmbTokenParts **slot);
/* The reading of a blob of the message at hand; valid until the next call. */
const SmbTokenReading *smb_token_of(SmbConnection *c, SmbSpan blob);
/* Keeps the first piece of a token; the caller owns it. */
SmbTokenParts *smb_token_keep(SmbConnection *c, const SmbTokenReading *reading);
/* The bytes of all pieces so far. */
SmbSpan smb_token_kept(const SmbTokenParts *parts);
/* Frees pieces; NULL is allowed. */
void smb_token_drop(SmbContext *context, SmbTokenParts *parts);

/* ---- keys (keyed.c) ---- */

/* With keys: a message of SMB1 or SMB2 that was read, before it is reported. */
void smb_keyed_message(SmbConnection *c, SmbMessage *m);
/*
 * With keys: what is inside of an encrypted message. The caller releases it, as many bytes as the
 * reader has; NULL if it cannot be decrypted.
 */
uint8_t *smb_keyed_open(SmbConnection *c, SmbDir dir, SmbReader bytes, const SmbStamp *when,
			uint32_t *ret_size);
/* The connection ends: its state is given back. */
void smb_keyed_end(SmbConnection *c);

/* ---- for connection.c ---- */

/* What all connections of a context share on this floor: recycled memory, the token at hand. */
void smb_exchange_shared_new(SmbContext *context);
/* Frees the requests and pendings that the context keeps for reuse. */
void smb_exchange_shared_free(SmbContext *context);
/* The floor's part of a connection: its size, zeroed it is ready. */
size_t smb_exchanges_size(void);
/* SmbFloors.message. */
void smb_exchange_message(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut,
			  const SmbStamp *when);
/* The connection ends: what still waits is over. Returns how many request messages that were. */
uint32_t smb_exchange_flush(SmbConnection *c);
/* Frees what the floor holds for the connection. */
void smb_exchange_clear(SmbConnection *c);
/* Whether the credits are those of all messages, as far as is known now. */
void smb_credits_settle(SmbConnection *c);
