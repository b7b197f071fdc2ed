/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS names of addresses, learnt from datagrams and the name service. A table of fixed size; an
 * address can be in eight places, of which the one unused for longest makes room. Colliding
 * addresses evict each other's names; they cannot slow the look-up down.
 *
 * Anybody can send a datagram in the name of any address: the first name of an address stays, and one
 * that contradicts it is kept beside it.
 */
#include "dissect/conversation/datagram/datagram.h"

enum { WAYS = SMB_CAP(8, 2), SETS = SMB_CAP(512, 1) };

typedef struct {
	uint8_t letters[15];
	uint8_t len; /* 0: none */
} Name;

typedef struct {
	uint8_t address[4];
	Name name;     /* the first; none: the place is free */
	Name other;    /* the last that was not the same */
	uint32_t used; /* when, by the table's own count; 0: the place is free */
} Entry;

struct SmbWhois {
	uint32_t count;
	Entry entries[SETS][WAYS];
};

static Entry *
set_of(SmbWhois *self, const uint8_t address[4])
{
	uint32_t hash = 2166136261u;

	for (int i = 0; i < 4; i++)
		hash = (hash ^ address[i]) * 16777619u;
	return self->entries[(hash ^ hash >> 16) % SETS];
}

static Entry *
find(SmbWhois *self, const uint8_t address[4])
{
	Entry *set = set_of(self, address);

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name.len && memcmp(set[i].address, address, 4) == 0)
			return &set[i];
	}
	return NULL;
}

static Entry *
make_room(SmbWhois *self, const uint8_t address[4])
{
	Entry *set = set_of(self, address), *oldest = set;

	for (int i = 1; i < WAYS; i++) {
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	return oldest;
}

static bool
is_same(const Name *a, const Name *b)
{
	return a->len == b->len && memcmp(a->letters, b->letters, a->len) == 0;
}

/* Another address is forgotten for it. */
static Entry *
begin(SmbContext *context, const uint8_t address[4])
{
	Entry *e = make_room(context->whois, address);

	context->limits += e->name.len != 0;
	*e = (Entry){ .name.len = 0 };
	memcpy(e->address, address, sizeof(e->address));
	return e;
}

void
smb_whois_learn(SmbContext *context, const uint8_t address[4], const SmbNetbiosName *name)
{
	static const uint8_t none[4];
	Name learnt = { .len = name->len };
	Entry *e;

	if (!name->len || name->len > sizeof(learnt.letters) || memcmp(address, none, 4) == 0)
		return;
	memcpy(learnt.letters, name->name, sizeof(learnt.letters));
	if (!context->whois)
		context->whois = smb_context_alloc(context, sizeof(SmbWhois));
	e = find(context->whois, address);
	if (!e)
		e = begin(context, address);
	if (!e->name.len)
		e->name = learnt;
	else if (!is_same(&e->name, &learnt))
		e->other = learnt;
	e->used = ++context->whois->count;
}

static SmbText
text_of(const SmbContext *context, const Name *name)
{
	if (!name || !name->len)
		return (SmbText){ .encoding = SMB_TEXT_OEM };
	return (SmbText){ { name->letters, name->len }, context->config.oem };
}

SmbText
smb_whois_find(SmbContext *context, uint8_t family, const uint8_t *address, SmbText *ret_other)
{
	Entry *e = family == 4 && context->whois ? find(context->whois, address) : NULL;

	if (e)
		e->used = ++context->whois->count;
	*ret_other = text_of(context, e ? &e->other : NULL);
	return text_of(context, e ? &e->name : NULL);
}

void
smb_whois_free(SmbContext *context)
{
	smb_context_release(context, context->whois, sizeof(SmbWhois));
	context->whois = NULL;
}

static void
name_end(SmbConnection *c, const uint8_t *address, SmbString **name, SmbString **other)
{
	SmbText also, text;

	if (*name)
		return;
	text = smb_whois_find(c->context, c->info.ends.family, address, &also);
	smb_context_set_string(c->context, name, text);
	smb_context_set_string(c->context, other, also);
}

void
smb_whois_name_ends(SmbConnection *c)
{
	SmbConnectionInfo *info = &c->info;

	name_end(c, info->ends.client, &info->client_name, &info->client_other);
	name_end(c, info->ends.server, &info->server_name, &info->server_other);
}
