/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Live capture: opens the interface, drops every privilege, and only then reads, until INT or TERM.
 * The caller owns the source; the pipeline and the callback are borrowed while it is read.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/options.h"
#include "cli/pipeline.h"

#define CLI_LIVE_ERROR (cli_live_error_quark())
GQuark cli_live_error_quark(void);

/*
 * Opens the interface and becomes --run-as without any capability. NULL with error set where either
 * fails; running on as root is refused unless it was asked for by name.
 */
CapSource *cli_live_open(const CliOptions *options, GError **error);

/* What it needs of the system while it watches: the interface's own counters. */
void cli_live_needs(const CliOptions *options, const CapSource *source, CliSandboxNeeds *needs);

/*
 * Called several times a second while the interface is watched; `idle`: the kernel's buffer is
 * empty, and nothing came for a while.
 */
typedef struct {
	void (*fn)(void *user, bool idle);
	void *user;
	uint64_t count; /* of packets, after which to end; 0: none */
} CliLiveTick;

/*
 * Feeds the pipeline until *stop, then takes what is already waiting. False, with error set, if the
 * interface disappeared.
 */
bool cli_live_run(CapSource *source, CliPipeline *pipeline, const CliLiveTick *tick,
		  const volatile bool *stop, GError **error);
