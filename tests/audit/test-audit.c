/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules of the audit, on built events: each fires where it must, none of the known false alarms
 * does, and everything has its cap.
 */
#include "tests/audit/audit-case.h"

/* ---- challenges ---- */

static bool
static_challenge(const char *first, const char *again, uint16_t port)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	const char *given[] = { first, again };
	bool found;

	for (int i = 0; i < 2; i++) {
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)given[i], 8 };
		b.info.ends.client_port = i ? port : FIRST_PORT;
		audit_test_play(audit, &b);
	}
	report = audit_report_new(audit, NULL);
	found = audit_test_finding(report, AUDIT_STATIC_CHALLENGE) != NULL;
	audit_report_free(report);
	audit_free(audit);
	return found;
}

START_TEST(the_same_challenge_twice)
{
	ck_assert(static_challenge("abcdefgh", "abcdefgh", FIRST_PORT + 1));
	ck_assert(!static_challenge("abcdefgh", "abcdefgi", FIRST_PORT + 1));
	/* The same connection in two captures is one use. */
	ck_assert(!static_challenge("abcdefgh", "abcdefgh", FIRST_PORT));
	ck_assert(static_challenge("\x11\x22\x33\x44\x55\x66\x77\x88", "abcdefgi", FIRST_PORT));
}
END_TEST

START_TEST(a_static_challenge_says_how_it_is_known)
{
	static const char *const given[] = { "abcdefgh", "AAAAAAAA",
					     "\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA" };

	for (size_t i = 0; i < G_N_ELEMENTS(given); i++) {
		Audit *audit = audit_new(NULL);
		AuditReport *report;
		const AuditFinding *f;

		for (uint8_t client = 1; client <= 2; client++) {
			Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED,
						   SMB_PASSWORD_NTLMV2);

			b.challenge = (SmbSpan){ (const uint8_t *)given[i], 8 };
			b.info.ends.client[3] = client;
			b.info.ends.client_port = FIRST_PORT + client;
			b.info.number = client;
			audit_test_play(audit, &b);
		}
		report = audit_report_new(audit, NULL);
		f = audit_test_finding(report, AUDIT_STATIC_CHALLENGE);
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(f->proof, i ? AUDIT_PROOF_KNOWN_VALUE : AUDIT_PROOF_AGAIN);
		/* Its own use, and the other client's. */
		ck_assert_uint_eq(f->shown.n, 2);
		ck_assert_uint_ne(f->shown.first[0].connection, f->shown.first[1].connection);
		ck_assert_uint_eq(report->by_severity[AUDIT_CRITICAL], 2);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

START_TEST(one_connection_on_both_sides_of_a_router_is_one_use_of_a_challenge)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	for (uint8_t client = 1; client <= 2; client++) {
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)"abcdefgh", 8 };
		b.info.ends.client[3] = client;
		audit_test_play(audit, &b);
	}
	report = audit_report_new(audit, NULL);
	ck_assert_ptr_null(audit_test_finding(report, AUDIT_STATIC_CHALLENGE));
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(two_static_challenges_of_a_server_are_one_finding_a_pair)
{
	static const char *const given[] = { "abcdefgh", "ijklmnop" };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	for (uint8_t i = 0; i < 4; i++) {
		Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)given[i / 2], 8 };
		b.info.ends.client[3] = i % 2;
		b.info.ends.client_port = FIRST_PORT + i;
		audit_test_play(audit, &b);
	}
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->by_severity[AUDIT_CRITICAL], 2);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* ---- the rest ---- */

START_TEST(notify_unsupported_and_lost_connections)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	SILENT(b, AUDIT_CHANGE_NOTIFY_UNSUPPORTED);
	b.unsupported = true;
	FIRES(b, AUDIT_CHANGE_NOTIFY_UNSUPPORTED);
	b.info.end = SMB_END_RESET;
	SILENT(b, AUDIT_CONNECTION_LOST);
	b.info.outstanding = 1;
	FIRES(b, AUDIT_CONNECTION_LOST);
	b.info.end = SMB_END_CAPTURE_END;
	SILENT(b, AUDIT_CONNECTION_LOST);
}
END_TEST

START_TEST(answers_that_the_capture_cannot_have_are_not_lost)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.end = SMB_END_RESET;
	b.info.outstanding = 1;
	FIRES(b, AUDIT_CONNECTION_LOST);
	b.info.one_way = true;
	SILENT(b, AUDIT_CONNECTION_LOST);
	b.info.one_way = false;
	b.info.gaps = 1;
	SILENT(b, AUDIT_CONNECTION_LOST);
}
END_TEST

START_TEST(a_change_notification_waits_without_being_lost)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.waits = true;
	b.info.outstanding = 1;
	b.info.end = SMB_END_TIMEOUT;
	SILENT(b, AUDIT_CONNECTION_LOST);
	b.info.end = SMB_END_RESET;
	SILENT(b, AUDIT_CONNECTION_LOST);
	b.info.end_by_server = true;
	FIRES(b, AUDIT_CONNECTION_LOST);
	b.info.end_by_server = false;
	b.info.outstanding = 2;
	FIRES(b, AUDIT_CONNECTION_LOST);
}
END_TEST

START_TEST(a_locked_account_is_a_finding_by_itself)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_EMPTY);

	b.auth.result = SMB_RESULT_REFUSED;
	b.auth.has_status = true;
	b.auth.status.value = LOGON_FAILURE;
	SILENT(b, AUDIT_ACCOUNT_LOCKED_OUT);
	b.auth.status.value = LOCKED_OUT;
	FIRES(b, AUDIT_ACCOUNT_LOCKED_OUT);
	b.auth.status.dos = true; /* the number is another one's */
	SILENT(b, AUDIT_ACCOUNT_LOCKED_OUT);
}
END_TEST

START_TEST(a_refused_ticket_crossed_the_network)
{
	Built b = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_KERBEROS);
	AuditScope scope;

	b.auth.encryption_type = 23;
	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(audit_test_fires(b, AUDIT_KERBEROS_RC4, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_SERVER); /* whose key it is */
}
END_TEST

START_TEST(names_of_captures_have_a_cap)
{
	AuditLimits limits = { .memory = 64 << 10 };
	Audit *audit = audit_new(&limits);
	char name[64];

	for (unsigned i = 0; i < 5000; i++) {
		g_snprintf(name, sizeof(name), "%060u", i);
		(void)audit_capture_name(audit, name);
	}
	ck_assert_uint_le(audit->capture_memory, 64 << 10);
	ck_assert_uint_gt(audit->captures_left_out, 4000);
	ck_assert_ptr_nonnull(audit_capture_name(
		audit, "000000000000000000000000000000000000000000000000000000000007"));
	audit_free(audit);
}
END_TEST

/* What the server refused, it need not be told to refuse. */
START_TEST(advice_is_for_the_side_that_has_to_change)
{
	AuditFinding findings[] = {
		{ .rule = AUDIT_LM_RESPONSE, .scope = AUDIT_OF_CLIENT },
		{ .rule = AUDIT_LM_RESPONSE, .scope = AUDIT_OF_CLIENT },
		{ .rule = AUDIT_LM_RESPONSE, .scope = AUDIT_OF_PAIR },
	};

	ck_assert_ptr_null(strstr(audit_findings_fix(findings, 2), "on the server"));
	ck_assert_ptr_nonnull(strstr(audit_findings_fix(findings, 3), "on the server"));
	ck_assert_str_eq(audit_rule_fix(audit_rule(AUDIT_SCANNER), AUDIT_OF_CLIENT),
			 audit_rule(AUDIT_SCANNER)->fix);
}
END_TEST

START_TEST(a_name_of_a_site_is_too_long)
{
	Audit *audit = audit_new(NULL);
	char name[AUDIT_KEY_MAX + 1];

	ck_assert_ptr_null(audit_site_name(audit, NULL));
	ck_assert_ptr_null(audit_site_name(audit, ""));
	ck_assert_str_eq(audit_site_name(audit, "site 0"), "site 0");
	ck_assert_uint_eq(audit->sites_left_out, 0);
	memset(name, 'x', sizeof(name));
	name[AUDIT_KEY_MAX] = '\0';
	ck_assert_str_eq(audit_site_name(audit, name), AUDIT_FURTHER_SITES);
	ck_assert_str_eq(audit_site_name(audit, name + 1), name + 1);
	ck_assert_uint_eq(audit->sites_left_out, 1);
	audit_free(audit);
}
END_TEST

/* Any number of sites: what goes first has the largest rank, and its name goes with it. */
START_TEST(sites_take_the_memory_of_their_pairs)
{
	AuditLimits limits = { .pairs = 100, .key = { { 5, 6 } } };
	Audit *audits[] = { audit_new(&limits), audit_new(&limits) };
	char name[32];

	for (unsigned i = 0; i < 5000; i++) {
		for (int j = 0; j < 2; j++) {
			AuditPair pair = { .client = { .family = 4, .bytes = { 10 }, .site = name },
					   .server = { .family = 4, .bytes = { 11 }, .site = name },
					   .first_ns = 1,
					   .last_ns = 2 };

			g_snprintf(name, sizeof(name), "site %u", j ? 4999 - i : i);
			pair.numbers[AUDIT_N_CONNECTIONS] = 1;
			audit_add(audits[j], &pair);
		}
	}
	for (int j = 0; j < 2; j++) {
		ck_assert_int_eq(g_tree_nnodes(audits[j]->pairs), 100);
		ck_assert_uint_lt(audit_memory(audits[j]), 100 * 1024);
	}
	ck_assert_mem_eq(&audits[0]->horizon, &audits[1]->horizon, sizeof(AuditHorizon));
	ck_assert_uint_eq(audit_free(audits[0]) + audit_free(audits[1]), 0);
}
END_TEST

START_TEST(a_site_is_known_as_long_as_its_connections)
{
	Audit *audit = audit_new(NULL);
	char name[] = "one";

	audit_set_site(audit, name);
	name[0] = 'O';
	ck_assert_str_eq(audit->site, "one");
	audit_set_site(audit, "one");
	audit_set_site(audit, "two");
	ck_assert_uint_eq(audit->sites->len, 1);
	ck_assert_str_eq(audit->site, "two");
	audit_set_site(audit, NULL);
	ck_assert_ptr_null(audit->site);
	ck_assert_uint_eq(audit->sites->len, 0);
	audit_free(audit);
}
END_TEST

START_TEST(equal_addresses_of_two_sites_are_two_machines)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	for (int i = 0; i < 4; i++) {
		AuditPair pair = { .client = { 4, { 10, 0, 0, 1 } },
				   .server = { 4, { 10, 0, 0, 2 } } };

		pair.client.site = pair.server.site = audit_site_name(audit, i % 2 ? "a" : "b");
		pair.numbers[AUDIT_N_CONNECTIONS] = 1;
		audit_add(audit, &pair);
	}
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->pairs->len, 2);
	ck_assert_uint_eq(report->servers->len, 2);
	ck_assert_str_eq(g_array_index(report->servers, AuditMember, 0).address.site, "a");
	ck_assert_uint_eq(g_array_index(report->clients, AuditMember, 1).pairs, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(findings_are_accepted_at_one_site_or_at_all)
{
	AuditExceptions *exceptions = audit_exceptions_new();
	AuditAddress client = { 4, { 10, 0, 0, 1 }, "a" }, server = { 4, { 10, 0, 0, 2 }, "a" };
	AuditAddress elsewhere[] = { { 4, { 10, 0, 0, 1 }, "b" }, { 4, { 10, 0, 0, 2 }, "b" } };
	AuditAddress anywhere = { 4, { 10, 0, 0, 2 }, NULL };

	audit_exceptions_add(exceptions, AUDIT_NTLMV1, &client, &server);
	audit_exceptions_add(exceptions, AUDIT_DOWNGRADE, NULL, &anywhere);
	ck_assert(audit_exceptions_have(exceptions, AUDIT_NTLMV1, &client, &server));
	ck_assert(!audit_exceptions_have(exceptions, AUDIT_NTLMV1, &elsewhere[0], &elsewhere[1]));
	ck_assert(!audit_exceptions_have(exceptions, AUDIT_NTLMV1, &client, &anywhere));
	ck_assert(audit_exceptions_have(exceptions, AUDIT_DOWNGRADE, &elsewhere[0], &elsewhere[1]));
	audit_exceptions_free(exceptions);
}
END_TEST

START_TEST(accepted_findings_are_looked_up)
{
	AuditExceptions *exceptions = audit_exceptions_new();
	AuditPair pair = { .client = { 4, { 10, 0, 0, 1 } }, .server = { 4, { 10, 0, 0, 2 } } };
	AuditPair other = { .client = { 4, { 10, 0, 0, 3 } }, .server = { 4, { 10, 0, 0, 2 } } };

	audit_exceptions_add(exceptions, AUDIT_NTLMV1, &pair.client, &pair.server);
	audit_exceptions_add(exceptions, AUDIT_DOWNGRADE, NULL, &pair.server);
	audit_exceptions_add(exceptions, AUDIT_LM_RESPONSE, NULL, NULL);
	audit_exceptions_add(exceptions, AUDIT_RULES, &other.client, NULL);
	audit_exceptions_add(exceptions, AUDIT_RULES, &other.client, NULL);
	ck_assert_uint_eq(audit_exceptions_count(exceptions), 4);
	ck_assert(audit_exceptions_have(exceptions, AUDIT_NTLMV1, &pair.client, &pair.server));
	ck_assert(audit_exceptions_have(exceptions, AUDIT_DOWNGRADE, &pair.client, &pair.server));
	ck_assert(audit_exceptions_have(exceptions, AUDIT_LM_RESPONSE, &pair.client, &pair.server));
	ck_assert(!audit_exceptions_have(exceptions, AUDIT_SCANNER, &pair.client, &pair.server));
	ck_assert(audit_exceptions_have(exceptions, AUDIT_SCANNER, &other.client, &other.server));
	ck_assert(!audit_exceptions_have(NULL, AUDIT_SCANNER, &other.client, &other.server));
	audit_exceptions_free(exceptions);
}
END_TEST

static AuditReadiness
readiness_of(const AuditReport *report, guint i, const AuditHost *server)
{
	return audit_readiness(report, &g_array_index(report->servers, AuditMember, i), server);
}

START_TEST(nothing_can_be_turned_off_where_connections_were_left_out)
{
	AuditLimits limits = { .pairs = 1 };
	Built b = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(&limits);
	AuditReport *report;
	AuditHost server;

	b.version = b.info.version = 2;
	report = audit_test_report_of_many(audit, b, 1);
	server = audit_test_first_host(report, true);
	ck_assert_int_eq((int)readiness_of(report, 0, &server), AUDIT_SMB1_TOO_LITTLE);
	report->enough_days = 0;
	ck_assert_int_eq((int)readiness_of(report, 0, &server), AUDIT_SMB1_CAN_GO);
	audit_report_free(report);
	for (uint8_t client = 2; client < 10; client++) {
		b.info.ends.client[3] = client;
		audit_test_play(audit, &b);
	}
	report = audit_report_new(audit, NULL);
	for (guint i = 0; i < report->servers->len; i++) {
		audit_report_host(report, &g_array_index(report->servers, AuditMember, i), &server);
		ck_assert_int_eq((int)readiness_of(report, i, &server), AUDIT_SMB1_UNKNOWN);
		audit_host_clear(&server);
	}
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(addresses_of_every_kind_come_back)
{
	static const struct {
		const char *text;
		uint8_t family;
	} table[] = { { "10.0.0.1", 4 },
		      { "fd77::1", 6 },
		      { "::ffff:10.0.0.1", 6 },
		      { "00:0c:29:d4:79:b2", 2 },
		      { "00000001.000c29d479b2", 3 },
		      { "?", 0 } };
	static const char *const none[] = { "",
					    "10.0.0",
					    "00:0c:29:d4:79",
					    "00:0c:29:d4:79:b2:01",
					    "00:0c:29:d4:79:g2",
					    "00000001.000c29d479",
					    "000c29d479b2",
					    "2001:db8::12345" };
	AuditAddress a;
	OutBuffer b = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		ck_assert(out_audit_read_address(table[i].text, &a));
		ck_assert_uint_eq(a.family, table[i].family);
		ck_assert(out_audit_is_address(&a, table[i].text));
		b.len = 0;
		out_audit_address(&b, &a);
		ck_assert_uint_eq(b.len, strlen(table[i].text));
		ck_assert_mem_eq(b.data, table[i].text, b.len);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		ck_assert_msg(!out_audit_read_address(none[i], &a), "%s", none[i]);
	out_buffer_clear(&b);
}
END_TEST

START_TEST(memory_stays_below_the_limit_and_comes_back)
{
	AuditLimits limits = { .memory = 64 << 10 };
	Audit *audit = audit_new(&limits);
	char account[32];

	for (unsigned i = 0; i < 2000; i++) {
		g_snprintf(account, sizeof(account), "user%u", i);
		audit_test_play_client(audit, i % 40, account);
		ck_assert_uint_le(audit_memory(audit), (size_t)80 << 10);
	}
	ck_assert(audit->has_horizon);
	ck_assert_uint_eq(audit->track_memory, 0);
	audit_free(audit);
}
END_TEST

START_TEST(authentications_of_a_pair_have_a_cap)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditPair scratch = { 0 };
	const AuditPair *pair;
	char account[32];

	for (unsigned i = 0; i < 200; i++) {
		g_snprintf(account, sizeof(account), "user%03u", i);
		audit_test_play_client(audit, 1, account);
	}
	report = audit_report_new(audit, NULL);
	pair = audit_kept_read(g_array_index(report->pairs, const AuditKept *, 0), &scratch);
	ck_assert_uint_eq(pair->n_auths, AUDIT_AUTHS_MAX);
	ck_assert(pair->auths_dropped);
	ck_assert_uint_eq(pair->numbers[AUDIT_N_ACCEPTED], 200);
	/* Which, nobody can tell beforehand; they stand in order. */
	ck_assert_str_ne(pair->auths[63].who.account, "user063");
	ck_assert_int_lt(strcmp(pair->auths[0].who.account, pair->auths[63].who.account), 0);
	audit_pair_clear(&scratch);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(every_rule_is_described)
{
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		const AuditRule *rule = audit_rule(i);

		ck_assert(rule->id && rule->meaning && rule->fix && rule->section);
		ck_assert_int_eq(audit_rule_find(rule->id), (int)i);
	}
	ck_assert_int_eq(audit_rule_find("no-such-rule"), -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("audit");
	TCase *rules = tcase_create("rules"), *caps = tcase_create("caps");
	SRunner *runner = srunner_create(suite);
	int failed;

	audit_test_add_secrets(rules);
	tcase_add_test(rules, the_same_challenge_twice);
	tcase_add_test(rules, notify_unsupported_and_lost_connections);
	tcase_add_test(rules, a_locked_account_is_a_finding_by_itself);
	tcase_add_test(rules, a_refused_ticket_crossed_the_network);
	audit_test_add_guesses(rules);
	tcase_add_test(rules, a_static_challenge_says_how_it_is_known);
	tcase_add_test(rules, one_connection_on_both_sides_of_a_router_is_one_use_of_a_challenge);
	tcase_add_test(rules, two_static_challenges_of_a_server_are_one_finding_a_pair);
	tcase_add_test(rules, answers_that_the_capture_cannot_have_are_not_lost);
	tcase_add_test(rules, a_change_notification_waits_without_being_lost);
	tcase_add_test(rules, addresses_of_every_kind_come_back);
	tcase_add_test(rules, every_rule_is_described);
	tcase_add_test(caps, nothing_can_be_turned_off_where_connections_were_left_out);
	audit_test_add_sums(caps);
	tcase_add_test(caps, names_of_captures_have_a_cap);
	tcase_add_test(caps, advice_is_for_the_side_that_has_to_change);
	tcase_add_test(caps, a_name_of_a_site_is_too_long);
	tcase_add_test(caps, sites_take_the_memory_of_their_pairs);
	tcase_add_test(caps, a_site_is_known_as_long_as_its_connections);
	tcase_add_test(caps, equal_addresses_of_two_sites_are_two_machines);
	tcase_add_test(caps, findings_are_accepted_at_one_site_or_at_all);
	tcase_add_test(caps, accepted_findings_are_looked_up);
	tcase_add_test(caps, memory_stays_below_the_limit_and_comes_back);
	tcase_add_test(caps, authentications_of_a_pair_have_a_cap);
	suite_add_tcase(suite, rules);
	suite_add_tcase(suite, caps);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
