/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The entries of a directory: FIND information levels ([MS-CIFS] 2.2.8.1, [MS-SMB] 2.2.8.1,
 * [MS-FSCC] 2.4 as pass-through), decoded while they are printed.
 */
#include "dissect/fscc/directory.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum {
	LEVEL_STANDARD = 0x0001,
	LEVEL_EA_SIZE = 0x0002,
	LEVEL_EAS_FROM_LIST = 0x0003,
	LEVEL_UNIX = 0x0202,
	LEVEL_UNIX_INFO2 = 0x020B,
	PASS_THROUGH = 1000,
	/* SmbList.form: the number of entries left in the high half, the level in the low half */
	FORM_RESUME_KEYS = 0x8000,
	FORM_COUNT_SHIFT = 16,
	FIND_RETURN_RESUME_KEYS = 0x0004, /* [MS-CIFS] 2.2.6.2.1 */
};

/* Of levels that no class is like. */
typedef struct {
	uint32_t next_entry_offset, resume_key;
	uint32_t creation_dostime, last_access_dostime, last_write_dostime;
	uint32_t file_data_size, allocation32, file_name_length, ea_size;
	uint16_t attributes;
	Smb1UnixBasic unix_info;
	SmbList eas;
	SmbText file;
} Entry;

#define ENTRY(KIND, member, key, ...) SMB_FIELD(Entry, KIND, member, key, ##__VA_ARGS__)
#define NAME ENTRY(TEXT, file, "file_name", .role = SMB_ROLE_FILE)

/* 2.2.8.1.1 to .3; the resume key is there if the request asked for it. */
#define DOS_FIELDS                                                                      \
	ENTRY(DOSTIME, creation_dostime, "creation_time"),                              \
		ENTRY(DOSTIME, last_access_dostime, "last_access_time"),                \
		ENTRY(DOSTIME, last_write_dostime, "last_write_time"),                  \
		ENTRY(U32, file_data_size, "file_data_size", .role = SMB_ROLE_TELLING), \
		ENTRY(U32, allocation32, "allocation_size"),                            \
		ENTRY(U16, attributes, "attributes", .flags = SMB_FIELD_SHOW_HEX,       \
		      .name_of = smb1_file_attribute_name)
static const SmbField standard_fields[] = {
	DOS_FIELDS,
	ENTRY(U32, resume_key, "resume_key", .flags = SMB_FIELD_NONZERO),
	NAME,
};
static SMB_LAYOUT(standard, Entry, "entry");
static const SmbField ea_size_fields[] = {
	DOS_FIELDS,
	ENTRY(U32, ea_size, "ea_size"),
	ENTRY(U32, resume_key, "resume_key", .flags = SMB_FIELD_NONZERO),
	NAME,
};
static SMB_LAYOUT(ea_size, Entry, "entry");
static const SmbField eas_fields[] = {
	DOS_FIELDS,
	ENTRY(LIST, eas, "extended_attributes", .items = &smb1_fea_layout),
	ENTRY(U32, resume_key, "resume_key", .flags = SMB_FIELD_NONZERO),
	NAME,
};
static SMB_LAYOUT(eas, Entry, "entry");

/* Not in either specification: the UNIX extensions. */
#define UNIX_LINK_FIELDS \
	ENTRY(U32, next_entry_offset, "next_entry_offset"), ENTRY(U32, resume_key, "resume_key")
static const SmbField unix_basic_fields[] = {
	UNIX_LINK_FIELDS,
	SMB1_UNIX_BASIC_FIELDS(Entry, unix_info),
	NAME,
};
static SMB_LAYOUT(unix_basic, Entry, "entry");
static const SmbField unix_info2_fields[] = {
	UNIX_LINK_FIELDS,
	SMB1_UNIX_INFO2_FIELDS(Entry, unix_info),
	ENTRY(U32, file_name_length, "file_name_length"),
	NAME,
};
static SMB_LAYOUT(unix_info2, Entry, "entry");

/* ---- One entry ------------------------------------------------------------------------------- */

/* Skips the NUL at the end of an entry whose name length is one byte; no length includes it. */
static void
skip_nul(SmbReader *r, bool unicode)
{
	if (unicode && smb_reader_peek(r, 0) == 0 && smb_reader_peek(r, 1) == 0)
		smb_reader_skip(r, 2);
	else if (smb_reader_peek(r, 0) == 0)
		smb_reader_skip(r, 1);
}

static bool
next_dos_entry(SmbList *list, void *item)
{
	uint16_t level = list->form & 0x7FFF;
	SmbReader *r = &list->at;
	Entry *e = item;
	uint8_t length;

	if (!(list->form >> FORM_COUNT_SHIFT))
		return false;
	list->form -= 1u << FORM_COUNT_SHIFT;
	if (list->form & FORM_RESUME_KEYS)
		e->resume_key = smb_reader_le32(r);
	e->creation_dostime = smb_reader_le32(r);
	e->last_access_dostime = smb_reader_le32(r);
	e->last_write_dostime = smb_reader_le32(r);
	e->file_data_size = smb_reader_le32(r);
	e->allocation32 = smb_reader_le32(r);
	e->attributes = smb_reader_le16(r);
	if (level == LEVEL_EA_SIZE)
		e->ea_size = smb_reader_le32(r);
	else if (level == LEVEL_EAS_FROM_LIST)
		e->eas = smb1_fea_list(r);
	length = smb_reader_u8(r);
	/* Samba aligns only the name of the standard level. */
	if (list->unicode && level == LEVEL_STANDARD)
		smb_reader_align(r, 2);
	e->file = smb_reader_counted_string(r, length, list->unicode);
	skip_nul(r, list->unicode);
	return r->status == SMB_READ_OK;
}

static bool
next_unix_entry(SmbList *list, void *item)
{
	const SmbLayout *layout = list->form == LEVEL_UNIX ? &unix_basic : &unix_info2;
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	SmbReader entry = *r;
	Entry *e = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, layout, 0, e);
	if (layout == &unix_info2) {
		e->file = fscc_text(r, e->file_name_length, list->unicode);
	} else {
		/* The name ends with its entry. */
		if (e->next_entry_offset > r->pos - start &&
		    e->next_entry_offset <= entry.limit - start)
			entry.limit = entry.end = start + e->next_entry_offset;
		smb_reader_seek(&entry, r->pos);
		e->file = smb_reader_string(&entry, list->unicode);
		smb_reader_fail(r, entry.status);
		smb_reader_seek(r, entry.pos);
	}
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, e->next_entry_offset);
	return true;
}

/* ---- The response ---------------------------------------------------------------------------- */

typedef struct {
	uint16_t information_level;
	uint16_t sid, search_count, end_of_search, ea_error_offset, last_name_offset;
	SmbText file; /* of the first entry */
	SmbList entries;
	SmbSpan data; /* of an unknown level */
} FindResponse;

#define COMMON_FIELDS                                                        \
	SMB_FIELD(FindResponse, U16, information_level, "information_level", \
		  .role = SMB_ROLE_FUNCTION, .flags = SMB_FIELD_SHOW_HEX,    \
		  .name_of = smb1_find_level_name)
#define END_FIELDS                                                                            \
	SMB_FIELD(FindResponse, U16, search_count, "search_count", .role = SMB_ROLE_TELLING), \
		SMB_FIELD(FindResponse, U16, end_of_search, "end_of_search"),                 \
		SMB_FIELD(FindResponse, U16, ea_error_offset, "ea_error_offset"),             \
		SMB_FIELD(FindResponse, U16, last_name_offset, "last_name_offset"),           \
		SMB_FIELD(FindResponse, TEXT, file, "file", .role = SMB_ROLE_FILE)
#define ENTRIES_FIELD(entry) SMB_FIELD(FindResponse, LIST, entries, "entries", .items = &entry)
#define FIND_LAYOUTS(ident, entry)                                                                 \
	static const SmbField first_##ident##_fields[] = {                                         \
		COMMON_FIELDS, SMB_FIELD(FindResponse, U16, sid, "sid", .role = SMB_ROLE_TELLING), \
		END_FIELDS, ENTRIES_FIELD(entry)                                                   \
	};                                                                                         \
	static SMB_LAYOUT(first_##ident, FindResponse, "TRANS2_FIND_FIRST2 response");             \
	static const SmbField next_##ident##_fields[] = { COMMON_FIELDS, END_FIELDS,               \
							  ENTRIES_FIELD(entry) };                  \
	static SMB_LAYOUT(next_##ident, FindResponse, "TRANS2_FIND_NEXT2 response")

FIND_LAYOUTS(standard, standard);
FIND_LAYOUTS(ea_size, ea_size);
FIND_LAYOUTS(eas, eas);
FIND_LAYOUTS(directory, fscc_entry_directory);
FIND_LAYOUTS(full, fscc_entry_full);
FIND_LAYOUTS(names, fscc_entry_names);
FIND_LAYOUTS(both, fscc_entry_both);
FIND_LAYOUTS(id_full, fscc_entry_id_full);
FIND_LAYOUTS(id_both, fscc_entry_id_both);
FIND_LAYOUTS(unix_basic, unix_basic);
FIND_LAYOUTS(unix_info2, unix_info2);

static const SmbField first_other_fields[] = {
	COMMON_FIELDS,
	SMB_FIELD(FindResponse, U16, sid, "sid", .role = SMB_ROLE_TELLING),
	END_FIELDS,
	SMB_FIELD(FindResponse, HEX, data, "data"),
};
static SMB_LAYOUT(first_other, FindResponse, "TRANS2_FIND_FIRST2 response");
static const SmbField next_other_fields[] = {
	COMMON_FIELDS,
	END_FIELDS,
	SMB_FIELD(FindResponse, HEX, data, "data"),
};
static SMB_LAYOUT(next_other, FindResponse, "TRANS2_FIND_NEXT2 response");

/* The request was cut before its level. */
static SMB_LAYOUT_AFTER(first_unknown, first_other, 1, FindResponse, "TRANS2_FIND_FIRST2 response");
static SMB_LAYOUT_AFTER(next_unknown, next_other, 1, FindResponse, "TRANS2_FIND_NEXT2 response");

typedef struct {
	uint16_t level;
	uint8_t class;               /* [MS-FSCC] 2.4 has the same structure */
	SmbListNext next;            /* if no class has it */
	const SmbLayout *layouts[2]; /* of FIND_FIRST2, of FIND_NEXT2 */
} Level;

#define DOS_LEVEL(level, ident)                       \
	{                                             \
		level, 0, next_dos_entry,             \
		{                                     \
			&first_##ident, &next_##ident \
		}                                     \
	}
#define NT_LEVEL(level, class, ident)                 \
	{                                             \
		level, class, NULL,                   \
		{                                     \
			&first_##ident, &next_##ident \
		}                                     \
	}
#define UNIX_LEVEL(level, ident)                      \
	{                                             \
		level, 0, next_unix_entry,            \
		{                                     \
			&first_##ident, &next_##ident \
		}                                     \
	}

static const Level levels[] = {
	DOS_LEVEL(LEVEL_STANDARD, standard),
	DOS_LEVEL(LEVEL_EA_SIZE, ea_size),
	DOS_LEVEL(LEVEL_EAS_FROM_LIST, eas),
	NT_LEVEL(0x0101, 1, directory),
	NT_LEVEL(0x0102, 2, full),
	NT_LEVEL(0x0103, 12, names),
	NT_LEVEL(0x0104, 3, both),
	NT_LEVEL(0x0105, 38, id_full),
	NT_LEVEL(0x0106, 37, id_both),
	UNIX_LEVEL(LEVEL_UNIX, unix_basic),
	UNIX_LEVEL(LEVEL_UNIX_INFO2, unix_info2),
	NT_LEVEL(PASS_THROUGH + 1, 1, directory),
	NT_LEVEL(PASS_THROUGH + 2, 2, full),
	NT_LEVEL(PASS_THROUGH + 3, 3, both),
	NT_LEVEL(PASS_THROUGH + 12, 12, names),
	NT_LEVEL(PASS_THROUGH + 37, 37, id_both),
	NT_LEVEL(PASS_THROUGH + 38, 38, id_full),
};

static const Level *
find_level(int32_t level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (levels[i].level == level)
			return &levels[i];
	return NULL;
}

/* The flags are at different offsets in the two requests (2.2.6.2.1, 2.2.6.3.1). */
static bool
asked_resume_keys(const Smb1Transaction *t)
{
	SmbReader asked = smb_reader_from_span(t->asked);

	smb_reader_skip(&asked, t->function == TRANS2_FIND_NEXT2 ? 10 : 4);
	return smb_reader_le16(&asked) & FIND_RETURN_RESUME_KEYS;
}

static uint32_t
read_own_entries(const Smb1Transaction *t, const Level *level, SmbReader *data, FindResponse *body)
{
	SmbList list = { .at = fscc_rest(data),
			 .next = level->next,
			 .form = level->level,
			 .unicode = t->unicode };
	SmbList first;
	Entry entry = { 0 };

	if (level->next == next_dos_entry)
		list.form |= (uint32_t)body->search_count << FORM_COUNT_SHIFT |
			     (asked_resume_keys(t) ? FORM_RESUME_KEYS : 0);
	body->entries = first = list;
	if (first.next(&first, &entry))
		body->file = entry.file;
	return fscc_check_list(data, list, &entry, sizeof(entry));
}

static void
read_entries(const Smb1Transaction *t, const Level *level, SmbReader *data, FindResponse *body,
	     Smb1Nested *nested)
{
	uint32_t *count = &nested->facts->count;

	if (level->next)
		*count = read_own_entries(t, level, data, body);
	else
		body->entries = fscc_entry_list(data, fscc_entry_class(level->class), t->unicode,
						count, &body->file);
}

/* [MS-CIFS] 2.2.6.2.2, 2.2.6.3.2 */
void
smb1_find_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader parameters = smb1_parameters_reader(t);
	SmbReader data = smb1_data_reader(t);
	FindResponse *body = SMB1_NESTED(nested, FindResponse);
	const Level *level = find_level(t->level);
	bool next = t->function == TRANS2_FIND_NEXT2;

	nested->layout = next ? &next_other : &first_other;
	body->information_level = (uint16_t)t->level;
	if (!next)
		body->sid = smb_reader_le16(&parameters);
	body->search_count = smb_reader_le16(&parameters);
	body->end_of_search = smb_reader_le16(&parameters);
	body->ea_error_offset = smb_reader_le16(&parameters);
	body->last_name_offset = smb_reader_le16(&parameters);
	if (t->level < 0) {
		nested->layout = next ? &next_unknown : &first_unknown;
		body->data = smb_reader_rest(&data);
	} else if (level) {
		nested->layout = level->layouts[next];
		read_entries(t, level, &data, body, nested);
	} else {
		nested->facts->count = body->search_count;
		body->data = smb_reader_rest(&data);
	}
	smb_reader_fail(&parameters, data.status);
	smb1_nested_settle(nested, t, &parameters);
}
