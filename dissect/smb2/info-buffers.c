/* SPDX-License-Identifier: BSD-3-Clause */
/* What the buffers of IOCTL, the queries and SET_INFO hold: [MS-SMB2] 2.2.31 to 2.2.39. */
#include "dissect/smb2/info.h"

#include "dissect/fscc/changes.h"
#include "dissect/fscc/classes.h"
#include "dissect/fscc/directory.h"
#include "dissect/fscc/fsctl.h"
#include "dissect/fscc/quota.h"

enum {
	INFO_FILE = 1, /* 2.2.37 InfoType */
	INFO_FILESYSTEM = 2,
	INFO_SECURITY = 3,
	INFO_QUOTA = 4,
	FILE_FULL_EA_INFORMATION = 15, /* [MS-FSCC] 2.4.16 */
};

/* Where a buffer is read to, of a request or a response. */
typedef struct {
	SmbReader r;
	SmbBlock *out;
	void *storage;
	Smb2Facts *facts;
} Buffer;

static Buffer
buffer_of(SmbMessage *m, Smb2Facts *facts, void *storage)
{
	SmbSpan bytes = facts->payload;
	Buffer x = { .r = smb_reader_new(bytes.ptr, bytes.len, facts->length),
		     .out = &m->blocks[0],
		     .storage = storage,
		     .facts = facts };

	x.r.oem = m->bytes.oem;
	x.r.ones = m->bytes.ones;
	return x;
}

static void *
nested(Buffer *x, const SmbLayout *layout)
{
	memset(x->storage, 0, layout->size);
	if (x->r.ones)
		smb_layout_fill(layout, x->storage);
	x->out->nested_layout = layout;
	x->out->nested = x->storage;
	return x->storage;
}
#define NESTED(x, Type, layout)                                                           \
	({                                                                                \
		_Static_assert(sizeof(Type) <= SMB2_NESTED_MAX, "raise SMB2_NESTED_MAX"); \
		(Type *)nested((x), (layout));                                            \
	})

/* Notes what the status of a reading means; a part of a buffer is all that an overflow gives. */
static void
settle(const Buffer *x, SmbMessage *m)
{
	SmbReadStatus status = x->r.status;

	/* A request has no status. */
	if (status == SMB_READ_MALFORMED && m->status.value == STATUS_BUFFER_OVERFLOW) {
		x->out->nested_status = SMB_READ_TRUNCATED;
		return;
	}
	x->out->nested_status = status;
	if (status == SMB_READ_MALFORMED)
		m->anomalies |= SMB_ANOMALY_FIELDS;
	if (status == SMB_READ_TRUNCATED)
		m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
}

/* ---- IOCTL ---- */

static void
tell_referral(const Buffer *x, uint32_t code, bool response, const FsccFsctl *body)
{
	if (x->r.status != SMB_READ_OK ||
	    (code != FSCTL_DFS_GET_REFERRALS && code != FSCTL_DFS_GET_REFERRALS_EX))
		return;
	if (response)
		x->facts->target = fscc_fsctl_target(body, &x->facts->count);
	else
		x->facts->name = fscc_fsctl_asked_path(body);
}

void
smb2_read_fsctl(Smb2Block *b, uint32_t ctl_code)
{
	bool response = b->message->response;
	const FsccFsctlForm *form = b->facts->length ? fscc_fsctl_form(ctl_code, response) : NULL;
	Buffer x = buffer_of(b->message, b->facts, b->nested);
	FsccFsctl *body;

	if (!form || b->at.status != SMB_READ_OK)
		return;
	body = NESTED(&x, FsccFsctl, form->fields);
	fscc_read_fsctl(&x.r, form, body);
	tell_referral(&x, ctl_code, response, body);
	settle(&x, b->message);
}

/* ---- Classes ---- */

static void
read_file(Buffer *x, uint8_t class, bool set)
{
	const FsccClass *known = fscc_file_class(class, set);
	FsccFile *body = NESTED(x, FsccFile, set ? known->set : known->query);

	fscc_read_class(&x->r, known, set, body, true);
	x->facts->name_to = body->name_to;
	x->facts->disposition = body->disposition;
	x->facts->has_size = set && body->sets_size;
	x->facts->size = body->end_of_file;
}

static void
read_filesystem(Buffer *x, uint8_t class, bool set)
{
	const FsccClass *known = fscc_fs_class(class, set);
	FsccFs *body = NESTED(x, FsccFs, set ? known->set : known->query);

	fscc_read_class(&x->r, known, set, body, true);
}

typedef struct {
	FsccSecurityDescriptor sd;
} Security;

static const SmbField security_fields[] = { FSCC_SD_FIELDS(Security, sd) };
static SMB_LAYOUT(security, Security, "security descriptor");

static void
read_security(Buffer *x)
{
	fscc_read_security_descriptor(&x->r, &NESTED(x, Security, &security)->sd);
}

/* ---- Quotas: 2.2.37.1 ---- */

typedef struct {
	uint8_t return_single, restart_scan;
	uint16_t reserved;
	uint32_t sid_list_length, start_sid_length, start_sid_offset;
	SmbList entries;
	SmbText start_sid;
	char start_sid_text[FSCC_SID_TEXT];
} Quota;

static const SmbField quota_query_fields[] = {
	SMB_FIELD(Quota, U8, return_single, "return_single_entry"),
	SMB_FIELD(Quota, U8, restart_scan, "restart_scan"),
	SMB_FIELD(Quota, U16, reserved, "reserved", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(Quota, U32, sid_list_length, "sid_list_length"),
	SMB_FIELD(Quota, U32, start_sid_length, "start_sid_length"),
	SMB_FIELD(Quota, U32, start_sid_offset, "start_sid_offset"),
	SMB_FIELD(Quota, LIST, entries, "sids", .items = &fscc_get_quota),
	SMB_FIELD(Quota, TEXT, start_sid, "start_sid"),
};
static SMB_LAYOUT(quota_query, Quota, "quota query");
static const SmbField quotas_fields[] = {
	SMB_FIELD(Quota, LIST, entries, "quotas", .items = &fscc_quota),
};
static SMB_LAYOUT(quotas, Quota, "quotas");

/* Either a list of SIDs, or one at an offset from the end of the numbers. */
static void
read_quota_query(Buffer *x)
{
	Quota *body = NESTED(x, Quota, &quota_query);
	SmbReader rest, sids;

	smb_layout_read(&x->r, &quota_query, 0, body);
	rest = x->r;
	if (!body->sid_list_length && !body->start_sid_length)
		return;
	if (!body->sid_list_length)
		smb_reader_skip(&rest, body->start_sid_offset);
	sids = smb_reader_sub(&rest, body->sid_list_length ? body->sid_list_length
							   : body->start_sid_length);
	smb_reader_fail(&x->r, rest.status);
	if (body->sid_list_length)
		body->entries = fscc_sid_list(&sids);
	else
		body->start_sid = fscc_read_sid(&sids, body->start_sid_text);
	smb_reader_fail(&x->r, sids.status);
}

static void
read_quotas(Buffer *x)
{
	Quota *body = NESTED(x, Quota, &quotas);

	body->entries = fscc_quota_list(&x->r);
}

/* ---- Requests ---- */

typedef struct {
	SmbList names;
} EaQuery;

static const SmbField ea_query_fields[] = {
	SMB_FIELD(EaQuery, LIST, names, "extended_attribute_names", .items = &fscc_get_ea),
};
static SMB_LAYOUT(ea_query, EaQuery, "names of extended attributes");

bool
smb2_query_has_input(uint8_t info_type, uint8_t info_class)
{
	return info_type == INFO_QUOTA ||
	       (info_type == INFO_FILE && info_class == FILE_FULL_EA_INFORMATION);
}

void
smb2_read_query_input(Smb2Block *b)
{
	Buffer x = buffer_of(b->message, b->facts, b->nested);

	if (!b->facts->length || b->at.status != SMB_READ_OK)
		return;
	if (b->facts->info_type == INFO_QUOTA)
		read_quota_query(&x);
	else
		NESTED(&x, EaQuery, &ea_query)->names = fscc_get_ea_list(&x.r);
	settle(&x, b->message);
}

/* Reads what a query gives, or a set carries, by its type. */
static void
read_info(Buffer *x, const Smb2Facts *asked, bool set)
{
	if (asked->info_type == INFO_FILE)
		read_file(x, asked->info_class, set);
	else if (asked->info_type == INFO_FILESYSTEM)
		read_filesystem(x, asked->info_class, set);
	else if (asked->info_type == INFO_SECURITY)
		read_security(x);
	else if (asked->info_type == INFO_QUOTA)
		read_quotas(x);
}

void
smb2_read_set_info(Smb2Block *b)
{
	Buffer x = buffer_of(b->message, b->facts, b->nested);

	read_info(&x, b->facts, true);
	settle(&x, b->message);
}

/* ---- Responses ---- */

typedef struct {
	SmbList changes;
} Notify;

static const SmbField notify_fields[] = {
	SMB_FIELD(Notify, LIST, changes, "changes", .items = &fscc_change),
};
static SMB_LAYOUT(notify, Notify, "change notify response");

static void
read_changes(Buffer *x)
{
	Notify *body = NESTED(x, Notify, &notify);

	body->changes = fscc_change_list(&x->r, NULL);
}

static void
read_entries(Buffer *x, uint8_t class)
{
	const FsccEntryClass *known = fscc_entry_class(class);
	FsccEntries *body;
	SmbText first = { .encoding = SMB_TEXT_UTF16LE };

	if (!known)
		return;
	body = NESTED(x, FsccEntries, known->body);
	body->entries = fscc_entry_list(&x->r, known, true, &x->facts->count, &first);
}

static void
read_output(SmbMessage *m, Smb2Facts *facts, void *storage, Smb2Asked asked)
{
	Buffer x = buffer_of(m, facts, storage);

	if (m->command == SMB2_CHANGE_NOTIFY)
		read_changes(&x);
	else if (m->command == SMB2_QUERY_DIRECTORY && asked.known)
		read_entries(&x, asked.info_class);
	else if (m->command == SMB2_QUERY_INFO && asked.known)
		read_info(&x, facts, false);
	else
		return;
	settle(&x, m);
}

/* As SmbBlock.there says, of an output that could not be read to its end. */
static void
note_read(Smb2Scratch *scratch, Smb2Asked asked)
{
	SmbBlock *first = &scratch->message.blocks[0];
	Smb2Facts facts = scratch->facts;
	SmbMessage copy;

	memcpy(&copy, &scratch->message, offsetof(SmbMessage, blocks));
	copy.bytes.ones = true;
	copy.blocks[0] = (SmbBlock){ 0 };
	read_output(&copy, &facts, scratch->nested_there, asked);
	if (copy.blocks[0].nested_layout == first->nested_layout)
		first->nested_there = copy.blocks[0].nested;
}

void
smb2_read_output(Smb2Scratch *scratch, Smb2Asked asked)
{
	SmbMessage *m = &scratch->message;
	Smb2Facts *facts = &scratch->facts;

	if (!m->response || !facts->length || m->blocks[0].status != SMB_READ_OK)
		return;
	facts->info_type = asked.info_type;
	facts->info_class = asked.info_class;
	read_output(m, facts, scratch->nested, asked);
	if (m->blocks[0].nested_status != SMB_READ_OK)
		note_read(scratch, asked);
}
