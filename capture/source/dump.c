/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures that are written. */
#include "capture/source/dump.h"

#include <errno.h>
#include <glib.h>
#include <pcap/pcap.h>
#include <unistd.h>

enum { SNAPLEN = 262144, LINKTYPE_RAW = 101 };

struct CapDump {
	pcap_t *dead;
	pcap_dumper_t *dumper;
	int link_type;
	bool nanoseconds;
};

CapDump *
cap_dump_new(int fd, int link_type, bool nanoseconds)
{
	CapDump *self = g_new0(CapDump, 1);
	FILE *file = fdopen(fd, "wb");

	self->link_type = link_type;
	self->nanoseconds = nanoseconds;
	/* libpcap has its own number for IP without a link layer. */
	self->dead = pcap_open_dead_with_tstamp_precision(
		link_type == LINKTYPE_RAW ? DLT_RAW : link_type, SNAPLEN,
		nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO);
	if (file && self->dead)
		self->dumper = pcap_dump_fopen(self->dead, file);
	if (self->dumper)
		return self;
	if (file)
		fclose(file);
	else
		close(fd);
	if (self->dead)
		pcap_close(self->dead);
	g_free(self);
	return NULL;
}

bool
cap_dump_packet(CapDump *self, const CapPacket *packet)
{
	uint64_t ns = packet->time_ns % 1000000000;
	struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->wire_len };

	if (packet->link_type != self->link_type)
		return false;
	header.ts.tv_sec = (time_t)(packet->time_ns / 1000000000);
	header.ts.tv_usec = (suseconds_t)(self->nanoseconds ? ns : ns / 1000);
	pcap_dump((u_char *)self->dumper, &header, packet->data);
	return true;
}

bool
cap_dump_close(CapDump *self)
{
	FILE *file = pcap_dump_file(self->dumper);
	bool ok = pcap_dump_flush(self->dumper) == 0 && !ferror(file);
	int code = errno;

	pcap_dump_close(self->dumper);
	pcap_close(self->dead);
	g_free(self);
	errno = code ? code : EIO;
	return ok;
}
