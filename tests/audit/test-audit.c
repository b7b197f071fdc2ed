/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules of the audit, on built events: each fires where it must, none of the known false alarms
 * does, and everything has its cap.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "audit/report/accounts.h"
#include "audit/report/report.h"
#include "output/audit/audit.h"

enum { DAY = 86400, FIRST_PORT = 40000 };
enum { LOGON_FAILURE = 0xC000006Du, LOCKED_OUT = 0xC0000234u }; /* [MS-ERREF] 2.3.1 */
static const uint64_t second = 1000000000;

/* ---- building ---- */

/* A connection with one logon and one request after it, as most rules want it. */
typedef struct {
	SmbConnectionInfo info;
	SmbAuth auth;
	uint8_t version; /* of its messages */
	uint64_t at_ns;  /* after the first */
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
			      .request = { DAY * second + b->at_ns + frame, frame },
			      .response = { DAY * second + b->at_ns + frame + 1, frame + 1 },
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
		x.negotiate.has_security_mode = true;
		x.negotiate.dialect = smb_text_from_utf8(
			b->info.verdict == SMB_VERDICT_PRE_NT ? "LANMAN2.1" : "NT LM 0.12");
		x.negotiate.signing_enabled = b->info.signing & SMB_SIGNING_SERVER_ENABLED;
		x.negotiate.signing_required = b->info.signing & SMB_SIGNING_SERVER_REQUIRED;
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

/* What is known of the first client, or of the first server. */
static AuditHost
first_host(const AuditReport *report, bool server)
{
	const GArray *members = server ? report->servers : report->clients;
	AuditHost host;

	audit_report_host(report, &g_array_index(members, AuditMember, 0), &host);
	audit_host_clear(&host); /* its lists: the numbers stay */
	return host;
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
	report = audit_report_new(audit, NULL);
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
		{ SMB_PASSWORD_LM_OR_LMV2, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_LM_OR_NTLM, AUDIT_LM_RESPONSE },
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
	report = audit_report_new(audit, NULL);
	ck_assert_ptr_null(finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_ptr_nonnull(finding(report, AUDIT_SMB1_ONLY_OFFERED));
	ck_assert_uint_eq(first_host(report, true).smb1_peers, 0);
	ck_assert_uint_eq(first_host(report, true).smb1_offering_peers, 1);
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

/*
 * A connection on which LANMAN2.1 was chosen out of what the client offered: whose doing the dialect
 * is, whose SMB1 is, and the blocker.
 */
static AuditScope
pre_nt_blocker(const char *offered, AuditScope *ret_smb1, const char **ret_blocker)
{
	SmbString *offer = smb_string_new(smb_text_from_utf8(offered), 64);
	Built b = built(SMB_VERDICT_PRE_NT, SMB_PASSWORD_LM);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditHost server;
	AuditScope scope;

	b.info.dialects = &offer;
	b.info.n_dialects = b.info.n_dialects_smb1 = 1;
	play(audit, &b);
	report = audit_report_new(audit, NULL);
	server = first_host(report, true);
	*ret_blocker = audit_blocker(&server);
	scope = finding(report, AUDIT_PRE_NT_DIALECT)->scope;
	*ret_smb1 = finding(report, AUDIT_SMB1_IN_USE)->scope;
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
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_PLAINTEXT);
	AuditScope scope;

	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_CLIENT);
	b.info.plaintext = true;
	ck_assert(fires(b, AUDIT_PLAINTEXT_PASSWORD, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_PAIR);
}
END_TEST

/* A server that only offers NTLM: the finding is less severe than its rule, and so is the reason. */
START_TEST(a_machine_ranks_by_its_findings_not_by_their_rules)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_KERBEROS);
	static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 9 };
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	GArray *machines;

	b.challenge = (SmbSpan){ challenge, sizeof(challenge) };
	play(audit, &b);
	report = audit_report_new(audit, NULL);
	ck_assert_int_eq((int)finding(report, AUDIT_NTLM_RELAYABLE)->severity, AUDIT_MEDIUM);
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
	Built b = built(SMB_VERDICT_NONE, SMB_PASSWORD_NTLMV2);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b.info };
	Audit *audit = audit_new(NULL);
	AuditReport *report;

	for (b.version = 1; b.version <= 2; b.version++) {
		SmbExchange x = whole(&b, SMB_STEP_OPEN, b.version);

		exchange(audit, &b, &x);
	}
	audit_event(audit, &end);
	report = audit_report_new(audit, NULL);
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
		report = audit_report_new(audit, NULL);
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
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.signing |= SMB_SIGNING_CLIENT_REQUIRED;
	FIRES(b, AUDIT_SIGNING_NOT_USED);
	FIRES(b, AUDIT_NTLM_RELAYABLE);
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
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
	b.no_after = false;
	b.info.gaps = 1;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
	b.info.gaps = 0;
	b.info.encrypted = true;
	SILENT(b, AUDIT_SIGNING_NOT_USED);
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
	report = audit_report_new(audit, NULL);
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
		report = audit_report_new(audit, NULL);
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
	report = audit_report_new(audit, NULL);
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
	report = audit_report_new(audit, NULL);
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
	return audit_report_new(audit, NULL);
}

START_TEST(a_locked_account_is_a_finding_by_itself)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_EMPTY);

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
	Built b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_KERBEROS);
	AuditScope scope;

	b.auth.encryption_type = 23;
	b.auth.result = SMB_RESULT_REFUSED;
	ck_assert(fires(b, AUDIT_KERBEROS_RC4, &scope));
	ck_assert_int_eq(scope, AUDIT_OF_SERVER); /* whose key it is */
}
END_TEST

/* ---- guesses ---- */

/* `n` logons, refused or accepted, of the account or of accounts with a number, `ms` apart. */
typedef struct {
	const char *account;
	unsigned n;
	uint64_t from_ms, apart_ms;
	bool many, accepted, works;
	SmbPasswordType type;
} Logons;

static void
log_on(Audit *audit, const Logons *l)
{
	for (unsigned i = 0; i < l->n; i++) {
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED,
				l->type ? l->type : SMB_PASSWORD_NTLMV2);
		g_autofree char *name = l->many ? g_strdup_printf("%s%u", l->account, i)
						: g_strdup(l->account);

		b.account = name;
		b.at_ns = (l->from_ms + i * l->apart_ms) * (second / 1000);
		b.no_after = !l->works;
		b.auth.has_status = true;
		if (!l->accepted) {
			b.auth.result = SMB_RESULT_REFUSED;
			b.auth.status.value = LOGON_FAILURE;
		}
		play(audit, &b);
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
	guesses = finding(report, AUDIT_PASSWORD_GUESSING);
	success = finding(report, AUDIT_GUESS_SUCCEEDED);
	g = (Guessed){ .guesses = guesses ? guesses->count : 0,
		       .successes = success ? success->count : 0,
		       .clients = report->clients->len - report->guessers - report->scanners,
		       .failures = finding(report, AUDIT_LOGON_FAILURES) != NULL };
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
		/* a person who mistypes */
		{ { { "bob", 3, 0, 3000 }, { "bob", 1, 12000, 0, false, true, true } },
		  0,
		  0,
		  1,
		  false },
		/* no password, no guess */
		{ { { "bob", 100, 0, 10, false, false, false, SMB_PASSWORD_EMPTY } }, 0, 0, 1, true },
		{ { { "", 100, 0, 10, false, false, false, SMB_PASSWORD_KERBEROS } }, 0, 0, 1, true },
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
	client = first_host(report, false);
	ck_assert_uint_eq(report->guessers, 0);
	ck_assert(!client.guesser);
	ck_assert_int_eq(client.worst, SMB_PASSWORD_NTLMV2);
	ck_assert_uint_eq(client.smb1_peers, 1);
	ck_assert_uint_eq(finding(report, AUDIT_PASSWORD_GUESSING)->count, 20);
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
	server = first_host(report, true);
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
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, types[i]);
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		b.auth.result = SMB_RESULT_REFUSED;
		report = report_of_many(audit, b, 1000);
		ck_assert_ptr_null(finding(report, AUDIT_LOGON_FAILURES));
		ck_assert_ptr_null(finding(report, AUDIT_SCANNER));
		ck_assert_int_eq(first_host(report, false).worst, SMB_PASSWORD_NONE);
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
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->scanners, 1);
	ck_assert_ptr_nonnull(finding(report, AUDIT_SCANNER));
	ck_assert_ptr_null(finding(report, AUDIT_SMB1_IN_USE));
	ck_assert_uint_eq(first_host(report, true).smb1_peers, 0);
	audit_report_free(report);
	play(audit, &work);
	report = audit_report_new(audit, NULL);
	ck_assert_uint_eq(report->scanners, 0);
	ck_assert_ptr_nonnull(finding(report, AUDIT_SCANNER));
	ck_assert_ptr_nonnull(finding(report, AUDIT_SMB1_IN_USE));
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
		play(audit, &b);
	}
}

START_TEST(asking_many_servers_for_their_dialects_is_scanning)
{
	Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NONE);

	b.no_logon = true;
	for (unsigned n = 1; n <= 5; n += 4) {
		Audit *audit = audit_new(NULL);
		AuditReport *report;

		ask_servers(audit, b, n);
		report = report_of_many(audit, b, n); /* one server again and again: a person */
		ck_assert_uint_eq(report->scanners, n == 5);
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
	ask_servers(audit, asks, 5);
	report = report_of_many(audit, asks, 2);
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
	AuditReasons reasons;

	play(audit, &lm);
	lm.info.ends.client[3] = 3;
	play(audit, &lm);
	offers.info.ends.client[3] = 9;
	offers.no_logon = true;
	play(audit, &offers);
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
	Built logon = built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	AuditAccounts *accounts;
	const AuditAccount *first;
	AuditAccountUse use;

	logon.account = "bob";
	play(audit, &logon);
	logon.account = "ALICE";
	logon.info.ends.client[3] = 3;
	play(audit, &logon);
	logon.account = "alice";
	logon.info.ends.client[3] = 1;
	logon.auth.password_type = SMB_PASSWORD_LM;
	play(audit, &logon);
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

/* ---- caps ---- */

START_TEST(challenges_are_the_same_in_any_order)
{
	AuditKey key = { { 1, 2 } };
	AuditPair up = { 0 }, down = { 0 };

	for (uint64_t i = 0; i < 300; i++) {
		AuditChallenge a = { .id = i, .known = i == 150, .response = i % 9 == 0, .n = 1 };
		AuditChallenge b = { .id = 299 - i, .response = (299 - i) % 9 == 0, .n = 1 };

		audit_pair_challenge(&up, &key, &a);
		audit_pair_challenge(&down, &key, &b);
		if (b.id == 150) {
			b.known = true; /* learned when it is in the list, if it is */
			audit_pair_challenge(&down, &key, &b);
		}
	}
	ck_assert_uint_eq(up.n_challenges, AUDIT_CHALLENGES_MAX);
	ck_assert_uint_eq(down.n_challenges, AUDIT_CHALLENGES_MAX);
	ck_assert(up.challenges_dropped && down.challenges_dropped);
	for (uint32_t i = 0; i < up.n_challenges; i++) {
		ck_assert_uint_eq(up.challenges[i].id, down.challenges[i].id);
		ck_assert(i == 0 || up.challenges[i - 1].id < up.challenges[i].id);
		ck_assert(!up.challenges[i].response);
	}
	audit_pair_clear(&up);
	audit_pair_clear(&down);
}
END_TEST

START_TEST(a_pair_that_is_used_again_is_empty)
{
	AuditCap cap = { 16, NULL };
	AuditPair pair = { 0 }, empty = { 0 };
	AuditTally *t = pair.tallies;

	for (int round = 0; round < 3; round++) {
		audit_tally_add(&t[0], cap, "the same", 2);
		audit_tally_add(&t[1], cap, round ? "another, a longer one" : "one", 1);
		audit_tally_add(&t[1], cap, "", round == 2);
		audit_tally_add(&t[2], cap, "a", 1);
		audit_tally_add(&t[2], cap, "b", 1);
		ck_assert_uint_eq(t[0].n, 1);
		ck_assert_uint_eq(t[0].bytes, 8);
		ck_assert_uint_eq(audit_tally_of(&t[0], "the same"), 2);
		ck_assert_uint_eq(audit_tally_of(&t[1], "one"), !round);
		ck_assert_uint_eq(t[1].n, round == 2 ? 2 : 1);
		ck_assert_uint_eq(t[2].n, 2);
		audit_pair_reuse(&pair);
		ck_assert_uint_eq(audit_pair_memory(&pair), audit_pair_memory(&empty));
		ck_assert_uint_eq(audit_pair_layers(&pair), audit_pair_layers(&empty));
		ck_assert_uint_eq(audit_tally_of(&t[0], "the same"), 0);
		ck_assert_uint_eq(t[0].n, 0);
		ck_assert_uint_eq(t[0].bytes, 0);
	}
	audit_pair_clear(&pair);
}
END_TEST

START_TEST(tallies_keep_the_same_keys_in_any_order)
{
	AuditKey key = { { 1, 2 } };
	AuditCap caps[] = { { 16, NULL }, { 16, &key } };
	char name[8];

	for (size_t c = 0; c < G_N_ELEMENTS(caps); c++) {
		AuditTally up = { 0 }, down = { 0 };

		for (int i = 0; i < 50; i++) {
			g_snprintf(name, sizeof(name), "%02d", i);
			audit_tally_add(&up, caps[c], name, 1);
			g_snprintf(name, sizeof(name), "%02d", 49 - i);
			audit_tally_add(&down, caps[c], name, 1);
		}
		ck_assert_uint_eq(up.n, 16);
		ck_assert_uint_eq(up.bytes, 32);
		ck_assert_uint_eq(up.left_out, 34);
		ck_assert_uint_eq(down.left_out, 34);
		for (uint32_t i = 0; i < 16; i++)
			ck_assert_str_eq(up.items[i].key, down.items[i].key);
		/* Not by what anybody can see in them, but in their order. */
		ck_assert_int_eq(strcmp(up.items[15].key, "15") == 0, !caps[c].key);
		ck_assert_int_lt(strcmp(up.items[14].key, up.items[15].key), 0);
		g_strlcpy(name, up.items[3].key, sizeof(name));
		audit_tally_add(&up, caps[c], name, UINT64_MAX);
		ck_assert_uint_eq(audit_tally_of(&up, name), INT64_MAX);
		audit_tally_clear(&up);
		audit_tally_clear(&down);
	}
}
END_TEST

/* The vectors of the paper: the key 00..0f, the bytes 00, 01, 02 and so on. */
START_TEST(ranks_are_siphash)
{
	AuditKey key = { { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u } };
	uint8_t bytes[15];

	for (uint8_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	ck_assert_uint_eq(audit_rank(&key, bytes, 0), 0x726fdb47dd0e0e31u);
	ck_assert_uint_eq(audit_rank(&key, bytes, 8), 0x93f5f5799a932462u);
	ck_assert_uint_eq(audit_rank(&key, bytes, 15), 0xa129ca6149be45e5u);
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

/* The inventory of 600 pairs, of which every hundredth sent an LM response, in some order. */
static Audit *
audit_of_many(size_t memory, uint64_t key, unsigned step)
{
	AuditLimits limits = { .memory = memory, .key = { { key, key } } };
	Audit *audit = audit_new(&limits);

	for (unsigned i = 0; i < 1200; i++) {
		unsigned client = i * step % 600;
		Built b = built(SMB_VERDICT_SMB1_CLIENT_LIMITED,
				client % 100 ? SMB_PASSWORD_NTLMV2 : SMB_PASSWORD_LM);

		b.info.number = 1;
		b.info.ends.client[2] = (uint8_t)(client >> 8);
		b.info.ends.client[3] = (uint8_t)client;
		play(audit, &b);
	}
	return audit;
}

static OutBuffer
json_of(const Audit *audit)
{
	FILE *file = tmpfile();
	OutWriter *writer = out_writer_new(fileno(file), false);
	AuditReport *report = audit_report_new(audit, NULL);
	OutBuffer text = { 0 };
	long size;

	out_audit_json(writer, report);
	audit_report_free(report);
	out_writer_free(writer);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	ck_assert_int_gt(size, 0);
	rewind(file);
	out_buffer_reserve(&text, (size_t)size);
	text.len = fread(text.data, 1, (size_t)size, file);
	ck_assert_uint_eq(text.len, (size_t)size);
	fclose(file);
	return text;
}

START_TEST(what_is_left_out_is_the_same_in_any_order_and_the_critical_goes_last)
{
	static const size_t memories[] = { 1200 << 10, 500 << 10, 300 << 10, 16 << 10, 3 << 10 };

	for (size_t m = 0; m < G_N_ELEMENTS(memories); m++) {
		Audit *up = audit_of_many(memories[m], 1, 7),
		      *down = audit_of_many(memories[m], 1, 593);
		AuditReport *report = audit_report_new(up, NULL);
		OutBuffer a = json_of(up), b = json_of(down);
		AuditPair scratch = { 0 };
		uint64_t critical = 0;

		ck_assert(up->has_horizon);
		ck_assert_uint_le(audit_memory(up), memories[m]);
		ck_assert_uint_eq(up->connections, 1200);
		ck_assert_uint_lt(report->kept, 1200);
		ck_assert_uint_eq(a.len, b.len);
		ck_assert_mem_eq(a.data, b.data, a.len);
		for (guint i = 0; i < report->pairs->len; i++) {
			const AuditPair *pair =
				audit_kept_read(g_array_index(report->pairs, const AuditKept *, i),
						&scratch);

			/* Each layer that is kept is whole. */
			ck_assert(pair->numbers[AUDIT_N_CONNECTIONS] == (pair->bare ? 0 : 2));
			critical += pair->seen[AUDIT_LM_RESPONSE].count;
		}
		audit_pair_clear(&scratch);
		/* Six pairs have two of them. */
		ck_assert_uint_eq(critical + report->left_out[AUDIT_CRITICAL], 12);
		ck_assert_int_eq(critical < 12, m == 4);
		ck_assert_int_eq(audit_has_all(up, AUDIT_LAYER_CHALLENGES), m != 4);
		ck_assert(audit_report_may_miss(report));
		audit_report_free(report);
		out_buffer_clear(&a);
		out_buffer_clear(&b);
		audit_free(up);
		audit_free(down);
	}
}
END_TEST

static guint
bare_of(const AuditReport *report)
{
	guint bare = 0;

	for (guint i = 0; i < report->pairs->len; i++)
		bare += audit_kept_is_bare(g_array_index(report->pairs, const AuditKept *, i));
	return bare;
}

/* Memory in which some of the pairs keep their details and some do not; 0 where there is none such. */
static size_t
memory_of_half(void)
{
	for (size_t memory = 32 << 20; memory > 1 << 20; memory -= memory / 32) {
		Audit *audit = audit_of_many(memory, 1, 7);
		AuditReport *report = audit_report_new(audit, NULL);
		guint bare = bare_of(report);

		audit_report_free(report);
		audit_free(audit);
		if (bare > 150 && bare < 450)
			return memory;
	}
	return 0;
}

START_TEST(who_does_not_know_the_key_cannot_choose_what_is_left_out)
{
	size_t memory = memory_of_half();
	Audit *audits[] = { audit_of_many(memory, 1, 7), audit_of_many(memory, 2, 7) };
	AuditReport *reports[] = { audit_report_new(audits[0], NULL),
				   audit_report_new(audits[1], NULL) };
	guint n = MIN(reports[0]->pairs->len, reports[1]->pairs->len), same = 0;

	ck_assert_uint_gt(memory, 0);
	for (guint i = 0; i < n; i++)
		same += audit_kept_is_bare(g_array_index(reports[0]->pairs, const AuditKept *, i)) ==
			audit_kept_is_bare(g_array_index(reports[1]->pairs, const AuditKept *, i));
	ck_assert_uint_gt(same, n / 4);
	ck_assert_uint_lt(same, n - n / 8);
	for (int i = 0; i < 2; i++) {
		audit_report_free(reports[i]);
		audit_free(audits[i]);
	}
}
END_TEST

static void
add_all(Audit *to, const Audit *from)
{
	OutBuffer text = json_of(from);
	OutJson json = { .at = text.data, .end = text.data + text.len, .begin = text.data };
	OutTotals totals = { 0 };
	OutAuditRecord record;

	do {
		ck_assert(out_audit_read(&json, to, &totals, &record, NULL));
	} while (out_json_next_line(&json));
	audit_settle(to);
	out_buffer_clear(&text);
}

/* Three audits, added up in all orders and both groupings. */
static OutBuffer
sum_of(Audit *const parts[3], const AuditLimits *limits, int order, bool group)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	Audit *all = audit_new(limits), *two = audit_new(limits);
	OutBuffer text;

	add_all(two, parts[orders[order][0]]);
	add_all(two, parts[orders[order][1]]);
	if (group) {
		add_all(all, parts[orders[order][2]]);
		add_all(all, two);
		text = json_of(all);
	} else {
		add_all(two, parts[orders[order][2]]);
		text = json_of(two);
	}
	audit_free(all);
	audit_free(two);
	return text;
}

/* Every member that can be there, at its largest, or the largest but for a bit. */
static void
fill(AuditPair *pair, const AuditKey *key, uint64_t large)
{
	char account[] = "account A", domain[] = "", host[] = "host";
	AuditEvidence at = {
		.capture = "a.pcap", .time_ns = large, .connection = 1, .frame = large
	};
	AuditSighting seen = { .count = large, .refused = large };

	audit_sighting_evidence(&seen, &at);
	at = (AuditEvidence){ .capture = "b.pcap", .time_ns = 0, .connection = large, .frame = 0 };
	audit_sighting_evidence(&seen, &at);
	pair->first_ns = large;
	pair->last_ns = 1;
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		pair->numbers[i] = large >> (i % 64);
	for (int i = 0; i < AUDIT_RULES; i++)
		audit_sighting_merge(&pair->seen[i], &seen);
	for (uint32_t i = 0; i < 20; i++, account[8]++) {
		AuditIdentity who = { .account = account,
				      .domain = domain,
				      .host = host,
				      .has_status = i & 1,
				      .guest = i & 2,
				      .status = { .value = UINT32_MAX - i } };
		AuditChallenge challenge = { .id = large - i,
					     .known = i & 1,
					     .n = 1,
					     .uses = { { UINT16_MAX, large, at } } };
		AuditAuth *auth = audit_pair_auth(pair, key, &who);

		ck_assert_ptr_nonnull(auth);
		auth->lm_length = INT32_MAX;
		auth->nt_length = INT32_MIN;
		auth->last_ns = auth->incomplete = auth->encrypted = large;
		audit_sighting_merge(&auth->seen, &seen);
		audit_pair_challenge(pair, key, &challenge);
	}
	audit_sighting_clear(&seen);
}

START_TEST(what_is_packed_comes_out_as_it_was)
{
	const AuditKey key = { { 1, 2 } };
	const uint64_t large[] = { 0, 1, 127, 128, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };
	AuditPair pair = { 0 }, again = { 0 };
	uint8_t *packed, *repacked;
	size_t n;

	fill(&pair, &key, large[_i]);
	n = audit_pack(&pair, NULL);
	/* What counts for it until it is measured (inventory.c). */
	ck_assert_uint_le(n, audit_pair_memory(&pair) * 3 / 2);
	packed = g_malloc(n);
	ck_assert_uint_eq(audit_pack(&pair, packed), n);
	audit_unpack(packed, &again);
	ck_assert_uint_eq(audit_pack(&again, NULL), n);
	repacked = g_malloc(n);
	(void)audit_pack(&again, repacked);
	ck_assert_mem_eq(packed, repacked, n);
	ck_assert_uint_eq(again.first_ns, pair.first_ns);
	ck_assert_uint_eq(again.last_ns, pair.last_ns);
	ck_assert_mem_eq(again.numbers, pair.numbers, sizeof(pair.numbers));
	ck_assert_uint_eq(again.n_auths, 20);
	ck_assert_str_eq(again.auths[19].who.account, pair.auths[19].who.account);
	ck_assert_int_eq(again.auths[0].nt_length, INT32_MIN);
	ck_assert_uint_eq(again.n_challenges, pair.n_challenges);
	ck_assert_uint_eq(audit_pair_memory(&again), audit_pair_memory(&pair));
	g_free(packed);
	g_free(repacked);
	audit_pair_clear(&pair);
	audit_pair_clear(&again);
}
END_TEST

START_TEST(audits_with_caps_reached_add_up_in_any_order)
{
	/* Made with the same key, or each with another one, and less or more memory for the sum. */
	for (int way = 0; way < 3; way++) {
		AuditLimits limits = { .memory = way == 1 ? 700 << 10 : 4 << 20,
				       .key = { { 1, 1 } } };
		Audit *parts[3];
		OutBuffer first;

		for (unsigned i = 0; i < 3; i++)
			parts[i] = audit_of_many((size_t)(900 + i * 200) << 10,
						 way == 2 ? i + 1 : 1, 7);
		first = sum_of(parts, &limits, 0, false);
		ck_assert_uint_gt(first.len, 1000);
		for (int i = 0; i < 12; i++) {
			OutBuffer text = sum_of(parts, &limits, i / 2, i % 2);

			ck_assert_msg(text.len == first.len &&
					      memcmp(text.data, first.data, text.len) == 0,
				      "way %d, order %d", way, i);
			out_buffer_clear(&text);
		}
		out_buffer_clear(&first);
		for (int i = 0; i < 3; i++)
			audit_free(parts[i]);
	}
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
	Built b = built(SMB_VERDICT_SMB2_DIRECT, SMB_PASSWORD_NTLMV2);
	Audit *audit = audit_new(&limits);
	AuditReport *report;
	AuditHost server;

	b.version = b.info.version = 2;
	report = report_of_many(audit, b, 1);
	server = first_host(report, true);
	ck_assert_int_eq((int)readiness_of(report, 0, &server), AUDIT_SMB1_TOO_LITTLE);
	report->enough_days = 0;
	ck_assert_int_eq((int)readiness_of(report, 0, &server), AUDIT_SMB1_CAN_GO);
	audit_report_free(report);
	for (uint8_t client = 2; client < 10; client++) {
		b.info.ends.client[3] = client;
		play(audit, &b);
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
	AuditPair scratch = { 0 };
	const AuditPair *pair;
	char account[32];

	for (unsigned i = 0; i < 200; i++) {
		g_snprintf(account, sizeof(account), "user%03u", i);
		play_client(audit, 1, account);
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
	tcase_add_test(rules, a_locked_account_is_a_finding_by_itself);
	tcase_add_test(rules, a_refused_ticket_crossed_the_network);
	tcase_add_test(rules, guesses_are_told_by_rate_and_spread);
	tcase_add_test(rules, a_guesser_that_also_works_stays_a_client);
	tcase_add_test(rules, a_guesser_is_no_use_of_a_server);
	tcase_add_test(rules, scanners_stay_out_of_the_inventory_and_hosts_that_work_stay_in);
	tcase_add_test(rules, asking_many_servers_for_their_dialects_is_scanning);
	tcase_add_test(rules, people_machines_and_anonymous_are_distinguished);
	tcase_add_test(rules, who_chose_an_old_dialect_out_of_better_ones_is_the_blocker);
	tcase_add_test(rules, plaintext_that_was_asked_for_is_of_both);
	tcase_add_test(rules, a_machine_ranks_by_its_findings_not_by_their_rules);
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
	tcase_add_test(rules, accounts_come_worst_first);
	tcase_add_test(rules, every_rule_is_described);
	tcase_add_test(caps, nothing_can_be_turned_off_where_connections_were_left_out);
	tcase_add_test(caps, tallies_keep_the_same_keys_in_any_order);
	tcase_add_test(caps, ranks_are_siphash);
	tcase_add_test(caps, what_is_left_out_is_the_same_in_any_order_and_the_critical_goes_last);
	tcase_add_test(caps, who_does_not_know_the_key_cannot_choose_what_is_left_out);
	tcase_add_loop_test(caps, what_is_packed_comes_out_as_it_was, 0, 7);
	tcase_add_test(caps, audits_with_caps_reached_add_up_in_any_order);
	tcase_add_test(caps, names_of_captures_have_a_cap);
	tcase_add_test(caps, advice_is_for_the_side_that_has_to_change);
	tcase_add_test(caps, challenges_are_the_same_in_any_order);
	tcase_add_test(caps, a_pair_that_is_used_again_is_empty);
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
