/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the process that reads packets hands to those that dissect (--workers): items in a stream of
 * bytes, one after the other, each with its size and its place in the order of all. Both are the same
 * program, so an item is a struct and, behind it, bytes of the capture. It holds no pointer.
 */
#pragma once

#include "dissect/dissect.h"

typedef enum {
	CLI_ITEM_BEGIN,    /* a capture begins: CliItemBegin */
	CLI_ITEM_FIRST,    /* its first packet came: CliItemFirst */
	CLI_ITEM_OPEN,     /* a flow that may be a connection of SMB: CliItemOpen */
	CLI_ITEM_CHUNK,    /* ordered bytes of one: CliItemChunk */
	CLI_ITEM_CLOSE,    /* it is over: CliItemClose */
	CLI_ITEM_DATAGRAM, /* CliItemDatagram */
	CLI_ITEM_CLOCK,    /* live: everything up to a time was seen: CliItemClock */
	CLI_ITEM_ASK,      /* live: what is there so far, of what counts as a whole: CliItem */
	CLI_ITEM_OVER,     /* the capture is over, and nothing goes on in the next one: CliItem */
	CLI_ITEM_END,      /* the run is: CliItem */
} CliItemKind;

enum {
	CLI_ITEM_ALIGN = 8,
	CLI_ITEM_MAX = 1 << 20, /* more than any packet, and its header */
};

typedef struct {
	uint32_t size; /* with all that follows, a multiple of CLI_ITEM_ALIGN */
	uint32_t kind; /* CliItemKind */
	uint64_t order;
} CliItem;

typedef struct {
	CliItem item;
	uint64_t nanoseconds; /* are in its times */
	char name[];          /* ends with a zero; empty: interfaces */
} CliItemBegin;

typedef struct {
	CliItem item;
	uint64_t time_ns;
} CliItemFirst;

typedef struct {
	CliItem item;
	uint64_t seen_ns; /* since 1970 */
} CliItemClock;

typedef struct {
	CliItem item;
	uint64_t connections; /* that were recognised before it */
	uint32_t flow;        /* its number from now on, among those of one worker */
	bool hinted, midstream;
	SmbEndpoints ends;
	SmbStamp first;
	uint64_t syn_ns, syn_ack_ns;
} CliItemOpen;

typedef struct {
	CliItem item;
	uint64_t connections;
	uint64_t missing; /* before the bytes */
	SmbStamp when;
	uint32_t flow;
	uint32_t len;     /* of the bytes */
	uint32_t message; /* as in CapChunk */
	uint8_t dir;      /* SmbDir */
	uint8_t cause;    /* SmbGapCause: why something is missing */
	uint8_t bytes[];
} CliItemChunk;

typedef struct {
	CliItem item;
	uint32_t flow;
	SmbEnding ending;
	SmbStamp when;
} CliItemClose;

typedef struct {
	CliItem item;
	SmbEndpoints ends;
	SmbStamp when;
	uint32_t len;      /* of the bytes */
	uint32_t declared; /* as in CapDatagram.wire_len */
	bool mute;         /* another worker reports it: only names are learnt of it */
	uint8_t bytes[];
} CliItemDatagram;
