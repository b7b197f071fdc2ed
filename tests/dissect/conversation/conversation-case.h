/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of conversations share: one connection, its messages, and what was told of them. */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_CLOSE = 0x04,
	COM_READ_RAW = 0x1A,
	COM_LOCKING = 0x24,
	COM_ECHO = 0x2B,
	COM_OPEN_ANDX = 0x2D,
	COM_READ_ANDX = 0x2E,
	COM_NEGOTIATE = 0x72,
	COM_TREE_CONNECT = 0x70,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_CANCEL = 0xA4,
	NO_ANDX = 0xFF,
};

/* What happened, in the order in which it was told. */
typedef struct {
	SmbExchange x[256];
	uint32_t n_exchanges;
	uint64_t told, gaps, gap_bytes, gap_frame, skipped, netbios, opened, ended;
	uint64_t messages, response_to[256];
	SmbNetbios last_netbios;
	SmbConnectionInfo last; /* pointers in it are gone */
	uint32_t outstanding_max;
	char name[64];    /* of the file of the last exchange */
	bool share_logon; /* a tree connect was an attempt, and of this kind */
	SmbPasswordType share_password;
} Log;

void conversation_on_event(void *user, const SmbEvent *e);

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *connection;
	uint64_t frame;
} Fixture;

extern Fixture fixture;

void conversation_start(uint16_t port, bool midstream);

/* Bytes in a heap block of their own size, so that reading beyond them is seen. */
SmbConnectionState conversation_feed_bytes(SmbDir dir, const void *bytes, size_t n);

void conversation_feed(SmbDir dir, GByteArray *message);
void conversation_gap(SmbDir dir, uint64_t missing);
void conversation_stop(SmbEnd why);

/* ---- messages ---- */

GByteArray *conversation_simple(uint8_t command, bool reply, uint16_t mid);
GByteArray *conversation_open_request(uint16_t mid, const char *name);
GByteArray *conversation_open_response(uint16_t mid, uint16_t fid);
GByteArray *conversation_read_request(uint16_t mid, uint16_t fid, uint32_t offset, uint16_t count);
GByteArray *conversation_read_response(uint16_t mid, uint16_t count);
GByteArray *conversation_failure(uint8_t command, uint16_t mid, uint32_t status);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void conversation_add_loss(TCase *tc);
