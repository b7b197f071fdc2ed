/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>

/* "FSCTL_SET_SPARSE": [MS-FSCC] 2.3, [MS-SMB] 2.2.7.2.1; NULL if unknown. */
const char *fscc_fsctl_name(uint32_t code);
