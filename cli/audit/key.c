/* SPDX-License-Identifier: BSD-3-Clause */
/* The audit's key, derived from a file or from the identity of this machine. */
#include "cli/audit/key.h"

#include <string.h>
#include <sys/random.h>

/*
 * As machine-id(5) requires, the records never have the secret itself, only what is derived from
 * it: their readers do not learn the identity of the machine.
 */
static AuditKey
derive(const char *secret, size_t n)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)secret, n);
	uint8_t digest[32];
	gsize size = sizeof(digest);
	AuditKey key;

	g_hmac_update(hmac, (const guchar *)"smbtrail audit key", -1);
	g_hmac_get_digest(hmac, digest, &size);
	for (size_t i = 0; i < G_N_ELEMENTS(key.words); i++) {
		key.words[i] = 0;
		for (size_t j = 0; j < sizeof(uint64_t); j++)
			key.words[i] = key.words[i] << 8 | digest[i * sizeof(uint64_t) + j];
	}
	return key;
}

static bool
is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

static bool
of_file(const char *path, AuditKey *ret_key, GError **error)
{
	g_autofree char *secret = NULL;
	gsize n;

	if (!g_file_get_contents(path, &secret, &n, error))
		return false;
	if (is_blank(secret)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s: an empty key", path);
		return false;
	}
	*ret_key = derive(secret, n);
	return true;
}

bool
cli_audit_key(const char *path, AuditKey *ret_key, GError **error)
{
	/* The second one changes with every boot. */
	static const char *const ours[] = { "/etc/machine-id", "/proc/sys/kernel/random/boot_id" };
	uint8_t random[16];

	if (path)
		return of_file(path, ret_key, error);
	for (size_t i = 0; i < G_N_ELEMENTS(ours); i++)
		if (of_file(ours[i], ret_key, NULL))
			return true;
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
				    "no random numbers for a key");
		return false;
	}
	*ret_key = derive((const char *)random, sizeof(random));
	return true;
}
