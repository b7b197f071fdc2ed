/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts smbtrail-unpack for compressed inputs, and ends it. For a process that may not start others
 * another one does it, which serves the other end of a socket (SOCK_SEQPACKET): it gets the
 * descriptors and the first bytes of an input, and parses neither.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/source/archive.h"

/* Sends its requests over this socket, which it closes when it is freed. The caller owns it. */
CapUnpacker *cap_unpacker_new(int fd);
void cap_unpacker_free(CapUnpacker *self); /* NULL is fine */
int cap_unpacker_fd(const CapUnpacker *self);

/* Serves one end until the other is closed, and ends what is still running then. */
void cap_unpacker_serve(int fd);

/* In these, NULL for `self` is the process itself, which then starts smbtrail-unpack. */

/* The path of smbtrail-unpack; free it. */
char *cap_unpacker_program(const CapUnpacker *self);

/*
 * Starts one that reads `in`, from after the `len` (at most CAP_ARCHIVE_TAR) bytes of `head`, and
 * writes frames (unpack.h) to `out`; both remain the caller's. Returns 0 or an errno.
 */
int cap_unpacker_begin(CapUnpacker *self, int in, int out, const uint8_t *head, uint32_t len,
		       pid_t *ret_child);

/*
 * Kills it and waits until it is dead. Returns its status as waitpid(2) gives it: that of a process
 * that was already exiting is its own. 0 if there is nobody to ask.
 */
int cap_unpacker_end(CapUnpacker *self, pid_t child);
