/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory of the process as the kernel measures it. */
#include "cli/memory.h"

#include <fcntl.h>
#include <glib.h>
#include <malloc.h>
#include <unistd.h>

#include "dissect/wire/caps.h"

enum {
	LOOK_EVERY = 1024,     /* packets */
	PROGRAM = 10 << 20,    /* what the program takes before it reads anything */
	FILES = 8 << 20,       /* of that: pages of itself and its libraries, at most */
	SET_ASIDE = 12 << 20,  /* for the program, and for what malloc cannot use */
	MARGIN = 2 << 20,      /* what may come between two looks */
	TINY_ROOM = 192 << 10, /* enough for a few connections, with tiny_caps */
	FLOOR_DIVISOR = 4,     /* a quarter of the room is left, whatever was measured */
};

size_t
cli_memory_room(size_t setting)
{
	size_t room = setting - MIN((size_t)SET_ASIDE, setting / 4);

	return SMB_CAP(room, MIN(room, TINY_ROOM));
}

/* Of the process, and open for as long as that lives; -1: not open. */
static int statm = -1;

/* The sanitizers' own memory would be taken for the program's. */
void
cli_memory_prepare(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	if (statm < 0)
		statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
#endif
}

/*
 * From 32 MiB on, the program fits into what is set aside, and the whole process stays below the
 * setting. With smaller settings the account gets three quarters, and the program comes on top.
 */
void
cli_memory_init(CliMemory *self, size_t setting)
{
	size_t room = cli_memory_room(setting);

	cli_memory_prepare();
	*self = (CliMemory){ .room = room,
			     .ceiling = room,
			     .most = MAX(setting, room + PROGRAM) - MIN(MARGIN, room / 8) - FILES,
			     .fd = statm };
}

void
cli_memory_clear(CliMemory *self)
{
	self->fd = -1;
}

/*
 * The second number of statm less the third, which are pages of files; 0 if they cannot be had. How
 * much of its libraries the kernel has mapped differs from run to run, and what is evicted must not.
 */
static size_t
private_memory(const CliMemory *self)
{
	char text[128], *at = text;
	ssize_t n = self->fd < 0 ? -1 : pread(self->fd, text, sizeof(text) - 1, 0);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), all, files;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	(void)g_ascii_strtoull(at, &at, 10);
	all = (size_t)g_ascii_strtoull(at, &at, 10) * page;
	files = (size_t)g_ascii_strtoull(at, NULL, 10) * page;
	return all - MIN(files, all);
}

/*
 * Any excess is taken off the ceiling until it is gone: connections that are evicted leave whole
 * pages, which malloc_trim returns. The ceiling rises again when there is room.
 */
void
cli_memory_look(CliMemory *self)
{
	size_t floor = self->room / FLOOR_DIVISOR, now;

	if (++self->looks < LOOK_EVERY)
		return;
	self->looks = 0;
	now = private_memory(self);
	if (now > self->most) {
		malloc_trim(0);
		now = private_memory(self);
	}
	if (now > self->most)
		self->ceiling -= MIN(now - self->most, self->ceiling - floor);
	else
		self->ceiling += MIN((self->most - now) / 4, self->room - self->ceiling);
}
