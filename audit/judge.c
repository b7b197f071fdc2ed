/* SPDX-License-Identifier: BSD-3-Clause */
/* The judgements themselves, from one logon up to the connection as a whole. */
#include "audit/judge.h"

#include <string.h>

#include "audit/attack/attack.h"
#include "audit/guesses.h"
#include "audit/internal.h"
#include "audit/takes.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

AuditEvidence
audit_evidence_of(const Audit *audit, const SmbConnectionInfo *info, const SmbStamp *at)
{
	return (AuditEvidence){ .time_ns = at->time_ns,
				.capture = audit->capture,
				.connection = info->number,
				.frame = at->frame };
}

void
audit_facts_count(AuditFacts *self, AuditTallyId id, const char *key)
{
	audit_tally_add(&self->pair.tallies[id], audit_tally_cap(id, self->key), key, 1);
}

void
audit_facts_contradicted(AuditFacts *self, AuditTallyId id, const SmbString *name)
{
	char key[AUDIT_KEY_MAX];

	smb_text_to_utf8(smb_string_text(name), key, sizeof(key) - strlen(AUDIT_NAME_CONTRADICTED));
	g_strlcat(key, AUDIT_NAME_CONTRADICTED, sizeof(key));
	audit_facts_count(self, id, key);
}

static void
see(AuditPair *pair, AuditRuleId rule, const AuditEvidence *at)
{
	pair->seen[rule].count++;
	audit_sighting_evidence(&pair->seen[rule], at);
}

/* ---- logons ---- */

/*
 * Default challenges of attack tools: the first of Metasploit and old versions of Responder, the
 * others of tools built on Impacket. One use is proof: a server with random challenges gives one of
 * these once in 2^62 times.
 */
static const uint8_t known_challenges[][8] = {
	{ 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 },
	{ 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41 },
	{ 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA },
};

bool
audit_judge_challenge(SmbSpan challenge)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known_challenges); i++)
		if (memcmp(challenge.ptr, known_challenges[i], sizeof(known_challenges[i])) == 0)
			return true;
	return false;
}

/*
 * A client without a user name, or one that gives up before the secret, has not got a password
 * wrong.
 */
static bool
has_secret(SmbPasswordType type)
{
	return type != SMB_PASSWORD_NONE && type != SMB_PASSWORD_ANONYMOUS;
}

/* The rules for each kind of secret, whatever the outcome. */
static void
judge_secret(AuditFacts *f, const SmbAuth *auth, const AuditEvidence *at)
{
	static const struct {
		SmbPasswordType type;
		AuditRuleId rule;
	} table[] = {
		{ SMB_PASSWORD_PLAINTEXT, AUDIT_PLAINTEXT_PASSWORD },
		{ SMB_PASSWORD_LM, AUDIT_LM_RESPONSE },
		/* The two cannot be distinguished, so assume the worse. */
		{ SMB_PASSWORD_LM_OR_LMV2, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_LM_OR_NTLM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_LM_RESPONSE },
		{ SMB_PASSWORD_NTLMV1_LM, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLM_ONLY, AUDIT_NTLMV1 },
		{ SMB_PASSWORD_NTLMV1_ESS, AUDIT_NTLMV1_ESS },
	};
	bool refused = auth->result == SMB_RESULT_REFUSED;
	AuditPair *pair = &f->pair;

	f->shown |= !refused && !smb_auth_is_nobody(auth);
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (auth->password_type != table[i].type)
			continue;
		see(pair, table[i].rule, at);
		pair->seen[table[i].rule].refused += refused;
	}
	if (auth->anomalies & SMB_ANOMALY_PLAINTEXT_UNASKED) {
		see(pair, AUDIT_PLAINTEXT_UNASKED, at);
		pair->seen[AUDIT_PLAINTEXT_UNASKED].refused += refused;
	}
	/* A ticket that was refused has crossed the network all the same. */
	if (auth->password_type == SMB_PASSWORD_KERBEROS &&
	    audit_is_weak_encryption(auth->encryption_type)) {
		see(pair, AUDIT_KERBEROS_RC4, at);
		pair->seen[AUDIT_KERBEROS_RC4].refused += refused;
	}
}

static void
judge_outcome(AuditFacts *f, const SmbAuth *auth, const AuditEvidence *at)
{
	AuditPair *pair = &f->pair;

	pair->numbers[AUDIT_N_ACCEPTED] += auth->result == SMB_RESULT_ACCEPTED;
	pair->numbers[AUDIT_N_REFUSED] += auth->result == SMB_RESULT_REFUSED;
	pair->numbers[AUDIT_N_UNKNOWN] += auth->result == SMB_RESULT_UNKNOWN;
	pair->numbers[AUDIT_N_ABANDONED] += auth->result == SMB_RESULT_ABANDONED;
	if (auth->result == SMB_RESULT_REFUSED && has_secret(auth->password_type)) {
		see(pair, AUDIT_LOGON_FAILURES, at);
		pair->seen[AUDIT_LOGON_FAILURES].refused++;
	}
	if (auth->has_status && !auth->status.dos &&
	    auth->status.value == STATUS_ACCOUNT_LOCKED_OUT) {
		see(pair, AUDIT_ACCOUNT_LOCKED_OUT, at);
		pair->seen[AUDIT_ACCOUNT_LOCKED_OUT].refused++;
	}
	if (auth->result != SMB_RESULT_ACCEPTED)
		return;
	if (auth->guest)
		see(pair, AUDIT_GUEST_LOGON, at);
	if (auth->password_type == SMB_PASSWORD_ANONYMOUS || auth->null_session)
		see(pair, AUDIT_ANONYMOUS_SESSION, at);
	if (smb_auth_is_nobody(auth)) {
		f->guests = true;
		return;
	}
	if (!f->logged_on.frame)
		f->logged_on = *at;
}

/*
 * Errors of DOS that a server has for a wrong password: no access is what those say that tell nothing
 * more. That there are too many users, or that it is the wrong hour, is said of right ones.
 */
static bool
may_be_wrong_password(SmbStatus s)
{
	uint16_t code = smb_status_code(s);

	return smb_status_class(s) == ERRSRV
		       ? code == ERRSRV_BADPW || code == ERRSRV_ACCESS
		       : smb_status_class(s) == ERRDOS && code == ERRDOS_NOACCESS;
}

/* Whether a password was wrong; no other refusal says anything of it. */
static bool
is_wrong_password(const SmbAuth *auth)
{
	if (auth->result != SMB_RESULT_REFUSED || !has_secret(auth->password_type) ||
	    auth->password_type == SMB_PASSWORD_KERBEROS ||
	    auth->password_type == SMB_PASSWORD_EMPTY)
		return false;
	if (auth->status.dos)
		return may_be_wrong_password(auth->status);
	switch (auth->status.value) {
	case STATUS_LOGON_FAILURE:
	case STATUS_WRONG_PASSWORD:
	case STATUS_NO_SUCH_USER:
	case STATUS_ACCOUNT_LOCKED_OUT:
		return true;
	default:
		return false;
	}
}

static void
judge_try(AuditFacts *f, const SmbAuth *auth, const AuditEvidence *at)
{
	char account[AUDIT_KEY_MAX];

	if (auth->result == SMB_RESULT_ACCEPTED)
		f->used = true;
	if (!is_wrong_password(auth))
		return;
	smb_text_to_utf8(smb_string_text(auth->account), account, sizeof(account));
	audit_guesses_count(&f->pair.tallies[AUDIT_TRIES], audit_tally_cap(AUDIT_TRIES, f->key),
			    account, at->time_ns);
}

void
audit_judge_auth(AuditFacts *self, const SmbAuth *auth, const AuditEvidence *at)
{
	judge_secret(self, auth, at);
	judge_outcome(self, auth, at);
	judge_try(self, auth, at);
}

/* ---- the end of a connection ---- */

static AuditSigning
signing_of(const AuditFacts *f, const SmbConnectionInfo *info)
{
	bool unsigned_seen = f->after_logon && !info->signing_observed && !info->gaps;

	/* Guests and anonymous sessions have no key ([MS-SMB2] 3.3.5.5.3, [MS-CIFS] 3.3.5.43). */
	if (f->guests && !f->logged_on.frame && !info->signing_observed)
		return AUDIT_SIGNING_NOT_APPLICABLE;
	if (info->signing & SMB_SIGNING_SERVER_REQUIRED)
		return AUDIT_SIGNING_REQUIRED;
	if (info->signing_observed)
		return info->signing & SMB_SIGNING_CLIENT_REQUIRED ? AUDIT_SIGNING_REQUIRED
								   : AUDIT_SIGNING_USED;
	if (!info->has_security_mode && !(info->version == 1 && info->share_level))
		return AUDIT_SIGNING_UNKNOWN;
	if (!(info->signing & SMB_SIGNING_SERVER_ENABLED))
		return AUDIT_SIGNING_DISABLED;
	/* Signing that was not seen may still have been used. */
	return unsigned_seen ? AUDIT_SIGNING_OFFERED_NOT_USED : AUDIT_SIGNING_UNKNOWN;
}

/*
 * What the server does not answer is agreed on by nobody, and any client can send it. Where its answers
 * were not captured, what was sent shows what they were.
 */
bool
audit_judge_spoke(const AuditFacts *self, const SmbConnectionInfo *info, unsigned version)
{
	bool seen = version == 1 ? self->smb1_seen : self->smb2_seen;
	bool answered = version == 1 ? self->smb1_answered : self->smb2_answered;
	bool unseen = info->one_way || info->incomplete ||
		      (info->midstream && !info->messages[SMB_TO_CLIENT]);

	return answered || (seen && unseen);
}

static bool
has_smb1_dialect(const SmbConnectionInfo *info)
{
	return info->verdict == SMB_VERDICT_SMB1_CLIENT_LIMITED ||
	       info->verdict == SMB_VERDICT_SMB1_SERVER_LIMITED ||
	       info->verdict == SMB_VERDICT_PRE_NT;
}

/* The client offered NT LM 0.12 as well: then it was the server that could not do better. */
static bool
offers_nt(const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_dialects; i++) {
		char out[AUDIT_KEY_MAX];

		smb_text_to_utf8(smb_string_text(info->dialects[i]), out, sizeof(out));
		if (strcmp(out, "NT LM 0.12") == 0 || strcmp(out, "NT LANMAN 1.0") == 0)
			return true;
	}
	return false;
}

/*
 * Asked for the server's dialects and went away. It was seen from beginning to end, so there was
 * nothing else.
 */
static bool
went_away(const AuditFacts *f, const SmbConnectionInfo *info)
{
	return f->negotiates && !f->setup && !f->smb1_seen && !f->smb2_seen && !info->midstream &&
	       !info->incomplete && (info->end == SMB_END_FIN || info->end == SMB_END_RESET) &&
	       info->verdict != SMB_VERDICT_REFUSED;
}

bool
audit_judge_is_probe(const AuditFacts *self, const SmbConnectionInfo *info)
{
	return went_away(self, info) && info->outcome.why != SMB_WHY_SIGNING_MISMATCH &&
	       info->outcome.why != SMB_WHY_ENCRYPTION_REQUIRED;
}

/* What there is before anything else went over it: where not even that was seen, the end. */
static AuditEvidence
begin_of(const Audit *audit, const AuditFacts *f, const SmbConnectionInfo *info)
{
	return f->negotiated.frame ? f->negotiated : audit_evidence_of(audit, info, &info->first);
}

/* Nothing but the computer browser, which never speaks anything else: [MS-BRWS] 3.3.5.6. */
static bool
is_browsing(const AuditFacts *f)
{
	return f->browsed && !f->worked;
}

static bool
is_netbios(const SmbConnectionInfo *info)
{
	enum { NETBIOS_SSN = 139 };

	return info->ends.server_port == NETBIOS_SSN ||
	       ((info->ends.family == 2 || info->ends.family == 3) && !info->ends.connectionless);
}

/* On SMB1, though the two may speak SMB2: both on one connection are not a downgrade. */
static void
judge_smb1(AuditFacts *f, const AuditEvidence *at, bool smb2)
{
	if (is_browsing(f))
		see(&f->pair, AUDIT_BROWSER_SERVICE, at);
	else if (!smb2)
		see(&f->pair, AUDIT_DOWNGRADE, at);
}

/* SMB1 was agreed on. */
static void
judge_agreed1(AuditFacts *f, const AuditEvidence *at, bool smb2)
{
	see(&f->pair, AUDIT_SMB1_IN_USE, at);
	judge_smb1(f, at, smb2);
}

/* Which versions were agreed on, and which the client only offered. */
static void
judge_version(const Audit *audit, AuditFacts *f, const SmbConnectionInfo *info, bool unused)
{
	AuditEvidence at = begin_of(audit, f, info);
	bool smb1 = audit_judge_spoke(f, info, 1) || (has_smb1_dialect(info) && !unused);
	bool smb2 = audit_judge_spoke(f, info, 2) || (!smb1 && info->version >= 2 && !unused);
	AuditPair *pair = &f->pair;

	pair->numbers[AUDIT_N_SMB1_OFFERED] += f->smb1_offered;
	pair->numbers[AUDIT_N_SMB1_USED] += smb1;
	pair->numbers[AUDIT_N_SMB2_USED] += smb2;
	if (smb1) {
		judge_agreed1(f, f->smb1_seen ? &f->smb1 : &at, smb2);
	} else if (audit_traits_get(&pair->traits, AUDIT_LOCKED_OUT_SMB1)) {
		see(pair, AUDIT_SMB1_LOCKED_OUT, &at);
	} else if (audit_traits_get(&pair->traits, AUDIT_CLOSED_OUT_SMB1)) {
		return; /* report/settle.c */
	} else if (info->verdict == SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN ||
		   (info->verdict == SMB_VERDICT_REFUSED && f->smb1_offered)) {
		see(pair, AUDIT_SMB1_ONLY_OFFERED, &at);
	}
}

static void
judge_dialect(const Audit *audit, AuditFacts *f, const SmbConnectionInfo *info)
{
	AuditEvidence at = begin_of(audit, f, info);
	AuditPair *pair = &f->pair;

	if (info->verdict == SMB_VERDICT_PRE_NT) {
		see(pair, AUDIT_PRE_NT_DIALECT, &at);
		pair->numbers[AUDIT_N_PRE_NT_BY_SERVER] += offers_nt(info);
	}
	if (info->verdict == SMB_VERDICT_SMB1_SERVER_LIMITED)
		see(pair, AUDIT_SMB1_SERVER_LIMITED, &at);
	if (has_smb1_dialect(info) && info->share_level)
		see(pair, AUDIT_SHARE_LEVEL_SECURITY, &at);
}

/* -1: not known by name, or not yet decided. */
static int
dialect_of(const SmbConnectionInfo *info)
{
	char name[AUDIT_KEY_MAX];
	int dialect;

	smb_text_to_utf8(smb_string_text(info->dialect), name, sizeof(name));
	dialect = audit_dialect_find(name);
	return dialect == (int)audit_dialect_any() ? -1 : dialect;
}

static bool
has_no_key(const AuditIdentity *who)
{
	return who->result == SMB_RESULT_ACCEPTED &&
	       (audit_is_let_in_as_other(who) || who->password_type == SMB_PASSWORD_ANONYMOUS);
}

static void
judge_signing(AuditFacts *f, const SmbConnectionInfo *info)
{
	AuditSigning signing = signing_of(f, info);
	int dialect = dialect_of(info);

	audit_facts_count(f, AUDIT_SIGNED, audit_signing_name(signing));
	if (signing == AUDIT_SIGNING_OFFERED_NOT_USED && !info->encrypted)
		see(&f->pair, AUDIT_SIGNING_NOT_USED, &f->logged_on);
	for (uint32_t i = 0; i < f->pair.n_auths; i++) {
		AuditAuth *auth = &f->pair.auths[i];

		auth->signing[has_no_key(&auth->who) ? AUDIT_SIGNING_NOT_APPLICABLE : signing] +=
			auth->seen.count;
		if (dialect >= 0)
			auth->dialects[dialect] += auth->seen.count;
		if (info->encrypted)
			auth->encrypted += auth->seen.count;
	}
}

/*
 * Requests that waited when the connection ended. A waiting change notification means nothing,
 * unless the server resets the connection; nor do responses that the capture cannot contain.
 */
static bool
is_lost(const AuditFacts *f, const SmbConnectionInfo *info)
{
	bool reset_by_server = info->end == SMB_END_RESET && info->end_by_server;

	if (info->end != SMB_END_RESET && info->end != SMB_END_TIMEOUT)
		return false;
	/* Where no dialect was wanted, to leave is the answer. */
	if (info->one_way || info->incomplete & SMB_INCOMPLETE_GAP || info->gaps ||
	    info->verdict == SMB_VERDICT_REFUSED)
		return false;
	return info->outstanding > (reset_by_server ? 0 : f->waiting);
}

static void
judge_end(const Audit *audit, AuditFacts *f, const SmbConnectionInfo *info)
{
	AuditEvidence at = audit_evidence_of(audit, info, &info->last);

	audit_facts_count(f, AUDIT_ENDS,
			  smb_end_name(info->end) ? smb_end_name(info->end) : "open");
	if (is_lost(f, info))
		see(&f->pair, AUDIT_CONNECTION_LOST, &at);
	if (info->notify_unsupported)
		see(&f->pair, AUDIT_CHANGE_NOTIFY_UNSUPPORTED,
		    f->unsupported.frame ? &f->unsupported : &at);
}

static void
judge_numbers(AuditFacts *f, const SmbConnectionInfo *info, bool probe)
{
	uint64_t *numbers = f->pair.numbers;
	bool smb1 = audit_judge_spoke(f, info, 1);

	/* Where no answer was captured, what was asked for next shows what they were. */
	f->used |= info->one_way && f->went_on;
	numbers[AUDIT_N_USED] = f->used;
	numbers[AUDIT_N_USED_SMB1] = f->used && smb1;
	numbers[AUDIT_N_NETBIOS] = is_netbios(info);
	numbers[AUDIT_N_BROWSING] = smb1 && is_browsing(f);
	numbers[AUDIT_N_PROBES] = probe;
	if (probe && !f->scanner) /* proof, in case nothing else ever came */
		audit_sighting_evidence(&f->pair.seen[AUDIT_SCANNER], &f->negotiated);
	numbers[AUDIT_N_MIDSTREAM] = info->midstream;
	numbers[AUDIT_N_INCOMPLETE] = info->incomplete != 0;
	numbers[AUDIT_N_WHOLE] = f->answered && !info->midstream && !info->incomplete;
	numbers[AUDIT_N_ENCRYPTED] = info->encrypted;
	numbers[AUDIT_N_OMITTED] = (uint64_t)info->omitted + info->limits;
}

/* What keys showed to be wrong; without keys there is nothing. */
static void
judge_forged(const Audit *audit, AuditFacts *f, const SmbConnectionInfo *info)
{
	AuditEvidence at = audit_evidence_of(audit, info, &info->keys.first_forged);

	if (at.frame)
		see(&f->pair, AUDIT_FORGED, &at);
}

void
audit_judge_connection(const Audit *audit, AuditFacts *self, const SmbConnectionInfo *info)
{
	bool probe = audit_judge_is_probe(self, info);

	judge_version(audit, self, info, went_away(self, info));
	judge_dialect(audit, self, info);
	judge_signing(self, info);
	judge_end(audit, self, info);
	judge_forged(audit, self, info);
	judge_numbers(self, info, probe);
}

void
audit_judge_identities(AuditFacts *self, const SmbConnectionInfo *info)
{
	AuditPair *pair = &self->pair;
	uint64_t *accepted = &pair->numbers[AUDIT_N_ACCEPTED];

	if (!info->share_level || info->has_security_mode)
		return;
	for (uint32_t i = pair->n_auths; i > 0; i--) {
		const AuditAuth *auth = &pair->auths[i - 1];

		if (auth->who.mech == SMB_MECH_SHARE || auth->who.result != SMB_RESULT_ACCEPTED ||
		    auth->who.password_type != SMB_PASSWORD_ANONYMOUS)
			continue;
		*accepted -= MIN(*accepted, auth->seen.count);
		audit_auth_remove(pair, i - 1);
		audit_sighting_clear(&pair->seen[AUDIT_ANONYMOUS_SESSION]);
	}
}

bool
audit_rule_is_of_any_server(AuditRuleId rule)
{
	return rule == AUDIT_STATIC_CHALLENGE || rule == AUDIT_SHARE_LEVEL_SECURITY ||
	       rule == AUDIT_ACCOUNT_LOCKED_OUT;
}

/* Takes it out of one pair and into another. */
static void
keep_seen(AuditPair *to, AuditPair *from, AuditRuleId rule)
{
	to->seen[rule] = from->seen[rule];
	from->seen[rule] = (AuditSighting){ 0 };
}

static void
keep_tally(AuditPair *to, AuditPair *from, AuditTallyId id)
{
	to->tallies[id] = from->tallies[id];
	from->tallies[id] = (AuditTally){ 0 };
}

bool
audit_rule_is_of_secret(AuditRuleId rule)
{
	return rule == AUDIT_PLAINTEXT_PASSWORD || rule == AUDIT_PLAINTEXT_UNASKED ||
	       rule == AUDIT_LM_RESPONSE || rule == AUDIT_NTLMV1 || rule == AUDIT_NTLMV1_ESS;
}

/* Whoever was let in as somebody has shown the secret of an account, whatever else he did. */
static void
keep_secret(AuditPair *to, AuditFacts *from, AuditRuleId rule)
{
	AuditSighting *seen = &from->pair.seen[rule];

	if (!from->shown || seen->count <= seen->refused)
		return;
	seen->count -= seen->refused;
	seen->refused = 0;
	keep_seen(to, &from->pair, rule);
}

void
audit_judge_apart(const Audit *audit, AuditFacts *self, const SmbConnectionInfo *info)
{
	AuditPair *pair = &self->pair;
	AuditEvidence at = begin_of(audit, self, info);
	AuditPair left = { .client = pair->client, .server = pair->server, .traits = pair->traits };

	/* What the server answers a scanner is a fact of the server; it locks out no client. */
	pair->traits = (AuditTraits){ 0 };
	for (AuditTraitId id = AUDIT_LOCKED_OUT_SMB1; id <= AUDIT_LOCKED_OUT_SMB2; id++)
		audit_traits_drop(&left.traits, id);
	for (AuditTraitId id = AUDIT_CLOSED_OUT_SMB1; id <= AUDIT_CLOSED_OUT_SMB2; id++)
		audit_traits_drop(&left.traits, id);
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		if (audit_rule_is_attack(i) || audit_rule_is_of_any_server(i))
			keep_seen(&left, pair, i);
		else if (audit_rule_is_of_secret(i))
			keep_secret(&left, self, i);
	/* Evidence of guessed passwords, in case they are (report/). */
	keep_seen(&left, pair, AUDIT_GUESS_SUCCEEDED);
	keep_seen(&left, pair, AUDIT_LOGON_FAILURES);
	left.seen[AUDIT_LOGON_FAILURES].count = left.seen[AUDIT_LOGON_FAILURES].refused = 0;
	for (AuditTallyId i = 0; i < AUDIT_TALLIES; i++)
		if (i == AUDIT_MARKS || i == AUDIT_WRITTEN || i == AUDIT_TRIES ||
		    i <= AUDIT_SERVER_DOMAIN)
			keep_tally(&left, pair, i);
	left.challenges = pair->challenges;
	left.n_challenges = pair->n_challenges;
	pair->challenges = NULL;
	pair->n_challenges = 0;
	audit_pair_clear(pair);
	*pair = left;
	if (audit_attack_ran(self))
		pair->numbers[AUDIT_N_ATTACKS] = 1;
	else
		pair->numbers[AUDIT_N_SCANS] = 1;
	if (self->scanner && !pair->seen[AUDIT_SCANNER].count)
		see(pair, AUDIT_SCANNER, &at);
}
