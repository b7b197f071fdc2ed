/* SPDX-License-Identifier: BSD-3-Clause */
/* What datagrams are told as: a record each, or for people a list of who is who at the end. */
#pragma once

#include "output/base/json.h"
#include "output/base/sink.h"

/* The keys of a `datagram` record behind the common ones. */
void out_datagram_json(OutBuffer *b, const SmbDatagramFacts *d);

/* Who is who: address, names, and what it announced. At most 4,096 addresses; more are counted. */
typedef struct OutNames OutNames;
OutNames *out_names_new(void);
size_t out_names_free(OutNames *self); /* NULL is fine; what out_names_memory said */
void out_names_add(OutNames *self, const SmbEndpoints *ends, const SmbDatagramFacts *d);
/* "names" and a line an address, by address; nothing where none is known. */
void out_names_put(const OutNames *self, OutBuffer *b, bool colour);
size_t out_names_memory(const OutNames *self);
