/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the name service share: how packets are read. */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/netbios/name.h"

bool names_read_cut(const uint8_t *bytes, uint32_t n, uint32_t declared, SmbNameMessage *m,
		    SmbReadStatus *status);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void names_add_rfc(TCase *tc);
