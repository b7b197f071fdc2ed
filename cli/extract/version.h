/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One version of a file's contents, as far as the wire showed it: bytes that were read or written
 * are written through to the store at their offset, and what was never seen stays a hole. With
 * --hash-only nothing is stored: the digest follows the bytes from the beginning on.
 */
#pragma once

#include "cli/extract/digest.h"
#include "cli/extract/ranges.h"
#include "cli/extract/store.h"

/* What all versions share. */
typedef struct {
	CliStore *store; /* NULL: --hash-only */
	unsigned digests;
	uint64_t max_file, max_total; /* bytes; UINT64_MAX: any number */
	uint64_t max_files;           /* that are made; UINT64_MAX: any number */
	uint64_t stored;              /* bytes that files have so far, without holes */
	uint64_t files;               /* that were made */
	uint64_t files_left_out;      /* beyond max_files */
	uint64_t left_out;            /* bytes beyond one of these, or that the disk refused */
	uint64_t given_up;            /* files that were forgotten before they were whole */
	uint64_t received, copied;    /* bytes of the wire; bytes from one version into the next, */
	uint64_t copied_free;         /* and of these, which no bytes of the same file paid for */
	size_t memory;                /* of all versions */
	size_t ahead;                 /* of it: bytes that wait for those before them, */
	struct CliVersion *waits_first, *waits_last; /* of these, who waits for longest first */
	int error;                                   /* the first errno of the disk; 0 */
} CliPlace;

typedef struct CliAhead CliAhead;
typedef struct CliVersion CliVersion;

struct CliVersion {
	char *name;         /* wanted, see name.h */
	CliStoreFile *file; /* NULL: nothing was stored */
	bool beyond;        /* as there are max_files of others */
	CliRanges known;
	/* The end of the file, if it is known: never before the last known byte. */
	bool has_size;
	uint64_t size;
	CliDigest digest;
	uint64_t hashed; /* bytes from the beginning on that are in `digest` */
	bool rehash;     /* some of these were changed: read them again, if they are stored */
	CliAhead *ahead; /* --hash-only, in order of offset: */
	unsigned n_ahead;
	/* In the list of the place while it has any; it takes itself out before it goes. */
	CliVersion *waits_before, *waits_after;
	uint64_t left_out;  /* as in CliPlace */
	uint64_t changed;   /* bytes that were overwritten by others */
	uint64_t unchecked; /* --hash-only: bytes that were seen again, and not compared */
	uint64_t credit;    /* bytes that may be copied for what the file brought */
	size_t accounted;
};

typedef struct {
	bool whole;      /* all bytes up to the end, which is known */
	uint64_t size;   /* of the file, or up to the last known byte */
	bool has_digest; /* nothing is missing up to there */
	CliDigestText text;
	char *stored; /* the name of the file; NULL: nothing was stored */
	bool beyond;  /* which there was no place for, beside max_files of others */
} CliVersionEnd;

/* Owned by the caller; the first byte makes the file. */
CliVersion *cli_version_new(CliPlace *place, const char *name);
/* Bytes that a reader got. False, with nothing changed, if others are known to be there. */
bool cli_version_read(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes,
		      size_t n);
/* Bytes that a writer left. */
void cli_version_write(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes,
		       size_t n);
/*
 * Bytes that a writer left and that nobody saw: what was known of them is no more, nor is it
 * stored, and the file goes as far as they do.
 */
void cli_version_lose(CliPlace *place, CliVersion *self, uint64_t at, uint64_t n);
/* Whether such a write changes known bytes; with --hash-only whether it might. */
bool cli_version_differs(CliPlace *place, CliVersion *self, uint64_t at, const uint8_t *bytes,
			 size_t n);
/*
 * Everything that is known of another version; with --hash-only nothing. Of a file no more is copied
 * than four times what the wire brought of it, and of all files 64 MiB besides, where each hole counts
 * as 4 KiB: who changes one byte of a large file, or of one in many pieces, again and again does not
 * fill the disk, nor keep it busy, nor use up what other files need. What is beyond that is left
 * out, and counted.
 */
void cli_version_copy(CliPlace *place, CliVersion *self, CliVersion *from);
/* The file ends here: what is known behind it is no more. */
void cli_version_set_end(CliPlace *place, CliVersion *self, uint64_t size);
/* The end of the file, as somebody said. */
void cli_version_note_end(CliVersion *self, uint64_t size);
/* Finishes and frees it, but for its ranges, which the caller takes and clears. */
void cli_version_finish(CliPlace *place, CliVersion *self, CliRanges *ret_known,
			CliVersionEnd *ret);
