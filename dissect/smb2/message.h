/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMB2 and SMB3 messages ([MS-SMB2] 2.2), as far as sessions that share a port with SMB1 need them.
 * Stateless: the same bytes always give the same message. The scratch is the caller's and is reused
 * for the next command; everything in it, and the bytes that texts and spans point into, lives
 * until then.
 */
#pragma once

#include "dissect/exchange.h"
#include "dissect/message.h"
#include "dissect/wire/codes.h"

enum {
	SMB2_HEADER_SIZE = 64,
	SMB2_BODY_MAX = 320,
	SMB2_NESTED_MAX = 1024, /* bytes of the largest structure in a buffer */
};

/* What following a session needs of a command. */
typedef struct {
	bool has_fid;
	uint64_t fid, fid_persistent; /* volatile and persistent half of the FileId */
	SmbText name;    /* CREATE: file; TREE_CONNECT: path; QUERY_DIRECTORY: pattern */
	SmbText name_to; /* SET_INFO: new name */
	SmbText target;  /* IOCTL: of the first entry of a DFS referral; absent */
	uint32_t count;  /* of its entries; QUERY_DIRECTORY, response: of the entries */
	uint64_t offset;
	/*
	 * As in Smb1Facts. Of a command with buffers: of the input of a request, the output of a
	 * response.
	 */
	uint32_t length;
	SmbSpan payload;   /* of a READ or WRITE, or that buffer, as far as it was collected */
	int32_t function;  /* IOCTL: the low 31 bits of CtlCode; QUERY/SET_INFO: class; else -1 */
	const char *about; /* IOCTL: CtlCode by name; NULL if unknown */
	/* QUERY_INFO, SET_INFO: InfoType and class; QUERY_DIRECTORY, request: class */
	uint8_t info_type, info_class;
	uint8_t disposition; /* SET_INFO: SMB_DISPOSITION_* */
	/* SET_INFO: it sets the end of the file; response to a CLOSE: it says the size */
	bool has_size;
	uint64_t size;
	SmbOpenFacts open;
	/* SESSION_SETUP and NEGOTIATE response: the security buffer, or absent */
	SmbSpan blob;
	/* SESSION_SETUP, request: 1 binding; response: 1 guest, 2 null, 4 encrypt */
	uint16_t session_flags;
	uint64_t previous_session; /* SESSION_SETUP, request: the one that this one replaces; 0 */
	uint16_t security_mode;    /* NEGOTIATE both, SESSION_SETUP request */
	uint32_t capabilities;
	SmbAlgorithms algorithms; /* NEGOTIATE */
	SmbList contexts;         /* NEGOTIATE: smb2_next_context walks a copy; or absent */
	/* NEGOTIATE response: the sizes, and whether it says when the server started */
	uint32_t max_transact, max_read, max_write;
	bool has_start_time;
	uint16_t dialects[32]; /* NEGOTIATE request */
	uint32_t n_dialects;
	bool dialects_cut;    /* not all of them could be read */
	uint16_t dialect;     /* NEGOTIATE response: DialectRevision */
	SmbSpan guid;         /* NEGOTIATE: client's or server's */
	uint32_t share_flags; /* TREE_CONNECT response */
	uint8_t share_type;   /* TREE_CONNECT response: 1 disk, 2 pipe, 3 printer */
	bool unlocks;         /* LOCK: ranges are unlocked */
	/* OPLOCK_BREAK: the level that is left, by name; or of a lease its key and state */
	const char *oplock;
	bool lease, must_acknowledge;
	uint8_t lease_key[16];
	uint32_t lease_state;
} Smb2Facts;

typedef struct {
	SmbMessage message; /* one block */
	Smb2Facts facts;
	_Alignas(8) uint8_t body[SMB2_BODY_MAX];
	_Alignas(8) uint8_t nested[SMB2_NESTED_MAX]; /* of SmbBlock.nested, unless a token is there */
	_Alignas(8) uint8_t there[SMB2_BODY_MAX];    /* SmbBlock.there */
	_Alignas(8) uint8_t nested_there[SMB2_NESTED_MAX];
} Smb2Scratch;

/* A negotiate context as its sender wrote it ([MS-SMB2] 2.2.3.1). */
enum { SMB2_CONTEXT_IDS = 16 };
typedef struct {
	uint16_t type;
	uint32_t flags;       /* of compression and transport */
	uint16_t salt_length; /* of preauthentication integrity */
	uint32_t n_ids;       /* algorithms in their order; those beyond the array are left out */
	uint16_t ids[SMB2_CONTEXT_IDS]; /* n_ids of them are set */
} Smb2Context;

/* The next of Smb2Facts.contexts; false at the end. Walk a copy of the list. */
bool smb2_next_context(SmbList *contexts, Smb2Context *ret);

/* What a request has asked for that its response does not repeat. */
typedef struct {
	bool known; /* false: the request was not seen */
	uint8_t info_type, info_class;
} Smb2Asked;

/*
 * Dissects the first command of a message that begins with FE 'S' 'M' 'B' (or FD, FC: transforms,
 * of which only the outer header is read, message.version 3 and 4). Returns its size in bytes,
 * where the next command of a compound begins; 0 if it was the last.
 */
uint32_t smb2_dissect(SmbReader bytes, bool response, Smb2Scratch *scratch);

/*
 * Reads the output buffer of a response that smb2_dissect has read, by what its request asked for,
 * into the nested fields of its block; does nothing for commands that have none.
 */
void smb2_read_output(Smb2Scratch *scratch, Smb2Asked asked);

/* What the first bytes of a message reveal about the READ or WRITE data in it; as smb1_first. */
typedef struct {
	uint64_t mid, fid, fid_persistent; /* FileId: WRITE requests only */
} Smb2First;

/* Fills in *ret; false if the message is neither a READ response nor a WRITE request. */
bool smb2_first(SmbSpan first, bool response, Smb2First *ret);

/* How many bytes of a message must be collected; as smb1_need. */
uint32_t smb2_need(SmbSpan first, bool response, uint32_t head, uint32_t all);

/* The step that a command is; SMB_STEP_OTHER for unassigned codes. */
SmbStep smb2_step(uint16_t command);
