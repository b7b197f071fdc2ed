/* SPDX-License-Identifier: BSD-3-Clause */
/* The columns of transactions, and of every step without its own file. */
#include "output/text/timeline.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

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
	static const char *const others[] = { "rpc", "mailslot", "rap" };

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

void
out_rpc(const OutLine *l, size_t start)
{
	const SmbRpcFacts *rpc = l->x->rpc;
	OutBuffer *b = l->b;

	if (!rpc)
		return;
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
	if (rpc->more_calls) {
		out_lit(b, " and ");
		out_count(b, rpc->more_calls, "call more", "calls more");
	}
}

void
out_part_fault(const OutLine *l, size_t start)
{
	if (!l->x->rpc || !l->x->rpc->fault)
		return;
	out_part(l->b, start);
	out_lit(l->b, "fault 0x");
	out_hex(l->b, l->x->rpc->fault, 8);
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
		out_text(l->b, o->name);
	else if (l->x->has_fid)
		out_file_of(l);
}

void
out_ask_other(const OutLine *l)
{
	const SmbOtherFacts *o = &l->x->other;
	size_t start = l->b->len;

	put_object(l);
	if (!smb_text_is_empty(o->name_to)) {
		out_lit(l->b, " to ");
		out_text(l->b, o->name_to);
	}
	if (o->disposition)
		out_str(l->b, o->disposition & SMB_DISPOSITION_DELETE ? ", to be deleted"
								      : ", not to be deleted");
	/* Of a search the pattern is enough. */
	if (l->x->step == SMB_STEP_SEARCH) {
		return;
	} else if (o->about) {
		out_part(l->b, start);
		out_str(l->b, o->about);
	} else if (o->function_name && !out_other_label(l->x)) {
		out_part(l->b, start);
		out_str(l->b, o->function_name);
	}
	out_rpc(l, start);
}

void
out_ask_echo(const OutLine *l)
{
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

	if (o->lease && !l->x->has_fid) {
		out_lit(l->b, "lease ");
		out_hex_bytes(l->b, o->lease_key, sizeof(o->lease_key));
	} else {
		out_file_of(l);
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

/* What became of a bind: the server accepts or rejects each interface. */
static void
put_bound(const OutLine *l)
{
	const SmbRpcFacts *rpc = l->x->rpc;
	uint32_t answered = 0, accepted = 0;

	for (uint32_t i = 0; i < rpc->n_interfaces; i++) {
		answered += rpc->interfaces[i].answered;
		accepted += rpc->interfaces[i].answered && rpc->interfaces[i].result == 0;
	}
	if (!answered) {
		out_lit(l->b, "ok");
	} else if (accepted == 0 || accepted == answered) {
		out_str(l->b, accepted ? "accepted" : "rejected");
	} else {
		out_u64(l->b, accepted);
		out_lit(l->b, " of ");
		out_u64(l->b, answered);
		out_lit(l->b, " accepted");
	}
}

void
out_answer_ok(const OutLine *l)
{
	size_t start = l->b->len;

	if (l->x->step == SMB_STEP_TRANSACTION && l->x->other.rap) {
		put_rap(l);
		return;
	}
	if (l->x->rpc && !l->x->rpc->called && l->x->rpc->n_interfaces)
		put_bound(l);
	else
		out_lit(l->b, "ok");
	out_part_fault(l, start);
}
