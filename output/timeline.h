/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rooms of the text timeline: timeline.c keeps the lines, timeline-steps.c says what stands in
 * the columns of a step, heading.c writes the heading, details.c the lines of -v.
 */
#pragma once

#include "output/sink-base.h"
#include "output/words.h"

/* What a line is about. `fold` is given for READ and WRITE. */
typedef struct {
	OutBuffer *b;
	const SmbConnectionInfo *info;
	const SmbExchange *x;
	const OutFold *fold;
} OutLine;

typedef struct {
	const char *name; /* NULL: the command's own name */
	void (*asked)(const OutLine *line);
	void (*answered)(const OutLine *line); /* only for an answer that is no error */
} OutStep;

/* The row of a step; never NULL. */
const OutStep *out_step(SmbStep step);
/* The step column: the row's name, or the command's in small letters. */
void out_step_label(const OutLine *line);

/* The heading's line, without newline: who, dialect, logon, signing, how long, when, and what is
 * out of the ordinary. */
void out_heading(OutBuffer *b, const SmbConnectionInfo *info, OutClock *clock, bool colour);
/* "10.77.0.2:34174 (RIGCLI) -> 10.77.0.1:139 (RIGSRV)" */
void out_heading_ends(OutBuffer *b, const SmbConnectionInfo *info);
/* RIGWG\alice, or alice; nothing where both are empty. */
void out_account(OutBuffer *b, SmbText domain, SmbText account);

/*
 * -v: what the messages of a connection carry, rendered when they pass and kept until the exchange
 * they belong to is told. The oldest go where more than a few hundred wait.
 */
typedef struct OutDetails OutDetails;
OutDetails *out_details_new(void);
void out_details_free(OutDetails *self); /* NULL is fine */
void out_details_message(OutDetails *self, uint64_t connection, const SmbMessage *m, bool reveal);
/* The facts of an exchange, a line each, indented; with the fields of its messages where they were
 * kept. */
void out_details_put(OutDetails *self, const OutLine *line);
