/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed files and pipes read through libarchive, as bytes that are handed out as soon as there
 * are any.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct CapArchive CapArchive;

/* Whether a file that begins so has to be read this way. */
bool cap_archive_compressed(const uint8_t *head, uint32_t len);

/*
 * Reads `fd`, which stays the caller's. A wait that a signal interrupted goes on unless *stop; then
 * the input ends there. Always gives a reader: cap_archive_trouble tells whether it is of any use.
 */
CapArchive *cap_archive_new(int fd, const volatile bool *stop);
void cap_archive_set_stop(CapArchive *self, const volatile bool *stop);

/* As read(2): at least a byte, 0 at the end, -1 at damage. */
ssize_t cap_archive_read(CapArchive *self, void *buffer, size_t size);

const char *cap_archive_trouble(const CapArchive *self); /* what is wrong; NULL: nothing */
uint64_t cap_archive_done(const CapArchive *self);       /* bytes of the compressed file read */
void cap_archive_free(CapArchive *self);                 /* NULL is fine */
