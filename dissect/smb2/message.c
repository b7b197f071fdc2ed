/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One SMB2 message: header, command table, compounds, and the outer headers of encrypted or
 * compressed messages ([MS-SMB2] 2.2.1, 2.2.41, 2.2.42).
 */
#include "dissect/smb2/message.h"

#include "dissect/smb2/commands.h"

enum {
	ERROR_STRUCTURE_SIZE = 9,
	COMMAND_OFFSET = 12,
	NEXT_COMMAND_OFFSET = 20,
	MESSAGE_ID_OFFSET = 24,
	COMPOUND_ALIGNMENT = 8,
};

typedef enum {
	NEED_ALL,
	NEED_HEAD, /* the payload at its end is not examined */
} Need;

typedef struct {
	const char *name;
	Need need[2]; /* request, response */
	/*
	 * The StructureSizes that it can have; if none, the size is not checked and nothing is
	 * parsed.
	 */
	uint16_t size[2][3];
	Smb2Parse parse[2]; /* NULL: it has no fields of its own */
	SmbStep step;
} Command;

static const Command commands[] = {
	[SMB2_NEGOTIATE] = { "SMB2_NEGOTIATE", .size = { { 36 }, { 65 } },
			     .parse = { smb2_parse_negotiate_request,
					smb2_parse_negotiate_response },
			     .step = SMB_STEP_NEGOTIATE },
	[SMB2_SESSION_SETUP] = { "SMB2_SESSION_SETUP", .size = { { 25 }, { 9 } },
				 .parse = { smb2_parse_session_setup_request,
					    smb2_parse_session_setup_response },
				 .step = SMB_STEP_SESSION_SETUP },
	[SMB2_LOGOFF] = { "SMB2_LOGOFF", .size = { { 4 }, { 4 } }, .step = SMB_STEP_LOGOFF },
	[SMB2_TREE_CONNECT] = { "SMB2_TREE_CONNECT", .size = { { 9 }, { 16 } },
				.parse = { smb2_parse_tree_connect_request,
					   smb2_parse_tree_connect_response },
				.step = SMB_STEP_TREE_CONNECT },
	[SMB2_TREE_DISCONNECT] = { "SMB2_TREE_DISCONNECT", .size = { { 4 }, { 4 } },
				   .step = SMB_STEP_TREE_DISCONNECT },
	[SMB2_CREATE] = { "SMB2_CREATE", .size = { { 57 }, { 89 } },
			  .parse = { smb2_parse_create_request, smb2_parse_create_response },
			  .step = SMB_STEP_OPEN },
	[SMB2_CLOSE] = { "SMB2_CLOSE", .size = { { 24 }, { 60 } },
			 .parse = { smb2_parse_close_request, smb2_parse_close_response },
			 .step = SMB_STEP_CLOSE },
	[SMB2_FLUSH] = { "SMB2_FLUSH", .size = { { 24 }, { 4 } },
			 .parse = { smb2_parse_flush_request }, .step = SMB_STEP_OTHER },
	[SMB2_READ] = { "SMB2_READ", .need = { NEED_ALL, NEED_HEAD }, .size = { { 49 }, { 17 } },
			.parse = { smb2_parse_read_request, smb2_parse_read_response },
			.step = SMB_STEP_READ },
	[SMB2_WRITE] = { "SMB2_WRITE", .need = { NEED_HEAD, NEED_ALL }, .size = { { 49 }, { 17 } },
			 .parse = { smb2_parse_write_request, smb2_parse_write_response },
			 .step = SMB_STEP_WRITE },
	[SMB2_LOCK] = { "SMB2_LOCK", .size = { { 48 }, { 4 } },
			.parse = { smb2_parse_lock_request }, .step = SMB_STEP_LOCK },
	[SMB2_IOCTL] = { "SMB2_IOCTL", .size = { { 57 }, { 49 } },
			 .parse = { smb2_parse_ioctl_request, smb2_parse_ioctl_response },
			 .step = SMB_STEP_TRANSACTION },
	[SMB2_CANCEL] = { "SMB2_CANCEL", .size = { { 4 } }, .step = SMB_STEP_CANCEL },
	[SMB2_ECHO] = { "SMB2_ECHO", .size = { { 4 }, { 4 } }, .step = SMB_STEP_ECHO },
	[SMB2_QUERY_DIRECTORY] = { "SMB2_QUERY_DIRECTORY", .size = { { 33 }, { 9 } },
				   .parse = { smb2_parse_query_directory_request,
					      smb2_parse_output_response },
				   .step = SMB_STEP_SEARCH },
	[SMB2_CHANGE_NOTIFY] = { "SMB2_CHANGE_NOTIFY", .size = { { 32 }, { 9 } },
				 .parse = { smb2_parse_change_notify_request,
					    smb2_parse_output_response },
				 .step = SMB_STEP_NOTIFY },
	[SMB2_QUERY_INFO] = { "SMB2_QUERY_INFO", .size = { { 41 }, { 9 } },
			      .parse = { smb2_parse_query_info_request, smb2_parse_output_response },
			      .step = SMB_STEP_PATH },
	[SMB2_SET_INFO] = { "SMB2_SET_INFO", .size = { { 33 }, { 2 } },
			    .parse = { smb2_parse_set_info_request }, .step = SMB_STEP_PATH },
	/* 24 for oplocks, the others for leases (2.2.23 to 2.2.25). */
	[SMB2_OPLOCK_BREAK] = { "SMB2_OPLOCK_BREAK", .size = { { 24, 36 }, { 24, 36, 44 } },
				.parse = { smb2_parse_oplock_break, smb2_parse_oplock_break },
				.step = SMB_STEP_OPLOCK_BREAK },
	[SMB2_SERVER_TO_CLIENT_NOTIFICATION] = { "SMB2_SERVER_TO_CLIENT_NOTIFICATION",
						 .size = { { 0 }, { 4, 8, 12 } },
						 .parse = { NULL, smb2_parse_notification },
						 .step = SMB_STEP_OTHER },
};

static const Command *
find_command(uint16_t code)
{
	static const Command unassigned = { .step = SMB_STEP_OTHER };

	return code < sizeof(commands) / sizeof(commands[0]) ? &commands[code] : &unassigned;
}

SmbStep
smb2_step(uint16_t command)
{
	return find_command(command)->step;
}

void *
smb2_body(Smb2Block *b, const SmbLayout *layout)
{
	memset(b->storage, 0, layout->size);
	b->out->layout = layout;
	b->out->body = b->storage;
	return b->storage;
}

Smb2FileId
smb2_file_id(Smb2Block *b)
{
	Smb2FileId id;

	id.persistent = smb_reader_le64(&b->at);
	id.volatile_id = smb_reader_le64(&b->at);
	b->facts->has_fid = b->at.status == SMB_READ_OK;
	b->facts->fid = id.volatile_id;
	b->facts->fid_persistent = id.persistent;
	return id;
}

/*
 * An offset points past the fixed fields. A buffer that overlaps them would read their values a
 * second time, which no sender has a reason to do.
 */
static void
check_offset(Smb2Block *b, uint32_t offset)
{
	if (offset < b->at.pos)
		smb_reader_fail(&b->at, SMB_READ_MALFORMED);
}

SmbSpan
smb2_buffer(Smb2Block *b, uint32_t offset, uint32_t length)
{
	SmbSpan span = { NULL, 0 };
	SmbReader at;

	if (length == 0)
		return span;
	check_offset(b, offset);
	at = b->at;
	smb_reader_seek(&at, offset);
	span = smb_reader_span(&at, length);
	smb_reader_fail(&b->at, at.status);
	return span;
}

SmbText
smb2_text(Smb2Block *b, uint32_t offset, uint32_t length)
{
	return (SmbText){ smb2_buffer(b, offset, length), SMB_TEXT_UTF16LE };
}

SmbSpan
smb2_payload(Smb2Block *b, uint32_t offset, uint32_t length)
{
	SmbSpan none = { NULL, 0 };
	SmbReader at;

	if (length == 0)
		return none;
	check_offset(b, offset);
	if (offset > b->at.end || length > b->at.end - offset) {
		smb_reader_fail(&b->at, SMB_READ_MALFORMED);
		return none;
	}
	at = b->at;
	smb_reader_seek(&at, offset);
	return smb_reader_partial(&at, length);
}

/*
 * Notes what the final status of a reader means for the message; `lie` is the anomaly for something
 * that points outside it.
 */
static void
note_status(SmbMessage *m, SmbReadStatus status, SmbAnomaly lie)
{
	if (status == SMB_READ_MALFORMED)
		m->anomalies |= lie;
	if (status == SMB_READ_TRUNCATED)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
}

static void
read_signature(SmbReader *r, SmbMessage *m)
{
	static const uint8_t none[sizeof(m->signature)];

	smb_span_copy(smb_reader_span(r, sizeof(none)), m->signature, sizeof(none));
	m->has_signature = memcmp(m->signature, none, sizeof(none)) != 0;
}

/* 2.2.1.1 and 2.2.1.2, after ProtocolId. Returns NextCommand. */
static uint32_t
read_header(SmbReader *r, SmbMessage *m)
{
	uint32_t status, next;

	if (smb_reader_le16(r) != SMB2_HEADER_SIZE && r->status == SMB_READ_OK) {
		m->anomalies |= SMB_ANOMALY_WORD_COUNT;
		m->foreign = true;
	}
	m->credit_charge = smb_reader_le16(r);
	status = smb_reader_le32(r);
	/* In a request these bytes are the ChannelSequence of SMB 3, not a status. */
	m->status.value = m->response ? status : STATUS_SUCCESS;
	m->channel_sequence = m->response ? 0 : (uint16_t)status;
	m->command = smb_reader_le16(r);
	m->credits = smb_reader_le16(r);
	m->flags = smb_reader_le32(r);
	next = m->next_command = smb_reader_le32(r);
	m->mid = smb_reader_le64(r);
	if (m->flags & SMB2_FLAGS_ASYNC_COMMAND) {
		m->async_id = smb_reader_le64(r);
	} else {
		m->process = smb_reader_le32(r); /* Reserved */
		m->tid = smb_reader_le32(r);
	}
	m->uid = smb_reader_le64(r);
	read_signature(r, m);
	if (r->status == SMB_READ_OK &&
	    m->response != ((m->flags & SMB2_FLAGS_SERVER_TO_REDIR) != 0))
		m->anomalies |= SMB_ANOMALY_REPLY_BIT;
	return next;
}

static bool
is_header(SmbReader r, uint32_t at)
{
	smb_reader_seek(&r, at);
	return smb_reader_le32(&r) == SMB2_PROTOCOL_ID;
}

/*
 * Where the next command of a compound begins (2.2.1.2 NextCommand), 0 if there is none. It lies at
 * or past the end of this header, so that walking a compound advances by at least 64 bytes each
 * time. Windows does not look at its alignment (3.3.5.2.7, <267>).
 */
static uint32_t
checked_next(const SmbReader *r, SmbMessage *m, uint32_t next)
{
	if (next == 0)
		return 0;
	if (next >= SMB2_HEADER_SIZE && next % COMPOUND_ALIGNMENT == 0 && next < r->end)
		return next;
	m->anomalies |= SMB_ANOMALY_ANDX_OFFSET;
	return next >= SMB2_HEADER_SIZE && is_header(*r, next) ? next : 0;
}

/*
 * Whether a response with the StructureSize of an ERROR Response (2.2.2) is one. Four commands have
 * the same StructureSize; their responses with success, or with one of the statuses that 3.3.4.4
 * excepts, are their own.
 */
static bool
is_error_response(const SmbMessage *m, uint16_t structure_size)
{
	static const struct {
		uint16_t command;
		uint32_t status;
	} excepted[] = {
		{ SMB2_SESSION_SETUP, STATUS_MORE_PROCESSING_REQUIRED },
		{ SMB2_QUERY_INFO, STATUS_BUFFER_OVERFLOW },
		{ SMB2_QUERY_DIRECTORY, STATUS_BUFFER_OVERFLOW },
		{ SMB2_CHANGE_NOTIFY, STATUS_NOTIFY_ENUM_DIR },
	};

	/* A request has no status. */
	if (structure_size != ERROR_STRUCTURE_SIZE || m->status.value == STATUS_SUCCESS)
		return false;
	for (size_t i = 0; i < sizeof(excepted) / sizeof(excepted[0]); i++)
		if (excepted[i].command == m->command && excepted[i].status == m->status.value)
			return false;
	return true;
}

static bool
has_size(const Command *command, bool response, uint16_t size)
{
	const uint16_t *sizes = command->size[response];

	return size == sizes[0] || (size != 0 && (size == sizes[1] || size == sizes[2]));
}

/*
 * Everything after StructureSize. If the size is not one of the command's, this is some other body
 * and is not read as the command's.
 */
static void
read_fields(Smb2Block *b, const Command *command)
{
	const SmbMessage *m = b->message;
	Smb2Parse parse = command->parse[m->response];

	if (is_error_response(m, b->structure_size)) {
		smb2_parse_error(b);
	} else if (!has_size(command, m->response, b->structure_size)) {
		b->message->anomalies |= SMB_ANOMALY_WORD_COUNT;
		b->out->status = SMB_READ_MALFORMED;
	} else if (parse) {
		parse(b);
	}
}

/*
 * Which of the numbers that are zero were read, of a body or buffer that could not be read to its
 * end (SmbBlock.there).
 */
static void
note_read(const Command *command, SmbReader body, Smb2Scratch *scratch)
{
	SmbBlock *first = &scratch->message.blocks[0], *again;
	Smb2Facts facts = { .function = -1 };
	SmbMessage copy;
	Smb2Block b = { .message = &copy,
			.facts = &facts,
			.at = body,
			.storage = scratch->there,
			.nested = scratch->nested_there };

	memcpy(&copy, &scratch->message, offsetof(SmbMessage, blocks));
	copy.bytes.ones = b.at.ones = true;
	again = b.out = &copy.blocks[0];
	*again = (SmbBlock){ .command = first->command, .offset = first->offset };
	b.structure_size = smb_reader_le16(&b.at);
	read_fields(&b, command);
	if (again->layout == first->layout)
		first->there = again->body;
	if (again->nested_layout == first->nested_layout)
		first->nested_there = again->nested;
}

static void
read_command(SmbReader body, Smb2Scratch *scratch)
{
	SmbMessage *m = &scratch->message;
	SmbBlock *out = &m->blocks[0];
	const Command *command = find_command(m->command);
	Smb2Block b = { .out = out,
			.message = m,
			.facts = &scratch->facts,
			.at = body,
			.storage = scratch->body,
			.nested = scratch->nested };

	m->n_blocks = 1;
	out->command = m->command;
	out->name = command->name;
	out->offset = SMB2_HEADER_SIZE;
	if (command->size[m->response][0] == 0)
		return;
	b.structure_size = smb_reader_le16(&b.at);
	if (b.at.status == SMB_READ_OK)
		read_fields(&b, command);
	note_status(m, b.at.status, SMB_ANOMALY_FIELDS);
	if (b.at.status != SMB_READ_OK)
		out->status = b.at.status;
	if (out->status != SMB_READ_OK || out->nested_status != SMB_READ_OK)
		note_read(command, body, scratch);
}

/* One command of a compound, after ProtocolId. */
static uint32_t
read_message(SmbReader r, Smb2Scratch *scratch)
{
	SmbMessage *m = &scratch->message;
	SmbReader whole = m->bytes;
	uint32_t next = read_header(&r, m);

	note_status(m, r.status, SMB_ANOMALY_SHORT_HEADER);
	m->partial_header = r.status != SMB_READ_OK;
	if (m->partial_header)
		return 0;
	next = checked_next(&r, m, next);
	if (next == 0) {
		read_command(r, scratch);
		return 0;
	}
	m->bytes = smb_reader_sub(&whole, next);
	read_command(smb_reader_sub(&r, next - SMB2_HEADER_SIZE), scratch);
	if (next < r.limit)
		return next;
	/* The capture cut off the commands after this one: there is nothing to continue with. */
	m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
	return 0;
}

uint32_t
smb2_dissect(SmbReader bytes, bool response, Smb2Scratch *scratch)
{
	SmbMessage *m = &scratch->message;
	SmbReader r = smb_reader_here(bytes);

	memset(m, 0, offsetof(SmbMessage, blocks) + sizeof(m->blocks[0]));
	memset(&scratch->facts, 0, sizeof(scratch->facts));
	scratch->facts.function = -1;
	m->version = 2;
	m->response = response;
	m->bytes = r;
	switch (smb_reader_le32(&r)) {
	case SMB2_PROTOCOL_ID:
		return read_message(r, scratch);
	case SMB2_TRANSFORM_PROTOCOL_ID:
		r = smb2_read_transform(r, m, scratch->body);
		note_status(m, r.status, SMB_ANOMALY_SHORT_HEADER);
		return 0;
	case SMB2_COMPRESSION_PROTOCOL_ID:
		r = smb2_read_compression(r, m, scratch->body);
		note_status(m, r.status, SMB_ANOMALY_SHORT_HEADER);
		return 0;
	}
	if (r.status == SMB_READ_OK)
		m->anomalies |= SMB_ANOMALY_NOT_SMB;
	note_status(m, r.status, SMB_ANOMALY_SHORT_HEADER);
	return 0;
}

uint32_t
smb2_need(SmbSpan first, bool response, uint32_t head, uint32_t all)
{
	SmbReader r = smb_reader_from_span(first);
	uint32_t protocol = smb_reader_le32(&r);
	uint16_t command;

	/* Of an encrypted message only the outer header can be read. */
	if (protocol == SMB2_TRANSFORM_PROTOCOL_ID)
		return head;
	smb_reader_seek(&r, COMMAND_OFFSET);
	command = smb_reader_le16(&r);
	smb_reader_seek(&r, NEXT_COMMAND_OFFSET);
	/* All of a compressed one, too, as the headers of payloads are all over it. */
	if (smb_reader_le32(&r) != 0 || r.status != SMB_READ_OK || protocol != SMB2_PROTOCOL_ID)
		return all;
	return find_command(command)->need[response] == NEED_HEAD ? head : all;
}

bool
smb2_first(SmbSpan first, bool response, Smb2First *ret)
{
	enum { WRITE_FILE_ID = SMB2_HEADER_SIZE + 16 }; /* 2.2.21 */
	SmbReader r = smb_reader_from_span(first);
	uint32_t protocol = smb_reader_le32(&r);
	uint16_t command;

	smb_reader_seek(&r, COMMAND_OFFSET);
	command = smb_reader_le16(&r);
	smb_reader_seek(&r, MESSAGE_ID_OFFSET);
	ret->mid = smb_reader_le64(&r);
	if (!response) {
		smb_reader_seek(&r, WRITE_FILE_ID);
		ret->fid_persistent = smb_reader_le64(&r);
		ret->fid = smb_reader_le64(&r);
	}
	return protocol == SMB2_PROTOCOL_ID && command == (response ? SMB2_READ : SMB2_WRITE) &&
	       r.status == SMB_READ_OK;
}
