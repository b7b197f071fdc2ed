/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DCE/RPC on named pipes: what only one protocol has. SMB1: raw writes ([MS-CIFS] 2.2.4.43). SMB2:
 * interim responses, compounds, FSCTLs ([MS-SMB2] 2.2.31, 3.3.4.1.3, 3.3.4.2).
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/pipe-case.h"

enum {
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_READ = 8,
	SMB2_WRITE = 9,
	PIPE_TRANSCEIVE = 0x0011C017,
	PIPE_PEEK = 0x0011400C,
	RAW_AND_START = 0x0C,
	COM_TRANSACTION = 0x25,
	COM_TRANSACTION_SECONDARY = 0x26,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_TRANSACT_SECONDARY = 0xA1,
	NMPIPE = 0x26, /* TRANS_TRANSACT_NMPIPE */
	NT_IOCTL = 2,
	NT_SET_SECURITY = 3,
};
#define STATUS_BUFFER_OVERFLOW 0x80000005u
#define STATUS_PENDING 0x00000103u

/* ---- SMB1 alone ---- */

/* A raw write that begins a message has the length of the message before it. */
START_TEST(a_raw_write_has_a_length_before_it)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1);
	g_autoptr(GByteArray) call = pdu_call(DCE_REQUEST, PDU_FIRST_AND_LAST, 2, 0, 15, 500);
	g_autoptr(GByteArray) raw = g_byte_array_new(), begins = g_byte_array_new();
	PipeRig r;

	build_le(raw, bind->len, 2);
	build2_bytes(raw, bind->data, bind->len);
	build_le(begins, call->len, 2);
	build2_bytes(begins, call->data, 100);
	pipe_begin(&r, 1);
	pipe_write1(&r, raw->data, raw->len, RAW_AND_START);
	pipe_write1(&r, begins->data, begins->len,
		    RAW_AND_START); /* the rest in a write of its own */
	pipe_write1(&r, call->data + 100, call->len - 100, 4);
	pipe_write(&r, pdu_request(3, 0, 16));
	pipe_end(&r, "BIND> #1 srvsvc/0; REQUEST> #2 srvsvc NetrShareEnum; "
		     "REQUEST> #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* [MS-CIFS] 2.2.4.33, 2.2.4.34: the data in two messages; the setup says to which pipe. */
static void
transaction_in_parts(PipeRig *r, const GByteArray *in, uint16_t first)
{
	BuildHeader h = { .command = COM_TRANSACTION, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t n = (uint16_t)in->len, at = 32 + 1 + 32 + 2 + 8, rest = n - first;
	uint16_t begin[] = { 0, n, 0, 4096, 0, 0, 0, 0, 0, 0, at, first, at, 2, NMPIPE, PIPE_FID };
	uint16_t end[] = { 0, n, 0, 32 + 1 + 16 + 2, 0, rest, 32 + 1 + 16 + 2, first };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)"\\PIPE\\\0", 8);
	build2_bytes(bytes, in->data, first);
	pipe_feed(r, SMB_TO_SERVER, build_simple(h, begin, 16, bytes->data, (uint16_t)bytes->len));
	h.command = COM_TRANSACTION_SECONDARY;
	pipe_feed(r, SMB_TO_SERVER, build_simple(h, end, 8, in->data + first, rest));
}

/* [MS-CIFS] 2.2.4.62, 2.2.4.63, 2.2.7.2: the same, with a function of NT_TRANSACT. */
static void
nt_transact_in_parts(PipeRig *r, const GByteArray *in, uint16_t first, uint16_t function)
{
	enum { BEGIN = 19 + 4, END = 18 };
	BuildHeader h = { .command = COM_NT_TRANSACT, .tid = 1, .uid = 1, .mid = ++r->mid };
	uint16_t n = (uint16_t)in->len, rest = n - first;
	g_autoptr(GByteArray) begin = g_byte_array_new(), end = g_byte_array_new();
	uint32_t lead = 32 + 1 + 2 * BEGIN + 2, behind = 32 + 1 + 2 * END + 2;
	const uint32_t asked[] = { 0, n, 0, 4096, 0, lead, first, lead };
	const uint32_t more[] = { 0, n, 0, behind, 0, rest, behind, first };

	build_le(begin, 0, 1 + 2); /* MaxSetupCount, Reserved1 */
	for (size_t i = 0; i < G_N_ELEMENTS(asked); i++)
		build_le(begin, asked[i], 4);
	build_le(begin, 4, 1);
	build_le(begin, function, 2);
	build_le(begin, PIPE_TRANSCEIVE, 4);
	build_le(begin, PIPE_FID, 2);
	build_le(begin, 1, 2); /* IsFctl */
	build_le(end, 0, 3);
	for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
		build_le(end, more[i], 4);
	build_le(end, 0, 1);
	pipe_feed(r, SMB_TO_SERVER,
		  build_simple(h, (const uint16_t *)(void *)begin->data, BEGIN, in->data, first));
	h.command = COM_NT_TRANSACT_SECONDARY;
	pipe_feed(r, SMB_TO_SERVER,
		  build_simple(h, (const uint16_t *)(void *)end->data, END, in->data + first, rest));
}

/* A call is told when all of it was sent, however the server answers. */
START_TEST(a_call_in_several_messages)
{
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15);
	PipeRig r;

	for (uint16_t first = 0; first < call->len; first++) {
		pipe_begin(&r, 1);
		pipe_bind(&r);
		transaction_in_parts(&r, call, first);
		pipe_end(&r, PIPE_BOUND "REQUEST> #2 srvsvc NetrShareEnum; ");
		pipe_begin(&r, 1);
		pipe_bind(&r);
		nt_transact_in_parts(&r, call, first, NT_IOCTL);
		pipe_end(&r, PIPE_BOUND "REQUEST> #2 srvsvc NetrShareEnum; ");
	}
	/* another function has no call in its data */
	pipe_begin(&r, 1);
	pipe_bind(&r);
	nt_transact_in_parts(&r, call, 9, NT_SET_SECURITY);
	pipe_end(&r, PIPE_BOUND);
}
END_TEST

/* ---- SMB2 alone ---- */

START_TEST(what_overflows_is_read_after)
{
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), rest = g_byte_array_new(),
			      answer = pdu_call(DCE_RESPONSE, PDU_FIRST_AND_LAST, 2, 0, 0, 3000);
	PipeRig r;

	build2_bytes(rest, answer->data + 1024, answer->len - 1024);
	g_byte_array_set_size(answer, 1024);
	pipe_begin(&r, 2);
	pipe_bind(&r);
	pipe_ioctl2(&r, PIPE_TRANSCEIVE, call, answer, STATUS_BUFFER_OVERFLOW);
	pipe_read_part(&r, rest, 0, 0);
	pipe_transact(&r, pdu_request(3, 0, 16), pdu_response(3));
	pipe_end(&r, PIPE_BOUND "REQUEST>RESPONSE #2 srvsvc NetrShareEnum; "
				"REQUEST>RESPONSE #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* The answer to a read that waits has an AsyncId where its TreeId was. */
START_TEST(an_answer_comes_later)
{
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 1, 0);
	Build2Header h;
	GByteArray *b;
	PipeRig r;

	pipe_begin(&r, 2);
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	h = pipe_ask_read2(&r);
	h.flags = BUILD2_ASYNC;
	h.async_id = 99;
	h.response = true;
	h.status = STATUS_PENDING;
	b = build2_message(h);
	build2_error_response(b);
	pipe_feed(&r, SMB_TO_CLIENT, b);
	h.status = 0;
	pipe_answer_read2(&r, h, ack->data, ack->len);
	pipe_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
}
END_TEST

/* Beyond 64 KiB of what is written there may be calls that are not looked at; nobody calls by a read. */
START_TEST(long_writes_are_counted)
{
	static const struct {
		const char *told;
		uint8_t type;
		uint64_t limits;
	} table[] = {
		{ PIPE_BOUND "REQUEST> #2 srvsvc NetrShareEnum; ", DCE_REQUEST, 1 },
		{ PIPE_BOUND ">RESPONSE #2; ", DCE_RESPONSE, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		GByteArray *data = pdu_call(table[i].type, PDU_FIRST_AND_LAST, 2, 0, 15, 60000);
		PipeRig r;

		pipe_begin(&r, 2);
		pipe_bind(&r);
		g_byte_array_set_size(data, 70000);
		if (table[i].type == DCE_REQUEST)
			pipe_write(&r, data);
		else
			pipe_read(&r, data);
		pipe_end(&r, table[i].told);
		ck_assert_uint_eq(r.log.limits, table[i].limits);
	}
}
END_TEST

/* All in one compound: create, write, read; the FileId is not known when it is asked. */
static void
feed_compound(PipeRig *r, const GByteArray *bind, const GByteArray *ack, uint32_t status)
{
	Build2Header create = pipe_header2(r, SMB2_CREATE), write = pipe_header2(r, SMB2_WRITE),
		     read = pipe_header2(r, SMB2_READ), close = pipe_header2(r, SMB2_CLOSE);
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
	pipe_feed(r, SMB_TO_SERVER, a);
	create.response = write.response = read.response = close.response = true;
	create.status = write.status = read.status = close.status = status;
	b = build2_message(create);
	if (status)
		build2_error_response(b);
	else
		build2_create_response(b, PIPE_FID);
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
	pipe_feed(r, SMB_TO_CLIENT, b);
}

START_TEST(a_compound_of_related_commands)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 8);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 8, 0);
	const char *told = "BIND> #1 srvsvc/0 srvsvc/1 srvsvc/2 srvsvc/3 srvsvc/4 srvsvc/5 "
			   "srvsvc/6 srvsvc/7; >BINDACK #1 srvsvc/0=0 srvsvc/1=0 srvsvc/2=0 "
			   "srvsvc/3=0 srvsvc/4=0 srvsvc/5=0 srvsvc/6=0 srvsvc/7=0; ";
	PipeRig r;

	pipe_begin_unopened(&r, 2);
	pipe_tree2(&r, PIPE_SHARE);
	feed_compound(&r, bind, ack, 0);
	pipe_end(&r, told);
	/* A create that failed opened nothing; what was written went nowhere. */
	pipe_begin(&r, 2);
	feed_compound(&r, bind, ack, 0xC0000034);
	pipe_end(&r, "");
}
END_TEST

/* In a compound with a file that is open, the second command takes over its FileId. */
START_TEST(a_related_read_after_a_write)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 1, 0);
	Build2Header write, read;
	GByteArray *a;
	PipeRig r;

	pipe_begin(&r, 2);
	write = pipe_header2(&r, SMB2_WRITE);
	read = pipe_header2(&r, SMB2_READ);
	read.flags = BUILD2_RELATED;
	a = build2_message(write);
	build2_write_request(a, PIPE_FID, bind->data, bind->len);
	build2_next(a, read);
	build2_read_request(a, UINT64_MAX, 4096);
	pipe_feed(&r, SMB_TO_SERVER, a);
	write.response = read.response = true;
	a = build2_message(write);
	build2_write_response(a, bind->len);
	pipe_feed(&r, SMB_TO_CLIENT, a);
	pipe_answer_read2(&r, read, ack->data, ack->len);
	pipe_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
}
END_TEST

/* What was opened before the capture began is a pipe where it is used as one, or lies in IPC$. */
START_TEST(a_pipe_that_was_open_before)
{
	PipeRig r;

	pipe_begin_unopened(&r, _i);
	pipe_bind(&r);
	pipe_write(&r, pdu_request(2, 0, 15));
	pipe_read(&r, pdu_response(2));
	pipe_end(&r, PIPE_BOUND
		 "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	/* A bind tells, whatever tree it is; what looks like a call does not. */
	pipe_begin_unopened(&r, _i);
	if (_i == 1)
		pipe_open1(&r);
	else
		pipe_open2(&r);
	pipe_write(&r, pdu_request(1, 0, 15));
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	pipe_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	pipe_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	if (_i == 1)
		return;
	pipe_begin_unopened(&r, 2);
	pipe_tree2(&r, PIPE_SHARE);
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	pipe_end(&r, "BIND> #1 srvsvc/0; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
}
END_TEST

/* A file may hold what looks like a PDU; other control codes carry none. */
START_TEST(files_and_other_codes_are_not_looked_into)
{
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), answer = pdu_response(2);
	PipeRig r;

	pipe_begin_unopened(&r, 2);
	pipe_tree2(&r, DISK_SHARE);
	pipe_open2(&r);
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	pipe_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	pipe_end(&r, "");
	ck_assert_uint_eq(r.log.n_pipes, 0);
	pipe_begin(&r, 2);
	pipe_bind(&r);
	pipe_ioctl2(&r, PIPE_PEEK, call, answer, 0);
	pipe_ioctl2(&r, PIPE_TRANSCEIVE, call, answer, 0xC00000B0);
	pipe_end(&r, PIPE_BOUND "REQUEST> #2 srvsvc NetrShareEnum; ");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pipe-messages");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_pipe_that_was_open_before, 1, 3);
	tcase_add_test(tc, a_raw_write_has_a_length_before_it);
	tcase_add_test(tc, a_call_in_several_messages);
	tcase_add_test(tc, what_overflows_is_read_after);
	tcase_add_test(tc, an_answer_comes_later);
	tcase_add_test(tc, long_writes_are_counted);
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
