/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whole lines to a file descriptor: what a file could not take as a whole (a full disk, a size
 * limit) it loses again up to the last newline. Pipes and terminals cannot take anything back.
 * SIGPIPE is the caller's to ignore, so that EPIPE arrives here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	int fd; /* borrowed */
	/*
	 * Asked when a signal interrupted a write that waited for a reader: whether to give up. NULL:
	 * never.
	 */
	bool (*give_up)(void *user);
	void *user;
} OutDescriptor;

/*
 * Writes n bytes, which are whole lines. 0, or an errno (ETIMEDOUT: gave up); *ret_written is then
 * how many bytes of whole lines were written, else n. NULL is allowed for it.
 */
int out_descriptor_write(const OutDescriptor *self, const char *lines, size_t n,
			 size_t *ret_written);
