/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The timeline as Zeek's logs: each command in smb_cmd, opens, reads, writes, deletions and renames
 * in smb_files, trees in smb_mapping, logons in ntlm, connections in conn. Where Zeek logs by a rule
 * of its own that leaves something out, that rule is followed in smb_files (its
 * logged_file_actions; and the first read and write of each open), but not in smb_cmd, which has
 * every command.
 */
#include <glib.h>
#include <string.h>

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"
#include "output/base/end.h"
#include "output/views/lost.h"
#include "output/views/zeek-conn.h"
#include "output/views/zeek-ids.h"
#include "output/views/zeek-log.h"

/* ---- Columns that several logs have ---- */

static bool
is_ip(const SmbConnectionInfo *info)
{
	return info->ends.family == 4 || info->ends.family == 6;
}

static void
zeek_address(ZeekRow *row, const SmbConnectionInfo *info, const uint8_t *address, uint16_t port)
{
	if (!is_ip(info)) { /* Zeek has no type for it */
		zeek_none(row, 2);
		return;
	}
	zeek_open(row);
	if (!row->tsv)
		out_char(row->b, '"');
	out_address(row->b, info->ends.family, address);
	if (!row->tsv)
		out_char(row->b, '"');
	zeek_count(row, port);
}

/* uid and id */
static void
zeek_ends(OutView *self, ZeekRow *row, OutConn *conn)
{
	const SmbConnectionInfo *info = conn->info;

	zeek_open(row);
	if (!row->tsv)
		out_char(row->b, '"');
	out_view_put_ends(self, row->b, conn);
	if (!row->tsv)
		out_char(row->b, '"');
	zeek_address(row, info, info->ends.client, info->ends.client_port);
	zeek_address(row, info, info->ends.server, info->ends.server_port);
}

static void
begin(OutView *self, ZeekRow *row, OutConn *conn, ZeekLog log, uint64_t ts, uint64_t sorted_by)
{
	OutBuffer *b = out_view_begin(self, conn, sorted_by);

	zeek_row_begin(row, log, self->tsv, b, &self->scratch);
	zeek_time(row, ts);
	zeek_ends(self, row, conn);
}

static void
end(OutView *self, ZeekRow *row)
{
	(void)out_view_cut(self, row->b);
	zeek_row_end(row);
	out_view_record(self);
}

/* ---- Files ---- */

typedef enum { SUBJECT_FILE, SUBJECT_PIPE, SUBJECT_PRINT } Subject;

static Subject
subject_of(const SmbExchange *x)
{
	if (x->tree && x->tree->type == SMB_SHARE_PRINTER)
		return SUBJECT_PRINT;
	return out_view_is_file(x) ? SUBJECT_FILE : SUBJECT_PIPE;
}

static const char *
action_of(const SmbExchange *x)
{
	static const char *const names[][SUBJECT_PRINT + 1] = {
		[OUT_DEED_NONE] = { NULL, NULL, NULL },
		[OUT_DEED_OPEN] = { "SMB::FILE_OPEN", "SMB::PIPE_OPEN", "SMB::PRINT_OPEN" },
		[OUT_DEED_READ] = { "SMB::FILE_READ", "SMB::PIPE_READ", "SMB::PRINT_READ" },
		[OUT_DEED_WRITE] = { "SMB::FILE_WRITE", "SMB::PIPE_WRITE", "SMB::PRINT_WRITE" },
		[OUT_DEED_CLOSE] = { "SMB::FILE_CLOSE", "SMB::PIPE_CLOSE", "SMB::PRINT_CLOSE" },
		[OUT_DEED_DELETE] = { "SMB::FILE_DELETE", "SMB::FILE_DELETE", "SMB::FILE_DELETE" },
		[OUT_DEED_RENAME] = { "SMB::FILE_RENAME", "SMB::FILE_RENAME", "SMB::FILE_RENAME" },
		[OUT_DEED_SET] = { "SMB::FILE_SET_ATTRIBUTE", "SMB::FILE_SET_ATTRIBUTE",
				   "SMB::FILE_SET_ATTRIBUTE" },
		[OUT_DEED_MAKE] = { NULL, NULL, NULL },
	};

	return names[out_view_deed(x)][subject_of(x)];
}

/* When the file was first seen, as Zeek has it: not when this was done to it. */
static uint64_t
file_time(const SmbExchange *x)
{
	return x->file && x->file->opened.frame && x->step != SMB_STEP_OPEN
		       ? x->file->opened.time_ns
		       : out_view_time(x);
}

static void
zeek_file_name(ZeekRow *row, const SmbExchange *x, SmbText name)
{
	if (smb_text_is_empty(name) && out_view_deed(x) == OUT_DEED_OPEN && x->request.frame)
		zeek_word(row, "<share_root>");
	else
		zeek_text(row, name);
}

static void
zeek_fuid(ZeekRow *row, const OutConn *conn, const SmbExchange *x)
{
	if (!x->file || !x->file->name || x->file->directory || subject_of(x) != SUBJECT_FILE) {
		zeek_none(row, 1);
		return;
	}
	zeek_open(row);
	out_str(row->b, row->tsv ? "" : "\"");
	zeek_put_fuid(row->b, conn->info, x);
	out_str(row->b, row->tsv ? "" : "\"");
}

/* From fuid on. */
static void
zeek_file(ZeekRow *row, const OutConn *conn, const SmbExchange *x, const char *action)
{
	SmbText name = out_view_name(x);
	bool renames = out_view_deed(x) == OUT_DEED_RENAME;
	uint64_t size;

	zeek_fuid(row, conn, x);
	zeek_word(row, action);
	zeek_text(row, x->tree ? smb_string_text(x->tree->path) : (SmbText){ 0 });
	if (renames)
		zeek_text(row, x->other.name_to);
	else
		zeek_file_name(row, x, name);
	if (out_view_size(x, &size))
		zeek_count(row, size);
	else
		zeek_none(row, 1);
	zeek_text(row, renames ? name : (SmbText){ 0 });
	if (x->step == SMB_STEP_OPEN)
		zeek_file_times(row, &x->open.times);
	else if (x->file)
		zeek_file_times(row, &x->file->times);
	else
		zeek_none(row, 4);
}

static void
put_file(OutView *self, OutConn *conn, const SmbExchange *x, const char *action)
{
	ZeekRow row;

	begin(self, &row, conn, ZEEK_SMB_FILES, file_time(x), out_view_time(x));
	zeek_file(&row, conn, x, action);
	end(self, &row);
}

/* The first read, or write, since the file was opened. */
static bool
is_first(const SmbExchange *x)
{
	if (!x->file)
		return false;
	return x->step == SMB_STEP_READ ? x->file->reads == 1 : x->file->writes == 1;
}

static bool
is_logged(const SmbExchange *x)
{
	Subject subject = subject_of(x);

	switch (out_view_deed(x)) {
	case OUT_DEED_OPEN:
		return subject != SUBJECT_PIPE;
	case OUT_DEED_READ:
	case OUT_DEED_WRITE:
		return subject != SUBJECT_PIPE && is_first(x);
	case OUT_DEED_CLOSE:
		return subject == SUBJECT_PRINT;
	case OUT_DEED_DELETE:
	case OUT_DEED_RENAME:
		return true;
	default:
		return false;
	}
}

static void
put_files(OutView *self, OutConn *conn, const SmbExchange *x)
{
	if (!out_view_succeeded(x))
		return;
	if (is_logged(x))
		put_file(self, conn, x, action_of(x));
	if (out_view_deletes_on_close(x) && subject_of(x) != SUBJECT_PIPE)
		put_file(self, conn, x, "SMB::FILE_DELETE");
}

/* ---- Commands ---- */

static const char *
without(const char *name, const char *prefix)
{
	return name && g_str_has_prefix(name, prefix) ? name + strlen(prefix) : name;
}

/* The only ones that Zeek calls otherwise than the specification. */
static const char *
command_name(const SmbExchange *x)
{
	if (x->version == 2)
		return x->command == SMB2_NEGOTIATE
			       ? "NEGOTIATE_PROTOCOL"
			       : without(smb2_command_name(x->command), "SMB2_");
	switch (x->command) {
	case SMB_COM_FIND_NOTIFY_CLOSE:
		return "FIND_NOTIFY_CLOSE";
	default:
		return without(smb1_command_name((uint8_t)x->command), "SMB_COM_");
	}
}

static void
zeek_command(ZeekRow *row, const SmbExchange *x)
{
	const char *name = command_name(x);

	if (name) {
		zeek_word(row, name);
		return;
	}
	zeek_open(row);
	out_str(row->b, row->tsv ? "unknown-" : "\"unknown-");
	out_u64(row->b, x->command);
	if (!row->tsv)
		out_char(row->b, '"');
}

static const char *
sub_command(const SmbExchange *x)
{
	const SmbOtherFacts *other = smb_exchange_other(x);
	const char *name = other ? other->function_name : NULL;

	return without(without(without(name, "TRANS2_"), "NT_TRANSACT_"), "TRANS_");
}

/* "SMB 3.1.1" is "3.1.1" there. */
static SmbText
dialect_of(const SmbExchange *x)
{
	static const char prefix[] = "SMB ";
	enum { LENGTH = sizeof(prefix) - 1 };
	SmbText dialect = x->negotiate.dialect;

	if (x->version == 2 && dialect.bytes.len > LENGTH &&
	    memcmp(dialect.bytes.ptr, prefix, LENGTH) == 0)
		dialect.bytes = (SmbSpan){ dialect.bytes.ptr + LENGTH, dialect.bytes.len - LENGTH };
	return dialect;
}

static SmbText
argument_of(const SmbExchange *x)
{
	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		return dialect_of(x);
	case SMB_STEP_TREE_CONNECT:
		return x->tree_connect.path;
	default:
		return out_view_name(x);
	}
}

/* Without "STATUS_" or "ERRDOS/ERR"; "unknown-5" if it has no name. */
static void
zeek_status(ZeekRow *row, const SmbExchange *x)
{
	OutBuffer *b = row->b, *name = row->scratch;
	const char *word, *class;

	if (!x->has_status) {
		zeek_none(row, 1);
		return;
	}
	name->len = 0;
	out_status(name, x->status);
	out_char(name, '\0');
	word = without(name->data, "STATUS_");
	class = strchr(word, '/');
	if (class)
		word = without(class + 1, "ERR");
	zeek_open(row);
	if (!row->tsv)
		out_char(b, '"');
	if (g_str_has_prefix(word, "0x") || g_str_has_prefix(word, "code 0x")) {
		out_lit(b, "unknown-");
		out_u64(b, x->status.value);
	} else {
		out_str(b, word);
	}
	if (!row->tsv)
		out_char(b, '"');
}

/* The service of a tree as SMB1 spells it. */
static const char *
service_of(const SmbExchange *x)
{
	static const char *const names[] = { [SMB_SHARE_DISK] = "A:",
					     [SMB_SHARE_PRINTER] = "LPT1:",
					     [SMB_SHARE_PIPE] = "IPC",
					     [SMB_SHARE_COMM] = "COMM" };

	return x->version == 1 && x->tree ? names[x->tree->type] : NULL;
}

static void
zeek_rtt(ZeekRow *row, const SmbExchange *x)
{
	if (out_view_has_rtt(x, NULL))
		zeek_time(row, out_view_rtt(x, NULL));
	else
		zeek_none(row, 1);
}

static void
put_command(OutView *self, OutConn *conn, const SmbExchange *x)
{
	const SmbAuth *user = out_view_user(conn->info, x);
	ZeekRow row;

	begin(self, &row, conn, ZEEK_SMB_CMD, out_view_time(x), out_view_time(x));
	zeek_command(&row, x);
	zeek_word(&row, sub_command(x));
	zeek_text(&row, argument_of(x));
	zeek_status(&row, x);
	zeek_rtt(&row, x);
	zeek_word(&row, x->version == 1 ? "SMB1" : "SMB2");
	zeek_text(&row, user ? smb_string_text(user->account) : (SmbText){ 0 });
	zeek_text(&row, x->tree ? smb_string_text(x->tree->path) : (SmbText){ 0 });
	zeek_word(&row, service_of(x));
	if (x->file || out_view_deed(x) != OUT_DEED_NONE) {
		zeek_time(&row, file_time(x));
		zeek_ends(self, &row, conn);
		zeek_file(&row, conn, x, action_of(x));
	} else {
		zeek_none(&row, 16);
	}
	end(self, &row);
}

/* ---- Trees and logons ---- */

/* Zeek's words for a type: it takes what it does not know for a disk. */
static const char *
share_type(const SmbExchange *x)
{
	static const char *const names[] = { [SMB_SHARE_DISK] = "DISK",
					     [SMB_SHARE_PRINTER] = "PRINT",
					     [SMB_SHARE_PIPE] = "PIPE",
					     [SMB_SHARE_COMM] = "COMM" };

	return x->tree ? names[x->tree->type] : NULL;
}

static void
put_mapping(OutView *self, OutConn *conn, const SmbExchange *x)
{
	const SmbTreeFacts *t = &x->tree_connect;
	ZeekRow row;

	begin(self, &row, conn, ZEEK_SMB_MAPPING, out_view_time(x), out_view_time(x));
	zeek_text(&row, x->tree && x->tree->path ? smb_string_text(x->tree->path) : t->path);
	/* SMB2 has no service. */
	zeek_text(&row, x->version == 1 ? t->service_back : (SmbText){ 0 });
	zeek_text(&row, t->native_fs);
	zeek_word(&row, share_type(x));
	end(self, &row);
}

static void
put_ntlm(OutView *self, OutConn *conn, const SmbAuth *auth)
{
	const SmbConnectionInfo *info = conn->info;
	uint64_t time_ns = auth->request.frame ? auth->request.time_ns : auth->response.time_ns;
	ZeekRow row;

	begin(self, &row, conn, ZEEK_NTLM, time_ns, time_ns);
	zeek_text(&row, smb_string_text(auth->account));
	zeek_text(&row, smb_string_text(auth->host));
	zeek_text(&row, smb_string_text(auth->domain));
	zeek_text(&row, auth->challenged ? smb_string_text(info->server_name) : (SmbText){ 0 });
	zeek_text(&row, auth->challenged ? smb_string_text(info->server_dns) : (SmbText){ 0 });
	zeek_none(&row, 1);
	if (auth->result == SMB_RESULT_ACCEPTED || auth->result == SMB_RESULT_REFUSED)
		zeek_bool(&row, auth->result == SMB_RESULT_ACCEPTED);
	else
		zeek_none(&row, 1);
	end(self, &row);
}

static bool
is_ntlmssp(const SmbAuth *auth)
{
	return auth->mech == SMB_MECH_NTLMSSP || auth->mech == SMB_MECH_SPNEGO_NTLMSSP;
}

static void
zeek_exchange(OutView *self, OutConn *conn, const SmbExchange *x, const OutFold *fold)
{
	(void)fold;
	put_command(self, conn, x);
	if (x->step == SMB_STEP_TREE_CONNECT && out_view_succeeded(x))
		put_mapping(self, conn, x);
	else if (x->step == SMB_STEP_SESSION_SETUP && x->session.auth && is_ntlmssp(x->session.auth))
		put_ntlm(self, conn, x->session.auth);
	else
		put_files(self, conn, x);
}

/* ---- Connections ---- */

/* What its analyzers would have confirmed. */
static const char *
services_of(const SmbConnectionInfo *info)
{
	static const char *const names[] = { "smb",      "gssapi,smb",
					     "ntlm,smb", "gssapi,ntlm,smb",
					     NULL,       "gssapi,krb,smb",
					     NULL,       "gssapi,krb,ntlm,smb" };
	enum { GSSAPI = 1, NTLM = 2, KRB = 4 };
	unsigned seen = 0;

	if (!info->messages[SMB_TO_SERVER] && !info->messages[SMB_TO_CLIENT])
		return NULL;
	for (uint32_t i = 0; i < info->n_auths; i++) {
		SmbMech mech = info->auths[i]->mech;

		seen |= is_ntlmssp(info->auths[i]) ? NTLM : 0;
		seen |= mech == SMB_MECH_SPNEGO_NTLMSSP ? GSSAPI : 0;
		seen |= mech == SMB_MECH_SPNEGO_KERBEROS ? GSSAPI | KRB : 0;
	}
	return names[seen];
}

static void
zeek_local(ZeekRow *row, const SmbEndpoints *ends)
{
	zeek_bool(row, zeek_is_local(ends->family, ends->client));
	zeek_bool(row, zeek_is_local(ends->family, ends->server));
}

static void
zeek_packets(ZeekRow *row, const SmbConnectionInfo *info)
{
	zeek_word(row, *info->history ? info->history : NULL);
	for (int dir = 0; dir < 2; dir++) {
		zeek_count(row, info->segments[dir].packets);
		zeek_count(row, info->segments[dir].ip_bytes);
	}
	zeek_none(row, 1);
}

static void
zeek_connection(OutView *self, OutConn *conn, const SmbConnectionInfo *info)
{
	bool tcp = is_ip(info);
	uint64_t first = info->first.time_ns, last = info->last.time_ns;
	ZeekRow row;

	begin(self, &row, conn, ZEEK_CONN, first, first);
	zeek_word(&row, tcp ? "tcp" : "unknown_transport");
	zeek_word(&row, services_of(info));
	if (last > first) {
		zeek_time(&row, last - first);
		zeek_count(&row, out_view_sent(info, SMB_TO_SERVER));
		zeek_count(&row, out_view_sent(info, SMB_TO_CLIENT));
	} else {
		zeek_none(&row, 3);
	}
	zeek_word(&row, tcp ? zeek_conn_state(info) : NULL);
	if (tcp)
		zeek_local(&row, &info->ends);
	else
		zeek_none(&row, 2);
	zeek_count(&row, info->gap_bytes);
	if (tcp) {
		zeek_packets(&row, info);
		zeek_count(&row, 6);
		zeek_open(&row);
		out_str(row.b, row.tsv ? "" : "\"");
		out_community_id(row.b, &info->ends, 6);
		out_str(row.b, row.tsv ? "" : "\"");
	} else {
		zeek_none(&row, 8);
	}
	end(self, &row);
}

/* A log of our own: Zeek has none for what it lost over all. */
static void
zeek_end(OutView *self, const OutTotals *totals)
{
	ZeekRow row;

	zeek_row_begin(&row, ZEEK_SMBTRAIL, self->tsv, out_writer_buffer(self->base.writer),
		       &self->scratch);
	zeek_time(&row, totals->time_ns);
	zeek_bool(&row, !out_totals_incomplete(totals));
	zeek_bool(&row, totals->interim);
	zeek_count(&row, (uint64_t)totals->exit_code);
	zeek_counters(&row, totals);
	zeek_row_end(&row);
}

void
out_zeek_lost(OutBuffer *b, const OutLost *lost)
{
	out_lit(b, "{\"_path\":\"smbtrail_lost\",\"ts\":");
	out_fixed(b, lost->time_ns / 1000, 6);
	out_lit(b, ",\"since\":");
	out_fixed(b, lost->since_ns / 1000, 6);
	out_key_u64(b, "records", lost->records);
	out_key_u64(b, "bytes", lost->bytes);
	out_key_str(b, "cause", lost->cause);
	out_lit(b, "}\n");
}

static const OutViewForm zeek = {
	.exchange = zeek_exchange,
	.connection = zeek_connection,
	.end = zeek_end,
	.ends = zeek_put_uid,
};

OutSink *
out_zeek_json_new(OutWriter *writer, const OutOptions *options)
{
	return out_view_new(writer, options, &zeek, false);
}

OutSink *
out_zeek_tsv_new(OutWriter *writer, const OutOptions *options)
{
	return out_view_new(writer, options, &zeek, true);
}
