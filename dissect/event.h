/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What every sink sees: the events of a connection, and what is known of the connection when they
 * happen.
 *
 * All that an event points to is borrowed and valid until the sink's function returns, but for the
 * SmbConnectionInfo, which lives as long as its connection: until the function that got its
 * SMB_EVENT_CONNECTION returns. Sinks change nothing but `sink_data`. Texts are as on the wire
 * (wire/text.h) and decoded by whoever prints them. Times are nanoseconds since 1970 (UTC), of the
 * capture. Frames count from 1 in their capture file; frame 0 means "not seen".
 */
#pragma once

#include "dissect/wire/caps.h"
#include "dissect/wire/layout.h"

/*
 * ---- Messages
 * --------------------------------------------------------------------------------------------------
 */

typedef struct {
	uint64_t time_ns;
	uint64_t frame;
} SmbStamp;

typedef enum { SMB_TO_SERVER, SMB_TO_CLIENT } SmbDir;

/*
 * A status: an NT status (the 32 bits), or a DOS error where FLAGS2 says so (class in bits 0-7,
 * code in bits 16-31).
 */
typedef struct {
	bool dos;
	uint32_t value; /* as it stands on the wire, little-endian */
} SmbStatus;

static inline uint8_t
smb_status_class(SmbStatus s)
{
	return (uint8_t)s.value;
}

static inline uint16_t
smb_status_code(SmbStatus s)
{
	return (uint16_t)(s.value >> 16);
}

/*
 * What is wrong with a message: bits, each a named anomaly. smb_anomaly_name gives "andx_offset"
 * and so on.
 */
typedef enum {
	SMB_ANOMALY_SHORT_HEADER = 1 << 0, /* fewer bytes than the header has */
	SMB_ANOMALY_WORD_COUNT =
		1 << 1, /* WordCount beyond the message, or a form that the command does not have */
	SMB_ANOMALY_BYTE_COUNT = 1 << 2, /* ByteCount beyond the message */
	SMB_ANOMALY_ANDX_OFFSET =
		1 << 3, /* the next block would stand still, point back or outside */
	SMB_ANOMALY_ANDX_CHAIN = 1 << 4, /* more blocks than the cap */
	SMB_ANOMALY_FIELDS = 1 << 5, /* a length or offset inside a command points outside of it */
	SMB_ANOMALY_DIALECT_INDEX = 1 << 6,    /* a dialect that was not offered */
	SMB_ANOMALY_SECOND_NEGOTIATE = 1 << 7, /* a negotiate after one was answered */
	SMB_ANOMALY_REPLY_BIT =
		1 << 8, /* the reply bit disagrees with the direction of the stream */
	SMB_ANOMALY_NO_REQUEST = 1 << 9, /* a response that nothing was asked for */
	SMB_ANOMALY_PLAINTEXT_UNASKED =
		1 << 10, /* a plaintext password to a server that asked for challenge/response */
	SMB_ANOMALY_EMPTY_BLOB = 1 << 11, /* a security blob of no bytes */
	SMB_ANOMALY_TOKEN = 1 << 12,      /* a security token that cannot be read */
	SMB_ANOMALY_NOT_SMB = 1 << 13, /* a session message that is no SMB and was not expected */
	SMB_ANOMALY_CREDITS = 1 << 14, /* an SMB2 request beyond what the server has granted */
} SmbAnomaly;
const char *smb_anomaly_name(SmbAnomaly one);

/*
 * Why something is not complete: bits; smb_incomplete_name gives "gap", "truncated" ... (one bit
 * each).
 */
typedef enum {
	SMB_INCOMPLETE_GAP = 1 << 0,
	SMB_INCOMPLETE_TRUNCATED = 1 << 1,
	SMB_INCOMPLETE_MIDSTREAM = 1 << 2,
	SMB_INCOMPLETE_NO_RESPONSE = 1 << 3,
	SMB_INCOMPLETE_NO_REQUEST = 1 << 4,
	SMB_INCOMPLETE_LIMIT = 1 << 5,
	SMB_INCOMPLETE_INTERRUPTED = 1 << 6, /* of a run only: a signal ended it */
} SmbIncomplete;
const char *smb_incomplete_name(SmbIncomplete one);

enum {
	SMB_CHAIN_MAX = SMB_CAP(16, 3)
}; /* blocks of an AndX chain, commands of an SMB2 compound are separate messages */

/* One command block of an SMB1 message, or the one command of an SMB2 message. */
typedef struct {
	uint16_t command;
	uint8_t word_count;  /* SMB1 */
	uint16_t byte_count; /* SMB1, as declared */
	bool has_words;      /* word_count could be read */
	bool has_bytes;      /* byte_count could be read */
	SmbReadStatus
		status; /* whether all its fields could be read; where not, zero fields were not there */
	const char *name; /* "SMB_COM_OPEN_ANDX"; NULL for an unassigned code */
	const SmbLayout *
		layout; /* NULL where the block has no fields of its own (or none that could be read) */
	const void *body; /* the struct that layout describes */
	/*
	 * What a transaction is about, put together from all its parts: on the block of the message
	 * that completed it. The security token of a session setup or a negotiate response, one
	 * that came in pieces on the block that has the last. Keys of the two layouts differ.
	 */
	const SmbLayout *more_layout; /* NULL where there is none */
	const void *more;
	SmbReadStatus more_status;
	uint32_t more_size; /* bytes that it was read from */
	uint32_t offset;    /* of the block in the message */
} SmbBlock;

typedef enum { SMB_OVER_NBSS, SMB_OVER_NBDGM, SMB_OVER_NBF, SMB_OVER_IPX } SmbTransport;

/*
 * One message. Header fields have the wire's names ([MS-CIFS] 2.2.3.1); those of SMB2 stand beside
 * them.
 */
typedef struct {
	uint8_t version; /* 1: SMB1, 2: SMB2 and SMB3, 3: an SMB3 transform (encrypted), 4: compressed, 5: SMB1 encrypted (FF 'E') */
	SmbTransport transport;
	SmbDir dir;
	bool response; /* what it is taken for: by the direction of the stream, else by the reply bit */
	SmbReader bytes; /* the message from its header on */
	uint32_t anomalies;
	uint32_t incomplete;
	SmbStamp when;        /* the packet that held its last byte */
	uint64_t response_to; /* frame of the request, 0 where there is none */

	uint16_t command; /* of the header: the first block's */
	SmbStatus status;
	uint32_t flags; /* SMB1 FLAGS, SMB2 Flags */
	uint16_t flags2;
	uint16_t pid_high;
	uint16_t pid;                    /* SMB1 PIDLow */
	uint64_t uid;                    /* SMB1 UID, SMB2 SessionId */
	uint32_t tid;                    /* SMB1 TID, SMB2 TreeId */
	uint64_t mid;                    /* SMB1 MID, SMB2 MessageId */
	uint64_t async_id;               /* SMB2 */
	uint16_t credit_charge, credits; /* SMB2: used up by it; asked for, or granted */
	uint16_t channel_sequence;       /* SMB3: of a request */
	uint8_t signature[16];           /* SMB1: the first 8 */
	bool has_signature;              /* not all zero */
	/*
	 * SMB1: what stands in the place of the signature where the transport is connectionless;
	 * nothing else is signed there.
	 */
	bool connectionless;
	uint32_t key;
	uint16_t cid;
	uint16_t sequence_number; /* 0: the request may be done several times */
	bool partial_header; /* SMB1: the capture has it up to FLAGS2 only; what follows is zero */

	uint32_t n_blocks;
	SmbBlock blocks[SMB_CHAIN_MAX];
} SmbMessage;

/*
 * ---- What is known of a connection
 * -----------------------------------------------------------------------------
 */

typedef struct {
	/*
	 * 4 or 6; 2: MAC addresses (NetBIOS frames), 3: IPX networks and nodes; 0: addresses
	 * unknown
	 */
	uint8_t family;
	uint8_t client[16]; /* network order; IPv4 in the first 4 bytes */
	uint8_t server[16];
	uint16_t client_port;
	uint16_t server_port;
	/* Messages are sent again by SMB itself: direct hosting over IPX ([MS-CIFS] 2.1.2.1). */
	bool connectionless;
} SmbEndpoints;

typedef enum {
	SMB_VERDICT_NONE, /* not negotiated in what was seen */
	SMB_VERDICT_SMB2_DIRECT,
	SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN,
	SMB_VERDICT_SMB1_CLIENT_LIMITED,
	SMB_VERDICT_SMB1_SERVER_LIMITED,
	SMB_VERDICT_PRE_NT,
	SMB_VERDICT_REFUSED,
} SmbVerdict;
const char *smb_verdict_name(SmbVerdict verdict); /* "smb1_client_limited"; NULL for NONE */

typedef enum {
	SMB_PASSWORD_NONE, /* no secret was sent: JSON null */
	SMB_PASSWORD_ANONYMOUS,
	SMB_PASSWORD_PLAINTEXT,
	SMB_PASSWORD_LM,
	SMB_PASSWORD_LM_OR_LMV2,
	SMB_PASSWORD_NTLMV1_LM,
	SMB_PASSWORD_NTLM_ONLY,
	SMB_PASSWORD_NTLMV1_ESS,
	SMB_PASSWORD_NTLMV2,
	SMB_PASSWORD_KERBEROS,
	SMB_PASSWORD_MALFORMED,
} SmbPasswordType;
const char *smb_password_type_name(SmbPasswordType type); /* "NTLMv1+LM"; NULL for NONE */

typedef enum {
	SMB_MECH_NONE,
	SMB_MECH_LANMAN,
	SMB_MECH_NT,
	SMB_MECH_NTLMSSP,
	SMB_MECH_SPNEGO_NTLMSSP,
	SMB_MECH_SPNEGO_KERBEROS,
	SMB_MECH_SHARE,
} SmbMech;
const char *smb_mech_name(SmbMech mech); /* "spnego-ntlmssp"; "none" for NONE */

typedef enum { SMB_RESULT_UNKNOWN, SMB_RESULT_ACCEPTED, SMB_RESULT_REFUSED } SmbResult;
const char *smb_result_name(SmbResult result);

enum {
	SMB_SECRET_MAX = SMB_CAP(1024, 24)
}; /* bytes kept of a response or a password, where they are kept at all */

/* One attempt to log on, all its legs (dissect/conversation/logon.c). Strings are owned by it. */
typedef struct {
	SmbPasswordType password_type;
	SmbMech mech;
	SmbString *account, *domain, *host; /* NULL: empty */
	int32_t lm_length, nt_length;       /* -1: no such field */
	bool guest;
	SmbResult result;
	bool has_status;
	SmbStatus status;
	SmbStamp request, response; /* of the leg that decided it */
	bool has_flags;
	uint32_t ntlm_flags;
	bool has_version;
	uint8_t version_major, version_minor; /* NTLMSSP VERSION ([MS-NLMP] 2.2.2.10) */
	uint16_t version_build;
	bool has_mic, has_channel_bindings;
	SmbString *target_spn;
	SmbString *realm, *service; /* Kerberos ticket */
	int32_t encryption_type;    /* of the ticket; -1 where there is none */
	uint32_t anomalies;
	/*
	 * Only with SmbConfig.keep_secrets, else NULL: bytes, at most SMB_SECRET_MAX of each. The
	 * challenge is the server's that the responses answer; NULL where it was not seen.
	 */
	SmbString *challenge, *lm_response, *nt_response;
	SmbString *password; /* of a PLAINTEXT attempt: a text */
} SmbAuth;

enum {
	SMB_SIGNING_SERVER_ENABLED = 1,
	SMB_SIGNING_SERVER_REQUIRED = 2,
	SMB_SIGNING_CLIENT_ENABLED = 4,
	SMB_SIGNING_CLIENT_REQUIRED = 8,
};

/* A session on the connection (a UID, or an SMB2 SessionId). */
typedef struct {
	uint64_t uid;
	const SmbAuth *auth; /* NULL: set up before the capture began */
	bool ended;          /* logged off */
} SmbUser;

typedef enum {
	SMB_SHARE_UNKNOWN,
	SMB_SHARE_DISK,
	SMB_SHARE_PRINTER,
	SMB_SHARE_PIPE,
	SMB_SHARE_COMM,
} SmbShareType;
const char *
smb_share_type_name(SmbShareType type); /* "disk", "printer", "pipe", "comm"; NULL for UNKNOWN */

typedef struct {
	uint32_t tid;
	SmbString *path; /* \\SERVER\SHARE as the client wrote it; NULL: connected before the capture began */
	SmbString *native_fs;
	SmbShareType type;
	const SmbUser *user; /* NULL: unknown */
	bool ended;
} SmbTree;

/* Which bytes of a file were read, or written: apart from each other, in order of offset. */
enum { SMB_RANGES_MAX = SMB_CAP(8, 2), SMB_RENAMES_MAX = SMB_CAP(4, 2) };

typedef struct {
	uint64_t low, high; /* high: behind the last byte */
} SmbFileRange;

typedef struct {
	SmbFileRange ranges[SMB_RANGES_MAX];
	uint32_t n;
	bool more; /* there were more ranges: the nearest ones were taken as one, what is between them included */
} SmbCoverage;

/* What an open came to. */
typedef struct {
	SmbCoverage read, written;
	SmbStamp first,
		last; /* request of the first read or write, response of the last one; frame 0: none */
	SmbString *renamed[SMB_RENAMES_MAX]; /* new names in order */
	uint32_t n_renamed;
	uint32_t renames; /* all */
	bool deleted; /* by its path; or it was to be, and no other open of it is known any more */
	bool delete_on_close; /* asked for at the open */
	bool delete_pending;  /* by a disposition: with the last handle on it that is closed */
	bool posix;           /* delete_pending: with this handle, whoever else has one */
	bool by_path;         /* no open: what was done to a path */
} SmbFileStory;

typedef struct {
	uint64_t fid;            /* SMB1 FID; the volatile half of an SMB2 FileId */
	uint64_t fid_persistent; /* SMB2 */
	SmbString *name;         /* NULL: opened before the capture began */
	bool directory, pipe;
	bool has_size;
	uint64_t size; /* at the open */
	uint64_t bytes_read, bytes_written;
	uint32_t reads, writes; /* requests */
	bool gaps;              /* some of it was not seen */
	const SmbFileStory
		*story; /* lives as long as its connection's entry; NULL in copies of this struct */
	const SmbTree *tree;
	const SmbUser *user;
	SmbStamp opened;
	bool ended;
} SmbFile;

typedef enum {
	SMB_END_OPEN, /* it has not ended */
	SMB_END_FIN,
	SMB_END_RESET,
	SMB_END_TIMEOUT, /* silent for longer than the idle time-out */
	SMB_END_CAPTURE_END,
	SMB_END_EVICTED, /* dropped to stay below the memory limit */
	SMB_END_REUSED,  /* a new connection began on the same ports */
} SmbEnd;
const char *smb_end_name(SmbEnd end); /* "fin", "reset" ...; NULL for OPEN */

/* Credits of a connection: the client begins with one ([MS-SMB2] 3.3.1.2). */
typedef struct {
	uint64_t granted, used; /* by all responses; by all requests */
	bool whole; /* no message was missed: 1 + granted - used is what the client may still use */
} SmbCredits;

/*
 * Lists of a connection are arrays of pointers in order of appearance, ended ones included, each
 * capped.
 */
typedef struct {
	uint64_t number; /* ordinal of the connection in this run, from 1; 0: a datagram, no connection at all */
	SmbEndpoints ends;
	void *sink_data; /* the sink's own; the library neither reads nor frees it */

	SmbStamp first, last;        /* packets of this connection */
	uint64_t syn_ns, syn_ack_ns; /* 0 where not seen */
	bool midstream;              /* its beginning was not seen */
	bool one_way;                /* only one direction was ever seen */
	SmbEnd end;
	bool end_by_server; /* who sent the FIN or RST first */

	SmbString *client_name, *server_name; /* NetBIOS names, without padding; NULL where
				 neither it nor datagrams told */

	SmbString *const *dialects; /* offered: those of SMB1 as written, of SMB2 as "SMB 3.1.1" */
	uint32_t n_dialects;
	uint32_t n_dialects_smb1; /* the first so many came in an SMB1 negotiate */
	SmbString *dialect;       /* chosen; NULL where none is known */
	uint8_t version;          /* 1, 2 or 3 as chosen; 0 unknown */
	SmbVerdict verdict;
	bool has_security_mode;
	uint16_t security_mode; /* as the server sent it */
	bool extended_security;
	bool share_level; /* share-level security (bit 0 clear, or core) */
	bool plaintext;   /* the server asked for plaintext passwords (bit 1 clear, or core) */
	uint32_t signing; /* SMB_SIGNING_* */
	bool signing_observed;
	bool unsigned_seen; /* a message without a signature, that could have had one */
	bool encrypted;     /* transform headers or FF 'E' seen */
	SmbString *client_os, *client_lanman, *server_os, *server_lanman, *server_domain;

	const SmbUser *const *users;
	const SmbTree *const *trees;
	const SmbFile *const *files;
	const SmbAuth *const *auths; /* attempts, in the order in which they were decided */
	uint32_t n_users, n_trees, n_files, n_auths;
	uint32_t omitted; /* users, trees, files and attempts beyond the caps */

	uint64_t messages[2]; /* by SmbDir */
	uint64_t bytes[2];    /* of TCP payload delivered */
	uint64_t errors;      /* responses with an error */
	uint64_t gaps, gap_bytes;
	uint64_t cut_bytes;     /* of these, cut by the snapshot length */
	uint64_t skipped_bytes; /* passed over to find the next message */
	uint64_t unanswered;    /* requests without a response */
	uint64_t orphans;       /* responses without a request */
	uint64_t repeated; /* messages that were sent again, told and counted once (connectionless) */
	uint64_t limits;   /* times that a limit of this connection was reached */
	uint32_t anomalies;      /* all that its messages had */
	uint32_t incomplete;     /* SMB_INCOMPLETE_* of the connection as a whole */
	SmbCredits credits;      /* SMB2 */
	bool notify_unsupported; /* the server answered a change notification with not supported */
	uint32_t outstanding; /* requests that wait for an answer now (at the end: left unanswered) */
} SmbConnectionInfo;

/*
 * ---- Exchanges: a request with its response
 * ----------------------------------------------------------------------
 */

typedef enum {
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
	SMB_STEP_OTHER,
} SmbStep;
const char *smb_step_name(SmbStep step); /* "session_setup": the JSON spelling */

/* NEGOTIATE. The offered list and the choice stand in the SmbConnectionInfo too. */
typedef struct {
	SmbText dialect; /* chosen; absent where refused or unknown */
	bool refused;    /* index 0xFFFF */
	int32_t index;   /* -1: none (an SMB2 answer, or no answer) */
	uint16_t n_offered;
	uint8_t answered_by; /* 1 or 2: an SMB1 or an SMB2 negotiate response; 0: no answer */
	bool has_security_mode;
	uint16_t security_mode;
	bool extended_security;
	uint8_t challenge_length; /* 0 or 8 */
	SmbSpan challenge; /* of the server, 8 bytes or absent: half of what a response is made of */
	uint32_t capabilities;
	uint32_t max_buffer_size;
	SmbSpan server_guid; /* 16 bytes or absent */
	SmbSpan client_guid; /* SMB2 */
	SmbText domain, server;
} SmbNegotiateFacts;

/* SESSION_SETUP: one leg. */
typedef struct {
	SmbText account, domain, host; /* what this leg says */
	int32_t lm_length, nt_length;  /* -1: none in this leg */
	uint32_t blob_length;
	const char *
		token; /* "NTLMSSP negotiate", "NTLMSSP authenticate", "Kerberos AP-REQ" ...; NULL: no token */
	const char *token_back; /* the same of the response: "NTLMSSP challenge" */
	SmbSpan challenge;      /* of an NTLMSSP challenge in the response; 8 bytes or absent */
	bool more;              /* STATUS_MORE_PROCESSING_REQUIRED: another leg follows */
	bool guest;
	uint32_t capabilities;
	SmbText native_os, native_lanman; /* of the client */
	SmbText server_os, server_lanman, server_domain;
	const SmbAuth *auth; /* on the exchange that decided the attempt, else NULL */
} SmbSessionFacts;

typedef struct {
	SmbText path, service; /* asked */
	SmbText service_back, native_fs;
	uint16_t password_length;
	const SmbAuth *auth; /* share level: the password stands here */
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
	/* answered */
	SmbOpened action;
	bool directory, pipe;
	bool has_size;
	uint64_t size;
	uint8_t oplock;
} SmbOpenFacts;

typedef struct {
	uint64_t offset;
	uint32_t asked; /* bytes asked for, or offered to be written */
	uint32_t count; /* bytes that came back, or were written */
} SmbIoFacts;

/* What a SET_INFORMATION says of the file's deletion; 0: nothing. */
enum {
	SMB_DISPOSITION_SET = 1,
	SMB_DISPOSITION_DELETE = 2, /* else a deletion that was asked for is taken back */
	SMB_DISPOSITION_POSIX = 4,  /* with this handle, whoever else has one */
};

/* The same of the Flags of FileDispositionInformationEx, [MS-FSCC] 2.4.12. */
static inline uint8_t
smb_disposition(uint32_t flags)
{
	enum { DELETE = 1, POSIX_SEMANTICS = 2, ON_CLOSE = 8 };

	if (flags & DELETE)
		return SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE |
		       (flags & POSIX_SEMANTICS ? SMB_DISPOSITION_POSIX : 0);
	/* It says how a deletion goes that the open asked for, not whether. */
	return flags & ON_CLOSE ? 0 : SMB_DISPOSITION_SET;
}

/* Everything else: what can be told in general terms. */
typedef struct {
	SmbText name, name_to; /* path, search pattern, transaction name; new name of a rename */
	int32_t function;      /* subcommand or function of a transaction; -1: none */
	const char *function_name;
	int32_t level; /* information level of a TRANS2 or NT_RENAME; -1: none */
	/*
	 * What a transaction is about: its information level, RAP function or control code by name;
	 * NULL where it has none or nobody named it.
	 */
	const char *about;
	bool mailslot; /* a transaction that writes to the mailslot in `name` */
	bool rap;      /* spoken over \PIPE\LANMAN and answered: count and rap_status are set */
	uint16_t rap_status; /* Win32 error code ([MS-RAP] 2.5.2); the SMB status says nothing of it */
	uint32_t count;      /* ECHO: replies asked for; SEARCH and RAP: entries that came back */
	uint64_t target_mid, target_frame; /* CANCEL: of the cancelled request; frame 0: not seen */
	uint8_t disposition;               /* SMB_DISPOSITION_* */
	bool unsupported;                  /* NOTIFY: the server does not support it */
} SmbOtherFacts;

/* DCE/RPC on a named pipe: what the exchange carried of it. */
enum { SMB_RPC_INTERFACES = SMB_CAP(16, 2) };

typedef struct {
	uint8_t uuid[16]; /* first three parts little-endian */
	uint16_t context_id;
	uint16_t version, version_minor;
	bool answered; /* result and reason are the server's (C706 12.6.3.1) */
	uint16_t result, reason;
	const char *name; /* "srvsvc"; NULL where unknown */
} SmbRpcInterface;

typedef struct {
	const char *request,
		*response; /* "BIND", "REQUEST", "FAULT" ...; NULL: none in this exchange */
	uint32_t call_id;
	int32_t opnum;         /* -1: none, or not known */
	const char *interface; /* of a call: "srvsvc"; NULL where unknown */
	const char *operation; /* "NetrShareEnum"; NULL where unknown */
	uint32_t request_stub,
		response_stub; /* bytes of arguments and results in the first fragment */
	uint32_t fault;        /* status of a FAULT */
	bool called;           /* interfaces[0] is that of the call */
	uint32_t more_calls;   /* beside the one that is told */
	uint32_t n_interfaces; /* of a bind: all that it asks for; of a call one, or none */
	SmbRpcInterface interfaces[SMB_RPC_INTERFACES];
} SmbRpcFacts;

typedef struct {
	SmbStep step;
	uint8_t version; /* of the messages: 1 or 2 */
	uint16_t command;
	const char *command_name; /* NULL for an unassigned code */
	uint8_t chain_index, chain_length;
	bool from_server; /* asked by the server (oplock break) */
	bool one_way;     /* of a kind that is never answered */
	bool not_executed; /* a block before it in its AndX chain failed, or the server answered only those before it */
	SmbStamp request, response; /* frame 0: that half was not seen */
	bool has_status;
	SmbStatus status;
	bool failed; /* an error in every sense: not success, not MORE_PROCESSING, not a warning that carries data */
	uint32_t incomplete;
	uint32_t anomalies;
	uint16_t pid;
	uint64_t uid, mid;
	uint32_t tid;
	bool has_fid;
	uint64_t fid, fid_persistent;
	const SmbUser *user; /* NULL where unknown */
	const SmbTree *tree;
	const SmbFile *file;
	const SmbRpcFacts *
		rpc; /* reads, writes and transactions on a pipe; NULL where no DCE/RPC began in it */
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
 * ---- NetBIOS session, gaps
 * ---------------------------------------------------------------------------------------
 */

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
	uint8_t error; /* of a refusal */
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
	uint64_t skipped; /* of the bytes behind it, passed over to find the next message */
	SmbGapCause cause;
} SmbGap;

/*
 * ---- Datagrams
 * ---------------------------------------------------------------------------------------------------
 */

/*
 * A packet of the NetBIOS name service or datagram service (RFC 1002 4.2, 4.4). Its connection in
 * the event has number 0 and is gone with the event: the sender is the client, the receiver the
 * server.
 */
typedef struct {
	bool name_service; /* UDP 137; else 138 */
	const char *
		type; /* "query", "node_status", "registration" ...; "direct_group", "error" ...; NULL: an unknown opcode */
	bool response; /* of the name service */
	SmbReadStatus status;
	uint32_t incomplete;     /* SMB_INCOMPLETE_*; LIMIT: a fragment that found no room */
	const SmbLayout *layout; /* all fields; NULL: not even its header could be read */
	const void *body;
	bool fragment; /* its user data is a part only; the whole comes with the fragment that completes it */
	bool reassembled; /* it completed them: what follows was put together */
	/* Datagrams that carry a write to a mailslot: */
	SmbText mailslot;              /* "\MAILSLOT\BROWSE"; absent */
	const SmbLayout *frame_layout; /* its contents; NULL: unknown ones */
	const void *frame;
	SmbReadStatus frame_status;
	/*
	 * Who is who, as far as the packet says: unique names of machines, and of which address (4
	 * bytes).
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
 * ---- Events
 * ------------------------------------------------------------------------------------------------------
 */

typedef enum {
	SMB_EVENT_OPENED = 1 << 0, /* a connection was recognised as SMB (or came on its ports) */
	SMB_EVENT_MESSAGE = 1 << 1,
	SMB_EVENT_NETBIOS = 1 << 2,
	SMB_EVENT_EXCHANGE = 1 << 3,
	SMB_EVENT_GAP = 1 << 4,
	SMB_EVENT_CONNECTION = 1 << 5, /* the connection ended; the last event of it */
	SMB_EVENT_DATAGRAM = 1 << 6,
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
	};
} SmbEvent;

typedef void (*SmbEventFn)(void *user, const SmbEvent *event);
