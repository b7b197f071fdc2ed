/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of exchange/ share: the queue of request messages that wait, and the calls from a
 * protocol's file (smb1.c, smb2.c) to those that help it. exchange.h has the drawing.
 */
#pragma once

#include "dissect/conversation/exchange/exchange.h"

typedef struct SmbPending SmbPending;
typedef struct SmbTransaction SmbTransaction;
typedef struct SmbRepeats SmbRepeats;

/* A request message that waits for its response. */
struct SmbPending {
	SmbPending *prev, *next;
	SmbPending *older, *newer; /* of its chain, if there is a table of them (index.c) */
	SmbRequest *requests;      /* its commands, owned until they are taken */
	uint8_t version;
	uint16_t command;
	uint16_t pid;
	uint32_t tid;
	uint64_t uid, mid;
	uint32_t answers_left;  /* ECHO requests several */
	bool raw_reply;         /* READ_RAW: the response has no header */
	bool raw_request;       /* WRITE_RAW: its data, without a header, did not come yet */
	uint32_t read, to_read; /* READ_MPX: bytes of the responses so far, and of all of them */
	SmbStamp go_ahead;      /* WRITE_RAW: its interim response; frame 0 before it came */
	bool interim;           /* an interim response came */
	bool early;             /* captured after its answer, as far as can be told */
	uint32_t lost_before;   /* SmbConnection.lost of the server when it was asked */
	uint64_t async_id;      /* SMB2: the AsyncId that it gave the request */
	Smb2Asked asked;        /* SMB2: what the response's buffer is read by */
	/* Owned: transactions of several messages; NULL: none so far. Of SMB1, with `requests`. */
	SmbTransaction *joined_request, *joined_response;
};

/* Those that wait whose MIDs have the same hash, in the order in which they came. */
typedef struct {
	SmbPending *oldest, *newest;
	uint32_t n;
} SmbPendingChain;

/* What the next command of a compound takes over if it is related ([MS-SMB2] 3.3.5.2.7.2). */
typedef struct {
	bool any; /* there is one before it */
	uint64_t uid, mid;
	uint32_t tid;
	bool has_fid;
	uint64_t fid, fid_persistent;
	bool creates; /* it has the FileId that the CREATE with this MessageId gets */
	uint64_t create_mid;
	SmbText name; /* with `creates`: what that is to open; in the message that is being read */
} SmbRelated;

/* An answer that was captured without its request before it. */
typedef struct {
	uint64_t time_ns, mid;
	uint32_t pid;
	uint16_t command;
	uint8_t version; /* 0: none */
} SmbOrphan;

/* The floor's part of a connection. */
struct SmbExchanges {
	SmbPending *oldest, *newest; /* owned, in the order in which they came */
	uint32_t n_pending;
	SmbPendingChain *chains; /* owned: 2 to the power of `chains_shift`; NULL: few wait */
	uint32_t chains_shift;
	uint64_t walked; /* requests that were looked at by smb_pending_may_walk's leave */
	/* While a response is handled: the one that came behind its request. */
	SmbPending *behind;
	SmbRequest *breaks; /* owned: oplock and lease breaks that wait, in their order */
	uint32_t n_breaks;
	SmbRepeats *repeats; /* NULL: no message that could be repeated came yet */
	SmbRelated related;  /* of the last request of SMB2 */
	uint64_t failed_mid; /* of the last response of SMB2 with an error, and that; 0: none */
	uint32_t failed_status;
	SmbOrphan orphans[4]; /* the last ones, in turn */
	uint32_t next_orphan;
	bool credits_lost; /* not all messages of SMB2 could be counted */
};

/* The floor's part of a context. */
struct SmbExchangeShared {
	/* Recycled: every message would allocate a request and a pending otherwise. */
	SmbRequest *free_requests;
	SmbPending *free_pending;
	uint32_t n_free_requests, n_free_pending;
	SmbTokenReading token; /* of the message at hand */
};

/* ---- request.c ---- */

/* A request that has the ids and the names of a block; its step is not set. */
SmbRequest *smb_request_new(SmbConnection *c, const SmbMessage *m, uint32_t block);
SmbPending *smb_pending_alloc(SmbContext *context); /* zeroed */
void smb_pending_release(SmbContext *context, SmbPending *p);

/* ---- pending.c ---- */

/* A pending with the ids of the message, queued last; at the cap the oldest is over. */
SmbPending *smb_pending_new(SmbConnection *c, const SmbMessage *m);
/* Remembers a response that belongs to none, for a request that comes just after it. */
void smb_pending_note_orphan(SmbConnection *c, const SmbMessage *response);
/* The pending that a response belongs to; NULL: none. */
SmbPending *smb_pending_find(const SmbConnection *c, const SmbMessage *response);
/*
 * A response whose MID no request has: the one request that it must belong to if nothing was
 * missed, because no other is like it. NULL: none, or not the only one.
 */
SmbPending *smb_pending_find_renumbered(SmbConnection *c, const SmbMessage *response);
/* The request message that a CANCEL is about; NULL if it is not known. */
SmbPending *smb_pending_find_cancelled(SmbConnection *c, const SmbMessage *cancel);
/* The oldest that expects headerless data from the given side, or NULL. */
SmbPending *smb_pending_find_raw(const SmbConnection *c, SmbDir dir);
/* It waits for data without a header from that side from now on, or no longer. */
void smb_pending_expect_raw(SmbConnection *c, SmbPending *p, SmbDir dir, bool expected);
/* Takes its first request out, which is the caller's now; NULL: it has none left. */
SmbRequest *smb_pending_take(SmbPending *p);
/* Unlinks and frees it; requests that are left are over. */
void smb_pending_remove(SmbConnection *c, SmbPending *p);
/* Hands a turn up. */
static inline void
smb_turn(SmbConnection *c, SmbTurnKind kind, SmbRequest *req, SmbMessage *m, uint32_t block)
{
	const SmbTurn turn = { .kind = kind, .request = req, .message = m, .block = block };

	c->up->turn(c, &turn);
}

/* ---- index.c ---- */

/* Requests that need no table. */
enum { SMB_PENDING_FEW = SMB_CAP(64, 1) };

/* Makes the table, with all that wait in it. */
void smb_index_new(SmbConnection *c);
/* Files a request that was queued last. Only with a table. */
void smb_index_add(SmbConnection *c, SmbPending *p);
/* Takes a request out. Only with a table. */
void smb_index_remove(SmbExchanges *ex, SmbPending *p);
/* The chain that has all requests with that MID, and others. Only with a table. */
const SmbPendingChain *smb_index_chain(const SmbExchanges *ex, uint64_t mid);
/* Frees the table. */
void smb_index_free(SmbConnection *c);
/* The same as smb_pending_may_walk, where many wait. */
bool smb_index_walk_paid(SmbConnection *c);

/*
 * Whether the whole queue may be looked through for the message at hand: always if few wait, else
 * as often as the messages so far pay for. False is counted as a limit.
 */
static inline bool
smb_pending_may_walk(SmbConnection *c)
{
	return c->exchanges->n_pending <= SMB_PENDING_FEW || smb_index_walk_paid(c);
}

/* The oldest that may have this MID, and the one after it, in their order; NULL: no more. */
static inline SmbPending *
smb_pending_oldest(const SmbExchanges *ex, uint64_t mid)
{
	return ex->chains ? smb_index_chain(ex, mid)->oldest : ex->oldest;
}

static inline SmbPending *
smb_pending_newer(const SmbExchanges *ex, const SmbPending *p)
{
	return ex->chains ? p->newer : p->next;
}

/* The same from the newest on. */
static inline SmbPending *
smb_pending_newest(const SmbExchanges *ex, uint64_t mid)
{
	return ex->chains ? smb_index_chain(ex, mid)->newest : ex->newest;
}

static inline SmbPending *
smb_pending_older(const SmbExchanges *ex, const SmbPending *p)
{
	return ex->chains ? p->older : p->prev;
}

/* ---- answer.c ---- */

/* The response half of what every exchange has, with this status; an error is counted. */
void smb_request_answer(SmbConnection *c, SmbRequest *req, const SmbMessage *m, SmbStatus status);
/* No response came: says what that means, and counts it. `why`: SMB_INCOMPLETE_*, or 0. */
void smb_request_unanswered(SmbConnection *c, const SmbPending *p, SmbRequest *req, uint32_t why);
/* A request was made: notes which others its sender does not want any more (CANCEL, CLOSE ...). */
void smb_pending_give_up(SmbConnection *c, const SmbExchange *by, const SmbMessage *m);

/* ---- breaks.c ---- */

/* A break of an oplock or a lease waits for the client. Takes the request. */
void smb_break_wait(SmbConnection *c, SmbRequest *req);
/* The client acknowledged a break, or closed the file: false if none waits that it is about. */
bool smb_break_answer(SmbConnection *c, const SmbExchange *by, const SmbStamp *when);
/* No more answers come. */
void smb_break_flush(SmbConnection *c);

/* ---- messages.c ---- */

/* Counts a message, before it is reported. */
void smb_message_count(SmbConnection *c, const SmbMessage *m);
/* Reports a message. */
void smb_message_emit(SmbConnection *c, const SmbMessage *m);

/* ---- smb1.c, smb2.c ---- */

/*
 * A whole SMB1 message: reads it, pairs its commands, and reports it. `cut`: bytes of it were lost.
 */
void smb_message1(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when);
/* Data without a header, which some pending waits for. */
void smb_message1_raw(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut,
		      const SmbStamp *when);
/* The same for SMB2, all commands of a compound. */
void smb_message2(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when);

/* ---- transaction.c ---- */

/*
 * Reads the transaction if this message completes it, into SmbBlock.nested and the block's facts;
 * these are `partial` if other parts are still to come. `answered`: the request of a response.
 * Returns the request that a secondary belongs to, else NULL.
 */
SmbPending *smb_transaction_message(SmbConnection *c, SmbMessage *m, SmbPending *answered);
/* Keeps of block i of a request what is needed later; after its turn ASKED. */
void smb_transaction_asked(SmbConnection *c, SmbPending *p, SmbRequest *req, const SmbMessage *m,
			   uint32_t i);
/* A secondary was added: if it was the last part, the exchange gets the request's facts. */
void smb_transaction_completed(SmbConnection *c, SmbPending *p, SmbMessage *m);
void smb_transaction_free(SmbConnection *c, SmbTransaction *self); /* NULL is fine */

/* ---- repeats.c ---- */

/*
 * Whether the message was reported already, which is counted; asked once for each message of a
 * connectionless transport, before it is paired. `bytes` as far as they were collected.
 */
bool smb_repeats_seen(SmbConnection *c, const SmbMessage *m, SmbReader bytes);
/* Frees what is remembered of messages. */
void smb_repeats_forget(SmbConnection *c);

/* ---- tokens.c ---- */

/* The current message ended. */
void smb_token_done(SmbContext *context);

/* ---- credits.c: SMB2 ---- */

/* Notes what a message uses up or grants, and a request beyond that. */
void smb_credits_count(SmbConnection *c, SmbMessage *m);
/* Uses up `charge` credits, at least one. */
void smb_credits_use(SmbConnection *c, uint16_t charge);
/* Counts an encrypted or unreadable message. */
void smb_credits_lost(SmbConnection *c);
