/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A progress bar on standard error while a long input is read. It is drawn from the second second
 * on, a few times a second, and only where a person watches: standard error is a terminal, and the
 * report does not scroll by on it as well.
 */
#pragma once

#include "capture/source/source.h"

typedef struct {
	bool watched;
	bool drawn;     /* there is a bar to be taken away again */
	gint64 next_us; /* monotonic: when to draw next */
	unsigned columns;
} CliProgress;

void cli_progress_begin(CliProgress *self, int report_fd);

/* Call now and then. */
void cli_progress_show(CliProgress *self, const CapSource *source);

/* Takes the bar away, so that other text can be written. */
void cli_progress_clear(CliProgress *self);
