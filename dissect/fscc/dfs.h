/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a DFS server says that a path leads: RESP_GET_DFS_REFERRAL ([MS-DFSC] 2.2.4). */
#pragma once

#include "dissect/fscc/lists.h"

/* The items of a list of referrals. */
extern const SmbLayout fscc_referral;

/*
 * The `count` entries that follow in r, which are checked: failures latch in r. *found gets how many
 * there are, *target where the first of them leads: a share, or of a domain a domain controller or
 * the domain.
 */
SmbList fscc_referral_list(SmbReader *r, uint16_t count, bool unicode, uint32_t *found,
			   SmbText *target);
