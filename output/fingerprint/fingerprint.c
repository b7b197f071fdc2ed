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

/* Every part that was seen has to be known: one that is not may be another software's. */
void
out_print_end(const SmbConnectionInfo *info, bool server, OutPrintEnd *ret)
{
	const OutPrintKnown *narrowest = NULL;
	bool all_known = true;

	*ret = (OutPrintEnd){ .conflict = false };
	for (int part = 0; part < SMB_PRINT_PARTS; part++) {
		const OutPrintKnown *known;

		if (smb_print_of_server((SmbPrintPart)part) != server || !info->prints[part])
			continue;
		known = out_print_find(smb_string_text(info->prints[part]));
		ret->known[part] = known;
		all_known &= known != NULL;
		if (!known)
			continue;
		if (!narrowest)
			memcpy(ret->software, known->software, sizeof(ret->software));
		else
			narrow(ret, known);
		if (!narrowest || is_narrower(known, narrowest))
			narrowest = known;
	}
	ret->conflict = narrowest && !ret->software[0];
	if (!all_known)
		ret->software[0] = NULL;
	if (ret->software[0])
		ret->versions = narrowest->versions;
}
