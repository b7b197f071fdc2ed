/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A progress bar on standard error while long inputs are read, with the rate and the time that is
 * left. It is drawn from the second second on, a few times a second, and only where a person
 * watches: standard error is a terminal, and nothing was printed on a terminal as well yet.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/options.h"

typedef struct {
	bool watched;
	bool shared;     /* the report goes to a terminal, too */
	bool drawn;      /* there is a bar to be taken away again */
	gint64 begun_us; /* monotonic */
	gint64 next_us;  /* the same: when to draw next */
	unsigned columns;
	uint64_t before; /* bytes of the inputs that were read */
	uint64_t total;  /* of all inputs; 0: not known */
} CliProgress;

void cli_progress_begin(CliProgress *self, const CliOptions *options, int report_fd);

/* Draws the bar if it is time to. Cheap enough to be called often. */
void cli_progress_show(CliProgress *self, const CapSource *source);

/* The same for what others read: so many bytes of all inputs. */
void cli_progress_show_bytes(CliProgress *self, uint64_t done);

/* An input was read. */
void cli_progress_next(CliProgress *self, const CapSource *source);

/* Takes the bar away, so that other text can be written. */
void cli_progress_clear(CliProgress *self);

/* Something of the report is about to be printed; `user` is the CliProgress. */
void cli_progress_printed(void *user);
