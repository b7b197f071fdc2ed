/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as they are written, and back; the word for a host. */
#include <string.h>

#include "output/audit/audit.h"
#include "output/base/address.h"

void
out_audit_address(OutBuffer *b, const AuditAddress *address)
{
	out_address(b, address->family, address->bytes);
}

const char *
out_audit_host_word(const AuditHost *host)
{
	if (host->scanner)
		return "scanner";
	return host->guesser ? "guesser" : audit_host_severity(host);
}

bool
out_audit_read_address(const char *s, AuditAddress *ret)
{
	AuditAddress a = { 0 };

	a.family = out_address_read(s, a.bytes);
	if (!a.family && strcmp(s, "?") != 0)
		return false;
	*ret = a;
	return true;
}

bool
out_audit_is_address(const AuditAddress *address, const char *s)
{
	AuditAddress other;

	return out_audit_read_address(s, &other) && audit_address_compare(address, &other) == 0;
}
