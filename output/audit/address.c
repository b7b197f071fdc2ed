/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as they are written, and back; the word for a host. */
#include <string.h>

#include "output/audit/audit.h"
#include "output/base/address.h"
#include "output/base/words.h"

void
out_audit_address(OutBuffer *b, const AuditAddress *address)
{
	out_address(b, address->family, address->bytes);
}

/* Columns of a site's name: JSON and CSV have all of it. */
enum { SITE_WIDTH = 16 };

void
out_audit_site_text(OutBuffer *b, const AuditAddress *address)
{
	size_t from;

	if (!address->site)
		return;
	out_char(b, '@');
	from = b->len;
	out_text(b, smb_text_from_utf8(address->site));
	if (out_width(b->data + from, b->len - from) > SITE_WIDTH)
		out_fit(b, from, SITE_WIDTH);
}

void
out_audit_machine(OutBuffer *b, const AuditAddress *address)
{
	out_audit_address(b, address);
	out_audit_site_text(b, address);
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

	if (!out_audit_read_address(s, &other))
		return false;
	other.site = address->site;
	return audit_address_compare(address, &other) == 0;
}
