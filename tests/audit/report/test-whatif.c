/* SPDX-License-Identifier: BSD-3-Clause */
/* What a setting stops, and what it does not: one pair at a time. */
#include <check.h>
#include <stdlib.h>

#include "audit/report/whatif.h"

static const AuditKey key = { { 3, 4 } };

/* A pair that is used, with what its two ends showed. */
static AuditPair
pair_of(uint8_t client, uint8_t server)
{
	AuditPair pair = { .client = { 4, { 10, 0, 0, client } },
			   .server = { 4, { 10, 0, 1, server } },
			   .first_ns = 1000,
			   .last_ns = 2000 };

	pair.numbers[AUDIT_N_CONNECTIONS] = pair.numbers[AUDIT_N_WHOLE] = 1;
	pair.numbers[AUDIT_N_USED] = 1;
	return pair;
}

static void
show(AuditPair *pair, AuditTraitId id)
{
	AuditTrait trait = { .id = id,
			     .count = 1,
			     .last_ns = 1000,
			     .first = { .time_ns = 1000, .connection = 1, .frame = 4 } };

	audit_traits_add(&pair->traits, &trait);
}

static AuditAuth *
logon(AuditPair *pair, SmbPasswordType type, const char *account, const char *dialect)
{
	AuditEvidence at = { .time_ns = 1500, .connection = 1, .frame = 8 };
	g_autofree char *name = g_strdup(account);
	char none[] = "";
	AuditIdentity who = { .password_type = type,
			      .result = SMB_RESULT_ACCEPTED,
			      .account = name,
			      .domain = none,
			      .host = none };
	AuditAuth *auth = audit_pair_auth(pair, &key, &who);

	auth->seen.count++;
	audit_sighting_evidence(&auth->seen, &at);
	auth->first_ns = auth->last_ns = at.time_ns;
	auth->dialects[audit_dialect_find(dialect)]++;
	audit_tally_add(&auth->shares, (AuditCap){ 8, NULL }, "\\\\SRV\\share", 1);
	return auth;
}

static void
speak_smb1(AuditPair *pair)
{
	show(pair, AUDIT_SPEAKS_SMB1_ONLY);
	show(pair, (AuditTraitId)(AUDIT_OFFERED_UP_TO + audit_dialect_find("NT LM 0.12")));
	show(pair, AUDIT_SMB1_ACCEPTED);
	show(pair, (AuditTraitId)(AUDIT_CHOSE + audit_dialect_find("NT LM 0.12")));
	audit_tally_add(&pair->tallies[AUDIT_CHOSEN], (AuditCap){ 8, NULL }, "NT LM 0.12", 1);
	pair->numbers[AUDIT_N_USED_SMB1] = pair->numbers[AUDIT_N_SMB1_USED] = 1;
}

static void
speak_smb3(AuditPair *pair)
{
	show(pair, AUDIT_SPEAKS_SMB2_ONLY);
	show(pair, (AuditTraitId)(AUDIT_OFFERED_UP_TO + audit_dialect_find("SMB 3.1.1")));
	show(pair, AUDIT_CLIENT_ENCRYPTS_CAPABLE);
	show(pair, AUDIT_SMB2_ACCEPTED);
	show(pair, AUDIT_SIGNS2_ENABLED);
	show(pair, (AuditTraitId)(AUDIT_CHOSE + audit_dialect_find("SMB 3.1.1")));
	audit_tally_add(&pair->tallies[AUDIT_CHOSEN], (AuditCap){ 8, NULL }, "SMB 3.1.1", 1);
	pair->numbers[AUDIT_N_SMB2_USED] = 1;
}

/* What the setting stops of these pairs: how many, and whether the first of them is only likely. */
typedef struct {
	guint n;
	bool likely;
	AuditWhat verdict;
	char why[512], fix[512], accounts[512]; /* of the first */
} Stopped;

static Stopped
stopped(const char *text, AuditPair *pairs, size_t n, unsigned enough)
{
	Audit *audit = audit_new(NULL);
	AuditSettings settings = { 0 };
	AuditReport *report;
	const AuditWhatIf *what;
	Stopped ret = { 0 };

	ck_assert_ptr_null(audit_settings_read(&settings, text));
	ck_assert_uint_eq(settings.n, 1);
	for (size_t i = 0; i < n; i++) {
		audit_tally_add(&pairs[i].tallies[AUDIT_DAYS], (AuditCap){ 8, NULL }, "2026-11-27",
				1);
		audit_add_totals(audit, 1, pairs[i].first_ns, pairs[i].last_ns);
		audit_add(audit, &pairs[i]);
	}
	report = audit_report_new(audit, NULL);
	report->enough_days = enough;
	audit_report_ask(report, &settings, 0);
	what = report->what_ifs->pdata[0];
	ret.n = what->breaks->len;
	ret.verdict = what->verdict;
	if (ret.n) {
		const AuditBreak *first = &g_array_index(what->breaks, AuditBreak, 0);

		ret.likely = first->likely;
		g_strlcpy(ret.why, first->why, sizeof(ret.why));
		g_strlcpy(ret.fix, first->fix, sizeof(ret.fix));
		for (uint32_t i = 0; i < first->accounts.n; i++) {
			g_strlcat(ret.accounts, i ? ", " : "", sizeof(ret.accounts));
			g_strlcat(ret.accounts, first->accounts.items[i].key, sizeof(ret.accounts));
		}
	}
	audit_report_free(report);
	audit_free(audit);
	return ret;
}

/* Whether a string is in what is said of the only pair. */
#define SAYS(what, text, pair, part) \
	ck_assert_ptr_nonnull(strstr(stopped(text, &(pair), 1, 0).what, part))
#define STOPS(text, pair) ck_assert_uint_eq(stopped(text, &(pair), 1, 0).n, 1)
#define LETS(text, pair) ck_assert_uint_eq(stopped(text, &(pair), 1, 0).n, 0)

START_TEST(smb1_stops_who_speaks_nothing_else)
{
	AuditPair pairs[] = { pair_of(1, 1), pair_of(2, 2) };

	speak_smb1(&pairs[0]);
	logon(&pairs[0], SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	speak_smb3(&pairs[1]);
	logon(&pairs[1], SMB_PASSWORD_NTLMV2, "bob", "SMB 3.1.1");
	ck_assert_uint_eq(stopped("smb1=off", pairs, 2, 0).n, 1);
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
	AuditPair pair = pair_of(1, 1);
	Stopped is;

	speak_smb1(&pair);
	speak_smb3(&pair);
	is = stopped("smb1=off", &pair, 1, 0);
	ck_assert_uint_eq(is.n, 1);
	ck_assert(is.likely);
	audit_pair_clear(&pair);
}
END_TEST

/* A wrong password, or an answer that was not captured, is no proof that nobody needs it. */
START_TEST(smb1_without_a_logon_is_likely_stopped)
{
	AuditPair pair = pair_of(1, 1);
	Stopped is;

	speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12")->who.result = SMB_RESULT_REFUSED;
	is = stopped("smb1=off", &pair, 1, 0);
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
	AuditPair pair = pair_of(1, 1), unused = pair_of(2, 2);

	speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	pair.numbers[AUDIT_N_NETBIOS] = unused.numbers[AUDIT_N_NETBIOS] = 1;
	logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12")->who.result = SMB_RESULT_REFUSED;
	unused.numbers[AUDIT_N_USED] = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		Stopped is = stopped(settings[i], &pair, 1, 0);

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
	AuditPair pair = pair_of(1, 1);
	Stopped is;

	pair.numbers[AUDIT_N_SMB1_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 1;
	is = stopped("min-dialect=2.0.2", &pair, 1, 0);
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
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	pair.numbers[AUDIT_N_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 0;
	pair.numbers[AUDIT_N_SMB1_USED] = 0;
	audit_tally_add(&pair.tallies[AUDIT_VERDICTS], (AuditCap){ 8, NULL }, "smb1_client_limited",
			1);
	SAYS(why, "smb1=off", pair, "the client offers only SMB1, and left before a logon");
	show(&pair, AUDIT_SPEAKS_BOTH);
	LETS("smb1=off", pair);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(accounts_are_told_by_name)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	logon(&pair, SMB_PASSWORD_NTLMV2, "bob", "NT LM 0.12");
	logon(&pair, SMB_PASSWORD_ANONYMOUS, "", "NT LM 0.12");
	logon(&pair, SMB_PASSWORD_KERBEROS, "", "NT LM 0.12");
	logon(&pair, SMB_PASSWORD_LM, "", "NT LM 0.12")->who.mech = SMB_MECH_SHARE;
	ck_assert_str_eq(stopped("smb1=off", &pair, 1, 0).accounts,
			 "(Kerberos: the name is encrypted), (a share's password), Anonymous, bob");
	audit_pair_clear(&pair);
}
END_TEST

/* In midstream nobody saw what the client offered. */
START_TEST(an_offer_that_was_not_captured_proves_nothing)
{
	AuditPair pairs[] = { pair_of(1, 1), pair_of(1, 2), pair_of(2, 1) };
	Stopped is;

	pairs[0].numbers[AUDIT_N_USED_SMB1] = pairs[0].numbers[AUDIT_N_SMB1_USED] = 1;
	is = stopped("smb1=off", pairs, 1, 0);
	ck_assert(is.likely);
	ck_assert_str_eq(is.why, "what the client offers was not captured");
	/* Both speak SMB2 with others. */
	speak_smb3(&pairs[1]);
	speak_smb3(&pairs[2]);
	is = stopped("smb1=off", pairs, 3, 0);
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
	AuditPair pair = pair_of(1, 1);
	AuditAuth *auth;

	speak_smb1(&pair);
	show(&pair, AUDIT_OFFERS_NTLMSSP);
	auth = logon(&pair, SMB_PASSWORD_NTLMV1_LM, "alice", "NT LM 0.12");
	auth->who.result = SMB_RESULT_UNKNOWN;
	ck_assert(stopped("ntlmv1=off", &pair, 1, 0).likely);
	ck_assert(stopped("ntlm=off", &pair, 1, 0).likely);
	SAYS(why, "ntlmv1=off", pair, "the answer to the logon was not seen");
	auth->who.result = SMB_RESULT_REFUSED;
	LETS("ntlmv1=off", pair);
	LETS("ntlm=off", pair);
	/* What was seen to be let in is proved, whatever was not. */
	auth->who.result = SMB_RESULT_UNKNOWN;
	logon(&pair, SMB_PASSWORD_NTLMV1_LM, "bob", "NT LM 0.12");
	ck_assert(!stopped("ntlmv1=off", &pair, 1, 0).likely);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(guests_cannot_sign_and_anonymous_need_not)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb3(&pair);
	logon(&pair, SMB_PASSWORD_ANONYMOUS, "", "SMB 3.1.1");
	LETS("signing=required", pair);
	LETS("guest=off", pair);
	STOPS("anonymous=off", pair);
	STOPS("encryption=required", pair);
	logon(&pair, SMB_PASSWORD_NTLMV2, "nobody", "SMB 3.1.1")->who.guest = true;
	STOPS("signing=required", pair);
	STOPS("guest=off", pair);
	ck_assert(stopped("signing=required@server", &pair, 1, 0).likely);
	ck_assert(!stopped("signing=required@client", &pair, 1, 0).likely);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(smb1_clients_that_never_signed_are_stopped_by_signing)
{
	AuditPair pair = pair_of(1, 1);
	AuditAuth *auth;

	speak_smb1(&pair);
	show(&pair, AUDIT_SIGNS1_ENABLED);
	auth = logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	ck_assert(stopped("signing=required@server", &pair, 1, 0).likely);
	LETS("signing=required@client", pair);
	auth->signing[AUDIT_SIGNING_USED] = 1;
	LETS("signing=required", pair);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(old_passwords_stop_who_has_nothing_better)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	logon(&pair, SMB_PASSWORD_NTLMV1_LM, "alice", "NT LM 0.12");
	STOPS("ntlmv1=off", pair);
	STOPS("ntlm=off", pair);
	/* Its NT response stays. */
	LETS("lm=off", pair);
	LETS("plaintext=off", pair);
	logon(&pair, SMB_PASSWORD_NTLMV2, "Alice", "NT LM 0.12");
	LETS("ntlmv1=off", pair);
	logon(&pair, SMB_PASSWORD_LM, "bob", "NT LM 0.12");
	STOPS("lm=off", pair);
	audit_pair_clear(&pair);
}
END_TEST

/* Of two accounts each has a reason of its own: neither is told of the other alone. */
START_TEST(each_reason_is_told)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	logon(&pair, SMB_PASSWORD_NTLMV2, "nobody", "NT LM 0.12")->who.guest = true;
	logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	logon(&pair, SMB_PASSWORD_NTLMV2, "bob", "NT LM 0.12");
	SAYS(why, "encryption=required", pair, "guests have no key to encrypt with");
	SAYS(why, "encryption=required", pair, "a dialect older than SMB 3.0 was used");
	SAYS(fix, "encryption=required", pair, "Give the client an account on the server.");
	SAYS(fix, "encryption=required", pair, "Update the client, or replace it.");
	/* What is proved needs no guess besides. */
	ck_assert_str_eq(stopped("signing=required", &pair, 1, 0).why,
			 "guests have no key to sign with");
	audit_pair_clear(&pair);
}
END_TEST

/* A client that signed elsewhere can do it here. */
START_TEST(who_signs_in_smb1_elsewhere_is_not_stopped)
{
	AuditPair pairs[] = { pair_of(1, 1), pair_of(1, 2) };
	AuditAuth *auth;

	for (size_t i = 0; i < 2; i++) {
		speak_smb1(&pairs[i]);
		show(&pairs[i], AUDIT_SIGNS1_ENABLED);
		auth = logon(&pairs[i], SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	}
	ck_assert_uint_eq(stopped("signing=required@server", pairs, 2, 0).n, 2);
	auth->signing[AUDIT_SIGNING_REQUIRED] = 1;
	ck_assert_uint_eq(stopped("signing=required@server", pairs, 2, 0).n, 0);
	/* What SMB2 signed says nothing of SMB1. */
	auth->dialects[audit_dialect_find("SMB 3.1.1")]++;
	ck_assert_uint_eq(stopped("signing=required@server", pairs, 2, 0).n, 2);
	audit_pair_clear(&pairs[0]);
	audit_pair_clear(&pairs[1]);
}
END_TEST

/* A host that speaks SMB2 is not called one that speaks only SMB1. */
START_TEST(the_refused_is_a_program_where_the_client_speaks_more)
{
	AuditPair pairs[] = { pair_of(1, 1), pair_of(1, 2) };

	show(&pairs[0], AUDIT_SPEAKS_SMB1_ONLY);
	show(&pairs[0], AUDIT_SMB1_REFUSED);
	show(&pairs[0], AUDIT_LOCKED_OUT_SMB1);
	pairs[0].numbers[AUDIT_N_USED] = 0;
	SAYS(why, "smb1=off", pairs[0], "the client offers only SMB1, and was refused already");
	speak_smb3(&pairs[1]);
	ck_assert_str_eq(stopped("smb1=off", pairs, 2, 0).why,
			 "a program on the client offers only SMB1, and was refused already");
	audit_pair_clear(&pairs[0]);
	audit_pair_clear(&pairs[1]);
}
END_TEST

/* LmCompatibilityLevel changes nothing where the server asks for plain text, or the share has the password. */
START_TEST(the_remedy_is_at_the_end_that_can_mend_it)
{
	AuditPair plain = pair_of(1, 1), share = pair_of(1, 2), old = pair_of(1, 3);

	speak_smb1(&plain);
	show(&plain, AUDIT_PLAINTEXT_ASKED);
	logon(&plain, SMB_PASSWORD_PLAINTEXT, "alice", "NT LM 0.12");
	SAYS(fix, "plaintext=off", plain, "Let the server ask for challenge/response");
	speak_smb1(&share);
	show(&share, AUDIT_SHARE_LEVEL);
	logon(&share, SMB_PASSWORD_LM_OR_NTLM, "", "NT LM 0.12");
	SAYS(fix, "lm=off", share, "user-level security");
	logon(&old, SMB_PASSWORD_LM, "alice", "LANMAN1.0");
	SAYS(why, "lm=off", old, "older than NT LM 0.12");
	audit_pair_clear(&plain);
	audit_pair_clear(&share);
	audit_pair_clear(&old);
}
END_TEST

/* Without extended security no server names Kerberos. */
START_TEST(kerberos_is_missed_only_where_it_was_asked_for)
{
	AuditPair pair = pair_of(1, 1);
	Stopped is;

	speak_smb1(&pair);
	show(&pair, AUDIT_OFFERS_CHALLENGE);
	logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
	is = stopped("ntlm=off", &pair, 1, 0);
	ck_assert(is.likely);
	ck_assert_ptr_nonnull(strstr(is.why, "without extended security"));
	show(&pair, AUDIT_OFFERS_NTLMSSP);
	is = stopped("ntlm=off", &pair, 1, 0);
	ck_assert(!is.likely);
	ck_assert_str_eq(is.why, "the server does not offer Kerberos");
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(nobody_is_a_verdict_only_where_enough_was_seen)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb3(&pair);
	ck_assert_int_eq((int)stopped("rc4=off", &pair, 1, 7).verdict, AUDIT_WHAT_TOO_LITTLE);
	ck_assert_int_eq((int)stopped("rc4=off", &pair, 1, 1).verdict, AUDIT_WHAT_NOBODY);
	audit_pair_clear(&pair);
}
END_TEST

/* Refused logons of a stranger may have pushed out the one that would be stopped. */
START_TEST(nobody_is_no_verdict_where_logons_were_left_out)
{
	AuditPair pair = pair_of(1, 1);
	AuditAuth *auth;

	speak_smb3(&pair);
	pair.auths_dropped = true;
	ck_assert_int_eq((int)stopped("ntlm=off", &pair, 1, 1).verdict, AUDIT_WHAT_TOO_LITTLE);
	pair.auths_dropped = false;
	auth = logon(&pair, SMB_PASSWORD_KERBEROS, "alice", "SMB 3.1.1");
	ck_assert_int_eq((int)stopped("rc4=off", &pair, 1, 1).verdict, AUDIT_WHAT_NOBODY);
	auth->encryption_types.left_out = 1;
	ck_assert_int_eq((int)stopped("rc4=off", &pair, 1, 1).verdict, AUDIT_WHAT_TOO_LITTLE);
	audit_pair_clear(&pair);
}
END_TEST

/* SMB1 connections, and encrypted ones of SMB 3 besides. */
START_TEST(encryption_of_smb3_does_not_cover_smb1)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	pair.numbers[AUDIT_N_CONNECTIONS] = pair.numbers[AUDIT_N_USED] = 21;
	pair.numbers[AUDIT_N_SMB1_USED] = pair.numbers[AUDIT_N_USED_SMB1] = 10;
	pair.numbers[AUDIT_N_SMB2_USED] = pair.numbers[AUDIT_N_ENCRYPTED] = 11;
	ck_assert_uint_eq(stopped("encryption=required", &pair, 1, 1).n, 1);
	pair.numbers[AUDIT_N_SMB2_USED] = 0; /* UNIX extensions */
	ck_assert_uint_eq(stopped("encryption=required", &pair, 1, 1).n, 0);
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(what_fails_on_port_445_does_not_replace_netbios)
{
	AuditPair pair = pair_of(1, 1);

	speak_smb1(&pair);
	pair.numbers[AUDIT_N_NETBIOS] = pair.numbers[AUDIT_N_USED] = 20;
	pair.numbers[AUDIT_N_CONNECTIONS] = 22;
	ck_assert_uint_eq(stopped("netbios=off", &pair, 1, 1).n, 1);
	pair.numbers[AUDIT_N_USED] = 21;
	ck_assert_uint_eq(stopped("netbios=off", &pair, 1, 1).n, 0);
	/* A client that tries both ports at once. */
	pair.numbers[AUDIT_N_USED] = 20;
	pair.numbers[AUDIT_N_CONNECTIONS] = 40;
	ck_assert_uint_eq(stopped("netbios=off", &pair, 1, 1).n, 0);
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
		AuditPair pair = pair_of(i, 1);

		speak_smb1(&pair);
		logon(&pair, SMB_PASSWORD_NTLMV2, "alice", "NT LM 0.12");
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
	tcase_add_test(tests, the_refused_is_a_program_where_the_client_speaks_more);
	tcase_add_test(tests, the_remedy_is_at_the_end_that_can_mend_it);
	tcase_add_test(tests, kerberos_is_missed_only_where_it_was_asked_for);
	tcase_add_test(tests, nobody_is_a_verdict_only_where_enough_was_seen);
	tcase_add_test(tests, nobody_is_no_verdict_where_logons_were_left_out);
	tcase_add_test(tests, encryption_of_smb3_does_not_cover_smb1);
	tcase_add_test(tests, what_fails_on_port_445_does_not_replace_netbios);
	tcase_add_test(tests, settings_are_read_and_named);
	tcase_add_test(tests, what_does_not_fit_is_counted);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
