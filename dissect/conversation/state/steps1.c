/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an SMB1 request asked and what its response answered, by step. The command itself matters in
 * a few places only: parsers have put what opens, reads and so on have in common into the gist.
 */
#include <glib.h>

#include "dissect/conversation/internal.h"
#include "dissect/smb1/transaction/transaction.h"
#include "dissect/wire/names.h"

enum {
	COM_WRITE_RAW = 0x1D,
	COM_WRITE_MPX = 0x1E,
	COM_TRANSACTION = 0x25,
	COM_TRANSACTION2 = 0x32,
	COM_TREE_CONNECT = 0x70,
	COM_NT_TRANSACT = 0xA0,
	MAILSLOT_WRITE = 1,
	ACTION_GUEST = 1,
	CLASS_ERRSRV = 2,
};

typedef struct {
	SmbConnection *c;
	SmbAsk *ask;
	const SmbMessage *m;
	const SmbBlock *block;
	const Smb1Gist *gist;
} Step;

/* ---- requests ---- */

static void
take_fid(Step *s)
{
	s->ask->x.has_fid = s->gist->has_fid;
	s->ask->x.fid = s->gist->fid;
}

static void
ask_negotiate(Step *s)
{
	if (s->block->body)
		smb_dialect_request1(s->c, s->ask, s->block->body);
}

static void
ask_session_setup(Step *s)
{
	const Smb1SessionSetupRequest *r = s->block->body;
	SmbSessionFacts *f = &s->ask->x.session;
	SmbConnectionInfo *info = &s->c->info;

	if (!r)
		return;
	f->capabilities = r->capabilities;
	f->native_os = r->native_os;
	f->native_lanman = r->native_lanman;
	f->blob_length = r->security_blob_length;
	f->account = r->account;
	f->domain = r->primary_domain;
	smb_context_set_string(s->c->context, &info->client_os, r->native_os);
	smb_context_set_string(s->c->context, &info->client_lanman, r->native_lanman);
	if (s->m->flags2 & SMB_FLAGS2_SMB_SECURITY_SIGNATURE)
		info->signing |= SMB_SIGNING_CLIENT_ENABLED;
	if (s->m->flags2 & SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED)
		info->signing |= SMB_SIGNING_CLIENT_REQUIRED;
	smb_logon_setup1(s->c, s->ask, r, s->block->status);
	smb_ask_keep(s->c->context, s->ask, &f->account);
	smb_ask_keep(s->c->context, s->ask, &f->domain);
	smb_ask_keep(s->c->context, s->ask, &f->host);
	smb_ask_keep(s->c->context, s->ask, &f->native_os);
	smb_ask_keep(s->c->context, s->ask, &f->native_lanman);
}

static void
ask_tree_connect(Step *s)
{
	const Smb1TreeConnectRequest *r = s->block->body;
	SmbTreeFacts *f = &s->ask->x.tree_connect;

	if (!r)
		return;
	f->path = r->path;
	f->service = r->service;
	f->password_length = r->password_length;
	smb_ask_keep(s->c->context, s->ask, &f->path);
	smb_ask_keep(s->c->context, s->ask, &f->service);
	smb_logon_tree(s->c, s->ask, r);
}

static void
ask_open(Step *s)
{
	SmbOpenFacts *f = &s->ask->x.open;

	*f = s->gist->open;
	f->name = s->gist->name;
	smb_ask_keep(s->c->context, s->ask, &f->name);
}

static void
ask_io(Step *s)
{
	take_fid(s);
	s->ask->x.io.offset = s->gist->offset;
	s->ask->x.io.asked = s->gist->length;
	if (s->ask->x.step == SMB_STEP_WRITE)
		smb_pipe_written(s->c, s->ask, s->gist->payload, s->gist->length);
}

static bool
is_mailslot(uint16_t command, const Smb1Gist *gist)
{
	return command == COM_TRANSACTION &&
	       smb1_transaction_name_begins(gist->name, "\\MAILSLOT\\", false);
}

static const char *
function_name(uint16_t command, const Smb1Gist *gist)
{
	if (gist->function < 0)
		return NULL;
	if (command == COM_TRANSACTION2)
		return smb1_trans2_name((uint16_t)gist->function);
	if (command == COM_NT_TRANSACT)
		return smb1_nt_transact_name((uint16_t)gist->function);
	if (command != COM_TRANSACTION)
		return NULL;
	if (is_mailslot(command, gist))
		return gist->function == MAILSLOT_WRITE ? "TRANS_MAILSLOT_WRITE" : NULL;
	return smb1_trans_name((uint16_t)gist->function);
}

/* The information level, by the subcommand that it belongs to; else what the parser found. */
static const char *
about(uint16_t command, const Smb1Gist *gist)
{
	static const char *(*const names[])(uint32_t) = {
		[0x01] = smb1_find_level_name,  [0x02] = smb1_find_level_name,
		[0x03] = smb1_fs_level_name,    [0x04] = smb1_fs_level_name,
		[0x05] = smb1_query_level_name, [0x06] = smb1_set_level_name,
		[0x07] = smb1_query_level_name, [0x08] = smb1_set_level_name,
	};
	uint32_t function = (uint32_t)gist->function;

	if (command != COM_TRANSACTION2 || gist->level < 0)
		return gist->about;
	return function < G_N_ELEMENTS(names) && names[function]
		       ? names[function]((uint32_t)gist->level)
		       : NULL;
}

static void
ask_other(Step *s)
{
	SmbExchange *x = &s->ask->x;

	take_fid(s);
	x->other.name = s->gist->name;
	x->other.name_to = s->gist->name_to;
	x->other.function = s->gist->function;
	x->other.function_name = function_name(x->command, s->gist);
	x->other.about = about(x->command, s->gist);
	x->other.mailslot = is_mailslot(x->command, s->gist);
	x->other.count = s->gist->count;
	x->other.level = s->gist->level;
	x->other.disposition = s->gist->disposition;
	smb_step_target(s->c, x, s->m);
	smb_ask_keep(s->c->context, s->ask, &x->other.name);
	smb_ask_keep(s->c->context, s->ask, &x->other.name_to);
	if (x->command == COM_NT_TRANSACT && x->other.function == NT_TRANSACT_NOTIFY_CHANGE)
		x->step = SMB_STEP_NOTIFY;
	/* On a pipe: payload is the data of a transaction that is complete. */
	if (x->command == COM_TRANSACTION && x->has_fid && !s->gist->partial)
		smb_pipe_written(s->c, s->ask, s->gist->payload, s->gist->payload.len);
}

typedef void (*StepFn)(Step *s);

static const StepFn ask_fns[SMB_STEPS] = {
	[SMB_STEP_NEGOTIATE] = ask_negotiate,
	[SMB_STEP_SESSION_SETUP] = ask_session_setup,
	[SMB_STEP_TREE_CONNECT] = ask_tree_connect,
	[SMB_STEP_OPEN] = ask_open,
	[SMB_STEP_READ] = ask_io,
	[SMB_STEP_WRITE] = ask_io,
};

/* What a transaction is for, where that is what another command is for as well. */
static SmbStep
step_of(uint16_t command, int32_t function)
{
	static const SmbStep trans2[] = {
		[0x0000] = SMB_STEP_OPEN,   /* OPEN2 */
		[0x0001] = SMB_STEP_SEARCH, /* FIND_FIRST2 */
		[0x0002] = SMB_STEP_SEARCH, /* FIND_NEXT2 */
		[0x0003] = SMB_STEP_TRANSACTION, [0x0004] = SMB_STEP_TRANSACTION,
		[0x0005] = SMB_STEP_PATH, /* QUERY_PATH_, SET_PATH_, QUERY_FILE_, SET_FILE_INFORMATION */
		[0x0006] = SMB_STEP_PATH,        [0x0007] = SMB_STEP_PATH,
		[0x0008] = SMB_STEP_PATH,        [0x0009] = SMB_STEP_TRANSACTION,
		[0x000A] = SMB_STEP_TRANSACTION, [0x000B] = SMB_STEP_TRANSACTION,
		[0x000C] = SMB_STEP_TRANSACTION, [0x000D] = SMB_STEP_PATH, /* CREATE_DIRECTORY */
	};

	if (command == COM_TRANSACTION2 && function >= 0 && function < (int32_t)G_N_ELEMENTS(trans2))
		return trans2[function];
	if (command == COM_NT_TRANSACT && function == NT_TRANSACT_CREATE)
		return SMB_STEP_OPEN;
	if (command == COM_NT_TRANSACT && function == NT_TRANSACT_RENAME)
		return SMB_STEP_PATH;
	return smb1_command((uint8_t)command)->step;
}

void
smb_step1_request(SmbConnection *c, SmbAsk *ask, const SmbMessage *m, uint32_t block,
		  const Smb1Gist *gist)
{
	Step s = { c, ask, m, &m->blocks[block], gist };

	smb_step_begin(&ask->x, step_of(ask->x.command, gist->function));
	(ask_fns[ask->x.step] ? ask_fns[ask->x.step] : ask_other)(&s);
}

/* ---- responses: each tells the exchange and gives the ask away ---- */

static void
answer_negotiate(Step *s)
{
	smb_dialect_response1(s->c, s->ask, s->m, s->block);
	smb_step_tell(s->c, s->ask);
}

static void
answer_session_setup(Step *s)
{
	const Smb1SessionSetupResponse *r = s->block->body;
	SmbSessionFacts *f = &s->ask->x.session;
	SmbConnectionInfo *info = &s->c->info;
	SmbSpan back = { NULL, 0 };
	bool guest = false;

	if (r) {
		guest = r->action & ACTION_GUEST;
		back = r->security_blob;
		f->server_os = r->native_os;
		f->server_lanman = r->native_lanman;
		f->server_domain = r->primary_domain;
		smb_context_set_string(s->c->context, &info->server_os, r->native_os);
		smb_context_set_string(s->c->context, &info->server_lanman, r->native_lanman);
		smb_context_set_string(s->c->context, &info->server_domain, r->primary_domain);
	}
	s->ask->x.uid = s->m->uid;
	smb_logon_answer(s->c, s->ask, back, guest);
}

/* The service's name is the type of the share ([MS-CIFS] 2.2.4.55.2). */
static SmbShareType
share_type(SmbText service)
{
	static const struct {
		const char *name;
		SmbShareType type;
	} services[] = { { "A:", SMB_SHARE_DISK },
			 { "LPT1:", SMB_SHARE_PRINTER },
			 { "IPC", SMB_SHARE_PIPE },
			 { "COMM", SMB_SHARE_COMM } };

	for (size_t i = 0; i < G_N_ELEMENTS(services); i++)
		if (smb_text_equal(service, smb_text_from_utf8(services[i].name)))
			return services[i].type;
	return SMB_SHARE_UNKNOWN;
}

static void
answer_tree_connect(Step *s)
{
	const Smb1TreeConnectResponse *r = s->block->body;
	SmbExchange *x = &s->ask->x;
	SmbShareType type = SMB_SHARE_UNKNOWN;

	if (r) {
		x->tree_connect.service_back = r->service;
		x->tree_connect.native_fs = r->native_fs;
		type = share_type(smb_text_is_empty(r->service) ? x->tree_connect.service
								: r->service);
	}
	if (!x->failed)
		x->tid = r && x->command == COM_TREE_CONNECT ? r->tid : s->m->tid;
	smb_step_tree(s->c, s->ask, x->failed, type);
	if (s->ask->attempt)
		smb_logon_answer(s->c, s->ask, (SmbSpan){ NULL, 0 }, false);
	else
		smb_step_tell(s->c, s->ask);
}

static void
answer_open(Step *s)
{
	SmbExchange *x = &s->ask->x;
	const SmbOpenFacts *back = &s->gist->open;

	take_fid(s);
	x->open.action = back->action;
	x->open.directory = back->directory;
	x->open.pipe = back->pipe;
	x->open.has_size = back->has_size;
	x->open.size = back->size;
	x->open.oplock = back->oplock;
	smb_step_opened(s->c, s->ask, x->failed);
	smb_step_tell(s->c, s->ask);
}

static void
answer_io(Step *s)
{
	SmbExchange *x = &s->ask->x;
	uint32_t count = s->gist->length;

	if (x->command == COM_WRITE_RAW)
		count = x->io.count;
	else if (x->command == COM_WRITE_MPX)
		count = x->io.asked;
	if (s->c->pipes && x->step == SMB_STEP_READ && !x->failed)
		smb_pipe_read(s->c, s->ask, s->gist->payload, count);
	smb_step_io(s->c, s->ask, x->failed, count);
	smb_step_tell(s->c, s->ask);
}

static void
answer_close(Step *s)
{
	if (s->ask->x.failed)
		smb_step_tell(s->c, s->ask);
	else
		smb_step_closed(s->c, s->ask);
}

static void
answer_tree_disconnect(Step *s)
{
	uint32_t tid = s->ask->x.tid;
	bool ends = !s->ask->x.failed && smb_was_asked(&s->ask->x);

	smb_step_tell(s->c, s->ask);
	if (ends)
		smb_state_end_tree(s->c, tid);
}

static void
answer_logoff(Step *s)
{
	uint64_t uid = s->ask->x.uid;
	bool ends = !s->ask->x.failed && smb_was_asked(&s->ask->x);

	smb_step_tell(s->c, s->ask);
	if (ends)
		smb_state_end_user(s->c, uid);
}

/* The UNIX extensions open with SET_PATH_INFORMATION: the answer has a FID. */
static void
opened_by_path(Step *s)
{
	SmbExchange *x = &s->ask->x;
	SmbFileEntry *file;

	x->has_fid = true;
	x->fid = s->gist->fid;
	file = smb_state_add_file(s->c, x, x->other.name);
	file->pub.opened = x->response;
}

static void
answer_other(Step *s)
{
	bool ends = s->ask->transaction.disconnects && !s->ask->x.failed;
	uint32_t tid = s->ask->x.tid;

	if (s->ask->x.command == COM_TRANSACTION && s->ask->x.has_fid && !s->ask->x.failed)
		smb_pipe_read(s->c, s->ask, s->gist->payload, s->gist->payload.len);
	s->ask->x.other.rap = s->gist->rap;
	s->ask->x.other.rap_status = s->gist->rap_status;
	if (s->ask->x.step == SMB_STEP_SEARCH || s->gist->rap)
		s->ask->x.other.count = s->gist->count;
	if (s->ask->x.step == SMB_STEP_PATH && s->ask->x.command == COM_TRANSACTION2 &&
	    s->gist->has_fid && !s->ask->x.failed && smb_was_asked(&s->ask->x))
		opened_by_path(s);
	if (s->ask->x.step == SMB_STEP_NOTIFY)
		smb_step_notify(s->c, s->ask);
	else if (s->ask->x.step == SMB_STEP_PATH)
		smb_file_changed(s->c, &s->ask->x);
	smb_step_tell(s->c, s->ask);
	if (ends)
		smb_state_end_tree(s->c, tid);
}

static const StepFn answer_fns[SMB_STEPS] = {
	[SMB_STEP_NEGOTIATE] = answer_negotiate,
	[SMB_STEP_SESSION_SETUP] = answer_session_setup,
	[SMB_STEP_TREE_CONNECT] = answer_tree_connect,
	[SMB_STEP_OPEN] = answer_open,
	[SMB_STEP_READ] = answer_io,
	[SMB_STEP_WRITE] = answer_io,
	[SMB_STEP_CLOSE] = answer_close,
	[SMB_STEP_TREE_DISCONNECT] = answer_tree_disconnect,
	[SMB_STEP_LOGOFF] = answer_logoff,
};

void
smb_step1_response(SmbConnection *c, SmbAsk *ask, const SmbMessage *m, uint32_t block,
		   const Smb1Gist *gist)
{
	Step s = { c, ask, m, &m->blocks[block], gist };

	(answer_fns[ask->x.step] ? answer_fns[ask->x.step] : answer_other)(&s);
}
