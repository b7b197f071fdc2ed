/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of information levels: [MS-CIFS] 2.2.2.3, [MS-SMB] 2.2.2.3, the classes of [MS-FSCC] 2.4
 * and 2.5, offset by SMB_INFO_PASSTHROUGH (1000), and those of the UNIX extensions, which have no
 * specification.
 */
#include "dissect/wire/names.h"

#define FIND(table, value) smb_name_find((table), sizeof(table) / sizeof((table)[0]), (value))

static const SmbName find_levels[] = {
	{ 0x0001, "SMB_INFO_STANDARD" },
	{ 0x0002, "SMB_INFO_QUERY_EA_SIZE" },
	{ 0x0003, "SMB_INFO_QUERY_EAS_FROM_LIST" },
	{ 0x0101, "SMB_FIND_FILE_DIRECTORY_INFO" },
	{ 0x0102, "SMB_FIND_FILE_FULL_DIRECTORY_INFO" },
	{ 0x0103, "SMB_FIND_FILE_NAMES_INFO" },
	{ 0x0104, "SMB_FIND_FILE_BOTH_DIRECTORY_INFO" },
	{ 0x0105, "SMB_FIND_FILE_ID_FULL_DIRECTORY_INFO" },
	{ 0x0106, "SMB_FIND_FILE_ID_BOTH_DIRECTORY_INFO" },
	{ 0x0202, "SMB_FIND_FILE_UNIX" },
	{ 0x020B, "SMB_FIND_FILE_UNIX_INFO2" },
};

/* [MS-FSCC] 2.4; the values are those of the pass-through levels. */
static const SmbName file_classes[] = {
	{ 1001, "FileDirectoryInformation" },
	{ 1002, "FileFullDirectoryInformation" },
	{ 1003, "FileBothDirectoryInformation" },
	{ 1004, "FileBasicInformation" },
	{ 1005, "FileStandardInformation" },
	{ 1006, "FileInternalInformation" },
	{ 1007, "FileEaInformation" },
	{ 1008, "FileAccessInformation" },
	{ 1009, "FileNameInformation" },
	{ 1010, "FileRenameInformation" },
	{ 1011, "FileLinkInformation" },
	{ 1012, "FileNamesInformation" },
	{ 1013, "FileDispositionInformation" },
	{ 1014, "FilePositionInformation" },
	{ 1015, "FileFullEaInformation" },
	{ 1016, "FileModeInformation" },
	{ 1017, "FileAlignmentInformation" },
	{ 1018, "FileAllInformation" },
	{ 1019, "FileAllocationInformation" },
	{ 1020, "FileEndOfFileInformation" },
	{ 1021, "FileAlternateNameInformation" },
	{ 1022, "FileStreamInformation" },
	{ 1023, "FilePipeInformation" },
	{ 1024, "FilePipeLocalInformation" },
	{ 1025, "FilePipeRemoteInformation" },
	{ 1026, "FileMailslotQueryInformation" },
	{ 1027, "FileMailslotSetInformation" },
	{ 1028, "FileCompressionInformation" },
	{ 1029, "FileObjectIdInformation" },
	{ 1031, "FileMoveClusterInformation" },
	{ 1032, "FileQuotaInformation" },
	{ 1033, "FileReparsePointInformation" },
	{ 1034, "FileNetworkOpenInformation" },
	{ 1035, "FileAttributeTagInformation" },
	{ 1036, "FileTrackingInformation" },
	{ 1037, "FileIdBothDirectoryInformation" },
	{ 1038, "FileIdFullDirectoryInformation" },
	{ 1039, "FileValidDataLengthInformation" },
	{ 1040, "FileShortNameInformation" },
	{ 1044, "FileSfioReserveInformation" },
	{ 1045, "FileSfioVolumeInformation" },
	{ 1046, "FileHardLinkInformation" },
	{ 1048, "FileNormalizedNameInformation" },
	{ 1050, "FileIdGlobalTxDirectoryInformation" },
	{ 1054, "FileStandardLinkInformation" },
	{ 1059, "FileIdInformation" },
	{ 1060, "FileIdExtdDirectoryInformation" },
	{ 1064, "FileDispositionInformationEx" },
	{ 1065, "FileRenameInformationEx" },
	{ 1078, "FileId64ExtdDirectoryInformation" },
	{ 1079, "FileId64ExtdBothDirectoryInformation" },
	{ 1080, "FileIdAllExtdDirectoryInformation" },
	{ 1081, "FileIdAllExtdBothDirectoryInformation" },
};

/* The UNIX extensions' levels of files; a level has the same number for queries and for sets. */
static const SmbName unix_levels[] = {
	{ 0x0200, "SMB_QUERY_FILE_UNIX_BASIC" },
	{ 0x0201, "SMB_QUERY_FILE_UNIX_LINK" },
	{ 0x0203, "SMB_SET_FILE_UNIX_HLINK" },
	{ 0x0204, "SMB_QUERY_POSIX_ACL" },
	{ 0x0205, "SMB_QUERY_XATTR" },
	{ 0x0206, "SMB_QUERY_ATTR_FLAGS" },
	{ 0x0207, "SMB_QUERY_POSIX_PERMISSION" },
	{ 0x0208, "SMB_QUERY_POSIX_LOCK" },
	{ 0x0209, "SMB_POSIX_PATH_OPEN" },
	{ 0x020A, "SMB_POSIX_PATH_UNLINK" },
	{ 0x020B, "SMB_QUERY_FILE_UNIX_INFO2" },
};

static const SmbName query_levels[] = {
	{ 0x0001, "SMB_INFO_STANDARD" },
	{ 0x0002, "SMB_INFO_QUERY_EA_SIZE" },
	{ 0x0003, "SMB_INFO_QUERY_EAS_FROM_LIST" },
	{ 0x0004, "SMB_INFO_QUERY_ALL_EAS" },
	{ 0x0006, "SMB_INFO_IS_NAME_VALID" },
	{ 0x0101, "SMB_QUERY_FILE_BASIC_INFO" },
	{ 0x0102, "SMB_QUERY_FILE_STANDARD_INFO" },
	{ 0x0103, "SMB_QUERY_FILE_EA_INFO" },
	{ 0x0104, "SMB_QUERY_FILE_NAME_INFO" },
	{ 0x0107, "SMB_QUERY_FILE_ALL_INFO" },
	{ 0x0108, "SMB_QUERY_FILE_ALT_NAME_INFO" },
	{ 0x0109, "SMB_QUERY_FILE_STREAM_INFO" },
	{ 0x010B, "SMB_QUERY_FILE_COMPRESSION_INFO" },
};

static const SmbName set_levels[] = {
	{ 0x0001, "SMB_INFO_STANDARD" },
	{ 0x0002, "SMB_INFO_SET_EAS" },
	{ 0x0101, "SMB_SET_FILE_BASIC_INFO" },
	{ 0x0102, "SMB_SET_FILE_DISPOSITION_INFO" },
	{ 0x0103, "SMB_SET_FILE_ALLOCATION_INFO" },
	{ 0x0104, "SMB_SET_FILE_END_OF_FILE_INFO" },
};

static const SmbName fs_levels[] = {
	{ 0x0001, "SMB_INFO_ALLOCATION" },       { 0x0002, "SMB_INFO_VOLUME" },
	{ 0x0102, "SMB_QUERY_FS_VOLUME_INFO" },  { 0x0103, "SMB_QUERY_FS_SIZE_INFO" },
	{ 0x0104, "SMB_QUERY_FS_DEVICE_INFO" },  { 0x0105, "SMB_QUERY_FS_ATTRIBUTE_INFO" },
	{ 0x0200, "SMB_QUERY_CIFS_UNIX_INFO" },  { 0x0201, "SMB_QUERY_POSIX_FS_INFO" },
	{ 0x0202, "SMB_QUERY_POSIX_WHO_AM_I" },  { 0x0203, "SMB_REQUEST_TRANSPORT_ENCRYPTION" },
	{ 1001, "FileFsVolumeInformation" },     { 1002, "FileFsLabelInformation" },
	{ 1003, "FileFsSizeInformation" },       { 1004, "FileFsDeviceInformation" },
	{ 1005, "FileFsAttributeInformation" },  { 1006, "FileFsControlInformation" },
	{ 1007, "FileFsFullSizeInformation" },   { 1008, "FileFsObjectIdInformation" },
	{ 1009, "FileFsDriverPathInformation" }, { 1010, "FileFsVolumeFlagsInformation" },
	{ 1011, "FileFsSectorSizeInformation" },
};

static const char *
file_level(const char *name, uint32_t level)
{
	if (!name)
		name = FIND(unix_levels, level);
	return name ? name : FIND(file_classes, level);
}

const char *
smb1_find_level_name(uint32_t level)
{
	const char *name = FIND(find_levels, level);

	return name ? name : FIND(file_classes, level);
}

const char *
smb1_query_level_name(uint32_t level)
{
	return file_level(FIND(query_levels, level), level);
}

const char *
smb1_set_level_name(uint32_t level)
{
	return file_level(FIND(set_levels, level), level);
}

const char *
smb1_fs_level_name(uint32_t level)
{
	return FIND(fs_levels, level);
}

/* [MS-CIFS] 2.2.8.2.5: the types that a share can be on. */
static const SmbName device_types[] = {
	{ 0x0002, "FILE_DEVICE_CD_ROM" },
	{ 0x0003, "FILE_DEVICE_CD_ROM_FILE_SYSTEM" },
	{ 0x0006, "FILE_DEVICE_DFS" },
	{ 0x0007, "FILE_DEVICE_DISK" },
	{ 0x0008, "FILE_DEVICE_DISK_FILE_SYSTEM" },
	{ 0x0009, "FILE_DEVICE_FILE_SYSTEM" },
	{ 0x000C, "FILE_DEVICE_MAILSLOT" },
	{ 0x0011, "FILE_DEVICE_NAMED_PIPE" },
	{ 0x0012, "FILE_DEVICE_NETWORK" },
	{ 0x0014, "FILE_DEVICE_NETWORK_FILE_SYSTEM" },
	{ 0x0015, "FILE_DEVICE_NULL" },
	{ 0x0018, "FILE_DEVICE_PRINTER" },
	{ 0x001F, "FILE_DEVICE_TAPE" },
	{ 0x0020, "FILE_DEVICE_TAPE_FILE_SYSTEM" },
	{ 0x0022, "FILE_DEVICE_UNKNOWN" },
	{ 0x0024, "FILE_DEVICE_VIRTUAL_DISK" },
	{ 0x0028, "FILE_DEVICE_NETWORK_REDIRECTOR" },
};

const char *
smb1_device_type_name(uint32_t type)
{
	return FIND(device_types, type);
}

/* [MS-CIFS] 2.2.8.2.6, [MS-FSCC] 2.5.1. */
static const SmbName fs_attributes[] = {
	{ 0x00000001, "FILE_CASE_SENSITIVE_SEARCH" },
	{ 0x00000002, "FILE_CASE_PRESERVED_NAMES" },
	{ 0x00000004, "FILE_UNICODE_ON_DISK" },
	{ 0x00000008, "FILE_PERSISTENT_ACLS" },
	{ 0x00000010, "FILE_FILE_COMPRESSION" },
	{ 0x00000020, "FILE_VOLUME_QUOTAS" },
	{ 0x00000040, "FILE_SUPPORTS_SPARSE_FILES" },
	{ 0x00000080, "FILE_SUPPORTS_REPARSE_POINTS" },
	{ 0x00000100, "FILE_SUPPORTS_REMOTE_STORAGE" },
	{ 0x00008000, "FILE_VOLUME_IS_COMPRESSED" },
	{ 0x00010000, "FILE_SUPPORTS_OBJECT_IDS" },
	{ 0x00020000, "FILE_SUPPORTS_ENCRYPTION" },
	{ 0x00040000, "FILE_NAMED_STREAMS" },
	{ 0x00080000, "FILE_READ_ONLY_VOLUME" },
	{ 0x00100000, "FILE_SEQUENTIAL_WRITE_ONCE" },
	{ 0x00200000, "FILE_SUPPORTS_TRANSACTIONS" },
	{ 0x00400000, "FILE_SUPPORTS_HARD_LINKS" },
	{ 0x00800000, "FILE_SUPPORTS_EXTENDED_ATTRIBUTES" },
	{ 0x01000000, "FILE_SUPPORTS_OPEN_BY_FILE_ID" },
	{ 0x02000000, "FILE_SUPPORTS_USN_JOURNAL" },
};

const char *
smb1_fs_attribute_name(uint32_t bit)
{
	return FIND(fs_attributes, bit);
}
