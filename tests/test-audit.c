/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules of the audit, on built events: each fires where it must, none of the known false alarms
 * does, and everything has its cap.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report.h"
#include "output/audit.h"

enum { DAY = 86400, FIRST_PORT = 40000 };
static const uint64_t second = 1000000000;

/* ---- building ---- */

/* A connection with one logon and one request after it, as most rules want it. */
typedef struct {
	SmbConnectionInfo info;
	SmbAuth auth;
	uint8_t version; /* of its messages */
	bool no_logon, no_after, negotiate_unseen;
	unsigned negotiates;
	const char *native_os, *account;
	SmbSpan challenge;
	bool unsupported;
	bool waits; /* a change notification is never answered */
} Built;

static Built
built(SmbVerdict verdict, SmbPasswordType type)
{
	static uint64_t number;
	Built b = { .version = 1, .negotiates = 1, .account = "alice" };

	number++;
	b.info = (SmbConnectionInfo){ .number = number,
				      .verdict = verdict,
				      .version = 1,
				      .has_security_mode = true,
				      .end = SMB_END_FIN,
				      .first = { DAY * second, 1 },
				      .last = { DAY * second + second, 9 },
				      .signing = SMB_SIGNING_SERVER_ENABLED };
	b.info.ends = (SmbEndpoints){ .family = 4,
				      .client = { 10, 0, 0, 1 },
				      .server = { 10, 0, 0, 2 },
				      .client_port = FIRST_PORT,
				      .server_port = 445 };
	b.auth = (SmbAuth){ .password_type = type,
			    .mech = SMB_MECH_NT,
			    .result = SMB_RESULT_ACCEPTED,
			    .lm_length = 24,
			    .nt_length = 24,
			    .encryption_type = -1,
			    .has_status = true };
	return b;
}

static void
exchange(Audit *audit, Built *b, const SmbExchange *x)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .connection = &b->info, .exchange = x };

	audit_event(audit, &event);
}

static SmbExchange
whole(const Built *b, SmbStep step, uint64_t frame)
{
	return (SmbExchange){ .step = step,
			      .version = b->version,
			      .request = { DAY * second + frame, frame },
			      .response = { DAY * second + frame + 1, frame + 1 },
			      .has_status = true };
}

static void
play(Audit *audit, Built *b)
{
	SmbString *account = smb_string_new(smb_text_from_utf8(b->account), 64);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b->info };
	SmbExchange x;

	b->auth.account = account;
	for (unsigned i = 0; i < b->negotiates && !b->negotiate_unseen; i++) {
		x = whole(b, SMB_STEP_NEGOTIATE, 2);
		x.negotiate.answered_by = b->version;
		x.negotiate.challenge = b->challenge;
		exchange(audit, b, &x);
	}
	if (!b->no_logon) {
		x = whole(b, SMB_STEP_SESSION_SETUP, 4);
		x.session.auth = &b->auth;
		x.session.native_os = smb_text_from_utf8(b->native_os);
		exchange(audit, b, &x);
	}
	if (!b->no_logon && !b->no_after) {
		x = whole(b, b->unsupported ? SMB_STEP_NOTIFY : SMB_STEP_OPEN, 6);
		if (b->unsupported)
			x.other.unsupported = b->info.notify_unsupported = true;
		exchange(audit, b, &x);
	}
	if (b->waits) {
		x = whole(b, SMB_STEP_NOTIFY, 8);
		x.response = (SmbStamp){ 0 };
		exchange(audit, b, &x);
	}
	audit_event(audit, &end);
	ck_assert_ptr_null(b->info.sink_data);
	smb_string_unref(account);
}

static const AuditFinding *
finding(const AuditReport *report, AuditRuleId rule)
{
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->rule == rule)
			return f;
	}
	return NULL;
}

/* Whether the rule fires on this one connection, and whose doing it is said to be. */
static bool
fires(Built b, AuditRuleId rule, AuditScope *ret_scope)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	const AuditFinding *f;
	bool found;

	play(audit, &b);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	f = finding(report, rule);
	found = f != NULL;
	if (f && ret_scope)
		*ret_scope = f->scope;
	if (f)
		ck_assert_uint_ge(f->shown.n, 1);
	audit_report_free(report);
	audit_free(audit);
	return found;
}

#define FIRES(b, rule) ck_assert_msg(fires(b, rule, NULL), "%s must fire", audit_rule(rule)->id)
#define SILENT(b, rule) \
	ck_assert_msg(!fires(b, rule, NULL), "%s must not fire", audit_rule(rule)->id)

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
		{ SMB_PASSWORD_ANONYMOUS, AUDIT_ANONYMOUS_SESSION },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		FIRES(built(SMB_VERDICT_SMB1_CLIENT_LIMITED, table[i].type), table[i].rule);
}
END_TEST

START_TEST(ntlmv2_is_no_lm_whatever_its_lm_field_is_long)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.auth.lm_length = 24;
	b.auth.nt_length = 250;
	SILENT(b, AUDIT_LM_RESPONSE);
	SILENT(b, AUDIT_NTLMV1);
	SILENT(b, AUDIT_NTLMV1_ESS);
}
END_TEST

START_TEST(the_anonymous_flag_alone_is_no_anonymous_session)
{
	Built b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);

	b.auth.has_flags = true;
	b.auth.ntlm_flags = 0x800;
	SILENT(b, AUDIT_ANONYMOUS_SESSION);
	b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_ANONYMOUS);
	b.auth.result = SMB_RESULT_REFUSED;
	SILENT(b, AUDIT_ANONYMOUS_SESSION);
}
END_TEST

START_TEST(a_refused_ntlmv1_is_the_clients_doing_only)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLM_ONLY);
	AuditScope scope = AUDIT_OF_SERVER;

	ck_assert(fires(b, AUDIT_NTLMV1, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(fires(b, AUDIT_NTLMV1, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
}
END_TEST

START_TEST(plaintext_unasked_guest_and_rc4)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_PLAINTEXT);
	AuditScope scope;

	SILENT(b, AUDIT_PLAINTEXT_UNASKED);
	ck_assert(fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
	b.auth.anomalies = SMB_ANOMALY_PLAINTEXT_UNASKED;
	FIRES(b, AUDIT_PLAINTEXT_UNASKED);
	/* The server asked for challenge/response: there is nothing to mend on it. */
	ck_assert(fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	SILENT(b, AUDIT_GUEST_LOGON);
	b.auth.guest = true;
	FIRES(b, AUDIT_GUEST_LOGON);
	b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_KERBEROS);
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
	Built b = built(SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN, SMB_PASSWORD_NTLMV2);
	SmbExchange offer = whole(&b, SMB_STEP_NEGOTIATE, 2);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b.info };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	b.info.version = 3;
	exchange(audit, &b, &offer);
	b.version = 2;
	offer = whole(&b, SMB_STEP_OPEN, 4);
	exchange(audit, &b, &offer);
	audit_event(audit, &end);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_ptr_null(finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_ptr_nonnull(finding(report, AUDIT_SMB1_ONLY_OFFERED));
	ck_assert_uint_eq(g_array_index(report->servers, AuditHost, 0).smb1_peers, 0);
	ck_assert_uint_eq(g_array_index(report->servers, AuditHost, 0).smb1_offering_peers, 1);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(verdicts_have_their_rules_and_name_the_blocker)
{
	Built b = built(SMB_VERDICT_SMB1_SERVER_LIMITED, SMB_PASSWORD_NTLMV2);
	AuditScope scope;

	FIRES(b, AUDIT_SMB1_SERVER_LIMITED);
	ck_assert(fires(b, AUDIT_SMB1_IN_USE, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_SERVER);
	b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	SILENT(b, AUDIT_SMB1_SERVER_LIMITED);
	SILENT(b, AUDIT_PRE_NT_DIALECT);
	SILENT(b, AUDIT_SHARE_LEVEL_SECURITY);
	ck_assert(fires(b, AUDIT_SMB1_IN_USE, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	b = built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);
	b.info.share_level = true;
	FIRES(b, AUDIT_PRE_NT_DIALECT);
	FIRES(b, AUDIT_SHARE_LEVEL_SECURITY);
}
END_TEST

/* The blocker of a connection on which LANMAN2.1 was chosen out of what the client offered. */
static AuditScope
pre_nt_blocker(const char *offered, const char **ret_blocker)
{
	SmbString *offer = smb_string_new(smb_text_from_utf8(offered), 64);
	Built b = built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditScope scope;

	b.info.dialects = &offer;
	b.info.n_dialects = b.info.n_dialects_smb1 = 1;
	play(audit, &b);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	*ret_blocker = audit_blocker(&g_array_index(report->servers, AuditHost, 0));
	scope = finding(report, AUDIT_SMB1_IN_USE)->scope;
	audit_report_free(report);
	audit_free(audit);
	smb_string_unref(offer);
	return scope;
}

START_TEST(who_chose_an_old_dialect_out_of_better_ones_is_the_blocker)
{
	const char *blocker;

	ck_assert_int_eq(pre_nt_blocker("LANMAN2.1", &blocker), AUDIT_OF_CLIENT);
	ck_assert_str_eq(blocker, "client");
	ck_assert_int_eq(pre_nt_blocker("NT LM 0.12", &blocker), AUDIT_OF_SERVER);
	ck_assert_str_eq(blocker, "server");
}
END_TEST

START_TEST(smb1_and_smb2_on_one_connection_are_no_downgrade)
{
	Built b = built(SMB_VERDICT_NONE, SMB_PASSWORD_NTLMV2);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b.info };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	for (b.version = 1; b.version <= 2; b.version++) {
		SmbExchange x = whole(&b, SMB_STEP_OPEN, b.version);

		exchange(audit, &b, &x);
	}
	audit_event(audit, &end);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_ptr_null(finding(report, AUDIT_DOWNGRADE));
	ck_assert_ptr_nonnull(finding(report, AUDIT_SMB1_IN_USE));
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(downgrade_is_of_the_pair_in_any_order)
{
	for (int order = 0; order < 3; order++) {
		Built one = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
		Built two = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		two.version = two.info.version = 2;
		if (order == 2)
			two.info.ends.client[3] = 77; /* another client: no downgrade */
		play(audit, order == 1 ? &two : &one);
		play(audit, order == 1 ? &one : &two);
		report = audit_report_new(audit, NULL, out_audit_is_address);
		ck_assert_int_eq(finding(report, AUDIT_DOWNGRADE) != NULL, order != 2);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

/* ---- signing ---- */

START_TEST(signing_is_judged_by_what_was_seen)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	FIRES(b, AUDIT_SIGNING_NOT_USED);
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	/* A flag of the client changes nothing. */
	b.info.signing |= SMB_SIGNING_CLIENT_ENABLED;
	FIRES(b, AUDIT_SIGNING_NOT_USED);
	b.info.signing_observed = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
	b.info.signing_observed = false;
	b.info.signing |= SMB_SIGNING_SERVER_REQUIRED;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
}
END_TEST

START_TEST(a_client_that_says_required_and_goes_on_without_did_not_require_it)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.signing |= SMB_SIGNING_CLIENT_REQUIRED;
	FIRES(b, AUDIT_SIGNING_NOT_USED);
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
}
END_TEST

START_TEST(dialects_before_nt_cannot_say_that_signing_is_offered)
{
	Built b = built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);

	b.info.signing = 0;
	SILENT(b, AUDIT_SIGNING_IS_DISABLED);
	b.info.verdict = SMB_VERDICT_SMB1_CLIENT_LIMITED;
	FIRES(b, AUDIT_SIGNING_IS_DISABLED);
}
END_TEST

START_TEST(what_was_not_seen_is_not_what_was_not_used)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.no_after = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
	b.no_after = false;
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b.info.gaps = 0;
	b.info.encrypted = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
	/* Midstream: neither disabled nor unused is known. */
	b = built(SMB_VERDICT_NONE, SMB_PASSWORD_NTLMV2);
	b.info.midstream = b.no_logon = b.negotiate_unseen = true;
	b.info.has_security_mode = false;
	b.info.signing = 0;
	SILENT(b, AUDIT_SIGNING_IS_DISABLED);
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	b.info.signing = 0;
	FIRES(b, AUDIT_SIGNING_IS_DISABLED);
	b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_ANONYMOUS);
	SILENT(b, AUDIT_NTLM_RELAYABLE);
}
END_TEST

/* ---- challenges ---- */

static bool
static_challenge(const char *first, const char *again, uint16_t port)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	const char *given[] = { first, again };
	bool found;

	for (int i = 0; i < 2; i++) {
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)given[i], 8 };
		b.info.ends.client_port = i ? port : FIRST_PORT;
		play(audit, &b);
	}
	report = audit_report_new(audit, NULL, out_audit_is_address);
	found = finding(report, AUDIT_STATIC_CHALLENGE) != NULL;
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
			Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

			b.challenge = (SmbSpan){ (const uint8_t *)given[i], 8 };
			b.info.ends.client[3] = client;
			b.info.ends.client_port = FIRST_PORT + client;
			b.info.number = client;
			play(audit, &b);
		}
		report = audit_report_new(audit, NULL, out_audit_is_address);
		f = finding(report, AUDIT_STATIC_CHALLENGE);
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
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)"abcdefgh", 8 };
		b.info.ends.client[3] = client;
		play(audit, &b);
	}
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_ptr_null(finding(report, AUDIT_STATIC_CHALLENGE));
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
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

		b.challenge = (SmbSpan){ (const uint8_t *)given[i / 2], 8 };
		b.info.ends.client[3] = i % 2;
		b.info.ends.client_port = FIRST_PORT + i;
		play(audit, &b);
	}
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_uint_eq(report->by_severity[AUDIT_CRITICAL], 2);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* ---- the rest ---- */

START_TEST(notify_unsupported_and_lost_connections)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

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
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

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
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

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

static AuditReport *
report_of_many(Audit *audit, Built b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		play(audit, &b);
	return audit_report_new(audit, NULL, out_audit_is_address);
}

START_TEST(one_wrong_password_is_no_finding_and_a_thousand_are_an_attack)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	static const unsigned many[] = { 1, 5, 1000 };

	b.auth.result = SMB_RESULT_REFUSED;
	for (size_t i = 0; i < G_N_ELEMENTS(many); i++) {
		Audit *audit = audit_new(NULL);
		AuditReport *report = report_of_many(audit, b, many[i]);

		ck_assert_int_eq(finding(report, AUDIT_LOGON_FAILURES) != NULL, many[i] == 5);
		ck_assert_int_eq(finding(report, AUDIT_SCANNER) != NULL, many[i] == 1000);
		ck_assert_uint_eq(report->scanners, many[i] == 1000);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

START_TEST(who_asks_without_a_name_guesses_no_password)
{
	static const SmbPasswordType types[] = { SMB_PASSWORD_ANONYMOUS, SMB_PASSWORD_NONE };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, types[i]);
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		b.auth.result = SMB_RESULT_REFUSED;
		report = report_of_many(audit, b, 1000);
		ck_assert_ptr_null(finding(report, AUDIT_LOGON_FAILURES));
		ck_assert_ptr_null(finding(report, AUDIT_SCANNER));
		ck_assert_int_eq(g_array_index(report->clients, AuditHost, 0).worst,
				 SMB_PASSWORD_NONE);
		audit_report_free(report);
		audit_free(audit);
	}
}
END_TEST

START_TEST(scanners_stay_out_of_the_inventory_and_hosts_that_work_stay_in)
{
	Built scan = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_ANONYMOUS);
	Built work = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	scan.native_os = "Nmap";
	play(audit, &scan);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_uint_eq(report->scanners, 1);
	ck_assert_ptr_nonnull(finding(report, AUDIT_SCANNER));
	ck_assert_ptr_null(finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_uint_eq(g_array_index(report->servers, AuditHost, 0).smb1_peers, 0);
	audit_report_free(report);
	play(audit, &work);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	ck_assert_uint_eq(report->scanners, 0);
	ck_assert_ptr_nonnull(finding(report, AUDIT_SCANNER));
	ck_assert_ptr_nonnull(finding(report, AUDIT_SMB1_IN_USE));
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(asking_for_dialects_again_and_again_is_scanning)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);

	b.no_logon = true;
	for (unsigned n = 1; n <= 3; n += 2) {
		Audit *audit = audit_new(NULL);
		AuditReport *report = report_of_many(audit, b, n);

		ck_assert_uint_eq(report->scanners, n == 3);
		audit_report_free(report);
		audit_free(audit);
	}
	b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);
	b.negotiates = 100;
	FIRES(b, AUDIT_SCANNER);
}
END_TEST

START_TEST(a_scanner_also_opens_connections_and_says_nothing)
{
	Built asks = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);
	Built opens = built(SMB_VERDICT_NONE, SMB_PASSWORD_NONE);
	Built works = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	asks.no_logon = opens.no_logon = true;
	opens.negotiates = 0;
	play(audit, &opens);
	report = report_of_many(audit, asks, 3);
	ck_assert_uint_eq(report->scanners, 1);
	ck_assert_int_eq(finding(report, AUDIT_SCANNER)->proof, AUDIT_PROOF_ASKS);
	ck_assert_uint_eq(finding(report, AUDIT_SCANNER)->shown.n, 3);
	audit_report_free(report);
	report = report_of_many(audit, works, 1);
	ck_assert_uint_eq(report->scanners, 0);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

/* 10.0.0.2 serves clients that send LM, 10.0.0.1 is one of them, and 10.0.0.9 only offers SMB1. */
START_TEST(the_machine_that_most_depends_on_comes_first)
{
	Built lm = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_LM);
	Built offers = built(SMB_VERDICT_REFUSED, SMB_PASSWORD_NONE);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	GArray *machines;
	const AuditMachine *first, *last;

	play(audit, &lm);
	lm.info.ends.client[3] = 3;
	play(audit, &lm);
	offers.info.ends.client[3] = 9;
	offers.no_logon = true;
	play(audit, &offers);
	report = audit_report_new(audit, NULL, out_audit_is_address);
	machines = audit_machines(report);
	ck_assert_uint_eq(machines->len, 4);
	first = &g_array_index(machines, AuditMachine, 0);
	last = &g_array_index(machines, AuditMachine, 3);
	ck_assert_uint_eq(first->address.bytes[3], 2);
	ck_assert(first->server && !first->client);
	ck_assert_uint_eq(first->as_server[AUDIT_LM_RESPONSE], 2);
	/* SMB1 is the clients' doing. */
	ck_assert_uint_eq(first->as_server[AUDIT_SMB1_IN_USE], 0);
	ck_assert_uint_eq(g_array_index(machines, AuditMachine, 1).as_client[AUDIT_SMB1_IN_USE], 1);
	ck_assert_uint_eq(last->address.bytes[3], 9);
	ck_assert_uint_eq(last->findings[AUDIT_INFO], 1);
	g_array_unref(machines);
	audit_report_free(report);
	audit_free(audit);
}
END_TEST

START_TEST(people_machines_and_nobody_are_told_apart)
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

/* ---- caps ---- */

START_TEST(tallies_keep_the_smallest_keys_in_any_order)
{
	AuditTally up = { 0 }, down = { 0 };
	char key[8];

	for (int i = 0; i < 50; i++) {
		g_snprintf(key, sizeof(key), "%02d", i);
		audit_tally_add(&up, 16, key, 1);
		g_snprintf(key, sizeof(key), "%02d", 49 - i);
		audit_tally_add(&down, 16, key, 1);
	}
	ck_assert_uint_eq(up.n, 16);
	ck_assert(up.dropped && down.dropped);
	for (uint32_t i = 0; i < 16; i++)
		ck_assert_str_eq(up.items[i].key, down.items[i].key);
	ck_assert_str_eq(up.items[15].key, "15");
	audit_tally_add(&up, 16, "00", UINT64_MAX);
	ck_assert_uint_eq(audit_tally_of(&up, "00"), INT64_MAX);
	audit_tally_clear(&up);
	audit_tally_clear(&down);
}
END_TEST

static void
play_client(Audit *audit, unsigned client, const char *account)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.number = 1;
	b.info.ends.client[2] = (uint8_t)(client >> 8);
	b.info.ends.client[3] = (uint8_t)client;
	b.account = account;
	play(audit, &b);
}

START_TEST(pairs_beyond_the_limit_are_left_out_whole_and_counted)
{
	AuditLimits limits = { .pairs = 100 };
	Audit *up = audit_new(&limits), *down = audit_new(&limits);
	AuditReport *reports[2];

	for (unsigned i = 0; i < 1000; i++) {
		play_client(up, i % 500, "alice");
		play_client(down, 499 - i % 500, "alice");
	}
	reports[0] = audit_report_new(up, NULL, out_audit_is_address);
	reports[1] = audit_report_new(down, NULL, out_audit_is_address);
	ck_assert_uint_eq(reports[0]->pairs->len, 100);
	ck_assert_uint_eq(reports[1]->pairs->len, 100);
	ck_assert_uint_eq(up->connections, 1000);
	ck_assert_uint_eq(reports[0]->kept, 200);
	ck_assert_uint_eq(up->horizon, down->horizon);
	for (guint i = 0; i < 100; i++) {
		const AuditPair *a = g_array_index(reports[0]->pairs, const AuditPair *, i);
		const AuditPair *b = g_array_index(reports[1]->pairs, const AuditPair *, i);

		ck_assert_int_eq(audit_address_compare(&a->client, &b->client), 0);
		ck_assert_uint_eq(a->numbers[AUDIT_N_CONNECTIONS], 2);
		ck_assert_uint_eq(b->numbers[AUDIT_N_CONNECTIONS], 2);
	}
	audit_report_free(reports[0]);
	audit_report_free(reports[1]);
	audit_free(up);
	audit_free(down);
}
END_TEST

START_TEST(nothing_can_be_turned_off_where_connections_were_left_out)
{
	AuditLimits limits = { .pairs = 1 };
	Built b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(&limits);
	const AuditHost *server;
	AuditReport *report;

	b.version = b.info.version = 2;
	report = report_of_many(audit, b, 1);
	server = &g_array_index(report->servers, AuditHost, 0);
	ck_assert(audit_smb1_can_go(report, server));
	audit_report_free(report);
	for (uint8_t client = 2; client < 10; client++) {
		b.info.ends.client[3] = client;
		play(audit, &b);
	}
	report = audit_report_new(audit, NULL, out_audit_is_address);
	for (guint i = 0; i < report->servers->len; i++) {
		server = &g_array_index(report->servers, AuditHost, i);
		ck_assert(!audit_smb1_can_go(report, server));
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
		play_client(audit, i % 40, account);
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
	const AuditPair *pair;
	char account[32];

	for (unsigned i = 0; i < 200; i++) {
		g_snprintf(account, sizeof(account), "user%03u", i);
		play_client(audit, 1, account);
	}
	report = audit_report_new(audit, NULL, out_audit_is_address);
	pair = g_array_index(report->pairs, const AuditPair *, 0);
	ck_assert_uint_eq(pair->n_auths, AUDIT_AUTHS_MAX);
	ck_assert(pair->auths_dropped);
	ck_assert_uint_eq(pair->numbers[AUDIT_N_ACCEPTED], 200);
	ck_assert_str_eq(pair->auths[0].who.account, "user000");
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

	tcase_add_test(rules, kinds_of_secrets_have_their_rules);
	tcase_add_test(rules, ntlmv2_is_no_lm_whatever_its_lm_field_is_long);
	tcase_add_test(rules, the_anonymous_flag_alone_is_no_anonymous_session);
	tcase_add_test(rules, a_refused_ntlmv1_is_the_clients_doing_only);
	tcase_add_test(rules, plaintext_unasked_guest_and_rc4);
	tcase_add_test(rules, an_offer_of_smb1_is_no_use_of_it);
	tcase_add_test(rules, verdicts_have_their_rules_and_name_the_blocker);
	tcase_add_test(rules, downgrade_is_of_the_pair_in_any_order);
	tcase_add_test(rules, signing_is_judged_by_what_was_seen);
	tcase_add_test(rules, what_was_not_seen_is_not_what_was_not_used);
	tcase_add_test(rules, the_same_challenge_twice);
	tcase_add_test(rules, notify_unsupported_and_lost_connections);
	tcase_add_test(rules, one_wrong_password_is_no_finding_and_a_thousand_are_an_attack);
	tcase_add_test(rules, scanners_stay_out_of_the_inventory_and_hosts_that_work_stay_in);
	tcase_add_test(rules, asking_for_dialects_again_and_again_is_scanning);
	tcase_add_test(rules, people_machines_and_nobody_are_told_apart);
	tcase_add_test(rules, who_chose_an_old_dialect_out_of_better_ones_is_the_blocker);
	tcase_add_test(rules, smb1_and_smb2_on_one_connection_are_no_downgrade);
	tcase_add_test(rules, a_client_that_says_required_and_goes_on_without_did_not_require_it);
	tcase_add_test(rules, dialects_before_nt_cannot_say_that_signing_is_offered);
	tcase_add_test(rules, a_static_challenge_says_how_it_is_known);
	tcase_add_test(rules, one_connection_on_both_sides_of_a_router_is_one_use_of_a_challenge);
	tcase_add_test(rules, two_static_challenges_of_a_server_are_one_finding_a_pair);
	tcase_add_test(rules, answers_that_the_capture_cannot_have_are_not_lost);
	tcase_add_test(rules, a_change_notification_waits_without_being_lost);
	tcase_add_test(rules, who_asks_without_a_name_guesses_no_password);
	tcase_add_test(rules, a_scanner_also_opens_connections_and_says_nothing);
	tcase_add_test(rules, addresses_of_every_kind_come_back);
	tcase_add_test(rules, the_machine_that_most_depends_on_comes_first);
	tcase_add_test(rules, every_rule_is_described);
	tcase_add_test(caps, nothing_can_be_turned_off_where_connections_were_left_out);
	tcase_add_test(caps, tallies_keep_the_smallest_keys_in_any_order);
	tcase_add_test(caps, pairs_beyond_the_limit_are_left_out_whole_and_counted);
	tcase_add_test(caps, memory_stays_below_the_limit_and_comes_back);
	tcase_add_test(caps, authentications_of_a_pair_have_a_cap);
	suite_add_tcase(suite, rules);
	suite_add_tcase(suite, caps);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
