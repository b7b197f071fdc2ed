/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arguments of the few calls that say what is started, saved or contacted. A stub is NDR (C706
 * 14) or NDR64 ([MS-RPCE] 2.2.5); which of the two was agreed upon need not be known: a string has a
 * form that the other reading does not give.
 */
#include <string.h>

#include "dissect/dcerpc/pdu.h"

enum {
	HANDLE = SMB_RPC_HANDLE,
	RESULT = 4,         /* the return value, at the end of a response: [MS-DTYP] 2.2.61 */
	CHARACTERS = 32767, /* that a string may have here */
	CREDENTIAL = 5,     /* bytes that tell, of the 8 of [MS-NRPC] 2.2.1.3.4 */
	WIDE = 8,           /* NDR64: pointers and counts, [MS-RPCE] 2.2.5.3 */
};

typedef struct {
	SmbReader r;
	bool wide;       /* NDR64 */
	bool ascii;      /* strings have one byte a character */
	bool big_endian; /* C706 14.1: whoever sends chooses, and servers take either */
} Ndr;

static uint32_t
u32(Ndr *n)
{
	smb_reader_align(&n->r, 4);
	return n->big_endian ? smb_reader_be32(&n->r) : smb_reader_le32(&n->r);
}

/* A count, an offset, or the referent of a pointer. */
static uint64_t
number(Ndr *n)
{
	if (!n->wide)
		return u32(n);
	smb_reader_align(&n->r, WIDE);
	if (n->big_endian) {
		uint64_t high = smb_reader_be32(&n->r);

		return high << 32 | smb_reader_be32(&n->r);
	}
	return smb_reader_le64(&n->r);
}

/* A conformant and varying string, with its terminator at least: C706 14.3.4. */
static SmbText
string(Ndr *n)
{
	uint64_t most = number(n), offset = number(n), count = number(n);
	SmbText text; /* absent after a failure */

	if (offset || !count || count > most || count > CHARACTERS)
		smb_reader_fail(&n->r, SMB_READ_MALFORMED);
	text = smb_reader_counted_string(&n->r, (uint32_t)count * (n->ascii ? 1 : 2), !n->ascii);
	if (n->big_endian && !n->ascii)
		text.encoding = SMB_TEXT_UTF16BE;
	/* What a server takes for empty may be something else, read as the other form. */
	if (smb_span_begins(text.bytes, "\0\0", n->ascii ? 1 : 2))
		text.bytes.len = 0;
	return text;
}

/* A string behind a pointer; absent for a NULL one. */
static SmbText
pointed(Ndr *n)
{
	return number(n) ? string(n) : (SmbText){ .encoding = SMB_TEXT_UTF8 };
}

/* RPC_UNICODE_STRING, [MS-DTYP] 2.3.10. */
static SmbText
counted(Ndr *n)
{
	smb_reader_align(&n->r, n->wide ? WIDE : 4);
	smb_reader_skip(&n->r, 4); /* Length, MaximumLength */
	return pointed(n);
}

/* ---- calls ---- */

/* dwStartType: whether it is SERVICE_BOOT_START, _SYSTEM_START or _AUTO_START, [MS-SCMR] 3.1.4.12. */
static bool
starts_itself(Ndr *n)
{
	enum { AUTO_START = 2 };
	uint32_t type = u32(n);

	return n->r.status == SMB_READ_OK && type <= AUTO_START;
}

/* [MS-SCMR] 3.1.4.12, and 3.1.4.23, 3.1.4.41, 3.1.4.42, 3.1.4.49 */
static void
create_service(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	a->name = string(n);
	(void)pointed(n); /* lpDisplayName */
	(void)u32(n);
	(void)u32(n); /* access, type */
	a->starts_itself = starts_itself(n);
	(void)u32(n); /* error control */
	a->target = string(n);
}

/* [MS-SCMR] 3.1.4.11 */
static void
change_service(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	(void)u32(n); /* type */
	a->starts_itself = starts_itself(n);
	(void)u32(n); /* error control */
	a->target = pointed(n);
}

/* [MS-SCMR] 3.1.4.16 */
static void
open_service(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	a->name = string(n);
}

/* [MS-TSCH] 3.2.5.2.1, and AT_INFO in 2.3.4 */
static void
add_job(Ndr *n, SmbRpcArguments *a)
{
	(void)pointed(n); /* ServerName */
	(void)number(n);  /* JobTime, a DWORD_PTR */
	(void)u32(n);     /* DaysOfMonth */
	smb_reader_skip(&n->r, 2);
	a->target = pointed(n);
}

/* [MS-TSCH] 3.2.5.4.2 */
static void
register_task(Ndr *n, SmbRpcArguments *a)
{
	a->name = pointed(n);
}

/* [MS-EFSR] 3.1.4.2, [MS-DFSNM] 3.1.4.3 and 3.1.4.4, [MS-FSRVP] 3.1.4.9: it comes first. */
static void
first_string(Ndr *n, SmbRpcArguments *a)
{
	a->target = string(n);
}

/* EFS_RPC_BLOB behind a pointer, which servers ignore where it is reserved: [MS-EFSR] 2.2.12. */
static void
skip_blob(Ndr *n)
{
	uint64_t length;

	if (!number(n))
		return;
	(void)u32(n); /* cbData */
	if (!number(n))
		return;
	length = number(n);
	if (length > UINT32_MAX)
		smb_reader_fail(&n->r, SMB_READ_MALFORMED);
	smb_reader_skip(&n->r, (uint32_t)length);
}

/* [MS-EFSR] 3.1.4.2.14, 3.1.4.2.15 */
static void
behind_reserved(Ndr *n, SmbRpcArguments *a)
{
	(void)u32(n); /* dwFlags, dwFileKeyInfoFlags */
	skip_blob(n);
	a->target = string(n);
}

/* [MS-EFSR] 3.1.4.2.11, 3.1.4.2.13: either may be elsewhere. */
static void
two_files(Ndr *n, SmbRpcArguments *a)
{
	a->target = string(n);
	a->name = string(n);
}

/* [MS-FSRVP] 3.1.4.4 */
static void
add_to_set(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, 32); /* two GUIDs */
	a->target = string(n);
}

/* [MS-RPRN] 3.1.4.10.3, 3.1.4.10.4 */
static void
find_printer_change(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	(void)u32(n);
	(void)u32(n); /* fdwFlags, fdwOptions */
	a->target = pointed(n);
}

/* [MS-EVEN] 3.1.4.1, 3.1.4.2: behind a pointer to one character of what may be the server's name. */
static void
open_backup(Ndr *n, SmbRpcArguments *a)
{
	if (number(n))
		smb_reader_skip(&n->r, 1); /* of one or two bytes: what follows is aligned */
	a->target = counted(n);
}

/* [MS-EVEN] 3.1.4.9, 3.1.4.10 */
static void
clear_log(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	if (number(n))
		a->target = counted(n);
}

/* [MS-EVEN] 3.1.4.11, 3.1.4.12 */
static void
backup_log(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	a->target = counted(n);
}

/* [MS-RRP] 3.1.5.7, 3.1.5.15, 3.1.5.20, 3.1.5.27, [MS-LSAD] 3.1.4.6.6 */
static void
of_key(Ndr *n, SmbRpcArguments *a)
{
	smb_reader_skip(&n->r, HANDLE);
	a->name = counted(n);
}

/*
 * [MS-NRPC] 3.5.4.4.2 and the calls before it. The last bytes of a credential may be others than
 * zero, if those of the challenge are: the servers that know of this look at the first ones of that,
 * too ([MS-NRPC] 3.1.4.1).
 */
static void
authenticate(Ndr *n, SmbRpcArguments *a)
{
	static const uint8_t zero[CREDENTIAL];
	SmbSpan credential;

	(void)pointed(n); /* PrimaryName */
	a->name = string(n);
	smb_reader_align(&n->r, n->wide ? 4 : 2);
	smb_reader_skip(&n->r, n->wide ? 4 : 2); /* SecureChannelType, an enumeration */
	(void)string(n);                         /* ComputerName */
	credential = smb_reader_span(&n->r, CREDENTIAL);
	a->zero_credential = smb_span_equal(credential, (SmbSpan){ zero, CREDENTIAL });
}

/* It has no arguments of interest but its handle. */
static void
only_handle(Ndr *n, SmbRpcArguments *a)
{
	(void)n;
	(void)a;
}

typedef enum {
	H_NONE,
	H_OF = 1,          /* the request begins with that of what it is about */
	H_GIVEN_FIRST = 2, /* the response begins with that of what was opened */
	H_GIVEN_LAST = 4,  /* the same, just before its return value */
} Handles;

typedef struct {
	const char *interface;
	uint16_t opnum;
	bool ascii;
	unsigned handles;
	void (*read)(Ndr *n, SmbRpcArguments *a);
} Call;

/* clang-format off */
static const Call calls[] = {
	{ "svcctl", 11, false, H_OF, change_service },
	{ "svcctl", 12, false, H_GIVEN_LAST, create_service },
	{ "svcctl", 16, false, H_GIVEN_LAST, open_service },
	{ "svcctl", 19, false, H_OF, only_handle },
	{ "svcctl", 23, true, H_OF, change_service },
	{ "svcctl", 24, true, H_GIVEN_LAST, create_service },
	{ "svcctl", 28, true, H_GIVEN_LAST, open_service },
	{ "svcctl", 31, true, H_OF, only_handle },
	{ "svcctl", 44, true, H_GIVEN_LAST, create_service },
	{ "svcctl", 45, false, H_GIVEN_LAST, create_service },
	{ "svcctl", 60, false, H_GIVEN_LAST, create_service },
	{ "atsvc", 0, false, H_NONE, add_job },
	{ "ITaskSchedulerService", 1, false, H_NONE, register_task },
	{ "efsrpc", 0, false, H_NONE, first_string },
	{ "efsrpc", 4, false, H_NONE, first_string },
	{ "efsrpc", 5, false, H_NONE, first_string },
	{ "efsrpc", 6, false, H_NONE, first_string },
	{ "efsrpc", 7, false, H_NONE, first_string },
	{ "efsrpc", 8, false, H_NONE, first_string },
	{ "efsrpc", 9, false, H_NONE, first_string },
	{ "efsrpc", 12, false, H_NONE, first_string },
	{ "efsrpc", 11, false, H_NONE, two_files },
	{ "efsrpc", 13, false, H_NONE, two_files },
	{ "efsrpc", 15, false, H_NONE, behind_reserved },
	{ "efsrpc", 16, false, H_NONE, behind_reserved },
	{ "efsrpc", 18, false, H_NONE, first_string },
	{ "efsrpc", 19, false, H_NONE, first_string },
	{ "efsrpc", 21, false, H_NONE, first_string },
	{ "dfsnm", 10, false, H_NONE, first_string },
	{ "dfsnm", 11, false, H_NONE, first_string },
	{ "dfsnm", 12, false, H_NONE, first_string },
	{ "dfsnm", 13, false, H_NONE, first_string },
	{ "dfsnm", 15, false, H_NONE, first_string },
	{ "eventlog", 0, false, H_NONE, clear_log },
	{ "eventlog", 1, false, H_NONE, backup_log },
	{ "eventlog", 9, false, H_NONE, open_backup },
	{ "eventlog", 12, true, H_NONE, clear_log },
	{ "eventlog", 13, true, H_NONE, backup_log },
	{ "eventlog", 16, true, H_NONE, open_backup },
	{ "fsrvp", 3, false, H_NONE, add_to_set },
	{ "fsrvp", 8, false, H_NONE, first_string },
	{ "fsrvp", 9, false, H_NONE, first_string },
	{ "lsarpc", 43, false, H_OF, of_key },
	{ "spoolss", 62, false, H_NONE, find_printer_change },
	{ "spoolss", 65, false, H_NONE, find_printer_change },
	{ "winreg", 6, false, H_OF | H_GIVEN_FIRST, of_key },
	{ "winreg", 10, false, H_OF, only_handle },
	{ "winreg", 15, false, H_OF | H_GIVEN_FIRST, of_key },
	{ "winreg", 17, false, H_OF, only_handle },
	{ "winreg", 20, false, H_OF, of_key },
	{ "winreg", 29, false, H_OF, only_handle },
	{ "winreg", 31, false, H_OF, of_key },
	{ "winreg", 34, false, H_OF, only_handle },
	{ "netlogon", 5, false, H_NONE, authenticate },
	{ "netlogon", 15, false, H_NONE, authenticate },
	{ "netlogon", 26, false, H_NONE, authenticate },
};
/* clang-format on */

static const Call *
find(const char *interface, uint16_t opnum)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].opnum == opnum && calls[i].interface[0] == interface[0] &&
		    strcmp(calls[i].interface, interface) == 0)
			return &calls[i];
	return NULL;
}

/* How far a reading comes: what it says before it fails is there all the same. */
static bool
read_as(const Call *call, const DcePdu *pdu, bool wide, SmbRpcArguments *ret_arguments)
{
	Ndr n = {
		.r = pdu->stub, .wide = wide, .ascii = call->ascii, .big_endian = pdu->big_endian
	};

	*ret_arguments = (SmbRpcArguments){ 0 };
	call->read(&n, ret_arguments);
	ret_arguments->cut = n.r.status == SMB_READ_TRUNCATED;
	return n.r.status != SMB_READ_MALFORMED;
}

static bool
says_something(const SmbRpcArguments *a)
{
	return !smb_text_is_empty(a->name) || !smb_text_is_empty(a->target) || a->zero_credential;
}

bool
dce_interface_is_telling(const char *interface)
{
	for (size_t i = 0; interface && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].interface, interface) == 0)
			return true;
	return interface && strcmp(interface, "drsuapi") == 0;
}

bool
dce_arguments_are_read(const char *interface, uint16_t opnum)
{
	return interface && find(interface, opnum);
}

static bool
is_encrypted(const DcePdu *pdu)
{
	return pdu->auth_level == DCE_AUTH_PRIVACY;
}

/* It has the same form in both. */
static bool
read_handle(SmbReader stub, uint8_t ret_handle[SMB_RPC_HANDLE])
{
	return smb_span_copy(smb_reader_span(&stub, HANDLE), ret_handle, HANDLE) == HANDLE;
}

/* A pointer of NDR64 may read as a NULL one of NDR: the reading that has something is right. */
static bool
read_texts(const Call *call, const DcePdu *pdu, SmbRpcArguments *ret_arguments)
{
	bool cut = false;

	for (int wide = 0; wide < 2; wide++) {
		if (read_as(call, pdu, wide, ret_arguments) && says_something(ret_arguments))
			return true;
		cut |= ret_arguments->cut;
	}
	/* It is before what is different in the two. */
	*ret_arguments =
		(SmbRpcArguments){ .cut = cut, .starts_itself = ret_arguments->starts_itself };
	return false;
}

bool
dce_arguments_read(const DcePdu *pdu, const char *interface, SmbRpcArguments *ret_arguments)
{
	const Call *call = interface ? find(interface, pdu->opnum) : NULL;
	bool all;

	*ret_arguments = (SmbRpcArguments){ 0 };
	ret_arguments->sealed = call && is_encrypted(pdu);
	if (!call || ret_arguments->sealed)
		return false;
	all = read_texts(call, pdu, ret_arguments);
	if (call->handles & H_OF)
		ret_arguments->has_handle = read_handle(pdu->stub, ret_arguments->handle);
	return all || (call->read == only_handle && ret_arguments->has_handle);
}

/*
 * Whether the end of a response is here, and can be read: how long its stub is without padding. Where
 * a client reads it in pieces, what is here ends anywhere.
 */
static bool
has_end(const DcePdu *pdu, uint32_t *ret_length)
{
	SmbReader r = pdu->stub;
	uint32_t left = smb_reader_declared_left(&r);

	if (left < pdu->stub_length ||
	    (pdu->auth_length && (!pdu->has_trailer || pdu->auth_level == DCE_AUTH_PRIVACY)))
		return false;
	*ret_length = left > pdu->padding ? left - pdu->padding : 0;
	return pdu->flags & DCE_LAST_FRAG && *ret_length >= RESULT;
}

/* A response without an error has nothing optional after the handle but its return value. */
bool
dce_given_handle_read(const DcePdu *pdu, const char *interface, uint16_t opnum,
		      uint8_t ret_handle[SMB_RPC_HANDLE])
{
	const Call *call = interface ? find(interface, opnum) : NULL;
	SmbReader r = pdu->stub;
	uint32_t length;

	if (!call || !has_end(pdu, &length) || length < HANDLE + RESULT)
		return false;
	if (call->handles & H_GIVEN_LAST)
		smb_reader_skip(&r, length - HANDLE - RESULT);
	else if (!(call->handles & H_GIVEN_FIRST))
		return false;
	return read_handle(r, ret_handle);
}

bool
dce_result_read(const DcePdu *pdu, uint32_t *ret_result)
{
	SmbReader r = pdu->stub;
	uint32_t length;

	if (!has_end(pdu, &length))
		return false;
	smb_reader_skip(&r, length - RESULT);
	*ret_result = pdu->big_endian ? smb_reader_be32(&r) : smb_reader_le32(&r);
	return r.status == SMB_READ_OK;
}
