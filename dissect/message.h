/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One message as it was parsed: header, command blocks, what is wrong with it, what is missing.
 *
 *   SmbMessage
 *     header fields, anomalies, incomplete
 *     bytes ------------> the message as captured, borrowed
 *     blocks[0..n_blocks]
 *        layout, body --> one command's fields (dissect/wire/layout.h)
 *        nested_layout, nested --> what is inside a transaction, on its last message
 *
 * Parsers fill it (smb1_dissect, smb2_dissect), the conversation adds who sent it and when. It is
 * valid until the next message of any connection is read, or the sink's function returns.
 */
#pragma once

#include "dissect/wire/caps.h"
#include "dissect/wire/layout.h"

typedef struct {
	uint64_t time_ns;
	uint64_t frame;
	uint64_t last_ns; /* of a message: when its last byte was captured; 0: the same time */
} SmbStamp;

typedef enum { SMB_TO_SERVER, SMB_TO_CLIENT } SmbDir;

/*
 * A status: an NT status (the 32 bits), or a DOS error where FLAGS2 says so (class in bits 0-7,
 * code in bits 16-31).
 */
typedef struct {
	bool dos;
	uint32_t value; /* as on the wire, little-endian */
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
 * Whether it is a DOS error. A code from 0x8000 up is none (but for ERRSRV 0xFFFF): it is an NT
 * status whose sender forgot the flag.
 */
bool smb_status_is_dos(SmbStatus status);
/*
 * Whether it says that the command failed ([MS-ERREF] 2.3, [MS-CIFS] 2.2.2.4): not success, not
 * MORE_PROCESSING_REQUIRED, not a warning that carries what was asked for. Statuses without a
 * severity are known by list.
 */
bool smb_status_failed(SmbStatus status);
/* Of a session setup: whether it asks for another round. */
bool smb_status_goes_on(SmbStatus status);

/*
 * What is wrong with a message: bits, each a named anomaly. smb_anomaly_name gives "andx_offset"
 * and so on.
 */
typedef enum {
	SMB_ANOMALY_SHORT_HEADER = 1 << 0, /* fewer bytes than the header has */
	/* WordCount beyond the message, or a form that the command does not have */
	SMB_ANOMALY_WORD_COUNT = 1 << 1,
	SMB_ANOMALY_BYTE_COUNT = 1 << 2, /* ByteCount beyond the message */
	/* the next block would be at the same place, before it or outside the message */
	SMB_ANOMALY_ANDX_OFFSET = 1 << 3,
	SMB_ANOMALY_ANDX_CHAIN = 1 << 4, /* more blocks than the cap, or than its bytes pay for */
	SMB_ANOMALY_FIELDS = 1 << 5,     /* a length or offset inside a command points outside it */
	SMB_ANOMALY_DIALECT_INDEX = 1 << 6,    /* a dialect that was not offered */
	SMB_ANOMALY_SECOND_NEGOTIATE = 1 << 7, /* a negotiate after one was answered */
	SMB_ANOMALY_REPLY_BIT = 1 << 8,        /* it disagrees with the direction of the stream */
	SMB_ANOMALY_NO_REQUEST = 1 << 9,       /* a response without a request */
	/* a plaintext password to a server that asked for challenge/response */
	SMB_ANOMALY_PLAINTEXT_UNASKED = 1 << 10,
	SMB_ANOMALY_EMPTY_BLOB = 1 << 11, /* a security blob of no bytes */
	SMB_ANOMALY_TOKEN = 1 << 12,      /* a security token that cannot be read */
	SMB_ANOMALY_NOT_SMB = 1 << 13, /* a session message that is not SMB and was not expected */
	SMB_ANOMALY_CREDITS = 1 << 14, /* an SMB2 request beyond what the server has granted */
	SMB_ANOMALY_MID_CHANGED = 1 << 15, /* a response with another MID than its request */
	/* a part of a transaction that has another kind than the part before (CVE-2017-0144) */
	SMB_ANOMALY_OTHER_SECONDARY = 1 << 16,
	/* a dialect of SMB2, or an algorithm of 3.1.1, that was not offered */
	SMB_ANOMALY_NOT_OFFERED = 1 << 17,
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
	SMB_INCOMPLETE_UNREAD = 1 << 7,      /* of a run only: an input could not be opened */
	SMB_INCOMPLETE_OUTPUT = 1 << 8,      /* of a run only: records had no place in its output */
} SmbIncomplete;
const char *smb_incomplete_name(SmbIncomplete one);

/*
 * The published name of an SMB1 command, "SMB_COM_TREE_CONNECT_ANDX" ([MS-CIFS] 2.2.2.1); NULL for an
 * unassigned code. It is in the command's row (smb1/commands.c).
 */
const char *smb1_command_name(uint8_t command);

/* Blocks of an AndX chain; the commands of an SMB2 compound are separate messages. */
enum { SMB_CHAIN_MAX = SMB_CAP(16, 3) };

/* One command block of an SMB1 message, or the one command of an SMB2 message. */
typedef struct {
	uint16_t command;
	uint8_t word_count;  /* SMB1 */
	uint16_t byte_count; /* SMB1, as declared */
	bool has_words;      /* word_count could be read */
	bool has_bytes;      /* byte_count could be read */
	/* whether all fields could be read; if not, zero fields are missing (but see `there`) */
	SmbReadStatus status;
	const char *name;        /* "SMB_COM_OPEN_ANDX"; NULL for an unassigned code */
	const SmbLayout *layout; /* NULL: no fields of its own, or none that could be read */
	const void *body;        /* the struct that layout describes */
	/*
	 * Of a body that could not be read to its end: the same struct, read again with
	 * SmbReader.ones. A number that is zero here as well was read. NULL: not known.
	 */
	const void *there;
	/*
	 * What a transaction is about, reassembled from all its parts: set in the block of the
	 * message that completed it. Or the security token of a session setup or a negotiate
	 * response, set in the block that has its last piece. Keys of the two layouts differ.
	 */
	const SmbLayout *nested_layout; /* NULL if there is none */
	const void *nested;
	SmbReadStatus nested_status;
	const void *nested_there; /* as `there` */
	uint32_t nested_size;     /* bytes that it was read from */
	uint32_t offset;          /* of the block in the message */
} SmbBlock;

/* What a key says of a message's signature; only with keys (dissect/keys.h). */
typedef enum {
	SMB_SIGNATURE_NONE,    /* it has none, or there are no keys */
	SMB_SIGNATURE_RIGHT,   /* the sender has the key */
	SMB_SIGNATURE_UNKNOWN, /* the key is not known, or not all of the message is here */
	SMB_SIGNATURE_WRONG,   /* it was changed on the way, or made by another */
} SmbSignature;
const char *smb_signature_name(SmbSignature signature); /* "right"; NULL for NONE */

typedef enum { SMB_OVER_NBSS, SMB_OVER_NBDGM, SMB_OVER_NBF, SMB_OVER_IPX } SmbTransport;

/*
 * One message. Header fields have the wire's names ([MS-CIFS] 2.2.3.1); those of SMB2 are listed
 * beside them.
 */
typedef struct {
	/*
	 * 1: SMB1, 2: SMB2 and SMB3, 3: an SMB3 transform (encrypted), 4: compressed, 5: SMB1
	 * encrypted (FF 'E')
	 */
	uint8_t version;
	SmbTransport transport;
	SmbDir dir;
	/* what it is treated as: by the direction of the stream, else by the reply bit */
	bool response;
	SmbReader bytes; /* the message from its header on */
	uint32_t anomalies;
	uint32_t incomplete;
	SmbStamp when; /* when its first byte was captured; the frame that held its last one */
	uint64_t response_to; /* frame of the request, 0 if there is none */
	/*
	 * It has the mark of SMB2, but not the size that its header says of itself ([MS-SMB2]
	 * 2.2.1): it is reported and has no other effect.
	 */
	bool foreign;

	uint16_t command; /* of the header: the first block's */
	SmbStatus status;
	uint32_t flags; /* SMB1 FLAGS, SMB2 Flags */
	uint16_t flags2;
	uint16_t pid_high;
	uint16_t pid;      /* SMB1 PIDLow */
	uint64_t uid;      /* SMB1 UID, SMB2 SessionId */
	uint32_t tid;      /* SMB1 TID, SMB2 TreeId */
	uint64_t mid;      /* SMB1 MID, SMB2 MessageId */
	uint64_t async_id; /* SMB2 */
	uint32_t process;  /* SMB2: Reserved of 2.2.1.2, where clients name a process */
	uint16_t credit_charge, credits; /* SMB2: used up by it; asked for, or granted */
	uint16_t channel_sequence;       /* SMB3: of a request */
	uint32_t next_command;           /* SMB2: NextCommand as it is on the wire */
	uint8_t signature[16];           /* SMB1: the first 8 */
	bool has_signature;              /* not all zero */
	/*
	 * SMB1: the fields that replace the signature on a connectionless transport; nothing is
	 * signed there.
	 */
	bool connectionless;
	uint32_t key;
	uint16_t cid;
	uint16_t sequence_number; /* 0: the request may be done several times */
	/* SMB3: the version of the message that it was in: 3, encrypted; 4, compressed; 0: of none */
	uint8_t inside;
	uint32_t sent; /* inside a compressed message: bytes of that, which stand for all in it; else 0 */
	/* SMB3: the fields of a transform or compression header (version 3, 4), described by layout */
	const SmbLayout *transform_layout;
	const void *transform;
	/* It was encrypted, and with keys it could be opened: of version 3, and of all in it. */
	bool decrypted;
	SmbSignature signature_check;
	/*
	 * The capture does not have all of it, and what is missing is zero. SMB1: it has it up to
	 * FLAGS2 only. SMB2: as far as bytes.limit, see smb_message_has.
	 */
	bool partial_header;

	uint32_t n_blocks;
	SmbBlock blocks[SMB_CHAIN_MAX];
} SmbMessage;

/* Whether a field of the header was captured that ends at `end`, counted from where that begins. */
static inline bool
smb_message_has(const SmbMessage *m, uint32_t end)
{
	return !m->partial_header || end <= m->bytes.limit;
}

/* Whether it is known how long it is: in a compound, SMB2's header says that. */
static inline bool
smb_message_length_known(const SmbMessage *m)
{
	const uint32_t next_command_end = 24; /* [MS-SMB2] 2.2.1.2 */

	return m->version != 2 || !m->partial_header ||
	       (smb_message_has(m, next_command_end) && !m->next_command);
}
