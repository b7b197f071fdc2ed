/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers that are made to log on somewhere else. */
#include "audit/attack/internal.h"
#include "tests/audit/attack/attack-case.h"

START_TEST(a_path_on_another_host)
{
	static const struct {
		const char *interface, *target;
		int32_t opnum;
		bool found;
	} table[] = {
		{ "efsrpc", "\\\\10.0.0.66\\share\\file", 0, true },
		{ "efsrpc", "\\\\evil@80\\share\\file", 4, true },
		{ "efsrpc", "\\\\.\\UNC\\evil\\share\\file", 0, true },
		{ "efsrpc", "\\\\?\\unc/evil/share/file", 0, true },
		{ "efsrpc", "\\??\\UNC\\evil\\share\\file", 0, true },
		{ "efsrpc", "\\/evil\\share\\file", 0, true },
		{ "efsrpc", "\\\\\\evil\\share\\file", 0, true },
		{ "efsrpc", "\\\\.\\Global\\UNC\\evil\\share\\file", 0, true },
		{ "efsrpc", "\\\\?\\GLOBALROOT\\Device\\Mup\\evil\\share", 0, true },
		{ "efsrpc", "\\\\?\\GLOBALROOT\\??\\UNC\\evil\\share", 0, true },
		{ "efsrpc", "\\\\?\\GLOBALROOT\\Device\\Mup\\;LanmanRedirector\\;Z:01\\evil\\s", 0,
		  true },
		{ "efsrpc", "\\\\.\\C:\\a\\.\\..\\..\\UNC\\evil\\share\\file", 0, true },
		{ "efsrpc", "\\\\.\\UNC\\server\\share\\file", 0, false },
		{ "efsrpc", "\\\\.\\C:\\UNC\\evil\\file", 0, false },
		{ "efsrpc", "\\\\?\\C:\\a\\..\\UNC\\evil\\file", 0, false },
		{ "efsrpc", "\\\\?\\GLOBALROOT\\Device\\HarddiskVolume1\\file", 0, false },
		{ "efsrpc", "\\\\.\\UNC", 0, false },
		{ "efsrpc", "\\\\.", 0, false },
		{ "efsrpc", "\\\\", 0, false },
		{ "efsrpc", "\\data\\file", 0, false },
		{ "efsrpc", "\\\\server\\share\\file", 0, false },
		{ "efsrpc", "\\\\SERVER.corp.example\\share\\file", 0, false },
		{ "efsrpc", "\\\\10.0.0.2\\share\\file", 0, false },
		{ "efsrpc", "C:\\data\\file", 4, false },
		{ "dfsnm", "evil", 12, true },
		{ "dfsnm", "SERVER", 12, false },
		{ "fsrvp", "\\\\evil\\share", 8, true },
		{ "fsrvp", "\\\\server\\vms", 8, false }, /* a backup of virtual machines */
		{ "eventlog", "\\??\\UNC\\evil\\share\\a.evt", 9, true },
		{ "eventlog", "\\??\\C:\\a.evt", 1, false },
		{ "srvsvc", "\\\\evil\\share", 15, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, "Windows");
		play_call(p, table[i].interface, table[i].opnum, NULL, table[i].target, 53);
		play_end(p);
		ck_assert_msg(play_has_rule(audit, AUDIT_COERCION) == table[i].found, "%s",
			      table[i].target);
		ck_assert_uint_eq(play_customers(audit), 1);
		audit_free(audit);
	}
}
END_TEST

/* Whoever has a domain of his own may have a host there with the first label of the server's name. */
START_TEST(a_path_in_another_domain)
{
	static const struct {
		const char *target;
		bool found;
	} table[] = { { "\\\\server.evil.example\\share\\file", true },
		      { "\\\\SERVER.corp.example\\share\\file", false },
		      { "\\\\server\\share\\file", false },
		      { "\\\\10.0.0.2\\share\\file", false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		p->info.server_name = play_text("SERVER");
		p->info.server_dns = play_text("server.corp.example");
		play_log_on(p, "Windows");
		play_call(p, "efsrpc", 0, NULL, table[i].target, 53);
		smb_string_unref(p->info.server_dns);
		smb_string_unref(p->info.server_name);
		p->info.server_dns = p->info.server_name = NULL;
		play_end(p);
		ck_assert_msg(play_has_rule(audit, AUDIT_COERCION) == table[i].found, "%s",
			      table[i].target);
		audit_free(audit);
	}
}
END_TEST

/* Whether it is found, if 10.0.0.2 logs on at 10.0.0.`then` so many seconds later; 0: it does not. */
static bool
coerced(Audit *audit, uint8_t then, uint64_t after)
{
	bool found;

	if (then) {
		Play *p = play_begin(audit, 2, then);

		p->at_ns += after * second;
		play_log_on(p, "Windows");
		play_end(p);
	}
	found = play_has_rule(audit, AUDIT_COERCION);
	audit_free(audit);
	return found;
}

/* The spooler of 10.0.0.2 is to tell `host` of changes, and logs on at 10.0.0.`then` afterwards. */
static bool
spooled(const char *host, uint8_t then, uint64_t after)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);

	play_log_on(p, "Windows");
	play_call(p, "spoolss", 65, NULL, host, 0);
	play_end(p);
	return coerced(audit, then, after);
}

START_TEST(the_spooler_is_told_with_the_logon_that_it_makes)
{
	ck_assert(!spooled("\\\\desk", 0, 0)); /* it names the client, as in printing */
	ck_assert(spooled("\\\\desk", 1, 2));
	ck_assert(!spooled("\\\\desk", 1, 3600));
	ck_assert(!spooled("\\\\desk", 3, 2));     /* another server altogether */
	ck_assert(spooled("\\\\10.0.0.66", 0, 0)); /* not the client */
	ck_assert(!spooled("\\\\10.0.0.1", 0, 0));
	ck_assert(!spooled("\\\\server", 0, 0));
}
END_TEST

/* Whoever calls 10.0.0.2 seals what he says, and it logs on at 10.0.0.`then` afterwards. */
static bool
sealed(const char *interface, int32_t opnum, uint8_t then, uint64_t after)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);

	play_log_on(p, "Windows");
	p->sealed = true;
	play_call(p, interface, opnum, NULL, NULL, 0);
	play_end(p);
	return coerced(audit, then, after);
}

/* PetitPotam and others do. */
START_TEST(what_is_sealed_is_told_with_the_logon_that_follows)
{
	static const struct {
		const char *interface;
		int32_t opnum;
	} table[] = { { "efsrpc", 0 },   { "dfsnm", 12 },   { "fsrvp", 8 },
		      { "eventlog", 9 }, { "spoolss", 62 }, { "spoolss", 65 } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		ck_assert(!sealed(table[i].interface, table[i].opnum, 0, 0));
		ck_assert(sealed(table[i].interface, table[i].opnum, 1, 2));
		ck_assert(!sealed(table[i].interface, table[i].opnum, 1, 3600));
		ck_assert(!sealed(table[i].interface, table[i].opnum, 3, 2));
	}
	ck_assert(!sealed("spoolss", 1, 1, 2));
	ck_assert(!sealed("svcctl", 12, 1, 2));
}
END_TEST

/* 10.0.0.2 is called by the name of the host that it is to go to, and logs on at 10.0.0.`then`. */
static bool
by_its_name(const char *tree, const char *target, uint8_t then)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);

	smb_string_unref(p->tree.path);
	p->tree.path = play_text(tree);
	play_log_on(p, "Windows");
	play_call(p, "efsrpc", 0, NULL, target, 53);
	play_end(p);
	return coerced(audit, then, 2);
}

/* It may be an alias of the server; but a client may call it by any name. */
START_TEST(a_server_that_is_called_by_the_name_of_the_other_host)
{
	ck_assert(!by_its_name("\\\\evil\\IPC$", "\\\\evil\\share\\file", 0));
	ck_assert(by_its_name("\\\\evil\\IPC$", "\\\\evil\\share\\file", 1));
	ck_assert(by_its_name("\\\\evil\\IPC$", "\\\\EVIL.example\\share\\file", 1));
	ck_assert(!by_its_name("\\\\evil\\IPC$", "\\\\evil\\share\\file", 3));
	ck_assert(!by_its_name("\\\\evil\\IPC$", "\\\\10.0.0.2\\share\\file", 1));
	ck_assert(by_its_name("\\\\evil\\IPC$", "\\\\other\\share\\file", 0));
}
END_TEST

/* Of many logons the first are known, and the last: what was in between may have been then. */
START_TEST(the_spooler_behind_other_logons)
{
	enum { ASKED = 1000, FIRST = 3 };
	static const struct {
		uint64_t last; /* seconds */
		unsigned between;
		bool found, unknown;
	} table[] = {
		{ ASKED + 2, 0, true, false },      { ASKED, 7, true, false },
		{ ASKED + 60, 0, true, false },     { ASKED + 61, 0, false, false },
		{ ASKED + 61, 1, false, true },     { ASKED - 1, 7, false, false },
		{ ASKED + 100000, 2, false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		AuditReport *report;

		p->at_ns = ASKED * second;
		play_call(p, "spoolss", 65, NULL, "\\\\desk", 0);
		play_end(p);
		for (unsigned n = 0; n < FIRST + table[i].between + 1; n++) {
			p = play_begin(audit, 2, 1);
			p->at_ns = n < FIRST + table[i].between ? n * second
								: table[i].last * second;
			play_log_on(p, "Windows");
			play_end(p);
		}
		ck_assert_msg(play_has_rule(audit, AUDIT_COERCION) == table[i].found, "%zu", i);
		report = audit_report_new(audit, NULL);
		ck_assert_msg((report->capped > 0) == table[i].unknown, "%zu", i);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

/* Servers without a text are not the host that has none: there may be more than are looked at. */
START_TEST(a_host_without_a_name_is_none_of_ipv6)
{
	enum { SERVERS = 100 };
	const AuditKey key = { { 1, 2 } };
	Audit *audit = audit_new(NULL);
	AuditPair asked = { .client = { 4, { 10, 0, 0, 1 } }, .server = { 4, { 10, 0, 0, 2 } } };
	AuditSighting seen;
	AuditCallbacks *callbacks;
	AuditReport *report;
	bool capped;

	for (uint8_t i = 0; i < SERVERS; i++) {
		AuditPair pair = { .client = asked.server, .server = { 6, { 0xfd, i } } };

		pair.numbers[AUDIT_N_CONNECTIONS] = 1;
		audit_add(audit, &pair);
		audit_pair_clear(&pair);
	}
	audit_tally_add(&asked.tallies[AUDIT_MARKS], (AuditCap){ 8, NULL },
			"000000000001 callback||x|bob", 1);
	report = audit_report_new(audit, NULL);
	callbacks = audit_callbacks_new(report->pairs, &asked.server, &key);
	ck_assert_uint_eq(audit_callbacks_find(callbacks, &asked, &seen, &capped), 0);
	ck_assert(!capped);
	audit_callbacks_free(callbacks);
	audit_pair_clear(&asked);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

void
play_add_coercion(TCase *tc)
{
	tcase_add_test(tc, a_path_on_another_host);
	tcase_add_test(tc, a_path_in_another_domain);
	tcase_add_test(tc, a_host_without_a_name_is_none_of_ipv6);
	tcase_add_test(tc, the_spooler_is_told_with_the_logon_that_it_makes);
	tcase_add_test(tc, the_spooler_behind_other_logons);
	tcase_add_test(tc, what_is_sealed_is_told_with_the_logon_that_follows);
	tcase_add_test(tc, a_server_that_is_called_by_the_name_of_the_other_host);
}
