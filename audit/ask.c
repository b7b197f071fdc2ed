/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting by setting: what a pair did that it forbids, and whether it had another way. */
#include "audit/ask.h"

#include <string.h>

#include "audit/accounts.h"

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
static void
say(AuditQuestion *q, bool likely, const char *why, const char *fix)
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
static void
stop_auth(AuditQuestion *q, const AuditAuth *auth, uint64_t count)
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
static void
stop_pair(AuditQuestion *q, uint64_t count, const AuditEvidence *at)
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

static bool
is_accepted(const AuditAuth *auth)
{
	return auth->who.result == SMB_RESULT_ACCEPTED;
}

/* Let in, as far as was seen: what a gap swallowed is no refusal. */
static bool
may_be_in(const AuditAuth *auth)
{
	return is_accepted(auth) || auth->who.result == SMB_RESULT_UNKNOWN;
}

static void
say_unanswered(AuditQuestion *q)
{
	if (q->doubtful)
		say(q, true, "the answer to the logon was not seen", "");
	q->doubtful = false;
}

static uint64_t
with_dialects(const AuditAuth *auth, unsigned from, unsigned before)
{
	uint64_t n = 0;

	for (unsigned i = from; i < before; i++)
		n = audit_sum(n, auth->dialects[i]);
	return n;
}

static bool
client_offers(const AuditQuestion *q, unsigned dialect)
{
	return audit_trait_set_newest(q->client, AUDIT_OFFERED_UP_TO) >= (int)dialect;
}

static bool
server_chose(const AuditQuestion *q, unsigned dialect)
{
	return audit_trait_set_newest(q->server, AUDIT_CHOSE) >= (int)dialect;
}

/* ---- dialects ---- */

#define FIX_CLIENT "Update the client, or replace it."
#define FIX_SERVER "Update the server, or turn SMB2 on there."
#define FIX_PROGRAM "Find the program on the client that offers only SMB1, and update it."

static bool
speaks_smb2(const AuditQuestion *q)
{
	return audit_trait_set_has(q->client, AUDIT_SPEAKS_BOTH) ||
	       audit_trait_set_has(q->client, AUDIT_SPEAKS_SMB2_ONLY);
}

static void
why_client_alone(AuditQuestion *q)
{
	say(q, false, "the client was never seen to offer anything but SMB1", FIX_CLIENT);
	if (q->pair->numbers[AUDIT_N_PRE_NT_BY_SERVER])
		say(q, false, "the server chose less than the NT LM 0.12 that it offered",
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

	if (!speaks_smb2(q) && !audit_trait_set_has(q->client, AUDIT_SPEAKS_SMB1_ONLY))
		say(q, true, "what the client offers was not captured",
		    "See whether the client speaks SMB2; if it does not, update or replace it.");
	else if (!speaks_smb2(q))
		why_client_alone(q);
	else if (!server && audit_trait_set_has(q->server, AUDIT_SMB2_REFUSED))
		say(q, false, "the server takes nothing but SMB1", FIX_SERVER);
	else if (!server)
		say(q, true, "the server was never offered anything but SMB1",
		    "Find the program on the client that offers only SMB1; see whether the server "
		    "takes SMB2.");
	else if (audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_SMB1_ONLY))
		say(q, true, "a program on the client offers only SMB1, though others speak SMB2",
		    FIX_PROGRAM);
	else if (!offers_here(q))
		say(q, true,
		    "both ends speak SMB2 elsewhere, but what the client offers here was not "
		    "captured",
		    FIX_PROGRAM);
}

/* Nobody was seen to be let in: the password was wrong, or the answer was not captured. */
static void
guess_smb1(AuditQuestion *q)
{
	q->doubtful = true;
	why_smb1(q);
	if (q->to->why)
		say(q, true, "no logon was seen to succeed", "");
	q->doubtful = false;
}

static void
ask_smb1(AuditQuestion *q)
{
	const AuditTrait *locked = audit_traits_get(&q->pair->traits, AUDIT_LOCKED_OUT_SMB1);
	const AuditSighting *used = &q->pair->seen[AUDIT_SMB1_IN_USE];
	const uint64_t *n_of = q->pair->numbers;

	if (n_of[AUDIT_N_BROWSING])
		say(q, false, "the computer browser speaks nothing else",
		    "Nothing: the list under Network goes away with SMB1 ([MS-BRWS] 3.3.5.6).");
	if (n_of[AUDIT_N_USED_SMB1] > n_of[AUDIT_N_BROWSING])
		why_smb1(q);
	else if (n_of[AUDIT_N_SMB1_USED] > n_of[AUDIT_N_BROWSING])
		guess_smb1(q);
	else if (locked && speaks_smb2(q))
		say(q, false, "a program on the client offers only SMB1, and was refused already",
		    FIX_PROGRAM);
	else if (locked)
		say(q, false, "the client offers only SMB1, and was refused already", FIX_CLIENT);
	if (!q->to->why)
		return;
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n = with_dialects(auth, 0, audit_dialect_smb2());

		if (is_accepted(auth) && n)
			stop_auth(q, auth, n);
	}
	stop_pair(q, MAX(n_of[AUDIT_N_SMB1_USED], locked ? locked->count : 1),
		  locked    ? &locked->first
		  : used->n ? used->first
			    : NULL);
}

/* Here one of its connections offered no dialect so new. */
static bool
offers_less(const AuditQuestion *q, unsigned least)
{
	for (unsigned i = 0; i < least; i++)
		if (audit_traits_get(&q->pair->traits, (AuditTraitId)(AUDIT_OFFERED_UP_TO + i)))
			return true;
	return false;
}

/* Whether the two cannot agree on a dialect at least as new. */
static void
why_dialect(AuditQuestion *q, unsigned least)
{
	int offered = -1;

	for (unsigned i = 0; i < AUDIT_DIALECTS; i++)
		if (audit_traits_get(&q->pair->traits, (AuditTraitId)(AUDIT_OFFERED_UP_TO + i)))
			offered = (int)i;
	if (!client_offers(q, least))
		say(q, audit_trait_set_newest(q->client, AUDIT_OFFERED_UP_TO) < 0,
		    "the client was never seen to offer a dialect so new", FIX_CLIENT);
	else if (offers_less(q, least))
		say(q, true, "a program on the client offers less, though others offer more",
		    "Find the program on the client that offers only old dialects, and update it.");
	else if (server_chose(q, least))
		return;
	else if (offered >= (int)least)
		say(q, false, "the server chose less though the client offered it",
		    "Update the server.");
	else
		say(q, true, "the two were never seen to agree on more",
		    "See what the newest dialect of the server is; update it if need be.");
}

static void
ask_dialect(AuditQuestion *q, unsigned least)
{
	const AuditTally *chosen = &q->pair->tallies[AUDIT_CHOSEN];
	uint64_t n = 0;

	for (uint32_t i = 0; i < chosen->n; i++) {
		int dialect = audit_dialect_find(chosen->items[i].key);

		if (dialect >= 0 && dialect < (int)least)
			n = audit_sum(n, chosen->items[i].count);
	}
	if (!n || !q->pair->numbers[AUDIT_N_USED])
		return;
	why_dialect(q, least);
	if (!q->to->why)
		return;
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t stopped = with_dialects(auth, 0, least);

		if (is_accepted(auth) && stopped)
			stop_auth(q, auth, stopped);
	}
	stop_pair(q, n, q->pair->traits.n ? &q->pair->traits.items[0].first : NULL);
}

/* ---- signing, encryption ---- */

#define FIX_ACCOUNT "Give the client an account on the server."

static bool
is_guest(const AuditAuth *auth)
{
	return is_accepted(auth) && auth->who.guest;
}

static bool
is_anonymous(const AuditAuth *auth)
{
	return is_accepted(auth) && !auth->who.guest &&
	       auth->who.password_type == SMB_PASSWORD_ANONYMOUS;
}

/* It signed in SMB1: more of its logons were signed than SMB2 can account for. */
bool
audit_signs1(const AuditAuth *auth)
{
	uint64_t is_signed =
		audit_sum(auth->signing[AUDIT_SIGNING_REQUIRED], auth->signing[AUDIT_SIGNING_USED]);

	return is_accepted(auth) && !is_guest(auth) && !is_anonymous(auth) &&
	       is_signed > with_dialects(auth, audit_dialect_smb2(), AUDIT_DIALECTS);
}

/* Logons over SMB1 that were not signed. */
static uint64_t
unsigned1(const AuditAuth *auth)
{
	if (!is_accepted(auth) || is_guest(auth) || is_anonymous(auth) || audit_signs1(auth))
		return 0;
	return with_dialects(auth, 0, audit_dialect_smb2());
}

static void
ask_signing_auth(AuditQuestion *q, const AuditAuth *auth)
{
	bool at_client = q->setting->at & AUDIT_AT_CLIENT,
	     at_server = q->setting->at & AUDIT_AT_SERVER;
	bool disabled = audit_trait_set_has(q->server, AUDIT_SIGNS1_DISABLED) &&
			!audit_trait_set_has(q->server, AUDIT_SIGNS1_ENABLED);
	uint64_t n = unsigned1(auth);

	if (is_guest(auth)) {
		say(q, !at_client, "guests have no key to sign with", FIX_ACCOUNT);
		stop_auth(q, auth, auth->seen.count);
	} else if (n && at_client && disabled) {
		say(q, true, "the server does not sign in SMB1", "Turn signing on at the server.");
		stop_auth(q, auth, n);
	} else if (n && at_server && !q->client_signs1) {
		say(q, true, "the client was never seen to sign in SMB1",
		    "Turn signing on at the client, or update it.");
		stop_auth(q, auth, n);
	}
}

static void
ask_signing(AuditQuestion *q)
{
	const AuditTrait *left = audit_traits_get(&q->pair->traits, AUDIT_LEFT_OVER_SIGNING);

	for (uint32_t i = 0; i < q->pair->n_auths; i++)
		ask_signing_auth(q, &q->pair->auths[i]);
	if (left) {
		say(q, false, "one end required signing already, and the other could not",
		    "Turn signing on at the end that has none.");
		stop_pair(q, left->count, &left->first);
	}
}

/* The client offered ciphers here, and the server chose none. */
static bool
has_no_cipher(const AuditQuestion *q)
{
	return audit_traits_get(&q->pair->traits, AUDIT_ENCRYPTS_NONE) &&
	       !audit_traits_get(&q->pair->traits, AUDIT_ENCRYPTS_CAPABLE);
}

/* Half a sentence and a sentence; none: nothing is in the way. */
typedef struct {
	const char *why, *fix;
} Reason;

/* The dialect was too old, `n` times. */
static Reason
too_old_to_encrypt(const AuditQuestion *q, uint64_t n)
{
	unsigned smb3 = audit_dialect_smb3();
	const char *why = "a dialect older than SMB 3.0 was used, and encryption begins there";

	if (!n)
		return (Reason){ NULL, NULL };
	if (!client_offers(q, smb3))
		return (Reason){ why, FIX_CLIENT };
	if (offers_less(q, smb3))
		return (Reason){ why, "Find the program on the client that offers only old "
				      "dialects, and update it." };
	if (server_chose(q, smb3))
		return (Reason){ NULL, NULL };
	return (Reason){ why, "Update the server." };
}

static Reason
cannot_encrypt(const AuditQuestion *q, const AuditAuth *auth, uint64_t *ret_n)
{
	*ret_n = auth->seen.count;
	if (auth->who.guest)
		return (Reason){ "guests have no key to encrypt with", FIX_ACCOUNT };
	if (auth->who.password_type == SMB_PASSWORD_ANONYMOUS)
		return (Reason){ "anonymous sessions have no key to encrypt with", FIX_ACCOUNT };
	if (auth->encrypted >= auth->seen.count)
		return (Reason){ NULL, NULL };
	if (has_no_cipher(q) && audit_trait_set_has(q->server, AUDIT_ENCRYPTS_CAPABLE))
		return (Reason){ "the two have no cipher in common",
				 "Allow one cipher at both ends; update the end that has none." };
	if (has_no_cipher(q))
		return (Reason){ "the server does not say that it can encrypt",
				 "Turn encryption on at the server, or update it." };
	if (audit_trait_set_has(q->client, AUDIT_CLIENT_ENCRYPTS_NONE) &&
	    !audit_trait_set_has(q->client, AUDIT_CLIENT_ENCRYPTS_CAPABLE))
		return (Reason){ "the client does not say that it can encrypt", FIX_CLIENT };
	*ret_n = with_dialects(auth, 0, audit_dialect_smb3());
	return too_old_to_encrypt(q, *ret_n);
}

static void
ask_encryption(AuditQuestion *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n;
		Reason reason = { NULL, NULL };

		if (is_accepted(auth))
			reason = cannot_encrypt(q, auth, &n);
		if (!reason.why)
			continue;
		/* Samba lets null sessions in. */
		say(q, auth->who.password_type == SMB_PASSWORD_ANONYMOUS, reason.why, reason.fix);
		stop_auth(q, auth, n);
	}
}

/* ---- logons ---- */

/* True if the same account was let in with a better kind from this client. */
static bool
has_better(const AuditQuestion *q, const AuditIdentity *who, AuditTake than)
{
	g_autofree char *account = g_utf8_casefold(who->account, -1);

	return who->account[0] && audit_tally_of(q->better, account) > (uint64_t)than + 1;
}

/* 0: not of this kind; 1: it is; 2: it may be. */
static int
is_kind(SmbPasswordType type, AuditIf what)
{
	switch (type) {
	case SMB_PASSWORD_PLAINTEXT:
		return what == AUDIT_IF_PLAINTEXT_OFF ? 2 : 0;
	/* Who forbids NTLMv1 forbids LM with it: LmCompatibilityLevel 5, Samba's ntlmv2-only. */
	case SMB_PASSWORD_LM:
		return what == AUDIT_IF_LM_OFF || what == AUDIT_IF_NTLMV1_OFF;
	case SMB_PASSWORD_LM_OR_LMV2:
		return what == AUDIT_IF_LM_OFF || what == AUDIT_IF_NTLMV1_OFF ? 2 : 0;
	case SMB_PASSWORD_LM_OR_NTLM:
		return what == AUDIT_IF_LM_OFF || what == AUDIT_IF_NTLMV1_OFF ? 2 : 0;
	case SMB_PASSWORD_NTLMV1_LM:
	case SMB_PASSWORD_NTLM_ONLY:
	case SMB_PASSWORD_NTLMV1_ESS:
		return what == AUDIT_IF_NTLMV1_OFF;
	default:
		return 0;
	}
}

static void
why_plaintext(AuditQuestion *q, bool likely)
{
	if (audit_traits_get(&q->pair->traits, AUDIT_PLAINTEXT_ASKED))
		say(q, likely, "the server asked for the password in plain text",
		    "Let the server ask for challenge/response (Samba: encrypt passwords = yes), "
		    "or update it.");
	else
		say(q, likely, "the client sent nothing better for this account",
		    "Forbid the client to send plain-text passwords, or update it.");
}

/* The response is what the dialect and the server's security level have; else the client's choice. */
static void
why_kind(AuditQuestion *q, const AuditAuth *auth, AuditIf what, bool likely)
{
	if (what == AUDIT_IF_PLAINTEXT_OFF)
		why_plaintext(q, likely);
	else if (audit_traits_get(&q->pair->traits, AUDIT_SHARE_LEVEL))
		say(q, likely, "the server works with share-level security",
		    "Switch the server to user-level security, or replace it.");
	else if (with_dialects(auth, 0, audit_dialect_nt()))
		say(q, likely, "the dialect is older than NT LM 0.12, and has only LM responses",
		    "Update the end that speaks nothing newer, or replace it.");
	else
		say(q, likely, "the client sent nothing better for this account",
		    "Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = "
		    "yes), or update it.");
}

static void
ask_kind(AuditQuestion *q, AuditIf what)
{
	static const AuditTake takes[AUDIT_IFS] = { [AUDIT_IF_PLAINTEXT_OFF] = AUDIT_TAKES_PLAINTEXT,
						    [AUDIT_IF_LM_OFF] = AUDIT_TAKES_LM,
						    [AUDIT_IF_NTLMV1_OFF] = AUDIT_TAKES_NTLMV1 };

	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		int kind = is_kind(auth->who.password_type, what);

		if (!kind || !may_be_in(auth) || auth->who.guest ||
		    has_better(q, &auth->who, takes[what]))
			continue;
		/* Asked for challenge/response, it may well answer. */
		if (q->pair->seen[AUDIT_PLAINTEXT_UNASKED].count)
			kind = 1;
		q->doubtful = !is_accepted(auth);
		why_kind(q, auth, what, kind == 2);
		say_unanswered(q);
		stop_auth(q, auth, auth->seen.count);
	}
}

/* \\10.0.0.1\share: Kerberos has no ticket for an address. */
static bool
is_by_address(const AuditAuth *auth)
{
	for (uint32_t i = 0; i < auth->shares.n; i++) {
		const char *path = auth->shares.items[i].key;
		const char *host = path + strspn(path, "\\");
		g_autofree char *name = g_strndup(host, strcspn(host, "\\"));

		if (g_hostname_is_ip_address(name))
			return true;
	}
	return false;
}

static bool
is_local(const AuditQuestion *q, const AuditAuth *auth)
{
	const AuditTally *servers = &q->pair->tallies[AUDIT_SERVER_NAME];

	for (uint32_t i = 0; i < servers->n; i++)
		if (auth->who.domain[0] &&
		    g_ascii_strcasecmp(servers->items[i].key, auth->who.domain) == 0)
			return true;
	return false;
}

static void
why_ntlm(AuditQuestion *q, const AuditAuth *auth, bool kerberos_used)
{
	bool listed = false;

	for (unsigned i = AUDIT_OFFERS_KERBEROS; i < AUDIT_OFFERS_CHALLENGE; i++)
		listed |= audit_trait_set_has(q->server, (AuditTraitId)i);
	/* Without extended security a server cannot say what it has ([MS-SMB] 2.2.4.5.2.1). */
	if (!listed)
		say(q, true, "the logon was without extended security, which Kerberos needs",
		    "See why the client does without, or update it; join the server to a domain.");
	else if (!audit_trait_set_has(q->server, AUDIT_OFFERS_KERBEROS))
		say(q, false, "the server does not offer Kerberos", "Join the server to a domain.");
	else if (is_local(q, auth))
		say(q, !kerberos_used ? false : true, "the account is one of the server's own",
		    "Use an account of the domain.");
	else if (is_by_address(auth))
		say(q, kerberos_used, "the server was named by its address",
		    "Use the server's name: Kerberos has no tickets for addresses.");
	else
		say(q, kerberos_used, "NTLM was used though the server offers Kerberos",
		    "See why the client has no ticket: SPN, name resolution, clock, trust.");
}

static void
ask_ntlm(AuditQuestion *q, bool kerberos_used)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		if (!may_be_in(auth) || auth->who.guest || !audit_is_ntlm(auth->who.password_type))
			continue;
		q->doubtful = !is_accepted(auth);
		why_ntlm(q, auth, kerberos_used);
		say_unanswered(q);
		stop_auth(q, auth, auth->seen.count);
	}
}

/* Sessions that did nothing after the logon are not missed. */
static void
ask_nameless(AuditQuestion *q, bool guest)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		if (!(guest ? is_guest(auth) : is_anonymous(auth)) ||
		    (!auth->shares.n && !auth->shares.left_out))
			continue;
		say(q, false, guest ? "it was let in as guest" : "it was let in without a name",
		    FIX_ACCOUNT);
		stop_auth(q, auth, auth->seen.count);
	}
}

static void
ask_rc4(AuditQuestion *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n = 0;

		for (uint32_t j = 0; j < auth->encryption_types.n; j++)
			if (audit_is_weak_encryption((int32_t)g_ascii_strtoll(
				    auth->encryption_types.items[j].key, NULL, 10)))
				n = audit_sum(n, auth->encryption_types.items[j].count);
		if (!n)
			continue;
		say(q, true, "a Kerberos ticket or session key is of RC4 or DES",
		    "Give the server's account AES keys (msDS-SupportedEncryptionTypes; change its "
		    "password once).");
		stop_auth(q, auth, n);
	}
}

static void
ask_netbios(AuditQuestion *q)
{
	const uint64_t *n = q->pair->numbers;

	if (!n[AUDIT_N_NETBIOS] || n[AUDIT_N_NETBIOS] < n[AUDIT_N_CONNECTIONS] || !n[AUDIT_N_USED])
		return;
	say(q, true, "the two were seen over NetBIOS only (TCP port 139, IPX, NetBEUI)",
	    "See whether the two work on port 445; update the end that does not.");
	for (uint32_t i = 0; i < q->pair->n_auths; i++)
		if (is_accepted(&q->pair->auths[i]))
			stop_auth(q, &q->pair->auths[i], q->pair->auths[i].seen.count);
	stop_pair(q, n[AUDIT_N_NETBIOS],
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
		ask_signing(q);
		break;
	case AUDIT_IF_ENCRYPTION:
		ask_encryption(q);
		break;
	case AUDIT_IF_NTLM_OFF:
		ask_ntlm(q, q->kerberos_used);
		break;
	case AUDIT_IF_GUEST_OFF:
	case AUDIT_IF_ANONYMOUS_OFF:
		ask_nameless(q, what == AUDIT_IF_GUEST_OFF);
		break;
	case AUDIT_IF_RC4_OFF:
		ask_rc4(q);
		break;
	case AUDIT_IF_NETBIOS_OFF:
		ask_netbios(q);
		break;
	default:
		ask_kind(q, what);
	}
}
