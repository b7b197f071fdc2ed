/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses read back from the text that out_address writes. */
#include "output/base/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

static bool
read_ipv4(const char *text, uint8_t *ret_bytes)
{
	return inet_pton(AF_INET, text, ret_bytes) == 1;
}

static bool
read_ipv6(const char *text, uint8_t *ret_bytes)
{
	return inet_pton(AF_INET6, text, ret_bytes) == 1;
}

/*
 * n bytes of two digits each, with a separator between them unless it is 0; returns the position
 * after them.
 */
static const char *
read_bytes(const char *text, uint8_t *bytes, int n, char separator)
{
	for (int i = 0; i < n; i++) {
		if (i && separator && *text++ != separator)
			return NULL;
		if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
			return NULL;
		bytes[i] = (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 |
				     g_ascii_xdigit_value(text[1]));
		text += 2;
	}
	return text;
}

static bool
read_mac(const char *text, uint8_t *ret_bytes)
{
	const char *end = read_bytes(text, ret_bytes, 6, ':');

	return end && !*end;
}

static bool
read_ipx(const char *text, uint8_t *ret_bytes)
{
	const char *dot = read_bytes(text, ret_bytes, 4, 0);
	const char *end = dot && *dot == '.' ? read_bytes(dot + 1, ret_bytes + 4, 6, 0) : NULL;

	return end && !*end;
}

/* No text is an address of two kinds. */
static const struct {
	uint8_t family;
	bool (*read)(const char *text, uint8_t *ret_bytes);
} kinds[] = {
	{ 4, read_ipv4 },
	{ 6, read_ipv6 },
	{ 2, read_mac },
	{ 3, read_ipx },
};

uint8_t
out_address_read(const char *text, uint8_t ret_bytes[16])
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		memset(ret_bytes, 0, 16);
		if (kinds[i].read(text, ret_bytes))
			return kinds[i].family;
	}
	memset(ret_bytes, 0, 16);
	return 0;
}
