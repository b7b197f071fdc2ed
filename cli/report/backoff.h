/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * When to try again what failed: after 100 ms, then after twice as long each time, up to 10 s.
 * Times are monotonic, in microseconds, and an argument.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CLI_BACKOFF_FIRST_US INT64_C(100000)
#define CLI_BACKOFF_LAST_US INT64_C(10000000)

/* All zero: the first try is due. */
typedef struct {
	int64_t due_us, wait_us;
} CliBackoff;

static inline bool
cli_backoff_is_due(const CliBackoff *self, int64_t now_us)
{
	return now_us >= self->due_us;
}

/* A try failed. */
static inline void
cli_backoff_failed(CliBackoff *self, int64_t now_us)
{
	self->wait_us = self->wait_us ? self->wait_us * 2 : CLI_BACKOFF_FIRST_US;
	if (self->wait_us > CLI_BACKOFF_LAST_US)
		self->wait_us = CLI_BACKOFF_LAST_US;
	self->due_us = now_us + self->wait_us;
}

/* A try succeeded, or the next one is wanted now. */
static inline void
cli_backoff_reset(CliBackoff *self)
{
	*self = (CliBackoff){ 0, 0 };
}
