/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/lib/pipe-case.h"

#include <check.h>

enum {
	COM_TRANSACTION = 0x25,
	COM_READ_ANDX = 0x2E,
	COM_WRITE_ANDX = 0x2F,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_CREATE_ANDX = 0xA2,
	SMB2_TREE_CONNECT = 3,
	SMB2_CREATE = 5,
	SMB2_READ = 8,
	SMB2_WRITE = 9,
	SMB2_IOCTL = 11,
	TRANSACT_NMPIPE = 0x26,
	PIPE_TRANSCEIVE = 0x0011C017,
};

/* ---- PDUs: C706 12.6.4 ---- */

const uint8_t pdu_srvsvc[16] = { 0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01,
				 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88 };
const uint8_t pdu_wkssvc[16] = { 0x98, 0xd0, 0xff, 0x6b, 0x12, 0xa1, 0x10, 0x36,
				 0x98, 0x33, 0x46, 0xc3, 0xf8, 0x7e, 0x34, 0x5a };

static GByteArray *
pdu_begin(uint8_t type, uint8_t flags, uint32_t call_id)
{
	GByteArray *a = g_byte_array_new();

	build_le(a, 5, 2);
	build_le(a, type, 1);
	build_le(a, flags, 1);
	build_le(a, 0x10, 4);
	build_le(a, 0, 4); /* pdu_both lengths */
	build_le(a, call_id, 4);
	return a;
}

static GByteArray *
pdu_end(GByteArray *a)
{
	build2_put(a, 8, a->len, 2);
	return a;
}

static void
add_context(GByteArray *a, uint16_t id, const uint8_t *uuid)
{
	build_le(a, id, 2);
	build_le(a, 1, 2);
	build2_bytes(a, uuid, 16);
	build_le(a, 3, 4);
	build2_zeros(a, 20);
}

GByteArray *
pdu_bind(uint8_t type, uint32_t call_id, uint16_t first_id, const uint8_t *uuid, uint8_t n)
{
	GByteArray *a = pdu_begin(type, PDU_FIRST_AND_LAST, call_id);

	build2_zeros(a, 8);
	build_le(a, n, 4);
	for (uint16_t i = 0; i < n; i++)
		add_context(a, first_id + i, uuid);
	return pdu_end(a);
}

GByteArray *
pdu_ack(uint8_t type, uint32_t call_id, uint8_t n, uint16_t result)
{
	GByteArray *a = pdu_begin(type, PDU_FIRST_AND_LAST, call_id);

	build2_zeros(a, 8 + 4); /* and a secondary address of no bytes, padded */
	build_le(a, n, 4);
	for (uint8_t i = 0; i < n; i++) {
		build_le(a, result, 4);
		build2_zeros(a, 20);
	}
	return pdu_end(a);
}

GByteArray *
pdu_call(uint8_t type, uint8_t flags, uint32_t call_id, uint16_t context, uint16_t opnum,
	 unsigned stub)
{
	GByteArray *a = pdu_begin(type, flags, call_id);

	build_le(a, stub, 4);
	build_le(a, context, 2);
	build_le(a, opnum, 2);
	build2_zeros(a, stub);
	return pdu_end(a);
}

GByteArray *
pdu_request(uint32_t call_id, uint16_t context, uint16_t opnum)
{
	return pdu_call(DCE_REQUEST, PDU_FIRST_AND_LAST, call_id, context, opnum, 40);
}

GByteArray *
pdu_response(uint32_t call_id)
{
	return pdu_call(DCE_RESPONSE, PDU_FIRST_AND_LAST, call_id, 0, 0, 40);
}

GByteArray *
pdu_fault(uint32_t call_id, uint32_t status)
{
	GByteArray *a = pdu_call(DCE_FAULT, PDU_FIRST_AND_LAST, call_id, 0, 0, 8);

	build2_put(a, 24, status, 4);
	return a;
}

/* One after the other; the second is used up. */
GByteArray *
pdu_both(GByteArray *a, GByteArray *b)
{
	g_byte_array_append(a, b->data, b->len);
	g_byte_array_unref(b);
	return a;
}

/* ---- What exchanges report ---- */

static void
put_interface(GString *s, const SmbRpcInterface *i, bool bound)
{
	g_string_append_printf(s, " %s", i->name ? i->name : "?");
	if (bound)
		g_string_append_printf(s, "/%u", i->context_id);
	if (bound && i->answered)
		g_string_append_printf(s, "=%u", i->result);
}

static void
put_rpc(GString *s, const SmbRpcFacts *f)
{
	g_string_append_printf(s, "%s>%s #%u", f->request ? f->request : "",
			       f->response ? f->response : "", f->call_id);
	for (uint32_t i = 0; i < f->n_interfaces; i++)
		put_interface(s, &f->interfaces[i], !f->called);
	if (f->operation)
		g_string_append_printf(s, " %s", f->operation);
	else if (f->opnum >= 0)
		g_string_append_printf(s, " op %d", f->opnum);
	if (f->fault)
		g_string_append_printf(s, " fault %x", f->fault);
	if (f->more_calls)
		g_string_append_printf(s, " +%u", f->more_calls);
	g_string_append(s, "; ");
}

static void
on_event(void *user, const SmbEvent *event)
{
	PipeLog *log = user;

	if (event->kind == SMB_EVENT_EXCHANGE && event->exchange->rpc)
		put_rpc(log->lines, event->exchange->rpc);
	if (event->kind != SMB_EVENT_CONNECTION)
		return;
	log->limits = event->connection->limits;
	for (uint32_t i = 0; i < event->connection->n_files; i++)
		log->n_pipes += event->connection->files[i]->pipe;
}

/* ---- A pipe over either protocol ---- */

void
pipe_feed(PipeRig *r, SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++r->frame, r->frame };
	uint8_t *exact;

	build_end(message);
	exact = g_memdup2(message->data, message->len);
	smb_connection_feed(r->c, dir, (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

Build2Header
pipe_header2(PipeRig *r, uint16_t command)
{
	return (Build2Header){ .command = command, .mid = ++r->mid, .tid = 1, .session = 1 };
}

static void
connect_tree1(PipeRig *r)
{
	BuildHeader h = { .command = COM_TREE_CONNECT_ANDX, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0, 0, 1 }, answered[] = { NO_ANDX, 0, 0 };

	pipe_feed(r, SMB_TO_SERVER, build_simple(h, asked, 4, "\0\\\\S\\IPC$\0IPC", 14));
	h.reply = true;
	h.tid = 1;
	pipe_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 3, "IPC\0", 5));
}

void
pipe_tree2(PipeRig *r, uint8_t type)
{
	Build2Header h = pipe_header2(r, SMB2_TREE_CONNECT);
	GByteArray *a = build2_message(h), *b;

	build2_tree_request(a, "\\\\S\\IPC$");
	pipe_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_tree_response(b, type);
	pipe_feed(r, SMB_TO_CLIENT, b);
}

void
pipe_open1(PipeRig *r)
{
	BuildHeader h = { .command = COM_NT_CREATE_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[24] = { NO_ANDX, 0, 7 << 8 }, answered[34] = { NO_ANDX, 0, PIPE_FID << 8 };

	pipe_feed(r, SMB_TO_SERVER, build_simple(h, asked, 24, "\\srvsvc", 8));
	h.reply = true;
	pipe_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 34, NULL, 0));
}

void
pipe_open2(PipeRig *r)
{
	Build2Header h = pipe_header2(r, SMB2_CREATE);
	GByteArray *a = build2_message(h), *b;

	build2_create_request(a, "srvsvc", 0);
	pipe_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_create_response(b, PIPE_FID);
	pipe_feed(r, SMB_TO_CLIENT, b);
}

void
pipe_begin_unopened(PipeRig *r, int version)
{
	SmbConfig config = { .want = SMB_EVENT_EXCHANGE | SMB_EVENT_CONNECTION,
			     .event = on_event,
			     .user = &r->log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	*r = (PipeRig){ .version = version };
	r->log.lines = g_string_new(NULL);
	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, false, &(SmbStamp){ 1, 1 });
	r->frame = 1;
}

void
pipe_begin(PipeRig *r, int version)
{
	pipe_begin_unopened(r, version);
	if (version == 1) {
		connect_tree1(r);
		pipe_open1(r);
	} else {
		pipe_tree2(r, PIPE_SHARE);
		pipe_open2(r);
	}
}

void
pipe_end(PipeRig *r, const char *lines)
{
	smb_connection_end(r->c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 9999, 9999 });
	ck_assert_str_eq(r->log.lines->str, lines);
	g_string_free(r->log.lines, TRUE);
	smb_context_free(r->context);
}

void
pipe_write1(PipeRig *r, const uint8_t *bytes, guint n, uint16_t mode)
{
	BuildHeader h = { .command = COM_WRITE_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0,    PIPE_FID, 0, 0,           0,
			     0,       mode, 0,        0, (uint16_t)n, 32 + 1 + 24 + 2 };
	uint16_t answered[] = { NO_ANDX, 0, (uint16_t)n, 0, 0, 0 };

	pipe_feed(r, SMB_TO_SERVER, build_simple(h, asked, 12, bytes, (uint16_t)n));
	h.reply = true;
	pipe_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 6, NULL, 0));
}

static void
read1(PipeRig *r, const uint8_t *bytes, guint n)
{
	BuildHeader h = { .command = COM_READ_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0, PIPE_FID, 0, 0, 4096, 4096, 0, 0, 0 };
	uint16_t answered[] = { NO_ANDX, 0, 0, 0, 0, (uint16_t)n, 32 + 1 + 24 + 2, 0, 0, 0, 0, 0 };

	pipe_feed(r, SMB_TO_SERVER, build_simple(h, asked, 10, NULL, 0));
	h.reply = true;
	pipe_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 12, bytes, (uint16_t)n));
}

static void
write2(PipeRig *r, const uint8_t *bytes, guint n)
{
	Build2Header h = pipe_header2(r, SMB2_WRITE);
	GByteArray *a = build2_message(h), *b;

	build2_write_request(a, PIPE_FID, bytes, n);
	pipe_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_write_response(b, n);
	pipe_feed(r, SMB_TO_CLIENT, b);
}

void
pipe_answer_read2(PipeRig *r, Build2Header h, const uint8_t *bytes, guint n)
{
	GByteArray *b;

	h.response = true;
	b = build2_message(h);
	build2_read_response(b, bytes, n);
	pipe_feed(r, SMB_TO_CLIENT, b);
}

Build2Header
pipe_ask_read2(PipeRig *r)
{
	Build2Header h = pipe_header2(r, SMB2_READ);
	GByteArray *a = build2_message(h);

	build2_read_request(a, PIPE_FID, 4096);
	pipe_feed(r, SMB_TO_SERVER, a);
	return h;
}

/* Bytes of a PDU from `at` on; n 0: to its end. */
void
pipe_write_part(PipeRig *r, const GByteArray *pdu, guint at, guint n)
{
	n = n ? n : pdu->len - at;
	if (r->version == 1)
		pipe_write1(r, pdu->data + at, n, 0);
	else
		write2(r, pdu->data + at, n);
}

void
pipe_read_part(PipeRig *r, const GByteArray *pdu, guint at, guint n)
{
	n = n ? n : pdu->len - at;
	if (r->version == 1)
		read1(r, pdu->data + at, n);
	else
		pipe_answer_read2(r, pipe_ask_read2(r), pdu->data + at, n);
}

void
pipe_write(PipeRig *r, GByteArray *pdu)
{
	pipe_write_part(r, pdu, 0, 0);
	g_byte_array_unref(pdu);
}

void
pipe_read(PipeRig *r, GByteArray *pdu)
{
	pipe_read_part(r, pdu, 0, 0);
	g_byte_array_unref(pdu);
}

/* [MS-CIFS] 2.2.5.6: the name after the words, padded so that the data is aligned. */
static void
transact1(PipeRig *r, const GByteArray *in, const GByteArray *out)
{
	BuildHeader h = { .command = COM_TRANSACTION, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t n = (uint16_t)in->len, m = (uint16_t)out->len, at = 32 + 1 + 32 + 2 + 8;
	uint16_t asked[] = { 0,       n, 0, 4096, 0, 0, 0, 0, 0, 0, at, n, at, 2, TRANSACT_NMPIPE,
			     PIPE_FID };
	uint16_t answered[] = { 0, m, 0, 0, 32 + 1 + 20 + 2, 0, m, 32 + 1 + 20 + 2, 0, 0 };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)"\\PIPE\\\0", 8);
	build2_bytes(bytes, in->data, in->len);
	pipe_feed(r, SMB_TO_SERVER, build_simple(h, asked, 16, bytes->data, (uint16_t)bytes->len));
	h.reply = true;
	pipe_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 10, out->data, m));
}

void
pipe_ioctl2(PipeRig *r, uint32_t code, const GByteArray *in, const GByteArray *out, uint32_t status)
{
	Build2Header h = pipe_header2(r, SMB2_IOCTL);
	GByteArray *a = build2_message(h), *b;

	build2_ioctl_request(a, code, PIPE_FID, in->data, in->len);
	pipe_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	h.status = status;
	b = build2_message(h);
	build2_ioctl_response(b, code, PIPE_FID, out->data, out->len);
	pipe_feed(r, SMB_TO_CLIENT, b);
}

void
pipe_transact(PipeRig *r, GByteArray *in, GByteArray *out)
{
	if (r->version == 1)
		transact1(r, in, out);
	else
		pipe_ioctl2(r, PIPE_TRANSCEIVE, in, out, 0);
	g_byte_array_unref(in);
	g_byte_array_unref(out);
}

void
pipe_bind(PipeRig *r)
{
	pipe_transact(r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1), pdu_ack(DCE_BIND_ACK, 1, 1, 0));
}
