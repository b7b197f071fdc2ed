/* SPDX-License-Identifier: BSD-3-Clause */
/* A sink's connections: made at the first event, folded, accounted for, dropped at the last. */
#include "output/base/sink-base.h"

#include "dissect/wire/memory.h"
#include "output/base/end.h"

#include <glib.h>

enum {
	SPARE_LINES_MAX = SMB_CAP(64 * 1024, 0),
	SPARE_PENDING_MAX = SMB_CAP(64, 0), /* few enough to go without an account */
};

void
out_base_init(OutSinkBase *self, const OutSinkClass *class, uint32_t want, OutWriter *writer,
	      const OutOptions *options)
{
	self->sink.class = class;
	self->sink.want = want;
	self->writer = writer;
	self->options = *options;
	out_sink_set_capture(&self->sink, options->capture_name, options->nanoseconds);
	if (options->story)
		self->story = out_story_new(options->story);
}

OutBuffer *
out_base_buffer(OutSinkBase *self)
{
	return self->story ? &self->part : out_writer_buffer(self->writer);
}

void
out_base_part(OutSinkBase *self)
{
	size_t before;

	if (!self->story) {
		out_writer_record(self->writer);
		return;
	}
	before = out_story_memory(self->story);
	out_story_add(self->story, self->part_ns, self->part.data, self->part.len, self->writer);
	self->memory += out_story_memory(self->story) - before;
	self->part.len = 0;
}

void
out_base_finish(OutSinkBase *self)
{
	if (!self->story)
		return;
	self->memory -= out_story_memory(self->story);
	out_story_finish(self->story, self->writer);
	self->memory += out_story_memory(self->story);
}

static void
account(OutSinkBase *self, OutConn *conn, size_t now)
{
	self->memory = self->memory - conn->accounted + now;
	conn->accounted = now;
}

void
out_base_account(OutSinkBase *self, OutConn *conn)
{
	account(self, conn,
		smb_memory_cost(sizeof(*conn)) + smb_memory_cost(conn->lines.cap) +
			smb_memory_cost(conn->order.marks.cap) +
			(conn->pending ? smb_memory_cost(sizeof(OutPending)) +
						 out_fold_memory(&conn->pending->fold)
				       : 0));
}

OutConn *
out_base_conn(OutSinkBase *self, SmbConnectionInfo *info)
{
	OutConn *conn = info->sink_data;

	if (info->number == 0) {
		self->datagram.info = info;
		self->datagram.lines.len = 0;
		self->datagram.begun = false;
		return &self->datagram;
	}
	if (conn)
		return conn;
	conn = g_new0(OutConn, 1);
	conn->info = info;
	conn->capture = self->options.capture_name;
	conn->lines = self->spare_lines;
	self->spare_lines = (OutBuffer){ 0 };
	conn->next = self->conns;
	if (conn->next)
		conn->next->prev = conn;
	self->conns = conn;
	info->sink_data = conn;
	out_base_account(self, conn);
	return conn;
}

/* Takes a pending fold off its connection and the list; it becomes a spare one, or is freed. */
static void
retire(OutSinkBase *self, OutPending *p)
{
	out_fold_clear(&p->fold);
	if (p->prev)
		p->prev->next = p->next;
	else
		self->pending = p->next;
	if (p->next)
		p->next->prev = p->prev;
	p->conn->pending = NULL;
	if (self->n_spare == SPARE_PENDING_MAX) {
		g_free(p);
		return;
	}
	p->next = self->spare;
	self->spare = p;
	self->n_spare++;
}

/* Unlinks and frees; the buffer of an ordinary connection serves the next one. */
static void
free_conn(OutSinkBase *self, OutConn *conn)
{
	if (conn->pending)
		retire(self, conn->pending);
	account(self, conn, 0);
	out_buffer_clear(&conn->order.marks);
	if (conn->prev)
		conn->prev->next = conn->next;
	else
		self->conns = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	if (!self->spare_lines.data && conn->lines.cap <= SPARE_LINES_MAX) {
		self->spare_lines = conn->lines;
		self->spare_lines.len = 0;
	} else {
		out_buffer_clear(&conn->lines);
	}
	g_free(conn);
}

void
out_base_drop(OutSinkBase *self, OutConn *conn, SmbConnectionInfo *info)
{
	info->sink_data = NULL;
	free_conn(self, conn);
}

size_t
out_base_clear(OutSinkBase *self)
{
	/* The first has none before it, and is unlinked; the analyzer takes it for one that stays. */
	while (self->conns)
		free_conn(self, self->conns); /* NOLINT(clang-analyzer-unix.Malloc) */
	while (self->spare) {
		OutPending *p = self->spare;

		self->spare = p->next;
		g_free(p);
	}
	account(self, &self->datagram, 0);
	out_buffer_clear(&self->datagram.lines);
	out_buffer_clear(&self->spare_lines);
	out_buffer_clear(&self->capture_json);
	out_buffer_clear(&self->part);
	if (self->story)
		self->memory -= out_story_memory(self->story);
	out_story_free(self->story);
	return self->memory;
}

void
out_base_unfold(OutSinkBase *self, OutConn *conn)
{
	OutPending *p = conn->pending;

	if (!p)
		return;
	self->put_fold(self, conn, &p->fold);
	retire(self, p);
}

static OutPending *
spare_pending(OutSinkBase *self)
{
	OutPending *p = self->spare;

	if (!p)
		return g_new(OutPending, 1);
	self->spare = p->next;
	self->n_spare--;
	return p;
}

bool
out_base_fold(OutSinkBase *self, OutConn *conn, const SmbExchange *x)
{
	OutPending *p;

	if (conn->pending && out_fold_add(&conn->pending->fold, x))
		return true;
	out_base_unfold(self, conn);
	if (!out_fold_fits(x))
		return false;
	p = spare_pending(self);
	out_fold_begin(&p->fold, x);
	p->fold.pause_ns = self->options.fold_ns;
	p->conn = conn;
	conn->pending = p;
	p->prev = NULL;
	p->next = self->pending;
	if (p->next)
		p->next->prev = p;
	self->pending = p;
	return true;
}

void
out_base_idle(OutSinkBase *self, uint64_t now_ns)
{
	OutPending *p = self->pending, *next;
	bool any = false;

	for (; p; p = next) {
		OutConn *conn = p->conn;

		next = p->next;
		if (!out_fold_is_over(&p->fold, now_ns))
			continue;
		out_base_unfold(self, conn);
		out_base_account(self, conn);
		any = true;
	}
	if (any)
		out_writer_flush(self->writer);
}

void
out_sink_set_capture(OutSink *sink, const char *capture_name, bool nanoseconds)
{
	OutSinkBase *self = (OutSinkBase *)sink;

	self->options.capture_name = capture_name;
	self->options.nanoseconds = nanoseconds;
	self->capture_json.len = 0;
	if (!capture_name)
		return;
	out_lit(&self->capture_json, ",\"pcap_filename\":");
	out_str_json(&self->capture_json, capture_name);
}

void
out_sink_several(OutSink *sink)
{
	((OutSinkBase *)sink)->options.several = true;
}

size_t
out_sink_memory(const OutSink *sink)
{
	return ((const OutSinkBase *)sink)->memory;
}

/*
 * Names are repeated in every line about them. So the total of long ones in the output of a
 * connection is limited to a multiple of its bytes; a datagram has its own limit. What any connection
 * may have besides is little: a channel of a session has the names that others brought.
 */
void
out_base_limit(OutSinkBase *self, OutConn *conn, OutBuffer *b)
{
	enum { FACTOR = 8, LEAST = 8 * 1024, MOST = 1024 * 1024 };
	const SmbConnectionInfo *info = conn->info;
	uint64_t allowed = LEAST + FACTOR * (info->bytes[0] + info->bytes[1]);
	uint64_t left = allowed > conn->text_used ? allowed - conn->text_used : 0;

	self->text_limit = info->number == 0 ? MOST : (size_t)MIN(left, (uint64_t)MOST);
	self->limited = conn;
	out_limit(b, self->text_limit);
}

bool
out_base_unlimit(OutSinkBase *self, OutBuffer *b)
{
	bool cut;

	if (self->limited && b->text_left < self->text_limit)
		self->limited->text_used += self->text_limit - b->text_left;
	self->limited = NULL;
	cut = out_unlimit(b);
	self->truncated += cut;
	return cut;
}

void
out_base_collect(OutSink *sink, OutTotals *totals)
{
	totals->truncated += ((OutSinkBase *)sink)->truncated;
}

OutTotals
out_base_totals(const OutSinkBase *self, const OutTotals *totals)
{
	OutTotals all = *totals;

	all.truncated += self->truncated;
	if (self->story)
		all.unsorted += out_story_late(self->story);
	out_totals_take_written(&all, self->writer);
	return all;
}

const char *
out_base_interface(const OutSinkBase *self, const SmbConnectionInfo *info)
{
	const char *const *names = self->options.interfaces;

	return names && info->ends.interface ? names[info->ends.interface - 1] : NULL;
}

static const char *
proto_name(uint8_t family, bool tcp)
{
	if (family == 2 || family == 3)
		return family == 2 ? "NBF" : "IPX";
	return tcp ? "TCP" : "UDP";
}

/* The keys of every record that do not change as long as the connection lasts. */
static void
put_ends(const OutSinkBase *self, OutBuffer *b, const SmbConnectionInfo *info)
{
	const SmbEndpoints *ends = &info->ends;
	bool ip = ends->family == 4 || ends->family == 6;
	bool known = ip || ends->family == 2 || ends->family == 3;
	bool tcp = info->number != 0;

	out_lit(b, ",\"src_ip\":");
	out_str(b, known ? "\"" : "null");
	if (known) {
		out_address(b, ends->family, ends->client);
		out_char(b, '"');
	}
	out_key_u64(b, "src_port", ends->client_port);
	out_lit(b, ",\"dest_ip\":");
	out_str(b, known ? "\"" : "null");
	if (known) {
		out_address(b, ends->family, ends->server);
		out_char(b, '"');
	}
	out_key_u64(b, "dest_port", ends->server_port);
	out_key_str(b, "proto", proto_name(ends->family, tcp));
	if (ip) {
		out_lit(b, ",\"community_id\":\"");
		out_community_id(b, ends, tcp ? 6 : 17);
		out_char(b, '"');
	}
	if (tcp)
		out_key_u64(b, "connection", info->number);
	if (out_base_interface(self, info)) {
		out_key(b, "in_iface");
		out_str_json(b, out_base_interface(self, info));
	}
}

/* The calendar is asked once a second of capture. */
static void
put_timestamp(OutSinkBase *self, OutBuffer *b, uint64_t ns)
{
	uint64_t second = ns / 1000000000;
	size_t from = b->len;

	if (second == self->second && self->stamp[0]) {
		out_put(b, self->stamp, sizeof(self->stamp));
	} else {
		out_time_utc(b, second * 1000000000, 0);
		b->data[b->len - 1] = '.';
		memcpy(self->stamp, b->data + from, sizeof(self->stamp));
		self->second = second;
	}
	if (self->options.nanoseconds)
		out_digits(b, ns % 1000000000, 9);
	else
		out_digits(b, ns % 1000000000 / 1000, 6);
}

OutBuffer *
out_base_begin(OutSinkBase *self, OutConn *conn, uint64_t time_ns, const char *event_type,
	       uint32_t incomplete)
{
	OutBuffer *b = out_base_buffer(self);

	self->part_ns = time_ns;
	if (!conn->lines.len)
		put_ends(self, &conn->lines, conn->info);
	out_base_limit(self, conn, b);
	b->eve = self->options.eve;
	out_lit(b, "{\"timestamp\":\"");
	put_timestamp(self, b, time_ns);
	out_str(b, b->eve ? "+0000" : "Z");
	out_lit(b, "\",\"event_type\":\"");
	out_str(b, event_type);
	out_char(b, '"');
	out_put(b, conn->lines.data, conn->lines.len);
	if (self->capture_json.len)
		out_put(b, self->capture_json.data, self->capture_json.len);
	if (!incomplete) {
		out_lit(b, ",\"complete\":true");
		return b;
	}
	out_lit(b, ",\"complete\":false,\"incomplete\":");
	out_json_incomplete(b, incomplete);
	return b;
}

void
out_base_record(OutSinkBase *self)
{
	OutBuffer *b = out_base_buffer(self);

	if (out_base_unlimit(self, b))
		out_lit(b, ",\"truncated\":true");
	out_lit(b, "}\n");
	out_base_part(self);
}
