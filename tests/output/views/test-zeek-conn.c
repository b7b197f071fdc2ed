/* SPDX-License-Identifier: BSD-3-Clause */
/* What Zeek's conn.log says of how a connection went, and of where its ends are. */
#include <arpa/inet.h>
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "output/views/zeek-conn.h"

static const struct {
	const char *history, *state;
	bool empty; /* no bytes */
} states[] = {
	{ "S", "S0", true },           { "SW", "S0", true },
	{ "Sa", "S0", true }, /* no answer to the SYN */
	{ "Sr", "REJ", true },         { "SrR", "REJ", true },
	{ "SDr", "RSTR", false },      { "SR", "RSTOS0", true },
	{ "^SR", "RSTOS0", true },     { "SAR", "OTH", true },
	{ "SF", "SH", true },          { "Sh", "S1", true },
	{ "ShADda", "S1", false },     { "^hAdD", "S1", false },
	{ "^h", "OTH", true },         { "^hr", "RSTRH", true },
	{ "^hf", "SHR", true },        { "ShADdF", "S2", false },
	{ "ShADdFa", "S2", false },    { "ShADdf", "S3", false },
	{ "ShADdFf", "SF", false },    { "ShADdFfR", "SF", false }, /* clears up */
	{ "ShADdFRf", "SF", false },   { "ShADdfFR", "SF", false },
	{ "ShADdFrf", "RSTR", false }, /* it had not finished when it reset */
	{ "ShADdFr", "RSTR", false },  { "ShADdFR", "RSTO", false },
	{ "ShADdR", "RSTO", false },   { "ShADdr", "RSTR", false },
	{ "ShADdRr", "RSTR", false },  { "ShADadTtGgWwfF", "SF", false },
	{ "Dd", "OTH", false }, /* midstream */
	{ "^dD", "OTH", false },       { "DdFf", "SF", false },
	{ "DdF", "SH", false },        { "^dDf", "SHR", false },
	{ "DdR", "OTH", false },       { "Ddr", "RSTRH", false },
	{ "", "OTH", false },
};

START_TEST(states_are_those_of_zeek)
{
	SmbConnectionInfo info = { .bytes = { !states[_i].empty, 0 } };

	g_strlcpy(info.history, states[_i].history, sizeof(info.history));
	ck_assert_str_eq(zeek_conn_state(&info), states[_i].state);
}
END_TEST

static const struct {
	const char *address;
	bool local;
} addresses[] = {
	{ "10.0.0.1", true },
	{ "11.0.0.1", false },
	{ "9.255.255.255", false },
	{ "100.64.0.1", true },
	{ "100.127.255.255", true },
	{ "100.128.0.0", false },
	{ "172.15.255.255", false },
	{ "172.16.0.0", true },
	{ "172.31.255.255", true },
	{ "172.32.0.0", false },
	{ "192.168.1.1", true },
	{ "192.169.0.0", false },
	{ "198.19.0.1", true },
	{ "198.20.0.1", false },
	{ "127.0.0.1", true },
	{ "169.254.1.1", true },
	{ "8.8.8.8", false },
	{ "224.0.0.5", true },
	{ "224.0.1.5", false },
	{ "239.1.2.3", true },
	{ "240.0.0.1", true },
	{ "255.255.255.255", true },
	{ "::", true },
	{ "::1", true },
	{ "::2", false },
	{ "fe80::1", true },
	{ "febf::1", true },
	{ "fec0::1", true },
	{ "ff02::1", false },
	{ "fd00::1", true },
	{ "fbff::1", false },
	{ "2001:db8::5", true },
	{ "2001:1ff::1", true },
	{ "2001:200::1", false },
	{ "2a00::1", false },
	{ "64:ff9b:1::1", true },
	{ "64:ff9b::1", false },
	{ "100::1", true },
	{ "100:0:0:1::1", false },
	{ "2002:a00:1::1", true },
	{ "2002:808:808::1", false },
};

START_TEST(networks_that_are_not_for_the_internet_are_local)
{
	uint8_t address[16] = { 0 };
	uint8_t family = strchr(addresses[_i].address, ':') ? 6 : 4;

	ck_assert_int_eq(
		inet_pton(family == 4 ? AF_INET : AF_INET6, addresses[_i].address, address), 1);
	ck_assert_int_eq(zeek_is_local(family, address), addresses[_i].local);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("zeek-conn");
	TCase *tcase = tcase_create("zeek-conn");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, states_are_those_of_zeek, 0, G_N_ELEMENTS(states));
	tcase_add_loop_test(tcase, networks_that_are_not_for_the_internet_are_local, 0,
			    G_N_ELEMENTS(addresses));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
