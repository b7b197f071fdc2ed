/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting by setting: which pairs did something that it forbids, and had no other way. */
#include "audit/whatif.h"

#include <string.h>

enum {
	ACCOUNTS_MAX = SMB_CAP(256, 2), /* of a setting; of a pair AUDIT_NAMES_MAX */
	SHARES_MAX = AUDIT_SHARES_MAX,
};

/* What is asked of one pair. */
typedef struct {
	const AuditReport *report;
	const AuditSetting *setting;
	const AuditPair *pair;
	const AuditTraitSet *client, *server;
	const AuditTally *better; /* account, and the best kind it was let in with from this client */
	bool client_signs1;       /* in SMB1, somewhere */
	AuditBreak *to;
} Question;

const char *
audit_what_name(AuditWhat what)
{
	static const char *const names[] = { "breaks", "nobody_seen", "too_little_seen" };

	return names[what];
}

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
say(Question *q, bool likely, const char *why, const char *fix)
{
	AuditBreak *b = q->to;

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
	g_autofree char *name = NULL;

	if (who->guest)
		name = g_strdup(who->account[0] ? who->account : "(guest)");
	else if (who->password_type == SMB_PASSWORD_ANONYMOUS)
		name = g_strdup("(anonymous)");
	else if (!who->account[0])
		name = g_strdup("(unknown)");
	else
		name = g_strconcat(who->domain, who->domain[0] ? "\\" : "", who->account, NULL);
	audit_tally_add(to, (AuditCap){ AUDIT_NAMES_MAX, NULL }, name, count);
}

/* `count` of the logons of this kind are stopped. */
static void
stop_auth(Question *q, const AuditAuth *auth, uint64_t count)
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
stop_pair(Question *q, uint64_t count, const AuditEvidence *at)
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

static uint64_t
with_dialects(const AuditAuth *auth, unsigned from, unsigned before)
{
	uint64_t n = 0;

	for (unsigned i = from; i < before; i++)
		n = audit_sum(n, auth->dialects[i]);
	return n;
}

static bool
client_offers(const Question *q, unsigned dialect)
{
	return audit_trait_set_newest(q->client, AUDIT_OFFERED_UP_TO) >= (int)dialect;
}

static bool
server_chose(const Question *q, unsigned dialect)
{
	return audit_trait_set_newest(q->server, AUDIT_CHOSE) >= (int)dialect;
}

/* ---- dialects ---- */

#define FIX_CLIENT "Update the client, or replace it."
#define FIX_SERVER "Update the server, or turn SMB2 on there."
#define FIX_PROGRAM "Find the program on the client that offers only SMB1, and update it."

static bool
speaks_smb2(const Question *q)
{
	return audit_trait_set_has(q->client, AUDIT_SPEAKS_BOTH) ||
	       audit_trait_set_has(q->client, AUDIT_SPEAKS_SMB2_ONLY);
}

static void
why_smb1(Question *q)
{
	bool server = audit_trait_set_has(q->server, AUDIT_SMB2_ACCEPTED);

	if (!speaks_smb2(q))
		say(q, false, "the client was never seen to offer anything but SMB1", FIX_CLIENT);
	else if (!server && audit_trait_set_has(q->server, AUDIT_SMB2_REFUSED))
		say(q, false, "the server takes nothing but SMB1", FIX_SERVER);
	else if (!server)
		say(q, false, "the server was never offered anything but SMB1",
		    "Find the program on the client that offers only SMB1; see whether the server "
		    "takes SMB2.");
	else if (audit_traits_get(&q->pair->traits, AUDIT_SPEAKS_SMB1_ONLY))
		say(q, true, "a program on the client offers only SMB1, though others speak SMB2",
		    FIX_PROGRAM);
}

static void
ask_smb1(Question *q)
{
	const AuditTrait *locked = audit_traits_get(&q->pair->traits, AUDIT_LOCKED_OUT_SMB1);
	const AuditSighting *used = &q->pair->seen[AUDIT_SMB1_IN_USE];

	if (q->pair->numbers[AUDIT_N_BROWSING])
		say(q, false, "the computer browser speaks nothing else",
		    "Nothing: the list under Network goes away with SMB1 ([MS-BRWS] 3.3.5.6).");
	if (q->pair->numbers[AUDIT_N_USED_SMB1] > q->pair->numbers[AUDIT_N_BROWSING])
		why_smb1(q);
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
	stop_pair(q, MAX(q->pair->numbers[AUDIT_N_USED_SMB1], locked ? locked->count : 1),
		  locked    ? &locked->first
		  : used->n ? used->first
			    : NULL);
}

/* Here one of its connections offered no dialect so new. */
static bool
offers_less(const Question *q, unsigned least)
{
	for (unsigned i = 0; i < least; i++)
		if (audit_traits_get(&q->pair->traits, (AuditTraitId)(AUDIT_OFFERED_UP_TO + i)))
			return true;
	return false;
}

/* Whether the two cannot agree on a dialect at least as new. */
static void
why_dialect(Question *q, unsigned least)
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
ask_dialect(Question *q, unsigned least)
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
static bool
signs1(const AuditAuth *auth)
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
	if (!is_accepted(auth) || is_guest(auth) || is_anonymous(auth) || signs1(auth))
		return 0;
	return with_dialects(auth, 0, audit_dialect_smb2());
}

static void
ask_signing_auth(Question *q, const AuditAuth *auth)
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
ask_signing(Question *q)
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
has_no_cipher(const Question *q)
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
too_old_to_encrypt(const Question *q, uint64_t n)
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
cannot_encrypt(const Question *q, const AuditAuth *auth, uint64_t *ret_n)
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
ask_encryption(Question *q)
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
has_better(const Question *q, const AuditIdentity *who, AuditTake than)
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
why_plaintext(Question *q, bool likely)
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
why_kind(Question *q, const AuditAuth *auth, AuditIf what, bool likely)
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
ask_kind(Question *q, AuditIf what)
{
	static const AuditTake takes[AUDIT_IFS] = { [AUDIT_IF_PLAINTEXT_OFF] = AUDIT_TAKES_PLAINTEXT,
						    [AUDIT_IF_LM_OFF] = AUDIT_TAKES_LM,
						    [AUDIT_IF_NTLMV1_OFF] = AUDIT_TAKES_NTLMV1 };

	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		int kind = is_kind(auth->who.password_type, what);

		if (!kind || !is_accepted(auth) || auth->who.guest ||
		    has_better(q, &auth->who, takes[what]))
			continue;
		/* Asked for challenge/response, it may well answer. */
		if (q->pair->seen[AUDIT_PLAINTEXT_UNASKED].count)
			kind = 1;
		why_kind(q, auth, what, kind == 2);
		stop_auth(q, auth, auth->seen.count);
	}
}

static bool
is_ntlm(SmbPasswordType type)
{
	return type == SMB_PASSWORD_LM || type == SMB_PASSWORD_LM_OR_LMV2 ||
	       type == SMB_PASSWORD_LM_OR_NTLM || type == SMB_PASSWORD_NTLMV1_LM ||
	       type == SMB_PASSWORD_NTLM_ONLY || type == SMB_PASSWORD_NTLMV1_ESS ||
	       type == SMB_PASSWORD_NTLMV2;
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
is_local(const Question *q, const AuditAuth *auth)
{
	const AuditTally *servers = &q->pair->tallies[AUDIT_SERVER_NAME];

	for (uint32_t i = 0; i < servers->n; i++)
		if (auth->who.domain[0] &&
		    g_ascii_strcasecmp(servers->items[i].key, auth->who.domain) == 0)
			return true;
	return false;
}

static void
why_ntlm(Question *q, const AuditAuth *auth, bool kerberos_used)
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
ask_ntlm(Question *q, bool kerberos_used)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		if (!is_accepted(auth) || auth->who.guest || !is_ntlm(auth->who.password_type))
			continue;
		why_ntlm(q, auth, kerberos_used);
		stop_auth(q, auth, auth->seen.count);
	}
}

/* Sessions that did nothing after the logon are not missed. */
static void
ask_nameless(Question *q, bool guest)
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

/* RFC 4757, RFC 3961; negative types are what Windows had before. */
static bool
is_weak(const char *type)
{
	static const char *const weak[] = { "1",    "2",    "3",    "23",   "24",   "-128", "-129",
					    "-130", "-131", "-132", "-133", "-134", "-135" };

	for (size_t i = 0; i < G_N_ELEMENTS(weak); i++)
		if (strcmp(type, weak[i]) == 0)
			return true;
	return false;
}

static void
ask_rc4(Question *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n = 0;

		for (uint32_t j = 0; j < auth->encryption_types.n; j++)
			if (is_weak(auth->encryption_types.items[j].key))
				n = audit_sum(n, auth->encryption_types.items[j].count);
		if (!n)
			continue;
		say(q, true, "its ticket or its session key is of RC4 or DES",
		    "Give the server's account AES keys (msDS-SupportedEncryptionTypes; change its "
		    "password once).");
		stop_auth(q, auth, n);
	}
}

static void
ask_netbios(Question *q)
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

static void
ask(Question *q, bool kerberos_used)
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
		ask_ntlm(q, kerberos_used);
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

/* ---- all pairs ---- */

/* What a client's other pairs show of it. */
typedef struct {
	AuditTraitSet traits;
	AuditTally better; /* by account: the best AuditTake with which it was let in, plus 1 */
	bool kerberos_used;
	bool signs1; /* in SMB1 */
} ClientFacts;

static void
client_auth(ClientFacts *c, const AuditAuth *auth)
{
	int take = audit_take_of(&auth->who);
	g_autofree char *account = NULL;
	uint64_t best;

	c->signs1 |= signs1(auth);
	if (!is_accepted(auth) || take < 0)
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
		const AuditPair *pair =
			audit_kept_read(g_array_index(report->pairs, const AuditKept *, i),
					&scratch);

		audit_trait_set_add(&ret->traits, &pair->traits, true);
		for (uint32_t j = 0; j < pair->n_auths; j++)
			client_auth(ret, &pair->auths[j]);
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

			audit_trait_set_add(&sets[i], &audit_kept_read(kept, &scratch)->traits,
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
	return 2 * sizeof(*b) + tally_bytes(&b->accounts) + tally_bytes(&b->shares) +
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

static bool
ask_pair(Answer *a, const AuditKept *kept, const ClientFacts *client)
{
	const AuditMember *server = audit_member_find(a->report->servers, &kept->server);
	size_t at = (size_t)(server - &g_array_index(a->report->servers, AuditMember, 0));
	AuditBreak b = { .pair = kept };
	AuditPair scratch = { 0 };
	Question q = { .report = a->report,
		       .setting = &a->to->setting,
		       .pair = audit_kept_read(kept, &scratch),
		       .client = &client->traits,
		       .server = &a->servers[at],
		       .better = &client->better,
		       .client_signs1 = client->signs1,
		       .to = &b };
	bool stopped;

	ask(&q, client->kerberos_used);
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
	if (audit_report_is_enough(report, &report->total) && !audit_report_may_miss(report))
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

		if (!client->scanner && !client->guesser)
			ask_client(&a, client);
	}
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
