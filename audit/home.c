/* SPDX-License-Identifier: BSD-3-Clause */
/* What a channel has of its session's home. */
#include "audit/home.h"

#include <string.h>

#include "audit/attack/attack.h"

void
audit_address_set(AuditAddress *to, uint8_t family, const uint8_t bytes[16])
{
	static const uint8_t sizes[] = { [2] = 6, [3] = 10, [4] = 4, [6] = 16 };

	to->family = family;
	memcpy(to->bytes, bytes, family < sizeof(sizes) ? sizes[family] : 0);
}

static bool
has_marks(const AuditPair *pair)
{
	return pair->tallies[AUDIT_MARKS].n || pair->tallies[AUDIT_WRITTEN].n ||
	       pair->seen[AUDIT_REMOTE_EXECUTION].n;
}

static bool
is_of_execution(const char *key)
{
	AuditMark mark;
	bool is;

	if (!audit_mark_read(key, &mark))
		return false;
	is = audit_marks_of(AUDIT_REMOTE_EXECUTION) >> mark.kind & 1;
	g_strfreev(mark.parts);
	return is;
}

static void
move(AuditPair *from, AuditPair *to, const AuditKey *key)
{
	AuditTally all = from->tallies[AUDIT_MARKS];
	AuditCap cap = audit_tally_cap(AUDIT_MARKS, key);

	from->tallies[AUDIT_MARKS] = (AuditTally){ .left_out = all.left_out };
	for (uint32_t i = 0; i < all.n; i++) {
		AuditPair *pair = is_of_execution(all.items[i].key) ? to : from;

		audit_tally_add(&pair->tallies[AUDIT_MARKS], cap, all.items[i].key,
				all.items[i].count);
	}
	audit_tally_clear(&all);
	to->tallies[AUDIT_WRITTEN] = from->tallies[AUDIT_WRITTEN];
	from->tallies[AUDIT_WRITTEN] = (AuditTally){ 0 };
	to->seen[AUDIT_REMOTE_EXECUTION] = from->seen[AUDIT_REMOTE_EXECUTION];
	from->seen[AUDIT_REMOTE_EXECUTION] = (AuditSighting){ 0 };
}

void
audit_home_take(Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info)
{
	AuditPair *pair = &facts->pair, *home;

	if (!info->home || !has_marks(pair))
		return;
	home = g_new0(AuditPair, 1);
	audit_address_set(&home->client, info->ends.family, info->home_client);
	audit_address_set(&home->server, info->ends.family, info->home_server);
	home->client.site = pair->client.site;
	home->server.site = pair->server.site;
	move(pair, home, facts->key);
	home->first_ns = info->first.time_ns;
	home->last_ns = info->last.time_ns;
	audit_add(audit, home);
	audit_pair_clear(home);
	g_free(home);
}
