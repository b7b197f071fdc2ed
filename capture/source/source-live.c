/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces: opening one, and what the kernel dropped. */
#include "capture/source/source-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/link/link.h"
#include "capture/source/interface.h"

#define CAP_RING (16 << 20)
/* For so long the kernel gathers packets before it hands them over. */
#define CAP_GATHER_MS 10

#define CAP_PORTS "tcp port 445 or tcp port 139 or udp port 137 or udp port 138"
#define CAP_LATER_FRAGMENTS "(ip[6:2] & 0x1fff != 0) or (ip6[6] = 44)"
#define CAP_PLAIN_FILTER CAP_PORTS " or " CAP_LATER_FRAGMENTS
/*
 * "vlan" moves the offsets of all that follows it, so each depth repeats the rest and comes last.
 */
#define CAP_DEFAULT_FILTER                                                                     \
	CAP_PLAIN_FILTER " or (vlan and (" CAP_PLAIN_FILTER " or (vlan and (" CAP_PLAIN_FILTER \
			 "))))"

static bool
set_options(pcap_t *pcap, const CapLiveOptions *options)
{
	uint32_t snaplen = options->snaplen ? MIN(options->snaplen, CAP_SNAPLEN) : CAP_SNAPLEN;
	uint32_t ring = options->buffer_bytes ? MIN(options->buffer_bytes, INT32_MAX) : CAP_RING;
	/* Immediate mode would wake the program for every packet; a short time-out gathers them. */
	bool ok = pcap_set_snaplen(pcap, (int)snaplen) == 0 &&
		  pcap_set_promisc(pcap, options->promiscuous) == 0 &&
		  pcap_set_timeout(pcap, CAP_GATHER_MS) == 0 &&
		  pcap_set_buffer_size(pcap, (int)ring) == 0;

	/* Not every kernel has nanoseconds; the pcap_t then says microseconds. */
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	return ok;
}

/* "; there are: eth0, lo", or nothing. */
static char *
those_there_are(void)
{
	g_autoptr(GPtrArray) all = cap_interfaces_list(NULL);
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const CapInterface *one = g_ptr_array_index(all, i);

		if (one->up)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", one->name);
	}
	return names->len ? g_strconcat("; these are up: ", names->str, NULL) : g_strdup("");
}

static bool
fail_activate(CapSource *self, int status, GError **error)
{
	const char *why = pcap_geterr(self->pcap);
	g_autofree char *others = NULL;

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		cap_source_fail(error, CAP_SOURCE_ERROR_PERMISSION,
				"%s: not allowed to capture; run as root with --run-as USER, or "
				"once: setcap cap_net_raw,cap_net_admin+ep PROGRAM",
				self->name);
		break;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		others = those_there_are();
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: no such interface%s",
				self->name, others);
		break;
	case PCAP_ERROR_IFACE_NOT_UP:
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE,
				"%s: the interface is down; ip link set %s up", self->name,
				self->name);
		break;
	default:
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name,
				*why ? why : pcap_statustostr(status));
	}
	return false;
}

/*
 * The interface "any" has packets of all kinds of interfaces, with a header of its own; its second
 * version is the one that tcpdump chooses as well. What cannot be had stays as it is.
 */
static void
choose_link(CapSource *self)
{
	if (pcap_datalink(self->pcap) == DLT_LINUX_SLL && cap_link_supported(DLT_LINUX_SLL2))
		(void)pcap_set_datalink(self->pcap, DLT_LINUX_SLL2);
}

/* Counts of packets that the interface had no room for, since the machine was started. */
static const char *const missed_files[] = { "rx_missed_errors", "rx_fifo_errors" };

/* 0 where that is not known. */
static uint64_t
missed_so_far(const CapSource *self, bool *ret_known)
{
	uint64_t sum = 0;

	*ret_known = false;
	for (size_t i = 0; i < G_N_ELEMENTS(self->missed_fd); i++) {
		char text[32] = "";

		if (self->missed_fd[i] < 0 ||
		    pread(self->missed_fd[i], text, sizeof(text) - 1, 0) <= 0)
			continue;
		*ret_known = true;
		sum += g_ascii_strtoull(text, NULL, 10);
	}
	return sum;
}

/* Opened once: later the process may be in a sandbox that opens nothing. */
static void
watch_missed(CapSource *self)
{
	for (size_t i = 0; i < G_N_ELEMENTS(self->missed_fd); i++) {
		g_autofree char *path = g_strdup_printf("/sys/class/net/%s/statistics/%s",
							self->name, missed_files[i]);

		self->missed_fd[i] = strchr(self->name, '/') ? -1
							     : open(path, O_RDONLY | O_CLOEXEC);
	}
	self->missed_last = missed_so_far(self, &self->drops.interface_known);
}

static bool
activate(CapSource *self, const CapLiveOptions *options, GError **error)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int status;

	self->pcap = pcap_create(self->name, why);
	if (!self->pcap || !set_options(self->pcap, options)) {
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
		return false;
	}
	status = pcap_activate(self->pcap);
	if (status < 0)
		return fail_activate(self, status, error);
	if (pcap_setnonblock(self->pcap, 1, why) < 0) {
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name, why);
		return false;
	}
	self->nanoseconds = pcap_get_tstamp_precision(self->pcap) == PCAP_TSTAMP_PRECISION_NANO;
	self->fd = pcap_get_selectable_fd(self->pcap);
	choose_link(self);
	watch_missed(self);
	cap_interface_note(self, options->promiscuous);
	return cap_source_check_link(self, error);
}

static bool
compile(CapSource *self, const char *filter, struct bpf_program *program, GError **error)
{
	if (pcap_compile(self->pcap, program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0)
		return true;
	cap_source_fail(error, CAP_SOURCE_ERROR_FILTER, "filter \"%s\": %s", filter,
			pcap_geterr(self->pcap));
	return false;
}

/* The default filter loses its VLAN part on link layers that have none. */
static bool
set_filter(CapSource *self, const char *filter, GError **error)
{
	bool ours = g_strcmp0(filter, CAP_DEFAULT_FILTER) == 0, ok;
	struct bpf_program program;

	if (!filter)
		return true;
	if (!compile(self, filter, &program, ours ? NULL : error) &&
	    !(ours && compile(self, CAP_PLAIN_FILTER, &program, error)))
		return false;
	ok = pcap_setfilter(self->pcap, &program) == 0;
	if (!ok)
		cap_source_fail(error, CAP_SOURCE_ERROR_FILTER, "%s: %s", self->name,
				pcap_geterr(self->pcap));
	pcap_freecode(&program);
	return ok;
}

CapSource *
cap_source_open_live(const CapLiveOptions *options, GError **error)
{
	CapSource *self = cap_source_new(options->interface);

	self->live = true;
	if (activate(self, options, error) && set_filter(self, options->filter, error))
		return self;
	cap_source_free(self);
	return NULL;
}

/*
 * libpcap would open files in /sys each time, and its sums have 32 bits. The kernel's counters begin
 * again at 0 whenever they are read.
 */
static bool
add_kernel_drops(CapSource *self)
{
	struct tpacket_stats_v3 stats = { 0 };
	socklen_t size = sizeof(stats);

	if (getsockopt(self->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0)
		return false;
	self->drops.received += stats.tp_packets;
	self->drops.dropped_kernel += stats.tp_drops;
	return true;
}

CapDrops
cap_source_drops(CapSource *self)
{
	struct pcap_stat stat;
	uint64_t missed;
	bool known;

	if (!self->live)
		return (CapDrops){ 0 };
	if (add_kernel_drops(self)) {
		self->drops.known = true;
	} else if (pcap_stats(self->pcap, &stat) == 0) {
		self->drops.known = true;
		self->drops.received = stat.ps_recv;
		self->drops.dropped_kernel = stat.ps_drop;
	}
	missed = missed_so_far(self, &known);
	/* An interface that was made anew counts from 0. */
	if (known) {
		self->drops.dropped_interface +=
			missed >= self->missed_last ? missed - self->missed_last : missed;
		self->missed_last = missed;
	}
	return self->drops;
}

const char *
cap_source_link_name(const CapSource *self, const char **ret_words)
{
	const char *name = pcap_datalink_val_to_name(self->link_type);

	*ret_words = pcap_datalink_val_to_description(self->link_type) ?: "unknown";
	return name ?: "unknown";
}

int
cap_source_link_type(const CapSource *self)
{
	return self->link_type;
}

uint32_t
cap_source_snaplen(const CapSource *self)
{
	return (uint32_t)MAX(pcap_snapshot(self->pcap), 0);
}

int
cap_source_descriptor(const CapSource *self)
{
	return self->fd;
}

const char *
cap_source_default_filter(void)
{
	return CAP_DEFAULT_FILTER;
}
