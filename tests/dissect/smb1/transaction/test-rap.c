/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RAP over \PIPE\LANMAN: [MS-RAP] 2.5. Bytes of captures made for this project are those of Samba's
 * own client and server.
 */
#include <check.h>
#include <string.h>

#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-case.h"

#define LANMAN "\\PIPE\\LANMAN"

static const SubTarget rap = { smb1_transaction_name_parse, 0x25 };

/* clang-format off */
static const SubCase requests[] = {
	{ "NetShareEnum", false, false, -1, LANMAN, NULL,
	  "0000 'WrLeh' 00 'B13BWz' 00 0100 e0ff", "", NULL,
	  "rap_function=0 parameter_descriptor='WrLeh' data_descriptor='B13BWz' auxiliary_descriptor=- name=- "
	  "second_name=- job_id=0 level=1 server_type=0x0 receive_buffer_size=65504 send_buffer_size=0 parameter_number=0", NULL },
	{ "the name of the pipe in small letters, NetServerEnum2 with a domain", false, false, -1, "\\pipe\\lanman", NULL,
	  "6800 'WrLehDz' 00 'B16BBDz' 00 0100 ffff ffffffff 'MAIN' 00", "", NULL,
	  "rap_function=104 parameter_descriptor='WrLehDz' data_descriptor='B16BBDz' auxiliary_descriptor=- name='MAIN' "
	  "second_name=- job_id=0 level=1 server_type=0xffffffff receive_buffer_size=65535 send_buffer_size=0 parameter_number=0", NULL },
	{ "NetPrintQEnum: an auxiliary descriptor behind the parameters", false, false, -1, LANMAN, NULL,
	  "4500 'WrLeh' 00 'B13BWWWzzzzzWN' 00 0200 e0ff 'WB21BB16B10zWWzDDz' 00", "", NULL,
	  "rap_function=69 parameter_descriptor='WrLeh' data_descriptor='B13BWWWzzzzzWN' "
	  "auxiliary_descriptor='WB21BB16B10zWWzDDz' name=- second_name=- job_id=0 level=2 server_type=0x0 "
	  "receive_buffer_size=65504 send_buffer_size=0 parameter_number=0", NULL },
	{ "NetPrintJobDelete: the word is a job", false, false, -1, LANMAN, NULL,
	  "5100 'W' 00 00 0700", "", NULL,
	  "rap_function=81 parameter_descriptor='W' data_descriptor='' auxiliary_descriptor=- name=- second_name=- job_id=7 "
	  "level=0 server_type=0x0 receive_buffer_size=0 send_buffer_size=0 parameter_number=0", NULL },
	{ "NetPrintJobSetInfo: job, level, length of what is sent, number", false, false, -1, LANMAN, NULL,
	  "9300 'WWsTP' 00 'WB21BB16B10zWWzDDz' 00 0700 0100 0900 0b00", "'document' 00", NULL,
	  "rap_function=147 parameter_descriptor='WWsTP' data_descriptor='WB21BB16B10zWWzDDz' auxiliary_descriptor=- name=- "
	  "second_name=- job_id=7 level=1 server_type=0x0 receive_buffer_size=0 send_buffer_size=9 parameter_number=11", NULL },
	{ "pad bytes among the parameters", false, false, -1, LANMAN, NULL,
	  "0000 'F3WrLeh' 00 'B13' 00 ffffff 0200 e0ff", "", NULL,
	  "rap_function=0 parameter_descriptor='F3WrLeh' data_descriptor='B13' auxiliary_descriptor=- name=- "
	  "second_name=- job_id=0 level=2 server_type=0x0 receive_buffer_size=65504 send_buffer_size=0 parameter_number=0", NULL },
	{ "NetServerEnum3: two strings", false, false, -1, LANMAN, NULL,
	  "d700 'WrLehDzz' 00 'B16' 00 0000 0010 00000080 'D' 00 'FIRST' 00", "", NULL,
	  "rap_function=215 parameter_descriptor='WrLehDzz' data_descriptor='B16' auxiliary_descriptor=- name='D' "
	  "second_name='FIRST' job_id=0 level=0 server_type=0x80000000 receive_buffer_size=4096 send_buffer_size=0 parameter_number=0", NULL },
};

/* What they are given is a secret, by whatever descriptor. */
static const SubCase closed[] = {
	{ "NetUserPasswordSet2", false, false, -1, LANMAN, NULL,
	  "7300 'zb16b16WW' 00 00 'bob' 00 'old' 00000000000000000000000000 'new' 00000000000000000000000000 0000 0300", "", NULL,
	  "rap_function=115 parameter_descriptor='zb16b16WW' data_descriptor='' name='bob' level=0 receive_buffer_size=0 send_buffer_size=0 "
	  "parameter_number=0 arguments=626f62006f6c64000000000000000000000000006e65770000000000000000000000000000000300 data=", NULL },
	{ "NetUserPasswordSet with strings", false, false, -1, LANMAN, NULL,
	  "3a00 'zzz' 00 00 'bob' 00 'old' 00 'new' 00", "", NULL,
	  "rap_function=58 parameter_descriptor='zzz' data_descriptor='' name='bob' level=0 receive_buffer_size=0 send_buffer_size=0 "
	  "parameter_number=0 arguments=626f62006f6c64006e657700 data=", NULL },
	{ "NetShareAdd with its data", false, false, -1, LANMAN, NULL,
	  "0300 'WsT' 00 'B13' 00 0200 0d00", "'A' 000000000000000000000000", NULL,
	  "rap_function=3 parameter_descriptor='WsT' data_descriptor='B13' name=- level=2 receive_buffer_size=0 send_buffer_size=13 "
	  "parameter_number=0 arguments=02000d00 data=41000000000000000000000000", NULL },
	{ "a function that is not known", false, false, -1, LANMAN, NULL,
	  "2003 'zW' 00 'z' 00 'secret' 00 0100", "", NULL,
	  "rap_function=800 parameter_descriptor='zW' data_descriptor='z' arguments=736563726574000100 data=", NULL },
};

static const SubCase answers[] = {
	{ "NetShareEnum: comments behind the entries", true, false, -1, LANMAN, NULL,
	  "0000 0000 0200 0200",
	  "'share' 0000000000000000 00 0000 28000000 'IPC$' 000000000000000000 00 0300 29000000 00 'IPC Service' 00",
	  "0000 'WrLeh' 00 'B13BWz' 00 0100 e0ff",
	  "rap_function=0 level=1 rap_status=0 converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=["
	  "name='share' comment='' values=[field='name' value='share' secret=- | field='type' value='0' secret=- | field='comment' value='' secret=-] auxiliary=[] | "
	  "name='IPC$' comment='IPC Service' values=[field='name' value='IPC$' secret=- | field='type' value='3' secret=- | "
	  "field='comment' value='IPC Service' secret=-] auxiliary=[]]", " count=2" },
	{ "the converter moves pointers", true, false, -1, LANMAN, NULL,
	  "ea00 0010 0100 0500",
	  "'A' 000000000000000000000000 00 0100 1410ffff 'x' 00",
	  "0000 'WrLeh' 00 'B13BWz' 00 0100 e0ff",
	  "rap_function=0 level=1 rap_status=234 converter=4096 entries_returned=1 entries_available=5 total_bytes_available=0 entries=["
	  "name='A' comment='x' values=[field='name' value='A' secret=- | field='type' value='1' secret=- | "
	  "field='comment' value='x' secret=-] auxiliary=[]]", " count=1" },
	{ "a share's password is a secret", true, false, -1, LANMAN, NULL,
	  "0000 0000 2800",
	  "'A' 000000000000000000000000 00 0000 00000000 0700 ffff 0100 00000000 'secret' 000000 00",
	  "0100 'zWrLh' 00 'B13BWzWWWzB9B' 00 'A' 00 0200 0004",
	  "rap_function=1 level=2 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=40 entries=["
	  "name='A' comment='A' values=[field='name' value='A' secret=- | field='type' value='0' secret=- | "
	  "field='comment' value='A' secret=- | field='permissions' value='7' secret=- | field='max_uses' value='65535' secret=- | "
	  "field='current_uses' value='1' secret=- | field='path' value='A' secret=- | field='password' value=- secret='secret'] auxiliary=[]] "
	  "data=41000000000000000000000000000000000000000700ffff01000000000073656372657400000000", " count=1" },
	{ "a level that has a password, asked for by another descriptor: nothing is told for sure", true, false, -1, LANMAN, NULL,
	  "0000 0000 0c00", "'A' 00 00 00 'secret' 000000", "0100 'zWrLh' 00 'B2BBB9' 00 'A' 00 0200 0004",
	  "rap_function=1 level=2 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=12 entries=["
	  "name=- comment=- values=[field=- value=- secret='A' | field=- value=- secret='0' | field=- value=- secret='0' | "
	  "field=- value=- secret='secret'] auxiliary=[]] data=41000000736563726574000000", " count=1" },
	{ "level 50 has two passwords", true, false, -1, LANMAN, NULL,
	  "0000 0000 2800", "'A' 000000000000000000000000 00 0001 00000000 00000000 'writing' 0000 'reading' 0000",
	  "0100 'zWrLh' 00 'B13BWzzB9B9' 00 'A' 00 3200 0004",
	  "rap_function=1 level=50 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=40 entries=["
	  "name='A' comment='A' values=[field='name' value='A' secret=- | field='type' value='0' secret=- | field='flags' value='256' secret=- | "
	  "field='comment' value='A' secret=- | field='path' value='A' secret=- | field='read_write_password' value=- secret='writing' | "
	  "field='read_only_password' value=- secret='reading'] auxiliary=[]] "
	  "data=41000000000000000000000000000001000000000000000077726974696e67000072656164696e670000", " count=1" },
	{ "a level that nobody describes, of a function that has secrets", true, false, -1, LANMAN, NULL,
	  "0000 0000 0c00", "'secret' 0000", "0100 'zWrLh' 00 'B8' 00 'A' 00 6300 0004",
	  "rap_function=1 level=99 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=12 entries=["
	  "name=- comment=- values=[field=- value=- secret='secret'] auxiliary=[]] data=7365637265740000", " count=1" },
	{ "NetServerGetInfo, level 0", true, false, -1, LANMAN, NULL,
	  "0000 0000 1000", "'WIDE' 000000000000000000000000",
	  "0d00 'WrLh' 00 'B16' 00 0000 0004",
	  "rap_function=13 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=16 entries=["
	  "name='WIDE' comment=- values=[field='name' value='WIDE' secret=-] auxiliary=[]]", " count=1" },
	{ "a descriptor with more than its level has names for", true, false, -1, LANMAN, NULL,
	  "0000 0000 1600", "'SHARE' 0000000000000000 'secret' 000000",
	  "0100 'zWrLh' 00 'B13B9' 00 'A' 00 0000 0004",
	  "rap_function=1 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=22 entries=["
	  "name='SHARE' comment=- values=[field='name' value='SHARE' secret=- | field=- value=- secret='secret'] auxiliary=[]] "
	  "data=53484152450000000000000000736563726574000000", " count=1" },
	{ "a level without a password, asked for by the descriptor of one that has it", true, false, -1, LANMAN, NULL,
	  "0000 0000 2600", "'bob' 00000000000000000000000000000000000000 'secret' 00000000000000000000",
	  "3800 'zWrLh' 00 'B21BB16' 00 'bob' 00 0a00 0004",
	  "rap_function=56 level=10 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=38 entries=["
	  "name=- comment=- values=[field=- value=- secret='bob' | field=- value=- secret='0' | field=- value=- secret='secret'] auxiliary=[]] "
	  "data=626f620000000000000000000000000000000000000073656372657400000000000000000000", " count=1" },
	{ "a level without a password, and a name as long as an entry that has one", true, false, -1, LANMAN, NULL,
	  "0000 0000 0c00", "'A' 0000 'secret' 000000", "0100 'zWrLh' 00 'B130' 00 'A' 00 0000 0004",
	  "rap_function=1 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=12 entries=[] "
	  "data=410000736563726574000000", " count=1" },
	{ "a level that is not in its request", true, false, -1, LANMAN, NULL,
	  "0000 0000 0c00", "'secret' 0000", "0100 'zX' 00 'B8' 00 'A' 00",
	  "rap_function=1 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=0 entries=["
	  "name=- comment=- values=[field=- value=- secret='secret'] auxiliary=[]] data=7365637265740000", " count=1" },
	{ "NetRemoteTOD", true, false, -1, LANMAN, NULL,
	  "0000 0000", "e789026b 00000000 06151b00 0000 1027 160b ea07 00",
	  "5b00 'rL' 00 'DDBBBBWWBBWB' 00 1500",
	  "rap_function=91 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=0 entries=["
	  "name=- comment=- values=[field='seconds_since_1970' value='1795328487' secret=- | field='milliseconds_since_boot' value='0' secret=- | "
	  "field='hours' value='6' secret=- | field='minutes' value='21' secret=- | field='seconds' value='27' secret=- | "
	  "field='hundredths' value='0' secret=- | field='time_zone' value='0' secret=- | field='clock_frequency' value='10000' secret=- | "
	  "field='day' value='22' secret=- | field='month' value='11' secret=- | field='year' value='2026' secret=- | "
	  "field='weekday' value='0' secret=-] auxiliary=[]]", " count=1" },
	{ "NetUserEnum has names that are no level's", true, false, -1, LANMAN, NULL,
	  "0000 0000 0200 0200", "'alice' 00000000000000000000000000000000 'bob' 000000000000000000000000000000000000",
	  "3500 'WrLeh' 00 'B21' 00 0000 00ff",
	  "rap_function=53 level=0 rap_status=0 converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=["
	  "name='alice' comment=- values=[field='name' value='alice' secret=-] auxiliary=[] | "
	  "name='bob' comment=- values=[field='name' value='bob' secret=-] auxiliary=[]]", " count=2" },
	{ "jobs behind their queue: N of the auxiliary descriptor", true, false, -1, LANMAN, NULL,
	  "0000 0000 0200 0200", "0100 0200 'ab' 'cd' 0300 0000",
	  "4500 'WrLeh' 00 'WN' 00 0900 00ff 'B2' 00",
	  "rap_function=69 level=9 rap_status=0 converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=["
	  "name=- comment=- values=[field=- value='1' secret=- | field=- value='2' secret=-] "
	  "auxiliary=[values=[field='job_id' value='ab' secret=-] | values=[field='job_id' value='cd' secret=-]] | "
	  "name=- comment=- values=[field=- value='3' secret=- | field=- value='0' secret=-] auxiliary=[]]", " count=2" },
	{ "an error has no entries, whatever the data are", true, false, -1, LANMAN, NULL,
	  "0909 0000 0000 0100", "4142", "4500 'WrLeh' 00 'B13' 00 0000 0004",
	  "rap_function=69 level=0 rap_status=2313 converter=0 entries_returned=0 entries_available=1 total_bytes_available=0 entries=[]", NULL },
	{ "an error alone, as Samba answers what it does not know: NetFileEnum2", true, false, -1, LANMAN, NULL,
	  "3200 0000", "", "7000 'zzWrLehb8g8' 00 'DWWzz' 00 00 00 0300 00ff 0000000000000000",
	  "rap_function=112 level=3 rap_status=50 converter=0 entries_returned=0 entries_available=0 total_bytes_available=0 entries=[]", NULL },
	{ "an answer whose request was not seen", true, false, -1, LANMAN, NULL,
	  "0000 ffff 0100 0100", "4142", NULL, "rap_status=0 converter=18446744073709551615 data=4142", NULL },
};
/* clang-format on */

START_TEST(requests_are_read_by_their_descriptors)
{
	SUB_CHECK(requests, rap);
	SUB_CHECK(closed, rap);
}
END_TEST

START_TEST(answers_are_read_by_the_descriptors_of_their_requests)
{
	SUB_CHECK(answers, rap);
}
END_TEST

static GString *
render_one(SubCase c, SmbReadStatus *ret_status)
{
	SubRun *run = sub_run_new(&c);
	GString *out = sub_read(run, rap, run->parameters->len, run->data->len);

	*ret_status = run->nested.status;
	sub_run_free(run);
	return out;
}

/*
 * An entry that takes no bytes would come 65535 times, and one of many letters would be long to
 * walk.
 */
START_TEST(descriptors_that_lie_are_capped)
{
	static const char *const descriptors[] = { "'O'",  "'OOOO'",   "''",
						   "'B0'", "'W0'",     "'B99999999999'",
						   "'Q'",  "'W99999'", "'N65535'" };

	for (size_t i = 0; i < G_N_ELEMENTS(descriptors); i++) {
		g_autofree char *asked =
			g_strdup_printf("0000 'WrLeh' 00 %s 00 0100 e0ff", descriptors[i]);
		SubCase c = { "lie",
			      true,
			      false,
			      -1,
			      LANMAN,
			      NULL,
			      "0000 0000 ffff ffff",
			      "0102030405060708",
			      asked,
			      NULL,
			      NULL };
		SmbReadStatus status;
		g_autoptr(GString) out = render_one(c, &status);

		if (strcmp(descriptors[i], "'W0'"))
			ck_assert_msg(strstr(out->str, "entries=[]") != NULL, "%s: %s",
				      descriptors[i], out->str);
	}
}
END_TEST

/* What an answer tells whose request had this descriptor. */
static GString *
answer_to(const char *descriptor, const char *data)
{
	g_autofree char *asked = g_strdup_printf("0000 'WrLeh' 00 '%s' 00 6300 e0ff", descriptor);
	SubCase c = { "cap", true,  false, -1,  LANMAN, NULL, "0000 0000 0100 0100",
		      data,  asked, NULL,  NULL };
	SmbReadStatus status;

	return render_one(c, &status);
}

static uint32_t
times_in(const char *text, const char *part)
{
	uint32_t n = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

/* Eight items without bytes, as many as there are bytes, counts of 65,535, descriptors of 64 letters: one beyond is refused, or left out. */
START_TEST(descriptors_have_bounds)
{
	static const struct {
		const char *descriptor;
		uint32_t values;
	} rows[] = { { "OOOOOOOOWWWW", 4 },
		     { "OOOOOOOOOWWWWW", 0 },
		     { "OOW", 1 },
		     { "OOOW", 0 },
		     { "O65535W", 1 },
		     { "O65536W", 0 },
		     { "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", 64 },
		     { "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", 64 } };
	g_autoptr(GString) data = g_string_new(NULL);

	for (int i = 0; i < 2 * 65; i++)
		g_string_append(data, "01");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = answer_to(rows[i].descriptor, data->str);

		ck_assert_msg(times_in(out->str, "field=") == rows[i].values, "row %zu: %s", i,
			      out->str);
	}
}
END_TEST

/* A pointer leads to 256 bytes at most. */
START_TEST(strings_that_are_pointed_to_have_a_bound)
{
	for (int n = 254; n <= 258; n++) {
		g_autofree char *string = g_strnfill(n, 'a');
		g_autofree char *data = g_strdup_printf("04000000 '%s' 00", string);
		g_autofree char *want = g_strdup_printf("'%.*s'", MIN(n, 256), string);
		g_autoptr(GString) out = answer_to("z", data);

		ck_assert_msg(strstr(out->str, want) != NULL, "%d: %s", n, out->str);
	}
}
END_TEST

/* More entries than there are bytes for, and pointers to nowhere. */
START_TEST(entries_end_with_the_data)
{
	SubCase c = { "lie",
		      true,
		      false,
		      -1,
		      LANMAN,
		      NULL,
		      "0000 0000 ffff ffff",
		      "4142ffff 00004344 0000",
		      "0d00 'WrLeh' 00 'B2z' 00 0000 e0ff",
		      NULL,
		      NULL };
	SmbReadStatus status;
	g_autoptr(GString) out = render_one(c, &status);

	ck_assert_ptr_nonnull(strstr(
		out->str, "entries=[name='AB' comment=- values=[field='name' value='AB' secret=- | "
			  "field=- value=- secret=-] auxiliary=[]]"));
}
END_TEST

static void
add(TCase *tc)
{
	tcase_add_test(tc, requests_are_read_by_their_descriptors);
	tcase_add_test(tc, answers_are_read_by_the_descriptors_of_their_requests);
	tcase_add_test(tc, descriptors_that_lie_are_capped);
	tcase_add_test(tc, descriptors_have_bounds);
	tcase_add_test(tc, strings_that_are_pointed_to_have_a_bound);
	tcase_add_test(tc, entries_end_with_the_data);
	add_rap_bounds(tc);
}

int
main(void)
{
	return sub_main("rap", add);
}
