/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a process that reads a capture tells the one that prints: messages over a socket that keeps
 * their boundaries (SOCK_SEQPACKET), each a byte that says what it is, and what follows. The reader
 * parsed bytes of strangers, so nothing here is a pointer, and the receiver checks lengths.
 */
#pragma once

#include <stdint.h>

enum {
	CLI_WIRE_OUTPUT = 'O',    /* bytes of the output, in order */
	CLI_WIRE_NOTE = 'N',      /* for the sink: OutOptions.note */
	CLI_WIRE_COMPLAINT = 'C', /* a line for standard error */
	CLI_WIRE_RESULT = 'R',    /* CliWireResult, the reader's last word */
	CLI_WIRE_PIECES = 'P', /* --workers: output, as CliWirePiece and its bytes, several times */
	CLI_WIRE_DONE = 'U',   /* --workers: CliWireDone */
	CLI_WIRE_OVER = 'D',   /* an int as of waitpid(2), by the reader's parent */
	CLI_WIRE_CHUNK = 32 << 10, /* most bytes of a message, without its first one */
	CLI_WIRE_COUNTERS = 32,
};

/* The files of a capture, to the process that starts readers. */
typedef struct {
	uint32_t first, count;
} CliWireTask;

typedef struct {
	uint64_t counters[CLI_WIRE_COUNTERS]; /* by out_counters */
	uint64_t time_ns, last_packet_ns;
	uint8_t damaged, unopened, passed_over, matched, began, nanoseconds;
} CliWireResult;

/*
 * --workers: part of the output, what caused it (CliItem.order), how many bytes follow, and whether
 * the next piece goes on with the record that this one ends in.
 */
typedef struct {
	uint64_t order;
	uint32_t len, goes_on;
} CliWirePiece;

/*
 * All items up to this one were taken, and nothing more comes of them; so much memory is in use, and
 * so much was counted so far.
 */
typedef struct {
	uint64_t order, memory;
	uint64_t counters[CLI_WIRE_COUNTERS]; /* by out_counters */
} CliWireDone;
