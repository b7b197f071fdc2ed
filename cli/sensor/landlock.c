/* SPDX-License-Identifier: BSD-3-Clause */
/* The three system calls of Landlock, which libc does not have. */
#include "cli/sensor/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * linux/landlock.h, which may be older than the kernel, or not there. The numbers are the same on
 * all machines.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	RULESET_VERSION = 1 << 0,
	RULE_PATH_BENEATH = 1,

	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_REG = 1 << 8,
	FS_ALL_1 = (1 << 13) - 1, /* of version 1 */
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	FS_READING = FS_EXECUTE | FS_READ_FILE | FS_READ_DIR,

	NET_ALL = 3,    /* bind and connect TCP */
	SCOPED_ALL = 3, /* abstract Unix sockets, signals */
};

typedef struct {
	uint64_t fs, net, scoped;
} Ruleset;

typedef struct __attribute__((packed)) {
	uint64_t allowed;
	int32_t parent;
} PathBeneath;

int
cli_landlock_abi(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

/* All that this version can restrict. */
static Ruleset
everything(int abi, bool connect)
{
	Ruleset all = { .fs = FS_ALL_1 };

	all.fs |= abi >= 2 ? FS_REFER : 0;
	all.fs |= abi >= 3 ? FS_TRUNCATE : 0;
	all.fs |= abi >= 5 ? FS_IOCTL_DEV : 0;
	all.net = abi >= 4 && !connect ? NET_ALL : 0;
	all.scoped = abi >= 6 && !connect ? SCOPED_ALL : 0;
	return all;
}

/* An older kernel gets what it knows. */
static int
create(const Ruleset *ruleset, int abi)
{
	size_t size = abi >= 6   ? sizeof(*ruleset)
		      : abi >= 4 ? offsetof(Ruleset, scoped)
				 : offsetof(Ruleset, net);

	return (int)syscall(SYS_landlock_create_ruleset, ruleset, size, 0);
}

/*
 * What cannot be opened here cannot be later either, and is reported then. A pipe without a name
 * (EBADFD) needs no rule.
 */
static bool
allow(int ruleset, const char *path, uint64_t of_file, uint64_t of_directory)
{
	PathBeneath rule = { .parent = open(path, O_PATH | O_CLOEXEC) };
	struct stat st;
	bool ok;

	if (rule.parent < 0)
		return errno != EMFILE && errno != ENFILE;
	ok = fstat(rule.parent, &st) == 0;
	rule.allowed = S_ISDIR(st.st_mode) ? of_directory : of_file;
	ok = ok && (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ||
		    errno == EBADFD);
	close(rule.parent);
	return ok;
}

static bool
allow_all(int ruleset, const GPtrArray *paths, uint64_t of_file, uint64_t of_directory)
{
	for (guint i = 0; i < paths->len; i++)
		if (!allow(ruleset, g_ptr_array_index(paths, i), of_file, of_directory))
			return false;
	return true;
}

/* Closes the ruleset. */
static bool
restrict_self(int ruleset, bool ok)
{
	int code;

	ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	code = errno;
	close(ruleset);
	errno = code;
	return ok;
}

bool
cli_landlock_enter(const CliLandlockPaths *paths)
{
	int abi = cli_landlock_abi(), fd;
	Ruleset all = everything(abi, paths->connect);
	uint64_t writing = FS_WRITE_FILE | (all.fs & FS_TRUNCATE);

	if (!abi)
		errno = EOPNOTSUPP;
	fd = abi ? create(&all, abi) : -1;
	if (fd < 0)
		return false;
	return restrict_self(fd, allow_all(fd, paths->files, FS_READ_FILE, FS_READ_DIR) &&
					 allow_all(fd, paths->trees, FS_READ_FILE,
						   FS_READ_FILE | FS_READ_DIR) &&
					 allow_all(fd, paths->folders, FS_READ_FILE | writing,
						   FS_READ_FILE | FS_READ_DIR | FS_MAKE_REG |
							   FS_REMOVE_FILE | writing));
}

bool
cli_landlock_enter_reader(void)
{
	int abi = cli_landlock_abi(), fd;
	Ruleset all = everything(abi, false);

	all.fs &= ~(uint64_t)FS_READING;
	if (!abi)
		errno = EOPNOTSUPP;
	fd = abi ? create(&all, abi) : -1;
	return fd >= 0 && restrict_self(fd, true);
}
