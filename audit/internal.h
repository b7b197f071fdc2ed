/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "audit/audit.h"

/* Frees what is kept of connections that never ended. */
void audit_tracks_free(Audit *audit);
