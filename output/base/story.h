/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lines and records of all connections in the order of their times (--chronological). They come in
 * the order in which requests are answered and connections end, so they wait here: what begins early
 * may come late. So many bytes may wait; beyond that the earliest ones go out, and what comes too
 * late for its place then is counted.
 */
#pragma once

#include "output/base/writer.h"

typedef struct OutStory OutStory;

/* `most`: bytes, what malloc takes besides included. */
OutStory *out_story_new(size_t most);
void out_story_free(OutStory *self); /* NULL is fine */

/* Takes a copy of whole lines of a time; what does not fit any more goes to the writer. */
void out_story_add(OutStory *self, uint64_t time_ns, const char *bytes, size_t n,
		   OutWriter *writer);
/* The end: all that waits goes to the writer. */
void out_story_finish(OutStory *self, OutWriter *writer);

size_t out_story_memory(const OutStory *self);
/* Lines or records that stand behind later ones. */
uint64_t out_story_late(const OutStory *self);
