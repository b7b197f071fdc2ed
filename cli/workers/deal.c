/* SPDX-License-Identifier: BSD-3-Clause */
/* Who dissects which flow. */
#include "cli/workers/deal.h"

#include <glib.h>
#include <string.h>

enum { NOBODY = -1 };

/* Numbers of a worker's flows that are free again. */
typedef struct {
	GArray *free; /* uint32_t */
	uint32_t next;
} Numbers;

struct CliDeal {
	const CliDealTo *to;
	uint64_t seed;
	uint64_t connections;
	unsigned n;
	Numbers numbers[];
};

void
cli_deal_announce(const CliDealTo *to, const char *name, bool nanoseconds)
{
	CliItemBegin begin = { .item = { .kind = CLI_ITEM_BEGIN }, .nanoseconds = nanoseconds };

	name = name ?: "";
	for (unsigned place = 0; place < to->n; place++)
		to->put(to->user, place, &begin.item, sizeof(begin), name, strlen(name) + 1);
}

CliDeal *
cli_deal_new(const CliDealTo *to, uint32_t seed)
{
	unsigned n = to->n;
	CliDeal *self = g_malloc0(sizeof(*self) + n * sizeof(self->numbers[0]));

	self->to = to;
	self->seed = (uint64_t)seed << 32 | seed;
	self->n = n;
	for (unsigned i = 0; i < n; i++)
		self->numbers[i].free = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	return self;
}

static void
tell_all(CliDeal *self, const CliItem *item, size_t size)
{
	for (unsigned place = 0; place < self->n; place++)
		self->to->put(self->to->user, place, item, size, NULL, 0);
}

void
cli_deal_free(CliDeal *self)
{
	static const CliItem over = { .kind = CLI_ITEM_OVER };

	if (!self)
		return;
	tell_all(self, &over, sizeof(over));
	for (unsigned i = 0; i < self->n; i++)
		g_array_unref(self->numbers[i].free);
	g_free(self);
}

void
cli_deal_begin(CliDeal *self, uint64_t time_ns)
{
	CliItemFirst first = { .item = { .kind = CLI_ITEM_FIRST }, .time_ns = time_ns };

	tell_all(self, &first.item, sizeof(first));
}

static uint64_t
hash_address(uint64_t seed, const uint8_t address[16])
{
	uint64_t words[2];

	memcpy(words, address, sizeof(words));
	for (int i = 0; i < 2; i++) {
		seed = (seed ^ words[i]) * UINT64_C(0xff51afd7ed558ccd);
		seed ^= seed >> 32;
	}
	return seed * UINT64_C(0xc4ceb9fe1a85ec53);
}

/* That one, or the next that lives; if none does, it makes no difference. */
static unsigned
living(const CliDeal *self, unsigned place)
{
	for (unsigned i = 0; i < self->n; i++, place = (place + 1) % self->n)
		if (self->to->lives(self->to->user, place))
			break;
	return place;
}

/* Whoever is the client. The seed is random: no sender can choose that all have one worker. */
static unsigned
place_of(const CliDeal *self, const SmbEndpoints *ends)
{
	uint64_t hash = hash_address(self->seed, ends->client) +
			hash_address(self->seed, ends->server);

	return living(self, (unsigned)((hash ^ hash >> 29) % self->n));
}

static uint32_t
number_flow(Numbers *numbers)
{
	uint32_t flow;

	if (!numbers->free->len)
		return numbers->next++;
	flow = g_array_index(numbers->free, uint32_t, numbers->free->len - 1);
	g_array_set_size(numbers->free, numbers->free->len - 1);
	return flow;
}

void
cli_deal_open(CliDeal *self, CliHand *hand, CliItemOpen *open, SmbDir dir, SmbSpan first)
{
	SmbGuess guess = { 0 };

	*hand = (CliHand){ .place = NOBODY };
	if (!open->hinted && smb_guess(&guess, dir, first) == SMB_CONNECTION_OTHER)
		return;
	hand->place = (int)place_of(self, &open->ends);
	hand->flow = number_flow(&self->numbers[hand->place]);
	open->item.kind = CLI_ITEM_OPEN;
	open->flow = hand->flow;
	open->connections = self->connections;
	if (open->hinted) {
		hand->guess.state = SMB_CONNECTION_SMB;
		self->connections++;
	}
	self->to->put(self->to->user, (unsigned)hand->place, &open->item, sizeof(*open), NULL, 0);
}

SmbConnectionState
cli_deal_chunk(CliDeal *self, CliHand *hand, SmbDir dir, const CapChunk *chunk, SmbGapCause cause,
	       const SmbStamp *when)
{
	CliItemChunk item = { .item = { .kind = CLI_ITEM_CHUNK },
			      .connections = self->connections,
			      .missing = chunk->missing,
			      .when = *when,
			      .flow = hand->flow,
			      .len = chunk->len,
			      .message = chunk->message,
			      .dir = (uint8_t)dir,
			      .cause = (uint8_t)cause };
	bool known = hand->guess.state == SMB_CONNECTION_SMB;
	SmbConnectionState state;

	if (hand->place == NOBODY)
		return SMB_CONNECTION_OTHER;
	state = smb_guess(&hand->guess, dir, (SmbSpan){ chunk->ptr, chunk->len });
	self->connections += !known && state == SMB_CONNECTION_SMB;
	self->to->put(self->to->user, (unsigned)hand->place, &item.item,
		      offsetof(CliItemChunk, bytes), chunk->ptr, chunk->len);
	return chunk->len || chunk->message ? state : SMB_CONNECTION_UNDECIDED;
}

void
cli_deal_close(CliDeal *self, const CliHand *hand, const SmbEnding *ending, const SmbStamp *when)
{
	CliItemClose item = { .item = { .kind = CLI_ITEM_CLOSE },
			      .flow = hand->flow,
			      .ending = *ending,
			      .when = *when };

	if (hand->place == NOBODY)
		return;
	g_array_append_val(self->numbers[hand->place].free, hand->flow);
	self->to->put(self->to->user, (unsigned)hand->place, &item.item, sizeof(item), NULL, 0);
}

void
cli_deal_datagram(CliDeal *self, const SmbEndpoints *ends, SmbSpan payload, uint32_t declared,
		  const SmbStamp *when)
{
	CliItemDatagram item = { .item = { .kind = CLI_ITEM_DATAGRAM },
				 .ends = *ends,
				 .when = *when,
				 .len = payload.len,
				 .declared = declared };
	unsigned first = living(self, 0);

	for (unsigned place = 0; place < self->n; place++) {
		item.mute = place != first;
		self->to->put(self->to->user, place, &item.item, offsetof(CliItemDatagram, bytes),
			      payload.ptr, payload.len);
	}
}

uint64_t
cli_deal_connections(const CliDeal *self)
{
	return self->connections;
}

size_t
cli_deal_memory(const CliDeal *self)
{
	return self->to->memory(self->to->user);
}

void
cli_deal_settle(CliDeal *self)
{
	self->to->settle(self->to->user, 0);
}
