/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb `timeline` as JSON: netbios, smb, gap, connection, end. */
#include "output/base/end.h"
#include "output/base/sink-base.h"
#include "output/json/datagrams.h"
#include "output/json/records.h"

#include "dissect/wire/names.h"

#include <glib.h>

static void
put_fold(OutSinkBase *self, OutConn *conn, const OutFold *fold)
{
	const SmbExchange *x = &fold->first;
	OutBuffer *b = out_base_begin(self, conn,
				      x->request.frame ? x->request.time_ns : x->response.time_ns,
				      "smb", x->incomplete);

	out_smb_json(b, conn->info, x, fold, ++conn->exchanges);
	out_base_record(self);
}

static void
put_exchange(OutSinkBase *self, OutConn *conn, const SmbExchange *x)
{
	OutFold fold;
	OutBuffer *b;

	if (out_base_fold(self, conn, x))
		return;
	if (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE) {
		out_fold_single(&fold, x);
		put_fold(self, conn, &fold);
		return;
	}
	b = out_base_begin(self, conn, x->request.frame ? x->request.time_ns : x->response.time_ns,
			   "smb", x->incomplete);
	out_smb_json(b, conn->info, x, NULL, ++conn->exchanges);
	out_base_record(self);
}

/* "RIGSRV<20>" */
static void
put_netbios_name(OutBuffer *b, bool known, SmbText name, uint8_t suffix)
{
	if (!known) {
		out_lit(b, "null");
		return;
	}
	out_text_json(b, name);
	b->len--; /* the suffix goes inside the quotes */
	out_char(b, '<');
	out_hex(b, suffix, 2);
	out_lit(b, ">\"");
}

static void
put_netbios(OutSinkBase *self, OutConn *conn, const SmbNetbios *n)
{
	uint64_t time_ns = n->request.frame ? n->request.time_ns : n->response.time_ns;
	OutBuffer *b = out_base_begin(self, conn, time_ns, "netbios", n->incomplete);

	out_key(b, "frame_request");
	out_json_i64_or_null(b, n->request.frame != 0, (int64_t)n->request.frame);
	out_key(b, "frame_response");
	out_json_i64_or_null(b, n->response.frame != 0, (int64_t)n->response.frame);
	out_key(b, "called");
	put_netbios_name(b, n->has_names, n->called, n->called_suffix);
	out_key(b, "calling");
	put_netbios_name(b, n->has_names, n->calling, n->calling_suffix);
	out_key_str(b, "result", smb_netbios_result_name(n->result));
	if (n->answer != SMB_ANSWER_GIVEN)
		out_key_str(b, "answer", smb_answer_name(n->answer));
	if (n->result == SMB_NETBIOS_REFUSED) {
		out_key_u64(b, "error_code", n->error);
		out_key_str(b, "error", smb_nbss_error_name(n->error));
	}
	if (n->result == SMB_NETBIOS_RETARGETED) {
		out_key(b, "retarget_ip");
		out_char(b, '"');
		out_address(b, 4, n->retarget_ip);
		out_char(b, '"');
		out_key_u64(b, "retarget_port", n->retarget_port);
	}
	out_base_record(self);
}

/* `frame` of EVE is an object. */
static void
put_frame(OutBuffer *b, const SmbEvent *event)
{
	if (b->eve)
		out_key_u64(b, "pcap_cnt", event->when.frame);
	else
		out_key_u64(b, "frame", event->when.frame);
}

static void
put_gap(OutSinkBase *self, OutConn *conn, const SmbEvent *event)
{
	OutBuffer *b = out_base_begin(self, conn, event->when.time_ns, "gap", SMB_INCOMPLETE_GAP);

	put_frame(b, event);
	out_key_str(b, "direction", event->gap->dir == SMB_TO_SERVER ? "to_server" : "to_client");
	out_key_u64(b, "bytes", event->gap->bytes);
	out_key_u64(b, "skipped", event->gap->skipped);
	out_key_str(b, "cause", smb_gap_cause_name(event->gap->cause));
	out_base_record(self);
}

static void
put_connection(OutSinkBase *self, OutConn *conn, const SmbConnectionInfo *info)
{
	uint32_t incomplete = info->incomplete | (info->midstream ? SMB_INCOMPLETE_MIDSTREAM : 0);
	OutBuffer *b = out_base_begin(self, conn, info->first.time_ns, "connection", incomplete);

	out_connection_json(b, info);
	out_base_record(self);
}

static void
put_datagram(OutSinkBase *self, OutConn *conn, const SmbEvent *event)
{
	OutBuffer *b = out_base_begin(self, conn, event->when.time_ns, "datagram",
				      event->datagram->incomplete);

	put_frame(b, event);
	out_datagram_json(b, event->datagram);
	out_base_record(self);
}

static void
json_event(OutSink *sink, const SmbEvent *event)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutConn *conn = out_base_conn(self, event->connection);

	if (event->kind == SMB_EVENT_DATAGRAM) {
		put_datagram(self, conn, event);
		return;
	}
	if (event->kind == SMB_EVENT_EXCHANGE) {
		put_exchange(self, conn, event->exchange);
		out_base_account(self, conn);
		return;
	}
	out_base_unfold(self, conn);
	if (event->kind == SMB_EVENT_NETBIOS)
		put_netbios(self, conn, event->netbios);
	else if (event->kind == SMB_EVENT_GAP)
		put_gap(self, conn, event);
	else if (event->kind == SMB_EVENT_CONNECTION)
		put_connection(self, conn, event->connection);
	if (event->kind == SMB_EVENT_CONNECTION)
		out_base_drop(self, conn, event->connection);
	else
		out_base_account(self, conn);
}

static void
json_idle(OutSink *sink, uint64_t now_ns)
{
	out_base_idle((OutSinkBase *)sink, now_ns);
}

static void
json_end(OutSink *sink, const OutTotals *totals)
{
	OutSinkBase *self = (OutSinkBase *)sink;
	OutTotals all;

	out_base_finish(self);
	all = out_base_totals(self, totals);
	out_end_json(out_writer_buffer(self->writer), &all, self->options.nanoseconds);
	out_writer_record(self->writer);
}

static size_t
json_free(OutSink *sink)
{
	size_t left = out_base_clear((OutSinkBase *)sink);

	g_free(sink);
	return left;
}

OutSink *
out_timeline_json_new(OutWriter *writer, const OutOptions *options)
{
	static const OutSinkClass class = { .event = json_event,
					    .idle = json_idle,
					    .collect = out_base_collect,
					    .end = json_end,
					    .free = json_free };
	OutSinkBase *self = g_new0(OutSinkBase, 1);

	out_base_init(self, &class,
		      SMB_EVENT_NETBIOS | SMB_EVENT_EXCHANGE | SMB_EVENT_GAP |
			      SMB_EVENT_CONNECTION | SMB_EVENT_DATAGRAM | SMB_WANT_PRINTS,
		      writer, options);
	self->put_fold = put_fold;
	return &self->sink;
}
