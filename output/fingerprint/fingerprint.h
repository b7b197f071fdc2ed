/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the fingerprints of a connection (dissect/fingerprint/fingerprint.h) say: their hashes, and
 * which software is known to make such messages.
 *
 *   known.tsv --embed.py--> out_prints_known, by string
 *
 * Of a connection a name is claimed on the whole text alone, never on its hash or on a piece of it;
 * the audit has only hashes (audit/prints.h), and its names are claimed on these. A name is claimed
 * only if each message of an end that was seen is known, and all of them agree. If they name different
 * software, that is said. Whoever wants to can send what another software sends: a name is what an
 * end speaks like, not what it is.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/buffer.h"

enum { OUT_PRINT_HASH = 16, OUT_PRINT_NAMES = 6 };

/* A row of the table. */
typedef struct {
	const char *text;
	uint32_t length; /* of the text */
	const char *hash;
	const char *software[OUT_PRINT_NAMES + 1]; /* any of these; the last one is NULL */
	const char *versions; /* in which it was seen, of each of them: "4.17; 0.10" */
	const char *json;     /* the part that it is, as out_prints_json shows it */
	size_t json_length;
} OutPrintKnown;

extern const OutPrintKnown out_prints_known[]; /* in the order of strcmp */
extern const size_t out_prints_known_count;

/* The first 16 hexadecimal digits of its SHA-256, and a NUL. */
void out_print_hash(SmbText print, char ret[OUT_PRINT_HASH + 1]);

/* The row of the table that has this text; NULL: it is not known. */
const OutPrintKnown *out_print_find(SmbText print);

/* What all parts of one end say together. */
typedef struct {
	const char *software[OUT_PRINT_NAMES + 1]; /* what every known part names; ends with NULL */
	bool conflict;        /* parts are known, and no name is in all of them */
	const char *versions; /* of the row that says it most narrowly; NULL: none is known */
	const OutPrintKnown *known[SMB_PRINT_PARTS]; /* the rows of its parts; NULL: none */
} OutPrintEnd;
void out_print_end(const SmbConnectionInfo *info, bool server, OutPrintEnd *ret);
/* The same of hashes with a space between them; `known` is left empty. Anything else is not known. */
void out_print_end_of_hashes(const char *hashes, OutPrintEnd *ret);
/* "like impacket (seen with 0.10)", "not known". */
void out_print_software(OutBuffer *b, const OutPrintEnd *end);

/* The key "fingerprints" of a connection record. */
void out_prints_json(OutBuffer *b, const SmbConnectionInfo *info);
/* Whether any part of one end was seen. */
bool out_prints_seen(const SmbConnectionInfo *info, bool server);
/* The note of -v about one end: "client: like impacket (seen with 0.10), smb2_negotiate 0123456789abcdef". */
void out_prints_text(OutBuffer *b, const SmbConnectionInfo *info, bool server);
