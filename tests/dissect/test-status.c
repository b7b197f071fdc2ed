/* SPDX-License-Identifier: BSD-3-Clause */
/* Which statuses are failures: [MS-CIFS] 2.2.2.4, [MS-ERREF] 2.3. */
#include "dissect/message.h"

#include <check.h>

static bool
nt(uint32_t value)
{
	return smb_status_failed((SmbStatus){ false, value });
}

static bool
dos(uint8_t class, uint16_t code)
{
	return smb_status_failed((SmbStatus){ true, class | (uint32_t)code << 16 });
}

START_TEST(severity_decides)
{
	ck_assert(!nt(0));
	ck_assert(!nt(0x103));      /* PENDING */
	ck_assert(!nt(0x10B));      /* NOTIFY_CLEANUP */
	ck_assert(!nt(0x10C));      /* NOTIFY_ENUM_DIR */
	ck_assert(!nt(0x40000016)); /* informational */
	ck_assert(!nt(0x80000005)); /* BUFFER_OVERFLOW */
	ck_assert(!nt(0x80000006)); /* NO_MORE_FILES */
	ck_assert(nt(0x8000002D));  /* STOPPED_ON_SYMLINK */
	ck_assert(nt(0x8000000E));  /* DEVICE_PAPER_EMPTY */
	ck_assert(!nt(0xC0000016)); /* MORE_PROCESSING_REQUIRED */
	ck_assert(nt(0xC0000022));
}
END_TEST

START_TEST(errors_without_severity_are_a_list)
{
	static const uint32_t errors[] = { 0x00060001, 0x000C0001, 0x00710001, 0x007C0001,
					   0x00830001, 0x00AD0001, 0x00AE0001, 0x010A0001,
					   0x01130001, 0x03E20001, 0x00010002, 0x00050002,
					   0x00160002, 0x005B0002, 0x00FA0002, 0x00FB0002,
					   0x00FC0002 };
	static const uint32_t successes[] = { 0x00000001, 0x00000002, 0x00010001,
					      0x001C0001, 0x00060003, 0x00020001 };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		ck_assert_msg(nt(errors[i]), "%08x", errors[i]);
	for (size_t i = 0; i < sizeof(successes) / sizeof(successes[0]); i++)
		ck_assert_msg(!nt(successes[i]), "%08x", successes[i]);
}
END_TEST

START_TEST(dos_errors_have_a_class)
{
	ck_assert(!dos(0, 0));
	ck_assert(!dos(0, 5));
	ck_assert(dos(1, 2));
	ck_assert(!dos(1, 18));
	ck_assert(!dos(1, 234));
	ck_assert(!dos(1, 1022));
	ck_assert(dos(2, 18));
	ck_assert(dos(3, 0x13));
	ck_assert(dos(2, 0xFFFF));
	ck_assert(dos(0xFF, 0));
}
END_TEST

START_TEST(high_codes_are_nt_statuses_without_their_flag)
{
	ck_assert(!smb_status_is_dos((SmbStatus){ true, 0xC0000022 }));
	ck_assert(dos(0x22, 0xC000));  /* ACCESS_DENIED */
	ck_assert(!dos(0x16, 0xC000)); /* MORE_PROCESSING_REQUIRED */
	ck_assert(!dos(0x05, 0x8000)); /* BUFFER_OVERFLOW */
	ck_assert(smb_status_is_dos((SmbStatus){ true, 0xFFFF0002 }));
	ck_assert(smb_status_is_dos((SmbStatus){ true, 0x7FFF0002 }));
	ck_assert(!smb_status_is_dos((SmbStatus){ true, 0 }));
	ck_assert(!smb_status_is_dos((SmbStatus){ false, 0x00020001 }));
}
END_TEST

START_TEST(only_one_status_asks_for_another_round)
{
	ck_assert(smb_status_goes_on((SmbStatus){ false, 0xC0000016 }));
	ck_assert(smb_status_goes_on((SmbStatus){ true, 0xC0000016 }));
	ck_assert(smb_status_goes_on((SmbStatus){ true, 0x00EA0001 }));
	ck_assert(!smb_status_goes_on((SmbStatus){ false, 0 }));
	ck_assert(!smb_status_goes_on((SmbStatus){ false, 0xC0000022 }));
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("status");
	Suite *suite = suite_create("status");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, severity_decides);
	tcase_add_test(tc, errors_without_severity_are_a_list);
	tcase_add_test(tc, dos_errors_have_a_class);
	tcase_add_test(tc, high_codes_are_nt_statuses_without_their_flag);
	tcase_add_test(tc, only_one_status_asks_for_another_round);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
