/* SPDX-License-Identifier: BSD-3-Clause */
/* The tests of SMB2 messages are in two files. */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "tests/dissect/smb2/smb2-messages.h"
#include "tests/lib/smb2-wire.h"

/* ---- parts of the test in files of their own: each adds its tests ---- */

void smb2_add_built(TCase *tc);
