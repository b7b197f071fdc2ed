/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Operations on an open file: READ, WRITE, CLOSE, FLUSH, LOCK, and oplock and lease breaks. FLUSH
 * and LOCK responses (2.2.18, 2.2.27) have no fields.
 */
#include "dissect/smb2/commands.h"

enum {
	LOCK_ELEMENT_SIZE = 24,
	OPLOCK_SIZE = 24, /* StructureSizes of OPLOCK_BREAK: oplock, lease notification */
	LEASE_NOTIFICATION_SIZE = 44,
	LEASE_KEY_SIZE = 16,
	READ_RDMA_TRANSFORM = 1, /* Flags of a READ response */
};

typedef struct {
	Smb2FileId id;
	uint16_t flags;
} CloseRequest;

typedef struct {
	uint16_t flags;
	uint64_t creation_time, last_access_time, last_write_time, change_time;
	uint64_t allocation_size, file_size;
	uint32_t file_attributes;
} CloseResponse;

typedef struct {
	Smb2FileId id;
} FlushRequest;

typedef struct {
	Smb2FileId id;
	uint8_t padding, flags;
	uint64_t offset;
	uint32_t length, minimum_count, channel, remaining_bytes;
	uint16_t channel_info_offset, channel_info_length;
	SmbPart rdma;
} ReadRequest;
_Static_assert(sizeof(ReadRequest) <= SMB2_BODY_EXTRA, "raise SMB2_BODY_EXTRA");

typedef struct {
	uint8_t data_offset;
	uint32_t data_length, data_remaining, flags;
	SmbPart rdma;
} ReadResponse;
_Static_assert(sizeof(ReadResponse) <= SMB2_BODY_EXTRA, "raise SMB2_BODY_EXTRA");

typedef struct {
	Smb2FileId id;
	uint64_t offset;
	uint16_t data_offset;
	uint32_t data_length, channel, remaining_bytes, flags;
	uint16_t channel_info_offset, channel_info_length;
	SmbPart rdma;
} WriteRequest;
_Static_assert(sizeof(WriteRequest) <= SMB2_BODY_EXTRA, "raise SMB2_BODY_EXTRA");

typedef struct {
	uint32_t count, remaining;
	uint16_t channel_info_offset, channel_info_length;
	SmbPart more;
} WriteResponse;

typedef struct {
	uint64_t offset, length;
	uint32_t flags;
} LockElement;

typedef struct {
	Smb2FileId id;
	uint16_t lock_count;
	uint32_t lock_sequence;
	SmbList locks;
} LockRequest;

typedef struct {
	Smb2FileId id;
	uint8_t oplock_level;
} OplockBreak;

typedef struct {
	uint16_t new_epoch;
	uint32_t flags;
	SmbSpan lease_key;
	uint32_t lease_state, new_state;
	uint64_t duration;
	uint32_t break_reason, access_mask_hint, share_mask_hint;
} LeaseBreak;

typedef struct {
	uint32_t type;
} Notification;

static const SmbField close_request_fields[] = {
	SMB2_FILE_ID_FIELDS(CloseRequest),
	SMB_FIELD(CloseRequest, U16, flags, "close_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(close_request, CloseRequest, "close request");

static const SmbField close_response_fields[] = {
	SMB_FIELD(CloseResponse, U16, flags, "close_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CloseResponse, FILETIME, creation_time, "creation_time"),
	SMB_FIELD(CloseResponse, FILETIME, last_access_time, "last_access_time"),
	SMB_FIELD(CloseResponse, FILETIME, last_write_time, "last_write_time"),
	SMB_FIELD(CloseResponse, FILETIME, change_time, "change_time"),
	SMB_FIELD(CloseResponse, U64, allocation_size, "allocation_size"),
	SMB_FIELD(CloseResponse, U64, file_size, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(CloseResponse, U32, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(close_response, CloseResponse, "close response");

static const SmbField flush_request_fields[] = { SMB2_FILE_ID_FIELDS(FlushRequest) };
static SMB_LAYOUT(flush_request, FlushRequest, "flush request");

static const SmbField read_request_fields[] = {
	SMB2_FILE_ID_FIELDS(ReadRequest),
	SMB_FIELD(ReadRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(ReadRequest, U32, length, "length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(ReadRequest, U32, minimum_count, "minimum_count"),
	SMB_FIELD(ReadRequest, U8, flags, "read_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(ReadRequest, U32, channel, "channel"),
	SMB_FIELD(ReadRequest, U32, remaining_bytes, "remaining_bytes"),
	SMB_FIELD(ReadRequest, U8, padding, "padding"),
	SMB_FIELD(ReadRequest, U16, channel_info_offset, "channel_info_offset"),
	SMB_FIELD(ReadRequest, U16, channel_info_length, "channel_info_length"),
	SMB_FIELD(ReadRequest, PART, rdma, "rdma"),
};
static SMB_LAYOUT(read_request, ReadRequest, "read request");

static const SmbField read_response_fields[] = {
	SMB_FIELD(ReadResponse, U8, data_offset, "data_offset", .role = SMB_ROLE_DATA_OFFSET),
	SMB_FIELD(ReadResponse, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(ReadResponse, U32, data_remaining, "data_remaining"),
	SMB_FIELD(ReadResponse, U32, flags, "read_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(ReadResponse, PART, rdma, "rdma"),
};
static SMB_LAYOUT(read_response, ReadResponse, "read response");

static const SmbField write_request_fields[] = {
	SMB2_FILE_ID_FIELDS(WriteRequest),
	SMB_FIELD(WriteRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(WriteRequest, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(WriteRequest, U16, data_offset, "data_offset", .role = SMB_ROLE_DATA_OFFSET),
	SMB_FIELD(WriteRequest, U32, channel, "channel"),
	SMB_FIELD(WriteRequest, U32, remaining_bytes, "remaining_bytes"),
	SMB_FIELD(WriteRequest, U32, flags, "write_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(WriteRequest, U16, channel_info_offset, "channel_info_offset"),
	SMB_FIELD(WriteRequest, U16, channel_info_length, "channel_info_length"),
	SMB_FIELD(WriteRequest, PART, rdma, "rdma"),
};
static SMB_LAYOUT(write_request, WriteRequest, "write request");

static const SmbField write_more_fields[] = {
	SMB_FIELD(WriteResponse, U32, remaining, "remaining"),
	SMB_FIELD(WriteResponse, U16, channel_info_offset, "channel_info_offset"),
	SMB_FIELD(WriteResponse, U16, channel_info_length, "channel_info_length"),
};
static SMB_LAYOUT(write_more, WriteResponse, "rest of a write response");

static const SmbField write_response_fields[] = {
	SMB_FIELD(WriteResponse, U32, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(WriteResponse, PART, more, "more"),
};
static SMB_LAYOUT(write_response, WriteResponse, "write response");

static const SmbField lock_element_fields[] = {
	SMB_FIELD(LockElement, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(LockElement, U64, length, "length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(LockElement, U32, flags, "lock_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(lock_element, LockElement, "lock");

static const SmbField lock_request_fields[] = {
	SMB2_FILE_ID_FIELDS(LockRequest),
	SMB_FIELD(LockRequest, U16, lock_count, "lock_count"),
	SMB_FIELD(LockRequest, U32, lock_sequence, "lock_sequence", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LockRequest, LIST, locks, "locks", .items = &lock_element),
};
static SMB_LAYOUT(lock_request, LockRequest, "lock request");

static const SmbField oplock_break_fields[] = {
	SMB2_FILE_ID_FIELDS(OplockBreak),
	SMB_FIELD(OplockBreak, U8, oplock_level, "oplock_level", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb2_oplock_level_name),
};
static SMB_LAYOUT(oplock_break, OplockBreak, "oplock break");

static const SmbField lease_break_fields[] = {
	SMB_FIELD(LeaseBreak, HEX, lease_key, "lease_key"),
	SMB_FIELD(LeaseBreak, U32, flags, "lease_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, lease_state, "lease_state", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U64, duration, "lease_duration"),
};
static SMB_LAYOUT(lease_break, LeaseBreak, "lease break");

static const SmbField lease_notification_fields[] = {
	SMB_FIELD(LeaseBreak, HEX, lease_key, "lease_key"),
	SMB_FIELD(LeaseBreak, U16, new_epoch, "new_epoch"),
	SMB_FIELD(LeaseBreak, U32, flags, "lease_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, lease_state, "lease_state", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, new_state, "new_lease_state", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, break_reason, "break_reason", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, access_mask_hint, "access_mask_hint",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(LeaseBreak, U32, share_mask_hint, "share_mask_hint", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(lease_notification, LeaseBreak, "lease break notification");

static const char *
notification_name(uint32_t value)
{
	return value == 0 ? "session closed" : NULL;
}

static const SmbField notification_fields[] = {
	SMB_FIELD(Notification, U32, type, "notification_type", .role = SMB_ROLE_FUNCTION,
		  .name_of = notification_name),
};
static SMB_LAYOUT(notification, Notification, "server to client notification");

/* 2.2.15. */
void
smb2_parse_close_request(Smb2Block *b)
{
	CloseRequest *c = SMB2_BODY(b, CloseRequest, &close_request);

	c->flags = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 4); /* Reserved */
	c->id = smb2_file_id(b);
}

/* 2.2.16. */
void
smb2_parse_close_response(Smb2Block *b)
{
	enum { CLOSE_POSTQUERY_ATTRIB = 1 };
	CloseResponse *c = SMB2_BODY(b, CloseResponse, &close_response);

	c->flags = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 4); /* Reserved */
	c->creation_time = smb_reader_le64(&b->at);
	c->last_access_time = smb_reader_le64(&b->at);
	c->last_write_time = smb_reader_le64(&b->at);
	c->change_time = smb_reader_le64(&b->at);
	c->allocation_size = smb_reader_le64(&b->at);
	c->file_size = smb_reader_le64(&b->at);
	c->file_attributes = smb_reader_le32(&b->at);
	b->facts->has_size = c->flags & CLOSE_POSTQUERY_ATTRIB && b->at.status == SMB_READ_OK;
	b->facts->size = c->file_size;
}

/* 2.2.17. */
void
smb2_parse_flush_request(Smb2Block *b)
{
	FlushRequest *f = SMB2_BODY(b, FlushRequest, &flush_request);

	smb_reader_skip(&b->at, 2 + 4); /* Reserved1, Reserved2 */
	f->id = smb2_file_id(b);
}

/* 2.2.19. */
void
smb2_parse_read_request(Smb2Block *b)
{
	ReadRequest *r = SMB2_BODY(b, ReadRequest, &read_request);

	r->padding = smb_reader_u8(&b->at);
	r->flags = smb_reader_u8(&b->at);
	r->length = smb_reader_le32(&b->at);
	r->offset = smb_reader_le64(&b->at);
	r->id = smb2_file_id(b);
	r->minimum_count = smb_reader_le32(&b->at);
	r->channel = smb_reader_le32(&b->at);
	r->remaining_bytes = smb_reader_le32(&b->at);
	r->channel_info_offset = smb_reader_le16(&b->at);
	r->channel_info_length = smb_reader_le16(&b->at);
	r->rdma = smb2_rdma(b, r->channel, r->channel_info_offset, r->channel_info_length);
	b->facts->offset = r->offset;
	b->facts->length = r->length;
}

/* 2.2.20. */
void
smb2_parse_read_response(Smb2Block *b)
{
	ReadResponse *r = SMB2_BODY(b, ReadResponse, &read_response);

	r->data_offset = smb_reader_u8(&b->at);
	smb_reader_skip(&b->at, 1); /* Reserved */
	r->data_length = smb_reader_le32(&b->at);
	r->data_remaining = smb_reader_le32(&b->at);
	r->flags = smb_reader_le32(&b->at);
	if (r->flags == READ_RDMA_TRANSFORM)
		r->rdma = smb2_rdma(b, SMB2_CHANNEL_RDMA_TRANSFORM, r->data_offset, r->data_length);
	else
		b->facts->payload = smb2_payload(b, r->data_offset, r->data_length);
	b->facts->length = r->data_length;
}

/* 2.2.21. With a Channel the data is transferred separately (RDMA) and is not in the message. */
void
smb2_parse_write_request(Smb2Block *b)
{
	WriteRequest *w = SMB2_BODY(b, WriteRequest, &write_request);

	w->data_offset = smb_reader_le16(&b->at);
	w->data_length = smb_reader_le32(&b->at);
	w->offset = smb_reader_le64(&b->at);
	w->id = smb2_file_id(b);
	w->channel = smb_reader_le32(&b->at);
	w->remaining_bytes = smb_reader_le32(&b->at);
	w->channel_info_offset = smb_reader_le16(&b->at);
	w->channel_info_length = smb_reader_le16(&b->at);
	w->flags = smb_reader_le32(&b->at);
	w->rdma = smb2_rdma(b, w->channel, w->channel_info_offset, w->channel_info_length);
	if (w->channel == SMB2_CHANNEL_NONE)
		b->facts->payload = smb2_payload(b, w->data_offset, w->data_length);
	b->facts->offset = w->offset;
	b->facts->length = w->data_length;
}

/* 2.2.22. What follows Count is reserved, and some servers leave it out. */
void
smb2_parse_write_response(Smb2Block *b)
{
	WriteResponse *w = SMB2_BODY(b, WriteResponse, &write_response);
	SmbReader more;

	smb_reader_skip(&b->at, 2); /* Reserved */
	w->count = smb_reader_le32(&b->at);
	more = b->at;
	smb_layout_read(&more, &write_more, 0, w);
	if (more.status == SMB_READ_OK)
		w->more = (SmbPart){ &write_more, w };
	b->facts->length = w->count;
}

/* 2.2.26.1. */
static bool
next_lock(SmbList *list, void *item)
{
	LockElement *lock = item;

	lock->offset = smb_reader_le64(&list->at);
	lock->length = smb_reader_le64(&list->at);
	lock->flags = smb_reader_le32(&list->at);
	smb_reader_skip(&list->at, 4); /* Reserved */
	return list->at.status == SMB_READ_OK;
}

/* 2.2.26. */
void
smb2_parse_lock_request(Smb2Block *b)
{
	enum { LOCKFLAG_UNLOCK = 4 };
	LockRequest *l = SMB2_BODY(b, LockRequest, &lock_request);
	LockElement one;
	SmbList first;

	l->lock_count = smb_reader_le16(&b->at);
	l->lock_sequence = smb_reader_le32(&b->at);
	l->id = smb2_file_id(b);
	l->locks.next = next_lock;
	l->locks.at = smb_reader_sub(&b->at, (uint32_t)LOCK_ELEMENT_SIZE * l->lock_count);
	/* All of them are unlocked if the first one is (3.3.5.14). */
	first = l->locks;
	b->facts->unlocks = next_lock(&first, &one) && one.flags & LOCKFLAG_UNLOCK;
}

/*
 * 2.2.23.1, 2.2.24.1, 2.2.25.1: notification, acknowledgment and the response to that have the same
 * form.
 */
static void
read_oplock_break(Smb2Block *b)
{
	OplockBreak *o = SMB2_BODY(b, OplockBreak, &oplock_break);

	o->oplock_level = smb_reader_u8(&b->at);
	smb_reader_skip(&b->at, 1 + 4); /* Reserved, Reserved2 */
	o->id = smb2_file_id(b);
	b->facts->oplock = smb2_oplock_level_name(o->oplock_level);
}

/*
 * 2.2.24.2, 2.2.25.2, and 2.2.23.2, which has an epoch where the others have reserved bytes, and
 * one more state.
 */
static void
read_lease_break(Smb2Block *b, const SmbLayout *layout)
{
	enum { ACK_REQUIRED = 1 };
	LeaseBreak *l = SMB2_BODY(b, LeaseBreak, layout);

	l->new_epoch = smb_reader_le16(&b->at);
	l->flags = smb_reader_le32(&b->at);
	l->lease_key = smb_reader_span(&b->at, LEASE_KEY_SIZE);
	l->lease_state = smb_reader_le32(&b->at);
	if (layout == &lease_notification) {
		l->new_state = smb_reader_le32(&b->at);
		l->break_reason = smb_reader_le32(&b->at);
		l->access_mask_hint = smb_reader_le32(&b->at);
		l->share_mask_hint = smb_reader_le32(&b->at);
	} else {
		l->duration = smb_reader_le64(&b->at);
	}
	b->facts->lease = b->at.status == SMB_READ_OK;
	b->facts->must_acknowledge = l->flags & ACK_REQUIRED;
	b->facts->lease_state = layout == &lease_notification ? l->new_state : l->lease_state;
	smb_span_copy(l->lease_key, b->facts->lease_key, LEASE_KEY_SIZE);
}

void
smb2_parse_oplock_break(Smb2Block *b)
{
	if (b->structure_size == OPLOCK_SIZE)
		read_oplock_break(b);
	else if (b->structure_size == LEASE_NOTIFICATION_SIZE)
		read_lease_break(b, &lease_notification);
	else
		read_lease_break(b, &lease_break);
}

/* 2.2.44.1. What follows, a notification that a session was closed (2.2.44.2), is reserved bytes. */
void
smb2_parse_notification(Smb2Block *b)
{
	Notification *n = SMB2_BODY(b, Notification, &notification);

	smb_reader_skip(&b->at, 2); /* Reserved */
	n->type = smb_reader_le32(&b->at);
}
