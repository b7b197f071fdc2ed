/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>

/*
 * The other way round of out_address: an address of IPv4 or IPv6 (4, 6), of an adapter (2), or
 * network.node of IPX (3), spelled as it is printed. Returns the family; 0, and zeros, where the
 * text is no address.
 */
uint8_t out_address_read(const char *text, uint8_t ret_bytes[16]);
