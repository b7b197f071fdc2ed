/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces: opening one, its list, and what the kernel dropped. */
#include "capture/source/source-internal.h"

#include <string.h>

#define CAP_RING (16 << 20)

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
		  pcap_set_timeout(pcap, CAP_BREATH_MS) == 0 &&
		  pcap_set_buffer_size(pcap, (int)ring) == 0;

	/* Not every kernel has nanoseconds; the pcap_t then says microseconds. */
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	return ok;
}

static bool
fail_activate(CapSource *self, int status, GError **error)
{
	const char *why = pcap_geterr(self->pcap);

	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
		cap_source_fail(
			error, CAP_SOURCE_ERROR_PERMISSION,
			"%s: not allowed to capture; run as root, or once: setcap cap_net_raw+ep PROGRAM",
			self->name);
	else
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s: %s", self->name,
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

char **
cap_source_list(GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) < 0) {
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s", why);
		return NULL;
	}
	for (const pcap_if_t *one = all; one; one = one->next)
		g_ptr_array_add(lines,
				g_strdup_printf("%s: %s", one->name, one->description ?: ""));
	pcap_freealldevs(all);
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}

const char *
cap_source_default_filter(void)
{
	return CAP_DEFAULT_FILTER;
}
