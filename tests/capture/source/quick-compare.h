/* SPDX-License-Identifier: BSD-3-Clause */
/* A file read by the loop, which hands packets out where they lie, and one by one, which is libpcap's way. */
#pragma once

#include <glib.h>

#include "capture/source/source.h"

void quick_setup(void);
void quick_teardown(void);
/* Writes the file and returns its path, which lasts until the teardown. */
const char *quick_write(const GByteArray *file);
/* Fails unless both ways give the same packets and end the same; `what` and `number` name the case. */
void quick_compare(const GByteArray *file, const char *what, unsigned number);

/* For a loop that is to stop after so many packets. */
typedef struct {
	CapSource *source;
	unsigned left;
} QuickStopping;

/* Takes a QuickStopping. */
void quick_stop_after(void *user, const CapPacket *packet);
