/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How far a connection came, and why it came no further.
 *
 *   tcp -> netbios -> negotiate -> logon -> tree -> file -> done
 *                                    |
 *                                    '-- stopped here: why, by whom, in which frame
 *
 * The record of a connection has one outcome, decided when the connection ends
 * (conversation/state/outcome.c). It says what stands in the way of the client, for somebody who has
 * to change it; output/base/outcome.c puts it in a sentence. SMB_WHY_NONE: the client did what it
 * came for, or the capture does not show that it did not.
 */
#pragma once

#include "dissect/message.h"
#include "dissect/wire/caps.h"
#include "dissect/wire/text.h"

typedef enum {
	SMB_STAGE_TCP,
	SMB_STAGE_NETBIOS,
	SMB_STAGE_NEGOTIATE,
	SMB_STAGE_LOGON,
	SMB_STAGE_TREE,
	SMB_STAGE_FILE,
	SMB_STAGE_DONE,
} SmbStage;
const char *smb_stage_name(SmbStage stage); /* "negotiate" */

typedef enum {
	SMB_WHY_NONE,
	/* TCP */
	SMB_WHY_NO_ANSWER,
	SMB_WHY_PORT_CLOSED,
	SMB_WHY_SERVER_SILENT,
	SMB_WHY_CLIENT_SILENT,
	SMB_WHY_NOT_SMB, /* what answers speaks something else */
	/* NetBIOS session service */
	SMB_WHY_NETBIOS_REFUSED,
	/* negotiation */
	SMB_WHY_SMB1_IS_OFF,
	SMB_WHY_DIALECT_REFUSED,
	SMB_WHY_NEGOTIATE_REFUSED, /* an error that is about no dialect */
	SMB_WHY_SIGNING_MISMATCH,
	/* logon */
	SMB_WHY_ENCRYPTION_REQUIRED,
	SMB_WHY_ACCESS_DENIED,
	SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE,
	SMB_WHY_WRONG_PASSWORD,
	SMB_WHY_NO_SUCH_USER,
	SMB_WHY_ACCOUNT_LOCKED,
	SMB_WHY_ACCOUNT_DISABLED,
	SMB_WHY_PASSWORD_EXPIRED,
	SMB_WHY_LOGON_NOT_ALLOWED,
	SMB_WHY_NTLM_BLOCKED,
	SMB_WHY_CLOCK_SKEW,
	SMB_WHY_LOGON_REFUSED,
	SMB_WHY_GUEST_REFUSED,
	SMB_WHY_CHANNEL_REFUSED, /* to bind the connection to a session: [MS-SMB2] 3.3.5.5.2 */
	/* tree connect */
	SMB_WHY_NO_SUCH_SHARE,
	SMB_WHY_SHARE_DENIED,
	SMB_WHY_SERVER_FULL,
	SMB_WHY_SHARE_REFUSED, /* for another reason: the status */
	/* open */
	SMB_WHY_NO_SUCH_FILE,
	SMB_WHY_FILE_DENIED,
	SMB_WHY_SHARING_VIOLATION,
	SMB_WHY_NAME_REFUSED,
	SMB_WHY_FILE_REFUSED, /* for another reason: the status */
	SMB_WHY_CALL_REFUSED, /* DCE/RPC over a pipe: the fault */
	/* at any stage */
	SMB_WHY_LOST,
} SmbWhy;
const char *smb_why_name(SmbWhy why); /* "no_such_share"; NULL for NONE */

typedef enum { SMB_BY_NOBODY, SMB_BY_CLIENT, SMB_BY_SERVER } SmbBy;
const char *smb_by_name(SmbBy by); /* "client"; NULL for NOBODY */

/* What was refused, of a file. */
typedef enum {
	SMB_DEED_OPEN,
	SMB_DEED_READ,
	SMB_DEED_WRITE,
	SMB_DEED_CLOSE,
	SMB_DEED_DELETE,
	SMB_DEED_RENAME,
	SMB_DEED_LIST,   /* a folder */
	SMB_DEED_MAKE,   /* a folder */
	SMB_DEED_CHANGE, /* attributes, times, size, owner or permissions */
} SmbDeed;

/* Users of one connection whose failures are told, besides the first. */
enum { SMB_OUTCOMES_MORE = SMB_CAP(7, 1) };

typedef struct SmbOutcome {
	SmbStage stage; /* the one it stopped at */
	SmbWhy why;
	SmbBy by;       /* who stopped */
	bool likely;    /* the wire cannot prove it */
	uint64_t frame; /* that shows it; 0: none does */
	bool has_status;
	SmbStatus status; /* of the response that refused */
	SmbString *name;  /* share, file or called name; owned by the connection; NULL: not known */
	uint8_t netbios_error; /* NETBIOS_REFUSED: RFC 1002 4.3.4 */
	bool without_key;      /* ENCRYPTION_REQUIRED: the client encrypts, but not for nobody */
	bool kerberos;         /* LOGON_REFUSED: it was a ticket */
	bool old_secret;       /* LOGON_REFUSED: older than NTLMv2 */
	bool no_secret;        /* a logon: a name, and no response where one was due */
	bool nobody;           /* *_DENIED: to a guest, or an anonymous user; a logon: anonymous */
	bool ipc;              /* of a share or file: IPC$, or a pipe in it */
	bool expired;          /* a logon: one before it had expired */
	bool notify_waits;     /* LOST: a change notification was waiting */
	bool no_request;  /* LOST: nothing waited for an answer; it had come to nothing so far */
	bool at_once;     /* LOST: the client did not wait for the answer */
	bool may_encrypt; /* SHARE_DENIED: the share may want encryption */
	bool keyless;     /* ACCESS_DENIED of a logon, or ENCRYPTION_REQUIRED: it cannot encrypt */
	bool may_be_read_only; /* FILE_DENIED, with SMB_DEED_OPEN */
	bool reconnect; /* FILE_REFUSED: to take up a handle of before ([MS-SMB2] 3.3.5.9.7) */
	SmbDeed deed;   /* FILE_*: what was refused */
	bool by_handle; /* with other than SMB_DEED_OPEN: of what was open */
	bool to_read, to_write; /* with SMB_DEED_OPEN: what it asked for */
	uint32_t fault;         /* CALL_REFUSED: of the call; 0: what was refused is a bind */
	SmbString *account;     /* whose failure it is, where there are several users; else NULL */
	/* Failures of other users, one of each; owned by the connection, without `more`. */
	struct SmbOutcome *more;
	uint32_t n_more;
} SmbOutcome;
