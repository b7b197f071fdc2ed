/* SPDX-License-Identifier: BSD-3-Clause */
#include "output/fingerprint/fingerprint.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>

void
out_print_hash(SmbText print, char ret[OUT_PRINT_HASH + 1])
{
	uint8_t digest[OUT_PRINT_HASH / 2];
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, print.bytes.len, print.bytes.ptr);
	sha256_digest(&sha256, sizeof(digest), digest);
	base16_encode_update(ret, sizeof(digest), digest);
	ret[OUT_PRINT_HASH] = '\0';
}

/* As strcmp, of a text that does not end with NUL. */
static int
compare(SmbText print, const OutPrintKnown *row)
{
	uint32_t least = row->length < print.bytes.len ? row->length : print.bytes.len;
	int order = memcmp(print.bytes.ptr, row->text, least);

	if (order == 0 && row->length != print.bytes.len)
		order = print.bytes.len < row->length ? -1 : 1;
	return order;
}

const OutPrintKnown *
out_print_find(SmbText print)
{
	size_t first = 0, end = out_prints_known_count;

	while (print.bytes.ptr && first < end) {
		size_t middle = first + (end - first) / 2;
		int order = compare(print, &out_prints_known[middle]);

		if (order == 0)
			return &out_prints_known[middle];
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	return NULL;
}

static bool
has(const OutPrintKnown *known, const char *name)
{
	for (const char *const *one = known->software; *one; one++)
		if (strcmp(*one, name) == 0)
			return true;
	return false;
}

static unsigned
count(const OutPrintKnown *known)
{
	unsigned n = 0;

	while (known->software[n])
		n++;
	return n;
}

/* Of the names so far those that this row has, too. */
static void
narrow(OutPrintEnd *end, const OutPrintKnown *known)
{
	unsigned kept = 0;

	for (unsigned i = 0; end->software[i]; i++)
		if (has(known, end->software[i]))
			end->software[kept++] = end->software[i];
	end->software[kept] = NULL;
}

/* Fewer names, then fewer versions of them. */
static bool
is_narrower(const OutPrintKnown *a, const OutPrintKnown *b)
{
	unsigned of_a = count(a), of_b = count(b);

	return of_a != of_b ? of_a < of_b : strlen(a->versions) < strlen(b->versions);
}

/* What is found out of one part after another. */
typedef struct {
	OutPrintEnd *end;
	const OutPrintKnown *narrowest;
	bool unknown; /* of a part */
} Judging;

static void
judge(Judging *self, const OutPrintKnown *known)
{
	if (!known) {
		self->unknown = true;
		return;
	}
	if (!self->narrowest)
		memcpy(self->end->software, known->software, sizeof(self->end->software));
	else
		narrow(self->end, known);
	if (!self->narrowest || is_narrower(known, self->narrowest))
		self->narrowest = known;
}

/* Every part that was seen has to be known: one that is not may be another software's. */
static void
conclude(Judging *self)
{
	OutPrintEnd *end = self->end;

	end->conflict = self->narrowest && !end->software[0];
	if (self->unknown)
		end->software[0] = NULL;
	if (end->software[0])
		end->versions = self->narrowest->versions;
}

void
out_print_end(const SmbConnectionInfo *info, bool server, OutPrintEnd *ret)
{
	Judging judging = { .end = ret };

	*ret = (OutPrintEnd){ .conflict = false };
	for (int part = 0; part < SMB_PRINT_PARTS; part++) {
		if (smb_print_of_server((SmbPrintPart)part) != server || !info->prints[part])
			continue;
		ret->known[part] = out_print_find(smb_string_text(info->prints[part]));
		judge(&judging, ret->known[part]);
	}
	conclude(&judging);
}

static const OutPrintKnown *
find_hash(const char *hash, size_t n)
{
	for (size_t i = 0; n == OUT_PRINT_HASH && i < out_prints_known_count; i++)
		if (memcmp(out_prints_known[i].hash, hash, OUT_PRINT_HASH) == 0)
			return &out_prints_known[i];
	return NULL;
}

void
out_print_end_of_hashes(const char *hashes, OutPrintEnd *ret)
{
	Judging judging = { .end = ret };

	*ret = (OutPrintEnd){ .conflict = false };
	for (;;) {
		size_t n = strcspn(hashes, " ");

		judge(&judging, find_hash(hashes, n));
		if (!hashes[n])
			break;
		hashes += n + 1;
	}
	conclude(&judging);
}
