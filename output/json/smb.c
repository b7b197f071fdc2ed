/* SPDX-License-Identifier: BSD-3-Clause */
/* The object `smb` of an exchange; what it has of its step is in smb-facts.c. */
#include "output/base/commands.h"
#include "output/json/records.h"

/* "SMB1_COMMAND_TREE_CONNECT_ANDX" as EVE writes it; unassigned codes by their number. */
static void
put_command(OutBuffer *b, const SmbExchange *x)
{
	const char *name = out_command_eve_name(x->version, x->command);

	out_key(b, "command");
	out_str(b, x->version == 1 ? "\"SMB1_COMMAND_" : "\"SMB2_COMMAND_");
	if (name) {
		out_str(b, name);
	} else {
		out_lit(b, "0x");
		out_hex(b, x->command, 2);
	}
	out_char(b, '"');
}

static void
put_dialect(OutBuffer *b, const SmbConnectionInfo *info)
{
	if (!info->dialect && b->eve)
		return;
	out_key(b, "dialect");
	out_json_string_or_null(b, info->dialect);
}

static void
put_status(OutBuffer *b, const SmbExchange *x)
{
	if (!x->has_status && b->eve)
		return;
	out_key(b, "status");
	if (!x->has_status) {
		out_lit(b, "null,\"status_code\":null");
		return;
	}
	out_char(b, '"');
	out_status(b, x->status);
	out_lit(b, "\",\"status_code\":\"0x");
	out_hex(b, x->status.value, 1);
	out_char(b, '"');
}

static void
put_rtt(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	bool both = x->request.frame && x->response.frame;
	bool several = fold && fold->requests > 1;
	bool backwards = !several && x->response.time_ns < x->request.time_ns;

	out_key(b, "rtt");
	if (!both || backwards)
		out_lit(b, "null");
	else if (fold)
		out_fixed(b, fold->answer_ns / fold->requests, 9);
	else if (x->response.time_ns > x->request.time_ns)
		out_fixed(b, x->response.time_ns - x->request.time_ns, 9);
	else
		out_char(b, '0');
}

static void
put_ids(OutBuffer *b, const SmbExchange *x)
{
	if (b->eve) {
		out_key(b, "session_id");
		out_u64(b, x->uid);
	} else {
		out_key_u64(b, "session_id", x->uid);
	}
	out_key_u64(b, "tree_id", x->tid);
	out_key_u64(b, "uid", x->uid);
	out_key_u64(b, "tid", x->tid);
	out_key_u64(b, "mid", x->mid);
	if (x->version == 1)
		out_key_u64(b, "pid", x->pid);
	if (!x->has_fid)
		return;
	out_key_u64(b, "fid", x->fid);
	if (x->version == 1)
		return;
	out_key(b, "fuid");
	out_char(b, '"');
	out_file_id(b, x->fid_persistent, x->fid);
	out_char(b, '"');
}

static void
put_share(OutBuffer *b, const SmbTree *tree)
{
	if (!tree)
		return;
	if (tree->path)
		out_key_string(b, "share", tree->path);
	if (tree->path && tree->type == SMB_SHARE_PIPE)
		out_key_string(b, "named_pipe", tree->path);
	if (tree->type != SMB_SHARE_UNKNOWN)
		out_key_str(b, "share_type", out_share_type(tree->type));
}

static void
put_rpc_interface(OutBuffer *b, const SmbRpcInterface *interface, bool bound)
{
	out_json_comma(b);
	out_lit(b, "{\"uuid\":\"");
	out_guid(b, interface->uuid);
	out_lit(b, "\",\"version\":\"");
	out_u64(b, interface->version);
	out_char(b, '.');
	out_u64(b, interface->version_minor);
	out_char(b, '"');
	if (interface->name)
		out_key_str(b, "name", interface->name);
	if (bound && interface->answered) {
		out_key_u64(b, "ack_result", interface->result);
		out_key_u64(b, "ack_reason", interface->reason);
	}
	out_char(b, '}');
}

static void
put_rpc_call(OutBuffer *b, const SmbRpcFacts *rpc)
{
	if (rpc->called && rpc->interface)
		out_key_str(b, "interface", rpc->interface);
	if (rpc->opnum >= 0)
		out_key_u64(b, "opnum", (uint32_t)rpc->opnum);
	if (rpc->operation)
		out_key_str(b, "operation", rpc->operation);
	if (rpc->arguments_follow)
		out_key_bool(b, "arguments_follow", true);
	if (rpc->more_calls)
		out_key_u64(b, "more_calls", rpc->more_calls);
	if (rpc->operation && rpc->has_result && rpc->result) {
		out_lit(b, ",\"result\":\"0x");
		out_hex(b, rpc->result, 8);
		out_char(b, '"');
	}
	if (!rpc->fault)
		return;
	out_lit(b, ",\"fault\":\"0x");
	out_hex(b, rpc->fault, 8);
	out_char(b, '"');
}

/* DCE/RPC on a pipe, with EVE's keys; interface, operation and fault are ours. */
static void
put_rpc(OutBuffer *b, const SmbRpcFacts *rpc)
{
	out_key(b, "dcerpc");
	out_char(b, '{');
	if (rpc->request)
		out_key_str(b, "request", rpc->request);
	if (rpc->response)
		out_key_str(b, "response", rpc->response);
	put_rpc_call(b, rpc);
	if (rpc->n_interfaces) {
		out_key(b, "interfaces");
		out_char(b, '[');
		for (uint32_t i = 0; i < rpc->n_interfaces; i++)
			put_rpc_interface(b, &rpc->interfaces[i], !rpc->called);
		out_char(b, ']');
	}
	out_key_u64(b, "call_id", rpc->call_id);
	out_char(b, '}');
}

static void
put_frames(OutBuffer *b, const SmbExchange *x, const OutFold *fold)
{
	uint64_t last = fold ? fold->last.frame : x->response.frame;

	out_key(b, "frame_request");
	out_json_i64_or_null(b, x->request.frame != 0, (int64_t)x->request.frame);
	out_key(b, "frame_response");
	out_json_i64_or_null(b, last != 0, (int64_t)last);
}

/* What keys showed; without them nothing. */
static void
put_protection(OutBuffer *b, const SmbExchange *x)
{
	if (x->decrypted)
		out_key_bool(b, "decrypted", true);
	if (x->signature)
		out_key_str(b, "signature", smb_signature_name(x->signature));
}

void
out_smb_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x, const OutFold *fold,
	     uint64_t id)
{
	put_frames(b, x, fold);
	out_lit(b, ",\"smb\":{\"id\":");
	out_u64(b, id);
	out_key_u64(b, "version", info->version == 3 && x->version == 2 ? 3 : x->version);
	out_key_str(b, "step", smb_step_name(x->step));
	put_command(b, x);
	put_dialect(b, info);
	put_status(b, x);
	put_rtt(b, x, fold);
	put_ids(b, x);
	if (x->chain_length > 1) {
		out_key_u64(b, "chain_index", x->chain_index);
		out_key_u64(b, "chain_length", x->chain_length);
	}
	if (x->expected)
		out_key_bool(b, "expected", true);
	if (x->answer != SMB_ANSWER_GIVEN)
		out_key_str(b, "answer", smb_answer_name(x->answer));
	if (x->not_executed)
		out_key_bool(b, "not_executed", true);
	put_protection(b, x);
	if (fold && fold->requests > 1 && x->step != SMB_STEP_READ && x->step != SMB_STEP_WRITE)
		out_key_u64(b, "requests", fold->requests);
	if (x->from_server)
		out_key_bool(b, "from_server", true);
	put_share(b, x->tree);
	out_smb_facts_json(b, info, x, fold);
	if (x->rpc)
		put_rpc(b, x->rpc);
	if (x->anomalies) {
		out_key(b, "anomalies");
		out_json_anomalies(b, x->anomalies);
	}
	out_char(b, '}');
}
