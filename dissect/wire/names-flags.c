/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of single bits and of values inside commands, so that masks can be printed in words. */
#include "dissect/wire/names.h"

#define FIND(table, value) smb_name_find((table), sizeof(table) / sizeof((table)[0]), (value))

/*
 * [MS-CIFS] 2.2.4.52.2 and [MS-SMB] 2.2.4.5.2.1. Where both use a bit it has the name of [MS-SMB],
 * which is the later one: 0x2000 was CAP_QUADWORD_ALIGNED and never implemented.
 */
static const SmbName capabilities[] = {
	{ 0x00000001, "CAP_RAW_MODE" },
	{ 0x00000002, "CAP_MPX_MODE" },
	{ 0x00000004, "CAP_UNICODE" },
	{ 0x00000008, "CAP_LARGE_FILES" },
	{ 0x00000010, "CAP_NT_SMBS" },
	{ 0x00000020, "CAP_RPC_REMOTE_APIS" },
	{ 0x00000040, "CAP_STATUS32" },
	{ 0x00000080, "CAP_LEVEL_II_OPLOCKS" },
	{ 0x00000100, "CAP_LOCK_AND_READ" },
	{ 0x00000200, "CAP_NT_FIND" },
	{ 0x00000400, "CAP_BULK_TRANSFER" },
	{ 0x00000800, "CAP_COMPRESSED_DATA" },
	{ 0x00001000, "CAP_DFS" },
	{ 0x00002000, "CAP_INFOLEVEL_PASSTHRU" },
	{ 0x00004000, "CAP_LARGE_READX" },
	{ 0x00008000, "CAP_LARGE_WRITEX" },
	{ 0x00010000, "CAP_LWIO" },
	{ 0x00800000, "CAP_UNIX" },
	{ 0x02000000, "CAP_COMPRESSED_DATA" },
	{ 0x20000000, "CAP_DYNAMIC_REAUTH" },
	{ 0x40000000, "CAP_PERSISTENT_HANDLES" },
	{ 0x80000000, "CAP_EXTENDED_SECURITY" },
};

const char *
smb1_capability_name(uint32_t bit)
{
	return FIND(capabilities, bit);
}

/* [MS-CIFS] 2.2.3.1 and [MS-SMB] 2.2.3.1. */
static const SmbName flags2[] = {
	{ 0x0001, "SMB_FLAGS2_LONG_NAMES" },
	{ 0x0002, "SMB_FLAGS2_EAS" },
	{ 0x0004, "SMB_FLAGS2_SMB_SECURITY_SIGNATURE" },
	{ 0x0008, "SMB_FLAGS2_COMPRESSED" },
	{ 0x0010, "SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED" },
	{ 0x0040, "SMB_FLAGS2_IS_LONG_NAME" },
	{ 0x0400, "SMB_FLAGS2_REPARSE_PATH" },
	{ 0x0800, "SMB_FLAGS2_EXTENDED_SECURITY" },
	{ 0x1000, "SMB_FLAGS2_DFS" },
	{ 0x2000, "SMB_FLAGS2_PAGING_IO" },
	{ 0x4000, "SMB_FLAGS2_NT_STATUS" },
	{ 0x8000, "SMB_FLAGS2_UNICODE" },
};

const char *
smb1_flags2_name(uint32_t bit)
{
	return FIND(flags2, bit);
}

/* [MS-CIFS] 2.2.4.64.1 DesiredAccess; FILE_DELETE_CHILD is of [MS-SMB] 2.2.1.4.1. */
static const SmbName access_mask[] = {
	{ 0x00000001, "FILE_READ_DATA" },
	{ 0x00000002, "FILE_WRITE_DATA" },
	{ 0x00000004, "FILE_APPEND_DATA" },
	{ 0x00000008, "FILE_READ_EA" },
	{ 0x00000010, "FILE_WRITE_EA" },
	{ 0x00000020, "FILE_EXECUTE" },
	{ 0x00000040, "FILE_DELETE_CHILD" },
	{ 0x00000080, "FILE_READ_ATTRIBUTES" },
	{ 0x00000100, "FILE_WRITE_ATTRIBUTES" },
	{ 0x00010000, "DELETE" },
	{ 0x00020000, "READ_CONTROL" },
	{ 0x00040000, "WRITE_DAC" },
	{ 0x00080000, "WRITE_OWNER" },
	{ 0x00100000, "SYNCHRONIZE" },
	{ 0x01000000, "ACCESS_SYSTEM_SECURITY" },
	{ 0x02000000, "MAXIMUM_ALLOWED" },
	{ 0x10000000, "GENERIC_ALL" },
	{ 0x20000000, "GENERIC_EXECUTE" },
	{ 0x40000000, "GENERIC_WRITE" },
	{ 0x80000000, "GENERIC_READ" },
};

const char *
smb1_access_mask_name(uint32_t bit)
{
	return FIND(access_mask, bit);
}

/* [MS-CIFS] 2.2.4.64.1 CreateDisposition. */
static const SmbName create_dispositions[] = {
	{ 0, "FILE_SUPERSEDE" }, { 1, "FILE_OPEN" },      { 2, "FILE_CREATE" },
	{ 3, "FILE_OPEN_IF" },   { 4, "FILE_OVERWRITE" }, { 5, "FILE_OVERWRITE_IF" },
};

const char *
smb1_create_disposition_name(uint32_t value)
{
	return FIND(create_dispositions, value);
}

/*
 * [MS-CIFS] 2.2.4.64.1 CreateOptions; FILE_OPEN_REPARSE_POINT is of [MS-SMB] 2.2.4.9.1, 0x00010000
 * and 0x00020000 are of [MS-SMB2] 2.2.13.
 */
static const SmbName create_options[] = {
	{ 0x00000001, "FILE_DIRECTORY_FILE" },
	{ 0x00000002, "FILE_WRITE_THROUGH" },
	{ 0x00000004, "FILE_SEQUENTIAL_ONLY" },
	{ 0x00000008, "FILE_NO_INTERMEDIATE_BUFFERING" },
	{ 0x00000010, "FILE_SYNCHRONOUS_IO_ALERT" },
	{ 0x00000020, "FILE_SYNCHRONOUS_IO_NONALERT" },
	{ 0x00000040, "FILE_NON_DIRECTORY_FILE" },
	{ 0x00000080, "FILE_CREATE_TREE_CONNECTION" },
	{ 0x00000100, "FILE_COMPLETE_IF_OPLOCKED" },
	{ 0x00000200, "FILE_NO_EA_KNOWLEDGE" },
	{ 0x00000400, "FILE_OPEN_FOR_RECOVERY" },
	{ 0x00000800, "FILE_RANDOM_ACCESS" },
	{ 0x00001000, "FILE_DELETE_ON_CLOSE" },
	{ 0x00002000, "FILE_OPEN_BY_FILE_ID" },
	{ 0x00004000, "FILE_OPEN_FOR_BACKUP_INTENT" },
	{ 0x00008000, "FILE_NO_COMPRESSION" },
	{ 0x00010000, "FILE_OPEN_REQUIRING_OPLOCK" },
	{ 0x00020000, "FILE_DISALLOW_EXCLUSIVE" },
	{ 0x00100000, "FILE_RESERVE_OPFILTER" },
	{ 0x00200000, "FILE_OPEN_REPARSE_POINT" },
	{ 0x00400000, "FILE_OPEN_NO_RECALL" },
	{ 0x00800000, "FILE_OPEN_FOR_FREE_SPACE_QUERY" },
};

const char *
smb1_create_option_name(uint32_t bit)
{
	return FIND(create_options, bit);
}

/* [MS-CIFS] 2.2.1.2.3 and [MS-SMB] 2.2.1.2.1. */
static const SmbName file_attributes[] = {
	{ 0x00000001, "ATTR_READONLY" },      { 0x00000002, "ATTR_HIDDEN" },
	{ 0x00000004, "ATTR_SYSTEM" },        { 0x00000010, "ATTR_DIRECTORY" },
	{ 0x00000020, "ATTR_ARCHIVE" },       { 0x00000080, "ATTR_NORMAL" },
	{ 0x00000100, "ATTR_TEMPORARY" },     { 0x00000200, "ATTR_SPARSE" },
	{ 0x00000400, "ATTR_REPARSE_POINT" }, { 0x00000800, "ATTR_COMPRESSED" },
	{ 0x00001000, "ATTR_OFFLINE" },       { 0x00002000, "ATTR_NOT_CONTENT_INDEXED" },
	{ 0x00004000, "ATTR_ENCRYPTED" },     { 0x01000000, "POSIX_SEMANTICS" },
	{ 0x02000000, "BACKUP_SEMANTICS" },   { 0x04000000, "DELETE_ON_CLOSE" },
	{ 0x08000000, "SEQUENTIAL_SCAN" },    { 0x10000000, "RANDOM_ACCESS" },
	{ 0x20000000, "NO_BUFFERING" },       { 0x80000000, "WRITE_THROUGH" },
};

const char *
smb1_file_attribute_name(uint32_t bit)
{
	return FIND(file_attributes, bit);
}

/* [MS-CIFS] 2.2.4.64.1 ShareAccess. */
static const SmbName share_access[] = {
	{ 1, "FILE_SHARE_READ" },
	{ 2, "FILE_SHARE_WRITE" },
	{ 4, "FILE_SHARE_DELETE" },
};

const char *
smb1_share_access_name(uint32_t bit)
{
	return FIND(share_access, bit);
}

/*
 * [MS-NLMP] 2.2.2.5; bit J (0x800) has no name there, only the description "the connection should
 * be anonymous".
 */
static const SmbName ntlmssp_flags[] = {
	{ 0x00000001, "NTLMSSP_NEGOTIATE_UNICODE" },
	{ 0x00000002, "NTLM_NEGOTIATE_OEM" },
	{ 0x00000004, "NTLMSSP_REQUEST_TARGET" },
	{ 0x00000010, "NTLMSSP_NEGOTIATE_SIGN" },
	{ 0x00000020, "NTLMSSP_NEGOTIATE_SEAL" },
	{ 0x00000040, "NTLMSSP_NEGOTIATE_DATAGRAM" },
	{ 0x00000080, "NTLMSSP_NEGOTIATE_LM_KEY" },
	{ 0x00000200, "NTLMSSP_NEGOTIATE_NTLM" },
	{ 0x00000800, "NTLMSSP_NEGOTIATE_ANONYMOUS" },
	{ 0x00001000, "NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED" },
	{ 0x00002000, "NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED" },
	{ 0x00008000, "NTLMSSP_NEGOTIATE_ALWAYS_SIGN" },
	{ 0x00010000, "NTLMSSP_TARGET_TYPE_DOMAIN" },
	{ 0x00020000, "NTLMSSP_TARGET_TYPE_SERVER" },
	{ 0x00080000, "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY" },
	{ 0x00100000, "NTLMSSP_NEGOTIATE_IDENTIFY" },
	{ 0x00400000, "NTLMSSP_REQUEST_NON_NT_SESSION_KEY" },
	{ 0x00800000, "NTLMSSP_NEGOTIATE_TARGET_INFO" },
	{ 0x02000000, "NTLMSSP_NEGOTIATE_VERSION" },
	{ 0x20000000, "NTLMSSP_NEGOTIATE_128" },
	{ 0x40000000, "NTLMSSP_NEGOTIATE_KEY_EXCH" },
	{ 0x80000000, "NTLMSSP_NEGOTIATE_56" },
};

const char *
smb_ntlmssp_flag_name(uint32_t bit)
{
	return FIND(ntlmssp_flags, bit);
}

/*
 * RFC 3961 8, RFC 3962 7, RFC 4757 5, RFC 6803 8, RFC 8009 7, with the names of the IANA registry;
 * the negative ones are Microsoft's own (RFC 4757 5). Sorted as unsigned numbers.
 */
static const SmbName kerberos_etypes[] = {
	{ 1, "des-cbc-crc" },
	{ 2, "des-cbc-md4" },
	{ 3, "des-cbc-md5" },
	{ 5, "des3-cbc-md5" },
	{ 7, "des3-cbc-sha1" },
	{ 9, "dsaWithSHA1-CmsOID" },
	{ 10, "md5WithRSAEncryption-CmsOID" },
	{ 11, "sha1WithRSAEncryption-CmsOID" },
	{ 12, "rc2CBC-EnvOID" },
	{ 13, "rsaEncryption-EnvOID" },
	{ 14, "rsaES-OAEP-ENV-OID" },
	{ 15, "des-ede3-cbc-Env-OID" },
	{ 16, "des3-cbc-sha1-kd" },
	{ 17, "aes128-cts-hmac-sha1-96" },
	{ 18, "aes256-cts-hmac-sha1-96" },
	{ 19, "aes128-cts-hmac-sha256-128" },
	{ 20, "aes256-cts-hmac-sha384-192" },
	{ 23, "rc4-hmac" },
	{ 24, "rc4-hmac-exp" },
	{ 25, "camellia128-cts-cmac" },
	{ 26, "camellia256-cts-cmac" },
	{ 65, "subkey-keymaterial" },
	{ (uint32_t)-135, "rc4-hmac-old-exp" },
	{ (uint32_t)-133, "rc4-hmac-old" },
	{ (uint32_t)-128, "rc4-md4" },
};

const char *
smb_kerberos_etype_name(int32_t value)
{
	return FIND(kerberos_etypes, (uint32_t)value);
}

/* RFC 4120 7.5.9, RFC 6113. */
static const SmbName kerberos_errors[] = {
	{ 0, "KDC_ERR_NONE" },
	{ 1, "KDC_ERR_NAME_EXP" },
	{ 2, "KDC_ERR_SERVICE_EXP" },
	{ 3, "KDC_ERR_BAD_PVNO" },
	{ 4, "KDC_ERR_C_OLD_MAST_KVNO" },
	{ 5, "KDC_ERR_S_OLD_MAST_KVNO" },
	{ 6, "KDC_ERR_C_PRINCIPAL_UNKNOWN" },
	{ 7, "KDC_ERR_S_PRINCIPAL_UNKNOWN" },
	{ 8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE" },
	{ 9, "KDC_ERR_NULL_KEY" },
	{ 10, "KDC_ERR_CANNOT_POSTDATE" },
	{ 11, "KDC_ERR_NEVER_VALID" },
	{ 12, "KDC_ERR_POLICY" },
	{ 13, "KDC_ERR_BADOPTION" },
	{ 14, "KDC_ERR_ETYPE_NOSUPP" },
	{ 15, "KDC_ERR_SUMTYPE_NOSUPP" },
	{ 16, "KDC_ERR_PADATA_TYPE_NOSUPP" },
	{ 17, "KDC_ERR_TRTYPE_NOSUPP" },
	{ 18, "KDC_ERR_CLIENT_REVOKED" },
	{ 19, "KDC_ERR_SERVICE_REVOKED" },
	{ 20, "KDC_ERR_TGT_REVOKED" },
	{ 21, "KDC_ERR_CLIENT_NOTYET" },
	{ 22, "KDC_ERR_SERVICE_NOTYET" },
	{ 23, "KDC_ERR_KEY_EXPIRED" },
	{ 24, "KDC_ERR_PREAUTH_FAILED" },
	{ 25, "KDC_ERR_PREAUTH_REQUIRED" },
	{ 26, "KDC_ERR_SERVER_NOMATCH" },
	{ 27, "KDC_ERR_MUST_USE_USER2USER" },
	{ 28, "KDC_ERR_PATH_NOT_ACCEPTED" },
	{ 29, "KDC_ERR_SVC_UNAVAILABLE" },
	{ 31, "KRB_AP_ERR_BAD_INTEGRITY" },
	{ 32, "KRB_AP_ERR_TKT_EXPIRED" },
	{ 33, "KRB_AP_ERR_TKT_NYV" },
	{ 34, "KRB_AP_ERR_REPEAT" },
	{ 35, "KRB_AP_ERR_NOT_US" },
	{ 36, "KRB_AP_ERR_BADMATCH" },
	{ 37, "KRB_AP_ERR_SKEW" },
	{ 38, "KRB_AP_ERR_BADADDR" },
	{ 39, "KRB_AP_ERR_BADVERSION" },
	{ 40, "KRB_AP_ERR_MSG_TYPE" },
	{ 41, "KRB_AP_ERR_MODIFIED" },
	{ 42, "KRB_AP_ERR_BADORDER" },
	{ 44, "KRB_AP_ERR_BADKEYVER" },
	{ 45, "KRB_AP_ERR_NOKEY" },
	{ 46, "KRB_AP_ERR_MUT_FAIL" },
	{ 47, "KRB_AP_ERR_BADDIRECTION" },
	{ 48, "KRB_AP_ERR_METHOD" },
	{ 49, "KRB_AP_ERR_BADSEQ" },
	{ 50, "KRB_AP_ERR_INAPP_CKSUM" },
	{ 51, "KRB_AP_PATH_NOT_ACCEPTED" },
	{ 52, "KRB_ERR_RESPONSE_TOO_BIG" },
	{ 60, "KRB_ERR_GENERIC" },
	{ 61, "KRB_ERR_FIELD_TOOLONG" },
	{ 62, "KDC_ERROR_CLIENT_NOT_TRUSTED" },
	{ 63, "KDC_ERROR_KDC_NOT_TRUSTED" },
	{ 64, "KDC_ERROR_INVALID_SIG" },
	{ 65, "KDC_ERR_KEY_TOO_WEAK" },
	{ 66, "KDC_ERR_CERTIFICATE_MISMATCH" },
	{ 67, "KRB_AP_ERR_NO_TGT" },
	{ 68, "KDC_ERR_WRONG_REALM" },
	{ 69, "KRB_AP_ERR_USER_TO_USER_REQUIRED" },
	{ 70, "KDC_ERR_CANT_VERIFY_CERTIFICATE" },
	{ 71, "KDC_ERR_INVALID_CERTIFICATE" },
	{ 72, "KDC_ERR_REVOKED_CERTIFICATE" },
	{ 73, "KDC_ERR_REVOCATION_STATUS_UNKNOWN" },
	{ 74, "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE" },
	{ 75, "KDC_ERR_CLIENT_NAME_MISMATCH" },
	{ 76, "KDC_ERR_KDC_NAME_MISMATCH" },
	{ 90, "KDC_ERR_PREAUTH_EXPIRED" },
	{ 91, "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED" },
	{ 92, "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET" },
	{ 93, "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS" },
};

const char *
smb_kerberos_error_name(uint32_t value)
{
	return FIND(kerberos_errors, value);
}

/* [MS-NLMP] 2.2.2.1, MsvAvFlags. */
static const SmbName av_flags[] = {
	{ 0x1, "account authentication is constrained" },
	{ 0x2, "MIC" },
	{ 0x4, "SPN from an untrusted source" },
};

const char *
smb_av_flag_name(uint32_t bit)
{
	return FIND(av_flags, bit);
}
