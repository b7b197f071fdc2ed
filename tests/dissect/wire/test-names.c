/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Published numbers and their names: that the tables can be searched, and samples of what stands in
 * the specifications.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/event.h"

/* The tables themselves, to hold each to its order. */
#include "dissect/wire/dos-error.c"
#include "dissect/wire/names-flags.c"
#include "dissect/wire/nt-status.c"

#define TABLE(table)                        \
	{                                   \
#table, table, COUNT(table) \
	}

static const struct {
	const char *name;
	const SmbName *rows;
	size_t count;
} tables[] = {
	TABLE(nt_status),      TABLE(success),         TABLE(errdos),
	TABLE(errsrv),         TABLE(errhrd),          TABLE(capabilities),
	TABLE(flags2),         TABLE(access_mask),     TABLE(create_dispositions),
	TABLE(create_options), TABLE(file_attributes), TABLE(share_access),
	TABLE(ntlmssp_flags),  TABLE(kerberos_etypes),
};

START_TEST(test_a_table_is_sorted_and_every_row_is_found)
{
	const SmbName *rows = tables[_i].rows;
	size_t count = tables[_i].count;

	for (size_t i = 0; i < count; i++) {
		if (i)
			ck_assert_msg(rows[i - 1].value < rows[i].value, "%s %08X", tables[_i].name,
				      rows[i].value);
		ck_assert(rows[i].name && rows[i].name[0]);
		ck_assert_ptr_eq(smb_name_find(rows, count, rows[i].value), rows[i].name);
	}
}
END_TEST

START_TEST(test_find_knows_only_what_is_in_the_table)
{
	static const SmbName rows[] = { { 2, "two" }, { 4, "four" }, { 0xFFFFFFFF, "last" } };

	ck_assert_str_eq(smb_name_find(rows, 3, 2), "two");
	ck_assert_str_eq(smb_name_find(rows, 3, 4), "four");
	ck_assert_str_eq(smb_name_find(rows, 3, 0xFFFFFFFF), "last");
	ck_assert_ptr_null(smb_name_find(rows, 3, 0));
	ck_assert_ptr_null(smb_name_find(rows, 3, 3));
	ck_assert_ptr_null(smb_name_find(rows, 3, 5));
	ck_assert_ptr_null(smb_name_find(NULL, 0, 2));
}
END_TEST

START_TEST(test_nt_status)
{
	/* [MS-ERREF] 2.3.1 has 1,796 values; 20 are of SMB alone, 70 of the security packages. */
	ck_assert_uint_eq(COUNT(nt_status), 1796 + 20 + 70);
	ck_assert_str_eq(smb_nt_status_name(0), "STATUS_SUCCESS");
	ck_assert_str_eq(smb_nt_status_name(0x00000103), "STATUS_PENDING");
	ck_assert_str_eq(smb_nt_status_name(0x0000010C), "STATUS_NOTIFY_ENUM_DIR");
	ck_assert_str_eq(smb_nt_status_name(0x80000005), "STATUS_BUFFER_OVERFLOW");
	ck_assert_str_eq(smb_nt_status_name(0xC0000016), "STATUS_MORE_PROCESSING_REQUIRED");
	ck_assert_str_eq(smb_nt_status_name(0xC0000022), "STATUS_ACCESS_DENIED");
	ck_assert_str_eq(smb_nt_status_name(0xC000006D), "STATUS_LOGON_FAILURE");
	ck_assert_str_eq(smb_nt_status_name(0xC00000CC), "STATUS_BAD_NETWORK_NAME");
	ck_assert_str_eq(smb_nt_status_name(0xC0000120), "STATUS_CANCELLED");
	ck_assert_str_eq(smb_nt_status_name(0xC000205A), "STATUS_SMB_TOO_MANY_UIDS");
	ck_assert_str_eq(smb_nt_status_name(0x00010002), "STATUS_INVALID_SMB");
	ck_assert_str_eq(smb_nt_status_name(0x00050002), "STATUS_SMB_BAD_TID");
	ck_assert_str_eq(smb_nt_status_name(0x00160002), "STATUS_SMB_BAD_COMMAND");
	ck_assert_str_eq(smb_nt_status_name(0x005B0002), "STATUS_SMB_BAD_UID");
	ck_assert_str_eq(smb_nt_status_name(0x007C0001), "STATUS_OS2_INVALID_LEVEL");
	ck_assert_str_eq(smb_nt_status_name(0xFFFF0002), "STATUS_SMB_NO_SUPPORT");
	ck_assert_str_eq(smb_nt_status_name(0x80090308), "SEC_E_INVALID_TOKEN");
	ck_assert_ptr_null(smb_nt_status_name(0xC0FFEE00));
	ck_assert_ptr_null(smb_nt_status_name(0xFFFFFFFF));
}
END_TEST

START_TEST(test_dos_errors_are_those_of_their_class)
{
	ck_assert_str_eq(smb_dos_error_name(0, 0), "SUCCESS");
	ck_assert_str_eq(smb_dos_error_name(1, 2), "ERRbadfile");
	ck_assert_str_eq(smb_dos_error_name(2, 2), "ERRbadpw");
	ck_assert_str_eq(smb_dos_error_name(3, 0x1F), "ERRgeneral");
	ck_assert_str_eq(smb_dos_error_name(2, 0xFFFF), "ERRnosupport");
	ck_assert_str_eq(smb_dos_error_name(1, 0x113), "ERROR_EAS_DIDNT_FIT");
	ck_assert_ptr_null(smb_dos_error_name(0, 1));
	ck_assert_ptr_null(smb_dos_error_name(0xFF, 1));
	ck_assert_ptr_null(smb_dos_error_name(0x16, 0xC000));
	ck_assert_str_eq(smb_dos_class_name(0), "SUCCESS");
	ck_assert_str_eq(smb_dos_class_name(1), "ERRDOS");
	ck_assert_str_eq(smb_dos_class_name(2), "ERRSRV");
	ck_assert_str_eq(smb_dos_class_name(3), "ERRHRD");
	ck_assert_str_eq(smb_dos_class_name(0xFF), "ERRCMD");
	ck_assert_ptr_null(smb_dos_class_name(4));
}
END_TEST

/* How many of all 16-bit numbers a function knows. */
#define KNOWN(function, last)                                   \
	({                                                      \
		size_t known = 0;                               \
		for (uint32_t v = 0; v <= (last); v++)          \
			known += function((uint16_t)v) != NULL; \
		known;                                          \
	})

START_TEST(test_commands_and_subcommands)
{
	ck_assert_uint_eq(KNOWN(smb1_flags2_name, 0xFFFF), 12);
	ck_assert_uint_eq(KNOWN(smb2_command_name, 0xFFFF), 19);
	ck_assert_str_eq(smb2_command_name(3), "TREE_CONNECT");
	ck_assert_str_eq(smb2_command_name(0x12), "OPLOCK_BREAK");
	ck_assert_uint_eq(KNOWN(smb1_trans2_name, 0xFFFF), 17);
	ck_assert_str_eq(smb1_trans2_name(1), "TRANS2_FIND_FIRST2");
	ck_assert_str_eq(smb1_trans2_name(0x10), "TRANS2_GET_DFS_REFERRAL");
	ck_assert_ptr_null(smb1_trans2_name(0x0F));
	ck_assert_uint_eq(KNOWN(smb1_nt_transact_name, 0xFFFF), 9);
	ck_assert_str_eq(smb1_nt_transact_name(4), "NT_TRANSACT_NOTIFY_CHANGE");
	ck_assert_uint_eq(KNOWN(smb1_trans_name, 0xFFFF), 11);
	ck_assert_str_eq(smb1_trans_name(0x26), "TRANS_TRANSACT_NMPIPE");
	ck_assert_str_eq(smb1_trans_name(0x54), "TRANS_CALL_NMPIPE");
}
END_TEST

START_TEST(test_dialects_and_netbios)
{
	ck_assert_uint_eq(KNOWN(smb2_dialect_name, 0xFFFF), 6);
	ck_assert_str_eq(smb2_dialect_name(0x0202), "SMB 2.0.2");
	ck_assert_str_eq(smb2_dialect_name(0x02FF), "SMB 2.???");
	ck_assert_str_eq(smb2_dialect_name(0x0311), "SMB 3.1.1");
	ck_assert_uint_eq(KNOWN(smb_nbss_error_name, 0xFF), 5);
	ck_assert_str_eq(smb_nbss_error_name(0x80), "Not listening on called name");
	ck_assert_str_eq(smb_nbss_error_name(0x8F), "Unspecified error");
	ck_assert_uint_eq(KNOWN(smb_netbios_suffix_name, 0xFF), 24);
	ck_assert_str_eq(smb_netbios_suffix_name(0x20), "file server");
	ck_assert_str_eq(smb_netbios_suffix_name(0x00), "workstation");
	ck_assert_ptr_null(smb_netbios_suffix_name(0x02));
}
END_TEST

START_TEST(test_bits_and_values)
{
	ck_assert_str_eq(smb1_capability_name(0x80000000), "CAP_EXTENDED_SECURITY");
	ck_assert_ptr_null(smb1_capability_name(0));
	ck_assert_ptr_null(smb1_capability_name(3));
	ck_assert_str_eq(smb1_flags2_name(0x8000), "SMB_FLAGS2_UNICODE");
	ck_assert_str_eq(smb1_access_mask_name(1), "FILE_READ_DATA");
	ck_assert_str_eq(smb1_access_mask_name(0x80000000), "GENERIC_READ");
	ck_assert_str_eq(smb1_create_disposition_name(0), "FILE_SUPERSEDE");
	ck_assert_str_eq(smb1_create_disposition_name(3), "FILE_OPEN_IF");
	ck_assert_ptr_null(smb1_create_disposition_name(6));
	ck_assert_str_eq(smb1_create_option_name(0x1000), "FILE_DELETE_ON_CLOSE");
	ck_assert_str_eq(smb1_file_attribute_name(0x10), "ATTR_DIRECTORY");
	ck_assert_str_eq(smb1_share_access_name(4), "FILE_SHARE_DELETE");
	ck_assert_str_eq(smb_ntlmssp_flag_name(0x80000),
			 "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY");
	ck_assert_str_eq(smb_kerberos_etype_name(23), "rc4-hmac");
	ck_assert_str_eq(smb_kerberos_etype_name(18), "aes256-cts-hmac-sha1-96");
	ck_assert_str_eq(smb_kerberos_etype_name(-133), "rc4-hmac-old");
	ck_assert_ptr_null(smb_kerberos_etype_name(-1));
}
END_TEST

START_TEST(test_the_words_of_the_records)
{
	ck_assert_str_eq(smb_anomaly_name(SMB_ANOMALY_SHORT_HEADER), "short_header");
	ck_assert_str_eq(smb_anomaly_name(SMB_ANOMALY_PLAINTEXT_UNASKED), "plaintext_unasked");
	ck_assert_str_eq(smb_anomaly_name(SMB_ANOMALY_NOT_SMB), "not_smb");
	ck_assert_str_eq(smb_anomaly_name(SMB_ANOMALY_CREDITS), "credits");
	ck_assert_ptr_null(smb_anomaly_name((SmbAnomaly)0));
	ck_assert_ptr_null(smb_anomaly_name((SmbAnomaly)3));
	ck_assert_str_eq(smb_anomaly_name(SMB_ANOMALY_NOT_OFFERED), "not_offered");
	ck_assert_ptr_null(smb_anomaly_name((SmbAnomaly)(1 << 18)));
	ck_assert_str_eq(smb_incomplete_name(SMB_INCOMPLETE_GAP), "gap");
	ck_assert_str_eq(smb_incomplete_name(SMB_INCOMPLETE_LIMIT), "limit");
	ck_assert_ptr_null(smb_verdict_name(SMB_VERDICT_NONE));
	ck_assert_str_eq(smb_verdict_name(SMB_VERDICT_SMB1_CLIENT_LIMITED), "smb1_client_limited");
	ck_assert_str_eq(smb_verdict_name(SMB_VERDICT_REFUSED), "refused");
	ck_assert_ptr_null(smb_password_type_name(SMB_PASSWORD_NONE));
	ck_assert_str_eq(smb_password_type_name(SMB_PASSWORD_NTLMV1_LM), "NTLMv1+LM");
	ck_assert_str_eq(smb_password_type_name(SMB_PASSWORD_MALFORMED), "Malformed");
	ck_assert_str_eq(smb_mech_name(SMB_MECH_NONE), "none");
	ck_assert_str_eq(smb_mech_name(SMB_MECH_SPNEGO_NTLMSSP), "spnego-ntlmssp");
	ck_assert_str_eq(smb_result_name(SMB_RESULT_REFUSED), "refused");
	ck_assert_ptr_null(smb_share_type_name(SMB_SHARE_UNKNOWN));
	ck_assert_str_eq(smb_share_type_name(SMB_SHARE_COMM), "comm");
	ck_assert_ptr_null(smb_end_name(SMB_END_OPEN));
	ck_assert_str_eq(smb_end_name(SMB_END_CAPTURE_END), "capture_end");
	ck_assert_ptr_null(smb_end_name((SmbEnd)99));
	ck_assert_str_eq(smb_step_name(SMB_STEP_NEGOTIATE), "negotiate");
	ck_assert_str_eq(smb_step_name(SMB_STEP_OTHER), "other");
	ck_assert_ptr_null(smb_netbios_result_name(SMB_NETBIOS_UNANSWERED));
	ck_assert_str_eq(smb_netbios_result_name(SMB_NETBIOS_RETARGETED), "retargeted");
	ck_assert_str_eq(smb_gap_cause_name(SMB_GAP_KERNEL_DROP), "kernel_drop");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("names");
	TCase *c = tcase_create("names");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, test_a_table_is_sorted_and_every_row_is_found, 0, COUNT(tables));
	tcase_add_test(c, test_find_knows_only_what_is_in_the_table);
	tcase_add_test(c, test_nt_status);
	tcase_add_test(c, test_dos_errors_are_those_of_their_class);
	tcase_add_test(c, test_commands_and_subcommands);
	tcase_add_test(c, test_dialects_and_netbios);
	tcase_add_test(c, test_bits_and_values);
	tcase_add_test(c, test_the_words_of_the_records);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
