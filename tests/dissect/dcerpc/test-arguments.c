/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls ask for, in NDR (C706 14) and in NDR64 ([MS-RPCE] 2.2.5), and cut at every byte. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "dissect/dcerpc/pdu.h"
#include "dissect/wire/text.h"

enum { HEADERS = 24, HANDLE = 20 };

/* ---- a stub, as it grows ---- */

typedef struct {
	GByteArray *bytes;
	bool wide;
} Stub;

static void
put(Stub *s, uint64_t v, unsigned size)
{
	while (s->bytes->len % size)
		g_byte_array_append(s->bytes, (const uint8_t *)"", 1);
	for (unsigned i = 0; i < size; i++, v >>= 8)
		g_byte_array_append(s->bytes, &(uint8_t){ (uint8_t)v }, 1);
}

static void
number(Stub *s, uint64_t v)
{
	put(s, v, s->wide ? 8 : 4);
}

static void
string(Stub *s, const char *ascii)
{
	number(s, strlen(ascii) + 1);
	number(s, 0);
	number(s, strlen(ascii) + 1);
	for (const char *c = ascii;; c++) {
		put(s, (uint8_t)*c, 2);
		if (!*c)
			break;
	}
}

static void
pointed(Stub *s, const char *ascii)
{
	number(s, ascii ? 0x20000 : 0);
	if (ascii)
		string(s, ascii);
}

static void
handle(Stub *s)
{
	for (unsigned i = 0; i < HANDLE; i++)
		put(s, 'h', 1);
}

static void
counted(Stub *s, const char *ascii)
{
	number(s, 0); /* its alignment */
	g_byte_array_set_size(s->bytes, s->bytes->len - (s->wide ? 8 : 4));
	put(s, 2 * strlen(ascii), 2);
	put(s, 2 * strlen(ascii), 2);
	pointed(s, ascii);
}

/* ---- reading it ---- */

typedef struct {
	uint8_t *exact;
	SmbRpcArguments arguments;
	bool is;
	char name[64], target[64];
} Read;

/* As a request of which so many bytes were captured. */
static Read
read_stub(const Stub *s, const char *interface, uint16_t opnum, uint32_t cut)
{
	uint32_t length = HEADERS + s->bytes->len, captured = MIN(length, cut);
	g_autofree uint8_t *all = g_malloc0(length);
	Read read = { .exact = malloc(captured ? captured : 1) };
	DcePdu pdu;

	memcpy(all, "\5\0\0\3\x10\0\0\0", 8);
	all[8] = (uint8_t)length;
	all[9] = (uint8_t)(length >> 8);
	all[22] = (uint8_t)opnum;
	memcpy(all + HEADERS, s->bytes->data, s->bytes->len);
	memcpy(read.exact, all, captured);
	if (!dce_pdu_read(smb_reader_new(read.exact, captured, length), &pdu))
		return read;
	read.is = dce_arguments_read(&pdu, interface, &read.arguments);
	smb_text_to_utf8(read.arguments.name, read.name, sizeof(read.name));
	smb_text_to_utf8(read.arguments.target, read.target, sizeof(read.target));
	return read;
}

/* What it says whole; cut, it says the same, less, or nothing. */
static void
says(Stub *s, const char *interface, uint16_t opnum, const char *name, const char *target)
{
	Read read = read_stub(s, interface, opnum, UINT32_MAX);

	ck_assert(read.is);
	ck_assert_str_eq(read.name, name);
	ck_assert_str_eq(read.target, target);
	free(read.exact);
	for (uint32_t cut = 0; cut < HEADERS + s->bytes->len; cut++) {
		read = read_stub(s, interface, opnum, cut);
		ck_assert(strncmp(name, read.name, strlen(read.name)) == 0);
		free(read.exact);
	}
	g_byte_array_set_size(s->bytes, 0);
}

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
authenticate(Stub *s, uint64_t credential)
{
	pointed(s, "\\\\DC");
	string(s, "DC$");
	put(s, 6, s->wide ? 4 : 2);
	string(s, "DC");
	for (int i = 0; i < 8; i++, credential >>= 8)
		put(s, credential & 0xff, 1);
	put(s, 0x212fffff, 4);
}

START_TEST(calls_say_what_they_ask_for)
{
	Stub s = { g_byte_array_new(), _i };

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
	handle(&s);
	counted(&s, "SAM");
	says(&s, "winreg", 15, "SAM", "");
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

START_TEST(a_credential_of_zeros)
{
	Stub s = { g_byte_array_new(), _i };

	for (uint64_t credential = 0; credential < 2; credential++) {
		Read read;

		authenticate(&s, credential << 56);
		read = read_stub(&s, "netlogon", 26, UINT32_MAX);
		ck_assert_int_eq(read.arguments.zero_credential, !credential);
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
	static const uint64_t lies[][3] = { { 1, 0, 2 },
					    { 5, 1, 5 },
					    { UINT32_MAX, 0, UINT32_MAX },
					    { 40000, 0, 40000 },
					    { 9, 0, 9 } };
	Stub s = { g_byte_array_new(), _i };

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
	Stub s = { g_byte_array_new(), false };
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

START_TEST(a_response_ends_with_its_result)
{
	static const uint8_t response[] = { 5, 0, 2, 3, 0x10, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0,
					    8, 0, 0, 0, 0,    0, 0, 0, 1,  2, 3, 4, 5, 0, 0, 0 };
	uint32_t result = 0;
	DcePdu pdu;

	ck_assert(dce_pdu_read(smb_reader_new(response, sizeof(response), sizeof(response)), &pdu));
	ck_assert(dce_result_read(&pdu, &result));
	ck_assert_uint_eq(result, 5);
	pdu.flags = DCE_FIRST_FRAG; /* the end is in another fragment */
	ck_assert(!dce_result_read(&pdu, &result));
	ck_assert(dce_pdu_read(smb_reader_new(response, 30, sizeof(response)), &pdu));
	ck_assert(!dce_result_read(&pdu, &result));
}
END_TEST

/* Of a service before the result, of a key first; and nowhere, where the end is not here. */
START_TEST(a_response_gives_a_handle)
{
	static const struct {
		const char *interface;
		uint16_t opnum;
		int at; /* -1: it gives none */
	} table[] = { { "svcctl", 12, 8 }, { "svcctl", 16, 8 },  { "winreg", 6, 0 },
		      { "winreg", 15, 0 }, { "svcctl", 11, -1 }, { "efsrpc", 0, -1 } };
	uint8_t response[HEADERS + 32] = { 5, 0, 2, 3, 0x10, 0, 0, 0, HEADERS + 32 };

	for (uint8_t i = 0; i < 28; i++)
		response[HEADERS + i] = i;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		uint8_t given[SMB_RPC_HANDLE];
		DcePdu pdu;

		ck_assert(dce_pdu_read(
			smb_reader_from_span((SmbSpan){ response, sizeof(response) }), &pdu));
		ck_assert_int_eq(dce_given_handle_read(&pdu, table[i].interface, table[i].opnum,
						       given),
				 table[i].at >= 0);
		if (table[i].at >= 0)
			ck_assert_mem_eq(given, response + HEADERS + table[i].at, sizeof(given));
		/* Read in pieces, it ends anywhere. */
		ck_assert(dce_pdu_read(smb_reader_new(response, HEADERS + 30, HEADERS + 30), &pdu));
		ck_assert(!dce_given_handle_read(&pdu, table[i].interface, table[i].opnum, given));
		ck_assert(!dce_result_read(&pdu, &(uint32_t){ 0 }));
	}
}
END_TEST

START_TEST(what_is_started_is_named_by_its_handle)
{
	Stub s = { g_byte_array_new(), _i };
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

int
main(void)
{
	Suite *suite = suite_create("arguments");
	TCase *tc = tcase_create("arguments");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, calls_say_what_they_ask_for, 0, 2);
	tcase_add_loop_test(tc, a_credential_of_zeros, 0, 2);
	tcase_add_loop_test(tc, lies_about_lengths_give_nothing, 0, 2);
	tcase_add_test(tc, other_calls_are_not_read);
	tcase_add_test(tc, a_response_ends_with_its_result);
	tcase_add_test(tc, a_response_gives_a_handle);
	tcase_add_loop_test(tc, what_is_started_is_named_by_its_handle, 0, 2);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
