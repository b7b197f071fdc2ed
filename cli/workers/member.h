/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker, as the run sees it: items that wait to be sent, and what it told that waits to be
 * printed. What a worker tells is checked here: it parsed bytes of strangers.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/jobs/plain.h"
#include "cli/jobs/spool.h"
#include "cli/jobs/wire.h"
#include "cli/workers/share.h"
#include "output/base/sink.h"

/* Bytes, of which the first `at` are done with. */
typedef struct {
	GByteArray *bytes;
	size_t at;
} CliLine;

typedef struct {
	int fd;              /* what it tells; -1: nothing more will come */
	int input;           /* what it is told; -1: nobody listens */
	CliLine items;       /* not sent yet */
	size_t try;          /* so many of them, and sending is tried */
	bool full;           /* the last try found no room for all */
	CliLine queue;       /* its pieces that are not printed yet: CliWirePiece and bytes */
	CliSpool spool;      /* these, where they count only as a whole */
	CliShare share;      /* what it may make the run hold */
	CliPlain text;       /* of its output */
	uint64_t sent, done; /* the last item that it got, and that it is done with */
	uint64_t told;       /* the last item that it told something of, */
	bool goes_on;        /* in a record that is not whole yet */
	uint64_t asked;      /* the item by which it was asked for what it has so far */
	size_t memory;
	unsigned complaints; /* lines on standard error, so far */
	OutTotals totals;    /* so far, as it last told; once its last word counts: none */
	bool over, result;   /* its process ended; it gave its last word */
	bool settled;        /* and nothing more is to be done about it */
	bool given_up;       /* it did not answer, and its process may be there still */
	int status;          /* as of waitpid(2), once it is over */
	const char *lie;     /* what it told that no worker tells; NULL: nothing */
	int64_t still_us;    /* so long nothing came of it, though something should */
	bool moved;          /* something came of it since that was last looked at */
} CliMember;

static inline size_t
cli_line_left(const CliLine *line)
{
	return line->bytes->len - line->at;
}

/* The first n bytes are done with. */
void cli_line_take(CliLine *line, size_t n);

/*
 * Makes the sockets; its ends are those that the worker is to have. `of` workers with so much
 * `memory` share the run. False with errno set.
 */
bool cli_member_init(CliMember *self, size_t memory, unsigned of, int *ret_fd, int *ret_input);
void cli_member_clear(CliMember *self);

/* It was not told to end, and there are items that it is not done with. */
bool cli_member_is_behind(const CliMember *self);
/* Whether it may still have something to tell that comes before `order`. */
bool cli_member_may_precede(const CliMember *self, uint64_t order);
/* The first of its queue, which is not empty. */
CliWirePiece cli_member_piece(const CliMember *self);

/*
 * Whether nothing came of it for longer than `most_us`, though it has something to do. To be called
 * often: `passed_us` since the last call, of which no more than a quarter of a second counts, as the
 * run was stopped if it is more. One that may not tell anything, because others are behind, is not
 * meant.
 */
bool cli_member_is_still(CliMember *self, int64_t passed_us, int64_t most_us, bool may_tell);

/* Appends an item of a kind (CliItemKind), with room for `whole` bytes; the caller fills it. */
uint8_t *cli_member_put(CliMember *self, uint32_t kind, size_t whole, uint64_t order);
/* Writes as many of the items as there is room for, without waiting. */
void cli_member_send(CliMember *self);

/*
 * Reads a message, without waiting, to the end of the queue, where most belong: what it is, and the
 * bytes after that, all but one of the number that is returned. That is as of read(2). Whoever has no use for
 * these bytes there forgets them.
 */
ssize_t cli_member_read(CliMember *self, char *ret_what, const char **ret_bytes);
void cli_member_forget(CliMember *self, size_t n);

/*
 * What it told: false, and it is under the control of others. The last n bytes of the queue stay.
 * Pieces come in the order of items that it got and is not done with; records are lines, and are whole
 * before it goes on to the next item, says that it is done, or has its last word: so nobody's lines
 * are gone on with by others. All of it is within its share (share.h), and what goes to the report
 * at once is plain text (jobs/plain.h).
 */
bool cli_member_take_pieces(CliMember *self, size_t n, bool spooled);
/* A note of so many bytes. */
bool cli_member_take_note(CliMember *self, size_t n);
/* A line for standard error: more than a thousand are none of an honest worker. */
bool cli_member_take_complaint(CliMember *self, size_t n);
bool cli_member_take_done(CliMember *self, const char *bytes, size_t n);
bool cli_member_take_result(CliMember *self, const char *bytes, size_t n, CliWireResult *ret);

/*
 * Hands out what is in its spool, or forgets it; `order`: only what comes after that item. False: not
 * all of it could be read.
 */
bool cli_member_print(CliMember *self, uint64_t order, bool counts,
		      void (*output)(void *to, const char *bytes, size_t n), void *to);

/* Its process ended, or is given up. */
void cli_member_end(CliMember *self, int status);
void cli_member_expel(CliMember *self);
/* That it ended before its time, on standard error: worker `number` of so many. */
void cli_member_say_lost(const CliMember *self, unsigned number, unsigned of);
