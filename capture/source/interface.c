/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of interfaces; going down, going away, coming back. */
#include "capture/source/interface.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "capture/source/source-internal.h"

/* ---- The list ---- */

static void
interface_free(gpointer data)
{
	CapInterface *self = data;

	g_free(self->name);
	g_free(self->description);
	g_strfreev(self->addresses);
	g_free(self);
}

static unsigned
ones_of(const uint8_t *bytes, size_t n)
{
	unsigned ones = 0;

	for (size_t i = 0; i < n; i++)
		ones += (unsigned)__builtin_popcount(bytes[i]);
	return ones;
}

/* NULL: not an address of IP. */
static char *
address_text(const struct pcap_addr *a)
{
	char text[INET6_ADDRSTRLEN];
	const void *bytes, *mask = NULL;
	bool six;

	if (!a->addr || (a->addr->sa_family != AF_INET && a->addr->sa_family != AF_INET6))
		return NULL;
	six = a->addr->sa_family == AF_INET6;
	bytes = six ? (const void *)&((const struct sockaddr_in6 *)(const void *)a->addr)->sin6_addr
		    : &((const struct sockaddr_in *)(const void *)a->addr)->sin_addr;
	if (a->netmask)
		mask = six ? (const void *)&((const struct sockaddr_in6 *)(const void *)a->netmask)
				       ->sin6_addr
			   : &((const struct sockaddr_in *)(const void *)a->netmask)->sin_addr;
	if (!inet_ntop(a->addr->sa_family, bytes, text, sizeof(text)))
		return NULL;
	return mask ? g_strdup_printf("%s/%u", text, ones_of(mask, six ? 16 : 4)) : g_strdup(text);
}

static char **
addresses_of(const pcap_if_t *one)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();

	for (const struct pcap_addr *a = one->addresses; a; a = a->next) {
		char *text = address_text(a);

		if (text)
			g_ptr_array_add(texts, text);
	}
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

static CapCarrier
carrier_of(bpf_u_int32 flags)
{
	switch (flags & PCAP_IF_CONNECTION_STATUS) {
	case PCAP_IF_CONNECTION_STATUS_CONNECTED:
		return CAP_CARRIER_CONNECTED;
	case PCAP_IF_CONNECTION_STATUS_DISCONNECTED:
		return CAP_CARRIER_DISCONNECTED;
	case PCAP_IF_CONNECTION_STATUS_NOT_APPLICABLE:
		return CAP_CARRIER_NONE;
	default:
		return CAP_CARRIER_UNKNOWN;
	}
}

GPtrArray *
cap_interfaces_list(GError **error)
{
	GPtrArray *list;
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) < 0) {
		cap_source_fail(error, CAP_SOURCE_ERROR_DEVICE, "%s", why);
		return NULL;
	}
	list = g_ptr_array_new_with_free_func(interface_free);
	for (const pcap_if_t *one = all; one; one = one->next) {
		CapInterface *made = g_new0(CapInterface, 1);

		made->name = g_strdup(one->name);
		made->description = g_strdup(one->description);
		made->up = one->flags & PCAP_IF_UP;
		made->running = one->flags & PCAP_IF_RUNNING;
		made->loopback = one->flags & PCAP_IF_LOOPBACK;
		made->wireless = one->flags & PCAP_IF_WIRELESS;
		made->carrier = carrier_of(one->flags);
		made->addresses = addresses_of(one);
		g_ptr_array_add(list, made);
	}
	pcap_freealldevs(all);
	return list;
}

/* ---- One that is watched ---- */

/* False: there is none of this name, or this is no socket. */
static bool
ask(const CapSource *self, unsigned long what, struct ifreq *request)
{
	memset(request, 0, sizeof(*request));
	if (strlen(self->name) >= sizeof(request->ifr_name))
		return false;
	memcpy(request->ifr_name, self->name, strlen(self->name));
	return ioctl(self->fd, what, request) == 0;
}

static int
hardware_of(const CapSource *self)
{
	struct ifreq request;

	return ask(self, SIOCGIFHWADDR, &request) ? request.ifr_hwaddr.sa_family : -1;
}

/* The index of the interface that the socket is bound to; -1: of none any more, 0: of all. */
static bool
bound_to(const CapSource *self, struct sockaddr_ll *ret_address)
{
	socklen_t size = sizeof(*ret_address);

	memset(ret_address, 0, sizeof(*ret_address));
	return getsockname(self->fd, (struct sockaddr *)ret_address, &size) == 0 &&
	       ret_address->sll_family == AF_PACKET;
}

void
cap_interface_note(CapSource *self, bool promiscuous)
{
	self->promiscuous = promiscuous;
	self->hardware = hardware_of(self);
}

CapInterfaceState
cap_source_state(const CapSource *self)
{
	struct sockaddr_ll address;
	struct ifreq request;

	if (self->hardware < 0 || !bound_to(self, &address) || address.sll_ifindex == 0)
		return CAP_INTERFACE_UP;
	if (!ask(self, SIOCGIFINDEX, &request) || request.ifr_ifindex != address.sll_ifindex)
		return CAP_INTERFACE_GONE;
	if (!ask(self, SIOCGIFFLAGS, &request))
		return CAP_INTERFACE_GONE;
	return request.ifr_flags & IFF_UP ? CAP_INTERFACE_UP : CAP_INTERFACE_DOWN;
}

bool
cap_source_rebind(CapSource *self)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct packet_mreq all = { .mr_type = PACKET_MR_PROMISC };
	struct ifreq request;

	/* Only making the socket took a privilege; binding it again does not. */
	if (hardware_of(self) != self->hardware || !ask(self, SIOCGIFINDEX, &request))
		return false;
	address.sll_ifindex = all.mr_ifindex = request.ifr_ifindex;
	if (bind(self->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return false;
	if (self->promiscuous)
		(void)setsockopt(self->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all));
	return true;
}
