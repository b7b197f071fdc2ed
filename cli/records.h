/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The records of an audit with --every: of all the reports in a file only the last complete one
 * counts, because each repeats what the ones before it said.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The lines that count, from 1. */
typedef struct {
	uint64_t first, last;
	bool interim; /* they end with an interim report: the run that made them did not finish */
	bool mixed; /* there are interim reports and those of another run: which count is unknown */
} CliRecordLines;

/*
 * Scans the file and returns to the previous position. If there is no interim report in it, or it
 * cannot be rewound, all lines count.
 */
CliRecordLines cli_records_find(int fd);
