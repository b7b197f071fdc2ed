/* SPDX-License-Identifier: BSD-3-Clause */
/* Files and standard input: which format they have, and the loop over their packets. */
#include "capture/link/link.h"
#include "capture/source/source-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read size: libpcap reads through stdio, whose default makes a system call every 4 KiB. */
#define CAP_BUFFER (512 << 10)

G_DEFINE_QUARK(cap - source - error - quark, cap_source_error)

void
cap_source_fail(GError **error, CapSourceErrorCode code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error)
		*error = g_error_new_valist(CAP_SOURCE_ERROR, code, format, args);
	va_end(args);
}

CapSource *
cap_source_new(const char *name)
{
	CapSource *self = g_new0(CapSource, 1);

	self->path = g_strdup(name);
	self->name = g_strdup(name);
	self->fd = self->known_link = -1;
	self->missed_fd[0] = self->missed_fd[1] = -1;
	self->programs = g_array_new(FALSE, FALSE, sizeof(CapProgram));
	cap_pcapng_init(&self->pcapng);
	return self;
}

void
cap_source_free(CapSource *self)
{
	if (!self)
		return;
	for (guint i = 0; i < self->programs->len; i++)
		pcap_freecode(&g_array_index(self->programs, CapProgram, i).program);
	g_array_unref(self->programs);
	cap_quick_clear(&self->quick);
	cap_quick_ng_clear(&self->quick_ng);
	if (self->pcap)
		pcap_close(self->pcap);
	if (self->file)
		fclose(self->file);
	cap_archive_free(self->archive);
	cap_pcapng_clear(&self->pcapng);
	if (self->fd >= 0 && !self->live)
		close(self->fd);
	for (size_t i = 0; i < G_N_ELEMENTS(self->missed_fd); i++)
		if (self->missed_fd[i] >= 0)
			close(self->missed_fd[i]);
	g_clear_error(&self->broken);
	g_free(self->filter);
	g_free(self->path);
	g_clear_error(&self->passed);
	g_free(self->name);
	g_free(self);
}

static ssize_t
read_file(CapSource *self, void *buffer, size_t size)
{
	ssize_t n;

	do
		n = read(self->fd, buffer, size);
	while (n < 0 && errno == EINTR && !(self->stop && *self->stop));
	if (n > 0)
		self->done += (uint64_t)n;
	return n;
}

/*
 * The first bytes of an input that can be read only once, as far as there are any; false on error.
 */
static bool
peek(CapSource *self, uint32_t size)
{
	ssize_t n = 1;

	while (n > 0 && self->peeked_len < size) {
		n = read_file(self, self->peeked + self->peeked_len, size - self->peeked_len);
		if (n > 0)
			self->peeked_len += (uint32_t)n;
	}
	return n >= 0;
}

/* A file or a pipe that is not compressed, from its first byte on. */
static ssize_t
read_plain(CapSource *self, void *buffer, size_t size)
{
	size_t n = MIN(size, self->peeked_len - self->peeked_pos);

	if (!n)
		return read_file(self, buffer, size);
	memcpy(buffer, self->peeked + self->peeked_pos, n);
	self->peeked_pos += (uint32_t)n;
	return (ssize_t)n;
}

/* stdio's read function; also keeps the head where it can be read only once. */
static ssize_t
read_input(void *cookie, char *buffer, size_t size)
{
	CapSource *self = cookie;
	ssize_t n = self->archive ? cap_archive_read(self->archive, buffer, size)
				  : read_plain(self, buffer, size);
	size_t keep;

	if (n <= 0)
		return n;
	if (self->once) {
		keep = MIN((size_t)n, CAP_HEAD - self->head_len);
		memcpy(self->head + self->head_len, buffer, keep);
		self->head_len += (uint32_t)keep;
	}
	cap_pcapng_pass(&self->pcapng, (uint8_t *)buffer, (size_t)n);
	return n;
}

static bool
open_cookie(CapSource *self)
{
	const cookie_io_functions_t functions = { .read = read_input };

	self->file = fopencookie(self, "rb", functions);
	return self->file != NULL;
}

static bool
open_archive(CapSource *self, GError **error)
{
	g_autofree char *why = NULL;

	self->once = true;
	self->archive = cap_archive_new(self->unpacker, self->fd, self->peeked, self->peeked_len,
					self->stop, &why);
	if (self->archive)
		return open_cookie(self);
	cap_source_fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name, why);
	return false;
}

/* A pipe: its type must be detected from bytes that cannot be read again. */
static bool
open_pipe(CapSource *self, GError **error)
{
	self->once = true;
	if (!peek(self, CAP_ARCHIVE_MAGIC))
		return false;
	/* A capture that goes on is never waited for: only what begins as none may be a tar archive. */
	if (!cap_pcapng_capture(self->peeked, self->peeked_len) &&
	    !cap_archive_compressed(self->peeked, self->peeked_len) && !peek(self, CAP_ARCHIVE_TAR))
		return false;
	return cap_archive_compressed(self->peeked, self->peeked_len) ? open_archive(self, error)
								      : open_cookie(self);
}

/* No bytes need to be inspected: stdio reads the file itself. */
static bool
open_plain(CapSource *self)
{
	self->pcapng.none = true;
	self->file = fdopen(self->fd, "rb");
	if (self->file)
		self->fd = -1;
	return self->file != NULL;
}

int
cap_fd_open(const char *path, int before)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* Whether the file is there cannot be seen any more. */
	if (fd < 0 && errno == EACCES && before < CAP_FD_NONE)
		errno = CAP_FD_NONE - before;
	return fd;
}

/* Opens the file and decides by its first bytes how it is read. */
static bool
open_input(CapSource *self, GError **error)
{
	bool standard = g_str_equal(self->name, "-");
	struct stat st;
	ssize_t n = -1;

	if (self->fd < 0)
		self->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				    : cap_fd_open(self->name, self->fd);
	if (self->fd < 0 || fstat(self->fd, &st) < 0) {
		cap_source_fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name,
				g_strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		cap_source_fail(
			error, CAP_SOURCE_ERROR_OPEN,
			"%s: is a directory without captures (*.pcap, *.pcapng, *.cap, *.dmp, "
			"also compressed)",
			self->name);
		return false;
	}
	if (S_ISREG(st.st_mode) && lseek(self->fd, 0, SEEK_CUR) == 0) {
		self->size = (uint64_t)st.st_size;
		n = pread(self->fd, self->head, CAP_HEAD, 0);
	}
	if (n < 0)
		return open_pipe(self, error);
	if (cap_archive_compressed(self->head, (uint32_t)n))
		return open_archive(self, error);
	self->head_len = (uint32_t)n;
	return cap_pcapng_begins(self->head, self->head_len) ? open_cookie(self) : open_plain(self);
}

const char *
cap_source_trouble(const CapSource *self)
{
	return self->archive ? cap_archive_trouble(self->archive) : NULL;
}

/* Captures of other programs, which libpcap does not read. */
static const char *
foreign_format(const CapSource *self)
{
	static const struct {
		const char *magic, *name;
	} formats[] = {
		{ "GMBU", "Microsoft Network Monitor 2" },
		{ "RTSS", "Microsoft Network Monitor 1" },
		{ "snoop", "snoop" },
		{ "TRSNIFF data", "Sniffer" },
		{ "XCP", "NetXray" },
		{ "\x7f\xfe\x34\x12", "Visual Networks" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		size_t n = strlen(formats[i].magic);

		if (self->head_len >= n && memcmp(self->head, formats[i].magic, n) == 0)
			return formats[i].name;
	}
	return NULL;
}

/* editcap reads some compressed files, but no archives. */
static void
fail_foreign(CapSource *self, const char *format, CapSourceErrorCode code, GError **error)
{
	const char *member = self->archive ? cap_archive_member(self->archive) : NULL;
	const char *slash = member ? strrchr(member, '/') : NULL;

	cap_source_fail(error, code,
			"%s: a %s capture, which is not read; %s: editcap -F pcapng %s "
			"OUT.pcapng",
			self->name, format,
			member ? "take it out of the archive and convert it with"
			       : "convert it with",
			slash    ? slash + 1
			: member ? member
				 : self->name);
}

/*
 * libpcap's message for a file that is not a capture, and better ones for the most common cases. A
 * file that cannot be decompressed is damaged, even if nothing precedes the damage.
 */
static void
fail_open(CapSource *self, const char *why, GError **error)
{
	CapSourceErrorCode code = cap_source_trouble(self) ? CAP_SOURCE_ERROR_DAMAGED
							   : CAP_SOURCE_ERROR_OPEN;
	const char *format = foreign_format(self);

	if (format && !cap_source_trouble(self)) {
		fail_foreign(self, format, code, error);
		return;
	}
	if (cap_source_trouble(self))
		why = cap_source_trouble(self);
	else if (self->head_len == 0)
		why = "the file is empty";
	cap_source_fail(error, code, "%s: %s", self->name, why);
}

bool
cap_source_check_link(CapSource *self, GError **error)
{
	const char *name;

	self->link_type = pcap_datalink(self->pcap);
	if (cap_link_supported(self->link_type) || cap_pcapng_supported(&self->pcapng))
		return true;
	name = pcap_datalink_val_to_name(self->link_type);
	cap_source_fail(error, CAP_SOURCE_ERROR_LINK, "%s: link layer %s (%d) cannot be read",
			self->name, name ?: "unknown", self->link_type);
	return false;
}

static bool
open_pcap(CapSource *self, GError **error)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	/*
	 * libpcap 1.10 reads the file's head itself; unlike pcap_open_offline this lets the buffer
	 * be chosen.
	 */
	setvbuf(self->file, NULL, _IOFBF, cap_source_is_quick(self) ? CAP_HEAD : CAP_BUFFER);
	/* Nobody else reads it: libpcap's two reads of each packet need not lock it. */
	__fsetlocking(self->file, FSETLOCKING_BYCALLER);
	self->pcap = pcap_fopen_offline_with_tstamp_precision(self->file,
							      PCAP_TSTAMP_PRECISION_NANO, why);
	if (!self->pcap) {
		fail_open(self, why, error);
		return false;
	}
	self->file = NULL;
	self->nanoseconds = cap_pcapng_nanoseconds(self->head, self->head_len);
	return cap_source_check_link(self, error);
}

/* Where packets that can be read come behind others, for the commonest link layer at first. */
static bool
use_filter(CapSource *self, GError **error)
{
	bool supported = cap_link_supported(self->link_type);

	return !self->filter ||
	       cap_source_use_program(self, supported ? self->link_type : DLT_EN10MB, error);
}

static bool
set_filter(CapSource *self, const char *filter, GError **error)
{
	self->filter = g_strdup(filter);
	return use_filter(self, error);
}

/* Everything that one capture is; what the archive is remains. */
static bool
begin_member(CapSource *self)
{
	const char *member = cap_archive_member(self->archive);

	if (self->pcap)
		pcap_close(self->pcap);
	else if (self->file)
		fclose(self->file);
	self->pcap = NULL;
	self->file = NULL;
	cap_pcapng_clear(&self->pcapng);
	cap_pcapng_init(&self->pcapng);
	self->head_len = 0;
	self->frame = self->unread = 0;
	g_free(self->name);
	self->name = g_strdup_printf("%s:%s", self->path, member ? member : "?");
	return open_cookie(self);
}

static void
name_member(CapSource *self)
{
	const char *member = self->archive ? cap_archive_member(self->archive) : NULL;

	if (!member)
		return;
	g_free(self->name);
	self->name = g_strdup_printf("%s:%s", self->path, member);
}

/*
 * Of what is passed over in an archive, the first that may be a capture is told of at its end: one of
 * another program, with a link layer that cannot be read, or in an archive of its own.
 */
static void
note_passed(CapSource *self, const GError *why)
{
	const char *format = foreign_format(self);

	if (self->passed)
		return;
	if (why && why->code == CAP_SOURCE_ERROR_LINK)
		(void)cap_source_check_link(self, &self->passed); /* its name is known now */
	else if (format)
		fail_foreign(self, format, CAP_SOURCE_ERROR_OPEN, &self->passed);
	else if (cap_archive_compressed(self->head, self->head_len))
		cap_source_fail(&self->passed, CAP_SOURCE_ERROR_OPEN,
				"%s: an archive in an archive, which is not read; unpack it first",
				self->name);
}

/* In an archive, whatever is no capture is passed over. */
static bool
open_next(CapSource *self, GError **error)
{
	while (cap_archive_next(self->archive)) {
		g_autoptr(GError) why = NULL;

		if (begin_member(self) && open_pcap(self, &why))
			return true;
		note_passed(self, why);
		if (why && why->code == CAP_SOURCE_ERROR_DAMAGED) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	if (cap_source_trouble(self))
		cap_source_fail(error, CAP_SOURCE_ERROR_DAMAGED, "%s: %s", self->path,
				cap_source_trouble(self));
	else if (self->passed)
		g_propagate_error(error, g_steal_pointer(&self->passed));
	return false;
}

static bool
open_first(CapSource *self, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool ok = open_pcap(self, &why);

	name_member(self);
	if (ok)
		return true;
	if (!self->archive || !cap_archive_member(self->archive) || cap_source_trouble(self)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	note_passed(self, why);
	if (open_next(self, error))
		return true;
	if (error && !*error)
		cap_source_fail(error, CAP_SOURCE_ERROR_OPEN, "%s: no capture is in this archive",
				self->path);
	return false;
}

bool
cap_source_next_capture(CapSource *self, GError **error)
{
	if (!self->archive || !cap_archive_member(self->archive) || self->enough)
		return false;
	return open_next(self, error) && use_filter(self, error);
}

CapSource *
cap_source_open_fd_until(CapUnpacker *unpacker, int fd, const char *path, const char *filter,
			 const volatile bool *stop, GError **error)
{
	CapSource *self = cap_source_new(path);

	self->unpacker = unpacker;
	self->fd = fd;
	self->stop = stop;
	if (open_input(self, error) && open_first(self, error) && set_filter(self, filter, error))
		return self;
	if (error && !*error)
		cap_source_fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name,
				g_strerror(errno));
	cap_source_free(self);
	return NULL;
}

CapSource *
cap_source_open_file_until(const char *path, const char *filter, const volatile bool *stop,
			   GError **error)
{
	return cap_source_open_fd_until(NULL, -1, path, filter, stop, error);
}

CapSource *
cap_source_open_file(const char *path, const char *filter, GError **error)
{
	return cap_source_open_file_until(path, filter, NULL, error);
}

int
cap_source_live_fd(const CapSource *self)
{
	return self->live ? self->fd : -1;
}

char *
cap_source_unread(const CapSource *self)
{
	const char *name = pcap_datalink_val_to_name(self->unread_link);

	if (!self->unread)
		return NULL;
	return g_strdup_printf("%s: %" PRIu64 " of its packets cannot be read: they have another "
			       "link layer, %s (%d)",
			       self->name, self->unread, name ?: "unknown", self->unread_link);
}

const char *
cap_source_name(const CapSource *self)
{
	return self->name;
}

bool
cap_source_nanoseconds(const CapSource *self)
{
	return self->nanoseconds;
}

void
cap_source_progress(const CapSource *self, uint64_t *ret_done, uint64_t *ret_total)
{
	FILE *file = self->live || !self->pcap ? NULL : pcap_file(self->pcap);
	off_t at = -1;

	if (self->archive)
		*ret_done = cap_archive_done(self->archive);
	else if (self->quick.file.bytes)
		*ret_done = cap_quick_offset(&self->quick);
	else if (self->quick_ng.file.bytes)
		*ret_done = cap_ahead_offset(&self->quick_ng.file);
	else if (file && (at = ftello(file)) > 0)
		*ret_done = (uint64_t)at;
	else
		*ret_done = self->done;
	*ret_total = self->size;
}
