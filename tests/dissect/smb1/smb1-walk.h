/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of SMB1 messages share: a message that is put together, and dissected. */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "dissect/smb1/commands.h"

enum {
	ROOM = 70000,
	LINKS = 4000,
	ANDX_NONE = 0xFF,
	FORMS = 4, /* of a command that are tried: most have no more */
};

extern Smb1Scratch walk_scratch;

/* A message that is written from front to back. */
typedef struct {
	uint8_t bytes[ROOM];
	uint32_t len;
} Wire;

extern Wire wire;

void walk_put(uint64_t value, uint32_t size);
void walk_put_text(const char *text);
void walk_begin(uint8_t command, bool reply, uint32_t status, uint16_t flags2);

/* Dissects the first `captured` bytes of the message in a heap buffer of just that size. */
const SmbMessage *walk_dissect_cut(bool response, uint32_t captured);

const SmbMessage *walk_dissect(bool response);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void walk_add_chains(TCase *tc);
void walk_add_fields(TCase *tc);
void walk_add_forms(TCase *tc);
