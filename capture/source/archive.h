/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed files and pipes: a separate process (unpack/) decompresses them, and its bytes are
 * handed out as soon as there are any. A CapArchive owns that process, which ends with it at the
 * latest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct CapArchive CapArchive;
typedef struct CapUnpacker CapUnpacker; /* unpacker.h */

/* This many bytes show whether a file is compressed, and so many whether it is a tar archive. */
#define CAP_ARCHIVE_MAGIC 4u
#define CAP_ARCHIVE_TAR 262u
bool cap_archive_compressed(const uint8_t *head, uint32_t len);

/*
 * The unpacker, borrowed for the archive's life, starts the process; NULL: this one does. Reads
 * `fd`, which remains the caller's, from after the `len` (at most CAP_ARCHIVE_TAR) bytes of
 * `head` that the caller has already read. A wait interrupted by a signal continues unless *stop;
 * then the input ends there. NULL if the process cannot be started: *ret_why says why, free it.
 */
CapArchive *cap_archive_new(CapUnpacker *unpacker, int fd, const uint8_t *head, uint32_t len,
			    const volatile bool *stop, char **ret_why);
/* Replaces the flag that ends a wait; it must outlive the archive. */
void cap_archive_set_stop(CapArchive *self, const volatile bool *stop);

/* As read(2): at least a byte, 0 at the end (of a member, too), -1 at damage. */
ssize_t cap_archive_read(CapArchive *self, void *buffer, size_t size);

/*
 * The file in a zip or tar archive whose bytes are read, borrowed until the next one begins; NULL
 * for what is no archive, and before the first byte was read. cap_archive_next skips what is left of
 * it; false: there is no other.
 */
const char *cap_archive_member(const CapArchive *self);
bool cap_archive_next(CapArchive *self);

const char *cap_archive_trouble(const CapArchive *self); /* what is wrong, or NULL */
uint64_t cap_archive_done(const CapArchive *self);       /* bytes of the compressed file read */
void cap_archive_free(CapArchive *self);                 /* NULL is fine */
