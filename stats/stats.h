/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures: events in, response times and counts out. It knows neither captures nor formats.
 *
 *     SmbEvent ──> gather.c ──> items.c      what is kept by command, server, share ...
 *                     ├───────> intervals.c  what happened when
 *                     └───────> slow.c       the slowest exchanges
 *
 * A response time is the time from the last packet of a request to the last packet of its response,
 * as the capture has it. Counted is each message that was answered: what follows the first command
 * in an AndX chain of SMB1 came and went with it, and has no time of its own. An interim response
 * (STATUS_PENDING) is not an answer. A change notification is answered when something changes, which
 * is nobody's slowness: its time is told of its command, and of nothing else.
 *
 * All of it adds up: the figures of many captures are the sum of their figures, in any order and
 * any grouping. What is left out when memory runs out depends on names and not on when they came:
 * each name has a rank, a keyed hash of it, and a horizon says which ranks are too large to be kept.
 * What is beyond it is counted together. Who does not know the key cannot choose names that are
 * kept in place of others. Figures that were made with several keys add up too: what is beyond the
 * horizon of any of them is not kept in the sum.
 */
#pragma once

#include <glib.h>

#include "dissect/event.h"
#include "dissect/wire/keyed.h"
#include "stats/histogram.h"

enum {
	STATS_KEY_MAX = 512,                     /* bytes kept of a name */
	STATS_SLOW_MAX = SMB_CAP(100, 2),        /* exchanges in the list of the slowest */
	STATS_INTERVALS_AUTO = SMB_CAP(120, 3),  /* of them that are made by default */
	STATS_INTERVALS_MAX = SMB_CAP(10000, 3), /* as asked for */
	STATS_HORIZONS_MAX = SMB_CAP(8, 2),      /* of figures that were made with other keys */
	STATS_SIZES = 34,                        /* 0, 1, 2 to 3, 4 to 7 ... 2^31 and more */
};

/* What items are about. In this order they go if memory runs out: the last ones first. */
typedef enum {
	STATS_COMMAND,
	STATS_STATUS,
	STATS_SERVER,
	STATS_CLIENT,
	STATS_SHARE,
	STATS_FILE,
	STATS_KINDS,
	STATS_ALL = STATS_KINDS, /* everything together */
} StatsKind;
const char *stats_kind_name(unsigned kind); /* "command" ... "file", "all" */

typedef enum {
	STATS_N_REQUESTS,   /* of clients, also those that were never answered */
	STATS_N_CHAINED,    /* of these, behind another one in an AndX chain: without a time */
	STATS_N_UNANSWERED, /* none came, or the server held it to the end */
	STATS_N_UNSEEN,     /* the answer may have come, but was not captured */
	STATS_N_HELD,       /* change notifications: only their command has their time */
	STATS_N_ERRORS,     /* failed */
	STATS_N_EXPECTED,   /* of these, in a way that belongs to ordinary work */
	STATS_N_READ,       /* bytes */
	STATS_N_WRITTEN,
	STATS_N_CONNECTIONS, /* of a server, a client, all */
	/* Of TCP, likewise; each first to servers, then to clients (SmbDir). */
	STATS_N_RETRANSMITTED, /* segments with bytes that were seen before */
	STATS_N_RETRANSMITTED_BYTES = STATS_N_RETRANSMITTED + 2,
	STATS_N_OUT_OF_ORDER = STATS_N_RETRANSMITTED_BYTES + 2,
	STATS_N_WINDOW_FULL = STATS_N_OUT_OF_ORDER + 2, /* that filled the receiver's window */
	STATS_NUMBERS = STATS_N_WINDOW_FULL + 2,
} StatsNumber;
/* How many of them a kind has: the first ones. */
unsigned stats_numbers_of(unsigned kind);
const char *stats_number_name(unsigned number); /* "requests" */

typedef struct {
	uint8_t version; /* 1, 2 */
	uint16_t command;
	int64_t function; /* of a transaction or control code; -1: none, or not known */
} StatsCommand;

/* Families as in SmbEndpoints; unused bytes are 0. */
typedef struct {
	uint8_t family;
	uint8_t bytes[16];
} StatsAddress;

typedef struct {
	StatsKind kind;
	/*
	 * Its name in UTF-8: of a command "SMB_COM_TRANSACTION2/TRANS2_FIND_FIRST2", of a file
	 * \\SERVER\SHARE\NAME; of a server or client the address instead, of a status its number.
	 */
	uint32_t len;
	char name[STATS_KEY_MAX];
	StatsCommand command;
	StatsAddress address;
	SmbStatus status;
} StatsKey;

typedef struct {
	StatsTimes response;
	StatsTimes server;    /* the same less the handshake; where the handshake was seen */
	StatsTimes handshake; /* of connections: from SYN to SYN and ACK */
	uint64_t numbers[STATS_NUMBERS];
} StatsFigures;

typedef struct {
	uint64_t rank;
	StatsKind kind;
	uint32_t len;
	char *name; /* owned, with a NUL; NULL where the key has none */
	StatsCommand command;
	StatsAddress address;
	SmbStatus status;
	StatsFigures figures;
	size_t accounted;
} StatsItem;

/* Items of this rank or beyond are not kept. */
typedef struct {
	SmbHashKey key;
	uint64_t rank;
} StatsHorizon;

typedef struct {
	uint64_t index; /* since 1970, in intervals */
	uint64_t requests, answered, errors, read, written;
	uint64_t sum, max; /* of the response times, nanoseconds */
} StatsInterval;

typedef struct {
	uint64_t length_ns; /* of one */
	bool asked;         /* the length was asked for; else it follows from what is covered */
	uint64_t asked_ns;  /* 0: it was not */
	GArray *items;      /* StatsInterval, sorted; without those in which nothing happened */
} StatsIntervals;

/* One of the slowest exchanges. */
typedef struct {
	uint64_t time_ns; /* that it took */
	SmbStamp request, response;
	uint64_t connection;
	char *capture; /* owned; NULL: live */
	char *command; /* owned: the names of its items */
	char *file;    /* owned; NULL: none */
	StatsAddress client, server;
	bool has_status;
	SmbStatus status;
} StatsSlow;

/* Sums over connections; in the order of stats_sum_names. */
typedef enum {
	STATS_SUM_MIDSTREAM,  /* connections that began before the capture */
	STATS_SUM_ONE_WAY,    /* of which one direction was not captured */
	STATS_SUM_HANDSHAKES, /* whose handshake was seen */
	STATS_SUM_ENCRYPTED,
	STATS_SUM_FIN,
	STATS_SUM_RESET,
	STATS_SUM_TIMEOUT,
	STATS_SUM_OPEN, /* at the end of the capture */
	STATS_SUM_NO_ANSWER,
	STATS_SUM_PORT_CLOSED,
	STATS_SUM_OTHER_END,
	STATS_SUM_GAPS,
	STATS_SUM_GAP_BYTES,
	STATS_SUM_REPEATED, /* messages sent again by SMB itself (IPX) */
	STATS_SUM_ORPHANS,
	STATS_SUM_BYTES_TO_SERVER, /* of TCP's payload */
	STATS_SUM_BYTES_TO_CLIENT,
	STATS_SUM_WITHOUT_TCP, /* connections over NetBEUI or IPX: no segments are counted of them */
	STATS_SUM_BACKWARDS,   /* responses with an earlier time than their request: taken as 0 */
	STATS_SUMS,
} StatsSum;
const char *stats_sum_name(unsigned sum); /* "midstream" */

enum { STATS_READS, STATS_WRITES };

typedef struct {
	size_t memory_max;
	GHashTable *items;            /* StatsItem, owned */
	GPtrArray *heap;              /* the same, the largest rank first */
	StatsItem *last[STATS_KINDS]; /* of these, the one used last: it often comes again; NULL */
	bool has_horizon;
	StatsHorizon horizon;                     /* its key is there before the horizon is */
	StatsHorizon further[STATS_HORIZONS_MAX]; /* of other keys, those with the smallest keys */
	uint32_t n_further;
	bool mixed; /* there were more of them: what is kept may be incomplete */
	StatsFigures others[STATS_KINDS + 1]; /* beyond a horizon; STATS_ALL: all there is */
	StatsIntervals intervals;
	GPtrArray *slow; /* StatsSlow, the slowest first */
	uint64_t sizes[2][STATS_SIZES];
	uint64_t sums[STATS_SUMS];
	uint64_t first_ns, last_ns; /* of requests and responses; 0: none */
	const char *capture;        /* borrowed */
	size_t memory;              /* of items */
} Stats;

/*
 * Items take at most `memory` bytes. `interval_ns` 0: as it fits. The key (copied) is not known to
 * those who may send packets, and the same for all figures that are to add up exactly.
 */
Stats *stats_new(size_t memory, uint64_t interval_ns, const SmbHashKey *key);
/* NULL is allowed. Returns what the account of its memory has beside its items: anything but 0 is a bug. */
size_t stats_free(Stats *self);
/* What events come from, from now on (borrowed); NULL: live. */
void stats_set_capture(Stats *self, const char *name);
/* Takes SMB_EVENT_EXCHANGE and SMB_EVENT_CONNECTION. */
void stats_event(Stats *self, const SmbEvent *event);
/* Bytes that it has. */
size_t stats_memory(const Stats *self);

/* ---- For gathering, and for who reads records ---- */

/*
 * The figures of this key (copied), made if there are none; those of the others of its kind if it is
 * beyond the horizon. Call stats_settle() with it when they have been added to.
 */
StatsFigures *stats_figures(Stats *self, const StatsKey *key);
/* After each change: accounts for it, and drops what is too much. */
void stats_settle(Stats *self, StatsFigures *figures);
/* Whether any segment was sent again, had to wait, or filled a window. */
bool stats_has_segments(const StatsFigures *figures);
/* Whether there is nothing in them. */
bool stats_figures_empty(const StatsFigures *figures);
/* Adds one to the other. */
void stats_figures_merge(StatsFigures *to, const StatsFigures *from);
void stats_figures_clear(StatsFigures *self);
/* What an earlier run did not keep. */
void stats_add_horizon(Stats *self, const StatsHorizon *horizon);
/* Call it when all were added: what is beyond the horizon of another key goes to the others. */
void stats_conclude(Stats *self);
/* Whether something was not kept. */
bool stats_left_out(const Stats *self);
typedef enum {
	STATS_BY_TIME,     /* all response times together */
	STATS_BY_ERRORS,   /* how many */
	STATS_BY_SEGMENTS, /* sent again, that waited, that filled a window, both ways */
} StatsOrder;
/* Items of a kind, those with the most first. Free with g_ptr_array_unref. */
GPtrArray *stats_sorted(const Stats *self, StatsKind kind, StatsOrder order);
/* All items, by kind and name. */
GPtrArray *stats_listed(const Stats *self);

/* The interval that has this time. */
StatsInterval *stats_interval(StatsIntervals *self, uint64_t time_ns);
/*
 * Before intervals of a record are added: makes those that are here as long, if need be. False if
 * another length was asked for there than here (0: none was).
 */
bool stats_intervals_adopt(StatsIntervals *self, uint64_t asked_ns, uint64_t length_ns);
void stats_interval_merge(StatsInterval *to, const StatsInterval *from);
void stats_intervals_init(StatsIntervals *self, uint64_t asked_ns);
void stats_intervals_clear(StatsIntervals *self);

/* Whether an exchange that took so long would be in the list. */
bool stats_slow_wanted(const Stats *self, uint64_t time_ns);
/* Takes it over. */
void stats_slow_add(Stats *self, StatsSlow *slow);
void stats_slow_free(StatsSlow *slow);

/* Extends the time that is covered; 0: not known. */
void stats_cover(Stats *self, uint64_t time_ns);
/* 0: nothing; else 1 and the power of two below: at most STATS_SIZES - 1. */
uint32_t stats_size_class(uint64_t bytes);
