/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses as text, read back: filters and records of an audit have them as they were printed.
 * Nothing is allocated.
 */
#pragma once

#include <stdint.h>

/*
 * The reverse of out_address: parses an address of IPv4 or IPv6 (4, 6), of an adapter (2), or
 * network.node of IPX (3), in the form in which it is printed. Returns the family; 0, and zeros, if
 * the text is not an address.
 */
uint8_t out_address_read(const char *text, uint8_t ret_bytes[16]);
