/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each attack, as the exchanges that show it, and what only looks like it: the program of a backup,
 * of an inventory or of an administrator, a test suite, somebody who tries again.
 */
#include "tests/audit/attack/attack-case.h"

/* ---- relays ---- */

static void
challenged(Audit *audit, uint8_t client, uint8_t server, uint64_t session, const char *challenge)
{
	Play *p = play_begin(audit, client, server);
	SmbExchange x = play_whole(p, SMB_STEP_SESSION_SETUP);

	x.uid = session;
	x.session.challenge = (SmbSpan){ (const uint8_t *)challenge, 8 };
	play_negotiate(p);
	play_send(p, &x);
	play_end(p);
}

START_TEST(one_challenge_from_two_servers_is_relayed)
{
	static const struct {
		uint8_t client, server;
		uint64_t session;
		bool relay;
	} table[] = {
		{ 66, 3, 8, true },
		{ 66, 3, 7, false }, /* the ids are the same: the other side of a NAT */
		{ 66, 66, 7, false },
		{ 5, 66, 8, false }, /* one server: static-challenge */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		challenged(audit, 1, 66, 7, "ABCDEFGH");
		challenged(audit, 9, 66, 7, "IJKLMNOP");
		challenged(audit, table[i].client, table[i].server, table[i].session, "ABCDEFGH");
		ck_assert_int_eq(play_has_rule(audit, AUDIT_RELAY), table[i].relay);
		/* A third one, and it is no relay but a server with a weakness. */
		challenged(audit, 7, 99, 9, "ABCDEFGH");
		NOT_FOUND(audit, AUDIT_RELAY);
		audit_free(audit);
	}
}
END_TEST

/* The same response, sent once to each. */
static void
answered(Audit *audit, uint8_t client, uint8_t server, uint64_t session, uint8_t proof)
{
	Play *p = play_begin(audit, client, server);
	SmbExchange x = play_whole(p, SMB_STEP_SESSION_SETUP);

	x.uid = session;
	x.session.auth = &p->auth;
	p->auth.has_proof = proof != 0;
	memset(p->auth.proof, proof, sizeof(p->auth.proof));
	p->auth.request = x.request;
	play_negotiate(p);
	play_send(p, &x);
	play_end(p);
}

START_TEST(one_response_to_two_servers_is_relayed)
{
	static const struct {
		uint8_t client, server;
		uint64_t session;
		uint8_t proof;
		bool relay;
	} table[] = {
		{ 66, 3, 8, 1, true },  { 66, 3, 8, 2, false }, /* another one */
		{ 66, 3, 8, 0, false },                         /* not of NTLMv2 */
		{ 66, 3, 7, 1, false },                         /* the other side of a NAT */
		{ 1, 66, 8, 1, false }, /* the same again: whoever it is, it is no other server */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		answered(audit, 1, 66, 7, 1);
		answered(audit, table[i].client, table[i].server, table[i].session, table[i].proof);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_RELAY), table[i].relay);
		if (table[i].relay) /* a third one hides nothing */
			answered(audit, 66, 99, 9, 1);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_RELAY), table[i].relay);
		NOT_FOUND(audit, AUDIT_STATIC_CHALLENGE);
		audit_free(audit);
	}
}
END_TEST

/* Challenge and response of one relay are one finding. */
START_TEST(a_relay_is_told_once)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	guint n = 0;

	for (int i = 0; i < 2; i++) {
		Play *p = play_begin(audit, i ? 66 : 1, i ? 3 : 66);
		SmbExchange x = play_whole(p, SMB_STEP_SESSION_SETUP);

		x.uid = (uint64_t)i;
		x.session.challenge = (SmbSpan){ (const uint8_t *)"ABCDEFGH", 8 };
		x.session.auth = &p->auth;
		p->auth.has_proof = true;
		p->auth.request = x.request;
		play_negotiate(p);
		play_send(p, &x);
		play_end(p);
	}
	report = audit_report_new(audit, NULL);
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->rule != AUDIT_RELAY)
			continue;
		n++;
		ck_assert_uint_eq(f->count, 1);
		ck_assert_uint_eq(f->pair->client.bytes[3], 66);
	}
	ck_assert_uint_eq(n, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(responses_that_were_made_for_another_or_changed)
{
	static const struct {
		bool differ, gone;
		const char *said;
	} table[] = {
		{ false, false, "" },
		{ true, false, "the response names another server than the challenge; CORP\\bob" },
		{ false, true, "the response had a MIC, which was cut out; CORP\\bob" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		g_autofree char *said = NULL;

		p->auth.names_differ = table[i].differ;
		p->auth.mic_gone = table[i].gone;
		p->auth.request = (SmbStamp){ p->at_ns, p->frame };
		play_log_on(p, "Windows");
		play_end(p);
		said = play_details(audit, AUDIT_RELAY);
		ck_assert_str_eq(said, table[i].said);
		ck_assert_uint_eq(play_customers(audit), 1); /* the victim is one */
		audit_free(audit);
	}
}
END_TEST

/* ---- marks ---- */

START_TEST(keys_from_files_may_be_anything)
{
	static const char *const none[] = { "",
					    "000000000001",
					    "000000000001 ",
					    "000000000001 file",
					    "000000000001 file|a|b",
					    "00000000000x file|a|b|c",
					    "000000000001 unknown|a|b|c" };
	AuditMark mark;

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		ck_assert(!audit_mark_read(none[i], &mark));
	ck_assert(audit_mark_read("000000000012 file|a|b|c|d", &mark));
	ck_assert_uint_eq(mark.second, 12);
	ck_assert_int_eq(mark.kind, AUDIT_MARK_FILE);
	ck_assert_str_eq(mark.account, "c|d");
	g_strfreev(mark.parts);
}
END_TEST

START_TEST(names_cannot_forge_parts_of_a_mark)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);
	g_autofree char *said = NULL;

	play_log_on(p, "Windows");
	play_call(p, "atsvc", 0, NULL, "a|b|c\nd", 0);
	play_end(p);
	said = play_details(audit, AUDIT_REMOTE_EXECUTION);
	ck_assert_str_eq(said, "a?b?c?d set up with Called; CORP\\bob");
	audit_free(audit);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("attack");
	TCase *t = tcase_create("exploits");

	play_add_exploits(t);
	suite_add_tcase(s, t);
	t = tcase_create("scanners");
	play_add_scanners(t);
	suite_add_tcase(s, t);
	t = tcase_create("dual");
	play_add_coercion(t);
	play_add_dual(t);
	suite_add_tcase(s, t);
	t = tcase_create("pairs");
	tcase_add_test(t, one_challenge_from_two_servers_is_relayed);
	tcase_add_test(t, one_response_to_two_servers_is_relayed);
	tcase_add_test(t, a_relay_is_told_once);
	tcase_add_test(t, responses_that_were_made_for_another_or_changed);
	tcase_add_test(t, keys_from_files_may_be_anything);
	tcase_add_test(t, names_cannot_forge_parts_of_a_mark);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
