/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of output/filter/ share: filter.c evaluates events, values.c parses the values of the options, times.c those that are
 * times, commands.c knows commands by all their names, ends.c the ends of connections, glob.c
 * matches patterns. An OutFilter owns its arrays and patterns and remembers nothing of an event
 * but numbers.
 */
#pragma once

#include <glib.h>

#include "output/base/buffer.h"
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

typedef enum {
	OUT_MOMENT_ABSOLUTE, /* `ns` since 1970 */
	OUT_MOMENT_RELATIVE, /* since the capture began */
	OUT_MOMENT_CLOCK,    /* of the day on which the capture began */
} OutMomentKind;

typedef struct {
	bool set;
	OutMomentKind kind;
	uint64_t ns;
	uint64_t unit_ns; /* what it is written in: a day, a second, a millisecond ... */
	bool utc;         /* where nothing else is said: UTC, not local time */
	bool zoned;       /* `offset` was said */
	int32_t offset;   /* seconds east of Greenwich */
} OutMoment;

typedef struct {
	uint64_t connection, frame, mid;
} OutAsked;

/* Which commands: one of these has to fit. */
typedef struct {
	bool any;               /* something was asked for */
	uint32_t smb1[8], smb2; /* bits, by code */
	uint32_t steps;         /* bits, by SmbStep */
	bool netbios;           /* "netbios session" */
	GPtrArray *words;       /* plain forms of labels of the timeline, and of functions */
	OutBuffer label;        /* of the exchange in work */
} OutCommands;

void out_commands_init(OutCommands *self);
void out_commands_clear(OutCommands *self);
/* False if nothing is called so. */
bool out_commands_add(OutCommands *self, const char *value);
void out_commands_add_code(OutCommands *self, uint8_t code); /* of SMB1 */
bool out_commands_exchange(OutCommands *self, const SmbExchange *x);
bool out_commands_block(const OutCommands *self, uint8_t version, const SmbBlock *b);

/* Reads a time; false if it is none. */
bool out_moment_read(OutMoment *ret_moment, const char *value, bool utc);
/* Makes it an absolute one, by the time of the first packet. */
void out_moment_resolve(OutMoment *self, uint64_t first_ns);
/* The last nanosecond that is written so: of 06:19:27.732, the last of that millisecond. */
uint64_t out_moment_last(const OutMoment *self);

/* Which names of a connection are looked at: in each event all would be more than it brought. */
typedef enum { OUT_LOOK_AT_ALL, OUT_LOOK_AT_LATEST } OutLook;
/* Ends, by address or by a name that they showed, and number; NULL: an event without connection. */
bool out_ends_fit(const OutFilter *self, const SmbConnectionInfo *info, OutLook look);
/* Whether it was learned beforehand if they do. */
bool out_ends_known(const OutFilter *self, uint64_t number);

struct OutFilter {
	bool utc;
	GArray *nets[2];     /* OutNet, of OUT_FILTER_CLIENT and _SERVER */
	GPtrArray *names[2]; /* OutGlob, the same ends by name */
	GArray *connections; /* OutNumbers */
	GArray *users;       /* OutWho */
	GPtrArray *shares;   /* OutGlob */
	GPtrArray *files;    /* OutGlob */
	GArray *statuses;    /* OutStatusIs */
	bool errors;         /* every error */
	OutCommands commands;
	OutMoment from, to;
	GHashTable *kept; /* numbers of connections with an event that passed */
	/* All of which an event came, and whether their ends had a name that was asked for; not once `learned`. */
	GHashTable *named;
	bool begun;
	bool learned;              /* `known` has all connections whose ends fit, */
	bool beyond;               /* but for some that there was no room for */
	uint64_t capture;          /* the one that is read, where each has numbers of its own */
	GPtrArray *known;          /* by capture, a bit for each connection: GByteArray, or NULL */
	size_t known_memory, room; /* bytes of these; that they may have */
	uint64_t passed;           /* events */
	OutAsked asked[OUT_FILTER_ASKED];
};
