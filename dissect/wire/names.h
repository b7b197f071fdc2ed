/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Published numbers and their names. Every function returns a static string, or NULL if the number
 * has no name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number with its name. Tables that are searched by number are sorted by it. */
typedef struct {
	uint32_t value;
	const char *name;
} SmbName;

/* Binary search in a table sorted by value. */
const char *smb_name_find(const SmbName *table, size_t count, uint32_t value);

/*
 * "STATUS_ACCESS_DENIED": [MS-ERREF] 2.3.1, the whole table, and the SMB-only ones of [MS-CIFS]
 * 2.2.2.4.
 */
const char *smb_nt_status_name(uint32_t status);
/*
 * The reverse: the value of a name, in upper or lower case, with or without STATUS_; false if no
 * status has that name.
 */
bool smb_nt_status_value(const char *name, uint32_t *ret_status);

/*
 * "ERRbadpath" and "ERRDOS": [MS-CIFS] 2.2.2.4. Class 0 (SUCCESS) has a single error, "SUCCESS"
 * (code 0).
 */
const char *smb_dos_error_name(uint8_t error_class, uint16_t code);
const char *smb_dos_class_name(uint8_t error_class);

/* "TREE_CONNECT", without the prefix SMB2_: [MS-SMB2] 2.2.1.2; NULL above 0x12. */
const char *smb2_command_name(uint16_t command);
/*
 * "TRANS2_FIND_FIRST2", "NT_TRANSACT_NOTIFY_CHANGE", "TRANS_TRANSACT_NMPIPE": [MS-CIFS] 2.2.2.2.
 * Code 1 of TRANSACTION gets its name on pipes, TRANS_SET_NMPIPE_STATE; on a mailslot it is
 * TRANS_MAILSLOT_WRITE, which the caller has to decide.
 */
const char *smb1_trans2_name(uint16_t subcommand);
const char *smb1_nt_transact_name(uint16_t function);
const char *smb1_trans_name(uint16_t subcommand);

/* "nca_s_op_rng_error": status of a FAULT, C706 appendix E, or a Win32 error code. */
const char *smb_rpc_fault_name(uint32_t status);

/* "NERR_BufTooSmall": the Win32 error codes ([MS-ERREF] 2.2) that RAP responses carry. */
const char *smb_rap_status_name(uint32_t status);

/* "SMB 3.1.1" for 0x0311 ([MS-SMB2] 2.2.4), "SMB 2.???" for 0x02FF; NULL for others. */
const char *smb2_dialect_name(uint16_t revision);

/* RFC 1002 4.3.4: "Not listening on called name". */
const char *smb_nbss_error_name(uint8_t code);
/*
 * The service that a NetBIOS name's 16th byte stands for: 0x20 "file server", 0x00 "workstation";
 * NULL if unknown.
 */
const char *smb_netbios_suffix_name(uint8_t suffix);

/* Names of single bits; NULL if several bits are set, or none. All fit SmbField.name_of. */

/* "CAP_UNICODE": [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2.1 */
const char *smb1_capability_name(uint32_t bit);
const char *smb1_flags2_name(uint32_t bit); /* "SMB_FLAGS2_UNICODE": 2.2.3.1 of both */
/* "FILE_READ_DATA": [MS-CIFS] 2.2.4.64.1 DesiredAccess */
const char *smb1_access_mask_name(uint32_t bit);
/* "FILE_DELETE_ON_CLOSE": the same, CreateOptions */
const char *smb1_create_option_name(uint32_t bit);
const char *smb1_share_access_name(uint32_t bit);   /* "FILE_SHARE_READ": the same, ShareAccess */
const char *smb1_file_attribute_name(uint32_t bit); /* "ATTR_HIDDEN": [MS-CIFS] 2.2.1.2.3 */
const char *smb_av_flag_name(uint32_t bit);         /* of MsvAvFlags: [MS-NLMP] 2.2.2.1 */
const char *smb_ntlmssp_flag_name(uint32_t bit); /* "NTLMSSP_NEGOTIATE_SIGN": [MS-NLMP] 2.2.2.5 */

/* Names of whole values. */
const char *smb1_create_disposition_name(uint32_t value); /* "FILE_OPEN_IF": [MS-CIFS] 2.2.4.64.1 */
/* "aes256-cts-hmac-sha1-96": RFC 3961 and those after it */
const char *smb_kerberos_etype_name(int32_t value);
const char *smb_kerberos_error_name(uint32_t value); /* "KRB_AP_ERR_SKEW": RFC 4120 7.5.9 */

/*
 * Information levels of TRANS2, by the kind of subcommand that uses them, including pass-through
 * and UNIX levels: "SMB_FIND_FILE_NAMES_INFO", "FileAllInformation": [MS-CIFS] 2.2.2.3, [MS-SMB]
 * 2.2.2.3, [MS-FSCC] 2.4, 2.5.
 */
const char *smb1_find_level_name(uint32_t level);
const char *smb1_query_level_name(uint32_t level);
const char *smb1_set_level_name(uint32_t level);
const char *smb1_fs_level_name(uint32_t level);
const char *smb1_device_type_name(uint32_t type); /* "FILE_DEVICE_DISK": [MS-CIFS] 2.2.8.2.5 */
const char *smb1_fs_attribute_name(uint32_t bit); /* "FILE_UNICODE_ON_DISK": [MS-CIFS] 2.2.8.2.6 */
