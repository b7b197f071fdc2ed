/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a flow and of a datagram, in whichever process dissects it. */
#pragma once

#include "cli/workers/items.h"

SmbConnection *cli_take_open(SmbContext *context, const CliItemOpen *open);
/* By the family of its ends, with UDP or without. */
void cli_take_datagram(SmbContext *context, const SmbEndpoints *ends, SmbSpan payload,
		       uint32_t declared, const SmbStamp *when);
