/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

/* The one variable of the program that is global: a signal handler gets nothing else to work on. */
static volatile bool stop;

static void
on_stop(int number)
{
	(void)number;
	stop = true;
}

volatile bool *
cli_signals_install(void)
{
	/* No SA_RESTART: a read that waits must come back. */
	struct sigaction orderly = { .sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &orderly, NULL);
	sigaction(SIGTERM, &orderly, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	return &stop;
}
