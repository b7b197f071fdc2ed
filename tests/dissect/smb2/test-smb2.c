/* SPDX-License-Identifier: BSD-3-Clause */
/* What messages say: real ones of captures, and built ones of the commands that those lack. */
#include "tests/dissect/smb2/smb2-case.h"

/* ---- Real messages ---- */

START_TEST(negotiate_request_shows_dialects_and_contexts)
{
	static const uint16_t offered[] = { 0x0202, 0x0210, 0x0300, 0x0302, 0x0311 };
	uint16_t types[8], dialects[8];
	Wire w = dissect_hex(NEGOTIATE_311_REQUEST, false);

	ck_assert_str_eq(message->blocks[0].name, "SMB2_NEGOTIATE");
	ck_assert_uint_eq(facts->n_dialects, 5);
	ck_assert_mem_eq(facts->dialects, offered, sizeof(offered));
	ck_assert_uint_eq(list_numbers("dialects", dialects, 8), 5);
	ck_assert_mem_eq(dialects, offered, sizeof(offered));
	ck_assert_uint_eq(facts->security_mode, 1);
	ck_assert_uint_eq(facts->capabilities, number("capabilities"));
	ck_assert_uint_eq(facts->capabilities, 0x7f);
	ck_assert_uint_eq(facts->guid.len, 16);
	ck_assert_ptr_eq(facts->guid.ptr, w.bytes + 76);
	ck_assert_uint_eq(list_numbers("negotiate_contexts", types, 8), 4);
	ck_assert_uint_eq(types[0], 1);
	ck_assert_uint_eq(types[1], 2);
	ck_assert_uint_eq(types[2], 8);
	ck_assert_uint_eq(types[3], 5);
	ck_assert_ptr_null(facts->blob.ptr);
	free(w.bytes);
}
END_TEST

START_TEST(negotiate_request_without_311_has_no_contexts)
{
	uint16_t types[8];
	Wire w = dissect_hex(NEGOTIATE_202_REQUEST, false);

	ck_assert_uint_eq(facts->n_dialects, 1);
	ck_assert_uint_eq(facts->dialects[0], 0x0202);
	ck_assert_uint_eq(facts->capabilities, 0);
	ck_assert_uint_eq(list_numbers("negotiate_contexts", types, 8), 0);
	free(w.bytes);
}
END_TEST

START_TEST(negotiate_response_shows_the_choice)
{
	Wire w = dissect_hex(NEGOTIATE_202_RESPONSE, true);

	ck_assert_uint_eq(facts->dialect, 0x0202);
	ck_assert_uint_eq(number("dialect_revision"), 0x0202);
	ck_assert_uint_eq(facts->security_mode, 1);
	ck_assert_uint_eq(facts->capabilities, 1);
	ck_assert_uint_eq(number("max_transact_size"), 65536);
	ck_assert_uint_eq(number("max_read_size"), 65536);
	ck_assert_uint_eq(number("max_write_size"), 65536);
	ck_assert_uint_gt(number("system_time"), 0);
	ck_assert_uint_eq(number("security_blob_length"), 74);
	ck_assert_uint_eq(facts->blob.len, 74);
	ck_assert_uint_eq(facts->blob.ptr[0], 0x60);
	ck_assert_ptr_eq(facts->guid.ptr, w.bytes + 72);
	ck_assert_mem_eq(facts->guid.ptr, "main\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	free(w.bytes);
	w = dissect_hex(NEGOTIATE_311_RESPONSE, true);
	ck_assert_uint_eq(facts->dialect, 0x0311);
	ck_assert_uint_eq(list_numbers("negotiate_contexts", (uint16_t[8]){ 0 }, 8), 3);
	free(w.bytes);
	w = dissect_hex(WILDCARD_RESPONSE, true);
	ck_assert_uint_eq(facts->dialect, 0x02ff);
	free(w.bytes);
}
END_TEST

START_TEST(session_setup_rounds_show_their_blobs)
{
	Wire w = dissect_hex(SESSION_SETUP_REQUEST, false);

	ck_assert_uint_eq(facts->security_mode, 1);
	ck_assert_uint_eq(facts->capabilities, 1);
	ck_assert_uint_eq(facts->blob.len, 74);
	ck_assert_uint_eq(number("security_blob_length"), 74);
	ck_assert_uint_eq(number("previous_session_id"), 0);
	ck_assert_uint_eq(message->mid, 1);
	ck_assert_uint_eq(message->uid, 0);
	free(w.bytes);
	/* The status fails, but this one carries a body ([MS-SMB2] 3.3.4.4). */
	w = dissect_hex(SESSION_SETUP_MORE, true);
	ck_assert_uint_eq(message->status.value, 0xC0000016);
	ck_assert_uint_eq(message->uid, SESSION);
	ck_assert_uint_eq(facts->blob.len, 141);
	free(w.bytes);
	w = dissect_hex(SESSION_SETUP_RESPONSE, true);
	ck_assert_uint_eq(message->status.value, 0);
	ck_assert_uint_eq(facts->session_flags, 0);
	ck_assert_uint_eq(facts->blob.len, 29);
	ck_assert(message->has_signature);
	ck_assert_mem_eq(message->signature, w.bytes + 48, 16);
	free(w.bytes);
}
END_TEST

START_TEST(session_setup_response_shows_guest)
{
	Wire w = from_hex(SESSION_SETUP_RESPONSE);

	put(w, 66, 2, 5);
	put(w, 70, 2, 0);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(facts->session_flags, 5);
	ck_assert_ptr_null(facts->blob.ptr);
	ck_assert_uint_eq(message->anomalies, 0);
}
END_TEST

START_TEST(tree_connect_shows_path_and_type)
{
	Wire w = dissect_hex(TREE_CONNECT_REQUEST, false);

	assert_text(facts->name, "\\\\10.77.0.1\\share");
	assert_text(*(const SmbText *)value("path"), "\\\\10.77.0.1\\share");
	free(w.bytes);
	w = dissect_hex(TREE_CONNECT_RESPONSE, true);
	ck_assert_uint_eq(facts->share_type, 1);
	ck_assert_uint_eq(message->tid, 0x9d5d1987);
	ck_assert_uint_eq(number("share_type"), 1);
	ck_assert_uint_eq(number("share_flags"), 0);
	ck_assert_uint_eq(number("share_capabilities"), 0);
	ck_assert_uint_eq(number("maximal_access"), 0x001f01ff);
	free(w.bytes);
	w = dissect_hex(TREE_CONNECT_IPC_RESPONSE, true);
	ck_assert_uint_eq(facts->share_type, 2);
	free(w.bytes);
	w = dissect_hex(SIGNED_TREE_CONNECT_RESPONSE, true);
	ck_assert(message->has_signature);
	ck_assert_uint_eq(message->flags & SMB2_FLAGS_SIGNED, SMB2_FLAGS_SIGNED);
	free(w.bytes);
}
END_TEST

START_TEST(create_shows_what_was_asked)
{
	Wire w = dissect_hex(CREATE_REQUEST, false);
	const SmbOpenFacts *open = &facts->open;

	assert_text(facts->name, "hello.txt");
	assert_text(open->name, "hello.txt");
	ck_assert(open->nt);
	ck_assert_uint_eq(open->access, 0x00120089);
	ck_assert(open->to_read);
	ck_assert(!open->to_write);
	ck_assert(!open->to_delete);
	ck_assert_uint_eq(open->share_access, 3);
	ck_assert_uint_eq(open->disposition, 1);
	ck_assert_uint_eq(open->options, 0x40);
	ck_assert(!facts->has_fid);
	ck_assert_uint_eq(number("desired_access"), 0x00120089);
	put(w, 64 + 24, 4, 0x00000002);
	put(w, 64 + 40, 4, 0x00001000);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert(!open->to_read);
	ck_assert(open->to_write);
	ck_assert(open->to_delete);
	w = from_hex(CREATE_REQUEST);
	put(w, 64 + 24, 4, 0x10000000); /* GENERIC_ALL asks for everything */
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert(open->to_read && open->to_write && open->to_delete);
	w = dissect_hex(CREATE_DIRECTORY_REQUEST, false);
	ck_assert_uint_eq(facts->name.bytes.len, 0);
	free(w.bytes);
}
END_TEST

START_TEST(create_shows_what_was_answered)
{
	static const SmbOpened actions[] = { SMB_OPENED_SUPERSEDED, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED,
					     SMB_OPENED_UNKNOWN };
	const SmbOpenFacts *open = &facts->open;
	Wire w = dissect_hex(CREATE_RESPONSE, true);

	ck_assert(facts->has_fid);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	ck_assert_uint_eq(facts->fid_persistent, CREATE_ID_PERSISTENT);
	ck_assert(open->nt);
	ck_assert(open->has_size);
	ck_assert_uint_eq(open->size, 16);
	ck_assert(!open->directory);
	ck_assert_uint_eq(open->oplock, 0);
	ck_assert_int_eq(open->action, SMB_OPENED_EXISTING);
	ck_assert_uint_eq(number("fid"), CREATE_ID);
	ck_assert_uint_eq(number("fid_persistent"), CREATE_ID_PERSISTENT);
	ck_assert(!message->has_signature);
	for (uint32_t i = 0; i < 5; i++) {
		put(w, 64 + 2, 1, i);
		put(w, 64 + 4, 4, i);
		ck_assert_uint_eq(dissect_kept(w, w.len, true), 0);
		ck_assert_int_eq(open->action, actions[i]);
		ck_assert_uint_eq(open->oplock, i);
	}
	free(w.bytes);
	w = from_hex(CREATE_RESPONSE);
	for (uint32_t n = 64 + 72; n <= 64 + 80; n++) { /* the FileId ends at 80 */
		Wire c = cut(w, n);

		ck_assert_uint_eq(dissect_kept(c, w.len, true), 0);
		ck_assert_int_eq(facts->has_fid, n == 64 + 80);
		ck_assert_int_eq(open->has_size, n == 64 + 80);
		free(c.bytes);
	}
	free(w.bytes);
	w = dissect_hex(CREATE_DIRECTORY_RESPONSE, true);
	ck_assert(open->directory);
	free(w.bytes);
}
END_TEST

START_TEST(read_shows_range_and_result)
{
	Wire w = dissect_hex(READ_REQUEST, false);

	ck_assert(facts->has_fid);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	ck_assert_uint_eq(facts->offset, 0);
	ck_assert_uint_eq(facts->length, 16);
	free(w.bytes);
	w = dissect_hex(READ_RESPONSE, true);
	ck_assert_uint_eq(facts->length, 16);
	ck_assert_uint_eq(number("data_length"), 16);
	ck_assert_uint_eq(number("data_offset"), 80);
	/* It was answered after an interim response, so it has the asynchronous header. */
	ck_assert_uint_eq(message->async_id, 11);
	ck_assert_uint_eq(message->tid, 0);
	free(w.bytes);
	assert_error(READ_PENDING, 0x00000103);
	ck_assert_uint_ne(message->async_id, 0);
}
END_TEST

START_TEST(errors_have_no_body_and_are_no_anomaly)
{
	assert_error(IOCTL_ERROR, 0xC0000225);
	assert_error(QUERY_DIRECTORY_ERROR, 0x80000006);
}
END_TEST

START_TEST(other_commands_show_file_and_function)
{
	Wire w = dissect_hex(IOCTL_REQUEST, false);

	ck_assert_int_eq(facts->function, 0x00060194);
	ck_assert_uint_eq(number("ctl_code"), 0x00060194);
	ck_assert_uint_eq(number("input_count"), 36);
	ck_assert(facts->has_fid);
	ck_assert_uint_eq(facts->fid, UINT64_MAX);
	free(w.bytes);
	w = from_hex(IOCTL_REQUEST);
	put(w, 64 + 4, 4, 0x80060194); /* the top bit must not make a "no function" of it */
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_int_eq(facts->function, 0x00060194);
	w = dissect_hex(IOCTL_RESPONSE, true);
	ck_assert_int_eq(facts->function, 0x00140204);
	ck_assert_uint_eq(number("output_count"), 24);
	free(w.bytes);
	w = dissect_hex(QUERY_INFO_REQUEST, false);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	ck_assert_int_eq(facts->function, (int32_t)number("file_info_class"));
	ck_assert_uint_eq(number("info_type"), 1);
	free(w.bytes);
	w = dissect_hex(QUERY_INFO_RESPONSE, true);
	ck_assert_uint_eq(number("output_buffer_length"), w.len - 72);
	free(w.bytes);
	w = dissect_hex(QUERY_DIRECTORY_REQUEST, false);
	assert_text(facts->name, "hello*");
	ck_assert_uint_eq(facts->fid, 0xcf3965c7);
	ck_assert_uint_eq(facts->fid_persistent, 0xa2087d71);
	ck_assert_int_eq(facts->function, (int32_t)number("file_information_class"));
	free(w.bytes);
	w = dissect_hex(QUERY_DIRECTORY_RESPONSE, true);
	ck_assert_uint_eq(number("output_buffer_length"), 122);
	free(w.bytes);
	w = dissect_hex(CLOSE_REQUEST, false);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	free(w.bytes);
	w = dissect_hex(CLOSE_RESPONSE, true);
	ck_assert(!facts->has_fid);
	free(w.bytes);
}
END_TEST

START_TEST(commands_without_fields_are_named)
{
	Wire w = dissect_hex(TREE_DISCONNECT_REQUEST, false);

	ck_assert_str_eq(message->blocks[0].name, "SMB2_TREE_DISCONNECT");
	ck_assert_ptr_null(message->blocks[0].layout);
	free(w.bytes);
	w = dissect_hex(LOGOFF_REQUEST, false);
	ck_assert_str_eq(message->blocks[0].name, "SMB2_LOGOFF");
	free(w.bytes);
}
END_TEST

START_TEST(transform_shows_its_session_only)
{
	Wire w = from_hex(ENCRYPTED_REQUEST);

	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->version, 3);
	ck_assert_uint_ne(message->uid, 0);
	ck_assert_uint_eq(message->uid, w.bytes[44] | w.bytes[45] << 8 | w.bytes[46] << 16 |
						(uint64_t)w.bytes[47] << 24);
	ck_assert_uint_eq(message->flags, 1);
	ck_assert_uint_eq(message->n_blocks, 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert(!message->has_signature);
	put(w, 36, 4, w.len - 52 + 1);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
}
END_TEST

/* What a header says that is not whole is not held against it ([MS-SMB2] 2.2.41). */
START_TEST(a_cut_transform_is_short_and_no_more)
{
	Wire whole = from_hex(ENCRYPTED_REQUEST);

	for (uint32_t n = 4; n < 52; n++) {
		Wire w = cut(whole, n);

		ck_assert_uint_eq(dissect(w, false), 0);
		ck_assert_uint_eq(message->anomalies & SMB_ANOMALY_FIELDS, 0);
		ck_assert_uint_ne(message->anomalies & SMB_ANOMALY_SHORT_HEADER, 0);
	}
	free(whole.bytes);
}
END_TEST

START_TEST(compression_is_reported)
{
	Wire w = wire_of_size(16);

	put(w, 0, 4, 0x424D53FC);
	put(w, 10, 2, 1);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->version, 4);
	ck_assert_uint_eq(message->flags, 1);
	ck_assert_uint_eq(message->n_blocks, 0);
	ck_assert_uint_eq(message->anomalies, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smb2");
	TCase *tests = tcase_create("smb2");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, negotiate_request_shows_dialects_and_contexts);
	tcase_add_test(tests, negotiate_request_without_311_has_no_contexts);
	tcase_add_test(tests, negotiate_response_shows_the_choice);
	tcase_add_test(tests, session_setup_rounds_show_their_blobs);
	tcase_add_test(tests, session_setup_response_shows_guest);
	tcase_add_test(tests, tree_connect_shows_path_and_type);
	tcase_add_test(tests, create_shows_what_was_asked);
	tcase_add_test(tests, create_shows_what_was_answered);
	tcase_add_test(tests, read_shows_range_and_result);
	tcase_add_test(tests, errors_have_no_body_and_are_no_anomaly);
	tcase_add_test(tests, other_commands_show_file_and_function);
	tcase_add_test(tests, commands_without_fields_are_named);
	tcase_add_test(tests, transform_shows_its_session_only);
	tcase_add_test(tests, a_cut_transform_is_short_and_no_more);
	tcase_add_test(tests, compression_is_reported);
	smb2_add_built(tests);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
