/* SPDX-License-Identifier: BSD-3-Clause */
/* Users, groups and capabilities, given up for good. */
#include "cli/sensor/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

GQuark
cli_privileges_error_quark(void)
{
	return g_quark_from_static_string("cli-privileges-error");
}

static bool
fail(GError **error, const char *what, int code)
{
	g_set_error(error, CLI_PRIVILEGES_ERROR, code, "%s: %s", what, g_strerror(code));
	return false;
}

static bool
fail_with(GError **error, GFileError code, const char *text)
{
	g_set_error_literal(error, G_FILE_ERROR, (int)code, text);
	return false;
}

/* Groups before the user: without root they could not be changed any more. */
static bool
become(const struct passwd *who, GError **error)
{
	if (who->pw_uid == geteuid() && who->pw_uid == getuid() && who->pw_gid == getegid())
		return geteuid() != 0 || setgroups(0, NULL) == 0 ||
		       fail(error, "giving up groups", errno);
	if (setgroups(0, NULL) != 0)
		return fail(error, "giving up groups", errno);
	if (setresgid(who->pw_gid, who->pw_gid, who->pw_gid) != 0)
		return fail(error, "changing the group", errno);
	if (setresuid(who->pw_uid, who->pw_uid, who->pw_uid) != 0)
		return fail(error, "changing the user", errno);
	if (who->pw_uid != 0 && setuid(0) == 0)
		return fail(error, "root came back after changing the user", EPERM);
	return true;
}

bool
cli_privileges_find(const char *name, const struct passwd **ret_who, GError **error)
{
	*ret_who = NULL;
	if (geteuid() == 0 && !name)
		return fail_with(error, G_FILE_ERROR_PERM,
				 "refusing to parse network traffic as root; use --run-as USER "
				 "(or --run-as root to insist)");
	if (name && !(*ret_who = getpwnam(name))) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "no such user: '%s'", name);
		return false;
	}
	return true;
}

bool
cli_privileges_held(void)
{
	capng_get_caps_process();
	return capng_have_capabilities(CAPNG_SELECT_CAPS) > CAPNG_NONE;
}

/*
 * From here on the process can open nothing that its user cannot. The bounding set is dropped
 * first, while the capability to change it is still there; without that capability nothing in the
 * set can be gained either, because of no_new_privs.
 */
bool
cli_privileges_drop(const struct passwd *who, GError **error)
{
	capng_get_caps_process();
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
			return fail(error, "dropping the bounding set", EPERM);
	}
	if (who && !become(who, error))
		return false;
	/* A user namespace may forbid what the capability allows; then they give nothing away. */
	if (!who && capng_have_capability(CAPNG_EFFECTIVE, CAP_SETGID) && setgroups(0, NULL) != 0 &&
	    errno != EPERM)
		return fail(error, "giving up groups", errno);
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return fail(error, "dropping capabilities", EPERM);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(error, "no_new_privs", errno);
	return true;
}
