/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sinks, fed with events made by hand: a whole small session, every kind of event with nothing
 * known, and what happens at limits. Called with a directory, leaves the JSON of the tests there
 * for validate-records.
 */
#include "tests/output/sinks-case.h"

START_TEST(a_session_as_text)
{
	g_autofree char *written = plain_session(out_timeline_new, (OutOptions){ 0 }, NULL);

	ck_assert_str_eq(written, golden);
}
END_TEST

START_TEST(errors_stand_out_in_colour_and_lines_fit)
{
	g_autofree char *written = plain_session(out_timeline_new,
						 (OutOptions){ .colour = true, .columns = 100 },
						 NULL);
	g_auto(GStrv) lines = g_strsplit(written, "\n", -1);

	ck_assert(strstr(written, "\033[1;31mSTATUS_ACCESS_DENIED\033[0m\n") != NULL);
	for (size_t i = 1; lines[i]; i++)
		if (!strstr(lines[i], "\033"))
			ck_assert_uint_le(out_width(lines[i], strlen(lines[i])), 100);
	/* The heading and the negotiation are too long for one line, and are not cut. */
	ck_assert(g_str_has_prefix(lines[1], "    ") && strstr(lines[1], "2026-11-22"));
	ck_assert(strstr(written, "NT LM 0.12, signing not offered") != NULL);
}
END_TEST

START_TEST(live_lines_carry_their_connection)
{
	g_autofree char *written =
		plain_session(out_timeline_new, (OutOptions){ .live = true }, NULL);

	ck_assert(g_str_has_prefix(
		written,
		"#1 opened  10.77.0.2:34174 (RIGCLI) -> 10.77.0.1:139 (RIGSRV)   2026-11-22"));
	ck_assert(strstr(written, "\n#1        0.013   0.40 ms  read  x2") != NULL);
	ck_assert(strstr(written, "1 error   closed\n") != NULL);
}
END_TEST

START_TEST(verbose_shows_the_facts)
{
	g_autofree char *written =
		plain_session(out_timeline_new, (OutOptions){ .verbose = true }, NULL);

	ck_assert(strstr(written, "          command: SMB_COM_OPEN_ANDX (0x2d)\n") != NULL);
	ck_assert(strstr(written, "          status: STATUS_ACCESS_DENIED (0xc0000022)\n") != NULL);
	ck_assert(strstr(written, "          request in frame: 14\n") != NULL);
	ck_assert(strstr(written, "read  x2") == NULL); /* every message has its own fields */
}
END_TEST

START_TEST(a_session_as_json)
{
	g_autofree char *written = plain_session(out_timeline_json_new,
						 (OutOptions){ .capture_name = "cap \"1\".pcap" },
						 "session.ndjson");
	g_auto(GStrv) lines = g_strsplit(written, "\n", -1);

	ck_assert_uint_eq(g_strv_length(lines),
			  10); /* netbios, 7 smb (two reads in one), connection, end, "" */
	ck_assert(g_str_has_prefix(
		lines[0],
		"{\"timestamp\":\"2026-11-22T06:19:27.733283Z\",\"event_type\":\"netbios\","
		"\"src_ip\":\"10.77.0.2\",\"src_port\":34174,\"dest_ip\":\"10.77.0.1\",\"dest_port\":139,"
		"\"proto\":\"TCP\",\"community_id\":\"1:"));
	ck_assert(strstr(lines[0], "\"pcap_filename\":\"cap \\\"1\\\".pcap\",\"complete\":true,") !=
		  NULL);
	ck_assert(strstr(lines[0], "\"called\":\"*SMBSERVER<20>\",\"calling\":\"RIGCLI<00>\"") !=
		  NULL);
	ck_assert(
		strstr(lines[2],
		       "\"auth\":{\"password_type\":\"NTLMv1+LM\",\"mech\":\"nt\",\"account\":\"alice\","
		       "\"domain\":\"RIGWG\",\"host\":\"\",\"lm_length\":24,\"nt_length\":24,\"guest\":false,"
		       "\"result\":\"accepted\",\"challenged\":false,\"status\":\"STATUS_SUCCESS\"}") !=
		NULL);
	ck_assert(strstr(lines[3], "\"command\":\"SMB1_COMMAND_TREE_CONNECT_ANDX\"") != NULL);
	ck_assert(strstr(lines[5], "\"frame_request\":14,\"frame_response\":17,") != NULL);
	ck_assert(strstr(lines[5],
			 "\"read\":{\"offset\":0,\"length\":16,\"requests\":2,\"asked\":8176,"
			 "\"end_of_file\":true}") != NULL);
	ck_assert(strstr(lines[7],
			 "\"dialect_verdict\":\"smb1_client_limited\",\"security_mode\":3,") !=
		  NULL);
	ck_assert(strstr(lines[7],
			 "\"duration\":0.041000,\"end\":\"reset\",\"end_by\":\"server\"") != NULL);
	ck_assert(g_str_has_prefix(
		lines[8], "{\"timestamp\":\"2026-11-22T06:19:27.732283Z\",\"event_type\":\"end\""));
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("sinks");
	TCase *tc = tcase_create("sinks");
	SRunner *runner = srunner_create(suite);
	int failed;

	record_dir = argc > 1 ? argv[1] : NULL;
	suite_add_tcase(suite, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_session_as_text);
	tcase_add_test(tc, errors_stand_out_in_colour_and_lines_fit);
	tcase_add_test(tc, live_lines_carry_their_connection);
	tcase_add_test(tc, verbose_shows_the_facts);
	tcase_add_test(tc, a_session_as_json);
	sinks_add_bare(tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
