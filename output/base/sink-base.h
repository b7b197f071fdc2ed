/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all sinks share: the writer, the options, and a struct of their own for every connection,
 * hung into SmbConnectionInfo.sink_data at its first event and freed at its last (or with the
 * sink).
 */
#pragma once

#include "output/base/community-id.h"
#include "output/base/fold.h"
#include "output/base/json.h"
#include "output/base/order.h"
#include "output/base/sink.h"
#include "output/base/story.h"
#include "output/base/time.h"

typedef struct OutConn OutConn;
typedef struct OutSinkBase OutSinkBase;
typedef struct OutPending OutPending;

struct OutConn {
	OutConn *prev, *next; /* all connections of the sink */
	const SmbConnectionInfo *info;
	const char *capture; /* in which it began; borrowed, NULL: live */
	OutPending *pending; /* reads or writes that others may still be folded onto; NULL: none */
	OutBuffer lines;     /* text: not yet printed. JSON: the keys that every record of the
				connection has */
	OutOrder order;      /* text: of the lines that wait */
	size_t accounted; /* bytes of this struct and its buffer, as counted in the sink's memory */
	uint64_t exchanges; /* reported so far */
	uint64_t not_shown; /* HTML: of these, beyond the cap of its ladder */
	uint64_t text_used; /* bytes of long texts in what was reported so far: out_base_limit */
	bool begun;         /* text: the first line is there */
	bool continued;     /* text: a part was printed before the end */
};

struct OutPending {
	OutPending *prev, *next; /* all that wait, in no order; of a spare one only `next` */
	OutConn *conn;
	OutFold fold;
};

struct OutSinkBase {
	OutSink sink; /* first */
	OutWriter *writer;
	OutOptions options;
	uint64_t second;        /* since 1970, of `stamp` */
	char stamp[20];         /* "2026-11-22T06:19:27.", kept because records come in crowds */
	OutBuffer capture_json; /* `,"pcap_filename":"..."`, or empty */
	OutStory *story;        /* NULL without --chronological */
	OutBuffer part;         /* with it: the record, or the lines, in work */
	uint64_t part_ns;       /* and their time */
	OutConn *conns;
	OutConn datagram;            /* used for datagrams, which have no connection */
	OutPending *pending, *spare; /* owned; those that wait, and those for the next */
	uint32_t n_spare;
	OutBuffer spare_lines; /* of a connection that ended, for the next */
	size_t memory;
	uint64_t truncated; /* records and lines that reached their limit */
	OutConn *limited;   /* whose text is being counted, or NULL */
	size_t text_limit;
	void (*put_fold)(OutSinkBase *self, OutConn *conn, const OutFold *fold);
};

/* Prepares the part that sinks share; `writer` and the texts of `options` are borrowed. */
void out_base_init(OutSinkBase *self, const OutSinkClass *class, uint32_t want, OutWriter *writer,
		   const OutOptions *options);
/* Frees all but the struct; what is left of `memory` is not the base's. */
size_t out_base_clear(OutSinkBase *self);

/*
 * The sink's struct of a connection, made at its first event. A datagram (number 0) has none: the
 * struct that it gets is reused for the next one and is not dropped.
 */
OutConn *out_base_conn(OutSinkBase *self, SmbConnectionInfo *info);
/* After an event: accounts for the growth of the connection's buffer. */
void out_base_account(OutSinkBase *self, OutConn *conn);
/* The connection's last event was printed: frees its struct. */
void out_base_drop(OutSinkBase *self, OutConn *conn, SmbConnectionInfo *info);

/*
 * True if the exchange was taken into a fold, which put_fold prints later; else what was pending
 * has been printed, and the caller prints this one.
 */
bool out_base_fold(OutSinkBase *self, OutConn *conn, const SmbExchange *x);
/*
 * Where records go: the writer's buffer, or with --chronological one of their own, which
 * out_base_part hands to the story.
 */
OutBuffer *out_base_buffer(OutSinkBase *self);
void out_base_part(OutSinkBase *self);
/* Before the last record: everything that waited is printed. */
void out_base_finish(OutSinkBase *self);

/* Prints what is pending on a connection. */
void out_base_unfold(OutSinkBase *self, OutConn *conn);
/* The interface on which it was seen first; NULL: there is but one, or a file. */
const char *out_base_interface(const OutSinkBase *self, const SmbConnectionInfo *info);
/* The totals of a run, with what this sink could not print completely. */
/* OutSinkClass.collect: records that were cut. */
void out_base_collect(OutSink *sink, OutTotals *totals);
OutTotals out_base_totals(const OutSinkBase *self, const OutTotals *totals);
/* Prints every fold that nothing can be added to any more at the given time. */
void out_base_idle(OutSinkBase *self, uint64_t now_ns);

/*
 * What is written from here on is about a connection, so it is limited in proportion to the
 * connection's bytes (out_limit); out_base_unlimit counts what was cut, and returns whether
 * something was.
 */
void out_base_limit(OutSinkBase *self, OutConn *conn, OutBuffer *b);
bool out_base_unlimit(OutSinkBase *self, OutBuffer *b);

/*
 * Begins a JSON record in the writer's buffer: the keys that every record of a connection has. The
 * caller appends its own keys (each with its comma) and ends with out_base_record.
 */
OutBuffer *out_base_begin(OutSinkBase *self, OutConn *conn, uint64_t time_ns,
			  const char *event_type, uint32_t incomplete);
/* Ends the record: the closing brace, the newline, and a flush if live. */
void out_base_record(OutSinkBase *self);
