/* SPDX-License-Identifier: BSD-3-Clause */
/* Information classes of a file system: [MS-FSCC] 2.5. */
#include "dissect/fscc/classes.h"
#include "dissect/wire/names.h"

enum { ANSWER_ROWS = 1 };

#define ROW(KIND, member, key, ...) SMB_FIELD(FsccFs, KIND, member, key, ##__VA_ARGS__)
#define ANSWER                                                                      \
	ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
	    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_fs_level_name)
#define QUERY(ident, ...)                                                                  \
	static const SmbField answer_##ident##_fields[] = { ANSWER, __VA_ARGS__ };         \
	static SMB_LAYOUT(answer_##ident, FsccFs, "TRANS2_QUERY_FS_INFORMATION response"); \
	static SMB_LAYOUT_AFTER(query_##ident, answer_##ident, ANSWER_ROWS, FsccFs,        \
				"query information response")
#define SET(ident, ...)                                                 \
	static const SmbField set_##ident##_fields[] = { __VA_ARGS__ }; \
	static SMB_LAYOUT(set_##ident, FsccFs, "set information request")
#define BOTH(ident, ...)           \
	QUERY(ident, __VA_ARGS__); \
	SET(ident, __VA_ARGS__)

BOTH(other, ROW(HEX, bytes, "data"));

/* 2.5.9: the first byte of Reserved is SupportsObjects */
QUERY(volume, ROW(FILETIME, creation_time, "volume_creation_time"),
      ROW(U32, serial_number, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX),
      ROW(U32, length, "volume_label_length"), ROW(U8, small, "supports_objects"),
      ROW(U8, reserved8, "reserved", .flags = SMB_FIELD_NONZERO), ROW(TEXT, text, "volume_label"));
/* 2.5.8, .10, .1 */
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
/* 2.5.2, .4 to .7 */
#define CONTROL                                                       \
	ROW(U64, thresholds[0], "free_space_start_filtering"),        \
		ROW(U64, thresholds[1], "free_space_threshold"),      \
		ROW(U64, thresholds[2], "free_space_stop_filtering"), \
		ROW(U64, quota_threshold, "default_quota_threshold"), \
		ROW(U64, quota_limit, "default_quota_limit"),         \
		ROW(U32, flags, "file_system_control_flags", .flags = SMB_FIELD_SHOW_HEX)
BOTH(control, CONTROL);
QUERY(full_size, ROW(U64, units, "total_units"), ROW(U64, caller_units, "caller_available_units"),
      ROW(U64, free_units, "actual_available_units"),
      ROW(U32, sectors_per_unit, "sectors_per_unit"),
      ROW(U32, bytes_per_sector, "bytes_per_sector"));
#define LABEL ROW(U32, length, "volume_label_length"), ROW(TEXT, text, "volume_label")
BOTH(label, LABEL);
#define OBJECT_ID ROW(GUID, guid, "object_id"), ROW(HEX, bytes, "extended_info")
BOTH(object_id, OBJECT_ID);
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

/* FileFsPosixInformation of the POSIX extensions, which [MS-FSCC] does not have. */
QUERY(posix, ROW(U32, sectors_per_unit, "optimal_transfer_size"),
      ROW(U32, bytes_per_sector, "block_size"), ROW(U64, units, "total_blocks"),
      ROW(U64, free_units, "blocks_available"), ROW(U64, caller_units, "user_blocks_available"),
      ROW(U64, files, "total_file_nodes"), ROW(U64, free_files, "free_file_nodes"),
      ROW(U64, identifier, "file_system_identifier"));

/* ---- What follows the numbers ---------------------------------------------------------- */

static void
rest_text(SmbReader *r, void *body, bool unicode)
{
	FsccFs *fs = body;

	fs->text = fscc_text(r, fs->length, unicode);
}

static void
rest_bytes(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFs *)body)->bytes = smb_reader_rest(r);
}

#define Q(ident) &query_##ident, &answer_##ident

static const FsccClass classes[] = {
	{ 1, Q(volume), NULL, rest_text },
	{ 2, Q(label), &set_label, rest_text },
	{ 3, Q(size), NULL, NULL },
	{ 4, Q(device), NULL, NULL },
	{ 5, Q(attribute), NULL, rest_text },
	{ 6, Q(control), &set_control, NULL },
	{ 7, Q(full_size), NULL, NULL },
	{ 8, Q(object_id), &set_object_id, rest_bytes },
	{ 9, Q(driver_path), NULL, rest_text },
	{ 11, Q(sector_size), NULL, NULL },
	{ 100, Q(posix), NULL, NULL },
};
static const FsccClass other = { 0, Q(other), &set_other, rest_bytes };

const FsccClass *
fscc_fs_class(uint32_t code, bool set)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].code == code && (set ? classes[i].set : classes[i].query))
			return &classes[i];
	return &other;
}
