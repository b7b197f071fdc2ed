/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Gives up every privilege that a program must not have while it parses untrusted bytes. Everything
 * that needs a privilege is opened before.
 */
#pragma once

#include <glib.h>
#include <pwd.h>
#include <stdbool.h>

#define CLI_PRIVILEGES_ERROR (cli_privileges_error_quark())
GQuark cli_privileges_error_quark(void);

/* Whether there is any capability to drop. */
bool cli_privileges_held(void);

/*
 * Who to become where packets are captured: `name` (--run-as), or nobody else if that is NULL; then
 * *ret_who is NULL. False with error set where there is no such user, and where root would go on as
 * root without having been asked for by name.
 */
bool cli_privileges_find(const char *name, const struct passwd **ret_who, GError **error);

/*
 * Drops supplementary groups, becomes `who` (NULL: keeps the user), and drops every capability, the
 * bounding and ambient ones too, for good (no_new_privs). False with error set if any of it fails.
 */
bool cli_privileges_drop(const struct passwd *who, GError **error);
