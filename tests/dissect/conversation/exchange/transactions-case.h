/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tests of transactions in parts share: a connection, messages of SMB1's transactions, and
 * what was told of them. Each test begins with start() and ends with stop(), which asserts that
 * nothing is left of its memory.
 */
#pragma once

#include <check.h>
#include <glib.h>
#include <string.h>

#include "dissect/conversation/context.h"
#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_TRANSACTION = 0x25,
	COM_TRANSACTION2 = 0x32,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_TRANSACT = 0xA0,
	SET_PATH_INFORMATION = 6,
	PID = 7,
	MESSAGE_MAX = 200, /* bytes collected of a message, and of a transaction */
};

typedef struct {
	uint32_t read; /* messages with a reading of their transaction */
	uint32_t exchanges, incomplete, limits;
	uint32_t anomalies, size; /* of the last message, and of what was read with it */
	char layout[64], about[64], name[16]; /* name: of the file of the last open */
	SmbExchange last;
	uint64_t frame;
} Seen;

/* Both sections of a transaction, and what of them a message has. */
typedef struct {
	uint16_t total_parameters, total_data;
	uint16_t p_at, p_len, d_at, d_len;
	const char *rap;  /* the parameters; NULL: those of SET_PATH_INFORMATION */
	const char *data; /* NULL: zeros */
} Part;

extern Seen seen; /* since start() */
extern SmbContext *context;
extern SmbConnection *connection;

/* Bytes of zero, for the data of any part. */
extern const uint8_t data[600];

void start(void);
void stop(void);

/* Feeds the message to the connection as bytes of exactly its size, and frees it. */
void send_message(SmbDir dir, GByteArray *message);

GByteArray *message_of(uint8_t command, bool reply, uint16_t mid, uint16_t pid);

/*
 * Appends a block of these words and its bytes: `name`, if there is one, then both sections of the
 * part, whose offsets are counted from the SMB header. The number of its parameters stands in the
 * word `counts`.
 */
void append_part(GByteArray *message, const uint16_t *head, uint8_t n_words, int counts,
		 const Part *p, const char *name);

/* Sends a TRANSACTION2 request of this subcommand, or of SET_PATH_INFORMATION. */
void ask_for(uint16_t function, Part p);
void ask(Part p);

/* Sends a secondary request: with these ids, or with those of ask(). */
void go_on_as(uint16_t mid, uint16_t pid, Part p);
void go_on(Part p);

/* Sends an answer to ask(). */
void answer(Part p);
