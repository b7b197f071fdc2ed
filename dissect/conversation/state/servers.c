/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What servers showed on the connections so far: a server that refuses one client may have told
 * another why. A table of fixed size in the context; the server that was not met for longest makes
 * room. That it takes SMB2 is true of nearly all: where only that is known of a server it goes first,
 * takes the place of no other, and does not count as left out.
 */
#include "dissect/conversation/state/outcome.h"

#include <glib.h>

enum { SERVERS = SMB_CAP(256, 2), SHARES = SMB_CAP(4, 1) };

typedef struct {
	uint8_t family; /* 0: free */
	uint8_t address[16];
	uint32_t used; /* when, by the table's own count */
	bool took_nt1, took_smb2, encrypts;
	uint64_t referral_ns; /* when somebody last asked it for a referral of DFS; 0: nobody did */
	SmbString *shares[SHARES]; /* counted: those that ask for encryption, the first few */
} Server;

struct SmbServers {
	uint32_t count;
	Server servers[SERVERS];
};

static Server *
find(const SmbConnection *c)
{
	SmbServers *self = c->context->servers;
	const SmbEndpoints *ends = &c->info.ends;

	for (int i = 0; self && i < SERVERS; i++) {
		Server *s = &self->servers[i];

		if (s->family == ends->family &&
		    memcmp(s->address, ends->server, sizeof(s->address)) == 0)
			return s;
	}
	return NULL;
}

static void
forget(SmbContext *context, Server *s)
{
	for (int i = 0; i < SHARES; i++)
		smb_context_unref(context, s->shares[i]);
	*s = (Server){ 0 };
}

static bool
is_plain(const Server *s)
{
	return !s->took_nt1 && !s->encrypts && !s->shares[0] && !s->referral_ns;
}

/* The entry to be used next: free, else plain, else the one that was not met for longest. */
static Server *
oldest(SmbServers *self)
{
	Server *s = self->servers;

	for (int i = 1; i < SERVERS; i++) {
		Server *other = &self->servers[i];

		if (is_plain(other) != is_plain(s) ? is_plain(other) : other->used < s->used)
			s = other;
	}
	return s;
}

/* The server's entry, which is made if there is none; NULL: it would be plain, and has no place. */
static Server *
entry(SmbConnection *c, bool plain)
{
	SmbServers *self = c->context->servers;
	Server *s = find(c);

	if (!self)
		self = c->context->servers = smb_context_alloc(c->context, sizeof(*self));
	if (!s) {
		s = oldest(self);
		if (plain && !is_plain(s))
			return NULL;
		c->context->limits += !is_plain(s);
		forget(c->context, s);
		s->family = c->info.ends.family;
		memcpy(s->address, c->info.ends.server, sizeof(s->address));
	}
	s->used = ++self->count;
	return s;
}

void
smb_server_took_nt1(SmbConnection *c)
{
	entry(c, false)->took_nt1 = true;
}

void
smb_server_took_smb2(SmbConnection *c)
{
	Server *s = entry(c, true);

	if (s)
		s->took_smb2 = true;
}

void
smb_server_asks_encryption(SmbConnection *c)
{
	entry(c, false)->encrypts = true;
}

void
smb_server_share_asks_encryption(SmbConnection *c, SmbText path)
{
	Server *s = entry(c, false);

	for (int i = 0; i < SHARES; i++) {
		if (s->shares[i] && smb_text_equal(smb_string_text(s->shares[i]), path))
			return;
		if (!s->shares[i]) {
			s->shares[i] = smb_context_string(c->context, path);
			return;
		}
	}
	smb_connection_limit(c);
}

void
smb_server_was_asked_for_referral(SmbConnection *c, uint64_t time_ns)
{
	Server *s = entry(c, true);

	if (s)
		s->referral_ns = MAX(s->referral_ns, time_ns);
	else
		c->context->limits++;
}

bool
smb_server_is_asked_for_referral_since(const SmbConnection *c, uint64_t time_ns)
{
	const Server *s = find(c);

	return s && s->referral_ns >= time_ns;
}

bool
smb_server_is_known_to_take(const SmbConnection *c, bool nt1, bool smb2)
{
	const Server *s = find(c);

	return s && ((nt1 && s->took_nt1) || (smb2 && s->took_smb2));
}

bool
smb_server_is_known_for_encryption(const SmbConnection *c, const SmbString *share)
{
	const Server *s = find(c);

	if (!s || !share)
		return s && s->encrypts;
	for (int i = 0; i < SHARES; i++)
		if (s->shares[i] &&
		    smb_text_equal(smb_string_text(s->shares[i]), smb_string_text(share)))
			return true;
	return s->encrypts;
}

void
smb_servers_free(SmbContext *context)
{
	for (int i = 0; context->servers && i < SERVERS; i++)
		forget(context, &context->servers->servers[i]);
	smb_context_release(context, context->servers, sizeof(SmbServers));
	context->servers = NULL;
}
