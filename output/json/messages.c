/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb `messages`: one flat record a message, made to be held against another dissector. */
#include "output/base/end.h"
#include "output/base/fields.h"
#include "output/base/sink-base.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

#include <glib.h>

static const char *const transports[] = {
	[SMB_OVER_NBSS] = "nbss",
	[SMB_OVER_NBDGM] = "nbdgm",
	[SMB_OVER_NBF] = "nbf",
	[SMB_OVER_IPX] = "ipx",
};

static const char *const protocols[] = {
	[1] = "SMB1",           [2] = "SMB2", [3] = "SMB3-ENCRYPTED", [4] = "SMB3-COMPRESSED",
	[5] = "SMB1-ENCRYPTED",
};

static void
put_status(OutBuffer *b, SmbStatus status)
{
	if (status.dos) {
		out_key_u64(b, "error_class", smb_status_class(status));
		out_key_u64(b, "error_code", smb_status_code(status));
		out_key_str(b, "error_name",
			    smb_dos_error_name(smb_status_class(status), smb_status_code(status)));
		return;
	}
	out_key_u64(b, "status", status.value);
	out_key_str(b, "status_name", smb_nt_status_name(status.value));
}

/* [MS-CIFS] 2.2.3.1: SecurityFeatures, which a connectionless transport uses differently. */
static void
put_connectionless(OutBuffer *b, const SmbMessage *m)
{
	out_key_u64(b, "key", m->key);
	out_key_u64(b, "cid", m->cid);
	out_key_u64(b, "sequence_number", m->sequence_number);
}

static void
put_signature(OutBuffer *b, const SmbMessage *m)
{
	out_key(b, "signature");
	out_char(b, '"');
	out_hex_bytes(b, m->signature, m->version == 1 ? 8 : 16);
	out_char(b, '"');
}

/* MS-CIFS 2.2.3.1 */
static void
put_smb1_header(OutBuffer *b, const SmbMessage *m)
{
	put_status(b, m->status);
	out_key_u64(b, "flags", m->flags);
	out_key_u64(b, "flags2", m->flags2);
	if (m->partial_header)
		return;
	out_key_u64(b, "pid_high", m->pid_high);
	out_key_u64(b, "tid", m->tid);
	out_key_u64(b, "pid", m->pid);
	out_key_u64(b, "uid", m->uid);
	out_key_u64(b, "mid", m->mid);
}

/* [MS-SMB2] 2.2.1. Each number, and where in the header it ends. */
static void
put_smb2_header(OutBuffer *b, const SmbMessage *m)
{
	put_status(b, m->status);
	out_key_u64(b, "credit_charge", m->credit_charge);
	if (m->response && smb_message_has(m, SMB2_END_CREDITS))
		out_key_u64(b, "credit_response", m->credits);
	else if (smb_message_has(m, SMB2_END_CREDITS))
		out_key_u64(b, "credit_request", m->credits);
	if (m->channel_sequence)
		out_key_u64(b, "channel_sequence", m->channel_sequence);
	if (smb_message_has(m, SMB2_END_FLAGS))
		out_key_u64(b, "flags", m->flags);
	if (m->next_command)
		out_key_u64(b, "next_command", m->next_command);
	if (smb_message_has(m, SMB2_END_MESSAGE_ID))
		out_key_u64(b, "message_id", m->mid);
	if (m->flags & SMB2_FLAGS_ASYNC_COMMAND && smb_message_has(m, SMB2_END_TREE_ID))
		out_key_u64(b, "async_id", m->async_id);
	else if (smb_message_has(m, SMB2_END_TREE_ID))
		out_key_u64(b, "tree_id", m->tid);
	if (smb_message_has(m, SMB2_END_SESSION_ID))
		out_key_u64(b, "session_id", m->uid);
}

static void
put_block(OutBuffer *b, const SmbBlock *block, bool smb1, bool reveal)
{
	SmbBlock more;

	out_json_comma(b);
	out_lit(b, "{\"command\":");
	out_u64(b, block->command);
	out_key_str(b, "command_name", block->name);
	if (smb1 && block->has_words)
		out_key_u64(b, "word_count", block->word_count);
	if (smb1 && block->has_bytes)
		out_key_u64(b, "byte_count", block->byte_count);
	out_fields_json(b, block, reveal);
	more = out_fields_nested(block);
	out_fields_json(b, &more, reveal);
	out_char(b, '}');
}

/* [MS-SMB2] 2.2.41, 2.2.42: the fields of a header that has no command. */
static void
put_transform(OutBuffer *b, const SmbMessage *m)
{
	SmbBlock header = { .layout = m->transform_layout, .body = m->transform };

	if (m->incomplete)
		header.status = SMB_READ_TRUNCATED;
	out_fields_json(b, &header, false);
}

static void
put_header(OutBuffer *b, const SmbMessage *m)
{
	const char *first = m->n_blocks ? m->blocks[0].name : NULL;

	if (m->inside)
		out_key_str(b, "inside", protocols[m->inside]);
	if (m->version > 2) {
		put_transform(b, m);
		return;
	}
	out_key_u64(b, "command", m->command);
	if (m->version == 1)
		out_key_str(b, "command_name", smb1_command_name((uint8_t)m->command));
	else
		out_key_str(b, "command_name", first ? first : smb2_command_name(m->command));
	if (m->version == 1)
		put_smb1_header(b, m);
	else
		put_smb2_header(b, m);
	if (m->connectionless)
		put_connectionless(b, m);
	else if (m->has_signature)
		put_signature(b, m);
	if (m->signature_check)
		out_key_str(b, "signature_check", smb_signature_name(m->signature_check));
}

static void
put_message(OutSinkBase *self, OutConn *conn, const SmbMessage *m)
{
	OutBuffer *b = out_base_begin(self, conn, m->when.time_ns, "message", m->incomplete);

	out_fields_limit(b, m);
	out_key_u64(b, "frame", m->when.frame);
	out_key_str(b, "protocol",
		    m->version < G_N_ELEMENTS(protocols) ? protocols[m->version] : NULL);
	if (m->inside && m->decrypted)
		out_key_bool(b, "decrypted", true);
	out_key_str(b, "transport", transports[m->transport]);
	out_key_str(b, "direction", m->response ? "response" : "request");
	if (smb_message_length_known(m))
		out_key_u64(b, "length", m->bytes.end);
	put_header(b, m);
	if (m->response_to)
		out_key_u64(b, "response_to", m->response_to);
	if (m->anomalies) {
		out_key(b, "malformed");
		out_json_anomalies(b, m->anomalies);
	}
	out_key(b, "commands");
	out_char(b, '[');
	for (uint32_t i = 0; i < m->n_blocks; i++)
		put_block(b, &m->blocks[i], m->version == 1, self->options.reveal_secrets);
	out_char(b, ']');
	out_base_record(self);
}

static void
messages_event(OutSink *sink, const SmbEvent *event)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutConn *conn;

	if (event->kind == SMB_EVENT_MESSAGE) {
		conn = out_base_conn(self, event->connection);
		put_message(self, conn, event->message);
		out_base_account(self, conn);
	} else if (event->kind == SMB_EVENT_CONNECTION && event->connection->sink_data) {
		out_base_drop(self, event->connection->sink_data, event->connection);
	}
}

static void
messages_end(OutSink *sink, const OutTotals *totals)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutTotals all = out_base_totals(self, totals);

	out_end_json(out_writer_buffer(self->writer), &all, self->options.nanoseconds);
	out_writer_record(self->writer);
}

static size_t
messages_free(OutSink *sink)
{
	size_t left = out_base_clear((OutSinkBase *)sink);

	g_free(sink);
	return left;
}

OutSink *
out_messages_json_new(OutWriter *writer, const OutOptions *options)
{
	static const OutSinkClass class = { .event = messages_event,
					    .collect = out_base_collect,
					    .end = messages_end,
					    .free = messages_free };
	OutSinkBase *self = g_new0(OutSinkBase, 1);

	out_base_init(self, &class, SMB_EVENT_MESSAGE | SMB_EVENT_CONNECTION, writer, options);
	return &self->sink;
}
