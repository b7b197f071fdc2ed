/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where events go: a table of functions, one implementation a format. A sink writes through an
 * OutWriter (writer.h), which owns the file; a sink never fails by itself: the writer latches the
 * error.
 */
#pragma once

#include "dissect/event.h"
#include "dissect/wire/keyed.h"
#include "output/base/writer.h"

typedef struct OutSink OutSink;

/* Totals of a run, for the `end` record and the last line of the text. */
typedef struct {
	uint64_t packets, bytes, connections, messages;
	uint64_t gaps, gap_bytes, evictions, conflicts, limits, skipped_bytes;
	uint64_t urgent;    /* segments with urgent data, which may be read elsewhere */
	uint64_t truncated; /* records and messages that were cut: sinks add theirs */
	uint64_t forged;    /* packets that fit no connection: skipped, nothing is missing */
	uint64_t half_open_evictions; /* of evictions: connections that were only asked for */
	uint64_t no_answer;     /* connections that were tried, and whose SYN nothing answered */
	uint64_t port_closed;   /* the same, answered by a reset */
	uint64_t tries_omitted; /* of both: counted, but not reported one by one */
	uint64_t encrypted_packets;  /* 802.11: their contents are unknown */
	uint64_t truncated_packets;  /* cut by the snapshot length */
	uint64_t malformed_packets;  /* headers with a wrong length: skipped */
	uint64_t fragments_dropped;  /* of IP, by time, limit or overlap */
	uint64_t implausible_frames; /* whose numbers fit no session: skipped */
	uint64_t lost_records;       /* of the output: it had no room for them */
	uint64_t lost_bytes;         /* of these */
	uint64_t part;     /* of the output, the file in work; 0: it has no parts (destination.h) */
	uint64_t records;  /* with part: in it so far */
	uint64_t unsorted; /* --chronological: lines or records behind later ones */
	bool drops_known;
	uint64_t kernel_drops;
	bool interface_drops_known;
	uint64_t interface_drops;
	uint64_t outages;   /* live: how often an interface was down or away */
	uint64_t unwritten; /* live: packets that -w could not write */
	uint64_t time_ns;   /* of the last packet; live: of the end */
	uint64_t last_packet_ns;
	bool damaged;     /* an input is damaged or cut short */
	bool interrupted; /* a signal ended the run before its inputs were read to their end */
	bool unread;      /* an input could not be opened, or packets of one not be read */
	bool left_out; /* more was found than memory, a limit of the output or its disk let be told */
	bool interim; /* the run goes on: another report follows that replaces this one */
	int exit_code;
	/* Borrowed; NULL: not known. The verb; where all of it was recorded, if that is one site. */
	const char *verb, *site;
} OutTotals;

typedef struct {
	void (*event)(OutSink *self, const SmbEvent *event);
	/* NULL: the sink never holds anything back */
	void (*idle)(OutSink *self, uint64_t now_ns);
	/*
	 * Filters choose connections, and these are reported whole: it sees the events of all, and
	 * this at the end of each that was not chosen. NULL: filters choose events.
	 */
	void (*forget)(OutSink *self, SmbConnectionInfo *info);
	/*
	 * A part of the output ends, and the run goes on: what the part ends with. It is appended
	 * to the writer's buffer. NULL: nothing, or whoever runs it knows.
	 */
	void (*turn)(OutSink *self, const OutTotals *totals);
	/* Another capture follows, in which numbers begin anew. NULL: there is nothing to forget. */
	void (*separate)(OutSink *self);
	void (*end)(OutSink *self, const OutTotals *totals); /* once, after the last event */
	/* What `end` would add to the totals by itself. NULL: nothing. */
	void (*collect)(OutSink *self, OutTotals *totals);
	/*
	 * Bytes that another sink of this kind wrote with OutOptions.shared, of which pieces come
	 * in their order: what is to be printed is appended to the buffer. NULL: all of it is.
	 */
	void (*piece)(OutSink *self, OutBuffer *b, const char *bytes, size_t n);
	/* A note of another sink of this kind (OutOptions.note), which was not printed. */
	void (*replay)(OutSink *self, const void *note, size_t n);
	size_t (*free)(OutSink *self); /* what out_sink_memory says with all freed: 0 */
} OutSinkClass;

struct OutSink {
	const OutSinkClass *class;
	uint32_t want; /* SMB_EVENT_* */
};

/* Options that all sinks share. */
typedef struct {
	const char *capture_name; /* pcap_filename; NULL: live. out_sink_set_capture changes it */
	bool nanoseconds;         /* nine digits instead of six */
	bool eve;                 /* JSON: OutBuffer.eve */
	bool reveal_secrets;
	bool live;        /* each line as it is answered, with its connection's number */
	bool verbose;     /* text: every field */
	bool quiet;       /* timeline as text: headings and outcomes alone */
	bool hex;         /* messages as text: the bytes */
	bool file_lines;  /* timeline as text: a summary of every file */
	bool absolute;    /* timeline as text: times of the clock */
	bool frames;      /* timeline as text: the frames of request and response on each line */
	bool filters;     /* frames as display filters of Wireshark */
	bool several;     /* timeline as text: headings name their capture */
	uint64_t fold_ns; /* timeline: OutFold.pause_ns; 0: the usual rule */
	/* the interfaces by SmbEndpoints.interface - 1, if there are several; borrowed, or NULL */
	const char *const *interfaces;
	size_t story;     /* timeline: sorted by time, with so many bytes that may wait; 0: not */
	bool utc;         /* text: UTC instead of local time */
	bool colour;      /* text */
	unsigned columns; /* text: width to fit; 0: no limit */
	const SmbEncoding *oem; /* of names in datagrams; borrowed, NULL: code page 437 */
	/*
	 * The events of one run are in several processes, and this one only notes what `end` prints:
	 * for out_sink_replay, in the one that ends. NULL: it does not.
	 */
	void (*note)(void *user, const void *note, size_t n);
	void *note_user;
	/*
	 * Other processes print lines between those of this one: what depends on the line before is
	 * written so that out_sink_piece, in the process that puts all in order, can decide.
	 */
	bool shared;
	unsigned top;   /* audit as text, figures: entries of each list; 0: few */
	SmbHashKey key; /* timeline as text: by which names are chosen, if there are too many */
} OutOptions;

/* Text, verb `timeline`. */
OutSink *out_timeline_new(OutWriter *writer, const OutOptions *options);
/* A page of HTML with a ladder of each connection, verb `timeline`. */
OutSink *out_timeline_html_new(OutWriter *writer, const OutOptions *options);
/* netbios, smb, connection, gap, end. */
OutSink *out_timeline_json_new(OutWriter *writer, const OutOptions *options);
/* Text, verb `messages`. */
OutSink *out_messages_text_new(OutWriter *writer, const OutOptions *options);
/* message, end. */
OutSink *out_messages_json_new(OutWriter *writer, const OutOptions *options);

/* Gives the sink an event of a kind that it wants. */
static inline void
out_sink_event(OutSink *self, const SmbEvent *event)
{
	self->class->event(self, event);
}

/*
 * Live: everything up to `now_ns`, in nanoseconds since 1970, was seen. Prints reads and writes that
 * waited for others to be folded onto them, if nothing can follow any more (fold.h). Cheap if
 * nothing waits: call it often.
 */
static inline void
out_sink_idle(OutSink *self, uint64_t now_ns)
{
	if (self->class->idle)
		self->class->idle(self, now_ns);
}

/* Every connection has ended, and what follows is another capture, with numbers of its own. */
static inline void
out_sink_separate(OutSink *self)
{
	if (self->class->separate)
		self->class->separate(self);
}

/* In a process whose sink does not print the end: what that would have added to the totals. */
static inline void
out_sink_collect(OutSink *self, OutTotals *totals)
{
	if (self->class->collect)
		self->class->collect(self, totals);
}

/* What a sink of another process noted; anything may be in it. */
static inline void
out_sink_replay(OutSink *self, const void *note, size_t n)
{
	if (self->class->replay)
		self->class->replay(self, note, n);
}

/* Appends a piece of what another sink wrote with OutOptions.shared; any bytes may be in it. */
static inline void
out_sink_piece(OutSink *self, OutBuffer *b, const char *bytes, size_t n)
{
	if (self->class->piece)
		self->class->piece(self, b, bytes, n);
	else
		out_put(b, bytes, n);
}

/* The last call before out_sink_free: prints the totals of the run. */
static inline void
out_sink_end(OutSink *self, const OutTotals *totals)
{
	self->class->end(self, totals);
}

/* A part of the output ends (out_writer_on_turn), with the totals so far. */
static inline void
out_sink_turn(OutSink *self, const OutTotals *totals)
{
	if (self->class->turn)
		self->class->turn(self, totals);
}

/* NULL is allowed. Returns what the account of its memory still has: anything but 0 is a bug. */
static inline size_t
out_sink_free(OutSink *self)
{
	return self ? self->class->free(self) : 0;
}

/* Another capture file begins: its name (borrowed; must live as long as the sink) and precision. */
void out_sink_set_capture(OutSink *self, const char *capture_name, bool nanoseconds);

/* There are several captures after all: headings name theirs from now on. */
void out_sink_several(OutSink *self);

/* Bytes that the sink holds for connections that have not ended (lines not yet printed). */
size_t out_sink_memory(const OutSink *self);
