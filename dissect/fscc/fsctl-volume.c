/* SPDX-License-Identifier: BSD-3-Clause */
/* Control codes about a volume, and about where on it a file is: [MS-FSCC] 2.3, 2.8. */
#include "dissect/fscc/fsctl.h"
#include "dissect/wire/codes.h"

#define LAYOUTS FSCC_FSCTL_LAYOUTS
#define N64 FSCC_N64
#define N32 FSCC_N32
#define N16 FSCC_N16
#define N8 FSCC_N8

enum { BPB_SIZE = 36, FORMAT_NAME_SIZE = 24, INFO_SIZE = 68 };

/* 2.3.22 */
LAYOUTS(ntfs, "FSCTL_GET_NTFS_VOLUME_DATA response",
	N64(0, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX), N64(1, "number_sectors"),
	N64(2, "total_clusters"), N64(3, "free_clusters"), N64(4, "total_reserved"),
	N32(0, "bytes_per_sector"), N32(1, "bytes_per_cluster"),
	N32(2, "bytes_per_file_record_segment"), N32(3, "clusters_per_file_record_segment"),
	N64(5, "mft_valid_data_length"), N64(6, "mft_start_lcn"), N64(7, "mft2_start_lcn"),
	N64(8, "mft_zone_start"), N64(9, "mft_zone_end"));
/* 2.3.24 */
LAYOUTS(refs, "FSCTL_GET_REFS_VOLUME_DATA response", N32(0, "byte_count"), N32(1, "major_version"),
	N32(2, "minor_version"), N32(3, "bytes_per_physical_sector"),
	N64(0, "volume_serial_number", .flags = SMB_FIELD_SHOW_HEX), N64(1, "number_sectors"),
	N64(2, "total_clusters"), N64(3, "free_clusters"), N64(4, "total_reserved"),
	N32(4, "bytes_per_sector"), N32(5, "bytes_per_cluster"),
	N64(5, "maximum_size_of_resident_file"));
/* 2.3.12: FILESYSTEM_STATISTICS, which those of the kind of file system follow */
LAYOUTS(statistics, "FSCTL_FILESYSTEM_GET_STATISTICS response", N16(0, "file_system_type"),
	N16(1, "version"), N32(0, "size_of_complete_structure"), N32(1, "user_file_reads"),
	N32(2, "user_file_read_bytes"), N32(3, "user_disk_reads"), N32(4, "user_file_writes"),
	N32(5, "user_file_write_bytes"), N32(6, "user_disk_writes"), N32(7, "meta_data_reads"),
	N32(8, "meta_data_read_bytes"), N32(9, "meta_data_disk_reads"), N32(10, "meta_data_writes"),
	N32(11, "meta_data_write_bytes"), N32(12, "meta_data_disk_writes"));
/* 2.3.60 */
LAYOUTS(sparing, "FSCTL_QUERY_SPARING_INFO response", N32(0, "sparing_unit_bytes"),
	N8(0, "software_sparing"), N8(1, "reserved", .flags = SMB_FIELD_NONZERO),
	FSCC_RESERVED16(0, "reserved2"), N32(1, "total_spare_blocks"), N32(2, "free_spare_blocks"));
/* 2.3.31, 2.3.30; 2.8.1, 2.8.2, 2.8.4 */
LAYOUTS(vcn, "FSCTL_GET_RETRIEVAL_POINTERS request", N64(0, "starting_vcn"));
LAYOUTS(count, "FSCTL_GET_RETRIEVAL_POINTER_COUNT response", N32(0, "extent_count"));
LAYOUTS(property, "IOCTL_STORAGE_QUERY_PROPERTY request", N32(0, "property_id"),
	N32(1, "query_type"));
LAYOUTS(descriptor, "IOCTL_STORAGE_QUERY_PROPERTY response", N32(0, "version"), N32(1, "size"));
LAYOUTS(gpt, "IOCTL_VOLUME_GET_GPT_ATTRIBUTES response",
	N64(0, "gpt_attributes", .flags = SMB_FIELD_SHOW_HEX));

/* 2.3.54 */
LAYOUTS(bpb, "FSCTL_QUERY_FAT_BPB response", FSCC_HEX(0, "bpb"));

static void
rest_bpb(SmbReader *r, FsccFsctl *body)
{
	body->bytes[0] = smb_reader_span(r, BPB_SIZE);
}

/* 2.3.58 */
LAYOUTS(disk, "FSCTL_QUERY_ON_DISK_VOLUME_INFO response", N64(0, "directory_count"),
	N64(1, "file_count"), FSCC_FSCTL(I16, n16[0], "fs_format_maj_version"),
	FSCC_FSCTL(I16, n16[1], "fs_format_min_version"), FSCC_TEXT(0, "fs_format_name"),
	FSCC_TIME(2, "format_time"), FSCC_TIME(3, "last_update_time"),
	FSCC_TEXT(1, "copyright_info"), FSCC_TEXT(2, "abstract_info"),
	FSCC_TEXT(3, "formatting_implementation_info"),
	FSCC_TEXT(4, "last_modifying_implementation_info"));

/* A text with NULs after it, in a place of a fixed size. */
static SmbText
padded_text(SmbReader *r, uint32_t size)
{
	SmbReader at = smb_reader_sub(r, size);

	return smb_reader_string_unaligned(&at, true);
}

static void
rest_disk(SmbReader *r, FsccFsctl *body)
{
	body->text[0] = padded_text(r, FORMAT_NAME_SIZE);
	body->n64[2] = smb_reader_le64(r);
	body->n64[3] = smb_reader_le64(r);
	for (unsigned i = 1; i <= 4; i++)
		body->text[i] = padded_text(r, INFO_SIZE);
}

#define ITEM_FIELD(KIND, member, key) SMB_FIELD(FsccFsctlItem, KIND, member, key)
#define EXTENT ITEM_FIELD(U64, n64[0], "next_vcn"), ITEM_FIELD(U64, n64[1], "lcn")
static const SmbField extent_fields[] = { EXTENT };
static SMB_LAYOUT(extent, FsccFsctlItem, "extent");
static const SmbField counted_extent_fields[] = { EXTENT,
						  ITEM_FIELD(U32, n32[0], "reference_count") };
static SMB_LAYOUT(counted_extent, FsccFsctlItem, "extent");

/* 2.3.32, 2.3.34 */
#define POINTERS N32(0, "extent_count"), FSCC_RESERVED32(1, "unused"), N64(0, "starting_vcn")
LAYOUTS(pointers, "FSCTL_GET_RETRIEVAL_POINTERS response", POINTERS, FSCC_LIST("extents", extent));
LAYOUTS(counted_pointers, "FSCTL_GET_RETRIEVAL_POINTERS_AND_REFCOUNT response", POINTERS,
	FSCC_LIST("extents", counted_extent));

static void
rest_pointers(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_fixed_list(r, &extent, body->n32[0]);
}

static void
rest_counted_pointers(SmbReader *r, FsccFsctl *body)
{
	body->list = fscc_fixed_list(r, &counted_extent, body->n32[0]);
}

/* ---- Files of a user: 2.3.15, 2.3.16 ---- */

typedef struct {
	uint32_t next_entry_offset, file_name_length;
	SmbText file;
} FileName;
static const SmbField file_name_fields[] = {
	SMB_FIELD(FileName, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(FileName, U32, file_name_length, "file_name_length"),
	SMB_FIELD(FileName, TEXT, file, "file_name", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(file_name, FileName, "file");
LAYOUTS(find_sid, "FSCTL_FIND_FILES_BY_SID request", N32(0, "restart"), FSCC_TEXT(0, "sid"));
LAYOUTS(found_sid, "FSCTL_FIND_FILES_BY_SID response", FSCC_LIST("file_names", file_name));

static void
rest_find_sid(SmbReader *r, FsccFsctl *body)
{
	body->text[0] = fscc_read_sid(r, body->sid_text);
}

static bool
next_file_name(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	FileName *name = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &file_name, 0, name);
	name->file = smb_reader_counted_string(r, name->file_name_length, true);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, name->next_entry_offset);
	return true;
}

static void
rest_found_sid(SmbReader *r, FsccFsctl *body)
{
	FileName item;

	body->list = fscc_list(r, next_file_name, &item, sizeof(item));
}

/* ---- Which code is what ---- */

#define FORM FSCC_FSCTL_FORM
#define NONE FSCC_NO_FORM

static const FsccFsctlCode codes[] = {
	{ FSCTL_QUERY_FAT_BPB, NONE, FORM(bpb, rest_bpb) },
	{ FSCTL_FILESYSTEM_GET_STATISTICS, NONE, FORM(statistics, NULL) },
	{ FSCTL_GET_NTFS_VOLUME_DATA, NONE, FORM(ntfs, NULL) },
	{ FSCTL_GET_REFS_VOLUME_DATA, NONE, FORM(refs, NULL) },
	{ FSCTL_GET_RETRIEVAL_POINTERS, FORM(vcn, NULL), FORM(pointers, rest_pointers) },
	{ FSCTL_GET_RETRIEVAL_POINTERS_AND_REFCOUNT, FORM(vcn, NULL),
	  FORM(counted_pointers, rest_counted_pointers) },
	{ FSCTL_GET_RETRIEVAL_POINTER_COUNT, FORM(vcn, NULL), FORM(count, NULL) },
	{ FSCTL_FIND_FILES_BY_SID, FORM(find_sid, rest_find_sid), FORM(found_sid, rest_found_sid) },
	{ FSCTL_QUERY_SPARING_INFO, NONE, FORM(sparing, NULL) },
	{ FSCTL_QUERY_ON_DISK_VOLUME_INFO, NONE, FORM(disk, rest_disk) },
	{ IOCTL_STORAGE_QUERY_PROPERTY, FORM(property, NULL), FORM(descriptor, NULL) },
	{ IOCTL_VOLUME_GET_GPT_ATTRIBUTES, NONE, FORM(gpt, NULL) },
};

const FsccFsctlCode *
fscc_fsctl_volume(uint32_t code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}
