/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the last exchange was about, for many follow each other that are about one file. Of what it
 * names there are copies: where a name was that is forgotten since, that of another file may be.
 */
#pragma once

#include "cli/extract/manifest.h"

typedef struct {
	SmbString *share, *name; /* owned */
	uint64_t connection, opened, fid;
	CliKind kind;
	SmbStep step;
	void *found; /* what the caller noted, which it sets to NULL when that goes; NULL: nothing */
} CliRecent;

/* Whether an exchange is about the same as the last one. False where nothing is noted. */
bool cli_recent_is(const CliRecent *self, const SmbConnectionInfo *info, const SmbExchange *x,
		   CliKind kind);
/* Notes what an exchange is about. */
void cli_recent_set(CliRecent *self, const SmbConnectionInfo *info, const SmbExchange *x,
		    CliKind kind, void *found);
void cli_recent_clear(CliRecent *self);
/* Bytes of its names. */
size_t cli_recent_memory(const CliRecent *self);
