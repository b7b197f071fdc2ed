/* SPDX-License-Identifier: BSD-3-Clause */
/* Who logged on: the authentications of all pairs, added up by account. */
#include <string.h>

#include "audit/report/accounts.h"
#include "output/audit/audit.h"
#include "output/html/sections.h"

enum {
	ACCOUNTS_MAX = SMB_CAP(1000, 2), /* beyond, they are only counted */
	PEERS_MAX = SMB_CAP(16, 2),      /* clients and servers of an account */
};

typedef struct {
	char *name; /* DOMAIN\account, or what there is instead */
	AuditAccountKind kind;
	uint64_t accepted, refused, others;
	uint64_t first_ns, last_ns;
	AuditTally clients, servers, types;
	SmbPasswordType worst;
} Account;

typedef struct {
	GTree *accounts; /* Account by name: no choice of names makes it slow */
	uint64_t left_out;
} Accounts;

static void
account_free(void *data)
{
	Account *self = data;

	audit_tally_clear(&self->clients);
	audit_tally_clear(&self->servers);
	audit_tally_clear(&self->types);
	g_free(self->name);
	g_free(self);
}

static gint
compare_names(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return strcmp(a, b);
}

static char *
name_of(const AuditIdentity *who)
{
	g_autofree char *name = audit_account_name(who);

	if (who->guest)
		return g_strconcat(name, " (as guest)", NULL);
	return who->null_session ? g_strconcat(name, " (as anonymous)", NULL)
				 : g_steal_pointer(&name);
}

static Account *
account_of(Accounts *self, const AuditIdentity *who)
{
	g_autofree char *name = name_of(who);
	Account *account = g_tree_lookup(self->accounts, name);

	if (account || g_tree_nnodes(self->accounts) >= ACCOUNTS_MAX)
		return account;
	account = g_new0(Account, 1);
	account->name = g_steal_pointer(&name);
	account->kind = audit_account_kind(who);
	account->worst = who->password_type;
	g_tree_insert(self->accounts, account->name, account);
	return account;
}

static void
add_address(AuditTally *tally, const AuditAddress *address, uint64_t count)
{
	OutBuffer text = { 0 };

	out_audit_machine(&text, address);
	out_char(&text, '\0');
	audit_tally_add(tally, (AuditCap){ .most = PEERS_MAX }, text.data, count);
	out_buffer_clear(&text);
}

static void
add(Accounts *self, const AuditPair *pair, const AuditAuth *auth)
{
	Account *account = account_of(self, &auth->who);
	uint64_t count = auth->seen.count;

	if (!account) {
		self->left_out++;
		return;
	}
	if (auth->who.result == SMB_RESULT_ACCEPTED)
		account->accepted = audit_sum(account->accepted, count);
	else if (auth->who.result == SMB_RESULT_REFUSED)
		account->refused = audit_sum(account->refused, count);
	else
		account->others = audit_sum(account->others, count);
	if (audit_password_rank(auth->who.password_type) > audit_password_rank(account->worst))
		account->worst = auth->who.password_type;
	if (auth->first_ns && (!account->first_ns || auth->first_ns < account->first_ns))
		account->first_ns = auth->first_ns;
	account->last_ns = MAX(account->last_ns, auth->last_ns);
	add_address(&account->clients, &pair->client, count);
	add_address(&account->servers, &pair->server, count);
	audit_tally_add(&account->types, (AuditCap){ .most = PEERS_MAX },
			smb_password_type_name(auth->who.password_type) ?: "no secret seen", count);
}

static gboolean
put_account(gpointer key, gpointer value, gpointer user)
{
	const Account *account = value;
	Page *page = user;

	(void)key;
	page_row(page);
	page_cell_str(page, account->name);
	page_cell_str(page, audit_account_kind_name(account->kind));
	out_lit(page->b, "<td data-sort=\"");
	out_u64(page->b, audit_password_rank(account->worst));
	out_lit(page->b, "\">");
	html_str(page->b, smb_password_type_name(account->worst) ?: "-");
	page_cell_end(page);
	page_cell_tally(page, &account->types, true);
	page_cell_u64(page, account->accepted);
	page_cell_u64(page, account->refused);
	page_cell_u64(page, account->others);
	page_cell_tally(page, &account->clients, false);
	page_cell_tally(page, &account->servers, false);
	page_cell_time(page, account->first_ns);
	page_cell_time(page, account->last_ns);
	page_row_end(page);
	return FALSE;
}

/* What comes first has a place: names that somebody made up must not take those of real ones. */
typedef enum { LET_IN, WEAK, OTHERS, TURNS } Turn;

static Turn
turn_of(const AuditIdentity *who)
{
	if (who->result == SMB_RESULT_ACCEPTED)
		return LET_IN;
	return audit_password_rank(who->password_type) > audit_password_rank(SMB_PASSWORD_NTLMV2)
		       ? WEAK
		       : OTHERS;
}

static void
gather(Accounts *accounts, const AuditReport *report, Turn turn)
{
	AuditPair scratch = { 0 };

	for (guint i = 0; i < report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(report->pairs, const AuditKept *, i);
		const AuditPair *pair;

		if (audit_report_is_apart(report, &kept->client))
			continue;
		pair = audit_kept_read(kept, &scratch);
		for (uint32_t k = 0; k < pair->n_auths; k++)
			if (turn_of(&pair->auths[k].who) == turn)
				add(accounts, pair, &pair->auths[k]);
	}
	audit_pair_clear(&scratch);
}

void
audit_page_accounts(AuditPage *self)
{
	static const char *const columns[] = { "account",         "kind",      "worst",
					       "authentications", "#accepted", "#refused",
					       "#undecided",      "clients",   "servers",
					       "first seen",      "last seen", NULL };
	Accounts accounts = { .accounts = g_tree_new_full(compare_names, NULL, NULL, account_free) };

	page_section(&self->page, "accounts", "Accounts");
	for (Turn turn = LET_IN; turn < TURNS; turn++)
		gather(&accounts, self->report, turn);
	if (g_tree_nnodes(accounts.accounts)) {
		page_table(&self->page, columns);
		g_tree_foreach(accounts.accounts, put_account, &self->page);
		page_table_end(&self->page);
	} else {
		page_note(&self->page, self->report->guessers
					       ? "Nobody but password guessers tried to log on."
					       : "Nobody tried to log on.");
	}
	page_more(&self->page, accounts.left_out);
	page_section_end(&self->page);
	g_tree_unref(accounts.accounts);
}
