/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The outcome of a connection (dissect/outcome.h) as a sentence for whoever has to make it work: what
 * happened, and what to change. Where the wire leaves it open, the sentence names the alternatives.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/buffer.h"

/*
 * For a terminal, without a line end; nothing where there is no reason. The outcome is info->outcome
 * or one of its `more`.
 */
void out_outcome_text(OutBuffer *b, const SmbConnectionInfo *info, const SmbOutcome *outcome);
/* The same as a string of JSON, with its quotes. */
void out_outcome_json(OutBuffer *b, const SmbConnectionInfo *info, const SmbOutcome *outcome);
