/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The information levels of the UNIX extensions, 0x200 and on: [MS-SMB] 2.2.2.3.6 leaves the range
 * to third parties, and no specification describes them. The fields are those that servers and
 * clients agree on; levels without well-known fields show their bytes.
 */
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum { QUERY_ROWS = 2, FS_ROWS = 1 }; /* rows before those of the level */

typedef struct {
	uint16_t information_level, ea_error_offset, small, small2, small3;
	Smb1UnixBasic basic;
	uint32_t first, second, third, fourth, fifth;
	uint64_t numbers[6];
	SmbText text;
	SmbSpan bytes;
} UnixBody;

#define ROW(KIND, member, key, ...) SMB_FIELD(UnixBody, KIND, member, key, ##__VA_ARGS__)
#define HEX_ROW(KIND, member, key) ROW(KIND, member, key, .flags = SMB_FIELD_SHOW_HEX)
#define QUERY(ident, ...)                                                                   \
	static const SmbField query_##ident##_fields[] = {                                  \
		ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
		    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_query_level_name),         \
		ROW(U16, ea_error_offset, "ea_error_offset"), __VA_ARGS__                   \
	};                                                                                  \
	static SMB_LAYOUT(query_##ident, UnixBody, "TRANS2 query information response")
#define QUERY_FS(ident, ...)                                                                \
	static const SmbField fs_##ident##_fields[] = {                                     \
		ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
		    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_fs_level_name),            \
		__VA_ARGS__                                                                 \
	};                                                                                  \
	static SMB_LAYOUT(fs_##ident, UnixBody, "TRANS2_QUERY_FS_INFORMATION response")
#define SET(ident, ...)                                                 \
	static const SmbField set_##ident##_fields[] = { __VA_ARGS__ }; \
	static SMB_LAYOUT(set_##ident, UnixBody, "TRANS2 set information request")
#define BOTH(ident, ...)           \
	QUERY(ident, __VA_ARGS__); \
	SET(ident, __VA_ARGS__)

BOTH(basic, SMB1_UNIX_BASIC_FIELDS(UnixBody, basic));
BOTH(info2, SMB1_UNIX_INFO2_FIELDS(UnixBody, basic));
BOTH(link, ROW(TEXT, text, "link_target"));
BOTH(acl, ROW(U16, small, "acl_version"), ROW(U16, small2, "access_entries"),
     ROW(U16, small3, "default_entries"), ROW(HEX, bytes, "acl"));
BOTH(attributes, HEX_ROW(U64, numbers[0], "attribute_flags"),
     HEX_ROW(U64, numbers[1], "attribute_mask"));
#define LOCK                                                                     \
	ROW(U16, small, "lock_type"), HEX_ROW(U16, small2, "lock_flags"),        \
		ROW(U32, first, "lock_pid"), ROW(U64, numbers[0], "lock_start"), \
		ROW(U64, numbers[1], "lock_length")
BOTH(lock, LOCK);
SET(open, HEX_ROW(U32, first, "oplock_flags"), HEX_ROW(U32, second, "posix_open_mode"),
    HEX_ROW(U64, numbers[0], "permissions"), HEX_ROW(U16, small, "reply_level"));
SET(unlink, HEX_ROW(U16, small, "unlink_flags"));
BOTH(other, ROW(HEX, bytes, "data"));

QUERY(opened, ROW(U16, small, "oplock"), ROW(U16, small2, "fid", .role = SMB_ROLE_FID),
      ROW(U32, first, "create_action"), HEX_ROW(U16, small3, "reply_level"),
      ROW(HEX, bytes, "data"));

#define UNIX_INFO                                                                      \
	ROW(U16, small, "unix_major_version"), ROW(U16, small2, "unix_minor_version"), \
		HEX_ROW(U64, numbers[0], "unix_capabilities")
QUERY_FS(info, UNIX_INFO);
SET(fs_info, UNIX_INFO);
QUERY_FS(posix, ROW(U32, first, "optimal_transfer_size"), ROW(U32, second, "block_size"),
	 ROW(U64, numbers[0], "total_blocks"), ROW(U64, numbers[1], "blocks_available"),
	 ROW(U64, numbers[2], "user_blocks_available"), ROW(U64, numbers[3], "total_file_nodes"),
	 ROW(U64, numbers[4], "free_file_nodes"),
	 HEX_ROW(U64, numbers[5], "file_system_identifier"));
QUERY_FS(whoami, HEX_ROW(U32, first, "mapping_flags"), HEX_ROW(U32, second, "mapping_mask"),
	 ROW(U64, numbers[0], "unix_uid"), ROW(U64, numbers[1], "unix_gid"),
	 ROW(U32, third, "number_of_gids"), ROW(U32, fourth, "number_of_sids"),
	 ROW(U32, fifth, "length_of_sids"), ROW(HEX, bytes, "groups"));
QUERY_FS(other, ROW(HEX, bytes, "data"));

/* SMB_REQUEST_TRANSPORT_ENCRYPTION: tokens of a logon, as in SESSION_SETUP. */
#define SEALED ROW(HEX, bytes, "security_blob", .flags = SMB_FIELD_SECRET)
QUERY_FS(sealed, SEALED);
SET(sealed, SEALED);

typedef struct {
	uint16_t level;
	const SmbLayout *query, *set;
} Level;

static const Level path_levels[] = {
	{ 0x0200, &query_basic, &set_basic },  { 0x0201, &query_link, &set_link },
	{ 0x0203, &query_other, &set_link }, /* SMB_SET_FILE_UNIX_HLINK */
	{ 0x0204, &query_acl, &set_acl },      { 0x0206, &query_attributes, &set_attributes },
	{ 0x0208, &query_lock, &set_lock },    { 0x0209, &query_opened, &set_open },
	{ 0x020A, &query_other, &set_unlink }, { 0x020B, &query_info2, &set_info2 },
};
static const Level other_path = { 0, &query_other, &set_other };

static const Level fs_levels[] = {
	{ 0x0200, &fs_info, &set_fs_info },
	{ 0x0201, &fs_posix, &set_other },
	{ 0x0202, &fs_whoami, &set_other },
	{ 0x0203, &fs_sealed, &set_sealed },
};
static const Level other_fs = { 0, &fs_other, &set_other };

static bool
is_unix(int32_t level)
{
	return level >= 0x0200 && level <= 0x03E0;
}

static const Level *
find_level(const Level *levels, size_t count, const Level *other, int32_t level)
{
	for (size_t i = 0; i < count; i++)
		if (levels[i].level == level)
			return &levels[i];
	return other;
}
#define FIND(levels, other, level) \
	find_level(levels, sizeof(levels) / sizeof((levels)[0]), &(other), (level))

static UnixBody *
read_level(const Smb1Transaction *t, Smb1Nested *nested, const SmbLayout *layout, uint16_t first)
{
	SmbReader data = smb1_data_reader(t);
	SmbReader parameters = smb_reader_from_span(t->parameters);
	UnixBody *body = SMB1_NESTED(nested, UnixBody);
	const SmbField *last = &layout->fields[layout->count - 1];

	nested->layout = layout;
	body->information_level = (uint16_t)t->level;
	body->ea_error_offset = smb_reader_le16(&parameters);
	smb_layout_read(&data, layout, first, body);
	if (last->kind == SMB_FIELD_TEXT)
		body->text = smb_reader_string(&data, t->unicode);
	else
		body->bytes = smb_reader_rest(&data);
	smb1_nested_settle(nested, t, &data);
	return body;
}

bool
smb1_unix_query(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (!is_unix(t->level))
		return false;
	read_level(t, nested, FIND(path_levels, other_path, t->level)->query, QUERY_ROWS);
	return true;
}

/* The modes of SMB_POSIX_PATH_OPEN, as Samba has them (trans2.h). */
static void
tell_open(const UnixBody *body, Smb1Facts *facts)
{
	enum { RDONLY = 1, WRONLY = 2, RDWR = 4, DIRECTORY = 0x200 };

	facts->open.access = body->second;
	facts->open.to_read = body->second & (RDONLY | RDWR);
	facts->open.to_write = body->second & (WRONLY | RDWR);
	facts->open.directory = body->second & DIRECTORY;
}

bool
smb1_unix_set(const Smb1Transaction *t, Smb1Nested *nested)
{
	const SmbLayout *layout;
	UnixBody *body;

	if (!is_unix(t->level))
		return false;
	layout = FIND(path_levels, other_path, t->level)->set;
	body = read_level(t, nested, layout, 0);
	nested->facts->name_to = body->text; /* of a link; absent in all others */
	if (layout == &set_open)
		tell_open(body, nested->facts);
	if (layout == &set_unlink)
		nested->facts->disposition = SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE |
					     SMB_DISPOSITION_POSIX;
	return true;
}

/* SMB_POSIX_PATH_OPEN is a SET that opens a file: its response has a FID. */
bool
smb1_unix_set_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	static const SmbOpened actions[] = { SMB_OPENED_SUPERSEDED, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED };
	UnixBody *body;

	if (t->level != SMB_POSIX_PATH_OPEN || !t->total_data)
		return false;
	body = read_level(t, nested, &query_opened, QUERY_ROWS);
	nested->facts->has_fid = true;
	nested->facts->fid = body->small2;
	if (body->first < sizeof(actions) / sizeof(actions[0]))
		nested->facts->open.action = actions[body->first];
	return true;
}

bool
smb1_unix_query_fs(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (!is_unix(t->level))
		return false;
	read_level(t, nested, FIND(fs_levels, other_fs, t->level)->query, FS_ROWS);
	return true;
}

bool
smb1_unix_set_fs(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (!is_unix(t->level))
		return false;
	read_level(t, nested, FIND(fs_levels, other_fs, t->level)->set, 0);
	return true;
}
