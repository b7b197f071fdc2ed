/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS names of addresses, learnt from datagrams and the name service. A table of fixed size; an
 * address can be in eight places, of which the one unused for longest makes room. Colliding
 * addresses evict each other's names; they cannot slow the look-up down.
 */
#include "dissect/conversation/datagram/datagram.h"

enum { WAYS = SMB_CAP(8, 2), SETS = SMB_CAP(512, 1) };

typedef struct {
	uint8_t address[4];
	uint8_t name[15];
	uint8_t len;   /* 0: free */
	uint32_t used; /* when, by the table's own count */
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
		if (set[i].len && memcmp(set[i].address, address, 4) == 0)
			return &set[i];
	}
	return NULL;
}

static Entry *
make_room(SmbWhois *self, const uint8_t address[4])
{
	Entry *set = set_of(self, address), *oldest = set;

	for (int i = 1; i < WAYS; i++) {
		if (!set[i].len || (oldest->len && set[i].used < oldest->used))
			oldest = &set[i];
	}
	return oldest;
}

void
smb_whois_learn(SmbContext *context, const uint8_t address[4], const SmbNetbiosName *name)
{
	static const uint8_t none[4];
	Entry *e;

	if (!name->len || name->len > sizeof(e->name) || memcmp(address, none, 4) == 0)
		return;
	if (!context->whois)
		context->whois = smb_context_alloc(context, sizeof(SmbWhois));
	e = find(context->whois, address);
	if (!e)
		e = make_room(context->whois, address);
	/* A name that was known is forgotten for it. */
	context->limits += e->len && memcmp(e->address, address, sizeof(e->address)) != 0;
	memcpy(e->address, address, sizeof(e->address));
	memcpy(e->name, name->name, sizeof(e->name));
	e->len = name->len;
	e->used = ++context->whois->count;
}

SmbText
smb_whois_find(SmbContext *context, uint8_t family, const uint8_t *address)
{
	Entry *e = family == 4 && context->whois ? find(context->whois, address) : NULL;

	if (!e)
		return (SmbText){ .encoding = SMB_TEXT_OEM };
	e->used = ++context->whois->count;
	return (SmbText){ { e->name, e->len }, context->config.oem };
}

void
smb_whois_free(SmbContext *context)
{
	smb_context_release(context, context->whois, sizeof(SmbWhois));
	context->whois = NULL;
}

void
smb_whois_name_ends(SmbConnection *c)
{
	SmbConnectionInfo *info = &c->info;
	const SmbEndpoints *ends = &info->ends;

	if (!c->context->whois)
		return;
	if (!info->client_name)
		smb_context_set_string(c->context, &info->client_name,
				       smb_whois_find(c->context, ends->family, ends->client));
	if (!info->server_name)
		smb_context_set_string(c->context, &info->server_name,
				       smb_whois_find(c->context, ends->family, ends->server));
}
