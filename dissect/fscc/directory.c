/* SPDX-License-Identifier: BSD-3-Clause */
/* The entries of a directory: [MS-FSCC] 2.4.8, .10, .15, .18 to .25, .33. */
#include "dissect/fscc/directory.h"

#include "dissect/fscc/security-descriptor.h"
#include "dissect/wire/names.h"

enum { SHORT_NAME_SIZE = 24, FILE_ID_128_SIZE = 16 };

typedef struct {
	uint32_t next_entry_offset, file_index;
	uint64_t creation_time, last_access_time, last_write_time, change_time;
	uint64_t end_of_file, allocation_size;
	uint32_t ext_file_attributes, file_name_length, ea_size, reparse_tag, reserved;
	uint32_t tx_info_flags;
	uint16_t reserved16;
	uint8_t short_name_length, reserved8;
	uint64_t file_id;
	SmbSpan bytes; /* a 128-bit id, or a GUID */
	SmbText short_name, file;
} Entry;

#define ENTRY(KIND, member, key, ...) SMB_FIELD(Entry, KIND, member, key, ##__VA_ARGS__)
#define NAME ENTRY(TEXT, file, "file_name", .role = SMB_ROLE_FILE)
#define FILE_ID ENTRY(U64, file_id, "file_id", .role = SMB_ROLE_TELLING)

#define LINK_FIELDS \
	ENTRY(U32, next_entry_offset, "next_entry_offset"), ENTRY(U32, file_index, "file_index")
#define NT_FIELDS                                                                        \
	LINK_FIELDS, ENTRY(FILETIME, creation_time, "creation_time"),                    \
		ENTRY(FILETIME, last_access_time, "last_access_time"),                   \
		ENTRY(FILETIME, last_write_time, "last_write_time"),                     \
		ENTRY(FILETIME, change_time, "change_time"),                             \
		ENTRY(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING),        \
		ENTRY(U64, allocation_size, "allocation_size"),                          \
		ENTRY(U32, ext_file_attributes, "ext_file_attributes",                   \
		      .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_file_attribute_name), \
		ENTRY(U32, file_name_length, "file_name_length")
static const SmbField fscc_entry_directory_fields[] = { NT_FIELDS, NAME };
SMB_LAYOUT(fscc_entry_directory, Entry, "entry");
static const SmbField fscc_entry_full_fields[] = { NT_FIELDS, ENTRY(U32, ea_size, "ea_size"),
						   NAME };
SMB_LAYOUT(fscc_entry_full, Entry, "entry");
static const SmbField fscc_entry_names_fields[] = {
	LINK_FIELDS, ENTRY(U32, file_name_length, "file_name_length"), NAME
};
SMB_LAYOUT(fscc_entry_names, Entry, "entry");
#define BOTH_FIELDS                                                \
	NT_FIELDS, ENTRY(U32, ea_size, "ea_size"),                 \
		ENTRY(U8, short_name_length, "short_name_length"), \
		ENTRY(U8, reserved8, "reserved", .flags = SMB_FIELD_NONZERO)
static const SmbField fscc_entry_both_fields[] = { BOTH_FIELDS,
						   ENTRY(TEXT, short_name, "short_name"), NAME };
SMB_LAYOUT(fscc_entry_both, Entry, "entry");
static const SmbField fscc_entry_id_full_fields[] = {
	NT_FIELDS,
	ENTRY(U32, ea_size, "ea_size"),
	ENTRY(U32, reserved, "reserved", .flags = SMB_FIELD_NONZERO),
	ENTRY(U64, file_id, "file_id", .role = SMB_ROLE_TELLING),
	NAME,
};
SMB_LAYOUT(fscc_entry_id_full, Entry, "entry");
static const SmbField fscc_entry_id_both_fields[] = {
	BOTH_FIELDS,
	ENTRY(TEXT, short_name, "short_name"),
	ENTRY(U16, reserved16, "reserved2", .flags = SMB_FIELD_NONZERO),
	ENTRY(U64, file_id, "file_id", .role = SMB_ROLE_TELLING),
	NAME,
};
SMB_LAYOUT(fscc_entry_id_both, Entry, "entry");

/* 2.4.25 */
static const SmbField fscc_entry_id_global_tx_fields[] = {
	NT_FIELDS,
	FILE_ID,
	ENTRY(GUID, bytes, "locking_transaction_id"),
	ENTRY(U32, tx_info_flags, "tx_info_flags", .flags = SMB_FIELD_SHOW_HEX),
	NAME,
};
SMB_LAYOUT(fscc_entry_id_global_tx, Entry, "entry");

/* 2.4.23, .19, .18, .21, .20: with the tag of a reparse point beside the size of attributes */
#define EXTD_FIELDS                                \
	NT_FIELDS, ENTRY(U32, ea_size, "ea_size"), \
		ENTRY(U32, reparse_tag, "reparse_tag", .flags = SMB_FIELD_SHOW_HEX)
#define ID_128 ENTRY(HEX, bytes, "file_id_128")
#define SHORT_NAME                                                            \
	ENTRY(U8, short_name_length, "short_name_length"),                    \
		ENTRY(U8, reserved8, "reserved", .flags = SMB_FIELD_NONZERO), \
		ENTRY(TEXT, short_name, "short_name")
#define EXTD_LAYOUT(ident, ...)                                                                   \
	static const SmbField fscc_entry_##ident##_fields[] = { EXTD_FIELDS, __VA_ARGS__, NAME }; \
	SMB_LAYOUT(fscc_entry_##ident, Entry, "entry")
EXTD_LAYOUT(id_extd, ENTRY(HEX, bytes, "file_id", .role = SMB_ROLE_TELLING));
EXTD_LAYOUT(id_64_extd, FILE_ID);
EXTD_LAYOUT(id_64_extd_both, FILE_ID, SHORT_NAME);
EXTD_LAYOUT(id_all_extd, FILE_ID, ID_128);
EXTD_LAYOUT(id_all_extd_both, FILE_ID, ID_128, SHORT_NAME);

/* FilePosixInformation of the POSIX extensions, which [MS-FSCC] does not have. */
typedef struct {
	uint32_t next_entry_offset, file_index;
	uint64_t creation_time, last_access_time, last_write_time, change_time;
	uint64_t end_of_file, allocation_size, inode;
	uint32_t ext_file_attributes, device, reserved, links, reparse_tag, permissions;
	uint32_t file_name_length;
	SmbText owner, group, file;
	char owner_text[FSCC_SID_TEXT], group_text[FSCC_SID_TEXT];
} PosixEntry;
_Static_assert(sizeof(PosixEntry) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

#define POSIX(KIND, member, key, ...) SMB_FIELD(PosixEntry, KIND, member, key, ##__VA_ARGS__)
static const SmbField fscc_entry_posix_fields[] = {
	POSIX(U32, next_entry_offset, "next_entry_offset"),
	POSIX(U32, file_index, "file_index"),
	POSIX(FILETIME, creation_time, "creation_time"),
	POSIX(FILETIME, last_access_time, "last_access_time"),
	POSIX(FILETIME, last_write_time, "last_write_time"),
	POSIX(FILETIME, change_time, "change_time"),
	POSIX(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING),
	POSIX(U64, allocation_size, "allocation_size"),
	POSIX(U32, ext_file_attributes, "ext_file_attributes", .flags = SMB_FIELD_SHOW_HEX,
	      .name_of = smb1_file_attribute_name),
	POSIX(U64, inode, "inode"),
	POSIX(U32, device, "device_id"),
	POSIX(U32, reserved, "reserved", .flags = SMB_FIELD_NONZERO),
	POSIX(U32, links, "number_of_links"),
	POSIX(U32, reparse_tag, "reparse_tag", .flags = SMB_FIELD_SHOW_HEX),
	POSIX(U32, permissions, "posix_permissions", .flags = SMB_FIELD_SHOW_HEX),
	POSIX(TEXT, owner, "owner"),
	POSIX(TEXT, group, "group"),
	POSIX(U32, file_name_length, "file_name_length"),
	POSIX(TEXT, file, "file_name", .role = SMB_ROLE_FILE),
};
SMB_LAYOUT(fscc_entry_posix, PosixEntry, "entry");

/* ---- One entry ------------------------------------------------------------------------------- */

static void
read_short_name(SmbReader *r, Entry *e)
{
	SmbReader name = smb_reader_sub(r, SHORT_NAME_SIZE);

	e->short_name = fscc_text(&name,
				  e->short_name_length > SHORT_NAME_SIZE ? SHORT_NAME_SIZE
									 : e->short_name_length,
				  true);
}

/*
 * The fields after the first that is not a number, in the order of the rows. Fixed numbers follow
 * some of them.
 */
static void
read_rows(SmbReader *r, const SmbLayout *layout, Entry *e)
{
	smb_layout_read(r, layout, 0, e);
	if (layout == &fscc_entry_id_extd || layout == &fscc_entry_id_all_extd ||
	    layout == &fscc_entry_id_all_extd_both)
		e->bytes = smb_reader_span(r, FILE_ID_128_SIZE);
	if (layout == &fscc_entry_id_all_extd_both) {
		e->short_name_length = smb_reader_u8(r);
		e->reserved8 = smb_reader_u8(r);
	}
	if (layout == &fscc_entry_both || layout == &fscc_entry_id_both ||
	    layout == &fscc_entry_id_64_extd_both || layout == &fscc_entry_id_all_extd_both)
		read_short_name(r, e);
	if (layout == &fscc_entry_id_both) {
		e->reserved16 = smb_reader_le16(r);
		e->file_id = smb_reader_le64(r);
	}
}

static bool
next_entry(SmbList *list, void *item)
{
	const FsccEntryClass *class = list->owner;
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Entry *e = item;

	if (!smb_reader_declared_left(r))
		return false;
	read_rows(r, class->items, e);
	e->file = fscc_text(r, e->file_name_length, list->unicode);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, e->next_entry_offset);
	return true;
}

static bool
next_posix_entry(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	PosixEntry *e = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &fscc_entry_posix, 0, e);
	e->owner = fscc_read_sid(r, e->owner_text);
	e->group = fscc_read_sid(r, e->group_text);
	e->file_name_length = smb_reader_le32(r);
	e->file = smb_reader_counted_string(r, e->file_name_length, true);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, e->next_entry_offset);
	return true;
}

/* ---- Which class is what --------------------------------------------------------------------- */

#define BODY(ident)                                                                            \
	static const SmbField body_##ident##_fields[] = {                                      \
		SMB_FIELD(FsccEntries, LIST, entries, "entries", .items = &fscc_entry_##ident) \
	};                                                                                     \
	static SMB_LAYOUT(body_##ident, FsccEntries, "query directory response")
BODY(directory);
BODY(full);
BODY(names);
BODY(both);
BODY(id_full);
BODY(id_both);
BODY(id_global_tx);
BODY(id_extd);
BODY(id_64_extd);
BODY(id_64_extd_both);
BODY(id_all_extd);
BODY(id_all_extd_both);
BODY(posix);

static const FsccEntryClass classes[] = {
	{ 1, &fscc_entry_directory, &body_directory },
	{ 2, &fscc_entry_full, &body_full },
	{ 3, &fscc_entry_both, &body_both },
	{ 12, &fscc_entry_names, &body_names },
	{ 37, &fscc_entry_id_both, &body_id_both },
	{ 38, &fscc_entry_id_full, &body_id_full },
	{ 50, &fscc_entry_id_global_tx, &body_id_global_tx },
	{ 60, &fscc_entry_id_extd, &body_id_extd },
	{ 78, &fscc_entry_id_64_extd, &body_id_64_extd },
	{ 79, &fscc_entry_id_64_extd_both, &body_id_64_extd_both },
	{ 80, &fscc_entry_id_all_extd, &body_id_all_extd },
	{ 81, &fscc_entry_id_all_extd_both, &body_id_all_extd_both },
	{ 100, &fscc_entry_posix, &body_posix },
};

const FsccEntryClass *
fscc_entry_class(uint32_t code)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].code == code)
			return &classes[i];
	return NULL;
}

SmbList
fscc_entry_list(SmbReader *r, const FsccEntryClass *class, bool unicode, uint32_t *count,
		SmbText *first)
{
	bool posix = class->items == &fscc_entry_posix;
	SmbList list = { .at = fscc_rest(r),
			 .next = posix ? next_posix_entry : next_entry,
			 .owner = class,
			 .unicode = unicode };
	SmbList copy = list;
	union {
		Entry entry;
		PosixEntry posix;
	} item = { 0 };

	if (copy.next(&copy, &item))
		*first = posix ? item.posix.file : item.entry.file;
	*count = fscc_check_list(r, list, &item, sizeof(item));
	return list;
}
