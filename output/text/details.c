/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of -v. Not a hot path: they are read by a person. */
#include "output/base/fields.h"
#include "output/text/timeline.h"

#include "dissect/wire/names.h"

#include <glib.h>

enum {
	KEPT_MAX = SMB_CAP(512, 3),
	KEPT_BYTES_MAX = SMB_CAP(4 * 1024 * 1024, 2048),
	INDENT = 10, /* of a fact; fields are indented by two more */
};

typedef struct {
	uint64_t connection, frame, mid;
	SmbDir dir;
	uint32_t block;
	OutBuffer text;
} Kept;

struct OutDetails {
	GQueue kept;        /* oldest first; owns them */
	size_t bytes;       /* of their text and structs */
	uint64_t truncated; /* messages with too many fields, and halves that are shown without theirs */
	bool pushed_out; /* some for others, by the limits above */
};

OutDetails *
out_details_new(void)
{
	OutDetails *self = g_new0(OutDetails, 1);

	g_queue_init(&self->kept);
	return self;
}

static size_t
size_of(const Kept *kept)
{
	return sizeof(*kept) + sizeof(GList) + kept->text.cap;
}

static void
drop(OutDetails *self, GList *at)
{
	Kept *kept = at->data;

	self->bytes -= size_of(kept);
	out_buffer_clear(&kept->text);
	g_free(kept);
	g_queue_delete_link(&self->kept, at);
}

void
out_details_forget(OutDetails *self)
{
	while (self && self->kept.head)
		drop(self, self->kept.head);
}

void
out_details_free(OutDetails *self)
{
	out_details_forget(self);
	g_free(self);
}

size_t
out_details_memory(const OutDetails *self)
{
	return self ? self->bytes : 0;
}

uint64_t
out_details_truncated(const OutDetails *self)
{
	return self ? self->truncated : 0;
}

void
out_details_message(OutDetails *self, uint64_t connection, const SmbMessage *m, bool reveal)
{
	const Kept *before = NULL;

	for (uint32_t i = 0; i < m->n_blocks; i++) {
		SmbBlock more = out_fields_nested(&m->blocks[i]);
		Kept *kept = g_new0(Kept, 1);

		*kept = (Kept){ .connection = connection,
				.frame = m->when.frame,
				.mid = m->mid,
				.dir = m->dir,
				.block = i };
		/* The limit is that of the message: its blocks may have the same bytes. */
		if (before)
			out_limit_on(&kept->text, &before->text);
		else
			out_fields_limit(&kept->text, m);
		out_fields_text(&kept->text, &m->blocks[i], reveal, INDENT + 2);
		out_fields_text(&kept->text, &more, reveal, INDENT + 2);
		if (out_unlimit(&kept->text)) {
			self->truncated++;
			out_lit(&kept->text,
				"            truncated: not all that it holds is shown\n");
		}
		self->bytes += size_of(kept);
		g_queue_push_tail(&self->kept, kept);
		before = kept;
	}
	while (self->kept.length > KEPT_MAX || self->bytes > KEPT_BYTES_MAX) {
		self->pushed_out = true;
		drop(self, self->kept.head);
	}
}

static void
key(OutBuffer *b, const char *name)
{
	for (unsigned i = 0; i < INDENT; i++)
		out_char(b, ' ');
	out_str(b, name);
	out_lit(b, ": ");
}

static void
fact_u64(OutBuffer *b, const char *name, uint64_t v)
{
	key(b, name);
	out_u64(b, v);
	out_char(b, '\n');
}

static void
fact_text(OutBuffer *b, const char *name, SmbText text)
{
	if (smb_text_is_empty(text))
		return;
	key(b, name);
	out_text(b, text);
	out_char(b, '\n');
}

/* The fields of one half, which are not needed again. */
static void
put_half(OutDetails *self, const OutLine *l, bool response)
{
	const SmbExchange *x = l->x;
	uint64_t frame = response ? x->response.frame : x->request.frame;
	SmbDir dir = response != x->from_server ? SMB_TO_CLIENT : SMB_TO_SERVER;

	if (frame == 0)
		return;
	fact_u64(l->b, response ? "response in frame" : "request in frame", frame);
	for (GList *at = self->kept.head; at; at = at->next) {
		Kept *kept = at->data;

		if (kept->connection != l->info->number || kept->frame != frame ||
		    kept->mid != x->mid || kept->dir != dir || kept->block != x->chain_index)
			continue;
		if (kept->text.len)
			out_put(l->b, kept->text.data, kept->text.len);
		drop(self, at);
		return;
	}
	if (self->pushed_out) {
		self->truncated++;
		out_lit(l->b, "            truncated: its fields are not kept any more\n");
	}
}

static void
put_status(OutBuffer *b, SmbStatus status)
{
	key(b, "status");
	out_status(b, status);
	out_lit(b, " (0x");
	out_hex(b, status.value, 8);
	out_lit(b, ")\n");
}

static void
put_identity(const OutLine *l)
{
	const SmbExchange *x = l->x;
	const SmbAuth *auth = x->user ? x->user->auth : NULL;

	fact_u64(l->b, x->version == 1 ? "uid" : "session id", x->uid);
	if (auth && (auth->account || auth->domain)) {
		key(l->b, "user");
		out_account(l->b, smb_string_text(auth->domain), smb_string_text(auth->account));
		out_char(l->b, '\n');
	}
	fact_u64(l->b, x->version == 1 ? "tid" : "tree id", x->tid);
	if (x->tree)
		fact_text(l->b, "share", smb_string_text(x->tree->path));
	fact_u64(l->b, x->version == 1 ? "mid" : "message id", x->mid);
	if (x->version == 1)
		fact_u64(l->b, "pid", x->pid);
	if (x->has_fid)
		fact_u64(l->b, "fid", x->fid);
	if (x->file)
		fact_text(l->b, "file", smb_string_text(x->file->name));
	else if (!smb_text_is_empty(x->compound_file))
		fact_text(l->b, "file", x->compound_file);
}

static void
put_bits(OutBuffer *b, const char *name, uint32_t bits, const char *(*name_of)(uint32_t))
{
	const char *separator = "";

	if (!bits)
		return;
	key(b, name);
	for (uint32_t bit = 1; bits; bits &= ~bit, bit <<= 1) {
		const char *word = bits & bit ? name_of(bit) : NULL;

		if (!word)
			continue;
		out_str(b, separator);
		out_str(b, word);
		separator = ", ";
	}
	out_char(b, '\n');
}

static const char *
anomaly_name(uint32_t bit)
{
	return smb_anomaly_name((SmbAnomaly)bit);
}

static const char *
incomplete_name(uint32_t bit)
{
	return smb_incomplete_name((SmbIncomplete)bit);
}

void
out_details_put(OutDetails *self, const OutLine *l)
{
	const SmbExchange *x = l->x;

	key(l->b, "command");
	out_str(l->b, x->command_name ? x->command_name : "not assigned");
	out_lit(l->b, " (0x");
	out_hex(l->b, x->command, 2);
	out_lit(l->b, ")\n");
	put_identity(l);
	if (x->has_status)
		put_status(l->b, x->status);
	put_half(self, l, false);
	put_half(self, l, true);
	put_bits(l->b, "incomplete", x->incomplete, incomplete_name);
	put_bits(l->b, "anomalies", x->anomalies, anomaly_name);
}
