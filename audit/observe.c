/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/observe.h"

#include "audit/takes.h"
#include "dissect/wire/codes.h"

enum { CHALLENGE = 8 }; /* bytes of one */

/* What an event shows; it is added to the traits of the pair once, at the end. */
typedef AuditTraitSet Seen;

static void
show(Seen *s, AuditTraitId id)
{
	audit_trait_set_put(s, id);
}

static void
show_if(Seen *s, bool is, AuditTraitId id)
{
	if (is)
		show(s, id);
}

/* A trait for each of the bits `from` and up. */
static void
show_bits(Seen *s, uint32_t bits, unsigned from, unsigned n, AuditTraitId id)
{
	for (unsigned i = 0; i < n; i++)
		show_if(s, bits >> (from + i) & 1, (AuditTraitId)(id + i));
}

/* ---- negotiation ---- */

static int
dialect_of(SmbText text)
{
	char name[AUDIT_KEY_MAX];

	smb_text_to_utf8(text, name, sizeof(name));
	return audit_dialect_find(name);
}

typedef struct {
	bool smb1, nt, smb2; /* offered; `nt`: NT LM 0.12 */
	int newest;          /* -1: none that is known by name */
} Offer;

static Offer
offer_of(const SmbConnectionInfo *info)
{
	Offer offer = { .newest = -1 };

	for (uint32_t i = 0; i < info->n_dialects; i++) {
		char name[AUDIT_KEY_MAX];
		int dialect;
		bool smb2;

		smb_text_to_utf8(smb_string_text(info->dialects[i]), name, sizeof(name));
		smb2 = g_str_has_prefix(name, "SMB 2") || i >= info->n_dialects_smb1;
		offer.smb2 |= smb2;
		offer.smb1 |= !smb2;
		offer.nt |= strcmp(name, "NT LM 0.12") == 0;
		/* The list of SMB2 says what the wildcard stood for. */
		dialect = audit_dialect_find(name);
		if (dialect != (int)audit_dialect_any() ||
		    info->n_dialects == info->n_dialects_smb1)
			offer.newest = MAX(offer.newest, dialect);
	}
	return offer;
}

/* What an SMB2 negotiate says of the client; where it is cut, only what it has. */
static void
observe_asked(Seen *s, const SmbNegotiateFacts *n, bool cut)
{
	bool encrypts = n->client_capabilities & SMB2_GLOBAL_CAP_ENCRYPTION ||
			n->client_algorithms.ciphers;

	if (n->client_security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED)
		show(s, AUDIT_CLIENT_SIGNS2_REQUIRED);
	else if (n->client_security_mode & SMB2_NEGOTIATE_SIGNING_ENABLED)
		show(s, AUDIT_CLIENT_SIGNS2_ENABLED);
	else
		show_if(s, !cut, AUDIT_CLIENT_SIGNS2_NONE);
	if (encrypts)
		show(s, AUDIT_CLIENT_ENCRYPTS_CAPABLE);
	else
		show_if(s, !cut, AUDIT_CLIENT_ENCRYPTS_NONE);
	show_bits(s, n->client_algorithms.ciphers, 1, 4, AUDIT_CLIENT_CIPHER);
}

/*
 * Share-level servers and those without challenge/response do not sign ([MS-CIFS] 3.2.5.2). Before
 * NT there was nothing to say it with.
 */
static void
observe_mode1(Seen *s, const SmbConnectionInfo *info, const SmbNegotiateFacts *n, int dialect)
{
	if (!n->has_security_mode && !info->share_level)
		return; /* the capture is cut before it */
	show(s, info->share_level ? AUDIT_SHARE_LEVEL : AUDIT_USER_LEVEL);
	show(s, info->plaintext ? AUDIT_PLAINTEXT_ASKED : AUDIT_CHALLENGES);
	/* Whoever wants passwords in plain text takes no responses, whatever it sends. */
	show_if(s, !n->extended_security && !info->plaintext && n->challenge.len == CHALLENGE,
		AUDIT_OFFERS_CHALLENGE);
	if (dialect < (int)audit_dialect_nt() || !n->has_security_mode)
		return;
	if (info->share_level || info->plaintext || !n->signing_enabled)
		show(s, AUDIT_SIGNS1_DISABLED);
	else
		show(s, n->signing_required ? AUDIT_SIGNS1_REQUIRED : AUDIT_SIGNS1_ENABLED);
}

/* [MS-SMB2] 3.2.4.2.2.2: from 3.0 on in the capabilities, of 3.1.1 also in a context. */
static bool
asks_for_encryption(const SmbConnectionInfo *info, const SmbNegotiateFacts *n)
{
	int newest = offer_of(info).newest;

	return newest >= (int)audit_dialect_smb3() &&
	       n->client_capabilities & SMB2_GLOBAL_CAP_ENCRYPTION &&
	       (newest < AUDIT_DIALECTS - 1 || n->client_algorithms.ciphers);
}

static void
show_mode2(Seen *s, const SmbNegotiateFacts *n, bool cut)
{
	if (n->signing_required)
		show(s, AUDIT_SIGNS2_REQUIRED);
	else
		show_if(s, n->signing_enabled || !cut, AUDIT_SIGNS2_ENABLED);
}

static void
observe_mode2(Seen *s, const SmbConnectionInfo *info, const SmbNegotiateFacts *n, bool cut)
{
	bool capable = n->capabilities & SMB2_GLOBAL_CAP_ENCRYPTION || n->algorithms.ciphers > 1;
	bool asked = asks_for_encryption(info, n) && !cut;

	show_mode2(s, n, cut);
	/* Without the client's offer nothing says what the server could do. */
	if (capable)
		show(s, AUDIT_ENCRYPTS_CAPABLE);
	else
		show_if(s, asked, AUDIT_ENCRYPTS_NONE);
	show_bits(s, n->algorithms.ciphers, 1, 4, AUDIT_CIPHER);
	show_bits(s, n->algorithms.signings, 0, 3, AUDIT_SIGNING_ALGORITHM);
	show_bits(s, n->algorithms.compressions, 1, 5, AUDIT_COMPRESSION);
}

static bool
is_wildcard(SmbText text)
{
	return smb_text_equal(text, smb_text_from_utf8("SMB 2.???"));
}

static void
observe_answer(Seen *s, const SmbConnectionInfo *info, const SmbExchange *x)
{
	const SmbNegotiateFacts *n = &x->negotiate;
	uint32_t mechanisms;
	int dialect;

	if (!n->answered_by || n->refused)
		return;
	dialect = dialect_of(n->dialect);
	mechanisms = smb_offered_mechanisms(n->token);
	/* The wildcard only says that another negotiate follows ([MS-SMB2] 3.3.5.3.1). */
	if (n->answered_by == 2 && is_wildcard(n->dialect))
		dialect = -1;
	show(s, n->answered_by == 2 ? AUDIT_SMB2_ACCEPTED : AUDIT_SMB1_ACCEPTED);
	if (dialect >= 0)
		show(s, (AuditTraitId)(AUDIT_CHOSE + dialect));
	show_if(s, mechanisms & SMB_OFFER_KERBEROS, AUDIT_OFFERS_KERBEROS);
	show_if(s, mechanisms & SMB_OFFER_NTLMSSP, AUDIT_OFFERS_NTLMSSP);
	show_if(s, mechanisms & SMB_OFFER_NEGOEX, AUDIT_OFFERS_NEGOEX);
	show_if(s, mechanisms & SMB_OFFER_IAKERB, AUDIT_OFFERS_IAKERB);
	if (n->answered_by == 1)
		observe_mode1(s, info, n, dialect);
	else if (x->version == 2) /* the answer to an SMB1 negotiate is followed by another */
		observe_mode2(s, info, n, x->incomplete != 0);
	else
		show_mode2(s, n, x->incomplete != 0);
}

/* ---- logons, shares ---- */

static void
observe_auth(Seen *s, const SmbAuth *auth)
{
	show_if(s,
		auth && auth->result == SMB_RESULT_ACCEPTED && !smb_auth_is_nobody(auth) &&
			audit_is_ntlm(auth->password_type),
		AUDIT_NTLM_ACCEPTED);
}

/*
 * A challenge shows that the server takes NTLM. What else it takes, only its list of mechanisms
 * shows, which may not have been captured, or be empty.
 */
static AuditTraitId
offer_of_challenge(const AuditTraits *traits)
{
	for (unsigned id = AUDIT_OFFERS_KERBEROS; id < AUDIT_OFFERS_CHALLENGE; id++)
		if (audit_traits_get(traits, (AuditTraitId)id))
			return AUDIT_OFFERS_NTLMSSP;
	return AUDIT_OFFERS_CHALLENGE;
}

static void
observe_setup(Seen *s, const AuditTraits *traits, const SmbSessionFacts *setup)
{
	show_if(s, setup->challenge.len == CHALLENGE, offer_of_challenge(traits));
	show_if(s, setup->encrypts, AUDIT_ENCRYPTS_ASKED);
	observe_auth(s, setup->auth);
}

void
audit_observe_exchange(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
		       const SmbExchange *x)
{
	Seen s = { 0 };
	AuditEvidence at;

	switch (x->step) {
	case SMB_STEP_NEGOTIATE:
		if (x->version == 2 && x->request.frame)
			observe_asked(&s, &x->negotiate, x->incomplete != 0);
		observe_answer(&s, info, x);
		break;
	case SMB_STEP_SESSION_SETUP:
		observe_setup(&s, &facts->pair.traits, &x->session);
		break;
	case SMB_STEP_TREE_CONNECT:
		show_if(&s, x->tree_connect.encrypts, AUDIT_ENCRYPTS_SHARE);
		observe_auth(&s, x->tree_connect.auth);
		break;
	case SMB_STEP_NOTIFY:
		if (x->other.unsupported)
			show(&s, AUDIT_NOTIFY_UNSUPPORTED);
		else
			show_if(&s, x->response.frame && !x->failed, AUDIT_NOTIFY_SUPPORTED);
		break;
	default:
		return;
	}
	at = audit_evidence_of(audit, info, x->response.frame ? &x->response : &x->request);
	audit_traits_show(&facts->pair.traits, &s, &at);
}

/* ---- the connection as a whole ---- */

static const char *
spoken(const Offer *offer)
{
	return !offer->smb2 ? "smb1_only" : offer->smb1 ? "both" : "smb2_only";
}

/* Behind the `n` bytes that are there; what all programs have is much shorter than a key. */
static size_t
append(char key[AUDIT_KEY_MAX], size_t n, const char *text)
{
	size_t len = strlen(text), room = AUDIT_KEY_MAX - 1 - n;

	len = MIN(len, room);
	memcpy(key + n, text, len);
	return n + len;
}

/* A host may have several programs: each by what it offers and the system that it names. */
static void
count_program(AuditFacts *f, const SmbConnectionInfo *info, const Offer *offer)
{
	enum { OS_MAX = AUDIT_KEY_MAX / 2 };
	char os[AUDIT_KEY_MAX], key[AUDIT_KEY_MAX];
	size_t n, of_os;
	bool plain;

	smb_text_to_utf8(smb_string_text(info->client_os), os, sizeof(os));
	of_os = strnlen(os, OS_MAX);
	plain = !os[of_os] && g_str_is_ascii(os);
	os[of_os] = '\0';
	n = append(key, 0, spoken(offer));
	n = append(key, n, ", ");
	n = append(key, n,
		   offer->newest >= 0 ? audit_dialect_name((unsigned)offer->newest) : "other");
	n = append(key, n, of_os ? ", " : "");
	n = append(key, n, os);
	key[n] = '\0';
	/* What was cut may be half a character. */
	audit_facts_count(f, AUDIT_PROGRAMS,
			  plain || g_utf8_validate(key, -1, NULL) ? key : spoken(offer));
}

/*
 * How the server refused all that was offered. What a connection that it closed without a word means
 * depends on what it does with others, and what is noted here does not.
 */
typedef enum { NOT_REFUSED, REFUSED, CLOSED } Refusal;

static Refusal
refusal_of(const AuditFacts *f, const SmbConnectionInfo *info, const Offer *offer)
{
	/* One that takes newer dialects from others may still mean these. */
	bool ancient = offer->smb1 && !offer->nt && !offer->smb2;

	if (info->verdict != SMB_VERDICT_REFUSED)
		return NOT_REFUSED;
	return f->refused || ancient ? REFUSED : CLOSED;
}

static void
observe_refusal(Seen *s, const Offer *offer, Refusal refusal, bool cut)
{
	show_if(s, refusal == REFUSED && offer->nt, AUDIT_SMB1_REFUSED);
	show_if(s, refusal == REFUSED && offer->smb2, AUDIT_SMB2_REFUSED);
	if (refusal == CLOSED && !cut)
		show(s, !offer->smb2 ? AUDIT_CLOSED_ON_SMB1
			: offer->nt  ? AUDIT_CLOSED_ON_BOTH
				     : AUDIT_CLOSED_ON_SMB2);
}

/* The client speaks nothing else. */
static void
observe_locked_out(Seen *s, const Offer *offer, Refusal refusal)
{
	show_if(s, refusal == REFUSED && !offer->smb2, AUDIT_LOCKED_OUT_SMB1);
	show_if(s, refusal == REFUSED && !offer->smb1, AUDIT_LOCKED_OUT_SMB2);
	show_if(s, refusal == CLOSED && !offer->smb2, AUDIT_CLOSED_OUT_SMB1);
	show_if(s, refusal == CLOSED && !offer->smb1, AUDIT_CLOSED_OUT_SMB2);
}

static void
observe_offer(Seen *s, AuditFacts *f, const SmbConnectionInfo *info)
{
	Offer offer = offer_of(info);
	Refusal refusal = refusal_of(f, info, &offer);

	if (!offer.smb1 && !offer.smb2)
		return;
	show_if(s, offer.newest >= 0 && !info->offers_cut,
		(AuditTraitId)(AUDIT_OFFERED_UP_TO + MAX(offer.newest, 0)));
	observe_refusal(s, &offer, refusal, info->offers_cut);
	show_if(s, info->verdict == SMB_VERDICT_SMB1_SERVER_LIMITED, AUDIT_SMB2_REFUSED);
	/* A negotiate of SMB1 may have come before it, and was not captured; or SMB2 is not. */
	if (offer.smb1 ? !offer.smb2 && info->offers_cut : info->verdict == SMB_VERDICT_NONE)
		return;
	count_program(f, info, &offer);
	show(s, !offer.smb2  ? AUDIT_SPEAKS_SMB1_ONLY
		: offer.smb1 ? AUDIT_SPEAKS_BOTH
			     : AUDIT_SPEAKS_SMB2_ONLY);
	observe_locked_out(s, &offer, refusal);
}

/*
 * Where the answer to the negotiation was not captured, of one that began before the capture or lost it,
 * what was agreed on shows by being used.
 */
static void
observe_agreed(Seen *s, const AuditFacts *f, const SmbConnectionInfo *info)
{
	const AuditTraits *traits = &f->pair.traits;
	bool used = f->used || (info->one_way && f->went_on);

	show_if(s,
		used && audit_judge_spoke(f, info, 1) &&
			!audit_traits_get(traits, AUDIT_SMB1_ACCEPTED),
		AUDIT_SMB1_ACCEPTED);
	show_if(s,
		used && audit_judge_spoke(f, info, 2) &&
			!audit_traits_get(traits, AUDIT_SMB2_ACCEPTED),
		AUDIT_SMB2_ACCEPTED);
}

void
audit_observe_connection(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info)
{
	AuditEvidence at = facts->negotiated.frame ? facts->negotiated
						   : audit_evidence_of(audit, info, &info->first);
	Seen s = { 0 };

	observe_offer(&s, facts, info);
	observe_agreed(&s, facts, info);
	/* Samba that requires signing says the opposite, and signs. */
	show_if(&s,
		info->version == 1 && info->signing_observed &&
			!(info->signing & SMB_SIGNING_SERVER_REQUIRED),
		AUDIT_SIGNS1_ENABLED);
	show_if(&s, info->version <= 1 && info->signing & SMB_SIGNING_CLIENT_REQUIRED,
		AUDIT_CLIENT_SIGNS1_REQUIRED);
	show_if(&s, info->outcome.keyless, AUDIT_DENIED_KEYLESS);
	show_if(&s, info->outcome.why == SMB_WHY_SIGNING_MISMATCH, AUDIT_LEFT_OVER_SIGNING);
	show_if(&s, info->notify_unsupported && !facts->unsupported.frame,
		AUDIT_NOTIFY_UNSUPPORTED);
	audit_traits_show(&facts->pair.traits, &s, &at);
	/* However often it showed one: a pair counts connections. */
	for (uint32_t i = 0; i < facts->pair.traits.n; i++)
		facts->pair.traits.items[i].count = 1;
}
