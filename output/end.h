/* SPDX-License-Identifier: BSD-3-Clause */
/* The last record of every run; output without it was cut short. */
#pragma once

#include "output/sink.h"

void out_end_json(OutBuffer *b, const OutTotals *totals, bool nanoseconds);
/* Text: a line of totals, and one for each kind of loss. */
void out_end_text(OutBuffer *b, const OutTotals *totals, bool colour);
