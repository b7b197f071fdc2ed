/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information levels: what TRANS2 subcommands carry as data ([MS-CIFS] 2.2.8, [MS-SMB] 2.2.8; from
 * 1000 on the classes of [MS-FSCC] 2.4 and 2.5, [MS-SMB] 2.2.2.3.5; from 0x200 on the UNIX
 * extensions, which neither describes).
 *
 * A level whose fields are numbers at fixed places needs only a layout: smb_layout_read reads them
 * in the order of its rows. Texts, lists and bytes that follow the numbers are read by the `rest`
 * function of the level's row.
 */
#pragma once

#include "dissect/fscc/lists.h"
#include "dissect/smb1/transaction/subcommand.h"

/* FILE_UNIX_BASIC_INFO and FILE_UNIX_INFO2. Times are 100 ns since 1601. */
typedef struct {
	uint64_t unix_size, unix_bytes, status_change_time, access_time, modification_time;
	uint64_t owner, group;
	uint32_t file_type;
	uint64_t device_major, device_minor, unique_id, permissions, links;
	uint64_t birth_time;
	uint32_t file_flags, file_flags_mask;
} Smb1UnixBasic;

#define SMB1_UNIX_BASIC_FIELDS(Type, at)                                                          \
	SMB_FIELD(Type, U64, at.unix_size, "end_of_file", .role = SMB_ROLE_TELLING),              \
		SMB_FIELD(Type, U64, at.unix_bytes, "number_of_bytes"),                           \
		SMB_FIELD(Type, FILETIME, at.status_change_time, "last_status_change"),           \
		SMB_FIELD(Type, FILETIME, at.access_time, "last_access_time"),                    \
		SMB_FIELD(Type, FILETIME, at.modification_time, "last_modification_time"),        \
		SMB_FIELD(Type, U64, at.owner, "unix_uid"),                                       \
		SMB_FIELD(Type, U64, at.group, "unix_gid"),                                       \
		SMB_FIELD(Type, U32, at.file_type, "file_type"),                                  \
		SMB_FIELD(Type, U64, at.device_major, "device_major"),                            \
		SMB_FIELD(Type, U64, at.device_minor, "device_minor"),                            \
		SMB_FIELD(Type, U64, at.unique_id, "unique_id"),                                  \
		SMB_FIELD(Type, U64, at.permissions, "permissions", .flags = SMB_FIELD_SHOW_HEX), \
		SMB_FIELD(Type, U64, at.links, "number_of_links")
#define SMB1_UNIX_INFO2_FIELDS(Type, at)                                                          \
	SMB1_UNIX_BASIC_FIELDS(Type, at), SMB_FIELD(Type, FILETIME, at.birth_time, "birth_time"), \
		SMB_FIELD(Type, U32, at.file_flags, "file_flags", .flags = SMB_FIELD_SHOW_HEX),   \
		SMB_FIELD(Type, U32, at.file_flags_mask, "file_flags_mask",                       \
			  .flags = SMB_FIELD_SHOW_HEX)

/*
 * Extended attributes: SMB_FEA_LIST, SMB_GEA_LIST ([MS-CIFS] 2.2.1.2.1.1, 2.2.1.2.2.1) with their
 * length.
 */
extern const SmbLayout smb1_fea_layout, smb1_gea_layout;
SmbList smb1_fea_list(SmbReader *r);
SmbList smb1_gea_list(SmbReader *r);

/* Each of the following reads t->data at t->level into `nested`. */

/* find-levels.c: responses to FIND_FIRST2 and FIND_NEXT2. */
void smb1_find_level(const Smb1Transaction *t, Smb1Nested *nested);
/* path-levels.c: responses to QUERY_PATH and QUERY_FILE. */
void smb1_query_path_level(const Smb1Transaction *t, Smb1Nested *nested);
/* path-levels.c: requests of SET_PATH and SET_FILE, and the responses, as of CREATE_DIRECTORY. */
void smb1_set_path_level(const Smb1Transaction *t, Smb1Nested *nested);
void smb1_set_path_answer(const Smb1Transaction *t, Smb1Nested *nested);
/* fs-levels.c: queries and sets of a file system. */
void smb1_query_fs_level(const Smb1Transaction *t, Smb1Nested *nested);
void smb1_set_fs_level(const Smb1Transaction *t, Smb1Nested *nested);
/* unix-levels.c: true if the level is one of the UNIX extensions and was read. */
bool smb1_unix_query(const Smb1Transaction *t, Smb1Nested *nested);
bool smb1_unix_set(const Smb1Transaction *t, Smb1Nested *nested);
bool smb1_unix_set_answer(const Smb1Transaction *t, Smb1Nested *nested);
bool smb1_unix_query_fs(const Smb1Transaction *t, Smb1Nested *nested);
bool smb1_unix_set_fs(const Smb1Transaction *t, Smb1Nested *nested);

/* dfs.c: a referral ([MS-DFSC] 2.2.4). */
void smb1_dfs_referral(const Smb1Transaction *t, Smb1Nested *nested);

/* Sets the status of a reading from its reader and from the transaction. */
static inline void
smb1_nested_settle(Smb1Nested *nested, const Smb1Transaction *t, const SmbReader *r)
{
	nested->status = r->status;
	/* Do not call a length wrong if the bytes it refers to were not captured. */
	if (t->status == SMB_READ_TRUNCATED && nested->status != SMB_READ_OK)
		nested->status = SMB_READ_TRUNCATED;
}
