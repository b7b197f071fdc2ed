/* SPDX-License-Identifier: BSD-3-Clause */
/* The contents of a version. */
#include "cli/extract/version.h"

#include <errno.h>
#include <string.h>

#include "dissect/wire/caps.h"
#include "dissect/wire/memory.h"

enum {
	BLOCK = 65536,                       /* compared, copied and hashed at once */
	AHEAD_MAX = SMB_CAP(8 << 20, 64),    /* bytes of all versions that wait */
	AHEAD_PIECES_MAX = SMB_CAP(1024, 2), /* of one */
	COPIED_FREE = SMB_CAP(64 << 20, 64), /* bytes from version to version, */
	COPIED_RATIO = 4,                    /* and for each byte of that file on the wire; */
	COPIED_RANGE = 4096,                 /* as many as that is a further range, however short */
};

/* Bytes of --hash-only that wait for those before them. */
struct CliAhead {
	CliAhead *next;
	uint64_t at;
	size_t n;
	uint8_t bytes[];
};

static void
account(CliPlace *place, CliVersion *self)
{
	size_t now = smb_memory_cost(sizeof(*self)) + smb_memory_cost(strlen(self->name) + 1) +
		     cli_ranges_memory(&self->known);

	place->memory += now - self->accounted;
	self->accounted = now;
}

CliVersion *
cli_version_new(CliPlace *place, const char *name)
{
	CliVersion *self = g_new0(CliVersion, 1);

	self->name = g_strdup(name);
	cli_digest_begin(&self->digest, place->digests);
	account(place, self);
	return self;
}

/* ---- the digest ---- */

static void
ahead_free(CliPlace *place, CliAhead *piece)
{
	place->ahead -= piece->n;
	place->memory -= smb_memory_cost(sizeof(*piece) + piece->n);
	g_free(piece);
}

static void
take_out(CliPlace *place, CliVersion *self)
{
	*(self->waits_before ? &self->waits_before->waits_after : &place->waits_first) =
		self->waits_after;
	*(self->waits_after ? &self->waits_after->waits_before : &place->waits_last) =
		self->waits_before;
	self->waits_before = self->waits_after = NULL;
}

static void
put_last(CliPlace *place, CliVersion *self)
{
	self->waits_before = place->waits_last;
	*(place->waits_last ? &place->waits_last->waits_after : &place->waits_first) = self;
	place->waits_last = self;
}

static void
ahead_clear(CliPlace *place, CliVersion *self)
{
	if (self->ahead)
		take_out(place, self);
	while (self->ahead) {
		CliAhead *next = self->ahead->next;

		ahead_free(place, self->ahead);
		self->ahead = next;
	}
	self->n_ahead = 0;
}

/* Without a store, what is not hashed in time is not hashed at all. */
static void
give_up(CliPlace *place, CliVersion *self)
{
	self->rehash = true;
	ahead_clear(place, self);
}

/*
 * Whoever waits for longest gives up first: otherwise who leaves pieces behind holes, and never
 * fills these, would have all others give up.
 */
static void
make_room(CliPlace *place, CliVersion *self, size_t n)
{
	if (n > AHEAD_MAX)
		give_up(place, self);
	while (!self->rehash && place->waits_first && place->ahead + n > AHEAD_MAX)
		give_up(place, place->waits_first);
}

static void
keep_ahead(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	CliAhead **link = &self->ahead, *piece;

	make_room(place, self, n);
	if (self->n_ahead >= AHEAD_PIECES_MAX)
		give_up(place, self);
	if (self->rehash)
		return;
	while (*link && (*link)->at < at)
		link = &(*link)->next;
	if (!self->ahead)
		put_last(place, self);
	piece = g_malloc(sizeof(*piece) + n);
	*piece = (CliAhead){ .next = *link, .at = at, .n = n };
	memcpy(piece->bytes, bytes, n);
	*link = piece;
	self->n_ahead++;
	place->ahead += n;
	place->memory += smb_memory_cost(sizeof(*piece) + n);
}

static void
hash(CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	size_t before = (size_t)(self->hashed - at);

	if (before >= n)
		return;
	cli_digest_add(&self->digest, bytes + before, n - before);
	self->hashed += n - before;
}

static void
follow(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	if (self->rehash)
		return;
	if (at > self->hashed) {
		if (!place->store)
			keep_ahead(place, self, at, bytes, n);
		return;
	}
	hash(self, at, bytes, n);
	if (!self->ahead)
		return;
	take_out(place, self);
	while (self->ahead && self->ahead->at <= self->hashed) {
		CliAhead *piece = self->ahead;

		hash(self, piece->at, piece->bytes, piece->n);
		self->ahead = piece->next;
		self->n_ahead--;
		ahead_free(place, piece);
	}
	if (self->ahead)
		put_last(place, self);
}

/* Bytes that were hashed, or that wait for it, are others now. */
static void
unhash(CliPlace *place, CliVersion *self, uint64_t at)
{
	if (at == 0) {
		ahead_clear(place, self);
		cli_digest_begin(&self->digest, place->digests);
		self->hashed = 0;
		self->rehash = false;
	} else if (at < self->hashed || self->ahead) {
		give_up(place, self);
	}
}

/* ---- bytes ---- */

static void
leave_out(CliPlace *place, CliVersion *self, uint64_t n)
{
	self->left_out += n;
	place->left_out += n;
}

/* Offsets that no file has are the sender's fault, all else is the disk's. */
static void
note_error(CliPlace *place)
{
	if (!place->error && errno != EFBIG && errno != EINVAL)
		place->error = errno;
}

static void
receive(CliPlace *place, CliVersion *self, size_t n)
{
	place->received += n;
	self->credit += COPIED_RATIO * (uint64_t)n;
}

/* False: there may be no more files, which is told of each; or the disk refused. */
static bool
make_file(CliPlace *place, CliVersion *self)
{
	if (place->files >= place->max_files) {
		place->files_left_out += !self->beyond;
		self->beyond = true;
		return false;
	}
	self->file = cli_store_create(place->store, self->name);
	place->files += self->file != NULL;
	if (!self->file)
		note_error(place);
	return self->file != NULL;
}

static bool
store(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	if (!place->store)
		return true;
	if (!self->file && !make_file(place, self))
		return false;
	if (cli_store_write(place->store, self->file, bytes, n, at))
		return true;
	note_error(place);
	return false;
}

/* What is stored of [at, at + n); false: nothing is, or the disk does not give it. */
static bool
load(CliPlace *place, CliVersion *self, uint8_t *ret, size_t n, uint64_t at)
{
	if (!self->file)
		return false;
	if (cli_store_read(place->store, self->file, ret, n, at))
		return true;
	note_error(place);
	return false;
}

static uint64_t
known_bytes(const CliVersion *self, uint64_t at, uint64_t high)
{
	uint64_t sum = 0;
	CliRange one;

	for (; cli_ranges_known(&self->known, at, high, &one); at = one.high)
		sum += one.high - one.low;
	return sum;
}

static void
put(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	uint64_t high = at + n, fresh;

	if (high < at || high > place->max_file) {
		uint64_t room = at < place->max_file && high >= at ? place->max_file - at : 0;

		leave_out(place, self, n - room);
		n = (size_t)room;
		high = at + n;
	}
	fresh = n - known_bytes(self, at, high);
	if (!n)
		return;
	if (fresh > place->max_total - place->stored || !store(place, self, at, bytes, n) ||
	    !cli_ranges_add(&self->known, at, high)) {
		leave_out(place, self, n);
		return;
	}
	place->stored += fresh;
	follow(place, self, at, bytes, n);
	if (self->has_size && high > self->size)
		self->size = high;
	account(place, self);
}

/*
 * What is known of [at, at + n) is as it is stored, so far as the disk gives it: it is read in blocks,
 * however many ranges that are known lie in one.
 */
static bool
agrees(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	uint64_t high = MIN(at + n, cli_ranges_end(&self->known));
	uint8_t block[BLOCK];
	CliRange one;

	for (uint64_t from = at, end; cli_ranges_known(&self->known, from, high, &one);
	     from = end) {
		uint64_t low = one.low;

		end = low + MIN(high - low, (uint64_t)sizeof(block));
		if (!load(place, self, block, (size_t)(end - low), low))
			continue; /* nothing to compare with */
		for (from = low; cli_ranges_known(&self->known, from, end, &one); from = one.high)
			if (memcmp(block + (one.low - low), bytes + (one.low - at),
				   (size_t)(one.high - one.low)) != 0)
				return false;
	}
	return true;
}

bool
cli_version_read(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	uint64_t high = at + n;
	CliRange one;

	receive(place, self, n);
	if (!place->store)
		self->unchecked += known_bytes(self, at, high);
	else if (!agrees(place, self, at, bytes, n))
		return false;
	for (uint64_t from = at; high > at && cli_ranges_missing(&self->known, from, high, &one);
	     from = one.high) {
		uint64_t left_out = self->left_out;

		put(place, self, one.low, bytes + (one.low - at), (size_t)(one.high - one.low));
		if (self->left_out != left_out) /* it is still missing */
			break;
	}
	return true;
}

bool
cli_version_differs(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	if (!place->store)
		return known_bytes(self, at, at + n) > 0;
	return !agrees(place, self, at, bytes, n);
}

void
cli_version_write(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes, size_t n)
{
	uint64_t known = known_bytes(self, at, at + n);

	receive(place, self, n);
	if (known) {
		self->changed += known;
		unhash(place, self, at);
	}
	put(place, self, at, bytes, n);
}

void
cli_version_lose(CliPlace *place, CliVersion *self, uint64_t at, uint64_t n)
{
	static const uint8_t zeros[4096];
	uint64_t high = at + n;
	CliRange one;

	if (high <= at)
		return;
	if (cli_ranges_known(&self->known, at, high, &one))
		unhash(place, self, one.low);
	for (uint64_t from = at; cli_ranges_known(&self->known, from, high, &one); from = one.high)
		for (uint64_t part; one.low < one.high; one.low += part) {
			part = MIN(one.high - one.low, (uint64_t)sizeof(zeros));
			store(place, self, one.low, zeros, (size_t)part);
		}
	leave_out(place, self, cli_ranges_remove(&self->known, at, high));
	if (self->has_size)
		self->size = MAX(self->size, high);
	account(place, self);
}

/*
 * What is in many pieces is read and written in as many. What a file brought pays for its own copies,
 * the newest of which has what is left of it: one that is changed again and again uses up no more of
 * what others have than the free part.
 */
static bool
may_copy(CliPlace *place, CliVersion *self, CliVersion *from)
{
	uint64_t pieces = from->known.n ? from->known.n - 1 : 0;
	uint64_t n = cli_ranges_sum(&from->known) + pieces * COPIED_RANGE;
	uint64_t own = MIN(n, from->credit);

	if (n - own > COPIED_FREE - place->copied_free)
		return false;
	place->copied_free += n - own;
	place->copied += n;
	self->credit += from->credit - own;
	from->credit = 0;
	return true;
}

static void
copy_known(CliPlace *place, CliVersion *self, CliVersion *from)
{
	uint8_t block[BLOCK];

	for (uint32_t i = 0; i < from->known.n && place->store; i++) {
		CliRange one = from->known.items[i];

		while (one.low < one.high) {
			size_t part = (size_t)MIN(one.high - one.low, (uint64_t)sizeof(block));

			if (!load(place, from, block, part, one.low))
				return;
			put(place, self, one.low, block, part);
			one.low += part;
		}
	}
}

void
cli_version_copy(CliPlace *place, CliVersion *self, CliVersion *from)
{
	if (!place->store || may_copy(place, self, from))
		copy_known(place, self, from);
	else
		leave_out(place, self, cli_ranges_sum(&from->known));
	self->has_size = from->has_size;
	self->size = from->size;
}

void
cli_version_note_end(CliVersion *self, uint64_t size)
{
	self->has_size = true;
	self->size = MAX(size, cli_ranges_end(&self->known));
}

void
cli_version_set_end(CliPlace *place, CliVersion *self, uint64_t size)
{
	if (size < cli_ranges_end(&self->known)) {
		unhash(place, self, size);
		cli_ranges_cut(&self->known, size);
		if (self->file && !cli_store_set_size(place->store, self->file, size))
			note_error(place);
	}
	self->has_size = true;
	self->size = size;
	account(place, self);
}

/* ---- its end ---- */

/* What was not hashed as it came is read again. */
static bool
hash_rest(CliPlace *place, CliVersion *self, uint64_t end)
{
	uint8_t block[BLOCK];

	if (self->rehash && place->store)
		unhash(place, self, 0);
	if (self->rehash)
		return false;
	while (self->hashed < end) {
		size_t part = (size_t)MIN(end - self->hashed, (uint64_t)sizeof(block));

		if (!load(place, self, block, part, self->hashed))
			return false;
		hash(self, self->hashed, block, part);
	}
	return self->hashed == end;
}

void
cli_version_finish(CliPlace *place, CliVersion *self, CliRanges *ret_known, CliVersionEnd *ret)
{
	uint64_t end = cli_ranges_end(&self->known);
	CliRange missing;
	bool all = !cli_ranges_missing(&self->known, 0, end, &missing);

	*ret = (CliVersionEnd){ .size = self->has_size ? self->size : end };
	ret->whole = all && self->has_size && end == self->size && !self->left_out;
	ret->has_digest = all && end == ret->size && !self->left_out && hash_rest(place, self, end);
	if (ret->has_digest)
		cli_digest_text(&self->digest, &ret->text);
	/* A file of no bytes is one, too. */
	if (!self->file && place->store && ret->whole)
		ret->whole = make_file(place, self);
	ret->beyond = self->beyond;
	if (self->file)
		ret->stored = cli_store_finish(place->store, self->file, ret->whole);
	ahead_clear(place, self);
	place->memory -= self->accounted;
	*ret_known = self->known;
	g_free(self->name);
	g_free(self);
}
