/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of a transaction: its parameters and data, reassembled from all parts and read by
 * subcommand and information level. Stateless: everything that a reading depends on is in the
 * Smb1Transaction; the conversation keeps the request's share of it until the response. A reading's
 * body is in Smb1Nested.storage, which is the caller's; texts, spans and lists in it point into the
 * reassembled sections.
 *
 * A row of a table names a parse function for the request and one for the response. Each reads
 * `parameters` and `data` in the order of its section into a body of its own and names the layout
 * that describes it, exactly as the parse functions of commands do (message.h).
 */
#pragma once

#include "dissect/smb1/message.h"

enum {
	SMB1_SETUP_MAX = 8, /* setup words kept; more are skipped */
	/* bytes of the request's parameters kept for its response (RAP descriptors) */
	SMB1_ASKED_MAX = 512,
	SMB1_NESTED_MAX = 1024, /* bytes of the largest body */
};

typedef struct {
	uint8_t command; /* SMB_COM_TRANSACTION, _TRANSACTION2 or _NT_TRANSACT */
	bool response;
	bool unicode;
	const SmbEncoding *oem; /* of its OEM strings; NULL: code page 437 */
	/* no single message had all the parameters: those of a request no layout shows yet */
	bool late;
	bool ones;        /* SmbReader.ones, for SmbBlock.nested_there */
	int32_t function; /* of the request: setup[0], or NT_TRANSACT's Function; -1 unknown */
	int32_t level;    /* information level of the request; -1 none, or unknown */
	SmbText name; /* of the request: "\PIPE\LANMAN", "\MAILSLOT\BROWSE"; absent for others */
	uint16_t setup[SMB1_SETUP_MAX];
	uint32_t n_setup;
	SmbSpan parameters; /* complete, or as much as was received */
	SmbSpan data;
	uint32_t total_parameters, total_data; /* as declared last */
	SmbSpan asked; /* response: the request's parameters, the first SMB1_ASKED_MAX bytes */
	SmbReadStatus status; /* TRUNCATED if parts are missing */
} Smb1Transaction;

/* A reader over the parameters; those that were not received count as cut off. */
static inline SmbReader
smb1_parameters_reader(const Smb1Transaction *t)
{
	SmbReader r = smb_reader_new(t->parameters.ptr, t->parameters.len, t->total_parameters);

	r.oem = t->oem;
	r.ones = t->ones;
	return r;
}

/* The same, over the data. */
static inline SmbReader
smb1_data_reader(const Smb1Transaction *t)
{
	SmbReader r = smb_reader_new(t->data.ptr, t->data.len, t->total_data);

	r.oem = t->oem;
	r.ones = t->ones;
	return r;
}

/* Where a reading goes. */
typedef struct {
	const SmbLayout *layout; /* NULL: nothing could be read */
	const void *body;
	SmbReadStatus status;
	Smb1Facts *facts; /* name, name_to, fid, open facts, level: as of a command */
	void *storage;    /* SMB1_NESTED_MAX bytes, aligned to 8; zeroed by smb1_nested */
} Smb1Nested;

/* Returns a zeroed struct of `size` bytes in the storage, and sets body. */
void *smb1_nested(Smb1Nested *nested, size_t size);
#define SMB1_NESTED(nested, Type)                                                         \
	({                                                                                \
		_Static_assert(sizeof(Type) <= SMB1_NESTED_MAX, "raise SMB1_NESTED_MAX"); \
		(Type *)smb1_nested((nested), sizeof(Type));                              \
	})

typedef void (*Smb1TransactionParse)(const Smb1Transaction *t, Smb1Nested *nested);

/*
 * A row of the table of parse functions, one for each of the three kinds of transaction
 * (subcommands.c).
 */
typedef struct {
	uint8_t command; /* SMB_COM_TRANSACTION, _TRANSACTION2 or _NT_TRANSACT */
	Smb1TransactionParse parse;
} Smb1Subcommands;

/* Reads one direction of a transaction that is complete or was given up (subcommands.c). */
void smb1_transaction_parse(const Smb1Transaction *t, Smb1Nested *nested);
/*
 * The same into the nested fields of a block, and facts. If it could not be read
 * to its end, it is read again for nested_there. `storage` and `there` have SMB1_NESTED_MAX bytes.
 */
void smb1_transaction_read(const Smb1Transaction *t, Smb1Facts *facts, SmbBlock *block,
			   void *storage, void *there);
/* The same for SMB_COM_TRANSACTION, which is selected by its name: pipes, RAP, mailslots. */
void smb1_transaction_name_parse(const Smb1Transaction *t, Smb1Nested *nested);
