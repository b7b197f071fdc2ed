/* SPDX-License-Identifier: BSD-3-Clause */
/* DCE/RPC PDUs: C706 12.6; and what interfaces and operations are called. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dcerpc/pdu.h"
#include "tests/lib/smb1-case.h"

/* Of Samba's rpcclient: a bind to srvsvc 3.0 with NDR; the same with all integers big-endian. */
#define BIND_LITTLE                                                             \
	"05 00 0b 03 10000000 4800 0000 01000000 b810 b810 00000000 01 000000 " \
	"0000 01 00 c84f324b 7016 d301 12785a47bf6ee188 03000000 "              \
	"045d888a eb1c c911 9fe808002b104860 02000000"
#define BIND_BIG                                                                \
	"05 00 0b 03 00000000 0048 0000 00000001 10b8 10b8 00000000 01 000000 " \
	"0000 01 00 4b324fc8 1670 01d3 12785a47bf6ee188 00000003 "              \
	"8a885d04 1ceb 11c9 9fe808002b104860 00000002"
#define BIND_ACK                                                                               \
	"05 00 0c 03 10000000 4400 0000 01000000 b810 b810 f0530000 0d00 '\\PIPE\\srvsvc' 00 " \
	"00 01 000000 0000 0000 045d888a eb1c c911 9fe808002b104860 02000000"
#define REQUEST "05 00 00 03 10000000 1c00 0000 02000000 04000000 0000 0f00 01020304"
#define RESPONSE "05 00 02 03 10000000 1c00 0000 02000000 04000000 0000 00 00 01020304"
#define FAULT "05 00 03 03 10000000 2000 0000 02000000 00000000 0000 00 00 0300011c 00000000"

typedef struct {
	uint8_t *exact;
	DcePdu pdu;
	bool is;
} Read;

static Read
read_pdu(const char *hex, uint32_t cut)
{
	g_autoptr(GByteArray) bytes = bytes_of(hex);
	uint32_t captured = MIN(cut, bytes->len);
	Read read = { .exact = malloc(captured ? captured : 1) };

	memcpy(read.exact, bytes->data, captured);
	read.is = dce_pdu_read(smb_reader_new(read.exact, captured, bytes->len), &read.pdu);
	return read;
}

static void
check_bind(const char *hex, bool big_endian)
{
	Read read = read_pdu(hex, UINT32_MAX);
	DceContext context;

	ck_assert(read.is);
	ck_assert_int_eq(read.pdu.big_endian, big_endian);
	ck_assert_uint_eq(read.pdu.type, DCE_BIND);
	ck_assert_uint_eq(read.pdu.fragment_length, 72);
	ck_assert_uint_eq(read.pdu.call_id, 1);
	ck_assert_uint_eq(read.pdu.max_transmit, 4280);
	ck_assert_uint_eq(read.pdu.n_contexts, 1);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert_uint_eq(context.interface.version, 3);
	ck_assert_uint_eq(context.transfer.version, 2);
	ck_assert_str_eq(dce_interface_name(context.interface.uuid), "srvsvc");
	ck_assert_str_eq(dce_operation_name(context.interface.uuid, 15), "NetrShareEnum");
	ck_assert_ptr_null(dce_operation_name(context.interface.uuid, 58));
	ck_assert(!dce_next_context(&read.pdu, &context));
	free(read.exact);
}

START_TEST(a_bind_names_its_interfaces_in_both_byte_orders)
{
	check_bind(BIND_LITTLE, false);
	check_bind(BIND_BIG, true);
}
END_TEST

START_TEST(a_bind_is_answered_in_its_order)
{
	Read read = read_pdu(BIND_ACK, UINT32_MAX);
	DceResult result = { .result = 9 };

	ck_assert(read.is);
	ck_assert_uint_eq(read.pdu.n_contexts, 1);
	ck_assert(dce_next_result(&read.pdu, &result));
	ck_assert_uint_eq(result.result, 0);
	ck_assert_uint_eq(result.transfer.version, 2);
	free(read.exact);
}
END_TEST

START_TEST(calls_have_their_numbers)
{
	Read request = read_pdu(REQUEST, UINT32_MAX), response = read_pdu(RESPONSE, UINT32_MAX),
	     fault = read_pdu(FAULT, UINT32_MAX);

	ck_assert(request.is && response.is && fault.is);
	ck_assert_uint_eq(request.pdu.opnum, 15);
	ck_assert_uint_eq(request.pdu.stub_length, 4);
	ck_assert_uint_eq(response.pdu.call_id, 2);
	ck_assert_uint_eq(response.pdu.stub_length, 4);
	ck_assert_uint_eq(fault.pdu.status, 0x1c010003);
	ck_assert_str_eq(dce_type_name(fault.pdu.type), "FAULT");
	free(request.exact);
	free(response.exact);
	free(fault.exact);
}
END_TEST

/* [MS-RPCE] 2.2.2.11: what auth_length announces, and 8 bytes before it, are none of the stub's. */
START_TEST(a_stub_ends_before_the_security_trailer)
{
	static const struct {
		uint16_t fragment, auth;
		uint32_t stub;
	} rows[] = {
		{ 28, 0, 4 },      { 24, 0, 0 },
		{ 20, 0, 0 },      { 52, 0, 28 },
		{ 52, 16, 4 },     { 52, 20, 0 },
		{ 52, 21, 0 },     { 28, 1, 0 },
		{ 28, 0xFFFF, 0 }, { 0xFFFF, 1, 0xFFFF - 24 - 9 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = bytes_of(REQUEST);
		DcePdu pdu;

		bytes->data[8] = (uint8_t)rows[i].fragment;
		bytes->data[9] = (uint8_t)(rows[i].fragment >> 8);
		bytes->data[10] = (uint8_t)rows[i].auth;
		bytes->data[11] = (uint8_t)(rows[i].auth >> 8);
		ck_assert(dce_pdu_read(smb_reader_new(bytes->data, bytes->len, bytes->len), &pdu));
		ck_assert_msg(pdu.stub_length == rows[i].stub, "row %zu: %u", i, pdu.stub_length);
	}
}
END_TEST

/* Whatever is cut or spoilt, nothing is read beyond the bytes, and lists end. */
START_TEST(hostile_pdus_are_survived)
{
	static const char *const all[] = {
		BIND_LITTLE, BIND_BIG, BIND_ACK, REQUEST, RESPONSE, FAULT
	};
	DceContext context;
	DceResult result;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		for (uint32_t cut = 0; cut < 80; cut++) {
			Read read = read_pdu(all[i], cut);

			ck_assert_int_eq(read.is, cut >= DCE_HEADER_SIZE);
			while (read.is && dce_next_context(&read.pdu, &context))
				;
			free(read.exact);
			read = read_pdu(all[i], cut);
			while (read.is && dce_next_result(&read.pdu, &result))
				;
			free(read.exact);
		}
	}
}
END_TEST

START_TEST(what_is_not_a_pdu_is_ignored)
{
	static const char *const none[] = { "04 00 0b 03 10000000 4800 0000 01000000",
					    "05 02 0b 03 10000000 4800 0000 01000000",
					    "05 00 63 03 10000000 4800 0000 01000000",
					    "05 00 0b 03 10000000 0f00 0000 01000000" };

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
		Read read = read_pdu(none[i], UINT32_MAX);

		ck_assert_msg(!read.is, "%s", none[i]);
		free(read.exact);
	}
}
END_TEST

/* C706 12.6.4.1: types of connections are up to 19; the byte on the wire is any. */
START_TEST(types_have_names_or_none)
{
	uint32_t named = 0;

	for (unsigned type = 0; type < 256; type++) {
		const char *name = dce_type_name((uint8_t)type);

		ck_assert(!name || (type <= DCE_ORPHANED && *name));
		named += name != NULL;
	}
	ck_assert_uint_eq(named, 12);
	ck_assert_str_eq(dce_type_name(DCE_ORPHANED), "ORPHANED");
}
END_TEST

/*
 * The last operation that each document has, and some in the middle: one name left out would shift
 * all after it.
 */
START_TEST(tables_are_in_step_with_their_documents)
{
	static const struct {
		const char *uuid, *interface;
		uint16_t opnum;
		const char *operation;
	} known[] = {
		{ "c84f324b 7016 d301 12785a47bf6ee188", "srvsvc", 57, "NetrShareDelEx" },
		{ "c84f324b 7016 d301 12785a47bf6ee188", "srvsvc", 43, "NetrDfsGetVersion" },
		{ "98d0ff6b 12a1 1036 983346c3f87e345a", "wkssvc", 30,
		  "NetrEnumerateComputerNames" },
		{ "78573412 3412 cdab ef000123456789ab", "lsarpc", 44, "LsarOpenPolicy2" },
		{ "78573412 3412 cdab ef000123456789ab", "lsarpc", 57, "LsarLookupSids2" },
		{ "78573412 3412 cdab ef000123456789ab", "lsarpc", 68, "LsarLookupNames3" },
		{ "78573412 3412 cdab ef000123456789ab", "lsarpc", 77, "LsarLookupNames4" },
		{ "78573412 3412 cdab ef000123456789ac", "samr", 39, "SamrGetGroupsForUser" },
		{ "78573412 3412 cdab ef000123456789ac", "samr", 64, "SamrConnect5" },
		{ "78573412 3412 cdab ef000123456789ac", "samr", 73,
		  "SamrUnicodeChangePasswordUser4" },
		{ "78563412 3412 cdab ef0001234567cffb", "netlogon", 26, "NetrServerAuthenticate3" },
		{ "78563412 3412 cdab ef0001234567cffb", "netlogon", 39, "NetrLogonSamLogonEx" },
		{ "78563412 3412 cdab ef0001234567cffb", "netlogon", 48,
		  "DsrUpdateReadOnlyServerDnsRecords" },
		{ "01d08c33 4422 f131 aaaa900038001003", "winreg", 15, "BaseRegOpenKey" },
		{ "01d08c33 4422 f131 aaaa900038001003", "winreg", 35, "BaseRegDeleteKeyEx" },
		{ "81bb7a36 4498 f135 ad3298f038001003", "svcctl", 27, "ROpenSCManagerA" },
		{ "81bb7a36 4498 f135 ad3298f038001003", "svcctl", 60, "RCreateWowService" },
		{ "81bb7a36 4498 f135 ad3298f038001003", "svcctl", 64, "ROpenSCManager2" },
		{ "78563412 3412 cdab ef000123456789ab", "spoolss", 65,
		  "RpcRemoteFindFirstPrinterChangeNotificationEx" },
		{ "78563412 3412 cdab ef000123456789ab", "spoolss", 69, "RpcOpenPrinterEx" },
		{ "78563412 3412 cdab ef000123456789ab", "spoolss", 89, "RpcAddPrinterDriverEx" },
		{ "78563412 3412 cdab ef000123456789ab", "spoolss", 102,
		  "RpcGetCorePrinterDrivers" },
		{ "78563412 3412 cdab ef000123456789ab", "spoolss", 116,
		  "RpcLogJobInfoForBranchOffice" },
		{ "8206f71f 510a e830 076d740be8cee98b", "atsvc", 3, "NetrJobGetInfo" },
		{ "0883afe1 1f5d c911 91a408002b14a0fa", "epmapper", 3, "ept_map" },
		{ "98d0ff6b 12a1 1036 9833012892020162", "browser", 11, "I_BrowserrServerEnumEx" },
		{ "6a281939 0cb1 d011 9ba800c04fd92ef5", "dssetup", 0,
		  "DsRolerGetPrimaryDomainInformation" },
		{ "dc3f2782 2ae3 c318 3f78827929dc23ea", "eventlog", 24,
		  "ElfrReportEventAndSourceW" },
		{ "404e9f8d 3da0 ce11 8f6908003e30051b", "ntsvcs", 2, "PNP_GetVersion" },
		{ "88d481c6 50d8 d011 8c5200c04fd90f7e", "efsrpc", 20, "EfsRpcFlushEfsCache" },
		{ "c54119df 89fe 794e bf10463657acf44d", "efsrpc", 0, "EfsRpcOpenFileRaw" },
		{ "e042c74f 104a cf11 827300aa004ae673", "dfsnm", 22, "NetrDfsSetInfo2" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		g_autoptr(GByteArray) uuid = bytes_of(known[i].uuid);
		const char *operation = dce_operation_name(uuid->data, known[i].opnum);

		ck_assert_uint_eq(uuid->len, 16);
		ck_assert_str_eq(dce_interface_name(uuid->data), known[i].interface);
		ck_assert_msg(g_strcmp0(operation, known[i].operation) == 0, "%s %u: %s",
			      known[i].interface, known[i].opnum, operation);
	}
}
END_TEST

/* C706 12.6.4.3: of several transfer syntaxes the first is kept, and the next context follows them. */
START_TEST(contexts_follow_each_other)
{
	static const char bind[] =
		"05 00 0b 03 10000000 8c00 0000 01000000 b810 b810 00000000 03 000000 "
		"0000 02 00 c84f324b 7016 d301 12785a47bf6ee188 03000000 "
		"045d888a eb1c c911 9fe808002b104860 02000000 "
		"33057171 babe 3749 8319b5dbef9ccc36 01000000 "
		"0100 00 00 78573412 3412 cdab ef000123456789ac 01000000 "
		/* the list of the last one is missing */
		"0200 ff 00 78573412 3412 cdab ef000123456789ab 00000000";
	Read read = read_pdu(bind, UINT32_MAX);
	DceContext context;

	ck_assert(read.is);
	ck_assert_uint_eq(read.pdu.n_contexts, 3);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert_str_eq(dce_interface_name(context.interface.uuid), "srvsvc");
	ck_assert_uint_eq(context.n_transfer, 2);
	ck_assert_uint_eq(context.transfer.version, 2);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert_str_eq(dce_interface_name(context.interface.uuid), "samr");
	ck_assert_uint_eq(context.id, 1);
	ck_assert_uint_eq(context.transfer.version, 0);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert_str_eq(dce_interface_name(context.interface.uuid), "lsarpc");
	ck_assert(!dce_next_context(&read.pdu, &context));
	free(read.exact);
}
END_TEST

/* What follows a fragment in the same bytes is none of it. */
START_TEST(a_fragment_ends_where_it_says)
{
	Read read = read_pdu(BIND_LITTLE REQUEST, UINT32_MAX);
	DceContext context;

	ck_assert(read.is);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert(!dce_next_context(&read.pdu, &context));
	free(read.exact);
	/* more is declared than is here */
	read = read_pdu(BIND_LITTLE REQUEST, 72);
	ck_assert(dce_next_context(&read.pdu, &context));
	ck_assert(!dce_next_context(&read.pdu, &context));
	ck_assert_int_eq(read.pdu.contexts.status, SMB_READ_MALFORMED);
	free(read.exact);
}
END_TEST

#define PROTECTED "05 00 00 03 10000000 3000 0800 02000000 04000000 0000 0f00 01020304 05000000"

/* [MS-RPCE] 2.2.2.11: auth_type, auth_level, auth_pad_length; of what is cut nothing is known. */
START_TEST(a_security_trailer_is_read_behind_the_stub)
{
	static const char whole[] = PROTECTED "0a 06 03 00 11223344 aabbccddeeff0011";

	for (uint32_t cut = 32; cut <= 48; cut++) {
		Read read = read_pdu(whole, cut);

		ck_assert(read.is);
		ck_assert_uint_eq(read.pdu.stub_length, 8);
		ck_assert_uint_eq(smb_reader_left(&read.pdu.stub), 8);
		ck_assert_uint_eq(smb_reader_declared_left(&read.pdu.stub), 8);
		ck_assert_int_eq(read.pdu.has_trailer, cut >= 35);
		ck_assert_uint_eq(read.pdu.auth_level, cut >= 34 ? 6 : 0);
		ck_assert_uint_eq(read.pdu.padding, cut >= 35 ? 3 : 0);
		free(read.exact);
	}
	/* without one the stub has all, and nothing behind it is one */
	{
		Read read = read_pdu(REQUEST "0a06030011223344", UINT32_MAX);

		ck_assert_uint_eq(smb_reader_left(&read.pdu.stub), 4);
		ck_assert(!read.pdu.has_trailer);
		ck_assert_uint_eq(read.pdu.auth_level, 0);
		free(read.exact);
	}
}
END_TEST

/* C706 12.6.4.9: a flag says that the UUID of an object is before the stub. */
START_TEST(an_object_is_before_the_stub)
{
	Read read = read_pdu("05 00 00 83 10000000 2c00 0000 02000000 04000000 0000 0f00 "
			     "000102030405060708090a0b0c0d0e0f 01020304",
			     UINT32_MAX);

	ck_assert(read.is);
	ck_assert_uint_eq(read.pdu.stub_length, 4);
	ck_assert_uint_eq(smb_reader_u8(&read.pdu.stub), 1);
	free(read.exact);
}
END_TEST

/* Of some types nothing but the header is read; minor version 1 is one, too. */
START_TEST(the_shortest_pdus)
{
	static const char *const all[] = { "05 00 10 03 10000000 1000 0000 01000000",
					   "05 00 11 03 10000000 1000 0000 01000000",
					   "05 00 13 03 00000000 0010 0000 00000001",
					   "05 01 12 03 10000000 1000 0000 01000000" };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		Read read = read_pdu(all[i], UINT32_MAX);

		ck_assert_msg(read.is, "%s", all[i]);
		ck_assert_uint_eq(read.pdu.fragment_length, 16);
		ck_assert_uint_eq(read.pdu.call_id, 1);
		ck_assert_int_eq(read.pdu.state, SMB_READ_OK);
		free(read.exact);
	}
}
END_TEST

START_TEST(beginnings_of_pdus)
{
	static const struct {
		const char *bytes;
		bool may;
	} all[] = {
		{ "", false },         { "05", true },        { "04", false },
		{ "05 00", true },     { "05 01", true },     { "05 02", false },
		{ "04 00", false },    { "05 00 00", true },  { "05 00 0b 03", true },
		{ "05 00 05", false }, { "05 00 63", false }, { "04 00 0b 03", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GByteArray) bytes = bytes_of(all[i].bytes);

		ck_assert_msg(dce_pdu_may_begin((SmbSpan){ bytes->data, bytes->len }) == all[i].may,
			      "%s", all[i].bytes);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.43.1: the length of a message before it, where it is one and a PDU follows. */
START_TEST(a_length_before_a_message)
{
	static const struct {
		const char *bytes;
		uint32_t total; /* 0: as many as there are */
		uint32_t without;
	} all[] = {
		{ "1c00" REQUEST, 0, 2 },
		{ "1d00" REQUEST, 0, 2 },
		{ "ffff" REQUEST, 0, 2 },
		{ "1b00" REQUEST, 0, 0 },
		{ "1c00" REQUEST, 31, 0 },
		{ "1d00" REQUEST, 31, 2 },
		{ REQUEST, 0, 0 },
		{ "1c00 04" REQUEST, 0, 0 },
		{ "1c00 0500", 0, 0 },
		{ "0200", 0, 0 },
		{ "05", 0, 0 },
		{ "", 0, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GByteArray) bytes = bytes_of(all[i].bytes);
		uint32_t declared = all[i].total ? all[i].total : bytes->len, total = declared;
		SmbSpan rest = dce_without_length((SmbSpan){ bytes->data, bytes->len }, &total);

		ck_assert_msg(rest.len == bytes->len - all[i].without, "row %zu", i);
		ck_assert_uint_eq(total, declared - all[i].without);
		ck_assert_ptr_eq(rest.ptr, bytes->data ? bytes->data + all[i].without : NULL);
	}
}
END_TEST

START_TEST(an_unknown_interface_has_no_names)
{
	static const uint8_t unknown[16];

	ck_assert_ptr_null(dce_interface_name(unknown));
	ck_assert_ptr_null(dce_operation_name(unknown, 0));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dcerpc");
	TCase *tc = tcase_create("dcerpc");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_bind_names_its_interfaces_in_both_byte_orders);
	tcase_add_test(tc, a_bind_is_answered_in_its_order);
	tcase_add_test(tc, calls_have_their_numbers);
	tcase_add_test(tc, a_stub_ends_before_the_security_trailer);
	tcase_add_test(tc, hostile_pdus_are_survived);
	tcase_add_test(tc, what_is_not_a_pdu_is_ignored);
	tcase_add_test(tc, tables_are_in_step_with_their_documents);
	tcase_add_test(tc, types_have_names_or_none);
	tcase_add_test(tc, contexts_follow_each_other);
	tcase_add_test(tc, a_fragment_ends_where_it_says);
	tcase_add_test(tc, a_security_trailer_is_read_behind_the_stub);
	tcase_add_test(tc, an_object_is_before_the_stub);
	tcase_add_test(tc, the_shortest_pdus);
	tcase_add_test(tc, beginnings_of_pdus);
	tcase_add_test(tc, a_length_before_a_message);
	tcase_add_test(tc, an_unknown_interface_has_no_names);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
