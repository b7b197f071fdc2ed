/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of a reassembled NT_TRANSACT: [MS-CIFS] 2.2.7 and [MS-SMB] 2.2.7. Quotas are in
 * nt-quota.c.
 */
#include "dissect/smb1/transaction/nt-functions.h"
#include "dissect/fscc/changes.h"
#include "dissect/fscc/fsctl.h"
#include "dissect/fscc/security-descriptor.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/wire/codes.h"

/* ---- CREATE: [MS-CIFS] 2.2.7.1, [MS-SMB] 2.2.7.1 --------------------------------------------- */

/*
 * The parameters of the request are read with the command (nt-transact.c); its data are a security
 * descriptor and extended attributes.
 */
typedef struct {
	FsccSecurityDescriptor sd;
	SmbList attributes;
} CreateData;

static const SmbField create_data_fields[] = {
	FSCC_SD_FIELDS(CreateData, sd),
	SMB_FIELD(CreateData, LIST, attributes, "extended_attributes", .items = &fscc_full_ea),
};
static SMB_LAYOUT(create_data, CreateData, "NT_TRANSACT_CREATE data");

enum {
	CREATE_SD_LENGTH = 36, /* offset of SecurityDescriptorLength in the parameters */
};

static void
read_create_request(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader parameters = smb1_parameters_reader(t);
	SmbReader data = smb1_data_reader(t), sd;
	CreateData *body;
	uint32_t length;

	if (!t->data.len)
		return;
	body = SMB1_NESTED(nested, CreateData);
	nested->layout = &create_data;
	smb_reader_seek(&parameters, CREATE_SD_LENGTH);
	length = smb_reader_le32(&parameters);
	sd = smb_reader_sub(&data, length);
	sd = smb_reader_after(&sd, sd.pos);
	if (length)
		fscc_read_security_descriptor(&sd, &body->sd);
	/* Attributes begin on a multiple of 4. */
	smb_reader_align(&data, 4);
	if (smb_reader_left(&data))
		body->attributes = fscc_full_ea_list(&data);
	smb_reader_fail(&data, sd.status);
	smb1_nested_settle(nested, t, &data);
}

typedef struct {
	uint8_t oplock_level, response_type, directory;
	uint16_t fid, resource_type, pipe_state;
	uint32_t create_action, ea_error_offset, file_attributes, access, guest_access;
	uint64_t creation_time, access_time, write_time, change_time, allocation_size, end_of_file;
	SmbSpan volume_guid;
	uint64_t file_id;
	bool extended;
} CreateAnswer;

#define CREATE_ANSWER_FIELDS                                                        \
	SMB_FIELD(CreateAnswer, U8, oplock_level, "oplock_level"),                  \
		SMB_FIELD(CreateAnswer, U16, fid, "fid", .role = SMB_ROLE_FID),     \
		SMB_FIELD(CreateAnswer, U32, create_action, "create_action"),       \
		SMB_FIELD(CreateAnswer, U32, ea_error_offset, "ea_error_offset"),   \
		SMB_FIELD(CreateAnswer, FILETIME, creation_time, "creation_time"),  \
		SMB_FIELD(CreateAnswer, FILETIME, access_time, "last_access_time"), \
		SMB_FIELD(CreateAnswer, FILETIME, write_time, "last_write_time"),   \
		SMB_FIELD(CreateAnswer, FILETIME, change_time, "last_change_time"), \
		SMB_FIELD(CreateAnswer, U32, file_attributes, "file_attributes",    \
			  .flags = SMB_FIELD_SHOW_HEX),                             \
		SMB_FIELD(CreateAnswer, U64, allocation_size, "allocation_size"),   \
		SMB_FIELD(CreateAnswer, U64, end_of_file, "end_of_file",            \
			  .role = SMB_ROLE_TELLING),                                \
		SMB_FIELD(CreateAnswer, U16, resource_type, "resource_type"),       \
		SMB_FIELD(CreateAnswer, U16, pipe_state, "pipe_state",              \
			  .flags = SMB_FIELD_SHOW_HEX),                             \
		SMB_FIELD(CreateAnswer, U8, directory, "directory")

static const SmbField create_answer_fields[] = { CREATE_ANSWER_FIELDS };
static SMB_LAYOUT(create_answer, CreateAnswer, "NT_TRANSACT_CREATE response");

static const SmbField extended_answer_fields[] = {
	CREATE_ANSWER_FIELDS,
	SMB_FIELD(CreateAnswer, U8, response_type, "response_type"),
	SMB_FIELD(CreateAnswer, GUID, volume_guid, "volume_guid"),
	SMB_FIELD(CreateAnswer, U64, file_id, "file_id", .role = SMB_ROLE_TELLING),
	SMB_FIELD(CreateAnswer, U32, access, "maximal_access", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateAnswer, U32, guest_access, "guest_maximal_access",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(extended_answer, CreateAnswer, "NT_TRANSACT_CREATE response");

/* CreateAction, and ResourceType ([MS-CIFS] 2.2.7.1.2): two kinds of pipes. */
static void
tell_opened(const CreateAnswer *body, Smb1Facts *facts)
{
	static const SmbOpened actions[] = { SMB_OPENED_SUPERSEDED, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED };

	facts->has_fid = true;
	facts->fid = body->fid;
	if (body->create_action < sizeof(actions) / sizeof(actions[0]))
		facts->open.action = actions[body->create_action];
	facts->open.directory = body->directory != 0;
	facts->open.pipe = body->resource_type == 1 || body->resource_type == 2;
	facts->open.has_size = !facts->open.directory && !facts->open.pipe;
	facts->open.size = facts->open.has_size ? body->end_of_file : 0;
	facts->open.times = (SmbFileTimes){ body->creation_time, body->access_time,
					    body->write_time, body->change_time };
	facts->open.oplock = body->oplock_level;
}

static void
read_create_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	CreateAnswer *body = SMB1_NESTED(nested, CreateAnswer);
	SmbReader r = smb1_parameters_reader(t);

	nested->layout = &create_answer;
	body->oplock_level = smb_reader_u8(&r);
	body->response_type = smb_reader_u8(&r);
	body->fid = smb_reader_le16(&r);
	body->create_action = smb_reader_le32(&r);
	body->ea_error_offset = smb_reader_le32(&r);
	body->creation_time = smb_reader_le64(&r);
	body->access_time = smb_reader_le64(&r);
	body->write_time = smb_reader_le64(&r);
	body->change_time = smb_reader_le64(&r);
	body->file_attributes = smb_reader_le32(&r);
	body->allocation_size = smb_reader_le64(&r);
	body->end_of_file = smb_reader_le64(&r);
	body->resource_type = smb_reader_le16(&r);
	body->pipe_state = smb_reader_le16(&r);
	body->directory = smb_reader_u8(&r);
	if (r.status == SMB_READ_OK)
		tell_opened(body, nested->facts);
	if (smb_reader_left(&r) >= 32) {
		nested->layout = &extended_answer;
		body->volume_guid = smb_reader_span(&r, 16);
		body->file_id = smb_reader_le64(&r);
		body->access = smb_reader_le32(&r);
		body->guest_access = smb_reader_le32(&r);
	}
	smb1_nested_settle(nested, t, &r);
}

/* ---- IOCTL: [MS-CIFS] 2.2.7.2, [MS-SMB] 2.2.7.2 ---------------------------------------------- */

static const SmbField ioctl_fields[] = { FSCC_FSCTL_CODE };
static SMB_LAYOUT(ioctl, FsccFsctl, "NT_TRANSACT_IOCTL response");
static SMB_LAYOUT_AFTER(ioctl_request, ioctl, 1, FsccFsctl, "NT_TRANSACT_IOCTL request");

/* The last message of several has no setup words. */
static void
tell_file(const Smb1Transaction *t, uint32_t code, Smb1Facts *facts)
{
	facts->has_fid = true;
	facts->fid = t->setup[2];
	facts->about = fscc_fsctl_name(code);
}

/*
 * The code is in the setup words of the request, which the command shows, and which are known when
 * the response is reported.
 */
static void
read_ioctl(const Smb1Transaction *t, Smb1Nested *nested)
{
	FsccFsctl *body = SMB1_NESTED(nested, FsccFsctl);
	SmbReader r = smb1_data_reader(t);
	const FsccFsctlForm *form;

	if (t->n_setup < 2)
		return;
	body->code = t->setup[0] | (uint32_t)t->setup[1] << 16;
	if (!t->response && t->n_setup > 2)
		tell_file(t, body->code, nested->facts);
	body->data = t->data;
	form = t->data.len ? fscc_fsctl_form(body->code, t->response) : NULL;
	if (form) {
		nested->layout = t->response ? form->with_code : form->with_data;
		fscc_read_fsctl(&r, form, body);
	} else {
		nested->layout = t->response ? &ioctl : &ioctl_request;
	}
	smb1_nested_settle(nested, t, &r);
}

/* ---- Security descriptors: [MS-CIFS] 2.2.7.3, 2.2.7.6 ---------------------------------------- */

typedef struct {
	uint32_t length_needed;
	FsccSecurityDescriptor sd;
} Security;

static const SmbField security_fields[] = { FSCC_SD_FIELDS(Security, sd) };
static SMB_LAYOUT(security, Security, "security descriptor");
static const SmbField needed_fields[] = {
	SMB_FIELD(Security, U32, length_needed, "length_needed"),
};
static SMB_LAYOUT(needed, Security, "security descriptor response");
static const SmbField answered_fields[] = {
	SMB_FIELD(Security, U32, length_needed, "length_needed"),
	FSCC_SD_FIELDS(Security, sd),
};
static SMB_LAYOUT(answered, Security, "security descriptor response");

static void
read_security(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader r = smb1_data_reader(t);
	Security *body;

	if (!t->data.len)
		return;
	body = SMB1_NESTED(nested, Security);
	nested->layout = &security;
	fscc_read_security_descriptor(&r, &body->sd);
	smb1_nested_settle(nested, t, &r);
}

/* 2.2.7.6.2: if the buffer was too small, only the length is returned. */
static void
read_security_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	Security *body = SMB1_NESTED(nested, Security);
	SmbReader parameters = smb1_parameters_reader(t);
	SmbReader r = smb1_data_reader(t);

	nested->layout = t->data.len ? &answered : &needed;
	body->length_needed = smb_reader_le32(&parameters);
	if (t->data.len)
		fscc_read_security_descriptor(&r, &body->sd);
	smb_reader_fail(&r, parameters.status);
	smb1_nested_settle(nested, t, &r);
}

/* ---- NOTIFY_CHANGE: [MS-CIFS] 2.2.7.4.2, [MS-FSCC] 2.7.1 ------------------------------------- */

typedef struct {
	SmbText file; /* of the first change */
	SmbList changes;
} Notify;

static const SmbField notify_fields[] = {
	SMB_FIELD(Notify, TEXT, file, "file", .role = SMB_ROLE_FILE),
	SMB_FIELD(Notify, LIST, changes, "changes", .items = &fscc_change),
};
static SMB_LAYOUT(notify, Notify, "NT_TRANSACT_NOTIFY_CHANGE response");

static void
read_notify_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader r = smb1_parameters_reader(t);
	Notify *body;

	if (!t->parameters.len)
		return;
	body = SMB1_NESTED(nested, Notify);
	nested->layout = &notify;
	body->changes = fscc_change_list(&r, &body->file);
	smb1_nested_settle(nested, t, &r);
}

/* ---- All ------------------------------------------------------------------------------------- */

/*
 * One row per function: request, response. A request whose fields are all in its words has no
 * function here.
 */
static const Smb1TransactionParse functions[][2] = {
	[NT_TRANSACT_CREATE] = { read_create_request, read_create_answer },
	[NT_TRANSACT_IOCTL] = { read_ioctl, read_ioctl },
	[NT_TRANSACT_SET_SECURITY_DESC] = { read_security, NULL },
	[NT_TRANSACT_NOTIFY_CHANGE] = { NULL, read_notify_answer },
	[NT_TRANSACT_QUERY_SECURITY_DESC] = { NULL, read_security_answer },
	[NT_TRANSACT_QUERY_QUOTA] = { smb1_read_quota_query, smb1_read_quota_answer },
	[NT_TRANSACT_SET_QUOTA] = { smb1_read_quota_set, NULL },
};

void
smb1_nt_transact_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	size_t count = sizeof(functions) / sizeof(functions[0]);
	size_t function = (size_t)t->function; /* one that is not known, -1, is beyond them */

	if (!t->response && smb1_nt_late_parameters(t, nested))
		return;
	if (function < count && functions[function][t->response])
		functions[function][t->response](t, nested);
}
