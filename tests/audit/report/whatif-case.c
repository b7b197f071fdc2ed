/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of what-if share: pairs and what they did, and who is stopped. */
#include "tests/audit/report/whatif-case.h"

const AuditKey key = { { 3, 4 } };

AuditPair
whatif_pair_of(uint8_t client, uint8_t server)
{
	AuditPair pair = { .client = { 4, { 10, 0, 0, client } },
			   .server = { 4, { 10, 0, 1, server } },
			   .first_ns = 1000,
			   .last_ns = 2000 };

	pair.numbers[AUDIT_N_CONNECTIONS] = pair.numbers[AUDIT_N_WHOLE] = 1;
	pair.numbers[AUDIT_N_USED] = 1;
	return pair;
}

void
whatif_show(AuditPair *pair, AuditTraitId id)
{
	AuditTrait trait = { .id = id,
			     .count = 1,
			     .last_ns = 1000,
			     .first = { .time_ns = 1000, .connection = 1, .frame = 4 } };

	audit_traits_add(&pair->traits, &trait);
}

AuditAuth *
whatif_logon(AuditPair *pair, SmbPasswordType type, const char *account, const char *dialect)
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

void
whatif_speak_smb1(AuditPair *pair)
{
	whatif_show(pair, AUDIT_SPEAKS_SMB1_ONLY);
	whatif_show(pair, (AuditTraitId)(AUDIT_OFFERED_UP_TO + audit_dialect_find("NT LM 0.12")));
	whatif_show(pair, AUDIT_SMB1_ACCEPTED);
	whatif_show(pair, (AuditTraitId)(AUDIT_CHOSE + audit_dialect_find("NT LM 0.12")));
	audit_tally_add(&pair->tallies[AUDIT_CHOSEN], (AuditCap){ 8, NULL }, "NT LM 0.12", 1);
	pair->numbers[AUDIT_N_USED_SMB1] = pair->numbers[AUDIT_N_SMB1_USED] = 1;
}

void
whatif_speak_smb3(AuditPair *pair)
{
	whatif_show(pair, AUDIT_SPEAKS_SMB2_ONLY);
	whatif_show(pair, (AuditTraitId)(AUDIT_OFFERED_UP_TO + audit_dialect_find("SMB 3.1.1")));
	whatif_show(pair, AUDIT_CLIENT_ENCRYPTS_CAPABLE);
	whatif_show(pair, AUDIT_SMB2_ACCEPTED);
	whatif_show(pair, AUDIT_SIGNS2_ENABLED);
	whatif_show(pair, (AuditTraitId)(AUDIT_CHOSE + audit_dialect_find("SMB 3.1.1")));
	audit_tally_add(&pair->tallies[AUDIT_CHOSEN], (AuditCap){ 8, NULL }, "SMB 3.1.1", 1);
	pair->numbers[AUDIT_N_SMB2_USED] = 1;
}

Stopped
whatif_stopped(const char *text, AuditPair *pairs, size_t n, unsigned enough)
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
