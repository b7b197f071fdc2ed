/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DCE/RPC on named pipes, through a connection: by WRITE and READ, by transactions, whole and in
 * pieces, over SMB1 ([MS-CIFS] 2.2.4.42, 2.2.4.43, 2.2.5.6) and SMB2 ([MS-SMB2] 2.2.19 to 2.2.22,
 * 2.2.31). What every exchange tells is put down as one line.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dcerpc/pdu.h"
#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum {
	COM_TRANSACTION = 0x25,
	COM_READ_ANDX = 0x2E,
	COM_WRITE_ANDX = 0x2F,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_CREATE_ANDX = 0xA2,
	SMB2_TREE_CONNECT = 3,
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_READ = 8,
	SMB2_WRITE = 9,
	SMB2_IOCTL = 11,
	TRANSACT_NMPIPE = 0x26,
	PIPE_TRANSCEIVE = 0x0011C017,
	PIPE_PEEK = 0x0011400C,
	NO_ANDX = 0xFF,
	RAW_AND_START = 0x0C, /* WriteMode: [MS-CIFS] 2.2.4.43.1 */
	PIPE = 2,
	DISK = 1,
	FID = 7,
	FIRST_AND_LAST = 3,
};
#define STATUS_BUFFER_OVERFLOW 0x80000005u
#define STATUS_PENDING 0x00000103u

/* ---- PDUs: C706 12.6.4 ---- */

static const uint8_t srvsvc[] = { 0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01,
				  0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88 };
static const uint8_t wkssvc[] = { 0x98, 0xd0, 0xff, 0x6b, 0x12, 0xa1, 0x10, 0x36,
				  0x98, 0x33, 0x46, 0xc3, 0xf8, 0x7e, 0x34, 0x5a };

static GByteArray *
pdu_begin(uint8_t type, uint8_t flags, uint32_t call_id)
{
	GByteArray *a = g_byte_array_new();

	build_le(a, 5, 2);
	build_le(a, type, 1);
	build_le(a, flags, 1);
	build_le(a, 0x10, 4);
	build_le(a, 0, 4); /* both lengths */
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

static GByteArray *
pdu_bind(uint8_t type, uint32_t call_id, uint16_t first_id, const uint8_t *uuid, uint8_t n)
{
	GByteArray *a = pdu_begin(type, FIRST_AND_LAST, call_id);

	build2_zeros(a, 8);
	build_le(a, n, 4);
	for (uint16_t i = 0; i < n; i++)
		add_context(a, first_id + i, uuid);
	return pdu_end(a);
}

static GByteArray *
pdu_ack(uint8_t type, uint32_t call_id, uint8_t n, uint16_t result)
{
	GByteArray *a = pdu_begin(type, FIRST_AND_LAST, call_id);

	build2_zeros(a, 8 + 4); /* and a secondary address of no bytes, padded */
	build_le(a, n, 4);
	for (uint8_t i = 0; i < n; i++) {
		build_le(a, result, 4);
		build2_zeros(a, 20);
	}
	return pdu_end(a);
}

static GByteArray *
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

static GByteArray *
pdu_request(uint32_t call_id, uint16_t context, uint16_t opnum)
{
	return pdu_call(DCE_REQUEST, FIRST_AND_LAST, call_id, context, opnum, 40);
}

static GByteArray *
pdu_response(uint32_t call_id)
{
	return pdu_call(DCE_RESPONSE, FIRST_AND_LAST, call_id, 0, 0, 40);
}

static GByteArray *
pdu_fault(uint32_t call_id, uint32_t status)
{
	GByteArray *a = pdu_call(DCE_FAULT, FIRST_AND_LAST, call_id, 0, 0, 8);

	build2_put(a, 24, status, 4);
	return a;
}

/* One after the other; the second is used up. */
static GByteArray *
both(GByteArray *a, GByteArray *b)
{
	g_byte_array_append(a, b->data, b->len);
	g_byte_array_unref(b);
	return a;
}

/* ---- What exchanges tell ---- */

typedef struct {
	GString *lines;
	uint64_t limits;
	uint32_t n_pipes;
} Log;

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
	Log *log = user;

	if (event->kind == SMB_EVENT_EXCHANGE && event->exchange->rpc)
		put_rpc(log->lines, event->exchange->rpc);
	if (event->kind != SMB_EVENT_CONNECTION)
		return;
	log->limits = event->connection->limits;
	for (uint32_t i = 0; i < event->connection->n_files; i++)
		log->n_pipes += event->connection->files[i]->pipe;
}

/* ---- A pipe over either protocol ---- */

typedef struct {
	int version;
	Log log;
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
	uint16_t mid;
} Rig;

static void
rig_feed(Rig *r, SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++r->frame, r->frame };
	uint8_t *exact;

	build_end(message);
	exact = g_memdup2(message->data, message->len);
	smb_connection_feed(r->c, dir, (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

static Build2Header
header2(Rig *r, uint16_t command)
{
	return (Build2Header){ .command = command, .mid = ++r->mid, .tid = 1, .session = 1 };
}

static void
connect_tree1(Rig *r)
{
	BuildHeader h = { .command = COM_TREE_CONNECT_ANDX, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0, 0, 1 }, answered[] = { NO_ANDX, 0, 0 };

	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 4, "\0\\\\S\\IPC$\0IPC", 14));
	h.reply = true;
	h.tid = 1;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 3, "IPC\0", 5));
}

static void
connect_tree2(Rig *r, uint8_t type)
{
	Build2Header h = header2(r, SMB2_TREE_CONNECT);
	GByteArray *a = build2_message(h), *b;

	build2_tree_request(a, "\\\\S\\IPC$");
	rig_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_tree_response(b, type);
	rig_feed(r, SMB_TO_CLIENT, b);
}

static void
open1(Rig *r)
{
	BuildHeader h = { .command = COM_NT_CREATE_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[24] = { NO_ANDX, 0, 7 << 8 }, answered[34] = { NO_ANDX, 0, FID << 8 };

	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 24, "\\srvsvc", 8));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 34, NULL, 0));
}

static void
open2(Rig *r)
{
	Build2Header h = header2(r, SMB2_CREATE);
	GByteArray *a = build2_message(h), *b;

	build2_create_request(a, "srvsvc", 0);
	rig_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_create_response(b, FID);
	rig_feed(r, SMB_TO_CLIENT, b);
}

static void
rig_begin_unopened(Rig *r, int version)
{
	SmbConfig config = { .want = SMB_EVENT_EXCHANGE | SMB_EVENT_CONNECTION,
			     .event = on_event,
			     .user = &r->log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	*r = (Rig){ .version = version };
	r->log.lines = g_string_new(NULL);
	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, false, &(SmbStamp){ 1, 1 });
	r->frame = 1;
}

static void
rig_begin(Rig *r, int version)
{
	rig_begin_unopened(r, version);
	if (version == 1) {
		connect_tree1(r);
		open1(r);
	} else {
		connect_tree2(r, PIPE);
		open2(r);
	}
}

static void
rig_end(Rig *r, const char *lines)
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

static void
write1(Rig *r, const uint8_t *bytes, guint n, uint16_t mode)
{
	BuildHeader h = { .command = COM_WRITE_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0, FID, 0, 0, 0, 0, mode, 0, 0, (uint16_t)n, 32 + 1 + 24 + 2 };
	uint16_t answered[] = { NO_ANDX, 0, (uint16_t)n, 0, 0, 0 };

	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 12, bytes, (uint16_t)n));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 6, NULL, 0));
}

static void
read1(Rig *r, const uint8_t *bytes, guint n)
{
	BuildHeader h = { .command = COM_READ_ANDX, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t asked[] = { NO_ANDX, 0, FID, 0, 0, 4096, 4096, 0, 0, 0 };
	uint16_t answered[] = { NO_ANDX, 0, 0, 0, 0, (uint16_t)n, 32 + 1 + 24 + 2, 0, 0, 0, 0, 0 };

	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 10, NULL, 0));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 12, bytes, (uint16_t)n));
}

static void
write2(Rig *r, const uint8_t *bytes, guint n)
{
	Build2Header h = header2(r, SMB2_WRITE);
	GByteArray *a = build2_message(h), *b;

	build2_write_request(a, FID, bytes, n);
	rig_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	b = build2_message(h);
	build2_write_response(b, n);
	rig_feed(r, SMB_TO_CLIENT, b);
}

static void
answer_read2(Rig *r, Build2Header h, const uint8_t *bytes, guint n)
{
	GByteArray *b;

	h.response = true;
	b = build2_message(h);
	build2_read_response(b, bytes, n);
	rig_feed(r, SMB_TO_CLIENT, b);
}

static Build2Header
ask_read2(Rig *r)
{
	Build2Header h = header2(r, SMB2_READ);
	GByteArray *a = build2_message(h);

	build2_read_request(a, FID, 4096);
	rig_feed(r, SMB_TO_SERVER, a);
	return h;
}

/* Bytes of a PDU from `at` on; n 0: to its end. */
static void
rig_write_part(Rig *r, const GByteArray *pdu, guint at, guint n)
{
	n = n ? n : pdu->len - at;
	if (r->version == 1)
		write1(r, pdu->data + at, n, 0);
	else
		write2(r, pdu->data + at, n);
}

static void
rig_read_part(Rig *r, const GByteArray *pdu, guint at, guint n)
{
	n = n ? n : pdu->len - at;
	if (r->version == 1)
		read1(r, pdu->data + at, n);
	else
		answer_read2(r, ask_read2(r), pdu->data + at, n);
}

static void
rig_write(Rig *r, GByteArray *pdu)
{
	rig_write_part(r, pdu, 0, 0);
	g_byte_array_unref(pdu);
}

static void
rig_read(Rig *r, GByteArray *pdu)
{
	rig_read_part(r, pdu, 0, 0);
	g_byte_array_unref(pdu);
}

/* [MS-CIFS] 2.2.5.6: the name after the words, padded so that the data is aligned. */
static void
transact1(Rig *r, const GByteArray *in, const GByteArray *out)
{
	BuildHeader h = { .command = COM_TRANSACTION, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t n = (uint16_t)in->len, m = (uint16_t)out->len, at = 32 + 1 + 32 + 2 + 8;
	uint16_t asked[] = { 0, n, 0, 4096, 0, 0, 0, 0, 0, 0, at, n, at, 2, TRANSACT_NMPIPE, FID };
	uint16_t answered[] = { 0, m, 0, 0, 32 + 1 + 20 + 2, 0, m, 32 + 1 + 20 + 2, 0, 0 };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)"\\PIPE\\\0", 8);
	build2_bytes(bytes, in->data, in->len);
	rig_feed(r, SMB_TO_SERVER, build_simple(h, asked, 16, bytes->data, (uint16_t)bytes->len));
	h.reply = true;
	rig_feed(r, SMB_TO_CLIENT, build_simple(h, answered, 10, out->data, m));
}

static void
ioctl2(Rig *r, uint32_t code, const GByteArray *in, const GByteArray *out, uint32_t status)
{
	Build2Header h = header2(r, SMB2_IOCTL);
	GByteArray *a = build2_message(h), *b;

	build2_ioctl_request(a, code, FID, in->data, in->len);
	rig_feed(r, SMB_TO_SERVER, a);
	h.response = true;
	h.status = status;
	b = build2_message(h);
	build2_ioctl_response(b, code, FID, out->data, out->len);
	rig_feed(r, SMB_TO_CLIENT, b);
}

static void
rig_transact(Rig *r, GByteArray *in, GByteArray *out)
{
	if (r->version == 1)
		transact1(r, in, out);
	else
		ioctl2(r, PIPE_TRANSCEIVE, in, out, 0);
	g_byte_array_unref(in);
	g_byte_array_unref(out);
}

static void
rig_bind(Rig *r)
{
	rig_transact(r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1), pdu_ack(DCE_BIND_ACK, 1, 1, 0));
}
#define BOUND "BIND>BINDACK #1 srvsvc/0=0; "

/* ---- Whole PDUs ---- */

START_TEST(bind_and_call_by_write_and_read)
{
	Rig r;

	rig_begin(&r, _i);
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	rig_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	rig_write(&r, pdu_request(2, 0, 15));
	rig_read(&r, pdu_response(2));
	rig_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; "
		    "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	ck_assert_uint_eq(r.log.limits, 0);
}
END_TEST

START_TEST(bind_and_call_by_transaction)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_transact(&r, pdu_request(2, 0, 15), pdu_response(2));
	rig_transact(&r, pdu_request(3, 0, 999), pdu_fault(3, 0x1c010002));
	rig_transact(&r, pdu_request(4, 5, 1), pdu_response(4)); /* a context nobody bound */
	rig_end(&r, BOUND "REQUEST>RESPONSE #2 srvsvc NetrShareEnum; "
			  "REQUEST>FAULT #3 srvsvc op 999 fault 1c010002; "
			  "REQUEST>RESPONSE #4 op 1; ");
}
END_TEST

START_TEST(a_context_id_is_used_again)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_transact(&r, pdu_bind(DCE_BIND, 2, 0, wkssvc, 1), pdu_ack(DCE_BIND_ACK, 2, 1, 2));
	rig_transact(&r, pdu_request(3, 0, 0), pdu_response(3));
	rig_end(&r, BOUND "BIND>BINDACK #2 wkssvc/0=2; "
			  "REQUEST>RESPONSE #3 wkssvc NetrWkstaGetInfo; ");
}
END_TEST

START_TEST(alter_context_adds_an_interface)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_transact(&r, pdu_bind(DCE_ALTER_CONTEXT, 2, 1, wkssvc, 1),
		     pdu_ack(DCE_ALTER_CONTEXT_RESPONSE, 2, 1, 0));
	rig_transact(&r, pdu_request(3, 1, 0), pdu_response(3));
	rig_transact(&r, pdu_request(4, 0, 15), pdu_response(4));
	rig_end(&r, BOUND "ALTER_CONTEXT>ALTER_CONTEXT_RESP #2 wkssvc/1=0; "
			  "REQUEST>RESPONSE #3 wkssvc NetrWkstaGetInfo; "
			  "REQUEST>RESPONSE #4 srvsvc NetrShareEnum; ");
}
END_TEST

/* Only a first fragment names a call; a bind needs no flag. */
START_TEST(fragments_that_are_not_the_first_name_nothing)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_write(&r, pdu_call(DCE_REQUEST, DCE_FIRST_FRAG, 2, 0, 15, 400));
	rig_write(&r, pdu_call(DCE_REQUEST, 0, 2, 0, 16, 400));
	rig_write(&r, pdu_call(DCE_REQUEST, DCE_LAST_FRAG, 2, 0, 17, 400));
	rig_read(&r, pdu_call(DCE_RESPONSE, DCE_FIRST_FRAG, 2, 0, 0, 400));
	rig_read(&r, pdu_call(DCE_RESPONSE, DCE_LAST_FRAG, 2, 0, 0, 400));
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
}
END_TEST

START_TEST(a_call_id_is_used_again)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_write(&r, pdu_request(2, 0, 15));
	rig_write(&r, pdu_request(2, 0, 16));
	rig_read(&r, pdu_response(2));
	rig_read(&r, pdu_response(2));
	rig_read(&r, pdu_response(2)); /* one too many */
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #2 srvsvc NetrShareGetInfo; "
			  ">RESPONSE #2 srvsvc NetrShareEnum; "
			  ">RESPONSE #2 srvsvc NetrShareGetInfo; >RESPONSE #2; ");
}
END_TEST

START_TEST(answers_come_out_of_order)
{
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_write(&r, pdu_request(2, 0, 15));
	rig_write(&r, pdu_request(3, 0, 16));
	rig_read(&r, pdu_response(3));
	rig_read(&r, pdu_response(2));
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #3 srvsvc NetrShareGetInfo; "
			  ">RESPONSE #3 srvsvc NetrShareGetInfo; "
			  ">RESPONSE #2 srvsvc NetrShareEnum; ");
}
END_TEST

/* ---- Pieces ---- */

START_TEST(an_answer_is_read_in_pieces)
{
	g_autoptr(GByteArray) answer = pdu_call(DCE_RESPONSE, FIRST_AND_LAST, 2, 0, 0, 3000);
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_write(&r, pdu_request(2, 0, 15));
	rig_read_part(&r, answer, 0, 1024);
	rig_read_part(&r, answer, 1024, 1024);
	rig_read_part(&r, answer, 2048, 0);
	rig_transact(&r, pdu_request(3, 0, 16), pdu_response(3));
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; "
			  "REQUEST>RESPONSE #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* Wherever it is cut, the same is reported, once. */
START_TEST(a_pdu_is_written_and_read_in_two_pieces)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 2);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 2, 0);
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), answer = pdu_response(2);

	for (guint cut = 1; cut < call->len; cut++) {
		Rig r;

		rig_begin(&r, _i);
		rig_write_part(&r, bind, 0, cut);
		rig_write_part(&r, bind, cut, 0);
		rig_read_part(&r, ack, 0, cut);
		rig_read_part(&r, ack, cut, 0);
		rig_write_part(&r, call, 0, cut);
		rig_write_part(&r, call, cut, 0);
		rig_read_part(&r, answer, 0, cut);
		rig_read_part(&r, answer, cut, 0);
		rig_end(&r,
			"BIND> #1 srvsvc/0 srvsvc/1; >BINDACK #1 srvsvc/0=0 srvsvc/1=0; "
			"REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	}
}
END_TEST

START_TEST(a_pdu_comes_byte_by_byte)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 1),
			      call = pdu_request(2, 0, 15);
	Rig r;

	rig_begin(&r, _i);
	for (guint i = 0; i < bind->len; i++)
		rig_write_part(&r, bind, i, 1);
	for (guint i = 0; i < call->len; i++)
		rig_write_part(&r, call, i, 1);
	rig_end(&r, "BIND> #1 srvsvc/0; REQUEST> #2 srvsvc NetrShareEnum; ");
}
END_TEST

/* More than is kept of a beginning: the contexts of the part that is kept are reported. */
START_TEST(a_long_bind_in_pieces)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 40);
	Rig r;

	ck_assert_uint_gt(bind->len, 1024);
	rig_begin(&r, _i);
	rig_write_part(&r, bind, 0, 20);
	rig_write_part(&r, bind, 20, 1500);
	rig_write_part(&r, bind, 1520, 0);
	rig_write(&r, pdu_request(2, 3, 15));
	rig_end(&r, "BIND> #1 srvsvc/0 srvsvc/1 srvsvc/2 srvsvc/3 srvsvc/4 srvsvc/5 srvsvc/6 "
		    "srvsvc/7 srvsvc/8 srvsvc/9 srvsvc/10 srvsvc/11 srvsvc/12 srvsvc/13 srvsvc/14 "
		    "srvsvc/15; REQUEST> #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_gt(r.log.limits, 0);
}
END_TEST

START_TEST(several_pdus_in_one_write)
{
	Rig r;

	rig_begin(&r, _i);
	rig_write(&r, both(pdu_bind(DCE_BIND, 1, 0, srvsvc, 1), pdu_request(2, 0, 15)));
	rig_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	rig_read(&r, pdu_response(2));
	/* Of two calls the first is reported, and the other is not lost. */
	rig_write(&r, both(pdu_request(3, 0, 15), pdu_request(4, 0, 16)));
	rig_read(&r, both(pdu_response(3), pdu_fault(4, 5)));
	rig_transact(&r,
		     both(pdu_request(5, 0, 15), both(pdu_request(6, 0, 16), pdu_request(7, 0, 17))),
		     both(pdu_response(5), pdu_response(6)));
	rig_read(&r, pdu_response(7));
	rig_end(&r, "REQUEST> #2 srvsvc NetrShareEnum; >BINDACK #1 srvsvc/0=0; "
		    ">RESPONSE #2 srvsvc NetrShareEnum; "
		    "REQUEST> #3 srvsvc NetrShareEnum +1; >RESPONSE #3 srvsvc NetrShareEnum +1; "
		    "REQUEST>RESPONSE #5 srvsvc NetrShareEnum +2; "
		    ">RESPONSE #7 srvsvc NetrShareSetInfo; ");
}
END_TEST

/* ---- Lies, caps and losses ---- */

START_TEST(a_fragment_length_that_lies)
{
	static const struct {
		uint16_t length;
		bool told; /* the PDU itself */
		bool next; /* the one after it, in a write of its own */
	} cases[] = {
		{ 0, false, true },      { 15, false, true },
		{ 16, true, true },      /* its headers are not in it: no operation */
		{ 40, true, true },      /* what is after it is no PDU */
		{ 65, true, true },      /* one byte more than there is: it takes one of the next */
		{ 0xFFFF, true, false }, /* all that follows belongs to it */
	};

	for (uint32_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GByteArray *lie = pdu_request(2, 0, 15);
		g_autoptr(GString) expected = g_string_new(BOUND);
		Rig r;

		ck_assert_uint_eq(lie->len, 64);
		build2_put(lie, 8, cases[i].length, 2);
		rig_begin(&r, _i);
		rig_bind(&r);
		rig_write(&r, lie);
		if (cases[i].length == 65)
			rig_write(&r, both(g_byte_array_append(g_byte_array_new(),
							       (const guint8 *)"x", 1),
					   pdu_request(3, 0, 16)));
		else
			rig_write(&r, pdu_request(3, 0, 16));
		if (cases[i].told)
			g_string_append(expected, cases[i].length == 16
							  ? "REQUEST> #2; "
							  : "REQUEST> #2 srvsvc NetrShareEnum; ");
		if (cases[i].next)
			g_string_append(expected, "REQUEST> #3 srvsvc NetrShareGetInfo; ");
		rig_end(&r, expected->str);
	}
}
END_TEST

START_TEST(bytes_that_are_no_pdu_are_let_go)
{
	Rig r;

	rig_begin(&r, _i);
	rig_write(&r,
		  g_byte_array_append(g_byte_array_new(), (const guint8 *)"no PDU is in here", 17));
	rig_write(&r, g_byte_array_append(g_byte_array_new(), (const guint8 *)"n", 1));
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	rig_end(&r, "BIND> #1 srvsvc/0; ");
}
END_TEST

START_TEST(contexts_and_calls_are_capped)
{
	g_autoptr(GString) expected = g_string_new(NULL);
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_transact(&r, pdu_bind(DCE_ALTER_CONTEXT, 2, 1, wkssvc, 15),
		     pdu_ack(DCE_ALTER_CONTEXT_RESPONSE, 2, 15, 0));
	ck_assert_uint_eq(r.log.limits, 0);
	g_string_truncate(r.log.lines, 0);
	/* A seventeenth interface is reported, and not remembered; a known one is overwritten. */
	rig_write(&r, pdu_bind(DCE_ALTER_CONTEXT, 3, 16, wkssvc, 1));
	rig_write(&r, pdu_bind(DCE_ALTER_CONTEXT, 4, 0, wkssvc, 1));
	rig_write(&r, pdu_request(5, 16, 0));
	rig_write(&r, pdu_request(6, 0, 0));
	g_string_append(expected, "ALTER_CONTEXT> #3 wkssvc/16; ALTER_CONTEXT> #4 wkssvc/0; "
				  "REQUEST> #5 op 0; REQUEST> #6 wkssvc NetrWkstaGetInfo; ");
	/* The two calls are the oldest of eighteen: their answers are not known any more. */
	for (uint32_t call = 10; call < 26; call++) {
		rig_write(&r, pdu_request(call, 0, 0));
		g_string_append_printf(expected, "REQUEST> #%u wkssvc NetrWkstaGetInfo; ", call);
	}
	rig_read(&r, pdu_response(6));
	rig_read(&r, pdu_response(10));
	g_string_append(expected, ">RESPONSE #6; >RESPONSE #10 wkssvc NetrWkstaGetInfo; ");
	rig_end(&r, expected->str);
	ck_assert_uint_eq(r.log.limits, 3);
}
END_TEST

/* After a loss the next write begins a PDU, whatever was missing of the one before. */
START_TEST(a_gap_in_the_middle)
{
	g_autoptr(GByteArray) long_call = pdu_call(DCE_REQUEST, FIRST_AND_LAST, 2, 0, 15, 2000);
	Rig r;

	rig_begin(&r, _i);
	rig_bind(&r);
	rig_write_part(&r, long_call, 0, 1000);
	smb_connection_gap(r.c, SMB_TO_SERVER, 1200, SMB_GAP_MISSING, &(SmbStamp){ 90, 90 });
	rig_write(&r, pdu_request(3, 0, 16));
	rig_end(&r,
		BOUND "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* The message ends in a gap: of its PDU there is what there is. */
START_TEST(a_gap_inside_of_a_write)
{
	static const struct {
		guint kept; /* bytes of the PDU before the gap */
		const char *told;
	} cases[] = { { 12, "" },
		      { 20, "REQUEST> #3; " },
		      { 30, "REQUEST> #3 srvsvc NetrShareGetInfo; " } };

	for (uint32_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) pdu = pdu_request(3, 0, 16);
		g_autofree char *expected = g_strconcat(BOUND, cases[i].told,
							"REQUEST> #4 srvsvc NetrShareEnum; ", NULL);
		uint16_t words[] = { NO_ANDX, 0, FID, 0, 0, 0, 0, 0, 0, 0, 64, 32 + 1 + 24 + 2 };
		BuildHeader h1 = { .command = COM_WRITE_ANDX, .tid = 1, .uid = 1, .mid = 77 };
		GByteArray *a;
		guint gap = pdu->len - cases[i].kept;
		Rig r;

		rig_begin(&r, _i);
		rig_bind(&r);
		if (_i == 1) {
			a = build_simple(h1, words, 12, pdu->data, (uint16_t)pdu->len);
		} else {
			a = build2_message(header2(&r, SMB2_WRITE));
			build2_write_request(a, FID, pdu->data, pdu->len);
			build_end(a);
		}
		smb_connection_feed(r.c, SMB_TO_SERVER, (SmbSpan){ a->data, a->len - gap },
				    &(SmbStamp){ 80, 80 });
		smb_connection_gap(r.c, SMB_TO_SERVER, gap, SMB_GAP_MISSING, &(SmbStamp){ 90, 90 });
		g_byte_array_unref(a);
		rig_write(&r, pdu_request(4, 0, 15));
		/* The first write is reported last: it was never answered. */
		smb_connection_end(r.c,
				   &(SmbEnding){ .end = SMB_END_FIN,
						 .by_server = false,
						 .seen = { true, true },
						 .acked = { true, true } },
				   &(SmbStamp){ 999, 999 });
		for (const char *at = expected; *at; at = strchr(at, ';') + 2) {
			g_autofree char *one = g_strndup(at, strcspn(at, ";"));

			ck_assert_ptr_nonnull(strstr(r.log.lines->str, one));
		}
		ck_assert_uint_eq(r.log.lines->len, strlen(expected));
		g_string_free(r.log.lines, TRUE);
		smb_context_free(r.context);
	}
}
END_TEST

/* ---- SMB1 alone ---- */

/* A raw write that begins a message has the length of the message before it. */
START_TEST(a_raw_write_has_a_length_before_it)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 1);
	g_autoptr(GByteArray) call = pdu_call(DCE_REQUEST, FIRST_AND_LAST, 2, 0, 15, 500);
	g_autoptr(GByteArray) raw = g_byte_array_new(), begins = g_byte_array_new();
	Rig r;

	build_le(raw, bind->len, 2);
	build2_bytes(raw, bind->data, bind->len);
	build_le(begins, call->len, 2);
	build2_bytes(begins, call->data, 100);
	rig_begin(&r, 1);
	write1(&r, raw->data, raw->len, RAW_AND_START);
	write1(&r, begins->data, begins->len, RAW_AND_START); /* the rest in a write of its own */
	write1(&r, call->data + 100, call->len - 100, 4);
	rig_write(&r, pdu_request(3, 0, 16));
	rig_end(&r, "BIND> #1 srvsvc/0; REQUEST> #2 srvsvc NetrShareEnum; "
		    "REQUEST> #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* ---- SMB2 alone ---- */

START_TEST(what_overflows_is_read_after)
{
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), rest = g_byte_array_new(),
			      answer = pdu_call(DCE_RESPONSE, FIRST_AND_LAST, 2, 0, 0, 3000);
	Rig r;

	build2_bytes(rest, answer->data + 1024, answer->len - 1024);
	g_byte_array_set_size(answer, 1024);
	rig_begin(&r, 2);
	rig_bind(&r);
	ioctl2(&r, PIPE_TRANSCEIVE, call, answer, STATUS_BUFFER_OVERFLOW);
	rig_read_part(&r, rest, 0, 0);
	rig_transact(&r, pdu_request(3, 0, 16), pdu_response(3));
	rig_end(&r, BOUND "REQUEST>RESPONSE #2 srvsvc NetrShareEnum; "
			  "REQUEST>RESPONSE #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* The answer to a read that waits has an AsyncId where its TreeId was. */
START_TEST(an_answer_comes_later)
{
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 1, 0);
	Build2Header h;
	GByteArray *b;
	Rig r;

	rig_begin(&r, 2);
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	h = ask_read2(&r);
	h.flags = BUILD2_ASYNC;
	h.async_id = 99;
	h.response = true;
	h.status = STATUS_PENDING;
	b = build2_message(h);
	build2_error_response(b);
	rig_feed(&r, SMB_TO_CLIENT, b);
	h.status = 0;
	answer_read2(&r, h, ack->data, ack->len);
	rig_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
}
END_TEST

/* All in one compound: create, write, read; the FileId is not known when it is asked. */
static void
feed_compound(Rig *r, const GByteArray *bind, const GByteArray *ack, uint32_t status)
{
	Build2Header create = header2(r, SMB2_CREATE), write = header2(r, SMB2_WRITE),
		     read = header2(r, SMB2_READ), close = header2(r, SMB2_CLOSE);
	GByteArray *a = build2_message(create), *b;

	write.flags = read.flags = close.flags = BUILD2_RELATED;
	write.tid = read.tid = close.tid = UINT32_MAX;
	write.session = read.session = close.session = UINT64_MAX;
	build2_create_request(a, "srvsvc", 0);
	build2_next(a, write);
	build2_write_request(a, UINT64_MAX, bind->data, bind->len);
	build2_next(a, read);
	build2_read_request(a, UINT64_MAX, 4096);
	build2_next(a, close);
	build2_close_request(a, UINT64_MAX);
	rig_feed(r, SMB_TO_SERVER, a);
	create.response = write.response = read.response = close.response = true;
	create.status = write.status = read.status = close.status = status;
	b = build2_message(create);
	if (status)
		build2_error_response(b);
	else
		build2_create_response(b, FID);
	build2_next(b, write);
	if (status)
		build2_error_response(b);
	else
		build2_write_response(b, bind->len);
	build2_next(b, read);
	if (status)
		build2_error_response(b);
	else
		build2_read_response(b, ack->data, ack->len);
	build2_next(b, close);
	if (status)
		build2_error_response(b);
	else
		build2_close_response(b);
	rig_feed(r, SMB_TO_CLIENT, b);
}

START_TEST(a_compound_of_related_commands)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 8);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 8, 0);
	const char *told = "BIND> #1 srvsvc/0 srvsvc/1 srvsvc/2 srvsvc/3 srvsvc/4 srvsvc/5 "
			   "srvsvc/6 srvsvc/7; >BINDACK #1 srvsvc/0=0 srvsvc/1=0 srvsvc/2=0 "
			   "srvsvc/3=0 srvsvc/4=0 srvsvc/5=0 srvsvc/6=0 srvsvc/7=0; ";
	Rig r;

	rig_begin_unopened(&r, 2);
	connect_tree2(&r, PIPE);
	feed_compound(&r, bind, ack, 0);
	rig_end(&r, told);
	/* A create that failed opened nothing; what was written went nowhere. */
	rig_begin(&r, 2);
	feed_compound(&r, bind, ack, 0xC0000034);
	rig_end(&r, "");
}
END_TEST

/* In a compound with a file that is open, the second command takes over its FileId. */
START_TEST(a_related_read_after_a_write)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, srvsvc, 1);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 1, 0);
	Build2Header write, read;
	GByteArray *a;
	Rig r;

	rig_begin(&r, 2);
	write = header2(&r, SMB2_WRITE);
	read = header2(&r, SMB2_READ);
	read.flags = BUILD2_RELATED;
	a = build2_message(write);
	build2_write_request(a, FID, bind->data, bind->len);
	build2_next(a, read);
	build2_read_request(a, UINT64_MAX, 4096);
	rig_feed(&r, SMB_TO_SERVER, a);
	write.response = read.response = true;
	a = build2_message(write);
	build2_write_response(a, bind->len);
	rig_feed(&r, SMB_TO_CLIENT, a);
	answer_read2(&r, read, ack->data, ack->len);
	rig_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
}
END_TEST

/* What was opened before the capture began is a pipe where it is used as one, or lies in IPC$. */
START_TEST(a_pipe_that_was_open_before)
{
	Rig r;

	rig_begin_unopened(&r, _i);
	rig_bind(&r);
	rig_write(&r, pdu_request(2, 0, 15));
	rig_read(&r, pdu_response(2));
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	/* A bind tells, whatever tree it is; what looks like a call does not. */
	rig_begin_unopened(&r, _i);
	if (_i == 1)
		open1(&r);
	else
		open2(&r);
	rig_write(&r, pdu_request(1, 0, 15));
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	rig_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	rig_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	if (_i == 1)
		return;
	rig_begin_unopened(&r, 2);
	connect_tree2(&r, PIPE);
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	rig_end(&r, "BIND> #1 srvsvc/0; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
}
END_TEST

/* A file may hold what looks like a PDU; other control codes carry none. */
START_TEST(files_and_other_codes_are_not_looked_into)
{
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), answer = pdu_response(2);
	Rig r;

	rig_begin_unopened(&r, 2);
	connect_tree2(&r, DISK);
	open2(&r);
	rig_write(&r, pdu_bind(DCE_BIND, 1, 0, srvsvc, 1));
	rig_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	rig_end(&r, "");
	ck_assert_uint_eq(r.log.n_pipes, 0);
	rig_begin(&r, 2);
	rig_bind(&r);
	ioctl2(&r, PIPE_PEEK, call, answer, 0);
	ioctl2(&r, PIPE_TRANSCEIVE, call, answer, 0xC00000B0);
	rig_end(&r, BOUND "REQUEST> #2 srvsvc NetrShareEnum; ");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pipes");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, bind_and_call_by_write_and_read, 1, 3);
	tcase_add_loop_test(tc, bind_and_call_by_transaction, 1, 3);
	tcase_add_loop_test(tc, a_context_id_is_used_again, 1, 3);
	tcase_add_loop_test(tc, alter_context_adds_an_interface, 1, 3);
	tcase_add_loop_test(tc, fragments_that_are_not_the_first_name_nothing, 1, 3);
	tcase_add_loop_test(tc, a_call_id_is_used_again, 1, 3);
	tcase_add_loop_test(tc, answers_come_out_of_order, 1, 3);
	tcase_add_loop_test(tc, an_answer_is_read_in_pieces, 1, 3);
	tcase_add_loop_test(tc, a_pdu_is_written_and_read_in_two_pieces, 1, 3);
	tcase_add_loop_test(tc, a_pdu_comes_byte_by_byte, 1, 3);
	tcase_add_loop_test(tc, a_long_bind_in_pieces, 1, 3);
	tcase_add_loop_test(tc, several_pdus_in_one_write, 1, 3);
	tcase_add_loop_test(tc, a_fragment_length_that_lies, 1, 3);
	tcase_add_loop_test(tc, bytes_that_are_no_pdu_are_let_go, 1, 3);
	tcase_add_loop_test(tc, contexts_and_calls_are_capped, 1, 3);
	tcase_add_loop_test(tc, a_gap_in_the_middle, 1, 3);
	tcase_add_loop_test(tc, a_gap_inside_of_a_write, 1, 3);
	tcase_add_loop_test(tc, a_pipe_that_was_open_before, 1, 3);
	tcase_add_test(tc, a_raw_write_has_a_length_before_it);
	tcase_add_test(tc, what_overflows_is_read_after);
	tcase_add_test(tc, an_answer_comes_later);
	tcase_add_test(tc, a_compound_of_related_commands);
	tcase_add_test(tc, a_related_read_after_a_write);
	tcase_add_test(tc, files_and_other_codes_are_not_looked_into);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
