/* SPDX-License-Identifier: BSD-3-Clause */
/* Who logged on how, from where and with what: the people to talk to. */
#include "audit/report/accounts.h"
#include "output/audit/report.h"

enum {
	ACCOUNTS_SHOWN = 5,
	PROGRAMS_SHOWN = 2, /* of an account */
	DETAILS_FROM = 7,   /* where the lines below an account begin */
};

/* Text from the wire, as a terminal may see it. */
static void
add_text(OutBuffer *b, const char *s)
{
	out_text(b, smb_text_from_utf8(s));
}

/* "NTLMv1+LM, NTLMv2": of each kind of secret that was sent. */
static void
put_types(OutBuffer *b, const AuditTally *types)
{
	for (uint32_t i = 0; i < types->n; i++) {
		out_str(b, i ? ", " : "");
		out_str(b, types->items[i].key);
	}
}

/* "smb1_only, NT LM 0.12, posix" (audit/observe.c): "posix (SMB1 only, up to NT LM 0.12)". */
static void
put_program(OutBuffer *b, const char *key)
{
	static const struct {
		const char *word, *text;
	} spoken[] = { { "smb1_only", "SMB1 only" },
		       { "both", "SMB1 and SMB2" },
		       { "smb2_only", "SMB2 only" } };
	g_auto(GStrv) parts = g_strsplit(key, ", ", 3);
	bool known = g_strv_length(parts) >= 2;

	if (!known) {
		add_text(b, key);
		return;
	}
	add_text(b, parts[2] ? parts[2] : "unnamed");
	out_lit(b, " (");
	for (size_t i = 0; i < G_N_ELEMENTS(spoken); i++)
		if (g_str_equal(spoken[i].word, parts[0]))
			out_str(b, spoken[i].text);
	out_lit(b, ", up to ");
	add_text(b, g_str_equal(parts[1], "SMB 2.???") ? "SMB 2.1 or newer" : parts[1]);
	out_char(b, ')');
}

/* Those of the clients: of several it is not known which of them had the account. */
static void
put_programs(OutBuffer *b, const AuditTally *programs)
{
	for (uint32_t i = 0; i < MIN(programs->n, (uint32_t)PROGRAMS_SHOWN); i++) {
		out_str(b, i                  ? "; "
			   : programs->n == 1 ? "; program: "
					      : "; programs on these clients: ");
		put_program(b, programs->items[i].key);
	}
	if (programs->n <= PROGRAMS_SHOWN)
		return;
	out_lit(b, "; and ");
	out_u64(b, programs->n - PROGRAMS_SHOWN);
	out_lit(b, " more");
}

/* "12 logons, 3 refused, from 10.1.2.0/24 (37) to 10.0.0.1; program: ..." */
static void
put_use(Report *r, const AuditAccount *account, const AuditAccountUse *use)
{
	OutBuffer s = { 0 };

	out_count(&s, account->accepted, "logon", "logons");
	if (account->refused) {
		out_lit(&s, ", ");
		out_u64(&s, account->refused);
		out_lit(&s, " refused");
	}
	if (account->others) {
		out_lit(&s, ", ");
		out_u64(&s, account->others);
		out_lit(&s, " without a result");
	}
	if (account->guest)
		out_lit(&s, ", as guest");
	if (account->null_session)
		out_lit(&s, ", as anonymous");
	out_lit(&s, ", from ");
	report_networks(r, &s, use->clients);
	out_lit(&s, " to ");
	report_networks(r, &s, use->servers);
	put_programs(&s, &use->programs);
	out_char(&s, '\0');
	report_spaces(r->b, DETAILS_FROM);
	report_wrap(r, DETAILS_FROM, DETAILS_FROM, (const char *)s.data);
	out_buffer_clear(&s);
}

static void
put_account(Report *r, const AuditAccounts *accounts, guint i)
{
	const AuditAccount *account = &g_array_index(accounts->accounts, AuditAccount, i);
	AuditAccountUse use;
	OutBuffer *b = r->b;
	size_t from = b->len;

	audit_account_use(accounts, account, &use);
	report_spaces(b, 2);
	out_u64(b, i + 1);
	out_pad(b, from, 5);
	add_text(b, use.name);
	out_lit(b, "  ");
	put_types(b, &use.types);
	/* Of one that nobody let in it is not known. */
	if (account->accepted && account->worst && !account->act && !account->weak)
		out_lit(b, "  (its logon needs no change)");
	out_char(b, '\n');
	put_use(r, account, &use);
	report_flush(r);
	audit_account_use_clear(&use);
}

/* Those that nobody has to do anything about come last, in one line. */
static void
put_others(Report *r, const AuditAccounts *accounts, guint shown)
{
	guint fine = accounts->accounts->len - MAX(accounts->acts, shown);

	if (accounts->acts > shown)
		report_more(r, accounts->acts - shown, "", "--csv logons has all");
	if (!fine)
		return;
	report_spaces(r->b, 2);
	out_str(r->b, shown ? "and " : "");
	out_u64(r->b, fine);
	out_lit(r->b, " that sent nothing worse than NTLMv2\n");
}

/* They have no name to list them by. */
static void
put_nameless(Report *r, uint64_t n)
{
	report_spaces(r->b, 2);
	out_count(r->b, n, "logon without a name was refused (Anonymous)\n",
		  "logons without a name were refused (Anonymous)\n");
}

void
report_accounts(Report *r)
{
	AuditAccounts *accounts = audit_accounts_new(r->report);
	guint all = accounts->accounts->len, most = report_most(r, ACCOUNTS_SHOWN);
	/* Those for which there is nothing to do are shown if it is asked for, or if all fit. */
	guint n = MIN(r->options->top || all <= most ? all : accounts->acts, most);

	if (all || accounts->nameless) {
		report_title(r, "Accounts, worst logon first");
		for (guint i = 0; i < n; i++)
			put_account(r, accounts, i);
		put_others(r, accounts, n);
		if (accounts->nameless)
			put_nameless(r, accounts->nameless);
		report_flush(r);
	}
	audit_accounts_free(accounts);
}
