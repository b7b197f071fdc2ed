/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading the captures of a run once more: before it, to learn which connections show a name that a
 * filter asks for; after it, to write the packets of those that were reported (-w), or to draw what
 * was said on those that are evidence (--html). Only files can be
 * read twice. What is wrong with one of them the run itself says.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/again/selection.h"
#include "cli/options.h"
#include "output/base/sink.h"

/* Whether every input of the command line can be read twice. */
bool cli_again_can(const CliOptions *options);

/* The ends by name of options->about, if there are any; *stop ends it. */
void cli_again_learn(const CliOptions *options, const volatile bool *stop);

/*
 * Hands the events of all connections to the sink, as the run did without filters on connections:
 * each capture (its name is given to the sink) has a pipeline and a numbering of its own. The
 * caller ends and frees the sink.
 */
void cli_again_show(const CliOptions *options, const volatile bool *stop, OutSink *sink);

/*
 * Writes the packets of the connections of options->selection to `fd`, which it closes, as a capture
 * in pcap format. False after a complaint where that could not be done.
 */
bool cli_again_write(const CliOptions *options, const volatile bool *stop, int fd);
