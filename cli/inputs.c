/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens inputs before privileges are dropped. */
#include "cli/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/source/source.h"
#include "capture/source/unpacker.h"
#include "cli/complain.h"
#include "cli/jobs/set-names.h"
#include "cli/sensor/privileges.h"

enum { DESCRIPTORS_LEFT = 64 }; /* for everything but the inputs */

/* ---- Directories ---- */

enum { DEPTH_MAX = 16 }; /* of directories */

/* Without an ending of this list, if it has one. */
static bool
drop_ending(char *name, const char *const *endings)
{
	for (; *endings; endings++) {
		if (!g_str_has_suffix(name, *endings))
			continue;
		name[strlen(name) - strlen(*endings)] = '\0';
		return true;
	}
	return false;
}

/* "a.pcap", "A.CAP", "a.pcapng.gz", "a.pcap.3", "a.pcap12" */
static bool
is_called_capture(const char *name)
{
	static const char *const packed[] = { ".gz", ".xz", ".zst", ".lz4", ".bz2", NULL };
	static const char *const endings[] = { ".pcap", ".pcapng", ".cap", ".dmp", ".ntar", NULL };
	g_autofree char *lower = g_ascii_strdown(name, -1);
	size_t n;

	if (name[0] == '.')
		return false;
	drop_ending(lower, packed);
	for (n = strlen(lower); n && g_ascii_isdigit(lower[n - 1]); n--)
		lower[n - 1] = '\0';
	if (n && lower[n - 1] == '.')
		lower[n - 1] = '\0';
	return drop_ending(lower, endings);
}

static int
by_name(const void *a, const void *b)
{
	return cli_sets_names_order(*(char *const *)a, *(char *const *)b);
}

/* The directory is not read, or not to its end: as an input that cannot be opened. */
static void
pass_over(CliOptions *options, const char *path, const char *why)
{
	cli_complain("%s: %s", path, why);
	options->unread = true;
}

/* What is in a directory, in order. */
static GPtrArray *
names_in(CliOptions *options, const char *path, unsigned depth)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
	const struct dirent *entry;

	while (directory && (errno = 0, entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			g_ptr_array_add(names, g_strdup(entry->d_name));
	/* The one that was named is told of when it is opened. */
	if (depth == DEPTH_MAX)
		pass_over(options, path, "not read: it is too deep in other directories");
	else if (errno && (depth || directory))
		pass_over(options, path, g_strerror(errno));
	if (directory)
		closedir(directory);
	if (names->len)
		qsort(names->pdata, names->len, sizeof(*names->pdata), by_name);
	return names;
}

/*
 * A file that is called as captures are. One that cannot be looked at is told of when it is opened.
 * Who called a pipe, a socket or a device so is not known, and reading it might never end: it is not
 * opened unless it is named by itself, and that is told.
 */
static bool
is_capture(CliOptions *options, const char *path, const char *name, const struct stat *st)
{
	struct stat target = *st;

	if (!is_called_capture(name))
		return false;
	if ((S_ISLNK(st->st_mode) && stat(path, &target) != 0) || S_ISREG(target.st_mode))
		return true;
	pass_over(options, path,
		  S_ISDIR(target.st_mode) ? "not read: it is a link to a directory"
		  : S_ISFIFO(target.st_mode)
			  ? "not read: it is a pipe, which has to be named itself"
			  : "not read: it is no regular file");
	return false;
}

/* Links to directories are not followed: they could lead in a circle. */
static void
add_directory(CliOptions *options, GPtrArray *files, const char *path, unsigned depth)
{
	g_autoptr(GPtrArray) names = names_in(options, path, depth);

	for (guint i = 0; i < names->len; i++) {
		g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
		struct stat st;

		if (lstat(file, &st) != 0)
			pass_over(options, file, g_strerror(errno));
		else if (S_ISDIR(st.st_mode))
			add_directory(options, files, file, depth + 1);
		else if (is_capture(options, file, names->pdata[i], &st))
			g_ptr_array_add(files, g_steal_pointer(&file));
	}
}

/* A shell gives x.pcap10 before x.pcap2. Any other order is meant: that of a ring, by time. */
static void
sort_sets(char **files, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && strcmp(files[end - 1], files[end]) < 0 &&
				  cli_sets_are_numbered(files[i], files[end]);)
			end++;
		qsort(files + i, end - i, sizeof(*files), by_name);
	}
}

void
cli_inputs_expand(CliOptions *options)
{
	GPtrArray *files = g_ptr_array_new();

	sort_sets(options->files, g_strv_length(options->files));
	for (char **file = options->files; *file; file++) {
		guint before = files->len;
		struct stat st;

		if (!g_str_equal(*file, "-") && stat(*file, &st) == 0 && S_ISDIR(st.st_mode))
			add_directory(options, files, *file, 0);
		if (files->len == before)
			g_ptr_array_add(files, g_strdup(*file));
	}
	g_ptr_array_add(files, NULL);
	g_strfreev(options->files);
	options->files = (char **)g_ptr_array_free(files, FALSE);
}

/* ---- Descriptors ---- */

/*
 * Do not wait for a pipe before its turn: its writer may be waiting for another one to be read
 * first. Not opened: CAP_FD_NONE, less why it could not be.
 */
static int
open_ahead(const char *path, bool first)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return CAP_FD_NONE;
	if (!first && stat(path, &st) != 0)
		return CAP_FD_NONE - errno;
	if (!first && !S_ISREG(st.st_mode))
		return CAP_FD_NONE;
	fd = open(path, O_RDONLY | O_CLOEXEC | (first ? 0 : O_NONBLOCK));
	if (fd < 0)
		return CAP_FD_NONE - errno;
	if (!first && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		return CAP_FD_NONE;
	}
	return fd;
}

static size_t
descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= DESCRIPTORS_LEFT)
		return 1;
	return limit.rlim_cur - DESCRIPTORS_LEFT;
}

void
cli_inputs_open(CliOptions *options)
{
	size_t n = g_strv_length(options->files), room = descriptors();

	if (!cli_privileges_held())
		return;
	options->opened = g_new(int, n + 1);
	for (size_t i = 0; i < n; i++)
		options->opened[i] = i < room ? open_ahead(options->files[i], i == 0) : CAP_FD_NONE;
}

void
cli_inputs_needs(const CliOptions *options, CliSandboxNeeds *needs)
{
	needs->look_up = options->filter != NULL;
	if (options->unpacker)
		needs->unpacker = cap_unpacker_fd(options->unpacker);
	for (char **file = options->files; *file; file++)
		if (strcmp(*file, "-") != 0)
			cli_sandbox_reads(needs, *file);
}

int
cli_inputs_borrow(const CliOptions *options, char *const *file)
{
	int fd = options->opened ? options->opened[file - options->files] : -1;

	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void
cli_inputs_rewind(const CliOptions *options, char *const *file)
{
	int fd = options->opened ? options->opened[file - options->files] : -1;

	if (strcmp(*file, "-") == 0)
		fd = STDIN_FILENO;
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
}

int
cli_inputs_take(const CliOptions *options, char *const *file)
{
	size_t i = (size_t)(file - options->files);
	int fd = options->opened ? options->opened[i] : CAP_FD_NONE;

	if (fd >= 0)
		options->opened[i] = CAP_FD_NONE;
	return fd;
}
