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
 * Drops supplementary groups, becomes `who` (NULL: keeps the user), and drops every capability, the
 * bounding and ambient ones too, for good (no_new_privs). False with error set if any of it fails.
 */
bool cli_privileges_drop(const struct passwd *who, GError **error);
