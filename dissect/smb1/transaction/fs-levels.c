/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information levels that query and set a file system: [MS-CIFS] 2.2.8.2 and, from 1000 on, the
 * classes of [MS-FSCC] 2.5.
 */
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum { PASS_THROUGH = 1000, ANSWER_ROWS = 1, GUID_SIZE = 16 };

typedef struct {
	uint16_t information_level, bytes_in_sector, reserved16;
	uint64_t creation_time, units, free_units, caller_units;
	uint64_t thresholds[3], quota_threshold, quota_limit;
	uint32_t id, serial_number, sectors_per_unit, units32, free_units32;
	uint32_t bytes_per_sector, length, type, flags, name_size, padding, sector[7];
	uint8_t small, reserved8, count;
	SmbText text;
	SmbSpan guid, bytes;
} FsBody;

#define ROW(KIND, member, key, ...) SMB_FIELD(FsBody, KIND, member, key, ##__VA_ARGS__)
#define ANSWER                                                                      \
	ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
	    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_fs_level_name)
#define QUERY(ident, ...)                                                 \
	static const SmbField ident##_fields[] = { ANSWER, __VA_ARGS__ }; \
	static SMB_LAYOUT(ident, FsBody, "TRANS2_QUERY_FS_INFORMATION response")
#define SET(ident, ...)                                           \
	static const SmbField ident##_fields[] = { __VA_ARGS__ }; \
	static SMB_LAYOUT(ident, FsBody, "TRANS2_SET_FS_INFORMATION request")

QUERY(query_other, ROW(HEX, bytes, "data"));
SET(set_other, ROW(HEX, bytes, "data"));

/* 2.2.8.2.1, .2 */
QUERY(allocation, ROW(U32, id, "file_system_id"), ROW(U32, sectors_per_unit, "sectors_per_unit"),
      ROW(U32, units32, "total_units"), ROW(U32, free_units32, "available_units"),
      ROW(U16, bytes_in_sector, "bytes_per_sector"));
QUERY(volume, ROW(U32, serial_number, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX),
      ROW(U8, count, "volume_label_length"), ROW(TEXT, text, "volume_label"));
/* .3, [MS-FSCC] 2.5.9: the first byte of Reserved is SupportsObjects */
QUERY(nt_volume, ROW(FILETIME, creation_time, "volume_creation_time"),
      ROW(U32, serial_number, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX),
      ROW(U32, length, "volume_label_length"), ROW(U8, small, "supports_objects"),
      ROW(U8, reserved8, "reserved", .flags = SMB_FIELD_NONZERO), ROW(TEXT, text, "volume_label"));
/* .4 to .6 */
QUERY(size, ROW(U64, units, "total_units"), ROW(U64, free_units, "available_units"),
      ROW(U32, sectors_per_unit, "sectors_per_unit"),
      ROW(U32, bytes_per_sector, "bytes_per_sector"));
QUERY(device, ROW(U32, type, "device_type", .name_of = smb1_device_type_name),
      ROW(U32, flags, "device_characteristics", .flags = SMB_FIELD_SHOW_HEX));
QUERY(attribute,
      ROW(U32, flags, "file_system_attributes", .flags = SMB_FIELD_SHOW_HEX,
	  .name_of = smb1_fs_attribute_name),
      ROW(U32, name_size, "max_file_name_length"), ROW(U32, length, "file_system_name_length"),
      ROW(TEXT, text, "file_system_name"));
/* [MS-FSCC] 2.5.2, .4 to .7 */
#define CONTROL                                                       \
	ROW(U64, thresholds[0], "free_space_start_filtering"),        \
		ROW(U64, thresholds[1], "free_space_threshold"),      \
		ROW(U64, thresholds[2], "free_space_stop_filtering"), \
		ROW(U64, quota_threshold, "default_quota_threshold"), \
		ROW(U64, quota_limit, "default_quota_limit"),         \
		ROW(U32, flags, "file_system_control_flags", .flags = SMB_FIELD_SHOW_HEX)
QUERY(query_control, CONTROL);
SET(set_control, CONTROL);
QUERY(full_size, ROW(U64, units, "total_units"), ROW(U64, caller_units, "caller_available_units"),
      ROW(U64, free_units, "actual_available_units"),
      ROW(U32, sectors_per_unit, "sectors_per_unit"),
      ROW(U32, bytes_per_sector, "bytes_per_sector"));
#define LABEL ROW(U32, length, "volume_label_length"), ROW(TEXT, text, "volume_label")
QUERY(query_label, LABEL);
SET(set_label, LABEL);
#define OBJECT_ID ROW(GUID, guid, "object_id"), ROW(HEX, bytes, "extended_info")
QUERY(query_object_id, OBJECT_ID);
SET(set_object_id, OBJECT_ID);
QUERY(driver_path, ROW(U8, small, "driver_in_path"),
      ROW(U8, reserved8, "reserved", .flags = SMB_FIELD_NONZERO),
      ROW(U16, reserved16, "reserved2", .flags = SMB_FIELD_NONZERO),
      ROW(U32, length, "driver_name_length"), ROW(TEXT, text, "driver_name"));
QUERY(sector_size, ROW(U32, sector[0], "logical_bytes_per_sector"),
      ROW(U32, sector[1], "physical_bytes_per_sector_for_atomicity"),
      ROW(U32, sector[2], "physical_bytes_per_sector_for_performance"),
      ROW(U32, sector[3], "effective_physical_bytes_per_sector_for_atomicity"),
      ROW(U32, sector[4], "sector_flags", .flags = SMB_FIELD_SHOW_HEX),
      ROW(U32, sector[5], "byte_offset_for_sector_alignment"),
      ROW(U32, sector[6], "byte_offset_for_partition_alignment"));

/* ---- What follows the numbers ---------------------------------------------------------- */

typedef void (*ReadRest)(SmbReader *r, FsBody *body, const Smb1Transaction *t);

/*
 * cCharCount counts characters, or bytes in Windows; either way the label extends to the end of the
 * data. 2.2.8.2.2 has no pad byte before it, and Samba sends none; if there is one, the rest is not
 * a whole number of UTF-16 units.
 */
static void
rest_volume(SmbReader *r, FsBody *body, const Smb1Transaction *t)
{
	if (t->unicode && smb_reader_declared_left(r) % 2)
		smb_reader_skip(r, 1);
	body->text = smb1_level_text(r, smb_reader_declared_left(r), t->unicode);
}

static void
rest_text(SmbReader *r, FsBody *body, const Smb1Transaction *t)
{
	body->text = smb1_level_text(r, body->length, t->unicode);
}

static void
rest_object_id(SmbReader *r, FsBody *body, const Smb1Transaction *t)
{
	(void)t;
	body->guid = smb_reader_span(r, GUID_SIZE);
	body->bytes = smb_reader_rest(r);
}

static void
rest_bytes(SmbReader *r, FsBody *body, const Smb1Transaction *t)
{
	(void)t;
	body->bytes = smb_reader_rest(r);
}

typedef struct {
	uint16_t level;
	const SmbLayout *query, *set; /* NULL: cannot be queried, or not set */
	ReadRest rest;
} Level;

#define FSCC(n) (PASS_THROUGH + (n))

static const Level levels[] = {
	{ 0x0001, &allocation, NULL, NULL },
	{ 0x0002, &volume, NULL, rest_volume },
	{ 0x0102, &nt_volume, NULL, rest_text },
	{ 0x0103, &size, NULL, NULL },
	{ 0x0104, &device, NULL, NULL },
	{ 0x0105, &attribute, NULL, rest_text },
	{ FSCC(1), &nt_volume, NULL, rest_text },
	{ FSCC(2), &query_label, &set_label, rest_text },
	{ FSCC(3), &size, NULL, NULL },
	{ FSCC(4), &device, NULL, NULL },
	{ FSCC(5), &attribute, NULL, rest_text },
	{ FSCC(6), &query_control, &set_control, NULL },
	{ FSCC(7), &full_size, NULL, NULL },
	{ FSCC(8), &query_object_id, &set_object_id, rest_object_id },
	{ FSCC(9), &driver_path, NULL, rest_text },
	{ FSCC(11), &sector_size, NULL, NULL },
};
static const Level other = { 0, &query_other, &set_other, rest_bytes };

static const Level *
find_level(int32_t level, bool set)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (levels[i].level == level && (set ? levels[i].set : levels[i].query))
			return &levels[i];
	return &other;
}

/* [MS-CIFS] 2.2.6.4.2 */
void
smb1_query_fs_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const Level *level = find_level(t->level, false);
	FsBody *body;

	if (smb1_unix_query_fs(t, nested))
		return;
	body = SMB1_NESTED(nested, FsBody);
	nested->layout = level->query;
	body->information_level = (uint16_t)t->level;
	smb_layout_read(&data, level->query, ANSWER_ROWS, body);
	if (level->rest)
		level->rest(&data, body, t);
	smb1_nested_settle(nested, t, &data);
}

/* [MS-SMB] 2.2.6.4.1 */
void
smb1_set_fs_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const Level *level = find_level(t->level, true);
	FsBody *body;

	if (!t->total_data || smb1_unix_set_fs(t, nested))
		return;
	body = SMB1_NESTED(nested, FsBody);
	nested->layout = level->set;
	smb_layout_read(&data, level->set, 0, body);
	if (level->rest)
		level->rest(&data, body, t);
	smb1_nested_settle(nested, t, &data);
}
