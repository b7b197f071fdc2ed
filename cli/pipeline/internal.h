/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of a pipeline, for pipeline.c, where packets go through it, ends.c and totals.c. */
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
	/* bytes outside of the tracker that are its own; so many of them the tracker was told of */
	int64_t held, told;
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
	CapFlow *speaker;   /* whose bytes came with the packet in work; NULL: nobody's */
	size_t behind;      /* bytes held outside of the tracker after the last packet */
	int64_t held;       /* of them, those of flows that are open */
	CliMemory memory;
	bool plain; /* nothing is dealt out, selected or filtered */
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

static inline bool
cli_is_smb_port(uint16_t port)
{
	return port == 139 || port == 445;
}

/* Without IP, flows carry nothing but SMB, so all of them are reported. */
static inline bool
cli_has_ports(const CapFlow *flow)
{
	return flow->family == 4 || flow->family == 6;
}

/*
 * A connection to a port of SMB that never carried data is reported too, where the server refused
 * it or did not answer, or the client went on after the server's answer. Those that are half open,
 * because the client did not answer the server, are not. *end, how it ended, becomes what is said.
 */
bool cli_pipeline_worth_telling(CliPipeline *self, const CapFlow *flow, SmbEnd *end,
				uint64_t time_ns);

/* What tracker and dissector count: of the capture that is being read. */
OutTotals cli_pipeline_totals_of_capture(const CliPipeline *self);
