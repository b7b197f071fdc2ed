/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions. */
#include "cli/words/version.h"

#include <glib.h>
#include <nettle/version.h>
#include <pcap.h>
#include <string.h>

#include "capture/source/unpacker.h"

/* Those of libraries that do not say it themselves are those that it was built with. */
#ifndef SMBTRAIL_VERSION
#define SMBTRAIL_VERSION "unknown"
#endif
#ifndef SMBTRAIL_KRB5_VERSION
#define SMBTRAIL_KRB5_VERSION "unknown"
#endif
#ifndef SMBTRAIL_CAP_NG_VERSION
#define SMBTRAIL_CAP_NG_VERSION "unknown"
#endif

/* Its line, or why there is none. */
static char *
ask_unpack(void)
{
	g_autofree char *program = cap_unpacker_program(NULL);
	char *arguments[] = { program, (char *)"--version", NULL };
	char *nothing[] = { NULL };
	g_autoptr(GError) error = NULL;
	char *line = NULL;
	int status;

	if (!g_spawn_sync(NULL, arguments, nothing, G_SPAWN_DEFAULT, NULL, NULL, &line, NULL,
			  &status, &error))
		return g_strdup(error->message);
	if (!g_spawn_check_wait_status(status, &error)) {
		g_free(line);
		return g_strdup(error->message);
	}
	return g_strchomp(line);
}

char *
cli_version_text(void)
{
	g_autofree char *unpack = ask_unpack();

	return g_strdup_printf("smbtrail " SMBTRAIL_VERSION "\n"
			       "%s\n"
			       "GLib %u.%u.%u, nettle %d.%d, libkrb5 " SMBTRAIL_KRB5_VERSION
			       ", libcap-ng " SMBTRAIL_CAP_NG_VERSION "\n"
			       "smbtrail-unpack: %s\n",
			       pcap_lib_version(), glib_major_version, glib_minor_version,
			       glib_micro_version, nettle_version_major(), nettle_version_minor(),
			       unpack);
}
