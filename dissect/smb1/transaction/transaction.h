/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What TRANSACTION, TRANSACTION2 and NT_TRANSACT share: the counts and offsets of each message, its
 * setup words, and the section of parameters. Each message is read by itself here: of a transaction
 * spread over several, only the counts are read. Bodies are in the message's scratch (message.h);
 * the parts borrow its bytes.
 */
#pragma once

#include "dissect/smb1/message.h"

/*
 * Counts and offsets, in bytes. The two older commands have them in 16 bits on the wire; requests
 * have no displacements.
 */
typedef struct {
	uint32_t total_parameter_count, total_data_count;
	uint32_t parameter_count, parameter_offset, parameter_displacement;
	uint32_t data_count, data_offset, data_displacement;
} Smb1TransactionCounts;

typedef struct {
	Smb1TransactionCounts counts;
	uint32_t max_parameter_count, max_data_count;
	uint8_t max_setup_count;
	uint16_t flags;   /* not in NT_TRANSACT */
	uint32_t timeout; /* not in NT_TRANSACT */
	uint8_t setup_count;
	uint16_t function; /* Setup[0] of TRANSACTION and TRANSACTION2, Function of NT_TRANSACT */
	SmbList setup;     /* items: smb1_setup_word */
	SmbReader parameters; /* the part in this message */
} Smb1TransactionRequest;

typedef struct {
	Smb1TransactionCounts counts;
	uint16_t fid; /* TRANSACTION2 only */
} Smb1TransactionSecondary;

typedef struct {
	Smb1TransactionCounts counts;
	uint8_t setup_count;
	SmbList setup; /* items: smb1_setup_word */
} Smb1TransactionResponse;

/* Layout of an item of `setup`: a bare 16-bit word. */
extern const SmbLayout smb1_setup_word;
/* For secondaries without a FID and responses of all three commands. */
extern const SmbLayout smb1_transaction_secondary, smb1_transaction_response;

/* Rows of a layout for a Smb1TransactionCounts that is member `at` of a body. */
#define SMB1_TOTAL_FIELDS(Type, at)                                             \
	SMB_FIELD(Type, U32, at.total_parameter_count, "total_parameter_count", \
		  .role = SMB_ROLE_TOTAL_PARAMETER_COUNT),                      \
		SMB_FIELD(Type, U32, at.total_data_count, "total_data_count",   \
			  .role = SMB_ROLE_TOTAL_DATA_COUNT)
#define SMB1_PART_FIELDS(Type, at)                                                              \
	SMB_FIELD(Type, U32, at.parameter_count, "parameter_count",                             \
		  .role = SMB_ROLE_PARAMETER_COUNT),                                            \
		SMB_FIELD(Type, U32, at.parameter_offset, "parameter_offset",                   \
			  .role = SMB_ROLE_PARAMETER_OFFSET),                                   \
		SMB_FIELD(Type, U32, at.data_count, "data_count", .role = SMB_ROLE_DATA_COUNT), \
		SMB_FIELD(Type, U32, at.data_offset, "data_offset", .role = SMB_ROLE_DATA_OFFSET)
#define SMB1_DISPLACEMENT_FIELDS(Type, at)                                         \
	SMB_FIELD(Type, U32, at.parameter_displacement, "parameter_displacement"), \
		SMB_FIELD(Type, U32, at.data_displacement, "data_displacement")

/*
 * Rows for a Smb1TransactionRequest that is member `head` of a body: those that NT_TRANSACT has,
 * and all.
 */
#define SMB1_NT_TRANSACT_REQUEST_FIELDS(Type)                                          \
	SMB1_TOTAL_FIELDS(Type, head.counts),                                          \
		SMB_FIELD(Type, U32, head.max_parameter_count, "max_parameter_count"), \
		SMB_FIELD(Type, U32, head.max_data_count, "max_data_count"),           \
		SMB_FIELD(Type, U8, head.max_setup_count, "max_setup_count"),          \
		SMB1_PART_FIELDS(Type, head.counts),                                   \
		SMB_FIELD(Type, U8, head.setup_count, "setup_count"),                  \
		SMB_FIELD(Type, LIST, head.setup, "setup", .role = SMB_ROLE_SETUP,     \
			  .items = &smb1_setup_word)
#define SMB1_TRANSACTION_REQUEST_FIELDS(Type)                                           \
	SMB1_NT_TRANSACT_REQUEST_FIELDS(Type),                                          \
		SMB_FIELD(Type, U16, head.flags, "flags", .flags = SMB_FIELD_SHOW_HEX), \
		SMB_FIELD(Type, U32, head.timeout, "timeout")

/*
 * Reads the words of a TRANSACTION or TRANSACTION2 request, up to and including the setup words;
 * function is Setup[0], 0 if none.
 */
void smb1_transaction_request_words(Smb1Block *b, Smb1TransactionRequest *t);

/* Reads the next `count` words as a list. */
SmbList smb1_setup_words(Smb1Block *b, uint8_t count);

/* Reads the 32-bit counts and offsets of NT_TRANSACT's secondary requests and responses. */
void smb1_transaction_counts32(SmbReader *words, Smb1TransactionCounts *counts);

/*
 * Finds the sections of parameters and data, which are given by offsets from the SMB header, and
 * latches errors in b->bytes. Returns the parameters: empty if there are none.
 */
SmbReader smb1_transaction_sections(Smb1Block *b, const Smb1TransactionCounts *counts);

/* True if this message has all the parameters, so that they can be parsed right away. */
bool smb1_transaction_is_whole(const Smb1TransactionCounts *counts);

/*
 * One message's part of a transaction, for the code that reassembles them. All bodies of the three
 * commands, their secondaries and their responses begin with a Smb1TransactionCounts, those of
 * requests with a Smb1TransactionRequest: it is read from there.
 */
typedef struct {
	Smb1TransactionCounts counts;
	SmbSpan parameters, data;              /* as much as is here; not more than the counts */
	const Smb1TransactionRequest *request; /* of the first message of a request, else NULL */
} Smb1TransactionPart;

/* False if the block is not part of a transaction, or its counts cannot be read. */
bool smb1_transaction_part(const SmbMessage *m, const SmbBlock *block, Smb1TransactionPart *part);

/* True for TRANSACTION, TRANSACTION2 and NT_TRANSACT. */
static inline bool
smb1_is_transaction(uint16_t command)
{
	return command == SMB_COM_TRANSACTION || command == SMB_COM_TRANSACTION2 ||
	       command == SMB_COM_NT_TRANSACT;
}

/* The command that a secondary continues; 0 if `secondary` is any other command. */
static inline uint16_t
smb1_transaction_primary(uint16_t secondary)
{
	return smb1_is_transaction(secondary - 1u) ? secondary - 1u : 0;
}

/* True if further parts must follow. */
bool smb1_transaction_goes_on(const Smb1TransactionCounts *counts);

/*
 * True if a name begins with these capital letters or, with `whole`, is equal to them; case does
 * not matter.
 */
bool smb1_transaction_name_begins(SmbText name, const char *capitals, bool whole);
/*
 * Whether a function of TRANSACTION writes to a pipe, which it names by a FID. Samba takes any name
 * that begins with \PIPE, also one that does not end before the data, and some clients write
 * "\srvsvc".
 */
bool smb1_transaction_writes_pipe(int32_t function);
