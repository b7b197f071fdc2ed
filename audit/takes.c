/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/takes.h"

#include "dissect/wire/codes.h"

enum {
	DOUBTFUL_MAX = SMB_CAP(4096, 2), /* accounts of a kind */
	/*
	 * Accounts that were let in. Beyond, a kind that the server refuses is unknown and not
	 * refused: nothing is said that is not so.
	 */
	BEST_MAX = SMB_CAP(16384, 2),
};

/* An account that was refused. */
typedef struct {
	char *account;
	AuditSighting seen;
	uint64_t last_ns;
} Doubtful;

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

static void
doubtful_free(gpointer data)
{
	Doubtful *d = data;

	g_free(d->account);
	audit_sighting_clear(&d->seen);
	g_free(d);
}

/* Accounts are the same in any case; domains are spelt in too many ways to compare. */
static char *
account_key(const AuditIdentity *who)
{
	return g_utf8_casefold(who->account, -1);
}

static void
doubt(AuditTaken *kind, const AuditAuth *auth)
{
	Doubtful *d;

	if (!kind->doubtful)
		kind->doubtful = g_ptr_array_new_with_free_func(doubtful_free);
	if (kind->doubtful->len >= DOUBTFUL_MAX)
		return;
	d = g_new0(Doubtful, 1);
	d->account = account_key(&auth->who);
	audit_sighting_merge(&d->seen, &auth->seen);
	d->last_ns = auth->last_ns;
	g_ptr_array_add(kind->doubtful, d);
}

static void
accept(AuditTakes *self, int take, const AuditAuth *auth)
{
	AuditTaken *kind = &self->kinds[take];
	char *account = account_key(&auth->who);
	int best;

	audit_sighting_merge(&kind->accepted, &auth->seen);
	kind->accepted_ns = MAX(kind->accepted_ns, auth->last_ns);
	if (!self->best)
		self->best = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	best = GPOINTER_TO_INT(g_hash_table_lookup(self->best, account));
	if (take < AUDIT_TAKES_GUEST && take + 1 > best &&
	    (best || g_hash_table_size(self->best) < BEST_MAX))
		g_hash_table_insert(self->best, account, GINT_TO_POINTER(take + 1));
	else
		g_free(account);
}

static void
refuse(AuditTaken *kind, const AuditSighting *seen, uint64_t last_ns)
{
	audit_sighting_merge(&kind->refused, seen);
	kind->refused_ns = MAX(kind->refused_ns, last_ns);
}

void
audit_takes_add(AuditTakes *self, const AuditPair *pair)
{
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];
		int take = audit_take_of(&auth->who);

		if (take < 0)
			continue;
		if (auth->who.result == SMB_RESULT_ACCEPTED)
			accept(self, take, auth);
		else if (auth->who.result != SMB_RESULT_REFUSED)
			continue;
		else if (take == AUDIT_TAKES_ANONYMOUS || says_so(&auth->who))
			refuse(&self->kinds[take], &auth->seen, auth->last_ns);
		else if (auth->who.account[0])
			doubt(&self->kinds[take], auth);
	}
}

void
audit_takes_settle(AuditTakes *self)
{
	for (int take = 0; self->best && take < AUDIT_TAKES_KERBEROS; take++) {
		AuditTaken *kind = &self->kinds[take];

		for (guint i = 0; kind->doubtful && i < kind->doubtful->len; i++) {
			const Doubtful *d = g_ptr_array_index(kind->doubtful, i);
			gpointer best = g_hash_table_lookup(self->best, d->account);

			if (!kind->accepted.count && GPOINTER_TO_INT(best) > take + 1)
				refuse(kind, &d->seen, d->last_ns);
		}
	}
}

void
audit_takes_clear(AuditTakes *self)
{
	for (int i = 0; i < AUDIT_TAKES; i++) {
		audit_sighting_clear(&self->kinds[i].accepted);
		audit_sighting_clear(&self->kinds[i].refused);
		if (self->kinds[i].doubtful)
			g_ptr_array_unref(self->kinds[i].doubtful);
	}
	if (self->best)
		g_hash_table_unref(self->best);
	*self = (AuditTakes){ 0 };
}
