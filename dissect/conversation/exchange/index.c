/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests that wait, by their MID: chains of a hash table, each in the order of the queue. Few
 * requests need none, so it is only made where many wait. Whoever sends the MIDs can put them into
 * one chain; its length has a cap.
 *
 * What no MID finds is looked for in the whole queue. With many requests that is only done as often
 * as the number of messages pays for.
 */
#include "dissect/conversation/exchange/pending.h"

enum {
	/* Of the first table; 2 to the power of it is more than SMB_PENDING_FEW. */
	CHAINS_SHIFT = SMB_CAP(8, 1),
	/* Requests looked at for each message of the connection. */
	WALK_PER_MESSAGE = SMB_CAP(512, 1),
};

/* Spreads numbers that follow each other at any distance: a READ of 1 MiB takes 16 of them. */
static SmbPendingChain *
chain_of(const SmbExchanges *ex, uint64_t mid)
{
	static const uint64_t GOLDEN_RATIO = UINT64_C(0x9E3779B97F4A7C15); /* of 2 to the 64 */

	return &ex->chains[mid * GOLDEN_RATIO >> (64 - ex->chains_shift)];
}

static size_t
size_of(uint32_t shift)
{
	return sizeof(SmbPendingChain) << shift;
}

static void
append(SmbExchanges *ex, SmbPending *p)
{
	SmbPendingChain *chain = chain_of(ex, p->mid);

	p->older = chain->newest;
	p->newer = NULL;
	*(chain->newest ? &chain->newest->newer : &chain->oldest) = p;
	chain->newest = p;
	chain->n++;
}

/* A table, with all that wait in it. */
static void
make(SmbConnection *c, uint32_t shift)
{
	SmbExchanges *ex = c->exchanges;

	smb_index_free(c);
	ex->chains = smb_context_alloc(c->context, size_of(shift));
	ex->chains_shift = shift;
	for (SmbPending *p = ex->oldest; p; p = p->next)
		append(ex, p);
}

void
smb_index_new(SmbConnection *c)
{
	make(c, CHAINS_SHIFT);
}

void
smb_index_free(SmbConnection *c)
{
	SmbExchanges *ex = c->exchanges;

	if (ex->chains)
		smb_context_release(c->context, ex->chains, size_of(ex->chains_shift));
	ex->chains = NULL;
}

void
smb_index_add(SmbConnection *c, SmbPending *p)
{
	SmbExchanges *ex = c->exchanges;

	if (ex->n_pending <= UINT32_C(1) << ex->chains_shift)
		append(ex, p);
	else
		make(c, ex->chains_shift + 1);
}

void
smb_index_remove(SmbExchanges *ex, SmbPending *p)
{
	SmbPendingChain *chain = chain_of(ex, p->mid);

	*(p->older ? &p->older->newer : &chain->oldest) = p->newer;
	*(p->newer ? &p->newer->older : &chain->newest) = p->older;
	chain->n--;
}

const SmbPendingChain *
smb_index_chain(const SmbExchanges *ex, uint64_t mid)
{
	return chain_of(ex, mid);
}

bool
smb_index_walk_paid(SmbConnection *c)
{
	SmbExchanges *ex = c->exchanges;
	uint64_t messages = c->info.messages[SMB_TO_SERVER] + c->info.messages[SMB_TO_CLIENT];

	if (ex->walked + ex->n_pending > messages * WALK_PER_MESSAGE) {
		smb_connection_limit(c);
		return false;
	}
	ex->walked += ex->n_pending;
	return true;
}
