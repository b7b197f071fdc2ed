/* SPDX-License-Identifier: BSD-3-Clause */
/* The sinks that draw ladders: of all connections (timeline --html), and of those of an audit. */
#include <glib.h>

#include "output/base/words.h"
#include "output/html/wanted.h"

/*
 * Of a page of the timeline, of those in which a share was used, and again of all others: whoever tries
 * a thousand ports, or logons, takes no place from those who work.
 */
enum { CONNECTIONS_MAX = SMB_CAP(1000, 3) };

typedef struct {
	OutSinkBase base; /* first */
	Page own;         /* of the timeline */
	Page *page;
	Ladders *ladders;  /* NULL: all connections are drawn */
	size_t audit;      /* bytes of the audit that is kept meanwhile: they count */
	uint64_t drawn[2]; /* [1]: a share was used */
	uint64_t left_out;
	bool cut; /* a connection had more events than a ladder has room for */
} LadderSink;

enum {
	EVENTS = SMB_EVENT_NETBIOS | SMB_EVENT_EXCHANGE | SMB_EVENT_GAP | SMB_EVENT_CONNECTION,
};

static LadderShown
shown_as(LadderSink *self, const OutConn *conn)
{
	const Wanted *wanted = self->ladders ? ladders_wanted(self->ladders,
							      self->base.options.capture_name,
							      conn->info->number)
					     : NULL;

	if (wanted)
		return (LadderShown){ wanted->id, wanted->capture, wanted->proofs,
				      wanted->n_proofs };
	return (LadderShown){ conn->info->number, conn->capture, NULL, 0 };
}

/* Whether an event still has room. */
static bool
has_room(OutConn *conn)
{
	if (++conn->exchanges <= LADDER_EVENTS_MAX)
		return true;
	conn->not_shown++;
	return false;
}

static void
put_fold(OutSinkBase *base, OutConn *conn, const OutFold *fold)
{
	(void)base;
	if (has_room(conn))
		ladder_exchange(conn, &fold->first, fold);
}

static void
put_exchange(LadderSink *self, OutConn *conn, const SmbExchange *x)
{
	LadderShown shown = shown_as(self, conn);

	/* What proves something is not folded away, and has room always: there are few. */
	if (ladder_proves(&shown, x->request.frame) || ladder_proves(&shown, x->response.frame)) {
		out_base_unfold(&self->base, conn);
		conn->exchanges++;
		ladder_exchange(conn, x, NULL);
	} else if (!out_base_fold(&self->base, conn, x) && has_room(conn)) {
		ladder_exchange(conn, x, NULL);
	}
}

static void
put_connection(LadderSink *self, OutConn *conn, SmbConnectionInfo *info)
{
	LadderShown shown = shown_as(self, conn);
	Wanted *wanted = self->ladders
				 ? ladders_wanted(self->ladders, self->base.options.capture_name,
						  info->number)
				 : NULL;
	bool used = info->n_trees || info->n_files;

	self->cut |= conn->not_shown > 0;
	if (self->ladders || self->drawn[used] < CONNECTIONS_MAX) {
		ladder_put(self->page, conn, &shown);
		self->drawn[used]++;
	} else {
		self->left_out++;
	}
	if (wanted)
		wanted->seen = true;
	out_base_drop(&self->base, conn, info);
}

/* A capture that is named twice is drawn once. */
static bool
is_wanted(LadderSink *self, const SmbConnectionInfo *info)
{
	const Wanted *wanted;

	if (!info->number || !self->ladders)
		return info->number != 0;
	wanted = ladders_wanted(self->ladders, self->base.options.capture_name, info->number);
	return wanted && !wanted->seen;
}

static void
event(OutSink *sink, const SmbEvent *event)
{
	LadderSink *self = (LadderSink *)sink;
	OutConn *conn;

	if (!is_wanted(self, event->connection))
		return;
	conn = out_base_conn(&self->base, event->connection);
	if (!conn->begun)
		ladder_connect(conn);
	conn->begun = true;
	if (event->kind == SMB_EVENT_EXCHANGE) {
		put_exchange(self, conn, event->exchange);
	} else {
		out_base_unfold(&self->base, conn);
		if (event->kind == SMB_EVENT_NETBIOS && has_room(conn))
			ladder_netbios(conn, event->netbios);
		else if (event->kind == SMB_EVENT_GAP && has_room(conn))
			ladder_gap(conn, event);
	}
	if (event->kind == SMB_EVENT_CONNECTION)
		put_connection(self, conn, event->connection);
	else
		out_base_account(&self->base, conn);
}

static void
idle(OutSink *sink, uint64_t now_ns)
{
	out_base_idle((OutSinkBase *)sink, now_ns);
}

static void
end_of_audit(OutSink *sink, const OutTotals *totals)
{
	(void)sink;
	(void)totals;
}

/* The ladders of an audit are only part of what it tells. */
static void
collect_timeline(OutSink *sink, OutTotals *totals)
{
	const LadderSink *self = (const LadderSink *)sink;

	out_base_collect(sink, totals);
	totals->left_out |= self->left_out || self->cut;
}

static void
end_of_timeline(OutSink *sink, const OutTotals *totals)
{
	LadderSink *self = (LadderSink *)sink;
	OutTotals all = out_base_totals(&self->base, totals);

	all.left_out |= self->left_out || self->cut;
	if (!self->drawn[0] && !self->drawn[1])
		page_note(self->page, "No SMB connection was seen.");
	if (self->left_out) {
		out_lit(self->page->b, "<p class=\"more\">and ");
		out_count(self->page->b, self->left_out, "connection", "connections");
		out_lit(self->page->b, " more: smbtrail timeline has all</p>\n");
	}
	page_section_end(self->page);
	page_end(self->page, &all);
}

static size_t
sink_free(OutSink *sink)
{
	LadderSink *self = (LadderSink *)sink;
	size_t left = out_base_clear(&self->base) - self->audit;

	g_free(self);
	return left;
}

OutSink *
ladders_sink_new(Ladders *ladders, Page *page)
{
	static const OutSinkClass class = {
		.event = event, .idle = idle, .end = end_of_audit, .free = sink_free
	};
	LadderSink *self = g_new0(LadderSink, 1);

	out_base_init(&self->base, &class, EVENTS, page->writer, page->options);
	self->base.put_fold = put_fold;
	self->ladders = ladders;
	self->page = page;
	self->audit = audit_memory(ladders->audit);
	self->base.memory += self->audit;
	return &self->base.sink;
}

OutSink *
out_timeline_html_new(OutWriter *writer, const OutOptions *options)
{
	static const OutSinkClass class = {
		.event = event,
		.idle = idle,
		.collect = collect_timeline,
		.end = end_of_timeline,
		.free = sink_free,
	};
	LadderSink *self = g_new0(LadderSink, 1);

	out_base_init(&self->base, &class, EVENTS, writer, options);
	self->base.put_fold = put_fold;
	self->own = page_begin(writer, &self->base.options, "SMB timeline");
	self->page = &self->own;
	page_section(self->page, "connections", "Connections");
	return &self->base.sink;
}
