/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/report/hosts.h"

#include <string.h>

#include "audit/attack/attack.h"

enum {
	SERVERS = 5,                     /* that a client only asked for their dialects */
	HOST_NAMES_MAX = SMB_CAP(64, 2), /* of a list of a host */
	HOST_DAYS_MAX = SMB_CAP(4000, 2),
};

/* ---- hosts ---- */

unsigned
audit_password_rank(SmbPasswordType type)
{
	static const unsigned ranks[] = {
		[SMB_PASSWORD_NONE] = 0,        [SMB_PASSWORD_EMPTY] = 1,
		[SMB_PASSWORD_KERBEROS] = 2,    [SMB_PASSWORD_NTLMV2] = 3,
		[SMB_PASSWORD_MALFORMED] = 4,   [SMB_PASSWORD_ANONYMOUS] = 5,
		[SMB_PASSWORD_NTLMV1_ESS] = 6,  [SMB_PASSWORD_NTLM_ONLY] = 7,
		[SMB_PASSWORD_LM_OR_LMV2] = 8,  [SMB_PASSWORD_NTLMV1_LM] = 9,
		[SMB_PASSWORD_LM_OR_NTLM] = 10, [SMB_PASSWORD_LM] = 11,
		[SMB_PASSWORD_PLAINTEXT] = 12,
	};

	return ranks[type];
}

static void
host_auth(AuditHost *host, const AuditKey *key, const AuditAuth *auth)
{
	const char *type = smb_password_type_name(auth->who.password_type);
	uint64_t n = auth->seen.count;

	audit_tally_add(&host->passwords, (AuditCap){ HOST_NAMES_MAX, key }, type ? type : "none",
			n);
	/* A client without a user name that is refused has shown no secret at all. */
	if (auth->who.password_type == SMB_PASSWORD_ANONYMOUS &&
	    auth->who.result != SMB_RESULT_ACCEPTED)
		return;
	if (audit_password_rank(auth->who.password_type) > audit_password_rank(host->worst))
		host->worst = auth->who.password_type;
	if (auth->who.result != SMB_RESULT_ACCEPTED)
		return;
	if (auth->who.guest)
		host->guests += n;
	else if (auth->who.null_session ||
		 audit_account_kind(&auth->who) == AUDIT_ACCOUNT_ANONYMOUS)
		host->anonymous += n;
	else if (audit_account_kind(&auth->who) == AUDIT_ACCOUNT_MACHINE)
		host->machines += n;
	else if (audit_account_kind(&auth->who) == AUDIT_ACCOUNT_PERSON)
		host->people += n;
}

/* Connections with SMB1, by the side that limited them to it. */
AuditBlockers
audit_host_blockers(const AuditPair *pair)
{
	const AuditTally *verdicts = &pair->tallies[AUDIT_VERDICTS];
	uint64_t pre_nt = audit_tally_of(verdicts, "pre_nt");
	uint64_t by_server = MIN(pair->numbers[AUDIT_N_PRE_NT_BY_SERVER], pre_nt);

	/* The server could do better, but without SMB2 so could the client. */
	uint64_t by_both = audit_traits_get(&pair->traits, AUDIT_SPEAKS_SMB1_ONLY) ? by_server : 0;

	return (AuditBlockers){
		.client = audit_tally_of(verdicts, "smb1_client_limited") + pre_nt - by_server +
			  by_both,
		.server = audit_tally_of(verdicts, "smb1_server_limited") + by_server,
	};
}

/* The logons of a pair that were made with a guessed password. */
static uint64_t
guessed_logons(const AuditPair *pair, const AuditGuesses *guesses)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < pair->n_auths; i++)
		if (pair->auths[i].who.result == SMB_RESULT_ACCEPTED &&
		    audit_guesses_have(guesses, pair, &pair->auths[i]))
			n += pair->auths[i].seen.count;
	return n;
}

/*
 * A connection may have any number of logons: so they speak for all connections only if nobody else
 * logged on, and there is none whose logon may not have been captured. Others may have this address.
 */
bool
audit_host_only_guessed(const AuditPair *pair, uint64_t used, const AuditGuesses *guesses)
{
	const uint64_t *n = pair->numbers;
	uint64_t guessed = guesses ? guessed_logons(pair, guesses) : 0;

	return !used || (used <= guessed && n[AUDIT_N_ACCEPTED] <= guessed &&
			 !n[AUDIT_N_MIDSTREAM] && !n[AUDIT_N_INCOMPLETE]);
}

/* What guessing did is no use of the client's, and nothing that its server must be ready for. */
static void
host_peers(AuditHost *host, const AuditPair *pair, const AuditGuesses *guesses)
{
	const uint64_t *n = pair->numbers;

	host->smb1_peers += n[AUDIT_N_SMB1_USED] &&
			    !audit_host_only_guessed(pair, n[AUDIT_N_USED_SMB1], guesses);
	host->smb1_tried += n[AUDIT_N_SMB1_USED] && !n[AUDIT_N_USED_SMB1] && !guesses;
	host->smb1_offering_peers +=
		n[AUDIT_N_SMB1_OFFERED] &&
		(!guesses || !audit_host_only_guessed(pair, n[AUDIT_N_USED], guesses));
}

bool
audit_host_left_smb1(const AuditPair *pair)
{
	const AuditTraits *traits = &pair->traits;

	return !pair->numbers[AUDIT_N_SMB1_USED] && audit_host_blockers(pair).client &&
	       !audit_traits_get(traits, AUDIT_SPEAKS_BOTH) &&
	       !audit_traits_get(traits, AUDIT_SPEAKS_SMB2_ONLY);
}

void
audit_host_add(AuditHost *host, const AuditKey *key, const AuditPair *pair, bool client,
	       const AuditGuesses *guesses)
{
	const AuditTally *t = pair->tallies;
	AuditCap names = { HOST_NAMES_MAX, key }, days = { HOST_DAYS_MAX, NULL };
	AuditBlockers blockers = audit_host_blockers(pair);

	host->pairs++;
	host->bare |= pair->bare;
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		host->numbers[i] += pair->numbers[i];
	host->first_ns = MIN(host->first_ns, audit_pair_first(pair));
	host->last_ns = MAX(host->last_ns, pair->last_ns);
	audit_tally_merge(&host->names, names, &t[client ? AUDIT_CLIENT_NAME : AUDIT_SERVER_NAME]);
	audit_tally_merge(&host->systems, names, &t[client ? AUDIT_CLIENT_OS : AUDIT_SERVER_OS]);
	audit_tally_merge(&host->prints, names,
			  &t[client ? AUDIT_CLIENT_PRINTS : AUDIT_SERVER_PRINTS]);
	audit_tally_merge(&host->dialects, names, &t[AUDIT_CHOSEN]);
	audit_tally_merge(&host->verdicts, names, &t[AUDIT_VERDICTS]);
	audit_tally_merge(&host->signing, names, &t[AUDIT_SIGNED]);
	audit_tally_merge(&host->days, days, &t[AUDIT_DAYS]);
	audit_tally_merge(&host->shares, names, &t[AUDIT_SHARES]);
	for (uint32_t i = 0; i < pair->n_auths; i++)
		if (!audit_guesses_have(guesses, pair, &pair->auths[i]))
			host_auth(host, key, &pair->auths[i]);
	host_peers(host, pair, guesses);
	host->smb1_locked_out += audit_traits_get(&pair->traits, AUDIT_LOCKED_OUT_SMB1) &&
				 !pair->numbers[AUDIT_N_SMB1_USED];
	host->smb1_left += audit_host_left_smb1(pair);
	host->blocked_by_server += blockers.server;
	host->blocked_by_client += blockers.client;
}

void
audit_host_clear(AuditHost *host)
{
	audit_tally_clear(&host->names);
	audit_tally_clear(&host->systems);
	audit_tally_clear(&host->prints);
	audit_tally_clear(&host->dialects);
	audit_tally_clear(&host->verdicts);
	audit_tally_clear(&host->passwords);
	audit_tally_clear(&host->signing);
	audit_tally_clear(&host->days);
	audit_tally_clear(&host->shares);
}

const char *
audit_blocker(const AuditHost *host)
{
	if (host->blocked_by_client && host->blocked_by_server)
		return "both";
	if (host->blocked_by_client)
		return "client";
	return host->blocked_by_server ? "server" : NULL;
}

unsigned
audit_host_days(const AuditHost *host)
{
	enum { SECONDS_PER_DAY = 86400 };
	const uint64_t day = UINT64_C(1000000000) * SECONDS_PER_DAY;
	uint64_t span = host->last_ns > host->first_ns ? host->last_ns - host->first_ns : 0;

	return (unsigned)MIN((uint64_t)host->days.n, MAX((span + day - 1) / day, 1));
}

bool
audit_report_is_enough(const AuditReport *report, const AuditHost *host)
{
	return host->numbers[AUDIT_N_WHOLE] > 0 && audit_host_days(host) >= report->enough_days;
}

const char *
audit_readiness_name(AuditReadiness readiness)
{
	static const char *const names[] = { "is_off", "cannot_yet", "can_be_turned_off",
					     "too_little_seen", "unknown" };

	return names[readiness];
}

AuditReadiness
audit_readiness(const AuditReport *report, const AuditMember *member, const AuditHost *server)
{
	AuditTraitSet traits = { 0 };
	AuditPair scratch = { 0 };

	for (guint i = member->first; i < member->first + member->pairs; i++) {
		const AuditKept *kept = g_array_index(report->by_server, const AuditKept *, i);

		audit_trait_set_add(&traits, &audit_report_read(report, kept, &scratch)->traits,
				    false);
	}
	audit_pair_clear(&scratch);
	if (audit_trait_set_has(&traits, AUDIT_SMB1_REFUSED) &&
	    !audit_trait_set_has(&traits, AUDIT_SMB1_ACCEPTED) && !server->smb1_peers)
		return AUDIT_SMB1_IS_OFF;
	if (server->smb1_peers || server->smb1_tried || server->smb1_locked_out ||
	    server->smb1_left)
		return AUDIT_SMB1_CANNOT_YET;
	if (report->kept < report->audit->connections)
		return AUDIT_SMB1_UNKNOWN;
	return audit_report_is_enough(report, server) ? AUDIT_SMB1_CAN_GO : AUDIT_SMB1_TOO_LITTLE;
}

const char *
audit_host_severity(const AuditHost *host)
{
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if (host->findings[i])
			return audit_severity_name((AuditSeverity)i);
	return NULL;
}

/* Nothing was done on any of the connections, and none of it was missed. */
static bool
is_unused(const uint64_t *n)
{
	return !(n[AUDIT_N_SMB1_USED] + n[AUDIT_N_SMB2_USED] + n[AUDIT_N_ACCEPTED] +
		 n[AUDIT_N_REFUSED] + n[AUDIT_N_UNKNOWN] + n[AUDIT_N_ABANDONED] +
		 n[AUDIT_N_MIDSTREAM] + n[AUDIT_N_INCOMPLETE]);
}

/* Connections that are no customer's: of a scanner, an exploit, or grooming for one. */
static uint64_t
apart_of(const uint64_t *numbers)
{
	uint64_t grooms = numbers[AUDIT_N_GROOMS];

	return numbers[AUDIT_N_SCANS] + numbers[AUDIT_N_ATTACKS] +
	       (grooms >= AUDIT_GROOMS ? grooms : 0);
}

/*
 * A client is a scanner, or an attacker, if only that was seen of it: a host that ran one, but also
 * does other work, stays in the inventory. Not all of a scanner's connections need a request: some
 * are only opened and closed. If details were left out, what else it did is unknown, and it does
 * not count as one: its findings stay.
 */
bool
audit_host_does_nothing_else(const AuditHost *client, bool probes)
{
	const uint64_t *n = client->numbers;
	uint64_t apart = apart_of(n);

	if (client->bare)
		return false;
	if (apart && apart + n[AUDIT_N_PROBES] == n[AUDIT_N_CONNECTIONS])
		return true;
	return (apart || probes) && is_unused(n);
}

/* Whether a server was only asked for its dialects. */
bool
audit_host_is_only_probed(const AuditPair *pair)
{
	return pair->numbers[AUDIT_N_PROBES] && is_unused(pair->numbers);
}

/* What its probes make of a client: whether they are a scanner's. */
bool
audit_host_judge_probes(const AuditReport *self, AuditMember *client)
{
	AuditPair scratch = { 0 };
	uint32_t servers = 0;
	bool versions = false;

	for (guint i = client->first; i < client->first + client->pairs; i++) {
		const AuditPair *pair =
			audit_kept_read(g_array_index(self->pairs, const AuditKept *, i), &scratch);

		servers += audit_host_is_only_probed(pair);
		versions |= audit_marks_versions(pair) >= AUDIT_VERSIONS;
	}
	audit_pair_clear(&scratch);
	client->sweeps = servers >= SERVERS;
	return client->sweeps || versions;
}

bool
audit_report_is_scanner(const AuditReport *self, const AuditAddress *client)
{
	const AuditMember *member = audit_member_find(self->clients, client);

	return member && member->scanner;
}

/* NULL: it does not guess. */
const AuditGuesses *
audit_host_guesses(const AuditReport *self, const AuditAddress *client)
{
	const AuditMember *member = audit_member_find(self->clients, client);

	return member ? member->guesses : NULL;
}

bool
audit_member_is_attacker(const AuditMember *member)
{
	return member->guesser || member->attacker;
}

bool
audit_report_is_apart(const AuditReport *self, const AuditAddress *client)
{
	const AuditMember *member = audit_member_find(self->clients, client);

	return member && (member->scanner || member->guesser || member->attacker);
}

void
audit_report_host(const AuditReport *self, const AuditMember *member, AuditHost *ret)
{
	const AuditKey *key = &self->audit->limits.key;
	GArray *pairs = member->server ? self->by_server : self->pairs;
	AuditPair scratch = { 0 };

	*ret = (AuditHost){ .address = member->address,
			    .scanner = member->scanner,
			    .guesser = member->guesser,
			    .first_ns = UINT64_MAX };
	memcpy(ret->findings, member->findings, sizeof(ret->findings));
	for (guint i = member->first; i < member->first + member->pairs; i++) {
		const AuditKept *kept = g_array_index(pairs, const AuditKept *, i);
		const AuditPair *pair = audit_report_read(self, kept, &scratch);

		/* The server itself is listed even where only a scanner met it. */
		ret->first_ns = MIN(ret->first_ns, audit_pair_first(pair));
		ret->last_ns = MAX(ret->last_ns, pair->last_ns);
		if (!member->server || !audit_report_is_apart(self, &kept->client))
			audit_host_add(ret, key, pair, !member->server,
				       audit_host_guesses(self, &kept->client));
	}
	audit_pair_clear(&scratch);
}

/* ---- what follows from all pairs of an end ---- */

void
audit_report_posture(const AuditReport *self, const AuditMember *member, AuditPosture *ret)
{
	GArray *pairs = member->server ? self->by_server : self->pairs;
	AuditPair scratch = { 0 };

	*ret = (AuditPosture){ 0 };
	for (guint i = member->first; i < member->first + member->pairs; i++) {
		const AuditKept *kept = g_array_index(pairs, const AuditKept *, i);

		audit_posture_add(ret, &audit_report_read(self, kept, &scratch)->traits,
				  !member->server);
	}
	audit_pair_clear(&scratch);
}

void
audit_report_takes(const AuditReport *self, const AuditMember *server, AuditTakes *ret)
{
	AuditPair scratch = { 0 };

	*ret = (AuditTakes){ 0 };
	for (guint i = server->first; i < server->first + server->pairs; i++)
		audit_takes_add(ret, &self->audit->limits.key,
				audit_kept_read(g_array_index(self->by_server, const AuditKept *, i),
						&scratch));
	audit_takes_settle(ret);
	audit_pair_clear(&scratch);
}

uint64_t
audit_host_logons_left_out(const AuditReport *self, const AuditMember *server)
{
	AuditTakes takes;
	uint64_t n;

	/* Most servers have not so many logons that are unlike. */
	if ((uint64_t)server->pairs * AUDIT_AUTHS_MAX <= AUDIT_TAKES_MAX)
		return 0;
	audit_report_takes(self, server, &takes);
	n = takes.left_out;
	audit_takes_clear(&takes);
	return n;
}
