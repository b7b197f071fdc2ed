/* SPDX-License-Identifier: BSD-3-Clause */
/* What an exchange does to shares, files and pipes, as SMB Activity has it. */
#include "output/views/ocsf-activity.h"

#include "dissect/wire/codes.h"

enum { SUPERSEDE = 1, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF };

/* OpenMode ([MS-CIFS] 2.2.4.41.1): what is done with a file that is there, and without one. */
static unsigned
activity_of_mode(uint32_t mode)
{
	static const uint8_t activities[2][4] = { { OCSF_OTHER, OPEN, OVERWRITE },
						  { CREATE, OPEN_IF, OVERWRITE_IF } };
	enum { EXISTS = 3, CREATES = 0x10 };
	unsigned activity = activities[(mode & CREATES) != 0][mode & EXISTS];

	return activity ? activity : OCSF_OTHER;
}

/* Commands of SMB1 from before NT; [MS-CIFS] 2.2.4.3, 2.2.4.4, 2.2.4.16. */
static unsigned
activity_of_core(const SmbExchange *x)
{
	switch (x->command) {
	case SMB_COM_OPEN:
		return OPEN;
	case SMB_COM_CREATE:
		return OVERWRITE_IF;
	case SMB_COM_CREATE_NEW:
	case SMB_COM_CREATE_TEMPORARY:
		return CREATE;
	case SMB_COM_OPEN_ANDX:
	case SMB_COM_TRANSACTION2:
		return activity_of_mode(x->open.disposition);
	default:
		return OCSF_OTHER; /* a print file */
	}
}

/* CreateDisposition ([MS-SMB2] 2.2.13) is in the order of the schema, which begins with 1. */
unsigned
ocsf_activity(const SmbExchange *x)
{
	if (x->step != SMB_STEP_OPEN || !x->request.frame)
		return OCSF_OTHER;
	if (!x->open.nt)
		return activity_of_core(x);
	return x->open.disposition < OVERWRITE_IF ? x->open.disposition + SUPERSEDE : OCSF_OTHER;
}

static unsigned
file_type(const SmbExchange *x, bool sized)
{
	enum { UNKNOWN = 0, REGULAR = 1, FOLDER = 2, PIPE = 6 };

	if (!out_view_is_file(x))
		return PIPE;
	if (out_view_is_directory(x))
		return FOLDER;
	return sized ? REGULAR : UNKNOWN;
}

/* The share itself has the name of the share. */
static void
put_file(OutBuffer *b, const SmbExchange *x)
{
	SmbText name = out_view_name(x), base;
	SmbText share = x->tree ? smb_string_text(x->tree->path) : (SmbText){ 0 };
	uint64_t size;
	bool sized = out_view_size_now(x, &size);

	if (out_view_deed(x) == OUT_DEED_NONE && !x->file)
		return;
	if (smb_text_is_empty(name) && smb_text_is_empty(share))
		return;
	base = out_view_parts(name).base;
	out_lit(b, ",\"file\":{\"name\":");
	out_text_json(b, smb_text_is_empty(base) ? share : base);
	out_lit(b, ",\"path\":");
	out_view_path_json(b, share, name);
	out_key_u64(b, "type_id", file_type(x, sized));
	if (sized)
		out_view_number(b, "size", size);
	out_char(b, '}');
}

static void
put_tree(OutBuffer *b, const SmbExchange *x)
{
	static const char *const types[] = {
		[SMB_SHARE_UNKNOWN] = "\"Unknown\",\"share_type_id\":0",
		[SMB_SHARE_DISK] = "\"File\",\"share_type_id\":1",
		[SMB_SHARE_PIPE] = "\"Pipe\",\"share_type_id\":2",
		[SMB_SHARE_PRINTER] = "\"Print\",\"share_type_id\":3",
		[SMB_SHARE_COMM] = "\"COMM\",\"share_type_id\":99",
	};
	bool asks = x->step == SMB_STEP_TREE_CONNECT;

	if (x->tree && x->tree->path)
		out_view_text(b, "share", smb_string_text(x->tree->path));
	else if (asks)
		out_view_text(b, "share", x->tree_connect.path);
	if (!x->tree)
		return;
	out_lit(b, ",\"share_type\":");
	out_str(b, types[x->tree->type]);
	out_lit(b, ",\"tree_uid\":\"");
	out_u64(b, x->tid);
	out_char(b, '"');
}

static void
put_dialects(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_lit(b, ",\"client_dialects\":");
	out_json_dialects_again(b, info);
}

/* The schema wants flags of the PDU, which are not kept. */
static void
put_rpc(OutBuffer *b, const SmbRpcFacts *rpc)
{
	const SmbRpcInterface *interface = &rpc->interfaces[0];

	if (!rpc->n_interfaces)
		return;
	out_lit(b, ",\"dce_rpc\":{\"flags\":[],\"rpc_interface\":{\"uuid\":\"");
	out_guid(b, interface->uuid);
	out_lit(b, "\",\"version\":\"");
	out_u64(b, interface->version);
	out_char(b, '.');
	out_u64(b, interface->version_minor);
	out_char(b, '"');
	if (!rpc->called && interface->answered) {
		out_key_u64(b, "ack_result", interface->result);
		out_key_u64(b, "ack_reason", interface->reason);
	}
	out_char(b, '}');
	out_view_word(b, "command", rpc->request);
	out_view_word(b, "command_response", rpc->response);
	if (rpc->opnum >= 0)
		out_view_number(b, "opnum", (uint64_t)rpc->opnum);
	out_char(b, '}');
}

void
ocsf_activity_put(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x)
{
	out_lit(b, ",\"command\":");
	out_view_command(b, x);
	out_view_text(b, "dialect", smb_string_text(info->dialect));
	if (x->step == SMB_STEP_NEGOTIATE)
		put_dialects(b, info);
	put_tree(b, x);
	put_file(b, x);
	if (x->step == SMB_STEP_OPEN && x->request.frame)
		out_key_str(b, "open_type",
			    out_view_deletes_on_close(x) ? "delete on close" : "normal");
	if (x->has_status) {
		out_lit(b, ",\"response\":{\"message\":\"");
		out_status(b, x->status);
		out_lit(b, "\"}");
	}
	if (x->rpc)
		put_rpc(b, x->rpc);
}
