/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a path of Windows leads: pure text. Either separator may be written for the other, and several
 * for one; what begins as the name of a device comes to another host by more than one name.
 *
 *   \\host\share\path             \\?\UNC\host\...             \??\UNC\host\...
 *   \\.\UNC\host\...              \\.\Global\UNC\host\...      \\.\C:\..\UNC\host\...
 *   \\?\GLOBALROOT\Device\Mup\host\...                         ...\Mup\;LanmanRedirector\host\...
 */
#include <string.h>

#include "audit/attack/internal.h"

#define SEPARATORS "\\/"

/* Devices that are other hosts, and directories in which those and others have their names. */
static const char *const redirectors[] = { "UNC", "Mup", "LanmanRedirector", "WebDavRedirector",
					   NULL };
static const char *const directories[] = { "Device",   "DosDevices", "Global",
					   "GLOBAL??", "GLOBALROOT", "??",
					   ".",        "..",         NULL };

static bool
is_any(const char *part, size_t length, const char *const *names)
{
	for (; *names; names++)
		if (strlen(*names) == length && g_ascii_strncasecmp(*names, part, length) == 0)
			return true;
	return false;
}

static const char *
after(const char *path, size_t length)
{
	return path + length + strspn(path + length, SEPARATORS);
}

/* What follows the steps back out of a device that is none of those; the end if there are too few. */
static const char *
back_out(const char *path)
{
	for (uint32_t depth = 0; *path;) {
		size_t length = strcspn(path, SEPARATORS);

		if (length == 2 && strncmp(path, "..", length) == 0)
			depth--;
		else if (length != 1 || *path != '.')
			depth++;
		path = after(path, length);
		if (!depth)
			break;
	}
	return path;
}

/* The host in what follows the beginning of a device's name; NULL: it is on this one. */
static const char *
host_in(const char *path)
{
	bool remote = false;

	while (*path) {
		size_t length = strcspn(path, SEPARATORS);

		/* "Mup\;LanmanRedirector\;Z:0\host": for whom, and by which drive. */
		if (is_any(path, length, redirectors) || (remote && *path == ';'))
			remote = true;
		else if (remote)
			return path;
		path = remote || is_any(path, length, directories) ? after(path, length)
								   : back_out(path);
	}
	return NULL;
}

const char *
audit_path_host(const char *path)
{
	size_t before = strspn(path, SEPARATORS);
	const char *first = path + before;
	size_t length = strcspn(first, SEPARATORS);
	bool device = length == 1 && (*first == '.' || *first == '?') && first[length];

	if (before > 1 && !device)
		return length ? first : NULL;
	if (before == 1 && !is_any(first, length, directories))
		return NULL;
	return before ? host_in(after(first, length)) : NULL;
}
