/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an SMB1 request asked and what its response answered, by step. The command itself matters in
 * a few places only: parsers have put what opens, reads and so on have in common into their facts.
 */
#include <glib.h>

#include "dissect/conversation/state/state.h"
#include "dissect/dcerpc/pdu.h"
#include "dissect/smb1/transaction/transaction.h"
#include "dissect/smb2/message.h"
#include "dissect/wire/names.h"

enum { WORDS_EXTENDED = 12 }; /* of a session setup: [MS-SMB] 2.2.4.6.1 */

typedef struct {
	SmbConnection *c;
	SmbRequest *req;
	const SmbMessage *m;
	const SmbBlock *block;
	const Smb1Facts *facts;
} Step;

/* ---- requests ---- */

static void
take_fid(Step *s)
{
	s->req->x.has_fid = s->facts->has_fid;
	s->req->x.fid = s->facts->fid;
}

static void
asked_negotiate(Step *s)
{
	if (s->block->body)
		smb_dialect_request1(s->c, s->req, s->block->body);
	smb_prints_request1(s->c, s->m, s->block);
}

static void
asked_session_setup(Step *s)
{
	const Smb1SessionSetupRequest *r = s->block->body;
	SmbSessionFacts *f = &s->req->x.session;
	SmbConnectionInfo *info = &s->c->info;

	if (!r)
		return;
	f->has_vc_number = s->block->has_bytes; /* and so all parameter words are there */
	f->vc_number = r->vc_number;
	f->capabilities = r->capabilities;
	f->native_os = r->native_os;
	f->native_lanman = r->native_lanman;
	f->blob_length = r->security_blob_length;
	f->misfit = s->block->word_count == WORDS_EXTENDED && !r->security_blob_length &&
		    !(s->m->flags2 & SMB_FLAGS2_EXTENDED_SECURITY);
	f->account = r->account;
	f->domain = r->primary_domain;
	smb_context_set_string(s->c->context, &info->client_os, r->native_os);
	smb_context_set_string(s->c->context, &info->client_lanman, r->native_lanman);
	if (s->m->flags2 & SMB_FLAGS2_SMB_SECURITY_SIGNATURE)
		info->signing |= SMB_SIGNING_CLIENT_ENABLED;
	if (s->m->flags2 & SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED)
		info->signing |= SMB_SIGNING_CLIENT_REQUIRED;
	smb_prints_request1(s->c, s->m, s->block);
	smb_logon_setup1(s->c, s->req, r, s->block->status);
	smb_request_keep(s->c->context, s->req, &f->account);
	smb_request_keep(s->c->context, s->req, &f->domain);
	smb_request_keep(s->c->context, s->req, &f->host);
	smb_request_keep(s->c->context, s->req, &f->native_os);
	smb_request_keep(s->c->context, s->req, &f->native_lanman);
}

static void
asked_tree_connect(Step *s)
{
	const Smb1TreeConnectRequest *r = s->block->body;
	SmbTreeFacts *f = &s->req->x.tree_connect;

	if (!r)
		return;
	f->path = r->path;
	f->service = r->service;
	f->password_length = r->password_length;
	smb_request_keep(s->c->context, s->req, &f->path);
	smb_request_keep(s->c->context, s->req, &f->service);
	smb_logon_tree(s->c, s->req, r);
}

/* A command that opens a file stands before it in the message: the FID is the one that it gets. */
static bool
follows_open(const Step *s)
{
	for (const SmbBlock *b = s->m->blocks; b < s->block; b++)
		if (smb1_command((uint8_t)b->command)->step == SMB_STEP_OPEN)
			return true;
	return false;
}

static void
to_pipe(Step *s, uint32_t total)
{
	if (follows_open(s))
		smb_pipe_later(s->c, s->req, s->facts->payload, total);
	else
		smb_pipe_written(s->c, s->req, s->facts->payload, total);
}

static void
asked_io(Step *s)
{
	take_fid(s);
	s->req->x.io.offset = s->facts->offset;
	s->req->x.io.asked = s->facts->length;
	s->req->x.io.count = s->facts->at_once; /* to which its raw bytes are added */
	s->req->may_wait = s->req->x.step == SMB_STEP_READ && s->c->expected.pipes &&
			   smb_pipe_share(s->c, &s->req->x);
	if (s->req->x.step == SMB_STEP_WRITE)
		to_pipe(s, s->facts->length);
	if (s->req->x.step == SMB_STEP_WRITE)
		smb_data_keep(s->c, s->req, s->facts->payload, 0);
}

static bool
is_mailslot(uint16_t command, const Smb1Facts *facts)
{
	return command == SMB_COM_TRANSACTION &&
	       smb1_transaction_name_begins(facts->name, "\\MAILSLOT\\", false);
}

static const char *
function_name(uint16_t command, const Smb1Facts *facts)
{
	if (facts->function < 0)
		return NULL;
	if (command == SMB_COM_TRANSACTION2)
		return smb1_trans2_name((uint16_t)facts->function);
	if (command == SMB_COM_NT_TRANSACT)
		return smb1_nt_transact_name((uint16_t)facts->function);
	if (command != SMB_COM_TRANSACTION)
		return NULL;
	if (is_mailslot(command, facts))
		return facts->function == TRANS_MAILSLOT_WRITE ? "TRANS_MAILSLOT_WRITE" : NULL;
	return smb1_trans_name((uint16_t)facts->function);
}

static void
asked_open(Step *s)
{
	SmbOpenFacts *f = &s->req->x.open;

	*f = s->facts->open;
	f->name = s->facts->name;
	f->function = s->facts->function;
	f->function_name = function_name(s->req->x.command, s->facts);
	smb_request_keep(s->c->context, s->req, &f->name);
}

/* The information level, by the subcommand that it belongs to; else what the parser found. */
static const char *
about(uint16_t command, const Smb1Facts *facts)
{
	static const char *(*const names[])(uint32_t) = {
		[TRANS2_FIND_FIRST2] = smb1_find_level_name,
		[TRANS2_FIND_NEXT2] = smb1_find_level_name,
		[TRANS2_QUERY_FS_INFORMATION] = smb1_fs_level_name,
		[TRANS2_SET_FS_INFORMATION] = smb1_fs_level_name,
		[TRANS2_QUERY_PATH_INFORMATION] = smb1_query_level_name,
		[TRANS2_SET_PATH_INFORMATION] = smb1_set_level_name,
		[TRANS2_QUERY_FILE_INFORMATION] = smb1_query_level_name,
		[TRANS2_SET_FILE_INFORMATION] = smb1_set_level_name,
	};
	uint32_t function = (uint32_t)facts->function;

	if (command != SMB_COM_TRANSACTION2 || facts->level < 0)
		return facts->about;
	return function < G_N_ELEMENTS(names) && names[function]
		       ? names[function]((uint32_t)facts->level)
		       : NULL;
}

/* NewOpLockLevel ([MS-CIFS] 2.2.4.32.1). */
static void
take_break(Step *s)
{
	static const char *const levels[] = { "none", "II" };
	SmbExchange *x = &s->req->x;
	uint8_t level = s->facts->oplock_level;

	x->other.oplock = level < G_N_ELEMENTS(levels) ? levels[level] : NULL;
	if (x->from_server)
		smb_step_break(s->c, x, level == 0);
}

/* What the server holds until something happens: a change, data in a pipe, a lock that is free. */
static bool
may_wait(Step *s)
{
	const SmbExchange *x = &s->req->x;
	int32_t function = s->facts->function;

	if (x->command == SMB_COM_TRANSACTION)
		return x->has_fid
			       ? function == TRANS_READ_NMPIPE || function == TRANS_RAW_READ_NMPIPE
			       : function == TRANS_WAIT_NMPIPE;
	return s->facts->timed;
}

/* Writes to a pipe, and reads from it: [MS-CIFS] 2.2.5.6, [MS-FSCC] 2.3.49 by [MS-SMB] 2.2.7.2. */
static bool
transacts(const SmbExchange *x)
{
	if (x->command == SMB_COM_TRANSACTION)
		return x->has_fid;
	return x->command == SMB_COM_NT_TRANSACT && x->other.function == NT_TRANSACT_IOCTL &&
	       x->other.about && strcmp(x->other.about, "FSCTL_PIPE_TRANSCEIVE") == 0;
}

/*
 * It opens a pipe, writes to it, and closes it when it has read ([MS-CIFS] 2.2.5.11): too soon for a
 * call, which needs a bind before it, but for both at once. That there may be one is counted.
 */
static bool
may_call_at_once(const Step *s)
{
	const SmbExchange *x = &s->req->x;

	return x->command == SMB_COM_TRANSACTION && x->other.function == TRANS_CALL_NMPIPE &&
	       (s->facts->partial || dce_pdu_may_begin(s->facts->payload));
}

static void
asked_other(Step *s)
{
	SmbExchange *x = &s->req->x;

	take_fid(s);
	s->req->may_wait = may_wait(s);
	if (x->step == SMB_STEP_OPLOCK_BREAK)
		take_break(s);
	x->other.name = s->facts->name;
	x->other.name_to = s->facts->name_to;
	x->other.function = s->facts->function;
	x->other.function_name = function_name(x->command, s->facts);
	x->other.about = about(x->command, s->facts);
	x->other.mailslot = is_mailslot(x->command, s->facts);
	x->other.count = s->facts->count;
	x->other.level = s->facts->level;
	x->other.disposition = s->facts->disposition;
	x->other.has_size = s->facts->has_size;
	x->other.size = s->facts->size;
	smb_step_target(s->c, x, s->m);
	smb_request_keep(s->c->context, s->req, &x->other.name);
	smb_request_keep(s->c->context, s->req, &x->other.name_to);
	if (x->command == SMB_COM_NT_TRANSACT && x->other.function == NT_TRANSACT_NOTIFY_CHANGE)
		x->step = SMB_STEP_NOTIFY;
	/* On a pipe: payload is the data of a transaction that is complete. */
	if (transacts(x) && !s->facts->partial)
		to_pipe(s, s->facts->payload.len);
	if (may_call_at_once(s))
		smb_connection_limit(s->c);
}

typedef void (*StepFn)(Step *s);

/* The function of a step; `other` for those that have none of their own. */
static StepFn
fn_of(const StepFn *fns, size_t n, SmbStep step, StepFn other)
{
	return (size_t)step < n && fns[step] ? fns[step] : other;
}

static const StepFn asked_fns[] = {
	[SMB_STEP_NEGOTIATE] = asked_negotiate,
	[SMB_STEP_SESSION_SETUP] = asked_session_setup,
	[SMB_STEP_TREE_CONNECT] = asked_tree_connect,
	[SMB_STEP_OPEN] = asked_open,
	[SMB_STEP_READ] = asked_io,
	[SMB_STEP_WRITE] = asked_io,
};

/* What a transaction is for, where that is what another command is for as well. */
static SmbStep
step_of(uint16_t command, const Smb1Facts *facts)
{
	static const SmbStep trans2[] = {
		[TRANS2_OPEN2] = SMB_STEP_OPEN,
		[TRANS2_FIND_FIRST2] = SMB_STEP_SEARCH,
		[TRANS2_FIND_NEXT2] = SMB_STEP_SEARCH,
		[TRANS2_QUERY_FS_INFORMATION] = SMB_STEP_TRANSACTION,
		[TRANS2_SET_FS_INFORMATION] = SMB_STEP_TRANSACTION,
		[TRANS2_QUERY_PATH_INFORMATION] = SMB_STEP_PATH,
		[TRANS2_SET_PATH_INFORMATION] = SMB_STEP_PATH,
		[TRANS2_QUERY_FILE_INFORMATION] = SMB_STEP_PATH,
		[TRANS2_SET_FILE_INFORMATION] = SMB_STEP_PATH,
		[TRANS2_FSCTL] = SMB_STEP_TRANSACTION,
		[TRANS2_IOCTL2] = SMB_STEP_TRANSACTION,
		[TRANS2_FIND_NOTIFY_FIRST] = SMB_STEP_TRANSACTION,
		[TRANS2_FIND_NOTIFY_NEXT] = SMB_STEP_TRANSACTION,
		[TRANS2_CREATE_DIRECTORY] = SMB_STEP_PATH,
		/* Reserved, and no logon ([MS-CIFS] 2.2.6.15). */
		[TRANS2_SESSION_SETUP] = SMB_STEP_OTHER,
	};
	int32_t function = facts->function;

	if (command == SMB_COM_LOCKING_ANDX)
		return facts->oplock_break ? SMB_STEP_OPLOCK_BREAK
		       : facts->unlocks    ? SMB_STEP_UNLOCK
					   : SMB_STEP_LOCK;
	if (command == SMB_COM_TRANSACTION2 && function == TRANS2_SET_PATH_INFORMATION &&
	    facts->level == SMB_POSIX_PATH_OPEN)
		return SMB_STEP_OPEN;

	if (command == SMB_COM_TRANSACTION2 && function >= 0 &&
	    function < (int32_t)G_N_ELEMENTS(trans2))
		return trans2[function];
	if (command == SMB_COM_NT_TRANSACT && function == NT_TRANSACT_CREATE)
		return SMB_STEP_OPEN;
	if (command == SMB_COM_NT_TRANSACT && function == NT_TRANSACT_RENAME)
		return SMB_STEP_PATH;
	return smb1_command((uint8_t)command)->step;
}

SmbStep
smb_step_of(uint8_t version, uint16_t command, int32_t function)
{
	const Smb1Facts facts = { .function = function, .level = -1 };

	if (version == 1)
		return step_of(command, &facts);
	return version == 2 ? smb2_step(command) : SMB_STEP_OTHER;
}

void
smb_step1_request(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block)
{
	const Smb1Facts *facts = &c->context->smb1.facts[block];
	Step s = { c, req, m, &m->blocks[block], facts };

	smb_exchange_begin(&req->x, step_of(req->x.command, facts));
	fn_of(asked_fns, G_N_ELEMENTS(asked_fns), req->x.step, asked_other)(&s);
}

/* ---- responses: each reports the exchange and gives the request away ---- */

static void
answered_negotiate(Step *s)
{
	smb_dialect_response1(s->c, s->req, s->block);
	smb_prints_response1(s->c, s->m, s->block);
	smb_step_report(s->c, s->req);
}

static void
answered_session_setup(Step *s)
{
	const Smb1SessionSetupResponse *r = s->block->body;
	SmbSessionFacts *f = &s->req->x.session;
	SmbConnectionInfo *info = &s->c->info;
	SmbSpan back = { NULL, 0 };
	uint32_t flags = 0;

	if (r) {
		flags = r->action & SMB_SETUP_GUEST ? SMB2_SESSION_FLAG_IS_GUEST : 0;
		back = r->security_blob;
		f->server_os = r->native_os;
		f->server_lanman = r->native_lanman;
		f->server_domain = r->primary_domain;
		smb_context_set_string(s->c->context, &info->server_os, r->native_os);
		smb_context_set_string(s->c->context, &info->server_lanman, r->native_lanman);
		smb_context_set_string(s->c->context, &info->server_domain, r->primary_domain);
	}
	smb_prints_response1(s->c, s->m, s->block);
	s->req->x.uid = s->m->uid;
	smb_logon_answer(s->c, s->req, back, flags);
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
answered_tree_connect(Step *s)
{
	const Smb1TreeConnectResponse *r = s->block->body;
	SmbExchange *x = &s->req->x;
	SmbShareType type = SMB_SHARE_UNKNOWN;

	if (r) {
		x->tree_connect.service_back = r->service;
		x->tree_connect.native_fs = r->native_fs;
		type = share_type(smb_text_is_empty(r->service) ? x->tree_connect.service
								: r->service);
	}
	if (!x->failed)
		x->tid = r && x->command == SMB_COM_TREE_CONNECT ? r->tid : s->m->tid;
	smb_step_tree(s->c, s->req, x->failed, type);
	if (s->req->attempt)
		smb_logon_answer(s->c, s->req, (SmbSpan){ NULL, 0 }, 0);
	else
		smb_step_report(s->c, s->req);
}

static void
answered_open(Step *s)
{
	SmbExchange *x = &s->req->x;
	const SmbOpenFacts *back = &s->facts->open;

	take_fid(s);
	x->open.action = back->action;
	if (x->command == SMB_COM_TRANSACTION2 && x->open.directory)
		x->has_fid = false; /* the UNIX extensions make a directory, and open nothing */
	else
		x->open.directory = back->directory;
	x->open.pipe = back->pipe;
	x->open.has_size = back->has_size;
	x->open.size = back->size;
	x->open.times = back->times;
	x->open.oplock = back->oplock;
	smb_step_opened(s->c, s->req, x->failed);
	smb_step_report(s->c, s->req);
}

/* A print file takes all there is, at its end ([MS-CIFS] 2.2.4.68). */
static uint32_t
printed(Step *s)
{
	SmbExchange *x = &s->req->x;
	const SmbFileEntry *file = x->has_fid ? smb_state_file(s->c, x->fid, 0) : NULL;

	x->io.offset = file ? file->pub.bytes_written : 0;
	return x->io.asked;
}

/*
 * The last answer to a WRITE_RAW, where one was asked for, counts what was written of all its
 * bytes: none where the disk is full ([MS-CIFS] 2.2.4.25.3).
 */
static uint32_t
written_raw(const Step *s)
{
	uint32_t sent = s->req->x.io.count;
	bool counted = s->m && s->m->command == SMB_COM_WRITE_COMPLETE && s->block->body &&
		       s->block->word_count;

	return counted ? MIN(sent, s->facts->length) : sent;
}

/* All pieces came before the answer. */
static uint32_t
written_mpx(const Step *s)
{
	smb_data_settle(s->c, s->req);
	return s->req->x.io.asked;
}

static void
answered_io(Step *s)
{
	SmbExchange *x = &s->req->x;
	uint32_t count = s->facts->length;

	smb_pipe_now(s->c, s->req);
	if (x->command == SMB_COM_WRITE_RAW)
		count = written_raw(s);
	else if (x->command == SMB_COM_WRITE_MPX)
		count = written_mpx(s);
	else if (x->command == SMB_COM_WRITE_PRINT_FILE)
		count = printed(s);
	if (s->c->expected.pipes && x->step == SMB_STEP_READ && !x->failed)
		smb_pipe_read(s->c, s->req, s->facts->payload, count);
	if (x->step == SMB_STEP_READ)
		smb_data_show(s->c, s->req, s->facts->payload,
			      x->command == SMB_COM_READ_MPX ? s->facts->offset - x->io.offset : 0);
	smb_step_io(s->c, s->req, x->failed, count);
	smb_step_report(s->c, s->req);
}

static void
answered_close(Step *s)
{
	if (s->req->x.failed)
		smb_step_report(s->c, s->req);
	else
		smb_step_closed(s->c, s->req);
}

static void
answered_tree_disconnect(Step *s)
{
	SmbExchange x = s->req->x;
	bool ends = !s->req->x.failed && smb_was_asked(&s->req->x);

	smb_step_report(s->c, s->req);
	if (ends)
		smb_state_end_tree(s->c, &x);
}

static void
answered_logoff(Step *s)
{
	uint64_t uid = s->req->x.uid;
	bool ends = !s->req->x.failed && smb_was_asked(&s->req->x);

	smb_step_report(s->c, s->req);
	if (ends)
		smb_state_end_user(s->c, uid);
}

/* What RAP, a search or a DFS referral answered. */
static void
take_result(Step *s)
{
	s->req->x.other.rap = s->facts->rap;
	s->req->x.other.rap_status = s->facts->rap_status;
	s->req->x.other.target = s->facts->target;
	if (s->req->x.step == SMB_STEP_SEARCH || s->facts->rap ||
	    !smb_text_is_empty(s->facts->target))
		s->req->x.other.count = s->facts->count;
}

static void
answered_other(Step *s)
{
	bool ends = s->req->transaction.disconnects && !s->req->x.failed;
	SmbExchange x = s->req->x;

	smb_pipe_now(s->c, s->req);
	if (transacts(&s->req->x) && !s->req->x.failed)
		smb_pipe_read(s->c, s->req, s->facts->payload, s->facts->payload.len);
	take_result(s);
	if (s->req->x.step == SMB_STEP_NOTIFY)
		smb_step_notify(s->c, s->req);
	if (s->req->x.step == SMB_STEP_PATH)
		smb_step_changed(s->c, s->req);
	else
		smb_step_report(s->c, s->req);
	if (ends)
		smb_state_end_tree(s->c, &x);
}

static const StepFn answered_fns[] = {
	[SMB_STEP_NEGOTIATE] = answered_negotiate,
	[SMB_STEP_SESSION_SETUP] = answered_session_setup,
	[SMB_STEP_TREE_CONNECT] = answered_tree_connect,
	[SMB_STEP_OPEN] = answered_open,
	[SMB_STEP_READ] = answered_io,
	[SMB_STEP_WRITE] = answered_io,
	[SMB_STEP_CLOSE] = answered_close,
	[SMB_STEP_TREE_DISCONNECT] = answered_tree_disconnect,
	[SMB_STEP_LOGOFF] = answered_logoff,
};

void
smb_step1_response(SmbConnection *c, SmbRequest *req, const SmbMessage *m, uint32_t block)
{
	const Smb1Facts *facts = &c->context->smb1.facts[block];
	Step s = { c, req, m, &m->blocks[block], facts };

	fn_of(answered_fns, G_N_ELEMENTS(answered_fns), req->x.step, answered_other)(&s);
}
