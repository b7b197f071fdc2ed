/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What Zeek's conn.log says of a connection as a whole, from its ends and from the history of its
 * packets (SmbConnectionInfo.history). The words are those of scripts/base/protocols/conn/main.zeek.
 */
#pragma once

#include "dissect/event.h"

/* How a connection of TCP began and ended: "S0", "SF", "RSTR" ... */
const char *zeek_conn_state(const SmbConnectionInfo *info);

/*
 * Whether an address is of a network that is not routed over the Internet, which Zeek takes for
 * local where nothing else is set. `family` is 4 or 6.
 */
bool zeek_is_local(uint8_t family, const uint8_t *address);
