/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clients and servers as the sum of their pairs, and what a client is by all that it did: what
 * report.c asks of them. Nothing here is kept; an AuditHost is worked out when it is asked for.
 *
 *     report.c --> hosts.c   AuditPair ... --> AuditHost
 */
#pragma once

#include "audit/report/report.h"

enum {
	AUDIT_VERSIONS = 3, /* dialects that one server was asked for, one by one: a scanner */
	AUDIT_GROOMS = 3,   /* connections with nothing but what looks like SMB2: an attack */
};

/* By the side that has to change. */
typedef struct {
	uint64_t client, server;
} AuditBlockers;

/* Connections of a pair with SMB1, by the side that limited them to it. */
AuditBlockers audit_host_blockers(const AuditPair *pair);

/*
 * Whether the client offered nothing but SMB1, and left before it used what the server chose: it
 * needs SMB1 as much as one that was refused.
 */
bool audit_host_left_smb1(const AuditPair *pair);

/* Whether so many used connections of a pair are guesses that succeeded, and no others. */
bool audit_host_only_guessed(const AuditPair *pair, uint64_t used, const AuditGuesses *guesses);

/* Adds what a pair says of one of its two ends; `guesses`: of its client, or NULL. */
void audit_host_add(AuditHost *host, const AuditKey *key, const AuditPair *pair, bool client,
		    const AuditGuesses *guesses);

/*
 * A client is a scanner, or an attacker, if only that was seen of it: a host that ran one, but also
 * does other work, stays in the inventory. Not all of a scanner's connections need a request: some
 * are only opened and closed. If details were left out, what else it did is unknown, and it does
 * not count as one: its findings stay.
 */
bool audit_host_does_nothing_else(const AuditHost *client, bool probes);

/* Whether a server was only asked for its dialects. */
bool audit_host_is_only_probed(const AuditPair *pair);

/* What its probes make of a client: whether they are a scanner's. */
bool audit_host_judge_probes(const AuditReport *self, AuditMember *client);

/* Borrowed; NULL: the client does not guess passwords. */
const AuditGuesses *audit_host_guesses(const AuditReport *self, const AuditAddress *client);

/*
 * Logons of accounts beyond those by which it is known what a server takes (AuditTakes.left_out).
 */
uint64_t audit_host_logons_left_out(const AuditReport *self, const AuditMember *server);
