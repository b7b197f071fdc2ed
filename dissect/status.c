/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a status says: whether the command failed. Everybody who judges a status asks here, so that
 * lines, records, filters and counts agree.
 */
#include "dissect/message.h"
#include "dissect/wire/codes.h"

enum {
	DOS_CODE_MAX = 0x8000,  /* codes of DOS errors are below, with one exception */
	ERRDOS_NO_FILES = 0x12, /* [MS-CIFS] 2.2.2.4: STATUS_NO_MORE_FILES, */
	/* STATUS_BUFFER_OVERFLOW and STATUS_MORE_PROCESSING_REQUIRED, */
	ERRDOS_MORE_DATA = 0xEA,
	ERRDOS_NOTIFY_ENUM_DIR = 0x3FE,
};

/*
 * The errors of [MS-CIFS] 2.2.2.4 that are DOS errors in the shape of an NT status, class in the
 * low and code in the high half. They have no severity, and others of that shape are successes
 * ([MS-ERREF] 2.3.1: 00000001, 00010001), so they are known by this list alone.
 */
static bool
is_mapped_error(uint32_t value)
{
	static const uint32_t errors[] = {
		0x00060001, /* STATUS_SMB_BAD_FID */
		0x000C0001, /* STATUS_OS2_INVALID_ACCESS */
		0x00710001, /* STATUS_OS2_NO_MORE_SIDS */
		0x007C0001, /* STATUS_OS2_INVALID_LEVEL */
		0x00830001, /* STATUS_OS2_NEGATIVE_SEEK */
		0x00AD0001, /* STATUS_OS2_CANCEL_VIOLATION */
		0x00AE0001, /* STATUS_OS2_ATOMIC_LOCKS_NOT_SUPPORTED */
		0x010A0001, /* STATUS_OS2_CANNOT_COPY */
		0x01130001, /* STATUS_OS2_EAS_DIDNT_FIT */
		0x03E20001, /* STATUS_OS2_EA_ACCESS_DENIED */
		0x00010002, /* STATUS_INVALID_SMB */
		0x00050002, /* STATUS_SMB_BAD_TID */
		0x00060002, /* ERRSRV, ERRinvnetname: in no list, but no success either */
		0x00160002, /* STATUS_SMB_BAD_COMMAND */
		0x005B0002, /* STATUS_SMB_BAD_UID */
		0x00FA0002, /* STATUS_SMB_USE_MPX */
		0x00FB0002, /* STATUS_SMB_USE_STANDARD */
		0x00FC0002, /* STATUS_SMB_CONTINUE_MPX */
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == value)
			return true;
	return false;
}

/* [MS-ERREF] 2.3: the two highest bits are the severity. */
static bool
nt_failed(uint32_t value)
{
	enum { SEVERITY_SUCCESS, SEVERITY_INFORMATIONAL, SEVERITY_WARNING, SEVERITY_ERROR };

	switch (value >> 30) {
	case SEVERITY_ERROR:
		return value != STATUS_MORE_PROCESSING_REQUIRED;
	case SEVERITY_WARNING:
		return value != STATUS_BUFFER_OVERFLOW && value != STATUS_NO_MORE_FILES;
	case SEVERITY_SUCCESS:
		return value != STATUS_SUCCESS && is_mapped_error(value);
	default:
		return false;
	}
}

static bool
dos_failed(uint8_t class, uint16_t code)
{
	if (class == ERRDOS)
		return code != ERRDOS_NO_FILES && code != ERRDOS_MORE_DATA &&
		       code != ERRDOS_NOTIFY_ENUM_DIR;
	return class != 0;
}

bool
smb_status_is_dos(SmbStatus status)
{
	uint16_t code = smb_status_code(status);

	if (!status.dos || status.value == STATUS_SUCCESS)
		return false;
	return code < DOS_CODE_MAX ||
	       (smb_status_class(status) == ERRSRV && code == ERRSRV_NOSUPPORT);
}

bool
smb_status_failed(SmbStatus status)
{
	if (smb_status_is_dos(status))
		return dos_failed(smb_status_class(status), smb_status_code(status));
	return nt_failed(status.value);
}

bool
smb_status_goes_on(SmbStatus status)
{
	if (smb_status_is_dos(status))
		return smb_status_class(status) == ERRDOS &&
		       smb_status_code(status) == ERRDOS_MORE_DATA;
	return status.value == STATUS_MORE_PROCESSING_REQUIRED;
}
