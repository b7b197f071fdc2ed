/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that an audit keeps beside its pairs, of captures and sites; and what it counts of all. */
#include "audit/internal.h"

#include <string.h>

enum {
	CAPTURES_SHARE = 8, /* names of captures take at most this part of what pairs may */
	CAPTURES_MIN = 64 << 10,
	NODE = 64, /* of a tree, with what malloc takes besides */
};

/* ---- names of captures ---- */

const char *
audit_capture_name(Audit *self, const char *name)
{
	size_t most = MAX(self->limits.memory / CAPTURES_SHARE, (size_t)CAPTURES_MIN);
	gpointer known;
	size_t size;

	if (!name)
		return NULL;
	if (g_tree_lookup_extended(self->captures, name, &known, NULL))
		return known;
	size = strlen(name) + 1 + NODE;
	if (self->capture_memory + size > most) {
		self->captures_left_out++;
		return NULL;
	}
	known = g_strdup(name);
	g_tree_insert(self->captures, known, known);
	self->capture_memory += size;
	return known;
}

void
audit_set_capture(Audit *self, const char *name)
{
	self->capture = audit_capture_name(self, name);
}

/* ---- sites ---- */

const char *
audit_site_name(Audit *self, const char *name)
{
	if (!name || !*name)
		return NULL;
	if (strlen(name) < AUDIT_KEY_MAX)
		return name;
	self->sites_left_out++;
	return AUDIT_FURTHER_SITES;
}

void
audit_set_site(Audit *self, const char *name)
{
	name = audit_site_name(self, name);
	if (g_strcmp0(name, self->site) == 0)
		return;
	self->site = g_strdup(name);
	/* Connections that have not ended borrow the others. */
	if (!self->tracks)
		g_ptr_array_set_size(self->sites, 0);
	if (name)
		g_ptr_array_add(self->sites, (gpointer)self->site);
}

void
audit_note_site(Audit *self, const char *name)
{
	if (self->has_sites && g_strcmp0(name, self->only_site) != 0)
		self->many_sites = true;
	if (!self->has_sites)
		self->only_site = g_strdup(name);
	self->has_sites = true;
}

const char *
audit_only_site(const Audit *self)
{
	return self->many_sites ? NULL : self->only_site;
}

/* ---- counts ---- */

void
audit_add_totals(Audit *self, uint64_t connections, uint64_t first_ns, uint64_t last_ns)
{
	self->connections = audit_sum(self->connections, connections);
	self->first_ns = MIN(self->first_ns, first_ns);
	self->last_ns = MAX(self->last_ns, last_ns);
}

void
audit_add_left_out(Audit *self, AuditSeverity severity, uint64_t observations)
{
	self->observations[severity] = audit_sum(self->observations[severity], observations);
}
