/* SPDX-License-Identifier: BSD-3-Clause */
/* The ends of connections, by address or by any name that the connection showed of them. */
#include "output/filter/internal.h"

#include <stdlib.h>
#include <string.h>

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

	if (smb_text_is_empty(name))
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

	while (smb_text_next(text, &at, &c)) {
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

bool
out_ends_named(const OutFilter *self, OutFilterKey end, const SmbConnectionInfo *info)
{
	const GPtrArray *globs = self->names[end];
	bool server = end == OUT_FILTER_SERVER;

	if (globs->len == 0)
		return false;
	if (name_fits(globs, smb_string_text(server ? info->server_name : info->client_name)) ||
	    (server && name_fits(globs, smb_string_text(info->server_dns))))
		return true;
	for (uint32_t i = 0; i < info->n_auths; i++)
		if (auth_names(globs, end, info->auths[i]))
			return true;
	for (uint32_t i = 0; server && i < info->n_trees; i++)
		if (host_fits(globs, smb_string_text(info->trees[i]->path), '\\', 2))
			return true;
	return false;
}

/* ---- Connections ---- */

static bool
end_fits(const OutFilter *self, OutFilterKey end, const SmbConnectionInfo *info)
{
	const uint8_t *addr = end == OUT_FILTER_CLIENT ? info->ends.client : info->ends.server;

	if (!self->nets[end]->len && !self->names[end]->len)
		return true;
	return any_net(self->nets[end], info->ends.family, addr) || out_ends_named(self, end, info);
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

static int
compare_known(const void *a, const void *b)
{
	const OutKnown *x = a, *y = b;

	if (x->capture != y->capture)
		return x->capture < y->capture ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

bool
out_ends_fit(const OutFilter *self, const SmbConnectionInfo *info)
{
	OutKnown key = { .capture = self->capture };

	if (!info)
		return !self->nets[0]->len && !self->nets[1]->len && !self->names[0]->len &&
		       !self->names[1]->len && !self->connections->len;
	key.number = info->number;
	if (self->learned && info->number)
		return self->known->len && bsearch(&key, self->known->data, self->known->len,
						   sizeof(key), compare_known);
	return any_number(self->connections, info->number) &&
	       end_fits(self, OUT_FILTER_CLIENT, info) && end_fits(self, OUT_FILTER_SERVER, info);
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
out_filter_learn(OutFilter *self, const SmbEvent *event)
{
	OutKnown known = { .capture = self->capture };

	if (event->kind != SMB_EVENT_CONNECTION || !out_ends_fit(self, event->connection))
		return;
	known.number = event->connection->number;
	g_array_append_val(self->known, known);
}

void
out_filter_learned(OutFilter *self)
{
	if (self->known->len)
		qsort(self->known->data, self->known->len, sizeof(OutKnown), compare_known);
	self->learned = true;
}
