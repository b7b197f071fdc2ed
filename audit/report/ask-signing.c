/* SPDX-License-Identifier: BSD-3-Clause */
/* Signing and encryption: what a pair did that they would stop. */
#include "audit/report/ask.h"

/* ---- signing ---- */

bool
audit_ask_is_guest(const AuditAuth *auth)
{
	return audit_ask_is_accepted(auth) && auth->who.guest;
}

bool
audit_ask_is_anonymous(const AuditAuth *auth)
{
	return audit_ask_is_accepted(auth) && !auth->who.guest &&
	       (auth->who.null_session || auth->who.password_type == SMB_PASSWORD_ANONYMOUS);
}

static uint64_t
signed_of(const AuditAuth *auth)
{
	return audit_sum(auth->signing[AUDIT_SIGNING_REQUIRED], auth->signing[AUDIT_SIGNING_USED]);
}

/*
 * It signed in SMB1: more of its logons were signed than SMB2 can account for, whose are those without
 * a dialect if any may be.
 */
bool
audit_signs1(const AuditPair *pair, const AuditAuth *auth)
{
	uint64_t others = audit_ask_with_dialects(auth, audit_dialect_smb2(), AUDIT_DIALECTS);
	uint64_t smb1 = audit_ask_with_dialects(auth, 0, audit_dialect_smb2());

	if (pair->numbers[AUDIT_N_SMB2_USED])
		others = MAX(others, auth->seen.count - MIN(auth->seen.count, smb1));
	return audit_ask_is_accepted(auth) && !audit_ask_is_guest(auth) &&
	       !audit_ask_is_anonymous(auth) && signed_of(auth) > others;
}

/* Logons over SMB1 that were not signed. Of those without a dialect the signed ones may be all. */
static uint64_t
unsigned1(const AuditQuestion *q, const AuditAuth *auth)
{
	uint64_t unknown = audit_ask_over_unknown(q, auth);

	if (!audit_ask_is_accepted(auth) || audit_ask_is_guest(auth) ||
	    audit_ask_is_anonymous(auth) || audit_signs1(q->pair, auth))
		return 0;
	return audit_sum(audit_ask_with_dialects(auth, 0, audit_dialect_smb2()),
			 unknown - MIN(unknown, signed_of(auth)));
}

static void
ask_signing_auth(AuditQuestion *q, const AuditAuth *auth)
{
	bool at_client = q->setting->at & AUDIT_AT_CLIENT,
	     at_server = q->setting->at & AUDIT_AT_SERVER;
	bool disabled = audit_trait_set_has(q->server, AUDIT_SIGNS1_DISABLED) &&
			!audit_trait_set_has(q->server, AUDIT_SIGNS1_ENABLED);
	uint64_t n = unsigned1(q, auth);

	if (n && audit_ask_with_dialects(auth, 0, audit_dialect_nt())) {
		audit_ask_say(q, true,
			      "the dialect is older than NT LM 0.12, and signing begins there",
			      "Update the end that speaks nothing newer, or replace it.");
		audit_ask_stop_auth(q, auth, n);
	} else if (audit_ask_is_guest(auth)) {
		audit_ask_say(q, !at_client, "guests have no key to sign with", AUDIT_FIX_ACCOUNT);
		audit_ask_stop_auth(q, auth, auth->seen.count);
	} else if (n && at_client && disabled) {
		audit_ask_say(q, true, "the server does not sign in SMB1",
			      "Turn signing on at the server.");
		audit_ask_stop_auth(q, auth, n);
	} else if (n && at_server && !q->client_signs1) {
		audit_ask_say(q, true, "the client was never seen to sign in SMB1",
			      "Turn signing on at the client, or update it.");
		audit_ask_stop_auth(q, auth, n);
	}
}

/* A logon over SMB1 was accepted: what it was like tells more than that SMB1 was used. */
static bool
is_logged_on1(const AuditQuestion *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];

		if (audit_ask_is_accepted(auth) &&
		    (audit_ask_with_dialects(auth, 0, audit_dialect_smb2()) ||
		     audit_ask_over_unknown(q, auth)))
			return true;
	}
	return false;
}

/* SMB1 was used, its logon was not captured, and no more was signed than SMB2 can account for. */
static void
guess_signing(AuditQuestion *q)
{
	const AuditPair *pair = q->pair;
	const AuditTally *is_signed = &pair->tallies[AUDIT_SIGNED];
	const AuditSighting *used = &pair->seen[AUDIT_SMB1_IN_USE];
	uint64_t n = pair->numbers[AUDIT_N_USED_SMB1];
	uint64_t with =
		audit_sum(audit_tally_of(is_signed, audit_signing_name(AUDIT_SIGNING_REQUIRED)),
			  audit_tally_of(is_signed, audit_signing_name(AUDIT_SIGNING_USED)));

	if (n <= pair->numbers[AUDIT_N_BROWSING] || q->client_signs1 || is_logged_on1(q) ||
	    with > pair->numbers[AUDIT_N_SMB2_USED])
		return;
	audit_ask_say(q, true, "SMB1 was used, and was not seen to be signed",
		      "Turn signing on at the client, or update it.");
	audit_ask_stop_pair(q, n, used->n ? used->first : NULL);
}

void
audit_ask_signing(AuditQuestion *q)
{
	const AuditTrait *left = audit_traits_get(&q->pair->traits, AUDIT_LEFT_OVER_SIGNING);

	for (uint32_t i = 0; i < q->pair->n_auths; i++)
		ask_signing_auth(q, &q->pair->auths[i]);
	/* Why a client left nothing proves; of one that was seen to sign not even that is likely. */
	if (left && !q->client_signs1) {
		audit_ask_say(q, true,
			      "one end required signing already, and the client left before a logon",
			      "Turn signing on at the end that has none.");
		audit_ask_stop_pair(q, left->count, &left->first);
	}
	if (!q->to->why)
		guess_signing(q);
}

/* ---- encryption ---- */

/* The client offered ciphers here, and the server chose none. */
static bool
has_no_cipher(const AuditQuestion *q)
{
	return audit_traits_get(&q->pair->traits, AUDIT_ENCRYPTS_NONE) &&
	       !audit_traits_get(&q->pair->traits, AUDIT_ENCRYPTS_CAPABLE);
}

#define IS_SMB1 "the two agreed on SMB1, and encryption begins with SMB 3.0"

/* Half a sentence and a sentence; none: nothing is in the way. */
typedef struct {
	const char *why, *fix;
	bool likely;
} Reason;

static const char *
fix_smb1(const AuditQuestion *q)
{
	return audit_ask_speaks_smb2(q) ? AUDIT_FIX_PROGRAM : AUDIT_FIX_CLIENT;
}

/* The dialect was too old, `n` times. */
static Reason
too_old_to_encrypt(const AuditQuestion *q, uint64_t n)
{
	unsigned smb3 = audit_dialect_smb3();
	const char *why = "a dialect older than SMB 3.0 was used, and encryption begins there";

	if (!n)
		return (Reason){ 0 };
	if (!audit_ask_client_offers(q, smb3))
		return (Reason){ why, AUDIT_FIX_CLIENT };
	if (audit_ask_offers_less(q, smb3))
		return (Reason){ why, "Find the program on the client that offers only old "
				      "dialects, and update it." };
	if (audit_ask_server_chose(q, smb3))
		return (Reason){ 0 };
	return (Reason){ why, "Update the server." };
}

/* A program here, or one of several hosts with one address. At most as many of the logons are its. */
static Reason
lacks_encryption(const AuditQuestion *q, uint64_t *n)
{
	const AuditTrait *none = audit_traits_get(&q->pair->traits, AUDIT_CLIENT_ENCRYPTS_NONE);

	if (!none)
		return (Reason){ 0 };
	*n = MIN(*n, none->count);
	return (Reason){
		"a program on the client does not say that it can encrypt, though others do",
		"Find the program on the client that cannot encrypt, and update it.", true
	};
}

static Reason
cannot_encrypt(const AuditQuestion *q, const AuditAuth *auth, uint64_t *ret_n)
{
	uint64_t unknown = audit_ask_over_unknown(q, auth);
	Reason ret;

	*ret_n = auth->seen.count;
	if (auth->who.guest)
		return (Reason){ "guests have no key to encrypt with", AUDIT_FIX_ACCOUNT };
	if (audit_ask_is_anonymous(auth))
		return (Reason){ "anonymous sessions have no key to encrypt with",
				 AUDIT_FIX_ACCOUNT };
	if (auth->encrypted >= auth->seen.count)
		return (Reason){ 0 };
	if (has_no_cipher(q) && audit_trait_set_has(q->server, AUDIT_ENCRYPTS_CAPABLE))
		return (Reason){ "the two have no cipher in common",
				 "Allow one cipher at both ends; update the end that has none." };
	if (has_no_cipher(q))
		return (Reason){ "the server does not say that it can encrypt",
				 "Turn encryption on at the server, or update it." };
	if (audit_trait_set_has(q->client, AUDIT_CLIENT_ENCRYPTS_NONE) &&
	    !audit_trait_set_has(q->client, AUDIT_CLIENT_ENCRYPTS_CAPABLE))
		return (Reason){ "the client does not say that it can encrypt", AUDIT_FIX_CLIENT };
	*ret_n = audit_ask_with_dialects(auth, 0, audit_dialect_smb3());
	ret = too_old_to_encrypt(q, *ret_n);
	if (ret.why)
		return ret;
	if (unknown > auth->encrypted) {
		*ret_n = unknown - auth->encrypted;
		return (Reason){ IS_SMB1, fix_smb1(q), true };
	}
	*ret_n = auth->seen.count - auth->encrypted;
	return lacks_encryption(q, ret_n);
}

/* SMB1 was used, and no logon was seen that tells of it; UNIX extensions may encrypt it. */
static void
guess_encryption(AuditQuestion *q)
{
	const AuditPair *pair = q->pair;
	const AuditSighting *used = &pair->seen[AUDIT_SMB1_IN_USE];
	uint64_t n = pair->numbers[AUDIT_N_SMB1_USED];

	if (is_logged_on1(q) ||
	    (!pair->numbers[AUDIT_N_USED_SMB1] && pair->numbers[AUDIT_N_ACCEPTED]))
		return;
	/* Where SMB 3 was used as well, the encrypted ones are its. */
	if (!n || (!pair->numbers[AUDIT_N_SMB2_USED] && n <= pair->numbers[AUDIT_N_ENCRYPTED]) ||
	    !audit_ask_may_be_used(q))
		return;
	audit_ask_say(q, true, IS_SMB1, fix_smb1(q));
	audit_ask_say_no_logon(q);
	audit_ask_stop_pair(q, n, used->n ? used->first : NULL);
}

void
audit_ask_encryption(AuditQuestion *q)
{
	for (uint32_t i = 0; i < q->pair->n_auths; i++) {
		const AuditAuth *auth = &q->pair->auths[i];
		uint64_t n;
		Reason reason;

		if (!audit_ask_is_accepted(auth))
			continue;
		reason = cannot_encrypt(q, auth, &n);
		if (!reason.why)
			continue;
		/* Samba lets null sessions in. */
		audit_ask_say(q, reason.likely || audit_ask_is_anonymous(auth), reason.why,
			      reason.fix);
		audit_ask_stop_auth(q, auth, n);
	}
	if (!q->to->why)
		guess_encryption(q);
}
