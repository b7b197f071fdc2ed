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
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
