/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS name service (RFC 1002 4.2): queries, registrations, refreshes, releases, node status.
 * Stateless. The reader passed in begins at the header, because compressed names count from there.
 * Nothing is owned: lists and spans point into the packet and are decoded while they are walked;
 * the texts of a name point into its struct, which therefore must not be moved.
 */
#pragma once

#include "dissect/netbios/session.h"

enum {
	/* a name has 255 bytes at most (RFC 1002 4.1), 33 go to its first label */
	SMB_NAME_SCOPE_MAX = 222,
	SMB_NAME_QUERY = 0,
	SMB_NAME_REGISTRATION = 5,
	SMB_NAME_RELEASE = 6,
	SMB_NAME_WACK = 7,
	SMB_NAME_REFRESH = 8,
	SMB_NAME_REFRESH_ALSO = 9, /* the RFC has both values: 4.2.1.1 and 4.2.4 */
	SMB_NAME_MULTIHOMED = 15,
	SMB_NAME_TYPE_A = 0x0001,
	SMB_NAME_TYPE_NS = 0x0002,
	SMB_NAME_TYPE_NULL = 0x000A,
	SMB_NAME_TYPE_NB = 0x0020,
	SMB_NAME_TYPE_NBSTAT = 0x0021,
};

/* A name with its scope. The texts point into the struct itself: it must not be moved. */
typedef struct {
	SmbNetbiosName name; /* empty, and the text absent, if its letters are invalid */
	bool lies;           /* its letters are invalid, or it is longer than a name can be */
	uint8_t scope_len;
	uint8_t scope_bytes[SMB_NAME_SCOPE_MAX];
	SmbText text, scope; /* the scope, or absent */
} SmbScopedName;

/*
 * Reads labels and pointers; pointers may only lead backwards, and only a few times. A bad pointer
 * is skipped, because what follows it can still be read. False, and r latched, if the end of the
 * name is not found.
 */
bool smb_scoped_name_read(SmbReader *r, SmbScopedName *ret_name);

typedef struct {
	SmbScopedName name;
	uint16_t type, class;
} SmbNameQuestion;

typedef struct {
	bool group;
	uint8_t node_type; /* B, P, M, H */
	SmbSpan address;
} SmbNameAddress;

typedef struct {
	SmbNetbiosName plain;
	SmbText name;
	uint8_t suffix;
	bool group;
	uint8_t node_type;
	bool releasing, conflict, active, permanent;
} SmbNameOfNode;

typedef struct {
	SmbScopedName name;
	uint16_t type, class;
	uint32_t ttl;
	SmbList addresses; /* SmbNameAddress; NB */
	SmbList names;     /* SmbNameOfNode; node status */
	SmbSpan unit_id;   /* node status: the adapter's address, 6 bytes */
	SmbSpan address;   /* A */
} SmbNameRecord;

typedef struct {
	const char *type; /* "query", "node_status", "registration" ... */
	uint16_t id;
	bool response;
	uint8_t opcode;
	uint8_t flags; /* NM_FLAGS */
	uint8_t rcode;
	SmbText error; /* name of rcode; absent if 0 */
	uint16_t n_questions, n_answers, n_authorities, n_additional;
	SmbList questions; /* SmbNameQuestion */
	SmbList records;   /* SmbNameRecord, of all three sections */
	/* The first question's name, else the first record's. */
	bool has_name;
	SmbScopedName name;
	bool lies; /* one of its names does */
} SmbNameMessage;

extern const SmbLayout smb_name_message_layout;

/*
 * Reads a message. *ret_message has everything that could be read, whatever the status of r; false
 * if not even the header could be.
 */
bool smb_name_message_read(SmbReader *r, SmbNameMessage *ret_message);
