/* SPDX-License-Identifier: BSD-3-Clause */
/* Guesses, scanners and ranks. */
#include "dissect/wire/codes.h"
#include "tests/audit/audit-case.h"

/* ---- guesses ---- */

/* `n` logons, refused or accepted, of the account or of accounts with a number, `ms` apart. */
typedef struct {
	const char *account;
	unsigned n;
	uint64_t from_ms, apart_ms;
	bool many, accepted, works;
	SmbPasswordType type;
	uint32_t dos; /* the error, if it is one of DOS */
	bool null_session;
	bool ways;      /* the account is written in as many ways, and with a domain */
	bool elsewhere; /* at another server */
	unsigned own;   /* with so many accounts */
} Logons;

static char *
name_of(const Logons *l, unsigned i)
{
	char *name = l->many ? g_strdup_printf("%s%u", l->account, l->own ? i % l->own : i)
			     : g_strdup(l->account);

	for (size_t at = 0; l->ways && name[at]; at++)
		if (i >> at & 1)
			name[at] = g_ascii_toupper(name[at]);
	return name;
}

static void
log_on(Audit *audit, const Logons *l)
{
	for (unsigned i = 0; i < l->n; i++) {
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED,
					   l->type ? l->type : SMB_PASSWORD_NTLMV2);
		g_autofree char *name = name_of(l, i);

		b.account = name;
		b.at_ns = (l->from_ms + i * l->apart_ms) * (second / 1000);
		b.no_after = !l->works;
		b.info.ends.server[3] = l->elsewhere ? 3 : 2;
		b.auth.has_status = true;
		b.auth.null_session = l->null_session;
		if (!l->accepted) {
			b.auth.result = SMB_RESULT_REFUSED;
			b.auth.status.dos = l->dos != 0;
			b.auth.status.value = l->dos ? l->dos : LOGON_FAILURE;
		}
		audit_test_play(audit, &b);
	}
}

typedef struct {
	uint64_t guesses, successes;
	uint32_t clients;
	bool failures;
} Guessed;

static Guessed
guessed(const Logons *logons, size_t n)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	const AuditFinding *guesses, *success;
	Guessed g;

	for (size_t i = 0; i < n; i++)
		log_on(audit, &logons[i]);
	report = audit_report_new(audit, NULL);
	guesses = audit_test_finding(report, AUDIT_PASSWORD_GUESSING);
	success = audit_test_finding(report, AUDIT_GUESS_SUCCEEDED);
	g = (Guessed){ .guesses = guesses ? guesses->count : 0,
		       .successes = success ? success->count : 0,
		       .clients = report->clients->len - report->guessers - report->scanners,
		       .failures = audit_test_finding(report, AUDIT_LOGON_FAILURES) != NULL };
	audit_report_free(report);
	ck_assert_uint_eq(audit_free(audit), 0);
	return g;
}

START_TEST(guesses_are_told_by_rate_and_spread)
{
	static const struct {
		Logons logons[2];
		uint64_t guesses, successes;
		uint32_t clients;
		bool failures;
	} all[] = {
		/* one wrong password, and five */
		{ { { "bob", 1, 0, 0 } }, 0, 0, 1, false },
		{ { { "bob", 5, 0, 10 } }, 0, 0, 1, true },
		/* a program's pace, and slower */
		{ { { "bob", 9, 0, 10 } }, 0, 0, 1, true },
		{ { { "bob", 10, 0, 10 } }, 10, 0, 0, false },
		{ { { "bob", 1000, 0, 10 } }, 1000, 0, 0, false },
		{ { { "bob", 1000, 0, 2000 } }, 0, 0, 1, true },
		{ { { "bob", 200, 0, 30000 } }, 0, 0, 1, true },
		/* many accounts */
		{ { { "user", 7, 0, 5000, true } }, 0, 0, 1, true },
		{ { { "user", 8, 0, 5000, true } }, 8, 0, 0, false },
		{ { { "user", 50, 0, 60000, true } }, 0, 0, 1, true },
		/* of many people behind one address some are wrong */
		{ { { "user", 8, 0, 5000, true }, { "staff", 40, 0, 1000, true, true, true } },
		  0,
		  0,
		  1,
		  true },
		/* not so whoever logs on as nobody, or with an account of his own, ever so often */
		{ { { "user", 8, 0, 5000, true },
		    { "x", 40, 0, 1000, true, true, .null_session = true } },
		  8,
		  0,
		  1,
		  false },
		{ { { "user", 8, 0, 5000, true },
		    { "own", 40, 0, 1000, false, true, true, SMB_PASSWORD_NTLMV1_ESS } },
		  8,
		  0,
		  1,
		  false },
		/* nor with several accounts */
		{ { { "user", 8, 0, 5000, true },
		    { "own", 40, 0, 1000, true, true, true, SMB_PASSWORD_NTLMV1_ESS, .own = 3 } },
		  8,
		  0,
		  1,
		  false },
		/* nor whoever has a server of his own, that lets in whatever he calls himself */
		{ { { "user", 8, 0, 5000, true },
		    { "own", 40, 0, 1000, true, true, true, .elsewhere = true } },
		  8,
		  0,
		  1,
		  false },
		/* nor whoever writes an account in many ways */
		{ { { "admin@corp", 12, 0, 10, .ways = true },
		    { "staff", 40, 0, 1000, true, true, true, SMB_PASSWORD_NTLMV1_ESS } },
		  12,
		  0,
		  1,
		  false },
		/* and one is right: soon afterwards, with another account, or much later */
		{ { { "bob", 12, 0, 10 }, { "bob", 1, 125, 0, false, true } }, 12, 1, 0, false },
		{ { { "bob", 12, 0, 10 }, { "BOB", 1, 125, 0, false, true, true } },
		  12,
		  1,
		  0,
		  false },
		{ { { "user", 20, 0, 1000, true }, { "eve", 1, 21000, 0, false, true } },
		  20,
		  1,
		  0,
		  false },
		{ { { "bob", 12, 0, 10 },
		    { "eve", 1, 125, 0, false, true, true, SMB_PASSWORD_NTLMV1_ESS } },
		  12,
		  0,
		  1,
		  false },
		{ { { "bob", 12, 0, 10 }, { "bob", 1, 3600000, 0, false, true, true } },
		  12,
		  0,
		  1,
		  false },
		/* a server that lets whoever it does not know in as nobody tells nothing */
		{ { { "bob", 12, 0, 10 }, { "bob", 1, 125, 0, false, true, .null_session = true } },
		  12,
		  0,
		  1,
		  false },
		/* a person who mistypes */
		{ { { "bob", 3, 0, 3000 }, { "bob", 1, 12000, 0, false, true, true } },
		  0,
		  0,
		  1,
		  false },
		/* no password, no guess */
		{ { { "bob", 100, 0, 10, false, false, false, SMB_PASSWORD_EMPTY } }, 0, 0, 1, true },
		{ { { "", 100, 0, 10, false, false, false, SMB_PASSWORD_KERBEROS } }, 0, 0, 1, true },
		/* errors of DOS: a bad password, no access; too many users, a password that expired */
		{ { { "bob", 20, 0, 10, .dos = ERRSRV | ERRSRV_BADPW << 16 } }, 20, 0, 0, false },
		{ { { "bob", 20, 0, 10, .dos = ERRDOS | ERRDOS_NOACCESS << 16 } }, 20, 0, 0, false },
		{ { { "bob", 20, 0, 10, .dos = ERRSRV | ERRSRV_TOOMANYUIDS << 16 } }, 0, 0, 1, true },
		{ { { "bob", 20, 0, 10, .dos = ERRSRV | ERRSRV_PASSWORD_EXPIRED << 16 } },
		  0,
		  0,
		  1,
		  true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		Guessed g = guessed(all[i].logons, 1 + (all[i].logons[1].n > 0));

		ck_assert_msg(g.guesses == all[i].guesses && g.successes == all[i].successes &&
				      g.clients == all[i].clients && g.failures == all[i].failures,
			      "row %zu: %u guesses, %u right, %u clients, failures %d", i,
			      (unsigned)g.guesses, (unsigned)g.successes, g.clients, g.failures);
	}
}
END_TEST

/* Guesses are set apart, what else the client does stays. */
START_TEST(a_guesser_that_also_works_stays_a_client)
{
	static const Logons guesses = { "bob", 20, 0, 10, .type = SMB_PASSWORD_NTLMV1_LM };
	static const Logons work = { "eve", 30, 900000, 1000, .accepted = true, .works = true };
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditHost client;

	log_on(audit, &guesses);
	log_on(audit, &work);
	report = audit_report_new(audit, NULL);
	client = audit_test_first_host(report, false);
	ck_assert_uint_eq(report->guessers, 0);
	ck_assert(!client.guesser);
	ck_assert_int_eq(client.worst, SMB_PASSWORD_NTLMV2);
	ck_assert_uint_eq(client.smb1_peers, 1);
	ck_assert_uint_eq(audit_test_finding(report, AUDIT_PASSWORD_GUESSING)->count, 20);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* A server that only guessers used with SMB1 has no client that needs it. */
START_TEST(a_guesser_is_no_use_of_a_server)
{
	static const Logons guesses = { "bob", 20, 0, 10 };
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditHost server;

	log_on(audit, &guesses);
	report = audit_report_new(audit, NULL);
	server = audit_test_first_host(report, true);
	ck_assert_uint_eq(report->guessers, 1);
	ck_assert_uint_eq(server.smb1_peers, 0);
	ck_assert_int_eq(server.worst, SMB_PASSWORD_NONE);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(who_asks_without_a_name_guesses_no_password)
{
	static const SmbPasswordType types[] = { SMB_PASSWORD_ANONYMOUS, SMB_PASSWORD_NONE };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, types[i]);
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		b.auth.result = SMB_RESULT_REFUSED;
		report = audit_test_report_of_many(audit, b, 1000);
		ck_assert_ptr_null(audit_test_finding(report, AUDIT_LOGON_FAILURES));
		ck_assert_ptr_null(audit_test_finding(report, AUDIT_SCANNER));
		ck_assert_int_eq(audit_test_first_host(report, false).worst, SMB_PASSWORD_NONE);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

START_TEST(scanners_stay_out_of_the_inventory_and_hosts_that_work_stay_in)
{
	Built scan = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_ANONYMOUS);
	Built work = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	scan.native_os = "Nmap";
	audit_test_play(audit, &scan);
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->scanners, 1);
	ck_assert_ptr_nonnull(audit_test_finding(report, AUDIT_SCANNER));
	ck_assert_ptr_null(audit_test_finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_uint_eq(audit_test_first_host(report, true).smb1_peers, 0);
	audit_report_free(report);
	audit_test_play(audit, &work);
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->scanners, 0);
	ck_assert_ptr_nonnull(audit_test_finding(report, AUDIT_SCANNER));
	ck_assert_ptr_nonnull(audit_test_finding(report, AUDIT_SMB1_IN_USE));
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* So many servers, each once. */
static void
ask_servers(Audit *audit, Built b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		b.info.ends.server[3] = (uint8_t)(2 + i);
		audit_test_play(audit, &b);
	}
}

START_TEST(asking_many_servers_for_their_dialects_is_scanning)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);

	b.no_logon = true;
	for (unsigned n = 1; n <= 5; n += 4) {
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		ask_servers(audit, b, n);
		report = audit_test_report_of_many(audit, b,
						   n); /* one server again and again: a person */
		ck_assert_uint_eq(report->scanners, n == 5);
		audit_report_free(report);
		audit_free(audit);
	}
	b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);
	b.negotiates = 100;
	FIRES(b, AUDIT_SCANNER);
}
END_TEST

START_TEST(a_scanner_also_opens_connections_and_says_nothing)
{
	Built asks = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);
	Built opens = audit_test_built(SMB_VERDICT_NONE, SMB_PASSWORD_NONE);
	Built works = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	asks.no_logon = opens.no_logon = true;
	opens.negotiates = 0;
	audit_test_play(audit, &opens);
	ask_servers(audit, asks, 5);
	report = audit_test_report_of_many(audit, asks, 2);
	ck_assert_uint_eq(report->scanners, 1);
	ck_assert_int_eq(audit_test_finding(report, AUDIT_SCANNER)->proof, AUDIT_PROOF_ASKS);
	ck_assert_uint_eq(audit_test_finding(report, AUDIT_SCANNER)->shown.n, 3);
	audit_report_free(report);
	report = audit_test_report_of_many(audit, works, 1);
	ck_assert_uint_eq(report->scanners, 0);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* 10.0.0.2 serves clients that send LM, 10.0.0.1 is one of them, and 10.0.0.9 only offers SMB1. */
START_TEST(the_machine_that_most_depends_on_comes_first)
{
	Built lm = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_LM);
	Built offers = audit_test_built(SMB_VERDICT_REFUSED, SMB_PASSWORD_NONE);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	GArray *machines;
	const AuditMachine *first, *last;
	AuditReasons reasons;

	audit_test_play(audit, &lm);
	lm.info.ends.client[3] = 3;
	audit_test_play(audit, &lm);
	offers.info.ends.client[3] = 9;
	offers.no_logon = true;
	audit_test_play(audit, &offers);
	report = audit_report_new(audit, NULL);
	machines = audit_machines(report);
	ck_assert_uint_eq(machines->len, 4);
	first = &g_array_index(machines, AuditMachine, 0);
	last = &g_array_index(machines, AuditMachine, 3);
	ck_assert_uint_eq(first->address.bytes[3], 2);
	ck_assert(first->server && !first->client);
	reasons = audit_machine_reasons(report, first);
	ck_assert_uint_eq(reasons.as_server[AUDIT_LM_RESPONSE].n, 2);
	/* SMB1 is the clients' doing. */
	ck_assert_uint_eq(reasons.as_server[AUDIT_SMB1_IN_USE].n, 0);
	reasons = audit_machine_reasons(report, first + 1);
	ck_assert_uint_eq(reasons.as_client[AUDIT_SMB1_IN_USE].n, 1);
	ck_assert_uint_eq(last->address.bytes[3], 9);
	ck_assert_uint_eq(last->findings[AUDIT_INFO], 1);
	g_array_unref(machines);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* alice sends LM from 10.0.0.1, and NTLMv2 from 10.0.0.3 in other letters; bob only NTLMv2. */
START_TEST(accounts_come_worst_first)
{
	Built logon = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditAccounts *accounts;
	const AuditAccount *first;
	AuditAccountUse use;

	logon.account = "bob";
	audit_test_play(audit, &logon);
	logon.account = "ALICE";
	logon.info.ends.client[3] = 3;
	audit_test_play(audit, &logon);
	logon.account = "alice";
	logon.info.ends.client[3] = 1;
	logon.auth.password_type = SMB_PASSWORD_LM;
	audit_test_play(audit, &logon);
	report = audit_report_new(audit, NULL);
	accounts = audit_accounts_new(report);
	ck_assert_uint_eq(accounts->accounts->len, 2);
	ck_assert_uint_eq(accounts->acts, 1);
	first = &g_array_index(accounts->accounts, AuditAccount, 0);
	ck_assert(first->act && !first->guest);
	ck_assert_uint_eq(first->accepted, 2);
	audit_account_use(accounts, first, &use);
	ck_assert_str_eq(use.name, "alice");
	ck_assert_uint_eq(use.types.n, 2);
	ck_assert_uint_eq(use.clients->len, 2);
	ck_assert_uint_eq(g_array_index(use.clients, AuditAddress, 1).bytes[3], 3);
	ck_assert_uint_eq(use.servers->len, 1);
	audit_account_use_clear(&use);
	audit_account_use(accounts, first + 1, &use);
	ck_assert_str_eq(use.name, "bob");
	audit_account_use_clear(&use);
	audit_accounts_free(accounts);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(people_machines_and_anonymous_are_distinguished)
{
	AuditIdentity who = { .password_type = SMB_PASSWORD_NTLMV2,
			      .domain = (char *)"",
			      .host = (char *)"" };

	who.account = (char *)"alice";
	ck_assert_int_eq(audit_account_kind(&who), AUDIT_ACCOUNT_PERSON);
	who.account = (char *)"PC1$";
	ck_assert_int_eq(audit_account_kind(&who), AUDIT_ACCOUNT_MACHINE);
	who.account = (char *)"";
	ck_assert_int_eq(audit_account_kind(&who), AUDIT_ACCOUNT_UNKNOWN);
	who.password_type = SMB_PASSWORD_ANONYMOUS;
	ck_assert_int_eq(audit_account_kind(&who), AUDIT_ACCOUNT_ANONYMOUS);
}
END_TEST

void
audit_test_add_guesses(TCase *tc)
{
	tcase_add_test(tc, guesses_are_told_by_rate_and_spread);
	tcase_add_test(tc, a_guesser_that_also_works_stays_a_client);
	tcase_add_test(tc, a_guesser_is_no_use_of_a_server);
	tcase_add_test(tc, scanners_stay_out_of_the_inventory_and_hosts_that_work_stay_in);
	tcase_add_test(tc, asking_many_servers_for_their_dialects_is_scanning);
	tcase_add_test(tc, people_machines_and_anonymous_are_distinguished);
	tcase_add_test(tc, who_asks_without_a_name_guesses_no_password);
	tcase_add_test(tc, a_scanner_also_opens_connections_and_says_nothing);
	tcase_add_test(tc, the_machine_that_most_depends_on_comes_first);
	tcase_add_test(tc, accounts_come_worst_first);
}
