/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One section (parameters or data) of a transaction while it is put together from its parts, which
 * come in any order and have displacements. If bytes come twice, the first are kept; of the
 * declared totals the lowest counts ([MS-CIFS] 3.2.4.1.5, 2.2.4.33.2). A section owns its bytes
 * until it is cleared.
 */
#pragma once

#include "dissect/wire/caps.h"
#include "dissect/wire/reader.h"

#include <stddef.h>

enum { SMB_PIECES_RANGES = SMB_CAP(32, 2) }; /* islands between gaps */

typedef struct {
	uint32_t from, to;
} SmbRange;

typedef struct {
	uint8_t *bytes;
	uint32_t cap;   /* bytes allocated */
	uint32_t total; /* the lowest that was declared */
	uint32_t cut;   /* from here on declared bytes were not captured */
	uint64_t came;  /* bytes of all parts, also of those that came before */
	bool differs;   /* some came again, and were others */
	uint32_t n;     /* ranges received, sorted, with a gap between any two */
	SmbRange ranges[SMB_PIECES_RANGES];
} SmbPieces;

/* An empty section of `total` bytes. smb_pieces_clear frees what it collected. */
void smb_pieces_init(SmbPieces *self, uint32_t total);
void smb_pieces_clear(SmbPieces *self);
/* A part may say less than those before it; more is not believed. */
void smb_pieces_total(SmbPieces *self, uint32_t total);
/*
 * Adds `declared` bytes at `at`, of which `bytes` were captured. Bytes beyond the total are
 * ignored. Returns false and changes nothing if that would make more ranges than are kept.
 */
bool smb_pieces_add(SmbPieces *self, uint32_t at, SmbSpan bytes, uint32_t declared);
/* All declared bytes arrived, captured or not. */
bool smb_pieces_complete(const SmbPieces *self);
/* As many bytes arrived: whoever only counts them takes it for complete. */
bool smb_pieces_counted(const SmbPieces *self);
/* The memory that its bytes take, in bytes. */
size_t smb_pieces_memory(const SmbPieces *self);
/* The bytes up to the first that is missing, borrowed. */
SmbSpan smb_pieces_bytes(const SmbPieces *self);
