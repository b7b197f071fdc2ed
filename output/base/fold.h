/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Consecutive reads, or writes, of one open fold into one record: same file and direction, no
 * failure, each starting where the one before ended, and no pause of more than two seconds between
 * them. A last read that returns no bytes is folded too, and marks the end of the file. The pause
 * is part of the rule so that a live capture can print what it has when nothing more comes, and
 * still gives the same records as a file of the same packets.
 *
 * A fold keeps what rendering needs of its first exchange by itself (copies of names: borrowed ones
 * are in their owner's account), since an event lends it for one call only.
 */
#pragma once

#include "dissect/event.h"

enum { OUT_FOLD_PAUSE_NS = 2000000000 };

typedef struct {
	SmbExchange first;     /* its file and tree point into this struct */
	SmbFile file;          /* its name is the fold's own */
	SmbTree tree;          /* its path too; neither is set for a fold of one */
	SmbStamp last;         /* response of the last one */
	uint64_t end;          /* offset just past the last byte returned or written */
	uint64_t asked_end;    /* offset just past the last byte requested */
	uint64_t asked, count; /* bytes, of all */
	uint64_t answer_ns;    /* sum of the response times */
	uint32_t requests;
	bool end_of_file;
} OutFold;

/* Whether an exchange is one that others can be folded onto. */
bool out_fold_fits(const SmbExchange *x);
/* Begins a fold with an exchange that fits. */
void out_fold_begin(OutFold *self, const SmbExchange *x);
/* Takes the exchange into the fold; false (and nothing changed) if it is not consecutive. */
bool out_fold_add(OutFold *self, const SmbExchange *x);
/*
 * Makes a fold of one, of any READ or WRITE, for renderers that only know folds. It needs no
 * clearing, and is valid as long as x.
 */
void out_fold_single(OutFold *self, const SmbExchange *x);
/* Bytes of the names that it owns. */
size_t out_fold_memory(const OutFold *self);
/* Frees them. */
void out_fold_clear(OutFold *self);
