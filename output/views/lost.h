/* SPDX-License-Identifier: BSD-3-Clause */
/* Where an output had no room for records: what tells that in the terms of a view. */
#pragma once

#include <stdint.h>

#include "output/base/buffer.h"

typedef struct {
	uint64_t time_ns, since_ns; /* since 1970: now, and when the first of them was lost */
	uint64_t records, bytes;
	const char *cause; /* as in the record `lost` */
} OutLost;

/* Appends a record with its newline. */
typedef void (*OutLostFn)(OutBuffer *b, const OutLost *lost);

void out_eve_lost(OutBuffer *b, const OutLost *lost);
void out_zeek_lost(OutBuffer *b, const OutLost *lost);
void out_ecs_lost(OutBuffer *b, const OutLost *lost);
void out_ocsf_lost(OutBuffer *b, const OutLost *lost);
