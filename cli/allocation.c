/* SPDX-License-Identifier: BSD-3-Clause */
/* malloc and its kin, so that an allocation that fails ends the run in order. */
#include "cli/allocation.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/options.h"

static OutWriter *watched;
static bool child;

void
cli_allocation_watch(OutWriter *writer)
{
	watched = writer;
}

void
cli_allocation_adopt(void)
{
	child = false;
}

/*
 * Returning NULL would not do: GLib then ends the process by a trap, and not every library checks
 * what it gets. The sanitizers have a malloc of their own, which must stay in place.
 */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

static struct {
	void *(*malloc)(size_t size);
	void *(*calloc)(size_t n, size_t size);
	void *(*realloc)(void *p, size_t size);
	void *(*aligned_alloc)(size_t alignment, size_t size);
	int (*posix_memalign)(void **ret, size_t alignment, size_t size);
} next;
static bool looking;

/* glibc's own, for what dlsym itself may allocate while it searches for the next definitions. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static void
fail(void)
{
	static const char word[] = "smbtrail: out of memory: the report ends here, incomplete\n";
	OutWriter *writer = watched;
	ssize_t ignored;

	watched = NULL;
	if (writer)
		out_writer_sync(writer); /* what allocates there comes here again, and ends */
	ignored = write(STDERR_FILENO, word, sizeof(word) - 1);
	(void)ignored;
	_exit(CLI_EXIT_INTERNAL);
}

static void
be_child(void)
{
	child = true;
}

/* The definitions of a preloaded library come first, then those of libc. */
static void
look(void)
{
	looking = true;
	*(void **)&next.malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&next.calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&next.realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&next.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
	*(void **)&next.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	pthread_atfork(NULL, NULL, be_child);
	looking = false;
}

static inline bool
is_ready(void)
{
	if (G_UNLIKELY(!next.posix_memalign) && !looking)
		look();
	return !looking;
}

void *
malloc(size_t size)
{
	void *p = is_ready() ? next.malloc(size) : __libc_malloc(size);

	if (G_UNLIKELY(!p) && !child)
		fail();
	return p;
}

void *
calloc(size_t n, size_t size)
{
	void *p = is_ready() ? next.calloc(n, size) : __libc_calloc(n, size);

	if (G_UNLIKELY(!p) && !child)
		fail();
	return p;
}

void *
realloc(void *before, size_t size)
{
	void *p = is_ready() ? next.realloc(before, size) : __libc_realloc(before, size);

	/* With a size of 0 it frees. */
	if (G_UNLIKELY(!p) && size && !child)
		fail();
	return p;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	void *p;

	is_ready();
	p = next.aligned_alloc(alignment, size);
	if (!p && errno == ENOMEM && !child)
		fail();
	return p;
}

int
posix_memalign(void **ret, size_t alignment, size_t size)
{
	int code;

	is_ready();
	code = next.posix_memalign(ret, alignment, size);
	if (code == ENOMEM && !child)
		fail();
	return code;
}

#endif
