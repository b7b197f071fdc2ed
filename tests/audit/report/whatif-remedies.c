/* SPDX-License-Identifier: BSD-3-Clause */
/* Remedies, and when there is a verdict. */
#include "tests/audit/report/whatif-case.h"

START_TEST(the_refused_is_a_program_where_the_client_speaks_more)
{
	AuditPair pairs[] = { whatif_pair_of(1, 1), whatif_pair_of(1, 2) };

	whatif_show(&pairs[0], AUDIT_SPEAKS_SMB1_ONLY);
	whatif_show(&pairs[0], AUDIT_SMB1_REFUSED);
	whatif_show(&pairs[0], AUDIT_LOCKED_OUT_SMB1);
	pairs[0].numbers[AUDIT_N_USED] = 0;
	SAYS(why, "smb1=off", pairs[0], "the client offers only SMB1, and was refused already");
	whatif_speak_smb3(&pairs[1]);
	ck_assert_str_eq(whatif_stopped("smb1=off", pairs, 2, 0).why,
			 "a program on the client offers only SMB1, and was refused already");
	audit_pair_clear(&pairs[0]);
	audit_pair_clear(&pairs[1]);
}
END_TEST

/* LmCompatibilityLevel changes nothing where the server asks for plain text, or the share has the password. */
START_TEST(the_remedy_is_at_the_end_that_can_mend_it)
{
	AuditPair plain = whatif_pair_of(1, 1), share = whatif_pair_of(1, 2),
		  old = whatif_pair_of(1, 3);

	whatif_speak_smb1(&plain);
	whatif_show(&plain, AUDIT_PLAINTEXT_ASKED);
	whatif_logon(&plain, SMB_PASSWORD_PLAINTEXT, "alice", "NT LM 0.12");
	SAYS(fix, "plaintext=off", plain, "Let the server ask for challenge/response");
	whatif_speak_smb1(&share);
	whatif_show(&share, AUDIT_SHARE_LEVEL);
	whatif_logon(&share, SMB_PASSWORD_LM_OR_NTLM, "", "NT LM 0.12");
	SAYS(fix, "lm=off", share, "user-level security");
	whatif_logon(&old, SMB_PASSWORD_LM, "alice", "LANMAN1.0");
	SAYS(why, "lm=off", old, "older than NT LM 0.12");
	audit_pair_clear(&plain);
	audit_pair_clear(&share);
	audit_pair_clear(&old);
}
END_TEST

/* Without extended security no server names Kerberos. */
START_TEST(kerberos_is_missed_only_where_it_was_asked_for)
{
	AuditPair pair = whatif_pair_of(1, 1);
	Stopped is;

	whatif_speak_smb1(&pair);
	whatif_show(&pair, AUDIT_OFFERS_CHALLENGE);
	whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	is = whatif_stopped("ntlm=off", &pair, 1, 0);
	ck_assert(is.likely);
	ck_assert_ptr_nonnull(strstr(is.why, "without extended security"));
	whatif_show(&pair, AUDIT_OFFERS_NTLMSSP);
	is = whatif_stopped("ntlm=off", &pair, 1, 0);
	ck_assert(!is.likely);
	ck_assert_str_eq(is.why, "the server does not offer Kerberos");
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(nobody_is_a_verdict_only_where_enough_was_seen)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb3(&pair);
	ck_assert_int_eq((int)whatif_stopped("rc4=off", &pair, 1, 7).verdict,
			 AUDIT_WHAT_TOO_LITTLE);
	ck_assert_int_eq((int)whatif_stopped("rc4=off", &pair, 1, 1).verdict, AUDIT_WHAT_NOBODY);
	audit_pair_clear(&pair);
}
END_TEST

/* Refused logons of a stranger may have pushed out the one that would be stopped. */
START_TEST(nobody_is_no_verdict_where_logons_were_left_out)
{
	AuditPair pair = whatif_pair_of(1, 1);
	AuditAuth *auth;

	whatif_speak_smb3(&pair);
	pair.auths_dropped = true;
	ck_assert_int_eq((int)whatif_stopped("ntlm=off", &pair, 1, 1).verdict,
			 AUDIT_WHAT_TOO_LITTLE);
	pair.auths_dropped = false;
	auth = whatif_logon(&pair, SMB_PASSWORD_KERBEROS, "alice", "SMB 3.1.1");
	ck_assert_int_eq((int)whatif_stopped("rc4=off", &pair, 1, 1).verdict, AUDIT_WHAT_NOBODY);
	auth->encryption_types.left_out = 1;
	ck_assert_int_eq((int)whatif_stopped("rc4=off", &pair, 1, 1).verdict,
			 AUDIT_WHAT_TOO_LITTLE);
	audit_pair_clear(&pair);
}
END_TEST

/* SMB1 connections, and encrypted ones of SMB 3 besides. */
START_TEST(encryption_of_smb3_does_not_cover_smb1)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	pair.numbers[AUDIT_N_CONNECTIONS] = pair.numbers[AUDIT_N_USED] = 21;
	pair.numbers[AUDIT_N_SMB1_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 10;
	pair.numbers[AUDIT_N_SMB2_USED] = pair.numbers[AUDIT_N_ENCRYPTED] = 11;
	ck_assert_uint_eq(whatif_stopped("encryption=required", &pair, 1, 1).n, 1);
	pair.numbers[AUDIT_N_SMB2_USED] = 0; /* UNIX extensions */
	ck_assert_uint_eq(whatif_stopped("encryption=required", &pair, 1, 1).n, 0);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(what_fails_on_port_445_does_not_replace_netbios)
{
	AuditPair pair = whatif_pair_of(1, 1);

	whatif_speak_smb1(&pair);
	pair.numbers[AUDIT_N_NETBIOS] = pair.numbers[AUDIT_N_USED] = 20;
	pair.numbers[AUDIT_N_CONNECTIONS] = 22;
	ck_assert_uint_eq(whatif_stopped("netbios=off", &pair, 1, 1).n, 1);
	pair.numbers[AUDIT_N_USED] = 21;
	ck_assert_uint_eq(whatif_stopped("netbios=off", &pair, 1, 1).n, 0);
	/* A client that tries both ports at once. */
	pair.numbers[AUDIT_N_USED] = 20;
	pair.numbers[AUDIT_N_CONNECTIONS] = 40;
	ck_assert_uint_eq(whatif_stopped("netbios=off", &pair, 1, 1).n, 0);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(settings_are_read_and_named)
{
	AuditSettings settings = { 0 };
	char name[64];
	char *wrong;

	ck_assert_ptr_null(audit_settings_read(&settings, "signing=required@client, smb1=off"));
	ck_assert_ptr_null(audit_settings_read(&settings, "signing=required@server,smb1=off"));
	ck_assert_ptr_null(audit_settings_read(&settings, "min-dialect=SMB 3.0"));
	ck_assert_uint_eq(settings.n, 3);
	audit_setting_name(&settings.items[0], name, sizeof(name));
	ck_assert_str_eq(name, "signing=required");
	audit_setting_name(&settings.items[2], name, sizeof(name));
	ck_assert_str_eq(name, "min-dialect=3.0");
	for (unsigned i = 0; audit_profile_at(i); i++)
		ck_assert_ptr_null(audit_settings_read(&settings, audit_profile_at(i)->settings));
	wrong = audit_settings_read(&settings, "smb1=off,guest=on");
	ck_assert_str_eq(wrong, "guest=on");
	g_free(wrong);
	wrong = audit_settings_read(&settings, "smb1=off@client");
	ck_assert_ptr_nonnull(wrong);
	g_free(wrong);
	wrong = audit_settings_read(&settings, "min-dialect=4");
	ck_assert_ptr_nonnull(wrong);
	g_free(wrong);
}
END_TEST

/* Whatever the number of pairs: what there is no room for is counted, and is not silent. */
START_TEST(what_does_not_fit_is_counted)
{
	enum { CLIENTS = 200, ROOM = 32 << 10 };
	Audit *audit = audit_new(NULL);
	AuditSettings settings = { 0 };
	AuditReport *report;
	const AuditWhatIf *what;

	ck_assert_ptr_null(audit_settings_read(&settings, "smb1=off"));
	for (uint8_t i = 1; i <= CLIENTS; i++) {
		AuditPair pair = whatif_pair_of(i, 1);

		whatif_speak_smb1(&pair);
		whatif_logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
		audit_add_totals(audit, 1, pair.first_ns, pair.last_ns);
		audit_add(audit, &pair);
		audit_pair_clear(&pair);
	}
	report = audit_report_new(audit, NULL);
	audit_report_ask(report, &settings, ROOM);
	what = report->what_ifs->pdata[0];
	ck_assert_uint_eq(what->pairs, CLIENTS);
	ck_assert_uint_eq(what->clients, CLIENTS);
	ck_assert_uint_eq(what->servers, 1);
	ck_assert_uint_gt(what->breaks->len, 1);
	ck_assert_uint_lt(what->breaks->len, CLIENTS);
	ck_assert_uint_eq(audit_what_if_left_out(what), CLIENTS - what->breaks->len);
	ck_assert(audit_report_asked_left_out(report));
	/* In the order of their addresses, as all of them would be. */
	for (guint i = 1; i < what->breaks->len; i++)
		ck_assert_int_lt(
			audit_address_compare(
				&g_array_index(what->breaks, AuditBreak, i - 1).pair->client,
				&g_array_index(what->breaks, AuditBreak, i).pair->client),
			0);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

void
whatif_add_remedies(TCase *tc)
{
	tcase_add_test(tc, the_refused_is_a_program_where_the_client_speaks_more);
	tcase_add_test(tc, the_remedy_is_at_the_end_that_can_mend_it);
	tcase_add_test(tc, kerberos_is_missed_only_where_it_was_asked_for);
	tcase_add_test(tc, nobody_is_a_verdict_only_where_enough_was_seen);
	tcase_add_test(tc, nobody_is_no_verdict_where_logons_were_left_out);
	tcase_add_test(tc, encryption_of_smb3_does_not_cover_smb1);
	tcase_add_test(tc, what_fails_on_port_445_does_not_replace_netbios);
	tcase_add_test(tc, settings_are_read_and_named);
	tcase_add_test(tc, what_does_not_fit_is_counted);
}
