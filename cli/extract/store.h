/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The folder that files are put into. It is opened once; everything is made below its descriptor,
 * for its owner alone, never through a link, and never in place of something that is there. A file
 * is called NAME.partial until it is whole. Few descriptors are open at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CliStore CliStore;
typedef struct CliStoreFile CliStoreFile;

/* Makes the folder, or takes one that is there (not a link). NULL with error set. */
CliStore *cli_store_new(const char *path, GError **error);
/* NULL is allowed. */
void cli_store_free(CliStore *self);
/* The descriptor of the manifest, a new file; the caller closes it. -1 with error set. */
int cli_store_manifest(CliStore *self, GError **error);

/* A new file with such a name (name.h), or a numbered one; NULL, with errno set. */
CliStoreFile *cli_store_create(CliStore *self, const char *name);
/* Each false with errno set; what the file has from there on is not known then. */
bool cli_store_write(CliStore *self, CliStoreFile *file, const void *bytes, size_t n, uint64_t at);
bool cli_store_read(CliStore *self, CliStoreFile *file, void *ret, size_t n, uint64_t at);
bool cli_store_set_size(CliStore *self, CliStoreFile *file, uint64_t size);
/* Its name now. */
const char *cli_store_name(const CliStoreFile *file);
/*
 * Ends the work on it: a whole one loses its ".partial", as long as no other has the name. Returns
 * its name, to be freed.
 */
char *cli_store_finish(CliStore *self, CliStoreFile *file, bool whole);
/*
 * The first errno of what cannot be told at once: bytes of a closed file that the disk did not take
 * after all, a whole one that did not get its name. 0: none.
 */
int cli_store_error(const CliStore *self);
/* Removes it. */
void cli_store_discard(CliStore *self, CliStoreFile *file);
/* Bytes allocated for files. */
size_t cli_store_memory(const CliStore *self);
