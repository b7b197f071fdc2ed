/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The upper floor: what requests and their responses change, and what is known about a connection.
 *
 *   turn() -> turns.c -> steps1.c, steps2.c: fill the exchange, by step
 *                           |
 *                           +-> steps.c    what both versions share; an exchange is reported here
 *                           +-> dialect.c  negotiation, the verdict, signing
 *                           +-> logon.c    attempts to log on (attempt.h), with logon-answer.c
 *                           +-> file.c     what became of a file
 *                           +-> prints.c   fingerprints of software
 *                           +-> pipe.c     DCE/RPC on named pipes, with contexts.c
 *                           +-> sessions.c what connections of SMB2 have in common
 *                                  |
 *                                  v
 *   tables.c       users <---- trees <---- files ----> pipes
 *                    |                       |
 *                    v                       +-------> users
 *                 attempts
 *
 * An arrow is a pointer with a counted reference; a file belongs to its table alone, and a pipe to
 * its file. Users, trees and files that have ended stay in their table, for the connection's record
 * and because others name them; they make room only when a table is full. Everything here dies with
 * the connection at the latest (smb_state_clear).
 *
 * A request that is handed up is reported by smb_step_report, which resolves its user, tree and file
 * (its own response may have made them), lends them to the sink, and frees the request. Texts of a
 * response point into its message: they are kept (smb_request_keep) if the request waits longer.
 *
 * Nothing here knows how bytes became messages: stream/ is not included.
 */
#pragma once

#include "dissect/conversation/exchange/exchange.h"
#include "dissect/smb1/commands.h"

enum { SMB_OPEN_ATTEMPTS = SMB_CAP(16, 2) };

/* ---- tables ---- */

typedef struct SmbPipe SmbPipe;

/* A user belongs to the table, to the trees and files that name it, and to sessions.c. */
typedef struct {
	SmbUser pub; /* .auth points into `attempt` */
	uint32_t refs;
	SmbAttempt *attempt; /* counted; NULL: not seen */
} SmbUserEntry;

/* A tree belongs to the table, to the files that name it, and to sessions.c. */
typedef struct {
	SmbTree pub;
	uint32_t refs;
	SmbUserEntry *user; /* counted; NULL: not known */
	uint64_t session;   /* of SMB2, whose number it has; 0: of SMB1 */
	uint8_t server[16]; /* address of the connection that connected to it */
	bool left;          /* its session is over: it makes room for others */
} SmbTreeEntry;

/* A file belongs to its table alone. */
typedef struct {
	SmbFile pub;
	SmbFileStory story;
	SmbTreeEntry *tree; /* counted; NULL: not known */
	SmbUserEntry *user; /* the same */
	uint64_t name_hash;
	uint32_t name_number; /* both of its name now; 0: not needed so far (file.c) */
	uint64_t deed_hash;   /* the same, in any case (failures.c) */
	SmbPipe *pipe;        /* DCE/RPC on it, counted; NULL: none so far */
	bool shared_oplock;   /* it has an oplock that others may have too (level II), or none */
	bool lease;           /* it was opened with a lease, by this key */
	uint8_t lease_key[16];
	bool has_resume_key; /* by which a copy names it as its source */
	uint8_t resume_key[24];
	/* SMB2: the last read or write that was counted, which may be answered twice. */
	bool last_write;
	uint64_t last_offset;
	uint32_t last_count;
} SmbFileEntry;

/*
 * A growing array of pointers, each one reference; the same memory is what SmbConnectionInfo shows.
 */
typedef struct {
	void **items;
	uint64_t *ids; /* by which they are looked up, in the same block; 0: they are not */
	uint32_t n, cap;
} SmbTable;

typedef enum {
	SMB_FAILURE_TREE,
	SMB_FAILURE_FILE,
	SMB_FAILURE_MISSING, /* a file that is not there */
	SMB_FAILURE_CALL,    /* of DCE/RPC over a pipe */
} SmbFailureKind;

/* A tree connect, an open, something done to a file, or a call over a pipe that failed, and was not made good so far. */
typedef struct SmbFailure {
	struct SmbFailure *next; /* owned */
	SmbFailureKind kind;
	SmbWhy why;
	SmbDeed deed;
	SmbStatus status;
	uint64_t frame, time_ns, uid;
	SmbString *name, *account; /* counted; NULL: not known */
	uint64_t name_hash;        /* of the file or the share, to compare; 0: not needed so far */
	uint64_t account_hash;     /* the same */
	bool to_read, to_write;    /* OPEN: what it asked for */
	bool by_handle;            /* other than OPEN: of what was open */
	bool without_key;          /* by a guest, or an anonymous user */
	bool ipc;                  /* IPC$, or a pipe in it */
	bool reconnect;            /* OPEN: of a handle that the client had before */
	bool read_only;            /* OPEN: smb_file_may_be_read_only */
	uint32_t fault;            /* CALL: its fault; 0: a bind */
	uint64_t renewal; /* the logon had expired: of the last refusal to renew it; 0: none */
} SmbFailure;

/* What the outcome is decided from (outcome.h). */
typedef struct {
	SmbStage reached;
	SmbFailure *failures;      /* owned, in their order: of each user one of a kind */
	SmbStatus negotiate_error; /* of the first negotiate; success: none */
	uint64_t negotiate_frame;  /* of the last negotiate response */
	uint64_t unanswered_frame; /* of the first request that got no answer */
	uint64_t unanswered_ns;    /* when it was sent */
	uint64_t answered_ns;      /* of the last answer */
	uint64_t denied_frame;     /* of the first denial of something in a share */
	SmbStatus channel_error;   /* of the last refusal to be another channel of a session */
	uint64_t channel_frame;    /* of that; 0: none */
	bool unanswered_end;       /* that request was to end something */
	bool tree_connected, used, disconnect_denied, notify_waits;
	bool opened_file; /* and no pipe */
	bool logged_off;  /* asked to, at least */
} SmbProgress;

/* The floor's part of a connection. */
struct SmbState {
	SmbTable users, trees, files, auths, dialects;
	uint64_t realm;  /* of sessions.c; 0: not known yet */
	uint64_t client; /* the same, of the client's GUID */
	SmbTable offers; /* of the first SMB1 negotiate, in its order: what its response indexes */
	SmbTable later_offers;  /* the same of the last one that came after it */
	uint64_t later_request; /* which that is: what smb_state_later_offers() was given */
	uint32_t name_numbers;  /* given to names of files so far */
	SmbFileEntry *recent;   /* last file found, one of `files`: forgotten when it leaves them */
	SmbAttempt *open_attempts[SMB_OPEN_ATTEMPTS]; /* the server asked for more; counted */
	uint32_t n_open_attempts;
	SmbString *identity_account, *identity_domain; /* of a share-level session setup */
	SmbString *challenge; /* of the negotiate response; only with keep_secrets */
	bool negotiate_seen, answered_smb1, answered_smb2, refused, first_is_smb2;
	bool wildcard;           /* the negotiate of SMB1 was answered with SMB 2.??? */
	bool negotiate_answered; /* the first negotiate was, in whatever way */
	uint64_t negotiate_ns;   /* when the first was sent */
	bool offers_unended;     /* the last dialect of it has no NUL */
	bool can_encrypt;        /* the client said so */
	bool server_encrypts;    /* the server did, in a dialect of SMB3 */
	SmbProgress progress;
	bool setups_seen;
	/* by SmbDir: messages that could be signed were seen, and some that were */
	bool signable_seen[2], signed_seen[2];
	bool signatures_differ;
	uint8_t first_signature[16];
	bool first_signature_set;
};

/* ---- sessions.c: what connections of SMB2 have in common ---- */

/* The GUID of the server, by which its connections are known. */
void smb_shared_server(SmbConnection *c, SmbSpan guid);
/* The same, of the client, by which its leases are known ([MS-SMB2] 3.3.1.11). */
void smb_shared_client(SmbConnection *c, SmbSpan guid);
/* A session that was set up, a tree that was connected in it, a file that was opened or renamed. */
void smb_shared_add_session(SmbConnection *c, SmbUserEntry *user);
/* Whether who was let in is the user of that session, and this connection another channel of it. */
bool smb_shared_may_bind(SmbConnection *c, uint64_t id, const SmbAuth *auth);
/* The session has a channel more: this connection. */
void smb_shared_bind(SmbConnection *c, uint64_t id);
/* The user's session was set up in place of `previous`, which ends if it is the user's as well ([MS-SMB2] 3.3.5.5.3). */
void smb_shared_replace(SmbConnection *c, const SmbUserEntry *user, uint64_t previous);
void smb_shared_add_tree(SmbConnection *c, uint64_t id, SmbTreeEntry *tree);
void smb_shared_add_file(SmbConnection *c, const SmbFileEntry *file);
/* DCE/RPC began on it. */
void smb_shared_set_pipe(SmbConnection *c, const SmbFileEntry *file);
/* It was closed. */
void smb_shared_forget_file(SmbConnection *c, const SmbFileEntry *file);
/* What another connection has under that id; NULL: nothing. */
SmbUserEntry *smb_shared_session(SmbConnection *c, uint64_t id);
SmbTreeEntry *smb_shared_tree(SmbConnection *c, uint64_t id, uint32_t tid);
/*
 * Another channel may end it, but not on the word of another address: a server's name is what it says.
 * The tree that ended, or NULL.
 */
SmbTreeEntry *smb_shared_end_tree(SmbConnection *c, uint64_t id, uint32_t tid);
/* The name of the open with that persistent FileId; absent if unknown. Borrowed. */
SmbText smb_shared_name(SmbConnection *c, uint64_t persistent);
/*
 * The name of a file that this client opened with a lease of that key, on whatever connection, and
 * under another persistent FileId than `except`; absent if none is known. Borrowed.
 */
SmbText smb_shared_lease(SmbConnection *c, const uint8_t key[16], uint64_t except);
/* The name of the file that has this resume key in one of the connection's sessions; the same. */
SmbText smb_shared_source(SmbConnection *c, SmbSpan key);
/* An entry for what another channel of one of this connection's sessions opened, or NULL. */
SmbFileEntry *smb_shared_adopt(SmbConnection *c, uint64_t fid, uint64_t persistent);
/* Whether the session has, or had, several channels: what is done in it is kept. */
bool smb_shared_is_several(SmbConnection *c, uint64_t id);
/*
 * Something by that name was opened or connected to in the session; kept for sessions with several
 * channels. And whether that happened since.
 */
void smb_shared_done(SmbConnection *c, uint64_t id, SmbText name, uint64_t time_ns);
bool smb_shared_was_done(SmbConnection *c, uint64_t id, SmbText name, uint64_t since_ns);
/*
 * The connection ends: whether one of its sessions has another channel left, or was used on another
 * one since. To be called once.
 */
bool smb_shared_leave(SmbConnection *c, uint64_t since_ns);
/* For connection.c: the context ends. */
void smb_shared_free(SmbContext *context);

/* ---- for connection.c ---- */

/* SmbFloors.turn. */
void smb_state_turn(SmbConnection *c, const SmbTurn *turn);
/* SmbFloors.wanted: a write to a pipe, or the response to a read from one. */
bool smb_pipe_carries(SmbConnection *c, const SmbFirst *first);
/* The connection ends: attempts that wait for more are concluded. */
void smb_logon_flush(SmbConnection *c);
/*
 * Which side limits the other to SMB1, or that the server refused all dialects. `left_mute`: it
 * received the negotiate, sent nothing, and ended the connection.
 */
void smb_dialect_verdict(SmbConnection *c, bool left_mute);
/* Frees what the floor holds for the connection. */
void smb_state_clear(SmbConnection *c);
/* Frees what it holds for the context. */
void smb_servers_free(SmbContext *context);

/* ---- tables.c ---- */

/* References to users and trees; NULL is fine. */
SmbUserEntry *smb_user_ref(SmbUserEntry *user);
SmbTreeEntry *smb_tree_ref(SmbTreeEntry *tree);
void smb_user_unref(SmbContext *context, SmbUserEntry *user);
void smb_tree_unref(SmbContext *context, SmbTreeEntry *tree);

/* A session of another connection is also this one's; false if there is no such session. */
bool smb_state_bind(SmbConnection *c, uint64_t uid);
/* The newest entry of that number that has not ended; NULL: none. */
SmbUserEntry *smb_state_user(SmbConnection *c, uint64_t uid);
SmbFileEntry *smb_state_file(SmbConnection *c, uint64_t fid, uint64_t persistent);
/* That of the exchange, which in SMB2 may be of another channel. */
SmbTreeEntry *smb_state_tree(SmbConnection *c, const SmbExchange *x);
/* The newest entry of that number, ended or not; NULL: none. */
SmbFileEntry *smb_state_last_file(SmbConnection *c, uint64_t fid, uint64_t persistent);
/* New entries; one of the same number ends, and one that ended makes room in a full table. */
SmbUserEntry *smb_state_add_user(SmbConnection *c, uint64_t uid, SmbAttempt *attempt);
SmbTreeEntry *smb_state_add_tree(SmbConnection *c, const SmbExchange *x, SmbText path);
SmbFileEntry *smb_state_add_file(SmbConnection *c, const SmbExchange *x, SmbText name);
/* An attempt that is decided, for the record; the oldest makes room. */
void smb_state_add_attempt(SmbConnection *c, SmbAttempt *attempt);
/* The end of a user, a tree (with their files), a file. */
void smb_state_end_user(SmbConnection *c, uint64_t uid);
void smb_state_end_tree(SmbConnection *c, const SmbExchange *x);
void smb_state_end_file(SmbConnection *c, SmbFileEntry *file);
/* A dialect that was offered; each is kept once. */
void smb_state_add_dialect(SmbConnection *c, SmbText dialect, bool smb1);
/*
 * The offers of an SMB1 negotiate in their order, repetitions included; the absent text beyond
 * them. `request`: 0 for the first one, else any number; of those that come later only the last
 * one's are kept, and are begun by smb_state_later_offers().
 */
void smb_state_later_offers(SmbConnection *c, uint64_t request);
void smb_state_add_offer(SmbConnection *c, SmbText dialect, bool later);
SmbText smb_state_offer(const SmbConnection *c, uint32_t index, uint64_t request);

/* ---- steps1.c, steps2.c ---- */

/* The request half of an exchange, from the block of the message. */
void smb_step1_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block);
void smb_step2_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m);
/* Fills the response half and applies its effects. Takes ownership of the request. */
void smb_step1_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block);
void smb_step2_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m);

/* ---- steps.c: what an answered exchange changes ---- */

/*
 * The name of a file that is opened, borrowed. A handle that is taken up again has the name that it had,
 * whatever the client wrote ([MS-SMB2] 3.3.5.9.7, 3.3.5.9.12).
 */
SmbText smb_step_opened_name(SmbConnection *c, const SmbExchange *x);
/* The response to an open: adds the file, unless it failed. */
void smb_step_opened(SmbConnection *c, SmbRequest *req, bool failed);
/* A read or write of `count` bytes. */
void smb_step_io(SmbConnection *c, SmbRequest *req, bool failed, uint32_t count);
/* The response to a tree connect: adds the tree, unless it failed. */
void smb_step_tree(SmbConnection *c, SmbRequest *req, bool failed, SmbShareType type);
/* A change notification that the server does not support. */
void smb_step_notify(SmbConnection *c, SmbRequest *req);
/*
 * A break of an oplock by the server: whether the client has to acknowledge it, by what is known of
 * the file. `none`: no oplock is left.
 */
void smb_step_break(SmbConnection *c, SmbExchange *x, bool none);
/* What a CANCEL is about. */
void smb_step_target(SmbConnection *c, SmbExchange *x, const SmbMessage *m);
/* Reports the exchange and frees the request. */
void smb_step_report(SmbConnection *c, SmbRequest *req);
/* The same for one that may rename or delete a file, which then happens. */
void smb_step_changed(SmbConnection *c, SmbRequest *req);
/* The same for a CLOSE, after which the file has ended. */
void smb_step_closed(SmbConnection *c, SmbRequest *req);

/* ---- file.c: the effects of reads, writes, renames and deletions ---- */

/* A hash, with a value more. */
static inline uint64_t
smb_hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

/*
 * A number by which names are compared where many would have to be, equal for equal names in any
 * encoding. A name that was cut has another than one that ends there.
 */
uint64_t smb_hash_name(SmbText name, bool any_case);
/* A read or write that was answered. */
void smb_file_io(SmbFileEntry *file, const SmbExchange *x);
/* The name of the file that was opened last with a lease of this key; absent if none is known. */
SmbText smb_file_of_lease(SmbConnection *c, const uint8_t key[16]);
/*
 * Whether a CLOSE is of the last open that is known with its lease, which ends that as well as an
 * acknowledgment of its break does ([MS-SMB2] 3.2.5.19.2). Gives the lease's key.
 */
bool smb_file_ends_lease(SmbConnection *c, const SmbExchange *x, uint8_t ret_key[16]);
/* An answered exchange that is no read or write: renames and deletions, by path or by handle. */
void smb_file_changed(SmbConnection *c, const SmbExchange *x);
/* It is closed, in whatever way; counts once. */
void smb_file_ended(SmbConnection *c, SmbFileEntry *file);
/* What an exchange other than an open, a read or a write does to a file; OPEN: nothing of note. */
SmbDeed smb_file_deed(const SmbExchange *x);
/* Whether what is opened can be a file that is read-only: it is to be written, and may be there. */
bool smb_file_may_be_read_only(SmbConnection *c, const SmbExchange *x);
/* Frees its names. */
void smb_file_clear(SmbConnection *c, SmbFileEntry *file);

/* ---- copy.c: copies that the server makes of a file ---- */

/* A request with that input: if it asks for a copy, x->other.target is the file to copy from. */
void smb_copy_asked(SmbConnection *c, SmbExchange *x, SmbSpan input);
/*
 * A response with that output: notes the key of a file. Of a copy, which returns true,
 * x->other.count is how many bytes were copied.
 */
bool smb_copy_answered(SmbConnection *c, SmbExchange *x, SmbSpan output);

/* ---- logon.c, logon-answer.c ---- */

/* Before a message is reported: reads its token, together with earlier pieces. */
void smb_logon_message(SmbConnection *c, SmbMessage *m, const SmbRequest *answered);
/* A session setup; `status`: of the block, which says why a blob is not there. */
void smb_logon_setup1(SmbConnection *c, SmbRequest *req, const Smb1SessionSetupRequest *r,
		      SmbReadStatus status);
void smb_logon_setup2(SmbConnection *c, SmbRequest *req, SmbSpan blob, SmbReadStatus status);
/* A tree connect, which has a password under share-level security. */
void smb_logon_tree(SmbConnection *c, SmbRequest *req, const Smb1TreeConnectRequest *r);
/* The challenge of a negotiate response. */
void smb_logon_challenge(SmbConnection *c, SmbSpan challenge);
/*
 * The response to one of these; `back` is the server's blob, `flags` as whom it let the client in
 * (SMB2_SESSION_FLAG_*). Takes the request, which is reported now or when the attempt is decided.
 */
void smb_logon_answer(SmbConnection *c, SmbRequest *req, SmbSpan back, uint32_t flags);
/* The same for one that gets no response. */
void smb_logon_unanswered(SmbConnection *c, SmbRequest *req);
/*
 * Whether the session has a key to sign with: not of guests and anonymous users ([MS-SMB] 3.3.5.3,
 * [MS-SMB2] 3.3.5.5.3), and unknown of those who logged on before the capture.
 */
bool smb_logon_can_sign(SmbConnection *c, uint64_t uid);
/* Whether it is a guest's or an anonymous user's. */
bool smb_logon_is_nobody(SmbConnection *c, uint64_t uid);

/* ---- dialect.c ---- */

/* A negotiate request: notes what it offers. */
void smb_dialect_request1(SmbConnection *c, SmbRequest *req, const Smb1NegotiateRequest *r);
/* The first response counts; a second is an anomaly. */
void smb_dialect_response1(SmbConnection *c, SmbRequest *req, const SmbBlock *block);
void smb_dialect_request2(SmbConnection *c, SmbRequest *req, const Smb2Facts *facts);
void smb_dialect_response2(SmbConnection *c, SmbRequest *req, const SmbMessage *m,
			   const Smb2Facts *facts);
/* Whether a message is signed; `function` of an IOCTL, else -1. */
void smb_dialect_signature(SmbConnection *c, const SmbMessage *m, const SmbRequest *answered,
			   int32_t function);
/* Whether NT LM 0.12 was offered; something newer, as far as was seen. */
bool smb_dialect_offers_nt1(const SmbConnection *c);
bool smb_dialect_offers_newer(const SmbConnection *c);
bool smb_dialect_is_nt1(SmbText dialect);
/* At the end: a direction without a message that could be signed does not count. */
void smb_dialect_settle_signing(SmbConnection *c);
/* What the server's security mode means for passwords. */
SmbServerMode smb_dialect_server_mode(const SmbConnection *c);

/* ---- prints.c: fingerprints, of each part the first ---- */

void smb_prints_request1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block);
/* After the dialect was taken. */
void smb_prints_response1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block);
void smb_prints_request2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts);
void smb_prints_response2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts);
/* Of an NTLMSSP message, of whichever side sends such. */
void smb_prints_token(SmbConnection *c, const SmbToken *token);
void smb_prints_free(SmbContext *context);

/* ---- contexts.c ---- */

typedef struct DcePdu DcePdu; /* dcerpc/pdu.h */

typedef struct {
	SmbRpcInterface bound[SMB_RPC_INTERFACES]; /* by id */
	uint32_t n;
	/* Those of the last bind, in its order, which its answer refers to; what the ids meant before. */
	SmbRpcInterface asked[SMB_RPC_INTERFACES], before[SMB_RPC_INTERFACES];
	uint32_t n_asked, call_id;
	bool waits;  /* for its answer */
	bool unsure; /* another one was asked for before: what answers which is not known */
} SmbBindings;

/* What the id means on that pipe; NULL: nothing. */
const SmbRpcInterface *smb_bindings_find(const SmbBindings *self, uint16_t id);
/* A bind or alter_context, and the answer to one. */
void smb_bindings_asked(SmbConnection *c, SmbBindings *self, DcePdu *pdu, SmbRpcFacts *facts);
void smb_bindings_answered(SmbBindings *self, DcePdu *pdu, SmbRpcFacts *facts);

/* ---- pipe.c ---- */

/*
 * Data that a request writes to the pipe it names by its FID, and data that it reads, as far as
 * they are here; `total` is how many there were. Fills req->rpc if a PDU begins in them.
 */
void smb_pipe_written(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total);
void smb_pipe_read(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total);
/*
 * The same of a file that has no FID yet, as the message is to open it: what it writes waits until the
 * answer says which one it is. Without an answer that is not known, which is counted.
 */
void smb_pipe_later(SmbConnection *c, SmbRequest *req, SmbSpan data, uint32_t total);
void smb_pipe_now(SmbConnection *c, SmbRequest *req);
void smb_pipe_never(SmbConnection *c, const SmbRequest *req);
/* Whether a tree is one of pipes. */
bool smb_pipe_share(SmbConnection *c, const SmbExchange *x);
/* Nothing more is written to it: a call whose arguments did not all come is counted. NULL is fine. */
void smb_pipe_ended(SmbConnection *c, SmbPipe *pipe);
/* Takes and drops a reference; NULL is fine. */
SmbPipe *smb_pipe_ref(SmbPipe *pipe);
void smb_pipe_unref(SmbContext *context, SmbPipe *pipe);
/* Whether there is another reference than the caller's. */
bool smb_pipe_is_used(const SmbPipe *pipe);
