/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of a live capture. */
#include "cli/sensor/live-options.h"

#include <string.h>

#include "cli/words/quantity.h"

enum {
	SNAPLEN_MAX = 262144,
	BUFFER_MIN = 64 * 1024,
	WRITE_SIZE_MIN = 4096,
	WRITE_FILES_MAX = 100000,
	STATS_US = 60 * 1000000,
};

void
cli_live_options_add(CliHelp *help, GOptionContext *context, CliLiveOptions *o)
{
	const GOptionEntry entries[] = {
		{ "interface", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &o->interfaces,
		  "Capture live from this interface (several: once each; any: all of them)",
		  "INTERFACE" },
		{ "no-promiscuous", 'p', 0, G_OPTION_ARG_NONE, &o->calm,
		  "Do not put the interface into promiscuous mode", NULL },
		{ "snaplen", 's', 0, G_OPTION_ARG_STRING, &o->text.snaplen,
		  "Capture so many bytes of each packet (default 262144)", "BYTES" },
		{ "buffer-size", 'B', 0, G_OPTION_ARG_STRING, &o->text.buffer,
		  "Buffer in the kernel, in KiB, or with a unit such as 64M (default 16M)", "SIZE" },
		{ "duration", 0, 0, G_OPTION_ARG_STRING, &o->text.duration,
		  "End after so many seconds, or 10m, 1h, 7d", "TIME" },
		{ "stats", 0, 0, G_OPTION_ARG_STRING, &o->text.stats,
		  "Report counters and losses so often (default 60 seconds; 0: never)", "TIME" },
		{ "write-size", 0, 0, G_OPTION_ARG_STRING, &o->text.write_size,
		  "Begin another file when the one of -w has reached SIZE, such as 100M", "SIZE" },
		{ "write-time", 0, 0, G_OPTION_ARG_STRING, &o->text.write_time,
		  "Begin another file of -w after TIME: seconds, or 30m, 1h, 1d", "TIME" },
		{ "write-keep", 0, 0, G_OPTION_ARG_STRING, &o->text.write_keep,
		  "Keep the newest N files of -w and remove older ones (default: all)", "N" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Live capture", CLI_HELP_LIVE, entries);
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
	return false;
}

static bool
take_snaplen(CliLiveOptions *o, GError **error)
{
	guint64 n = 0;

	if (o->text.snaplen &&
	    !g_ascii_string_to_unsigned(o->text.snaplen, 10, 0, SNAPLEN_MAX, &n, NULL))
		return refuse(error, "-s takes a number of bytes, at most 262144");
	o->snaplen = (uint32_t)n;
	return true;
}

/* As tcpdump's: KiB where there is no unit. */
static bool
take_buffer(CliLiveOptions *o, GError **error)
{
	const char *text = o->text.buffer;
	size_t bytes = 0;
	bool plain = text && text[strspn(text, "0123456789")] == '\0';

	if (!text)
		return true;
	if (!cli_parse_size(text, &bytes) || (plain && bytes > INT32_MAX / 1024))
		return refuse(error, "-B takes a size in KiB, or with a unit, such as 64M");
	bytes = plain ? bytes * 1024 : bytes;
	if (bytes < BUFFER_MIN || bytes > INT32_MAX)
		return refuse(error, "-B must be at least 64K and less than 2G");
	o->buffer = (uint32_t)bytes;
	return true;
}

static bool
take_time(const char *text, const char *message, bool zero, uint64_t *ret_us, GError **error)
{
	if (text && (!cli_parse_duration(text, ret_us) || (!*ret_us && !zero)))
		return refuse(error, message);
	return true;
}

static bool
take_write(CliLiveOptions *o, GError **error)
{
	size_t size = 0;
	guint64 files = 0;

	if (o->text.write_size &&
	    (!cli_parse_size(o->text.write_size, &size) || size < WRITE_SIZE_MIN))
		return refuse(error, "--write-size takes a size of at least 4K, such as 100M");
	if (o->text.write_keep &&
	    !g_ascii_string_to_unsigned(o->text.write_keep, 10, 1, WRITE_FILES_MAX, &files, NULL))
		return refuse(error, "--write-keep takes a number of files");
	if (!take_time(o->text.write_time, "--write-time takes a time, such as 1h", false,
		       &o->write_us, error))
		return false;
	o->write_size = size;
	o->write_keep = (unsigned)files;
	if (files && !o->write_size && !o->write_us)
		return refuse(error, "--write-keep needs --write-size or --write-time");
	return true;
}

static bool
check_interfaces(const CliLiveOptions *o, GError **error)
{
	for (char **i = o->interfaces; i && *i; i++) {
		for (char **k = o->interfaces; k < i; k++)
			if (g_str_equal(*k, *i))
				return refuse(error, "an interface can be watched only once");
		if (o->interfaces[1] && g_str_equal(*i, "any"))
			return refuse(error, "-i any watches all interfaces: it stands alone");
	}
	return true;
}

/* Options that have no meaning without others. */
static bool
check_given(const CliLiveOptions *o, bool writes, GError **error)
{
	const char *const of_live[] = { o->text.snaplen, o->text.buffer, o->text.duration,
					o->text.stats };
	const char *const of_files[] = { o->text.write_size, o->text.write_time,
					 o->text.write_keep };
	bool live = o->calm, files = false;

	for (size_t i = 0; i < G_N_ELEMENTS(of_live); i++)
		live |= of_live[i] != NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(of_files); i++)
		files |= of_files[i] != NULL;
	if (!o->interfaces && (live || files))
		return refuse(error, "-p, -s, -B, --duration, --stats, --write-size, --write-time "
				     "and --write-keep are for -i");
	if (files && !writes)
		return refuse(error, "--write-size, --write-time and --write-keep are for -w FILE");
	return check_interfaces(o, error);
}

bool
cli_live_options_check(CliLiveOptions *o, bool writes, GError **error)
{
	o->stats_us = STATS_US;
	return check_given(o, writes, error) && take_snaplen(o, error) && take_buffer(o, error) &&
	       take_time(o->text.duration, "--duration takes a time: seconds, or 10m, 1h, 7d",
			 false, &o->duration_us, error) &&
	       take_time(o->text.stats, "--stats takes a time: seconds, or 10m, 1h", true,
			 &o->stats_us, error) &&
	       take_write(o, error);
}

bool
cli_live_options_rotate(const CliLiveOptions *o)
{
	return o->write_size || o->write_us;
}

void
cli_live_options_clear(CliLiveOptions *o)
{
	g_strfreev(o->interfaces);
	g_free(o->text.snaplen);
	g_free(o->text.buffer);
	g_free(o->text.duration);
	g_free(o->text.stats);
	g_free(o->text.write_size);
	g_free(o->text.write_time);
	g_free(o->text.write_keep);
	*o = (CliLiveOptions){ 0 };
}
