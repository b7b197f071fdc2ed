/* SPDX-License-Identifier: BSD-3-Clause */
/* Recognises the files of a rotated capture. */
#include "cli/jobs/sets.h"

#include <sys/stat.h>
#include <unistd.h>

#include "capture/source/source.h"
#include "cli/inputs.h"
#include "cli/jobs/set-names.h"

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
	if (cli_sets_is_packed(file[0]) || cli_sets_is_packed(file[1]))
		return true;
	first = first_time(options, file);
	return first && first < first_time(options, file + 1);
}

bool
cli_sets_is_one_story(const CliOptions *options)
{
	bool apart = options->jobs.apart || options->verb == CLI_VERB_AUDIT ||
		     options->verb == CLI_VERB_STATS;

	return !apart || options->jobs.rotated || options->chronological ||
	       options->verb == CLI_VERB_EXTRACT ||
	       (options->html && options->verb == CLI_VERB_TIMELINE);
}

void
cli_sets_find(CliOptions *options)
{
	size_t n = g_strv_length(options->files);
	/* The files that extract makes are those of all captures, their connections need not be. */
	bool apart = options->verb == CLI_VERB_EXTRACT && options->jobs.apart &&
		     !options->jobs.rotated;
	bool one = cli_sets_is_one_story(options) && !apart;

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
