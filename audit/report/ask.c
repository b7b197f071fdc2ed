/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting by setting: what a pair did that it forbids, and whether it had another way. */
#include "audit/report/ask.h"

#include <string.h>

#include "audit/report/accounts.h"
#include "audit/report/hosts.h"

enum { SHARES_MAX = AUDIT_SHARES_MAX };

/* ---- what a break is made of ---- */

/* Adds a text to those that there are, once. */
static void
append(char **to, const char *between, const char *text)
{
	g_autofree char *before = *to;

	if (!before)
		*to = g_strdup(text);
	else if (strstr(before, text))
		*to = g_steal_pointer(&before);
	else
		*to = g_strconcat(before, between, text, NULL);
}

/* A pair may have several reasons: of its accounts each may have another. */
void
audit_ask_say(AuditQuestion *q, bool likely, const char *why, const char *fix)
{
	AuditBreak *b = q->to;

	likely |= q->doubtful;
	/* What is proved needs no guesses besides. */
	if (b->why && likely && !b->likely)
		return;
	if (b->why && !likely && b->likely) {
		g_clear_pointer(&b->why, g_free);
		g_clear_pointer(&b->fix, g_free);
	}
	append(&b->why, "; ", why);
	append(&b->fix, " ", fix);
	b->likely = likely;
}

static void
add_account(AuditTally *to, const AuditIdentity *who, uint64_t count)
{
	g_autofree char *name = audit_account_name(who);

	audit_tally_add(to, (AuditCap){ AUDIT_NAMES_MAX, NULL }, name, count);
}

/* `count` of the logons of this kind are stopped. */
void
audit_ask_stop_auth(AuditQuestion *q, const AuditAuth *auth, uint64_t count)
{
	AuditBreak *b = q->to;

	b->count = audit_sum(b->count, count);
	b->first_ns = b->first_ns ? MIN(b->first_ns, auth->first_ns) : auth->first_ns;
	b->last_ns = MAX(b->last_ns, auth->last_ns);
	add_account(&b->accounts, &auth->who, count);
	audit_tally_merge(&b->shares, (AuditCap){ SHARES_MAX, NULL }, &auth->shares);
	audit_sighting_merge(&b->shown, &auth->seen);
}

/* A pair in which nobody was seen to log on: all that is known are its connections. */
void
audit_ask_stop_pair(AuditQuestion *q, uint64_t count, const AuditEvidence *at)
{
	AuditBreak *b = q->to;

	if (b->count)
		return;
	b->count = count;
	b->first_ns = audit_pair_first(q->pair);
	b->last_ns = MAX(q->pair->last_ns, b->first_ns);
	audit_tally_merge(&b->shares, (AuditCap){ SHARES_MAX, NULL },
			  &q->pair->tallies[AUDIT_SHARES]);
	if (at)
		audit_sighting_evidence(&b->shown, at);
}

bool
audit_ask_is_accepted(const AuditAuth *auth)
{
	return auth->who.result == SMB_RESULT_ACCEPTED;
}

/* Let in, as far as was seen: what a gap swallowed is no refusal. */
bool
audit_ask_may_be_in(const AuditAuth *auth)
{
	return audit_ask_is_accepted(auth) || auth->who.result == SMB_RESULT_UNKNOWN;
}

void
audit_ask_say_unanswered(AuditQuestion *q)
{
	if (q->doubtful)
		audit_ask_say(q, true, "the answer to the logon was not seen", "");
	q->doubtful = false;
}

/* Used, as far as was seen: if nobody was seen to be let in, q->doubtful is set. */
bool
audit_ask_may_be_used(AuditQuestion *q)
{
	const uint64_t *n = q->pair->numbers;

	q->doubtful = !n[AUDIT_N_USED];
	return n[AUDIT_N_USED] || n[AUDIT_N_SMB1_USED] || n[AUDIT_N_SMB2_USED];
}

/* The password was wrong, or the answer was not captured. */
void
audit_ask_say_no_logon(AuditQuestion *q)
{
	if (q->to->why && q->doubtful)
		audit_ask_say(q, true, "no logon was seen to succeed", "");
	q->doubtful = false;
}

uint64_t
audit_ask_with_dialects(const AuditAuth *auth, unsigned from, unsigned before)
{
	uint64_t n = 0;

	for (unsigned i = from; i < before; i++)
		n = audit_sum(n, auth->dialects[i]);
	return n;
}

/*
 * What SMB1 was agreed on with was not captured, or is a name that nobody knows. Whoever negotiated and
 * left has a dialect, and has not used it.
 */
static bool
has_unknown(const AuditPair *pair)
{
	const AuditTally *chosen = &pair->tallies[AUDIT_CHOSEN];
	const uint64_t *n = pair->numbers;
	uint64_t known = 0;

	for (uint32_t i = 0; i < chosen->n; i++) {
		int dialect = audit_dialect_find(chosen->items[i].key);

		if (dialect >= 0 && dialect < (int)audit_dialect_smb2())
			known = audit_sum(known, chosen->items[i].count);
	}
	return audit_sum(n[AUDIT_N_SMB1_USED], n[AUDIT_N_PROBES]) > known && n[AUDIT_N_SMB1_USED];
}

uint64_t
audit_ask_over_unknown(const AuditQuestion *q, const AuditAuth *auth)
{
	uint64_t known = audit_ask_with_dialects(auth, 0, AUDIT_DIALECTS);

	return known < auth->seen.count && has_unknown(q->pair) ? auth->seen.count - known : 0;
}

bool
audit_ask_client_offers(const AuditQuestion *q, unsigned dialect)
{
	return audit_trait_set_newest(q->client, AUDIT_OFFERED_UP_TO) >= (int)dialect;
}

bool
audit_ask_server_chose(const AuditQuestion *q, unsigned dialect)
{
	return audit_trait_set_newest(q->server, AUDIT_CHOSE) >= (int)dialect;
}

/* ---- dialects ---- */

#define FIX_SERVER "Update the server, or turn SMB2 on there."

bool
audit_ask_speaks_smb2(const AuditQuestion *q)
{
	return audit_trait_set_has(q->client, AUDIT_SPEAKS_BOTH) ||
	       audit_trait_set_has(q->client, AUDIT_SPEAKS_SMB2_ONLY) ||
	       audit_ask_client_offers(q, audit_dialect_smb2());
}

static void
why_client_alone(AuditQuestion *q)
{
	audit_ask_say(q, false, "the client was never seen to offer anything but SMB1",
		      AUDIT_FIX_CLIENT);
	if (q->pair->numbers[AUDIT_N_PRE_NT_BY_SERVER])
		audit_ask_say(q, false, "the server chose less than the NT LM 0.12 that it offered",
			      "Update the server, or replace it.");
}

/* What the client offers was seen on a connection of this pair. */
static bool
offers_here(const AuditQuestion *q)
{
	return audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_BOTH) ||
	       audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_SMB2_ONLY) ||
	       audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_SMB1_ONLY);
}

static void
why_smb1(AuditQuestion *q)
{
	bool server = audit_trait_set_has(q->server, AUDIT_SMB2_ACCEPTED);

	if (!audit_ask_speaks_smb2(q) && !audit_trait_set_has(q->client, AUDIT_SPEAKS_SMB1_ONLY))
		audit_ask_say(
			q, true, "what the client offers was not captured",
			"See whether the client speaks SMB2; if it does not, update or replace it.");
	else if (!audit_ask_speaks_smb2(q))
		why_client_alone(q);
	else if (!server && audit_trait_set_has(q->server, AUDIT_SMB2_REFUSED))
		audit_ask_say(q, false, "the server takes nothing but SMB1", FIX_SERVER);
	else if (!server)
		audit_ask_say(
			q, true, "the server was never offered anything but SMB1",
			"Find the program on the client that offers only SMB1; see whether the server "
			"takes SMB2.");
	else if (audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_SMB1_ONLY))
		audit_ask_say(q, true,
			      "a program on the client offers only SMB1, though others speak SMB2",
			      AUDIT_FIX_PROGRAM);
	else if (!offers_here(q) || has_unknown(q->pair))
		audit_ask_say(
			q, true,
			"both ends speak SMB2 elsewhere, but what the client offers here was not "
			"captured",
			AUDIT_FIX_PROGRAM);
}

static void
guess_smb1(AuditQuestion *q)
{
	q->doubtful = true;
	why_smb1(q);
	audit_ask_say_no_logon(q);
}

/* Not used: the client was refused, or left. */
static void
why_smb1_unused(AuditQuestion *q)
{
	if (audit_traits_get(&q->pair->traits, AUDIT_LOCKED_OUT_SMB1) && audit_ask_speaks_smb2(q))
		audit_ask_say(q, false,
			      "a program on the client offers only SMB1, and was refused already",
			      AUDIT_FIX_PROGRAM);
	else if (audit_traits_get(&q->pair->traits, AUDIT_LOCKED_OUT_SMB1))
		audit_ask_say(q, false, "the client offers only SMB1, and was refused already",
			      AUDIT_FIX_CLIENT);
	else if (audit_host_left_smb1(q->pair) && !audit_ask_speaks_smb2(q))
		audit_ask_say(q, true, "the client offers only SMB1, and left before a logon",
			      AUDIT_FIX_CLIENT);
}

static const AuditEvidence *
evidence_of_smb1(const AuditPair *pair)
{
	const AuditTrait *trait = audit_traits_get(&pair->traits, AUDIT_LOCKED_OUT_SMB1);

	if (trait)
		return &trait->first;
	if (pair->seen[AUDIT_SMB1_IN_USE].n)
		return pair->seen[AUDIT_SMB1_IN_USE].first;
	trait = audit_traits_get(&pair->traits, AUDIT_SPEAKS_SMB1_ONLY);
	return trait ? &trait->first : NULL;
}

static void
ask_smb1(AuditQuestion *q)
{
	const AuditTrait *locked = audit_traits_get(&q->pair->traits, AUDIT_LOCKED_OUT_SMB1);
	const uint64_t *n_of = q->pair->numbers;

	if (n_of[AUDIT_N_BROWSING])
		audit_ask_say(
			q, false, "the computer browser speaks nothing else",
			"Nothing: the list under Network goes away with SMB1 ([MS-BRWS] 3.3.5.6).");
	if (n_of[AUDIT_N_USED_SMB1] > n_of[AUDIT_N_BROWSING])
		why_smb1(q);
	else if (n_of[AUDIT_N_SMB1_USED] > n_of[AUDIT_N_BROWSING])
		guess_smb1(q);
	else
		why_smb1_unused(q);
	if (!q->to->why)
		return;
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n = audit_sum(audit_ask_with_dialects(auth, 0, audit_dialect_smb2()),
				       audit_ask_over_unknown(q, auth));

		if (audit_ask_is_accepted(auth) && n)
			audit_ask_stop_auth(q, auth, n);
	}
	audit_ask_stop_pair(q, MAX(n_of[AUDIT_N_SMB1_USED], locked ? locked->count : 1),
			    evidence_of_smb1(q->pair));
}

/* Here one of its connections offered no dialect so new; how new one without an end is, nobody knows. */
bool
audit_ask_offers_less(const AuditQuestion *q, unsigned least)
{
	for (unsigned i = 0; i < least; i++)
		if (i != audit_dialect_any() &&
		    audit_traits_get(&q->pair->traits, (AuditTraitId)(AUDIT_OFFERED_UP_TO + i)))
			return true;
	return false;
}

/* Whether the two cannot agree on a dialect at least as new. */
static void
why_dialect(AuditQuestion *q, unsigned least)
{
	int offered = -1;
	bool any; /* "SMB 2.???": 2.1 or newer, which a server that took it would have been told next */

	for (unsigned i = 0; i < AUDIT_DIALECTS; i++)
		if (audit_traits_get(&q->pair->traits, (AuditTraitId)(AUDIT_OFFERED_UP_TO + i)))
			offered = (int)i;
	any = offered == (int)audit_dialect_any();
	if (audit_trait_set_newest(q->client, AUDIT_OFFERED_UP_TO) < 0)
		audit_ask_say(
			q, true, "what the client offers was not captured",
			"See what the newest dialect of the client is; if it is too old, update or "
			"replace it.");
	else if (any && !audit_ask_server_chose(q, least))
		audit_ask_say(q, false, "the server chose less than the client offers",
			      "Update the server.");
	else if (!any && !audit_ask_client_offers(q, least))
		audit_ask_say(q, false, "the client was never seen to offer a dialect so new",
			      AUDIT_FIX_CLIENT);
	else if (audit_ask_offers_less(q, least))
		audit_ask_say(
			q, true, "a program on the client offers less, though others offer more",
			"Find the program on the client that offers only old dialects, and update it.");
	else if (audit_ask_server_chose(q, least))
		return;
	else if (offered >= (int)least)
		audit_ask_say(q, false, "the server chose less though the client offered it",
			      "Update the server.");
	else
		audit_ask_say(q, true, "the two were never seen to agree on more",
			      "See what the newest dialect of the server is; update it if need be.");
}

/* Connections of an older dialect. That of SMB1 is old enough, though its negotiation be missing. */
static uint64_t
older_than(const AuditPair *pair, unsigned least)
{
	const AuditTally *chosen = &pair->tallies[AUDIT_CHOSEN];
	uint64_t n = 0;

	for (uint32_t i = 0; i < chosen->n; i++) {
		int dialect = audit_dialect_find(chosen->items[i].key);

		if (dialect >= 0 && dialect < (int)least && dialect != (int)audit_dialect_any())
			n = audit_sum(n, chosen->items[i].count);
	}
	return MAX(n, pair->numbers[AUDIT_N_SMB1_USED]);
}

static void
ask_dialect(AuditQuestion *q, unsigned least)
{
	const AuditSighting *used = &q->pair->seen[AUDIT_SMB1_IN_USE];
	uint64_t n = older_than(q->pair, least);

	if (!n || (!audit_ask_may_be_used(q) && !audit_host_left_smb1(q->pair)))
		return;
	why_dialect(q, least);
	audit_ask_say_no_logon(q);
	if (!q->to->why)
		return;
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t stopped = audit_sum(audit_ask_with_dialects(auth, 0, least),
					     audit_ask_over_unknown(q, auth));

		if (audit_ask_is_accepted(auth) && stopped)
			audit_ask_stop_auth(q, auth, stopped);
	}
	audit_ask_stop_pair(q, n,
			    used->n             ? used->first
			    : q->pair->traits.n ? &q->pair->traits.items[0].first
						: NULL);
}

/*
 * What failed on port 445 is no other way. Which of the connections were used is not known: more
 * over NetBIOS than all unused ones were, and if these are as many as all used ones, the others may
 * be the unused ones.
 */
static bool
may_need_netbios(const uint64_t *n)
{
	uint64_t all = n[AUDIT_N_CONNECTIONS], used = MIN(n[AUDIT_N_USED], all);

	if (!n[AUDIT_N_NETBIOS] || n[AUDIT_N_NETBIOS] >= all)
		return n[AUDIT_N_NETBIOS];
	return n[AUDIT_N_NETBIOS] >= used && n[AUDIT_N_NETBIOS] > all - used;
}

static void
ask_netbios(AuditQuestion *q)
{
	const uint64_t *n = q->pair->numbers;
	bool only = n[AUDIT_N_NETBIOS] >= n[AUDIT_N_CONNECTIONS];

	if (!may_need_netbios(n) || !audit_ask_may_be_used(q))
		return;
	audit_ask_say(q, true,
		      only ? "the two were seen over NetBIOS only (TCP port 139, IPX, NetBEUI)"
			   : "the two mostly used NetBIOS (TCP port 139, IPX, NetBEUI)",
		      "See whether the two work on port 445; update the end that does not.");
	audit_ask_say_no_logon(q);
	for (uint32_t i = 0; i < q->pair->n_auths; i++)
		if (audit_ask_is_accepted(&q->pair->auths[i]))
			audit_ask_stop_auth(q, &q->pair->auths[i], q->pair->auths[i].seen.count);
	audit_ask_stop_pair(q, n[AUDIT_N_NETBIOS],
			    q->pair->traits.n ? &q->pair->traits.items[0].first : NULL);
}

void
audit_ask(AuditQuestion *q)
{
	AuditIf what = q->setting->what;

	switch (what) {
	case AUDIT_IF_SMB1_OFF:
		ask_smb1(q);
		break;
	case AUDIT_IF_MIN_DIALECT:
		ask_dialect(q, q->setting->dialect);
		break;
	case AUDIT_IF_SIGNING:
		audit_ask_signing(q);
		break;
	case AUDIT_IF_ENCRYPTION:
		audit_ask_encryption(q);
		break;
	case AUDIT_IF_NTLM_OFF:
		audit_ask_ntlm(q, q->kerberos_used);
		break;
	case AUDIT_IF_GUEST_OFF:
	case AUDIT_IF_ANONYMOUS_OFF:
		audit_ask_nameless(q, what == AUDIT_IF_GUEST_OFF);
		break;
	case AUDIT_IF_RC4_OFF:
		audit_ask_rc4(q);
		break;
	case AUDIT_IF_NETBIOS_OFF:
		ask_netbios(q);
		break;
	default:
		audit_ask_kind(q, what);
	}
}
