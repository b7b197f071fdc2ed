/* SPDX-License-Identifier: BSD-3-Clause */
/* The process that starts a reader for each capture, and says how it ended. */
#pragma once

#include "cli/jobs/jobs.h"
#include "cli/jobs/worker.h"

typedef struct {
	CliOptions *options;
	CliJobsWork work;
	/* first of all; NULL: nothing. False with error set, and nobody is started */
	bool (*prepare)(const CliOptions *options, GError **error);
	CliJobsShared *shared;
	int fd;     /* the socket to the run */
	int input;  /* --workers: where items come from; 0: captures are read */
	int report; /* not for readers; -1: there is none */
} CliStarter;

/* Ends when the run does. */
_Noreturn void cli_starter_serve(const CliStarter *self);
