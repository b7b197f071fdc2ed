/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * INT, TERM, HUP (unless it was ignored when the program began, as nohup does) and XCPU ask for an
 * orderly end: what was read is reported, and the report gets its last line. A second one changes
 * nothing; from the third on, and two seconds after the first, they kill. USR1 prints progress on
 * standard error, USR2 is ignored. PIPE and XFSZ are ignored: the writer sees the error. Where an
 * output can be opened anew, HUP asks for that instead.
 */
#pragma once

#include <stdbool.h>

#include "cli/pipeline/pipeline.h"

/* To be called before anything is written. */
void cli_signals_ignore(void);

/*
 * Installs the handlers; returns the flag that they set. Other code that wants the run to end may
 * set it too.
 */
volatile bool *cli_signals_install(void);

/*
 * From now on USR1 only leaves word, which the next call of cli_signals_report_asked takes: true once.
 */
void cli_signals_defer_reports(void);
bool cli_signals_report_asked(void);

/* Whether it was a signal that asked for the end. */
bool cli_signals_asked(void);

/*
 * For a reader that does not take the last lines (OutDescriptor): whether a signal asked for the end
 * nearly a second ago.
 */
bool cli_signals_give_up(void *unused);

/* From now on HUP asks for the output to be opened anew, unless it was ignored at the start. */
void cli_signals_hup_reopens(void);
/* Whether HUP came since the last call. */
bool cli_signals_take_hup(void);

/*
 * What USR1 reports on; NULL: nothing is being read. The pipeline is borrowed, and must be taken
 * away before it is freed.
 */
void cli_signals_watch(const CliPipeline *pipeline);
