/* SPDX-License-Identifier: BSD-3-Clause */
/* From a packet to its contents: link layers, tunnels and IP, down to TCP or UDP. */
#include "capture/transport/messages.h"
#include "capture/transport/udp.h"

void
cap_unwrap_pass_over(CapTracker *t, CapLayer layer, const SmbReader *r)
{
	CapCounters *c = &t->counters;

	if (r->status == SMB_READ_MALFORMED) {
		c->malformed++;
		return;
	}
	c->not_ip++;
	c->wlan_protected += layer == CAP_LAYER_PROTECTED;
	c->limits += layer == CAP_LAYER_DEEP;
}

static bool
put_together(CapTracker *t, CapIp *ip, CapOwners *owners)
{
	uint32_t headers = ip->size - smb_reader_declared_left(&ip->payload);
	CapPartial *whole;

	if (owners->count == CAP_OWNERS_MAX) {
		t->counters.limits++;
		return false;
	}
	whole = cap_defrag_add(t->defrag, ip, t->time_ns);
	if (!whole)
		return false;
	owners->partial[owners->count++] = whole;
	ip->size = headers + smb_reader_declared_left(&ip->payload);
	if (ip->pair.family != 6 || (cap_ip_extensions(ip) && !ip->fragment))
		return true;
	t->counters.malformed++;
	return false;
}

/*
 * Enters what IP carries, if it is a tunnel; `r` moves to its first header. A datagram to a port that
 * is wanted is none, whatever port its sender chose.
 */
static CapLayer
enter_tunnel(const CapTracker *t, const CapIp *ip, SmbReader *r)
{
	CapLayer layer;
	CapUdp udp;

	*r = ip->payload;
	if (ip->protocol != CAP_PROTOCOL_UDP)
		return cap_link_tunnel(ip->protocol);
	if (!cap_udp_parse(r, &udp))
		return CAP_LAYER_OTHER;
	*r = udp.payload;
	layer = cap_link_udp_tunnel(udp.port[1]);
	if (layer != CAP_LAYER_OTHER || cap_port_wanted(t, udp.port[1]))
		return layer;
	return cap_link_udp_tunnel(udp.port[0]);
}

/* Packets without IP. */
static CapUnwrapped
without_ip(CapTracker *t, const CapPacket *packet, CapLayer layer, SmbReader *r)
{
	if (layer == CAP_LAYER_AGGREGATED)
		return CAP_UNWRAPPED_FRAMES;
	if (layer == CAP_LAYER_NBF)
		cap_nbf_frame(t, packet, r);
	else if (layer == CAP_LAYER_IPX)
		cap_ipx_packet(t, r);
	cap_unwrap_pass_over(t, layer, r);
	return CAP_UNWRAPPED_NOTHING;
}

static void
tell_fragment(CapTracker *t, const CapIp *ip)
{
	CapPair pair = ip->pair;

	pair.port[0] = pair.port[1] = 0;
	cap_tell_ends(t, &pair);
}

CapUnwrapped
cap_unwrap(CapTracker *t, const CapPacket *packet, CapLayer layer, SmbReader *r, CapIp *ip,
	   CapOwners *owners)
{
	uint32_t headers = 0;

	/* The headers are counted, so this ends. */
	for (;;) {
		layer = cap_link_parse(layer, r, &headers);
		if (layer < CAP_LAYER_IPV4)
			return without_ip(t, packet, layer, r);
		if (!cap_ip_parse(layer, r, ip)) {
			t->counters.malformed += ip->payload.status == SMB_READ_MALFORMED;
			return CAP_UNWRAPPED_NOTHING;
		}
		if (ip->fragment)
			tell_fragment(t, ip);
		if (ip->fragment && !put_together(t, ip, owners))
			return CAP_UNWRAPPED_NOTHING;
		if (ip->protocol == CAP_PROTOCOL_TCP)
			return CAP_UNWRAPPED_IP;
		layer = enter_tunnel(t, ip, r);
		if (layer == CAP_LAYER_OTHER)
			return CAP_UNWRAPPED_IP;
	}
}
