/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of output/filter/ share: filter.c evaluates events, values.c parses the values of
 * the options, glob.c matches patterns. An OutFilter owns its arrays and patterns and remembers
 * nothing of an event but numbers.
 */
#pragma once

#include <glib.h>

#include "output/filter/filter.h"

enum {
	OUT_FILTER_ASKED = SMB_CAP(1024, 2)
}; /* requests remembered for their responses; a power of two */

/* A pattern, folded: characters in small letters, \ for /, and the two wild ones. */
typedef struct {
	uint32_t *chars;
	uint32_t n;
	bool has_separator;
} OutGlob;

/* A pattern with the wildcards * and ?; free with out_glob_free. */
OutGlob *out_glob_new(const char *pattern);
void out_glob_free(void *glob);
/* Whether the whole text matches, in upper or lower case. */
bool out_glob_matches(const OutGlob *glob, SmbText text);
/* A pattern without a separator is also matched against the last component. */
bool out_glob_matches_path(const OutGlob *glob, SmbText path);

typedef struct {
	uint8_t family, bits;
	uint8_t addr[16];
} OutNet;

typedef struct {
	OutGlob *domain; /* NULL: any */
	OutGlob *account;
} OutWho;

typedef struct {
	const char *dos; /* the name of a DOS error; NULL: an NT status */
	uint32_t value;
} OutStatusIs;

typedef struct {
	uint64_t low, high;
} OutNumbers;

typedef struct {
	bool set, relative;
	uint64_t ns;
} OutMoment;

typedef struct {
	uint64_t connection, frame, mid;
} OutAsked;

struct OutFilter {
	bool utc;
	GArray *nets[2];     /* OutNet, of OUT_FILTER_CLIENT and _SERVER */
	GArray *connections; /* OutNumbers */
	GArray *users;       /* OutWho */
	GPtrArray *shares;   /* OutGlob */
	GPtrArray *files;    /* OutGlob */
	GArray *statuses;    /* OutStatusIs */
	bool errors;         /* every error */
	bool has_commands;
	uint32_t smb1[8], smb2; /* bits, by code */
	OutMoment from, to;
	uint64_t first_ns;
	GHashTable *kept; /* numbers of connections with an event that passed */
	OutAsked asked[OUT_FILTER_ASKED];
};
