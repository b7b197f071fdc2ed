/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The counters of a run in the text format of Prometheus, and the file of --metrics. What has not
 * been counted (drops, where nobody tells) is left out, not 0.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "output/base/sink.h"

typedef struct {
	OutTotals totals;
	size_t memory, memory_limit; /* bytes: what grows with the traffic, and --memory */
	double start;                /* of the run, seconds since 1970 */
} CliMetrics;

/* To be freed. */
char *cli_metrics_text(const CliMetrics *metrics);

/* The folder is open from the beginning on: who has given up privileges may not get there any more. */
typedef struct {
	char *name, *new_name; /* in the folder; owned */
	int folder;            /* -1: no file */
} CliMetricsFile;

/* False, with error set, if there is no such folder. */
bool cli_metrics_file_open(CliMetricsFile *self, const char *path, GError **error);
/* Replaces the file as a whole. False, with errno set, if that failed; the old one is still there. */
bool cli_metrics_file_write(const CliMetricsFile *self, const char *text);
void cli_metrics_file_clear(CliMetricsFile *self);
