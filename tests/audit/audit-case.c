/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the audit share: a connection that is built and played, and what is found. */
#include "tests/audit/audit-case.h"

/* ---- building ---- */

Built
audit_test_built(SmbVerdict verdict, SmbPasswordType type)
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

void
audit_test_exchange(Audit *audit, Built *b, const SmbExchange *x)
{
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .connection = &b->info, .exchange = x };

	audit_event(audit, &event);
}

SmbExchange
audit_test_whole(const Built *b, SmbStep step, uint64_t frame)
{
	return (SmbExchange){ .step = step,
			      .version = b->version,
			      .request = { DAY * second + b->at_ns + frame, frame },
			      .response = { DAY * second + b->at_ns + frame + 1, frame + 1 },
			      .has_status = true };
}

void
audit_test_play(Audit *audit, Built *b)
{
	SmbString *account = smb_string_new(smb_text_from_utf8(b->account), 64);
	SmbEvent end = { .kind = SMB_EVENT_CONNECTION, .connection = &b->info };
	SmbExchange x;

	b->auth.account = account;
	for (unsigned i = 0; i < b->negotiates && !b->negotiate_unseen; i++) {
		x = audit_test_whole(b, SMB_STEP_NEGOTIATE, 2);
		x.negotiate.answered_by = b->version;
		x.negotiate.challenge = b->challenge;
		x.negotiate.has_security_mode = true;
		x.negotiate.dialect = smb_text_from_utf8(
			b->info.verdict == SMB_VERDICT_PRE_NT ? "LANMAN2.1" : "NT LM 0.12");
		x.negotiate.signing_enabled = b->info.signing & SMB_SIGNING_SERVER_ENABLED;
		x.negotiate.signing_required = b->info.signing & SMB_SIGNING_SERVER_REQUIRED;
		audit_test_exchange(audit, b, &x);
	}
	if (!b->no_logon) {
		x = audit_test_whole(b, SMB_STEP_SESSION_SETUP, 4);
		x.session.auth = &b->auth;
		x.session.native_os = smb_text_from_utf8(b->native_os);
		audit_test_exchange(audit, b, &x);
	}
	if (!b->no_logon && !b->no_after) {
		x = audit_test_whole(b, b->unsupported ? SMB_STEP_NOTIFY : SMB_STEP_OPEN, 6);
		if (b->unsupported)
			x.other.unsupported = b->info.notify_unsupported = true;
		audit_test_exchange(audit, b, &x);
	}
	if (b->waits) {
		x = audit_test_whole(b, SMB_STEP_NOTIFY, 8);
		x.response = (SmbStamp){ 0 };
		audit_test_exchange(audit, b, &x);
	}
	audit_event(audit, &end);
	ck_assert_ptr_null(b->info.sink_data);
	smb_string_unref(account);
}

const AuditFinding *
audit_test_finding(const AuditReport *report, AuditRuleId rule)
{
	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->rule == rule)
			return f;
	}
	return NULL;
}

AuditHost
audit_test_first_host(const AuditReport *report, bool server)
{
	const GArray *members = server ? report->servers : report->clients;
	AuditHost host;

	audit_report_host(report, &g_array_index(members, AuditMember, 0), &host);
	audit_host_clear(&host); /* its lists: the numbers stay */
	return host;
}

bool
audit_test_fires(Built b, AuditRuleId rule, AuditScope *ret_scope)
{
	Audit *audit = audit_new(NULL);
	AuditReport *report;
	const AuditFinding *f;
	bool found;

	audit_test_play(audit, &b);
	report = audit_report_new(audit, NULL);
	f = audit_test_finding(report, rule);
	found = f != NULL;
	if (f && ret_scope)
		*ret_scope = f->scope;
	if (f)
		ck_assert_uint_ge(f->shown.n, 1);
	audit_report_free(report);
	audit_free(audit);
	return found;
}

AuditReport *
audit_test_report_of_many(Audit *audit, Built b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		audit_test_play(audit, &b);
	return audit_report_new(audit, NULL);
}

void
audit_test_play_client(Audit *audit, unsigned client, const char *account)
{
	Built b = audit_test_built(SMB_VERDICT_SMB1_CLIENT_LIMITED, SMB_PASSWORD_NTLMV2);

	b.info.number = 1;
	b.info.ends.client[2] = (uint8_t)(client >> 8);
	b.info.ends.client[3] = (uint8_t)client;
	b.account = account;
	audit_test_play(audit, &b);
}
