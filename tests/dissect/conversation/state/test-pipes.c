/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DCE/RPC on named pipes, through a connection: by WRITE and READ, by transactions, whole and in
 * pieces, over SMB1 ([MS-CIFS] 2.2.4.42, 2.2.4.43, 2.2.5.6) and SMB2 ([MS-SMB2] 2.2.19 to 2.2.22,
 * 2.2.31).
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/pipe-case.h"

enum {
	COM_WRITE_ANDX = 0x2F,
	SMB2_WRITE = 9,
};

/* ---- Whole PDUs ---- */

START_TEST(bind_and_call_by_write_and_read)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	pipe_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	pipe_write(&r, pdu_request(2, 0, 15));
	pipe_read(&r, pdu_response(2));
	pipe_end(&r, "BIND> #1 srvsvc/0; >BINDACK #1 srvsvc/0=0; "
		     "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_eq(r.log.n_pipes, 1);
	ck_assert_uint_eq(r.log.limits, 0);
}
END_TEST

START_TEST(bind_and_call_by_transaction)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_transact(&r, pdu_request(2, 0, 15), pdu_response(2));
	pipe_transact(&r, pdu_request(3, 0, 999), pdu_fault(3, 0x1c010002));
	pipe_transact(&r, pdu_request(4, 5, 1), pdu_response(4)); /* a context nobody bound */
	pipe_end(&r, PIPE_BOUND "REQUEST>RESPONSE #2 srvsvc NetrShareEnum; "
				"REQUEST>FAULT #3 srvsvc op 999 fault 1c010002; "
				"REQUEST>RESPONSE #4 op 1; ");
}
END_TEST

START_TEST(a_context_id_is_used_again)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_transact(&r, pdu_bind(DCE_BIND, 2, 0, pdu_wkssvc, 1), pdu_ack(DCE_BIND_ACK, 2, 1, 0));
	pipe_transact(&r, pdu_request(3, 0, 0), pdu_response(3));
	pipe_end(&r, PIPE_BOUND "BIND>BINDACK #2 wkssvc/0=0; "
				"REQUEST>RESPONSE #3 wkssvc NetrWkstaGetInfo; ");
}
END_TEST

/* Not where the server refuses it. */
START_TEST(a_context_id_is_asked_for_again)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_transact(&r, pdu_bind(DCE_BIND, 2, 0, pdu_wkssvc, 1), pdu_ack(DCE_BIND_ACK, 2, 1, 2));
	pipe_transact(&r, pdu_request(3, 0, 0), pdu_response(3));
	pipe_end(&r, PIPE_BOUND "BIND>BINDACK #2 wkssvc/0=2; "
				"REQUEST>RESPONSE #3 srvsvc NetrCharDevEnum; ");
}
END_TEST

START_TEST(alter_context_adds_an_interface)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_transact(&r, pdu_bind(DCE_ALTER_CONTEXT, 2, 1, pdu_wkssvc, 1),
		      pdu_ack(DCE_ALTER_CONTEXT_RESPONSE, 2, 1, 0));
	pipe_transact(&r, pdu_request(3, 1, 0), pdu_response(3));
	pipe_transact(&r, pdu_request(4, 0, 15), pdu_response(4));
	pipe_end(&r, PIPE_BOUND "ALTER_CONTEXT>ALTER_CONTEXT_RESP #2 wkssvc/1=0; "
				"REQUEST>RESPONSE #3 wkssvc NetrWkstaGetInfo; "
				"REQUEST>RESPONSE #4 srvsvc NetrShareEnum; ");
}
END_TEST

/* Only a first fragment names a call; a bind needs no flag. */
START_TEST(fragments_that_are_not_the_first_name_nothing)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_FIRST_FRAG, 2, 0, 15, 400));
	pipe_write(&r, pdu_call(DCE_REQUEST, 0, 2, 0, 16, 400));
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_LAST_FRAG, 2, 0, 17, 400));
	pipe_read(&r, pdu_call(DCE_RESPONSE, DCE_FIRST_FRAG, 2, 0, 0, 400));
	pipe_read(&r, pdu_call(DCE_RESPONSE, DCE_LAST_FRAG, 2, 0, 0, 400));
	pipe_end(&r, PIPE_BOUND
		 "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
}
END_TEST

START_TEST(a_call_id_is_used_again)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_write(&r, pdu_request(2, 0, 15));
	pipe_write(&r, pdu_request(2, 0, 16));
	pipe_read(&r, pdu_response(2));
	pipe_read(&r, pdu_response(2));
	pipe_read(&r, pdu_response(2)); /* one too many */
	pipe_end(&r, PIPE_BOUND
		 "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #2 srvsvc NetrShareGetInfo; "
		 ">RESPONSE #2 srvsvc NetrShareEnum; "
		 ">RESPONSE #2 srvsvc NetrShareGetInfo; >RESPONSE #2; ");
}
END_TEST

START_TEST(answers_come_out_of_order)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_write(&r, pdu_request(2, 0, 15));
	pipe_write(&r, pdu_request(3, 0, 16));
	pipe_read(&r, pdu_response(3));
	pipe_read(&r, pdu_response(2));
	pipe_end(&r, PIPE_BOUND
		 "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #3 srvsvc NetrShareGetInfo; "
		 ">RESPONSE #3 srvsvc NetrShareGetInfo; "
		 ">RESPONSE #2 srvsvc NetrShareEnum; ");
}
END_TEST

/* ---- Pieces ---- */

START_TEST(an_answer_is_read_in_pieces)
{
	g_autoptr(GByteArray) answer = pdu_call(DCE_RESPONSE, PDU_FIRST_AND_LAST, 2, 0, 0, 3000);
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_write(&r, pdu_request(2, 0, 15));
	pipe_read_part(&r, answer, 0, 1024);
	pipe_read_part(&r, answer, 1024, 1024);
	pipe_read_part(&r, answer, 2048, 0);
	pipe_transact(&r, pdu_request(3, 0, 16), pdu_response(3));
	pipe_end(&r,
		 PIPE_BOUND "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; "
			    "REQUEST>RESPONSE #3 srvsvc NetrShareGetInfo; ");
}
END_TEST

/* Wherever it is cut, the same is reported, once. */
START_TEST(a_pdu_is_written_and_read_in_two_pieces)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 2);
	g_autoptr(GByteArray) ack = pdu_ack(DCE_BIND_ACK, 1, 2, 0);
	g_autoptr(GByteArray) call = pdu_request(2, 0, 15), answer = pdu_response(2);

	for (guint cut = 1; cut < call->len; cut++) {
		PipeRig r;

		pipe_begin(&r, _i);
		pipe_write_part(&r, bind, 0, cut);
		pipe_write_part(&r, bind, cut, 0);
		pipe_read_part(&r, ack, 0, cut);
		pipe_read_part(&r, ack, cut, 0);
		pipe_write_part(&r, call, 0, cut);
		pipe_write_part(&r, call, cut, 0);
		pipe_read_part(&r, answer, 0, cut);
		pipe_read_part(&r, answer, cut, 0);
		pipe_end(&r,
			 "BIND> #1 srvsvc/0 srvsvc/1; >BINDACK #1 srvsvc/0=0 srvsvc/1=0; "
			 "REQUEST> #2 srvsvc NetrShareEnum; >RESPONSE #2 srvsvc NetrShareEnum; ");
	}
}
END_TEST

START_TEST(a_pdu_comes_byte_by_byte)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1),
			      call = pdu_request(2, 0, 15);
	PipeRig r;

	pipe_begin(&r, _i);
	for (guint i = 0; i < bind->len; i++)
		pipe_write_part(&r, bind, i, 1);
	for (guint i = 0; i < call->len; i++)
		pipe_write_part(&r, call, i, 1);
	pipe_end(&r, "BIND> #1 srvsvc/0; REQUEST> #2 srvsvc NetrShareEnum; ");
}
END_TEST

/* More than is kept of a beginning: the contexts of the part that is kept are reported. */
START_TEST(a_long_bind_in_pieces)
{
	g_autoptr(GByteArray) bind = pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 40);
	PipeRig r;

	ck_assert_uint_gt(bind->len, 1024);
	pipe_begin(&r, _i);
	pipe_write_part(&r, bind, 0, 20);
	pipe_write_part(&r, bind, 20, 1500);
	pipe_write_part(&r, bind, 1520, 0);
	pipe_write(&r, pdu_request(2, 3, 15));
	pipe_end(&r, "BIND> #1 srvsvc/0 srvsvc/1 srvsvc/2 srvsvc/3 srvsvc/4 srvsvc/5 srvsvc/6 "
		     "srvsvc/7 srvsvc/8 srvsvc/9 srvsvc/10 srvsvc/11 srvsvc/12 srvsvc/13 srvsvc/14 "
		     "srvsvc/15; REQUEST> #2 srvsvc NetrShareEnum; ");
	ck_assert_uint_gt(r.log.limits, 0);
}
END_TEST

START_TEST(several_pdus_in_one_write)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_write(&r, pdu_both(pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1), pdu_request(2, 0, 15)));
	pipe_read(&r, pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	pipe_read(&r, pdu_response(2));
	/* Of two calls the first is reported, and the other is not lost. */
	pipe_write(&r, pdu_both(pdu_request(3, 0, 15), pdu_request(4, 0, 16)));
	pipe_read(&r, pdu_both(pdu_response(3), pdu_fault(4, 5)));
	pipe_transact(&r,
		      pdu_both(pdu_request(5, 0, 15),
			       pdu_both(pdu_request(6, 0, 16), pdu_request(7, 0, 17))),
		      pdu_both(pdu_response(5), pdu_response(6)));
	pipe_read(&r, pdu_response(7));
	pipe_end(&r, "REQUEST> #2 srvsvc NetrShareEnum; >BINDACK #1 srvsvc/0=0; "
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
		g_autoptr(GString) expected = g_string_new(PIPE_BOUND);
		PipeRig r;

		ck_assert_uint_eq(lie->len, 64);
		build2_put(lie, 8, cases[i].length, 2);
		pipe_begin(&r, _i);
		pipe_bind(&r);
		pipe_write(&r, lie);
		if (cases[i].length == 65)
			pipe_write(&r, pdu_both(g_byte_array_append(g_byte_array_new(),
								    (const guint8 *)"x", 1),
						pdu_request(3, 0, 16)));
		else
			pipe_write(&r, pdu_request(3, 0, 16));
		if (cases[i].told)
			g_string_append(expected, cases[i].length == 16
							  ? "REQUEST> #2; "
							  : "REQUEST> #2 srvsvc NetrShareEnum; ");
		if (cases[i].next)
			g_string_append(expected, "REQUEST> #3 srvsvc NetrShareGetInfo; ");
		pipe_end(&r, expected->str);
	}
}
END_TEST

START_TEST(bytes_that_are_no_pdu_are_let_go)
{
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_write(&r, g_byte_array_append(g_byte_array_new(), (const guint8 *)"no PDU is in here",
					   17));
	pipe_write(&r, g_byte_array_append(g_byte_array_new(), (const guint8 *)"n", 1));
	pipe_write(&r, pdu_bind(DCE_BIND, 1, 0, pdu_srvsvc, 1));
	pipe_end(&r, "BIND> #1 srvsvc/0; ");
}
END_TEST

START_TEST(contexts_and_calls_are_capped)
{
	g_autoptr(GString) expected = g_string_new(NULL);
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_transact(&r, pdu_bind(DCE_ALTER_CONTEXT, 2, 1, pdu_wkssvc, 15),
		      pdu_ack(DCE_ALTER_CONTEXT_RESPONSE, 2, 15, 0));
	ck_assert_uint_eq(r.log.limits, 0);
	g_string_truncate(r.log.lines, 0);
	/* A seventeenth interface is reported, and not remembered; a known one is overwritten. */
	pipe_write(&r, pdu_bind(DCE_ALTER_CONTEXT, 3, 16, pdu_wkssvc, 1));
	pipe_write(&r, pdu_bind(DCE_ALTER_CONTEXT, 4, 0, pdu_wkssvc, 1));
	pipe_write(&r, pdu_request(5, 16, 0));
	pipe_write(&r, pdu_request(6, 0, 0));
	g_string_append(expected, "ALTER_CONTEXT> #3 wkssvc/16; ALTER_CONTEXT> #4 wkssvc/0; "
				  "REQUEST> #5 op 0; REQUEST> #6 wkssvc NetrWkstaGetInfo; ");
	/* The two calls are the oldest of eighteen: their answers are not known any more. */
	for (uint32_t call = 10; call < 26; call++) {
		pipe_write(&r, pdu_request(call, 0, 0));
		g_string_append_printf(expected, "REQUEST> #%u wkssvc NetrWkstaGetInfo; ", call);
	}
	pipe_read(&r, pdu_response(6));
	pipe_read(&r, pdu_response(10));
	g_string_append(expected, ">RESPONSE #6; >RESPONSE #10 wkssvc NetrWkstaGetInfo; ");
	pipe_end(&r, expected->str);
	ck_assert_uint_eq(r.log.limits, 3);
}
END_TEST

/* After a loss the next write begins a PDU, whatever was missing of the one before. */
START_TEST(a_gap_in_the_middle)
{
	g_autoptr(GByteArray) long_call = pdu_call(DCE_REQUEST, PDU_FIRST_AND_LAST, 2, 0, 15, 2000);
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_bind(&r);
	pipe_write_part(&r, long_call, 0, 1000);
	smb_connection_gap(r.c, SMB_TO_SERVER, 1200, SMB_GAP_MISSING, &(SmbStamp){ 90, 90 });
	pipe_write(&r, pdu_request(3, 0, 16));
	pipe_end(&r, PIPE_BOUND
		 "REQUEST> #2 srvsvc NetrShareEnum; REQUEST> #3 srvsvc NetrShareGetInfo; ");
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
		g_autofree char *expected = g_strconcat(PIPE_BOUND, cases[i].told,
							"REQUEST> #4 srvsvc NetrShareEnum; ", NULL);
		uint16_t words[] = {
			NO_ANDX, 0, PIPE_FID, 0, 0, 0, 0, 0, 0, 0, 64, 32 + 1 + 24 + 2
		};
		BuildHeader h1 = { .command = COM_WRITE_ANDX, .tid = 1, .uid = 1, .mid = 77 };
		GByteArray *a;
		guint gap = pdu->len - cases[i].kept;
		PipeRig r;

		pipe_begin(&r, _i);
		pipe_bind(&r);
		if (_i == 1) {
			a = build_simple(h1, words, 12, pdu->data, (uint16_t)pdu->len);
		} else {
			a = build2_message(pipe_header2(&r, SMB2_WRITE));
			build2_write_request(a, PIPE_FID, pdu->data, pdu->len);
			build_end(a);
		}
		smb_connection_feed(r.c, SMB_TO_SERVER, (SmbSpan){ a->data, a->len - gap },
				    &(SmbStamp){ 80, 80 });
		smb_connection_gap(r.c, SMB_TO_SERVER, gap, SMB_GAP_MISSING, &(SmbStamp){ 90, 90 });
		g_byte_array_unref(a);
		pipe_write(&r, pdu_request(4, 0, 15));
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

/* Arguments that never come whole are counted: displaced by another call, or open at the end. */
START_TEST(a_call_without_its_end_is_counted)
{
	static const uint8_t efsrpc[16] = "\x88\xd4\x81\xc6\x50\xd8\xd0\x11"
					  "\x8c\x52\0\xc0\x4f\xd9\x0f\x7e";
	PipeRig r;

	pipe_begin(&r, _i);
	pipe_transact(&r, pdu_bind(DCE_BIND, 1, 0, efsrpc, 1), pdu_ack(DCE_BIND_ACK, 1, 1, 0));
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_FIRST_FRAG, 2, 0, 0, 8));
	pipe_write(&r, pdu_request(3, 0, 9)); /* changes nothing */
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_LAST_FRAG, 2, 0, 0, 8));
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_FIRST_FRAG, 4, 0, 0, 8));
	pipe_write(&r, pdu_call(DCE_REQUEST, DCE_FIRST_FRAG, 5, 0, 0, 8));
	pipe_end(&r, "BIND>BINDACK #1 efsrpc/0=0; REQUEST> #2 efsrpc EfsRpcOpenFileRaw; "
		     "REQUEST> #3 efsrpc EfsRpcAddUsersToFile; "
		     "REQUEST> #2 efsrpc EfsRpcOpenFileRaw; "
		     "REQUEST> #4 efsrpc EfsRpcOpenFileRaw; "
		     "REQUEST> #5 efsrpc EfsRpcOpenFileRaw; ");
	ck_assert_uint_eq(r.log.limits, 2);
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
	tcase_add_loop_test(tc, a_context_id_is_asked_for_again, 1, 3);
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
	tcase_add_loop_test(tc, a_call_without_its_end_is_counted, 1, 3);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
