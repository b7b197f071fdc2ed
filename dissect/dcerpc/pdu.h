/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connection-oriented DCE/RPC, as named pipes carry it (C706 12.6; [MS-RPCE] 2.2.2): one PDU from
 * the bytes of a write or a read. Stateless; what a context id means is known to the code that
 * follows the pipe (conversation/state/pipe.c). A DcePdu owns nothing: its reader points into those
 * bytes.
 */
#pragma once

#include "dissect/exchange.h"
#include "dissect/wire/reader.h"

enum {
	DCE_HEADER_SIZE = 16,
	DCE_ACCEPTED = 0,      /* of an interface: acceptance, C706 12.6.3.1 */
	DCE_FIRST_FRAG = 0x01, /* flags: C706 12.6.3.1 */
	DCE_LAST_FRAG = 0x02,
	DCE_OBJECT_UUID = 0x80,
};

typedef enum { /* PTYPE: C706 12.6.4 */
	       DCE_REQUEST = 0,
	       DCE_RESPONSE = 2,
	       DCE_FAULT = 3,
	       DCE_BIND = 11,
	       DCE_BIND_ACK = 12,
	       DCE_BIND_NAK = 13,
	       DCE_ALTER_CONTEXT = 14,
	       DCE_ALTER_CONTEXT_RESPONSE = 15,
	       DCE_AUTH3 = 16,
	       DCE_SHUTDOWN = 17,
	       DCE_CO_CANCEL = 18,
	       DCE_ORPHANED = 19,
} DcePduType;

/*
 * An interface and its version. The first three parts of the UUID are little-endian here, whatever
 * the byte order of the PDU.
 */
typedef struct {
	uint8_t uuid[16];
	uint16_t version, version_minor;
} DceSyntax;

/* One element of p_cont_list_t: the abstract syntax and the first of the transfer syntaxes. */
typedef struct {
	uint16_t id;
	uint8_t n_transfer;
	DceSyntax interface, transfer;
} DceContext;

/* One element of p_result_list_t. */
typedef struct {
	uint16_t result, reason;
	DceSyntax transfer;
} DceResult;

typedef struct DcePdu {
	uint8_t version, version_minor;
	uint8_t type; /* DcePduType */
	uint8_t flags;
	bool big_endian;
	uint16_t fragment_length, auth_length;
	uint32_t call_id;
	uint16_t max_transmit, max_receive; /* bind, alter_context and the responses to them */
	uint32_t association_group;
	uint8_t n_contexts;     /* as declared: contexts of a bind, results of the response to it */
	SmbReader contexts;     /* where they begin: dce_next_context, dce_next_result */
	uint16_t reject_reason; /* bind_nak */
	uint16_t context_id, opnum;  /* request; response and fault have only the context */
	uint32_t alloc_hint, status; /* status: fault */
	uint32_t stub_length;        /* of this fragment, as declared, with what pads it */
	bool has_trailer;            /* what follows was seen: [MS-RPCE] 2.2.2.11 */
	uint8_t auth_level, padding; /* how it is protected; bytes at its end that are none of it */
	SmbReader stub;              /* these bytes, aligned from their beginning on */
	SmbReadStatus state;         /* whether all of it could be read */
} DcePdu;

enum { DCE_AUTH_PRIVACY = 6 }; /* RPC_C_AUTHN_LEVEL_PKT_PRIVACY: the stub is encrypted */

/*
 * Reads the PDU at the beginning of `bytes`, which may hold less of it than it declares. False if
 * it is not a PDU: another version, or a fragment length shorter than the header.
 */
bool dce_pdu_read(SmbReader bytes, DcePdu *ret_pdu);

/*
 * A raw write of SMB1 that begins a message has the message's length before it ([MS-CIFS] 2.2.4.43.1):
 * its bytes without that. `total`: how many there are, of which some may not be here.
 */
SmbSpan dce_without_length(SmbSpan data, uint32_t *total);

/* Whether bytes that are too few for a header can be the beginning of one. */
bool dce_pdu_may_begin(SmbSpan bytes);

/*
 * Reads the next of n_contexts (of a bind, of the response to one) and moves `contexts` past it;
 * false if the bytes end.
 */
bool dce_next_context(DcePdu *pdu, DceContext *ret_context);
bool dce_next_result(DcePdu *pdu, DceResult *ret_result);

/* "REQUEST", "BINDACK": the names that Suricata's EVE uses; NULL for an unknown type. */
const char *dce_type_name(uint8_t type);

/*
 * interfaces.c: "srvsvc", "NetrShareEnum", as published in the protocol documents; NULL if unknown.
 */
const char *dce_interface_name(const uint8_t uuid[16]);
const char *dce_operation_name(const uint8_t uuid[16], uint16_t opnum);

/*
 * arguments.c: what a request asks for, as far as it is in this fragment. False if that is not read
 * of this operation, or cannot be. The texts point into the PDU.
 */
bool dce_arguments_read(const DcePdu *pdu, const char *interface, SmbRpcArguments *ret_arguments);
/*
 * The handle that a response to that operation gives, where its end is here and not encrypted; false
 * if there is none, or it cannot be read. `interface` may be NULL.
 */
bool dce_given_handle_read(const DcePdu *pdu, const char *interface, uint16_t opnum,
			   uint8_t ret_handle[SMB_RPC_HANDLE]);
/* Whether it reads that operation. `interface` may be NULL. */
bool dce_arguments_are_read(const char *interface, uint16_t opnum);
/* Whether calls of that interface say what is done to a server, by their operation or arguments. */
bool dce_interface_is_telling(const char *interface);
/*
 * What a response ends with: the return value, by the conventions of Windows ([MS-DTYP] 2.2.61: 0
 * is success). False if its end is not here, or encrypted. NDR64 has nothing after it that would be
 * aligned.
 */
bool dce_result_read(const DcePdu *pdu, uint32_t *ret_result);
