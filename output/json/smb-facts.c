/* SPDX-License-Identifier: BSD-3-Clause */
/* The facts of the object `smb` of an exchange, step by step. */
#include "output/base/commands.h"
#include "output/json/records.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

static void
key_text_if(OutBuffer *b, const char *key, SmbText text)
{
	if (smb_text_is_empty(text))
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	out_text_json(b, text);
}

static void
put_file_name(OutBuffer *b, const SmbExchange *x)
{
	key_text_if(b, "filename", smb_exchange_file_name(x));
}

static const char *
signing_word(bool enabled, bool required)
{
	return required ? "required" : enabled ? "enabled" : "disabled";
}

static void
put_security(OutBuffer *b, const SmbNegotiateFacts *n)
{
	out_key(b, "security");
	out_str(b, n->user_level ? "{\"mode\":\"user\"" : "{\"mode\":\"share\"");
	out_key_bool(b, "challenge_response", n->challenge_response);
	out_key_str(b, "signing", signing_word(n->signing_enabled, n->signing_required));
	out_char(b, '}');
}

static void
put_guid(OutBuffer *b, SmbSpan guid)
{
	out_char(b, '"');
	out_guid(b, guid.ptr);
	out_char(b, '"');
}

static void
put_negotiate(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x)
{
	const SmbNegotiateFacts *n = &x->negotiate;

	if (info->n_dialects || !b->eve) {
		out_key(b, "client_dialects");
		out_json_dialects_again(b, info);
	}
	out_key_bool(b, "refused", n->refused);
	if (n->has_security_mode)
		put_security(b, n);
	if (n->server_guid.ptr && n->server_guid.len == 16) {
		out_key(b, "server_guid");
		put_guid(b, n->server_guid);
	}
	if (n->client_guid.ptr && n->client_guid.len == 16) {
		out_key(b, "client_guid");
		put_guid(b, n->client_guid);
	}
}

static void
put_native(OutBuffer *b, const char *key, SmbText os, SmbText lanman)
{
	if (smb_text_is_empty(os) && smb_text_is_empty(lanman))
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_lit(b, ":{");
	key_text_if(b, "native_os", os);
	key_text_if(b, "native_lm", lanman);
	out_char(b, '}');
}

static void
put_ntlmssp(OutBuffer *b, const SmbAuth *auth)
{
	out_key(b, "ntlmssp");
	out_char(b, '{');
	out_key_string(b, "user", auth->account);
	out_key_string(b, "domain", auth->domain);
	out_key_string(b, "host", auth->host);
	if (auth->has_version) {
		out_key(b, "version");
		out_char(b, '"');
		out_u64(b, auth->version_major);
		out_char(b, '.');
		out_u64(b, auth->version_minor);
		out_lit(b, " build ");
		out_u64(b, auth->version_build);
		out_char(b, '"');
	}
	out_char(b, '}');
}

/* EVE has the parts of a service's name as a list: "cifs/server" is two. */
static void
put_kerberos(OutBuffer *b, const SmbAuth *auth)
{
	SmbText name = smb_string_text(auth->service);
	uint32_t at = 0, start = 0, c;

	out_key(b, "kerberos");
	out_char(b, '{');
	out_key_string(b, "realm", auth->realm);
	out_key(b, "snames");
	out_char(b, '[');
	while (!smb_text_is_empty(name) && start <= name.bytes.len) {
		uint32_t end = at;
		SmbText part = name;

		while (smb_text_next(name, &at, &c) && c != '/')
			end = at;
		part.bytes = (SmbSpan){ name.bytes.ptr + start, end - start };
		part.cut &= end == name.bytes.len;
		out_json_comma(b);
		out_text_json(b, part);
		if (at == end)
			break;
		start = at;
	}
	out_lit(b, "]}");
}

static void
put_session(OutBuffer *b, const SmbSessionFacts *s)
{
	put_native(b, "request", s->native_os, s->native_lanman);
	put_native(b, "response", s->server_os, s->server_lanman);
	if (s->has_vc_number)
		out_key_u64(b, "vc_number", s->vc_number);
	if (s->binding)
		out_key_bool(b, "binding", true);
	if (!s->auth)
		return;
	if (s->auth->mech == SMB_MECH_NTLMSSP || s->auth->mech == SMB_MECH_SPNEGO_NTLMSSP)
		put_ntlmssp(b, s->auth);
	if (s->auth->mech == SMB_MECH_SPNEGO_KERBEROS)
		put_kerberos(b, s->auth);
	out_key(b, "auth");
	out_auth_json(b, s->auth);
}

static void
put_tree(OutBuffer *b, const SmbExchange *x)
{
	const SmbTreeFacts *t = &x->tree_connect;

	if (!x->tree || !x->tree->path)
		key_text_if(b, "share", t->path);
	out_lit(b, ",\"service\":{");
	key_text_if(b, "request", t->service);
	key_text_if(b, "response", t->service_back);
	out_char(b, '}');
	key_text_if(b, "native_fs", t->native_fs);
	if (!t->auth)
		return;
	out_key(b, "auth");
	out_auth_json(b, t->auth);
}

/* [MS-CIFS] 2.2.4.64.1 CreateDisposition, [MS-SMB2] 2.2.13 */
static const char *
disposition_name(uint32_t disposition)
{
	static const char *const names[] = {
		"FILE_SUPERSEDE", "FILE_OPEN",      "FILE_CREATE",
		"FILE_OPEN_IF",   "FILE_OVERWRITE", "FILE_OVERWRITE_IF"
	};

	return disposition < sizeof(names) / sizeof(names[0]) ? names[disposition] : "UNKNOWN";
}

static void
put_open(OutBuffer *b, const SmbOpenFacts *o, bool asked)
{
	static const char *const actions[] = { [SMB_OPENED_EXISTING] = "existing",
					       [SMB_OPENED_CREATED] = "created",
					       [SMB_OPENED_TRUNCATED] = "truncated",
					       [SMB_OPENED_SUPERSEDED] = "superseded" };

	if (asked) {
		out_key_text(b, "filename", o->name);
		if (o->directory)
			out_key_text(b, "directory", o->name);
		if (o->nt)
			out_key_str(b, "disposition", disposition_name(o->disposition));
		out_key(b, "access");
		out_char(b, '"');
		out_access_words(b, o);
		out_char(b, '"');
	}
	if ((size_t)o->action < sizeof(actions) / sizeof(actions[0]) && actions[o->action])
		out_key_str(b, "action", actions[o->action]);
	if (o->has_size)
		out_key_u64(b, "size", o->size);
}

static void
put_io(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	put_file_name(b, x);
	if (x->step == SMB_STEP_READ)
		out_key(b, "read");
	else
		out_key(b, "write");
	out_char(b, '{');
	/* Only the request says where, and how much is wanted. */
	if (x->request.frame)
		out_key_u64(b, "offset", x->io.offset);
	out_key_u64(b, "length", fold->count);
	out_key_u64(b, "requests", fold->requests);
	if (x->request.frame)
		out_key_u64(b, "asked", fold->asked);
	if (x->step == SMB_STEP_READ)
		out_key_bool(b, "end_of_file", fold->end_of_file);
	out_char(b, '}');
}

static bool
is_directory_command(const SmbExchange *x)
{
	return x->version == 1 &&
	       (x->command == SMB_COM_CREATE_DIRECTORY || x->command == SMB_COM_DELETE_DIRECTORY ||
		x->command == SMB_COM_CHECK_DIRECTORY);
}

/* What a transaction is about: RAP with its own status, an information level, a control code. */
static void
put_about(OutBuffer *b, const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;
	bool rap = x->version == 1 && x->command == SMB_COM_TRANSACTION;

	if (!rap && o->about && o->level >= 0)
		out_key_str(b, "information_level", o->about);
	else if (!rap && o->about)
		out_key_str(b, "control_code", o->about);
	if (!rap || !(o->about || o->rap))
		return;
	out_key(b, "rap");
	out_lit(b, "{\"function\":");
	out_json_word(b, o->about);
	if (o->rap) {
		out_key_u64(b, "status", o->rap_status);
		out_key_str(b, "status_name", smb_rap_status_name(o->rap_status));
		out_key_u64(b, "entries", o->count);
	}
	out_char(b, '}');
}

/* What a command is about, under the key that says which kind of name it is. */
static void
put_other_names(OutBuffer *b, const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;

	if (!smb_text_is_empty(o->name_to)) {
		out_lit(b, ",\"rename\":{\"from\":");
		out_text_json(b, smb_text_is_empty(o->name) ? smb_exchange_file_name(x) : o->name);
		out_key_text(b, "to", o->name_to);
		out_char(b, '}');
	} else if (is_directory_command(x) && x->request.frame) {
		out_key_text(b, "directory", o->name);
	} else if (smb_text_is_empty(o->name)) {
		put_file_name(b, x);
	} else {
		out_key_text(b, "filename", o->name);
	}
}

static void
put_break(OutBuffer *b, const SmbOtherFacts *o)
{
	static const char *const names[] = { "none", "R", "H", "RH", "W", "RW", "HW", "RHW" };

	out_lit(b, ",\"oplock\":{\"level\":");
	out_json_word(b, o->lease ? names[o->lease_state & 7] : o->oplock);
	if (o->lease) {
		out_lit(b, ",\"lease_key\":\"");
		out_hex_bytes(b, o->lease_key, sizeof(o->lease_key));
		out_char(b, '"');
	}
	out_key_str(b, "client", smb_broken_name(o->broken));
	out_char(b, '}');
}

static void
put_referral(OutBuffer *b, const SmbOtherFacts *o)
{
	out_key_text(b, "dfs_target", o->target);
	out_key_u64(b, "entries", o->count);
}

/* An IOCTL of SMB2, and of a copy that the server makes from where and how much. */
static void
put_ioctl(OutBuffer *b, const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;
	bool copy = out_is_copy(x);

	if (!copy && !smb_text_is_empty(o->target))
		put_referral(b, o);
	out_key(b, "ioctl");
	out_lit(b, "{\"code\":");
	out_json_word(b, o->about);
	if (copy) {
		key_text_if(b, "source", o->target);
		if (x->response.frame && !x->failed)
			out_key_u64(b, "bytes", o->count);
	}
	out_char(b, '}');
}

static void
put_target(OutBuffer *b, const SmbExchange *x)
{
	if (x->version == 2 && x->command == SMB2_IOCTL && x->other.about)
		put_ioctl(b, x);
	else if (!smb_text_is_empty(x->other.target))
		put_referral(b, &x->other);
}

/* That of EVE is its name. */
static void
put_function(OutBuffer *b, const SmbOtherFacts *o)
{
	if (!b->eve) {
		out_key_u64(b, "function", (uint32_t)o->function);
	} else if (o->function_name) {
		out_key_str(b, "function", o->function_name);
	} else {
		out_lit(b, ",\"function\":\"0x");
		out_hex(b, (uint32_t)o->function, 4);
		out_char(b, '"');
	}
}

static void
put_other(OutBuffer *b, const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;

	put_other_names(b, x);
	if (x->step == SMB_STEP_OPLOCK_BREAK && x->request.frame)
		put_break(b, o);
	if (o->function >= 0)
		put_function(b, o);
	if (o->function_name)
		out_key_str(b, "function_name", o->function_name);
	put_about(b, x);
	if (x->step == SMB_STEP_SEARCH && x->response.frame && !x->failed)
		out_key_u64(b, "entries", o->count);
	if (o->disposition)
		out_key_bool(b, "delete_pending", o->disposition & SMB_DISPOSITION_DELETE);
	put_target(b, x);
	if (x->step == SMB_STEP_ECHO && x->request.frame)
		out_key_u64(b, "count", o->count);
	if (x->step == SMB_STEP_CANCEL)
		out_key_u64(b, "target_mid", o->target_mid);
	if (o->target_frame)
		out_key_u64(b, "target_frame", o->target_frame);
	if (x->step == SMB_STEP_NOTIFY)
		out_key_bool(b, "unsupported", o->unsupported);
}

void
out_smb_facts_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x,
		   const OutFold *fold)
{
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		put_negotiate(b, info, x);
		break;
	case SMB_STEP_SESSION_SETUP:
		put_session(b, &x->session);
		break;
	case SMB_STEP_TREE_CONNECT:
		put_tree(b, x);
		break;
	case SMB_STEP_OPEN:
		put_open(b, &x->open, x->request.frame != 0);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		put_io(b, x, fold);
		break;
	default:
		put_other(b, x);
	}
}
