/* SPDX-License-Identifier: BSD-3-Clause */
/* What the status of a tree connect, of an open and of what is done to a file says of its reason. */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>
#include <string.h>

/* [MS-ERREF] 2.3.1; DOS errors: [MS-CIFS] 2.2.2.4. */
static const SmbReason tree_reasons[] = {
	{ false, STATUS_BAD_NETWORK_NAME, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_BAD_NETWORK_PATH, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_NETWORK_NAME_DELETED, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_OBJECT_NAME_NOT_FOUND, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_BAD_DEVICE_TYPE, SMB_WHY_NO_SUCH_SHARE },
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_SHARE_DENIED },
	{ false, STATUS_NETWORK_ACCESS_DENIED, SMB_WHY_SHARE_DENIED },
	{ false, STATUS_WRONG_PASSWORD, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_LOGON_FAILURE, SMB_WHY_WRONG_PASSWORD },
	{ false, STATUS_REQUEST_NOT_ACCEPTED, SMB_WHY_SERVER_FULL },
	{ false, STATUS_INSUFF_SERVER_RESOURCES, SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_SHARE_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_NOSUCHSHARE), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRDOS, ERRDOS_BADPATH), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRDOS, ERRDOS_REQNOTACCEP), SMB_WHY_SERVER_FULL },
	{ true, DOS(ERRSRV, ERRSRV_BADPW), SMB_WHY_WRONG_PASSWORD },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_SHARE_DENIED },
	{ true, DOS(ERRSRV, ERRSRV_INVNETNAME), SMB_WHY_NO_SUCH_SHARE },
	{ true, DOS(ERRSRV, ERRSRV_INVDEVICE), SMB_WHY_NO_SUCH_SHARE }, /* of another kind */
};

static const SmbReason file_reasons[] = {
	{ false, STATUS_NO_SUCH_FILE, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_OBJECT_NAME_NOT_FOUND, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_OBJECT_PATH_NOT_FOUND, SMB_WHY_NO_SUCH_FILE },
	{ false, STATUS_ACCESS_DENIED, SMB_WHY_FILE_DENIED },
	{ false, STATUS_NETWORK_ACCESS_DENIED, SMB_WHY_FILE_DENIED },
	{ false, STATUS_SHARING_VIOLATION, SMB_WHY_SHARING_VIOLATION },
	{ false, STATUS_FILE_LOCK_CONFLICT, SMB_WHY_SHARING_VIOLATION },
	{ false, STATUS_OBJECT_NAME_INVALID, SMB_WHY_NAME_REFUSED },
	{ false, STATUS_OBJECT_PATH_SYNTAX_BAD, SMB_WHY_NAME_REFUSED },
	{ false, STATUS_NAME_TOO_LONG, SMB_WHY_NAME_REFUSED },
	{ true, DOS(ERRDOS, ERRDOS_BADFILE), SMB_WHY_NO_SUCH_FILE },
	{ true, DOS(ERRDOS, ERRDOS_BADPATH), SMB_WHY_NO_SUCH_FILE },
	{ true, DOS(ERRDOS, ERRDOS_NOACCESS), SMB_WHY_FILE_DENIED },
	{ true, DOS(ERRDOS, ERRDOS_BADSHARE), SMB_WHY_SHARING_VIOLATION },
	{ true, DOS(ERRDOS, ERRDOS_LOCK), SMB_WHY_SHARING_VIOLATION },
	{ true, DOS(ERRDOS, ERRDOS_INVALIDNAME), SMB_WHY_NAME_REFUSED },
	{ true, DOS(ERRSRV, ERRSRV_ACCESS), SMB_WHY_FILE_DENIED },
};

/* Of a read, write or close that fails so nothing can be said: given up, or a mistake. */
static const uint32_t ordinary[] = {
	STATUS_CANCELLED,     STATUS_INVALID_PARAMETER, STATUS_INVALID_DEVICE_REQUEST,
	STATUS_NOT_SUPPORTED, STATUS_NOT_IMPLEMENTED,   STATUS_INVALID_HANDLE,
};

SmbWhy
smb_reason_find(const SmbReason *reasons, size_t n, SmbStatus status)
{
	for (size_t i = 0; i < n; i++)
		if (reasons[i].dos == status.dos && reasons[i].value == status.value)
			return reasons[i].why;
	return SMB_WHY_NONE;
}

SmbWhy
smb_why_no_tree(SmbStatus status)
{
	return smb_reason_find(tree_reasons, G_N_ELEMENTS(tree_reasons), status);
}

/*
 * Programs look for these wherever they come, and for streams of files (after a colon), and are
 * content without.
 */
static bool
is_optional(SmbText name)
{
	static const char *const names[] = { "desktop.ini", "autorun.inf", "thumbs.db",
					     ".ds_store" };
	char last[16];
	uint32_t at = 0, n = 0, character;

	while (smb_text_next(name, &at, &character)) {
		if (character == ':')
			return true;
		if (character == '\\' || character == '/') {
			n = 0;
			continue;
		}
		if (n < sizeof(last) - 1)
			last[n] = character < 0x80 ? g_ascii_tolower((char)character) : '?';
		n += n < sizeof(last);
	}
	if (n >= sizeof(last))
		return false;
	last[n] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(last, names[i]) == 0)
			return true;
	return false;
}

/* Errors of DOS that are not what a client looks for: [MS-CIFS] 2.2.2.4. */
static bool
is_trouble(SmbStatus status)
{
	uint8_t class = smb_status_class(status);
	uint16_t code = smb_status_code(status);

	return class == ERRSRV || class == ERRHRD ||
	       (class == ERRDOS && (code == ERRDOS_NOFIDS || code == ERRDOS_NOMEM));
}

bool
smb_is_elsewhere(SmbStatus status)
{
	return !status.dos && (status.value == STATUS_PATH_NOT_COVERED ||
			       status.value == STATUS_STOPPED_ON_SYMLINK);
}

bool
smb_is_expired(SmbStatus status)
{
	return !status.dos &&
	       (status.value == STATUS_NETWORK_SESSION_EXPIRED ||
		status.value == STATUS_USER_SESSION_DELETED || status.value == STATUS_SMB_BAD_UID);
}

bool
smb_is_lost_handle(const SmbExchange *x)
{
	return x->open.reconnect && !smb_is_expired(x->status);
}

/* It is there already, or it is of the other kind: the client learnt what it asked. */
static bool
is_what_was_asked(SmbStatus status)
{
	return !smb_status_is_dos(status) && (status.value == STATUS_OBJECT_NAME_COLLISION ||
					      status.value == STATUS_FILE_IS_A_DIRECTORY ||
					      status.value == STATUS_NOT_A_DIRECTORY);
}

SmbWhy
smb_why_not_opened(const SmbExchange *x)
{
	SmbWhy why = smb_reason_find(file_reasons, G_N_ELEMENTS(file_reasons), x->status);
	const SmbOpenFacts *open = &x->open;
	bool only_deletes = open->to_delete && !open->to_read && !open->to_write;

	if (smb_is_elsewhere(x->status) || smb_is_lost_handle(x))
		return SMB_WHY_FILE_REFUSED;
	if (why == SMB_WHY_NO_SUCH_FILE)
		return only_deletes || is_optional(open->name) ? SMB_WHY_NONE : why;
	if (why)
		return why;
	if (is_what_was_asked(x->status))
		return SMB_WHY_NONE;
	if (x->expected || (smb_status_is_dos(x->status) && !is_trouble(x->status)))
		return SMB_WHY_NONE;
	return SMB_WHY_FILE_REFUSED;
}

/* What no change of the request mends, whatever was to be done: [MS-ERREF] 2.3.1. */
static bool
is_obstacle(SmbStatus status)
{
	static const uint32_t obstacles[] = {
		STATUS_DISK_FULL,     STATUS_QUOTA_EXCEEDED,        STATUS_DISK_QUOTA_EXCEEDED,
		STATUS_CANNOT_DELETE, STATUS_MEDIA_WRITE_PROTECTED, STATUS_PRIVILEGE_NOT_HELD,
		STATUS_INVALID_OWNER, STATUS_IO_DEVICE_ERROR,       STATUS_FILE_NOT_AVAILABLE,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(obstacles); i++)
		if (!status.dos && status.value == obstacles[i])
			return true;
	return false;
}

/* The end of a pipe, or of its tree, is not of interest; that a path cannot be changed is. */
SmbWhy
smb_why_not_done(const SmbExchange *x, SmbDeed deed, const SmbFileEntry *file)
{
	SmbWhy why = smb_reason_find(file_reasons, G_N_ELEMENTS(file_reasons), x->status);
	bool io = deed == SMB_DEED_READ || deed == SMB_DEED_WRITE || deed == SMB_DEED_CLOSE;

	if (why == SMB_WHY_FILE_DENIED || why == SMB_WHY_SHARING_VIOLATION)
		return why;
	if (!io)
		return is_obstacle(x->status) ? SMB_WHY_FILE_REFUSED : SMB_WHY_NONE;
	if (!file || file->pub.pipe || file->pub.directory || smb_status_is_dos(x->status))
		return SMB_WHY_NONE;
	for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++)
		if (x->status.value == ordinary[i])
			return SMB_WHY_NONE;
	return SMB_WHY_FILE_REFUSED;
}
