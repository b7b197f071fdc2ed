/* SPDX-License-Identifier: BSD-3-Clause */
/* The reading end of smbtrail-unpack: starts it, and validates everything that it sends. */
#include "capture/source/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/source/unpack.h"
#include "capture/source/unpacker.h"
#include "dissect/wire/reader.h"

/* Fewer switches between the two processes; the system's default also works. */
#define CAP_PIPE_SIZE (1 << 20)
#define CAP_WORDS_MAX 200 /* of the other process's message, and of a member's name */

struct CapArchive {
	CapUnpacker *unpacker; /* borrowed; NULL: none */
	pid_t child;           /* 0: it was waited for */
	int fd;                /* its output */
	uint32_t left;         /* bytes of the frame at hand that are still to come */
	uint64_t done;
	bool over;    /* its last frame came */
	char *member; /* NULL: none has begun */
	char *next;   /* the member that begins here; NULL: none does */
	char *trouble;
	const volatile bool *stop;
};

/* POSIX.1 pax, ustar: "ustar" at byte 257. */
static bool
is_tar(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);

	smb_reader_skip(&r, CAP_ARCHIVE_TAR - 5);
	return smb_reader_le32(&r) == 0x61747375 && smb_reader_u8(&r) == 'r';
}

bool
cap_archive_compressed(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	return is_tar(head, len) || magic == 0x04034b50 || /* zip */
	       (magic & 0xffffff) == 0x685a42 ||           /* bzip2 */
	       (magic & 0xffff) == 0x8b1f ||               /* gzip */
	       magic == 0xfd2fb528 ||                      /* zstd */
	       (magic & 0xfffffff0) == 0x184d2a50 ||       /* skippable frame of zstd and lz4 */
	       magic == 0x587a37fd ||                      /* xz */
	       magic == 0x184d2204 || magic == 0x184c2102; /* lz4, and its legacy frame */
}

/*
 * ---- The other process ------------------------------------------------------------------------
 */

/* Only the other process has the other end, so that its death ends the input. */
static bool
start(CapArchive *self, int fd, const uint8_t *head, uint32_t len, char **ret_why)
{
	g_autofree char *program = NULL;
	int ends[2], status;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		*ret_why = g_strdup(g_strerror(errno));
		return false;
	}
	self->fd = ends[0];
	(void)fcntl(ends[1], F_SETPIPE_SZ, CAP_PIPE_SIZE);
	status = cap_unpacker_begin(self->unpacker, fd, ends[1], head, len, &self->child);
	close(ends[1]);
	if (status == 0)
		return true;
	self->child = 0;
	program = cap_unpacker_program(self->unpacker);
	*ret_why = g_strdup_printf("cannot be decompressed: %s: %s", program, g_strerror(status));
	return false;
}

CapArchive *
cap_archive_new(CapUnpacker *unpacker, int fd, const uint8_t *head, uint32_t len,
		const volatile bool *stop, char **ret_why)
{
	CapArchive *self = g_new0(CapArchive, 1);

	self->unpacker = unpacker;
	self->fd = -1;
	self->stop = stop;
	if (start(self, fd, head, len, ret_why))
		return self;
	cap_archive_free(self);
	return NULL;
}

void
cap_archive_set_stop(CapArchive *self, const volatile bool *stop)
{
	self->stop = stop;
}

/* Its output ended, or will not be read. A process that is already exiting keeps its status. */
static int
wait_for(CapArchive *self)
{
	pid_t child = self->child;

	self->child = 0;
	return cap_unpacker_end(self->unpacker, child);
}

/* Its output ended, and it did not say that it is the end. */
static void
note_death(CapArchive *self)
{
	int status = wait_for(self);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		self->trouble = g_strdup("decompressing was stopped: a system call that it has no "
					 "need of");
	else if (WIFSIGNALED(status))
		self->trouble = g_strdup_printf("decompressing was stopped by signal %d (%s)",
						WTERMSIG(status), g_strsignal(WTERMSIG(status)));
	else
		self->trouble =
			g_strdup_printf("decompressing ended with status %d", WEXITSTATUS(status));
}

/*
 * ---- Frames -----------------------------------------------------------------------------------
 */

static bool
is_stopped(const CapArchive *self)
{
	return self->stop && *self->stop;
}

/* As read(2), but that a signal ends the wait only where it ends the run; errno is EINTR then. */
static ssize_t
read_some(CapArchive *self, void *buffer, size_t size)
{
	ssize_t n;

	do {
		n = read(self->fd, buffer, size);
	} while (n < 0 && errno == EINTR && !is_stopped(self));
	return n;
}

/* True if all `size` bytes arrived. */
static bool
read_whole(CapArchive *self, void *buffer, size_t size)
{
	uint8_t *at = buffer;

	while (size) {
		ssize_t n = read_some(self, at, size);

		if (n == 0)
			note_death(self);
		else if (n < 0)
			self->trouble = g_strdup(g_strerror(errno));
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

/* Words that go to a terminal: whatever they are, they are a line of ASCII there. */
static char *
take_words(CapArchive *self, uint32_t size)
{
	char words[CAP_WORDS_MAX + 1] = "", rest[CAP_WORDS_MAX];
	size_t n = MIN(size, CAP_WORDS_MAX);

	if (!read_whole(self, words, n))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!g_ascii_isprint(words[i]))
			words[i] = '?';
	}
	for (size_t left = size - n; left; left -= MIN(left, sizeof(rest)))
		if (!read_whole(self, rest, MIN(left, sizeof(rest))))
			return NULL;
	return g_strdup(words);
}

static void
take_trouble(CapArchive *self, uint32_t size)
{
	char *words = take_words(self, size);

	if (self->trouble)
		g_free(words);
	else
		self->trouble = words && *words ? words : g_strdup("cannot be decompressed");
}

/* Each gets on: frames of nothing, and texts that do not end, would keep the reader for ever. */
static bool
makes_sense(const CapUnpackHead *head)
{
	if (head->kind == CAP_UNPACK_DATA)
		return head->size && head->size <= CAP_UNPACK_DATA_MAX;
	return head->size <= CAP_UNPACK_WORDS_MAX;
}

/* The next frame's head; true if bytes of the capture follow. */
static bool
next_frame(CapArchive *self)
{
	CapUnpackHead head;

	if (!read_whole(self, &head, sizeof(head)))
		return false;
	if (!makes_sense(&head))
		head.kind = 0;
	self->done = head.done;
	switch (head.kind) {
	case CAP_UNPACK_DATA:
		self->left = head.size;
		return true;
	case CAP_UNPACK_END:
		self->over = true;
		return false;
	case CAP_UNPACK_TROUBLE:
		take_trouble(self, head.size);
		return false;
	case CAP_UNPACK_MEMBER:
		g_free(self->next);
		self->next = take_words(self, head.size);
		return false;
	default:
		self->trouble = g_strdup("what decompressing gave makes no sense");
		return false;
	}
}

ssize_t
cap_archive_read(CapArchive *self, void *buffer, size_t size)
{
	ssize_t n;

	while (!self->left && !self->over && !self->trouble && !self->next)
		next_frame(self);
	if (self->next && !self->member) {
		self->member = g_steal_pointer(&self->next);
		return cap_archive_read(self, buffer, size);
	}
	if (self->over || self->next)
		return 0;
	if (!self->trouble) {
		n = read_some(self, buffer, MIN(size, self->left));
		if (n > 0) {
			self->left -= (uint32_t)n;
			return n;
		}
		if (n == 0)
			note_death(self);
		else
			self->trouble = g_strdup(g_strerror(errno));
	}
	errno = EIO;
	return -1;
}

const char *
cap_archive_member(const CapArchive *self)
{
	return self->member;
}

bool
cap_archive_next(CapArchive *self)
{
	char skipped[4096];

	/* What is passed over may be a thousand times as long as what is compressed, or not end. */
	while (!self->next && !is_stopped(self) &&
	       cap_archive_read(self, skipped, sizeof(skipped)) > 0)
		;
	if (!self->next || is_stopped(self))
		return false;
	g_free(self->member);
	self->member = g_steal_pointer(&self->next);
	return true;
}

const char *
cap_archive_trouble(const CapArchive *self)
{
	return self->trouble;
}

uint64_t
cap_archive_done(const CapArchive *self)
{
	return self->done;
}

void
cap_archive_free(CapArchive *self)
{
	if (!self)
		return;
	if (self->fd >= 0)
		close(self->fd);
	if (self->child > 0)
		wait_for(self);
	g_free(self->trouble);
	g_free(self->member);
	g_free(self->next);
	g_free(self);
}
