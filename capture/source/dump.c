/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures that are written. libpcap makes the bytes, and here they are brought into the file. */
#include "capture/source/dump.h"

#include <errno.h>
#include <glib.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SNAPLEN = 262144, LINKTYPE_RAW = 101, GATHERED = 256 * 1024 };

struct CapDump {
	pcap_t *dead;
	pcap_dumper_t *dumper;
	GByteArray *waiting; /* made by libpcap, and not yet in the file */
	int fd;
	int link_type;
	bool nanoseconds;
	bool regular;
	uint32_t packets; /* among the waiting bytes */
	uint32_t header;  /* bytes before the first packet; 0 once they are in the file */
	uint64_t bytes;   /* of the file, with those that wait */
	uint64_t lost;
	int error; /* the last errno, or 0 */
	bool torn; /* what cannot be taken back ended within a packet: nothing can follow */
};

/* stdio's write function. */
static ssize_t
gather(void *cookie, const char *bytes, size_t n)
{
	CapDump *self = cookie;

	g_byte_array_append(self->waiting, (const guint8 *)bytes, (guint)n);
	self->bytes += n;
	return (ssize_t)n;
}

static bool
open_dumper(CapDump *self)
{
	const cookie_io_functions_t functions = { .write = gather };
	FILE *file = fopencookie(self, "wb", functions);

	/* libpcap has its own number for IP without a link layer. */
	self->dead = pcap_open_dead_with_tstamp_precision(
		self->link_type == LINKTYPE_RAW ? DLT_RAW : self->link_type, SNAPLEN,
		self->nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO);
	if (!file || !self->dead) {
		if (file)
			fclose(file);
		return false;
	}
	setvbuf(file, NULL, _IONBF, 0);
	self->dumper = pcap_dump_fopen(self->dead, file);
	self->header = self->waiting->len;
	return self->dumper != NULL;
}

static bool
dump_free(CapDump *self, bool ok)
{
	int code = self->error;

	if (self->dumper)
		pcap_dump_close(self->dumper);
	if (self->dead)
		pcap_close(self->dead);
	/* Some file systems report a full disk only here. */
	if (close(self->fd) != 0 && ok) {
		code = errno;
		ok = false;
	}
	g_byte_array_unref(self->waiting);
	g_free(self);
	errno = code ? code : EIO;
	return ok;
}

CapDump *
cap_dump_new(int fd, int link_type, bool nanoseconds)
{
	CapDump *self = g_new0(CapDump, 1);
	struct stat st;

	self->fd = fd;
	self->link_type = link_type;
	self->nanoseconds = nanoseconds;
	self->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	self->waiting = g_byte_array_new();
	if (open_dumper(self))
		return self;
	self->error = ENOMEM;
	dump_free(self, false);
	return NULL;
}

/* A file that took only a part loses that part again, so that it never ends within a packet. */
static void
take_back(CapDump *self, size_t part)
{
	off_t end = lseek(self->fd, 0, SEEK_CUR);

	if (part == 0)
		return;
	self->torn = !self->regular || end < (off_t)part ||
		     ftruncate(self->fd, end - (off_t)part) != 0 ||
		     lseek(self->fd, end - (off_t)part, SEEK_SET) < 0;
}

static size_t
write_waiting(CapDump *self)
{
	size_t done = 0;

	while (done < self->waiting->len) {
		ssize_t n = write(self->fd, self->waiting->data + done, self->waiting->len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	return done;
}

bool
cap_dump_flush(CapDump *self)
{
	uint32_t keep = 0;
	size_t done = self->torn ? 0 : write_waiting(self);
	bool ok = done == self->waiting->len && !self->torn;

	if (ok) {
		self->header = 0;
	} else {
		if (!self->torn) {
			self->error = errno ? errno : EIO;
			take_back(self, done);
		}
		self->lost += self->packets;
		/* The packets are lost, the header is for those that come. */
		keep = self->header;
	}
	self->bytes -= ok ? 0 : self->waiting->len - keep;
	g_byte_array_set_size(self->waiting, keep);
	self->packets = 0;
	return ok;
}

/* A file of pcap has 32 bits for seconds: what is later gets the latest time in them. */
static uint64_t
time_in_file(uint64_t ns)
{
	const uint64_t last = UINT32_MAX * UINT64_C(1000000000) + 999999999;

	return MIN(ns, last);
}

bool
cap_dump_packet(CapDump *self, const CapPacket *packet)
{
	uint64_t time = time_in_file(packet->time_ns), ns = time % 1000000000;
	struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->wire_len };

	if (packet->link_type != self->link_type)
		return false;
	header.ts.tv_sec = (time_t)(time / 1000000000);
	header.ts.tv_usec = (suseconds_t)(self->nanoseconds ? ns : ns / 1000);
	pcap_dump((u_char *)self->dumper, &header, packet->data);
	self->packets++;
	if (self->waiting->len >= GATHERED)
		(void)cap_dump_flush(self);
	return true;
}

bool
cap_dump_waits(const CapDump *self)
{
	return self->packets > 0;
}

uint64_t
cap_dump_bytes(const CapDump *self)
{
	return self->bytes;
}

bool
cap_dump_is_empty(const CapDump *self)
{
	return self->header > 0;
}

uint64_t
cap_dump_lost(const CapDump *self)
{
	return self->lost;
}

int
cap_dump_error(const CapDump *self)
{
	return self->error;
}

bool
cap_dump_close(CapDump *self)
{
	bool ok = cap_dump_flush(self) && !self->lost;

	return dump_free(self, ok);
}
