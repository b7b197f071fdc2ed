/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Deals flows out to the workers of --workers. All flows between two addresses go to the same one, so
 * most of what connections have in common stays together; datagrams go to all, which learn names of
 * them in the order of the capture, and are reported by the first. Connections are numbered here, in
 * the order in which one process would recognise them.
 *
 * A CliHand is what the pipeline keeps of a flow in place of an SmbConnection. A CliDeal lasts for
 * one capture and borrows the CliDealTo.
 */
#pragma once

#include <poll.h>

#include "capture/transport/tracker.h"
#include "cli/workers/items.h"
#include "dissect/deal.h"
#include "output/base/sink.h"

typedef struct CliDeal CliDeal;

/*
 * Live, the run waits for packets most of the time, and for workers meanwhile: what they tell is
 * printed at once, and no item is kept from them.
 */
typedef struct {
	/* Everything up to then was seen, also where no packet came. */
	void (*clock)(void *user, uint64_t seen_ns);
	/* The run is about to wait: sends all items, and gives 2 * n descriptors to wait for, too. */
	void (*before_wait)(void *user, struct pollfd *polls);
	/* One of them is ready. */
	void (*serve)(void *user);
	/*
	 * Asks all for what they have so far, of what is otherwise told at the end
	 * (CliRunHooks.so_far); whether all have answered; and hands out what they said. One at a
	 * time.
	 */
	void (*ask)(void *user);
	bool (*is_answered)(const void *user);
	void (*take_answer)(void *user, void (*output)(void *to, const char *bytes, size_t n),
			    void *to);
	/* Where the run has to wait for workers, `waiting` is called several times a second. */
	void (*watch)(void *user, void (*waiting)(void *watch), void *watch);
} CliDealLive;

/* The workers, as who deals sees them (crew.h has them). */
typedef struct CliDealTo {
	/*
	 * Hands an item to one of them: `size` bytes of it, and `n` of payload behind them. Its
	 * size and order are filled in there. May wait.
	 */
	void (*put)(void *user, unsigned place, const CliItem *item, size_t size,
		    const void *payload, size_t n);
	/* Waits until every one is done with all its items; at most so long, 0: without end. */
	void (*settle)(void *user, unsigned most_ms);
	/* Whether it can be dealt to. Of files one that died keeps what was meant for it. */
	bool (*lives)(const void *user, unsigned place);
	/* Bytes that wait for them, and those of the one that holds most, as it last told. */
	size_t (*memory)(const void *user);
	/* Adds what they counted so far, but for what of it was handed on as their last word. */
	void (*totals)(const void *user, OutTotals *to);
	const CliDealLive *live;
	void *user;
	unsigned n;
} CliDealTo;

typedef struct {
	uint32_t flow; /* as the worker knows it */
	int place;     /* of the worker; -1: nobody was told, it is not SMB */
	SmbGuess guess;
} CliHand;

/* A file begins: what its name is (NULL: interfaces), and whether its times have nanoseconds. */
void cli_deal_announce(const CliDealTo *to, const char *name, bool nanoseconds);

CliDeal *cli_deal_new(const CliDealTo *to, uint32_t seed);
/* Tells the workers that the capture is over. NULL is fine. */
void cli_deal_free(CliDeal *self);

/* The first packet of the capture. */
void cli_deal_begin(CliDeal *self, uint64_t time_ns);
/*
 * A flow; `open` without its item's head and number. `first` are its first bytes, as
 * smb_looks_like takes them, in direction `dir`; maybe none.
 */
void cli_deal_open(CliDeal *self, CliHand *hand, CliItemOpen *open, SmbDir dir, SmbSpan first);
/* As cli_feed. */
SmbConnectionState cli_deal_chunk(CliDeal *self, CliHand *hand, SmbDir dir, const CapChunk *chunk,
				  SmbGapCause cause, const SmbStamp *when);
void cli_deal_close(CliDeal *self, const CliHand *hand, const SmbEnding *ending,
		    const SmbStamp *when);
void cli_deal_datagram(CliDeal *self, const SmbEndpoints *ends, SmbSpan payload, uint32_t declared,
		       const SmbStamp *when);

/* That were recognised so far. */
uint64_t cli_deal_connections(const CliDeal *self);
/* As CliDealTo has them. */
size_t cli_deal_memory(const CliDeal *self);
/* Waits until workers are done with all that was dealt, and have told how much they hold. */
void cli_deal_settle(CliDeal *self);
