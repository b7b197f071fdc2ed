/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/report/settings.h"

#include <glib.h>
#include <string.h>

#include "audit/posture.h"

static const char *const names[AUDIT_IFS] = {
	[AUDIT_IF_SMB1_OFF] = "smb1=off",
	[AUDIT_IF_MIN_DIALECT] = "min-dialect=",
	[AUDIT_IF_SIGNING] = "signing=required",
	[AUDIT_IF_PLAINTEXT_OFF] = "plaintext=off",
	[AUDIT_IF_LM_OFF] = "lm=off",
	[AUDIT_IF_NTLMV1_OFF] = "ntlmv1=off",
	[AUDIT_IF_NTLM_OFF] = "ntlm=off",
	[AUDIT_IF_GUEST_OFF] = "guest=off",
	[AUDIT_IF_ANONYMOUS_OFF] = "anonymous=off",
	[AUDIT_IF_ENCRYPTION] = "encryption=required",
	[AUDIT_IF_RC4_OFF] = "rc4=off",
	[AUDIT_IF_NETBIOS_OFF] = "netbios=off",
};

#define MICROSOFT                                                                     \
	"Microsoft: smb-signing, enable-insecure-guest-logons, smbv1-not-installed, " \
	"whats-new-windows-server-2025, KB5066470 (2026-11)"
#define SAMBA "Samba 4.25 master: smb.conf(5), docs-xml/smbdotconf (2026-11)"
#define OLD_OFF "smb1=off,ntlmv1=off,lm=off"

static const AuditProfile profiles[] = {
	{ "win11-24h2", "signing=required,guest=off,netbios=off," OLD_OFF, MICROSOFT,
	  "Windows 11 24H2 as client and as server; Home does not require signing." },
	{ "win11-24h2-client", "signing=required@client,guest=off," OLD_OFF, MICROSOFT,
	  "Home does not require signing." },
	{ "win11-24h2-server", "signing=required@server,netbios=off," OLD_OFF, MICROSOFT,
	  "Its firewall closes port 139." },
	{ "server2025", "signing=required@client,guest=off,netbios=off," OLD_OFF, MICROSOFT,
	  "As a server only a domain controller requires signing: ask for signing=required@server "
	  "there." },
	{ "server2025-client", "signing=required@client,guest=off," OLD_OFF, MICROSOFT, NULL },
	{ "server2025-server", "netbios=off," OLD_OFF, MICROSOFT,
	  "Only a domain controller requires signing: ask for signing=required@server there." },
	{ "samba", "plaintext=off,guest=off," OLD_OFF, SAMBA,
	  "Only an AD domain controller requires signing." },
	{ "samba-client", "plaintext=off," OLD_OFF, SAMBA, "Signing for RPC on IPC$ only." },
	{ "samba-server", "plaintext=off,guest=off," OLD_OFF, SAMBA,
	  "Only an AD domain controller requires signing." },
};

void
audit_setting_name(const AuditSetting *setting, char *to, size_t size)
{
	static const char *const ends[] = {
		"", [AUDIT_AT_CLIENT] = "@client", [AUDIT_AT_SERVER] = "@server", ""
	};
	const char *name = names[setting->what];

	if (setting->what == AUDIT_IF_MIN_DIALECT)
		g_snprintf(to, size, "%s%s", name,
			   audit_dialect_name(setting->dialect) + strlen("SMB "));
	else
		g_snprintf(to, size, "%s%s", name, ends[setting->at]);
}

static bool
read_dialect(const char *text, AuditSetting *ret)
{
	g_autofree char *full = g_str_has_prefix(text, "SMB ") ? g_strdup(text)
							       : g_strconcat("SMB ", text, NULL);
	int dialect = audit_dialect_find(full);

	*ret = (AuditSetting){ AUDIT_IF_MIN_DIALECT, AUDIT_AT_BOTH, (unsigned)dialect };
	return dialect >= (int)audit_dialect_smb2() && !strchr(text, '?');
}

static bool
read_setting(const char *word, AuditSetting *ret)
{
	const char *minimum = names[AUDIT_IF_MIN_DIALECT];
	const char *at = strchr(word, '@');
	size_t n = at ? (size_t)(at - word) : strlen(word);

	if (g_str_has_prefix(word, minimum))
		return read_dialect(word + strlen(minimum), ret);
	*ret = (AuditSetting){ .at = AUDIT_AT_BOTH };
	if (at && strcmp(at, "@client") == 0)
		ret->at = AUDIT_AT_CLIENT;
	else if (at && strcmp(at, "@server") == 0)
		ret->at = AUDIT_AT_SERVER;
	else if (at)
		return false;
	for (int i = 0; i < AUDIT_IFS; i++) {
		ret->what = (AuditIf)i;
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return !at || i == AUDIT_IF_SIGNING;
	}
	return false;
}

static void
add(AuditSettings *self, const AuditSetting *setting)
{
	for (unsigned i = 0; i < self->n; i++) {
		AuditSetting *own = &self->items[i];

		if (own->what != setting->what || own->dialect != setting->dialect)
			continue;
		own->at |= setting->at;
		return;
	}
	if (self->n < AUDIT_SETTINGS_MAX)
		self->items[self->n++] = *setting;
}

char *
audit_settings_read(AuditSettings *self, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, ",", -1);

	for (char **word = words; *word; word++) {
		AuditSetting setting;

		g_strstrip(*word);
		if (!read_setting(*word, &setting))
			return g_strdup(*word);
		add(self, &setting);
	}
	return words[0] ? NULL : g_strdup("");
}

void
audit_settings_add_profile(AuditSettings *self, const AuditProfile *profile)
{
	g_free(audit_settings_read(self, profile->settings));
	for (unsigned i = 0; i < self->n_profiles; i++)
		if (self->profiles[i] == profile)
			return;
	if (self->n_profiles < AUDIT_PROFILES_MAX)
		self->profiles[self->n_profiles++] = profile;
}

const char *
audit_settings_known(void)
{
	return "smb1=off, min-dialect=D (2.0.2, 2.1, 3.0, 3.0.2, 3.1.1), signing=required (also "
	       "@client, @server), plaintext=off, lm=off, ntlmv1=off, ntlm=off, guest=off, "
	       "anonymous=off, encryption=required, rc4=off, netbios=off";
}

const AuditProfile *
audit_profile_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

const AuditProfile *
audit_profile_at(unsigned i)
{
	return i < G_N_ELEMENTS(profiles) ? &profiles[i] : NULL;
}
