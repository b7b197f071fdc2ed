/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the text timeline: timeline.c keeps the lines, timeline-columns.c lays them out,
 * timeline-steps.c fills the columns of the steps from negotiate to logoff, timeline-other.c those
 * of all others, timeline-notes.c has the words of all other lines, timeline-end.c writes those
 * that a connection ends with, heading.c the heading, details.c the lines of -v.
 */
#pragma once

#include "output/base/sink-base.h"
#include "output/base/words.h"

/* The frames of what a line tells; 0: not seen. */
typedef struct {
	uint64_t request, response; /* the last response, if between them are others */
	bool between;
} OutFrames;

/* How wide the lines are. */
typedef struct {
	bool live;               /* each line begins with its connection's number */
	bool absolute;           /* times of the clock */
	bool dated;              /* with their date */
	OutClock *clock;         /* for those; the timeline's */
	const OutFrames *frames; /* of the next line; NULL: not shown */
	bool filters;            /* these as display filters of Wireshark */
	uint64_t *began_ns;      /* takes the time of the line */
	unsigned width;          /* 0: no limit */
} OutColumns;

/* Where the parts of a line are in its buffer. */
typedef struct {
	size_t line, asked, answered; /* where each begins */
	size_t name, name_end;        /* what is cut at its beginning rather than at its end */
	bool numbers;                 /* what follows the name is not cut: numbers */
	bool alert;                   /* what was answered is highlighted */
	bool keep;                    /* nothing is cut: a second line is better */
} OutPlaces;

/* What the response time's column has: a time, nothing to wait for, or "no answer". */
typedef enum {
	OUT_ANSWER_TIME,
	OUT_ANSWER_DASH, /* none is due, or its time is not known */
	OUT_ANSWER_NONE,
	OUT_ANSWER_WAITING,  /* the server holds the request */
	OUT_ANSWER_NOT_SEEN, /* it may have come, but was not captured */
} OutAnswerKind;

void out_columns_fit(OutColumns *self, const OutOptions *options);
/* Number (live), time since the connection's first packet, time to the answer. */
void out_columns_begin(const OutColumns *self, OutBuffer *b, const SmbConnectionInfo *info,
		       uint64_t time_ns, OutAnswerKind kind, uint64_t answer_ns);
/* Ends the step's column, which began at `from`; "x12" if more than one are told in one line. */
void out_columns_step(OutBuffer *b, size_t from, uint64_t times);
/*
 * Ends a line whose last two parts stand side by side as they were written: they share the width
 * that the others leave, and what does not fit is cut, or, where it may not be, continued in a
 * second line. No line ends in spaces. `at` is not valid afterwards.
 */
void out_columns_end(const OutColumns *self, OutBuffer *b, OutPlaces *at, bool colour);

/* "*SMBSERVER<20> from IMPCLI<00>", "refused: Not listening on called name" */
void out_netbios_asked(OutBuffer *b, const SmbNetbios *n);
void out_netbios_answered(OutBuffer *b, const SmbNetbios *n);
/* "1460 bytes from the client missing: not in the capture" */
void out_gap_words(OutBuffer *b, const SmbGap *gap);
/*
 * The n-th thing that keys showed of a connection, from 0: what was forged, what there is no key
 * for, what is wrong with a key. False after the last.
 */
bool out_key_words(OutBuffer *b, const SmbConnectionInfo *info, uint32_t n);

/* What a line is about. `fold` is given for READ and WRITE. */
typedef struct {
	OutBuffer *b;
	const SmbConnectionInfo *info;
	const SmbExchange *x;
	const OutFold *fold;
	OutPlaces *at; /* NULL: nobody asks for them */
} OutLine;

typedef struct {
	const char *name; /* NULL: the command's own name */
	void (*asked)(const OutLine *line);
	void (*answered)(const OutLine *line); /* only for an answer that is no error */
	bool whole;                            /* few and telling: nothing of its lines is cut */
} OutStep;

/* The row of a step; never NULL. */
const OutStep *out_step(SmbStep step);
/* The step column: the row's name, or the command's in small letters. */
void out_step_label(const OutLine *line);

/* For the columns: appends a text, after ", " if the column that starts at `start` is not empty. */
void out_part(OutBuffer *b, size_t start);
void out_part_text(OutBuffer *b, size_t start, SmbText text);
/* The name that a line is about: of one that is too long the end is shown. */
void out_part_name(const OutLine *line, SmbText name);
/* The file by its name, or by its id where the open was not seen. */
void out_file_of(const OutLine *line);

/* timeline-other.c: a more specific label than the step's name, or NULL. */
const char *out_other_label(const SmbExchange *x);
/* The same of a command alone, with its subcommand, function or level; -1: none. */
const char *out_label_of(uint8_t version, uint16_t command, int32_t function);
/* Whether that is a label of either. */
bool out_label_is_known(const char *label);
/*
 * The pipe and what was called over it: "\lsass, samr SamrConnect5", "bind srvsvc", "srvsvc
 * NetrShareEnum" over the pipe of that name. Only for an exchange with DCE/RPC.
 */
void out_ask_rpc(const OutLine *line);
/* A fault, or a bind of which nothing was accepted. */
bool out_rpc_failed(const SmbExchange *x);
/* "accepted srvsvc", "fault nca_s_op_rng_error", "returned ERROR_ACCESS_DENIED"; or nothing. */
void out_part_rpc(const OutLine *line, size_t start);
void out_ask_other(const OutLine *line);
void out_ask_echo(const OutLine *line);
void out_ask_cancel(const OutLine *line);
/* Breaks of oplocks and leases: what is left, and what the client did. */
void out_ask_break(const OutLine *line);
void out_answer_break(const OutLine *line);
void out_answer_notify(const OutLine *line);
void out_answer_search(const OutLine *line);
void out_answer_ok(const OutLine *line);

/*
 * The heading's line, without newline: ends, dialect, logon, signing, duration, time, and anything
 * unusual.
 */
void out_heading(OutBuffer *b, const SmbConnectionInfo *info, OutClock *clock, bool colour);
/* "10.77.0.2:34174 (RIGCLI) -> 10.77.0.1:139 (RIGSRV)" */
void out_heading_ends(OutBuffer *b, const SmbConnectionInfo *info);
/* RIGWG\alice, or alice; nothing if both are empty. */
void out_account(OutBuffer *b, SmbText domain, SmbText account);

/*
 * -v: the fields of a connection's messages, rendered as they pass and kept until their exchange is
 * printed. The oldest are dropped if more than a few hundred wait, or more than 4 MiB; an exchange
 * whose fields are gone says so, and is counted.
 */
typedef struct OutDetails OutDetails;
/* Nothing kept so far; free with out_details_free. */
OutDetails *out_details_new(void);
void out_details_free(OutDetails *self); /* NULL is fine */
/* Another capture: numbers of connections and frames begin anew. NULL is allowed. */
void out_details_forget(OutDetails *self);
size_t out_details_memory(const OutDetails *self);
/* Messages whose fields were not shown, or not to their end. */
uint64_t out_details_truncated(const OutDetails *self);
/* Renders and keeps the fields of a message of this connection. */
void out_details_message(OutDetails *self, uint64_t connection, const SmbMessage *m, bool reveal);
/* The facts of an exchange, a line each, indented; with the fields of its messages where they were
 * kept. */
void out_details_put(OutDetails *self, const OutLine *line);
