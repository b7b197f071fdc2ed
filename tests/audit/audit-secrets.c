/* SPDX-License-Identifier: BSD-3-Clause */
/* Secrets, dialects and signing. */
#include "tests/audit/audit-case.h"

/* ---- secrets ---- */

START_TEST(kinds_of_secrets_have_their_rules)
{
	static const struct {
		SmbPasswordType type;
		AuditRuleId rule;
	} table[] = {
		{ SMB_PASSWORD_PLAINTEXT, AUDIT_PLAINTEXT_PASSWORD },
		{ SMB_PASSWORD_LM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLM_ONLY, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLMV1_ESS, AUDIT_NTLMV1_ESS },
		{ SMB_PASSWORD_LM_OR_LMV2, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_LM_OR_NTLM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_ANONYMOUS, AUDIT_ANONYMOUS_SESSION },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		FIRES(audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, table[i].type),
		      table[i].rule);
}
END_TEST

START_TEST(ntlmv2_is_no_lm_whatever_its_lm_field_is_long)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.auth.lm_length = 24;
	b.auth.nt_length = 250;
	SILENT(b, AUDIT_LM_RESPONSE);
	SILENT(b, AUDIT_NTLMV1);
	SILENT(b, AUDIT_NTLMV1_ESS);
}
END_TEST

START_TEST(the_anonymous_flag_alone_is_no_anonymous_session)
{
	Built b = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);

	b.auth.has_flags = true;
	b.auth.ntlm_flags = 0x800;
	SILENT(b, AUDIT_ANONYMOUS_SESSION);
	b = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_ANONYMOUS);
	b.auth.result = SMB_RESULT_REFUSED;
	SILENT(b, AUDIT_ANONYMOUS_SESSION);
}
END_TEST

START_TEST(a_refused_ntlmv1_is_the_clients_doing_only)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLM_ONLY);
	AuditScope scope = AUDIT_OF_SERVER;

	ck_assert(audit_test_fires(b, AUDIT_NTLMV1, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(audit_test_fires(b, AUDIT_NTLMV1, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
}
END_TEST

START_TEST(plaintext_unasked_guest_and_rc4)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_PLAINTEXT);
	AuditScope scope;

	SILENT(b, AUDIT_PLAINTEXT_UNASKED);
	ck_assert(audit_test_fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
	b.auth.anomalies = SMB_ANOMALY_PLAINTEXT_UNASKED;
	FIRES(b, AUDIT_PLAINTEXT_UNASKED);
	/* The server asked for challenge/response: there is nothing to mend on it. */
	ck_assert(audit_test_fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	SILENT(b, AUDIT_GUEST_LOGON);
	b.auth.guest = true;
	FIRES(b, AUDIT_GUEST_LOGON);
	b = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_KERBEROS);
	b.auth.encryption_type = 18;
	SILENT(b, AUDIT_KERBEROS_RC4);
	b.auth.encryption_type = 23;
	FIRES(b, AUDIT_KERBEROS_RC4);
	b.auth.encryption_type = -133; /* the RC4 of before RFC 4757 */
	FIRES(b, AUDIT_KERBEROS_RC4);
	b.auth.encryption_type = -1; /* not known */
	SILENT(b, AUDIT_KERBEROS_RC4);
}
END_TEST

/* ---- dialects ---- */

START_TEST(an_offer_of_smb1_is_no_use_of_it)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN, SMB_PASSWORD_NTLMV2);
	SmbExchange offer = audit_test_whole(&b, SMB_STEP_NEGOTIATE, 2);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b.info };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	b.info.version = 3;
	audit_test_exchange(audit, &b, &offer);
	b.version = 2;
	offer = audit_test_whole(&b, SMB_STEP_OPEN, 4);
	audit_test_exchange(audit, &b, &offer);
	audit_event(audit, &end);
	report = audit_report_new(audit, NULL);
	ck_assert_ptr_null(audit_test_finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_ptr_nonnull(audit_test_finding(report, AUDIT_SMB1_ONLY_OFFERED));
	ck_assert_uint_eq(audit_test_first_host(report, true).smb1_peers, 0);
	ck_assert_uint_eq(audit_test_first_host(report, true).smb1_offering_peers, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(verdicts_have_their_rules_and_name_the_blocker)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_SERVER_LIMITED, SMB_PASSWORD_NTLMV2);
	AuditScope scope;

	FIRES(b, AUDIT_SMB1_SERVER_LIMITED);
	ck_assert(audit_test_fires(b, AUDIT_SMB1_IN_USE, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_SERVER);
	b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	SILENT(b, AUDIT_SMB1_SERVER_LIMITED);
	SILENT(b, AUDIT_PRE_NT_DIALECT);
	SILENT(b, AUDIT_SHARE_LEVEL_SECURITY);
	ck_assert(audit_test_fires(b, AUDIT_SMB1_IN_USE, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	b = audit_test_built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);
	b.info.share_level = true;
	FIRES(b, AUDIT_PRE_NT_DIALECT);
	FIRES(b, AUDIT_SHARE_LEVEL_SECURITY);
}
END_TEST

/*
 * A connection on which LANMAN2.1 was chosen out of what the client offered: whose doing the dialect
 * is, whose SMB1 is, and the blocker.
 */
static AuditScope
pre_nt_blocker(const char *offered, AuditScope *ret_smb1, const char **ret_blocker)
{
	SmbString *offer = smb_string_new(smb_text_from_utf8(offered), 64);
	Built b = audit_test_built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditHost server;
	AuditScope scope;

	b.info.dialects = &offer;
	b.info.n_dialects = b.info.n_dialects_smb1 = 1;
	audit_test_play(audit, &b);
	report = audit_report_new(audit, NULL);
	server = audit_test_first_host(report, true);
	*ret_blocker = audit_blocker(&server);
	scope = audit_test_finding(report, AUDIT_PRE_NT_DIALECT)->scope;
	*ret_smb1 = audit_test_finding(report, AUDIT_SMB1_IN_USE)->scope;
	audit_report_free(report);
	audit_free(audit);
	smb_string_unref(offer);
	return scope;
}

START_TEST(who_chose_an_old_dialect_out_of_better_ones_is_the_blocker)
{
	const char *blocker;
	AuditScope smb1;

	ck_assert_int_eq(pre_nt_blocker("LANMAN2.1", &smb1, &blocker), AUDIT_OF_CLIENT);
	ck_assert_int_eq(smb1, AUDIT_OF_CLIENT);
	ck_assert_str_eq(blocker, "client");
	/* The server chose it, and yet the client offers no SMB2: SMB1 is of both. */
	ck_assert_int_eq(pre_nt_blocker("NT LM 0.12", &smb1, &blocker), AUDIT_OF_SERVER);
	ck_assert_int_eq(smb1, AUDIT_OF_PAIR);
	ck_assert_str_eq(blocker, "both");
}
END_TEST

/* What a server asks for is not the client's doing alone, also where it was refused. */
START_TEST(plaintext_that_was_asked_for_is_of_both)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_PLAINTEXT);
	AuditScope scope;

	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(audit_test_fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	b.info.plaintext = true;
	ck_assert(audit_test_fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
}
END_TEST

/* A server that only offers NTLM: the finding is less severe than its rule, and so is the reason. */
START_TEST(a_machine_ranks_by_its_findings_not_by_their_rules)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_KERBEROS);
	static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 9 };
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	GArray *machines;

	b.challenge = (SmbSpan){ challenge, sizeof(challenge) };
	audit_test_play(audit, &b);
	report = audit_report_new(audit, NULL);
	ck_assert_int_eq((int)audit_test_finding(report, AUDIT_NTLM_RELAYABLE)->severity,
			 AUDIT_MEDIUM);
	machines = audit_machines(report);
	for (guint i = 0; i < machines->len; i++) {
		const AuditMachine *machine = &g_array_index(machines, AuditMachine, i);
		AuditReasons reasons = audit_machine_reasons(report, machine);

		if (!machine->server)
			continue;
		ck_assert_uint_eq(machine->findings[AUDIT_HIGH], 0);
		ck_assert_int_eq((int)reasons.as_server[AUDIT_NTLM_RELAYABLE].severity,
				 AUDIT_MEDIUM);
	}
	g_array_unref(machines);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(smb1_and_smb2_on_one_connection_are_no_downgrade)
{
	Built b = audit_test_built(SMB_VERDICT_NONE, SMB_PASSWORD_NTLMV2);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b.info };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	b.info.messages[SMB_TO_CLIENT] = 2;
	for (b.version = 1; b.version <= 2; b.version++) {
		SmbExchange x = audit_test_whole(&b, SMB_STEP_OPEN, b.version);

		audit_test_exchange(audit, &b, &x);
	}
	audit_event(audit, &end);
	report = audit_report_new(audit, NULL);
	ck_assert_ptr_null(audit_test_finding(report, AUDIT_DOWNGRADE));
	ck_assert_ptr_nonnull(audit_test_finding(report, AUDIT_SMB1_IN_USE));
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(downgrade_is_of_the_pair_in_any_order)
{
	for (int order = 0; order < 3; order++) {
		Built one = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
		Built two = audit_test_built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		two.version = two.info.version = 2;
		if (order == 2)
			two.info.ends.client[3] = 77; /* another client: no downgrade */
		audit_test_play(audit, order == 1 ? &two : &one);
		audit_test_play(audit, order == 1 ? &one : &two);
		report = audit_report_new(audit, NULL);
		ck_assert_int_eq(audit_test_finding(report, AUDIT_DOWNGRADE) != NULL, order != 2);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

/* ---- signing ---- */

START_TEST(signing_is_judged_by_what_was_seen)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	FIRES(b, AUDIT_SIGNING_NOT_USED);
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	/* A flag of the client changes nothing. */
	b.info.signing |= SMB_SIGNING_CLIENT_ENABLED;
	FIRES(b, AUDIT_SIGNING_NOT_USED);
	b.info.signing_observed = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	/* That this client signs protects nobody else. */
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	b.info.signing_observed = false;
	b.info.signing |= SMB_SIGNING_SERVER_REQUIRED;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
}
END_TEST

START_TEST(a_client_that_says_required_and_goes_on_without_did_not_require_it)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.signing |= SMB_SIGNING_CLIENT_REQUIRED;
	FIRES(b, AUDIT_SIGNING_NOT_USED);
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
}
END_TEST

START_TEST(dialects_before_nt_cannot_say_that_signing_is_offered)
{
	Built b = audit_test_built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);

	b.info.signing = 0;
	SILENT(b, AUDIT_SIGNING_IS_DISABLED);
	b.info.verdict = SMB_VERDICT_SMB1_CLIENT_LIMITED;
	FIRES(b, AUDIT_SIGNING_IS_DISABLED);
}
END_TEST

START_TEST(what_was_not_seen_is_not_what_was_not_used)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.no_after = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b.no_after = false;
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b.info.gaps = 0;
	b.info.encrypted = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	/* Midstream: neither disabled nor unused is known. */
	b = audit_test_built(SMB_VERDICT_NONE, SMB_PASSWORD_NTLMV2);
	b.info.midstream = b.no_logon = b.negotiate_unseen = true;
	b.info.has_security_mode = false;
	b.info.signing = 0;
	SILENT(b, AUDIT_SIGNING_IS_DISABLED);
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	b.info.signing = 0;
	FIRES(b, AUDIT_SIGNING_IS_DISABLED);
	b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_ANONYMOUS);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
}
END_TEST

void
audit_test_add_secrets(TCase *tc)
{
	tcase_add_test(tc, kinds_of_secrets_have_their_rules);
	tcase_add_test(tc, ntlmv2_is_no_lm_whatever_its_lm_field_is_long);
	tcase_add_test(tc, the_anonymous_flag_alone_is_no_anonymous_session);
	tcase_add_test(tc, a_refused_ntlmv1_is_the_clients_doing_only);
	tcase_add_test(tc, plaintext_unasked_guest_and_rc4);
	tcase_add_test(tc, an_offer_of_smb1_is_no_use_of_it);
	tcase_add_test(tc, verdicts_have_their_rules_and_name_the_blocker);
	tcase_add_test(tc, downgrade_is_of_the_pair_in_any_order);
	tcase_add_test(tc, signing_is_judged_by_what_was_seen);
	tcase_add_test(tc, what_was_not_seen_is_not_what_was_not_used);
	tcase_add_test(tc, who_chose_an_old_dialect_out_of_better_ones_is_the_blocker);
	tcase_add_test(tc, plaintext_that_was_asked_for_is_of_both);
	tcase_add_test(tc, a_machine_ranks_by_its_findings_not_by_their_rules);
	tcase_add_test(tc, smb1_and_smb2_on_one_connection_are_no_downgrade);
	tcase_add_test(tc, a_client_that_says_required_and_goes_on_without_did_not_require_it);
	tcase_add_test(tc, dialects_before_nt_cannot_say_that_signing_is_offered);
}
