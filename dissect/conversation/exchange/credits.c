/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Credits of SMB2: every request uses up as many as it says, at least one, and every response grants
 * some ([MS-SMB2] 3.2.4.1.2, 3.2.5.1.4, 3.3.1.2). Two sums are all that is kept.
 */
#include "dissect/conversation/exchange/pending.h"

void
smb_credits_lost(SmbConnection *c)
{
	c->exchanges->credits_lost = true;
}

/* A sum is one of all messages only where each was seen, of both sides, from the first one on. */
void
smb_credits_settle(SmbConnection *c)
{
	const SmbConnectionInfo *info = &c->info;

	c->info.credits.whole = info->bytes[SMB_TO_CLIENT] && !c->exchanges->credits_lost &&
				!info->midstream && !info->gaps && !info->skipped_bytes &&
				!info->orphans;
}

void
smb_credits_use(SmbConnection *c, uint16_t charge)
{
	c->info.credits.used += charge ? charge : 1;
}

/* 3.3.1.1: a CANCEL uses no credits, and unsolicited messages of the server grant none. */
void
smb_credits_count(SmbConnection *c, SmbMessage *m)
{
	SmbCredits *credits = &c->info.credits;

	if (m->dir == SMB_TO_CLIENT) {
		credits->granted += m->credits;
		return;
	}
	if (m->command == SMB2_CANCEL)
		return;
	smb_credits_use(c, m->credit_charge);
	smb_credits_settle(c);
	if (credits->whole && credits->used > 1 + credits->granted)
		m->anomalies |= SMB_ANOMALY_CREDITS;
}
