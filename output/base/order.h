/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of a connection's lines: by the time of the request, while they come in the order of
 * the answers. Each line that waits in the connection's buffer leaves a mark with its time; only if
 * one came out of turn are the lines moved, before they are printed.
 *
 *     lines   | 0.1 open | 0.4 read | 0.2 notify |        marks { 0.1, 0 } { 0.4, 9 } { 0.2, 18 }
 *
 * The marks belong to their OutOrder, which is all zero when empty.
 */
#pragma once

#include "output/base/buffer.h"

typedef struct {
	OutBuffer marks;
	size_t begin;       /* of the line in work */
	uint64_t latest_ns; /* of all lines */
	bool out_of_turn;
	bool over; /* the caller's: what follows stays where it is */
} OutOrder;

/* A line, or several that stay together, was appended: it ends where `lines` ends now. */
void out_order_line(OutOrder *self, const OutBuffer *lines, uint64_t ns);
/* Brings the lines into order, lines of one time as they came, and forgets the marks. */
void out_order_settle(OutOrder *self, OutBuffer *lines);
