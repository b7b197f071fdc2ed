/* SPDX-License-Identifier: BSD-3-Clause */
/* What the records are made of: the Community ID, folding, the generic fields, statuses. */
#include "output/base/community-id.h"
#include "output/base/fields.h"
#include "output/base/fold.h"
#include "output/json/records.h"

#include <check.h>
#include <glib.h>

/* What the buffer holds must be the text; the buffer is empty afterwards. */
static void
expect(OutBuffer *b, const char *text)
{
	out_char(b, '\0');
	ck_assert_str_eq(b->data, text);
	out_buffer_clear(b);
}

/* ---- Community ID ---- */

START_TEST(community_ids_are_those_of_other_tools)
{
	SmbEndpoints ends = { .family = 4,
			      .client = { 128, 232, 110, 120 },
			      .server = { 66, 35, 250, 204 },
			      .client_port = 34855,
			      .server_port = 80 };
	SmbEndpoints back = { .family = 4,
			      .client = { 66, 35, 250, 204 },
			      .server = { 128, 232, 110, 120 },
			      .client_port = 80,
			      .server_port = 34855 };
	OutBuffer b = { 0 };

	out_community_id(&b, &ends, 6);
	expect(&b, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	out_community_id(&b, &back, 6);
	expect(&b, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	ends.family = 0;
	out_community_id(&b, &ends, 6);
	expect(&b, "");
}
END_TEST

/* ---- Folding ---- */

static SmbExchange
read_of(uint64_t offset, uint32_t asked, uint32_t count, uint64_t ms)
{
	return (SmbExchange){ .step = SMB_STEP_READ,
			      .version = 1,
			      .chain_length = 1,
			      .request = { ms * 1000000, 1 },
			      .response = { ms * 1000000 + 500000, 2 },
			      .has_status = true,
			      .has_fid = true,
			      .fid = 7,
			      .io = { offset, asked, count } };
}

START_TEST(reads_that_follow_on_fold)
{
	SmbExchange first = read_of(0, 4096, 4096, 1), second = read_of(4096, 4096, 16, 2),
		    last = read_of(4112, 5000, 0, 3), after = read_of(4112, 4080, 0, 4);
	OutFold fold;

	ck_assert(out_fold_fits(&first));
	out_fold_begin(&fold, &first);
	ck_assert(!fold.end_of_file);
	ck_assert(out_fold_add(&fold, &second));
	ck_assert(out_fold_add(&fold, &last));
	ck_assert(!out_fold_add(&fold, &after)); /* nothing follows the end of a file */
	ck_assert_uint_eq(fold.requests, 3);
	ck_assert_uint_eq(fold.count, 4112);
	ck_assert_uint_eq(fold.asked, 4096 + 4096 + 5000);
	ck_assert_uint_eq(fold.asked_end, 8192); /* of what gave bytes */
	ck_assert_uint_eq(fold.answer_ns, 1500000);
	ck_assert(fold.end_of_file);
	out_fold_clear(&fold);
}
END_TEST

START_TEST(a_pipe_has_no_offsets)
{
	SmbExchange x = read_of(0, 1, 1, 1), second = read_of(0, 1, 1, 2),
		    last = read_of(0, 1, 1, 3);
	SmbFile pipe = { .pipe = true };
	SmbRpcFacts rpc = { .request = "BIND", .opnum = -1 };
	OutFold fold;

	x.file = second.file = last.file = &pipe;
	last.rpc = &rpc;
	out_fold_begin(&fold, &x);
	ck_assert(out_fold_add(&fold, &second));
	ck_assert(out_fold_add(&fold, &last)); /* the piece that completes a PDU */
	ck_assert_uint_eq(fold.requests, 3);
	ck_assert_uint_eq(fold.count, 3);
	ck_assert_str_eq(fold.first.rpc->request, "BIND");
	ck_assert(!out_fold_add(&fold, &second)); /* what follows is another */
	ck_assert(!out_fold_fits(&last));
	out_fold_clear(&fold);
}
END_TEST

static SmbExchange
query_of(const char *name, uint32_t status, unsigned ms)
{
	SmbExchange x = read_of(0, 0, 0, ms);

	x.step = SMB_STEP_PATH;
	x.other = (SmbOtherFacts){ .name = smb_text_from_utf8(name), .function = 5, .level = 1 };
	x.has_status = true;
	x.status.value = status;
	x.failed = status != 0;
	return x;
}

START_TEST(equal_requests_fold)
{
	SmbExchange first = query_of("a", 0xC0000034, 1), x = query_of("a", 0xC0000034, 2);
	OutFold fold;

	ck_assert(out_fold_fits(&first));
	out_fold_begin(&fold, &first);
	ck_assert(out_fold_add(&fold, &x));
	x = query_of("b", 0xC0000034, 2); /* of another name */
	ck_assert(!out_fold_add(&fold, &x));
	x = query_of("a", 0, 2); /* answered otherwise */
	ck_assert(!out_fold_add(&fold, &x));
	x = query_of("a", 0xC0000034, 2);
	x.other.level = 2;
	ck_assert(!out_fold_add(&fold, &x));
	x = query_of("a", 0xC0000034, 2);
	x.response = (SmbStamp){ 0 };
	ck_assert(!out_fold_add(&fold, &x));
	x = query_of("a", 0xC0000034, 5000);
	ck_assert(!out_fold_add(&fold, &x)); /* long after */
	ck_assert_uint_eq(fold.requests, 2);
	ck_assert_uint_gt(out_fold_memory(&fold), 0);
	out_fold_clear(&fold);
}
END_TEST

START_TEST(what_makes_something_does_not_fold)
{
	static const SmbStep steps[] = { SMB_STEP_NEGOTIATE,    SMB_STEP_SESSION_SETUP,
					 SMB_STEP_TREE_CONNECT, SMB_STEP_OPEN,
					 SMB_STEP_CLOSE,        SMB_STEP_LOGOFF,
					 SMB_STEP_SEARCH,       SMB_STEP_NOTIFY };

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		SmbExchange x = query_of("a", 0, 1);

		x.step = steps[i];
		ck_assert(!out_fold_fits(&x));
	}
}
END_TEST

START_TEST(what_does_not_follow_on_does_not_fold)
{
	SmbExchange first = read_of(0, 10, 10, 1), x;
	OutFold fold;

	out_fold_begin(&fold, &first);
	x = read_of(11, 10, 10, 2); /* a hole */
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(9, 10, 10, 2); /* an overlap */
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2);
	x.fid = 8;
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2);
	x.step = SMB_STEP_WRITE;
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2);
	x.failed = true;
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2);
	x.response = (SmbStamp){ 0 };
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2);
	x.incomplete = SMB_INCOMPLETE_TRUNCATED;
	ck_assert(!out_fold_add(&fold, &x));
	x = read_of(10, 10, 10, 2003); /* more than two seconds of silence */
	ck_assert(!out_fold_add(&fold, &x));
	ck_assert_uint_eq(fold.requests, 1);
	x = read_of(10, 10, 10, 2001);
	ck_assert(out_fold_add(&fold, &x));
	out_fold_clear(&fold);
}
END_TEST

START_TEST(a_fold_outlives_the_file_it_began_with)
{
	SmbFile *file = g_new0(SmbFile, 1);
	SmbExchange x = read_of(0, 10, 10, 1);
	OutBuffer b = { 0 };
	OutFold fold;

	file->name = smb_string_new(smb_text_from_utf8("\\hello.txt"), 100);
	x.file = file;
	out_fold_begin(&fold, &x);
	smb_string_unref(file->name);
	g_free(file);
	out_text(&b, smb_string_text(fold.first.file->name));
	expect(&b, "\\hello.txt");
	out_fold_clear(&fold);
}
END_TEST

/* ---- Fields ---- */

typedef struct {
	uint8_t u8;
	uint16_t u16, later;
	int16_t i16;
	int32_t i32;
	uint32_t u32, utime, dos;
	uint64_t u64, filetime;
	bool flag;
	SmbText text;
	SmbSpan hex, length, secret, guid;
	SmbList list;
	struct {
		uint16_t inner;
	} object;
} Body;

#define ROW(KIND, member, ...)                                                              \
	{                                                                                   \
		.key = #member, .offset = offsetof(Body, member), .kind = SMB_FIELD_##KIND, \
		__VA_ARGS__                                                                 \
	}

static bool
next_u16(SmbList *list, void *item)
{
	if (smb_reader_left(&list->at) < 2)
		return false;
	*(uint16_t *)item = smb_reader_le16(&list->at);
	return true;
}

static const SmbField bare[] = { { .key = NULL, .offset = 0, .kind = SMB_FIELD_U16 } };
static const SmbLayout bare_layout = { .name = "number", .size = 2, .count = 1, .fields = bare };
static const SmbField inner[] = { { .key = "inner", .offset = 0, .kind = SMB_FIELD_U16 } };
static const SmbLayout inner_layout = { .name = "object", .size = 2, .count = 1, .fields = inner };

static const SmbField body_fields[] = {
	ROW(U8, u8),
	ROW(U16, u16, .flags = SMB_FIELD_SHOW_HEX),
	ROW(U16, later, .min_words = 12),
	ROW(I16, i16),
	ROW(I32, i32, .flags = SMB_FIELD_NONZERO),
	ROW(U32, u32, .flags = SMB_FIELD_NONZERO),
	ROW(UTIME, utime),
	ROW(DOSTIME, dos),
	ROW(U64, u64),
	ROW(FILETIME, filetime),
	ROW(BOOL, flag),
	ROW(TEXT, text),
	ROW(HEX, hex),
	ROW(LENGTH, length),
	ROW(HEX, secret, .flags = SMB_FIELD_SECRET),
	ROW(GUID, guid),
	ROW(LIST, list, .items = &bare_layout),
	ROW(OBJECT, object, .items = &inner_layout),
};
static const SmbLayout body_layout = { .name = "body",
				       .size = sizeof(Body),
				       .count = G_N_ELEMENTS(body_fields),
				       .fields = body_fields };

static const uint8_t sixteen[16] = { 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0 };

static Body
full_body(void)
{
	return (Body){ .u8 = 255,
		       .u16 = 65535,
		       .later = 1,
		       .i16 = -60,
		       .i32 = -70000,
		       .u32 = 5,
		       .u64 = UINT64_MAX,
		       .flag = true,
		       .text = smb_text_from_utf8("a\"b"),
		       .hex = { sixteen, 2 },
		       .length = { sixteen, 9 },
		       .secret = { sixteen, 4 },
		       .guid = { sixteen, 16 },
		       .list = { .at = smb_reader_new(sixteen, 6, 6), .next = next_u16 },
		       .object = { 3 } };
}

START_TEST(fields_as_json)
{
	Body body = full_body();
	SmbBlock block = { .word_count = 10, .layout = &body_layout, .body = &body };
	OutBuffer b = { 0 };

	out_char(&b, '{');
	out_fields_json(&b, &block, false);
	expect(&b,
	       "{\"u8\":255,\"u16\":65535,\"i16\":-60,\"i32\":-70000,\"u32\":5,\"utime\":null,\"dos\":null,"
	       "\"u64\":\"18446744073709551615\",\"filetime\":null,\"flag\":true,\"text\":\"a\\\"b\",\"hex\":\"0100\","
	       "\"length\":9,\"guid\":\"00020001-0003-0004-0500-060007000800\",\"list\":[1,2,3],"
	       "\"object\":{\"inner\":3}");
	block.word_count = 12;
	out_char(&b, '{');
	out_fields_json(&b, &block, true);
	out_char(&b, '\0');
	ck_assert(strstr(b.data, "\"later\":1") != NULL);
	ck_assert(strstr(b.data, "\"secret\":\"01000200\"") != NULL);
	out_buffer_clear(&b);
}
END_TEST

START_TEST(zero_is_a_value_only_in_a_block_that_was_read)
{
	Body body = { .u8 = 0, .u16 = 9 };
	SmbBlock block = { .word_count = 12,
			   .layout = &body_layout,
			   .body = &body,
			   .status = SMB_READ_TRUNCATED };
	OutBuffer b = { 0 };

	out_char(&b, '{');
	out_fields_json(&b, &block, false);
	expect(&b, "{\"u16\":9,\"object\":{}");
	block.status = SMB_READ_OK;
	out_char(&b, '{');
	out_fields_json(&b, &block, false);
	expect(&b,
	       "{\"u8\":0,\"u16\":9,\"later\":0,\"i16\":0,\"utime\":null,\"dos\":null,\"u64\":0,\"filetime\":null,"
	       "\"flag\":false,\"object\":{\"inner\":0}");
	block.layout = NULL;
	out_fields_json(&b, &block, false);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(fields_as_text)
{
	Body body = full_body();
	SmbBlock block = { .word_count = 12, .layout = &body_layout, .body = &body };
	OutBuffer b = { 0 };

	body.filetime = 116444736000000000;
	out_fields_text(&b, &block, false, 2);
	out_char(&b, '\0');
	ck_assert(strstr(b.data,
			 "  u8: 255\n  u16: 0xffff\n  later: 1\n  i16: -60\n  i32: -70000\n") !=
		  NULL);
	ck_assert(strstr(b.data, "  utime: none\n") != NULL);
	ck_assert(strstr(b.data, "  filetime: 1970-01-01T00:00:00.0000000Z\n") != NULL);
	ck_assert(strstr(b.data, "  length: 9 bytes\n") != NULL);
	ck_assert(strstr(b.data, "  list:\n    - 1\n    - 2\n    - 3\n  object:\n    inner: 3\n") !=
		  NULL);
	ck_assert(strstr(b.data, "secret") == NULL);
	out_buffer_clear(&b);
}
END_TEST

START_TEST(statuses_have_names_or_numbers)
{
	OutBuffer b = { 0 };

	out_status(&b, (SmbStatus){ false, 0xC0000022 });
	out_char(&b, ' ');
	out_status(&b, (SmbStatus){ false, 0xCFFFFFFE });
	out_char(&b, ' ');
	out_status(&b, (SmbStatus){ true, 0x005B0002 });
	out_char(&b, ' ');
	out_status(&b, (SmbStatus){ true, 0 });
	out_char(&b, ' ');
	out_status(&b, (SmbStatus){ true, 0x7FFF0077 });
	out_char(&b, ' ');
	/* An NT status whose sender forgot the flag. */
	out_status(&b, (SmbStatus){ true, 0xC0000022 });
	expect(&b,
	       "STATUS_ACCESS_DENIED 0xcffffffe ERRSRV/ERRbaduid STATUS_SUCCESS class 0x77/code 0x7fff STATUS_ACCESS_DENIED");
}
END_TEST

START_TEST(kerberos_names_come_in_parts)
{
	static const struct {
		const char *service, *parts;
	} cases[] = {
		{ "cifs/krbsrv.rig.test", "[\"cifs\",\"krbsrv.rig.test\"]" },
		{ "a//b/", "[\"a\",\"\",\"b\",\"\"]" },
		{ "one", "[\"one\"]" },
		{ "", "[]" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		SmbAuth auth = { .password_type = SMB_PASSWORD_KERBEROS,
				 .mech = SMB_MECH_SPNEGO_KERBEROS,
				 .encryption_type = 18,
				 .krb_error = -1 };
		SmbExchange x = { .step = SMB_STEP_SESSION_SETUP, .version = 2, .command = 1 };
		SmbConnectionInfo info = { .number = 1 };
		OutBuffer b = { 0 };

		auth.service = smb_string_new(smb_text_from_utf8(cases[i].service), 100);
		x.session.auth = &auth;
		out_char(&b, '{');
		out_smb_json(&b, &info, &x, NULL, 1);
		out_char(&b, '\0');
		ck_assert(strstr(b.data, cases[i].parts) != NULL);
		ck_assert(strstr(b.data, "\"encryption_types\":[18]") != NULL);
		out_buffer_clear(&b);
		smb_string_unref(auth.service);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("output-records");
	TCase *tc = tcase_create("output-records");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, community_ids_are_those_of_other_tools);
	tcase_add_test(tc, reads_that_follow_on_fold);
	tcase_add_test(tc, a_pipe_has_no_offsets);
	tcase_add_test(tc, equal_requests_fold);
	tcase_add_test(tc, what_makes_something_does_not_fold);
	tcase_add_test(tc, what_does_not_follow_on_does_not_fold);
	tcase_add_test(tc, a_fold_outlives_the_file_it_began_with);
	tcase_add_test(tc, fields_as_json);
	tcase_add_test(tc, zero_is_a_value_only_in_a_block_that_was_read);
	tcase_add_test(tc, fields_as_text);
	tcase_add_test(tc, statuses_have_names_or_numbers);
	tcase_add_test(tc, kerberos_names_come_in_parts);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
