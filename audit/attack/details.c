/* SPDX-License-Identifier: BSD-3-Clause */
/* What a finding of an attack says of it: its marks in words, and whose accounts they name. */
#include <string.h>

#include "audit/attack/internal.h"
#include "audit/report/hosts.h"

static bool
has(const GPtrArray *texts, const char *text)
{
	for (guint i = 0; i < texts->len; i++)
		if (strcmp(g_ptr_array_index(texts, i), text) == 0)
			return true;
	return false;
}

static void
take(GPtrArray *texts, AuditTally *accounts, const AuditMark *mark)
{
	char *text = audit_mark_text(mark);

	if (has(texts, text))
		g_free(text);
	else
		g_ptr_array_add(texts, text);
	if (mark->account[0])
		audit_tally_add(accounts, (AuditCap){ AUDIT_NAMES_MAX, NULL }, mark->account, 1);
}

/* Keys sort by time. */
GPtrArray *
audit_finding_details(const AuditReport *self, const AuditFinding *finding,
		      AuditTally *ret_accounts)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	const AuditGuesses *guesses = audit_host_guesses(self, &finding->pair->client);
	unsigned bits = audit_marks_of(finding->rule);
	AuditPair scratch = { 0 };
	const AuditPair *pair = audit_kept_read(finding->pair, &scratch);
	GArray *marks = audit_marks_read(pair, bits);

	*ret_accounts = (AuditTally){ 0 };
	for (guint i = 0; i < marks->len; i++) {
		const AuditMark *mark = &g_array_index(marks, AuditMark, i);

		/* Whoever else a scanner logged on as has nothing to do with it. */
		if ((mark->kind != AUDIT_MARK_LOGON || audit_mark_is_guess(mark, guesses)) &&
		    !audit_marks_is_half(marks, mark))
			take(texts, ret_accounts, mark);
	}
	audit_marks_free(marks);
	audit_pair_clear(&scratch);
	return texts;
}
