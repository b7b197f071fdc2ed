/* SPDX-License-Identifier: BSD-3-Clause */
/* What all views share: their events come from here. */
#include "output/views/view.h"

#include <glib.h>

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"
#include "output/base/commands.h"

/* ---- The sink ---- */

static void
put_fold(OutSinkBase *base, OutConn *conn, const OutFold *fold)
{
	OutView *self = (OutView *)base;

	self->form->exchange(self, conn, &fold->first, fold);
}

static void
put_exchange(OutView *self, OutConn *conn, const SmbExchange *x)
{
	OutFold fold;

	if (!self->form->folds) {
		self->form->exchange(self, conn, x, NULL);
	} else if (!out_base_fold(&self->base, conn, x)) {
		out_fold_single(&fold, x);
		self->form->exchange(self, conn, x, &fold);
	}
}

static void
put_other(OutView *self, OutConn *conn, const SmbEvent *event)
{
	const OutViewForm *form = self->form;

	out_base_unfold(&self->base, conn);
	if (event->kind == SMB_EVENT_NETBIOS && form->netbios)
		form->netbios(self, conn, event->netbios);
	else if (event->kind == SMB_EVENT_GAP && form->gap)
		form->gap(self, conn, event);
	else if (event->kind == SMB_EVENT_CONNECTION)
		form->connection(self, conn, event->connection);
}

static void
view_event(OutSink *sink, const SmbEvent *event)
{
	OutView *self = (OutView *)sink;
	OutConn *conn = out_base_conn(&self->base, event->connection);

	if (event->kind == SMB_EVENT_DATAGRAM) {
		self->form->datagram(self, conn, event);
		return;
	}
	if (event->kind == SMB_EVENT_EXCHANGE)
		put_exchange(self, conn, event->exchange);
	else
		put_other(self, conn, event);
	if (event->kind == SMB_EVENT_CONNECTION)
		out_base_drop(&self->base, conn, event->connection);
	else
		out_base_account(&self->base, conn);
}

static void
view_idle(OutSink *sink, uint64_t now_ns)
{
	out_base_idle((OutSinkBase *)sink, now_ns);
}

/* A part ends; what waits to be sorted comes in a later one. */
static void
view_turn(OutSink *sink, const OutTotals *totals)
{
	OutView *self = (OutView *)sink;

	self->form->end(self, totals);
}

static void
view_end(OutSink *sink, const OutTotals *totals)
{
	OutView *self = (OutView *)sink;
	OutTotals all;

	out_base_finish(&self->base);
	all = out_base_totals(&self->base, totals);
	self->form->end(self, &all);
	out_writer_record(self->base.writer);
}

static size_t
view_free(OutSink *sink)
{
	OutView *self = (OutView *)sink;
	size_t left = out_base_clear(&self->base);

	out_buffer_clear(&self->scratch);
	g_free(self);
	return left;
}

OutSink *
out_view_new(OutWriter *writer, const OutOptions *options, const OutViewForm *form, bool tsv)
{
	static const OutSinkClass class = { .event = view_event,
					    .idle = view_idle,
					    .turn = view_turn,
					    .collect = out_base_collect,
					    .end = view_end,
					    .free = view_free };
	OutView *self = g_new0(OutView, 1);

	out_base_init(&self->base, &class,
		      SMB_EVENT_EXCHANGE | SMB_EVENT_CONNECTION |
			      (form->netbios ? SMB_EVENT_NETBIOS : 0) |
			      (form->gap ? SMB_EVENT_GAP : 0) |
			      (form->datagram ? SMB_EVENT_DATAGRAM : 0),
		      writer, options);
	self->base.put_fold = put_fold;
	self->form = form;
	self->tsv = tsv;
	return &self->base.sink;
}

OutBuffer *
out_view_begin(OutView *self, OutConn *conn, uint64_t time_ns)
{
	OutBuffer *b = out_base_buffer(&self->base);

	self->base.part_ns = time_ns;
	out_base_limit(&self->base, conn, b);
	return b;
}

void
out_view_put_ends(OutView *self, OutBuffer *b, OutConn *conn)
{
	if (!conn->lines.len)
		self->form->ends(self, &conn->lines, conn->info);
	out_put(b, conn->lines.data, conn->lines.len);
}

bool
out_view_cut(OutView *self, OutBuffer *b)
{
	return out_base_unlimit(&self->base, b);
}

void
out_view_record(OutView *self)
{
	out_base_part(&self->base);
}

/* ---- What an exchange is ---- */

uint64_t
out_view_time(const SmbExchange *x)
{
	return x->request.frame ? x->request.time_ns : x->response.time_ns;
}

bool
out_view_has_rtt(const SmbExchange *x, const OutFold *fold)
{
	return x->request.frame && x->response.frame &&
	       ((fold && fold->requests > 1) || x->response.time_ns >= x->request.time_ns);
}

uint64_t
out_view_rtt(const SmbExchange *x, const OutFold *fold)
{
	if (!x->request.frame || !x->response.frame)
		return 0;
	if (fold)
		return fold->answer_ns / fold->requests;
	return x->response.time_ns > x->request.time_ns ? x->response.time_ns - x->request.time_ns
							: 0;
}

bool
out_view_succeeded(const SmbExchange *x)
{
	return x->response.frame && !x->failed && !x->not_executed;
}

void
out_view_reason(OutBuffer *b, const SmbExchange *x)
{
	const SmbRpcFacts *rpc = x->rpc;
	const char *name = rpc ? smb_rpc_fault_name(rpc->fault) : NULL;

	if (x->failed || !rpc || !smb_rpc_failed(rpc)) {
		out_status(b, x->status);
	} else if (!rpc->fault) {
		out_lit(b, "bind refused");
	} else {
		out_str(b, name ? name : "0x");
		if (!name)
			out_hex(b, rpc->fault, 8);
	}
}

/* SMB1 has commands of their own for it. */
static OutDeed
deed_of_path1(const SmbExchange *x)
{
	switch (x->command) {
	case SMB_COM_DELETE:
	case SMB_COM_DELETE_DIRECTORY:
		return OUT_DEED_DELETE;
	case SMB_COM_SET_INFORMATION:
	case SMB_COM_SET_INFORMATION2:
		return OUT_DEED_SET;
	case SMB_COM_CREATE_DIRECTORY:
		return OUT_DEED_MAKE;
	case SMB_COM_TRANSACTION2:
		return x->other.function == TRANS2_CREATE_DIRECTORY ? OUT_DEED_MAKE : OUT_DEED_NONE;
	default:
		return OUT_DEED_NONE;
	}
}

static bool
is_setting(const SmbExchange *x)
{
	if (x->version == 2)
		return x->command == SMB2_SET_INFO;
	return x->command == SMB_COM_TRANSACTION2 &&
	       (x->other.function == TRANS2_SET_PATH_INFORMATION ||
		x->other.function == TRANS2_SET_FILE_INFORMATION);
}

/* Renames are those of RENAME and of SET_INFORMATION; copies and links have a second name too. */
static OutDeed
deed_of_other(const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;
	bool renames = x->version == 2 || x->command == SMB_COM_RENAME ||
		       x->command == SMB_COM_MOVE || x->command == SMB_COM_NT_RENAME ||
		       is_setting(x);

	if (!smb_text_is_empty(o->name_to) && renames && !out_is_copy(x))
		return OUT_DEED_RENAME;
	if (o->disposition & SMB_DISPOSITION_DELETE)
		return OUT_DEED_DELETE;
	if (is_setting(x))
		return OUT_DEED_SET;
	return x->version == 1 ? deed_of_path1(x) : OUT_DEED_NONE;
}

OutDeed
out_view_deed(const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_OPEN:
		return OUT_DEED_OPEN;
	case SMB_STEP_READ:
		return OUT_DEED_READ;
	case SMB_STEP_WRITE:
		return OUT_DEED_WRITE;
	case SMB_STEP_CLOSE:
		return OUT_DEED_CLOSE;
	case SMB_STEP_NEGOTIATE:
	case SMB_STEP_SESSION_SETUP:
	case SMB_STEP_TREE_CONNECT:
		return OUT_DEED_NONE; /* what is in the union is something else */
	default:
		return deed_of_other(x);
	}
}

const char *
out_view_action(const SmbExchange *x)
{
	switch (out_view_deed(x)) {
	case OUT_DEED_DELETE:
		return "delete";
	case OUT_DEED_RENAME:
		return "rename";
	case OUT_DEED_SET:
		return "set";
	case OUT_DEED_MAKE:
		return "make";
	default:
		return smb_step_name(x->step);
	}
}

/* FILE_DELETE_ON_CLOSE: [MS-CIFS] 2.2.4.64.1, [MS-SMB2] 2.2.13. */
bool
out_view_deletes_on_close(const SmbExchange *x)
{
	enum { DELETE_ON_CLOSE = 0x1000 };

	return x->step == SMB_STEP_OPEN && x->open.nt && x->open.options & DELETE_ON_CLOSE;
}

static SmbText
file_text(const SmbExchange *x)
{
	return smb_exchange_file_name(x);
}

/* A file that was renamed has its new name by now. */
static SmbText
name_before(const SmbFile *file)
{
	const SmbFileStory *story = file->story;

	if (!story || story->n_renamed < 2)
		return smb_string_text(file->name);
	if (story->renames > story->n_renamed) /* the one before the last is not kept */
		return (SmbText){ 0 };
	return smb_string_text(story->renamed[story->n_renamed - 2]);
}

SmbText
out_view_name(const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
	case SMB_STEP_SESSION_SETUP:
	case SMB_STEP_TREE_CONNECT:
		return (SmbText){ 0 };
	case SMB_STEP_OPEN:
		return x->request.frame ? x->open.name : file_text(x);
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		return file_text(x);
	default:
		break;
	}
	/* That of a transaction on an open pipe is "\\PIPE\\". */
	if (x->file && x->version == 1 && x->command == SMB_COM_TRANSACTION)
		return file_text(x);
	if (!smb_text_is_empty(x->other.name))
		return x->other.name;
	if (x->file && out_view_deed(x) == OUT_DEED_RENAME && out_view_succeeded(x))
		return name_before(x->file);
	return file_text(x);
}

/* The part of a text from an offset on, up to another one: to its end where that is NOWHERE. */
enum { NOWHERE = UINT32_MAX };

static SmbText
part(SmbText text, uint32_t from, uint32_t to)
{
	if (to != NOWHERE)
		text.cut = false;
	text.bytes = (SmbSpan){ text.bytes.ptr + from, MIN(to, text.bytes.len) - from };
	return text;
}

/* One walk: names may be long, and are looked at in each event. */
OutPathParts
out_view_parts(SmbText path)
{
	uint32_t at = 0, here = 0, base = 0, dot = NOWHERE, colon = NOWHERE, type = NOWHERE, c;
	uint32_t stream = 0;
	OutPathParts parts = { .base = path };

	for (; smb_text_next_ascii(path, &at, &c); here = at) {
		if (c == '\\' || c == '/') {
			base = at;
			dot = colon = type = NOWHERE;
		} else if (c == ':' && colon == NOWHERE) {
			colon = here;
			stream = at;
		} else if (c == ':' && type == NOWHERE) {
			type = here;
		} else if (c == '.' && colon == NOWHERE && here > base) {
			dot = at;
		}
	}
	if (path.bytes.ptr)
		parts.base = part(path, base, NOWHERE);
	if (dot != NOWHERE)
		parts.extension = part(path, dot, colon);
	if (colon != NOWHERE)
		parts.stream = part(path, stream, type);
	return parts;
}

bool
out_view_is_file(const SmbExchange *x)
{
	OutDeed deed = out_view_deed(x);
	bool pipe = (x->tree && x->tree->type == SMB_SHARE_PIPE) || (x->file && x->file->pipe) ||
		    (deed == OUT_DEED_OPEN && x->open.pipe);

	return !pipe && (deed != OUT_DEED_NONE || x->file);
}

bool
out_view_size(const SmbExchange *x, uint64_t *ret_size)
{
	if (x->step == SMB_STEP_OPEN && x->open.has_size) {
		*ret_size = x->open.size;
		return true;
	}
	*ret_size = x->file ? x->file->size : 0;
	return x->file && x->file->has_size;
}

bool
out_view_size_now(const SmbExchange *x, uint64_t *ret_size)
{
	OutDeed deed = out_view_deed(x);
	bool says = (deed == OUT_DEED_CLOSE || deed == OUT_DEED_SET) && x->other.has_size;

	if (says && out_view_succeeded(x)) {
		*ret_size = x->other.size;
		return true;
	}
	if (deed == OUT_DEED_WRITE || (deed != OUT_DEED_OPEN && x->file && x->file->writes))
		return false;
	return out_view_size(x, ret_size);
}

OutFate
out_view_fate(const SmbConnectionInfo *info)
{
	bool both = info->messages[SMB_TO_SERVER] && info->messages[SMB_TO_CLIENT];

	if (info->outcome.why)
		return OUT_FATE_FAILURE;
	return info->midstream || info->incomplete || !both ? OUT_FATE_UNKNOWN : OUT_FATE_SUCCESS;
}

bool
out_view_is_directory(const SmbExchange *x)
{
	if (out_view_deed(x) == OUT_DEED_MAKE)
		return true;
	if (x->step == SMB_STEP_OPEN)
		return x->open.directory;
	return x->file && x->file->directory;
}

/* A fold does not keep the user, who is on record with the connection; the last ones are looked at. */
static const SmbUser *
find_user(const SmbConnectionInfo *info, uint64_t uid)
{
	enum { LOOKED_AT = 64 };

	for (uint32_t i = 0; i < MIN(info->n_users, (uint32_t)LOOKED_AT); i++) {
		const SmbUser *user = info->users[info->n_users - 1 - i];

		if (user->uid == uid)
			return user;
	}
	return NULL;
}

const SmbAuth *
out_view_logon(const SmbExchange *x)
{
	if (x->step == SMB_STEP_SESSION_SETUP)
		return x->session.auth;
	return x->step == SMB_STEP_TREE_CONNECT ? x->tree_connect.auth : NULL;
}

void
out_view_put_function(OutBuffer *b, const SmbExchange *x)
{
	const SmbOtherFacts *other = smb_exchange_other(x);

	if (!other)
		return;
	out_view_word(b, "function", other->function_name);
	out_view_word(b, "about", other->about);
	out_view_text(b, "target", other->target);
}

const SmbAuth *
out_view_user(const SmbConnectionInfo *info, const SmbExchange *x)
{
	const SmbUser *user = x->user;

	if (x->step == SMB_STEP_SESSION_SETUP && x->session.auth)
		return x->session.auth;
	if (x->step == SMB_STEP_TREE_CONNECT && x->tree_connect.auth)
		return x->tree_connect.auth;
	if (!user && out_fold_fits(x))
		user = find_user(info, x->uid);
	return user ? user->auth : NULL;
}

/* ---- JSON ---- */

/* A separator may be there already, and is not said twice. */
void
out_view_path_json(OutBuffer *b, SmbText share, SmbText name)
{
	uint32_t at = 0, c;
	size_t from;

	if (smb_text_is_empty(share)) {
		out_text_json(b, name);
		return;
	}
	out_text_json(b, share);
	if (smb_text_is_empty(name))
		return;
	b->len--; /* the name goes inside the quotes */
	if (smb_text_next(name, &at, &c) && c != '\\' && c != '/')
		out_lit(b, "\\\\");
	from = b->len;
	out_text_json(b, name);
	b->len--; /* without its first quote */
	memmove(b->data + from, b->data + from + 1, b->len - from);
}

static void
put_key(OutBuffer *b, const char *key)
{
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
}

void
out_view_number(OutBuffer *b, const char *key, uint64_t v)
{
	if (v > INT64_MAX)
		return;
	put_key(b, key);
	out_u64(b, v);
}

void
out_view_text(OutBuffer *b, const char *key, SmbText text)
{
	if (smb_text_is_empty(text))
		return;
	put_key(b, key);
	out_text_json(b, text);
}

void
out_view_netbios_name(OutBuffer *b, const char *key, SmbText name, uint8_t suffix)
{
	if (smb_text_is_empty(name))
		return;
	out_view_text(b, key, name);
	b->len--; /* the quote: it goes on */
	out_char(b, '<');
	out_hex(b, suffix, 2);
	out_lit(b, ">\"");
}

void
out_view_word(OutBuffer *b, const char *key, const char *word)
{
	if (!word)
		return;
	put_key(b, key);
	out_json_word(b, word);
}

void
out_view_command(OutBuffer *b, const SmbExchange *x)
{
	const char *name = out_command_eve_name(x->version, x->command);

	out_str(b, x->version == 1 ? "\"SMB1_COMMAND_" : "\"SMB2_COMMAND_");
	if (name) {
		out_str(b, name);
	} else {
		out_lit(b, "0x");
		out_hex(b, x->command, 2);
	}
	out_char(b, '"');
}
