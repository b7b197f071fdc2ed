/* SPDX-License-Identifier: BSD-3-Clause */
/* One sentence for each reason; those that depend on the connection have a function. */
#include "output/base/outcome.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"
#include "output/base/json.h"
#include "output/base/text.h"
#include "output/base/words.h"

enum { DIALECTS_SHOWN = 4 };

/* What a sentence is about. */
typedef struct {
	const SmbConnectionInfo *info;
	const SmbOutcome *o; /* of it */
} Told;

static void
put_status(OutBuffer *b, const SmbOutcome *o)
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
};

static void
put_advice(OutBuffer *b, const SmbOutcome *o)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]) && !o->status.dos; i++)
		if (advices[i].status == o->status.value) {
			out_lit(b, ": ");
			out_str(b, advices[i].advice);
			return;
		}
}

/* The share, file or called name, or what stands for it if it was not seen. */
static void
put_name(OutBuffer *b, const SmbOutcome *o, const char *otherwise)
{
	if (o->name)
		out_text(b, smb_string_text(o->name));
	else
		out_str(b, otherwise);
}

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
no_answer(OutBuffer *b, const Told *t)
{
	const SmbConnectionInfo *info = t->info;

	out_lit(b,
		"nothing answered: the server is down, its address is wrong, or a firewall drops ");
	put_port(b, info);
}

static void
port_closed(OutBuffer *b, const Told *t)
{
	const SmbConnectionInfo *info = t->info;

	put_port(b, info);
	out_lit(b, " is closed: start the SMB service there, or let the firewall pass it");
	if (info->ends.server_port == 139)
		out_lit(b, " (needless if the client then used port 445)");
}

static void
server_silent(OutBuffer *b, const Told *t)
{
	const SmbConnectionInfo *info = t->info;

	out_lit(b,
		"the server took the connection and answered no message: its SMB service hangs, something on the way drops the messages, or ");
	put_port(b, info);
	out_str(b, info->ends.server_port == 139 && !info->netbios_asked && !info->midstream
			   ? " wants a session request first; use port 445"
			   : " is not for SMB");
}

static void
netbios_refused(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;
	const char *error = smb_nbss_error_name(o->netbios_error);

	out_lit(b, "the server refused the NetBIOS session");
	if (o->name) {
		out_lit(b, " with ");
		put_name(b, o, "");
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
	default:
		out_str(b, o->name ? "call it by its own NetBIOS name, or use port 445"
				   : "port 139 wants a session request first; use port 445");
	}
}

static void
dialect_refused(OutBuffer *b, const Told *t)
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
signing_mismatch(OutBuffer *b, const Told *t)
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
encryption_required(OutBuffer *b, const Told *t)
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
	put_status(b, o);
	if (o->without_key) {
		out_lit(b, ": log on with an account");
		return;
	}
	out_lit(b, ": use a client with SMB 3, or do not require encryption");
	if (o->name) {
		out_lit(b, " of ");
		put_name(b, o, "");
	}
	if (o->likely)
		out_lit(b, " (likely)");
}

static void
password_expired(OutBuffer *b, const Told *t)
{
	bool new = !t->o->status.dos && t->o->status.value == STATUS_PASSWORD_MUST_CHANGE;

	out_str(b, new ? "the password has to be changed before the first logon"
		       : "the password has expired");
	put_status(b, t->o);
	out_lit(b, ": change it");
}

/* The status says no more; what cannot be the reason is left out. */
static void
access_denied(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "the server denied the logon");
	put_status(b, o);
	if (o->nobody) {
		out_lit(b, ": it keeps anonymous users out; log on with an account");
		return;
	}
	out_lit(b, ": its policy forbids this account or wants another server name");
	if (o->keyless)
		out_lit(b, ", or encryption, which this client does not offer");
	out_lit(b, "; its log says which");
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
share_denied(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "no access to the share ");
	put_name(b, o, "");
	put_status(b, o);
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
share_refused(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "the server refused the share ");
	put_name(b, o, "");
	put_status(b, o);
	put_advice(b, o);
}

static const char *
deed_name(SmbDeed deed)
{
	static const char *const names[] = {
		[SMB_DEED_OPEN] = "open",     [SMB_DEED_READ] = "read",
		[SMB_DEED_WRITE] = "write",   [SMB_DEED_CLOSE] = "close",
		[SMB_DEED_DELETE] = "delete", [SMB_DEED_RENAME] = "rename",
	};

	return names[deed];
}

static void
file_refused(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	out_lit(b, "the server refused to ");
	out_str(b, deed_name(o->deed));
	out_char(b, ' ');
	put_name(b, o, "the file");
	put_status(b, o);
	put_advice(b, o);
}

/* What was possible at the open, and is not later, was withdrawn. */
static void
file_denied(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;
	bool later = o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE ||
		     o->deed == SMB_DEED_CLOSE;

	out_lit(b, "no access to ");
	put_name(b, o, "the file");
	put_status(b, o);
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
	else if (o->ipc && !o->nobody)
		out_lit(b, ": the service behind the pipe decides who may use it, often "
			   "administrators alone");
	else
		put_grant(b, o);
}

static void
sharing_violation(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	put_name(b, o, "the file");
	out_str(b, o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE
			   ? " is locked"
			   : " is open already, and not shared");
	put_status(b, o);
	out_str(b, o->deed == SMB_DEED_READ || o->deed == SMB_DEED_WRITE
			   ? ": wait for whoever has the lock"
			   : ": close it where it is open");
}

static void
lost(OutBuffer *b, const Told *t)
{
	const SmbConnectionInfo *info = t->info;
	const SmbOutcome *o = t->o;

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
no_such_share(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;
	SmbStatus s = o->status;
	bool other_kind = s.dos ? smb_status_class(s) == ERRSRV &&
					  smb_status_code(s) == ERRSRV_INVDEVICE
				: s.value == STATUS_BAD_DEVICE_TYPE;

	out_str(b, other_kind ? "the share " : "there is no share ");
	put_name(b, o, "of that name");
	if (other_kind)
		out_lit(b, " is of another kind than the client wants");
	put_status(b, o);
	out_str(b, other_kind ? ": a disk, a printer or a pipe?" : ": correct the path");
}

static void
not_smb(OutBuffer *b, const Told *t)
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

static void
left_after_challenge(OutBuffer *b, const Told *t)
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

static void
logon_refused(OutBuffer *b, const Told *t)
{
	const SmbOutcome *o = t->o;

	if (o->kerberos && !o->has_status)
		out_lit(b,
			"the server turned the Kerberos ticket down and named another mechanism, "
			"with which nobody logged on");
	else
		out_str(b, o->kerberos ? "the server refused the Kerberos ticket"
				       : "the server refused the logon");
	put_status(b, o);
	if (o->kerberos)
		out_lit(b,
			": look at the server's keys (SPN, password of its account) and the clocks");
	else if (!may_be_wrong_password(o->status))
		put_advice(b, o);
	else if (o->old_secret)
		out_lit(b,
			": it may take nothing older than NTLMv2, or the password is wrong, the user "
			"unknown or locked out; its log says which");
	else
		out_lit(b, ": wrong password, unknown user, or locked out; its log says which");
}

typedef struct {
	/* or: */
	void (*put)(OutBuffer *b, const Told *t);
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
	[SMB_WHY_ACCESS_DENIED] = { .put = access_denied },
	[SMB_WHY_NOT_SMB] = { .put = not_smb },
	[SMB_WHY_NEGOTIATE_REFUSED] = { .before =
						"the server answered the negotiation with an error",
					.after = ": update the client or the server, or send this "
						 "capture to their makers" },
	[SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE] = { .put = left_after_challenge },
	[SMB_WHY_WRONG_PASSWORD] = { .before = "wrong password",
				     .after = ": correct it at the client" },
	[SMB_WHY_NO_SUCH_USER] = { .before = "the server does not know the account",
				   .after = ": create it, or correct user or domain" },
	[SMB_WHY_ACCOUNT_LOCKED] = { .before = "the account is locked out",
				     .after = ": find the program with the old password, then "
					      "unlock it" },
	[SMB_WHY_ACCOUNT_DISABLED] = { .before = "the account is disabled or has expired",
				       .after = ": enable it, or use another" },
	[SMB_WHY_PASSWORD_EXPIRED] = { .put = password_expired },
	[SMB_WHY_LOGON_NOT_ALLOWED] = { .before = "the account may not log on from here, or now",
					.after = ": look at its restrictions" },
	[SMB_WHY_NTLM_BLOCKED] = { .before = "the server does not accept NTLM",
				   .after = ": use Kerberos (call it by its name), or make an "
					    "exception" },
	[SMB_WHY_CLOCK_SKEW] = { .before = "the clocks of client and server are too far apart",
				 .after = ": set the time" },
	[SMB_WHY_LOGON_REFUSED] = { .put = logon_refused },
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
	[SMB_WHY_NO_SUCH_FILE] = { .before = "there is no ",
				   .otherwise = "such file",
				   .after = ": correct the path" },
	[SMB_WHY_FILE_DENIED] = { .put = file_denied },
	[SMB_WHY_FILE_REFUSED] = { .put = file_refused },
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
	const Told told = { info, o };
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
			put_name(b, o, s->otherwise);
		put_status(b, o);
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
