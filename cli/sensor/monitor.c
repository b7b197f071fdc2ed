/* SPDX-License-Identifier: BSD-3-Clause */
/* Service manager and metrics, told of one run. */
#include "cli/sensor/monitor.h"

#include <errno.h>

#include "cli/complain.h"
#include "cli/sensor/metrics-server.h"
#include "cli/sensor/metrics.h"
#include "cli/sensor/notify.h"

enum { EVERY_US = 15 * 1000000 };

struct CliMonitor {
	CliNotify notify;
	CliMetricsFile file;
	CliMetricsServer *server; /* NULL: none */
	CliMetrics metrics;
	const CliPipeline *pipeline; /* borrowed for a tick */
	const char *path;            /* borrowed: the options live as long */
	gint64 due_us;               /* monotonic: when file and status are written next */
	bool failed;                 /* the file could not be written, which was said */
};

CliMonitor *
cli_monitor_open(const CliMonitorOptions *options, size_t memory, GError **error)
{
	CliMonitor *self = g_new0(CliMonitor, 1);

	self->metrics.memory_limit = memory;
	self->metrics.start = (double)g_get_real_time() / 1e6;
	self->path = options->file;
	self->file.folder = -1;
	cli_notify_open(&self->notify);
	if ((options->file && !cli_metrics_file_open(&self->file, options->file, error)) ||
	    (options->listen && !(self->server = cli_metrics_server_new(options->listen, error)))) {
		cli_monitor_free(self);
		return NULL;
	}
	return self;
}

void
cli_monitor_needs(const CliMonitorOptions *options, CliSandboxNeeds *needs)
{
	if (options->file)
		cli_sandbox_replaces(needs, options->file);
	needs->accept |= options->listen != NULL;
}

void
cli_monitor_free(CliMonitor *self)
{
	if (!self)
		return;
	cli_metrics_server_free(self->server);
	cli_metrics_file_clear(&self->file);
	cli_notify_close(&self->notify);
	g_free(self);
}

static char *
make_text(void *user)
{
	CliMonitor *self = user;

	if (self->pipeline) {
		cli_pipeline_totals_now(self->pipeline, &self->metrics.totals);
		self->metrics.memory = cli_pipeline_memory(self->pipeline);
	}
	return cli_metrics_text(&self->metrics);
}

/* The first failure in a row is told. */
static void
write_file(CliMonitor *self)
{
	g_autofree char *text = NULL;
	bool ok;

	if (self->file.folder < 0)
		return;
	text = make_text(self);
	ok = cli_metrics_file_write(&self->file, text);
	if (!ok && !self->failed)
		cli_complain("--metrics %s: %s", self->path, g_strerror(errno));
	self->failed = !ok;
}

static void
tell_status(CliMonitor *self)
{
	g_autofree char *state = NULL;
	OutTotals t = { 0 };

	if (self->notify.fd < 0 || !self->pipeline)
		return;
	cli_pipeline_totals_now(self->pipeline, &t);
	state = g_strdup_printf("STATUS=%" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT
				" connections, %" G_GUINT64_FORMAT
				" packets dropped, %" G_GUINT64_FORMAT " connections dropped",
				t.packets, t.connections, t.kernel_drops + t.interface_drops,
				t.evictions);
	cli_notify_send(&self->notify, state);
}

void
cli_monitor_ready(CliMonitor *self)
{
	cli_notify_send(&self->notify, "READY=1\nSTATUS=Capturing");
}

void
cli_monitor_tick(CliMonitor *self, const CliPipeline *pipeline)
{
	gint64 now_us = g_get_monotonic_time();

	self->pipeline = pipeline;
	cli_notify_alive(&self->notify, now_us);
	if (self->server)
		cli_metrics_server_tick(self->server, now_us, make_text, self);
	if (now_us >= self->due_us) {
		self->due_us = now_us + EVERY_US;
		write_file(self);
		tell_status(self);
	}
	self->pipeline = NULL;
}

void
cli_monitor_stopping(CliMonitor *self)
{
	cli_notify_send(&self->notify, "STOPPING=1");
}

void
cli_monitor_end(CliMonitor *self, const OutTotals *totals)
{
	self->metrics.totals = *totals;
	write_file(self);
}
