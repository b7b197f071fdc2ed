/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The records of an audit with --every: of all the reports in a file only the last whole one counts,
 * as each says all that the ones before it said.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The lines that count, from 1. */
typedef struct {
	uint64_t first, last;
	bool interim; /* they end with an interim report: the run that made them came to no end */
	bool mixed; /* there are interim reports and those of another run: which count is unknown */
} CliRecordLines;

/*
 * Looks the file through and goes back to where it stood. Where there is no interim report in it,
 * and where it cannot be gone back in, all lines count.
 */
CliRecordLines cli_records_find(int fd);
