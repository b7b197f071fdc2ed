/* SPDX-License-Identifier: BSD-3-Clause */
/* The columns of transactions, and of every step without its own file. */
#include "output/base/commands.h"
#include "output/text/timeline.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

#include <glib.h>

/* ---- Labels ---- */

#define KEY(command, function) ((uint32_t)(command) << 16 | (function))

/*
 * Commands, with the subcommand or function of a transaction ([MS-CIFS] 2.2.2.2) or the level of an
 * NT_RENAME (2.2.4.66.1), whose published name is too long for the column or says too little.
 */
/* clang-format off */
static const SmbName labels[] = {
	{ KEY(SMB_COM_QUERY_INFORMATION, 0), "query info" },
	{ KEY(SMB_COM_SET_INFORMATION, 0), "set info" },
	{ KEY(SMB_COM_UNLOCK_BYTE_RANGE, 0), "unlock" },
	{ KEY(SMB_COM_SET_INFORMATION2, 0), "set info" },
	{ KEY(SMB_COM_QUERY_INFORMATION2, 0), "query info" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_SET_NMPIPE_STATE), "pipe set state" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_RAW_READ_NMPIPE), "pipe raw read" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_QUERY_NMPIPE_STATE), "pipe state" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_QUERY_NMPIPE_INFO), "pipe info" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_PEEK_NMPIPE), "pipe peek" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_TRANSACT_NMPIPE), "pipe transact" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_RAW_WRITE_NMPIPE), "pipe raw write" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_READ_NMPIPE), "pipe read" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_WRITE_NMPIPE), "pipe write" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_WAIT_NMPIPE), "pipe wait" },
	{ KEY(SMB_COM_TRANSACTION, TRANS_CALL_NMPIPE), "pipe call" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_FIND_NEXT2), "search next" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_QUERY_FS_INFORMATION), "query volume" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_SET_FS_INFORMATION), "set volume" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_QUERY_PATH_INFORMATION), "query path" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_SET_PATH_INFORMATION), "set path" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_QUERY_FILE_INFORMATION), "query file" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_SET_FILE_INFORMATION), "set file" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_FSCTL), "fsctl" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_IOCTL2), "ioctl" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_FIND_NOTIFY_FIRST), "notify first" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_FIND_NOTIFY_NEXT), "notify next" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_CREATE_DIRECTORY), "create directory" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_SESSION_SETUP), "trans2 session setup" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_GET_DFS_REFERRAL), "dfs referral" },
	{ KEY(SMB_COM_TRANSACTION2, TRANS2_REPORT_DFS_INCONSISTENCY), "dfs report" },
	{ KEY(SMB_COM_FIND_CLOSE2, 0), "search close" },
	{ KEY(SMB_COM_QUERY_INFORMATION_DISK, 0), "disk space" },
	{ KEY(SMB_COM_FIND_CLOSE, 0), "search close" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_IOCTL), "ioctl" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_SET_SECURITY_DESC), "set security" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_RENAME), "rename" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_QUERY_SECURITY_DESC), "query security" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_QUERY_QUOTA), "query quota" },
	{ KEY(SMB_COM_NT_TRANSACT, NT_TRANSACT_SET_QUOTA), "set quota" },
	{ KEY(SMB_COM_NT_RENAME, SMB_NT_RENAME_SET_LINK_INFO), "hard link" },
	{ KEY(SMB_COM_NT_RENAME, SMB_NT_RENAME_RENAME_FILE), "rename" },
};
/* clang-format on */

/* [MS-SMB2] 2.2.1.2: those that have a name of their own here. */
static const SmbName labels2[] = {
	{ SMB2_FLUSH, "flush" },
	{ SMB2_IOCTL, "ioctl" },
	{ SMB2_QUERY_INFO, "query info" },
	{ SMB2_SET_INFO, "set info" },
};

/* By SMB2 that is an IOCTL: [MS-SMB2] 2.2.31. */
static bool
is_referral(const SmbOtherFacts *o)
{
	return o->function == FSCTL_DFS_GET_REFERRALS || o->function == FSCTL_DFS_GET_REFERRALS_EX;
}

/* Setting this information is an operation of its own: [MS-FSCC] 2.4.11, 2.4.26, 2.4.42. */
static const char *
change_label(const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;

	if (o->disposition & SMB_DISPOSITION_DELETE)
		return "delete";
	if (smb_text_is_empty(o->name_to))
		return NULL;
	if (x->version != 1)
		return o->function == FILE_RENAME_INFORMATION ||
				       o->function == FILE_RENAME_INFORMATION_EX
			       ? "rename"
			       : "link";
	if (!o->about)
		return NULL;
	return strstr(o->about, "Rename") ? "rename" : strstr(o->about, "Link") ? "link" : NULL;
}

const char *
out_label_of(uint8_t version, uint16_t command, int32_t function)
{
	if (version != 1)
		return smb_name_find(labels2, sizeof(labels2) / sizeof(labels2[0]), command);
	return smb_name_find(labels, sizeof(labels) / sizeof(labels[0]),
			     KEY(command, function < 0 ? 0 : (uint16_t)function));
}

bool
out_label_is_known(const char *label)
{
	static const char *const others[] = { "rpc", "mailslot", "rap", "rename", "delete", "link" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].name, label) == 0)
			return true;
	for (size_t i = 0; i < sizeof(labels2) / sizeof(labels2[0]); i++)
		if (strcmp(labels2[i].name, label) == 0)
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], label) == 0)
			return true;
	return false;
}

const char *
out_other_label(const SmbExchange *x)
{
	const SmbOtherFacts *o = &x->other;
	int32_t function = x->command == SMB_COM_NT_RENAME ? o->level : o->function;

	if (x->rpc)
		return "rpc";
	if (change_label(x))
		return change_label(x);
	if (x->version != 1 && x->command == SMB2_IOCTL && is_referral(o))
		return "dfs referral";
	if (x->version == 1 && o->mailslot)
		return "mailslot";
	if (x->version == 1 && x->command == SMB_COM_TRANSACTION && function < 0 &&
	    (o->about || o->rap))
		return "rap";
	return out_label_of(x->version, x->command, function);
}

/* ---- DCE/RPC ---- */

/* Once each: Windows asks for an interface in several transfer syntaxes. */
static void
put_interfaces(OutBuffer *b, const SmbRpcFacts *rpc)
{
	if (!rpc->called && rpc->n_interfaces)
		out_lit(b, "bind ");
	for (uint32_t i = 0; i < rpc->n_interfaces; i++) {
		const SmbRpcInterface *one = &rpc->interfaces[i];

		if (i && memcmp(one->uuid, one[-1].uuid, sizeof(one->uuid)) == 0)
			continue;
		if (i)
			out_lit(b, ", ");
		if (one->name)
			out_str(b, one->name);
		else
			out_guid(b, one->uuid);
	}
}

/* Whether the pipe's name says no more than the interface's. */
static bool
is_own_pipe(const SmbExchange *x)
{
	SmbText name = x->file ? smb_string_text(x->file->name) : (SmbText){ .bytes = { 0 } };
	const char *interface = x->rpc->n_interfaces ? x->rpc->interfaces[0].name : NULL;
	uint32_t at = 0, c;

	for (uint32_t i = 1; interface && i < x->rpc->n_interfaces; i++)
		if (x->rpc->interfaces[i].name != interface)
			return false;
	while (interface && smb_text_next(name, &at, &c)) {
		if (c == '\\' && interface == x->rpc->interfaces[0].name)
			continue;
		if (c >= 0x80 || g_ascii_tolower((char)c) != *interface++)
			return false;
	}
	return interface && at && !*interface;
}

void
out_ask_rpc(const OutLine *l)
{
	const SmbRpcFacts *rpc = l->x->rpc;
	OutBuffer *b = l->b;
	size_t start = b->len;

	if (!is_own_pipe(l->x))
		out_file_of(l);
	out_part(b, start);
	start = b->len;
	put_interfaces(b, rpc);
	if (rpc->opnum >= 0) {
		out_str(b, b->len > start ? " " : "");
		if (rpc->operation) {
			out_str(b, rpc->operation);
		} else {
			out_lit(b, "operation ");
			out_i64(b, rpc->opnum);
		}
	}
	if (b->len == start)
		out_str(b, rpc->request ? rpc->request : rpc->response);
	/* The exchange that has the last one tells of the call as well. */
	if (rpc->arguments_follow)
		out_lit(b, ", first fragment");
	if (rpc->more_calls) {
		out_lit(b, " and ");
		out_count(b, rpc->more_calls, "call more", "calls more");
	}
}

bool
out_rpc_failed(const SmbExchange *x)
{
	return smb_rpc_failed(x->rpc);
}

/* Why a bind was rejected: p_provider_reason_t, C706 12.6.3.1. */
static const char *
reason_of(const SmbRpcInterface *one)
{
	static const char *const reasons[] = { NULL, "unknown interface",
					       "unknown transfer syntaxes", "local limit" };

	return one->reason < sizeof(reasons) / sizeof(reasons[0]) ? reasons[one->reason] : NULL;
}

/* "rejected winreg (unknown interface)": what was rejected is told before what was accepted. */
static void
put_bound(OutBuffer *b, const SmbRpcFacts *rpc, SmbRpcBound what, size_t start)
{
	const char *word = what == SMB_RPC_ACCEPTED ? "accepted " : "rejected ";

	for (uint32_t i = 0; i < rpc->n_interfaces; i++) {
		const SmbRpcInterface *one = &rpc->interfaces[i];

		if (smb_rpc_bound(rpc, i) != what ||
		    (i && memcmp(one->uuid, one[-1].uuid, sizeof(one->uuid)) == 0))
			continue;
		out_part(b, start);
		out_str(b, word);
		word = "";
		if (one->name)
			out_str(b, one->name);
		else
			out_guid(b, one->uuid);
		if (what == SMB_RPC_REJECTED && reason_of(one)) {
			out_lit(b, " (");
			out_str(b, reason_of(one));
			out_char(b, ')');
		}
	}
}

/* What a call of Windows returns is an error of Windows, or an NT status: [MS-ERREF] 2.2, 2.3. */
static void
put_result(OutBuffer *b, uint32_t result)
{
	enum { WINDOWS_ERRORS = 0x10000 };
	const char *name = result < WINDOWS_ERRORS ? smb_rap_status_name(result)
						   : smb_nt_status_name(result);

	out_lit(b, "returned ");
	out_str(b, name ? name : "0x");
	if (!name)
		out_hex(b, result, 8);
}

void
out_part_rpc(const OutLine *l, size_t start)
{
	const SmbRpcFacts *rpc = l->x->rpc;
	const char *name;

	if (!rpc)
		return;
	if (rpc->fault) {
		name = smb_rpc_fault_name(rpc->fault);
		out_part(l->b, start);
		out_lit(l->b, "fault ");
		out_str(l->b, name ? name : "0x");
		if (!name)
			out_hex(l->b, rpc->fault, 8);
	} else if (smb_rpc_is_refused_bind(rpc)) {
		out_part(l->b, start);
		out_lit(l->b, "bind refused");
	} else if (smb_rpc_is_bind(rpc)) {
		put_bound(l->b, rpc, SMB_RPC_REJECTED, start);
		put_bound(l->b, rpc, SMB_RPC_ACCEPTED, start);
	} else if (rpc->operation && rpc->has_result && rpc->result) {
		out_part(l->b, start);
		put_result(l->b, rpc->result);
	}
}

/* ---- Requests ---- */

/*
 * What a transaction is done to: the file of its FID or the name in it. "\\PIPE\\" says less than
 * the pipe's own name.
 */
static void
put_object(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;
	bool pipe = l->x->version == 1 && l->x->command == SMB_COM_TRANSACTION && !o->mailslot;

	if (pipe && l->x->has_fid)
		out_file_of(l);
	else if (!smb_text_is_empty(o->name) && !(pipe && o->about))
		out_part_name(l, o->name);
	else if (l->x->has_fid || l->x->compound_file.bytes.ptr)
		out_file_of(l);
}

/* Of a search the pattern is enough; a rename, a deletion or a referral is the step itself. */
static void
put_about(const OutLine *l, size_t start)
{
	const SmbOtherFacts *o = &l->x->other;
	bool referral = l->x->version != 1 && l->x->command == SMB2_IOCTL && is_referral(o);

	if (l->x->step == SMB_STEP_SEARCH || change_label(l->x) || referral)
		return;
	if (o->about) {
		out_part(l->b, start);
		out_str(l->b, o->about);
	} else if (o->function_name && !out_other_label(l->x)) {
		out_part(l->b, start);
		out_str(l->b, o->function_name);
	}
}

void
out_ask_other(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;
	size_t start = l->b->len;

	if (l->x->rpc) {
		out_ask_rpc(l);
		return;
	}
	put_object(l);
	if (!smb_text_is_empty(o->name_to)) {
		out_lit(l->b, " to ");
		out_text(l->b, o->name_to);
	}
	if (o->disposition && !(o->disposition & SMB_DISPOSITION_DELETE))
		out_lit(l->b, ", not to be deleted");
	if (l->at && (o->disposition || !smb_text_is_empty(o->name_to)))
		l->at->keep = true;
	put_about(l, start);
}

void
out_ask_echo(const OutLine *l)
{
	if (l->x->version == 1) /* SMB2 always answers once */
		out_count(l->b, l->x->other.count, "reply", "replies");
}

void
out_ask_cancel(const OutLine *l)
{
	out_lit(l->b, "the request with mid ");
	out_u64(l->b, l->x->other.target_mid);
	if (!l->x->other.target_frame)
		return;
	out_lit(l->b, " in frame ");
	out_u64(l->b, l->x->other.target_frame);
}

static void
put_lease_state(OutBuffer *b, uint32_t state)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} bits[] = { { SMB_LEASE_READ, "read" },
		     { SMB_LEASE_HANDLE, "handle" },
		     { SMB_LEASE_WRITE, "write" } };
	size_t start = b->len;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		if (!(state & bits[i].bit))
			continue;
		if (b->len > start)
			out_char(b, '+');
		out_str(b, bits[i].word);
	}
	out_str(b, b->len > start ? " caching" : "nothing");
}

void
out_ask_break(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;
	size_t start = l->b->len;

	if (!o->lease || l->x->has_fid) {
		out_file_of(l);
	} else if (!o->name.bytes.ptr) {
		out_lit(l->b, "lease ");
		out_hex_bytes(l->b, o->lease_key, sizeof(o->lease_key));
	} else if (smb_text_is_empty(o->name)) {
		out_char(l->b, '\\');
	} else {
		out_part_name(l, o->name);
	}
	if (!o->lease && !o->oplock)
		return;
	out_part(l->b, start);
	out_lit(l->b, "to ");
	if (o->lease) {
		put_lease_state(l->b, o->lease_state);
	} else {
		out_str(l->b, "level ");
		out_str(l->b, o->oplock);
	}
}

/* ---- Responses ---- */

void
out_answer_break(const OutLine *l)
{
	static const char *const words[] = { [SMB_BROKEN_NOT] = "ok",
					     [SMB_BROKEN_ACKNOWLEDGED] = "acknowledged",
					     [SMB_BROKEN_CLOSED] = "file closed" };

	out_str(l->b, words[l->x->other.broken]);
}

void
out_answer_notify(const OutLine *l)
{
	out_lit(l->b, "something changed");
}

void
out_answer_search(const OutLine *l)
{
	if (l->x->other.count)
		out_count(l->b, l->x->other.count, "entry", "entries");
	else
		out_lit(l->b, "ok");
}

/* RAP has its own status, independent of the SMB status. */
static void
put_rap(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;
	const char *name = smb_rap_status_name(o->rap_status);
	size_t start = l->b->len;

	if (o->count)
		out_count(l->b, o->count, "entry", "entries");
	if (!o->rap_status && o->count)
		return;
	out_part(l->b, start);
	if (!o->rap_status) {
		out_lit(l->b, "ok");
	} else if (name) {
		out_str(l->b, name);
	} else {
		out_lit(l->b, "error ");
		out_u64(l->b, o->rap_status);
	}
}

/* Where a DFS name really is: [MS-DFSC] 2.2.5. */
static void
put_referral(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;

	out_text(l->b, o->target);
	if (o->count > 1) {
		out_lit(l->b, " and ");
		out_u64(l->b, o->count - 1);
		out_lit(l->b, " more");
	}
}

/* "4096 bytes from old.txt" */
static void
put_copy(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;

	out_bytes(l->b, o->count);
	out_lit(l->b, " copied");
	if (smb_text_is_empty(o->target))
		return;
	out_lit(l->b, " from ");
	out_text(l->b, o->target);
}

void
out_answer_ok(const OutLine *l)
{
	size_t start = l->b->len;

	if (l->x->step == SMB_STEP_TRANSACTION && l->x->other.rap) {
		put_rap(l);
		return;
	}
	if (out_is_copy(l->x))
		put_copy(l);
	else if (!smb_text_is_empty(l->x->other.target))
		put_referral(l);
	out_part_rpc(l, start);
	if (l->b->len == start)
		out_lit(l->b, "ok");
}
