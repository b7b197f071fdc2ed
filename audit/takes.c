/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/takes.h"

#include <string.h>

#include "dissect/wire/codes.h"

enum {
	DOUBTFUL_MAX = AUDIT_TAKES_MAX, /* accounts of a kind that were refused */
	BEST_MAX = SMB_CAP(16384, 2),   /* accounts that were let in */
};

/* An account: of those that were refused how, of those that were let in with what. */
typedef struct {
	uint64_t rank;
	char *name;
	uint64_t logons;
	AuditSighting seen;
	uint64_t last_ns;
	int best; /* an AuditTake */
} Account;

const char *
audit_take_name(AuditTake take)
{
	static const char *const names[AUDIT_TAKES] = { "plaintext", "lm",    "ntlmv1",   "ntlmv2",
							"kerberos",  "guest", "anonymous" };

	return names[take];
}

int
audit_take_of(const AuditIdentity *who)
{
	if (who->guest)
		return AUDIT_TAKES_GUEST;
	if (who->null_session)
		return AUDIT_TAKES_ANONYMOUS;
	switch (who->password_type) {
	case SMB_PASSWORD_PLAINTEXT:
		return AUDIT_TAKES_PLAINTEXT;
	case SMB_PASSWORD_LM:
		return AUDIT_TAKES_LM;
	case SMB_PASSWORD_NTLMV1_LM:
	case SMB_PASSWORD_NTLM_ONLY:
	case SMB_PASSWORD_NTLMV1_ESS:
		return AUDIT_TAKES_NTLMV1;
	case SMB_PASSWORD_NTLMV2:
		return AUDIT_TAKES_NTLMV2;
	case SMB_PASSWORD_KERBEROS:
		return AUDIT_TAKES_KERBEROS;
	case SMB_PASSWORD_ANONYMOUS:
		return AUDIT_TAKES_ANONYMOUS;
	default:
		return -1;
	}
}

enum {
	RC4_OLDEST = -135, /* RFC 4757 5: what Windows had before, up to -128 */
	RC4_LAST_OLD = -128,
	RC4_HMAC = 23,     /* RFC 4757 */
	RC4_HMAC_EXP = 24, /* RFC 4757 */
	DES_LAST = 3,      /* 1 to 3 are DES (RFC 3961) */
};

bool
audit_is_weak_encryption(int32_t type)
{
	return type == RC4_HMAC || type == RC4_HMAC_EXP ||
	       (type >= RC4_OLDEST && type <= RC4_LAST_OLD) || (type > 0 && type <= DES_LAST);
}

uint64_t
audit_weak_tickets(const AuditAuth *auth)
{
	const AuditTally *types = &auth->encryption_types;
	uint64_t n = 0;

	for (uint32_t i = 0; i < types->n; i++)
		if (audit_is_weak_encryption(
			    (int32_t)g_ascii_strtoll(types->items[i].key, NULL, 10)))
			n = audit_sum(n, types->items[i].count);
	/* A ticket and its session key may be of two such types. */
	return MIN(n, auth->seen.count);
}

bool
audit_is_ntlm(SmbPasswordType type)
{
	return type == SMB_PASSWORD_LM || type == SMB_PASSWORD_LM_OR_LMV2 ||
	       type == SMB_PASSWORD_LM_OR_NTLM || type == SMB_PASSWORD_NTLMV1_LM ||
	       type == SMB_PASSWORD_NTLM_ONLY || type == SMB_PASSWORD_NTLMV1_ESS ||
	       type == SMB_PASSWORD_NTLMV2;
}

/* The server refuses the kind itself: [MS-ERREF] 2.3.1. */
static bool
says_so(const AuditIdentity *who)
{
	return who->has_status && !who->status.dos && who->status.value == STATUS_NTLM_BLOCKED;
}

/* ---- accounts, by rank ---- */

static void
account_free(gpointer data)
{
	Account *a = data;

	g_free(a->name);
	audit_sighting_clear(&a->seen);
	g_free(a);
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const Account *x = a, *y = b;

	(void)user;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

/*
 * Accounts are the same in any case; domains are spelt in too many ways to compare. Anybody may try
 * the name from another client: there it is another account.
 */
static Account
account_of(const AuditKey *key, const AuditAddress *client, const AuditIdentity *who)
{
	g_autofree char *account = g_utf8_casefold(who->account, -1);
	GString *name = g_string_new(account);

	g_string_append_printf(name, "|%s|%u|", client->site ? client->site : "", client->family);
	for (size_t i = 0; i < sizeof(client->bytes); i++)
		g_string_append_printf(name, "%02x", client->bytes[i]);
	return (Account){ .rank = audit_rank(key, name->str, name->len),
			  .name = g_string_free(name, FALSE) };
}

/*
 * Takes over what it owns. The account of this name, which stays if its rank is among the smallest;
 * NULL: it is not. Whatever is left out would be left out in any order.
 */
static Account *
keep(AuditTakes *self, GTree **tree, int most, Account *account)
{
	Account *known;
	const Account *last;

	if (!*tree)
		*tree = g_tree_new_full(compare, NULL, NULL, account_free);
	known = g_tree_lookup(*tree, account);
	if (known) {
		g_free(account->name);
		return known;
	}
	last = g_tree_nnodes(*tree) >= most ? g_tree_node_value(g_tree_node_last(*tree)) : NULL;
	if (last && compare(account, last, NULL) > 0) {
		g_free(account->name);
		return NULL;
	}
	if (last) {
		self->left_out = audit_sum(self->left_out, last->logons);
		g_tree_remove(*tree, last);
	}
	known = g_memdup2(account, sizeof(*account));
	g_tree_insert(*tree, known, known);
	return known;
}

static void
doubt(AuditTakes *self, const AuditKey *key, const AuditAddress *client, int take,
      const AuditAuth *auth)
{
	Account account = account_of(key, client, &auth->who);
	Account *known = keep(self, &self->kinds[take].doubtful, DOUBTFUL_MAX, &account);

	if (!known) {
		self->left_out = audit_sum(self->left_out, auth->seen.count);
		return;
	}
	known->logons = audit_sum(known->logons, auth->seen.count);
	audit_sighting_merge(&known->seen, &auth->seen);
	known->last_ns = MAX(known->last_ns, auth->last_ns);
}

static void
accept(AuditTakes *self, const AuditKey *key, const AuditAddress *client, int take,
       const AuditAuth *auth)
{
	AuditTaken *kind = &self->kinds[take];
	Account account, *known;

	audit_sighting_merge(&kind->accepted, &auth->seen);
	kind->accepted_ns = MAX(kind->accepted_ns, auth->last_ns);
	if (take >= AUDIT_TAKES_GUEST || !auth->who.account[0])
		return;
	account = account_of(key, client, &auth->who);
	known = keep(self, &self->best, BEST_MAX, &account);
	if (!known) {
		self->left_out = audit_sum(self->left_out, auth->seen.count);
		return;
	}
	known->logons = audit_sum(known->logons, auth->seen.count);
	known->best = MAX(known->best, take);
}

/* ---- what a server takes ---- */

static void
refuse(AuditTaken *kind, const AuditSighting *seen, uint64_t last_ns)
{
	audit_sighting_merge(&kind->refused, seen);
	kind->refused_ns = MAX(kind->refused_ns, last_ns);
}

void
audit_takes_add(AuditTakes *self, const AuditKey *key, const AuditPair *pair)
{
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];
		int take = audit_take_of(&auth->who);

		if (take < 0)
			continue;
		if (auth->who.result == SMB_RESULT_ACCEPTED)
			accept(self, key, &pair->client, take, auth);
		else if (auth->who.result != SMB_RESULT_REFUSED)
			continue;
		else if (take == AUDIT_TAKES_ANONYMOUS || says_so(&auth->who))
			refuse(&self->kinds[take], &auth->seen, auth->last_ns);
		else if (auth->who.account[0])
			doubt(self, key, &pair->client, take, auth);
	}
}

typedef struct {
	const AuditTakes *of;
	AuditTaken *kind;
	int take;
} Doubts;

static gboolean
settle(gpointer key, gpointer value, gpointer user)
{
	const Account *account = value;
	const Doubts *doubts = user;
	const Account *best = g_tree_lookup(doubts->of->best, key);

	if (best && best->best > doubts->take)
		refuse(doubts->kind, &account->seen, account->last_ns);
	return FALSE;
}

void
audit_takes_settle(AuditTakes *self)
{
	for (int take = 0; self->best && take < AUDIT_TAKES_KERBEROS; take++) {
		Doubts doubts = { self, &self->kinds[take], take };

		if (doubts.kind->doubtful && !doubts.kind->accepted.count)
			g_tree_foreach(doubts.kind->doubtful, settle, &doubts);
	}
}

void
audit_takes_clear(AuditTakes *self)
{
	for (int i = 0; i < AUDIT_TAKES; i++) {
		audit_sighting_clear(&self->kinds[i].accepted);
		audit_sighting_clear(&self->kinds[i].refused);
		if (self->kinds[i].doubtful)
			g_tree_unref(self->kinds[i].doubtful);
	}
	if (self->best)
		g_tree_unref(self->best);
	*self = (AuditTakes){ 0 };
}
