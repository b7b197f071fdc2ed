/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts of SMB2 commands, data of errors, headers of transforms and what RDMA adds, as they are
 * printed: bytes built from the specification, each with what must be said of it, and lies.
 */
#include "tests/dissect/smb2/contexts-case.h"

/* ---- negotiate contexts ---- */

START_TEST(negotiate_contexts_have_their_contents)
{
	contexts_expect(
		contexts_message_of(
			SMB2_NEGOTIATE, TO_SERVER, 0,
			NEGOTIATE_BODY(
				"0800") "0100 0a00 00000000 0100 0400 0100 aabbccdd 000000000000 "
					"0200 0600 00000000 0200 0200 0400 0000 "
					"0300 0e00 00000000 0300 0000 01000000 0100 0400 0500 0000 "
					"0500 0400 00000000 73006d00 00000000 "
					"0600 0400 00000000 01000000 00000000 "
					"0700 0c00 00000000 0200 0000 00000000 0100 0200 00000000 "
					"0800 0400 00000000 0100 0200 00000000 "
					"0001 1000 00000000 93ad25509cb411e7b42383de968bcd7c"),
		TO_SERVER,
		"\"negotiate_contexts\":["
		"{\"type\":1,\"data_length\":10,\"hash_algorithm_count\":1,\"salt_length\":4,"
		"\"hash_algorithms\":[1],\"salt\":\"aabbccdd\"},"
		"{\"type\":2,\"data_length\":6,\"cipher_count\":2,\"ciphers\":[2,4]},"
		"{\"type\":3,\"data_length\":14,\"compression_algorithm_count\":3,"
		"\"compression_flags\":1,\"compression_algorithms\":[1,4,5]},"
		"{\"type\":5,\"data_length\":4,\"netname\":\"sm\"},"
		"{\"type\":6,\"data_length\":4,\"transport_flags\":1},"
		"{\"type\":7,\"data_length\":12,\"rdma_transform_count\":2,\"rdma_transforms\":[1,2]},"
		"{\"type\":8,\"data_length\":4,\"signing_algorithm_count\":1,"
		"\"signing_algorithms\":[2]},"
		"{\"type\":256,\"data_length\":16,\"posix\":\"93ad25509cb411e7b42383de968bcd7c\"}]");
	ck_assert_uint_eq(facts->algorithms.ciphers, 1 << 2 | 1 << 4);
	ck_assert_uint_eq(facts->algorithms.compressions, 1 << 1 | 1 << 4 | 1 << 5);
	ck_assert_uint_eq(facts->algorithms.signings, 1 << 2);
}
END_TEST

START_TEST(negotiate_context_that_is_not_known_shows_its_type)
{
	contexts_expect(contexts_message_of(SMB2_NEGOTIATE, TO_SERVER, 0,
					    NEGOTIATE_BODY(
						    "0200") "0900 0200 00000000 abcd 000000000000 "
							    "0800 0400 00000000 0100 0100"),
			TO_SERVER,
			"\"negotiate_contexts\":[{\"type\":9,\"data_length\":2},"
			"{\"type\":8,\"data_length\":4,\"signing_algorithm_count\":1,"
			"\"signing_algorithms\":[1]}]");
}
END_TEST

/* As fingerprints walk them: 17 ciphers, of which 16 are kept, and what comes after. */
START_TEST(negotiate_contexts_are_walked_as_far_as_there_is_room)
{
	Wire w = contexts_message_of(
		SMB2_NEGOTIATE, TO_SERVER, 0,
		NEGOTIATE_BODY("0200") "0200 2400 00000000 1100 0100 0200 0300 0400 0500 0600 0700 "
				       "0800 0900 0a00 0b00 0c00 0d00 0e00 0f00 1000 1100 00000000 "
				       "0800 0400 00000000 0100 0200");
	Smb2Context context;
	SmbList contexts;

	(void)dissect_kept(w, w.len, TO_SERVER);
	contexts = facts->contexts;
	ck_assert(smb2_next_context(&contexts, &context));
	ck_assert_uint_eq(context.n_ids, SMB2_CONTEXT_IDS);
	ck_assert_uint_eq(context.ids[SMB2_CONTEXT_IDS - 1], SMB2_CONTEXT_IDS);
	ck_assert(smb2_next_context(&contexts, &context));
	ck_assert_uint_eq(context.type, 8);
	ck_assert_uint_eq(context.n_ids, 1);
	ck_assert(!smb2_next_context(&contexts, &context));
	free(w.bytes);
}
END_TEST

/* More ciphers than there is room for: those that are there, and the next context. */
START_TEST(negotiate_context_that_lies_is_an_anomaly)
{
	contexts_expect_lie(
		contexts_message_of(SMB2_NEGOTIATE, TO_SERVER, 0,
				    NEGOTIATE_BODY("0200") "0200 0400 00000000 0900 0200 00000000 "
							   "0800 0400 00000000 0100 0100"),
		TO_SERVER,
		"{\"type\":2,\"data_length\":4,\"cipher_count\":9,\"ciphers\":[2]},"
		"{\"type\":8,\"data_length\":4,\"signing_algorithm_count\":1,"
		"\"signing_algorithms\":[1]}]");
	ck_assert_uint_eq(facts->algorithms.ciphers, 1 << 2);
	/* A context without room for its count. */
	contexts_expect_lie(contexts_message_of(SMB2_NEGOTIATE, TO_SERVER, 0,
						NEGOTIATE_BODY(
							"0100") "0300 0400 00000000 0100 0000"),
			    TO_SERVER, "\"negotiate_contexts\":[{\"type\":3,\"data_length\":4}]");
}
END_TEST

/* ---- create contexts ---- */

START_TEST(create_request_contexts_have_their_contents)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"6001") "28000000 1000 0400 0000 1800 10000000 44486e51 00000000 "
					"00000000000000000000000000000000 "
					"38000000 1000 0400 0000 1800 20000000 52714c73 00000000 " KEY
					" 07000000 02000000 0300000000000000 "
					"50000000 1000 0400 0000 1800 34000000 52714c73 00000000 " KEY
					" 03000000 04000000 0000000000000000 " PARENT
					" 0900 0000 00000000 "
					"38000000 1000 0400 0000 1800 20000000 44483251 00000000 60ea0000 "
					"02000000 0000000000000000 000102030405060708090a0b0c0d0e0f "
					"18000000 1000 0400 0000 0000 00000000 51466964 00000000 "
					"20000000 1000 0400 0000 1800 08000000 416c5369 00000000 0010000000000000 "
					"20000000 1000 0400 0000 1800 08000000 54577270 00000000 0080c6a4f00fda01 "
					"00000000 1000 0400 0000 1800 08000000 4d784163 00000000 0080c6a4f00fda01"),
		TO_SERVER,
		"\"create_contexts\":["
		"{\"name\":\"DHnQ\",\"data_length\":16},"
		"{\"name\":\"RqLs\",\"data_length\":32,\"lease_key\":\"" KEY
		"\",\"lease_state\":7,\"lease_flags\":2,\"lease_duration\":3},"
		"{\"name\":\"RqLs\",\"data_length\":52,\"lease_key\":\"" KEY
		"\",\"lease_state\":3,\"lease_flags\":4,\"lease_duration\":0,\"parent_lease_key\":\"" PARENT
		"\",\"lease_epoch\":9},"
		"{\"name\":\"DH2Q\",\"data_length\":32,\"timeout\":60000,\"durable_flags\":2,"
		"\"create_guid\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\"},"
		"{\"name\":\"QFid\",\"data_length\":0},"
		"{\"name\":\"AlSi\",\"data_length\":8,\"allocation_size\":4096},"
		"{\"name\":\"TWrp\",\"data_length\":8,\"timestamp\":\"20");
	ck_assert(facts->open.lease);
	ck_assert_uint_eq(facts->open.lease_key[0], 0x40);
	ck_assert(!facts->open.reconnect);
}
END_TEST

START_TEST(durable_handles_are_taken_up_again)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"2800") "00000000 1000 0400 0000 1800 10000000 44486e43 00000000 "
					"0100000000000000 0200000000000000"),
		TO_SERVER,
		"\"create_contexts\":[{\"name\":\"DHnC\",\"data_length\":16,\"fid\":2,"
		"\"fid_persistent\":1}]");
	ck_assert(facts->open.reconnect);
	ck_assert_uint_eq(facts->open.reconnect_fid, 2);
	ck_assert_uint_eq(facts->open.reconnect_persistent, 1);
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"3c00") "00000000 1000 0400 0000 1800 24000000 44483243 00000000 "
					"0300000000000000 0400000000000000 "
					"000102030405060708090a0b0c0d0e0f 02000000"),
		TO_SERVER,
		"{\"name\":\"DH2C\",\"data_length\":36,\"fid\":4,\"fid_persistent\":3,"
		"\"create_guid\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\",\"durable_flags\":2}]");
	ck_assert_uint_eq(facts->open.reconnect_fid, 4);
	/* Without all of the FileId it is not known which. */
	contexts_expect_lie(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"2400") "00000000 1000 0400 0000 1800 10000000 44486e43 00000000 "
					"0100000000000000 02000000"),
		TO_SERVER, "\"create_contexts\":[{\"name\":\"DHnC\",\"data_length\":16}]");
	ck_assert(!facts->open.reconnect);
}
END_TEST

START_TEST(applications_name_contexts_by_guids)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"9400") "38000000 1000 1000 0000 2000 14000000 45bca66aefa7f74a9008fa462e144d74 "
					"1400 0000 000102030405060708090a0b0c0d0e0f 00000000 "
					"38000000 1000 1000 0000 2000 18000000 b982d0b73b56074fa07b524a8116a010 "
					"1800 0000 00000000 0200000000000000 0300000000000000 "
					"00000000 1000 1000 0000 2000 04000000 93ad25509cb411e7b42383de968bcd7c "
					"a4010000"),
		TO_SERVER,
		"\"create_contexts\":["
		"{\"name\":\"45bca66aefa7f74a9008fa462e144d74\",\"data_length\":20,"
		"\"structure_size\":20,\"app_instance_id\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\"},"
		"{\"name\":\"b982d0b73b56074fa07b524a8116a010\",\"data_length\":24,"
		"\"structure_size\":24,\"app_instance_version_high\":2,"
		"\"app_instance_version_low\":3},"
		"{\"name\":\"93ad25509cb411e7b42383de968bcd7c\",\"data_length\":4,"
		"\"posix_permissions\":420}]");
}
END_TEST

/* An extended attribute, and a security descriptor with an owner alone. */
START_TEST(attributes_and_security_descriptors_are_read)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"6000") "28000000 1000 0400 0000 1800 0d000000 45787441 00000000 "
					"00000000 00 02 0200 4541 00 abcd 000000 "
					"00000000 1000 0400 0000 1800 20000000 53656344 00000000 "
					"01 00 0080 14000000 00000000 00000000 00000000 010100000000000512000000"),
		TO_SERVER,
		"\"create_contexts\":[{\"name\":\"ExtA\",\"data_length\":13,"
		"\"extended_attributes\":[{\"next_entry_offset\":0,\"flags\":0");
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"3800") "00000000 1000 0400 0000 1800 20000000 53656344 00000000 "
					"01 00 0080 14000000 00000000 00000000 00000000 010100000000000512000000"),
		TO_SERVER,
		"\"create_contexts\":[{\"name\":\"SecD\",\"data_length\":32,\"sd_revision\":1,"
		"\"sd_control\":32768,\"owner\":\"S-1-5-18\"");
}
END_TEST

START_TEST(create_response_contexts_have_their_contents)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_CLIENT, 0,
			CREATE_ANSWER(
				"9800") "20000000 1000 0400 0000 1800 08000000 44486e51 00000000 0000000000000000 "
					"20000000 1000 0400 0000 1800 08000000 44483251 00000000 c0d40100 02000000 "
					"20000000 1000 0400 0000 1800 08000000 4d784163 00000000 00000000 ff011f00 "
					"00000000 1000 0400 0000 1800 20000000 51466964 00000000 5634120000000000 "
					"7707000000000000 00000000000000000000000000000000"),
		TO_CLIENT,
		"\"create_contexts\":["
		"{\"name\":\"DHnQ\",\"data_length\":8},"
		"{\"name\":\"DH2Q\",\"data_length\":8,\"timeout\":120000,\"durable_flags\":2},"
		"{\"name\":\"MxAc\",\"data_length\":8,\"query_status\":0,\"maximal_access\":2032127},"
		"{\"name\":\"QFid\",\"data_length\":32,\"disk_file_id\":1193046,\"volume_id\":1911}]");
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_CLIENT, 0,
			CREATE_ANSWER(
				"4400") "00000000 1000 1000 0000 2000 24000000 93ad25509cb411e7b42383de968bcd7c "
					"01000000 00000000 a4010000 010100000000000512000000 "
					"010100000000000513000000"),
		TO_CLIENT,
		"\"data_length\":36,\"number_of_links\":1,\"reparse_tag\":0,"
		"\"posix_permissions\":420,\"owner\":\"S-1-5-18\",\"group\":\"S-1-5-19\"}]");
}
END_TEST

/* Only what the bitmap names is there. */
START_TEST(apple_answers_what_the_bitmap_names)
{
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"3000") "00000000 1000 0400 0000 1800 18000000 4141504c 00000000 "
					"01000000 00000000 0700000000000000 0d00000000000000"),
		TO_SERVER,
		"{\"name\":\"AAPL\",\"data_length\":24,\"aapl_command\":1,\"aapl_bitmap\":7,"
		"\"aapl_client_capabilities\":13}]");
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_CLIENT, 0,
			CREATE_ANSWER(
				"3c00") "00000000 1000 0400 0000 1800 24000000 4141504c 00000000 01000000 00000000 "
					"0600000000000000 0000000000000000 00000000 04000000 4d006300"),
		TO_CLIENT,
		"{\"name\":\"AAPL\",\"data_length\":36,\"aapl_command\":1,\"aapl_bitmap\":6,"
		"\"aapl_volume_capabilities\":0,\"aapl_model\":\"Mc\"}]");
	contexts_expect(
		contexts_message_of(
			SMB2_CREATE, TO_SERVER, 0,
			CREATE_BODY(
				"2000") "00000000 1000 0400 0000 1800 08000000 4141504c 00000000 02000000 00000000"),
		TO_SERVER, "{\"name\":\"AAPL\",\"data_length\":8,\"aapl_command\":2}]");
}
END_TEST

#define SVHDX_V1                                                                                  \
	"01000000 01 000000 000102030405060708090a0b0c0d0e0f 00000000 04000000 0900000000000000 " \
	"0400 68007600 "

/* [MS-RSVD] 2.2.4.12, 2.2.4.32: the second has the properties of the disk as well. */
START_TEST(shared_disks_have_two_versions)
{
	enum { AT = SMB2_HEADER_SIZE + 56, PROPERTIES = AT + 0xc8 };
	Wire w = contexts_message_of(
		     SMB2_CREATE, TO_SERVER, 0,
		     CREATE_BODY(
			     "c800") "00000000 1000 1000 0000 2000 a8000000 9ccbcf9e04c1e643980e158da1f6ec83 " SVHDX_V1),
	     first = wire_of_size(PROPERTIES), second = wire_of_size(PROPERTIES + 24);

	memcpy(first.bytes, w.bytes, w.len);
	memcpy(second.bytes, w.bytes, w.len);
	free(w.bytes);
	contexts_expect(
		first, TO_SERVER,
		"\"data_length\":168,\"version\":1,\"has_initiator_id\":1,"
		"\"initiator_id\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\",\"svhdx_flags\":0,"
		"\"originator_flags\":4,\"open_request_id\":9,\"initiator_host_name_length\":4,"
		"\"initiator_host_name\":\"hv\"}]");
	put(second, AT - 4, 4, 0xe0);
	put(second, AT + 12, 4, 0xc0);
	put(second, PROPERTIES, 4, 1);
	put(second, PROPERTIES + 4, 4, 2);
	put(second, PROPERTIES + 16, 8, 3);
	contexts_expect(second, TO_SERVER,
			"\"initiator_host_name\":\"hv\",\"virtual_disk_properties_initialized\":1,"
			"\"server_service_version\":2,\"virtual_sector_size\":0,"
			"\"physical_sector_size\":0,\"virtual_size\":3}]");
}
END_TEST

/* Next, NameOffset, NameLength, DataOffset and DataLength, each with values that point elsewhere. */
START_TEST(create_contexts_that_lie_are_an_anomaly)
{
	static const struct {
		uint8_t at, size;
		uint32_t value;
		const char *json;
	} lies[] = {
		{ 0, 4, 1, "\"create_contexts\":[]" },
		{ 0, 4, 15, "\"create_contexts\":[]" },
		{ 0, 4, 0x21, "\"allocation_size\":4096}]" },
		{ 0, 4, 0xFFFFFFFF, "\"allocation_size\":4096}]" },
		{ 4, 2, 8, "{\"data_length\":8}" },
		{ 4, 2, 0x21, "{\"data_length\":8}" },
		{ 6, 2, 0x11, "{\"data_length\":8}" },
		{ 10, 2, 4, "{\"name\":\"AlSi\",\"data_length\":8}" },
		{ 10, 2, 0x19, "{\"name\":\"AlSi\",\"data_length\":8}" },
		{ 12, 4, 9, "{\"name\":\"AlSi\",\"data_length\":9,\"allocation_size\":4096}" },
		{ 12, 4, 0xFFFFFFFF, "\"data_length\":4294967295,\"allocation_size\":4096}" },
	};
	Wire w = contexts_message_of(
		SMB2_CREATE, TO_SERVER, 0,
		CREATE_BODY(
			"2000") "00000000 1000 0400 0000 1800 08000000 416c5369 00000000 0010000000000000");

	put(w, SMB2_HEADER_SIZE + 56 + lies[_i].at, lies[_i].size, lies[_i].value);
	contexts_expect_lie(w, TO_SERVER, lies[_i].json);
}
END_TEST

/* ---- tree connect contexts ---- */

#define SID_SYSTEM "010100000000000512000000"

Wire
contexts_remoted_identity(uint32_t offset)
{
	Wire w = contexts_message_of(
		SMB2_TREE_CONNECT, TO_SERVER, 0,
		"0900 0400 5800 0400 20000000 0100 00000000000000000000 5c005c00 00000000 "
		"0100 6800 00000000 0100 6800 1c00 2e00 3200 3600 0000 4a00 5a00 0000 "
		"0000 0000 0000 0000 0c00" SID_SYSTEM "07000000 6100 0000 6400 0000 "
		"0100 0c00" SID_SYSTEM "0a000000 "
		"0100 0c00 1700000000000000 03000000 "
		"0100 0c00 010100000000000000000000 07000000");

	put(w, SMB2_HEADER_SIZE + 8, 4, offset);
	put(w, SMB2_HEADER_SIZE + 32 + 2, 2, w.len - SMB2_HEADER_SIZE - 32 - 8);
	return w;
}

/* The offset counts from the request, or, where that is in the path, from the extension. */
START_TEST(tree_connect_shows_a_remoted_identity)
{
	static const uint32_t offsets[] = { 32, 24, 28 };

	for (size_t i = 0; i < 3; i++)
		contexts_expect(
			contexts_remoted_identity(offsets[i]), TO_SERVER,
			"\"path\":\"\\\\\\\\\",\"tree_connect_context_count\":1,"
			"\"tree_connect_contexts\":["
			"{\"type\":1,\"data_length\":110,\"ticket_type\":1,\"ticket_size\":104,"
			"\"user\":\"S-1-5-18\",\"user_attributes\":7,\"user_name\":\"a\","
			"\"domain\":\"d\",\"groups\":[{\"sid\":\"S-1-5-18\",\"attributes\":10}],"
			"\"privileges\":[{\"luid\":23,\"attributes\":3}],"
			"\"primary_group\":[{\"sid\":\"S-1-0-0\",\"attributes\":7}]}]");
}
END_TEST

START_TEST(tree_connect_contexts_that_lie_are_an_anomaly)
{
	static const uint32_t offsets[] = { 0, 8, 15, 150, 151, 0x7FFFFFFF, 0xFFFFFFFF };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		contexts_expect_lie(contexts_remoted_identity(offsets[i]), TO_SERVER,
				    "\"tree_connect_context_count\":1");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("smb2-contexts");
	TCase *tc = tcase_create("contexts");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, negotiate_contexts_have_their_contents);
	tcase_add_test(tc, negotiate_context_that_is_not_known_shows_its_type);
	tcase_add_test(tc, negotiate_contexts_are_walked_as_far_as_there_is_room);
	tcase_add_test(tc, negotiate_context_that_lies_is_an_anomaly);
	tcase_add_test(tc, create_request_contexts_have_their_contents);
	tcase_add_test(tc, durable_handles_are_taken_up_again);
	tcase_add_test(tc, applications_name_contexts_by_guids);
	tcase_add_test(tc, attributes_and_security_descriptors_are_read);
	tcase_add_test(tc, create_response_contexts_have_their_contents);
	tcase_add_test(tc, apple_answers_what_the_bitmap_names);
	tcase_add_test(tc, shared_disks_have_two_versions);
	tcase_add_loop_test(tc, create_contexts_that_lie_are_an_anomaly, 0, 11);
	tcase_add_test(tc, tree_connect_shows_a_remoted_identity);
	tcase_add_test(tc, tree_connect_contexts_that_lie_are_an_anomaly);
	contexts_add_others(tc);
	contexts_add_rows(tc);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
