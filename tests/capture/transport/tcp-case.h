/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of TCP share: two sides, and what came of their packets. */
#pragma once

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/packets.h"

enum { GUESSED = 100 }; /* how far in the window the number of a guess is */

/* Side A is 10.0.0.1:1000 with initial number 1000, side B 10.0.0.2:445 with 5000. */
extern PktWorld *w;

void from_a(uint8_t flags, uint32_t seq, uint32_t ack, const char *text);
void from_b(uint8_t flags, uint32_t seq, uint32_t ack, const char *text);
void connect_ab(void);
/* Connects, then B says "welcome" and A says "hello": A is at 1006, B at 5008. */
void connect_hello(void);
/* Then both finish: A is at 1007, B at 5009. */
void finish_hello(void);
/* That, or (1) A resets it at 1006. */
void end_hello(int how);
const char *story(guint flow, int side);
/* How the only flow ended. */
CapEnd ended(void);
const CapCounters *counters(void);
void setup(void);
void teardown(void);
/* Nothing comes any more for a while: what waits for a packet that was swapped waits no longer. */
void a_while(void);
void limited(CapLimits limits);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void tcp_add_acks(TCase *tc);
void tcp_add_adopted(TCase *tc);
void tcp_add_away(TCase *tc);
void tcp_add_beside(TCase *tc);
void tcp_add_both(TCase *tc);
void tcp_add_connections(TCase *tc);
void tcp_add_doubt(TCase *tc);
void tcp_add_early(TCase *tc);
void tcp_add_fins(TCase *tc);
void tcp_add_history(TCase *tc);
void tcp_add_near(TCase *tc);
void tcp_add_openings(TCase *tc);
void tcp_add_resets(TCase *tc);
void tcp_add_segments(TCase *tc);
void tcp_add_syn_data(TCase *tc);
void tcp_add_trial(TCase *tc);
void tcp_add_waiting(TCase *tc);
