/* SPDX-License-Identifier: BSD-3-Clause */
/* Fields of Zeek's logs, names and paths, deeds, and what tells of losses. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/wire/codes.h"
#include "output/base/end.h"
#include "output/views/lost.h"
#include "output/views/zeek-log.h"

/* What the buffer holds must be the text; the buffer is empty afterwards. */
static void
expect(OutBuffer *b, const char *text)
{
	out_char(b, '\0');
	ck_assert_str_eq(b->data, text);
	out_buffer_clear(b);
}

static SmbText
utf8(const char *text)
{
	return smb_text_from_utf8(text);
}

/* ---- Zeek ---- */

static const struct {
	const char *text, *field;
} fields[] = {
	{ "plain", "plain" },
	{ "-", "\\x2d" }, /* would be an unset field */
	{ "--", "--" },
	{ "(empty)", "\\x28empty)" },
	{ "(empty) ", "(empty) " },
	{ "\\\\SRV\\x", "\\\\\\\\SRV\\\\x" },
	{ "a\tb\nc", "a\\x09b\\x0ac" },
	{ "say \"x\"", "say \"x\"" },
	{ "\xe2\x80\xae"
	  "fdp",
	  "\\xe2\\x80\\xaefdp" },                       /* right to left */
	{ "\xf3\xa0\x80\x81", "\\xf3\\xa0\\x80\\x81" }, /* a pair in JSON */
	{ "\xc3\xa4", "\xc3\xa4" },
	{ "\x1b[0m\x7f", "\\x1b[0m\\x7f" },
};

START_TEST(fields_of_logs_are_escaped_as_zeek_does)
{
	OutBuffer b = { 0 }, scratch = { 0 };
	g_autofree char *line = g_strdup_printf("smb_mapping\t1.000000\t%s\n", fields[_i].field);
	ZeekRow row;

	zeek_row_begin(&row, ZEEK_SMB_MAPPING, true, &b, &scratch);
	zeek_time(&row, 1000000999);
	zeek_text(&row, utf8(fields[_i].text));
	zeek_row_end(&row);
	expect(&b, line);
	out_buffer_clear(&scratch);
}
END_TEST

static const struct {
	SmbFileTimes times;
	const char *columns; /* modified, accessed, created, changed */
} file_times[] = {
	/* 2026-11-22T06:25:06.020142Z and the seconds after it */
	{ { 134398023090201420, 134398023080201420, 134398023060201420, 134398023070201420 },
	  "1795328706.020142\t1795328708.020142\t1795328709.020142\t1795328707.020142" },
	{ { 134398023060201420, 134398023060201420, 0, 134398023060201420 }, "-\t-\t-\t-" },
	{ { 1, 0, 134398023060201420, UINT64_MAX }, "1795328706.020142\t-\t-\t-" },
	{ { 0 }, "-\t-\t-\t-" },
};

START_TEST(times_of_files_are_those_of_zeek)
{
	OutBuffer b = { 0 }, scratch = { 0 };
	g_autofree char *line = g_strdup_printf("smb_files\t%s\n", file_times[_i].columns);
	ZeekRow row;

	zeek_row_begin(&row, ZEEK_SMB_FILES, true, &b, &scratch);
	zeek_file_times(&row, &file_times[_i].times);
	zeek_row_end(&row);
	expect(&b, line);
	out_buffer_clear(&scratch);
}
END_TEST

START_TEST(what_is_not_known_is_left_out)
{
	OutBuffer b = { 0 }, scratch = { 0 };
	ZeekRow row;

	for (int tsv = 0; tsv < 2; tsv++) {
		zeek_row_begin(&row, ZEEK_SMB_MAPPING, tsv, &b, &scratch);
		zeek_none(&row, 4);
		zeek_text(&row, utf8(""));
		zeek_count(&row, UINT64_MAX);
		zeek_word(&row, NULL);
		zeek_word(&row, "A:");
		zeek_bool(&row, true);
		zeek_none(&row, 100); /* ends with the last column */
		zeek_row_end(&row);
		expect(&b, tsv ? "smb_mapping\t-\t-\t-\t-\t-\t18446744073709551615\t-\tA:\tT\t-\n"
			       : "{\"_path\":\"smb_mapping\",\"id.resp_p\":18446744073709551615,"
				 "\"service\":\"A:\",\"native_file_system\":true}\n");
	}
	out_buffer_clear(&scratch);
}
END_TEST

START_TEST(logs_have_heads)
{
	OutBuffer b = { 0 };

	ck_assert(out_zeek_header(&b, "smb_mapping", 1795328706));
	out_zeek_footer(&b, 1795328707);
	expect(&b, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
		   "#path\tsmb_mapping\n#open\t2026-11-22-06-25-06\n"
		   "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tpath\tservice\t"
		   "native_file_system\tshare_type\n"
		   "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\n"
		   "#close\t2026-11-22-06-25-07\n");
	ck_assert(!out_zeek_header(&b, "dns", 0));
	ck_assert(out_zeek_header(&b, "smbtrail", UINT64_MAX)); /* no such year */
	ck_assert(!g_strstr_len(b.data, (gssize)b.len, "#open"));
	out_buffer_clear(&b);
}
END_TEST

/* ---- Names ---- */

START_TEST(paths_are_put_together)
{
	OutBuffer b = { 0 };

	out_view_path_json(&b, utf8("\\\\S\\D"), utf8("a\\b"));
	expect(&b, "\"\\\\\\\\S\\\\D\\\\a\\\\b\"");
	out_view_path_json(&b, utf8("\\\\S\\D"), utf8("\\a"));
	expect(&b, "\"\\\\\\\\S\\\\D\\\\a\"");
	out_view_path_json(&b, utf8("\\\\S\\D"), utf8("\"\n"));
	expect(&b, "\"\\\\\\\\S\\\\D\\\\\\\"\\u000a\"");
	out_view_path_json(&b, utf8("\\\\S\\D"), utf8(""));
	expect(&b, "\"\\\\\\\\S\\\\D\"");
	out_view_path_json(&b, (SmbText){ 0 }, utf8("a"));
	expect(&b, "\"a\"");
	out_view_path_json(&b, (SmbText){ 0 }, (SmbText){ 0 });
	expect(&b, "\"\"");
}
END_TEST

START_TEST(names_have_a_base_and_an_extension)
{
	ck_assert(smb_text_equal(out_view_parts(utf8("a\\b/c.tar.gz")).base, utf8("c.tar.gz")));
	ck_assert(smb_text_equal(out_view_parts(utf8("a\\b/c.tar.gz")).extension, utf8("gz")));
	ck_assert(smb_text_is_empty(out_view_parts(utf8("a\\")).base));
	ck_assert(smb_text_is_empty(out_view_parts(utf8("a.b\\c")).extension));
	ck_assert(smb_text_is_empty(out_view_parts(utf8(".profile")).extension));
	ck_assert(smb_text_is_empty(out_view_parts(utf8("a.")).extension));
	ck_assert(smb_text_is_empty(out_view_parts((SmbText){ 0 }).base));
}
END_TEST

START_TEST(numbers_beyond_what_readers_have_are_left_out)
{
	OutBuffer b = { 0 };

	out_lit(&b, "{");
	out_view_number(&b, "most", INT64_MAX);
	out_view_number(&b, "more", (uint64_t)INT64_MAX + 1);
	expect(&b, "{\"most\":9223372036854775807");
}
END_TEST

/* ---- Deeds ---- */

START_TEST(deeds_are_told_apart)
{
	SmbExchange x = { .version = 2, .command = SMB2_SET_INFO, .step = SMB_STEP_PATH };

	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_SET);
	x.other.disposition = SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE;
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_DELETE);
	x.other.disposition = SMB_DISPOSITION_SET; /* taken back */
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_SET);
	x.other.name_to = utf8("b");
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_RENAME);
	x = (SmbExchange){ .version = 1, .command = SMB_COM_COPY, .step = SMB_STEP_PATH };
	x.other.name_to = utf8("b");
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_NONE);
	x.command = SMB_COM_RENAME;
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_RENAME);
	x = (SmbExchange){ .version = 1, .command = SMB_COM_DELETE, .step = SMB_STEP_PATH };
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_DELETE);
	x.step = SMB_STEP_SESSION_SETUP;
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_NONE);
	x = (SmbExchange){ .version = 1,
			   .command = SMB_COM_CREATE_DIRECTORY,
			   .step = SMB_STEP_PATH };
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_MAKE);
	ck_assert(out_view_is_directory(&x) && out_view_is_file(&x));
	x.command = SMB_COM_TRANSACTION2;
	x.other.function = TRANS2_CREATE_DIRECTORY;
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_MAKE);
	x.other.function = TRANS2_FIND_FIRST2;
	ck_assert_int_eq(out_view_deed(&x), OUT_DEED_NONE);
}
END_TEST

/* Access for a deletion is asked for by renames, too. */
START_TEST(opens_that_delete_are_told_from_those_that_may)
{
	SmbExchange x = { .version = 2, .command = SMB2_CREATE, .step = SMB_STEP_OPEN };

	x.open.nt = true;
	x.open.to_delete = true;
	ck_assert(!out_view_deletes_on_close(&x));
	x.open.options = 0x1000;
	ck_assert(out_view_deletes_on_close(&x));
	x.open.nt = false;
	ck_assert(!out_view_deletes_on_close(&x));
}
END_TEST

/* That at the open is none any more once the file was written to. */
START_TEST(sizes_are_told_as_long_as_they_are_known)
{
	SmbFile file = { .has_size = true, .size = 7 };
	SmbExchange x = { .version = 2,
			  .command = SMB2_READ,
			  .step = SMB_STEP_READ,
			  .response = { 1, 1 },
			  .file = &file };
	uint64_t size = 0;

	ck_assert(out_view_size_now(&x, &size) && size == 7);
	file.writes = 1;
	ck_assert(!out_view_size_now(&x, &size));
	ck_assert(out_view_size(&x, &size) && size == 7); /* as Zeek has it */
	file.writes = 0;
	x.step = SMB_STEP_WRITE;
	ck_assert(!out_view_size_now(&x, &size));
	file.writes = 1;
	x.step = SMB_STEP_CLOSE;
	ck_assert(!out_view_size_now(&x, &size));
	x.other.has_size = true;
	x.other.size = 9;
	ck_assert(out_view_size_now(&x, &size) && size == 9);
	x.failed = true;
	ck_assert(!out_view_size_now(&x, &size));
}
END_TEST

START_TEST(what_was_not_seen_did_not_succeed)
{
	SmbConnectionInfo info = { .number = 1 };

	ck_assert_int_eq(out_view_fate(&info), OUT_FATE_UNKNOWN);
	info.messages[0] = info.messages[1] = 1;
	ck_assert_int_eq(out_view_fate(&info), OUT_FATE_SUCCESS);
	info.midstream = true;
	ck_assert_int_eq(out_view_fate(&info), OUT_FATE_UNKNOWN);
	info.midstream = false;
	info.incomplete = SMB_INCOMPLETE_GAP;
	ck_assert_int_eq(out_view_fate(&info), OUT_FATE_UNKNOWN);
	info.outcome.why = SMB_WHY_LOST;
	ck_assert_int_eq(out_view_fate(&info), OUT_FATE_FAILURE);
}
END_TEST

static const struct {
	const char *path, *extension, *stream;
} parts[] = {
	{ "a\\b.txt", "txt", "" },
	{ "a.d\\b", "", "" },
	{ "b.txt:Zone.Identifier", "txt", "Zone.Identifier" },
	{ "b.txt:AFP_Resource:$DATA", "txt", "AFP_Resource" },
	{ "b.txt::$DATA", "txt", "" },
	{ "b:s.x", "", "s.x" },
	{ ".profile:s", "", "s" },
	{ "a.tar.gz", "gz", "" },
	{ "", "", "" },
};

START_TEST(streams_are_no_extensions)
{
	OutPathParts got = out_view_parts(utf8(parts[_i].path));
	const SmbText found[] = { got.extension, got.stream };
	const char *const wanted[] = { parts[_i].extension, parts[_i].stream };

	for (size_t i = 0; i < G_N_ELEMENTS(found); i++)
		ck_assert(*wanted[i] ? smb_text_equal(found[i], utf8(wanted[i]))
				     : smb_text_is_empty(found[i]));
}
END_TEST

/* What is missing at the end of a path is missing of its last part only. */
START_TEST(parts_of_other_encodings)
{
	static const uint8_t wide[] = "a\0\\\0\x5C\xD8\x5C\xDC.\0b\0:\0c\0.\0d\0:\0e\0";
	SmbText utf16 = { { wide, sizeof(wide) - 1 }, SMB_TEXT_UTF16LE, true };
	SmbText cut = utf8("a.b:c");
	OutPathParts got = out_view_parts(utf16);

	ck_assert_uint_eq(got.base.bytes.len, sizeof(wide) - 1 - 4);
	ck_assert(got.base.cut);
	ck_assert(smb_text_equal(got.extension, utf8("b")));
	ck_assert(smb_text_equal(got.stream, utf8("c.d")));
	cut.cut = true;
	got = out_view_parts(cut);
	ck_assert(smb_text_equal(got.extension, utf8("b")));
	ck_assert(got.stream.cut && got.stream.bytes.len == 1);
}
END_TEST

START_TEST(the_name_before_a_rename_is_found)
{
	SmbFileStory story = { 0 };
	SmbFile file = { .story = &story };
	SmbExchange x = { .version = 2,
			  .command = SMB2_SET_INFO,
			  .step = SMB_STEP_PATH,
			  .response = { 1, 1 },
			  .file = &file };
	SmbString *a = smb_string_new(utf8("a"), 10), *b = smb_string_new(utf8("b"), 10),
		  *c = smb_string_new(utf8("c"), 10);

	file.name = a;
	x.other.name_to = utf8("b");
	story.renamed[story.n_renamed++] = b;
	story.renames = 1;
	ck_assert(smb_text_equal(out_view_name(&x), utf8("a")));
	if (SMB_RENAMES_MAX > 1) {
		x.other.name_to = utf8("c");
		story.renamed[story.n_renamed++] = c;
		story.renames = 2;
		ck_assert(smb_text_equal(out_view_name(&x), utf8("b")));
		story.renames = 9; /* not all are kept */
		ck_assert(smb_text_is_empty(out_view_name(&x)));
	}
	smb_string_unref(a);
	smb_string_unref(b);
	smb_string_unref(c);
}
END_TEST

/* ---- Losses, and ends ---- */

static const OutLost lost = { .time_ns = UINT64_C(1795328706020142000),
			      .since_ns = UINT64_C(1795328705000000000),
			      .records = 3,
			      .bytes = 700,
			      .cause = "no_space" };

START_TEST(losses_are_told_in_each_form)
{
	OutBuffer b = { 0 };

	out_eve_lost(&b, &lost);
	expect(&b, "{\"timestamp\":\"2026-11-22T06:25:06.020142+0000\",\"event_type\":\"lost\","
		   "\"since\":\"2026-11-22T06:25:05.000000+0000\",\"records\":3,\"bytes\":700,"
		   "\"cause\":\"no_space\"}\n");
	ck_assert(!b.eve);
	out_zeek_lost(&b, &lost);
	expect(&b, "{\"_path\":\"smbtrail_lost\",\"ts\":1795328706.020142,\"since\":"
		   "1795328705.000000,\"records\":3,\"bytes\":700,\"cause\":\"no_space\"}\n");
	out_ecs_lost(&b, &lost);
	ck_assert(g_strstr_len(b.data, (gssize)b.len,
			       "\"totals\":{\"lost_records\":3,\"lost_bytes\":700}"));
	out_buffer_clear(&b);
	out_ocsf_lost(&b, &lost);
	ck_assert(g_strstr_len(b.data, (gssize)b.len,
			       "\"unmapped\":{\"lost_records\":3,\"lost_bytes\":700"));
	out_buffer_clear(&b);
}
END_TEST

/* A part of the output ends with the totals so far. */
START_TEST(parts_end_with_totals)
{
	OutSink *(*const views[])(OutWriter *, const OutOptions *) = { out_zeek_json_new,
								       out_ecs_new, out_ocsf_new };
	OutOptions options = { .utc = true };
	OutTotals totals = { .packets = 5, .interim = true, .time_ns = 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
		OutWriter *writer = out_writer_new(-1, false);
		OutSink *sink = views[i](writer, &options);
		OutBuffer *b = out_writer_buffer(writer);

		out_sink_turn(sink, &totals);
		ck_assert(g_strstr_len(b->data, (gssize)b->len, "\"interim\":true"));
		ck_assert(g_strstr_len(b->data, (gssize)b->len, "\"packets\":5"));
		ck_assert_int_eq(b->data[b->len - 1], '\n');
		b->len = 0;
		ck_assert_uint_eq(out_sink_free(sink), 0);
		out_writer_free(writer);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("views");
	TCase *tcase = tcase_create("views");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, fields_of_logs_are_escaped_as_zeek_does, 0,
			    G_N_ELEMENTS(fields));
	tcase_add_loop_test(tcase, times_of_files_are_those_of_zeek, 0, G_N_ELEMENTS(file_times));
	tcase_add_test(tcase, what_is_not_known_is_left_out);
	tcase_add_test(tcase, logs_have_heads);
	tcase_add_test(tcase, paths_are_put_together);
	tcase_add_test(tcase, names_have_a_base_and_an_extension);
	tcase_add_test(tcase, numbers_beyond_what_readers_have_are_left_out);
	tcase_add_test(tcase, deeds_are_told_apart);
	tcase_add_test(tcase, opens_that_delete_are_told_from_those_that_may);
	tcase_add_test(tcase, sizes_are_told_as_long_as_they_are_known);
	tcase_add_test(tcase, what_was_not_seen_did_not_succeed);
	tcase_add_loop_test(tcase, streams_are_no_extensions, 0, G_N_ELEMENTS(parts));
	tcase_add_test(tcase, parts_of_other_encodings);
	tcase_add_test(tcase, the_name_before_a_rename_is_found);
	tcase_add_test(tcase, losses_are_told_in_each_form);
	tcase_add_test(tcase, parts_end_with_totals);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
