/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/source.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dissect/wire/reader.h"

#define CAP_SNAPLEN 262144
#define CAP_RING (16 << 20)
/* Read size: libpcap reads through stdio, whose default makes a system call every 4 KiB. */
#define CAP_BUFFER (128 << 10)
/* As much of the head of a file is looked at for its precision. */
#define CAP_HEAD 4096
#define CAP_BREATH_MS 100

#define CAP_PORTS "tcp port 445 or tcp port 139"
#define CAP_LATER_FRAGMENTS "(ip[6:2] & 0x1fff != 0) or (ip6[6] = 44)"
#define CAP_PLAIN_FILTER CAP_PORTS " or " CAP_LATER_FRAGMENTS
/* "vlan" moves the offsets of all that follows it, so each depth repeats the rest and comes last. */
#define CAP_DEFAULT_FILTER                                                                         \
	CAP_PLAIN_FILTER " or (vlan and (" CAP_PLAIN_FILTER " or (vlan and (" CAP_PLAIN_FILTER "))))"

struct CapSource {
	char *name;
	pcap_t *pcap;
	FILE *file;               /* pcap's; it closes it */
	struct archive *archive;  /* NULL where the file is read as it is */
	char *trouble;            /* of the decompression */
	char *buffer;             /* of file */
	uint8_t *block;           /* what the archive reads into */
	const uint8_t *at;        /* in what it made of it */
	size_t left;
	int fd;                   /* of the archive, or the one to poll */
	struct bpf_program program;
	bool filtered;            /* of a file: applied here, so that frames are numbered as in the file */
	bool live;
	bool nothing;             /* the archive holds no bytes at all */
	bool nanoseconds;
	int link_type;
	uint64_t frame;
	uint64_t size;
	uint8_t head[CAP_HEAD];
	uint32_t head_len;
	CapPacketFn fn;           /* while cap_source_loop runs */
	void *user;
	const volatile bool *stop;
};

G_DEFINE_QUARK(cap-source-error-quark, cap_source_error)

static void G_GNUC_PRINTF(3, 4)
fail(GError **error, CapSourceErrorCode code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error)
		*error = g_error_new_valist(CAP_SOURCE_ERROR, code, format, args);
	va_end(args);
}

/* Whether a pcapng interface counts finer than microseconds: option if_tsresol (9) of its description block. */
static bool
fine_resolution(SmbReader *r, bool big)
{
	while (smb_reader_left(r) >= 4) {
		uint16_t code = big ? smb_reader_be16(r) : smb_reader_le16(r);
		uint16_t len = big ? smb_reader_be16(r) : smb_reader_le16(r);

		if (code == 0)
			break;
		if (code == 9) {
			uint8_t unit = smb_reader_u8(r);

			return unit & 0x80 ? (unit & 0x7f) > 20 : unit > 6;
		}
		smb_reader_skip(r, (len + 3u) & ~3u);
	}
	return false;
}

/* Looks at the interfaces described at the head of a pcapng file. */
static bool
pcapng_nanoseconds(SmbReader *r)
{
	bool big = false;

	while (smb_reader_left(r) >= 12) {
		uint32_t start = r->pos, type = smb_reader_le32(r), len, order;
		SmbReader body;

		smb_reader_skip(r, 4);
		order = smb_reader_le32(r);
		if (type == 0x0a0d0d0a)
			big = order == 0x4d3c2b1a;
		smb_reader_seek(r, start + 4);
		len = big ? smb_reader_be32(r) : smb_reader_le32(r);
		type = big ? GUINT32_SWAP_LE_BE(type) : type;
		if (len < 12 || r->status != SMB_READ_OK)
			break;
		body = smb_reader_sub(r, len - 12);
		smb_reader_skip(r, 4);
		if (type != 1)
			continue;
		smb_reader_skip(&body, 8);
		if (fine_resolution(&body, big))
			return true;
	}
	return false;
}

static bool
head_nanoseconds(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	smb_reader_seek(&r, 0);
	if (magic == 0x0a0d0d0a)
		return pcapng_nanoseconds(&r);
	return magic == 0xa1b23c4d || magic == 0x4d3cb2a1;
}

static bool
head_compressed(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	return (magic & 0xffff) == 0x8b1f ||             /* gzip */
	       magic == 0xfd2fb528 ||                    /* zstd */
	       (magic & 0xfffffff0) == 0x184d2a50 ||     /* skippable frame of zstd and lz4 */
	       magic == 0x587a37fd ||                    /* xz */
	       magic == 0x184d2204 || magic == 0x184c2102; /* lz4, and its legacy frame */
}

/* The next block that libarchive has, however short: at a pipe, filling a buffer could take for ever. */
static bool
next_block(CapSource *self)
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

/* stdio's read function over libarchive; also keeps the head, which can be read only once. */
static ssize_t
read_archive(void *cookie, char *buffer, size_t size)
{
	CapSource *self = cookie;
	size_t keep, n;

	if (!self->left && !next_block(self)) {
		g_free(self->trouble);
		self->trouble = g_strdup(archive_error_string(self->archive) ?: "cannot be decompressed");
		errno = EIO;
		return -1;
	}
	n = MIN(size, self->left);
	if (n)
		memcpy(buffer, self->at, n);
	self->at += n;
	self->left -= n;
	keep = MIN(n, CAP_HEAD - self->head_len);
	memcpy(self->head + self->head_len, buffer, keep);
	self->head_len += (uint32_t)keep;
	return (ssize_t)n;
}

/*
 * libarchive's own function would go on waiting at a pipe after a signal; one that the caller handles
 * is to end the wait, and so the input.
 */
static la_ssize_t
read_descriptor(struct archive *archive, void *user, const void **ret_buffer)
{
	CapSource *self = user;
	ssize_t n = read(self->fd, self->block, CAP_BUFFER);

	*ret_buffer = self->block;
	if (n < 0 && errno != EINTR) {
		archive_set_error(archive, errno, "%s", g_strerror(errno));
		return -1;
	}
	return MAX(n, 0);
}

/* Pipes come this way too, compressed or not: libarchive tells by their first bytes. */
static bool
open_archive(CapSource *self, GError **error)
{
	const cookie_io_functions_t functions = { .read = read_archive };
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;

	self->block = g_malloc(CAP_BUFFER);
	self->archive = archive_read_new();
	archive_read_support_filter_gzip(self->archive);
	archive_read_support_filter_zstd(self->archive);
	archive_read_support_filter_xz(self->archive);
	archive_read_support_filter_lz4(self->archive);
	archive_read_support_format_raw(self->archive);
	archive_read_support_format_empty(self->archive);
	if (archive_read_open(self->archive, self, NULL, read_descriptor, NULL) >= ARCHIVE_WARN)
		status = archive_read_next_header(self->archive, &entry);
	if (status < ARCHIVE_WARN) {
		fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name,
		     archive_error_string(self->archive) ?: "cannot be decompressed");
		return false;
	}
	self->nothing = status == ARCHIVE_EOF;
	self->file = fopencookie(self, "rb", functions);
	return self->file != NULL;
}

/* Opens the file and decides by its first bytes how it is read. */
static bool
open_input(CapSource *self, GError **error)
{
	bool standard = g_str_equal(self->name, "-");
	struct stat st;
	ssize_t n = -1;

	self->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(self->name, O_RDONLY | O_CLOEXEC);
	if (self->fd < 0 || fstat(self->fd, &st) < 0) {
		fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name, g_strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		fail(error, CAP_SOURCE_ERROR_OPEN, "%s: is a directory", self->name);
		return false;
	}
	if (S_ISREG(st.st_mode) && lseek(self->fd, 0, SEEK_CUR) == 0) {
		self->size = (uint64_t)st.st_size;
		n = pread(self->fd, self->head, CAP_HEAD, 0);
	}
	if (n < 0 || head_compressed(self->head, (uint32_t)n))
		return open_archive(self, error);
	self->head_len = (uint32_t)n;
	self->file = fdopen(self->fd, "rb");
	if (self->file)
		self->fd = -1;
	return self->file != NULL;
}

/* libpcap's words for a file that is no capture, and better ones for the commonest cases. */
static void
fail_open(CapSource *self, const char *why, GError **error)
{
	if (self->trouble)
		why = self->trouble;
	else if (self->head_len == 0)
		why = "the file is empty";
	fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name, why);
}

static bool
check_link(CapSource *self, GError **error)
{
	const char *name;

	self->link_type = pcap_datalink(self->pcap);
	if (cap_link_supported(self->link_type))
		return true;
	name = pcap_datalink_val_to_name(self->link_type);
	fail(error, CAP_SOURCE_ERROR_LINK, "%s: link layer %s (%d) cannot be read", self->name,
	     name ?: "unknown", self->link_type);
	return false;
}

static bool
open_pcap(CapSource *self, GError **error)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	/* libpcap 1.10 reads the file's head itself; unlike pcap_open_offline this lets the buffer be chosen. */
	/* glibc heeds the size only with a buffer of the caller's. */
	self->buffer = g_malloc(CAP_BUFFER);
	setvbuf(self->file, self->buffer, _IOFBF, CAP_BUFFER);
	self->pcap = pcap_fopen_offline_with_tstamp_precision(self->file, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!self->pcap) {
		fail_open(self, why, error);
		return false;
	}
	self->file = NULL;
	self->nanoseconds = head_nanoseconds(self->head, self->head_len);
	return check_link(self, error);
}

static bool
compile(CapSource *self, const char *filter, GError **error)
{
	if (!filter)
		return true;
	if (pcap_compile(self->pcap, &self->program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		fail(error, CAP_SOURCE_ERROR_FILTER, "filter \"%s\": %s", filter, pcap_geterr(self->pcap));
		return false;
	}
	self->filtered = true;
	return true;
}

static CapSource *
source_new(const char *name)
{
	CapSource *self = g_new0(CapSource, 1);

	self->name = g_strdup(name);
	self->fd = -1;
	return self;
}

CapSource *
cap_source_open_file(const char *path, const char *filter, GError **error)
{
	CapSource *self = source_new(path);

	if (open_input(self, error) && open_pcap(self, error) && compile(self, filter, error))
		return self;
	if (error && !*error)
		fail(error, CAP_SOURCE_ERROR_OPEN, "%s: %s", self->name, g_strerror(errno));
	cap_source_free(self);
	return NULL;
}

static bool
set_options(pcap_t *pcap, const CapLiveOptions *options)
{
	/* Immediate mode would wake the program for every packet; a short time-out gathers them. */
	bool ok = pcap_set_snaplen(pcap, (int)(options->snaplen ? MIN(options->snaplen, CAP_SNAPLEN) : CAP_SNAPLEN)) == 0 &&
		  pcap_set_promisc(pcap, options->promiscuous) == 0 &&
		  pcap_set_timeout(pcap, CAP_BREATH_MS) == 0 &&
		  pcap_set_buffer_size(pcap, (int)(options->buffer_bytes ? MIN(options->buffer_bytes, INT32_MAX) : CAP_RING)) == 0;

	/* Not every kernel has nanoseconds; the pcap_t then says microseconds. */
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	return ok;
}

static bool
fail_activate(CapSource *self, int status, GError **error)
{
	const char *why = pcap_geterr(self->pcap);

	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
		fail(error, CAP_SOURCE_ERROR_PERMISSION,
		     "%s: not allowed to capture; run as root, or once: setcap cap_net_raw+ep PROGRAM",
		     self->name);
	else
		fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name,
		     *why ? why : pcap_statustostr(status));
	return false;
}

static bool
activate(CapSource *self, const CapLiveOptions *options, GError **error)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int status;

	self->pcap = pcap_create(self->name, why);
	if (!self->pcap || !set_options(self->pcap, options)) {
		fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
		return false;
	}
	status = pcap_activate(self->pcap);
	if (status < 0)
		return fail_activate(self, status, error);
	if (pcap_setnonblock(self->pcap, 1, why) < 0) {
		fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
		return false;
	}
	self->nanoseconds = pcap_get_tstamp_precision(self->pcap) == PCAP_TSTAMP_PRECISION_NANO;
	self->fd = pcap_get_selectable_fd(self->pcap);
	return check_link(self, error);
}

/* The default filter loses its VLAN part on link layers that have none. */
static bool
set_live_filter(CapSource *self, const char *filter, GError **error)
{
	bool ours = g_strcmp0(filter, CAP_DEFAULT_FILTER) == 0;

	if (!filter)
		return true;
	if (!compile(self, filter, ours ? NULL : error) &&
	    !(ours && compile(self, CAP_PLAIN_FILTER, error)))
		return false;
	self->filtered = false;
	if (pcap_setfilter(self->pcap, &self->program) < 0) {
		fail(error, CAP_SOURCE_ERROR_FILTER, "%s: %s", self->name, pcap_geterr(self->pcap));
		return false;
	}
	return true;
}

CapSource *
cap_source_open_live(const CapLiveOptions *options, GError **error)
{
	CapSource *self = source_new(options->interface);

	self->live = true;
	if (activate(self, options, error) && set_live_filter(self, options->filter, error))
		return self;
	cap_source_free(self);
	return NULL;
}

/* Numbers and converts a packet; false where the filter leaves it out. */
static bool
convert(CapSource *self, const struct pcap_pkthdr *header, const u_char *data, CapPacket *ret_packet)
{
	uint64_t fraction = (uint64_t)header->ts.tv_usec;

	self->frame++;
	if (self->filtered && !pcap_offline_filter(&self->program, header, data))
		return false;
	if (self->live && !self->nanoseconds)
		fraction *= 1000;
	*ret_packet = (CapPacket){ .time_ns = (uint64_t)header->ts.tv_sec * 1000000000u + fraction,
				   .frame = self->frame,
				   .wire_len = MAX(header->len, header->caplen),
				   .caplen = header->caplen,
				   .link_type = self->link_type,
				   .data = data };
	return true;
}

static CapNext
fail_read(CapSource *self, GError **error)
{
	const char *why = self->trouble ?: pcap_geterr(self->pcap);

	if (self->live) {
		fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
		return CAP_NEXT_ERROR;
	}
	/* libpcap holds one link layer a file; pcapng may have one for each interface. */
	if (strstr(why, "different from the type of the first interface")) {
		fail(error, CAP_SOURCE_ERROR_LINK,
		     "%s: interfaces of different link layers in one file cannot be read (after packet %" PRIu64
		     ")",
		     self->name, self->frame);
		return CAP_NEXT_ERROR;
	}
	fail(error, CAP_SOURCE_ERROR_DAMAGED, "%s: damaged after packet %" PRIu64 ": %s", self->name, self->frame,
	     why);
	return CAP_NEXT_ERROR;
}

static CapNext
read_one(CapSource *self, CapPacket *ret_packet, GError **error)
{
	struct pcap_pkthdr *header;
	const u_char *data;

	for (;;) {
		switch (pcap_next_ex(self->pcap, &header, &data)) {
		case 1:
			if (convert(self, header, data, ret_packet))
				return CAP_NEXT_PACKET;
			break;
		case 0:
			return CAP_NEXT_TIMEOUT;
		case PCAP_ERROR_BREAK:
			return CAP_NEXT_END;
		default:
			return fail_read(self, error);
		}
	}
}

CapNext
cap_source_next(CapSource *self, CapPacket *ret_packet, int timeout_ms, GError **error)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLIN };
	CapNext next = read_one(self, ret_packet, error);

	if (next != CAP_NEXT_TIMEOUT)
		return next;
	/* Without a descriptor to wait for, libpcap asks to be called again after a while. */
	if (poll(&ready, self->fd >= 0, self->fd >= 0 ? timeout_ms : MIN(timeout_ms, CAP_BREATH_MS)) <= 0)
		return CAP_NEXT_TIMEOUT;
	return read_one(self, ret_packet, error);
}

static void
loop_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	CapSource *self = (CapSource *)user;
	CapPacket packet;

	if (convert(self, header, data, &packet))
		self->fn(self->user, &packet);
	if (self->stop && *self->stop)
		pcap_breakloop(self->pcap);
}

CapNext
cap_source_loop(CapSource *self, CapPacketFn fn, void *user, const volatile bool *stop, GError **error)
{
	int status;

	self->fn = fn;
	self->user = user;
	self->stop = stop;
	status = pcap_loop(self->pcap, -1, loop_packet, (u_char *)self);
	return status == PCAP_ERROR ? fail_read(self, error) : CAP_NEXT_END;
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
	FILE *file = self->live ? NULL : pcap_file(self->pcap);
	off_t at = 0;

	if (self->archive)
		at = archive_filter_bytes(self->archive, -1);
	else if (file)
		at = ftello(file);
	*ret_done = at > 0 ? (uint64_t)at : 0;
	*ret_total = self->size;
}

CapDrops
cap_source_drops(CapSource *self)
{
	struct pcap_stat stat;

	if (!self->live || pcap_stats(self->pcap, &stat) < 0)
		return (CapDrops){ 0 };
	return (CapDrops){ .known = true,
			   .received = stat.ps_recv,
			   .dropped_kernel = stat.ps_drop,
			   .interface_known = true,
			   .dropped_interface = stat.ps_ifdrop };
}

void
cap_source_free(CapSource *self)
{
	if (!self)
		return;
	pcap_freecode(&self->program);
	if (self->pcap)
		pcap_close(self->pcap);
	if (self->file)
		fclose(self->file);
	archive_read_free(self->archive);
	if (self->fd >= 0 && !self->live)
		close(self->fd);
	g_free(self->block);
	g_free(self->buffer);
	g_free(self->trouble);
	g_free(self->name);
	g_free(self);
}

char **
cap_source_list(GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) < 0) {
		fail(error, CAP_SOURCE_ERROR_DEVICE, "%s", why);
		return NULL;
	}
	for (const pcap_if_t *one = all; one; one = one->next)
		g_ptr_array_add(lines, g_strdup_printf("%s: %s", one->name, one->description ?: ""));
	pcap_freealldevs(all);
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}

const char *
cap_source_default_filter(void)
{
	return CAP_DEFAULT_FILTER;
}
