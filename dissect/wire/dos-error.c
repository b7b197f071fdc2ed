/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DOS errors: a class and a code within it ([MS-CIFS] 2.2.2.4; a few codes are only in the sections
 * of the commands that return them, ERRinvalidsid in [MS-SMB] 2.2.7.5). Other codes do occur: class
 * ERRDOS carries any error number of the server's operating system.
 */
#include "dissect/wire/names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Each is sorted by value, for the binary search of smb_name_find. */
static const SmbName success[] = {
	{ 0x0000, "SUCCESS" },
};

static const SmbName errdos[] = {
	{ 0x0001, "ERRbadfunc" },
	{ 0x0002, "ERRbadfile" },
	{ 0x0003, "ERRbadpath" },
	{ 0x0004, "ERRnofids" },
	{ 0x0005, "ERRnoaccess" },
	{ 0x0006, "ERRbadfid" },
	{ 0x0007, "ERRbadmcb" },
	{ 0x0008, "ERRnomem" },
	{ 0x0009, "ERRbadmem" },
	{ 0x000A, "ERRbadenv" },
	{ 0x000B, "ERRbadformat" },
	{ 0x000C, "ERRbadaccess" },
	{ 0x000D, "ERRbaddata" },
	{ 0x000F, "ERRbaddrive" },
	{ 0x0010, "ERRremcd" },
	{ 0x0011, "ERRdiffdevice" },
	{ 0x0012, "ERRnofiles" },
	{ 0x0018, "ERRbadlength" },
	{ 0x001F, "ERRgeneral" },
	{ 0x0020, "ERRbadshare" },
	{ 0x0021, "ERRlock" },
	{ 0x0026, "ERReof" },
	{ 0x0032, "ERRunsup" },
	{ 0x0043, "ERRnosuchshare" },
	{ 0x0046, "ERRpaused" },
	{ 0x0047, "ERRreqnotaccep" },
	{ 0x0050, "ERRfilexists" },
	{ 0x0057, "ERRinvalidparam" },
	{ 0x0071, "ERROR_NO_MORE_SEARCH_HANDLES" },
	{ 0x007A, "ERRbufftosmall" },
	{ 0x007B, "ERRinvalidname" },
	{ 0x007C, "ERRunknownlevel" },
	{ 0x0083, "ERRinvalidseek" },
	{ 0x009E, "ERROR_NOT_LOCKED" },
	{ 0x00AD, "ERROR_CANCEL_VIOLATION" },
	{ 0x00AE, "ERROR_ATOMIC_LOCKS_NOT_SUPPORTED" },
	{ 0x00E6, "ERRbadpipe" },
	{ 0x00E7, "ERRpipebusy" },
	{ 0x00E8, "ERRpipeclosing" },
	{ 0x00E9, "ERRnotconnected" },
	{ 0x00EA, "ERRmoredata" },
	{ 0x00FF, "ERRbadealist" },
	{ 0x010A, "ERROR_CANNOT_COPY" },
	{ 0x0113, "ERROR_EAS_DIDNT_FIT" },
	{ 0x011A, "ERROR_EAS_NOT_SUPPORTED" },
	{ 0x03E2, "ERROR_EA_ACCESS_DENIED" },
	{ 0x03FE, "ERR_NOTIFY_ENUM_DIR" },
	{ 0x0539, "ERRinvalidsid" },
};

static const SmbName errsrv[] = {
	{ 0x0001, "ERRerror" },          { 0x0002, "ERRbadpw" },
	{ 0x0003, "ERRbadpath" },        { 0x0004, "ERRaccess" },
	{ 0x0005, "ERRinvtid" },         { 0x0006, "ERRinvnetname" },
	{ 0x0007, "ERRinvdevice" },      { 0x0010, "ERRinvsess" },
	{ 0x0011, "ERRworking" },        { 0x0012, "ERRnotme" },
	{ 0x0016, "ERRbadcmd" },         { 0x0031, "ERRqfull" },
	{ 0x0032, "ERRqtoobig" },        { 0x0033, "ERRqeof" },
	{ 0x0034, "ERRinvpfid" },        { 0x0040, "ERRsmbcmd" },
	{ 0x0041, "ERRsrverror" },       { 0x0043, "ERRfilespecs" },
	{ 0x0045, "ERRbadpermits" },     { 0x0047, "ERRsetattrmode" },
	{ 0x0058, "ERRtimeout" },        { 0x0059, "ERRnoresource" },
	{ 0x005A, "ERRtoomanyuids" },    { 0x005B, "ERRbaduid" },
	{ 0x00E9, "ERRnotconnected" },   { 0x00FA, "ERRusempx" },
	{ 0x00FB, "ERRusestd" },         { 0x00FC, "ERRcontmpx" },
	{ 0x08BF, "ERRaccountExpired" }, { 0x08C0, "ERRbadClient" },
	{ 0x08C1, "ERRbadLogonTime" },   { 0x08C2, "ERRpasswordExpired" },
	{ 0xFFFF, "ERRnosupport" },
};

static const SmbName errhrd[] = {
	{ 0x0013, "ERRnowrite" },   { 0x0014, "ERRbadunit" },    { 0x0015, "ERRnotready" },
	{ 0x0016, "ERRbadcmd" },    { 0x0017, "ERRdata" },       { 0x0018, "ERRbadreq" },
	{ 0x0019, "ERRseek" },      { 0x001A, "ERRbadmedia" },   { 0x001B, "ERRbadsector" },
	{ 0x001C, "ERRnopaper" },   { 0x001D, "ERRwrite" },      { 0x001E, "ERRread" },
	{ 0x001F, "ERRgeneral" },   { 0x0020, "ERRbadshare" },   { 0x0021, "ERRlock" },
	{ 0x0022, "ERRwrongdisk" }, { 0x0023, "ERRFCBUnavail" }, { 0x0024, "ERRsharebufexc" },
	{ 0x0027, "ERRdiskfull" },
};

typedef struct {
	const char *name;
	const SmbName *errors;
	size_t count;
} ErrorClass;

/* ERRCMD has no codes of its own: the request was not in the SMB format. */
static const ErrorClass classes[256] = {
	[0x00] = { "SUCCESS", success, COUNT(success) },
	[0x01] = { "ERRDOS", errdos, COUNT(errdos) },
	[0x02] = { "ERRSRV", errsrv, COUNT(errsrv) },
	[0x03] = { "ERRHRD", errhrd, COUNT(errhrd) },
	[0xFF] = { "ERRCMD", NULL, 0 },
};

const char *
smb_dos_error_name(uint8_t error_class, uint16_t code)
{
	const ErrorClass *row = &classes[error_class];

	return smb_name_find(row->errors, row->count, code);
}

const char *
smb_dos_class_name(uint8_t error_class)
{
	return classes[error_class].name;
}
