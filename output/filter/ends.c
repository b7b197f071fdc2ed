/* SPDX-License-Identifier: BSD-3-Clause */
/* The ends of connections, by address or by any name that the connection showed of them. */
#include "output/filter/internal.h"

#include <stdlib.h>
#include <string.h>

#include "dissect/wire/memory.h"

/* ---- By address ---- */

static bool
net_has(const OutNet *net, uint8_t family, const uint8_t *addr)
{
	uint8_t whole = net->bits / 8, rest = net->bits % 8;

	if (net->family != family || memcmp(net->addr, addr, whole) != 0)
		return false;
	return rest == 0 || (net->addr[whole] ^ addr[whole]) >> (8 - rest) == 0;
}

static bool
any_net(const GArray *nets, uint8_t family, const uint8_t *addr)
{
	for (guint i = 0; i < nets->len; i++)
		if (net_has(&g_array_index(nets, OutNet, i), family, addr))
			return true;
	return false;
}

/* ---- By name ---- */

enum {
	NAME_MAX_BYTES =
		512, /* of a host, in any encoding: no longer one is a name (RFC 1035 2.3.4) */
	LATEST = 4,  /* shares and logons that an event may have added */
};

static SmbText
part_of(SmbText text, uint32_t from, uint32_t to)
{
	text.cut &= to == text.bytes.len;
	text.bytes = (SmbSpan){ text.bytes.ptr + from, to - from };
	return text;
}

/* A pattern without a dot is also matched against the host's part of a DNS name. */
static bool
name_fits(const GPtrArray *globs, SmbText name)
{
	uint32_t at = 0, before = 0, c;

	if (smb_text_is_empty(name) || name.bytes.len > NAME_MAX_BYTES)
		return false;
	while (smb_text_next(name, &at, &c) && c != '.')
		before = at;
	for (guint i = 0; i < globs->len; i++) {
		const OutGlob *glob = g_ptr_array_index(globs, i);

		if (out_glob_matches(glob, name) ||
		    (before < name.bytes.len && out_glob_matches(glob, part_of(name, 0, before))))
			return true;
	}
	return false;
}

/*
 * The host in "\\\\HOST\\SHARE" (`separator` a backslash, the third part) or "cifs/HOST" (a slash,
 * the second).
 */
static bool
host_fits(const GPtrArray *globs, SmbText text, uint32_t separator, unsigned part)
{
	uint32_t at = 0, from = 0, before = 0, c;

	while (at - from <= NAME_MAX_BYTES && smb_text_next(text, &at, &c)) {
		if (c != separator) {
			before = at;
			continue;
		}
		if (part == 0)
			break;
		part--;
		from = before = at;
	}
	return part == 0 && before > from && name_fits(globs, part_of(text, from, before));
}

static bool
auth_names(const GPtrArray *globs, OutFilterKey end, const SmbAuth *auth)
{
	if (end == OUT_FILTER_CLIENT)
		return name_fits(globs, smb_string_text(auth->host));
	return host_fits(globs, smb_string_text(auth->target_spn), '/', 1) ||
	       host_fits(globs, smb_string_text(auth->service), '/', 1);
}

/* Where to begin in a list of so many. */
static uint32_t
begin_at(OutLook look, uint32_t n)
{
	return look == OUT_LOOK_AT_LATEST && n > LATEST ? n - LATEST : 0;
}

static bool
is_named(const OutFilter *self, OutFilterKey end, const SmbConnectionInfo *info, OutLook look)
{
	const GPtrArray *globs = self->names[end];
	bool server = end == OUT_FILTER_SERVER;

	if (globs->len == 0)
		return false;
	if (name_fits(globs, smb_string_text(server ? info->server_name : info->client_name)) ||
	    name_fits(globs, smb_string_text(server ? info->server_other : info->client_other)) ||
	    (server && name_fits(globs, smb_string_text(info->server_dns))))
		return true;
	for (uint32_t i = begin_at(look, info->n_auths); i < info->n_auths; i++)
		if (auth_names(globs, end, info->auths[i]))
			return true;
	for (uint32_t i = begin_at(look, info->n_trees); server && i < info->n_trees; i++)
		if (host_fits(globs, smb_string_text(info->trees[i]->path), '\\', 2))
			return true;
	return false;
}

/* ---- Connections ---- */

static bool
end_fits(const OutFilter *self, OutFilterKey end, const SmbConnectionInfo *info, OutLook look)
{
	const uint8_t *addr = end == OUT_FILTER_CLIENT ? info->ends.client : info->ends.server;

	if (!self->nets[end]->len && !self->names[end]->len)
		return true;
	return any_net(self->nets[end], info->ends.family, addr) || is_named(self, end, info, look);
}

static bool
any_number(const GArray *numbers, uint64_t number)
{
	for (guint i = 0; i < numbers->len; i++) {
		const OutNumbers *range = &g_array_index(numbers, OutNumbers, i);

		if (number >= range->low && number <= range->high)
			return true;
	}
	return numbers->len == 0;
}

/* Of the capture that is read; NULL: none of its connections fits. */
static GByteArray *
bits_of(const OutFilter *self)
{
	return self->capture < self->known->len ? self->known->pdata[self->capture] : NULL;
}

static bool
has_bit(const GByteArray *bits, uint64_t number)
{
	return bits && number / 8 < bits->len;
}

bool
out_ends_known(const OutFilter *self, uint64_t number)
{
	return self->learned && number && (!self->beyond || has_bit(bits_of(self), number));
}

bool
out_ends_fit(const OutFilter *self, const SmbConnectionInfo *info, OutLook look)
{
	const GByteArray *known = bits_of(self);

	if (!info)
		return !self->nets[0]->len && !self->nets[1]->len && !self->names[0]->len &&
		       !self->names[1]->len && !self->connections->len;
	if (out_ends_known(self, info->number))
		return has_bit(known, info->number) &&
		       known->data[info->number / 8] >> info->number % 8 & 1;
	return any_number(self->connections, info->number) &&
	       end_fits(self, OUT_FILTER_CLIENT, info, look) &&
	       end_fits(self, OUT_FILTER_SERVER, info, look);
}

/* ---- What is known beforehand ---- */

bool
out_filter_by_name(const OutFilter *self)
{
	return self->names[OUT_FILTER_CLIENT]->len || self->names[OUT_FILTER_SERVER]->len;
}

void
out_filter_capture(OutFilter *self, uint64_t number)
{
	if (self->capture != number)
		memset(self->asked, 0, sizeof(self->asked));
	self->capture = number;
}

void
out_filter_set_room(OutFilter *self, size_t room)
{
	self->room = room;
}

/* As the array grows: twice as much each time. */
static size_t
room_of(uint64_t bytes)
{
	size_t room = 16;

	while (room < bytes)
		room *= 2;
	return smb_memory_cost(room);
}

/* The bits of the capture, with that of the connection; NULL: there is no room for them. */
static GByteArray *
make_bit(OutFilter *self, uint64_t number)
{
	GByteArray *bits = bits_of(self);
	guint before = bits ? bits->len : 0;
	size_t more;

	if (has_bit(bits, number))
		return bits;
	more = room_of(number / 8 + 1) - (bits ? room_of(before) : 0);
	if (self->known_memory + more > self->room)
		return NULL;
	self->known_memory += more;
	if (self->capture >= self->known->len)
		g_ptr_array_set_size(self->known, (gint)self->capture + 1);
	if (!bits)
		bits = self->known->pdata[self->capture] = g_byte_array_new();
	g_byte_array_set_size(bits, (guint)(number / 8 + 1));
	memset(bits->data + before, 0, bits->len - before);
	return bits;
}

void
out_filter_learn(OutFilter *self, const SmbEvent *event)
{
	uint64_t number = event->connection ? event->connection->number : 0;
	GByteArray *bits;

	if (event->kind != SMB_EVENT_CONNECTION ||
	    !out_ends_fit(self, event->connection, OUT_LOOK_AT_ALL))
		return;
	bits = make_bit(self, number);
	self->beyond |= !bits;
	if (bits)
		bits->data[number / 8] |= (guint8)(1u << number % 8);
}

void
out_filter_learned(OutFilter *self)
{
	self->learned = true;
}

bool
out_filter_left_out(const OutFilter *self)
{
	return self->beyond;
}
