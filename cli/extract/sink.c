/* SPDX-License-Identifier: BSD-3-Clause */
/* Events go to the files, and what is said of these to the writers. */
#include "cli/extract/sink.h"

#include <glib.h>

#include "output/base/end.h"
#include "output/base/sink-base.h"

typedef struct {
	OutSinkBase base; /* first */
	CliFiles *files;
	OutWriter *manifest;
	bool json;
} Sink;

static size_t
tell(void *user, const CliFileInfo *info)
{
	Sink *self = user;
	OutBuffer *b = out_writer_buffer(self->base.writer);
	bool nanoseconds = self->base.options.nanoseconds;
	CliTold told;

	if (self->manifest) {
		cli_manifest_json(out_writer_buffer(self->manifest), info, nanoseconds);
		out_writer_record(self->manifest);
	}
	told = self->json ? cli_manifest_json(b, info, nanoseconds) : cli_manifest_text(b, info);
	self->base.truncated += told.cut;
	out_writer_record(self->base.writer);
	return told.used;
}

static void
on_event(OutSink *sink, const SmbEvent *event)
{
	Sink *self = (Sink *)sink;

	cli_files_exchange(self->files, event->connection, event->exchange,
			   self->base.options.capture_name);
	self->base.memory = cli_files_memory(self->files);
}

static void
on_separate(OutSink *sink)
{
	cli_files_separate(((Sink *)sink)->files);
}

void
cli_extract_sink_finish(OutSink *sink)
{
	Sink *self = (Sink *)sink;

	cli_files_finish(self->files);
	self->base.memory = cli_files_memory(self->files);
}

static void
on_end(OutSink *sink, const OutTotals *totals)
{
	Sink *self = (Sink *)sink;
	OutTotals all = out_base_totals(&self->base, totals);
	if (self->manifest)
		out_end_json(out_writer_buffer(self->manifest), &all,
			     self->base.options.nanoseconds);
	if (self->json)
		out_end_json(out_writer_buffer(self->base.writer), &all,
			     self->base.options.nanoseconds);
}

static size_t
on_free(OutSink *sink)
{
	Sink *self = (Sink *)sink;
	size_t left;

	cli_files_finish(self->files);
	left = cli_files_memory(self->files);
	cli_files_free(self->files);
	self->base.memory = 0;
	left += out_base_clear(&self->base);
	g_free(self);
	return left;
}

static const OutSinkClass class = { .event = on_event,
				    .separate = on_separate,
				    .collect = out_base_collect,
				    .end = on_end,
				    .free = on_free };

OutSink *
cli_extract_sink_new(CliPlace *place, OutWriter *report, OutWriter *manifest, bool json, bool pipes,
		     size_t room)
{
	Sink *self = g_new0(Sink, 1);
	const OutOptions options = { 0 };

	out_base_init(&self->base, &class, SMB_EVENT_EXCHANGE, report, &options);
	self->files = cli_files_new(place, pipes, room, tell, self);
	self->manifest = manifest;
	self->json = json;
	return &self->base.sink;
}
