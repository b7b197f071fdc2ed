/* SPDX-License-Identifier: BSD-3-Clause */
/* Quotas of users: [MS-FSCC] 2.4.41, and the SIDs that they are asked for by, 2.4.41.1. */
#pragma once

#include "dissect/fscc/lists.h"

/*
 * Items: a quota; of a list of SIDs either the SID alone, or all fields. The text of a SID is in
 * the item and lives as long.
 */
extern const SmbLayout fscc_quota, fscc_sid, fscc_get_quota;

/* Lists that take all that is left in r, checked; failures latch in r. */
SmbList fscc_quota_list(SmbReader *r);
SmbList fscc_sid_list(SmbReader *r);
