/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loop over a source that never ends by itself: when packets are taken, when the clock is looked
 * at, and what still belongs to the run after it was stopped. It knows neither interfaces nor
 * pipelines, and its clocks come from the caller, so that a test can turn them.
 */
#pragma once

#include "capture/source/source.h"

typedef struct {
	CapNext (*next)(void *source, CapPacket *ret_packet, int timeout_ms, GError **error);
	uint64_t (*real_ns)(void *source);     /* time of day, as packets are stamped with */
	int64_t (*monotonic_us)(void *source); /* this one never jumps */
	void *source;
} CliLiveInput;

typedef struct {
	void (*packet)(void *user, const CapPacket *packet);
	/*
	 * About every 10 ms while packets come, else up to 100 ms apart: every packet up to seen_ns
	 * (since 1970) was handed over.
	 */
	void (*tick)(void *user, uint64_t seen_ns);
	/* A few times a second, and once at the end: for what costs system calls. */
	void (*look)(void *user);
	void *user;
	uint64_t count;       /* of packets, after which to end; 0: none */
	uint64_t duration_us; /* likewise */
} CliLiveWork;

/*
 * Hands packets over until *stop, then what is already waiting. False, with error set, if the source
 * failed.
 */
bool cli_live_run(const CliLiveInput *input, const CliLiveWork *work, const volatile bool *stop,
		  GError **error);
