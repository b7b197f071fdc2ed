/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads, or writes, of one open that follow on fold into one record: same file and direction, no
 * failure, each beginning where the bytes of the one before ended, and no pause of more than two
 * seconds between them. A last read that gives no bytes is folded too and says that the file ends
 * there. The pause is part of the rule so that a live capture can print what it has when nothing
 * more comes, and still gives the records of a file of the same packets.
 *
 * A fold keeps what rendering needs of its first exchange by itself (copies of names: those that are
 * lent are in the account of who lends them), since an event lends it for one call only.
 */
#pragma once

#include "dissect/event.h"

enum { OUT_FOLD_PAUSE_NS = 2000000000 };

typedef struct {
	SmbExchange first;     /* its file and tree point into this struct */
	SmbFile file;          /* its name is the fold's own */
	SmbTree tree;          /* its path too; of a fold of one neither is set */
	SmbStamp last;         /* response of the last one */
	uint64_t end;          /* offset behind the last byte that came back or was taken */
	uint64_t asked_end;    /* offset behind the last byte that was asked for */
	uint64_t asked, count; /* bytes, of all */
	uint64_t answer_ns;    /* sum of the response times */
	uint32_t requests;
	bool end_of_file;
} OutFold;

/* Whether an exchange is one that others can be folded onto. */
bool out_fold_fits(const SmbExchange *x);
/* Begins a fold with an exchange that fits. */
void out_fold_begin(OutFold *self, const SmbExchange *x);
/* Takes the exchange into the fold; false (and nothing changed) where it does not follow on. */
bool out_fold_add(OutFold *self, const SmbExchange *x);
/* Makes a fold of one, of any READ or WRITE, for renderers that only know folds. Needs no clear;
 * valid as long as x. */
void out_fold_single(OutFold *self, const SmbExchange *x);
/* Bytes of the names that it owns. */
size_t out_fold_memory(const OutFold *self);
/* Frees them. */
void out_fold_clear(OutFold *self);
