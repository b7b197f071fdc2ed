/* SPDX-License-Identifier: BSD-3-Clause */
/* What sentences of outcomes have in common, and those of logons that failed. */
#include "output/base/outcome-parts.h"

#include "dissect/wire/codes.h"
#include "output/base/json.h"
#include "output/base/text.h"

void
out_outcome_status(OutBuffer *b, const SmbOutcome *o)
{
	if (!o->has_status)
		return;
	out_lit(b, " (");
	out_status(b, o->status);
	out_char(b, ')');
}

/* What to do about statuses that have no reason of their own; [MS-ERREF] 2.3.1. */
typedef struct {
	uint32_t status;
	const char *advice;
} Advice;

static const Advice advices[] = {
	{ STATUS_DELETE_PENDING, "it is being deleted, as soon as everybody has closed it" },
	{ STATUS_DISK_FULL, "make room on the server's disk" },
	{ STATUS_QUOTA_EXCEEDED, "the user's quota is used up" },
	{ STATUS_MEDIA_WRITE_PROTECTED, "the server's disk cannot be written to" },
	{ STATUS_TOO_MANY_OPENED_FILES, "the server has too many files open" },
	{ STATUS_INSUFF_SERVER_RESOURCES, "the server has no resources left" },
	{ STATUS_INSUFFICIENT_RESOURCES, "the server has no resources left" },
	{ STATUS_USER_SESSION_DELETED, "the session has ended: log on again" },
	{ STATUS_NETWORK_SESSION_EXPIRED, "the logon has expired: log on again" },
	{ STATUS_NETWORK_NAME_DELETED, "the share is disconnected: connect to it again" },
	{ STATUS_FILE_CLOSED, "it is closed: open it again" },
	{ STATUS_SMB_BAD_UID, "the session that the client names is not valid there: log on again" },
	{ STATUS_SMB_BAD_TID,
	  "the tree that the client names is not valid there: connect to the share again" },
	{ STATUS_INVALID_PARAMETER, "the server finds fault with the request itself" },
	{ STATUS_NOT_SUPPORTED, "the server cannot do what the client asks" },
	{ STATUS_OBJECT_NAME_COLLISION, "it is there already" },
	{ STATUS_NO_LOGON_SERVERS, "the server reaches no domain controller" },
	{ STATUS_NETLOGON_NOT_STARTED, "the server's Netlogon service does not run" },
	{ STATUS_NO_TRUST_SAM_ACCOUNT, "the domain does not know the server: join it again" },
	{ STATUS_TRUSTED_DOMAIN_FAILURE, "the trust between the domains is broken" },
	{ STATUS_TRUSTED_RELATIONSHIP_FAILURE,
	  "the trust between the server and its domain is broken: join it again" },
	{ STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT,
	  "the account is one of a computer: use one of a person" },
	{ STATUS_AUTHENTICATION_FIREWALL_FAILED,
	  "the account's domain may not log on at this server (selective authentication)" },
	{ STATUS_CANNOT_DELETE, "it is read-only or in use" },
	{ STATUS_DIRECTORY_NOT_EMPTY, "it is not empty" },
	{ STATUS_NO_SUCH_DOMAIN, "the domain does not exist: correct it" },
	{ STATUS_PATH_NOT_COVERED,
	  "it lies elsewhere (DFS): the client has to ask for the referral and to follow it, or to be "
	  "given the path of the target" },
	{ STATUS_STOPPED_ON_SYMLINK,
	  "a symbolic link lies in its path: the client has to follow it, or to be given the path of "
	  "the target" },
	{ STATUS_INSTANCE_NOT_AVAILABLE, "all instances of the pipe are in use: try again" },
	{ STATUS_PIPE_NOT_AVAILABLE,
	  "no instance of the pipe listens: try again, or look at the service behind it" },
	{ STATUS_PRIVILEGE_NOT_HELD, "the user lacks a right on the server" },
	{ STATUS_INVALID_OWNER, "the server does not take the owner that the client names" },
	{ STATUS_IO_DEVICE_ERROR, "the server's disk fails; look at its log" },
	{ STATUS_DEVICE_DATA_ERROR, "the server's disk fails; look at its log" },
	{ STATUS_IO_TIMEOUT, "what the server waited for took too long; look at its disk and log" },
	{ STATUS_FILE_IS_OFFLINE, "it lies on slower storage that cannot be read at present" },
	{ STATUS_FILE_SYSTEM_LIMITATION, "the server's file system has no room of that kind left" },
	{ STATUS_FILE_TOO_LARGE, "it would be larger than the server allows" },
	{ STATUS_VIRUS_INFECTED, "the server's virus scanner keeps it" },
	{ STATUS_VIRUS_DELETED, "the server's virus scanner deleted it" },
	/* [MS-SMB2] 3.3.5.9, 3.3.5.2.10 */
	{ STATUS_FILE_NOT_AVAILABLE,
	  "it is kept for a client whose connection broke, or the request is one of before this client "
	  "changed its connection: try again" },
	{ STATUS_CANNOT_BREAK_OPLOCK,
	  "another client holds it in its cache, and this one asks not to wait for that: try again, "
	  "or close it there" },
	{ STATUS_OPLOCK_NOT_GRANTED, "another client has it open: try again, or close it there" },
	{ STATUS_SHARE_UNAVAILABLE, "the share is not available at present: try again" },
	{ STATUS_DISK_QUOTA_EXCEEDED, "the user's quota is used up" },
	{ STATUS_PRINT_QUEUE_FULL, "the print queue is full" },
	{ STATUS_NO_SPOOL_SPACE, "the server has no room for print jobs" },
	{ STATUS_PRINT_CANCELLED, "the print job was cancelled" },
};

bool
out_outcome_advice(OutBuffer *b, const SmbOutcome *o)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]) && !o->status.dos; i++)
		if (advices[i].status == o->status.value) {
			out_lit(b, ": ");
			out_str(b, advices[i].advice);
			return true;
		}
	return false;
}

void
out_outcome_name(OutBuffer *b, const SmbOutcome *o, const char *otherwise)
{
	if (o->name)
		out_text(b, smb_string_text(o->name));
	else
		out_str(b, otherwise);
}

/* ---- logons that failed ---- */

static const char closed_to_nobody[] = ": it keeps anonymous users out; log on with an account";

void
out_why_password_expired(OutBuffer *b, const OutTold *t)
{
	bool new = !t->o->status.dos && t->o->status.value == STATUS_PASSWORD_MUST_CHANGE;

	out_str(b, new ? "the password has to be changed before the first logon"
		       : "the password has expired");
	out_outcome_status(b, t->o);
	out_lit(b, ": change it");
}

/* The status says no more; what cannot be the reason is left out. */
void
out_why_access_denied(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "the server denied the logon");
	out_outcome_status(b, o);
	if (o->nobody) {
		out_str(b, closed_to_nobody);
		return;
	}
	out_lit(b, ": its policy forbids this account or wants another server name");
	if (o->keyless)
		out_lit(b, ", or encryption, which this client does not offer");
	out_lit(b, "; its log says which");
}

void
out_why_left_after_challenge(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;
	bool signs = info->signing & (SMB_SIGNING_SERVER_ENABLED | SMB_SIGNING_SERVER_REQUIRED);

	out_lit(b, "the client left after the server's challenge and sent no password: it has no "
		   "credentials, or wanted only to know the server");
	if (info->version == 1 && !signs)
		out_lit(b, "; this server does not sign, which a client can insist on");
	if (info->version == 1 && !info->extended_security && info->capabilities_seen)
		out_lit(b, "; this server has no extended security, which a client can insist on");
}

/* What is said of a wrong password, an unknown user and much else: [MS-ERREF] 2.3.1. */
static bool
may_be_wrong_password(SmbStatus s)
{
	return s.dos ? smb_status_class(s) == ERRSRV && smb_status_code(s) == ERRSRV_BADPW
		     : s.value == STATUS_LOGON_FAILURE;
}

/* One status, and what it says of an account. */
typedef struct {
	SmbStatus status;
	const char *says, *advice;
} Said;

/* "SAYS (STATUS): ADVICE", of the entry with the status, else of the last one. */
static void
put_said(OutBuffer *b, const SmbOutcome *o, const Said *said, size_t n)
{
	size_t i = 0;

	while (i + 1 < n &&
	       !(said[i].status.dos == o->status.dos && said[i].status.value == o->status.value))
		i++;
	out_str(b, said[i].says);
	out_outcome_status(b, o);
	out_lit(b, ": ");
	out_str(b, said[i].advice);
}

/* What is said of an account is not said of nobody, who has none. */
static bool
put_nobody(OutBuffer *b, const SmbOutcome *o)
{
	if (!o->nobody)
		return false;
	out_lit(b, "the server refused the anonymous logon");
	out_outcome_status(b, o);
	out_str(b, closed_to_nobody);
	return true;
}

void
out_why_account_disabled(OutBuffer *b, const OutTold *t)
{
	/* The error of DOS is that of both: [MS-CIFS] 2.2.2.4. */
	static const Said said[] = {
		{ { false, STATUS_ACCOUNT_DISABLED },
		  "the account is disabled",
		  "enable it, or use another" },
		{ { false, STATUS_ACCOUNT_EXPIRED },
		  "the account has expired",
		  "extend it, or use another" },
		{ { 0 }, "the account is disabled or has expired", "enable it, or use another" },
	};

	if (!put_nobody(b, t->o))
		put_said(b, t->o, said, sizeof(said) / sizeof(said[0]));
}

void
out_why_logon_not_allowed(OutBuffer *b, const OutTold *t)
{
	static const char hours[] = "the account may not log on at this time";
	static const char computer[] = "the account may not log on from this computer";
	static const char network[] = "the account may not log on at this server over the network";
	static const char allow_hours[] = "look at its logon hours";
	static const char allow_computer[] = "look at the computers that it may log on from";
	static const char allow_network[] =
		"look at the server's user rights, \"Access this computer from the network\" and "
		"the one that denies it";
	static const Said said[] = {
		{ { false, STATUS_INVALID_LOGON_HOURS }, hours, allow_hours },
		{ { true, ERRSRV | ERRSRV_BAD_LOGON_TIME << 16 }, hours, allow_hours },
		{ { false, STATUS_INVALID_WORKSTATION }, computer, allow_computer },
		{ { true, ERRSRV | ERRSRV_BAD_CLIENT << 16 }, computer, allow_computer },
		{ { false, STATUS_LOGON_NOT_GRANTED }, network, allow_network },
		{ { false, STATUS_LOGON_TYPE_NOT_GRANTED }, network, allow_network },
		{ { 0 },
		  "a restriction of the account keeps it out",
		  "an empty password, which is not for the network, its logon hours or computers, or "
		  "a policy; the server's log says which" },
	};

	if (!put_nobody(b, t->o))
		put_said(b, t->o, said, sizeof(said) / sizeof(said[0]));
}

/* A name with no response to the challenge ([MS-NLMP] 3.2.5.1.2): no password can be wrong. */
static bool
put_no_secret(OutBuffer *b, const SmbOutcome *o)
{
	if (!o->no_secret)
		return false;
	out_lit(b, "the client named an account and sent no password");
	out_outcome_status(b, o);
	out_lit(b, ": give it the password");
	return true;
}

void
out_why_wrong_password(OutBuffer *b, const OutTold *t)
{
	if (put_nobody(b, t->o) || put_no_secret(b, t->o))
		return;
	out_lit(b, "wrong password");
	out_outcome_status(b, t->o);
	out_lit(b, ": correct it at the client");
}

void
out_why_no_such_user(OutBuffer *b, const OutTold *t)
{
	if (put_nobody(b, t->o))
		return;
	out_lit(b, "the server does not know the account");
	out_outcome_status(b, t->o);
	out_lit(b, ": create it, or correct user or domain");
}

/* A status of its own says what is wrong, even of a ticket. */
static void
ticket_refused(OutBuffer *b, const SmbOutcome *o)
{
	if (o->has_status)
		out_lit(b, "the server refused the Kerberos ticket");
	else
		out_lit(b,
			"the server turned the Kerberos ticket down and named another mechanism, "
			"with which nobody logged on");
	out_outcome_status(b, o);
	if (!o->has_status || !out_outcome_advice(b, o))
		out_lit(b,
			": look at the server's keys (SPN, password of its account) and the clocks");
}

void
out_why_logon_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	bool password = may_be_wrong_password(o->status);

	if (o->kerberos) {
		ticket_refused(b, o);
		return;
	}
	if (password && (put_nobody(b, o) || put_no_secret(b, o)))
		return;
	out_lit(b, "the server refused the logon");
	out_outcome_status(b, o);
	if (!password)
		out_outcome_advice(b, o);
	else if (o->old_secret)
		out_lit(b,
			": it may take nothing older than NTLMv2, or the password is wrong, the user "
			"unknown or locked out; its log says which");
	else
		out_lit(b, ": wrong password, unknown user, or locked out; its log says which");
}
