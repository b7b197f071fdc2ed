/* SPDX-License-Identifier: BSD-3-Clause */
/* What ladders.c knows of the connections that are to be drawn, for the sink that draws them. */
#pragma once

#include "output/html/ladders.h"

typedef struct {
	const char *capture; /* borrowed from the audit; NULL: live, or unknown */
	uint64_t connection, id;
	LadderProof proofs[LADDER_PROOFS_MAX];
	uint32_t n_proofs;
	bool seen; /* it was drawn */
} Wanted;

struct Ladders {
	const Audit *audit;
	GTree *wanted; /* Wanted by capture and connection; owned */
	uint64_t n;
	bool left_out;
};

/* The connection of this number in the capture that is being read; NULL: it is not wanted. */
Wanted *ladders_wanted(Ladders *self, const char *capture, uint64_t connection);
