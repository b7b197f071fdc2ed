/* SPDX-License-Identifier: BSD-3-Clause */
/* The only place where capture meets dissect: flows become connections, events reach the sink. */
#include "cli/pipeline/internal.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "cli/workers/feed.h"
#include "cli/workers/take.h"
#include "dissect/wire/memory.h"

/* Where servers of SMB directly over IPX listen ([MS-CIFS] 2.1.2.1). */
#define SOCKET_SERVER 0x0550
/* With keys: the largest reads and writes of Windows have 8 MiB. */
#define KEYED_MESSAGE SMB_CAP((8 << 20) + 4096, 4096)
/* Of writes that wait for their answer. */
#define DATA_WAITS SMB_CAP(16 << 20, 1024)

/* The tracker is told of what a flow holds in steps of this many bytes. */
#define HOLD_STEP SMB_CAP(16 << 10, 512)

static const SmbEnd ends[] = {
	[CAP_END_FIN] = SMB_END_FIN,         [CAP_END_RESET] = SMB_END_RESET,
	[CAP_END_TIMEOUT] = SMB_END_TIMEOUT, [CAP_END_CAPTURE_END] = SMB_END_CAPTURE_END,
	[CAP_END_EVICTED] = SMB_END_EVICTED, [CAP_END_REUSED] = SMB_END_REUSED,
};

static CapDir
other_side(CapDir dir)
{
	return dir == CAP_FROM_A ? CAP_FROM_B : CAP_FROM_A;
}

static bool
is_server(const CapFlow *flow, CapDir side)
{
	return cli_has_ports(flow) ? cli_is_smb_port(flow->port[side])
				   : flow->connectionless && flow->port[side] == SOCKET_SERVER;
}

/*
 * Which side is the client: the one that opened; else the one that is not on a port of SMB; else
 * what the first bytes say; else the one that speaks first.
 */
static CapDir
find_client(const CapFlow *flow, CapDir sender, SmbSpan first)
{
	bool a = is_server(flow, CAP_FROM_A), b = is_server(flow, CAP_FROM_B);

	if (flow->syn_seen && !flow->both_open)
		return CAP_FROM_A;
	if (a != b)
		return a ? CAP_FROM_B : CAP_FROM_A;
	return smb_looks_like(first) == SMB_LOOKS_RESPONSE ? other_side(sender) : sender;
}

/* The size in bytes of an address of this family; what a flow has after it is the tracker's own. */
static size_t
address_size(uint8_t family)
{
	static const uint8_t sizes[] = { [2] = 6, [3] = 10, [4] = 4, [6] = 16 };

	return sizes[family];
}

static SmbDir
direction(const CliFlow *own, CapDir dir)
{
	return dir == own->client ? SMB_TO_SERVER : SMB_TO_CLIENT;
}

/* What connections hold outside of the tracker. */
static size_t
memory_of_connections(const CliPipeline *self)
{
	return self->flow_memory + smb_context_memory(self->smb) + out_sink_memory(self->sink);
}

/* All but what the tracker holds. */
static size_t
memory_behind(const CliPipeline *self)
{
	size_t sum = memory_of_connections(self) + out_writer_memory(self->writer);

	if (G_LIKELY(self->plain))
		return sum;
	return sum + (self->deal ? cli_deal_memory(self->deal) : 0) +
	       (self->options.selection ? cli_selection_memory(self->options.selection) : 0) +
	       (self->options.about ? out_filter_memory(self->options.about) : 0);
}

static size_t
memory_now(const CliPipeline *self)
{
	return memory_behind(self) + cap_tracker_memory(self->tracker);
}

static size_t
held(void *user)
{
	return (size_t)MAX(((const CliPipeline *)user)->held, 0);
}

/*
 * What was allocated and freed since the last packet is the flow's that spoke. With --workers it is
 * theirs, of which only a sum is known.
 */
static inline __attribute__((always_inline)) void
account(CliPipeline *self, size_t behind)
{
	int64_t grown = (int64_t)behind - (int64_t)self->behind;
	CliFlow *own;

	self->behind = behind;
	if (!self->speaker || !grown)
		return;
	own = self->speaker->user;
	own->held += grown;
	self->held += grown;
	if (G_UNLIKELY(ABS(own->held - own->told) >= HOLD_STEP)) {
		own->told = own->held;
		cap_flow_holds(self->tracker, self->speaker, (size_t)MAX(own->held, 0));
	}
}

static void G_GNUC_NO_INLINE
account_now(CliPipeline *self)
{
	account(self, memory_behind(self));
}

/* Before its bytes are dissected: what waited of another flow may have come with the same packet. */
static inline void
speak(CliPipeline *self, CapFlow *flow)
{
	if (G_UNLIKELY(self->speaker != NULL))
		account_now(self);
	self->speaker = flow;
}

static CliFlow *
flow_begin(CliPipeline *self, CapFlow *flow, CapDir sender, SmbSpan first)
{
	CapDir client = find_client(flow, sender, first), server = other_side(client);
	CliItemOpen open = { .hinted = !cli_has_ports(flow) || is_server(flow, server),
			     .midstream = !flow->syn_seen,
			     .first = { .time_ns = flow->first_ns, .frame = flow->first_frame },
			     .syn_ns = flow->syn_ns,
			     .syn_ack_ns = flow->syn_ack_ns };
	SmbEndpoints points = { .family = flow->family,
				.client_port = flow->port[client],
				.server_port = flow->port[server],
				.interface = self->interface,
				.connectionless = flow->connectionless };
	size_t size = address_size(flow->family);
	CliFlow *own = g_new0(CliFlow, 1);

	memcpy(points.client, flow->addr[client], size);
	memcpy(points.server, flow->addr[server], size);
	own->client = client;
	open.ends = points;
	if (self->deal)
		cli_deal_open(self->deal, &own->hand, &open, direction(own, sender), first);
	else
		own->connection = cli_take_open(self->smb, &open);
	self->flow_memory += smb_memory_cost(sizeof(*own));
	flow->user = own;
	return own;
}

static SmbSegments
segments_of(const CapFlow *flow, int side)
{
	const CapSegments *from = &flow->segments[side];

	return (SmbSegments){ .packets = flow->packets[side],
			      .ip_bytes = flow->ip_bytes[side],
			      .missing = flow->missing[side],
			      .retransmitted = from->retransmitted,
			      .retransmitted_bytes = from->retransmitted_bytes,
			      .out_of_order = from->out_of_order,
			      .window_full = from->window_full };
}

/*
 * Upper case is the client's there, which is not always side A. One whose server was heard first
 * was turned round, and says so.
 */
static void
put_history(char *to, const CapHistory *history, CapDir client)
{
	_Static_assert(CAP_HISTORY_MAX + 2 <= SMB_HISTORY_SIZE, "a mark, the letters and a zero");
	if (history->n && g_ascii_islower(history->letters[0]) == (client == CAP_FROM_A))
		*to++ = '^';
	memcpy(to, history->letters, history->n);
	to[history->n] = '\0';
	for (; client != CAP_FROM_A && *to; to++)
		*to = g_ascii_isupper(*to) ? g_ascii_tolower(*to) : g_ascii_toupper(*to);
}

static void
flow_end(CliPipeline *self, CapFlow *flow, SmbEnd why, const SmbStamp *when)
{
	CliFlow *own = flow->user;
	SmbEnding ending = { .end = why };

	flow->user = NULL;
	if (!own || own == &self->not_smb)
		return;
	if (self->speaker == flow)
		self->speaker = NULL;
	self->held -= own->held;
	for (int side = 0; side < 2; side++) {
		SmbDir dir = side == (int)own->client ? SMB_TO_SERVER : SMB_TO_CLIENT;

		ending.seen[dir] = flow->seen[side];
		ending.acked[dir] = flow->acked[side];
		ending.unseen[dir] = flow->claims[!side];
		ending.segments[dir] = segments_of(flow, side);
	}
	put_history(ending.history, &flow->history, own->client);
	ending.by_server = (flow->ended_by_b ? CAP_FROM_B : CAP_FROM_A) != own->client;
	if (self->deal)
		cli_deal_close(self->deal, &own->hand, &ending, when);
	else
		smb_connection_end(own->connection, &ending, when);
	self->flow_memory -= smb_memory_cost(sizeof(*own));
	g_free(own);
}

static SmbGapCause
gap_cause(const CliPipeline *self, CapLoss loss)
{
	switch (loss) {
	case CAP_LOSS_SNAPLEN:
		return SMB_GAP_SNAPLEN;
	case CAP_LOSS_LIMIT:
		return SMB_GAP_LIMIT;
	case CAP_LOSS_NONE:
	case CAP_LOSS_MISSING:
		break;
	}
	/* Once the kernel has dropped packets, missing bytes are assumed to be among them. */
	return self->totals.kernel_drops ? SMB_GAP_KERNEL_DROP : SMB_GAP_MISSING;
}

static void
on_chunk(void *user, const CapChunk *chunk)
{
	CliPipeline *self = user;
	CapFlow *flow = chunk->flow;
	CliFlow *own = flow->user;
	SmbStamp when = { .time_ns = chunk->time_ns, .frame = chunk->frame };
	SmbConnectionState state;
	uint8_t storage[16];
	SmbDir dir;

	if (G_UNLIKELY(!own)) {
		if (!self->deal)
			speak(self, flow);
		own = flow_begin(self, flow, chunk->dir, cli_feed_first(chunk, storage));
	}
	if (own == &self->not_smb)
		return;
	dir = direction(own, chunk->dir);
	if (G_UNLIKELY(self->deal != NULL)) {
		state = cli_deal_chunk(self->deal, &own->hand, dir, chunk,
				       gap_cause(self, chunk->loss), &when);
	} else {
		speak(self, flow);
		state = cli_feed(own->connection, dir, chunk, gap_cause(self, chunk->loss), &when);
	}
	if (state == SMB_CONNECTION_SMB && !own->kept) {
		cap_flow_keep(self->tracker, flow);
		own->kept = true;
	} else if (state == SMB_CONNECTION_OTHER) {
		flow_end(self, flow, SMB_END_OPEN, &when);
		flow->user = &self->not_smb;
		cap_flow_holds(self->tracker, flow, 0);
		cap_flow_ignore(self->tracker, flow);
	}
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	CliPipeline *self = user;
	SmbStamp when = { .time_ns = time_ns, .frame = frame };
	SmbEnd end = ends[why];
	size_t before = memory_of_connections(self);

	if (!flow->user && cli_pipeline_worth_telling(self, flow, &end, time_ns))
		flow_begin(self, flow, CAP_FROM_A, (SmbSpan){ 0 });
	if (flow->user)
		flow_end(self, flow, end, &when);
	self->behind += memory_of_connections(self) - before;
}

static void
on_datagram(void *user, const CapDatagram *datagram)
{
	CliPipeline *self = user;
	size_t size = address_size(datagram->family);
	SmbSpan payload = { datagram->ptr, datagram->len };
	SmbEndpoints points = { .family = datagram->family,
				.client_port = datagram->src_port,
				.server_port = datagram->dst_port,
				.interface = self->interface };
	SmbStamp when = { .time_ns = datagram->time_ns, .frame = datagram->frame };

	memcpy(points.client, datagram->src, size);
	memcpy(points.server, datagram->dst, size);
	if (self->deal)
		cli_deal_datagram(self->deal, &points, payload, datagram->wire_len, &when);
	else
		cli_take_datagram(self->smb, &points, payload, datagram->wire_len, &when);
}

/*
 * Whether an event is handed on. Where filters choose connections, all events are until the
 * connection ends, because only then is known whether it was chosen; those of others are taken back.
 */
static bool
passes(CliPipeline *self, const SmbEvent *event)
{
	bool fits = !self->options.about ||
		    out_filter_event(self->options.about, event, self->sink->want);

	if (fits || !self->sink->class->forget)
		return fits;
	if (event->kind == SMB_EVENT_CONNECTION)
		self->sink->class->forget(self->sink, event->connection);
	return event->kind != SMB_EVENT_CONNECTION;
}

/*
 * Between the dissector and the sink: adds up the totals, and notices if nothing can be written any
 * more.
 */
static void
on_event(void *user, const SmbEvent *event)
{
	CliPipeline *self = user;
	const SmbConnectionInfo *info = event->connection;
	bool wanted = event->kind & self->sink->want;
	bool selects = self->options.selection && event->kind == SMB_EVENT_CONNECTION;

	if (self->mute)
		return;
	if (event->kind == SMB_EVENT_CONNECTION) {
		self->totals.gaps += info->gaps;
		self->totals.gap_bytes += info->gap_bytes;
		self->totals.skipped_bytes += info->skipped_bytes;
		self->totals.limits += info->limits;
	}
	if (event->kind == SMB_EVENT_DATAGRAM)
		self->totals.limits += (event->datagram->incomplete & SMB_INCOMPLETE_LIMIT) != 0;
	if ((wanted || selects) && passes(self, event)) {
		if (selects)
			cli_selection_add(self->options.selection, info);
		if (wanted)
			out_sink_event(self->sink, event);
	}
	if (event->kind == SMB_EVENT_CONNECTION && self->options.about)
		out_filter_over(self->options.about, info);
	if (out_writer_error(self->writer))
		*self->options.stop = true;
}

static uint32_t
within(size_t share, size_t each, uint32_t least, uint32_t most)
{
	return (uint32_t)CLAMP(share / each, least, most);
}

/*
 * With little memory, what waits or is open in one connection must not take all of it. There may be
 * several times as many users, trees and files as these say (SmbLimits).
 */
static void
set_limits(SmbLimits *limits, size_t room)
{
	enum { REQUEST = 1152, USERS = 8 * 2048, TREES = 8 * 1024, FILES = 4 * 1024 };

	limits->outstanding = within(room / 4, REQUEST, 64, 8192);
	limits->users = within(room / 4, USERS, 4, SMB_CAP(16, 2));
	limits->trees = within(room / 4, TREES, 8, SMB_CAP(64, 2));
	limits->files = within(room / 4, FILES, SMB_CAP(64, 2), SMB_CAP(256, 2));
	limits->data = (uint32_t)MIN(room / 4, (size_t)DATA_WAITS);
}

/* What follows connections: empty, with nothing known. */
static void
make_followers(CliPipeline *self)
{
	const CliPipelineOptions *options = &self->options;
	SmbConfig config = { .want = self->sink->want | SMB_EVENT_CONNECTION,
			     .keep_secrets = options->keep_secrets,
			     .keep_data = options->keep_data,
			     .oem = options->oem,
			     .partial = options->dealt,
			     .keys = options->keys,
			     .event = on_event,
			     .user = self };
	static const uint32_t whole = 1 << 20; /* as much as of any other message */
	static const uint32_t keyed = KEYED_MESSAGE;
	CapCallbacks callbacks = { .chunk = on_chunk,
				   .closed = on_closed,
				   .datagram = on_datagram,
				   .held = held,
				   .first_port = 137,
				   .last_port = 138,
				   .user = self };
	CapLimits limits = { .max_memory = cli_memory_room(options->memory) / 2,
			     .hash_seed = options->hash_seed };

	set_limits(&config.limits, cli_memory_room(options->memory));
	if (options->whole_messages)
		config.limits.head = whole;
	/* A signature, and what is encrypted, can only be checked as a whole. */
	if (options->keys || options->keep_data)
		config.limits.head = config.limits.message = keyed;
	self->smb = smb_context_new(&config);
	self->deal = options->to ? cli_deal_new(options->to, options->hash_seed) : NULL;
	self->tracker = cap_tracker_new(&callbacks, &limits);
	self->plain = !self->deal && !options->selection && !options->about;
}

CliPipeline *
cli_pipeline_new(const CliPipelineOptions *options, OutSink *sink, OutWriter *writer)
{
	CliPipeline *self = g_new0(CliPipeline, 1);

	self->options = *options;
	self->sink = sink;
	self->writer = writer;
	make_followers(self);
	cli_memory_init(&self->memory, options->memory);
	return self;
}

/* Far below the ceiling nothing needs to be measured. */
static void G_GNUC_NO_INLINE
hold_ceiling(CliPipeline *self)
{
	cli_memory_look(&self->memory);
	if (self->deal && memory_now(self) > self->memory.ceiling)
		cli_deal_settle(self->deal);
	while (memory_now(self) > self->memory.ceiling) {
		if (!cap_tracker_evict(self->tracker))
			break;
		if (self->deal)
			cli_deal_settle(self->deal);
	}
}

void
cli_pipeline_begin(CliPipeline *self, uint64_t time_ns)
{
	self->begun = true;
	if (self->options.about)
		out_filter_begin(self->options.about, time_ns);
}

void
cli_pipeline_packet(void *user, const CapPacket *packet)
{
	CliPipeline *self = user;
	size_t behind;

	if (G_UNLIKELY(!self->begun)) {
		cli_pipeline_begin(self, packet->time_ns);
		if (self->deal)
			cli_deal_begin(self->deal, packet->time_ns);
	}
	self->last_ns = packet->time_ns;
	self->last_frame = packet->frame;
	self->interface = packet->interface;
	self->speaker = NULL;
	cap_tracker_packet(self->tracker, packet);
	behind = memory_behind(self);
	account(self, behind);
	if (G_UNLIKELY(behind + cap_tracker_memory(self->tracker) > self->memory.ceiling / 4 * 3))
		hold_ceiling(self);
}

void
cli_pipeline_idle(CliPipeline *self, uint64_t seen_ns)
{
	self->clock_ns = MAX(self->clock_ns, seen_ns);
	self->speaker = NULL;
	cap_tracker_idle(self->tracker, seen_ns);
	account_now(self);
	self->speaker = NULL;
}

void
cli_pipeline_finish(CliPipeline *self)
{
	cap_tracker_finish(self->tracker, self->last_ns, self->last_frame);
}

/* A new capture gets what is fresh before the old is freed: a signal handler may ask for totals. */
void
cli_pipeline_separate(CliPipeline *self)
{
	CapTracker *tracker = self->tracker;
	SmbContext *smb = self->smb;
	CliDeal *deal = self->deal;
	OutTotals capture;

	if (!self->begun)
		return;
	cli_pipeline_finish(self);
	capture = cli_pipeline_totals_of_capture(self);
	make_followers(self);
	out_totals_add(&self->before, &capture);
	cli_deal_free(deal);
	(void)cap_tracker_free(tracker);
	(void)smb_context_free(smb);
	self->behind = memory_behind(self);
	self->begun = false;
	self->tries = 0;
	self->last_frame = 0;
	self->captures++;
	/* With workers, these do, once they are so far. */
	if (!self->deal)
		out_sink_separate(self->sink);
	if (self->options.about)
		out_filter_capture(self->options.about, self->captures);
}

size_t
cli_pipeline_memory(const CliPipeline *self)
{
	return memory_now(self);
}

SmbContext *
cli_pipeline_context(CliPipeline *self)
{
	return self->smb;
}

void
cli_pipeline_mute(CliPipeline *self, bool mute)
{
	self->mute = mute;
}

void
cli_pipeline_flush(CliPipeline *self)
{
	out_writer_flush(self->writer);
}

size_t
cli_pipeline_free(CliPipeline *self)
{
	size_t left;

	if (!self)
		return 0;
	left = cap_tracker_free(self->tracker);
	cli_deal_free(self->deal);
	left += smb_context_free(self->smb);
	left += self->flow_memory;
	cli_memory_clear(&self->memory);
	g_free(self);
	return left;
}

CliExit
cli_account_settle(CliExit code, size_t left)
{
#ifdef SMBTRAIL_CHECKS
	if (left) {
		fprintf(stderr, "smbtrail: internal fault: %zd bytes too many are accounted for\n",
			(ssize_t)left);
		return CLI_EXIT_INTERNAL;
	}
#else
	(void)left;
#endif
	return code;
}
