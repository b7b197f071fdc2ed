/* SPDX-License-Identifier: BSD-3-Clause */
/* From pairs to accounts. */
#include "audit/report/accounts.h"

#include <string.h>

/* ---- names ---- */

/* Of an account without a name; NULL: it has one. */
static const char *
label_of(const AuditIdentity *who)
{
	if (who->password_type == SMB_PASSWORD_ANONYMOUS)
		return "Anonymous";
	if (who->account[0])
		return NULL;
	if (who->password_type == SMB_PASSWORD_KERBEROS)
		return "(Kerberos: the name is encrypted)";
	return who->mech == SMB_MECH_SHARE ? "(a share's password)" : "(no name)";
}

char *
audit_account_name(const AuditIdentity *who)
{
	const char *label = label_of(who);

	if (label)
		return g_strdup(label);
	return g_strconcat(who->domain, who->domain[0] ? "\\" : "", who->account, NULL);
}

/* Windows and Samba compare names without case. */
static uint64_t
id_of(const AuditKey *key, const AuditIdentity *who)
{
	g_autofree char *name = audit_account_name(who);
	g_autofree char *folded = g_utf8_casefold(name, -1);

	return audit_rank(key, folded, strlen(folded));
}

/* ---- logons ---- */

/* As of hosts: a client without a user name that is refused has shown no secret at all. */
static bool
says_nothing(const AuditIdentity *who)
{
	return who->password_type == SMB_PASSWORD_ANONYMOUS && who->result != SMB_RESULT_ACCEPTED;
}

static gint
compare_logons(gconstpointer a, gconstpointer b)
{
	const AuditLogon *x = a, *y = b;

	if (x->account != y->account)
		return x->account < y->account ? -1 : 1;
	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	return (x->auth > y->auth) - (x->auth < y->auth);
}

/* Of those that name nobody only how many were refused is told. */
static GArray *
logons_of(const AuditReport *report, uint64_t *ret_nameless)
{
	GArray *logons = g_array_new(FALSE, FALSE, sizeof(AuditLogon));
	AuditPair scratch = { 0 };

	for (guint i = 0; i < report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(report->pairs, const AuditKept *, i);
		const AuditPair *pair;

		if (audit_report_is_apart(report, &kept->client))
			continue;
		pair = audit_kept_read(kept, &scratch);
		for (uint32_t j = 0; j < pair->n_auths; j++) {
			const AuditIdentity *who = &pair->auths[j].who;
			AuditLogon logon = { .pair = i, .auth = j };

			if (says_nothing(who)) {
				if (who->result == SMB_RESULT_REFUSED)
					*ret_nameless =
						audit_sum(*ret_nameless, pair->auths[j].seen.count);
				continue;
			}
			logon.account = id_of(&report->audit->limits.key, who);
			g_array_append_val(logons, logon);
		}
	}
	audit_pair_clear(&scratch);
	g_array_sort(logons, compare_logons);
	return logons;
}

/* ---- accounts ---- */

static const AuditLogon *
logon_at(const AuditAccounts *self, const AuditAccount *account, uint32_t i)
{
	return &g_array_index(self->logons, AuditLogon, account->first + i);
}

static const AuditKept *
pair_of(const AuditAccounts *self, const AuditLogon *logon)
{
	return g_array_index(self->report->pairs, const AuditKept *, logon->pair);
}

static void
account_add(AuditAccount *self, const AuditAuth *auth)
{
	self->worst = MAX(self->worst, audit_password_rank(auth->who.password_type));
	if (auth->who.result == SMB_RESULT_ACCEPTED)
		self->accepted += auth->seen.count;
	else if (auth->who.result == SMB_RESULT_REFUSED)
		self->refused += auth->seen.count;
	else
		self->others += auth->seen.count;
	self->weak |= audit_weak_tickets(auth) > 0;
	self->guest |= auth->who.guest && auth->who.result == SMB_RESULT_ACCEPTED;
	self->null_session |= auth->who.null_session && auth->who.result == SMB_RESULT_ACCEPTED;
}

/* Of all that begins at `first` with the same account. */
static AuditAccount
account_from(const AuditAccounts *self, uint32_t first)
{
	AuditAccount account = { .first = first };
	uint64_t id = g_array_index(self->logons, AuditLogon, first).account;
	AuditPair scratch = { 0 };

	while (first + account.n < self->logons->len) {
		const AuditLogon *logon = logon_at(self, &account, account.n);

		if (logon->account != id)
			break;
		account_add(&account,
			    &audit_kept_read(pair_of(self, logon), &scratch)->auths[logon->auth]);
		account.n++;
	}
	audit_pair_clear(&scratch);
	account.act = account.guest || account.null_session ||
		      account.worst > audit_password_rank(SMB_PASSWORD_NTLMV2);
	return account;
}

/* Of equals the first by where it was seen: a hash would differ on every machine. */
static gint
compare_accounts(gconstpointer a, gconstpointer b, gpointer user)
{
	const AuditAccount *x = a, *y = b;
	const AuditLogon *first = logon_at(user, x, 0), *second = logon_at(user, y, 0);

	if (x->act != y->act)
		return x->act ? -1 : 1;
	if (x->worst != y->worst)
		return x->worst > y->worst ? -1 : 1;
	if (x->guest != y->guest)
		return x->guest ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (first->pair != second->pair)
		return first->pair < second->pair ? -1 : 1;
	return first->auth < second->auth ? -1 : first->auth > second->auth;
}

AuditAccounts *
audit_accounts_new(const AuditReport *report)
{
	AuditAccounts *self = g_new0(AuditAccounts, 1);

	self->report = report;
	self->logons = logons_of(report, &self->nameless);
	self->accounts = g_array_new(FALSE, FALSE, sizeof(AuditAccount));
	for (uint32_t i = 0; i < self->logons->len;) {
		AuditAccount account = account_from(self, i);

		g_array_append_val(self->accounts, account);
		self->acts += account.act;
		i += account.n;
	}
	g_array_sort_with_data(self->accounts, compare_accounts, self);
	return self;
}

void
audit_accounts_free(AuditAccounts *self)
{
	if (!self)
		return;
	g_array_unref(self->logons);
	g_array_unref(self->accounts);
	g_free(self);
}

/* ---- what one of them did ---- */

static gint
compare_addresses(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(a, b);
}

static void
each_once(GArray *addresses)
{
	guint n = 0;

	g_array_sort(addresses, compare_addresses);
	for (guint i = 0; i < addresses->len; i++) {
		const AuditAddress *address = &g_array_index(addresses, AuditAddress, i);

		if (n && audit_address_compare(&g_array_index(addresses, AuditAddress, n - 1),
					       address) == 0)
			continue;
		g_array_index(addresses, AuditAddress, n++) = *address;
	}
	g_array_set_size(addresses, n);
}

void
audit_account_use(const AuditAccounts *self, const AuditAccount *account, AuditAccountUse *ret)
{
	AuditCap cap = { AUDIT_NAMES_MAX, NULL };
	AuditPair scratch = { 0 };

	*ret = (AuditAccountUse){ .clients = g_array_new(FALSE, FALSE, sizeof(AuditAddress)),
				  .servers = g_array_new(FALSE, FALSE, sizeof(AuditAddress)) };
	for (uint32_t i = 0; i < account->n; i++) {
		const AuditLogon *logon = logon_at(self, account, i);
		const AuditPair *pair = audit_kept_read(pair_of(self, logon), &scratch);
		const AuditAuth *auth = &pair->auths[logon->auth];
		const char *type = smb_password_type_name(auth->who.password_type);

		if (!ret->name)
			ret->name = audit_account_name(&auth->who);
		audit_tally_add(&ret->types, cap, type ? type : "no secret seen", auth->seen.count);
		audit_tally_merge(&ret->shares, cap, &auth->shares);
		audit_tally_merge(&ret->programs, cap, &pair->tallies[AUDIT_PROGRAMS]);
		g_array_append_val(ret->clients, pair->client);
		g_array_append_val(ret->servers, pair->server);
	}
	audit_pair_clear(&scratch);
	each_once(ret->clients);
	each_once(ret->servers);
}

void
audit_account_use_clear(AuditAccountUse *self)
{
	g_free(self->name);
	audit_tally_clear(&self->types);
	audit_tally_clear(&self->shares);
	audit_tally_clear(&self->programs);
	g_array_unref(self->clients);
	g_array_unref(self->servers);
}
