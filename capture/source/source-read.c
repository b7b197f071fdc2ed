/* SPDX-License-Identifier: BSD-3-Clause */
/* The packets of a source, one by one, and the loop over all of a file. */
#include "capture/link/link.h"
#include "capture/source/source-internal.h"

#include <errno.h>
#include <poll.h>

/* ---- Filters ---- */

bool
cap_source_use_program(CapSource *self, int link_type, GError **error)
{
	CapProgram made = { .link_type = link_type };
	pcap_t *dead;
	bool ok;

	for (guint i = 0; i < self->programs->len; i++) {
		self->program = &g_array_index(self->programs, CapProgram, i);
		if (self->program->link_type == link_type)
			return true;
	}
	/*
	 * 101 is the files' number for IP without a link layer; libpcap's compiler has its own
	 * number for it.
	 */
	dead = pcap_open_dead(link_type == 101 ? DLT_RAW : link_type, CAP_SNAPLEN);
	ok = pcap_compile(dead, &made.program, self->filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!ok)
		cap_source_fail(error, CAP_SOURCE_ERROR_FILTER, "filter \"%s\": %s", self->filter,
				pcap_geterr(dead));
	pcap_close(dead);
	if (!ok)
		return false;
	g_array_append_val(self->programs, made);
	self->program = &g_array_index(self->programs, CapProgram, self->programs->len - 1);
	return true;
}

/* ---- One packet ---- */

/*
 * A packet of pcapng has the link type of its interface, and perhaps lengths that libpcap did not
 * see.
 */
static const struct pcap_pkthdr *G_GNUC_NO_INLINE
correct(CapSource *self, const struct pcap_pkthdr *header)
{
	const CapRun *run = cap_pcapng_next(&self->pcapng);

	if (!run)
		return header;
	if (run->link_type >= 0)
		self->link_type = run->link_type;
	if (!run->sized)
		return header;
	self->corrected = *header;
	self->corrected.caplen = MIN(header->caplen, run->caplen);
	self->corrected.len = run->wire_len;
	return &self->corrected;
}

/* Packets of several link layers are in one file; a file of none that can be read is refused. */
static void G_GNUC_NO_INLINE
look_at_link(CapSource *self)
{
	if (cap_link_supported(self->link_type))
		self->known_link = self->link_type;
	else if (!self->unread++)
		self->unread_link = self->link_type;
}

static bool G_GNUC_NO_INLINE
passes_filter(CapSource *self, const struct pcap_pkthdr *header, const u_char *data)
{
	/* For a link layer that cannot be read there is no program, and what it has is no reason to end. */
	if (self->program->link_type != self->link_type && !cap_link_supported(self->link_type)) {
		look_at_link(self);
		return false;
	}
	if (self->program->link_type != self->link_type && !self->broken &&
	    !cap_source_use_program(self, self->link_type, &self->broken))
		pcap_breakloop(self->pcap);
	return !self->broken && pcap_offline_filter(&self->program->program, header, data);
}

/*
 * Nanoseconds since 1970. libpcap takes the 32 bits of a pcap file for signed ones; they are not,
 * and reach to 2106. What pcapng says beyond the years 1970 to 2554 is the nearest time in them.
 */
static inline uint64_t
time_of(const CapSource *self, const struct timeval *ts)
{
	static const uint64_t last = UINT64_MAX - 1;
	int64_t seconds = ts->tv_sec, fraction = ts->tv_usec;

	if (self->live && !self->nanoseconds)
		fraction *= 1000;
	if (G_LIKELY(seconds >= 0 && seconds < INT32_MAX && fraction >= 0))
		return (uint64_t)seconds * 1000000000u + (uint64_t)fraction;
	if (!self->live && !self->pcapng.started) {
		seconds = (uint32_t)seconds;
		if (fraction < 0)
			fraction += (INT64_C(1) << 32) * (self->nanoseconds ? 1 : 1000);
	}
	if (seconds < 0)
		return 0;
	if ((uint64_t)seconds >= last / 1000000000)
		return last;
	return (uint64_t)seconds * 1000000000u + (uint64_t)MAX(fraction, 0);
}

/* Numbers and converts a packet; false if the filter leaves it out. */
static inline bool
convert(CapSource *self, const struct pcap_pkthdr *header, const u_char *data,
	CapPacket *ret_packet)
{
	self->frame++;
	if (G_UNLIKELY(self->pcapng.started))
		header = correct(self, header);
	if (G_UNLIKELY(self->filter) && !passes_filter(self, header, data))
		return false;
	if (G_UNLIKELY(self->link_type != self->known_link))
		look_at_link(self);
	*ret_packet = (CapPacket){ .time_ns = time_of(self, &header->ts),
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
	const char *why = cap_source_trouble(self) ?: pcap_geterr(self->pcap);

	if (self->live)
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
	else
		cap_source_fail(error, CAP_SOURCE_ERROR_DAMAGED,
				"%s: damaged after packet %" PRIu64 ": %s", self->name, self->frame,
				why);
	return CAP_NEXT_ERROR;
}

/* After libpcap's loop was broken off: by the caller, or here because the filter cannot go on. */
static CapNext
broken_off(CapSource *self, GError **error)
{
	if (!self->broken)
		return CAP_NEXT_END;
	cap_source_fail(error, CAP_SOURCE_ERROR_FILTER, "%s: packet %" PRIu64 ": %s", self->name,
			self->frame, self->broken->message);
	return CAP_NEXT_ERROR;
}

static CapNext
read_one(CapSource *self, CapPacket *ret_packet, GError **error)
{
	struct pcap_pkthdr *header;
	const u_char *data;

	while (!self->broken) {
		switch (pcap_next_ex(self->pcap, &header, &data)) {
		case 1:
			if (convert(self, header, data, ret_packet))
				return CAP_NEXT_PACKET;
			break;
		case 0:
			return CAP_NEXT_TIMEOUT;
		case PCAP_ERROR_BREAK:
			return broken_off(self, error);
		default:
			return fail_read(self, error);
		}
	}
	return broken_off(self, error);
}

CapNext
cap_source_next(CapSource *self, CapPacket *ret_packet, int timeout_ms, GError **error)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLIN };
	CapNext next = read_one(self, ret_packet, error);

	if (next != CAP_NEXT_TIMEOUT)
		return next;
	/* Without a descriptor to wait for, libpcap asks to be called again after a while. */
	if (poll(&ready, self->fd >= 0,
		 self->fd >= 0 ? timeout_ms : MIN(timeout_ms, CAP_BREATH_MS)) <= 0)
		return CAP_NEXT_TIMEOUT;
	return read_one(self, ret_packet, error);
}

/* The packet was handed out before libpcap came to it. */
static void G_GNUC_NO_INLINE
leave_out(CapSource *self)
{
	self->handed--;
	(void)cap_pcapng_next(&self->pcapng);
}

static void
loop_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	CapSource *self = (CapSource *)user;
	CapPacket packet;

	if (G_UNLIKELY(self->handed))
		leave_out(self);
	else if (convert(self, header, data, &packet))
		self->fn(self->user, &packet);
	if ((self->stop && *self->stop) || self->enough)
		pcap_breakloop(self->pcap);
}

void
cap_source_stop(CapSource *self)
{
	self->enough = true;
}

static inline bool
convert_quick(CapSource *self, const CapQuickPacket *packet, CapPacket *ret_packet)
{
	self->frame++;
	if (G_UNLIKELY(self->filter)) {
		const struct pcap_pkthdr header = { .caplen = packet->caplen,
						    .len = packet->wire_len };

		if (!passes_filter(self, &header, packet->data))
			return false;
	}
	if (G_UNLIKELY(self->link_type != self->known_link))
		look_at_link(self);
	*ret_packet = (CapPacket){ .time_ns = packet->time_ns,
				   .frame = self->frame,
				   .wire_len = MAX(packet->wire_len, packet->caplen),
				   .caplen = packet->caplen,
				   .link_type = self->link_type,
				   .data = packet->data };
	return true;
}

/* False: the loop was broken off; true: libpcap goes on, at the end or at what is damaged. */
static bool
loop_quick(CapSource *self)
{
	FILE *file = pcap_file(self->pcap);
	CapQuickPacket packet;
	CapPacket converted;

	cap_quick_begin(&self->quick, fileno(file), self->head, (uint32_t)pcap_snapshot(self->pcap),
			(uint64_t)ftello(file));
	while (cap_quick_next(&self->quick, &packet)) {
		if (convert_quick(self, &packet, &converted))
			self->fn(self->user, &converted);
		if ((self->stop && *self->stop) || self->enough || self->broken)
			return false;
	}
	if (fseeko(file, (off_t)cap_quick_offset(&self->quick), SEEK_SET) == 0)
		return true;
	cap_source_fail(&self->broken, CAP_SOURCE_ERROR_DAMAGED, "%s", g_strerror(errno));
	return false;
}

/* The same for pcapng; CAP_QUICK_PACKET: the loop was broken off. */
static CapQuickNext
loop_quick_ng(CapSource *self)
{
	CapQuickPacket packet;
	CapPacket converted;
	CapQuickNext next;

	cap_quick_ng_begin(&self->quick_ng, self->fd);
	while ((next = cap_quick_ng_next(&self->quick_ng, &packet, &self->link_type)) ==
	       CAP_QUICK_PACKET) {
		if (convert_quick(self, &packet, &converted))
			self->fn(self->user, &converted);
		if ((self->stop && *self->stop) || self->enough || self->broken)
			return next;
	}
	self->handed = self->frame;
	return next;
}

/* What somebody shortens while it is read just ends, maybe between two packets. */
static CapNext
end_of_file(CapSource *self, GError **error)
{
	uint64_t done, size;

	cap_source_progress(self, &done, &size);
	if (self->archive || done >= size)
		return CAP_NEXT_END;
	cap_source_fail(error, CAP_SOURCE_ERROR_DAMAGED,
			"%s: damaged after packet %" PRIu64
			": the file became shorter while it was read",
			self->name, self->frame);
	return CAP_NEXT_ERROR;
}

CapNext
cap_source_loop(CapSource *self, CapPacketFn fn, void *user, const volatile bool *stop,
		GError **error)
{
	CapQuickNext next = CAP_QUICK_OTHER;

	self->fn = fn;
	self->user = user;
	self->stop = stop;
	if (self->archive)
		cap_archive_set_stop(self->archive, stop);
	if (cap_source_is_quick(self) && !loop_quick(self))
		return broken_off(self, error);
	cap_quick_clear(&self->quick);
	if (cap_source_is_quick_ng(self))
		next = loop_quick_ng(self);
	if (next == CAP_QUICK_END)
		return end_of_file(self, error);
	if (next == CAP_QUICK_PACKET)
		return broken_off(self, error);
	cap_quick_ng_clear(&self->quick_ng);
	switch (pcap_loop(self->pcap, -1, loop_packet, (u_char *)self)) {
	case 0:
		return end_of_file(self, error);
	case PCAP_ERROR:
		return fail_read(self, error);
	default:
		return broken_off(self, error);
	}
}
