/* SPDX-License-Identifier: BSD-3-Clause */
/* A setting is asked of all pairs (ask.c), and as many answers are kept as there is memory for. */
#include "audit/report/ask.h"

#include <string.h>

enum { ACCOUNTS_MAX = SMB_CAP(256, 2) }; /* of a setting; of a pair AUDIT_NAMES_MAX */

const char *
audit_what_name(AuditWhat what)
{
	static const char *const names[] = { "breaks", "nobody_seen", "too_little_seen" };

	return names[what];
}

/* ---- all pairs ---- */

/* What a client's other pairs show of it. */
typedef struct {
	AuditTraitSet traits;
	AuditTally better; /* by account: the best AuditTake with which it was let in, plus 1 */
	bool kerberos_used;
	bool signs1; /* in SMB1 */
} ClientFacts;

static void
client_auth(ClientFacts *c, const AuditPair *pair, const AuditAuth *auth)
{
	int take = audit_take_of(&auth->who);
	g_autofree char *account = NULL;
	uint64_t best;

	c->signs1 |= audit_signs1(pair, auth);
	if (auth->who.result != SMB_RESULT_ACCEPTED || take < 0)
		return;
	c->kerberos_used |= take == AUDIT_TAKES_KERBEROS;
	if (take >= AUDIT_TAKES_GUEST || !auth->who.account[0])
		return;
	account = g_utf8_casefold(auth->who.account, -1);
	best = audit_tally_of(&c->better, account);
	if ((uint64_t)take + 1 > best)
		audit_tally_add(&c->better, (AuditCap){ ACCOUNTS_MAX, NULL }, account,
				(uint64_t)take + 1 - best);
}

static void
client_facts(const AuditReport *report, const AuditMember *client, ClientFacts *ret)
{
	AuditPair scratch = { 0 };

	*ret = (ClientFacts){ 0 };
	for (guint i = client->first; i < client->first + client->pairs; i++) {
		const AuditPair *pair = audit_report_read(
			report, g_array_index(report->pairs, const AuditKept *, i), &scratch);

		audit_trait_set_add(&ret->traits, &pair->traits, true);
		for (uint32_t j = 0; j < pair->n_auths; j++)
			client_auth(ret, pair, &pair->auths[j]);
	}
	audit_pair_clear(&scratch);
}

static void
break_clear(gpointer data)
{
	AuditBreak *b = data;

	g_free(b->why);
	g_free(b->fix);
	audit_tally_clear(&b->accounts);
	audit_tally_clear(&b->shares);
	audit_sighting_clear(&b->shown);
}

/* Of each server in the order of the report. */
static AuditTraitSet *
server_traits(const AuditReport *report)
{
	AuditTraitSet *sets = g_new0(AuditTraitSet, report->servers->len + 1);
	AuditPair scratch = { 0 };

	for (guint i = 0; i < report->servers->len; i++) {
		const AuditMember *server = &g_array_index(report->servers, AuditMember, i);

		for (guint j = server->first; j < server->first + server->pairs; j++) {
			const AuditKept *kept =
				g_array_index(report->by_server, const AuditKept *, j);

			audit_trait_set_add(&sets[i],
					    &audit_report_read(report, kept, &scratch)->traits,
					    false);
		}
	}
	audit_pair_clear(&scratch);
	return sets;
}

/* ---- what is kept ---- */

/* What an answer is made with. */
typedef struct {
	AuditWhatIf *to;
	const AuditReport *report;
	AuditTraitSet *servers; /* in the order of the report */
	bool *stopped;          /* the same: a pair of this server */
	size_t most, bytes;     /* of all breaks */
	bool cut;               /* some were left out: what is beyond these is not kept */
	bool cut_likely;
	uint64_t cut_rank;
	uint64_t account_rank; /* the largest of the accounts, once there are as many as may be */
} Answer;

static size_t
tally_bytes(const AuditTally *t)
{
	enum { BLOCK = 24 }; /* malloc's */

	return t->bytes + t->n * (sizeof(AuditCount) + BLOCK);
}

/* The array may be twice as large as what is in it. */
static size_t
bytes_of(const AuditBreak *b)
{
	enum { BLOCKS = 48 }; /* malloc's, of both texts */

	return 2 * sizeof(*b) + strlen(b->why) + strlen(b->fix) + BLOCKS +
	       tally_bytes(&b->accounts) + tally_bytes(&b->shares) +
	       b->shown.n * sizeof(AuditEvidence);
}

/* By what nobody can choose: the keyed rank. */
static gint
compare_kept(gconstpointer a, gconstpointer b)
{
	const AuditBreak *x = a, *y = b;

	if (x->likely != y->likely)
		return x->likely ? 1 : -1;
	return (x->pair->rank > y->pair->rank) - (x->pair->rank < y->pair->rank);
}

/* Only the first in this order stay, so that there is room for some more. */
static void
cut(Answer *a)
{
	GArray *breaks = a->to->breaks;
	guint n = 0;

	g_array_sort(breaks, compare_kept);
	for (a->bytes = 0; n < breaks->len; n++) {
		size_t more = bytes_of(&g_array_index(breaks, AuditBreak, n));

		if (a->bytes + more > a->most / 4 * 3)
			break;
		a->bytes += more;
	}
	if (n == breaks->len)
		return;
	a->cut = true;
	a->cut_likely = g_array_index(breaks, AuditBreak, n).likely;
	a->cut_rank = g_array_index(breaks, AuditBreak, n).pair->rank;
	g_array_set_size(breaks, n);
}

static bool
is_beyond(const Answer *a, const AuditBreak *b)
{
	if (!a->cut)
		return false;
	return b->likely != a->cut_likely ? b->likely : b->pair->rank >= a->cut_rank;
}

static uint64_t
largest_rank(const AuditTally *t, const AuditKey *key)
{
	uint64_t largest = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		const char *name = t->items[i].key;

		largest = MAX(largest, audit_rank(key, name, strlen(name)));
	}
	return largest;
}

/*
 * As audit_tally_merge, but in a list that is full the rank of what goes next is known: with ever
 * new accounts that is most of the time.
 */
static void
keep_accounts(Answer *a, const AuditTally *from)
{
	AuditTally *to = &a->to->accounts;
	const AuditKey *key = &a->report->audit->limits.key;

	for (uint32_t i = 0; i < from->n; i++) {
		const AuditCount *item = &from->items[i];
		bool known = audit_tally_of(to, item->key) > 0;

		if (!known && to->n == ACCOUNTS_MAX &&
		    audit_rank(key, item->key, strlen(item->key)) > a->account_rank) {
			to->left_out = audit_sum(to->left_out, item->count);
			continue;
		}
		audit_tally_add(to, (AuditCap){ ACCOUNTS_MAX, key }, item->key, item->count);
		if (!known && to->n == ACCOUNTS_MAX)
			a->account_rank = largest_rank(to, key);
	}
	to->left_out = audit_sum(to->left_out, from->left_out);
}

/* Takes over what it owns. */
static void
keep(Answer *a, AuditBreak *b)
{
	AuditWhatIf *to = a->to;

	to->first_ns = to->pairs ? MIN(to->first_ns, b->first_ns) : b->first_ns;
	to->last_ns = MAX(to->last_ns, b->last_ns);
	to->pairs++;
	keep_accounts(a, &b->accounts);
	if (is_beyond(a, b)) {
		break_clear(b);
		return;
	}
	g_array_append_val(to->breaks, *b);
	a->bytes += bytes_of(b);
	if (a->most && a->bytes > a->most)
		cut(a);
}

/* A stranger's logons, or dialects, may have pushed out the ones that would be stopped. */
static bool
is_cut_short(const AuditPair *pair)
{
	if (pair->auths_dropped || pair->tallies[AUDIT_CHOSEN].left_out)
		return true;
	for (uint32_t i = 0; i < pair->n_auths; i++)
		if (pair->auths[i].shares.left_out || pair->auths[i].encryption_types.left_out)
			return true;
	return false;
}

static bool
ask_pair(Answer *a, const AuditKept *kept, const ClientFacts *client)
{
	const AuditMember *server = audit_member_find(a->report->servers, &kept->server);
	size_t at = (size_t)(server - &g_array_index(a->report->servers, AuditMember, 0));
	AuditBreak b = { .pair = kept };
	AuditPair scratch = { 0 };
	AuditQuestion q = { .report = a->report,
			    .setting = &a->to->setting,
			    .pair = audit_report_read(a->report, kept, &scratch),
			    .client = &client->traits,
			    .server = &a->servers[at],
			    .better = &client->better,
			    .client_signs1 = client->signs1,
			    .kerberos_used = client->kerberos_used,
			    .to = &b };
	bool stopped;

	audit_ask(&q);
	a->to->dropped |= is_cut_short(q.pair);
	stopped = b.why != NULL;
	if (stopped) {
		a->to->servers += !a->stopped[at];
		a->stopped[at] = true;
		keep(a, &b);
	} else {
		break_clear(&b);
	}
	audit_pair_clear(&scratch);
	return stopped;
}

static void
ask_client(Answer *a, const AuditMember *client)
{
	ClientFacts facts;
	bool stopped = false;

	client_facts(a->report, client, &facts);
	for (guint i = client->first; i < client->first + client->pairs; i++)
		stopped |=
			ask_pair(a, g_array_index(a->report->pairs, const AuditKept *, i), &facts);
	a->to->clients += stopped;
	audit_tally_clear(&facts.better);
}

static gint
compare_breaks(gconstpointer a, gconstpointer b)
{
	const AuditBreak *x = a, *y = b;
	int order = (int)x->likely - (int)y->likely;

	order = order ? order : audit_address_compare(&x->pair->client, &y->pair->client);
	return order ? order : audit_address_compare(&x->pair->server, &y->pair->server);
}

static AuditWhat
verdict_of(const AuditWhatIf *self, const AuditReport *report)
{
	if (self->pairs)
		return AUDIT_WHAT_BREAKS;
	if (audit_report_is_enough(report, &report->total) && !audit_report_may_miss(report) &&
	    !self->dropped)
		return AUDIT_WHAT_NOBODY;
	return AUDIT_WHAT_TOO_LITTLE;
}

AuditWhatIf *
audit_what_if(const AuditReport *report, const AuditSetting *setting, size_t memory)
{
	AuditWhatIf *self = g_new0(AuditWhatIf, 1);
	g_autofree AuditTraitSet *servers = server_traits(report);
	g_autofree bool *stopped = g_new0(bool, report->servers->len + 1);
	Answer a = {
		.to = self, .report = report, .servers = servers, .stopped = stopped, .most = memory
	};

	self->setting = *setting;
	self->breaks = g_array_new(FALSE, TRUE, sizeof(AuditBreak));
	g_array_set_clear_func(self->breaks, break_clear);
	for (guint i = 0; i < report->clients->len; i++) {
		const AuditMember *client = &g_array_index(report->clients, AuditMember, i);

		if (!client->scanner && !client->guesser && !client->attacker)
			ask_client(&a, client);
	}
	/* The analyzer does not know that g_autofree frees. */
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	g_array_sort(self->breaks, compare_breaks);
	self->verdict = verdict_of(self, report);
	return self;
}

uint32_t
audit_what_if_left_out(const AuditWhatIf *self)
{
	return self->pairs - self->breaks->len;
}

bool
audit_report_asked_left_out(const AuditReport *report)
{
	for (guint i = 0; i < report->what_ifs->len; i++) {
		const AuditWhatIf *what = report->what_ifs->pdata[i];

		if (audit_what_if_left_out(what) || what->accounts.left_out)
			return true;
	}
	return false;
}

void
audit_report_ask(AuditReport *report, const AuditSettings *settings, size_t memory)
{
	size_t each = settings->n ? memory / settings->n : 0;

	report->asked = *settings;
	g_ptr_array_set_free_func(report->what_ifs, (GDestroyNotify)audit_what_if_free);
	for (unsigned i = 0; i < settings->n; i++)
		g_ptr_array_add(report->what_ifs, audit_what_if(report, &settings->items[i], each));
}

void
audit_what_if_free(AuditWhatIf *self)
{
	if (!self)
		return;
	g_array_unref(self->breaks);
	audit_tally_clear(&self->accounts);
	g_free(self);
}
