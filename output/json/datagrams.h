/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How datagrams are printed: in JSON as a record each, in text as a list of names and addresses at
 * the end.
 */
#pragma once

#include "output/base/json.h"
#include "output/base/sink.h"

/* The keys of a `datagram` record after the common ones. */
void out_datagram_json(OutBuffer *b, const SmbDatagramFacts *d);

/* Names by address, and what each announced. At most 4,096 addresses of 8 names; more are counted. */
typedef struct OutNames OutNames;
/* Without names so far; notes them only, if the options say so. Free with out_names_free. */
OutNames *out_names_new(const OutOptions *options);
size_t out_names_free(OutNames *self); /* NULL is allowed; returns what out_names_memory would */
/* Notes the names in a datagram (copied). */
void out_names_add(OutNames *self, const SmbEndpoints *ends, const SmbDatagramFacts *d);
/* The same from a note (OutOptions.note) of another process; anything may be in it. */
void out_names_replay(OutNames *self, const void *note, size_t n);
/* "names" and a line per address, sorted by address; nothing if none is known. */
void out_names_put(const OutNames *self, OutBuffer *b, bool colour);
/* Whether there were more than are kept. */
bool out_names_left_out(const OutNames *self);
/* Bytes allocated for the names. */
size_t out_names_memory(const OutNames *self);
