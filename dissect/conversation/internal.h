/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this folder share: the connection as it is inside. Nothing here is public.
 *
 *   stream/    bytes of a direction -> messages
 *   exchange/  messages -> requests and their responses
 *   state/     what exchanges change
 *   datagram/  UDP: name service and datagrams
 */
#pragma once

#include "dissect/dissect.h"
#include "dissect/netbios/session.h"
#include "dissect/security/token-fields.h"
#include "dissect/smb1/commands.h"
#include "dissect/smb1/message.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/smb2/message.h"

/* Statuses that mean something to the order of messages ([MS-CIFS] 2.2.2.4, [MS-SMB2] 3.3.4.2). */
enum {
	SMB_REQUEST_TEXT = SMB_CAP(
		256, 8), /* bytes of names that a request keeps without an allocation of its own */
	SMB_REQUEST_SPILL = SMB_CAP(8, 3), /* names beyond that */
	SMB_FIRST_BYTES =
		96, /* of a message, enough to know its command, its form and the file it writes to */
	SMB_OPEN_ATTEMPTS = SMB_CAP(16, 2),
	SMB_TAIL = 7, /* last bytes of a stretch that may be the beginning of a message */
};

/* ---- context ---- */

typedef struct SmbRequest SmbRequest;
typedef struct SmbWhois SmbWhois;
typedef struct SmbFragments SmbFragments;
typedef struct SmbPending SmbPending;

typedef struct SmbTokenParts SmbTokenParts;

/* What the security blob of a message is. */
typedef enum {
	SMB_READING_WHOLE,     /* a token, or nothing */
	SMB_READING_BEGINS,    /* the first piece of one */
	SMB_READING_GOES_ON,   /* a further piece, taken in */
	SMB_READING_COMPLETES, /* the last one: the view shows the whole */
} SmbReadingState;

typedef struct {
	SmbReadingState state;
	SmbSpan blob;          /* as it stands in the message */
	SmbTokenParts *joined; /* COMPLETES: owned, the bytes that the view points into */
	SmbTokenView view;
} SmbTokenReading;

struct SmbContext {
	SmbConfig config;
	size_t memory;
	uint64_t messages, connections;
	uint64_t limits; /* caps reached by what belongs to no connection */
	SmbRequest *
		free_requests; /* recycled: one ask a block and one pending a message would be allocated otherwise */
	SmbPending *free_pending;
	uint32_t n_free_requests, n_free_pending;
	Smb1Scratch smb1;
	_Alignas(8) uint8_t more[SMB1_MORE_MAX]; /* of the transaction that a message completed */
	Smb2Scratch smb2;
	SmbTokenReading token;   /* of the message at hand */
	SmbWhois *whois;         /* whois.c; NULL: nothing learnt so far */
	SmbFragments *fragments; /* fragments.c; NULL: none ever came */
};

void *smb_context_alloc(SmbContext *self, size_t size); /* zeroed */
void smb_context_release(SmbContext *self, void *p, size_t size);
/* Counted copies of names, capped at limits.name; NULL for the absent text. */
SmbString *smb_context_string(SmbContext *self, SmbText text);
void smb_context_unref(SmbContext *self, SmbString *string);
/* Puts a copy of text in *slot, in place of what was there. */
void smb_context_set_string(SmbContext *self, SmbString **slot, SmbText text);

/* ---- asks: one block of a request, while it waits ---- */

typedef struct SmbAttempt SmbAttempt;

enum { SMB_ASKED_SETUP = SMB1_SETUP_MAX };

/* What a transaction's request said that its response's reading needs. */
typedef struct {
	int32_t function, level;
	uint32_t n_setup;
	uint16_t setup[SMB_ASKED_SETUP];
	SmbText parameters; /* the first of them; bytes, kept as a text */
	bool disconnects;   /* DISCONNECT_TID */
} SmbTransactionAsked;

typedef struct SmbTransaction SmbTransaction;

struct SmbRequest {
	SmbRequest *
		next; /* the next block of the same message; in the free list the next free request */
	SmbExchange x; /* its request half is complete; texts point into `text` or `spill` */
	/*
	 * Session setup, tree connect: the attempt that it is a leg of, NULL for none. Counted; the
	 * reference goes with the request (smb_request_free) or by smb_pending_release_attempt.
	 */
	SmbAttempt *attempt;
	bool carries; /* a leg that may carry the attempt's verdict; of several the last does */
	SmbTransactionAsked transaction;
	SmbRpcFacts *rpc; /* NULL, or what x.rpc shows; freed with the request */
	/*
	 * SMB2: the FileId is the one that the CREATE before it in its compound will be given, and
	 * what is written to that as far as it was kept, of how many bytes.
	 */
	bool follows_create;
	uint64_t create_mid;
	SmbText written;
	uint32_t written_total;
	uint32_t n_spill, used;
	SmbString *spill[SMB_REQUEST_SPILL];
	uint8_t text[SMB_REQUEST_TEXT];
};

SmbRequest *smb_request_new(SmbContext *context);
void smb_request_free(SmbContext *context, SmbRequest *req); /* with all that it owns */
SmbPending *smb_pending_alloc(SmbContext *context);          /* zeroed */
void smb_pending_release(SmbContext *context, SmbPending *p);
/* Makes a text outlive its message: it points into the request afterwards. */
void smb_request_keep(SmbContext *context, SmbRequest *req, SmbText *text);

/* A request message that waits for its answer. */
struct SmbPending {
	SmbPending *prev, *next;
	SmbRequest *requests; /* its blocks, owned until they are taken */
	uint8_t version;
	uint16_t command;
	uint16_t pid;
	uint32_t tid;
	uint64_t uid, mid;
	uint32_t answers_left;  /* ECHO asks for several */
	bool raw_reply;         /* READ_RAW: the answer has no header */
	bool raw_request;       /* WRITE_RAW: its data, without a header, did not come yet */
	uint32_t read, to_read; /* READ_MPX: bytes of the answers so far, and of all of them */
	SmbStamp go_ahead;      /* WRITE_RAW: its interim answer; frame 0 before it came */
	bool interim;           /* an interim answer came */
	uint64_t async_id;      /* SMB2: what it gave the request */
	/* Owned: transactions of several messages; NULL: none so far. */
	SmbTransaction *joined_request, *joined_response;
};

/* ---- state: users, trees, files; counted because a file names its tree and its user ---- */

/* How far an attempt came. It never goes back. */
typedef enum {
	SMB_ATTEMPT_BEGUN,       /* a leg was sent, with no secret in it */
	SMB_ATTEMPT_CHALLENGED,  /* the server answered "go on" */
	SMB_ATTEMPT_SECRET_SENT, /* auth.password_type says which */
	SMB_ATTEMPT_DECIDED,     /* accepted, refused or given up: it gets no further leg */
	SMB_ATTEMPT_TOLD,        /* and its legs were told: it is only looked at any more */
} SmbAttemptState;

/*
 * Counted (smb_attempt_ref, smb_attempt_unref in logon.c). References belong to the requests that are
 * its legs, to open_attempts, to the table of attempts, and to the users that it logged on.
 */
struct SmbAttempt {
	SmbAuth auth; /* its strings are the attempt's */
	SmbAttemptState state;
	uint32_t refs;
	uint64_t uid;
	bool begun_ntlm;         /* an NTLMSSP NEGOTIATE was sent */
	bool unseen;             /* the capture does not have the blob of one of its legs */
	SmbTokenParts *parts[2]; /* by SmbDir, owned: a token whose rest did not come yet */
	/*
	 * Legs that were answered "go on", owned: told when the next comes or the outcome is known.
	 * Each has a reference to this attempt, so the list is empty before the attempt goes.
	 */
	SmbRequest *held, *held_last;
};

/*
 * Users, trees and files belong to their table and to those that name them; an exchange borrows
 * them while it is told (smb_exchange_emit), when nothing can change a table.
 */
typedef struct {
	SmbUser pub; /* .auth points into `attempt` */
	uint32_t refs;
	SmbAttempt *attempt; /* counted; NULL: not seen */
} SmbUserEntry;

typedef struct {
	SmbTree pub;
	uint32_t refs;
	SmbUserEntry *user; /* counted; NULL: not known */
} SmbTreeEntry;

typedef struct SmbPipe SmbPipe;
typedef struct SmbRepeats SmbRepeats;

typedef struct {
	SmbFile pub;
	SmbFileStory story;
	SmbTreeEntry *tree; /* counted; NULL: not known */
	SmbUserEntry *user; /* the same */
	SmbPipe *pipe;      /* DCE/RPC on it (pipe.c), owned; NULL: none so far */
} SmbFileEntry;

/*
 * A growing array of pointers, each one reference; the same memory is what SmbConnectionInfo shows.
 */
typedef struct {
	void **items;
	uint32_t n, cap;
} SmbTable;

/* ---- connection ---- */

/* What the next command of a compound takes over where it is related ([MS-SMB2] 3.3.5.2.7.2). */
typedef struct {
	uint64_t uid;
	uint32_t tid;
	bool has_fid;
	uint64_t fid, fid_persistent;
	bool creates; /* it has the FileId that this MessageId's CREATE is given */
	uint64_t create_mid;
} SmbRelated;

typedef enum { SMB_HALF_HEADER, SMB_HALF_BODY, SMB_HALF_LOST } SmbHalfMode;

/* One direction: where it stands between its bytes and its messages. */
typedef struct {
	SmbHalfMode mode;
	uint8_t head[SMB_NBSS_HEADER_SIZE];
	uint8_t head_len;
	uint8_t tail_len;
	uint8_t tail[SMB_TAIL]; /* LOST: the last bytes that may begin a message */
	uint8_t type;           /* of the session message */
	bool sized;             /* `keep` is final: the first bytes told the command */
	bool cut;               /* bytes of this message are lost: nothing more is collected */
	uint32_t total;         /* bytes of the session message behind its header */
	uint32_t left;          /* of these, still to come */
	uint32_t keep;          /* of these, to be collected */
	uint8_t *buf;
	uint32_t len, cap; /* collected */
	bool any;          /* bytes of this direction were seen */
	/* A loss whose end is not known yet: told when the next message is found. */
	bool gap_waits;
	SmbGap gap;
} SmbHalf;

struct SmbConnection {
	SmbConnectionInfo info;
	SmbContext *context;
	SmbConnectionState state;
	bool direct; /* lengths have 24 bits */
	SmbHalf half[2];

	SmbPending *oldest, *newest; /* owned, in the order in which they came */
	uint32_t n_pending;

	SmbRepeats *repeats; /* NULL: nothing that could be repeated came so far */
	bool netbios_waits;  /* a session request that is not answered */
	SmbNetbios netbios;
	SmbNetbiosName called, calling;

	SmbTable users, trees, files, auths, dialects;
	SmbTable offers; /* of the first SMB1 negotiate, as they stand there: what its answer indexes */
	SmbFileEntry *recent; /* last file found, one of `files`: forgotten when it leaves them */
	bool pipes;           /* a pipe was opened: payload may have to be looked at */
	SmbRelated related;   /* of the last request */
	SmbAttempt *open_attempts[SMB_OPEN_ATTEMPTS]; /* the server asked for another leg; counted */
	uint32_t n_open_attempts;
	SmbString *identity_account, *identity_domain; /* of a share-level session setup */
	SmbString *challenge; /* of the negotiate response; only with keep_secrets */

	bool negotiate_seen, answered_smb1, answered_smb2, refused, first_is_smb2;
	bool credits_lost; /* not all messages of SMB2 could be counted */
	bool setups_seen, logged_on;
	bool signable;         /* somebody logged on who has a key to sign with */
	bool closed_by_server; /* FIN or RST of the server ended it */
	bool signed_seen[2], signatures_differ;
	uint8_t first_signature[16];
	bool first_signature_set;
};

static inline bool
smb_wants(const SmbConnection *c, uint32_t kind)
{
	return (c->context->config.want & kind) != 0;
}

/* Sends an event with the payload already set. */
void smb_emit(SmbConnection *c, SmbEvent *event, const SmbStamp *when);

/* connection.c */
void smb_connection_limit(SmbConnection *c); /* a cap was reached: counted */
void smb_connection_recognise(SmbConnection *c, const SmbStamp *when);

/*
 * session.c: a session message with its bytes as far as collected; `cut`: bytes were lost, not left
 * out on purpose.
 */
uint32_t smb_session_need(SmbConnection *c, SmbDir dir, uint8_t type, SmbSpan first,
			  uint32_t total);
bool smb_session_is_smb(SmbSpan first); /* one of SMB's signatures of four bytes */
/* Whether a message that begins so is one of SMB, or of data that are asked for without a header. */
bool smb_session_knows(SmbConnection *c, SmbDir dir, SmbSpan first);
void smb_session_message(SmbConnection *c, SmbDir dir, uint8_t type, SmbReader bytes, bool cut,
			 const SmbStamp *when);
void smb_session_flush(SmbConnection *c,
		       const SmbStamp *when); /* an unanswered session request is told */

/* message1.c, message2.c */
void smb_message1(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when);
void smb_message1_raw(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut,
		      const SmbStamp *when);
void smb_message2(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when);
void smb_message_count(SmbConnection *c, SmbMessage *m);
void smb_message_emit(SmbConnection *c, const SmbMessage *m);

/* exchange.c */
SmbPending *smb_pending_new(SmbConnection *c,
			    const SmbMessage *m); /* queued last; evicts the oldest at the cap */
SmbPending *smb_pending_find(SmbConnection *c, const SmbMessage *response);
SmbPending *smb_pending_find_raw(SmbConnection *c, bool read);
/* The request that a CANCEL is about; NULL where it is not known. */
SmbPending *smb_pending_cancelled(SmbConnection *c, const SmbMessage *cancel);
void smb_pending_remove(SmbConnection *c,
			SmbPending *p);      /* unlinks and frees, asks that are left included */
SmbRequest *smb_pending_take(SmbPending *p); /* its first request, now the caller's */
void smb_pending_flush(SmbConnection *c, SmbPending *p, uint32_t why,
		       const SmbStamp *when); /* tells its requests as unanswered, removes it */
/*
 * Takes an attempt that has only begun from the oldest request that waits with one, which is told
 * by itself then. The reference becomes the caller's; NULL where there is none.
 */
SmbAttempt *smb_pending_release_attempt(SmbConnection *c);
/* A CREATE was answered: the FileId that it was given, or none, is that of those behind it. */
void smb_pending_created(SmbConnection *c, const SmbExchange *create);
void smb_exchange_emit(SmbConnection *c, SmbRequest *req,
		       const SmbStamp *when); /* resolves user, tree and file, tells it */
void smb_exchange_from_message(SmbExchange *x, const SmbMessage *m, const SmbBlock *block,
			       uint32_t index);
bool smb_status_failed(SmbStatus status, uint8_t version);

/*
 * repeats.c. Whether the message was told already, which is counted; asked once for each message of
 * a connectionless transport, before it is paired. `bytes` as far as they were collected.
 */
bool smb_repeats_seen(SmbConnection *c, const SmbMessage *m, SmbReader bytes);
void smb_repeats_forget(SmbConnection *c);

/*
 * transaction.c. What is complete with this message is read, beside the block (SmbBlock.more) and
 * into its gist; gist.partial where other parts are to come. `answered`: the request of a response.
 * Returns the request that a secondary belongs to, else NULL.
 */
SmbPending *smb_transaction_message(SmbConnection *c, SmbMessage *m, SmbPending *answered);
/* Keeps of block i of a request what is needed later; after its step was asked. */
void smb_transaction_asked(SmbConnection *c, SmbPending *p, SmbRequest *req, const SmbMessage *m,
			   uint32_t i);
/* A secondary was taken in: where it was the last part, the exchange learns what is asked. */
void smb_transaction_completed(SmbConnection *c, SmbPending *p, const SmbMessage *m);
void smb_transaction_free(SmbConnection *c, SmbTransaction *self); /* NULL is fine */

/* steps.c: SMB1 */
void smb_step1_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block,
		       const Smb1Gist *gist);
void smb_step1_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block,
			const Smb1Gist *gist);
/* SMB2 */
void smb_step2_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
		       const Smb2Gist *gist);
void smb_step2_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
			const Smb2Gist *gist);
/* Shared: what an answered exchange changes. */
void smb_step_opened(SmbConnection *c, SmbRequest *req, bool failed);
void smb_step_io(SmbConnection *c, SmbRequest *req, bool failed, uint32_t count);
void smb_step_closed(SmbConnection *c, SmbRequest *req);
void smb_step_tree(SmbConnection *c, SmbRequest *req, bool failed, SmbShareType type);
void smb_step_notify(SmbConnection *c, SmbRequest *req);
void smb_step_target(SmbConnection *c, SmbExchange *x, const SmbMessage *m);
void smb_step_tell(SmbConnection *c, SmbRequest *req); /* told and freed */
/* A new exchange is of this step: what has no number so far says so. */
void smb_step_begin(SmbExchange *x, SmbStep step);
void smb_step_forget(SmbExchange *x); /* as if nothing had been asked so far */
/*
 * Whether the request was seen. An answer without one tells what it says and changes nothing: it
 * opens, closes, deletes and renames nothing, since what it is about only its request says, and
 * anybody can send it.
 */
static inline bool
smb_was_asked(const SmbExchange *x)
{
	return !(x->incomplete & SMB_INCOMPLETE_NO_REQUEST);
}

/* state.c */
SmbUserEntry *smb_state_user(SmbConnection *c, uint64_t uid);
SmbTreeEntry *smb_state_tree(SmbConnection *c, uint32_t tid);
SmbFileEntry *smb_state_file(SmbConnection *c, uint64_t fid, uint64_t persistent);
SmbFileEntry *smb_state_last_file(SmbConnection *c, uint64_t fid, uint64_t persistent);
SmbUserEntry *smb_state_add_user(SmbConnection *c, uint64_t uid, SmbAttempt *attempt);
SmbTreeEntry *smb_state_add_tree(SmbConnection *c, uint32_t tid, uint64_t uid, SmbText path);
SmbFileEntry *smb_state_add_file(SmbConnection *c, const SmbExchange *x, SmbText name);
void smb_state_end_user(SmbConnection *c, uint64_t uid);
void smb_state_end_tree(SmbConnection *c, uint32_t tid);
void smb_state_end_file(SmbConnection *c, SmbFileEntry *file);
void smb_state_add_dialect(SmbConnection *c, SmbText dialect, bool smb1); /* once each */
/* The SMB1 offers in their order, repetitions included; the absent text beyond them. */
void smb_state_add_offer(SmbConnection *c, SmbText dialect);
SmbText smb_state_offer(const SmbConnection *c, uint32_t index);
void smb_state_clear(SmbConnection *c);
/* Appends to a table of at most `max` items; false (nothing changed) where it is full. */
bool smb_table_add(SmbConnection *c, SmbTable *table, void *item, uint32_t max);
void smb_table_remove(SmbTable *table, uint32_t at);
void smb_table_clear(SmbConnection *c, SmbTable *table);

/* file.c: what reads, writes, renames and deletions come to */
void smb_file_io(SmbFileEntry *file, const SmbExchange *x);
/* An answered exchange that is no read or write: renames and deletions, by path or by handle. */
void smb_file_changed(SmbConnection *c, const SmbExchange *x);
/* It is closed, in whatever way: told of once. */
void smb_file_ended(SmbConnection *c, SmbFileEntry *file);
void smb_file_clear(SmbConnection *c, SmbFileEntry *file);

/*
 * tokens.c. The token of a session setup or a negotiate response is read into context->token and
 * shown beside its block; before the message is told. `answered`: the request of a response.
 */
void smb_token_message1(SmbConnection *c, SmbMessage *m, const SmbPending *answered);
void smb_token_message2(SmbConnection *c, SmbMessage *m, const SmbPending *answered);
/* The reading of a blob of the message at hand; valid until the next call. */
const SmbTokenReading *smb_token_of(SmbConnection *c, SmbSpan blob);
void smb_token_done(SmbContext *context); /* the message at hand is gone */
/* Keeps a first piece; the bytes of all pieces so far; frees them (NULL is fine). */
SmbTokenParts *smb_token_keep(SmbConnection *c, const SmbTokenReading *reading);
SmbSpan smb_token_kept(const SmbTokenParts *parts);
void smb_token_drop(SmbContext *context, SmbTokenParts *parts);

/* logon.c */
/* `status`: of the block, which says why a blob is not there. */
void smb_logon_setup1(SmbConnection *c, SmbRequest *req, const Smb1SessionSetupRequest *r,
		      SmbReadStatus status);
void smb_logon_setup2(SmbConnection *c, SmbRequest *req, SmbSpan blob, SmbReadStatus status);
void smb_logon_tree(SmbConnection *c, SmbRequest *req, const Smb1TreeConnectRequest *r);
void smb_logon_challenge(SmbConnection *c, SmbSpan challenge); /* of a negotiate response */
/*
 * The response to a leg; `back` is the server's blob. Tells the exchange (now, or when the attempt
 * is decided) and frees the request.
 */
void smb_logon_answer(SmbConnection *c, SmbRequest *req, SmbSpan back, bool guest);
void smb_logon_unanswered(SmbConnection *c, SmbRequest *req,
			  const SmbStamp *when); /* the same for a leg without a response */
void smb_logon_flush(SmbConnection *c,
		     const SmbStamp *when); /* the connection ends: what is held is told */
/* The attempt that waits for another leg under this UID; NULL where there is none. */
SmbAttempt *smb_logon_open(const SmbConnection *c, uint64_t uid);
/* Nothing was sent yet that tells who logs on, and how: it can go on without its answer. */
bool smb_attempt_only_begun(const SmbAttempt *attempt);
SmbAttempt *smb_attempt_ref(SmbAttempt *attempt); /* NULL is fine */
void smb_attempt_unref(SmbContext *context, SmbAttempt *attempt);

/* Where there is no IP below, the family of the addresses tells what there is; else `ip`. */
static inline SmbTransport
smb_transport(const SmbEndpoints *ends, SmbTransport ip)
{
	return ends->family == 2 ? SMB_OVER_NBF : ends->family == 3 ? SMB_OVER_IPX : ip;
}

/* dialect.c */
void smb_dialect_request1(SmbConnection *c, SmbRequest *req, const Smb1NegotiateRequest *r);
void smb_dialect_response1(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
			   const SmbBlock *block);
void smb_dialect_request2(SmbConnection *c, SmbRequest *req, const Smb2Gist *gist);
void smb_dialect_response2(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
			   const Smb2Gist *gist);
void smb_dialect_verdict(SmbConnection *c);
void smb_dialect_signature(SmbConnection *c, const SmbMessage *m, int32_t function);
SmbServerMode smb_dialect_server_mode(const SmbConnection *c);

/* credits.c: SMB2. Notes what a message uses up or grants, and a request beyond that. */
void smb_credits_count(SmbConnection *c, SmbMessage *m);
void smb_credits_use(SmbConnection *c, uint16_t charge);
void smb_credits_lost(SmbConnection *c); /* a message that could not be looked into */
/* As far as all was seen now. */
void smb_credits_settle(SmbConnection *c);

/*
 * pipe.c: data that a request writes to the pipe it names by its FID, and data that come back, as far
 * as they are here; `total` is how many there were. Fills ask->rpc where a PDU begins in them.
 */
void smb_pipe_written(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total);
void smb_pipe_read(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total);
/* Whether the message that begins so carries data of a pipe. Only asked where c->pipes. */
bool smb_pipe_carries1(SmbConnection *c, SmbDir dir, SmbSpan first);
bool smb_pipe_carries2(SmbConnection *c, SmbDir dir, SmbSpan first);
/* Whether a tree is one of pipes. */
bool smb_pipe_share(SmbConnection *c, uint32_t tid);
void smb_pipe_free(SmbConnection *c, SmbPipe *pipe); /* NULL is fine */
