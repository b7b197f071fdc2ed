/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the tests of pipes: PDUs of DCE/RPC (C706 12.6.4), and a connection with an open pipe over SMB1
 * or SMB2 that carries them. What each exchange reports of RPC is put down as a line.
 *
 *     pdu_bind, pdu_request ... --> GByteArray -- pipe_write, pipe_transact ... --> PipeRig
 *
 * A test begins with pipe_begin, and ends with pipe_end, which compares the lines and frees all.
 */
#pragma once

#include <glib.h>

#include "dissect/dcerpc/pdu.h"
#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum {
	PDU_FIRST_AND_LAST = 3,
	PIPE_FID = 7,
	PIPE_SHARE = 2, /* ShareType: [MS-SMB2] 2.2.10 */
	DISK_SHARE = 1,
	NO_ANDX = 0xFF,
};

extern const uint8_t pdu_srvsvc[16], pdu_wkssvc[16];

typedef struct {
	GString *lines;
	uint64_t limits;
	uint32_t n_pipes;
} PipeLog;

typedef struct {
	int version;
	PipeLog log;
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
	uint16_t mid;
} PipeRig;

#define PIPE_BOUND "BIND>BINDACK #1 srvsvc/0=0; "

/* A BIND or ALTER_CONTEXT of n contexts with ids from first_id on, all of one interface. */
GByteArray *pdu_bind(uint8_t type, uint32_t call_id, uint16_t first_id, const uint8_t *uuid,
		     uint8_t n);
/* The answer to one: n contexts with a result. */
GByteArray *pdu_ack(uint8_t type, uint32_t call_id, uint8_t n, uint16_t result);
/* A call or answer with so many bytes of zeros; flags: PDU_FIRST_AND_LAST for a whole one. */
GByteArray *pdu_call(uint8_t type, uint8_t flags, uint32_t call_id, uint16_t context,
		     uint16_t opnum, unsigned stub);
/* A whole request of 40 bytes. */
GByteArray *pdu_request(uint32_t call_id, uint16_t context, uint16_t opnum);
/* A whole response of 40 bytes. */
GByteArray *pdu_response(uint32_t call_id);
/* A fault instead of a response. */
GByteArray *pdu_fault(uint32_t call_id, uint32_t status);
/* One after the other; the second is used up. */
GByteArray *pdu_both(GByteArray *a, GByteArray *b);

/* Feeds a message, which is used up. */
void pipe_feed(PipeRig *r, SmbDir dir, GByteArray *message);
/* The header of the next SMB2 request. */
Build2Header pipe_header2(PipeRig *r, uint16_t command);
/* An SMB2 TREE_CONNECT and its answer, with a ShareType. */
void pipe_tree2(PipeRig *r, uint8_t type);
/* Opens the pipe by SMB1. */
void pipe_open1(PipeRig *r);
/* Opens the pipe by SMB2. */
void pipe_open2(PipeRig *r);
/* A connection on which nothing was said yet. */
void pipe_begin_unopened(PipeRig *r, int version);
/* A connection with an open pipe; version: 1 or 2. */
void pipe_begin(PipeRig *r, int version);
/* Ends the connection, and compares what its exchanges reported. */
void pipe_end(PipeRig *r, const char *lines);
/* An SMB1 WRITE_ANDX and its answer. */
void pipe_write1(PipeRig *r, const uint8_t *bytes, guint n, uint16_t mode);
/* The answer to an SMB2 READ. */
void pipe_answer_read2(PipeRig *r, Build2Header h, const uint8_t *bytes, guint n);
/* An SMB2 READ without its answer; returns its header. */
Build2Header pipe_ask_read2(PipeRig *r);
/* Writes n bytes of a PDU from `at` on; n 0: to its end. */
void pipe_write_part(PipeRig *r, const GByteArray *pdu, guint at, guint n);
/* Reads n bytes of a PDU from `at` on; n 0: to its end. */
void pipe_read_part(PipeRig *r, const GByteArray *pdu, guint at, guint n);
/* Writes a PDU, which is used up. */
void pipe_write(PipeRig *r, GByteArray *pdu);
/* Reads a PDU, which is used up. */
void pipe_read(PipeRig *r, GByteArray *pdu);
/* An SMB2 IOCTL and its answer, with a status. */
void pipe_ioctl2(PipeRig *r, uint32_t code, const GByteArray *in, const GByteArray *out,
		 uint32_t status);
/* Writes a PDU and reads another in one transaction; both are used up. */
void pipe_transact(PipeRig *r, GByteArray *in, GByteArray *out);
/* Binds srvsvc as context 0; PIPE_BOUND is what that reports. */
void pipe_bind(PipeRig *r);
