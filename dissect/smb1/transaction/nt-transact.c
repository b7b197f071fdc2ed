/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NT_TRANSACT command: its 32-bit counts, and the setup words and parameters of its functions
 * ([MS-CIFS] 2.2.7).
 */
#include "dissect/fscc/fsctl.h"
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/smb1/transaction/nt-functions.h"
#include "dissect/smb1/transaction/transaction.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

/* The setup words and parameters of all functions; each layout shows those of its function. */
typedef struct {
	Smb1TransactionRequest head;
	uint16_t fid;
	uint32_t function_code; /* IOCTL */
	uint8_t is_fsctl, is_flags;
	uint32_t completion_filter; /* NOTIFY_CHANGE */
	uint8_t watch_tree;
	uint32_t security_information;
	uint16_t rename_flags;
	uint32_t create_flags, root_directory_fid, desired_access; /* CREATE, from here on */
	uint64_t allocation_size;
	uint32_t file_attributes, share_access, create_disposition, create_options;
	uint32_t security_descriptor_length, ea_length, name_length, impersonation_level;
	uint8_t security_flags;
	SmbText file;
} Smb1NtTransact;

/* Where setup words or parameters are read from, and the facts found in them. */
typedef struct {
	SmbReader *r;
	bool unicode;
	Smb1Facts *facts;
} Source;

typedef void (*ReadFn)(Source *from, Smb1NtTransact *body);

typedef struct {
	const SmbLayout *layout, *late;
	ReadFn setup, parameters; /* one of them */
} Function;

static const char *
nt_name_of(uint32_t function)
{
	return smb1_nt_transact_name((uint16_t)function);
}

#define NT_FIELDS                                                            \
	SMB1_NT_TRANSACT_REQUEST_FIELDS(Smb1NtTransact),                     \
		SMB_FIELD(Smb1NtTransact, U16, head.function, "nt_function", \
			  .role = SMB_ROLE_FUNCTION, .name_of = nt_name_of)
#define FID_FIELD SMB_FIELD(Smb1NtTransact, U16, fid, "fid", .role = SMB_ROLE_FID)
#define HEX_FIELD(member, ...) \
	SMB_FIELD(Smb1NtTransact, U32, member, #member, .flags = SMB_FIELD_SHOW_HEX, ##__VA_ARGS__)
#define NUMBER_FIELD(member, ...) SMB_FIELD(Smb1NtTransact, U32, member, #member, ##__VA_ARGS__)

/*
 * Parameters have two layouts: after the words of the request, and alone if no single message had
 * them all.
 */
#define PARAMETERS(ident, label, ...)                                        \
	static const SmbField ident##_fields[] = { NT_FIELDS, __VA_ARGS__ }; \
	static SMB_LAYOUT(ident, Smb1NtTransact, label " request");          \
	static const SmbField late_##ident##_fields[] = { __VA_ARGS__ };     \
	static SMB_LAYOUT(late_##ident, Smb1NtTransact, label " request")

static const SmbField other_fields[] = { NT_FIELDS };
static SMB_LAYOUT(other, Smb1NtTransact, "nt transact request");

static void
read_fid(Source *from, Smb1NtTransact *body)
{
	body->fid = smb_reader_le16(from->r);
	from->facts->has_fid = true;
	from->facts->fid = body->fid;
}

/*
 * A name after bytes that end at an odd offset. Clients align it, although the specification does
 * not say so.
 */
static void
read_name(Source *from, Smb1NtTransact *body)
{
	SmbReader name;

	if (from->unicode)
		smb_reader_align(from->r, 2);
	name = smb_reader_sub(from->r, body->name_length);
	body->file = smb_reader_counted_string(&name, smb_reader_left(&name), from->unicode);
	from->facts->name = body->file;
}

/* 2.2.7.1.1 */
PARAMETERS(create, "NT_TRANSACT_CREATE", HEX_FIELD(create_flags), NUMBER_FIELD(root_directory_fid),
	   HEX_FIELD(desired_access, .name_of = smb1_access_mask_name),
	   SMB_FIELD(Smb1NtTransact, U64, allocation_size, "allocation_size"),
	   HEX_FIELD(file_attributes, .name_of = smb1_file_attribute_name),
	   HEX_FIELD(share_access, .name_of = smb1_share_access_name),
	   NUMBER_FIELD(create_disposition, .name_of = smb1_create_disposition_name),
	   HEX_FIELD(create_options, .name_of = smb1_create_option_name),
	   NUMBER_FIELD(security_descriptor_length), NUMBER_FIELD(ea_length),
	   NUMBER_FIELD(name_length), NUMBER_FIELD(impersonation_level),
	   SMB_FIELD(Smb1NtTransact, U8, security_flags, "security_flags",
		     .flags = SMB_FIELD_SHOW_HEX),
	   SMB_FIELD(Smb1NtTransact, TEXT, file, "file", .role = SMB_ROLE_FILE));

static void
read_create(Source *from, Smb1NtTransact *body)
{
	SmbOpenFacts *open = &from->facts->open;

	smb_layout_read(from->r, &late_create, 0, body);
	read_name(from, body);
	open->name = body->file;
	smb1_open_nt(open, &(Smb1NtAccess){ body->desired_access, body->share_access,
					    body->create_disposition, body->create_options });
}

/* 2.2.7.2.1 */
static const SmbField ioctl_fields[] = {
	NT_FIELDS,
	SMB_FIELD(Smb1NtTransact, U32, function_code, "function_code", .role = SMB_ROLE_FUNCTION,
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = fscc_fsctl_name),
	FID_FIELD,
	SMB_FIELD(Smb1NtTransact, U8, is_fsctl, "is_fsctl"),
	SMB_FIELD(Smb1NtTransact, U8, is_flags, "is_flags"),
};
static SMB_LAYOUT(ioctl, Smb1NtTransact, "NT_TRANSACT_IOCTL request");

static void
read_ioctl(Source *from, Smb1NtTransact *body)
{
	body->function_code = smb_reader_le32(from->r);
	read_fid(from, body);
	body->is_fsctl = smb_reader_u8(from->r);
	body->is_flags = smb_reader_u8(from->r);
	from->facts->about = fscc_fsctl_name(body->function_code);
}

/* 2.2.7.3.1; SecurityInfoFields of 2.2.7.6.1 has the same bits */
PARAMETERS(security, "NT_TRANSACT security descriptor", FID_FIELD, HEX_FIELD(security_information));

static void
read_security(Source *from, Smb1NtTransact *body)
{
	read_fid(from, body);
	smb_reader_skip(from->r, 2); /* Reserved */
	body->security_information = smb_reader_le32(from->r);
}

/* 2.2.7.4.1 */
static const SmbField notify_change_fields[] = {
	NT_FIELDS,
	HEX_FIELD(completion_filter),
	FID_FIELD,
	SMB_FIELD(Smb1NtTransact, U8, watch_tree, "watch_tree"),
};
static SMB_LAYOUT(notify_change, Smb1NtTransact, "NT_TRANSACT_NOTIFY_CHANGE request");

static void
read_notify_change(Source *from, Smb1NtTransact *body)
{
	body->completion_filter = smb_reader_le32(from->r);
	read_fid(from, body);
	body->watch_tree = smb_reader_u8(from->r);
	smb_reader_skip(from->r, 1); /* Reserved */
}

/*
 * 2.2.7.5 calls it obsolete and does not specify its form; Samba's clients send a FID, flags and
 * the new name.
 */
PARAMETERS(rename_file, "NT_TRANSACT_RENAME", FID_FIELD,
	   SMB_FIELD(Smb1NtTransact, U16, rename_flags, "rename_flags", .flags = SMB_FIELD_SHOW_HEX),
	   SMB_FIELD(Smb1NtTransact, TEXT, file, "file", .role = SMB_ROLE_FILE));

static void
read_rename(Source *from, Smb1NtTransact *body)
{
	read_fid(from, body);
	body->rename_flags = smb_reader_le16(from->r);
	body->file = smb_reader_string(from->r, from->unicode);
	from->facts->name_to = body->file;
}

/* [MS-SMB] 2.2.7.5.1, 2.2.7.6.1 */
PARAMETERS(quota, "NT_TRANSACT quota", FID_FIELD);

#define ROW(ident, read)                                                    \
	{                                                                   \
		.layout = &ident, .late = &late_##ident, .parameters = read \
	}
static const Function functions[] = {
	[NT_TRANSACT_CREATE] = ROW(create, read_create),
	[NT_TRANSACT_IOCTL] = { .layout = &ioctl, .setup = read_ioctl },
	[NT_TRANSACT_SET_SECURITY_DESC] = ROW(security, read_security),
	[NT_TRANSACT_NOTIFY_CHANGE] = { .layout = &notify_change, .setup = read_notify_change },
	[NT_TRANSACT_RENAME] = ROW(rename_file, read_rename),
	[NT_TRANSACT_QUERY_SECURITY_DESC] = ROW(security, read_security),
	[NT_TRANSACT_QUERY_QUOTA] = ROW(quota, read_fid),
	[NT_TRANSACT_SET_QUOTA] = ROW(quota, read_fid),
};

/* One that is not known, -1, is beyond the table. */
static const Function *
find_function(int32_t function)
{
	size_t i = (size_t)function;

	if (i >= sizeof(functions) / sizeof(functions[0]) || !functions[i].layout)
		return NULL;
	return &functions[i];
}

static void
read_function(Smb1Block *b, const Function *f, Smb1NtTransact *body)
{
	SmbReader setup = body->head.setup.at;
	Source from = { &setup, b->unicode, b->facts };

	if (f->setup) {
		b->out->layout = f->layout;
		f->setup(&from, body);
		smb_reader_fail(&b->words, setup.status);
	} else if (smb1_transaction_is_whole(&body->head.counts)) {
		from.r = &body->head.parameters;
		b->out->layout = f->layout;
		f->parameters(&from, body);
		smb_reader_fail(&b->bytes, from.r->status);
	}
}

/* Parameters that no single message had all of are first read here. */
bool
smb1_nt_late_parameters(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader r = smb1_parameters_reader(t);
	const Function *f = find_function(t->function);
	Source from = { &r, t->unicode, nested->facts };

	if (!t->late || !f || !f->late)
		return false;
	nested->layout = f->late;
	f->parameters(&from, SMB1_NESTED(nested, Smb1NtTransact));
	smb1_nested_settle(nested, t, &r);
	return true;
}

/* [MS-CIFS] 2.2.4.62.1 */
void
smb1_parse_nt_transact_request(Smb1Block *b)
{
	Smb1NtTransact *body = SMB1_BODY(b, Smb1NtTransact);
	Smb1TransactionRequest *head = &body->head;
	const Function *f;

	b->out->layout = &other;
	head->max_setup_count = smb_reader_u8(&b->words);
	smb_reader_skip(&b->words, 2); /* Reserved1 */
	head->counts.total_parameter_count = smb_reader_le32(&b->words);
	head->counts.total_data_count = smb_reader_le32(&b->words);
	head->max_parameter_count = smb_reader_le32(&b->words);
	head->max_data_count = smb_reader_le32(&b->words);
	head->counts.parameter_count = smb_reader_le32(&b->words);
	head->counts.parameter_offset = smb_reader_le32(&b->words);
	head->counts.data_count = smb_reader_le32(&b->words);
	head->counts.data_offset = smb_reader_le32(&b->words);
	head->setup_count = smb_reader_u8(&b->words);
	head->function = smb_reader_le16(&b->words);
	head->setup = smb1_setup_words(b, head->setup_count);
	head->parameters = smb1_transaction_sections(b, &head->counts);
	if (b->words.status != SMB_READ_OK)
		return;
	b->facts->function = head->function;
	f = find_function(head->function);
	if (f)
		read_function(b, f, body);
}

/* [MS-CIFS] 2.2.4.63.1 */
void
smb1_parse_nt_transact_secondary_request(Smb1Block *b)
{
	Smb1TransactionSecondary *body = SMB1_BODY(b, Smb1TransactionSecondary);

	b->out->layout = &smb1_transaction_secondary;
	smb_reader_skip(&b->words, 3); /* Reserved1 */
	smb1_transaction_counts32(&b->words, &body->counts);
	smb_reader_skip(&b->words, 1); /* Reserved2 */
	(void)smb1_transaction_sections(b, &body->counts);
}

/* [MS-CIFS] 2.2.4.62.2 */
void
smb1_parse_nt_transact_response(Smb1Block *b)
{
	Smb1TransactionResponse *body = SMB1_BODY(b, Smb1TransactionResponse);

	b->out->layout = &smb1_transaction_response;
	smb_reader_skip(&b->words, 3); /* Reserved1 */
	smb1_transaction_counts32(&b->words, &body->counts);
	body->setup_count = smb_reader_u8(&b->words);
	body->setup = smb1_setup_words(b, body->setup_count);
	(void)smb1_transaction_sections(b, &body->counts);
}
