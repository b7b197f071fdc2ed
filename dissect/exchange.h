/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An exchange: a request with its response, described in terms that do not depend on the command.
 * What the two halves said is in a union by `step`; commands without a step of their own fill
 * `other`.
 *
 *   request  --.
 *               >-- SmbExchange { step, status, user, tree, file, rpc, union of facts }
 *   response --'
 *
 * The sink borrows it, with every text in it, for the duration of a call.
 */
#pragma once

#include "dissect/connection.h"

typedef enum {
	SMB_STEP_OTHER, /* 0, so that it is the default of a table row */
	SMB_STEP_NEGOTIATE,
	SMB_STEP_SESSION_SETUP,
	SMB_STEP_TREE_CONNECT,
	SMB_STEP_OPEN,
	SMB_STEP_READ,
	SMB_STEP_WRITE,
	SMB_STEP_CLOSE,
	SMB_STEP_TREE_DISCONNECT,
	SMB_STEP_LOGOFF,
	SMB_STEP_TRANSACTION,
	SMB_STEP_NOTIFY,
	SMB_STEP_LOCK,
	SMB_STEP_PATH,
	SMB_STEP_SEARCH,
	SMB_STEP_ECHO,
	SMB_STEP_CANCEL,
	SMB_STEP_UNLOCK,
	SMB_STEP_OPLOCK_BREAK, /* of an oplock or a lease, or its acknowledgment */
} SmbStep;
enum { SMB_STEPS = SMB_STEP_OPLOCK_BREAK + 1 };
const char *smb_step_name(SmbStep step); /* "session_setup": the JSON spelling */
/*
 * The step of a command of SMB 1 or 2; `function` is the subcommand or function of a transaction,
 * -1: none, or not known.
 */
SmbStep smb_step_of(uint8_t version, uint16_t command, int32_t function);

/*
 * Algorithms that the negotiate contexts of 3.1.1 name, a bit for each id: [MS-SMB2] 2.2.3.1.2,
 * 2.2.3.1.3, 2.2.3.1.7. Of an answer, those that the server chose. 0: no such context.
 */
typedef struct {
	uint32_t ciphers, compressions, signings;
} SmbAlgorithms;

/* NEGOTIATE. The offered list and the choice are also in the SmbConnectionInfo. */
typedef struct {
	SmbText dialect; /* chosen; absent if refused or unknown */
	bool refused;    /* index 0xFFFF */
	int32_t index;   /* -1: none (an SMB2 answer, or no answer) */
	uint16_t n_offered;
	uint8_t answered_by; /* 1 or 2: an SMB1 or an SMB2 negotiate response; 0: no answer */
	/*
	 * SecurityMode as the server sent it, and what its bits mean: [MS-CIFS] 2.2.4.52.2 of an
	 * SMB1 answer, [MS-SMB2] 2.2.4 of an SMB2 one, which always has user level and challenges.
	 */
	bool has_security_mode;
	uint16_t security_mode;
	bool user_level, challenge_response;
	bool signing_enabled, signing_required;
	bool extended_security;
	bool capabilities_seen;   /* else nothing is known of extended security */
	uint8_t challenge_length; /* 0 or 8 */
	/* of the server, 8 bytes or absent: half of what a response is made of */
	SmbSpan challenge;
	uint32_t capabilities;
	uint32_t max_buffer_size;
	SmbSpan server_guid; /* 16 bytes or absent */
	SmbSpan client_guid; /* SMB2 */
	/* SMB2: what the client says of itself. */
	uint16_t client_security_mode;
	uint32_t client_capabilities;
	SmbAlgorithms client_algorithms, algorithms; /* offered; chosen by the server */
	SmbSpan token; /* of the server: smb_offered_mechanisms; absent */
	SmbText domain, server;
} SmbNegotiateFacts;

/*
 * SMB_OFFER_* that a token lists (NegTokenInit2, [MS-SPNG] 2.2.1); 0: none, or no token. Read when
 * somebody asks, for few do.
 */
uint32_t smb_offered_mechanisms(SmbSpan token);

/* SESSION_SETUP: one round. */
typedef struct {
	SmbText account, domain, host; /* what this round says */
	int32_t lm_length, nt_length;  /* -1: none in this round */
	uint32_t blob_length;
	/* "NTLMSSP negotiate", "NTLMSSP authenticate", "Kerberos AP-REQ" ...; NULL: no token. */
	const char *token;
	const char *token_back; /* the same of the response: "NTLMSSP challenge" */
	SmbSpan challenge;      /* of an NTLMSSP challenge in the response; 8 bytes or absent */
	bool more;              /* STATUS_MORE_PROCESSING_REQUIRED: another round follows */
	bool guest, null_session;
	/* another channel of a session that exists: no logon of its own ([MS-SMB2] 3.3.5.5.2) */
	bool binding;
	bool encrypts; /* SMB2: the server wants the session encrypted ([MS-SMB2] 2.2.6) */
	/*
	 * SMB1: the words of extended security, without its bit in Flags2 and without a token
	 * ([MS-SMB] 2.2.4.6.1, 3.2.4.2.4)
	 */
	bool misfit;
	/* SMB1: 0 ends the client's other connections ([MS-CIFS] 2.2.4.53.1, 3.3.5.43) */
	bool has_vc_number;
	uint16_t vc_number;
	uint32_t capabilities;
	SmbText native_os, native_lanman; /* of the client */
	SmbText server_os, server_lanman, server_domain;
	const SmbAuth *auth; /* on the exchange that decided the attempt, else NULL */
} SmbSessionFacts;

typedef struct {
	SmbText path, service; /* asked */
	SmbText service_back, native_fs;
	uint16_t password_length;
	bool encrypts;       /* SMB2: the server wants the share encrypted ([MS-SMB2] 2.2.10) */
	const SmbAuth *auth; /* share level: the password is here */
} SmbTreeFacts;

typedef enum {
	SMB_OPENED_UNKNOWN,
	SMB_OPENED_EXISTING,
	SMB_OPENED_CREATED,
	SMB_OPENED_TRUNCATED,
	SMB_OPENED_SUPERSEDED
} SmbOpened;

typedef struct {
	SmbText name;
	uint32_t access; /* NT: DesiredAccess; else the core access mode */
	bool nt;         /* access, share and disposition are those of NT_CREATE_ANDX / SMB2 */
	bool to_read, to_write; /* what the access asks for */
	uint32_t share_access;
	uint32_t disposition; /* NT CreateDisposition, or OPEN_ANDX OpenMode */
	uint32_t options;     /* NT CreateOptions */
	bool to_delete;       /* DELETE access or delete-on-close asked */
	/* A durable handle is taken up again: the name is not looked at ([MS-SMB2] 3.3.5.9.7). */
	bool reconnect;
	uint64_t reconnect_fid, reconnect_persistent; /* the FileId that it had */
	/* SMB1: of a transaction that opens, the function and its name; else -1 and NULL */
	int32_t function;
	const char *function_name;
	bool lease; /* SMB2: a lease was asked for, by this key ([MS-SMB2] 2.2.13.2.8) */
	uint8_t lease_key[16];
	/* answered */
	SmbOpened action;
	bool directory, pipe;
	bool has_size;
	uint64_t size;
	SmbFileTimes times;
	uint8_t oplock;
} SmbOpenFacts;

typedef struct {
	uint64_t offset;
	uint32_t asked; /* bytes asked for, or offered to be written */
	uint32_t count; /* bytes that came back, or were written */
	/*
	 * With SmbConfig.keep_data what was read or written, from `offset` on, as far as it was
	 * captured: fewer bytes than `count` where some are missing, more where an answer
	 * took fewer. Not of a response without its request, whose offset is unknown.
	 */
	SmbSpan data;
	bool data_dropped; /* there was no room for them until the answer came */
} SmbIoFacts;

/* What a SET_INFORMATION says about the file's deletion; 0: nothing. */
enum {
	SMB_DISPOSITION_SET = 1,
	SMB_DISPOSITION_DELETE = 2, /* else a deletion that was asked for is taken back */
	SMB_DISPOSITION_POSIX = 4,  /* set through this handle, whoever else has one open */
};

/* SMB_DISPOSITION_* of the Flags of FileDispositionInformationEx, [MS-FSCC] 2.4.12. */
uint8_t smb_disposition(uint32_t flags);

/* What the client did about the break of an oplock or a lease. */
typedef enum {
	SMB_BROKEN_NOT, /* nothing that was seen, or nothing was due */
	SMB_BROKEN_ACKNOWLEDGED,
	SMB_BROKEN_CLOSED, /* it closed the file instead ([MS-CIFS] 3.2.5.42) */
} SmbBroken;
const char *smb_broken_name(SmbBroken broken); /* "acknowledged"; NULL for NOT */

/* Everything else: facts that any command can have. */
typedef struct {
	SmbText name, name_to; /* path, search pattern, transaction name; new name of a rename */
	int32_t function;      /* subcommand or function of a transaction; -1: none */
	const char *function_name;
	int32_t level; /* information level of a TRANS2 or NT_RENAME; -1: none */
	/*
	 * What a transaction is about: its information level, RAP function or control code by name;
	 * NULL if it has none or the name is not known.
	 */
	const char *about;
	SmbText target; /* DFS referral: where the name really is; absent if not known */
	bool mailslot;  /* a transaction that writes to the mailslot in `name` */
	bool rap;       /* spoken over \PIPE\LANMAN and answered: count and rap_status are set */
	uint16_t rap_status; /* Win32 error code ([MS-RAP] 2.5.2); independent of the SMB status */
	uint32_t count;      /* ECHO: replies requested; SEARCH, RAP, DFS: entries returned */
	uint64_t target_mid, target_frame; /* CANCEL: of the cancelled request; frame 0: not seen */
	uint8_t disposition;               /* SMB_DISPOSITION_* */
	/* PATH: the end of the file that is set; CLOSE (SMB2): its size, as the server says */
	bool has_size;
	uint64_t size;
	bool unsupported; /* NOTIFY: the server does not support it */
	/*
	 * OPLOCK_BREAK: the level that is left ("none", "II" ...), NULL if unknown; of a lease the
	 * state that is left, SMB_LEASE_*.
	 */
	const char *oplock;
	bool lease;
	uint32_t lease_state;
	uint8_t lease_key[16];
	SmbBroken broken;
	bool unsure; /* no acknowledgment may be due: what was held is not known */
} SmbOtherFacts;

/* DCE/RPC on a named pipe: the calls that the exchange carried. */
enum { SMB_RPC_INTERFACES = SMB_CAP(16, 2) };

typedef struct {
	uint8_t uuid[16]; /* first three parts little-endian */
	uint16_t context_id;
	uint16_t version, version_minor;
	bool answered; /* result and reason are the server's (C706 12.6.3.1) */
	uint16_t result, reason;
	const char *name; /* "srvsvc"; NULL if unknown */
} SmbRpcInterface;

enum { SMB_RPC_HANDLE = 20 }; /* bytes of a context handle: C706 14.2.16.6 */

/* What a call asks for, of those that start, save or contact something (dcerpc/arguments.c). */
typedef struct {
	SmbText name;   /* of a service, a task, a registry key, an account; absent if not known */
	SmbText target; /* a command line, or a UNC path or host that the server shall go to */
	bool zero_credential; /* netlogon: the client's credential begins with zeros */
	bool cut;             /* what would be the target is not among the bytes that are here */
	bool sealed;          /* nor can any be read: they are encrypted */
	bool starts_itself;   /* svcctl: the service starts with the system */
	/* Of what is changed, started or saved, or of the key that the name is below. */
	bool has_handle;
	uint8_t handle[SMB_RPC_HANDLE];
} SmbRpcArguments;

typedef struct SmbRpcFacts {
	const char *request, *response; /* "BIND", "FAULT" ...; NULL: none in this exchange */
	uint32_t call_id;
	int32_t opnum;         /* -1: none, or not known */
	const char *interface; /* of a call: "srvsvc"; NULL if unknown */
	const char *operation; /* "NetrShareEnum"; NULL if unknown */
	uint32_t fault;        /* status of a FAULT */
	bool called;           /* interfaces[0] is that of the call */
	uint32_t more_calls;   /* besides the one that is reported */
	/*
	 * The next one of these, or the answer to one, that may be telling (dce_interface_is_telling):
	 * `request` or `response` is set, not both. NULL: no more.
	 */
	const struct SmbRpcFacts *more;
	SmbRpcArguments arguments;
	bool arguments_follow; /* their end, in a later exchange with another fragment */
	bool ambiguous;        /* several calls wait that this may be the answer to */
	bool has_result;       /* the response's return value was seen */
	uint32_t result;       /* 0: success */
	/* The handle of what was opened or made, which the response gives. */
	bool gives_handle;
	uint8_t given_handle[SMB_RPC_HANDLE];
	uint32_t n_interfaces; /* of a bind: all that it asks for; of a call one, or none */
	SmbRpcInterface interfaces[SMB_RPC_INTERFACES];
} SmbRpcFacts;

/* What the server said of an interface that a bind asks for; one context that it takes is enough. */
typedef enum { SMB_RPC_NOT_ANSWERED, SMB_RPC_REJECTED, SMB_RPC_ACCEPTED } SmbRpcBound;
SmbRpcBound smb_rpc_bound(const SmbRpcFacts *rpc, uint32_t which);
/* It is a bind, or the answer to one. */
bool smb_rpc_is_bind(const SmbRpcFacts *rpc);
/* The answer is that to a bind as a whole: no (C706 12.6.4.5). */
bool smb_rpc_is_refused_bind(const SmbRpcFacts *rpc);
/* A fault, or a bind of which nothing was accepted. */
bool smb_rpc_failed(const SmbRpcFacts *rpc);

/* What became of the answer to a request. */
typedef enum {
	SMB_ANSWER_GIVEN,   /* it is here; or none is ever given (one_way, not_executed) */
	SMB_ANSWER_NONE,    /* none came */
	SMB_ANSWER_WAITING, /* the server holds the request until something happens */
	SMB_ANSWER_NOT_SEEN, /* it may have come: in a gap, unreadable, or from a side not captured */
} SmbAnswer;
const char *smb_answer_name(SmbAnswer answer); /* "not_seen"; NULL for GIVEN */

/* State of a lease ([MS-SMB2] 2.2.13.2.8). */
enum { SMB_LEASE_READ = 1, SMB_LEASE_HANDLE = 2, SMB_LEASE_WRITE = 4 };

typedef struct {
	SmbStep step;
	uint8_t version; /* of the messages: 1 or 2 */
	uint16_t command;
	const char *command_name; /* NULL for an unassigned code */
	uint8_t chain_index, chain_length;
	bool from_server; /* asked by the server (oplock break) */
	bool one_way;     /* of a kind that is never answered */
	/*
	 * A block before it in its AndX chain failed, or the server answered only those before it.
	 */
	bool not_executed;
	SmbAnswer answer;
	SmbStamp request, response; /* frame 0: that half was not seen */
	bool has_status;
	SmbStatus status;
	bool failed;   /* smb_status_failed */
	bool expected; /* failed, in a way that belongs to ordinary work: counted apart */
	uint32_t incomplete;
	uint32_t anomalies;
	SmbSignature signature; /* of request and response: the worse */
	bool decrypted;         /* either of them came encrypted, and there was a key */
	uint16_t pid;
	uint64_t uid, mid;
	uint64_t response_mid; /* of the response: another one where mid_changed */
	uint32_t tid;
	bool has_fid;
	uint64_t fid, fid_persistent;
	const SmbUser *user; /* NULL if unknown */
	const SmbTree *tree;
	const SmbFile *file; /* smb_exchange_file_name */
	/*
	 * SMB2: what the CREATE before it in its compound was to open, whose FileId it takes over
	 * ([MS-SMB2] 3.3.5.2.7.2); else absent.
	 */
	SmbText compound_file;
	/* Reads, writes and transactions on a pipe; NULL if no DCE/RPC began in it. */
	const SmbRpcFacts *rpc;
	union {
		SmbNegotiateFacts negotiate;
		SmbSessionFacts session;
		SmbTreeFacts tree_connect;
		SmbOpenFacts open;
		SmbIoFacts io;       /* READ and WRITE */
		SmbOtherFacts other; /* every other step */
	};
} SmbExchange;

/*
 * The name of the file that it is about, the one that it has now. Without a file, what the CREATE
 * before it in its compound was to open. Absent: not known. Borrowed.
 */
SmbText smb_exchange_file_name(const SmbExchange *x);
/* The facts of a step that has none of its own: `other`; NULL: it has. Borrowed. */
static inline const SmbOtherFacts *
smb_exchange_other(const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
	case SMB_STEP_SESSION_SETUP:
	case SMB_STEP_TREE_CONNECT:
	case SMB_STEP_OPEN:
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		return NULL;
	default:
		return &x->other;
	}
}
