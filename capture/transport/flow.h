/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tracker's internals: flows, the table that finds them, the lists that order them by value and
 * age.
 *
 *     tracker.c ──> unwrap.c            a packet to what it carries
 *         ├───────> segment.c           a header
 *         ├───────> tcp.c <──> trial.c  segments; those that do not fit ──> agree.c
 *         │           ├──> ack.c        what was received
 *         │           ├──> early.c      answers that came before what they answer
 *         │           ├──> stream.c     bytes in order ──> queue.c   what waits
 *         │           ├──> syn.c, fin.c how it begins, and when both sides have finished
 *         │           ├──> doubt.c      what was told, and its receiver may drop
 *         │           ├──> history.c    what its packets were
 *         │           ├──> away.c       flows that others took the place of
 *         │           └──> window.c     who fills the window of the other side
 *         ├───────> nbf.c, ipx.c        frames and packets ──> messages.c
 *         │             └──> entry.c    how flows begin and end ──> table.c
 *         └───────> hoard.c             flows that hold much
 *
 * A flow is a CapEntry in the table. The tracker owns the entries; an entry owns its streams'
 * pieces, its trial and its doubts. An entry outlives its flow for a while, so that late packets find it
 * closed. While a flow is being processed (CapTracker.current) nothing else evicts it.
 */
#pragma once

#include "capture/link/defrag.h"
#include "capture/link/ip.h"
#include "capture/memory.h"
#include "capture/transport/tracker.h"
#include "dissect/wire/caps.h"

/* The largest window (RFC 7323 section 2.3): no sender is farther ahead. */
#define CAP_WINDOW_MAX (1u << 30)
/*
 * A segment this close to the last one seen is accepted. Wider windows exist, but are easier for a
 * forger to hit; a genuine segment that is farther off, after packets that were not captured, is
 * accepted once the other side confirms it (trial.c).
 */
#define CAP_NEAR (256u << 10)
/* Of one side alone, more segments than these that continue each other are believed. */
#define CAP_RUN_LEAST 2
/* The same where the other side sent something that does not go with it. */
#define CAP_RUN_AGAINST 8

/* What a packet of TCP is (CapHistory): bits of CapEntry.kinds. */
typedef enum {
	CAP_HISTORY_S,
	CAP_HISTORY_H,
	CAP_HISTORY_A,
	CAP_HISTORY_D,
	CAP_HISTORY_F,
	CAP_HISTORY_R,
	CAP_HISTORY_I,
	CAP_HISTORY_Q,
	CAP_HISTORY_KINDS,
} CapHistoryKind;
/* What it may be besides, and how often it was is counted. */
typedef enum { CAP_HISTORY_T, CAP_HISTORY_W, CAP_HISTORY_G, CAP_HISTORY_COUNTS } CapHistoryCount;

/* A piece of a stream that waits for what comes before it. Pieces of one queue never overlap. */
typedef struct CapPiece {
	struct CapPiece *next;
	uint64_t time_ns, frame;
	uint32_t seq;
	uint32_t len; /* length in the stream; the first `captured` bytes are here */
	uint32_t captured;
	uint8_t data[];
} CapPiece;

typedef struct CapCollect CapCollect;

/*
 * One direction's stream: of bytes, or of numbered frames or packets. Each protocol keeps what else
 * it needs in its own member of the union, selected by the flow's family (CAP_FAMILY_*). Flags say
 * which of the numbers are known.
 */
typedef struct {
	CapPiece *head, *tail;
	CapCollect *collect; /* the message that parts are coming of, messages.c */
	uint32_t bytes, pieces;
	uint32_t next; /* number expected: STARTED */
	union {
		struct {                /* families 4 and 6 */
			uint32_t isn;   /* SYN; else one before the first byte: STARTED */
			uint32_t fin;   /* FIN */
			uint32_t ack;   /* the highest that this side sent: ACKED */
			uint32_t claim; /* one after all that was seen of the other side: CLAIM */
			uint32_t firm;  /* the highest that came with data: FIRM */
			uint32_t reset_ack; /* what its RST acknowledges: RESET_ACK */
			uint8_t patience;   /* acknowledgments that cover a hole */
			uint8_t beyond;     /* how often BEYOND was said */
			uint8_t offer;      /* of its SYN: CAP_SCALE_* */
			uint8_t scale;      /* its windows are shifted by this */
			uint32_t room;      /* one after the last byte that it has room for */
		} tcp;
		struct {                 /* CAP_FAMILY_MAC, nbf.c */
			uint32_t lost;   /* frames of the link that were missing, so far */
			uint32_t heard;  /* of a link: the frame that this side expects: ACKED */
			uint32_t aside;  /* of a link: number of the first frame kept aside */
			uint32_t resume; /* of a session: byte from which it is sent again: ASKED */
		} nbf;
		struct {                   /* CAP_FAMILY_IPX, ipx.c */
			uint32_t doubted;  /* one after the packet that did not fit: CLAIM */
			uint32_t expected; /* what that packet expects of the other side */
			uint8_t run;       /* packets that continue it */
		} ipx;
	};
	uint16_t flags;
} CapStream;

enum {
	CAP_STREAM_STARTED = 1,
	CAP_STREAM_SYN = 2,
	CAP_STREAM_FIN = 4,
	CAP_STREAM_DONE = 8, /* everything up to the FIN was reported */
	CAP_STREAM_ACKED = 16,
	CAP_STREAM_BEYOND = 32, /* unseen bytes of this stream were acknowledged, once */
	/* Of messages, nbf.c: */
	CAP_STREAM_TOLD = 64, /* the last one was reported, and nothing came after it */
	/* its receiver has room now: from byte `resume` on it is sent again */
	CAP_STREAM_ASKED = 128,
	CAP_STREAM_AGAIN = 256, /* everything up to the end of the message was reported before */
	/* Of TCP: */
	CAP_STREAM_CLAIM = 512,
	CAP_STREAM_FIRM = 1024,
	CAP_STREAM_HEARD = 4096, /* since BEYOND */
	CAP_STREAM_RESET_ACK = 8192,
	/* in midstream: there may be nothing between `next` and what waits */
	CAP_STREAM_GUESS = 2048,
};

/* The least valuable first: already over, never established, not kept, kept. */
typedef enum {
	CAP_LIST_CLOSED,
	/* reset by one side: data that the other sent before it knew may still come */
	CAP_LIST_RESET,
	/* another one took its place, but it may go on (away.c); it was in the list CapEntry.was */
	CAP_LIST_AWAY,
	CAP_LIST_HALF,
	CAP_LIST_PLAIN,
	CAP_LIST_KEPT,
	CAP_LISTS
} CapListName;

typedef struct CapTrial CapTrial;
typedef struct CapDoubt CapDoubt;

typedef struct CapEntry {
	CapFlow flow;                 /* first: the caller's handle is a pointer to it */
	struct CapEntry *chain;       /* of its bucket */
	struct CapEntry *prev, *next; /* of its list, least recently used first */
	CapStream stream[2];          /* by CapDir */
	CapTrial *trial;              /* the flow's own: what did not fit, or NULL; trial.c */
	CapDoubt *doubt;              /* the same: what was told and may be dropped; doubt.c */
	size_t held;                  /* bytes that the caller holds for it, as it said */
	uint32_t hash;
	uint8_t list;
	uint8_t was; /* CAP_LIST_AWAY: the list that it goes back to */
	bool ignored;
	bool kept;
	bool hoards; /* it is among the tracker's CapHoards */
	bool silent; /* an entry for the protocol's own use, never reported */
	bool told;   /* bytes of it were: whoever has them waits for its end */
	/* reported; the entry stays so that late packets do not open a new flow */
	bool closed;
	bool tentative;    /* started in midstream by one side, and not reported yet */
	bool doubtful;     /* the reset is not where it had to be; that side may go on */
	bool again;        /* it is over, and its SYN came once more: so may all of it */
	bool orderly;      /* the reset came after a FIN that had ended the flow */
	uint8_t fin_dir;   /* who sent the first FIN, where there is one */
	bool fin_answers;  /* it acknowledges one of the other side, which came before it */
	uint8_t reset_dir; /* who reset it */
	uint64_t reset_ns, reset_frame; /* when; frame 0: it was not */
	uint64_t done_ns, done_frame;   /* when the second of both sides had finished */
	uint64_t away_ns, away_frame;   /* when another one took its place; frame 0: none did */
	uint32_t times[2][CAP_HISTORY_COUNTS]; /* by CapDir */
	uint8_t kinds[2];                      /* that were there: CapHistoryKind, as bits */
} CapEntry;

typedef struct {
	CapEntry *first, *last;
} CapList;

typedef struct {
	CapEntry **buckets;
	uint32_t mask, count;
	uint64_t key[2]; /* secret of the hash */
} CapTable;

/* A TCP segment as parsed. `data` has `captured` of the `len` bytes. */
typedef struct {
	uint32_t seq, ack;
	uint32_t len, captured;
	const uint8_t *data;
	uint32_t ip_size; /* of its datagram; 0: it was counted before */
	uint16_t window;
	uint8_t flags;
	uint8_t offer; /* of a SYN: CAP_SCALE_* */
} CapSegment;

/* What a SYN says of window scaling (RFC 7323 section 2.2); from CAP_SCALE_0 on: the shift. */
enum { CAP_SCALE_UNSEEN, CAP_SCALE_NONE, CAP_SCALE_0 };

enum {
	CAP_TCP_FIN = 1,
	CAP_TCP_SYN = 2,
	CAP_TCP_RST = 4,
	CAP_TCP_ACK = 16,
	CAP_TCP_URG = 32,
	CAP_TCP_DECISIVE = CAP_TCP_FIN | CAP_TCP_SYN | CAP_TCP_RST | CAP_TCP_ACK,
};

/* How many segments may be waiting for what they answer. */
#define CAP_EARLY_MAX SMB_CAP(8, 2)

typedef struct {
	CapSegment seg;
	uint8_t *data; /* owned; NULL: it has none */
	uint64_t time_ns, frame;
} CapEarlySegment;

/* Of one side of one flow, in the order of the capture; early.c. */
typedef struct {
	CapEntry *entry; /* NULL: nothing waits */
	CapDir dir;
	uint32_t n, bytes;
	uint64_t packets; /* that there had been when the first one came */
	CapEarlySegment segments[CAP_EARLY_MAX];
} CapEarly;

/* Flows that are remembered because they hold much. */
#define CAP_HOARDS_MAX SMB_CAP(64, 2)

/* Borrowed: an entry that goes is taken out. */
typedef struct {
	uint32_t n;
	CapEntry *entries[CAP_HOARDS_MAX];
} CapHoards;

struct CapTracker {
	CapMemory memory;
	CapTable table;
	CapList lists[CAP_LISTS];
	uint32_t lingering;      /* flows of CAP_LIST_CLOSED */
	uint64_t expiry_ns;      /* before this no flow times out */
	uint64_t time_ns, frame; /* of the packet at hand */
	uint64_t missing;        /* a loss that the next chunk reports */
	CapLoss loss;
	CapEntry *current; /* in work: not to be freed by anyone else */
	CapEntry *other;   /* as well: it goes on once `current` is done */
	CapEarly early;
	CapHoards hoards;
	bool closing; /* an end is being reported: nothing else is evicted meanwhile */
	CapCallbacks callbacks;
	CapLimits limits;
	CapCounters counters;
	CapDefrag *defrag;
};

/* Datagrams reassembled for one packet: fragments in a tunnel whose own packets were fragments. */
#define CAP_OWNERS_MAX SMB_CAP(4, 2)
typedef struct {
	uint32_t count;
	CapPartial *partial[CAP_OWNERS_MAX];
} CapOwners;

/* unwrap.c */
typedef enum {
	CAP_UNWRAPPED_NOTHING, /* nothing usable, which is counted */
	CAP_UNWRAPPED_IP,
	CAP_UNWRAPPED_FRAMES, /* several frames in one, an A-MSDU */
} CapUnwrapped;

/*
 * Walks over link layers and tunnels, from the layer on that `r` is at, to the innermost header of
 * IP, fragments reassembled, or to an aggregate of frames, with `r` at the first one. The caller
 * releases the owners of the bytes in every case.
 */
CapUnwrapped cap_unwrap(CapTracker *t, const CapPacket *packet, CapLayer layer, SmbReader *r,
			CapIp *ip, CapOwners *owners);
/* Counts a packet with nothing usable from this layer on. */
void cap_unwrap_pass_over(CapTracker *t, CapLayer layer, const SmbReader *r);

/* table.c */
/* An empty table, with a seed so that senders cannot choose which flows collide. */
void cap_table_init(CapTracker *t, uint32_t seed);
/* The hash of two ends; it is the same in both directions. */
uint32_t cap_table_hash(const CapTable *table, const CapPair *pair);
/* The ends of a flow, as those of a packet that this side sends. */
CapPair cap_table_pair(const CapEntry *f, CapDir dir);
/* The flow between these two, and which of its sides sent the packet. */
CapEntry *cap_table_find(const CapTable *table, const CapPair *pair, uint32_t hash,
			 CapDir *ret_dir);
/* Of the flows between these two whose place another one took, the one after `after`, if any. */
CapEntry *cap_table_find_away(const CapTable *table, const CapPair *pair, uint32_t hash,
			      const CapEntry *after, CapDir *ret_dir);
/* A new flow whose side A is the packet's sender, or its receiver where `swapped`. */
CapEntry *cap_table_add(CapTracker *t, const CapPair *pair, uint32_t hash, bool swapped);
/* Takes the flow out of table and list and frees it. */
void cap_table_remove(CapTracker *t, CapEntry *f);
/* Moves a flow to the young end of a list. */
void cap_list_move(CapTracker *t, CapEntry *f, CapListName to);
/* How long flows in this list may be silent. */
uint64_t cap_list_patience(const CapTracker *t, CapListName list);

/* queue.c */
/*
 * Keeps the bytes of a segment that lies beyond the expected number; bytes already present are
 * compared and dropped.
 */
void cap_queue_insert(CapTracker *t, CapStream *s, const CapSegment *seg);
/* Takes the first piece out; the caller gives it to cap_piece_free. */
CapPiece *cap_queue_pop(CapStream *s);
/* A piece of the first n bytes of a segment, in no queue. */
CapPiece *cap_piece_new(CapTracker *t, const CapSegment *seg, uint32_t n);
/* Frees a piece that is in no queue. */
void cap_piece_free(CapTracker *t, CapPiece *piece);
/* Frees all pieces of a queue without reporting them. */
void cap_queue_clear(CapTracker *t, CapStream *s);
/*
 * Counts n bytes of `seg` that were seen before, in a piece that begins `into` bytes before them.
 */
void cap_queue_compare(CapTracker *t, const CapPiece *piece, uint32_t into, const CapSegment *seg,
		       uint32_t n);
/* Removes the first n bytes of a segment's data. */
void cap_segment_trim(CapSegment *seg, uint32_t n);

/* stream.c: applies the packets of one direction to its bytes. */
void cap_stream_data(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg);
/*
 * Data of a SYN, which its receiver takes once the connection is there (RFC 9293 section 3.10.7.2),
 * if at all (RFC 7413): they wait for what shows that it is.
 */
void cap_stream_hold_syn(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg);
/* Of a connection that was never there: drops them. */
void cap_stream_drop_syn(CapTracker *t, CapStream *s);
/*
 * After the other side acknowledged. `again`: a packet of the other side, so this may be the second
 * time that it says so.
 */
void cap_stream_acked(CapTracker *t, CapEntry *f, CapDir dir, bool again);
/* Notices that the FIN's turn has come. */
void cap_stream_fin(CapTracker *t, CapEntry *f, CapDir dir);
/*
 * The stream continues at `seq`: reports what is missing before it, or drops a FIN that was forged.
 * Does nothing if `seq` is near.
 */
void cap_stream_resume(CapTracker *t, CapEntry *f, CapDir dir, uint32_t seq);
/* Takes the pieces of another queue, `from`, over. */
void cap_stream_take(CapTracker *t, CapEntry *f, CapDir dir, CapStream *from);
/*
 * For a flow that began in midstream and may not be one at all: holds the data back. True if there
 * are enough consecutive data.
 */
bool cap_stream_hold(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);
/*
 * It is a flow: reports what was held back. One byte that is acknowledged by itself (`answer`), or
 * that nothing follows for a second, was a keepalive (RFC 9293 section 3.8.4), which is not data.
 */
void cap_stream_settle(CapTracker *t, CapEntry *f, const CapSegment *answer);
/* Reports all that waits, with the gaps before it. */
void cap_stream_flush(CapTracker *t, CapEntry *f, CapDir dir, CapLoss loss);

/* trial.c: segments that do not fit their flow. */
/*
 * Keeps the segment aside, counted as forged, replacing what its side has in trial unless it
 * continues that. NULL if that is all; else the flow that it belongs to, with its sender in
 * *ret_dir and the part still to be processed in `seg`.
 */
CapEntry *cap_trial_segment(CapTracker *t, CapEntry *f, CapDir *ret_dir, CapSegment *seg);
/* Counts data behind the SYN of a flow that is over, which are skipped. */
void cap_trial_again(CapTracker *t, const CapEntry *f, const CapSegment *seg);
/*
 * For a flow with a trial: if the segment answers what the other side has in trial, both are
 * genuine: the flow continues there, or another one takes its place. NULL if it does not.
 */
CapEntry *cap_trial_agreed(CapTracker *t, CapEntry *f, CapDir *ret_dir, const CapSegment *seg);
/*
 * Whether a reset answers what the other side has in trial: one half of a connection that was over
 * before this one (RFC 9293 section 3.5.1). It says nothing about this flow.
 */
bool cap_trial_asked_for(const CapEntry *f, CapDir dir, const CapSegment *seg);
/*
 * At the end of a flow: data after a FIN that was never acknowledged show that the FIN was forged;
 * and those that were expected are believed after all, if no others came, and no reset.
 */
void cap_trial_flush(CapTracker *t, CapEntry *f, CapDir dir);
/* At the end of a flow whose SYN was never answered: reports data that did not fit. */
void cap_trial_instead(CapTracker *t, CapEntry *f);
/* Frees what the flow has in trial. */
void cap_trial_free(CapTracker *t, CapEntry *f);

/* away.c: flows that others took the place of. */
/* Nothing of it was reported, and nothing is to be. One that is closed was. */
bool cap_away_is_nothing(const CapEntry *f);
/* Another flow takes the place of this one, which waits, or goes if it cannot come back. */
void cap_away_put(CapTracker *t, CapEntry *f, const CapPair *pair);
/* The end of one that waits: it is reported as of when it had to go. */
void cap_away_end(CapTracker *t, CapEntry *f);
/*
 * The flow that the segment is of, if it does not fit `f`, the one at hand or NULL, but one that
 * waits, which is the one at hand from now on. NULL if there is none.
 */
CapEntry *cap_away_back(CapTracker *t, CapEntry *f, const CapPair *pair, uint32_t hash,
			CapDir *ret_dir, const CapSegment *seg);

/* early.c: segments that were captured before what they answer. */
/* Keeps such a segment for later. False: it is to be processed now. */
bool cap_early_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);
/*
 * Before and after a segment of the flow that has segments waiting: processes those that do not
 * have to wait any longer.
 */
void cap_early_before(CapTracker *t, const CapEntry *f, CapDir dir, const CapSegment *seg);
void cap_early_after(CapTracker *t, const CapEntry *f);
/* It is time_ns: processes what has waited for too long. Only if something waits. */
void cap_early_tick(CapTracker *t, uint64_t time_ns);
/* Processes, or drops, what waits of a flow; of any other nothing. */
void cap_early_release(CapTracker *t, const CapEntry *f);
void cap_early_forget(CapTracker *t, const CapEntry *f);

/* Bytes that wait there. */
size_t cap_trial_waits(const CapTrial *trial);

/* doubt.c: data that their receiver may drop. */
/* Before a segment is processed: keeps a copy if it may be dropped for what it acknowledges. */
void cap_doubt_note(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);
/* Keeps a copy, unless all of it was told before. */
void cap_doubt_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);
/* The same of all that waits in a queue. */
void cap_doubt_queue(CapTracker *t, CapEntry *f, CapDir dir, const CapStream *queue);
/* Of a flow that has some: this side's were received up to `ack`. */
void cap_doubt_settle(CapTracker *t, CapEntry *f, CapDir dir, uint32_t ack);
/* The same: the first n bytes of the segment, or all, were told before, and are compared. */
void cap_doubt_compare(CapTracker *t, const CapEntry *f, CapDir dir, const CapSegment *seg,
		       uint32_t n);
void cap_doubt_free(CapTracker *t, CapEntry *f);
/* Bytes of the copies. */
size_t cap_doubt_waits(const CapDoubt *doubt);

/* hoard.c: flows that hold much. */
/* The flow holds more than before: it may be one of them now. */
void cap_hoard_note(CapTracker *t, CapEntry *f);
/* It is over, or goes. */
void cap_hoard_forget(CapTracker *t, CapEntry *f);
/*
 * Instead of this one, the most silent of the valuable ones, the flow whose bytes and silence,
 * multiplied, are more; itself where those that hold much have no more than half of all bytes.
 */
CapEntry *cap_hoard_instead(const CapTracker *t, CapEntry *least);

/* window.c: how far the window of a receiver reaches. */
/* What the options of a SYN, at which the reader is, say of window scaling: CAP_SCALE_*. */
uint8_t cap_window_offer(const SmbReader *r, uint32_t length);
/* After a SYN: how windows are scaled from now on. */
void cap_window_scale(CapEntry *f);
/*
 * Counts a segment that ends where the window of its receiver does. What is beyond, that one drops:
 * it is in doubt.
 */
void cap_window_reached(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);

/* history.c: what the packets of a flow were. */
CapHistoryKind cap_history_kind(const CapSegment *seg);
/* Notes which of these kinds, as bits, are new of this side, in their order. */
void cap_history_take(CapEntry *f, CapDir dir, uint8_t kinds);
/* Counts one more, and notes the first, the tenth, the hundredth ... */
void cap_history_count(CapEntry *f, CapDir dir, CapHistoryCount what);
/* A kind that may be new of this side. */
void cap_history_new(CapEntry *f, CapDir dir, CapHistoryKind kind);
/* A segment whose sender has no room. */
void cap_history_no_window(CapEntry *f, CapDir dir, const CapSegment *seg);

/* ack.c */
/* Whether `ack` is beyond everything seen of a stream, its FIN included. */
bool cap_ack_beyond_seen(const CapStream *s, uint32_t ack);
/*
 * An acknowledgment never goes back. The first one after a SYN also shows where the answering
 * stream begins. One without data that is ahead of everything seen from the other side is a claim:
 * those data may follow, or were not captured, or never existed. The next acknowledgment of the
 * same side, or data that reach the number, decides.
 */
void cap_ack_take(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);

/* syn.c: SYNs. */
/* Whether it came late rather than new: its number is slightly before those seen from that side. */
bool cap_syn_late(const CapEntry *f, CapDir dir, const CapSegment *seg);
/* Whether it is the one that its side sent before. */
bool cap_syn_repeated(const CapEntry *f, CapDir dir, const CapSegment *seg);
/* Whether a segment answers the SYN of the other side, of a flow of which no more was seen. */
bool cap_syn_answered(const CapEntry *f, CapDir dir, const CapSegment *seg);
/* A SYN that fits its flow; what `seg` has besides begins one number later. */
void cap_syn_take(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg);

/* fin.c: FINs. */
/* A segment with a FIN that fits its flow; its data were taken. */
void cap_fin_segment(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg);
/* The FIN of a side was forged: it may go on. */
void cap_fin_forget(CapTracker *t, CapEntry *f, CapDir dir);
/*
 * Once both sides have finished, and the one that did so first was heard: a FIN that the other side
 * does not acknowledge may not be its sender's.
 */
void cap_fin_close(CapTracker *t, CapEntry *f);

/* segment.c */
/* Parses a segment; false if the header is cut or malformed (the reader's status says which). */
bool cap_tcp_parse(SmbReader *r, CapSegment *seg, uint16_t ret_ports[2]);

/* tcp.c */
/* Whether a sequence number lies where this side's next ones may. */
bool cap_tcp_near(const CapEntry *f, CapDir dir, uint32_t seq);
/* Whether datagrams of this port are reported. */
static inline bool
cap_port_wanted(const CapTracker *t, uint16_t port)
{
	return port >= t->callbacks.first_port && port <= t->callbacks.last_port;
}

/* Tells the caller between which ends a packet is, if it wants to know. */
static inline void
cap_tell_ends(const CapTracker *t, const CapPair *pair)
{
	if (G_UNLIKELY(t->callbacks.ends))
		t->callbacks.ends(t->callbacks.user, pair->family, pair->addr, pair->port);
}

/* Whether neither of its numbers is near those of the flow, nor where they may be after a loss. */
bool cap_tcp_far(const CapEntry *f, CapDir dir, const CapSegment *seg);
/*
 * Whether it has data that its side did not send before the flow was reset: of who sent the reset,
 * or of any side once the end was reported.
 */
bool cap_tcp_outlives(const CapEntry *f, CapDir dir, const CapSegment *seg);
/* Whether the segment fits what is known of both sides; a reset has to be exact. */
bool cap_tcp_fits(const CapEntry *f, CapDir dir, const CapSegment *seg);
/* Processes a segment that fits its flow, which is the current one. */
void cap_tcp_process(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg);
/* Processes a segment: finds or opens its flow, and judges whether it fits. */
void cap_tcp_segment(CapTracker *t, const CapPair *pair, CapSegment *seg);

/* entry.c: how flows of any kind begin and end. */
/*
 * A new flow of messages; what there was between these ends is over. `swapped`: the receiver is
 * side A.
 */
CapEntry *cap_entry_open(CapTracker *t, const CapPair *pair, bool swapped);
/*
 * Reports what waits and that the flow is over. The entry stays until it is removed, so that late
 * packets do not open a new flow.
 */
void cap_entry_close(CapTracker *t, CapEntry *f, CapEnd why);

/* For how long a flow was silent, in packets: clocks can be set, and a flood is as long as what it sends. */
static inline uint64_t
cap_silence(const CapTracker *t, const CapEntry *f)
{
	uint64_t last = f->flow.last_frame;

	return last <= t->frame ? t->frame - last : t->frame;
}

/* A stream of TCP whose SYN was not seen begins here. */
static inline void
cap_stream_begin(CapStream *s, uint32_t seq)
{
	s->flags |= CAP_STREAM_STARTED;
	s->next = seq;
	s->tcp.isn = seq - 1;
}

/* Just past the highest byte of the stream that was seen. */
static inline uint32_t
cap_stream_edge(const CapStream *s)
{
	return s->tail ? s->tail->seq + s->tail->len : s->next;
}

/* a is equal to or after b in sequence space (RFC 9293 section 3.4). */
static inline bool
cap_seq_reached(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) >= 0;
}
