/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The secrets of logon attempts, if requested. Each is kept as one text,
 * "challenge:lm:nt:password", the first three in hex, so that a list of them adds up like every
 * other list.
 */
#include <string.h>

#include "audit/audit.h"

static void
append_hex(GString *key, const SmbString *bytes)
{
	SmbReader r = smb_reader_from_span(smb_string_text(bytes).bytes);

	while (smb_reader_left(&r))
		g_string_append_printf(key, "%02x", smb_reader_u8(&r));
	g_string_append_c(key, ':');
}

void
audit_auth_keep(AuditAuth *self, const AuditKey *key, const SmbAuth *auth)
{
	g_autoptr(GString) text = NULL;
	char password[AUDIT_PASSWORD_MAX];

	if (!auth->lm_response && !auth->nt_response && !auth->password)
		return;
	text = g_string_new(NULL);
	append_hex(text, auth->challenge);
	append_hex(text, auth->lm_response);
	append_hex(text, auth->nt_response);
	smb_text_to_utf8(smb_string_text(auth->password), password, sizeof(password));
	g_string_append(text, password);
	audit_tally_add(&self->secrets, (AuditCap){ AUDIT_SECRETS_MAX, key }, text->str, 1);
}

/* A hex text of a record, cut and checked; "" if it is not hex. */
static const char *
checked(const char *hex)
{
	size_t n = strspn(hex, "0123456789abcdef");

	return hex[n] || n % 2 || n > (size_t)2 * SMB_SECRET_MAX ? "" : hex;
}

void
audit_auth_add_secret(AuditAuth *self, const AuditKey *key, const AuditSecret *secret,
		      uint64_t count)
{
	char password[AUDIT_PASSWORD_MAX];
	g_autofree char *text = NULL;

	smb_text_to_utf8(smb_text_from_utf8(secret->password), password, sizeof(password));
	text = g_strjoin(":", checked(secret->challenge), checked(secret->lm_response),
			 checked(secret->nt_response), password, NULL);
	audit_tally_add(&self->secrets, (AuditCap){ AUDIT_SECRETS_MAX, key }, text, count);
}

char **
audit_secret_split(const AuditCount *kept, AuditSecret *ret_secret)
{
	char **parts = g_strsplit(kept->key, ":", 4);

	*ret_secret = (AuditSecret){ .challenge = parts[0],
				     .lm_response = parts[1],
				     .nt_response = parts[2],
				     .password = parts[3] };
	return parts;
}
