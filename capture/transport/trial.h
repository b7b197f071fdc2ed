/* SPDX-License-Identifier: BSD-3-Clause */
/* What does not fit its flow, as trial.c keeps it, and agree.c holds it against the other side. */
#pragma once

#include "capture/transport/flow.h"

typedef struct {
	CapStream stream;   /* `next` is where it begins */
	uint32_t end;       /* just past the highest byte */
	uint32_t first_ack; /* what it acknowledged first: ACKED */
	uint32_t packets;   /* that count as forged so far */
	uint32_t run;       /* segments that began exactly where the one before had ended */
	uint64_t first_ns, first_frame;
	uint64_t heard, ip_bytes; /* packets of all kinds; these: */
	uint8_t kinds;
	bool opening; /* it begins with a SYN without ACK */
} CapSide;

struct CapTrial {
	CapSide side[2];
};

static inline bool
cap_side_is_started(const CapSide *side)
{
	return side->stream.flags & CAP_STREAM_STARTED;
}

static inline bool
cap_side_is_syn(const CapSide *side)
{
	return side->stream.flags & CAP_STREAM_SYN;
}

static inline bool
cap_trial_near(uint32_t seq, uint32_t first, uint32_t last)
{
	return seq - (first - CAP_NEAR) <= last - first + 2 * CAP_NEAR;
}

/*
 * A flow that is over or has only begun cannot be disrupted: an unanswered SYN does not count as
 * forged there.
 */
static inline bool
cap_trial_is_alive(const CapEntry *f)
{
	return !f->closed && f->list != CAP_LIST_RESET && f->list != CAP_LIST_HALF;
}

/* agree.c: whether this segment is the answer to what the other side has in trial. */
bool cap_trial_agrees(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg);
