/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a timeline that a connection ends with: its files, what is missing, its outcome. */
#include "output/text/timeline-lines.h"

#include "output/base/outcome.h"
#include "output/fingerprint/fingerprint.h"
#include "output/text/file-lines.h"

static void
put_outstanding(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	OutBuffer *b;

	if (!info->unanswered && !info->unseen)
		return;
	b = timeline_begin_note(self, conn, info->last.time_ns, "end");
	if (info->unanswered) {
		out_count(b, info->unanswered, "request", "requests");
		out_lit(b, " without an answer");
	}
	if (info->unseen) {
		out_str(b, info->unanswered ? ", " : "");
		out_count(b, info->unseen, "answer", "answers");
		out_lit(b, " not seen");
	}
	timeline_end_note(self, conn);
}

/* With -v: how many requests SMB2 allowed the client at once. */
static void
put_credits(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	const SmbCredits *credits = &info->credits;
	OutBuffer *b;

	if (!self->details || !credits->granted)
		return;
	b = timeline_begin_note(self, conn, info->last.time_ns, "credits");
	out_u64(b, credits->granted);
	out_lit(b, " granted, ");
	out_u64(b, credits->used);
	out_lit(b, " used");
	if (credits->whole && credits->used <= credits->granted + 1) {
		out_lit(b, ", ");
		out_u64(b, credits->granted + 1 - credits->used);
		out_lit(b, " left");
	}
	timeline_end_note(self, conn);
}

static bool
has_keys_note(const SmbConnectionInfo *info)
{
	return info->keys.first_forged.frame || info->keys.n_troubles;
}

/* What keys showed, and what is wrong with them. */
static void
put_keys(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	OutBuffer words = { 0 };

	for (uint32_t n = 0; has_keys_note(info) && out_key_words(&words, info, n); n++) {
		out_put(timeline_begin_note(self, conn, info->last.time_ns, "keys"), words.data,
			words.len);
		timeline_end_note(self, conn);
		words.len = 0;
	}
	out_buffer_clear(&words);
}

/* How much of the packets the capture left out, and how to have it next time. */
static void
put_cut(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	OutBuffer *b;

	if (!info->cut_bytes)
		return;
	b = timeline_begin_note(self, conn, info->last.time_ns, "gap");
	out_bytes(b, info->cut_bytes);
	out_lit(b, " cut by the snapshot length: capture whole packets (tcpdump -s 0)");
	timeline_end_note(self, conn);
}

static void
put_file(Timeline *self, OutConn *conn, const SmbFile *file)
{
	OutBuffer *b = timeline_lines_of(self, conn);
	OutPlaces at = { .line = b->len };
	size_t from;

	out_columns_begin(&self->columns, b, conn->info, out_file_time(file), OUT_ANSWER_DASH, 0);
	from = b->len;
	out_lit(b, "file");
	out_columns_step(b, from, 1);
	at.asked = at.name = b->len;
	out_file_name(b, file);
	at.answered = at.name_end = b->len;
	out_file_words(b, file);
	out_columns_end(&self->columns, b, &at, false);
	timeline_line_done(self, conn);
}

/* With -v: what the two ends speak like. */
static void
put_prints(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	for (int server = 0; self->details && server < 2; server++) {
		if (!out_prints_seen(info, server))
			continue;
		out_prints_text(timeline_begin_note(self, conn, info->last.time_ns, "fingerprint"),
				info, server);
		timeline_end_note(self, conn);
	}
}

static bool
is_told(const Timeline *self, const SmbFile *file)
{
	bool all = self->base.options.file_lines || self->details;

	return all ? out_file_did_something(file) : out_file_is_telling(file);
}

/* The summaries of files, below the lines of a connection. */
static void
put_files(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_files; i++)
		if (is_told(self, info->files[i]))
			put_file(self, conn, info->files[i]);
}

void
timeline_forgotten_lines(Timeline *self, OutConn *conn, const SmbForgotten *forgotten)
{
	if (!forgotten->file || !is_told(self, forgotten->file))
		return;
	out_base_limit(&self->base, conn, timeline_lines_of(self, conn));
	put_file(self, conn, forgotten->file);
	out_base_unlimit(&self->base, timeline_lines_of(self, conn));
}

/* Why the client did not get what it came for: the last line. */
static void
put_outcome(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	const SmbOutcome *o = &info->outcome;

	self->final = true;
	for (uint32_t i = 0; o->why && i <= o->n_more; i++) {
		out_outcome_text(timeline_begin_note(self, conn, info->last.time_ns, "outcome"),
				 info, i ? &o->more[i - 1] : o);
		timeline_end_note(self, conn);
	}
	self->final = false;
}

static void
put_evicted(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	out_lit(timeline_begin_note(self, conn, info->last.time_ns, "end"),
		"dropped to stay within the memory limit");
	timeline_end_note(self, conn);
}

void
timeline_end_lines(Timeline *self, OutConn *conn, const SmbConnectionInfo *info)
{
	out_base_limit(&self->base, conn, timeline_lines_of(self, conn));
	put_files(self, conn, info);
	out_base_unlimit(&self->base, timeline_lines_of(self, conn));
	put_outstanding(self, conn, info);
	put_cut(self, conn, info);
	put_keys(self, conn, info);
	put_credits(self, conn, info);
	put_prints(self, conn, info);
	if (info->end == SMB_END_EVICTED)
		put_evicted(self, conn, info);
	put_outcome(self, conn, info);
}
