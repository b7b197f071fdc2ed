/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is behind a writer: a table of functions, one implementation a kind (cli/report/: files,
 * with or without rotation, and sockets). A destination takes whole lines. One that goes on where
 * something cannot be written drops whole lines, counts them, and says so in its output when there
 * is room again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct OutDestination OutDestination;

/* How far it is. */
typedef struct {
	uint64_t part;    /* the file in work, from 1; 0: there is but one, and nobody counts */
	uint64_t records; /* with part: lines in it so far */
	uint64_t lost_records, lost_bytes; /* of the run; lines, and bytes of them */
	int failing; /* 0, or the errno because of which lines are dropped at present */
} OutWritten;

typedef struct {
	/* 0, or the errno after which nothing can be written any more. */
	int (*write)(OutDestination *self, const char *lines, size_t n);
	/*
	 * Before the last lines, and where those so far should survive: tries at once what waits for
	 * a better moment. 0 or an errno, as above.
	 */
	int (*sync)(OutDestination *self);
	/* Whether another part should begin now. NULL: never. */
	bool (*is_due)(OutDestination *self);
	/*
	 * Ends the part in work and begins another, or opens the file anew; lines before belong to
	 * the one, lines after to the other. NULL: there is nothing to open.
	 */
	int (*turn)(OutDestination *self);
	/* Live, several times a second: what is due by the clock. */
	int (*tick)(OutDestination *self);
	void (*written)(const OutDestination *self, OutWritten *ret_written);
	/* Frees it. 0, or the errno because of which the last lines were not written. */
	int (*close)(OutDestination *self);
	size_t (*memory)(const OutDestination *self); /* bytes that it holds; NULL: none */
} OutDestinationClass;

struct OutDestination {
	const OutDestinationClass *class;
};
