/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets in, events out: hands each packet to its protocol, and holds the ceiling. */
#include "capture/transport/flow.h"
#include "capture/transport/udp.h"

#include <string.h>

#define CAP_SECOND 1000000000ull
/* Entries of closed flows that are kept to recognise late packets. */
#define CAP_LINGERING_MAX SMB_CAP(4096, 1)
/* One packet can make the tracker grow by this much before the limit is checked again. */
#define CAP_HEADROOM SMB_CAP(128u << 10, 1u << 10)
#define SUBFRAME_HEADER_SIZE 14u /* of an A-MSDU */

static const CapLimits defaults = {
	.reorder_bytes = SMB_CAP(256 << 10, 4 << 10),
	.reorder_segments = SMB_CAP(512, 3),
	.idle_ns = 3600 * CAP_SECOND,
	.fragments = SMB_CAP(1024, 2),
	.fragment_ns = 30 * CAP_SECOND,
	.max_memory = SMB_CAP(32 << 20, 96 << 10),
};

static CapLimits
with_defaults(const CapLimits *given)
{
	CapLimits limits = given ? *given : (CapLimits){ 0 };

	limits.reorder_bytes = limits.reorder_bytes ?: defaults.reorder_bytes;
	limits.reorder_segments = limits.reorder_segments ?: defaults.reorder_segments;
	limits.idle_ns = limits.idle_ns ?: defaults.idle_ns;
	limits.fragments = limits.fragments ?: defaults.fragments;
	limits.fragment_ns = limits.fragment_ns ?: defaults.fragment_ns;
	limits.max_memory = limits.max_memory ?: defaults.max_memory;
	/* Differences of times are signed. */
	limits.idle_ns = MIN(limits.idle_ns, INT64_MAX / 2);
	limits.fragment_ns = MIN(limits.fragment_ns, INT64_MAX / 2);
	return limits;
}

CapTracker *
cap_tracker_new(const CapCallbacks *callbacks, const CapLimits *limits)
{
	CapTracker *self = g_new0(CapTracker, 1);

	self->memory.used = cap_memory_cost(sizeof(*self));
	self->callbacks = *callbacks;
	self->limits = with_defaults(limits);
	self->expiry_ns = UINT64_MAX;
	cap_table_init(self, self->limits.hash_seed);
	self->defrag = cap_defrag_new(&self->memory, &self->counters, &self->limits);
	return self;
}

/* Reports the end of a flow, if that was not done yet, and forgets it. */
static void
drop(CapTracker *self, CapEntry *f, CapEnd why)
{
	if (f->list == CAP_LIST_AWAY)
		cap_away_end(self, f);
	else
		cap_entry_close(self, f, why);
	cap_table_remove(self, f);
}

/* The flow of the list that was silent for longest; not the one in work. */
static CapEntry *
most_silent(const CapTracker *self, CapListName list)
{
	CapEntry *f = self->lists[list].first;

	while (f && (f == self->current || f == self->other))
		f = f->next;
	return f;
}

/*
 * The silence of a flow that is of less value counts for more, but not that of one that may have
 * just begun: as many packets as there could be flows in a sixteenth of the room.
 */
static uint64_t
weighed_silence(const CapTracker *self, const CapEntry *f)
{
	static const uint8_t weights[CAP_LISTS] = {
		[CAP_LIST_HALF] = 128, [CAP_LIST_PLAIN] = 32, [CAP_LIST_KEPT] = 1
	};
	uint64_t silent = cap_silence(self, f);
	uint8_t list = f->list == CAP_LIST_AWAY ? f->was : f->list;

	return silent <= self->limits.max_memory / 16 / sizeof(*f) ? silent
								   : silent * weights[list];
}

/*
 * A flow that is over, else the most silent one, weighed. Those of no value do not drive out what
 * is kept; what is kept and silent does not keep out what begins now, of which only a packet at a
 * time would be seen; and a few that hold much do not drive out the many that hold little.
 */
static CapEntry *
least_valuable(const CapTracker *self)
{
	CapEntry *least = most_silent(self, CAP_LIST_CLOSED);

	if (!least)
		least = most_silent(self, CAP_LIST_RESET);
	if (least)
		return least;
	for (CapListName list = CAP_LIST_AWAY; list <= CAP_LIST_KEPT; list++) {
		CapEntry *f = most_silent(self, list);

		if (f && (!least || weighed_silence(self, f) > weighed_silence(self, least)))
			least = f;
	}
	return least && least->list == CAP_LIST_KEPT ? cap_hoard_instead(self, least) : least;
}

/* Nothing more is expected of a flow that was reported, was reset, had to go, or is not wanted. */
static bool
is_loss(const CapEntry *f)
{
	return !f->closed && !f->silent && !f->ignored && !f->reset_frame && !f->away_frame;
}

bool
cap_tracker_evict(CapTracker *self)
{
	CapEntry *f = self->closing ? NULL : least_valuable(self);

	if (!f)
		return false;
	if (is_loss(f)) {
		self->counters.evicted++;
		self->counters.evicted_half_open += f->list == CAP_LIST_HALF;
	}
	drop(self, f, CAP_END_EVICTED);
	return true;
}

static void
hold_ceiling(CapTracker *self)
{
	size_t headroom = MIN(CAP_HEADROOM, self->limits.max_memory / 8);

	while (self->lingering > CAP_LINGERING_MAX)
		drop(self, self->lists[CAP_LIST_CLOSED].first, CAP_END_EVICTED);
	while (self->memory.used > self->limits.max_memory - headroom) {
		if (!cap_tracker_evict(self) && !cap_defrag_evict(self->defrag))
			break;
	}
}

static uint64_t
silent_since(const CapEntry *f)
{
	return f->list == CAP_LIST_AWAY ? f->away_ns : f->flow.last_ns;
}

/* Capture time may run backwards; that must not cause timeouts, hence the signed difference. */
static void
expire(CapTracker *self)
{
	/* One that was reset is closed first, and may have been over for long enough to go at once. */
	static const CapListName order[CAP_LISTS] = { CAP_LIST_RESET, CAP_LIST_CLOSED,
						      CAP_LIST_AWAY,  CAP_LIST_HALF,
						      CAP_LIST_PLAIN, CAP_LIST_KEPT };
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < CAP_LISTS; i++) {
		uint64_t patience = cap_list_patience(self, order[i]);
		CapEntry *f;

		while ((f = self->lists[order[i]].first)) {
			if ((int64_t)(self->time_ns - silent_since(f)) <= (int64_t)patience)
				break;
			if (order[i] == CAP_LIST_RESET) /* late packets are still its own */
				cap_entry_close(self, f, CAP_END_RESET);
			else
				drop(self, f, CAP_END_TIMEOUT);
		}
		if (f && silent_since(f) + patience < next)
			next = silent_since(f) + patience;
	}
	self->expiry_ns = next;
}

static void
tell_datagram(CapTracker *self, CapIp *ip)
{
	CapDatagram datagram = { .family = ip->pair.family,
				 .src = ip->pair.addr[0],
				 .dst = ip->pair.addr[1],
				 .time_ns = self->time_ns,
				 .frame = self->frame };
	CapUdp udp;
	SmbSpan payload;

	if (!cap_udp_parse(&ip->payload, &udp)) {
		self->counters.malformed += ip->payload.status == SMB_READ_MALFORMED;
		return;
	}
	if (!cap_port_wanted(self, udp.port[0]) && !cap_port_wanted(self, udp.port[1]))
		return;
	self->counters.udp_datagrams++;
	self->counters.malformed += udp.lies;
	datagram.src_port = udp.port[0];
	datagram.dst_port = udp.port[1];
	datagram.wire_len = udp.payload.end - udp.payload.pos;
	payload = smb_reader_rest(&udp.payload);
	datagram.ptr = payload.ptr;
	datagram.len = payload.len;
	self->callbacks.datagram(self->callbacks.user, &datagram);
}

static bool take_frames(CapTracker *self, const CapPacket *packet, SmbReader *r);

/* Reports a datagram; false if there is no TCP to process. */
static bool
find_tcp(CapTracker *self, const CapPacket *packet, CapLayer layer, SmbReader *r, CapIp *ip,
	 CapOwners *owners)
{
	CapUnwrapped found = cap_unwrap(self, packet, layer, r, ip, owners);

	if (found == CAP_UNWRAPPED_FRAMES && !take_frames(self, packet, r))
		cap_unwrap_pass_over(self, CAP_LAYER_AGGREGATED, r);
	if (found != CAP_UNWRAPPED_IP)
		return false;
	if (ip->protocol == CAP_PROTOCOL_TCP)
		return true;
	self->counters.not_tcp++;
	if (ip->protocol == CAP_PROTOCOL_UDP && self->callbacks.datagram)
		tell_datagram(self, ip);
	return false;
}

/* A frame of a packet: the packet itself but for aggregates. */
static void
take_frame(CapTracker *self, const CapPacket *packet, CapLayer layer, SmbReader r)
{
	CapOwners owners;
	CapSegment seg;
	CapIp ip;

	owners.count = 0;
	if (find_tcp(self, packet, layer, &r, &ip, &owners)) {
		self->counters.tcp_packets++;
		if (cap_tcp_parse(&ip.payload, &seg, ip.pair.port)) {
			seg.ip_size = ip.size;
			cap_tell_ends(self, &ip.pair);
			cap_tcp_segment(self, &ip.pair, &seg);
		} else {
			self->counters.malformed += ip.payload.status == SMB_READ_MALFORMED;
		}
	}
	while (G_UNLIKELY(owners.count))
		cap_defrag_release(self->defrag, owners.partial[--owners.count]);
	hold_ceiling(self);
}

/*
 * IEEE 802.11-2016 section 9.3.2.2.2: subframes of two addresses, a length and LLC, all but the
 * last padded to four bytes. A rest too short for another one is the checksum of the whole.
 */
static bool
take_frames(CapTracker *self, const CapPacket *packet, SmbReader *r)
{
	bool any = false;

	while (r->status == SMB_READ_OK && smb_reader_declared_left(r) >= SUBFRAME_HEADER_SIZE) {
		SmbReader frame;
		uint32_t len;

		smb_reader_skip(r, SUBFRAME_HEADER_SIZE - 2);
		len = smb_reader_be16(r);
		if (r->status != SMB_READ_OK)
			break;
		frame = smb_reader_sub(r, len);
		if (r->status == SMB_READ_MALFORMED)
			break;
		take_frame(self, packet, CAP_LAYER_LLC, frame);
		any = true;
		smb_reader_skip(r, MIN(-(SUBFRAME_HEADER_SIZE + len) & 3,
				       smb_reader_declared_left(r)));
	}
	self->counters.malformed += any && r->status == SMB_READ_MALFORMED;
	return any;
}

void
cap_tracker_packet(CapTracker *self, const CapPacket *packet)
{
	self->time_ns = packet->time_ns;
	self->frame = packet->frame;
	self->counters.packets++;
	self->counters.bytes += packet->caplen;
	self->counters.truncated += packet->caplen < packet->wire_len;
	if (G_UNLIKELY(self->early.entry))
		cap_early_tick(self, self->time_ns);
	if (packet->time_ns > self->expiry_ns)
		expire(self);
	take_frame(self, packet, cap_link_layer(packet->link_type),
		   smb_reader_new(packet->data, packet->caplen, packet->wire_len));
}

void
cap_tracker_idle(CapTracker *self, uint64_t time_ns)
{
	if (self->early.entry && time_ns > self->time_ns)
		cap_early_tick(self, time_ns);
	if (time_ns <= self->time_ns || time_ns <= self->expiry_ns)
		return;
	self->time_ns = time_ns;
	expire(self);
}

static void
drop_all(CapTracker *self, CapEnd why)
{
	for (int i = 0; i < CAP_LISTS; i++) {
		while (self->lists[i].first)
			drop(self, self->lists[i].first, why);
	}
}

void
cap_tracker_finish(CapTracker *self, uint64_t time_ns, uint64_t frame)
{
	self->time_ns = time_ns;
	self->frame = frame;
	drop_all(self, CAP_END_CAPTURE_END);
	while (cap_defrag_evict(self->defrag))
		; /* what they miss was not captured */
}

size_t
cap_tracker_free(CapTracker *self)
{
	size_t left;

	if (!self)
		return 0;
	drop_all(self, CAP_END_EVICTED);
	cap_defrag_free(self->defrag);
	cap_memory_free(&self->memory, self->table.buckets,
			(self->table.mask + 1) * sizeof(*self->table.buckets));
	left = self->memory.used - cap_memory_cost(sizeof(*self));
	g_free(self);
	return left;
}

void
cap_flow_ignore(CapTracker *self, CapFlow *flow)
{
	CapEntry *f = (CapEntry *)flow;

	f->ignored = true;
	/* The flow in work has bytes of its queue under way; they go when its packet is done. */
	if (f == self->current || self->closing)
		return;
	cap_queue_clear(self, &f->stream[0]);
	cap_queue_clear(self, &f->stream[1]);
}

void
cap_flow_keep(CapTracker *self, CapFlow *flow)
{
	CapEntry *f = (CapEntry *)flow;

	f->kept = true;
	if (f->list == CAP_LIST_PLAIN)
		cap_list_move(self, f, CAP_LIST_KEPT);
}

size_t
cap_tracker_memory(const CapTracker *self)
{
	return self->memory.used;
}

const CapCounters *
cap_tracker_counters(const CapTracker *self)
{
	return &self->counters;
}
