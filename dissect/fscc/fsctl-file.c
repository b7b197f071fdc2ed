/* SPDX-License-Identifier: BSD-3-Clause */
/* Control codes about a file's data and attributes: [MS-FSCC] 2.3. */
#include "dissect/fscc/fsctl.h"
#include "dissect/wire/codes.h"

#define LAYOUTS FSCC_FSCTL_LAYOUTS
#define N64 FSCC_N64
#define N32 FSCC_N32
#define N16 FSCC_N16
#define N8 FSCC_N8

enum { TOKEN_ID_SIZE = 504, EXTENDED_INFO_SIZE = 48, FILE_ID_128_SIZE = 16 };

/* ---- Forms that are numbers ---- */

/* 2.3.2 and others: FILE_OBJECTID_BUFFER (2.1.3.1) */
LAYOUTS(object_id, "object id", FSCC_GUID(0, "object_id"), FSCC_GUID(1, "birth_volume_id"),
	FSCC_GUID(2, "birth_object_id"), FSCC_GUID(3, "domain_id"));
/* 2.3.7, 2.3.9 */
#define DUPLICATE                                                                                \
	N64(0, "source_fid_persistent", .flags = SMB_FIELD_SHOW_HEX),                            \
		N64(1, "source_fid", .flags = SMB_FIELD_SHOW_HEX), N64(2, "source_file_offset"), \
		N64(3, "target_file_offset"), N64(4, "byte_count")
LAYOUTS(duplicate, "FSCTL_DUPLICATE_EXTENTS_TO_FILE request", DUPLICATE);
LAYOUTS(duplicate_ex, "FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX request", N64(5, "structure_size"),
	DUPLICATE, FSCC_FLAGS(0, "duplicate_flags"));
/* 2.3.18, 2.3.67 */
LAYOUTS(compression, "compression", N16(0, "compression_state"));
/* 2.3.20, 2.3.73, 2.3.75 */
#define INTEGRITY                                                     \
	N16(0, "checksum_algorithm"), FSCC_RESERVED16(1, "reserved"), \
		FSCC_FLAGS(0, "integrity_flags")
LAYOUTS(integrity, "FSCTL_GET_INTEGRITY_INFORMATION response", INTEGRITY,
	N32(1, "checksum_chunk_size"), N32(2, "cluster_size"));
LAYOUTS(set_integrity, "FSCTL_SET_INTEGRITY_INFORMATION request", INTEGRITY);
LAYOUTS(set_integrity_ex, "FSCTL_SET_INTEGRITY_INFORMATION_EX request", N8(0, "enable_integrity"),
	N8(1, "keep_integrity_state_unchanged"), FSCC_RESERVED16(0, "reserved"),
	FSCC_FLAGS(0, "integrity_flags"), N8(2, "version"));
/* 2.3.39 */
LAYOUTS(mark_handle, "FSCTL_MARK_HANDLE request", N32(0, "usn_source_info"),
	FSCC_RESERVED32(1, "reserved"), N64(0, "volume_handle"), FSCC_FLAGS(2, "handle_info"));
/* 2.3.51, 2.3.55, 2.3.85 */
LAYOUTS(range, "FSCTL_QUERY_ALLOCATED_RANGES request", N64(0, "file_offset"), N64(1, "length"));
LAYOUTS(region, "FSCTL_QUERY_FILE_REGIONS request", N64(0, "file_offset"), N64(1, "length"),
	FSCC_FLAGS(0, "desired_usage"));
LAYOUTS(zero, "FSCTL_SET_ZERO_DATA request", N64(0, "file_offset"), N64(1, "beyond_final_zero"));
/* 2.3.83, 2.3.69, 2.3.71, 2.3.72.1 */
LAYOUTS(sparse, "FSCTL_SET_SPARSE request", N8(0, "set_sparse"));
LAYOUTS(defects, "FSCTL_SET_DEFECT_MANAGEMENT request", N8(0, "disable"));
LAYOUTS(encryption, "FSCTL_SET_ENCRYPTION request", N32(0, "encryption_operation"),
	N8(0, "private"));
LAYOUTS(decrypted, "FSCTL_SET_ENCRYPTION response", N8(0, "no_encrypted_streams"));
/* 2.3.61, 2.3.93 */
LAYOUTS(usn_versions, "FSCTL_READ_FILE_USN_DATA request", N16(0, "min_major_version"),
	N16(1, "max_major_version"));
LAYOUTS(usn, "FSCTL_WRITE_USN_CLOSE_RECORD response", N64(0, "usn"));
/* 2.3.14 */
LAYOUTS(trimmed, "FSCTL_FILE_LEVEL_TRIM response", N32(0, "num_ranges_processed"));
/* 2.3.44 */
LAYOUTS(offload_written, "FSCTL_OFFLOAD_WRITE response", N32(0, "size"), FSCC_FLAGS(1, "odx_flags"),
	N64(0, "length_written"));
/* 2.3.41 */
LAYOUTS(offload_read, "FSCTL_OFFLOAD_READ request", N32(0, "size"), FSCC_FLAGS(1, "odx_flags"),
	N32(2, "token_time_to_live"), FSCC_RESERVED32(3, "reserved"), N64(0, "file_offset"),
	N64(1, "copy_length"));
/* Of shared virtual disks ([MS-RSVD] 2.2.4.1, 2.2.4.11), which are files too. */
LAYOUTS(shared_disk, "FSCTL_QUERY_SHARED_VIRTUAL_DISK_SUPPORT response",
	N32(0, "shared_virtual_disk_support"), N32(1, "shared_virtual_disk_handle_state"));
LAYOUTS(tunnel, "SVHDX tunnel", FSCC_FLAGS(0, "svhdx_operation_code"),
	N32(1, "svhdx_status", .flags = SMB_FIELD_SHOW_HEX), N64(0, "svhdx_request_id"));

/* ---- Forms that end in bytes or texts ---- */

/* 2.3.79 */
LAYOUTS(extended_info, "FSCTL_SET_OBJECT_ID_EXTENDED request", FSCC_HEX(0, "extended_info"));

static void
rest_extended_info(SmbReader *r, FsccFsctl *body)
{
	body->bytes[0] = smb_reader_span(r, EXTENDED_INFO_SIZE);
}

/*
 * 2.1.11: its numbers are big-endian, and are swapped after they were read. Whoever has a token may
 * copy what it stands for, so it is a secret.
 */
#define TOKEN                                                                              \
	N32(4, "token_type", .flags = SMB_FIELD_SHOW_HEX), FSCC_RESERVED16(1, "reserved"), \
		N16(0, "token_id_length"),                                                 \
		FSCC_FSCTL(HEX, bytes[0], "token_id", .flags = SMB_FIELD_SECRET)

static void
rest_token(SmbReader *r, FsccFsctl *body)
{
	SmbReader id = smb_reader_sub(r, TOKEN_ID_SIZE);

	body->n32[4] = __builtin_bswap32(body->n32[4]);
	body->n16[0] = __builtin_bswap16(body->n16[0]);
	body->bytes[0] = smb_reader_span(&id, body->n16[0]);
	smb_reader_fail(r, id.status);
}

/* 2.3.42, 2.3.43 */
LAYOUTS(offload_token, "FSCTL_OFFLOAD_READ response", N32(0, "size"), FSCC_FLAGS(1, "odx_flags"),
	N64(0, "transfer_length"), TOKEN);
LAYOUTS(offload_write, "FSCTL_OFFLOAD_WRITE request", N32(0, "size"), FSCC_FLAGS(1, "odx_flags"),
	N64(0, "file_offset"), N64(1, "copy_length"), N64(2, "token_offset"), TOKEN);

/* 2.3.35 */
LAYOUTS(pathname, "FSCTL_IS_PATHNAME_VALID request", N32(0, "path_name_length"),
	FSCC_NAME(0, "path_name"));

static void
rest_pathname(SmbReader *r, FsccFsctl *body)
{
	body->text[0] = smb_reader_counted_string(r, body->n32[0], true);
}

/* 2.3.89: both lengths count the NUL. */
LAYOUTS(copy_file, "FSCTL_SIS_COPYFILE request", N32(0, "source_file_name_length"),
	N32(1, "destination_file_name_length"), FSCC_FLAGS(2, "flags"),
	FSCC_NAME(0, "source_file_name"), FSCC_NAME(1, "destination_file_name"));

static void
rest_copy_file(SmbReader *r, FsccFsctl *body)
{
	for (unsigned i = 0; i < 2; i++) {
		SmbReader name = smb_reader_sub(r, body->n32[i]);

		body->text[i] = smb_reader_string_unaligned(&name, true);
		smb_reader_fail(r, name.status);
	}
}

/* 2.3.65: the operational buffer begins at the next multiple of 8. */
LAYOUTS(snapshot, "FSCTL_REFS_STREAM_SNAPSHOT_MANAGEMENT request", N32(0, "operation"),
	N16(0, "snapshot_name_length"), N16(1, "operation_input_buffer_length"),
	FSCC_TEXT(0, "snapshot_name"), FSCC_HEX(0, "operation_input"));

static void
rest_snapshot(SmbReader *r, FsccFsctl *body)
{
	smb_reader_skip(r, 16); /* Reserved */
	body->text[0] = smb_reader_counted_string(r, body->n16[0], true);
	if (!body->n16[1])
		return;
	smb_reader_align(r, 8);
	body->bytes[0] = smb_reader_span(r, body->n16[1]);
}

/* 2.3.66.1: that of a list; the response to an operation with another result is not told apart. */
LAYOUTS(snapshot_list, "FSCTL_REFS_STREAM_SNAPSHOT_MANAGEMENT response", N32(0, "entry_count"),
	N32(1, "buffer_size_required_for_query"));

/* 2.3.62.2, .3: the ids of a file have 64 or, since version 3, 128 bits. */
#define USN_ID(i, key) FSCC_HEX(i, key), N64(i, key, .flags = SMB_FIELD_OPTIONAL)
LAYOUTS(usn_record, "FSCTL_READ_FILE_USN_DATA response", N32(0, "record_length"),
	N16(0, "major_version"), N16(1, "minor_version"), USN_ID(0, "file_reference_number"),
	USN_ID(1, "parent_file_reference_number"), N64(2, "usn"), FSCC_TIME(3, "time_stamp"),
	FSCC_FLAGS(1, "reason"), FSCC_FLAGS(2, "source_info"), N32(3, "security_id"),
	FSCC_FLAGS(4, "file_attributes"), N16(2, "file_name_length"), N16(3, "file_name_offset"),
	FSCC_NAME(0, "file_name"));

static void
rest_usn_record(SmbReader *r, FsccFsctl *body)
{
	SmbReader name;

	for (unsigned i = 0; i < 2; i++) {
		body->n64[i] = SMB_FIELD_NONE;
		if (body->n16[0] >= 3)
			body->bytes[i] = smb_reader_span(r, FILE_ID_128_SIZE);
		else
			body->n64[i] = smb_reader_le64(r);
	}
	body->n64[2] = smb_reader_le64(r);
	body->n64[3] = smb_reader_le64(r);
	for (unsigned i = 1; i <= 4; i++)
		body->n32[i] = smb_reader_le32(r);
	body->n16[2] = smb_reader_le16(r);
	body->n16[3] = smb_reader_le16(r);
	name = *r;
	smb_reader_seek(&name, body->n16[3] < r->pos ? UINT32_MAX : body->n16[3]);
	body->text[0] = smb_reader_counted_string(&name, body->n16[2], true);
	smb_reader_fail(r, name.status);
}

/* ---- Forms with lists ---- */

#define ITEM_FIELD(KIND, member, key, ...) \
	SMB_FIELD(FsccFsctlItem, KIND, member, key, ##__VA_ARGS__)

/* 2.3.52 */
static const SmbField file_range_fields[] = { ITEM_FIELD(U64, n64[0], "file_offset"),
					      ITEM_FIELD(U64, n64[1], "length") };
static SMB_LAYOUT(file_range, FsccFsctlItem, "range");
LAYOUTS(ranges, "FSCTL_QUERY_ALLOCATED_RANGES response", FSCC_LIST("ranges", file_range));

static void
rest_ranges(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_fixed_list_left(r, &file_range);
}

/* 2.3.13 */
static const SmbField trim_range_fields[] = { ITEM_FIELD(U64, n64[0], "offset"),
					      ITEM_FIELD(U64, n64[1], "length") };
static SMB_LAYOUT(trim_range, FsccFsctlItem, "range");
LAYOUTS(trim, "FSCTL_FILE_LEVEL_TRIM request", N32(0, "key"), N32(1, "num_ranges"),
	FSCC_LIST("ranges", trim_range));

static void
rest_trim(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_fixed_list(r, &trim_range, body->n32[1]);
}

/* 2.3.56 */
static const SmbField region_item_fields[] = {
	ITEM_FIELD(U64, n64[0], "file_offset"),
	ITEM_FIELD(U64, n64[1], "length"),
	ITEM_FIELD(U32, n32[0], "desired_usage", .flags = SMB_FIELD_SHOW_HEX),
	ITEM_FIELD(U32, n32[1], "reserved", .flags = SMB_FIELD_NONZERO),
};
static SMB_LAYOUT(region_item, FsccFsctlItem, "region");
LAYOUTS(regions, "FSCTL_QUERY_FILE_REGIONS response", FSCC_FLAGS(0, "flags"),
	N32(1, "total_region_entry_count"), N32(2, "region_entry_count"),
	FSCC_RESERVED32(3, "reserved"), FSCC_LIST("regions", region_item));

static void
rest_regions(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_fixed_list(r, &region_item, body->n32[2]);
}

/* ---- Which code is what ---- */

#define FORM FSCC_FSCTL_FORM
#define NONE FSCC_NO_FORM

static const FsccFsctlCode codes[] = {
	{ FSCTL_GET_COMPRESSION, NONE, FORM(compression, NULL) },
	{ FSCTL_SET_COMPRESSION, FORM(compression, NULL), NONE },
	{ FSCTL_SET_OBJECT_ID, FORM(object_id, NULL), NONE },
	{ FSCTL_GET_OBJECT_ID, NONE, FORM(object_id, NULL) },
	{ FSCTL_CREATE_OR_GET_OBJECT_ID, NONE, FORM(object_id, NULL) },
	{ FSCTL_SET_OBJECT_ID_EXTENDED, FORM(extended_info, rest_extended_info), NONE },
	{ FSCTL_SET_SPARSE, FORM(sparse, NULL), NONE },
	{ FSCTL_SET_ZERO_DATA, FORM(zero, NULL), NONE },
	{ FSCTL_QUERY_ALLOCATED_RANGES, FORM(range, NULL), FORM(ranges, rest_ranges) },
	{ FSCTL_QUERY_FILE_REGIONS, FORM(region, NULL), FORM(regions, rest_regions) },
	{ FSCTL_FILE_LEVEL_TRIM, FORM(trim, rest_trim), FORM(trimmed, NULL) },
	{ FSCTL_DUPLICATE_EXTENTS_TO_FILE, FORM(duplicate, NULL), NONE },
	{ FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX, FORM(duplicate_ex, NULL), NONE },
	{ FSCTL_GET_INTEGRITY_INFORMATION, NONE, FORM(integrity, NULL) },
	{ FSCTL_SET_INTEGRITY_INFORMATION, FORM(set_integrity, NULL), NONE },
	{ FSCTL_SET_INTEGRITY_INFORMATION_EX, FORM(set_integrity_ex, NULL), NONE },
	{ FSCTL_OFFLOAD_READ, FORM(offload_read, NULL), FORM(offload_token, rest_token) },
	{ FSCTL_OFFLOAD_WRITE, FORM(offload_write, rest_token), FORM(offload_written, NULL) },
	{ FSCTL_IS_PATHNAME_VALID, FORM(pathname, rest_pathname), NONE },
	{ FSCTL_MARK_HANDLE, FORM(mark_handle, NULL), NONE },
	{ FSCTL_SET_DEFECT_MANAGEMENT, FORM(defects, NULL), NONE },
	{ FSCTL_SET_ENCRYPTION, FORM(encryption, NULL), FORM(decrypted, NULL) },
	{ FSCTL_SIS_COPYFILE, FORM(copy_file, rest_copy_file), NONE },
	{ FSCTL_READ_FILE_USN_DATA, FORM(usn_versions, NULL), FORM(usn_record, rest_usn_record) },
	{ FSCTL_WRITE_USN_CLOSE_RECORD, NONE, FORM(usn, NULL) },
	{ FSCTL_REFS_STREAM_SNAPSHOT_MANAGEMENT, FORM(snapshot, rest_snapshot),
	  FORM(snapshot_list, NULL) },
	{ FSCTL_QUERY_SHARED_VIRTUAL_DISK_SUPPORT, NONE, FORM(shared_disk, NULL) },
	{ FSCTL_SVHDX_SYNC_TUNNEL_REQUEST, FORM(tunnel, NULL), FORM(tunnel, NULL) },
	{ FSCTL_SVHDX_ASYNC_TUNNEL_REQUEST, FORM(tunnel, NULL), FORM(tunnel, NULL) },
};

const FsccFsctlCode *
fscc_fsctl_file(uint32_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}
