/* SPDX-License-Identifier: BSD-3-Clause */
/* Guessed passwords, by rate and spread. */
#include "audit/guesses.h"

#include <string.h>

#include "audit/takes.h"

enum {
	STEP = 5,        /* seconds that are counted as one */
	PACE = 2 * STEP, /* within which many tries are a program's */
	SPREAD = 60,     /* within which many accounts are */
	TRIES = 10,
	ACCOUNTS = 8,
	AFTERWARDS = 60, /* seconds in which a logon still belongs to it */
	DIGITS = 12,     /* of the seconds, so that keys sort by time */
	NS_PER_SECOND = 1000000000,
};

/* A key of the list: when, whose, and how many. */
typedef struct {
	uint64_t second;
	const char *account; /* borrowed from the key */
	uint64_t n;
	bool guess;
} Try;

struct AuditGuesses {
	Try *tries; /* guesses only; the accounts are owned */
	uint32_t n;
};

void
audit_guesses_count(AuditTally *tries, AuditCap cap, const char *account, uint64_t time_ns)
{
	uint64_t second = time_ns / NS_PER_SECOND / STEP * STEP;
	g_autofree char *key =
		g_strdup_printf("%0*" G_GUINT64_FORMAT " %s", DIGITS, second, account);

	audit_tally_add(tries, cap, key, 1);
}

/* Keys come from files, too. */
static bool
try_of(const AuditCount *count, Try *ret)
{
	char *end;

	if (strlen(count->key) <= DIGITS || count->key[DIGITS] != ' ')
		return false;
	*ret = (Try){ .second = g_ascii_strtoull(count->key, &end, 10),
		      .account = count->key + DIGITS + 1,
		      .n = count->count };
	return end == count->key + DIGITS;
}

const char *
audit_guesses_account(const char *key)
{
	return strlen(key) > DIGITS && key[DIGITS] == ' ' ? key + DIGITS + 1 : "";
}

static GArray *
tries_of(const AuditTally *tally)
{
	GArray *tries = g_array_sized_new(FALSE, FALSE, sizeof(Try), tally->n);

	for (uint32_t i = 0; i < tally->n; i++) {
		Try t;

		if (try_of(&tally->items[i], &t))
			g_array_append_val(tries, t);
	}
	return tries;
}

/*
 * Servers take an account in any case, and with the domain after it ([MS-NLMP] 2.2.1.3, [MS-ADTS]
 * 5.1.1.1.1): whoever guesses could write it in as many ways as he tries.
 */
static size_t
account_length(const char *account)
{
	size_t n = strcspn(account, "@");

	return n ? n : strlen(account);
}

static guint
account_hash(gconstpointer account)
{
	const char *text = account;
	guint hash = 5381;

	for (size_t i = 0, n = account_length(text); i < n; i++)
		hash = hash * 33 + (guchar)g_ascii_tolower(text[i]);
	return hash;
}

int
audit_guesses_compare_accounts(const char *a, const char *b)
{
	size_t n = account_length(a), other = account_length(b);

	if (n != other)
		return n < other ? -1 : 1;
	return g_ascii_strncasecmp(a, b, n);
}

static gboolean
account_equal(gconstpointer a, gconstpointer b)
{
	return audit_guesses_compare_accounts(a, b) == 0;
}

/* ---- rate and spread ---- */

/* The tries of the last `seconds` up to the newest, and how many of each account. */
typedef struct {
	Try *tries;
	uint32_t first, end;
	uint64_t n, seconds;
	GHashTable *accounts; /* uint64_t by account */
} Window;

static uint64_t *
window_count(Window *w, const char *account)
{
	uint64_t *n = g_hash_table_lookup(w->accounts, account);

	if (!n) {
		n = g_new0(uint64_t, 1);
		g_hash_table_insert(w->accounts, (gpointer)account, n);
	}
	return n;
}

static void
window_shrink(Window *w, uint64_t newest)
{
	for (; w->tries[w->first].second + w->seconds <= newest; w->first++) {
		Try *t = &w->tries[w->first];
		uint64_t *n = window_count(w, t->account);

		w->n -= t->n;
		*n -= t->n;
		if (*n == 0)
			g_hash_table_remove(w->accounts, t->account);
	}
}

/* Adds one more; returns how many there are of its account now. */
static uint64_t
window_add(Window *w)
{
	Try *t = &w->tries[w->end++];
	uint64_t *n;

	window_shrink(w, t->second);
	n = window_count(w, t->account);
	*n += t->n;
	w->n += t->n;
	return *n;
}

/* All in the window, or those of one account, are guesses. */
static void
window_mark(Window *w, const char *account)
{
	for (uint32_t i = w->first; i < w->end; i++)
		if (!account || account_equal(w->tries[i].account, account))
			w->tries[i].guess = true;
}

static Window
window_new(GArray *tries, uint64_t seconds)
{
	return (Window){ .tries = (Try *)(void *)tries->data,
			 .seconds = seconds,
			 .accounts =
				 g_hash_table_new_full(account_hash, account_equal, NULL, g_free) };
}

static void
mark_pace(GArray *tries, bool alone)
{
	Window w = window_new(tries, PACE);

	while (w.end < tries->len) {
		const char *account = w.tries[w.end].account;

		if (window_add(&w) >= TRIES)
			window_mark(&w, account);
		if (alone && w.n >= TRIES)
			window_mark(&w, NULL);
	}
	g_hash_table_unref(w.accounts);
}

static void
mark_spread(GArray *tries)
{
	Window w = window_new(tries, SPREAD);

	while (w.end < tries->len) {
		window_add(&w);
		if (g_hash_table_size(w.accounts) >= ACCOUNTS)
			window_mark(&w, NULL);
	}
	g_hash_table_unref(w.accounts);
}

static int
compare_tries(const Try *a, const Try *b)
{
	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	return strcmp(a->account, b->account);
}

/* Those of `tries` that are guesses, and not among `others`, in the same order, already. */
static void
add_guesses(AuditGuesses **self, const GArray *tries, const GArray *others)
{
	guint at = 0;

	for (guint i = 0; i < tries->len; i++) {
		Try t = g_array_index(tries, Try, i);
		int order = 1;

		while (at < others->len &&
		       (order = compare_tries(&g_array_index(others, Try, at), &t)) < 0)
			at++;
		if (!t.guess ||
		    (at < others->len && !order && g_array_index(others, Try, at).guess))
			continue;
		if (!*self)
			*self = g_new0(AuditGuesses, 1);
		t.account = g_strdup(t.account);
		(*self)->tries = g_renew(Try, (*self)->tries, (*self)->n + 1);
		(*self)->tries[(*self)->n++] = t;
	}
}

AuditGuesses *
audit_guesses_find(const AuditTally *tries, const AuditTally *alone)
{
	g_autoptr(GArray) all = tries_of(tries);
	g_autoptr(GArray) there = tries_of(alone);
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(Try));
	AuditGuesses *self = NULL;

	mark_pace(all, false);
	mark_pace(there, true);
	mark_spread(there);
	add_guesses(&self, all, none);
	add_guesses(&self, there, all);
	return self;
}

void
audit_guesses_free(AuditGuesses *self)
{
	if (!self)
		return;
	for (uint32_t i = 0; i < self->n; i++)
		g_free((char *)self->tries[i].account);
	g_free(self->tries);
	g_free(self);
}

/* ---- what is part of it ---- */

static bool
is_guess(const AuditGuesses *self, const Try *t)
{
	for (uint32_t i = 0; i < self->n; i++)
		if (self->tries[i].second == t->second &&
		    strcmp(self->tries[i].account, t->account) == 0)
			return true;
	return false;
}

uint64_t
audit_guesses_among(const AuditGuesses *self, const AuditTally *tally)
{
	uint64_t n = 0;

	for (uint32_t i = 0; self && i < tally->n; i++) {
		Try t;

		if (try_of(&tally->items[i], &t) && is_guess(self, &t))
			n += t.n;
	}
	return n;
}

/* Whether the account (any, if NULL) was guessed then, or up to so many seconds before. */
static bool
guessed_at(const AuditGuesses *self, const char *account, uint64_t time_ns, uint64_t seconds)
{
	uint64_t second = time_ns / NS_PER_SECOND;

	for (uint32_t i = 0; i < self->n; i++) {
		const Try *t = &self->tries[i];

		if (second >= t->second && second < t->second + STEP + seconds &&
		    (!account || account_equal(t->account, account)))
			return true;
	}
	return false;
}

/* Another account was tried in the same way, and refused, or may have been: not all that were are known. */
static bool
is_in_its_manner(const AuditPair *pair, const AuditIdentity *who)
{
	if (pair->auths_dropped)
		return true;
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditIdentity *other = &pair->auths[i].who;

		if (other->result == SMB_RESULT_REFUSED && other->mech == who->mech &&
		    other->password_type == who->password_type &&
		    strcmp(other->host, who->host) == 0)
			return true;
	}
	return false;
}

/*
 * A logon as guest or as nobody tells nothing of the password, and Kerberos has none. Whose it is may
 * not be known: a client can put its name where it is not shown, into the response, and the
 * password of a share is nobody's.
 */
bool
audit_guesses_prove(const AuditIdentity *who)
{
	bool secret = audit_is_ntlm(who->password_type) ||
		      who->password_type == SMB_PASSWORD_PLAINTEXT;

	return who->result == SMB_RESULT_ACCEPTED && !audit_is_let_in_as_other(who) &&
	       (who->account[0] || secret) && who->password_type != SMB_PASSWORD_KERBEROS &&
	       who->password_type != SMB_PASSWORD_ANONYMOUS;
}

bool
audit_guesses_before(const AuditGuesses *self, uint64_t time_ns)
{
	return self && guessed_at(self, NULL, time_ns, AFTERWARDS);
}

/* Of many logons with one identity only the first times and the last are known. */
static bool
is_success(const AuditGuesses *self, const AuditPair *pair, const AuditAuth *auth)
{
	const AuditIdentity *who = &auth->who;
	const char *account = is_in_its_manner(pair, who) ? NULL : who->account;

	if (!audit_guesses_prove(who))
		return false;
	if (guessed_at(self, account, auth->last_ns, AFTERWARDS))
		return true;
	for (uint32_t i = 0; i < auth->seen.n; i++)
		if (guessed_at(self, account, auth->seen.first[i].time_ns, AFTERWARDS))
			return true;
	return false;
}

bool
audit_guesses_have(const AuditGuesses *self, const AuditPair *pair, const AuditAuth *auth)
{
	if (!self)
		return false;
	if (auth->who.result == SMB_RESULT_ACCEPTED)
		return is_success(self, pair, auth);
	return auth->who.result == SMB_RESULT_REFUSED &&
	       guessed_at(self, auth->who.account, auth->first_ns, 0);
}
