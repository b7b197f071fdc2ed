/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information classes of a file ([MS-FSCC] 2.4) and of a file system (2.5). SMB2 asks for them by
 * their numbers, SMB1 by information levels: from 1000 on by the same numbers, below by those of
 * its own, some of which are the same structures ([MS-CIFS] 2.2.8).
 *
 *     class --> what a query gives:  numbers at fixed places (a layout)   \  fscc_read_class
 *           --> what a set carries:  texts, lists, bytes after them (rest) /  fills the body
 *
 * A layout is there in two forms. An SMB1 response shows a few parameters of its own before the
 * fields: `answer` has rows for them, which are in the same body. `query` has the fields alone.
 */
#pragma once

#include "dissect/fscc/lists.h"
#include "dissect/fscc/security-descriptor.h"

/* The fields of one file, in any class or level. Members have the wire's names. */
typedef struct {
	uint16_t information_level; /* SMB1: of the request, a response does not repeat it */
	uint16_t ea_error_offset;   /* SMB1: parameter of the response */
	uint64_t creation_time, last_access_time, last_write_time, change_time;
	uint32_t creation_dostime, last_access_dostime, last_write_dostime;
	uint32_t file_data_size, allocation32;
	uint16_t attributes;
	uint32_t ext_file_attributes, reserved, reserved2;
	uint64_t allocation_size, end_of_file;
	uint32_t number_of_links, total_number_of_links;
	uint8_t delete_pending, directory;
	uint16_t padding;
	uint32_t ea_size, file_name_length;
	/* the number of a class that has only one; the position of FileAllInformation */
	uint64_t number, position;
	uint32_t access_flags, mode, alignment_requirement, reparse_tag;
	uint32_t root_directory, flags; /* of a rename; also the flags of a disposition */
	uint8_t replace_if_exists, reserved8;
	uint8_t disposition; /* SMB_DISPOSITION_* of a class that sets it */
	bool sets_size;      /* of a class that sets end_of_file, and nothing else */
	struct {
		uint8_t unit_shift, chunk_shift, cluster_shift;
	} compression;
	struct {
		uint32_t read_mode, completion_mode, type, configuration;
		uint32_t maximum_instances, current_instances, inbound_quota, read_available;
		uint32_t outbound_quota, write_available, state, end;
		uint32_t maximum_collection_count;
	} pipe;
	struct {
		uint32_t maximum_message, quota, next_message, messages;
	} mailslot;
	struct {
		uint32_t requests_per_period, period, request_size, outstanding;
		uint8_t retry_failures, discardable;
	} reserve;
	struct {
		uint64_t inode;
		uint32_t device, permissions;
		SmbText owner, group;
		char owner_text[FSCC_SID_TEXT], group_text[FSCC_SID_TEXT];
	} posix;
	SmbText file;
	SmbText name_to;
	SmbList list;
	SmbSpan bytes; /* GUIDs, SIDs, or data of unknown format */
	SmbSpan bytes2;
} FsccFile;

/* The fields of one file system. */
typedef struct {
	uint16_t information_level, bytes_in_sector, reserved16; /* the first: as of FsccFile */
	uint64_t creation_time, units, free_units, caller_units;
	uint64_t thresholds[3], quota_threshold, quota_limit;
	uint64_t files, free_files, identifier;
	uint32_t id, serial_number, sectors_per_unit, units32, free_units32;
	uint32_t bytes_per_sector, length, type, flags, name_size, padding, sector[7];
	uint8_t small, reserved8, count;
	SmbText text;
	SmbSpan guid, bytes;
} FsccFs;

typedef struct {
	uint16_t code;
	/* NULL: cannot be queried; `answer` has the rows of an SMB1 response before. */
	const SmbLayout *query, *answer;
	const SmbLayout *set; /* NULL: cannot be set */
	/* What follows the numbers; NULL: nothing. `unicode`: of SMB1 texts that may be OEM. */
	void (*rest)(SmbReader *r, void *body, bool unicode);
} FsccClass;

/*
 * The class of that code that can be queried, or `set`; one with a row "data" for all bytes if it
 * is not known. Never NULL.
 */
const FsccClass *fscc_file_class(uint32_t code, bool set);
const FsccClass *fscc_fs_class(uint32_t code, bool set);

/* Reads all of a class into the zeroed FsccFile or FsccFs; failures latch in r. */
void fscc_read_class(SmbReader *r, const FsccClass *self, bool set, void *body, bool unicode);

/*
 * Rows of an FsccFile that levels of SMB1 share with classes; and those that an SMB1 response has
 * before them.
 */
#define FSCC_FILE(KIND, member, key, ...) SMB_FIELD(FsccFile, KIND, member, key, ##__VA_ARGS__)
#define FSCC_FILE_HEX(KIND, member, key) FSCC_FILE(KIND, member, key, .flags = SMB_FIELD_SHOW_HEX)
#define FSCC_FILE_RESERVED(KIND, member, key) \
	FSCC_FILE(KIND, member, key, .flags = SMB_FIELD_NONZERO)
#define FSCC_FILE_ANSWER                                                                  \
	FSCC_FILE(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_query_level_name),         \
		FSCC_FILE(U16, ea_error_offset, "ea_error_offset")
#define FSCC_FILE_TIMES                                                    \
	FSCC_FILE(FILETIME, creation_time, "creation_time"),               \
		FSCC_FILE(FILETIME, last_access_time, "last_access_time"), \
		FSCC_FILE(FILETIME, last_write_time, "last_write_time"),   \
		FSCC_FILE(FILETIME, change_time, "change_time")
#define FSCC_FILE_ATTRIBUTES                                                                    \
	FSCC_FILE(U32, ext_file_attributes, "ext_file_attributes", .flags = SMB_FIELD_SHOW_HEX, \
		  .name_of = smb1_file_attribute_name)
#define FSCC_FILE_END FSCC_FILE(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING)
#define FSCC_FILE_STANDARD                                                 \
	FSCC_FILE(U64, allocation_size, "allocation_size"), FSCC_FILE_END, \
		FSCC_FILE(U32, number_of_links, "number_of_links"),        \
		FSCC_FILE(U8, delete_pending, "delete_pending"),           \
		FSCC_FILE(U8, directory, "directory")
#define FSCC_FILE_NAME                                        \
	FSCC_FILE(U32, file_name_length, "file_name_length"), \
		FSCC_FILE(TEXT, file, "file", .role = SMB_ROLE_FILE)
#define FSCC_FILE_NAME_TO(key)                                \
	FSCC_FILE(U32, file_name_length, "file_name_length"), \
		FSCC_FILE(TEXT, name_to, key, .role = SMB_ROLE_FILE)

/* The text after a file_name_length: `file`, or `name_to`. */
void fscc_rest_name(SmbReader *r, void *body, bool unicode);
void fscc_rest_new_name(SmbReader *r, void *body, bool unicode);
