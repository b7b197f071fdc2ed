/* SPDX-License-Identifier: BSD-3-Clause */
/* Browser frames, announcements of LAN Manager, net logon: what is written to mailslots. */
#include <check.h>

#include "dissect/smb1/transaction/mailslot.h"
#include "dissect/smb1/transaction/netlogon.h"
#include "tests/lib/subcommand-case.h"
#include "tests/lib/subcommand-tell.h"

#define BROWSE "\\MAILSLOT\\BROWSE"

static const SubTarget mailslot = { smb1_transaction_name_parse, 0x25 };

/* clang-format off */
static const SubCase frames[] = {
	{ "host announcement of nmbd", false, false, 1, BROWSE, "0100 0100 0200", "",
	  "01 00 60ea0000 'RIGSRV' 00000000000000000000 06 01 039a8100 0f 01 55aa 'rig main' 00", NULL,
	  "browser_opcode=1 update_count=0 periodicity=60000 server='RIGSRV' os_version_major=6 os_version_minor=1 "
	  "server_type=0x819a03 browser_version_major=15 browser_version_minor=1 signature=0xaa55 comment='rig main'", NULL },
	{ "domain announcement", false, false, 1, BROWSE, NULL, "",
	  "0c 00 c0d40100 'MAIN' 000000000000000000000000 06 01 00100080 0f 01 55aa 'RIGSRV' 00", NULL,
	  "browser_opcode=12 update_count=0 periodicity=120000 machine_group='MAIN' browser_config_version_major=6 "
	  "browser_config_version_minor=1 server_type=0x80001000 browser_version_major=15 browser_version_minor=1 "
	  "signature=0xaa55 local_master='RIGSRV'", NULL },
	{ "local master announcement: what is behind the name's NUL counts for nothing", false, false, 1, BROWSE, NULL, "",
	  "0f 03 00000000 'RIG' 00 'leftover' 00000000 04 00 03000400 0f 01 55aa 00", NULL,
	  "browser_opcode=15 update_count=3 periodicity=0 server='RIG' os_version_major=4 os_version_minor=0 "
	  "server_type=0x40003 browser_version_major=15 browser_version_minor=1 signature=0xaa55 comment=''", NULL },
	{ "announcement request", false, false, 1, BROWSE, NULL, "", "02 00 'CLIENT' 00", NULL,
	  "browser_opcode=2 server='CLIENT'", NULL },
	{ "election of nmbd", false, false, 1, BROWSE, NULL, "", "08 01 0a0f0141 70170000 00000000 'RIGSRV' 00", NULL,
	  "browser_opcode=8 version=1 criteria=0x41010f0a uptime=6000 server='RIGSRV'", NULL },
	{ "backup list request", false, false, 1, BROWSE, NULL, "", "09 04 78563412", NULL,
	  "browser_opcode=9 requested_count=4 token=0x12345678", NULL },
	{ "backup list response", false, false, 1, BROWSE, NULL, "", "0a 02 78563412 'ONE' 00 'TWO' 00", NULL,
	  "browser_opcode=10 backup_server_count=2 token=0x12345678 backup_servers=['ONE' | 'TWO']", NULL },
	{ "become backup", false, false, 1, BROWSE, NULL, "", "0b 'ONE' 00", NULL, "browser_opcode=11 server='ONE'", NULL },
	{ "master announcement", false, false, 1, "\\mailslot\\browse", NULL, "", "0d 'ONE' 00", NULL,
	  "browser_opcode=13 server='ONE'", NULL },
	{ "reset state", false, false, 1, BROWSE, NULL, "", "0e 02", NULL, "browser_opcode=14 type=2", NULL },
	{ "an opcode that nobody has", false, false, 1, BROWSE, NULL, "", "07 00 00", NULL, "", NULL },
	{ "LAN Manager", false, false, 1, "\\MAILSLOT\\LANMAN", NULL, "", "0100 03000000 05 00 b400 'RIGSRV' 00 'old' 00", NULL,
	  "lanman_opcode=1 server_type=0x3 os_version_major=5 os_version_minor=0 periodicity=180 server='RIGSRV' comment='old'", NULL },
	{ "a host announcement on LAN Manager's mailslot ([MS-BRWS] 2.2.1)", false, false, 1, "\\MAILSLOT\\LANMAN", NULL, "",
	  "01 00 60ea0000 'RIGSRV' 00000000000000000000 06 01 03000000 0f 01 55aa 'x' 00", NULL,
	  "browser_opcode=1 update_count=0 periodicity=60000 server='RIGSRV' os_version_major=6 os_version_minor=1 "
	  "server_type=0x3 browser_version_major=15 browser_version_minor=1 signature=0xaa55 comment='x'", NULL },
	{ "another mailslot", false, false, 1, "\\MAILSLOT\\MESSNGR", NULL, "", "4142", NULL, "", NULL },
};

#define NETLOGON "\\MAILSLOT\\NET\\NETLOGON"
#define NTLOGON "\\MAILSLOT\\NET\\NTLOGON"

#define PARTS "0100000002000000030000000400000005000000"

static const SubCase logons[] = {
	{ "who is the primary: strings on even offsets", false, false, 1, NETLOGON, NULL, "",
	  "0700 'PC' 00 '\\MAILSLOT\\NET\\GETDC' 00 00 u'PC' 0000 01000000 ffff ffff", NULL,
	  "netlogon_opcode=7 request_count=0 computer='PC' unicode_computer='PC' server=- user=- domain=- "
	  "mailslot='\\MAILSLOT\\NET\\GETDC' allowable_account_control=0x0 domain_sid= nt_version=0x1 lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "the primary answers, aligned", false, false, 1, NETLOGON, NULL, "",
	  "0c00 'SRV' 00 u'SRV' 0000 u'MAIN' 0000 01000000 ffff ffff", NULL,
	  "netlogon_opcode=12 request_count=0 computer='SRV' unicode_computer=- server='SRV' user=- domain='MAIN' mailslot=- "
	  "allowable_account_control=0x0 domain_sid= nt_version=0x1 lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "logon of a SAM account, without a SID", false, false, 1, NTLOGON, NULL, "",
	  "1200 0100 u'PC' 0000 u'alice' 0000 '\\MAILSLOT\\X' 00 80000000 00000000 0b000000 ffff ffff", NULL,
	  "netlogon_opcode=18 request_count=1 computer=- unicode_computer='PC' server=- user='alice' domain=- "
	  "mailslot='\\MAILSLOT\\X' allowable_account_control=0x80 domain_sid= nt_version=0xb lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "logon of a SAM account with a SID, aligned", false, false, 1, NTLOGON, NULL, "",
	  "1200 0000 u'PC' 0000 u'bob' 0000 '\\M' 00 80000000 0c000000 000000 0101000000000005 12000000 0b000000 ffff ffff", NULL,
	  "netlogon_opcode=18 request_count=0 computer=- unicode_computer='PC' server=- user='bob' domain=- mailslot='\\M' "
	  "allowable_account_control=0x80 domain_sid=010100000000000512000000 nt_version=0xb lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "the longest SID there is, of 15 parts", false, false, 1, NTLOGON, NULL, "",
	  "1200 0000 u'PC' 0000 u'bob' 0000 '\\M' 00 80000000 44000000 000000 010f000000000005 " PARTS PARTS PARTS "0b000000 ffff ffff", NULL,
	  "netlogon_opcode=18 request_count=0 computer=- unicode_computer='PC' server=- user='bob' domain=- mailslot='\\M' "
	  "allowable_account_control=0x80 domain_sid=010f000000000005" PARTS PARTS PARTS " nt_version=0xb lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "its answer", false, false, 1, NTLOGON, NULL, "",
	  "1300 u'\\\\SRV' 0000 u'alice' 0000 u'MAIN' 0000 01000000 ffff ffff", NULL,
	  "netlogon_opcode=19 request_count=0 computer=- unicode_computer=- server='\\\\SRV' user='alice' domain='MAIN' mailslot=- "
	  "allowable_account_control=0x0 domain_sid= nt_version=0x1 lmnt_token=0xffff lm20_token=0xffff", NULL },
	{ "an opcode without a form here", false, false, 1, NETLOGON, NULL, "", "1700 00", NULL, "netlogon_opcode=23", NULL },
};

static const SubCase lies[] = {
	{ "a SID longer than any, which would fit", false, false, 1, NTLOGON, NULL, "",
	  "1200 0000 u'PC' 0000 u'bob' 0000 '\\M' 00 80000000 45000000 000000 010f000000000005 " PARTS PARTS PARTS "00 0b000000 ffff ffff", NULL, NULL, NULL },
	{ "a SID longer than the message", false, false, 1, NTLOGON, NULL, "",
	  "1200 0000 u'PC' 0000 u'bob' 0000 '\\M' 00 80000000 44000000 000000 0101000000000005 12000000 0b000000 ffff ffff", NULL, NULL, NULL },
};
/* clang-format on */

#define SLOT(slot) .command = 0x25, .function = 1, .level = -1, .name = "\\MAILSLOT\\" slot
#define ANNOUNCEMENT(opcode) \
	opcode " 00 60ea0000 'RIGSRV' 00000000000000000000 06 01 03000000 0f 01 55aa 'x' 00"
#define ANNOUNCEMENT_FIELDS(opcode)                                             \
	"browser_opcode=" opcode                                                \
	" update_count=0 periodicity=60000 server='RIGSRV' os_version_major=6 " \
	"os_version_minor=1 server_type=0x3 browser_version_major=15 browser_version_minor=1 signature=0xaa55 comment='x'"
#define LOGON_ANSWER_FIELDS                                                                                          \
	"netlogon_opcode=19 request_count=0 computer=- unicode_computer=- server='S' user='' domain='D' mailslot=- " \
	"allowable_account_control=0x0 domain_sid= "

/* clang-format off */
static const SubTold bounds[] = {
	{ SLOT("BROWSE"), .what = "a host", .data = ANNOUNCEMENT("01"), .fields = ANNOUNCEMENT_FIELDS("1"), .label = "host announcement" },
	{ SLOT("BROWSE"), .what = "a local master", .data = ANNOUNCEMENT("0f"), .fields = ANNOUNCEMENT_FIELDS("15"), .label = "local master announcement" },
	{ SLOT("BROWSE"), .what = "fewer names than counted", .data = "0a 03 78563412 'ONE' 00 'TWO' 00",
	  .fields = "browser_opcode=10 backup_server_count=3 token=0x12345678 backup_servers=['ONE' | 'TWO']" },
	{ SLOT("BROWSE"), .what = "more names than counted", .data = "0a 01 78563412 'ONE' 00 'TWO' 00",
	  .fields = "browser_opcode=10 backup_server_count=1 token=0x12345678 backup_servers=['ONE']" },
	{ SLOT("BROWSE"), .what = "a name that is cut", .data = "0a 02 78563412 'ONE' 00 'TW'", .missing_data = 2, .status = SMB_READ_TRUNCATED,
	  .fields = "browser_opcode=10 backup_server_count=2 token=0x12345678 backup_servers=['ONE']" },
	{ SLOT("BROWSE"), .what = "the first opcode beyond the table", .data = "10 00" },
	{ SLOT("BROWSE"), .what = "the last opcode there could be", .data = "ff 00" },
	{ SLOT("BROWSE"), .what = "opcode 0", .data = "00 00" },
	{ SLOT("BROWSE"), .what = "no opcode" },
	{ SLOT("LANMAN"), .what = "LAN Manager's announcement with a long comment", .data = "0100 03000000 05 00 b400 'RIGSRV' 00 'a comment that is long' 00",
	  .fields = "lanman_opcode=1 server_type=0x3 os_version_major=5 os_version_minor=0 periodicity=180 server='RIGSRV' comment='a comment that is long'" },
	{ SLOT("LANMAN"), .what = "another frame of a browser", .data = "0d 'ONE' 00", .fields = "browser_opcode=13 server='ONE'" },
	{ SLOT("LANMAN"), .what = "a host announcement that ends with its signature", .data = "01 00 60ea0000 'RIGSRV' 00000000000000000000 06 01 03000000 0f 01 55aa",
	  .fields = "browser_opcode=1 update_count=0 periodicity=60000 server='RIGSRV' os_version_major=6 os_version_minor=1 server_type=0x3 "
	  "browser_version_major=15 browser_version_minor=1 signature=0xaa55 comment=-" },
	{ SLOT("NET\\NETLOGON"), .what = "the first opcode beyond the table", .data = "1600 00", .fields = "netlogon_opcode=22" },
	{ SLOT("NET\\NETLOGON"), .what = "an opcode in the table that nobody reads", .data = "0a00 00", .fields = "netlogon_opcode=10" },
	{ SLOT("NET\\NETLOGON"), .what = "an answer with its tokens", .data = "1300 u'S' 0000 0000 u'D' 0000 01000000 0200 0300",
	  .fields = LOGON_ANSWER_FIELDS "nt_version=0x1 lmnt_token=0x2 lm20_token=0x3" },
	{ SLOT("NET\\NETLOGON"), .what = "an answer with a byte more", .data = "1300 u'S' 0000 0000 u'D' 0000 00 01000000 0200 0300",
	  .fields = LOGON_ANSWER_FIELDS "nt_version=0x0 lmnt_token=0x0 lm20_token=0x0" },
};
/* clang-format on */

START_TEST(frames_are_read_up_to_their_bounds)
{
	SUB_TELL(bounds);
}
END_TEST

START_TEST(codes_have_the_names_of_their_sections)
{
	ck_assert_ptr_null(smb1_browser_name(0));
	ck_assert_str_eq(smb1_browser_name(1), "HostAnnouncement");
	ck_assert_ptr_null(smb1_browser_name(7));
	ck_assert_str_eq(smb1_browser_name(15), "LocalMasterAnnouncement");
	ck_assert_ptr_null(smb1_browser_name(16));
	ck_assert_str_eq(smb1_server_type_name(1), "SV_TYPE_WORKSTATION");
	ck_assert_str_eq(smb1_server_type_name(8), "SV_TYPE_DOMAIN_CTRL");
	ck_assert_str_eq(smb1_server_type_name(0x80000000), "SV_TYPE_DOMAIN_ENUM");
	ck_assert_ptr_null(smb1_server_type_name(0x00100000));
	ck_assert_ptr_null(smb1_server_type_name(3));
	ck_assert_ptr_null(smb1_server_type_name(0));
	ck_assert_str_eq(smb1_netlogon_name(0), "LOGON_REQUEST");
	ck_assert_ptr_null(smb1_netlogon_name(0x16));
	ck_assert_str_eq(smb1_netlogon_name(0x19), "LOGON_SAM_USER_UNKNOWN_EX");
	ck_assert_ptr_null(smb1_netlogon_name(0x1A));
}
END_TEST

START_TEST(browser_frames_have_their_fields)
{
	SUB_CHECK(frames, mailslot);
}
END_TEST

START_TEST(logon_queries_have_their_names)
{
	SUB_CHECK(logons, mailslot);
}
END_TEST

START_TEST(lies_are_malformed)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		SubRun *run = sub_run_new(&lies[i]);

		g_string_free(sub_read(run, mailslot, run->parameters->len, run->data->len), TRUE);
		ck_assert_msg(run->nested.status == SMB_READ_MALFORMED, "%s", lies[i].what);
		sub_run_free(run);
	}
}
END_TEST

static void
add(TCase *tc)
{
	tcase_add_test(tc, browser_frames_have_their_fields);
	tcase_add_test(tc, logon_queries_have_their_names);
	tcase_add_test(tc, lies_are_malformed);
	tcase_add_test(tc, frames_are_read_up_to_their_bounds);
	tcase_add_test(tc, codes_have_the_names_of_their_sections);
}

int
main(void)
{
	return sub_main("mailslot", add);
}
