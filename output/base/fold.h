/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Consecutive exchanges of one kind fold into one record:
 *
 * - reads, or writes, of one open: without failure, each starting where the one before ended; a
 *   pipe has no offsets. A last read that returns no bytes is folded too, and marks the end of the
 *   file.
 * - requests that ask for the same thing and are answered the same: a status that is queried again
 *   and again, an open that fails each time, calls of one operation. Never what makes or ends
 *   something, such as a logon or an open that succeeds: each of these is a record of its own.
 *
 * There is no pause of more than two seconds between them. The pause is part of the rule so that a
 * live capture can print what it has when nothing more comes, and still gives the same records as a
 * file of the same packets, read with the same pause. Where a pause was chosen (pause_ns; a live
 * capture chooses a short one) it is from the end of one to the answer of the next, so that what was
 * answered never waits for an answer.
 *
 * A fold keeps what rendering needs of its first exchange by itself (copies of names: borrowed ones
 * are in their owner's account), since an event lends it for one call only.
 */
#pragma once

#include "dissect/event.h"

enum { OUT_FOLD_PAUSE_NS = 2000000000 };

typedef struct {
	SmbExchange first; /* its file, tree and rpc point into this struct */
	SmbFile file;      /* its name is the fold's own */
	SmbTree tree;      /* its path too; neither is set for a fold of one */
	SmbRpcFacts rpc;
	SmbString *compound_file; /* owns the text of first.compound_file */
	SmbString *name, *target; /* own the texts of first.other */
	SmbStamp last;            /* response of the last one */
	uint64_t last_ns;         /* when anything of it was last seen */
	uint64_t end;             /* offset just past the last byte returned or written */
	uint64_t asked_end;       /* offset just past the last byte requested */
	uint64_t asked, count;    /* bytes, of all */
	uint64_t pause_ns;        /* set by the caller after out_fold_begin; 0: OUT_FOLD_PAUSE_NS */
	uint64_t answer_ns;       /* sum of the response times */
	uint32_t requests;
	bool end_of_file;
} OutFold;

/* Whether an exchange is one that others can be folded onto. */
bool out_fold_fits(const SmbExchange *x);
/* Begins a fold with an exchange that fits. */
void out_fold_begin(OutFold *self, const SmbExchange *x);
/* Whether nothing can be added any more, if everything up to then was seen. */
bool out_fold_is_over(const OutFold *self, uint64_t now_ns);
/* Takes the exchange into the fold; false (and nothing changed) if it does not belong to it. */
bool out_fold_add(OutFold *self, const SmbExchange *x);
/*
 * Makes a fold of one, of any READ or WRITE, for renderers that only know folds. It needs no
 * clearing, and is valid as long as x.
 */
void out_fold_single(OutFold *self, const SmbExchange *x);
/* Reads and writes on a pipe: their offsets mean nothing. */
bool out_fold_is_pipe(const SmbExchange *x);
/* Bytes of the names that it owns. */
size_t out_fold_memory(const OutFold *self);
/* Frees them. */
void out_fold_clear(OutFold *self);
