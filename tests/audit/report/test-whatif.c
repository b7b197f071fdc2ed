/* SPDX-License-Identifier: BSD-3-Clause */
/* What a setting stops, and what it does not: one pair at a time. */
#include "tests/audit/report/whatif-case.h"

START_TEST(smb1_stops_who_speaks_nothing_else)
{
	AuditPair pairs[] = { whatif_pair_of(1, 1), whatif_pair_of(2, 2) };

	whatif_speak_smb1(&pairs[0]);
	whatif_logon(&pairs[0], SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	whatif_speak_smb3(&pairs[1]);
	whatif_logon(&pairs[1], SMB_PASSWORD_NTLMV2, "bob", "SMB 3.1.1");
	ck_assert_uint_eq(whatif_stopped("smb1=off", pairs, 2, 0).n, 1);
	STOPS("min-dialect=3.1.1", pairs[0]);
	LETS("min-dialect=3.1.1", pairs[1]);
	STOPS("encryption=required", pairs[0]);
	LETS("encryption=required", pairs[1]);
	audit_pair_clear(&pairs[0]);
	audit_pair_clear(&pairs[1]);
}
END_TEST

/* Both speak SMB2 elsewhere: a program that offers only SMB1 may still be stopped. */
START_TEST(who_speaks_smb2_elsewhere_is_only_likely_stopped)
{
	AuditPair pair = whatif_pair_of(1, 1);
	Stopped is;

	whatif_speak_smb1(&pair);
	whatif_speak_smb3(&pair);
	is = whatif_stopped("smb1=off", &pair, 1, 0);
	ck_assert_uint_eq(is.n, 1);
	ck_assert(is.likely);
	audit_pair_clear(&pair);
}
END_TEST

/* A wrong password, or an answer that was not captured, is no proof that nobody needs it. */
START_TEST(smb1_without_a_logon_is_likely_stopped)
{
	AuditPair pair = whatif_pair_of(1, 1);
	Stopped is;

	whatif_speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12")->who.result =
		SMB_RESULT_REFUSED;
	is = whatif_stopped("smb1=off", &pair, 1, 0);
	ck_assert_uint_eq(is.n, 1);
	ck_assert(is.likely);
	ck_assert_str_eq(is.why, "the client was never seen to offer anything but SMB1; "
				 "no logon was seen to succeed");
	ck_assert_str_eq(is.fix, "Update the client, or replace it.");
	audit_pair_clear(&pair);
}
END_TEST

/* The same holds of the other settings that ask for a newer protocol. */
START_TEST(what_was_used_without_a_logon_is_likely_stopped)
{
	const char *settings[] = { "min-dialect=3.0", "netbios=off", "encryption=required" };
	AuditPair pair = whatif_pair_of(1, 1), unused = whatif_pair_of(2, 2);

	whatif_speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	pair.numbers[AUDIT_N_NETBIOS] = unused.numbers[AUDIT_N_NETBIOS] = 1;
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12")->who.result =
		SMB_RESULT_REFUSED;
	unused.numbers[AUDIT_N_USED] = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		Stopped is = whatif_stopped(settings[i], &pair, 1, 0);

		ck_assert_uint_eq(is.n, 1);
		ck_assert(is.likely);
		ck_assert_ptr_nonnull(strstr(is.why, "; no logon was seen to succeed"));
		LETS(settings[i], unused);
	}
	audit_pair_clear(&pair);
	audit_pair_clear(&unused);
}
END_TEST

/* SMB1 in midstream has no negotiation, and is old all the same. */
START_TEST(smb1_whose_negotiation_is_missing_is_too_old)
{
	AuditPair pair = whatif_pair_of(1, 1);
	Stopped is;

	pair.numbers[AUDIT_N_SMB1_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 1;
	is = whatif_stopped("min-dialect=2.0.2", &pair, 1, 0);
	ck_assert_uint_eq(is.n, 1);
	ck_assert(is.likely);
	STOPS("encryption=required", pair);
	pair.numbers[AUDIT_N_ENCRYPTED] = 1; /* by the UNIX extensions */
	LETS("encryption=required", pair);
	audit_pair_clear(&pair);
}
END_TEST

/* It negotiated, offered nothing else, and left. */
START_TEST(who_offers_only_smb1_and_leaves_is_likely_stopped)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	pair.numbers[AUDIT_N_SMB1_USED] = 0;
	audit_tally_add(&pair.tallies[AUDIT_VERDICTS], (AuditCap){ 8, NULL }, "smb1_client_limited",
			1);
	SAYS(why, "smb1=off", pair, "the client offers only SMB1, and left before a logon");
	whatif_show(&pair, AUDIT_SPEAKS_BOTH);
	LETS("smb1=off", pair);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(accounts_are_told_by_name)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "bob", "NT LM 0.12");
	whatif_logon(&pair, SMB_PASSWORD_ANONYMOUS, "", "NT LM 0.12");
	whatif_logon(&pair, SMB_PASSWORD_KERBEROS, "", "NT LM 0.12");
	whatif_logon(&pair, SMB_PASSWORD_LM, "", "NT LM 0.12")->who.mech = SMB_MECH_SHARE;
	ck_assert_str_eq(whatif_stopped("smb1=off", &pair, 1, 0).accounts,
			 "(Kerberos: the name is encrypted), (a share's password), Anonymous, bob");
	audit_pair_clear(&pair);
}
END_TEST

/* In midstream nobody saw what the client offered. */
START_TEST(an_offer_that_was_not_captured_proves_nothing)
{
	AuditPair pairs[] = { whatif_pair_of(1, 1), whatif_pair_of(1, 2), whatif_pair_of(2, 1) };
	Stopped is;

	pairs[0].numbers[AUDIT_N_USED_SMB1] = pairs[0].numbers[AUDIT_N_SMB1_USED] = 1;
	is = whatif_stopped("smb1=off", pairs, 1, 0);
	ck_assert(is.likely);
	ck_assert_str_eq(is.why, "what the client offers was not captured");
	/* Both speak SMB2 with others. */
	whatif_speak_smb3(&pairs[1]);
	whatif_speak_smb3(&pairs[2]);
	is = whatif_stopped("smb1=off", pairs, 3, 0);
	ck_assert_uint_eq(is.n, 1);
	ck_assert(is.likely);
	ck_assert_ptr_nonnull(strstr(is.why, "both ends speak SMB2 elsewhere"));
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
		audit_pair_clear(&pairs[i]);
}
END_TEST

/* What a gap swallowed is no refusal; a refusal is: nothing changes for who is refused. */
START_TEST(a_logon_without_an_answer_is_likely_stopped)
{
	AuditPair pair = whatif_pair_of(1, 1);
	AuditAuth *auth;

	whatif_speak_smb1(&pair);
	whatif_show(&pair, AUDIT_OFFERS_NTLMSSP);
	auth = whatif_logon(&pair, SMB_PASSWORD_NTLMV1_LM, "alice", "NT LM 0.12");
	auth->who.result = SMB_RESULT_UNKNOWN;
	ck_assert(whatif_stopped("ntlmv1=off", &pair, 1, 0).likely);
	ck_assert(whatif_stopped("ntlm=off", &pair, 1, 0).likely);
	SAYS(why, "ntlmv1=off", pair, "the answer to the logon was not seen");
	auth->who.result = SMB_RESULT_REFUSED;
	LETS("ntlmv1=off", pair);
	LETS("ntlm=off", pair);
	/* What was seen to be let in is proved, whatever was not. */
	auth->who.result = SMB_RESULT_UNKNOWN;
	whatif_logon(&pair, SMB_PASSWORD_NTLMV1_LM, "bob", "NT LM 0.12");
	ck_assert(!whatif_stopped("ntlmv1=off", &pair, 1, 0).likely);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(guests_cannot_sign_and_anonymous_need_not)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb3(&pair);
	whatif_logon(&pair, SMB_PASSWORD_ANONYMOUS, "", "SMB 3.1.1");
	LETS("signing=required", pair);
	LETS("guest=off", pair);
	STOPS("anonymous=off", pair);
	STOPS("encryption=required", pair);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "nobody", "SMB 3.1.1")->who.guest = true;
	STOPS("signing=required", pair);
	STOPS("guest=off", pair);
	ck_assert(whatif_stopped("signing=required@server", &pair, 1, 0).likely);
	ck_assert(!whatif_stopped("signing=required@client", &pair, 1, 0).likely);
	/* Who is let in as guest came with an NTLM logon. */
	SAYS(why, "ntlm=off", pair, "as guest after an NTLM logon");
	ck_assert(whatif_stopped("ntlm=off", &pair, 1, 0).likely);
	LETS("ntlmv1=off", pair);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(smb1_clients_that_never_signed_are_stopped_by_signing)
{
	AuditPair pair = whatif_pair_of(1, 1);
	AuditAuth *auth;

	whatif_speak_smb1(&pair);
	whatif_show(&pair, AUDIT_SIGNS1_ENABLED);
	auth = whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	ck_assert(whatif_stopped("signing=required@server", &pair, 1, 0).likely);
	LETS("signing=required@client", pair);
	auth->signing[AUDIT_SIGNING_USED] = 1;
	LETS("signing=required", pair);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(old_passwords_stop_who_has_nothing_better)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV1_LM, "alice", "NT LM 0.12");
	STOPS("ntlmv1=off", pair);
	STOPS("ntlm=off", pair);
	/* Its NT response stays. */
	LETS("lm=off", pair);
	LETS("plaintext=off", pair);
	ck_assert(!whatif_stopped("ntlmv1=off", &pair, 1, 0).likely);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "Alice", "NT LM 0.12");
	LETS("ntlmv1=off", pair);
	whatif_logon(&pair, SMB_PASSWORD_LM, "bob", "NT LM 0.12");
	STOPS("lm=off", pair);
	audit_pair_clear(&pair);
}
END_TEST

/* Of two accounts each has a reason of its own: neither is told of the other alone. */
START_TEST(each_reason_is_told)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "nobody", "NT LM 0.12")->who.guest = true;
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "bob", "NT LM 0.12");
	SAYS(why, "encryption=required", pair, "guests have no key to encrypt with");
	SAYS(why, "encryption=required", pair, "a dialect older than SMB 3.0 was used");
	SAYS(fix, "encryption=required", pair, "Give the client an account on the server.");
	SAYS(fix, "encryption=required", pair, "Update the client, or replace it.");
	/* What is proved needs no guess besides. */
	ck_assert_str_eq(whatif_stopped("signing=required", &pair, 1, 0).why,
			 "guests have no key to sign with");
	audit_pair_clear(&pair);
}
END_TEST

/* A client that signed elsewhere can do it here. */
START_TEST(who_signs_in_smb1_elsewhere_is_not_stopped)
{
	AuditPair pairs[] = { whatif_pair_of(1, 1), whatif_pair_of(1, 2) };
	AuditAuth *auth;

	for (size_t i = 0; i < 2; i++) {
		whatif_speak_smb1(&pairs[i]);
		whatif_show(&pairs[i], AUDIT_SIGNS1_ENABLED);
		auth = whatif_logon(&pairs[i], SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	}
	ck_assert_uint_eq(whatif_stopped("signing=required@server", pairs, 2, 0).n, 2);
	auth->signing[AUDIT_SIGNING_REQUIRED] = 1;
	ck_assert_uint_eq(whatif_stopped("signing=required@server", pairs, 2, 0).n, 0);
	/* What SMB2 signed says nothing of SMB1. */
	auth->dialects[audit_dialect_find("SMB 3.1.1")]++;
	ck_assert_uint_eq(whatif_stopped("signing=required@server", pairs, 2, 0).n, 2);
	audit_pair_clear(&pairs[0]);
	audit_pair_clear(&pairs[1]);
}
END_TEST

/* A host that speaks SMB2 is not called one that speaks only SMB1. */

int
main(void)
{
	Suite *suite = suite_create("whatif");
	TCase *tests = tcase_create("whatif");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, smb1_stops_who_speaks_nothing_else);
	tcase_add_test(tests, who_speaks_smb2_elsewhere_is_only_likely_stopped);
	tcase_add_test(tests, smb1_without_a_logon_is_likely_stopped);
	tcase_add_test(tests, what_was_used_without_a_logon_is_likely_stopped);
	tcase_add_test(tests, smb1_whose_negotiation_is_missing_is_too_old);
	tcase_add_test(tests, who_offers_only_smb1_and_leaves_is_likely_stopped);
	tcase_add_test(tests, accounts_are_told_by_name);
	tcase_add_test(tests, an_offer_that_was_not_captured_proves_nothing);
	tcase_add_test(tests, a_logon_without_an_answer_is_likely_stopped);
	tcase_add_test(tests, guests_cannot_sign_and_anonymous_need_not);
	tcase_add_test(tests, smb1_clients_that_never_signed_are_stopped_by_signing);
	tcase_add_test(tests, old_passwords_stop_who_has_nothing_better);
	tcase_add_test(tests, each_reason_is_told);
	tcase_add_test(tests, who_signs_in_smb1_elsewhere_is_not_stopped);
	whatif_add_remedies(tests);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
