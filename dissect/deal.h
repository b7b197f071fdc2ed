/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For a run whose connections are dissected by several processes: one of them puts bytes in order and
 * deals connections out, each of the others has an SmbContext of its own. Numbers of connections are
 * given by the one that deals, so it has to know when a connection is recognised (SmbGuess); and what
 * all contexts see, such as datagrams, must count in one of them only.
 */
#pragma once

#include "dissect/dissect.h"

/*
 * What a stream that is not on a port of SMB turns out to be: the decision of smb_connection_feed,
 * without a connection. Begins as zeros; a value, which owns nothing.
 */
typedef struct {
	uint8_t kept[2][7]; /* by SmbDir: the first bytes, while they are too few */
	uint8_t len[2];     /* of them */
	uint8_t state;      /* SmbConnectionState */
} SmbGuess;

/* Takes the next bytes of a direction; gives what a connection fed with them would be. */
SmbConnectionState smb_guess(SmbGuess *self, SmbDir dir, SmbSpan bytes);

/* The next connection that is recognised has the number after this one. */
void smb_context_number_after(SmbContext *self, uint64_t number);
/* Messages and limits are what they were: given are those from before. */
void smb_context_discount(SmbContext *self, uint64_t messages, uint64_t limits);
