/* SPDX-License-Identifier: BSD-3-Clause */
/* The spooler goes where it was told to: whether the server logged on there soon after. */
#include <string.h>

#include "audit/attack/internal.h"

enum {
	SOON = 60,              /* seconds within which the spooler goes there */
	LOOKS = SMB_CAP(64, 2), /* pairs looked at for one that asked */
	NS_PER_SECOND = 1000000000,
};

/* Marks of what the server was told to do; their `what` is a host, or empty. */
#define CALLS_BACK (1u << AUDIT_MARK_CALLBACK | 1u << AUDIT_MARK_SEALED | 1u << AUDIT_MARK_ALIAS)

/* One name of a host that the server logged on at. */
typedef struct {
	uint64_t name; /* hashed */
	const AuditKept *pair;
} Place;

struct AuditCallbacks {
	AuditKey key;
	GArray *places; /* Place, by name, then by rank */
};

/* ---- where it logged on ---- */

static gint
compare_places(gconstpointer a, gconstpointer b)
{
	const Place *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return (x->pair->rank > y->pair->rank) - (x->pair->rank < y->pair->rank);
}

/* Of a name its first label, of an address all of it. */
static uint64_t
hash_of(const AuditKey *key, const char *host, bool whole)
{
	char name[AUDIT_KEY_MAX];
	size_t n = whole ? strlen(host) : strcspn(host, ".");

	n = MIN(n, sizeof(name));
	for (size_t i = 0; i < n; i++)
		name[i] = g_ascii_tolower(host[i]);
	return audit_rank(key, name, n);
}

/* Also one that has no text in a UNC path: IPv6. */
static uint64_t
hash_of_address(const AuditKey *key, const AuditAddress *address)
{
	uint8_t bytes[1 + sizeof(address->bytes)];

	bytes[0] = address->family;
	memcpy(bytes + 1, address->bytes, sizeof(address->bytes));
	return audit_rank(key, bytes, sizeof(bytes));
}

static void
add_place(AuditCallbacks *self, const AuditKept *pair, uint64_t name)
{
	Place place = { name, pair };

	g_array_append_val(self->places, place);
}

/* The first pair whose client is not before this one. */
static guint
first_of(const GArray *pairs, const AuditAddress *client)
{
	guint low = 0, high = pairs->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const AuditKept *kept = g_array_index(pairs, const AuditKept *, middle);

		if (audit_address_compare(&kept->client, client) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

AuditCallbacks *
audit_callbacks_new(const GArray *pairs, const AuditAddress *server, const AuditKey *key)
{
	AuditCallbacks *self = g_new0(AuditCallbacks, 1);
	AuditPair scratch = { 0 };
	char address[AUDIT_ATTACK_NAME];

	self->key = *key;
	self->places = g_array_new(FALSE, FALSE, sizeof(Place));
	for (guint i = first_of(pairs, server); i < pairs->len; i++) {
		const AuditKept *kept = g_array_index(pairs, const AuditKept *, i);
		const AuditTally *names;

		if (audit_address_compare(&kept->client, server) != 0)
			break;
		names = &audit_kept_read(kept, &scratch)->tallies[AUDIT_SERVER_NAME];
		add_place(self, kept, hash_of_address(key, &kept->server));
		if (audit_attack_address(&kept->server, address)[0]) /* none of IPv6 */
			add_place(self, kept, hash_of(key, address, true));
		for (uint32_t j = 0; j < names->n; j++)
			add_place(self, kept, hash_of(key, names->items[j].key, true));
	}
	audit_pair_clear(&scratch);
	g_array_sort(self->places, compare_places);
	return self;
}

void
audit_callbacks_free(AuditCallbacks *self)
{
	if (!self)
		return;
	g_array_unref(self->places);
	g_free(self);
}

/* ---- what one of its clients asked for ---- */

static bool
is_one_of(const AuditTally *names, const char *host)
{
	size_t label = strcspn(host, ".");

	for (uint32_t i = 0; i < names->n; i++)
		if (strlen(names->items[i].key) == label &&
		    g_ascii_strncasecmp(names->items[i].key, host, label) == 0)
			return true;
	return false;
}

/* Whether the host that was named is the server of this pair. */
static bool
is_named(const AuditPair *pair, const AuditPair *asked, const char *host)
{
	char address[AUDIT_ATTACK_NAME];

	/* What has no name in the call, or no address as text, is not the same for that. */
	if (host[0] &&
	    (g_ascii_strcasecmp(audit_attack_address(&pair->server, address), host) == 0 ||
	     is_one_of(&pair->tallies[AUDIT_SERVER_NAME], host)))
		return true;
	return audit_address_compare(&pair->server, &asked->client) == 0;
}

/*
 * Of an account the first logons are known, and when the last was: that one has the others for a
 * proof. False if there were more in between, which may have been then.
 */
static bool
logons_of(const AuditAuth *auth, uint64_t second, AuditSighting *ret_seen)
{
	const AuditSighting *s = &auth->seen;
	uint64_t before = ret_seen->count, last = auth->last_ns / NS_PER_SECOND, at = 0;

	for (uint32_t j = 0; j < s->n; j++) {
		at = s->first[j].time_ns / NS_PER_SECOND;
		if (at < second || at > second + SOON)
			continue;
		ret_seen->count++;
		audit_sighting_evidence(ret_seen, &s->first[j]);
	}
	if (ret_seen->count > before || s->count <= s->n || at > second + SOON || last < second)
		return true;
	if (last > second + SOON)
		return s->count == s->n + 1u;
	ret_seen->count++;
	if (s->n)
		audit_sighting_evidence(ret_seen, &s->first[s->n - 1]);
	return true;
}

/* False if there may be more. */
static bool
callback_in(const AuditPair *pair, const AuditPair *asked, const GArray *marks, AuditSighting *seen)
{
	bool all = true;

	for (guint i = 0; i < marks->len; i++) {
		const AuditMark *mark = &g_array_index(marks, AuditMark, i);

		if (!is_named(pair, asked, mark->what))
			continue;
		for (uint32_t j = 0; j < pair->n_auths; j++)
			all &= logons_of(&pair->auths[j], mark->second, seen);
	}
	return all;
}

/* Adds those pairs, each once. False if there are more than are looked at. */
static bool
look_up(const AuditCallbacks *self, GPtrArray *found, uint64_t name)
{
	guint low = 0, high = self->places->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(self->places, Place, middle).name < name)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < self->places->len; low++) {
		const Place *place = &g_array_index(self->places, Place, low);

		if (place->name != name)
			break;
		if (g_ptr_array_find(found, place->pair, NULL))
			continue;
		if (found->len == LOOKS)
			return false;
		g_ptr_array_add(found, (gpointer)place->pair);
	}
	return true;
}

bool
audit_callbacks_asked(const AuditPair *pair)
{
	GArray *marks;
	bool asked;

	if (!pair->tallies[AUDIT_MARKS].n)
		return false;
	marks = audit_marks_read(pair, CALLS_BACK);
	asked = marks->len > 0;
	audit_marks_free(marks);
	return asked;
}

uint64_t
audit_callbacks_find(const AuditCallbacks *self, const AuditPair *asked, AuditSighting *ret_seen,
		     bool *ret_capped)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	GArray *marks = audit_marks_read(asked, CALLS_BACK);
	AuditPair scratch = { 0 };
	/* The one that asked may have named itself by a name that nobody gave it. */
	bool all = look_up(self, found, hash_of_address(&self->key, &asked->client));

	*ret_seen = (AuditSighting){ 0 };
	for (guint i = 0; i < marks->len; i++) {
		const char *host = g_array_index(marks, AuditMark, i).what;

		if (!host[0])
			continue;
		all &= look_up(self, found, hash_of(&self->key, host, true));
		all &= look_up(self, found, hash_of(&self->key, host, false));
	}
	for (guint i = 0; i < found->len; i++)
		all &= callback_in(audit_kept_read(found->pdata[i], &scratch), asked, marks,
				   ret_seen);
	*ret_capped = !all;
	audit_pair_clear(&scratch);
	audit_marks_free(marks);
	return ret_seen->count;
}
