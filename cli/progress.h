/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A progress bar on standard error while a long input is read. It appears after a second, is drawn
 * a few times a second, and only if somebody is watching: standard error is a terminal, and the
 * report goes elsewhere.
 */
#pragma once

#include "capture/source/source.h"

typedef struct {
	bool watched;
	bool drawn;     /* there is a bar to be taken away again */
	gint64 next_us; /* monotonic: when to draw next */
	unsigned columns;
} CliProgress;

/* Decides whether a bar is drawn at all; `report_fd` is where the report goes. */
void cli_progress_begin(CliProgress *self, int report_fd);

/* Draws the bar if it is time to. Cheap enough to be called often. */
void cli_progress_show(CliProgress *self, const CapSource *source);

/* Takes the bar away, so that other text can be written. */
void cli_progress_clear(CliProgress *self);
