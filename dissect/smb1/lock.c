/* SPDX-License-Identifier: BSD-3-Clause */
/* Byte range locks, and oplock breaks, which are sent as locks. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

/* ---- LOCK_BYTE_RANGE, UNLOCK_BYTE_RANGE: [MS-CIFS] 2.2.4.13.1, 2.2.4.14.1 -------------------- */

typedef struct {
	uint16_t fid;
	uint32_t count, offset;
} Smb1LockByteRangeRequest;

static const SmbField lock_byte_range_request_fields[] = {
	SMB_FIELD(Smb1LockByteRangeRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1LockByteRangeRequest, U32, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1LockByteRangeRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(lock_byte_range_request, Smb1LockByteRangeRequest, "lock byte range request");

void
smb1_parse_lock_byte_range_request(Smb1Block *b)
{
	Smb1LockByteRangeRequest *body = SMB1_BODY(b, Smb1LockByteRangeRequest);

	smb1_read_words(b, &lock_byte_range_request, body);
	smb1_facts_fid(b, body->fid);
	b->facts->offset = body->offset;
	b->facts->length = body->count;
}

/* ---- LOCKING_ANDX: [MS-CIFS] 2.2.4.32.1 (the response has only the AndX words) -------------- */

enum {
	LOCKING_OPLOCK_RELEASE = 0x02,
	LOCKING_LARGE_FILES = 0x10,
	LOCKING_RANGE32_SIZE = 10,
	LOCKING_RANGE64_SIZE = 20,
};

typedef struct {
	uint16_t pid;
	uint64_t offset, length;
} Smb1LockRange;

static const SmbField lock_range_fields[] = {
	SMB_FIELD(Smb1LockRange, U16, pid, "pid"),
	SMB_FIELD(Smb1LockRange, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1LockRange, U64, length, "length", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(lock_range, Smb1LockRange, "lock range");

static bool
next_range32(SmbList *list, void *item)
{
	Smb1LockRange *range = item;

	range->pid = smb_reader_le16(&list->at);
	range->offset = smb_reader_le32(&list->at);
	range->length = smb_reader_le32(&list->at);
	return list->at.status == SMB_READ_OK;
}

/* High halves come first, each of them little-endian. */
static uint64_t
read_high_low(SmbReader *r)
{
	uint32_t high = smb_reader_le32(r), low = smb_reader_le32(r);

	return smb1_joined(r, low, high, 32);
}

static bool
next_range64(SmbList *list, void *item)
{
	Smb1LockRange *range = item;

	range->pid = smb_reader_le16(&list->at);
	smb_reader_skip(&list->at, 2); /* Pad */
	range->offset = read_high_low(&list->at);
	range->length = read_high_low(&list->at);
	return list->at.status == SMB_READ_OK;
}

/*
 * If the count is too large, the list has the ranges that are there: the sub-reader ends with the
 * bytes.
 */
static SmbList
read_ranges(SmbReader *bytes, uint32_t count, bool large)
{
	uint32_t size = large ? LOCKING_RANGE64_SIZE : LOCKING_RANGE32_SIZE;

	return (SmbList){ .at = smb_reader_sub(bytes, count * size),
			  .next = large ? next_range64 : next_range32,
			  .form = count };
}

typedef struct {
	uint16_t fid;
	uint8_t type_of_lock, new_oplock_level;
	uint32_t timeout;
	uint16_t number_of_requested_unlocks, number_of_requested_locks;
	SmbList unlocks, locks; /* items: Smb1LockRange */
	Smb1LockRange first;    /* of the locks or, if there are none, of the unlocks */
} Smb1LockingAndxRequest;

static const SmbField locking_andx_request_fields[] = {
	SMB_FIELD(Smb1LockingAndxRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1LockingAndxRequest, U8, type_of_lock, "type_of_lock",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1LockingAndxRequest, U8, new_oplock_level, "new_oplock_level"),
	SMB_FIELD(Smb1LockingAndxRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1LockingAndxRequest, U16, number_of_requested_unlocks,
		  "number_of_requested_unlocks"),
	SMB_FIELD(Smb1LockingAndxRequest, U16, number_of_requested_locks,
		  "number_of_requested_locks"),
	SMB_FIELD(Smb1LockingAndxRequest, LIST, unlocks, "unlocks", .items = &lock_range),
	SMB_FIELD(Smb1LockingAndxRequest, LIST, locks, "locks", .items = &lock_range),
	SMB_FIELD(Smb1LockingAndxRequest, U64, first.offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1LockingAndxRequest, U64, first.length, "length", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(locking_andx_request, Smb1LockingAndxRequest, "locking andx request");

/* The last two fields are only shown if there is a range. */
enum { FIRST_RANGE_FIELDS = 2 };
static const SmbLayout locking_andx_request_without_ranges = {
	.name = "locking andx request",
	.size = sizeof(Smb1LockingAndxRequest),
	.count = sizeof(locking_andx_request_fields) / sizeof(locking_andx_request_fields[0]) -
		 FIRST_RANGE_FIELDS,
	.fields = locking_andx_request_fields,
};

static void
tell(const Smb1LockingAndxRequest *body, Smb1Facts *facts)
{
	bool locks = body->number_of_requested_locks != 0;
	bool unlocks = body->number_of_requested_unlocks != 0;

	facts->oplock_released = body->type_of_lock & LOCKING_OPLOCK_RELEASE;
	facts->oplock_break = facts->oplock_released && !locks && !unlocks;
	facts->oplock_level = body->new_oplock_level;
	facts->unlocks = unlocks && !locks;
	facts->timed = locks && body->timeout != 0;
	/* The acknowledgment of an oplock break is not answered itself ([MS-CIFS] 2.2.4.32.1). */
	facts->one_way = facts->oplock_break;
}

static bool
first_range(const Smb1LockingAndxRequest *body, Smb1LockRange *ret_range)
{
	SmbList locks = body->locks, unlocks = body->unlocks;

	return locks.next(&locks, ret_range) || unlocks.next(&unlocks, ret_range);
}

void
smb1_parse_locking_andx_request(Smb1Block *b)
{
	Smb1LockingAndxRequest *body = SMB1_BODY(b, Smb1LockingAndxRequest);
	bool large;

	smb1_read_words(b, &locking_andx_request_without_ranges, body);
	large = body->type_of_lock & LOCKING_LARGE_FILES;
	body->unlocks = read_ranges(&b->bytes, body->number_of_requested_unlocks, large);
	body->locks = read_ranges(&b->bytes, body->number_of_requested_locks, large);
	if (first_range(body, &body->first))
		b->out->layout = &locking_andx_request;
	smb1_facts_fid(b, body->fid);
	tell(body, b->facts);
}
