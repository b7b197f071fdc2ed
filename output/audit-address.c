/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as they are written, and back. */
#include <arpa/inet.h>
#include <string.h>

#include "output/audit.h"

void
out_audit_address(OutBuffer *b, const AuditAddress *address)
{
	out_address(b, address->family, address->bytes);
}

/* `n` bytes as pairs of digits, with `between` them where it is not 0. Returns what is behind. */
static const char *
read_bytes(const char *s, uint8_t *bytes, int n, char between)
{
	for (int i = 0; i < n; i++) {
		if (i && between && *s++ != between)
			return NULL;
		if (!g_ascii_isxdigit(s[0]) || !g_ascii_isxdigit(s[1]))
			return NULL;
		bytes[i] = (uint8_t)(g_ascii_xdigit_value(s[0]) << 4 | g_ascii_xdigit_value(s[1]));
		s += 2;
	}
	return s;
}

/* NetBEUI: 00:0c:29:d4:79:b2. */
static bool
read_mac(const char *s, uint8_t *bytes)
{
	s = read_bytes(s, bytes, 6, ':');
	return s && !*s;
}

/* IPX: the network, and the node in it: 00000000.000c29d479b2. */
static bool
read_ipx(const char *s, uint8_t *bytes)
{
	s = read_bytes(s, bytes, 4, 0);
	if (!s || *s != '.')
		return false;
	s = read_bytes(s + 1, bytes + 4, 6, 0);
	return s && !*s;
}

bool
out_audit_read_address(const char *s, AuditAddress *ret)
{
	AuditAddress a = { 0 };

	if (inet_pton(AF_INET, s, a.bytes) == 1)
		a.family = 4;
	else if (inet_pton(AF_INET6, s, a.bytes) == 1)
		a.family = 6;
	else if (read_mac(s, a.bytes))
		a.family = 2;
	else if (read_ipx(s, a.bytes))
		a.family = 3;
	else if (strcmp(s, "?") != 0)
		return false;
	if (!a.family)
		memset(a.bytes, 0, sizeof(a.bytes));
	*ret = a;
	return true;
}

bool
out_audit_is_address(const AuditAddress *address, const char *s)
{
	AuditAddress other;

	if (strcmp(s, "*") == 0)
		return true;
	return out_audit_read_address(s, &other) && audit_address_compare(address, &other) == 0;
}
