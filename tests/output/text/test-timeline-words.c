/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands in the columns of the timeline that are about transactions. */
#include "output/text/timeline.h"

#include "dissect/wire/names.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>

typedef void (*Column)(const OutLine *line);

static void
expect(Column column, const SmbExchange *x, const char *text)
{
	OutBuffer b = { 0 };
	OutLine line = { .b = &b, .x = x };

	column(&line);
	out_char(&b, '\0');
	ck_assert_str_eq(b.data, text);
	out_buffer_clear(&b);
}

static SmbExchange
exchange(SmbStep step, uint16_t command, int32_t function)
{
	return (SmbExchange){ .version = 1,
			      .step = step,
			      .command = command,
			      .command_name = smb1_command_name((uint8_t)command),
			      .response = { .frame = 2 },
			      .other = { .function = function, .level = -1 } };
}

START_TEST(labels_say_what_is_done)
{
	static const struct {
		SmbStep step;
		uint16_t command;
		int32_t function;
		const char *label;
	} cases[] = {
		{ SMB_STEP_PATH, 0x00, -1, "create directory" },
		{ SMB_STEP_PATH, 0x08, -1, "query info" },
		{ SMB_STEP_LOCK, 0x0C, -1, "lock" },
		{ SMB_STEP_LOCK, 0x0D, -1, "unlock" },
		{ SMB_STEP_TRANSACTION, 0x25, 0x26, "pipe transact" },
		{ SMB_STEP_TRANSACTION, 0x25, 0x99, "transaction" },
		{ SMB_STEP_TRANSACTION, 0x25, -1, "transaction" },
		{ SMB_STEP_SEARCH, 0x32, 1, "search" },
		{ SMB_STEP_SEARCH, 0x32, 2, "search next" },
		{ SMB_STEP_SEARCH, 0x34, -1, "search close" },
		{ SMB_STEP_PATH, 0x32, 5, "query path" },
		{ SMB_STEP_TRANSACTION, 0x32, 0x10, "dfs referral" },
		{ SMB_STEP_TRANSACTION, 0x32, 0xFFFF, "transaction" },
		{ SMB_STEP_TRANSACTION, 0xA0, 8, "set quota" },
		{ SMB_STEP_PATH, 0xA5, -1, "nt rename" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		SmbExchange x = exchange(cases[i].step, cases[i].command, cases[i].function);

		expect(out_step_label, &x, cases[i].label);
	}
}
END_TEST

START_TEST(an_nt_rename_is_named_by_its_level)
{
	SmbExchange x = exchange(SMB_STEP_PATH, 0xA5, -1);

	x.other.level = 0x103;
	expect(out_step_label, &x, "hard link");
	x.other.level = 0x104;
	expect(out_step_label, &x, "rename");
}
END_TEST

START_TEST(smb2_commands_have_labels_of_their_own)
{
	SmbExchange x = exchange(SMB_STEP_PATH, 0x08, -1);

	x.version = 2;
	ck_assert_ptr_null(out_other_label(&x));
	x = exchange(SMB_STEP_TRANSACTION, 0x0B, 0x60194);
	x.version = 2;
	x.other.about = "FSCTL_DFS_GET_REFERRALS";
	expect(out_step_label, &x, "dfs referral");
	x.other.function = 0x140204;
	x.other.about = "FSCTL_VALIDATE_NEGOTIATE_INFO";
	expect(out_step_label, &x, "ioctl");
	expect(out_ask_other, &x, "FSCTL_VALIDATE_NEGOTIATE_INFO");
}
END_TEST

START_TEST(a_referral_says_where_to)
{
	SmbExchange x = exchange(SMB_STEP_TRANSACTION, 0x32, 0x10);

	x.other.name = smb_text_from_utf8("\\dom\\dfs");
	x.other.target = smb_text_from_utf8("\\files01\\data");
	x.other.count = 1;
	expect(out_ask_other, &x, "\\dom\\dfs");
	expect(out_answer_ok, &x, "\\files01\\data");
	x.other.count = 3;
	expect(out_answer_ok, &x, "\\files01\\data and 2 more");
}
END_TEST

START_TEST(setting_some_information_has_a_name)
{
	SmbExchange x = exchange(SMB_STEP_OTHER, 0x11, 13);

	x.version = 2;
	x.other.disposition = SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE;
	expect(out_step_label, &x, "delete");
	x.other.disposition = 0;
	x.other.function = 10;
	x.other.name = smb_text_from_utf8("a");
	x.other.name_to = smb_text_from_utf8("b");
	expect(out_step_label, &x, "rename");
	expect(out_ask_other, &x, "a to b");
	x.other.function = 11;
	expect(out_step_label, &x, "link");
	x = exchange(SMB_STEP_PATH, 0x32, 8);
	x.other.about = "SMB_SET_FILE_DISPOSITION_INFO";
	x.other.disposition = SMB_DISPOSITION_SET;
	expect(out_step_label, &x, "set file");
	expect(out_ask_other, &x, ", not to be deleted, SMB_SET_FILE_DISPOSITION_INFO");
}
END_TEST

START_TEST(rap_has_a_status_of_its_own)
{
	SmbExchange x = exchange(SMB_STEP_TRANSACTION, 0x25, -1);

	x.other.name = smb_text_from_utf8("\\PIPE\\LANMAN");
	expect(out_ask_other, &x, "\\PIPE\\LANMAN");
	x.other.about = "NetShareEnum";
	expect(out_step_label, &x, "rap");
	expect(out_ask_other, &x, "NetShareEnum");
	x.other.rap = true;
	expect(out_answer_ok, &x, "ok");
	x.other.count = 5;
	expect(out_answer_ok, &x, "5 entries");
	x.other.rap_status = 234;
	expect(out_answer_ok, &x, "5 entries, ERROR_MORE_DATA");
	x.other.count = 0;
	x.other.rap_status = 9999;
	expect(out_answer_ok, &x, "error 9999");
}
END_TEST

START_TEST(what_is_queried_is_shown_after_the_file)
{
	SmbExchange x = exchange(SMB_STEP_PATH, 0x32, 5);

	x.other.name = smb_text_from_utf8("\\a.txt");
	x.other.level = 0x101;
	x.other.about = "SMB_QUERY_FILE_BASIC_INFO";
	expect(out_ask_other, &x, "\\a.txt, SMB_QUERY_FILE_BASIC_INFO");
	/* A function that has no label is named. */
	x = exchange(SMB_STEP_TRANSACTION, 0xA0, 9);
	x.other.function_name = "NT_TRANSACT_CREATE2";
	expect(out_ask_other, &x, "NT_TRANSACT_CREATE2");
	/* Of a search the pattern is enough. */
	x = exchange(SMB_STEP_SEARCH, 0x32, 1);
	x.other.name = smb_text_from_utf8("\\*");
	x.other.about = "SMB_FIND_FILE_BOTH_DIRECTORY_INFO";
	expect(out_ask_other, &x, "\\*");
}
END_TEST

START_TEST(a_pipe_is_called_by_its_name)
{
	SmbString *name = smb_string_new(smb_text_from_utf8("\\srvsvc"), 64);
	SmbFile file = { .name = name, .pipe = true };
	SmbRpcFacts rpc = { .request = "BIND", .opnum = -1, .n_interfaces = 2 };
	SmbExchange x = exchange(SMB_STEP_TRANSACTION, 0x25, 0x26);

	x.other.name = smb_text_from_utf8("\\PIPE\\");
	x.has_fid = true;
	x.file = &file;
	expect(out_ask_other, &x, "\\srvsvc");
	x.rpc = &rpc;
	rpc.interfaces[0].name = "srvsvc";
	rpc.interfaces[1].name = "wkssvc";
	rpc.interfaces[1].uuid[0] = 1;
	expect(out_step_label, &x, "rpc");
	expect(out_ask_other, &x, "\\srvsvc, bind srvsvc, wkssvc");
	expect(out_answer_ok, &x, "ok");
	rpc.interfaces[0].answered = rpc.interfaces[1].answered = true;
	expect(out_answer_ok, &x, "accepted srvsvc, wkssvc");
	rpc.interfaces[1].result = 2;
	rpc.interfaces[1].reason = 1;
	ck_assert(!out_rpc_failed(&x));
	expect(out_answer_ok, &x, "rejected wkssvc (unknown interface), accepted srvsvc");
	rpc.interfaces[0].result = 2;
	ck_assert(out_rpc_failed(&x));
	expect(out_answer_ok, &x, "rejected srvsvc, wkssvc (unknown interface)");
	smb_string_unref(name);
}
END_TEST

START_TEST(a_call_over_the_pipe_of_its_name)
{
	SmbString *name = smb_string_new(smb_text_from_utf8("\\srvsvc"), 64);
	SmbFile file = { .name = name, .pipe = true };
	SmbRpcFacts rpc = { .request = "REQUEST", .opnum = 15, .n_interfaces = 1, .called = true };
	SmbExchange x = exchange(SMB_STEP_TRANSACTION, 0x0B, 0x11C017);

	x.version = 2;
	x.other.about = "FSCTL_PIPE_TRANSCEIVE";
	x.has_fid = true;
	x.file = &file;
	x.rpc = &rpc;
	rpc.operation = "NetrShareEnum";
	rpc.interfaces[0].name = "srvsvc";
	expect(out_ask_other, &x, "srvsvc NetrShareEnum");
	expect(out_answer_ok, &x, "ok");
	rpc.interfaces[0].name = "srv";
	expect(out_ask_other, &x, "\\srvsvc, srv NetrShareEnum");
	rpc.fault = 0x1C010002;
	ck_assert(out_rpc_failed(&x));
	expect(out_answer_ok, &x, "fault nca_s_op_rng_error");
	rpc.fault = 0x12345678;
	expect(out_answer_ok, &x, "fault 0x12345678");
	smb_string_unref(name);
}
END_TEST

START_TEST(a_mailslot_is_no_pipe)
{
	SmbExchange x = exchange(SMB_STEP_TRANSACTION, 0x25, 1);

	x.other.name = smb_text_from_utf8("\\MAILSLOT\\BROWSE");
	x.other.function_name = "TRANS_MAILSLOT_WRITE";
	x.other.mailslot = true;
	expect(out_step_label, &x, "mailslot");
	expect(out_ask_other, &x, "\\MAILSLOT\\BROWSE");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("timeline-words");
	TCase *tc = tcase_create("columns");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, labels_say_what_is_done);
	tcase_add_test(tc, an_nt_rename_is_named_by_its_level);
	tcase_add_test(tc, smb2_commands_have_labels_of_their_own);
	tcase_add_test(tc, a_referral_says_where_to);
	tcase_add_test(tc, setting_some_information_has_a_name);
	tcase_add_test(tc, a_call_over_the_pipe_of_its_name);
	tcase_add_test(tc, rap_has_a_status_of_its_own);
	tcase_add_test(tc, what_is_queried_is_shown_after_the_file);
	tcase_add_test(tc, a_pipe_is_called_by_its_name);
	tcase_add_test(tc, a_mailslot_is_no_pipe);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
