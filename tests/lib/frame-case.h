/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the tests of what is carried without IP: Ethernet frames, made byte by byte, a tracker that they
 * are fed to, and the story of what it reports.
 *
 *     pkt_new, frame_text ... --> GByteArray -- frame_ethernet, frame_feed --> FrameRig -- frame_expect
 */
#pragma once

#include <glib.h>

#include "capture/transport/tracker.h"
#include "tests/lib/packets.h"

/*
 * What was reported, in order: "A:text" a message, "A<n>" a loss, "A:text+n" a message that lacks n
 * bytes, "end" and why.
 */
typedef struct {
	CapTracker *tracker;
	GString *story;
	CapFlow flow; /* the last one that something was reported of */
	uint64_t frame;
	uint32_t cut; /* the next frame is captured so far; 0: whole */
	bool brief;   /* lengths instead of texts */
	CapLoss loss;
} FrameRig;

/* A tracker with nothing reported yet; limits: NULL for the ordinary ones. */
FrameRig *frame_rig_new(const CapLimits *limits);
void frame_rig_free(FrameRig *w);
const CapCounters *frame_counters(const FrameRig *w);
/* Compares the story so far, which begins anew. */
void frame_expect(FrameRig *w, const char *story);
/* Feeds a frame, which is used up. */
void frame_feed(FrameRig *w, GByteArray *frame);
/* Appends a number of two bytes, little-endian. */
void frame_le16(GByteArray *to, uint32_t value);
/* Appends the bytes of a string, without its NUL. */
void frame_text(GByteArray *to, const char *s);
/*
 * An Ethernet frame between stations 1 and 2, with its length in front and filled up to the least
 * that Ethernet carries.
 */
GByteArray *frame_ethernet(uint8_t from, GByteArray *payload);
