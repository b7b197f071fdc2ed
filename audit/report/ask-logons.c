/* SPDX-License-Identifier: BSD-3-Clause */
/* Logons: which of a pair are of a kind that a setting forbids, and whether they had another way. */
#include "audit/report/ask.h"

#include <string.h>

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
		audit_ask_say(
			q, likely, "the server asked for the password in plain text",
			"Let the server ask for challenge/response (Samba: encrypt passwords = yes), "
			"or update it.");
	else
		audit_ask_say(q, likely, "the client sent nothing better for this account",
			      "Forbid the client to send plain-text passwords, or update it.");
}

/* The response is what the dialect and the server's security level have; else the client's choice. */
static void
why_kind(AuditQuestion *q, const AuditAuth *auth, AuditIf what, bool likely)
{
	if (what == AUDIT_IF_PLAINTEXT_OFF)
		why_plaintext(q, likely);
	else if (audit_traits_get(&q->pair->traits, AUDIT_SHARE_LEVEL))
		audit_ask_say(q, likely, "the server works with share-level security",
			      "Switch the server to user-level security, or replace it.");
	else if (audit_ask_with_dialects(auth, 0, audit_dialect_nt()))
		audit_ask_say(q, likely,
			      "the dialect is older than NT LM 0.12, and has only LM responses",
			      "Update the end that speaks nothing newer, or replace it.");
	else
		audit_ask_say(
			q, likely, "the client sent nothing better for this account",
			"Set LmCompatibilityLevel 3 or more on the client (Samba: client NTLMv2 auth = "
			"yes), or update it.");
}

void
audit_ask_kind(AuditQuestion *q, AuditIf what)
{
	static const AuditTake takes[AUDIT_IFS] = { [AUDIT_IF_PLAINTEXT_OFF] = AUDIT_TAKES_PLAINTEXT,
						    [AUDIT_IF_LM_OFF] = AUDIT_TAKES_LM,
						    [AUDIT_IF_NTLMV1_OFF] = AUDIT_TAKES_NTLMV1 };

	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		int kind = is_kind(auth->who.password_type, what);

		if (!kind || !audit_ask_may_be_in(auth) || audit_is_let_in_as_other(&auth->who) ||
		    has_better(q, &auth->who, takes[what]))
			continue;
		/* Asked for challenge/response, it may well answer. */
		if (q->pair->seen[AUDIT_PLAINTEXT_UNASKED].count)
			kind = 1;
		q->doubtful = !audit_ask_is_accepted(auth);
		why_kind(q, auth, what, kind == 2);
		audit_ask_say_unanswered(q);
		audit_ask_stop_auth(q, auth, auth->seen.count);
	}
}

/* Sessions that did nothing after the logon are not missed. */
static bool
is_missed(const AuditAuth *auth)
{
	return auth->shares.n || auth->shares.left_out;
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
	if (!listed &&
	    (auth->who.mech == SMB_MECH_NTLMSSP || auth->who.mech == SMB_MECH_SPNEGO_NTLMSSP))
		audit_ask_say(
			q, true, "which mechanisms the server offers was not seen",
			"See whether the server offers Kerberos; if not, join it to a domain.");
	else if (!listed)
		audit_ask_say(
			q, true, "the logon was without extended security, which Kerberos needs",
			"See why the client does without, or update it; join the server to a domain.");
	else if (!audit_trait_set_has(q->server, AUDIT_OFFERS_KERBEROS))
		audit_ask_say(q, false, "the server does not offer Kerberos",
			      "Join the server to a domain.");
	else if (is_local(q, auth))
		audit_ask_say(q, !kerberos_used ? false : true,
			      "the account is one of the server's own",
			      "Use an account of the domain.");
	else if (is_by_address(auth))
		audit_ask_say(q, kerberos_used, "the server was named by its address",
			      "Use the server's name: Kerberos has no tickets for addresses.");
	else
		audit_ask_say(
			q, kerberos_used, "NTLM was used though the server offers Kerberos",
			"See why the client has no ticket that the server takes: SPN, name resolution, clock, trust.");
}

void
audit_ask_ntlm(AuditQuestion *q, bool kerberos_used)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		/* Anonymous sessions need no response that NTLM could check. */
		if (!audit_ask_may_be_in(auth) || auth->who.null_session ||
		    (auth->who.guest && !is_missed(auth)) ||
		    !audit_is_ntlm(auth->who.password_type))
			continue;
		q->doubtful = !audit_ask_is_accepted(auth);
		if (auth->who.guest)
			audit_ask_say(q, true, "it was let in as guest after an NTLM logon",
				      AUDIT_FIX_ACCOUNT);
		else
			why_ntlm(q, auth, kerberos_used);
		audit_ask_say_unanswered(q);
		audit_ask_stop_auth(q, auth, auth->seen.count);
	}
}

void
audit_ask_nameless(AuditQuestion *q, bool guest)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		if (!(guest ? audit_ask_is_guest(auth) : audit_ask_is_anonymous(auth)) ||
		    !is_missed(auth))
			continue;
		audit_ask_say(q, false,
			      guest ? "it was let in as guest" : "it was let in anonymously",
			      AUDIT_FIX_ACCOUNT);
		audit_ask_stop_auth(q, auth, auth->seen.count);
	}
}

void
audit_ask_rc4(AuditQuestion *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n = audit_weak_tickets(auth);

		if (!n || !audit_ask_may_be_in(auth))
			continue;
		audit_ask_say(
			q, true, "a Kerberos ticket or session key is of RC4 or DES",
			"Give the server's account AES keys (msDS-SupportedEncryptionTypes; change its "
			"password once).");
		audit_ask_stop_auth(q, auth, n);
	}
}
