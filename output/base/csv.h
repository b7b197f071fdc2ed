/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tables for spreadsheets (RFC 4180). Names come from strangers, and spreadsheets run what looks like
 * a formula.
 */
#pragma once

#include "output/base/buffer.h"

/*
 * Appends what is in `scratch`, which is emptied, as a cell, with a comma before it unless it is the
 * first of its line.
 */
void out_csv_cell(OutBuffer *b, OutBuffer *scratch);
