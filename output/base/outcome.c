/* SPDX-License-Identifier: BSD-3-Clause */
/* One sentence for each reason; those that depend on the connection have a function. */
#include "output/base/outcome.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"
#include "output/base/json.h"
#include "output/base/outcome-parts.h"
#include "output/base/text.h"
#include "output/base/words.h"

enum { DIALECTS_SHOWN = 4 };

static void
put_port(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, "port ");
	out_u64(b, info->ends.server_port);
}

static void
put_dialects(OutBuffer *b, const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_dialects && i < DIALECTS_SHOWN; i++) {
		if (i)
			out_lit(b, ", ");
		out_text(b, smb_string_text(info->dialects[i]));
	}
	if (info->n_dialects > DIALECTS_SHOWN) {
		out_lit(b, " and ");
		out_u64(b, info->n_dialects - DIALECTS_SHOWN);
		out_lit(b, " more");
	}
}

static void
no_answer(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;

	out_lit(b,
		"nothing answered: the server is down, its address is wrong, or a firewall drops ");
	put_port(b, info);
}

static void
port_closed(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;

	put_port(b, info);
	out_lit(b, " is closed: start the SMB service there, or let the firewall pass it");
	if (info->ends.server_port == 139)
		out_lit(b, " (needless if the client then used port 445)");
}

static void
server_silent(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;
	bool closed = info->end == SMB_END_FIN || info->end == SMB_END_RESET;

	if (closed && info->end_by_server)
		out_lit(b,
			"the server took the connection, answered no message and closed it: it does not take what the client sent, its SMB service fails, or ");
	else
		out_lit(b,
			"the server took the connection and answered no message: its SMB service hangs, something on the way drops the messages, or ");
	put_port(b, info);
	out_str(b, info->ends.server_port == 139 && !info->netbios_asked && !info->midstream
			   ? " wants a session request first; use port 445"
			   : " is not for SMB");
}

static void
netbios_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	const char *error = smb_nbss_error_name(o->netbios_error);

	out_lit(b, "the server refused the NetBIOS session");
	if (o->name) {
		out_lit(b, " with ");
		out_outcome_name(b, o, "");
	}
	out_lit(b, " (");
	if (error)
		out_str(b, error);
	else
		out_hex(b, o->netbios_error, 2);
	out_lit(b, "): ");
	switch (o->netbios_error) {
	case SMB_NBSS_NOT_LISTENING_FOR:
		out_lit(b, "it does not admit this client; look at its list of allowed hosts");
		break;
	case SMB_NBSS_NO_RESOURCES:
		out_lit(b, "it has no room for another session");
		break;
	case SMB_NBSS_UNSPECIFIED:
		out_lit(b, "it does not say why; use port 445");
		break;
	default:
		out_str(b, o->name ? "call it by its own NetBIOS name, or use port 445"
				   : "port 139 wants a session request first; use port 445");
	}
}

static void
dialect_refused(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;
	bool smb1_only = info->n_dialects_smb1 == info->n_dialects && !info->offers_cut;

	out_lit(b, "the server accepts none of the dialects offered (");
	put_dialects(b, info);
	out_str(b,
		smb1_only ? "): update the client to SMB2 or newer, or let the server accept older "
			    "dialects (its minimum protocol)"
			  : "): compare the oldest and the newest dialect that each side allows "
			    "(minimum and maximum protocol)");
}

static void
negotiate_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	bool parameter = o->status.value == STATUS_INVALID_PARAMETER;

	out_lit(b, "the server answered the negotiation with an error");
	out_outcome_status(b, o);
	if (!o->status.dos && o->status.value == STATUS_ACCESS_DENIED)
		out_lit(b, ": it does not admit this client; look at whom it allows");
	else if (parameter || !out_outcome_advice(b, o))
		out_lit(b,
			": update the client or the server, or send this capture to their makers");
}

static void
signing_mismatch(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;

	if (info->signing & SMB_SIGNING_SERVER_REQUIRED)
		out_lit(b,
			"the server requires signing, and the client left before a logon: let the "
			"client sign");
	else
		out_lit(b, "the client requires signing, which the server does not offer: let the "
			   "server sign");
	out_lit(b, " (likely)");
}

static void
client_wants_encryption(OutBuffer *b)
{
	out_lit(b,
		"the client logged on and left, and the server does not encrypt: if the client "
		"insists on encryption, enable SMB 3 encryption on the server, or do not require "
		"it at the client (likely)");
}

static void
encryption_required(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	if (o->by == SMB_BY_CLIENT) {
		client_wants_encryption(b);
		return;
	}
	out_str(b, o->without_key
			   ? "the server wants encryption, for which guests and anonymous users "
			     "have no key"
			   : "the server wants encryption, and this client does not encrypt");
	out_outcome_status(b, o);
	if (o->without_key) {
		out_lit(b, ": log on with an account");
		return;
	}
	out_lit(b, ": use a client with SMB 3, or do not require encryption");
	if (o->name) {
		out_lit(b, " of ");
		out_outcome_name(b, o, "");
	}
	if (o->likely)
		out_lit(b, " (likely)");
}

/* What is granted to a user whom the server did not take for one is of no use. */
static void
put_grant(OutBuffer *b, const SmbOutcome *o)
{
	out_str(b, o->nobody ? ": the server has let the client in as guest or anonymously; log on "
			       "with an account"
			     : ": grant it, if this user should have it");
}

static void
share_denied(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "no access to the share ");
	out_outcome_name(b, o, "");
	out_outcome_status(b, o);
	if (o->may_encrypt && o->without_key) {
		out_lit(b, ": it is closed to guests and anonymous users, or wants encryption, for "
			   "which they have no key; log on with an account");
		return;
	}
	/* Nobody is known by name there ([MS-CIFS] 2.2.4.55.1). */
	if (t->info->share_level) {
		out_lit(b, ": its password may be wrong, or the server closed it to this client");
		return;
	}
	/* All users may connect to IPC$ ([MS-SMB2] 3.3.4.13): there is nothing to grant. */
	if (o->ipc)
		out_str(b, o->nobody ? ": the server keeps guests and anonymous users out of it "
				       "(Samba: restrict anonymous = 2); log on with an account"
				     : ": its permissions are not for users to set, so a rule for "
				       "the whole server keeps this client or user out (Samba: "
				       "hosts allow, valid users)");
	else
		put_grant(b, o);
	if (o->may_encrypt)
		out_lit(b, "; or it wants encryption, which this client does not offer");
}

static void
share_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "the server refused the share ");
	out_outcome_name(b, o, "");
	out_outcome_status(b, o);
	out_outcome_advice(b, o);
}

static const char *
deed_name(SmbDeed deed)
{
	static const char *const names[] = {
		[SMB_DEED_OPEN] = "open",     [SMB_DEED_READ] = "read",
		[SMB_DEED_WRITE] = "write",   [SMB_DEED_CLOSE] = "close",
		[SMB_DEED_DELETE] = "delete", [SMB_DEED_RENAME] = "rename",
		[SMB_DEED_LIST] = "list",     [SMB_DEED_MAKE] = "make",
		[SMB_DEED_CHANGE] = "change",
	};

	return names[deed];
}

/* A handle that was to outlive its connection ([MS-SMB2] 3.3.5.9.7, 3.3.5.9.12). */
static void
handle_lost(OutBuffer *b, const SmbOutcome *o)
{
	out_lit(b, "the server did not give the client's handle of ");
	out_outcome_name(b, o, "the file");
	out_lit(b, " back");
	out_outcome_status(b, o);
	out_lit(b, ": open it again; locks, and what was not written yet, may be lost");
}

static void
file_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	bool elsewhere;

	if (o->reconnect) {
		handle_lost(b, o);
		return;
	}
	elsewhere = !o->status.dos && (o->status.value == STATUS_PATH_NOT_COVERED ||
				       o->status.value == STATUS_STOPPED_ON_SYMLINK);
	if (elsewhere) {
		out_lit(b, "the server does not have ");
	} else {
		out_lit(b, "the server refused to ");
		out_str(b, deed_name(o->deed));
		out_char(b, ' ');
	}
	out_outcome_name(b, o, "the file");
	if (elsewhere)
		out_lit(b, " itself");
	out_outcome_status(b, o);
	out_outcome_advice(b, o);
	/* Servers that keep them beside the file say so of them, too. */
	if (o->deed == SMB_DEED_CHANGE && !o->status.dos && o->status.value == STATUS_DISK_FULL)
		out_lit(b, " (extended attributes have room of their own, and little)");
}

static void
no_such_file(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	out_str(b, o->ipc ? "nothing listens at the pipe " : "there is no ");
	out_outcome_name(b, o, o->ipc ? "of that name" : "such file");
	out_outcome_status(b, o);
	out_str(b, o->ipc ? ": start the service behind it, or do without; not every server has it"
			  : ": correct the path");
}

/*
 * What else is denied so: [MS-FSA] 2.1.5.1.2.1, 2.1.5.15.12; the error of DOS is one of many
 * ([MS-CIFS] 2.2.2.4).
 */
static void
put_other_reasons(OutBuffer *b, const SmbOutcome *o)
{
	if (o->ipc)
		return;
	if (o->status.dos && o->deed == SMB_DEED_MAKE)
		out_lit(b, "; or it is there already");
	else if (o->status.dos && o->deed != SMB_DEED_OPEN && o->deed != SMB_DEED_LIST)
		out_lit(b, "; or it is read-only, in use, a folder, or one that is not empty");
	else if (o->deed == SMB_DEED_RENAME)
		out_lit(b, "; or it is a folder in which something is open");
	else if (o->deed == SMB_DEED_OPEN && o->may_be_read_only)
		out_lit(b, "; or the file is read-only");
}

/* What was possible at the open, and is not later, was withdrawn. */
static void
file_denied(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	bool io = o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE ||
		  o->deed == SMB_DEED_CLOSE;
	bool later = io || (o->by_handle && o->deed == SMB_DEED_LIST);

	out_lit(b, "no access to ");
	out_outcome_name(b, o, o->deed == SMB_DEED_LIST ? "the folder" : "the file");
	out_outcome_status(b, o);
	if (o->deed != SMB_DEED_OPEN) {
		out_lit(b, ", to ");
		out_str(b, deed_name(o->deed));
		out_lit(b, " it");
	} else if (o->to_write) {
		/* To read it alone may be allowed. */
		out_str(b, o->to_read ? ", to read and write it" : ", to write it");
	}
	if (later)
		out_lit(b, ", though it was opened: the access was withdrawn since, or was never "
			   "asked for");
	else if (o->by_handle && o->deed == SMB_DEED_CHANGE && !o->nobody)
		out_lit(b, ", though it was opened: not for that, or this user may not do it; "
			   "grant it, if the user should");
	else if (o->ipc && !o->nobody)
		out_lit(b, ": the service behind the pipe decides who may use it, often "
			   "administrators alone");
	else {
		put_grant(b, o);
		put_other_reasons(b, o);
	}
}

static void
put_fault(OutBuffer *b, uint32_t fault)
{
	const char *name = smb_rpc_fault_name(fault);

	out_lit(b, " (fault ");
	out_str(b, name ? name : "0x");
	if (!name)
		out_hex(b, fault, 8);
	out_char(b, ')');
}

static void
call_refused(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	bool denied = o->fault == RPC_ACCESS_DENIED || o->fault == STATUS_ACCESS_DENIED;

	out_lit(b, "the service behind the pipe refused ");
	if (!o->fault)
		out_lit(b, "to bind ");
	out_outcome_name(b, o, o->fault ? "the call" : "the interface");
	if (o->fault)
		put_fault(b, o->fault);
	if (denied && o->nobody)
		out_lit(b, ": the server has let the client in as guest or anonymously; log on "
			   "with an account");
	else if (denied)
		out_lit(b, ": it is often for administrators alone; grant it, if this user should "
			   "have it");
	else if (!o->fault)
		out_lit(b,
			": it does not have it, or wants another kind of logon for it; look at the "
			"service, or do without");
	else if (o->fault == NCA_S_OP_RNG_ERROR || o->fault == NCA_S_UNK_IF)
		out_lit(b, ": it has no such call; update the server, or do without");
	else
		out_lit(b, ": look at the server's log");
}

static void
sharing_violation(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;

	out_outcome_name(b, o, "the file");
	out_str(b, o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE
			   ? " is locked"
			   : " is open already, and one of the two does not share it");
	out_outcome_status(b, o);
	out_str(b, o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE
			   ? ": wait for whoever has the lock"
			   : ": close it where it is open");
}

/* Nothing waited, so that only the server, or who ended it in its name, can say why. */
static void
cut_short(OutBuffer *b, const SmbOutcome *o)
{
	out_lit(b, "the server ended the connection (or a firewall in its name) ");
	out_str(b, o->stage == SMB_STAGE_NEGOTIATE
			   ? "after the negotiation, and nobody had logged on"
			   : "during or after the logon, and no share was connected");
	out_lit(b, ": look at the server's log, and at what lies between");
}

static void
lost(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;
	const SmbOutcome *o = t->o;

	if (o->no_request) {
		cut_short(b, o);
		return;
	}
	out_lit(b, "the connection was lost while requests waited: ");
	out_str(b, o->by == SMB_BY_SERVER   ? "the server ended it (or a firewall in its name)"
		   : o->at_once             ? "the client left before the answer came"
		   : o->by == SMB_BY_CLIENT ? "the client gave up (or a firewall in its name)"
					    : "both sides fell silent");
	if (o->notify_waits)
		out_lit(b, "; a change notification was pending");
	if (info->notify_unsupported)
		out_lit(b, "; the server does not support change notification, so the client could "
			   "not notice");
}

static void
no_such_share(OutBuffer *b, const OutTold *t)
{
	const SmbOutcome *o = t->o;
	SmbStatus s = o->status;
	bool other_kind = s.dos ? smb_status_class(s) == ERRSRV &&
					  smb_status_code(s) == ERRSRV_INVDEVICE
				: s.value == STATUS_BAD_DEVICE_TYPE;
	/* Samba says the same of a share whose path it cannot enter for the user. */
	bool folder = !o->ipc && (s.dos ? smb_status_class(s) == ERRSRV &&
						  smb_status_code(s) == ERRSRV_INVNETNAME
					: s.value == STATUS_BAD_NETWORK_NAME);

	out_str(b, other_kind ? "the share " : "there is no share ");
	out_outcome_name(b, o, "of that name");
	if (other_kind)
		out_lit(b, " is of another kind than the client wants");
	else if (folder)
		out_lit(b, ", or no folder behind it that this user may enter");
	out_outcome_status(b, o);
	out_str(b, other_kind ? ": a disk, a printer or a pipe?" : ": correct the path");
	if (folder)
		out_lit(b, ", or look at that folder");
}

static void
not_smb(OutBuffer *b, const OutTold *t)
{
	const SmbConnectionInfo *info = t->info;
	const SmbOutcome *o = t->o;

	if (o->by == SMB_BY_CLIENT) {
		out_lit(b, "what the client sends to ");
		put_port(b, info);
		out_lit(b, " is not SMB: correct its port, or look for what it is");
		return;
	}
	out_lit(b, "what answers on ");
	put_port(b, info);
	out_lit(b, " does not speak SMB: another service listens there");
}

typedef struct {
	/* or: */
	void (*put)(OutBuffer *b, const OutTold *t);
	const char *before; /* text, then the name if `otherwise` is set, then the status, then: */
	const char *otherwise;
	const char *after;
} Sentence;

static const Sentence sentences[] = {
	[SMB_WHY_NO_ANSWER] = { .put = no_answer },
	[SMB_WHY_PORT_CLOSED] = { .put = port_closed },
	[SMB_WHY_SERVER_SILENT] = { .put = server_silent },
	[SMB_WHY_CLIENT_SILENT] = { .before = "the client connected and sent nothing: a test of the "
					      "port (some clients try it first), or a program "
					      "that gave up" },
	[SMB_WHY_NETBIOS_REFUSED] = { .put = netbios_refused },
	[SMB_WHY_SMB1_IS_OFF] = { .before = "the client speaks nothing newer than NT LM 0.12, the "
					    "server no SMB1: update or replace the client" },
	[SMB_WHY_DIALECT_REFUSED] = { .put = dialect_refused },
	[SMB_WHY_SIGNING_MISMATCH] = { .put = signing_mismatch },
	[SMB_WHY_ENCRYPTION_REQUIRED] = { .put = encryption_required },
	[SMB_WHY_ACCESS_DENIED] = { .put = out_why_access_denied },
	[SMB_WHY_NOT_SMB] = { .put = not_smb },
	[SMB_WHY_NEGOTIATE_REFUSED] = { .put = negotiate_refused },
	[SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE] = { .put = out_why_left_after_challenge },
	[SMB_WHY_WRONG_PASSWORD] = { .put = out_why_wrong_password },
	[SMB_WHY_NO_SUCH_USER] = { .put = out_why_no_such_user },
	[SMB_WHY_ACCOUNT_LOCKED] = { .before = "the account is locked out",
				     .after = ": find the program with the old password, then "
					      "unlock it" },
	[SMB_WHY_ACCOUNT_DISABLED] = { .put = out_why_account_disabled },
	[SMB_WHY_PASSWORD_EXPIRED] = { .put = out_why_password_expired },
	[SMB_WHY_LOGON_NOT_ALLOWED] = { .put = out_why_logon_not_allowed },
	[SMB_WHY_NTLM_BLOCKED] = { .before = "the server does not accept NTLM",
				   .after = ": use Kerberos (call it by its name), or make an "
					    "exception" },
	[SMB_WHY_CLOCK_SKEW] = { .before = "the clocks of client and server are too far apart",
				 .after = ": set the time" },
	[SMB_WHY_LOGON_REFUSED] = { .put = out_why_logon_refused },
	[SMB_WHY_GUEST_REFUSED] = { .before =
					    "the server let the client in as guest, and the client left: it requires "
					    "signing or rejects guests, so give it an account (likely)" },
	[SMB_WHY_CHANNEL_REFUSED] = { .before = "the server did not let the client use this "
						"connection as another channel of a session",
				      .after = ": user and dialect have to be those of the "
					       "session, and the server has to allow several "
					       "channels" },
	[SMB_WHY_NO_SUCH_SHARE] = { .put = no_such_share },
	[SMB_WHY_SHARE_DENIED] = { .put = share_denied },
	[SMB_WHY_SERVER_FULL] = { .before = "the server takes no more connections",
				  .after = ": raise its limit of users or sessions" },
	[SMB_WHY_NO_SUCH_FILE] = { .put = no_such_file },
	[SMB_WHY_FILE_DENIED] = { .put = file_denied },
	[SMB_WHY_FILE_REFUSED] = { .put = file_refused },
	[SMB_WHY_CALL_REFUSED] = { .put = call_refused },
	[SMB_WHY_SHARE_REFUSED] = { .put = share_refused },
	[SMB_WHY_SHARING_VIOLATION] = { .put = sharing_violation },
	[SMB_WHY_NAME_REFUSED] = { .before = "the server does not accept the name ",
				   .otherwise = "of the file",
				   .after = ": choose another" },
	[SMB_WHY_LOST] = { .put = lost },
};

void
out_outcome_text(OutBuffer *b, const SmbConnectionInfo *info, const SmbOutcome *o)
{
	const OutTold told = { info, o };
	const Sentence *s = &sentences[o->why];

	if (o->account) {
		if (smb_text_is_empty(smb_string_text(o->account)))
			out_lit(b, "anonymous");
		else
			out_text(b, smb_string_text(o->account));
		out_lit(b, ": ");
	}
	if (o->expired)
		out_lit(b, "the logon was not valid any more, and could not be renewed: ");
	if (s->put) {
		s->put(b, &told);
	} else if (s->before) {
		out_str(b, s->before);
		if (s->otherwise)
			out_outcome_name(b, o, s->otherwise);
		out_outcome_status(b, o);
		if (s->after)
			out_str(b, s->after);
	}
}

void
out_outcome_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbOutcome *o)
{
	OutBuffer text = { 0 };

	out_outcome_text(&text, info, o);
	out_char(&text, '\0');
	out_str_json(b, text.data);
	out_buffer_clear(&text);
}
