/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a report is about: filters that every verb shares. They sit between the dissector and the
 * sink, so the state of a connection does not depend on them. Several values of one key: any of
 * them; several keys: all of them.
 *
 * Connections pass by their ends and number. If a filter looks into events, the record of a
 * connection passes if one of its events did; messages that only serve an exchange (the fields of
 * `timeline -v`) pass with their connection.
 */
#pragma once

#include "dissect/event.h"

typedef struct OutFilter OutFilter;

typedef enum {
	/*
	 * Address or network of IP; an adapter's address for NetBIOS frames, network.node for IPX;
	 * /n gives the number of leading bits that count.
	 */
	OUT_FILTER_CLIENT,
	OUT_FILTER_SERVER,
	OUT_FILTER_USER,    /* account, or DOMAIN\account; * and ? are wild, as in the next two */
	OUT_FILTER_SHARE,   /* the share's name, or its whole path */
	OUT_FILTER_FILE,    /* the path, or its last component */
	OUT_FILTER_COMMAND, /* SMB_COM_OPEN_ANDX, open_andx, 0x2d (the number is SMB1's) */
	OUT_FILTER_STATUS,  /* a name, a number of NT, or "error" */
	OUT_FILTER_CONNECTION, /* 3, 5-7, or several with commas */
	OUT_FILTER_FROM, /* RFC 3339, 2026-11-22 06:19:27, or +12.5 seconds since the capture began */
	OUT_FILTER_TO,
	OUT_FILTER_KEYS
} OutFilterKey;

OutFilter *out_filter_new(bool utc);   /* utc: times without a zone are UTC, not local */
void out_filter_free(OutFilter *self); /* NULL is fine */

/* NULL, or what a value of that key has to look like. */
const char *out_filter_add(OutFilter *self, OutFilterKey key, const char *value);

/* The time of the first packet, which relative times count from. */
void out_filter_begin(OutFilter *self, uint64_t first_ns);

/* Whether a sink that wants these kinds of events should see this one. */
bool out_filter_event(OutFilter *self, const SmbEvent *event, uint32_t want);
/* The memory that it holds for open connections. */
size_t out_filter_memory(const OutFilter *self);

/* "*.XLS" against a text of the wire: case does not count, / and \ are one; in linear space, and
 * time at worst the product of the two lengths. */
bool out_filter_glob(const char *pattern, SmbText text);
