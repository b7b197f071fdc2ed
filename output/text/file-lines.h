/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A summary of a file in words: "read 0-48 KiB of 48 KiB in 12 requests, 31 ms, by RIGWG\alice".
 * The file is borrowed; words are appended to a buffer.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/writer.h"

/*
 * True if the lines of the timeline do not already show it: read and written, in pieces, with gaps,
 * renamed or deleted.
 */
bool out_file_is_telling(const SmbFile *file);
/* True if there is anything to sum up. */
bool out_file_did_something(const SmbFile *file);
/* When it was last read or written, else when it was opened. */
uint64_t out_file_time(const SmbFile *file);
/* Appends its path, or its FID if the open was not seen. */
void out_file_name(OutBuffer *b, const SmbFile *file);
/* Appends the summary. */
void out_file_words(OutBuffer *b, const SmbFile *file);

/* All of the file was read, in one piece. */
bool out_file_read_whole(const SmbFile *file);
/* From the first request to the last response; 0 if there was none. */
uint64_t out_file_duration(const SmbFile *file);
