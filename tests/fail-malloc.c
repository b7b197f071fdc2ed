/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * To be preloaded: the FAIL_AT-th allocation of the process cannot be made, nor, with FAIL_ON, any
 * after it. How many there were is written to the descriptor FAIL_COUNT at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t size);
int posix_memalign(void **ret, size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);

static unsigned long at, count;
static int known, on;

static int
fails(void)
{
	const char *text;

	if (!known) {
		known = 1;
		text = getenv("FAIL_AT");
		at = text ? strtoul(text, NULL, 10) : 0;
		on = getenv("FAIL_ON") != NULL;
	}
	count++;
	if (!at || (on ? count < at : count != at))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

int
posix_memalign(void **ret, size_t alignment, size_t size)
{
	if (fails())
		return ENOMEM;
	*ret = __libc_memalign(alignment, size);
	return *ret ? 0 : ENOMEM;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

__attribute__((destructor)) static void
tell(void)
{
	const char *text = getenv("FAIL_COUNT");

	if (text)
		dprintf((int)strtol(text, NULL, 10), "%lu\n", count);
}
