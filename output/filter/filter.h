/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a report is about: filters that every verb shares. They sit between the dissector and the
 * sink, so the state of a connection does not depend on them. Several values of one key: any of
 * them; several keys: all of them.
 *
 * Connections pass by their ends and number. If a filter looks into events, the record of a
 * connection passes if one of its events did; messages that only serve an exchange (the fields of
 * `timeline -v`) pass with their connection. A sink that reports connections whole
 * (OutSinkClass.forget) goes by that alone.
 */
#pragma once

#include "dissect/event.h"

typedef struct OutFilter OutFilter;

typedef enum {
	/*
	 * Address or network of IP; an adapter's address for NetBIOS frames, network.node for IPX;
	 * /n gives the number of leading bits that count. Or a name that the connection showed of
	 * that end (* and ? are wild): NetBIOS or computer name, DNS name, host of a share's path.
	 */
	OUT_FILTER_CLIENT,
	OUT_FILTER_SERVER,
	OUT_FILTER_USER,  /* account, or DOMAIN\account; * and ? are wild, as in the next two */
	OUT_FILTER_SHARE, /* the share's name, or its whole path */
	OUT_FILTER_FILE,  /* the path, or its last component */
	/*
	 * A word of the timeline ("open", "tree connect": every way of doing that), or one command:
	 * SMB_COM_OPEN_ANDX, SMB1_COMMAND_OPEN_ANDX (as in JSON), open_andx, 0x2d (SMB1's number),
	 * or one function of a transaction: TRANS2_FIND_FIRST2
	 */
	OUT_FILTER_COMMAND,
	OUT_FILTER_STATUS,     /* a name, a number of NT, or "error" */
	OUT_FILTER_CONNECTION, /* 3, 5-7, or several with commas */
	/*
	 * RFC 3339, "2026-11-22 06:19:27.732 UTC", 2026-11-22, 06:19:27 (of the capture's first
	 * day), 1795328367 (seconds since 1970), or +12.5 seconds since the capture began
	 */
	OUT_FILTER_FROM,
	OUT_FILTER_TO, /* up to the end of the day, the second, the millisecond that is given */
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
/* The connection is over: forgets it. For sinks that do not want its record, which does that else. */
void out_filter_over(OutFilter *self, const SmbConnectionInfo *info);
/* Whether any event has passed so far. */
bool out_filter_matched(const OutFilter *self);
/* Something did, in another process. */
void out_filter_set_matched(OutFilter *self);

/*
 * Ends by name: a connection may show its names late. Where the input can be read twice, its events
 * are handed to out_filter_learn first, and out_filter_learned ends that; else an event passes once
 * the name is known, and all that follow it to the end of the connection. The connections are told
 * apart by the number of their capture (0 where all captures have one numbering) and their own.
 */
bool out_filter_by_name(const OutFilter *self);
void out_filter_capture(OutFilter *self, uint64_t number);
void out_filter_learn(OutFilter *self, const SmbEvent *event);
void out_filter_learned(OutFilter *self);
/* How many bytes may be taken for what is learned; call it before. */
void out_filter_set_room(OutFilter *self, size_t room);
/* Whether there was no room to note some: these pass as if nothing had been learned. */
bool out_filter_left_out(const OutFilter *self);

/* The memory that it holds for open connections. */
size_t out_filter_memory(const OutFilter *self);

/* "*.XLS" against a text of the wire: case does not count, / and \ are one; in linear space, and
 * time at worst the product of the two lengths. */
bool out_filter_glob(const char *pattern, SmbText text);
