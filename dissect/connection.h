/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known about a connection: its ends, what was negotiated, who logged on, what was opened,
 * and how much of it was seen.
 *
 *   SmbConnectionInfo
 *     auths[]  attempts to log on <-----.
 *     users[]  sessions (UID) ----------' auth
 *     trees[]  connected shares (TID) --> user
 *     files[]  opens (FID) -------------> tree, user
 *
 * The connection owns all of it, and only the connection changes it; sinks write only `sink_data`.
 * It lives until the function that got its SMB_EVENT_CONNECTION returns. Lists keep what has ended,
 * in order of appearance, each up to a cap.
 */
#pragma once

#include "dissect/message.h"
#include "dissect/outcome.h"

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
	uint16_t interface; /* where it was seen first, as the caller numbers them; 0: not told */
	/* Messages are sent again by SMB itself: direct hosting over IPX ([MS-CIFS] 2.1.2.1). */
	bool connectionless;
} SmbEndpoints;

/* What is wrong with a key that was given, or that there is none; told once of a session. */
typedef enum {
	SMB_KEY_FINE,
	SMB_KEY_MISSING,  /* nothing that was given is about this session */
	SMB_KEY_PASSWORD, /* no password or hash for the account fits the logon */
	SMB_KEY_TICKET,   /* no key of the keytabs opens the ticket */
	SMB_KEY_SESSION,  /* the session key that was given does not fit */
	SMB_KEY_UNSEEN,   /* its logon is not in the capture as a whole, so no key can be derived */
	SMB_KEY_NO_ROOM,  /* there are too many connections */
} SmbKeyTrouble;
const char *smb_key_trouble_name(SmbKeyTrouble trouble); /* "password"; NULL for FINE */

enum { SMB_KEY_TROUBLES = SMB_CAP(8, 1) };

/* What keys did for a connection (dissect/keys.h); all zero without. */
typedef struct {
	uint64_t right, wrong, unknown; /* signatures */
	uint64_t decrypted;             /* messages that were opened, */
	uint64_t closed;                /* for which there was no key, */
	uint64_t forged;                /* that were changed, or whose key is wrong */
	SmbStamp first_forged;          /* the first of `wrong` and `forged`; frame 0: none */
	uint32_t n_troubles;            /* ever; those beyond the array are not kept */
	struct {
		SmbKeyTrouble trouble;
		uint64_t session; /* SessionId, UID */
	} troubles[SMB_KEY_TROUBLES];
} SmbKeyFacts;

typedef enum {
	SMB_VERDICT_NONE, /* no negotiation was seen */
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
	SMB_PASSWORD_EMPTY, /* no response where one was due, or only zeros; not ANONYMOUS's form */
	SMB_PASSWORD_PLAINTEXT,
	SMB_PASSWORD_LM,
	SMB_PASSWORD_LM_OR_LMV2,
	SMB_PASSWORD_LM_OR_NTLM, /* of a tree connect: one field for either */
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

/* Mechanisms that a list in a token names. */
enum {
	SMB_OFFER_NTLMSSP = 1,
	SMB_OFFER_KERBEROS = 2, /* either OID */
	SMB_OFFER_IAKERB = 4,
	SMB_OFFER_NEGOEX = 8,
	SMB_OFFER_OTHER = 16,
};

typedef enum {
	SMB_RESULT_UNKNOWN,
	SMB_RESULT_ACCEPTED,
	SMB_RESULT_REFUSED,
	SMB_RESULT_ABANDONED, /* the server waited for the next round, and none came */
} SmbResult;
const char *smb_result_name(SmbResult result);

/* Bytes kept of a response or a password, where they are kept at all. */
enum { SMB_SECRET_MAX = SMB_CAP(1024, 24) };

/*
 * One attempt to log on, with all its rounds (dissect/conversation/state/logon.c). It owns its
 * strings.
 */
typedef struct {
	SmbPasswordType password_type;
	SmbMech mech;
	SmbString *account, *domain, *host; /* NULL: empty */
	int32_t lm_length, nt_length;       /* -1: no such field */
	bool guest;
	bool null_session; /* let in as nobody, though it was no ANONYMOUS that was sent */
	bool challenged;   /* the server answered a round of it with an NTLMSSP challenge */
	SmbResult result;
	bool abandoned_by_server; /* ABANDONED: it ended the connection, else the client left */
	bool has_status;
	SmbStatus status;
	SmbStamp request, response; /* of the round that decided it */
	bool has_flags;
	uint32_t ntlm_flags;
	bool has_version;
	uint8_t version_major, version_minor; /* NTLMSSP VERSION ([MS-NLMP] 2.2.2.10) */
	uint16_t version_build;
	bool has_mic, has_channel_bindings;
	bool mic_gone;     /* the response says that there is a MIC, and there is none */
	bool names_differ; /* the response names another server than the challenge */
	bool has_proof;    /* of an NTLMv2 response: it has a proof */
	uint8_t proof[16]; /* NTProofStr ([MS-NLMP] 2.2.2.8): another one in every response */
	SmbString *target_spn;
	SmbString *realm, *service; /* Kerberos ticket */
	int32_t encryption_type;    /* of the ticket; -1: none */
	int32_t session_key_type;   /* of the session key, which encrypts the authenticator; -1 */
	/* Of the KRB-ERROR that refused the ticket (RFC 4120 7.5.9); -1: none. */
	int32_t krb_error;
	uint32_t anomalies;
	/*
	 * Only with SmbConfig.keep_secrets, else NULL: bytes, at most SMB_SECRET_MAX of each. The
	 * challenge is the server's, which the responses answer; NULL if it was not seen.
	 */
	SmbString *challenge, *lm_response, *nt_response;
	SmbString *password; /* of a PLAINTEXT attempt: a text */
} SmbAuth;

/* Whether it is nobody's, or was let in as guest or nobody: such a session has no key. */
bool smb_auth_is_nobody(const SmbAuth *auth);

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
/* "disk", "printer", "pipe", "comm"; NULL for UNKNOWN. */
const char *smb_share_type_name(SmbShareType type);

typedef struct {
	uint32_t tid;
	/* \\SERVER\SHARE as the client wrote it; NULL: connected before the capture began */
	SmbString *path;
	SmbString *native_fs;
	SmbShareType type;
	const SmbUser *user; /* NULL: unknown */
	bool ended;
} SmbTree;

/* Which bytes of a file were read, or written: apart from each other, in order of offset. */
enum { SMB_RANGES_MAX = SMB_CAP(8, 2), SMB_RENAMES_MAX = SMB_CAP(4, 2) };

typedef struct {
	uint64_t low, high; /* high: just past the last byte */
} SmbFileRange;

typedef struct {
	SmbFileRange ranges[SMB_RANGES_MAX];
	uint32_t n;
	/* there were more ranges: the nearest ones were merged, with the bytes between them */
	bool more;
} SmbCoverage;

/* What happened to a file while it was open. */
typedef struct {
	SmbCoverage read, written;
	/* Request of the first read or write, response of the last one; frame 0: none. */
	SmbStamp first, last;
	SmbString *renamed[SMB_RENAMES_MAX]; /* new names in order */
	uint32_t n_renamed;
	uint32_t renames; /* all */
	/* deleted by its path; or deletion was pending, and no other open of it is still known */
	bool deleted;
	bool delete_on_close; /* asked for at the open */
	bool delete_pending;  /* by a disposition: with the last handle on it that is closed */
	bool posix;   /* delete_pending: set through this handle, whoever else has one open */
	bool by_path; /* not an open: operations on a path */
	bool copied;  /* the server put something of another file into it */
	bool made;    /* the open made it, or emptied it */
} SmbFileStory;

/* When a file was made, read, written and changed, as its server says: FILETIME ([MS-DTYP] 2.3.3). */
typedef struct {
	uint64_t created, accessed, written, changed; /* 0: it does not */
} SmbFileTimes;

typedef struct {
	uint64_t fid;            /* SMB1 FID; the volatile half of an SMB2 FileId */
	uint64_t fid_persistent; /* SMB2 */
	SmbString *name;         /* NULL: opened before the capture began */
	bool directory, pipe;
	bool has_size;
	uint64_t size;      /* at the open */
	SmbFileTimes times; /* at the open; of NT_CREATE_ANDX, NT_TRANSACT_CREATE and SMB2 */
	uint64_t bytes_read, bytes_written;
	uint32_t reads, writes; /* requests */
	bool gaps;              /* some of it was not seen */
	/* Lives as long as its connection's entry; NULL in copies of this struct. */
	const SmbFileStory *story;
	const SmbTree *tree;
	const SmbUser *user;
	SmbStamp opened;
	bool ended;
} SmbFile;

/* The name that the file has now: the last one it was renamed to. NULL: not known. */
SmbString *smb_file_name(const SmbFile *file);

typedef enum {
	SMB_END_OPEN, /* it has not ended */
	SMB_END_FIN,
	SMB_END_RESET,
	SMB_END_TIMEOUT, /* silent for longer than the idle time-out */
	SMB_END_CAPTURE_END,
	SMB_END_EVICTED,     /* dropped to stay below the memory limit */
	SMB_END_REUSED,      /* a new connection began on the same ports */
	SMB_END_NO_ANSWER,   /* the server never answered the SYN */
	SMB_END_PORT_CLOSED, /* a reset answered it */
} SmbEnd;
const char *smb_end_name(SmbEnd end); /* "fin", "reset" ...; NULL for OPEN */

/* The end that sent no message of the session service or of SMB, though the other one did. */
typedef enum { SMB_SILENT_NOBODY, SMB_SILENT_CLIENT, SMB_SILENT_SERVER } SmbSilent;
const char *smb_silent_name(SmbSilent silent); /* "client", "server"; NULL for NOBODY */

/* Credits of a connection: the client begins with one ([MS-SMB2] 3.3.1.2). */
typedef struct {
	uint64_t granted, used; /* by all responses; by all requests */
	bool whole; /* no message was missed: 1 + granted - used is what the client may still use */
} SmbCredits;

/* Of the segments of TCP with data, one way; but for the last three, which are of all. */
typedef struct {
	uint64_t retransmitted_bytes; /* that were seen before */
	uint32_t retransmitted;       /* segments with such bytes */
	uint32_t out_of_order;        /* segments that had to wait for bytes before theirs */
	uint32_t window_full;         /* segments that filled the window of their receiver */
	uint64_t packets, ip_bytes;   /* and what IP declares of them */
	uint64_t missing;             /* bytes that were not captured */
} SmbSegments;

enum { SMB_HISTORY_SIZE = 32 }; /* with its zero */

/*
 * The messages by which software is told from other software, each by itself: one that was not
 * seen, or was encrypted, takes nothing from the others (dissect/fingerprint/fingerprint.h).
 */
typedef enum {
	SMB_PRINT_SMB1_NEGOTIATE,
	SMB_PRINT_SMB1_SETUP,
	SMB_PRINT_SMB2_NEGOTIATE,
	SMB_PRINT_SMB2_SETUP,
	SMB_PRINT_NTLM_NEGOTIATE,
	SMB_PRINT_NTLM_AUTHENTICATE,
	/* of servers: */
	SMB_PRINT_SMB1_NEGOTIATE_BACK,
	SMB_PRINT_SMB1_SETUP_BACK,
	SMB_PRINT_SMB2_NEGOTIATE_BACK,
	SMB_PRINT_NTLM_CHALLENGE,
} SmbPrintPart;
enum { SMB_PRINT_PARTS = SMB_PRINT_NTLM_CHALLENGE + 1 };
/* "smb1_negotiate"; an answer has the name of what it answers. */
const char *smb_print_part_name(SmbPrintPart part);
static inline bool
smb_print_of_server(SmbPrintPart part)
{
	return part >= SMB_PRINT_SMB1_NEGOTIATE_BACK;
}

/*
 * Lists of a connection are arrays of pointers in order of appearance, ended ones included, each
 * capped.
 */
typedef struct {
	uint64_t number; /* of the connection in this run, from 1; 0: a datagram, no connection */
	SmbEndpoints ends;
	void *sink_data; /* the sink's own; the library neither reads nor frees it */

	SmbStamp first, last;        /* packets of this connection */
	uint64_t syn_ns, syn_ack_ns; /* 0 if not seen */
	bool midstream;              /* its beginning was not seen */
	bool one_way;                /* of one direction not a single packet was captured */
	SmbSilent silent;            /* packets of both were, but this end sent no message */
	/* It is a channel of a session that was set up between other addresses, these. */
	bool home;
	uint8_t home_client[16], home_server[16];
	SmbEnd end;
	bool end_by_server; /* FIN, RESET: who sent it */
	SmbOutcome outcome; /* set at the end */

	bool netbios_asked; /* a session request with names was seen (RFC 1002 4.3.2) */
	/* NetBIOS names, without padding; NULL if neither it nor datagrams showed them. */
	SmbString *client_name, *server_name;
	/*
	 * Of a name that datagrams gave, which anybody can send: another one that they gave that address;
	 * NULL: they agree.
	 */
	SmbString *client_other, *server_other;
	/* The server's DNS name, of its NTLMSSP challenge ([MS-NLMP] 2.2.2.1); NULL if not seen. */
	SmbString *server_dns;

	SmbString *const *dialects; /* offered: those of SMB1 as written, of SMB2 as "SMB 3.1.1" */
	uint32_t n_dialects;
	uint32_t n_dialects_smb1; /* the first so many came in an SMB1 negotiate */
	bool offers_cut;          /* more may have been offered: the capture has a part */
	SmbString *dialect;       /* chosen; NULL if none is known */
	uint8_t version;          /* 1, 2 or 3 as chosen; 0 unknown */
	SmbVerdict verdict;
	bool has_security_mode;
	uint16_t security_mode; /* as the server sent it */
	bool extended_security;
	bool capabilities_seen; /* of SMB1: else nothing is known of extended security */
	bool share_level;       /* share-level security (bit 0 clear, or core) */
	bool plaintext;   /* the server asked for plaintext passwords (bit 1 clear, or core) */
	uint32_t signing; /* SMB_SIGNING_* */
	bool signing_observed;
	bool unsigned_seen; /* a message without a signature, that could have had one */
	bool encrypted;     /* transform headers or FF 'E' seen */
	SmbString *client_os, *client_lanman, *server_os, *server_lanman, *server_domain;

	/* Fingerprints, by SmbPrintPart, each of the first such message; NULL: not seen, or not
	 * wanted (SMB_WANT_PRINTS). */
	SmbString *prints[SMB_PRINT_PARTS];

	const SmbUser *const *users;
	const SmbTree *const *trees;
	const SmbFile *const *files;
	const SmbAuth *const *auths; /* attempts, in the order in which they were decided */
	uint32_t n_users, n_trees, n_files, n_auths;
	uint32_t omitted; /* users, trees, files and attempts beyond the caps */

	uint64_t messages[2]; /* by SmbDir */
	uint64_t bytes[2];    /* of TCP payload delivered */
	uint64_t errors;      /* responses with an error, but for: */
	uint64_t expected;    /* errors that belong to ordinary work (SmbExchange.expected) */
	uint64_t gaps, gap_bytes;
	SmbSegments segments[2]; /* by SmbDir; set at the end */
	/*
	 * What the packets of TCP were, a letter each in the order in which it was new, as in Zeek's
	 * conn.log; set at the end, and empty without TCP
	 */
	char history[SMB_HISTORY_SIZE];
	uint64_t cut_bytes;     /* of these, cut by the snapshot length */
	uint64_t skipped_bytes; /* skipped to find the next message */
	uint64_t unanswered;    /* requests that got no answer (SMB_ANSWER_NONE) */
	uint64_t waiting;       /* requests that the server held to the end */
	uint64_t unseen;        /* requests whose answer may not have been captured */
	uint64_t orphans;       /* responses without a request */
	uint64_t keepalives;    /* NetBIOS keepalives of both sides: RFC 1002 4.3.7 */
	uint64_t foreign;       /* of the client: with the mark of SMB2, but no header of it */
	uint64_t repeated;  /* retransmitted messages, reported and counted once (connectionless) */
	uint64_t limits;    /* times that a limit of this connection was reached */
	uint32_t anomalies; /* all that its messages had */
	uint32_t incomplete; /* SMB_INCOMPLETE_* of the connection as a whole */
	SmbCredits credits;  /* SMB2 */
	SmbKeyFacts keys;
	bool notify_unsupported; /* the server answered a change notification with not supported */
	/* requests that wait for an answer now (at the end: left unanswered) */
	uint32_t outstanding;
} SmbConnectionInfo;
