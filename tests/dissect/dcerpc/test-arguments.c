/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls ask for, in NDR (C706 14) and in NDR64 ([MS-RPCE] 2.2.5), and cut at every byte. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "dissect/dcerpc/pdu.h"
#include "dissect/wire/text.h"
#include "tests/dissect/dcerpc/arguments-case.h"
#include "tests/dissect/dcerpc/arguments-responses.h"

static void
create_service(Stub *s)
{
	handle(s);
	string(s, "RemCom");
	pointed(s, "Remote");
	for (int i = 0; i < 4; i++)
		put(s, 0x10, 4);
	string(s, "%SystemRoot%\\RemCom.exe");
}

static void
authenticate(Stub *s, const char *account, uint64_t credential)
{
	pointed(s, account[0] ? "\\\\DC" : NULL);
	string(s, account);
	put(s, 6, s->wide ? 4 : 2);
	string(s, account);
	for (int i = 0; i < 8; i++, credential >>= 8)
		put(s, credential & 0xff, 1);
	put(s, 0x212fffff, 4);
}

START_TEST(calls_say_what_they_ask_for)
{
	Stub s = stub_new(_i);

	create_service(&s);
	says(&s, "svcctl", 12, "RemCom", "%SystemRoot%\\RemCom.exe");
	create_service(&s);
	says(&s, "svcctl", 45, "RemCom", "%SystemRoot%\\RemCom.exe");
	handle(&s);
	string(&s, "RemoteRegistry");
	says(&s, "svcctl", 16, "RemoteRegistry", "");
	handle(&s);
	for (int i = 0; i < 3; i++)
		put(&s, UINT32_MAX, 4);
	pointed(&s, "cmd.exe /c x");
	says(&s, "svcctl", 11, "", "cmd.exe /c x");
	string(&s, "\\\\evil\\a\\b");
	says(&s, "efsrpc", 0, "", "\\\\evil\\a\\b");
	put(&s, 2, 4);
	number(&s, 0);
	string(&s, "\\\\evil\\a\\b");
	says(&s, "efsrpc", 15, "", "\\\\evil\\a\\b");
	string(&s, "evil");
	says(&s, "dfsnm", 13, "", "evil");
	for (int i = 0; i < 32; i++)
		put(&s, 1, 1);
	string(&s, "\\\\evil\\a");
	says(&s, "fsrvp", 3, "", "\\\\evil\\a");
	handle(&s);
	put(&s, 0x100, 4);
	put(&s, 0, 4);
	pointed(&s, "\\\\evil");
	says(&s, "spoolss", 65, "", "\\\\evil");
	number(&s, 0x20000);
	put(&s, '\\', 2);
	counted(&s, "\\??\\UNC\\evil\\a");
	says(&s, "eventlog", 9, "", "\\??\\UNC\\evil\\a");
	number(&s, 0);
	counted(&s, "\\??\\UNC\\evil\\a");
	says(&s, "eventlog", 9, "", "\\??\\UNC\\evil\\a");
	handle(&s);
	counted(&s, "\\??\\UNC\\evil\\a");
	says(&s, "eventlog", 1, "", "\\??\\UNC\\evil\\a");
	handle(&s);
	number(&s, 0x20000);
	counted(&s, "\\??\\UNC\\evil\\a");
	says(&s, "eventlog", 0, "", "\\??\\UNC\\evil\\a");
	handle(&s);
	counted(&s, "SAM");
	says(&s, "winreg", 15, "SAM", "");
	handle(&s);
	counted(&s, "G$BCKUPKEY_P");
	says(&s, "lsarpc", 43, "G$BCKUPKEY_P", "");
	pointed(&s, "\\\\SRV");
	number(&s, 1000);
	put(&s, 0, 4);
	put(&s, 0, 1);
	put(&s, 0, 1);
	pointed(&s, "c:\\x.exe");
	says(&s, "atsvc", 0, "", "c:\\x.exe");
	pointed(&s, "\\Update");
	says(&s, "ITaskSchedulerService", 1, "\\Update", "");
	g_byte_array_unref(s.bytes);
}
END_TEST

/* Its last bytes are what those of the challenge make of them. */
START_TEST(a_credential_of_zeros)
{
	enum { BYTES = 8, TELLING = 5 };
	Stub s = stub_new(_i);

	for (unsigned at = 0; at <= BYTES; at++) {
		Read read;

		authenticate(&s, "DC$", at < BYTES ? 0x55ull << 8 * at : 0);
		read = read_stub(&s, "netlogon", 26, UINT32_MAX);
		ck_assert_int_eq(read.arguments.zero_credential, at >= TELLING);
		ck_assert_str_eq(read.name, "DC$");
		free(read.exact);
		/* What was not captured is not zero. */
		read = read_stub(&s, "netlogon", 26, HEADERS + s.bytes->len - 8);
		ck_assert(!read.arguments.zero_credential);
		free(read.exact);
		g_byte_array_set_size(s.bytes, 0);
	}
	g_byte_array_unref(s.bytes);
}
END_TEST

START_TEST(lies_about_lengths_give_nothing)
{
	static const uint64_t lies[][3] = { { 1, 0, 2 },         { 5, 1, 5 },
					    { 2, 1, 2 },         { UINT32_MAX, 0, UINT32_MAX },
					    { 40000, 0, 40000 }, { 9, 0, 9 } };
	Stub s = stub_new(_i);

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		Read read;

		for (int j = 0; j < 3; j++)
			number(&s, lies[i][j]);
		put(&s, 'a', 2);
		put(&s, 0, 2);
		read = read_stub(&s, "efsrpc", 0, UINT32_MAX);
		ck_assert_str_eq(read.target, "");
		ck_assert(!read.is);
		free(read.exact);
		g_byte_array_set_size(s.bytes, 0);
	}
	g_byte_array_unref(s.bytes);
}
END_TEST

START_TEST(other_calls_are_not_read)
{
	Stub s = stub_new(0);
	Read read;

	string(&s, "\\\\evil\\a");
	read = read_stub(&s, "efsrpc", 3, UINT32_MAX);
	ck_assert(!read.is);
	free(read.exact);
	read = read_stub(&s, "srvsvc", 0, UINT32_MAX);
	ck_assert(!read.is);
	free(read.exact);
	read = read_stub(&s, NULL, 0, UINT32_MAX);
	ck_assert(!read.is);
	free(read.exact);
	g_byte_array_unref(s.bytes);
}
END_TEST

START_TEST(what_is_started_is_named_by_its_handle)
{
	Stub s = stub_new(_i);
	Read read;

	handle(&s);
	put(&s, 0, 4);
	read = read_stub(&s, "svcctl", 19, UINT32_MAX);
	ck_assert(read.is && read.arguments.has_handle);
	ck_assert_mem_eq(read.arguments.handle, s.bytes->data, HANDLE);
	free(read.exact);
	read = read_stub(&s, "svcctl", 19, HEADERS + HANDLE - 1);
	ck_assert(!read.is && !read.arguments.has_handle);
	free(read.exact);
	g_byte_array_unref(s.bytes);
}
END_TEST

/* What is behind a name starts where it has to, however long the name is. */
START_TEST(a_credential_behind_names_of_every_length)
{
	static const char name[] = "ABCDEFGH$";
	Stub s = stub_new(_i);

	for (const char *from = name;; from++) {
		Read read;

		authenticate(&s, from, 0);
		read = read_stub(&s, "netlogon", 26, UINT32_MAX);
		ck_assert_msg(read.is && read.arguments.zero_credential, "%s", from);
		ck_assert_str_eq(read.name, from);
		free(read.exact);
		g_byte_array_set_size(s.bytes, 0);
		if (!*from)
			break;
	}
	g_byte_array_unref(s.bytes);
}
END_TEST

/* Of [MS-SCMR] those with an A have strings of bytes, up to 32767 of them here. */
START_TEST(strings_of_bytes)
{
	Stub s = stub_new(_i);
	Read read;

	s.ascii = true;
	handle(&s);
	string(&s, "Remote");
	says(&s, "svcctl", 28, "Remote", "");
	for (uint32_t n = 32767; n <= 32768; n++) {
		g_autofree char *name = g_strnfill(n - 1, 'n');

		handle(&s);
		string(&s, name);
		read = read_stub(&s, "svcctl", 28, UINT32_MAX);
		ck_assert_int_eq(read.is, n == 32767);
		ck_assert_uint_eq(read.arguments.name.bytes.len, n == 32767 ? n - 1 : 0);
		free(read.exact);
		g_byte_array_set_size(s.bytes, 0);
	}
	g_byte_array_unref(s.bytes);
}
END_TEST

/* C706 14.3.4: a string has its terminator; and of a call that lies about one nothing is said. */
START_TEST(one_string_that_lies)
{
	static const uint64_t lies[][3] = { { 2, 0, 0 }, { 1, 0, 2 }, { 900, 0, 900 } };

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		for (int which = 0; which < 2; which++) {
			Stub s = stub_new(_i);
			Read read;

			handle(&s);
			for (int j = 0; j < 2; j++) {
				if (j != which) {
					string(&s, "A");
				} else {
					for (int k = 0; k < 3; k++)
						number(&s, lies[i][k]);
					if (lies[i][2])
						put(&s, 0x420041, 4);
				}
				if (j == 0)
					pointed(&s, NULL);
				for (int k = 0; j == 0 && k < 4; k++)
					put(&s, 0x10, 4);
			}
			read = read_stub(&s, "svcctl", 12, UINT32_MAX);
			ck_assert(!read.is);
			ck_assert_str_eq(read.name, "");
			ck_assert_str_eq(read.target, "");
			free(read.exact);
			g_byte_array_unref(s.bytes);
		}
	}
}
END_TEST

/* [MS-EFSR] 3.1.4.2.11, 3.1.4.2.13: where only the second name is missing, that is a loss too. */
START_TEST(a_second_name_that_was_cut)
{
	for (uint16_t opnum = 11; opnum <= 13; opnum += 2) {
		Stub s = stub_new(_i);
		uint32_t first;
		Read read;

		string(&s, "C:\\a");
		first = s.bytes->len;
		string(&s, "\\\\evil\\b");
		read = read_stub(&s, "efsrpc", opnum, UINT32_MAX);
		ck_assert(read.is && !read.arguments.cut);
		ck_assert_str_eq(read.target, "C:\\a");
		ck_assert_str_eq(read.name, "\\\\evil\\b");
		free(read.exact);
		read = read_stub(&s, "efsrpc", opnum, HEADERS + first);
		ck_assert(read.is && read.arguments.cut);
		ck_assert_str_eq(read.target, "C:\\a");
		free(read.exact);
		/* of a call with one name nothing is missing */
		read = read_stub(&s, "efsrpc", 4, HEADERS + first);
		ck_assert(read.is && !read.arguments.cut);
		free(read.exact);
		read = read_stub(&s, "efsrpc", 4, HEADERS + first - 1);
		ck_assert(!read.is && read.arguments.cut);
		free(read.exact);
		g_byte_array_unref(s.bytes);
	}
}
END_TEST

/* [MS-EFSR] 2.2.12: what is reserved is not there, or has no bytes, or some, or lies about how many. */
START_TEST(a_name_behind_reserved_bytes)
{
	enum { NOT_THERE = -2, NO_BYTES = -1, LIES = 6 };

	for (int n = NOT_THERE; n <= LIES; n++) {
		Stub s = stub_new(_i);
		uint64_t lie = s.wide ? UINT64_C(1) << 32 : UINT32_MAX;
		Read read;

		put(&s, 1, 4);
		number(&s, n == NOT_THERE ? 0 : 0x20000);
		if (n != NOT_THERE) {
			put(&s, 5, 4);
			number(&s, n == NO_BYTES ? 0 : 0x20004);
		}
		if (n >= 0)
			number(&s, n < LIES ? (uint64_t)n : lie);
		for (int i = 0; i < n && n < LIES; i++)
			put(&s, 0xee, 1);
		string(&s, "\\\\evil\\a");
		read = read_stub(&s, "efsrpc", 15, UINT32_MAX);
		ck_assert_msg(read.is == (n < LIES), "%d bytes", n);
		ck_assert_str_eq(read.target, n < LIES ? "\\\\evil\\a" : "");
		free(read.exact);
		g_byte_array_unref(s.bytes);
	}
}
END_TEST

/* [MS-SCMR] 3.1.4.12, 3.1.4.11, dwStartType: that of drivers, too; where it is not there, nothing is said. */
START_TEST(what_starts_with_the_system)
{
	for (uint32_t type = 0; type < 5; type++) {
		for (uint16_t opnum = 11; opnum <= 12; opnum++) {
			Stub s = stub_new(_i);
			uint32_t at;
			Read read;

			handle(&s);
			if (opnum == 12) {
				string(&s, "RemCom");
				pointed(&s, NULL);
				put(&s, 0x10, 4);
			}
			put(&s, 0x10, 4);
			at = s.bytes->len;
			put(&s, type, 4);
			put(&s, 1, 4);
			(opnum == 12 ? string : pointed)(&s, "a.exe");
			read = read_stub(&s, "svcctl", opnum, UINT32_MAX);
			ck_assert(read.is);
			ck_assert_str_eq(read.target, "a.exe");
			ck_assert_int_eq(read.arguments.starts_itself, type <= 2);
			free(read.exact);
			read = read_stub(&s, "svcctl", opnum, HEADERS + at + 2);
			ck_assert(!read.arguments.starts_itself);
			free(read.exact);
			g_byte_array_unref(s.bytes);
		}
	}
}
END_TEST

/* What servers take for an empty string is one, whatever is behind its terminator. */
START_TEST(a_string_that_ends_at_once)
{
	for (int ascii = 0; ascii < 2; ascii++) {
		Stub s = stub_new(_i);
		Read read;

		s.ascii = ascii;
		handle(&s);
		number(&s, 3);
		number(&s, 0);
		number(&s, 3);
		for (int i = 0; i < 3; i++)
			put(&s, (uint8_t) "\0x"[i], ascii ? 1 : 2);
		read = read_stub(&s, "svcctl", ascii ? 28 : 16, UINT32_MAX);
		ck_assert(!read.is);
		ck_assert_uint_eq(read.arguments.name.bytes.len, 0);
		free(read.exact);
		g_byte_array_unref(s.bytes);
	}
}
END_TEST

/* [MS-RPCE] 2.2.1.1.8: only at the highest level the stub is encrypted. */
START_TEST(what_is_encrypted_is_not_read)
{
	for (uint8_t level = 0; level <= DCE_AUTH_PRIVACY; level++) {
		Stub s = stub_new(_i);
		Read read;

		string(&s, "\\\\evil\\a");
		s.auth_level = level;
		read = read_stub(&s, "efsrpc", 0, UINT32_MAX);
		ck_assert_int_eq(read.is, level < DCE_AUTH_PRIVACY);
		ck_assert_int_eq(read.arguments.sealed, level == DCE_AUTH_PRIVACY);
		ck_assert_str_eq(read.target, read.is ? "\\\\evil\\a" : "");
		free(read.exact);
		/* the level is the last byte that was captured */
		read = read_stub(&s, "efsrpc", 0, HEADERS + s.bytes->len + 2);
		ck_assert_int_eq(read.is, level < DCE_AUTH_PRIVACY);
		free(read.exact);
		read = read_stub(&s, "efsrpc", 3, UINT32_MAX);
		ck_assert(!read.is && !read.arguments.sealed);
		free(read.exact);
		g_byte_array_unref(s.bytes);
	}
}
END_TEST

/* The handle that something is about, and only that. */
START_TEST(handles_of_requests)
{
	Stub s = stub_new(_i);
	Read read;

	handle(&s);
	string(&s, "RemoteRegistry");
	read = read_stub(&s, "svcctl", 16, UINT32_MAX);
	ck_assert(read.is && !read.arguments.has_handle);
	free(read.exact);
	/* of a key a name is missing: it could not be read */
	read = read_stub(&s, "winreg", 15, HEADERS + HANDLE);
	ck_assert(!read.is && read.arguments.has_handle);
	free(read.exact);
	g_byte_array_unref(s.bytes);
}
END_TEST

START_TEST(calls_that_are_read)
{
	static const struct {
		const char *interface;
		uint16_t opnum;
		bool telling, read;
	} all[] = {
		{ NULL, 12, false, false },     { "", 12, false, false },
		{ "svcctl", 12, true, true },   { "svcctl", 13, true, false },
		{ "srvsvc", 12, false, false }, { "samr", 16, false, false },
		{ "netlogon", 26, true, true }, { "netlogon", 12, true, false },
		{ "drsuapi", 3, true, false },  { "drsuapi", 10, true, false },
		{ "winreg", 31, true, true },   { "witness", 6, false, false },
		{ "dfsnm", 15, true, true },    { "dssetup", 15, false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		const char *name = all[i].interface;

		ck_assert_msg(dce_interface_is_telling(name) == all[i].telling, "%s", name);
		ck_assert_msg(dce_arguments_are_read(name, all[i].opnum) == all[i].read, "%s",
			      name);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arguments");
	TCase *tc = tcase_create("arguments");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, calls_say_what_they_ask_for, 0, 4);
	tcase_add_loop_test(tc, a_credential_of_zeros, 0, 4);
	tcase_add_loop_test(tc, lies_about_lengths_give_nothing, 0, 4);
	tcase_add_test(tc, other_calls_are_not_read);
	tcase_add_loop_test(tc, what_is_started_is_named_by_its_handle, 0, 4);
	tcase_add_loop_test(tc, a_credential_behind_names_of_every_length, 0, 4);
	tcase_add_loop_test(tc, strings_of_bytes, 0, 4);
	tcase_add_loop_test(tc, one_string_that_lies, 0, 4);
	tcase_add_loop_test(tc, a_second_name_that_was_cut, 0, 4);
	tcase_add_loop_test(tc, a_name_behind_reserved_bytes, 0, 4);
	tcase_add_loop_test(tc, what_starts_with_the_system, 0, 4);
	tcase_add_loop_test(tc, a_string_that_ends_at_once, 0, 4);
	tcase_add_loop_test(tc, what_is_encrypted_is_not_read, 0, 4);
	tcase_add_loop_test(tc, handles_of_requests, 0, 4);
	tcase_add_test(tc, calls_that_are_read);
	arguments_add_responses(tc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
