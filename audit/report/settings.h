/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Settings that people switch on, and profiles: lists of settings that releases of Windows and Samba
 * have by default. What a setting would break is worked out in whatif.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
	AUDIT_IF_SMB1_OFF,
	AUDIT_IF_MIN_DIALECT,
	AUDIT_IF_SIGNING, /* required */
	AUDIT_IF_PLAINTEXT_OFF,
	AUDIT_IF_LM_OFF,
	AUDIT_IF_NTLMV1_OFF,
	AUDIT_IF_NTLM_OFF,
	AUDIT_IF_GUEST_OFF,
	AUDIT_IF_ANONYMOUS_OFF,
	AUDIT_IF_ENCRYPTION, /* required */
	AUDIT_IF_RC4_OFF,
	AUDIT_IF_NETBIOS_OFF,
	AUDIT_IFS,
} AuditIf;

/* The end on which it is switched on; it matters for signing alone. */
typedef enum { AUDIT_AT_CLIENT = 1, AUDIT_AT_SERVER = 2, AUDIT_AT_BOTH = 3 } AuditAt;

enum { AUDIT_SETTINGS_MAX = 16, AUDIT_PROFILES_MAX = 16 };

typedef struct {
	AuditIf what;
	AuditAt at;
	unsigned dialect; /* MIN_DIALECT: audit_dialect_name */
} AuditSetting;

typedef struct {
	const char *name;     /* "win11-24h2" */
	const char *settings; /* as for --if */
	const char *source;   /* where it says so, and when that was looked up */
	const char *note;     /* what it does not say; NULL: nothing */
} AuditProfile;

/* Each once, in the order in which they were named, with the profiles that some are of. */
typedef struct {
	AuditSetting items[AUDIT_SETTINGS_MAX];
	unsigned n;
	const AuditProfile *profiles[AUDIT_PROFILES_MAX]; /* static */
	unsigned n_profiles;
} AuditSettings;

/* How it is written: "smb1=off", "min-dialect=SMB 3.0", "signing=required@client". */
void audit_setting_name(const AuditSetting *setting, char *to, size_t size);
/*
 * Adds what is named, separated by commas; min-dialect takes 2.0.2 to 3.1.1, also as "SMB 3.0".
 * NULL; or the word that is no setting, to be freed with g_free.
 */
char *audit_settings_read(AuditSettings *self, const char *text);
/* Adds the settings of a profile, and notes whose they are. */
void audit_settings_add_profile(AuditSettings *self, const AuditProfile *profile);
/* All settings in a line, for messages. */
const char *audit_settings_known(void);
/* NULL: there is no such profile. */
const AuditProfile *audit_profile_find(const char *name);
/* `i` from 0; NULL: no more. */
const AuditProfile *audit_profile_at(unsigned i);
