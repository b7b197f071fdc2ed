/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IP reassembly (RFC 791 section 3.2, RFC 8200 section 4.5). If copies of a byte disagree, the
 * first one wins. Offsets count units of eight bytes, so one bit per unit marks what was received,
 * and the cost of a fragment is its length, in whatever order it comes.
 */
#pragma once

#include "capture/limits.h"
#include "capture/link/ip.h"
#include "capture/memory.h"

typedef struct CapDefrag CapDefrag;
typedef struct CapPartial CapPartial;

/* `memory` and `counters` are the tracker's and outlive it. */
CapDefrag *cap_defrag_new(CapMemory *memory, CapCounters *counters, const CapLimits *limits);
void cap_defrag_free(CapDefrag *self);

/*
 * Takes a fragment. If it completes its datagram, `ip` becomes the whole datagram and the returned
 * owner of its bytes must be given to cap_defrag_release; otherwise NULL.
 */
CapPartial *cap_defrag_add(CapDefrag *self, CapIp *ip, uint64_t time_ns);
/* Frees the datagram that cap_defrag_add returned; NULL is fine. */
void cap_defrag_release(CapDefrag *self, CapPartial *datagram);

/* Drops the oldest datagram; false if there is none. */
bool cap_defrag_evict(CapDefrag *self);
