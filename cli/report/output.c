/* SPDX-License-Identifier: BSD-3-Clause */
/* The file of the report: opened without harm to the inputs, or replaced as a whole. */
#include "cli/report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/report/address.h"
#include "cli/report/names.h"
#include "cli/verify/mend.h"

bool
cli_output_guard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		/*
		 * Opened for the wrong direction, so that using it is an error, as it was when it
		 * was closed.
		 */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

static bool
fail(GError **error, const char *path, int code)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
		    g_strerror(code));
	return false;
}

/* By identity, whatever the name: also through links and standard input. */
static bool
is_same(const char *path, const struct stat *output)
{
	struct stat input;
	int status = g_str_equal(path, "-") ? fstat(STDIN_FILENO, &input) : stat(path, &input);

	return status == 0 && input.st_dev == output->st_dev && input.st_ino == output->st_ino;
}

/* An input that is overwritten would be lost before it is read. */
static bool
check_inputs(const CliOptions *options, const char *name, const struct stat *output, GError **error)
{
	const char *what = options->audit.merge || options->audit.diff
				   ? "one of the records to read"
				   : "one of the captures";
	bool same = false;

	for (char **file = options->files; *file && !same; file++)
		same = is_same(*file, output);
	if (!same && options->audit.baseline && is_same(options->audit.baseline, output)) {
		what = "the baseline";
		same = true;
	}
	if (same)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			    "refusing to overwrite %s: it is %s", name, what);
	return !same;
}

/* Before anything is opened; what is there later, when it is, is looked at again. */
static bool
check_path(const CliOptions *options, const char *path, GError **error)
{
	struct stat st;

	return !path || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
	       check_inputs(options, path, &st, error);
}

/* A file that is written: what it is opened as, and what names it. */
typedef struct {
	const char *option;
	char *path; /* NULL: none */
} Written;

/* Also of files that do not exist yet: one name in one directory. */
static bool
is_one_file(const char *a, const char *b)
{
	g_autofree char *name_a = g_path_get_basename(a), *name_b = g_path_get_basename(b);
	g_autofree char *folder_a = g_path_get_dirname(a), *folder_b = g_path_get_dirname(b);
	struct stat one, other;

	if (stat(a, &one) == 0 && stat(b, &other) == 0)
		return S_ISREG(one.st_mode) && one.st_dev == other.st_dev &&
		       one.st_ino == other.st_ino;
	return g_str_equal(name_a, name_b) && stat(folder_a, &one) == 0 &&
	       stat(folder_b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

static bool
check_different(const Written *files, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; files[i].path && k < n; k++) {
			if (!files[k].path || !is_one_file(files[i].path, files[k].path))
				continue;
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
				    "%s and %s name the same file", files[i].option,
				    files[k].option);
			return false;
		}
	}
	return true;
}

bool
cli_output_check(const CliOptions *options, GError **error)
{
	const CliRotation *rotation = &options->report.rotation;
	const char *output = options->output, *metrics = options->monitoring.file;
	bool rotates = rotation->size || rotation->seconds;
	bool is_file = output && !cli_address_is(output);
	g_autofree char *report = is_file && rotates ? cli_rotated_part(output)
						     : g_strdup(is_file ? output : NULL);
	g_autofree char *new_metrics = metrics ? g_strconcat(metrics, ".new", NULL) : NULL;
	const Written files[] = { { "-o", report },
				  { "-w", options->write },
				  { "--metrics", options->monitoring.file },
				  { "--metrics (.new)", new_metrics } };

	return check_path(options, output, error) && check_path(options, options->write, error) &&
	       check_path(options, metrics, error) &&
	       check_different(files, G_N_ELEMENTS(files), error);
}

/* That files can be made beside this one, and replaced. */
static bool
check_folder(const char *option, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno),
		    "%s %s: no file can be made in %s, after privileges were dropped: %s", option,
		    path, folder, g_strerror(errno));
	return false;
}

bool
cli_output_check_folders(const CliOptions *options, GError **error)
{
	const CliRotation *rotation = &options->report.rotation;
	const char *metrics = options->monitoring.file;
	bool made = rotation->size || rotation->seconds || cli_output_is_replaced(options);

	return (!made || check_folder("-o", options->output, error)) &&
	       (!metrics || check_folder("--metrics", metrics, error));
}

bool
cli_output_goes_on(const CliOptions *options)
{
	return options->output && options->live.interfaces && options->verb != CLI_VERB_AUDIT &&
	       !options->html;
}

/*
 * What earlier runs wrote stays. A file with several names may be one of another directory, and of
 * another user, whom root would do this for.
 */
static bool
go_on(const CliOptions *options, int fd, const struct stat *output, GError **error)
{
	uint64_t torn;
	int code = geteuid() == 0 && output->st_nlink > 1 ? EMLINK : cli_mend_file(fd, &torn);

	if (code == EBUSY) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "%s: another run writes to it", options->output);
		return false;
	}
	if (code)
		return fail(error, options->output, code);
	if (torn)
		cli_complain("%s: left by a run that did not end; %" G_GUINT64_FORMAT
			     " bytes of a torn last line cut off",
			     options->output, torn);
	return true;
}

static bool
prepare(const CliOptions *options, int fd, GError **error)
{
	struct stat output;

	if (fstat(fd, &output) != 0)
		return fail(error, options->output ? options->output : "standard output", errno);
	if (!S_ISREG(output.st_mode))
		return true;
	if (!check_inputs(options, options->output ? options->output : "standard output", &output,
			  error))
		return false;
	if (!options->output)
		return true;
	/* The file may be older than this run, and open to others. */
	if (options->reveal_secrets && fchmod(fd, 0600) != 0)
		return fail(error, options->output, errno);
	if (cli_output_goes_on(options))
		return go_on(options, fd, &output, error);
	if (ftruncate(fd, 0) != 0)
		return fail(error, options->output, errno);
	return true;
}

bool
cli_output_is_replaced(const CliOptions *options)
{
	struct stat st;

	return options->audit.every && options->output &&
	       (lstat(options->output, &st) != 0 || S_ISREG(st.st_mode));
}

void
cli_output_needs(const CliOptions *options, CliSandboxNeeds *needs)
{
	if (cli_output_is_replaced(options))
		cli_sandbox_replaces(needs, options->output);
}

/* A file that may be replaced must also be writable, if it exists. */
static int
open_replaced(const CliOptions *options, GError **error)
{
	int fd = open(options->output, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	struct stat output;
	bool ok;

	if (fd < 0 && errno != ENOENT) {
		fail(error, options->output, errno);
		return -1;
	}
	if (fd >= 0) {
		ok = fstat(fd, &output) == 0 &&
		     check_inputs(options, options->output, &output, error);
		close(fd);
		if (!ok)
			return -1;
	}
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fail(error, "/dev/null", errno);
	return fd;
}

int
cli_output_temporary(const CliOptions *options, char **ret_name)
{
	char *name = g_strconcat(options->output, ".XXXXXX", NULL);
	int fd = mkostemp(name, O_CLOEXEC), code;
	mode_t mask;

	if (fd < 0) {
		code = errno;
		g_free(name);
		errno = code;
		return -1;
	}
	if (!options->reveal_secrets) {
		mask = umask(0);
		umask(mask);
		(void)fchmod(fd, 0666 & ~mask);
	}
	*ret_name = name;
	return fd;
}

bool
cli_output_replace(const CliOptions *options, int fd, const char *name, bool whole)
{
	bool ok = whole && (fsync(fd) == 0 || errno == EINVAL);
	int code = errno;

	if (close(fd) != 0 && ok) {
		code = errno;
		ok = false;
	}
	if (ok && rename(name, options->output) != 0) {
		code = errno;
		ok = false;
	}
	if (!ok)
		(void)unlink(name);
	errno = code;
	return ok;
}

int
cli_output_open(const CliOptions *options, GError **error)
{
	struct stat st;
	bool reads;
	int fd;

	if (cli_output_is_replaced(options))
		return open_replaced(options, error);
	if (!options->output)
		return prepare(options, STDOUT_FILENO, error) ? STDOUT_FILENO : -1;
	/* A file that goes on is read for its last line; pipes must not be opened for that. */
	reads = cli_output_goes_on(options) &&
		(lstat(options->output, &st) != 0 || S_ISREG(st.st_mode));
	fd = open(options->output,
		  (reads ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC |
			  O_NOCTTY,
		  options->reveal_secrets ? 0600 : 0666);
	if (fd < 0) {
		fail(error, options->output, errno);
		return -1;
	}
	if (!prepare(options, fd, error)) {
		close(fd);
		return -1;
	}
	return fd;
}

int
cli_output_open_packets(const CliOptions *options, GError **error)
{
	int fd = open(options->write, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0;

	if (!ok) {
		fail(error, options->write, errno);
	} else if (S_ISREG(st.st_mode)) {
		ok = check_inputs(options, options->write, &st, error);
		if (ok && ftruncate(fd, 0) != 0)
			ok = fail(error, options->write, errno);
	}
	if (!ok && fd >= 0) {
		close(fd);
		return -1;
	}
	return fd;
}
