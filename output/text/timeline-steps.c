/* SPDX-License-Identifier: BSD-3-Clause */
/* The contents of the columns "asked" and "answered", by step. */
#include "output/json/records.h"
#include "output/text/timeline.h"

enum { LIST_MAX = 2 }; /* dialects named one by one */

void
out_part(OutBuffer *b, size_t start)
{
	if (b->len > start)
		out_lit(b, ", ");
}

void
out_part_text(OutBuffer *b, size_t start, SmbText text)
{
	if (smb_text_is_empty(text))
		return;
	out_part(b, start);
	out_text(b, text);
}

void
out_part_name(const OutLine *l, SmbText name)
{
	size_t from = l->b->len;

	out_text(l->b, name);
	if (!l->at)
		return;
	l->at->name = from;
	l->at->name_end = l->b->len;
}

static void
put_fid(const OutLine *l)
{
	if (!l->x->has_fid)
		return;
	if (l->x->version == 1) {
		out_lit(l->b, "fid ");
		out_u64(l->b, l->x->fid);
	} else {
		out_lit(l->b, "fid 0x");
		out_hex(l->b, l->x->fid, 1);
	}
}

void
out_file_of(const OutLine *l)
{
	SmbText name = smb_exchange_file_name(l->x);

	if (!smb_text_is_empty(name))
		out_part_name(l, name);
	else if ((l->x->file && smb_file_name(l->x->file)) || name.bytes.ptr)
		out_char(l->b, '\\');
	else
		put_fid(l);
}

/* ---- Negotiate ---- */

static void
ask_negotiate(const OutLine *l)
{
	const SmbConnectionInfo *info = l->info;
	uint32_t first = l->x->version == 1 ? 0 : info->n_dialects_smb1;
	uint32_t end = l->x->version == 1 ? info->n_dialects_smb1 : info->n_dialects;

	if (first >= end)
		return;
	out_lit(l->b, "offers ");
	/* The connection's are those of the first one as well. */
	if (l->x->anomalies & SMB_ANOMALY_SECOND_NEGOTIATE) {
		out_count(l->b, l->x->negotiate.n_offered, "dialect", "dialects");
		out_lit(l->b, " once more");
		return;
	}
	if (end - first > LIST_MAX) {
		out_u64(l->b, end - first);
		out_lit(l->b, " dialects up to ");
		first = end - 1;
	}
	for (uint32_t i = first; i < end; i++) {
		if (i > first)
			out_lit(l->b, ", ");
		out_text(l->b, smb_string_text(info->dialects[i]));
	}
}

/*
 * What differs from what is usual: user level, challenge and response, signing where the client
 * wants it, extended security. Dialects before NT LM 0.12 have neither of the last two ([MS-CIFS]
 * 2.2.4.52.1).
 */
static void
put_security_mode(OutBuffer *b, const SmbConnectionInfo *info, const SmbNegotiateFacts *n)
{
	bool nt = info && info->verdict != SMB_VERDICT_PRE_NT;

	if (!n->has_security_mode)
		return;
	if (n->signing_required)
		out_lit(b, ", signing required");
	if (n->answered_by != 1)
		return;
	if (!n->user_level)
		out_lit(b, ", share level");
	if (!n->challenge_response)
		out_lit(b, ", plaintext passwords");
	if (nt && !n->signing_required && !n->signing_enabled)
		out_lit(b, ", signing not offered");
	if (nt && !n->extended_security && n->capabilities_seen)
		out_lit(b, ", no extended security");
}

static void
answer_negotiate(const OutLine *l)
{
	const SmbNegotiateFacts *n = &l->x->negotiate;

	if (n->refused) {
		out_lit(l->b, "no dialect accepted");
		return;
	}
	if (!smb_text_is_empty(n->dialect)) {
		out_text(l->b, n->dialect);
	} else if (l->x->anomalies & SMB_ANOMALY_DIALECT_INDEX) {
		out_lit(l->b, "dialect ");
		out_i64(l->b, n->index);
		out_lit(l->b, ", which was not offered");
	} else {
		out_lit(l->b, "unknown dialect");
	}
	if (n->answered_by == 2 && l->x->anomalies & SMB_ANOMALY_NOT_OFFERED)
		out_lit(l->b, ", with what was not offered");
	if (l->x->anomalies & SMB_ANOMALY_SECOND_NEGOTIATE)
		out_lit(l->b, ", though it was negotiated before");
	put_security_mode(l->b, l->info, n);
}

/* ---- Session setup ---- */

static void
put_lengths(OutBuffer *b, int32_t lm, int32_t nt)
{
	if (lm >= 0) {
		out_lit(b, "LM ");
		out_i64(b, lm);
	}
	if (lm >= 0 && nt >= 0)
		out_lit(b, " and ");
	if (nt >= 0) {
		out_lit(b, "NT ");
		out_i64(b, nt);
	}
	out_lit(b, " bytes");
}

/* The kind of the secret, where the attempt is known to its end; else what this round carries. */
static void
put_secret(OutBuffer *b, const SmbSessionFacts *s, size_t start)
{
	const char *type = s->auth ? smb_password_type_name(s->auth->password_type) : NULL;

	if (s->auth && s->auth->password_type == SMB_PASSWORD_KERBEROS && s->auth->service) {
		out_part(b, start);
		out_lit(b, "Kerberos to ");
		out_text(b, smb_string_text(s->auth->service));
		return;
	}
	if (type || s->token) {
		out_part(b, start);
		out_str(b, type ? type : s->token);
	}
	if (!type && (s->lm_length >= 0 || s->nt_length >= 0)) {
		out_part(b, start);
		put_lengths(b, s->lm_length, s->nt_length);
	}
	if (!type && !s->token && s->blob_length) {
		out_part(b, start);
		out_lit(b, "token of ");
		out_bytes(b, s->blob_length);
	}
}

static void
ask_session(const OutLine *l)
{
	const SmbSessionFacts *s = &l->x->session;
	bool nobody = s->auth && s->auth->password_type == SMB_PASSWORD_ANONYMOUS;
	OutBuffer *b = l->b;
	size_t start = b->len;

	if (!nobody && !smb_text_is_empty(s->account)) /* a domain alone is nobody's */
		out_account(b, s->domain, s->account);
	put_secret(b, s, start);
	/* The client's software says which device it is; once a logon is enough. */
	if (s->more || (smb_text_is_empty(s->native_os) && smb_text_is_empty(s->native_lanman)))
		return;
	out_part(b, start);
	out_lit(b, "from ");
	start = b->len;
	out_part_text(b, start, s->native_os);
	out_part_text(b, start, s->native_lanman);
}

/* Of SMB2 a number of 64 bits, that is usually written in hex. */
static void
put_uid(const OutLine *l)
{
	if (l->x->version == 1) {
		out_lit(l->b, "uid ");
		out_u64(l->b, l->x->uid);
	} else {
		out_lit(l->b, "session 0x");
		out_hex(l->b, l->x->uid, 1);
	}
}

static void
answer_session(const OutLine *l)
{
	const SmbSessionFacts *s = &l->x->session;
	OutBuffer *b = l->b;
	size_t start = b->len;

	if (s->guest)
		out_lit(b, "as guest");
	else if (s->null_session)
		out_lit(b, "as anonymous");
	if (s->more) {
		out_part(b, start);
		out_str(b, s->token_back ? s->token_back : "more to follow");
		return;
	}
	if (l->x->uid) {
		out_part(b, start);
		put_uid(l);
	}
	if (s->binding) {
		out_part(b, start);
		out_lit(b, "another channel of the session");
	}
	out_part_text(b, start, s->server_os);
	out_part_text(b, start, s->server_lanman);
}

/* ---- Tree ---- */

static void
ask_tree(const OutLine *l)
{
	const SmbTreeFacts *t = &l->x->tree_connect;
	size_t start = l->b->len;

	out_text(l->b, t->path);
	if (t->auth && t->auth->password_type == SMB_PASSWORD_ANONYMOUS) {
		out_lit(l->b, ", no password");
	} else if (t->auth && smb_password_type_name(t->auth->password_type)) {
		out_part(l->b, start);
		out_str(l->b, smb_password_type_name(t->auth->password_type));
		out_str(l->b, t->auth->password_type == SMB_PASSWORD_PLAINTEXT ? " password of "
									       : " of ");
		out_bytes(l->b, t->password_length);
	}
}

static void
answer_tree(const OutLine *l)
{
	const SmbTreeFacts *t = &l->x->tree_connect;
	const char *type = l->x->tree ? smb_share_type_name(l->x->tree->type) : NULL;
	size_t start = l->b->len;

	out_lit(l->b, "tid ");
	out_u64(l->b, l->x->tree ? l->x->tree->tid : l->x->tid);
	if (type) {
		out_part(l->b, start);
		out_str(l->b, type);
	} else {
		out_part_text(l->b, start, t->service_back);
	}
	out_part_text(l->b, start, t->native_fs);
}

static void
ask_share(const OutLine *l)
{
	if (l->x->tree && l->x->tree->path) {
		out_text(l->b, smb_string_text(l->x->tree->path));
		return;
	}
	out_lit(l->b, "tid ");
	out_u64(l->b, l->x->tid);
}

static void
answer_disconnect(const OutLine *l)
{
	out_lit(l->b, "disconnected");
}

static void
ask_logoff(const OutLine *l)
{
	const SmbAuth *auth = l->x->user ? l->x->user->auth : NULL;
	size_t start = l->b->len;

	if (auth && !smb_text_is_empty(smb_string_text(auth->account)))
		out_account(l->b, smb_string_text(auth->domain), smb_string_text(auth->account));
	out_part(l->b, start);
	put_uid(l);
}

static void
answer_logoff(const OutLine *l)
{
	out_lit(l->b, "logged off");
}

/* ---- Files ---- */

static void
ask_open(const OutLine *l)
{
	const SmbOpenFacts *o = &l->x->open;
	size_t start;

	if (smb_text_is_empty(o->name))
		out_char(l->b, '\\');
	else
		out_part_name(l, o->name);
	start = l->b->len;
	out_lit(l->b, " to ");
	out_access_words(l->b, o);
	if (l->b->len == start + 4)
		l->b->len = start;
}

static void
answer_open(const OutLine *l)
{
	static const char *const actions[] = { [SMB_OPENED_CREATED] = "created",
					       [SMB_OPENED_TRUNCATED] = "truncated",
					       [SMB_OPENED_SUPERSEDED] = "superseded" };
	const SmbOpenFacts *o = &l->x->open;
	const SmbFileStory *story = l->x->file ? l->x->file->story : NULL;
	OutBuffer *b = l->b;
	size_t start = b->len;

	if (story && story->delete_on_close)
		out_lit(b, "to be deleted on close");
	if ((size_t)o->action < sizeof(actions) / sizeof(actions[0]) && actions[o->action]) {
		out_part(b, start);
		out_str(b, actions[o->action]);
	}
	if (o->directory || o->pipe) {
		out_part(b, start);
		out_str(b, o->pipe ? "pipe" : "directory");
	} else if (o->has_size) {
		out_part(b, start);
		out_bytes(b, o->size);
	}
	out_part(b, start);
	put_fid(l);
}

/* The range from the first byte asked for to the last; a pipe has no offsets. */
static void
ask_io(const OutLine *l)
{
	if (l->x->rpc)
		out_ask_rpc(l);
	else
		out_file_of(l);
	if (out_fold_is_pipe(l->x))
		return;
	if (l->at)
		l->at->numbers = true;
	out_char(l->b, ' ');
	out_u64(l->b, l->x->io.offset);
	out_char(l->b, '-');
	out_u64(l->b, l->fold->asked_end);
}

static void
answer_io(const OutLine *l)
{
	size_t start = l->b->len;

	out_part_rpc(l, start);
	if (l->fold->count || !l->fold->end_of_file) {
		out_part(l->b, start);
		out_bytes(l->b, l->fold->count);
	}
	if (!l->fold->end_of_file)
		return;
	if (l->fold->count)
		out_lit(l->b, ", ");
	out_lit(l->b, "end of file");
}

static void
answer_close(const OutLine *l)
{
	out_lit(l->b, "closed");
}

static const OutStep steps[] = {
	[SMB_STEP_NEGOTIATE] = { "negotiate", ask_negotiate, answer_negotiate, true },
	[SMB_STEP_SESSION_SETUP] = { "session setup", ask_session, answer_session, true },
	[SMB_STEP_TREE_CONNECT] = { "tree connect", ask_tree, answer_tree, true },
	[SMB_STEP_OPEN] = { "open", ask_open, answer_open },
	[SMB_STEP_READ] = { "read", ask_io, answer_io },
	[SMB_STEP_WRITE] = { "write", ask_io, answer_io },
	[SMB_STEP_CLOSE] = { "close", out_file_of, answer_close },
	[SMB_STEP_TREE_DISCONNECT] = { "tree disconnect", ask_share, answer_disconnect },
	[SMB_STEP_LOGOFF] = { "logoff", ask_logoff, answer_logoff },
	[SMB_STEP_TRANSACTION] = { "transaction", out_ask_other, out_answer_ok },
	[SMB_STEP_NOTIFY] = { "notify", out_file_of, out_answer_notify },
	[SMB_STEP_LOCK] = { "lock", out_ask_other, out_answer_ok },
	[SMB_STEP_PATH] = { NULL, out_ask_other, out_answer_ok },
	[SMB_STEP_SEARCH] = { "search", out_ask_other, out_answer_search },
	[SMB_STEP_ECHO] = { "echo", out_ask_echo, out_answer_ok },
	[SMB_STEP_UNLOCK] = { "unlock", out_ask_other, out_answer_ok },
	[SMB_STEP_OPLOCK_BREAK] = { "oplock break", out_ask_break, out_answer_break },
	[SMB_STEP_CANCEL] = { "cancel", out_ask_cancel, out_answer_ok },
	[SMB_STEP_OTHER] = { NULL, out_ask_other, out_answer_ok },
};

const OutStep *
out_step(SmbStep step)
{
	return &steps[(size_t)step < sizeof(steps) / sizeof(steps[0]) ? step : SMB_STEP_OTHER];
}

/* Whether its facts are SmbOtherFacts, which may give a better name than the step's. */
static bool
is_other(SmbStep step)
{
	return out_step(step)->asked == out_ask_other;
}

void
out_step_label(const OutLine *l)
{
	static const char prefix[] = "SMB_COM_";
	const char *name = out_step(l->x->step)->name;

	if (l->x->step == SMB_STEP_OPLOCK_BREAK && l->x->other.lease)
		name = "lease break";
	if (is_other(l->x->step) && out_other_label(l->x))
		name = out_other_label(l->x);
	if (name) {
		out_str(l->b, name);
		return;
	}
	name = l->x->command_name;
	if (!name) {
		out_lit(l->b, "command 0x");
		out_hex(l->b, l->x->command, 2);
		return;
	}
	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	for (; *name; name++)
		out_char(l->b, *name == '_'                   ? ' '
			       : *name >= 'A' && *name <= 'Z' ? (char)(*name + 32)
							      : *name);
}
