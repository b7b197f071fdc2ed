/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this folder share: one command while its parse function works on it, and the
 * functions that the command table names. Private to dissect/smb2. A block lives for one command;
 * its body is in the caller's scratch (message.h), and texts and spans in it point into the
 * message.
 *
 * Adding a command takes one row in message.c's table and a parse function per direction. A parse
 * function reads the fixed fields in the order of the specification, then the buffers by their
 * offsets, into a body struct of its own, and fills in the facts that the command has. It does not
 * check lengths (the reader latches) and keeps no state.
 */
#pragma once

#include "dissect/smb2/message.h"

typedef struct {
	SmbBlock *out;       /* layout, body and status go here */
	SmbMessage *message; /* header and anomalies */
	Smb2Facts *facts;    /* zeroed, function -1 */
	/* After StructureSize; base at this header, end where the next command begins. */
	SmbReader at;
	uint16_t structure_size; /* one of those in the command's row of the table */
	void *storage;           /* for the body: SMB2_BODY */
	void *nested;            /* SMB2_NESTED_MAX bytes for what is in its buffer */
} Smb2Block;

typedef void (*Smb2Parse)(Smb2Block *b);

/* Channel of READ and WRITE (2.2.19, 2.2.21). */
enum {
	SMB2_CHANNEL_NONE = 0,
	SMB2_CHANNEL_RDMA_TRANSFORM = 3,
};

/* Where in the storage of a READ or WRITE body that begins which few of them have. */
enum { SMB2_BODY_EXTRA = 144 };

/* Returns a zeroed struct for the block's body, and sets body and layout in out. */
void *smb2_body(Smb2Block *b, const SmbLayout *layout);
#define SMB2_BODY(b, Type, layout)                                                    \
	({                                                                            \
		_Static_assert(sizeof(Type) <= SMB2_BODY_MAX, "raise SMB2_BODY_MAX"); \
		(Type *)smb2_body((b), (layout));                                     \
	})

/* The two halves of a FileId in a body struct, and their rows. */
typedef struct {
	uint64_t persistent, volatile_id;
} Smb2FileId;
#define SMB2_FILE_ID_FIELDS(Type)                                         \
	SMB_FIELD(Type, U64, id.volatile_id, "fid", .role = SMB_ROLE_FID, \
		  .flags = SMB_FIELD_SHOW_HEX),                           \
		SMB_FIELD(Type, U64, id.persistent, "fid_persistent", .flags = SMB_FIELD_SHOW_HEX)

/*
 * Reads a FileId (2.2.14.1) and notes it in the facts. If all bits of both halves are set, it is
 * the FileId of the previous command (3.2.4.1.4).
 */
Smb2FileId smb2_file_id(Smb2Block *b);

/*
 * The bytes given by an offset (from the header) and a length; absent for a length of 0, whose
 * offset is meaningless. Call it after reading the fixed fields: a buffer that overlaps them or the
 * header is MALFORMED.
 */
SmbSpan smb2_buffer(Smb2Block *b, uint32_t offset, uint32_t length);

/* The same for UTF-16 without terminator. */
SmbText smb2_text(Smb2Block *b, uint32_t offset, uint32_t length);

/*
 * The same for payload, which is not parsed and may have been cut or skipped: only its place is
 * checked, and the span has the bytes that are here.
 */
SmbSpan smb2_payload(Smb2Block *b, uint32_t offset, uint32_t length);

/* The name of an oplock level (2.2.13): "II", "batch" ...; NULL for others. */
const char *smb2_oplock_level_name(uint32_t level);

/*
 * rdma.c: channel information (2.2.19, 2.2.21) or an RDMA transform (2.2.43), given by an offset
 * from the header and a length, in the storage after SMB2_BODY_EXTRA. No layout if there is none.
 */
SmbPart smb2_rdma(Smb2Block *b, uint32_t channel, uint32_t offset, uint32_t length);

/* The name of an RDMA transform (2.2.3.1.6, 2.2.43.1); NULL for an unassigned one. */
const char *smb2_rdma_transform_name(uint32_t value);

/* error.c: an ERROR response (2.2.2), after StructureSize. */
void smb2_parse_error(Smb2Block *b);

/*
 * transform.c: the header of an encrypted (2.2.41) or compressed message (2.2.42), after
 * ProtocolId, into the message; its fields are kept in `storage`, of SMB2_BODY_MAX bytes. Returns
 * the reader after the header, with the failure of it.
 */
SmbReader smb2_read_transform(SmbReader r, SmbMessage *m, void *storage);
SmbReader smb2_read_compression(SmbReader r, SmbMessage *m, void *storage);

void smb2_parse_negotiate_request(Smb2Block *b);
void smb2_parse_negotiate_response(Smb2Block *b);
void smb2_parse_session_setup_request(Smb2Block *b);
void smb2_parse_session_setup_response(Smb2Block *b);
void smb2_parse_tree_connect_request(Smb2Block *b);
void smb2_parse_tree_connect_response(Smb2Block *b);
void smb2_parse_create_request(Smb2Block *b);
void smb2_parse_create_response(Smb2Block *b);
void smb2_parse_close_request(Smb2Block *b);
void smb2_parse_close_response(Smb2Block *b);
void smb2_parse_flush_request(Smb2Block *b);
void smb2_parse_read_request(Smb2Block *b);
void smb2_parse_read_response(Smb2Block *b);
void smb2_parse_write_request(Smb2Block *b);
void smb2_parse_write_response(Smb2Block *b);
void smb2_parse_lock_request(Smb2Block *b);
void smb2_parse_oplock_break(Smb2Block *b);
void smb2_parse_notification(Smb2Block *b);
void smb2_parse_ioctl_request(Smb2Block *b);
void smb2_parse_ioctl_response(Smb2Block *b);
void smb2_parse_query_directory_request(Smb2Block *b);
void smb2_parse_change_notify_request(Smb2Block *b);
void smb2_parse_query_info_request(Smb2Block *b);
void smb2_parse_set_info_request(Smb2Block *b);
/* Responses that consist of one output buffer: QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO. */
void smb2_parse_output_response(Smb2Block *b);
