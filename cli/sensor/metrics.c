/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of metrics, and the file that is replaced by renaming. */
#include "cli/sensor/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SMBTRAIL_VERSION
#define SMBTRAIL_VERSION "unknown"
#endif

enum { ALWAYS = 0 };

#define AT(member) offsetof(OutTotals, member)

/* Names as Prometheus has them: the unit, then _total where it only rises. */
static const struct {
	const char *name, *help;
	size_t at;    /* a uint64_t in OutTotals */
	size_t known; /* a bool in there, without which it is left out; ALWAYS */
} counters[] = {
	{ "packets", "Packets that were read.", AT(packets), ALWAYS },
	{ "bytes", "Bytes of these packets.", AT(bytes), ALWAYS },
	{ "connections", "Connections that were seen.", AT(connections), ALWAYS },
	{ "messages", "SMB messages that were seen.", AT(messages), ALWAYS },
	{ "kernel_dropped_packets", "Packets that the kernel dropped for lack of room.",
	  AT(kernel_drops), AT(drops_known) },
	{ "interface_dropped_packets", "Packets that the interface dropped.", AT(interface_drops),
	  AT(interface_drops_known) },
	{ "evictions", "Connections that were dropped at the limit of memory.", AT(evictions),
	  ALWAYS },
	{ "half_open_evictions", "Of these, connections that were only asked for.",
	  AT(half_open_evictions), ALWAYS },
	{ "limits", "Limits on what is kept of a connection that were reached.", AT(limits),
	  ALWAYS },
	{ "gaps", "Gaps in connections that have ended.", AT(gaps), ALWAYS },
	{ "gap_bytes", "Bytes that are missing in these gaps.", AT(gap_bytes), ALWAYS },
	{ "skipped_bytes", "Bytes that were skipped to find the next message.", AT(skipped_bytes),
	  ALWAYS },
	{ "truncated_records", "Records and messages that were cut at a limit.", AT(truncated),
	  ALWAYS },
	{ "truncated_packets", "Packets that were cut by the snapshot length.",
	  AT(truncated_packets), ALWAYS },
	{ "malformed_packets", "Packets whose headers have a wrong length.", AT(malformed_packets),
	  ALWAYS },
	{ "fragments_dropped", "Fragments of IP that were never put together.",
	  AT(fragments_dropped), ALWAYS },
	{ "forged_packets", "Packets that fit no connection.", AT(forged), ALWAYS },
	{ "overlap_conflicts", "Segments that came again with other contents.", AT(conflicts),
	  ALWAYS },
	{ "refused_connections", "Connections that were tried at a closed port.", AT(port_closed),
	  ALWAYS },
	{ "outages", "Times that an interface went down or away.", AT(outages), ALWAYS },
	{ "unwritten_packets", "Packets that could not be written by -w.", AT(unwritten), ALWAYS },
	{ "lost_records", "Records that the output had no room for.", AT(lost_records), ALWAYS },
	{ "lost_bytes", "Bytes of these records.", AT(lost_bytes), ALWAYS },
	{ "unanswered_connections", "Connections that were tried and that nothing answered.",
	  AT(no_answer), ALWAYS },
};

static void
put_head(GString *text, const char *name, const char *type, const char *help)
{
	g_string_append_printf(text, "# HELP smbtrail_%s %s\n# TYPE smbtrail_%s %s\n", name, help,
			       name, type);
}

static void
put_gauge(GString *text, const char *name, const char *help, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	put_head(text, name, "gauge", help);
	g_string_append_printf(text, "smbtrail_%s %s\n", name,
			       g_ascii_formatd(digits, sizeof(digits), "%.3f", value));
}

char *
cli_metrics_text(const CliMetrics *metrics)
{
	const char *totals = (const char *)&metrics->totals;
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(counters); i++) {
		g_autofree char *name = g_strconcat(counters[i].name, "_total", NULL);
		uint64_t value;

		if (counters[i].known && !*(const bool *)(totals + counters[i].known))
			continue;
		memcpy(&value, totals + counters[i].at, sizeof(value));
		put_head(text, name, "counter", counters[i].help);
		g_string_append_printf(text, "smbtrail_%s %" G_GUINT64_FORMAT "\n", name, value);
	}
	put_gauge(text, "memory_bytes", "Memory of what grows with the traffic.",
		  (double)metrics->memory);
	put_gauge(text, "memory_limit_bytes", "The limit of --memory.",
		  (double)metrics->memory_limit);
	put_gauge(text, "start_time_seconds", "When the run began, since 1970.", metrics->start);
	put_gauge(text, "last_packet_time_seconds", "When the last packet came, since 1970.",
		  (double)metrics->totals.last_packet_ns / 1e9);
	put_head(text, "build_info", "gauge", "1, with the version of the program.");
	g_string_append(text, "smbtrail_build_info{version=\"" SMBTRAIL_VERSION "\"} 1\n");
	return g_string_free(text, FALSE);
}

bool
cli_metrics_file_open(CliMetricsFile *self, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	self->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self->folder < 0) {
		g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s",
			    path, g_strerror(errno));
		return false;
	}
	self->name = g_path_get_basename(path);
	/* The collector reads files that end in .prom. */
	self->new_name = g_strconcat(self->name, ".new", NULL);
	return true;
}

static bool
write_all(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n) {
		ssize_t done = write(fd, text, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		text += done;
		n -= (size_t)done;
	}
	return true;
}

bool
cli_metrics_file_write(const CliMetricsFile *self, const char *text)
{
	int fd = openat(self->folder, self->new_name,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	int failure;
	bool ok;

	if (fd < 0)
		return false;
	/* The collector is another user. */
	ok = fchmod(fd, 0644) == 0 && write_all(fd, text);
	failure = errno;
	if (close(fd) != 0 && ok) {
		failure = errno;
		ok = false;
	}
	if (ok && renameat(self->folder, self->new_name, self->folder, self->name) == 0)
		return true;
	failure = ok ? errno : failure;
	(void)unlinkat(self->folder, self->new_name, 0);
	errno = failure;
	return false;
}

void
cli_metrics_file_clear(CliMetricsFile *self)
{
	if (self->folder >= 0)
		close(self->folder);
	g_free(self->name);
	g_free(self->new_name);
	*self = (CliMetricsFile){ .folder = -1 };
}
