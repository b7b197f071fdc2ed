/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A RAP request, as its own message has it and as its response is read by: a response comes without
 * its function, level and descriptors, so the first bytes of its request are kept
 * (Smb1Transaction.asked) and read again. Private to rap.c and rap-request.c. What is read lies in
 * the message; nothing is owned.
 */
#pragma once

#include "dissect/smb1/transaction/rap.h"

/* Bytes that may hold a password. */
#define RAP_BYTES_FIELD(Type, member) \
	SMB_FIELD(Type, HEX, member, #member, .flags = SMB_FIELD_SECRET)

enum { FN_PRINT_JOB_GET_INFO = 0x4D };

typedef struct {
	uint16_t function, level, receive_buffer_size, send_buffer_size, parameter_number, job_id;
	bool has_level;
	uint32_t filter; /* types of servers requested: 2.5.5.2.1 */
	SmbText parameter_descriptor, data_descriptor, auxiliary_descriptor;
	SmbText name, second_name;
	/* What follows the descriptors, for a function whose parameters may hold secrets. */
	SmbSpan arguments, data;
} RapRequest;

/* The next item of a descriptor: its letter and its repeat count. */
typedef struct {
	char letter;
	uint32_t count;
	bool counted;
} RapItem;

/* The reader of a descriptor, which is no longer than any of [MS-RAP] by far. */
SmbReader smb1_rap_descriptor(SmbText text);
/* False where the descriptor ends, or is none. */
bool smb1_rap_next_item(SmbReader *descriptor, RapItem *item);
/*
 * Reads as much of a request as `r` has, because a response is read with only the first bytes of
 * its request.
 */
void smb1_rap_read_request(SmbReader *r, RapRequest *body);
/* The request of a call, as smb1_rap_parse. */
void smb1_rap_request(const Smb1Transaction *t, Smb1Nested *nested);
