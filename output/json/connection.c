/* SPDX-License-Identifier: BSD-3-Clause */
/* The record `connection`, and what it shares with `smb`: authentications, signing, words for
 * access and shares. */
#include "dissect/wire/names.h"
#include "output/base/outcome.h"
#include "output/fingerprint/fingerprint.h"
#include "output/json/records.h"
#include "output/text/file-lines.h"

#include <glib.h>

/* ---- Shared words ---- */

const char *
out_share_type(SmbShareType type)
{
	static const char *const names[] = { [SMB_SHARE_DISK] = "FILE",
					     [SMB_SHARE_PRINTER] = "PRINT",
					     [SMB_SHARE_PIPE] = "PIPE",
					     [SMB_SHARE_COMM] = "COMM" };

	return (size_t)type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

const char *
out_signing_server(const SmbConnectionInfo *info)
{
	if (info->signing & SMB_SIGNING_SERVER_REQUIRED)
		return "required";
	if (info->signing & SMB_SIGNING_SERVER_ENABLED)
		return "enabled";
	return info->has_security_mode ? "disabled" : NULL;
}

const char *
out_signing_client(const SmbConnectionInfo *info)
{
	if (info->signing & SMB_SIGNING_CLIENT_REQUIRED)
		return "required";
	if (info->signing & SMB_SIGNING_CLIENT_ENABLED)
		return "enabled";
	return info->n_auths ? "disabled" : NULL; /* a client shows it when it logs on */
}

static void
put_word(OutBuffer *b, size_t start, const char *word)
{
	if (b->len > start)
		out_lit(b, ", ");
	out_str(b, word);
}

void
out_access_words(OutBuffer *b, const SmbOpenFacts *open)
{
	enum {
		EXECUTE = 0x20,
		ATTRIBUTES = 0x180,
		GENERIC_EXECUTE = 0x20000000
	}; /* MS-CIFS 2.2.1.4.1 ACCESS_MASK */
	size_t start = b->len;

	if (open->to_read)
		put_word(b, start, "read");
	if (open->to_write)
		put_word(b, start, "write");
	if (open->nt && open->access & (EXECUTE | GENERIC_EXECUTE))
		put_word(b, start, "execute");
	if (open->to_delete)
		put_word(b, start, "delete");
	if (b->len == start && open->nt && open->access & ATTRIBUTES)
		put_word(b, start, "attributes");
}

/* ---- Authentication ---- */

static void
put_secret(OutBuffer *b, const SmbString *secret)
{
	SmbSpan bytes = smb_string_text(secret).bytes;

	out_char(b, '"');
	out_hex_bytes(b, bytes.ptr, bytes.len);
	out_char(b, '"');
}

/* They are only there where they were asked for. */
static void
put_secrets(OutBuffer *b, const SmbAuth *auth)
{
	if (auth->challenge) {
		out_key(b, "challenge");
		put_secret(b, auth->challenge);
	}
	if (auth->lm_response) {
		out_key(b, "lm_response");
		put_secret(b, auth->lm_response);
	}
	if (auth->nt_response) {
		out_key(b, "nt_response");
		put_secret(b, auth->nt_response);
	}
	if (auth->password)
		out_key_string(b, "password", auth->password);
}

/* Why a ticket was refused, as a number and by its name. */
static void
put_krb_error(OutBuffer *b, int32_t code)
{
	const char *name = code >= 0 ? smb_kerberos_error_name((uint32_t)code) : NULL;

	if (code == -1)
		return;
	out_key(b, "krb_error");
	out_i64(b, code);
	if (name)
		out_key_str(b, "krb_error_name", name);
}

/* What only NTLMSSP and Kerberos show, if they did. */
static void
put_auth_extras(OutBuffer *b, const SmbAuth *auth)
{
	if (auth->has_flags)
		out_key_u64(b, "flags", auth->ntlm_flags);
	if (auth->has_version) {
		out_lit(b, ",\"version\":\"");
		out_u64(b, auth->version_major);
		out_char(b, '.');
		out_u64(b, auth->version_minor);
		out_char(b, '.');
		out_u64(b, auth->version_build);
		out_char(b, '"');
	}
	if (auth->password_type == SMB_PASSWORD_NTLMV2) {
		out_key_bool(b, "mic", auth->has_mic);
		out_key_bool(b, "channel_bindings", auth->has_channel_bindings);
	}
	if (auth->target_spn)
		out_key_string(b, "target_spn", auth->target_spn);
	if (auth->realm)
		out_key_string(b, "realm", auth->realm);
	if (auth->service)
		out_key_string(b, "service", auth->service);
	if (auth->encryption_type != -1 && auth->mech == SMB_MECH_SPNEGO_KERBEROS) {
		out_lit(b, ",\"encryption_types\":[");
		out_i64(b, auth->encryption_type);
		out_char(b, ']');
	}
	put_krb_error(b, auth->krb_error);
	if (auth->anomalies) {
		out_key(b, "anomalies");
		out_json_anomalies(b, auth->anomalies);
	}
}

static void
put_auth_identity(OutBuffer *b, const SmbAuth *auth)
{
	out_key_str(b, "password_type", smb_password_type_name(auth->password_type));
	out_key_str(b, "mech", smb_mech_name(auth->mech));
	out_key_string(b, "account", auth->account);
	out_key_string(b, "domain", auth->domain);
	out_key_string(b, "host", auth->host);
}

void
out_auth_json(OutBuffer *b, const SmbAuth *auth)
{
	out_char(b, '{');
	put_auth_identity(b, auth);
	out_key(b, "lm_length");
	out_json_i64_or_null(b, auth->lm_length >= 0, auth->lm_length);
	out_key(b, "nt_length");
	out_json_i64_or_null(b, auth->nt_length >= 0, auth->nt_length);
	out_key_bool(b, "guest", auth->guest);
	out_key_if(b, "null_session", auth->null_session);
	out_key_str(b, "result", smb_result_name(auth->result));
	if (auth->result == SMB_RESULT_ABANDONED)
		out_key_str(b, "abandoned_by", auth->abandoned_by_server ? "server" : "client");
	out_key_bool(b, "challenged", auth->challenged);
	out_key(b, "status");
	if (auth->has_status) {
		out_char(b, '"');
		out_status(b, auth->status);
		out_char(b, '"');
	} else {
		out_lit(b, "null");
	}
	put_auth_extras(b, auth);
	put_secrets(b, auth);
	out_char(b, '}');
}

/* ---- The connection ---- */

static void
put_troubles(OutBuffer *b, const SmbKeyFacts *keys)
{
	out_key(b, "troubles");
	out_char(b, '[');
	for (uint32_t i = 0; i < MIN(keys->n_troubles, (uint32_t)SMB_KEY_TROUBLES); i++) {
		out_json_comma(b);
		out_lit(b, "{\"session_id\":");
		out_json_u64(b, keys->troubles[i].session);
		out_key_str(b, "trouble", smb_key_trouble_name(keys->troubles[i].trouble));
		out_char(b, '}');
	}
	out_char(b, ']');
}

/* Only with --keys, and where there was something that takes a key. */
static void
put_keys(OutBuffer *b, const SmbKeyFacts *keys)
{
	if (!(keys->right || keys->wrong || keys->unknown || keys->decrypted || keys->closed ||
	      keys->forged || keys->n_troubles))
		return;
	out_lit(b, ",\"keys\":{");
	out_key_u64(b, "signatures_right", keys->right);
	out_key_u64(b, "signatures_wrong", keys->wrong);
	out_key_u64(b, "signatures_unknown", keys->unknown);
	out_key_u64(b, "decrypted", keys->decrypted);
	out_key_u64(b, "not_decrypted", keys->closed);
	out_key_u64(b, "not_authentic", keys->forged);
	if (keys->first_forged.frame)
		out_key_u64(b, "first_forged", keys->first_forged.frame);
	put_troubles(b, keys);
	out_char(b, '}');
}

static void
put_dialects(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"dialects_offered\":");
	out_json_dialects(b, info);
	out_key(b, "dialect");
	out_json_string_or_null(b, info->dialect);
	out_key_str(b, "dialect_verdict", smb_verdict_name(info->verdict));
	out_key(b, "security_mode");
	out_json_i64_or_null(b, info->has_security_mode, info->security_mode);
	out_lit(b, ",\"signing\":{");
	out_key_str(b, "server", out_signing_server(info));
	out_key_str(b, "client", out_signing_client(info));
	out_char(b, '}');
	out_key_bool(b, "signing_observed", info->signing_observed);
	out_key_bool(b, "encrypted", info->encrypted);
	put_keys(b, &info->keys);
}

static void
put_session(OutBuffer *b, const SmbUser *user)
{
	out_json_comma(b);
	out_lit(b, "{\"uid\":");
	out_json_u64(b, user->uid);
	if (user->auth) {
		put_auth_identity(b, user->auth);
		out_key_bool(b, "guest", user->auth->guest);
		out_key_if(b, "null_session", user->auth->null_session);
		out_key_str(b, "result", smb_result_name(user->auth->result));
	} else {
		out_lit(b,
			",\"password_type\":null,\"mech\":null,\"account\":null,\"domain\":null,\"host\":null,"
			"\"guest\":null,\"result\":null");
	}
	out_key_bool(b, "ended", user->ended);
	out_char(b, '}');
}

static void
put_tree(OutBuffer *b, const SmbTree *tree)
{
	out_json_comma(b);
	out_lit(b, "{\"tid\":");
	out_u64(b, tree->tid);
	out_key(b, "path");
	out_json_string_or_null(b, tree->path);
	out_key_str(b, "type", out_share_type(tree->type));
	out_key_string(b, "native_fs", tree->native_fs);
	out_key_bool(b, "ended", tree->ended);
	out_char(b, '}');
}

static void
put_coverage(OutBuffer *b, const SmbCoverage *c, uint64_t bytes, uint32_t requests)
{
	out_lit(b, "{\"bytes\":");
	out_json_u64(b, bytes);
	out_key_u64(b, "requests", requests);
	out_lit(b, ",\"ranges\":[");
	for (uint32_t i = 0; i < c->n; i++) {
		out_json_comma(b);
		out_char(b, '[');
		out_json_u64(b, c->ranges[i].low);
		out_char(b, ',');
		out_json_u64(b, c->ranges[i].high);
		out_char(b, ']');
	}
	out_char(b, ']');
	out_key_bool(b, "more_ranges", c->more);
}

static void
put_file_user(OutBuffer *b, const SmbFile *file)
{
	const SmbAuth *auth = file->user ? file->user->auth : NULL;

	out_key(b, "by");
	if (!auth) {
		out_lit(b, "null");
		return;
	}
	out_lit(b, "{\"account\":");
	out_text_json(b, smb_string_text(auth->account));
	out_key_string(b, "domain", auth->domain);
	out_char(b, '}');
}

/* What became of the file, by this open. */
static void
put_story(OutBuffer *b, const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	if (!s)
		return;
	out_key(b, "read");
	put_coverage(b, &s->read, file->bytes_read, file->reads);
	out_key_bool(b, "complete", out_file_read_whole(file));
	out_char(b, '}');
	out_key(b, "written");
	put_coverage(b, &s->written, file->bytes_written, file->writes);
	out_char(b, '}');
	out_lit(b, ",\"renamed_to\":[");
	for (uint32_t i = 0; i < s->n_renamed; i++) {
		out_json_comma(b);
		out_text_json(b, smb_string_text(s->renamed[i]));
	}
	out_char(b, ']');
	out_key_u64(b, "renames", s->renames);
	out_key_bool(b, "deleted", s->deleted);
	out_key_bool(b, "delete_on_close", s->delete_on_close);
	if (s->delete_pending)
		out_key_bool(b, "delete_pending", true);
	out_key(b, "duration");
	if (s->first.frame && s->last.frame)
		out_fixed(b, out_file_duration(file) / 1000, 6);
	else
		out_lit(b, "null");
	put_file_user(b, file);
}

static void
put_file(OutBuffer *b, const SmbFile *file, bool smb2)
{
	out_json_comma(b);
	out_lit(b, "{\"name\":");
	out_json_string_or_null(b, file->name);
	out_key(b, "fid");
	if (file->story && file->story->by_path)
		out_lit(b, "null");
	else
		out_json_u64(b, file->fid);
	if (smb2) {
		out_lit(b, ",\"fuid\":\"");
		out_file_id(b, file->fid_persistent, file->fid);
		out_char(b, '"');
	}
	out_key(b, "share");
	out_json_string_or_null(b, file->tree ? file->tree->path : NULL);
	out_key_bool(b, "directory", file->directory);
	out_key_bool(b, "pipe", file->pipe);
	if (file->has_size || !b->eve)
		out_key(b, "size");
	if (file->has_size)
		out_json_u64(b, file->size);
	else if (!b->eve)
		out_lit(b, "null");
	out_key_u64(b, "bytes_read", file->bytes_read);
	out_key_u64(b, "bytes_written", file->bytes_written);
	out_key_u64(b, "reads", file->reads);
	out_key_u64(b, "writes", file->writes);
	out_key_bool(b, "gaps", file->gaps);
	out_key_bool(b, "ended", file->ended);
	put_story(b, file);
	out_char(b, '}');
}

static void
put_lists(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"sessions\":[");
	for (uint32_t i = 0; i < info->n_users; i++)
		put_session(b, info->users[i]);
	out_lit(b, "],\"attempts\":");
	out_u64(b, info->n_auths);
	out_lit(b, ",\"trees\":[");
	for (uint32_t i = 0; i < info->n_trees; i++)
		put_tree(b, info->trees[i]);
	out_char(b, ']');
	if (!info->n_files && b->eve) /* where EVE has files, there is one */
		return;
	out_lit(b, ",\"files\":[");
	for (uint32_t i = 0; i < info->n_files; i++)
		put_file(b, info->files[i], info->version > 1);
	out_char(b, ']');
}

static void
put_counts(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"counts\":{\"messages_to_server\":");
	out_json_u64(b, info->messages[SMB_TO_SERVER]);
	out_key_u64(b, "messages_to_client", info->messages[SMB_TO_CLIENT]);
	out_key_u64(b, "bytes_to_server", info->bytes[SMB_TO_SERVER]);
	out_key_u64(b, "bytes_to_client", info->bytes[SMB_TO_CLIENT]);
	out_key_u64(b, "errors", info->errors);
	out_key_u64(b, "expected", info->expected);
	out_key_u64(b, "gaps", info->gaps);
	out_key_u64(b, "gap_bytes", info->gap_bytes);
	out_key_u64(b, "cut_bytes", info->cut_bytes);
	out_key_u64(b, "skipped_bytes", info->skipped_bytes);
	out_key_u64(b, "unanswered", info->unanswered);
	out_key_u64(b, "waiting", info->waiting);
	out_key_u64(b, "unseen", info->unseen);
	out_key_u64(b, "orphans", info->orphans);
	out_key_u64(b, "keepalives", info->keepalives);
	if (info->ends.connectionless)
		out_key_u64(b, "repeated", info->repeated);
	out_key_u64(b, "limits", info->limits);
	out_key_u64(b, "omitted", info->omitted);
	out_char(b, '}');
}

/* The client's remaining credits are only known if every message was seen. */
static void
put_credits(OutBuffer *b, const SmbCredits *credits)
{
	uint64_t all = credits->granted + 1;

	if (!credits->granted && !credits->used)
		return;
	out_lit(b, ",\"smb2_credits\":{\"granted\":");
	out_json_u64(b, credits->granted);
	out_key_u64(b, "used", credits->used);
	out_key(b, "left");
	out_json_i64_or_null(b, credits->whole && credits->used <= all,
			     (int64_t)(all - credits->used));
	out_char(b, '}');
}

static void
put_systems(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"client_system\":{\"native_os\":");
	out_text_json(b, smb_string_text(info->client_os));
	out_key_string(b, "native_lm", info->client_lanman);
	out_lit(b, "},\"server_system\":{\"native_os\":");
	out_text_json(b, smb_string_text(info->server_os));
	out_key_string(b, "native_lm", info->server_lanman);
	out_key_string(b, "domain", info->server_domain);
	out_char(b, '}');
}

/* One user's failure, or that there is none. */
static void
put_failure(OutBuffer *b, const SmbConnectionInfo *info, const SmbOutcome *o)
{
	out_key_str(b, "stage", smb_stage_name(o->stage));
	out_key_str(b, "why", smb_why_name(o->why));
	out_key_str(b, "by", o->why ? smb_by_name(o->by) : NULL);
	out_key(b, "frame");
	out_json_i64_or_null(b, o->why && o->frame, (int64_t)o->frame);
	out_key_bool(b, "likely", o->likely);
	out_key(b, "text");
	if (o->why)
		out_outcome_json(b, info, o);
	else
		out_lit(b, "null");
	if (o->account)
		out_key_string(b, "account", o->account);
}

static void
put_outcome(OutBuffer *b, const SmbConnectionInfo *info)
{
	const SmbOutcome *o = &info->outcome;

	out_lit(b, ",\"outcome\":{");
	put_failure(b, info, o);
	for (uint32_t i = 0; i < o->n_more; i++) {
		out_str(b, i ? "},{" : ",\"more\":[{");
		put_failure(b, info, &o->more[i]);
	}
	out_str(b, o->n_more ? "}]}" : "}");
}

static void
put_end(OutBuffer *b, const SmbConnectionInfo *info)
{
	bool by_peer = info->end == SMB_END_FIN || info->end == SMB_END_RESET;
	uint64_t ns = info->last.time_ns > info->first.time_ns
			      ? info->last.time_ns - info->first.time_ns
			      : 0;

	out_key(b, "duration");
	out_fixed(b, ns / 1000, 6);
	out_key_str(b, "end", smb_end_name(info->end));
	out_key_str(b, "end_by", by_peer ? (info->end_by_server ? "server" : "client") : NULL);
	put_outcome(b, info);
	out_key_u64(b, "outstanding", info->outstanding);
	out_key_bool(b, "midstream", info->midstream);
	out_key_bool(b, "one_way", info->one_way);
	out_key_str(b, "silent", smb_silent_name(info->silent));
	out_key_bool(b, "notify_unsupported", info->notify_unsupported);
	out_key(b, "anomalies");
	out_json_anomalies(b, info->anomalies);
}

void
out_connection_json(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"names\":{\"client\":");
	out_json_string_or_null(b, info->client_name);
	out_key(b, "server");
	out_json_string_or_null(b, info->server_name);
	if (info->client_other)
		out_key_string(b, "client_other", info->client_other);
	if (info->server_other)
		out_key_string(b, "server_other", info->server_other);
	out_char(b, '}');
	put_dialects(b, info);
	put_systems(b, info);
	out_prints_json(b, info);
	put_lists(b, info);
	put_counts(b, info);
	put_credits(b, &info->credits);
	put_end(b, info);
}
