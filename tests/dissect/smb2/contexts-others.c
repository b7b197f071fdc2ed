/* SPDX-License-Identifier: BSD-3-Clause */
/* Contexts of errors, transforms, RDMA and breaks, and what a cut message has. */
#include "tests/dissect/smb2/contexts-case.h"

/* ---- errors ---- */

START_TEST(errors_without_data_have_their_counts)
{
	contexts_expect(contexts_message_of(SMB2_CREATE, TO_CLIENT, 0xC0000034,
					    "0900 00 00 00000000 00"),
			TO_CLIENT, "\"error_context_count\":0,\"error_byte_count\":0");
}
END_TEST

START_TEST(error_data_follow_the_status)
{
	contexts_expect(
		contexts_message_of(SMB2_CREATE, TO_CLIENT, STATUS_STOPPED_ON_SYMLINK,
				    "0900 00 00 20000000" SYMLINK),
		TO_CLIENT,
		"\"error_byte_count\":32,\"symlink_length\":28,\"symlink_error_tag\":1280137555,"
		"\"reparse_tag\":2684354572,\"reparse_data_length\":16,\"unparsed_path_length\":12,"
		"\"symlink_flags\":1,\"substitute_name\":\"t\",\"print_name\":\"u\"");
	contexts_expect(contexts_message_of(SMB2_QUERY_INFO, TO_CLIENT, STATUS_BUFFER_TOO_SMALL,
					    "0900 00 00 04000000 b0000000"),
			TO_CLIENT, "\"error_byte_count\":4,\"required_buffer_length\":176");
	/* The same in a context, as 3.1.1 has it. */
	contexts_expect(
		contexts_message_of(SMB2_CREATE, TO_CLIENT, STATUS_STOPPED_ON_SYMLINK,
				    "0900 01 00 28000000 20000000 00000000" SYMLINK),
		TO_CLIENT,
		"\"error_contexts\":[{\"error_data_length\":32,\"error_id\":0,\"symlink_length\":28,");
	/* Bytes of which no form is known. */
	contexts_expect(contexts_message_of(SMB2_CREATE, TO_CLIENT, STATUS_ACCESS_DENIED,
					    "0900 00 00 04000000 b0000000"),
			TO_CLIENT, "\"error_context_count\":0,\"error_byte_count\":4");
}
END_TEST

START_TEST(share_redirect_names_addresses)
{
	contexts_expect(
		contexts_message_of(
			SMB2_TREE_CONNECT, TO_CLIENT, 0xC00000CC,
			"0900 01 00 50000000 48000000 53526472 30000000 03000000 48000000 00000000 "
			"0000 0000 02000000 01000000 00000000 0a4d0009 000000000000000000000000 "
			"02000000 00000000 fd770000000000000000000000000009"),
		TO_CLIENT,
		"\"error_contexts\":[{\"error_data_length\":72,\"error_id\":1919177299,"
		"\"structure_size\":48,\"notification_type\":3,\"target_type\":0,"
		"\"ip_address_count\":2,\"ip_addresses\":[{\"type\":1,\"address\":\"10.77.0.9\"},"
		"{\"type\":2,\"address\":\"fd77::9\"}]");
}
END_TEST

START_TEST(errors_that_lie_are_an_anomaly)
{
	contexts_expect_lie(contexts_message_of(SMB2_CREATE, TO_CLIENT, STATUS_STOPPED_ON_SYMLINK,
						"0900 00 00 21000000" SYMLINK),
			    TO_CLIENT, "\"error_byte_count\":33");
	contexts_expect_lie(contexts_message_of(SMB2_CREATE, TO_CLIENT, STATUS_STOPPED_ON_SYMLINK,
						"0900 02 00 28000000 20000000 00000000" SYMLINK),
			    TO_CLIENT, "\"error_contexts\":[{\"error_data_length\":32,");
	/* More addresses than there are bytes. */
	contexts_expect_lie(
		contexts_message_of(
			SMB2_TREE_CONNECT, TO_CLIENT, 0xC00000CC,
			"0900 01 00 20000000 18000000 53526472 30000000 03000000 18000000 "
			"00000000 0000 0000 ffffffff"),
		TO_CLIENT, "\"ip_address_count\":4294967295,\"ip_addresses\":[]");
}
END_TEST

/* ---- transforms ---- */

/* What is printed of a header alone. */
static void
expect_header(const char *hex, const char *json, uint8_t version)
{
	Wire w = from_hex(hex);
	char *text;

	dissect_kept(w, w.len, false);
	ck_assert_uint_eq(message->version, version);
	ck_assert_uint_eq(message->n_blocks, 0);
	text = contexts_printed(message->transform_layout, message->transform, SMB_READ_OK, NULL);
	ck_assert_str_eq(text, json);
	free(text);
	free(w.bytes);
}

START_TEST(transform_header_has_its_fields)
{
	expect_header("fd534d42" KEY PARENT "04000000"
		      "0000"
		      "0100"
		      "0500000000000000"
		      "aabbccdd",
		      "\"transform_signature\":\"" KEY "\",\"nonce\":\"" PARENT
		      "\",\"original_message_size\":4,\"transform_flags\":1,\"session_id\":5",
		      3);
}
END_TEST

START_TEST(compression_headers_have_two_forms)
{
	expect_header("fc534d42"
		      "58020000"
		      "0200"
		      "0000"
		      "04000000"
		      "aabbccdd"
		      "00",
		      "\"original_compressed_segment_size\":600,\"compression_algorithm\":2,"
		      "\"compression_flags\":0,\"offset\":4",
		      4);
	expect_header("fc534d42"
		      "58020000"
		      "0000"
		      "0100"
		      "04000000"
		      "aabbccdd"
		      "0400"
		      "0000"
		      "08000000"
		      "ff"
		      "00"
		      "0000"
		      "2c010000"
		      "0200"
		      "0000"
		      "06000000"
		      "10000000"
		      "abcd"
		      "0000"
		      "0000"
		      "00000000",
		      "\"original_compressed_segment_size\":600,\"payloads\":["
		      "{\"compression_algorithm\":0,\"compression_flags\":1,\"length\":4},"
		      "{\"compression_algorithm\":4,\"compression_flags\":0,\"length\":8,"
		      "\"pattern\":255,\"repetitions\":300},"
		      "{\"compression_algorithm\":2,\"compression_flags\":0,\"length\":6,"
		      "\"original_payload_size\":16},"
		      "{\"compression_algorithm\":0,\"compression_flags\":0,\"length\":0}]",
		      4);
}
END_TEST

START_TEST(compression_headers_that_lie_are_an_anomaly)
{
	Wire w = from_hex("fc534d42"
			  "58020000"
			  "0200"
			  "0000"
			  "05000000"
			  "aabbccdd");

	dissect(w, false);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	w = from_hex("fc534d42"
		     "58020000"
		     "0000"
		     "0100"
		     "05000000"
		     "aabbccdd");
	dissect(w, false);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
}
END_TEST

/* Payloads and headers that end early, and the offset of what is compressed where it may be. */
START_TEST(compression_headers_that_end_early)
{
	static const struct {
		const char *hex;
		uint32_t anomalies;
		const char *json;
	} rows[] = {
		{ "fc534d42580200000200000004000000aabbccdd", 0,
		  "\"original_compressed_segment_size\":600,\"compression_algorithm\":2,"
		  "\"compression_flags\":0,\"offset\":4" },
		{ "fc534d425802000009000100080000000102030405060708", 0,
		  "\"original_compressed_segment_size\":600,\"payloads\":["
		  "{\"compression_algorithm\":9,\"compression_flags\":1,\"length\":8}]" },
		{ "fc534d425802000000000100080000000102030405060708", 0,
		  "\"original_compressed_segment_size\":600,\"payloads\":["
		  "{\"compression_algorithm\":0,\"compression_flags\":1,\"length\":8}]" },
		{ "fc534d42580200000200010002000000abcd", 0,
		  "\"original_compressed_segment_size\":600,\"payloads\":["
		  "{\"compression_algorithm\":2,\"compression_flags\":1,\"length\":2}]" },
		{ "fc534d4258020000000001000000000000000000", SMB_ANOMALY_FIELDS,
		  "\"original_compressed_segment_size\":600,\"payloads\":["
		  "{\"compression_algorithm\":0,\"compression_flags\":1,\"length\":0}]" },
		{ "fc534d425802000000000100", SMB_ANOMALY_SHORT_HEADER,
		  "\"original_compressed_segment_size\":600,\"compression_algorithm\":0,"
		  "\"compression_flags\":1,\"offset\":0" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_header(rows[i].hex, rows[i].json, 4);
		ck_assert_uint_eq(message->anomalies, rows[i].anomalies);
	}
}
END_TEST

/* ---- RDMA ---- */

START_TEST(read_and_write_show_channels)
{
	contexts_expect(contexts_message_of(SMB2_READ, TO_SERVER, 0,
					    "3100 50 00 00100000 0000000000000000 " FILE_ID
					    "00000000 01000000 00000000 "
					    "7000 1000 1000000000000000 07000000 00100000"),
			TO_SERVER,
			"\"padding\":80,\"channel_info_offset\":112,\"channel_info_length\":16,"
			"\"buffer_descriptors\":[{\"offset\":16,\"token\":7,\"length\":4096}]");
	contexts_expect(
		contexts_message_of(SMB2_WRITE, TO_SERVER, 0,
				    "3100 0000 00000000 0000000000000000 " FILE_ID
				    "03000000 00100000 7000 3800 "
				    "00000000 2800 1000 01000000 0100 0000 00000000 "
				    "0200 0400 0200 0000 aabbccdd eeff 000000000000 00000000 "
				    "1000000000000000 07000000 00100000"),
		TO_SERVER,
		"\"rdma_transform\":{\"rdma_descriptor_offset\":40,\"rdma_descriptor_length\":16,"
		"\"channel\":1,\"transform_count\":1,\"transforms\":[{\"type\":2,"
		"\"signature_length\":4,\"nonce_length\":2,\"signature\":\"aabbccdd\","
		"\"nonce\":\"eeff\"}]},\"buffer_descriptors\":[{\"offset\":16,\"token\":7,"
		"\"length\":4096}]");
	contexts_expect(
		contexts_message_of(
			SMB2_READ, TO_CLIENT, 0,
			"1100 50 00 1e000000 00100000 01000000 0000 0000 00000000 0100 0000 00000000 "
			"0100 0400 0200 0000 aabbccdd eeff"),
		TO_CLIENT, "\"read_flags\":1,\"rdma_transform\":{\"rdma_descriptor_offset\":0,");
	ck_assert_ptr_null(facts->payload.ptr);
	contexts_expect_lie(contexts_message_of(SMB2_READ, TO_SERVER, 0,
						"3100 50 00 00100000 0000000000000000 " FILE_ID
						"00000000 01000000 00000000 "
						"7000 1100 1000000000000000 07000000 00100000"),
			    TO_SERVER, "\"channel_info_length\":17");
}
END_TEST

START_TEST(write_response_may_end_after_its_count)
{
	contexts_expect(
		contexts_message_of(SMB2_WRITE, TO_CLIENT, 0,
				    "1100 0000 10000000 00000000 0000 0000"),
		TO_CLIENT,
		"\"count\":16,\"remaining\":0,\"channel_info_offset\":0,\"channel_info_length\":0");
	contexts_expect(contexts_message_of(SMB2_WRITE, TO_CLIENT, 0, "1100 0000 10000000"),
			TO_CLIENT, "\"count\":16");
}
END_TEST

/* ---- breaks, notifications ---- */

START_TEST(lease_breaks_and_notifications_have_all_fields)
{
	contexts_expect(contexts_message_of(SMB2_OPLOCK_BREAK, TO_CLIENT, 0,
					    "2c00 0500 01000000 " KEY
					    " 07000000 03000000 00000000 00000000 00000000"),
			TO_CLIENT,
			"\"lease_key\":\"" KEY
			"\",\"new_epoch\":5,\"lease_flags\":1,\"lease_state\":7,"
			"\"new_lease_state\":3,\"break_reason\":0,\"access_mask_hint\":0,"
			"\"share_mask_hint\":0");
	contexts_expect(contexts_message_of(SMB2_OPLOCK_BREAK, TO_SERVER, 0,
					    "2400 0000 00000000 " KEY " 03000000 0000000000000000"),
			TO_SERVER, "\"lease_state\":3,\"lease_duration\":0");
	contexts_expect(contexts_message_of(SMB2_SERVER_TO_CLIENT_NOTIFICATION, TO_CLIENT, 0,
					    "0c00 0000 00000000 00000000"),
			TO_CLIENT, "\"notification_type\":0");
}
END_TEST

/* ---- what a cut message has ---- */

static unsigned
count_fields(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == ':';
	return n;
}

/*
 * A body of zeros, cut at each byte: each field appears as soon as its last byte is there, though it
 * is zero, and none before.
 */
START_TEST(zeros_that_were_read_are_shown)
{
	Wire w = make(SMB2_CLOSE, TO_CLIENT, 60, 60);
	unsigned last = 0;

	for (uint32_t n = SMB2_HEADER_SIZE + 2; n <= w.len; n++) {
		Wire c = cut(w, n);
		unsigned fields;
		char *text;

		dissect_kept(c, w.len, TO_CLIENT);
		ck_assert_int_eq(message->blocks[0].status,
				 n < w.len ? SMB_READ_TRUNCATED : SMB_READ_OK);
		text = contexts_printed_block();
		fields = count_fields(text);
		ck_assert_uint_eq(fields, n < 68    ? 0
					  : n < 80  ? 1
					  : n < 120 ? 1 + (n - 72) / 8
					  : n < 124 ? 7
						    : 8);
		ck_assert_uint_ge(fields, last);
		last = fields;
		free(text);
		free(c.bytes);
	}
	free(w.bytes);
}
END_TEST

START_TEST(zeros_after_the_cut_are_not_shown)
{
	Wire w = make(SMB2_SESSION_SETUP, TO_SERVER, 25, 24), c = cut(w, SMB2_HEADER_SIZE + 8);
	char *text;

	dissect_kept(c, w.len, TO_SERVER);
	text = contexts_printed_block();
	ck_assert_str_eq(text, "\"session_flags\":0,\"security_mode\":0,\"capabilities\":0");
	free(text);
	free(c.bytes);
	free(w.bytes);
}
END_TEST

void
contexts_add_others(TCase *tc)
{
	tcase_add_test(tc, errors_without_data_have_their_counts);
	tcase_add_test(tc, error_data_follow_the_status);
	tcase_add_test(tc, share_redirect_names_addresses);
	tcase_add_test(tc, errors_that_lie_are_an_anomaly);
	tcase_add_test(tc, transform_header_has_its_fields);
	tcase_add_test(tc, compression_headers_have_two_forms);
	tcase_add_test(tc, compression_headers_that_lie_are_an_anomaly);
	tcase_add_test(tc, compression_headers_that_end_early);
	tcase_add_test(tc, read_and_write_show_channels);
	tcase_add_test(tc, write_response_may_end_after_its_count);
	tcase_add_test(tc, lease_breaks_and_notifications_have_all_fields);
	tcase_add_test(tc, zeros_that_were_read_are_shown);
	tcase_add_test(tc, zeros_after_the_cut_are_not_shown);
}
