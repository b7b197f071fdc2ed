/* SPDX-License-Identifier: BSD-3-Clause */
/* What reports tell of a finding beyond its rule and its pair. */
#include "audit/report/hosts.h"
#include "dissect/wire/codes.h"

const char *
audit_proof_name(AuditProof proof)
{
	static const char *const names[] = { NULL, "known_value", "given_again", "asks", "name" };

	return names[proof];
}

const char *
audit_findings_fix(const AuditFinding *findings, unsigned n)
{
	AuditScope scope = findings->scope;

	for (unsigned i = 1; i < n; i++)
		if (findings[i].scope != scope)
			scope = AUDIT_OF_PAIR;
	return audit_rule_fix(audit_rule(findings->rule), scope);
}

static bool
is_about(const AuditGuesses *guesses, const AuditPair *pair, const AuditAuth *auth,
	 AuditRuleId rule)
{
	const AuditIdentity *who = &auth->who;

	switch (rule) {
	case AUDIT_ACCOUNT_LOCKED_OUT:
		return who->has_status && !who->status.dos &&
		       who->status.value == STATUS_ACCOUNT_LOCKED_OUT;
	case AUDIT_PASSWORD_GUESSING:
		return who->result == SMB_RESULT_REFUSED && audit_guesses_have(guesses, pair, auth);
	case AUDIT_GUESS_SUCCEEDED:
		return who->result == SMB_RESULT_ACCEPTED &&
		       audit_guesses_have(guesses, pair, auth);
	default:
		return false;
	}
}

void
audit_finding_accounts(const AuditReport *self, const AuditFinding *finding,
		       AuditTally *ret_accounts, AuditTally *ret_programs)
{
	AuditCap cap = { AUDIT_NAMES_MAX, NULL };
	AuditPair scratch = { 0 };
	const AuditPair *pair = audit_kept_read(finding->pair, &scratch);
	const AuditGuesses *guesses = audit_host_guesses(self, &finding->pair->client);

	*ret_accounts = *ret_programs = (AuditTally){ 0 };
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];
		g_autofree char *name = NULL;

		if (!auth->who.account[0] || !is_about(guesses, pair, auth, finding->rule))
			continue;
		name = g_strconcat(auth->who.domain, auth->who.domain[0] ? "\\" : "",
				   auth->who.account, NULL);
		audit_tally_add(ret_accounts, cap, name, auth->seen.count);
	}
	if (ret_accounts->n) {
		audit_tally_merge(ret_programs, cap, &pair->tallies[AUDIT_CLIENT_OS]);
		audit_tally_merge(ret_programs, cap, &pair->tallies[AUDIT_CLIENT_LANMAN]);
	}
	audit_pair_clear(&scratch);
}
