/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/archive.h"

#include <archive.h>
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "dissect/wire/reader.h"

#define CAP_BLOCK (512 << 10)

struct CapArchive {
	struct archive *archive;
	char *trouble;
	uint8_t *block;    /* what libarchive reads into */
	const uint8_t *at; /* in what it made of it */
	size_t left;
	int fd;
	bool nothing; /* it holds no bytes at all */
	const volatile bool *stop;
};

bool
cap_archive_compressed(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	return (magic & 0xffff) == 0x8b1f ||               /* gzip */
	       magic == 0xfd2fb528 ||                      /* zstd */
	       (magic & 0xfffffff0) == 0x184d2a50 ||       /* skippable frame of zstd and lz4 */
	       magic == 0x587a37fd ||                      /* xz */
	       magic == 0x184d2204 || magic == 0x184c2102; /* lz4, and its legacy frame */
}

static void
note_trouble(CapArchive *self)
{
	g_free(self->trouble);
	self->trouble = g_strdup(archive_error_string(self->archive) ?: "cannot be decompressed");
}

/*
 * libarchive's own function would go on waiting at a pipe after a signal; one that the caller takes
 * for the end of the run ends the wait, and so the input. Any other (the terminal's size changed)
 * does not.
 */
static la_ssize_t
read_descriptor(struct archive *archive, void *user, const void **ret_buffer)
{
	CapArchive *self = user;
	ssize_t n;

	*ret_buffer = self->block;
	do {
		if (self->stop && *self->stop)
			return 0;
		n = read(self->fd, self->block, CAP_BLOCK);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		archive_set_error(archive, errno, "%s", g_strerror(errno));
	return n;
}

CapArchive *
cap_archive_new(int fd, const volatile bool *stop)
{
	CapArchive *self = g_new0(CapArchive, 1);
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;

	self->fd = fd;
	self->stop = stop;
	self->block = g_malloc(CAP_BLOCK);
	self->archive = archive_read_new();
	archive_read_support_filter_gzip(self->archive);
	archive_read_support_filter_zstd(self->archive);
	archive_read_support_filter_xz(self->archive);
	archive_read_support_filter_lz4(self->archive);
	archive_read_support_format_raw(self->archive);
	archive_read_support_format_empty(self->archive);
	if (archive_read_open(self->archive, self, NULL, read_descriptor, NULL) >= ARCHIVE_WARN)
		status = archive_read_next_header(self->archive, &entry);
	if (status < ARCHIVE_WARN)
		note_trouble(self);
	self->nothing = status == ARCHIVE_EOF;
	return self;
}

void
cap_archive_set_stop(CapArchive *self, const volatile bool *stop)
{
	self->stop = stop;
}

/*
 * The next block that libarchive has, however short: at a pipe, filling a buffer could take for
 * ever.
 */
static bool
next_block(CapArchive *self)
{
	la_int64_t offset;
	const void *at = NULL;
	int status = self->nothing ? ARCHIVE_EOF : ARCHIVE_OK;

	while (!self->left && status == ARCHIVE_OK)
		status = archive_read_data_block(self->archive, &at, &self->left, &offset);
	if (self->left)
		self->at = at;
	return status >= ARCHIVE_WARN;
}

ssize_t
cap_archive_read(CapArchive *self, void *buffer, size_t size)
{
	size_t n;

	if (!self->left && !next_block(self)) {
		note_trouble(self);
		errno = EIO;
		return -1;
	}
	n = MIN(size, self->left);
	if (!n)
		return 0;
	memcpy(buffer, self->at, n);
	self->at += n;
	self->left -= n;
	return (ssize_t)n;
}

const char *
cap_archive_trouble(const CapArchive *self)
{
	return self->trouble;
}

uint64_t
cap_archive_done(const CapArchive *self)
{
	la_int64_t at = archive_filter_bytes(self->archive, -1);

	return at > 0 ? (uint64_t)at : 0;
}

void
cap_archive_free(CapArchive *self)
{
	if (!self)
		return;
	archive_read_free(self->archive);
	g_free(self->block);
	g_free(self->trouble);
	g_free(self);
}
