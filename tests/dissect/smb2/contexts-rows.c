/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts of SMB2 where what is shown depends on one check: forms that a request has and a response
 * has not, bounds of what is read, and what is shown of those that end too early. And the names that
 * their numbers have.
 */
#include "tests/dissect/smb2/contexts-case.h"

static void
expect_rows(const ContextsRow *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		contexts_expect_end(&rows[i], contexts_message_of(rows[i].command, rows[i].response,
								  rows[i].status, rows[i].body));
}
#define EXPECT_ROWS(rows) expect_rows((rows), sizeof(rows) / sizeof((rows)[0]))

/* ---- create contexts ---- */

#define ONE(tag, length) "00000000 1000 0400 0000 1800 " length "000000 " tag " 00000000 "
#define ASKED(size, context) SMB2_CREATE, TO_SERVER, 0, CREATE_BODY(size) context
#define ANSWERED(size, context) SMB2_CREATE, TO_CLIENT, 0, CREATE_ANSWER(size) context

/* 2.2.13.2, 2.2.14.2: some are sent in one direction only, with data or without. */
START_TEST(create_contexts_have_a_direction)
{
	static const ContextsRow rows[] = {
		{ ANSWERED("2800", ONE("44486e43", "10") "0100000000000000 0200000000000000"),
		  "\"create_contexts\":[{\"name\":\"DHnC\",\"data_length\":16}]", 0, 0 },
		{ ANSWERED("3c00",
			   ONE("44483243", "24") "0300000000000000 0400000000000000 "
						 "000102030405060708090a0b0c0d0e0f 02000000"),
		  "\"create_contexts\":[{\"name\":\"DH2C\",\"data_length\":36}]", 0, 0 },
		{ ASKED("2000", ONE("4d784163", "08") "0000000000000000"),
		  "\"name\":\"MxAc\",\"data_length\":8,\"timestamp\":null}]", 0, 0 },
		{ ASKED("2800", ONE("51466964", "10") "0100000000000000 0200000000000000"),
		  "\"create_contexts\":[{\"name\":\"QFid\",\"data_length\":16}]", 0, 0 },
	};

	EXPECT_ROWS(rows);
	ck_assert(!facts->open.reconnect);
}
END_TEST

/* A security descriptor without all of its header is none; of attributes those are shown that are. */
START_TEST(contents_that_end_early)
{
	static const ContextsRow rows[] = {
		{ ASKED("1c00", ONE("53656344", "04") "01000080"),
		  "\"create_contexts\":[{\"name\":\"SecD\",\"data_length\":4}]", 0, 0 },
		{ ASKED("3000", ONE("45787441", "18") "10000000 00 02 0200 4541 00 abcd 000000 "
						      "00000000 00 ff 0000"),
		  "\"extended_attributes\":[{\"next_entry_offset\":16,\"flags\":0,\"name\":\"EA\","
		  "\"value\":\"abcd\"}]}]",
		  0, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

START_TEST(apple_answers_nothing_that_the_bitmap_does_not_name)
{
	static const ContextsRow rows[] = {
		{ ANSWERED("2800", ONE("4141504c", "10") "01000000 00000000 0000000000000000"),
		  "\"aapl_command\":1,\"aapl_bitmap\":0}]", 0, 0 },
		{ ANSWERED("3000", ONE("4141504c", "18") "01000000 00000000 0100000000000000 "
							 "0d00000000000000"),
		  "\"aapl_bitmap\":1,\"aapl_server_capabilities\":13}]", 0, 0 },
		{ ANSWERED("3000", ONE("4141504c", "18") "01000000 00000000 0200000000000000 "
							 "0d00000000000000"),
		  "\"aapl_bitmap\":2,\"aapl_volume_capabilities\":13}]", 0, 0 },
		{ ANSWERED("3400", ONE("4141504c", "1c") "01000000 00000000 0400000000000000 "
							 "00000000 04000000 4d006300"),
		  "\"aapl_bitmap\":4,\"aapl_model\":\"Mc\"}]", 0, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

#define NAMED(next, name) next "000000 1000 0400 0000 0000 00000000 " name " 00000000 "

/* Letters and digits are a tag, what stands next to them in ASCII is not. */
START_TEST(names_of_contexts_are_tags_or_bytes)
{
	static const ContextsRow rows[] = {
		{ ASKED("c000",
			NAMED("18", "3039415a") NAMED("18", "617a415a") NAMED("18", "2f414141")
				NAMED("18", "3a414141") NAMED("18", "40414141")
					NAMED("18", "5b414141") NAMED("18", "60414141")
						NAMED("00", "7b414141")),
		  "\"create_contexts\":[{\"name\":\"09AZ\",\"data_length\":0},"
		  "{\"name\":\"azAZ\",\"data_length\":0},{\"name\":\"2f414141\",\"data_length\":0},"
		  "{\"name\":\"3a414141\",\"data_length\":0},{\"name\":\"40414141\",\"data_length\":0},"
		  "{\"name\":\"5b414141\",\"data_length\":0},{\"name\":\"60414141\",\"data_length\":0},"
		  "{\"name\":\"7b414141\",\"data_length\":0}]",
		  0, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* A context has 16 bytes at least: those are enough, fewer are none. */
START_TEST(contexts_have_their_fixed_fields)
{
	static const ContextsRow rows[] = {
		{ ASKED("2000", "10000000 1000 0000 0000 0000 00000000 "
				"00000000 1000 0000 0000 0000 00000000"),
		  "\"create_contexts\":[{\"name\":\"\",\"data_length\":0},{\"name\":\"\",\"data_length\":0}]",
		  0, 0 },
		{ ASKED("0f00", "00000000 1000 0000 0000 0000 000000"), "\"create_contexts\":[]",
		  SMB_ANOMALY_FIELDS, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* 2.2.13.2.8, .10: both versions of a lease are the open's. */
START_TEST(leases_are_facts)
{
	static const ContextsRow rows[] = {
		{ ASKED("3800", ONE("52714c73", "20") KEY " 07000000 02000000 0000000000000000"),
		  "\"lease_duration\":0}]", 0, 0 },
		{ ASKED("5000", ONE("52714c73", "34") KEY
			" 07000000 02000000 0000000000000000 " PARENT " 0900 0000 00000000"),
		  "\"lease_epoch\":9}]", 0, 0 },
	};

	for (size_t i = 0; i < 2; i++) {
		expect_rows(&rows[i], 1);
		ck_assert(facts->open.lease);
		ck_assert_uint_eq(facts->open.lease_key[15], 0x4F);
	}
}
END_TEST

/* An offset of contexts means nothing where there are none, and lies in the fixed fields. */
START_TEST(create_contexts_begin_behind_the_fields)
{
	const ContextsRow none = { .end = "\"create_contexts_length\":0" },
			  inside = { .end = "\"create_contexts_length\":32,\"create_contexts\":[]",
				     .anomalies = SMB_ANOMALY_FIELDS };
	Wire w = contexts_message_of(ASKED("0000", ""));

	put(w, SMB2_HEADER_SIZE + 48, 4, 0);
	contexts_expect_end(&none, w);
	/* The number of bytes would be Next of a context that is good. */
	w = contexts_message_of(
		ASKED("2000", "1000 0400 0000 1800 08000000 416c5369 00000000 0010000000000000"));
	put(w, SMB2_HEADER_SIZE + 48, 4, SMB2_HEADER_SIZE + 52);
	contexts_expect_end(&inside, w);
}
END_TEST

/* ---- errors ---- */

#define ERROR(data) SMB2_CREATE, TO_CLIENT, STATUS_STOPPED_ON_SYMLINK, data

START_TEST(errors_that_end_early)
{
	static const ContextsRow rows[] = {
		{ ERROR("0900 00 00 14000000 1c000000 53594d4c 0c0000a0 1000 0c00 0000 0200"),
		  "\"error_byte_count\":20", SMB_ANOMALY_FIELDS, 0 },
		{ ERROR("0900 01 00 1c000000 14000000 53526472 30000000 03000000 48000000 "
			"00000000 0000 0000"),
		  "\"error_contexts\":[{\"error_data_length\":20,\"error_id\":1919177299}]",
		  SMB_ANOMALY_FIELDS, 0 },
		/* an address of IPv6 of which 4 bytes are there */
		{ ERROR("0900 01 00 2c000000 24000000 53526472 30000000 03000000 00000000 "
			"00000000 0000 0000 01000000 02000000 00000000 0a4d0009"),
		  "\"ip_address_count\":1,\"ip_addresses\":[],\"resource_name\":\"\"}]",
		  SMB_ANOMALY_FIELDS, 0 },
		/* so many addresses that their bytes do not fit in 32 bits */
		{ ERROR("0900 01 00 28000000 20000000 53526472 30000000 03000000 00000000 "
			"00000000 0000 0000 abaaaa0a 0000000000000000"),
		  "\"ip_address_count\":178956971,\"ip_addresses\":[{\"type\":0}],\"resource_name\":\"\"}]",
		  SMB_ANOMALY_FIELDS, 0 },
		{ ERROR("0900 00 00 00000000 00"), "\"error_byte_count\":0", 0, 0 },
		{ ERROR("0900 00 00 21000000" SYMLINK), "\"error_byte_count\":33",
		  SMB_ANOMALY_FIELDS, 0 },
		/* the header of a context */
		{ ERROR("0900 01 00 28000000 20000000"),
		  "\"error_contexts\":[{\"error_data_length\":32}]", 0, 36 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* Types of addresses and ids of contexts that are none of 2.2.2. */
START_TEST(errors_of_no_form)
{
	static const ContextsRow rows[] = {
		{ ERROR("0900 01 00 38000000 30000000 53526472 30000000 03000000 30000000 "
			"00000000 0000 0000 01000000 03000000 00000000 0a4d0009 "
			"000000000000000000000000"),
		  "\"ip_addresses\":[{\"type\":3}],\"resource_name\":\"\"}]", 0, 0 },
		{ SMB2_CREATE, TO_CLIENT, STATUS_ACCESS_DENIED, "0900 00 00 04000000 b0000000",
		  "\"error_byte_count\":4", 0, 0 },
		{ ERROR("0900 01 00 28000000 20000000 05000000" SYMLINK),
		  "\"error_contexts\":[{\"error_data_length\":32,\"error_id\":5}]", 0, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* ---- RDMA: 2.2.43, [MS-SMBD] 2.2.3.1 ---- */

#define WRITE(channel, length)                                         \
	SMB2_WRITE, TO_SERVER, 0,                                      \
		"3100 0000 00000000 0000000000000000 " FILE_ID channel \
		"000000 00100000 7000 " length "00 00000000 "
#define DESCRIPTOR "1000000000000000 07000000 00100000"
#define DESCRIBED "\"buffer_descriptors\":[{\"offset\":16,\"token\":7,\"length\":4096}]"

START_TEST(rdma_that_ends_early)
{
	static const ContextsRow rows[] = {
		{ WRITE("01", "11") DESCRIPTOR "00", "\"channel_info_length\":17," DESCRIBED,
		  SMB_ANOMALY_FIELDS, 0 },
		{ WRITE("01", "11") DESCRIPTOR, "\"channel_info_length\":17", SMB_ANOMALY_FIELDS,
		  0 },
		/* two transforms, of which one is there */
		{ WRITE("03", "18") "0000 0000 01000000 0200 0000 00000000 0200 0000 0000 0000",
		  "\"transform_count\":2,\"transforms\":[{\"type\":2,\"signature_length\":0,"
		  "\"nonce_length\":0,\"signature\":\"\",\"nonce\":\"\"}]}",
		  SMB_ANOMALY_FIELDS, 0 },
		/* no transform, though where it says its descriptors are there is something */
		{ WRITE("03", "0e") "0a00 0400 01000000 0000 00000000",
		  "\"channel_info_length\":14", SMB_ANOMALY_FIELDS, 0 },
		/* more descriptors than there are */
		{ WRITE("03", "20") "1000 2000 01000000 0000 0000 00000000" DESCRIPTOR,
		  "\"channel_info_length\":32", SMB_ANOMALY_FIELDS, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* Descriptors begin behind the header of a transform; what is said to be in it are none. */
START_TEST(rdma_descriptors_follow_the_transform)
{
	static const ContextsRow rows[] = {
		{ WRITE("03", "20") "1000 1000 01000000 0000 0000 00000000" DESCRIPTOR,
		  "\"channel\":1,\"transform_count\":0,\"transforms\":[]}," DESCRIBED, 0, 0 },
		/* no descriptors, whatever their offset; no channel, or none that is assigned */
		{ WRITE("03", "10") "ffff 0000 01000000 0000 0000 00000000",
		  "\"channel\":1,\"transform_count\":0,\"transforms\":[]}", 0, 0 },
		{ WRITE("00", "10") DESCRIPTOR, "\"channel_info_length\":16", 0, 0 },
		{ WRITE("04", "10") DESCRIPTOR, "\"channel_info_length\":16", 0, 0 },
		{ WRITE("03", "20") "0f00 1000 01000000 0000 0000 00000000" DESCRIPTOR,
		  "\"channel\":1,\"transform_count\":0,\"transforms\":[]}", 0, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* 2.2.22, 2.2.26: what follows the count of a write is not there; locks that are too few. */
START_TEST(writes_and_locks_that_end_early)
{
	static const ContextsRow rows[] = {
		{ SMB2_WRITE, TO_CLIENT, 0, "1100 0000 10000000", "\"count\":16", 0, 0 },
		{ SMB2_LOCK, TO_SERVER, 0,
		  "3000 0200 00000000 " FILE_ID
		  "0500000000000000 0600000000000000 01000000 00000000",
		  "\"locks\":[{\"offset\":5,\"length\":6,\"lock_flags\":1}]", SMB_ANOMALY_FIELDS,
		  0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* ---- tree connect contexts ---- */

enum {
	CONTEXT = SMB2_HEADER_SIZE + 32, /* of contexts_remoted_identity */
	EXTENSION = SMB2_HEADER_SIZE + 8,
	LAST_ARRAY = 18, /* from the end: the primary group, the privileges before it */
	PRIVILEGES = LAST_ARRAY + 16,
};

#define PRIMARY "\"primary_group\":[{\"sid\":\"S-1-0-0\",\"attributes\":7}]}]"

START_TEST(remoted_identities_that_are_less)
{
	/* Where a number is, from the beginning or the end, and what it is instead. */
	static const struct {
		int at;
		uint16_t value;
		ContextsRow row;
	} cases[] = {
		/* more items than there are */
		{ -LAST_ARRAY - 2, 2, { .end = "\"attributes\":3}]," PRIMARY } },
		{ -PRIVILEGES - 2,
		  2,
		  { .end = "\"privileges\":[{\"luid\":23,\"attributes\":3}]," PRIMARY } },
		{ -PRIVILEGES - 2, 0, { .end = "\"privileges\":[]," PRIMARY } },
		{ CONTEXT + 2,
		  20,
		  { .end = "\"tree_connect_contexts\":[{\"type\":1,\"data_length\":20}]" } },
		/* no user */
		{ CONTEXT + 12,
		  0,
		  { .end = "\"ticket_size\":104,\"user_name\":\"a\",\"domain\":\"d\","
			   "\"groups\":[{\"sid\":\"S-1-5-18\",\"attributes\":10}],"
			   "\"privileges\":[{\"luid\":23,\"attributes\":3}]," PRIMARY } },
		/* another type */
		{ CONTEXT,
		  2,
		  { .end = "\"tree_connect_contexts\":[{\"type\":2,\"data_length\":110}]" } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Wire w = contexts_remoted_identity(32);

		put(w, (uint32_t)cases[i].at + (cases[i].at < 0 ? w.len : 0), 2, cases[i].value);
		contexts_expect_end(&cases[i].row, w);
	}
}
END_TEST

/* The extension and its contexts, without a path, and as far as they are there. */
START_TEST(tree_connect_extensions)
{
	static const ContextsRow rows[] = {
		{ SMB2_TREE_CONNECT, TO_SERVER, 0,
		  "0900 0400 5800 0000 18000000 0100 00000000000000000000 0200 0000 00000000",
		  "\"tree_connect_contexts\":[{\"type\":2,\"data_length\":0}]", 0, 0 },
		{ SMB2_TREE_CONNECT, TO_SERVER, 0,
		  "0900 0400 5800 0000 18000000 0100 00000000000000000000 0100",
		  "\"tree_connect_contexts\":[{\"type\":1}]", 0, 10 },
		{ SMB2_TREE_CONNECT, TO_SERVER, 0, "0900 0400 5800 0000 18000000 0100",
		  "\"connect_flags\":4", SMB_ANOMALY_FIELDS, 0 },
	};

	EXPECT_ROWS(rows);
}
END_TEST

/* Where no contexts are, no offset of them lies. */
START_TEST(no_tree_connect_contexts)
{
	const ContextsRow row = { .end = "\"tree_connect_context_count\":0" };
	Wire w = contexts_remoted_identity(0);

	put(w, EXTENSION + 4, 2, 0);
	contexts_expect_end(&row, w);
}
END_TEST

/* ---- negotiate contexts ---- */

/* The facts have a bit for each algorithm up to 31. */
START_TEST(algorithms_beyond_31_have_no_bit)
{
	contexts_expect(contexts_message_of(
				SMB2_NEGOTIATE, TO_SERVER, 0,
				NEGOTIATE_BODY("0100") "0200 0800 00000000 0300 1f00 2000 ffff"),
			TO_SERVER, "\"ciphers\":[31,32,65535]");
	ck_assert_uint_eq(facts->algorithms.ciphers, UINT32_C(1) << 31);
}
END_TEST

START_TEST(negotiate_contexts_that_end_early)
{
	static const ContextsRow rows[] = {
		{ SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0100") "0100 0200 00000000 0100",
		  "\"negotiate_contexts\":[{\"type\":1,\"data_length\":2}]", SMB_ANOMALY_FIELDS, 0 },
		{ SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0100") "0200 0100 00000000 01",
		  "\"negotiate_contexts\":[{\"type\":2,\"data_length\":1}]", SMB_ANOMALY_FIELDS, 0 },
		{ SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0100") "0200",
		  "\"negotiate_contexts\":[{\"type\":2}]", 0, 10 },
		{ SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0100") "0200",
		  "\"negotiate_contexts\":[]", SMB_ANOMALY_FIELDS, 0 },
	};
	SmbList absent = { 0 };
	Smb2Context context;

	EXPECT_ROWS(rows);
	ck_assert(!smb2_next_context(&absent, &context));
}
END_TEST

/* As those of create: an offset means nothing without contexts, and lies in the fixed fields. */
START_TEST(negotiate_contexts_begin_behind_the_fields)
{
	const ContextsRow none = { .end = "\"negotiate_contexts\":[]" },
			  inside = { .end = "\"negotiate_contexts\":[]",
				     .anomalies = SMB_ANOMALY_FIELDS };
	Wire w = contexts_message_of(SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0000"));

	put(w, SMB2_HEADER_SIZE + 28, 4, 0);
	contexts_expect_end(&none, w);
	/* The count would be the type of one that is good, and Reserved2 its length. */
	w = contexts_message_of(SMB2_NEGOTIATE, TO_SERVER, 0, NEGOTIATE_BODY("0100") "00000000");
	put(w, SMB2_HEADER_SIZE + 28, 4, SMB2_HEADER_SIZE + 32);
	put(w, SMB2_HEADER_SIZE + 34, 2, 4);
	contexts_expect_end(&inside, w);
}
END_TEST

/* ---- names ---- */

static void
expect_names(Wire w, bool response, const char *expected)
{
	ContextsNames names = { .used = 0 };

	dissect_kept(w, w.len, response);
	ck_assert_uint_eq(message->anomalies, 0);
	contexts_add_names(message->blocks[0].layout, message->blocks[0].body, &names);
	ck_assert_msg(strstr(names.text, expected) != NULL, "%s\nis not in\n%s", expected,
		      names.text);
	free(w.bytes);
}

/* 2.2.3.1 and below. */
START_TEST(algorithms_have_names)
{
	expect_names(
		contexts_message_of(
			SMB2_NEGOTIATE, TO_SERVER, 0,
			NEGOTIATE_BODY(
				"0800") "0100 0c00 00000000 0200 0400 0100 0200 aabbccdd 00000000 "
					"0200 0c00 00000000 0500 0100 0200 0300 0400 0500 00000000 "
					"0300 1600 00000000 0700 0000 01000000 "
					"0000 0100 0200 0300 0400 0500 0600 0000 "
					"0700 1000 00000000 0400 0000 00000000 "
					"0000 0100 0200 0300 "
					"0800 0a00 00000000 0400 0000 0100 0200 0300 000000000000 "
					"0900 0000 00000000 0001 0000 00000000 0000 0000 00000000"),
		TO_SERVER,
		"type=1:preauth integrity =1:SHA-512 =2: "
		"type=2:encryption =1:AES-128-CCM =2:AES-128-GCM =3:AES-256-CCM =4:AES-256-GCM =5: "
		"type=3:compression =0:none =1:LZNT1 =2:LZ77 =3:LZ77+Huffman =4:Pattern_V1 =5:LZ4 =6: "
		"type=7:RDMA transform =0:none =1:encryption =2:signing =3: "
		"type=8:signing =0:HMAC-SHA256 =1:AES-CMAC =2:AES-GMAC =3: "
		"type=9: type=256:POSIX extensions type=0: ");
}
END_TEST

START_TEST(other_contexts_have_names)
{
	Wire w = contexts_remoted_identity(32);

	expect_names(w, TO_SERVER, "type=1:remoted identity ");
	w = contexts_remoted_identity(32);
	put(w, CONTEXT, 2, 2);
	expect_names(w, TO_SERVER, "type=2: ");
	expect_names(contexts_message_of(WRITE(
			     "03",
			     "28") "0000 0000 02000000 0200 0000 00000000 "
				   "0200 0400 0200 0000 aabbccdd eeff 0000 0000 0000 0000 0000"),
		     TO_SERVER, "channel=2:RDMA v1 invalidate type=2:signing type=0:none ");
	expect_names(contexts_message_of(ASKED("3800", ONE("52714c73", "20") KEY
					       " 04000000 02000000 0300000000000000")),
		     TO_SERVER, "lease_state=4:write ");
}
END_TEST

/* Of the numbers of commands. */
START_TEST(fields_have_names)
{
	static const struct {
		uint16_t command;
		bool response;
		uint32_t status;
		const char *body, *names;
	} rows[] = {
		{ ASKED("0000", ""),
		  "requested_oplock_level=255:lease "
		  "impersonation_level=2:impersonation create_disposition=1:open " },
		{ ANSWERED("0000", ""), "oplock_level=255:lease create_action=1:opened " },
		{ SMB2_SESSION_SETUP, TO_CLIENT, 0, "0900 0400 0000 0000",
		  "session_flags=4:encrypt " },
		{ SMB2_TREE_CONNECT, TO_CLIENT, 0, "1000 03 00 00000000 00000000 00000000",
		  "share_type=3:printer " },
		{ SMB2_QUERY_INFO, TO_SERVER, 0,
		  "2900 02 05 00000000 0000 0000 00000000 00000000 00000000 " FILE_ID,
		  "info_type=2:filesystem " },
		{ SMB2_SET_INFO, TO_SERVER, 0, "2100 05 05 00000000 0000 0000 00000000 " FILE_ID,
		  "info_type=5: " },
		{ SMB2_SERVER_TO_CLIENT_NOTIFICATION, TO_CLIENT, 0, "0c00 0000 00000000 00000000",
		  "notification_type=0:session closed " },
		{ SMB2_SERVER_TO_CLIENT_NOTIFICATION, TO_CLIENT, 0, "0c00 0000 01000000 00000000",
		  "notification_type=1: " },
		{ SMB2_NEGOTIATE, TO_SERVER, 0,
		  "2400 0200 0100 0000 7f000000 000102030405060708090a0b0c0d0e0f 00000000 0000 0000 "
		  "0202 0502",
		  "=514:SMB 2.0.2 =517: " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_names(contexts_message_of(rows[i].command, rows[i].response, rows[i].status,
						 rows[i].body),
			     rows[i].response, rows[i].names);
}
END_TEST

void
contexts_add_rows(TCase *tc)
{
	tcase_add_test(tc, create_contexts_have_a_direction);
	tcase_add_test(tc, contents_that_end_early);
	tcase_add_test(tc, apple_answers_nothing_that_the_bitmap_does_not_name);
	tcase_add_test(tc, names_of_contexts_are_tags_or_bytes);
	tcase_add_test(tc, contexts_have_their_fixed_fields);
	tcase_add_test(tc, leases_are_facts);
	tcase_add_test(tc, create_contexts_begin_behind_the_fields);
	tcase_add_test(tc, errors_that_end_early);
	tcase_add_test(tc, errors_of_no_form);
	tcase_add_test(tc, rdma_that_ends_early);
	tcase_add_test(tc, rdma_descriptors_follow_the_transform);
	tcase_add_test(tc, writes_and_locks_that_end_early);
	tcase_add_test(tc, remoted_identities_that_are_less);
	tcase_add_test(tc, no_tree_connect_contexts);
	tcase_add_test(tc, tree_connect_extensions);
	tcase_add_test(tc, algorithms_beyond_31_have_no_bit);
	tcase_add_test(tc, negotiate_contexts_that_end_early);
	tcase_add_test(tc, negotiate_contexts_begin_behind_the_fields);
	tcase_add_test(tc, algorithms_have_names);
	tcase_add_test(tc, other_contexts_have_names);
	tcase_add_test(tc, fields_have_names);
}
