/* SPDX-License-Identifier: BSD-3-Clause */
/* IP fragments, kept until their datagram is complete, too old, or evicted. */
#include "capture/link/defrag.h"

#include <string.h>

#define CAP_DATAGRAM_MAX 65535
#define CAP_UNIT 8
/* Limit for all waiting datagrams together: a single late fragment can require 64 KiB. */
#define CAP_DEFRAG_BYTES (8u << 20)

struct CapPartial {
	CapPartial *chain;         /* of its bucket */
	CapPartial *older, *newer; /* by the arrival of the first fragment */
	CapPair pair;
	uint32_t id;
	uint32_t hash;
	uint8_t protocol;
	bool total_known;
	uint32_t total;    /* bytes, once the last fragment was seen */
	uint32_t captured; /* bytes before the first that the capture cut */
	uint32_t end;      /* just past the highest byte seen */
	uint32_t units;    /* that are there */
	uint32_t parts;    /* fragments that were taken */
	uint32_t size;     /* of data */
	uint64_t first_ns;
	uint8_t *data; /* `size` bytes, then one bit for each of their units: units_of() */
};

struct CapDefrag {
	CapMemory *memory;
	CapCounters *counters;
	CapPartial **buckets;
	uint32_t mask, count, limit, seed;
	uint32_t bytes, limit_bytes;
	uint64_t timeout_ns;
	CapPartial *oldest, *newest;
};

static size_t
data_cost(uint32_t size)
{
	return size + size / CAP_UNIT / 8;
}

CapDefrag *
cap_defrag_new(CapMemory *memory, CapCounters *counters, const CapLimits *limits)
{
	CapDefrag *self = cap_memory_alloc(memory, sizeof(*self));
	uint32_t buckets = 16;

	while (buckets < limits->fragments && buckets < 1u << 20)
		buckets *= 2;
	*self = (CapDefrag){ .memory = memory,
			     .counters = counters,
			     .mask = buckets - 1,
			     .limit = limits->fragments,
			     .limit_bytes = (uint32_t)MIN(CAP_DEFRAG_BYTES, limits->max_memory / 4),
			     .seed = limits->hash_seed,
			     .timeout_ns = limits->fragment_ns };
	self->buckets = cap_memory_alloc(memory, buckets * sizeof(*self->buckets));
	memset(self->buckets, 0, buckets * sizeof(*self->buckets));
	return self;
}

static uint32_t
hash_key(const CapDefrag *self, const CapIp *ip)
{
	uint64_t h = ((uint64_t)self->seed << 32 | self->seed) ^ 0x9e3779b97f4a7c15u;
	uint64_t words[sizeof(ip->pair.addr) / sizeof(uint64_t)];

	memcpy(words, ip->pair.addr, sizeof(words));
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		h = (h ^ words[i]) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	h = (h ^ ip->id ^ (uint64_t)ip->protocol << 32) * 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(h >> 32);
}

/*
 * IPv6 has no protocol in the key: only the header of the first fragment has it (RFC 8200 section
 * 4.5).
 */
static bool
same_key(const CapPartial *d, const CapIp *ip)
{
	return d->id == ip->id && d->pair.family == ip->pair.family &&
	       (ip->pair.family == 6 || d->protocol == ip->protocol) &&
	       memcmp(d->pair.addr, ip->pair.addr, sizeof(d->pair.addr)) == 0;
}

static CapPartial *
find(CapDefrag *self, const CapIp *ip, uint32_t hash)
{
	CapPartial *d = self->buckets[hash & self->mask];

	while (d && (d->hash != hash || !same_key(d, ip)))
		d = d->chain;
	return d;
}

/* Takes a datagram out of the table; its bytes stay. */
static void
detach(CapDefrag *self, CapPartial *d)
{
	CapPartial **at = &self->buckets[d->hash & self->mask];

	while (*at != d)
		at = &(*at)->chain;
	*at = d->chain;
	*(d->older ? &d->older->newer : &self->oldest) = d->newer;
	*(d->newer ? &d->newer->older : &self->newest) = d->older;
	self->count--;
	self->bytes -= d->size;
}

void
cap_defrag_release(CapDefrag *self, CapPartial *datagram)
{
	cap_memory_free(self->memory, datagram->data, data_cost(datagram->size));
	cap_memory_free(self->memory, datagram, sizeof(*datagram));
}

bool
cap_defrag_evict(CapDefrag *self)
{
	CapPartial *d = self->oldest;

	if (!d)
		return false;
	self->counters->fragments_dropped += d->parts;
	detach(self, d);
	cap_defrag_release(self, d);
	return true;
}

void
cap_defrag_free(CapDefrag *self)
{
	CapMemory *memory = self->memory;

	while (cap_defrag_evict(self))
		;
	cap_memory_free(memory, self->buckets, (self->mask + 1) * sizeof(*self->buckets));
	cap_memory_free(memory, self, sizeof(*self));
}

static CapPartial *
create(CapDefrag *self, const CapIp *ip, uint32_t hash, uint64_t time_ns)
{
	CapPartial *d;

	if (self->count >= self->limit) {
		self->counters->limits++;
		cap_defrag_evict(self);
	}
	d = cap_memory_alloc(self->memory, sizeof(*d));
	*d = (CapPartial){ .chain = self->buckets[hash & self->mask],
			   .older = self->newest,
			   .pair = ip->pair,
			   .id = ip->id,
			   .hash = hash,
			   .protocol = ip->protocol,
			   .captured = CAP_DATAGRAM_MAX,
			   .first_ns = time_ns };
	self->buckets[hash & self->mask] = d;
	*(self->newest ? &self->newest->newer : &self->oldest) = d;
	self->newest = d;
	self->count++;
	return d;
}

/* Makes room for `end` bytes, evicting older datagrams if all together would hold too much. */
static void
reserve(CapDefrag *self, CapPartial *d, uint32_t end)
{
	uint32_t size = 512;
	uint8_t *data;

	while (size < end)
		size *= 2;
	if (size <= d->size)
		return;
	while (self->bytes + size - d->size > self->limit_bytes && self->oldest != d) {
		self->counters->limits++;
		cap_defrag_evict(self);
	}
	data = cap_memory_alloc(self->memory, data_cost(size));
	memset(data + size, 0, size / CAP_UNIT / 8);
	if (d->size) {
		memcpy(data, d->data, d->size);
		memcpy(data + size, d->data + d->size, d->size / CAP_UNIT / 8);
	}
	cap_memory_free(self->memory, d->data, data_cost(d->size));
	self->bytes += size - d->size;
	d->data = data;
	d->size = size;
}

/* The size is a power of two, and at least 512: words of 64 units are behind the bytes. */
static uint64_t *
units_of(CapPartial *d)
{
	return (uint64_t *)(void *)(d->data + d->size);
}

/*
 * Marks units of which the capture has nothing: a header that is all there is of a packet declares
 * thousands. True if one was already there.
 */
static bool
mark_cut(CapPartial *d, uint32_t unit, uint32_t end)
{
	uint64_t *words = units_of(d);
	bool overlap = false;

	for (uint32_t n; unit < end; unit += n) {
		uint64_t *word = &words[unit / 64], mask, missing;

		n = MIN(64 - unit % 64, end - unit);
		mask = UINT64_MAX >> (64 - n) << unit % 64;
		missing = mask & ~*word;
		overlap |= missing != mask;
		if (!missing)
			continue;
		d->captured = MIN(d->captured,
				  (unit / 64 * 64 + (uint32_t)__builtin_ctzll(missing)) * CAP_UNIT);
		d->units += (uint32_t)__builtin_popcountll(missing);
		*word |= mask;
	}
	return overlap;
}

/*
 * Copies the units that are missing. True if a unit was already there; sets ret_conflict if its
 * bytes differ.
 */
static bool
fill(CapPartial *d, uint32_t offset, SmbSpan part, uint32_t declared, bool *ret_conflict)
{
	uint64_t *words = units_of(d);
	bool overlap = false;
	uint32_t at;

	for (at = 0; at < part.len; at += CAP_UNIT) {
		uint32_t unit = (offset + at) / CAP_UNIT, n = MIN(part.len - at, CAP_UNIT);
		uint64_t bit = UINT64_C(1) << unit % 64;

		if (words[unit / 64] & bit) {
			overlap = true;
			if (memcmp(d->data + offset + at, part.ptr + at, n) != 0)
				*ret_conflict = true;
			continue;
		}
		words[unit / 64] |= bit;
		d->units++;
		memcpy(d->data + offset + at, part.ptr + at, n);
		if (n < CAP_UNIT && offset + at + n < d->captured)
			d->captured = offset + at + n;
	}
	return mark_cut(d, (offset + at) / CAP_UNIT,
			(offset + declared + CAP_UNIT - 1) / CAP_UNIT) ||
	       overlap;
}

/*
 * What the datagram carries, as its first fragment says: of IPv6 a copy may say otherwise, and then
 * true is returned.
 */
static bool
take_protocol(CapPartial *d, const CapIp *ip)
{
	if (ip->offset)
		return false;
	if (*units_of(d) & 1)
		return d->protocol != ip->protocol;
	d->protocol = ip->protocol;
	return false;
}

/* Whether a fragment can be part of this datagram at all; the last one fixes the length. */
static bool
fits(CapPartial *d, const CapIp *ip, uint32_t end)
{
	if ((d->total_known && end > d->total) || (!ip->more && end < d->end))
		return false;
	if (!ip->more) {
		d->total_known = true;
		d->total = end;
	}
	d->end = end > d->end ? end : d->end;
	return true;
}

static void
expire(CapDefrag *self, uint64_t time_ns)
{
	/* Evicting makes another one the oldest. */
	while (self->oldest &&
	       /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	       (int64_t)(time_ns - self->oldest->first_ns) > (int64_t)self->timeout_ns)
		cap_defrag_evict(self);
}

/* Turns the complete datagram into the packet it was. */
static void
complete(CapDefrag *self, CapPartial *d, CapIp *ip)
{
	uint32_t captured = d->captured < d->total ? d->captured : d->total;

	detach(self, d);
	self->counters->reassembled++;
	ip->payload = smb_reader_new(d->data, captured, d->total);
	ip->protocol = d->protocol;
	ip->fragment = ip->more = false;
	ip->offset = 0;
}

CapPartial *
cap_defrag_add(CapDefrag *self, CapIp *ip, uint64_t time_ns)
{
	uint32_t len = smb_reader_declared_left(&ip->payload), end = ip->offset + len, hash;
	CapIp key = *ip;
	bool conflict;
	CapPartial *d;

	self->counters->fragments++;
	expire(self, time_ns);
	if (len == 0 || end > CAP_DATAGRAM_MAX || (ip->more && len % CAP_UNIT)) {
		self->counters->malformed++;
		return NULL;
	}
	if (ip->pair.family == 6)
		key.protocol = 0;
	hash = hash_key(self, &key);
	d = find(self, ip, hash);
	if (!d)
		d = create(self, ip, hash, time_ns);
	if (!fits(d, ip, end)) {
		self->counters->fragments_dropped++;
		return NULL;
	}
	reserve(self, d, end);
	d->parts++;
	conflict = take_protocol(d, ip);
	if (fill(d, ip->offset, smb_reader_rest(&ip->payload), len, &conflict))
		self->counters->fragments_dropped++;
	self->counters->conflicts += conflict;
	if (!d->total_known || d->units < (d->total + CAP_UNIT - 1) / CAP_UNIT)
		return NULL;
	complete(self, d, ip);
	return d;
}
