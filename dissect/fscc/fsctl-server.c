/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control codes about the server, its pipes and its shares: [MS-SMB2] 2.2.31 and 2.2.32, [MS-SMB]
 * 2.2.7.2, pipes of [MS-FSCC] 2.3, [MS-SQOS] 2.2.
 */
#include "dissect/fscc/fsctl.h"
#include "dissect/wire/codes.h"

#define LAYOUTS FSCC_FSCTL_LAYOUTS
#define N64 FSCC_N64
#define N32 FSCC_N32
#define N16 FSCC_N16
#define N8 FSCC_N8

enum { RESUME_KEY_SIZE = 24, HASH_FILE_HEAD = 24 };

/* ---- Copies: [MS-SMB2] 2.2.31.1, 2.2.32.1, 2.2.32.3 ---- */

static const SmbField chunk_fields[] = {
	SMB_FIELD(FsccFsctlItem, U64, n64[0], "source_offset"),
	SMB_FIELD(FsccFsctlItem, U64, n64[1], "target_offset"),
	SMB_FIELD(FsccFsctlItem, U32, n32[0], "length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(FsccFsctlItem, U32, n32[1], "reserved", .flags = SMB_FIELD_NONZERO),
};
static SMB_LAYOUT(chunk, FsccFsctlItem, "chunk");
LAYOUTS(copy, "FSCTL_SRV_COPYCHUNK request", FSCC_HEX(0, "resume_key"), N32(0, "chunks"),
	FSCC_LIST("chunk_list", chunk));
LAYOUTS(copied, "FSCTL_SRV_COPYCHUNK response", N32(0, "chunks_written"),
	N32(1, "chunk_bytes_written"), N32(2, "total_bytes_written"));
LAYOUTS(key, "FSCTL_SRV_REQUEST_RESUME_KEY response", FSCC_HEX(0, "resume_key"));

static void
rest_key(SmbReader *r, FsccFsctl *body)
{
	body->bytes[0] = smb_reader_span(r, RESUME_KEY_SIZE);
}

static void
rest_copy(SmbReader *r, FsccFsctl *body)
{
	rest_key(r, body);
	body->n32[0] = smb_reader_le32(r);
	smb_reader_skip(r, 4); /* Reserved */
	body->list = fscc_fixed_list(r, &chunk, body->n32[0]);
}

/* ---- Snapshots: [MS-SMB] 2.2.7.2.2.1, [MS-SMB2] 2.2.32.2 ---- */

typedef struct {
	SmbText name;
} Snapshot;
static const SmbField snapshot_fields[] = { SMB_FIELD(Snapshot, TEXT, name, NULL) };
static SMB_LAYOUT(snapshot, Snapshot, "snapshot");
LAYOUTS(snapshots, "FSCTL_SRV_ENUMERATE_SNAPSHOTS response", N32(0, "snapshots"),
	N32(1, "snapshots_returned"), N32(2, "snapshot_array_size"),
	FSCC_LIST("snapshot_names", snapshot));

/* A sequence of names, the last one empty. */
static bool
next_snapshot(SmbList *list, void *item)
{
	Snapshot *next = item;

	next->name = smb_reader_string(&list->at, true);
	return !smb_text_is_empty(next->name);
}

static void
rest_snapshots(SmbReader *r, FsccFsctl *body)
{
	SmbReader names = *r;

	/* All that is left, if the array is larger: it may say how much room it needs. */
	body->list = (SmbList){ .at = smb_reader_sub(&names, body->n32[2]), .next = next_snapshot };
}

/* ---- Hashes of contents: [MS-SMB2] 2.2.31.2, 2.2.32.4 ---- */

LAYOUTS(hash, "FSCTL_SRV_READ_HASH request", N32(0, "hash_type"), N32(1, "hash_version"),
	N32(2, "hash_retrieval_type"), N32(3, "length"), N64(0, "hash_offset"));
LAYOUTS(hashes, "FSCTL_SRV_READ_HASH response", FSCC_HEX(0, "buffer"), N32(0, "buffer_length"),
	N64(0, "offset", .flags = SMB_FIELD_OPTIONAL),
	N64(1, "file_data_offset", .flags = SMB_FIELD_OPTIONAL),
	N64(2, "file_data_length", .flags = SMB_FIELD_OPTIONAL));

/*
 * Either SRV_HASH_RETRIEVE_FILE_BASED or SRV_HASH_RETRIEVE_HASH_BASED, which the request has asked
 * for. Only one of them has a length that fits the buffer.
 */
static void
rest_hashes(SmbReader *r, FsccFsctl *body)
{
	SmbReader at = *r;
	bool file;

	body->n64[0] = body->n64[1] = body->n64[2] = SMB_FIELD_NONE;
	smb_reader_skip(&at, HASH_FILE_HEAD - 8);
	file = smb_reader_le32(&at) + HASH_FILE_HEAD == r->end - r->pos;
	if (at.status == SMB_READ_TRUNCATED) {
		smb_reader_fail(r, SMB_READ_TRUNCATED);
		return;
	}
	body->n64[file ? 1 : 0] = smb_reader_le64(r);
	if (file)
		body->n64[2] = smb_reader_le64(r);
	body->n32[0] = smb_reader_le32(r);
	smb_reader_skip(r, 4); /* Reserved */
	body->bytes[0] = smb_reader_span(r, body->n32[0]);
}

/* ---- What the server and the client can do: [MS-SMB2] 2.2.31.4, 2.2.32.6, 2.2.31.3 ---- */

typedef struct {
	uint16_t dialect;
} Dialect;
static const SmbField dialect_fields[] = { SMB_FIELD(Dialect, U16, dialect, NULL) };
static SMB_LAYOUT(dialect, Dialect, "dialect");
#define VALIDATE                                             \
	FSCC_FLAGS(0, "capabilities"), FSCC_GUID(0, "guid"), \
		N16(0, "security_mode", .flags = SMB_FIELD_SHOW_HEX)
LAYOUTS(validate, "FSCTL_VALIDATE_NEGOTIATE_INFO request", VALIDATE, N16(1, "dialect_count"),
	FSCC_LIST("dialects", dialect));
LAYOUTS(validated, "FSCTL_VALIDATE_NEGOTIATE_INFO response", VALIDATE,
	N16(1, "dialect", .flags = SMB_FIELD_SHOW_HEX));
LAYOUTS(resiliency, "FSCTL_LMR_REQUEST_RESILIENCY request", N32(0, "timeout"),
	FSCC_RESERVED32(1, "reserved"));

static bool
next_dialect(SmbList *list, void *item)
{
	if (!list->form)
		return false;
	list->form--;
	((Dialect *)item)->dialect = smb_reader_le16(&list->at);
	return list->at.status == SMB_READ_OK;
}

static void
rest_validate(SmbReader *r, FsccFsctl *body)
{
	Dialect one;

	body->list = (SmbList){ .at = *r, .next = next_dialect, .form = body->n16[1] };
	(void)fscc_check_list(r, body->list, &one, sizeof(one));
}

/* ---- Network interfaces: [MS-SMB2] 2.2.32.5 ---- */

enum { SOCKADDR_SIZE = 128, FAMILY_INET = 0x0002, FAMILY_INET6 = 0x0017 };

typedef struct {
	uint32_t next, index, capabilities, reserved;
	uint64_t link_speed;
	uint16_t family;
	uint64_t port, flow_info, scope_id; /* SMB_FIELD_NONE: not in this family */
	SmbSpan address;
} Interface;
#define INTERFACE(KIND, member, key, ...) SMB_FIELD(Interface, KIND, member, key, ##__VA_ARGS__)
static const SmbField interface_fields[] = {
	INTERFACE(U32, next, "next_entry_offset"),
	INTERFACE(U32, index, "interface_index"),
	INTERFACE(U32, capabilities, "interface_capabilities", .flags = SMB_FIELD_SHOW_HEX),
	INTERFACE(U32, reserved, "reserved", .flags = SMB_FIELD_NONZERO),
	INTERFACE(U64, link_speed, "link_speed"),
	INTERFACE(U16, family, "family"),
	INTERFACE(U64, port, "port", .flags = SMB_FIELD_OPTIONAL),
	INTERFACE(U64, flow_info, "flow_info", .flags = SMB_FIELD_OPTIONAL),
	INTERFACE(ADDRESS, address, "address"),
	INTERFACE(U64, scope_id, "scope_id", .flags = SMB_FIELD_OPTIONAL),
};
static SMB_LAYOUT(interface, Interface, "interface");
LAYOUTS(interfaces, "FSCTL_QUERY_NETWORK_INTERFACE_INFO response",
	FSCC_LIST("interfaces", interface));

/* 2.2.32.5.1: the port is big-endian, the family is not. */
static void
read_address(SmbReader *r, Interface *i)
{
	i->family = smb_reader_le16(r);
	i->port = i->flow_info = i->scope_id = SMB_FIELD_NONE;
	if (i->family != FAMILY_INET && i->family != FAMILY_INET6)
		return;
	i->port = smb_reader_be16(r);
	if (i->family == FAMILY_INET) {
		i->address = smb_reader_span(r, 4);
		return;
	}
	i->flow_info = smb_reader_le32(r);
	i->address = smb_reader_span(r, 16);
	i->scope_id = smb_reader_le32(r);
}

static bool
next_interface(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at, address;
	Interface *i = item;

	if (!smb_reader_declared_left(r))
		return false;
	i->next = smb_reader_le32(r);
	i->index = smb_reader_le32(r);
	i->capabilities = smb_reader_le32(r);
	i->reserved = smb_reader_le32(r);
	i->link_speed = smb_reader_le64(r);
	address = smb_reader_sub(r, SOCKADDR_SIZE);
	read_address(&address, i);
	smb_reader_fail(r, address.status);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, i->next);
	return true;
}

static void
rest_interfaces(SmbReader *r, FsccFsctl *body)
{
	Interface one;

	body->list = fscc_list(r, next_interface, &one, sizeof(one));
}

/* ---- Pipes: [MS-FSCC] 2.3.46, 2.3.49 ---- */

LAYOUTS(peek, "FSCTL_PIPE_PEEK response", N32(0, "named_pipe_state"), N32(1, "read_data_available"),
	N32(2, "number_of_messages"), N32(3, "message_length"),
	FSCC_FSCTL(HEX, bytes[0], "data", .flags = SMB_FIELD_SECRET));
LAYOUTS(wait, "FSCTL_PIPE_WAIT request", N64(0, "timeout"), N32(0, "name_length"),
	N8(0, "timeout_specified"), N8(1, "padding", .flags = SMB_FIELD_NONZERO),
	FSCC_NAME(0, "pipe_name"));

static void
rest_peek(SmbReader *r, FsccFsctl *body)
{
	body->bytes[0] = smb_reader_rest(r);
}

static void
rest_wait(SmbReader *r, FsccFsctl *body)
{
	body->text[0] = smb_reader_counted_string(r, body->n32[0], true);
}

/* ---- Links: [MS-FSCC] 2.3.37.2 ---- */

LAYOUTS(tracking, "FSCTL_LMR_SET_LINK_TRACKING_INFORMATION request", N64(0, "target_file_object"),
	N32(0, "target_link_tracking_information_length"),
	FSCC_HEX(0, "target_link_tracking_information"));

static void
rest_tracking(SmbReader *r, FsccFsctl *body)
{
	body->bytes[0] = smb_reader_span(r, body->n32[0]);
}

/* ---- Quality of service: [MS-SQOS] 2.2.2.2, 2.2.2.3 ---- */

enum { QOS_VERSION_1_1 = 0x0101 };

#define QOS_NUMBERS_1                                                          \
	N64(2, "io_count_increment"), N64(3, "normalized_io_count_increment"), \
		N64(4, "latency_increment"), N64(5, "lower_latency_increment")
LAYOUTS(qos, "FSCTL_STORAGE_QOS_CONTROL request",
	N16(0, "protocol_version", .flags = SMB_FIELD_SHOW_HEX), FSCC_RESERVED16(1, "reserved"),
	FSCC_FLAGS(0, "operations"), FSCC_GUID(0, "logical_flow_id"), FSCC_GUID(1, "policy_id"),
	FSCC_GUID(2, "initiator_id"), N64(0, "limit"), N64(1, "reservation"),
	FSCC_TEXT(0, "initiator_name"), FSCC_TEXT(1, "initiator_node_name"), QOS_NUMBERS_1,
	N64(6, "bandwidth_limit", .flags = SMB_FIELD_OPTIONAL),
	N64(7, "kilobyte_count_increment", .flags = SMB_FIELD_OPTIONAL));

LAYOUTS(qos_status, "FSCTL_STORAGE_QOS_CONTROL response",
	N16(0, "protocol_version", .flags = SMB_FIELD_SHOW_HEX), FSCC_RESERVED16(1, "reserved"),
	FSCC_FLAGS(0, "operations"), FSCC_GUID(0, "logical_flow_id"), FSCC_GUID(1, "policy_id"),
	FSCC_GUID(2, "initiator_id"), N32(1, "time_to_live"),
	N32(2, "flow_status", .flags = SMB_FIELD_SHOW_HEX), N64(0, "maximum_io_rate"),
	N64(1, "minimum_io_rate"), N32(3, "base_io_size"), FSCC_RESERVED32(4, "reserved2"));

static SmbText
qos_text(SmbReader *r, uint16_t offset, uint16_t length, uint32_t least)
{
	SmbText text = { .encoding = SMB_TEXT_UTF16LE };
	SmbReader at = *r;

	if (!length)
		return text;
	smb_reader_seek(&at, offset < least ? UINT32_MAX : offset);
	text.bytes = smb_reader_span(&at, length);
	smb_reader_fail(r, at.status);
	return text;
}

static void
rest_qos(SmbReader *r, FsccFsctl *body)
{
	uint16_t places[4];

	for (unsigned i = 0; i < 4; i++)
		places[i] = smb_reader_le16(r);
	for (unsigned i = 2; i <= 5; i++)
		body->n64[i] = smb_reader_le64(r);
	body->n64[6] = body->n64[7] = SMB_FIELD_NONE;
	if (body->n16[0] >= QOS_VERSION_1_1) {
		body->n64[6] = smb_reader_le64(r);
		body->n64[7] = smb_reader_le64(r);
	}
	body->text[0] = qos_text(r, places[0], places[1], r->pos);
	body->text[1] = qos_text(r, places[2], places[3], r->pos);
}

/* ---- Which code is what ---- */

#define FORM FSCC_FSCTL_FORM
#define NONE FSCC_NO_FORM

static const FsccFsctlCode codes[] = {
	{ FSCTL_VALIDATE_NEGOTIATE_INFO, FORM(validate, rest_validate), FORM(validated, NULL) },
	{ FSCTL_QUERY_NETWORK_INTERFACE_INFO, NONE, FORM(interfaces, rest_interfaces) },
	{ FSCTL_SRV_REQUEST_RESUME_KEY, NONE, FORM(key, rest_key) },
	{ FSCTL_SRV_COPYCHUNK, FORM(copy, rest_copy), FORM(copied, NULL) },
	{ FSCTL_SRV_COPYCHUNK_WRITE, FORM(copy, rest_copy), FORM(copied, NULL) },
	{ FSCTL_SRV_COPYCHUNK_OF_SMB, FORM(copy, rest_copy), FORM(copied, NULL) },
	{ FSCTL_SRV_ENUMERATE_SNAPSHOTS, NONE, FORM(snapshots, rest_snapshots) },
	{ FSCTL_SRV_READ_HASH, FORM(hash, NULL), FORM(hashes, rest_hashes) },
	{ FSCTL_LMR_REQUEST_RESILIENCY, FORM(resiliency, NULL), NONE },
	{ FSCTL_LMR_SET_LINK_TRACKING_INFORMATION, FORM(tracking, rest_tracking), NONE },
	{ FSCTL_PIPE_PEEK, NONE, FORM(peek, rest_peek) },
	{ FSCTL_PIPE_WAIT, FORM(wait, rest_wait), NONE },
	{ FSCTL_STORAGE_QOS_CONTROL, FORM(qos, rest_qos), FORM(qos_status, NULL) },
};

const FsccFsctlCode *
fscc_fsctl_server(uint32_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}
