/* SPDX-License-Identifier: BSD-3-Clause */
/* What a directory's watcher is told: FILE_NOTIFY_INFORMATION ([MS-FSCC] 2.7.1). */
#pragma once

#include "dissect/fscc/lists.h"

/* The items of a list of changes. */
extern const SmbLayout fscc_change;

/* All changes that are left in r, checked; failures latch in r. *first gets the first name; it may be NULL. */
SmbList fscc_change_list(SmbReader *r, SmbText *first);
