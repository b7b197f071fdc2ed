/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of a pipeline, for pipeline.c, where packets go through it, and totals.c. */
#pragma once

#include "cli/memory.h"
#include "cli/pipeline/pipeline.h"
#include "cli/workers/deal.h"
#include "dissect/dissect.h"
#include "output/base/end.h"

/* What is kept of a flow from its first bytes on. */
typedef struct {
	SmbConnection *connection; /* NULL: not SMB, no more is wanted of it; or it is dealt out */
	CapDir client;             /* the side that is the client */
	bool kept;
	CliHand hand; /* if flows are dealt out */
} CliFlow;

struct CliPipeline {
	CliPipelineOptions options;
	OutSink *sink;
	OutWriter *writer;
	SmbContext *smb;
	CliDeal *deal; /* with --workers: these dissect. NULL: this process does */
	CapTracker *tracker;
	CliFlow not_smb;    /* means all flows that are not SMB */
	size_t flow_memory; /* of the CliFlows */
	CliMemory memory;
	bool begun; /* a packet came */
	uint64_t last_ns, last_frame;
	uint64_t clock_ns;  /* live: everything up to then was seen */
	uint16_t interface; /* of the packet in work */
	uint64_t tries;     /* reported connections that did not come about */
	OutTotals totals;   /* summed up from the connections that ended */
	OutTotals before;   /* of captures that are over, but for what is in `totals` */
	uint64_t captures;  /* that are over */
	bool mute;          /* what is read now, another process reports */
};

/* What tracker and dissector count: of the capture that is being read. */
OutTotals cli_pipeline_totals_of_capture(const CliPipeline *self);
