/* SPDX-License-Identifier: BSD-3-Clause */
/* Recognises the files of a rotated capture. */
#include "cli/jobs/sets.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/source/source.h"
#include "cli/inputs.h"

enum { DATE_AND_TIME = 12 }; /* digits: 202601021504 */

/* ---- Names ---- */

static const char *const packed[] = { ".gz", ".xz", ".zst", ".lz4", ".bz2", NULL };

/* Without an ending of compression. */
static size_t
length_unpacked(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; packed[i]; i++)
		if (g_str_has_suffix(name, packed[i]))
			return n - strlen(packed[i]);
	return n;
}

static bool
is_packed(const char *name)
{
	return name[length_unpacked(name)] != '\0';
}

/* Past the digits; counts them. */
static const char *
skip_digits(const char *at, unsigned *digits)
{
	for (; g_ascii_isdigit(*at); at++)
		(*digits)++;
	return at;
}

/* Equal but for digits, of which the second may have more. */
static bool
are_alike(const char *name, const char *next, unsigned *ret_digits, unsigned *ret_next_digits)
{
	*ret_digits = *ret_next_digits = 0;
	for (;;) {
		name = skip_digits(name, ret_digits);
		next = skip_digits(next, ret_next_digits);
		if (*name != *next)
			return false;
		if (!*name)
			return true;
		name++;
		next++;
	}
}

/* "x.pcap7": digits at the end, and an ending before them; "x.pcap" has none. */
static bool
has_number_behind(const char *name)
{
	size_t n = length_unpacked(name), from = n;
	const char *dot;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	dot = memrchr(name, '.', from);
	return from < n && dot && dot < name + from - 1 &&
	       !memchr(dot, '/', from - (size_t)(dot - name));
}

/* Of the base that both have: what follows the first letter that differs. */
static uint64_t
number_behind(const char *name)
{
	size_t n = length_unpacked(name);
	size_t from = n;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	return g_ascii_strtoull(name + from, NULL, 10);
}

bool
cli_sets_names_follow(const char *name, const char *next)
{
	unsigned digits, next_digits;

	if (!are_alike(name, next, &digits, &next_digits) || g_str_equal(name, next))
		return false;
	if (has_number_behind(next))
		return next_digits >= digits && number_behind(next) > number_behind(name) &&
		       (has_number_behind(name) || next_digits > digits);
	return digits == next_digits && digits >= DATE_AND_TIME && strcmp(name, next) < 0;
}

/* ---- Times ---- */

typedef struct {
	CapSource *source;
	uint64_t time_ns;
} Peek;

static void
on_packet(void *user, const CapPacket *packet)
{
	Peek *self = user;

	self->time_ns = packet->time_ns;
	cap_source_stop(self->source);
}

/* Of the first packet; 0: there is none, or it could be read only once. */
static uint64_t
first_time(const CliOptions *options, char *const *file)
{
	int fd = cli_inputs_borrow(options, file);
	struct stat st;
	Peek peek = { 0 };

	if ((fd >= 0 ? fstat(fd, &st) : stat(*file, &st)) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	peek.source = cap_source_open_fd_until(options->unpacker, fd, *file, NULL, NULL, NULL);
	if (peek.source)
		(void)cap_source_loop(peek.source, on_packet, &peek, NULL, NULL);
	cap_source_free(peek.source);
	cli_inputs_rewind(options, file);
	return peek.time_ns;
}

static bool
follows(const CliOptions *options, char *const *file)
{
	uint64_t first;

	if (!cli_sets_names_follow(file[0], file[1]))
		return false;
	if (is_packed(file[0]) || is_packed(file[1]))
		return true;
	first = first_time(options, file);
	return first && first < first_time(options, file + 1);
}

/* One story over all files; or files of which versions are kept. */
static bool
is_all_one(const CliOptions *options)
{
	return options->jobs.rotated || options->chronological ||
	       options->verb == CLI_VERB_EXTRACT ||
	       (options->html && options->verb == CLI_VERB_TIMELINE);
}

void
cli_sets_find(CliOptions *options)
{
	size_t n = g_strv_length(options->files);
	bool one = is_all_one(options);

	options->goes_on = g_new0(bool, n + 1);
	if (options->audit.merge || options->audit.diff || options->audit.rules)
		return;
	for (size_t i = 0; i + 1 < n; i++)
		options->goes_on[i] = one || follows(options, options->files + i);
}

bool
cli_sets_goes_on(const CliOptions *options, char *const *file)
{
	return options->goes_on && options->goes_on[file - options->files];
}
