/* SPDX-License-Identifier: BSD-3-Clause */
/* The summary of a file, in a line. */
#include "output/text/file-lines.h"

#include "output/text/timeline.h"

enum { KIB = 1024, RANGES_NAMED = 3 };

static bool
is_deleted(const SmbFileStory *s)
{
	return s->deleted || s->delete_on_close || s->delete_pending;
}

bool
out_file_did_something(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	if (!s || file->pipe)
		return false;
	return file->reads || file->writes || s->renames || is_deleted(s);
}

bool
out_file_is_telling(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	if (!out_file_did_something(file))
		return false;
	return (file->reads && file->writes) || s->read.n > 1 || s->written.n > 1 ||
	       (file->gaps && (file->reads || file->writes)) || s->renames || is_deleted(s);
}

bool
out_file_read_whole(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	return s && file->has_size && !file->gaps && s->read.n == 1 && !s->read.more &&
	       s->read.ranges[0].low == 0 && s->read.ranges[0].high >= file->size;
}

uint64_t
out_file_duration(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	if (!s || !s->first.frame || s->last.time_ns < s->first.time_ns)
		return 0;
	return s->last.time_ns - s->first.time_ns;
}

uint64_t
out_file_time(const SmbFile *file)
{
	const SmbFileStory *s = file->story;

	return s && s->last.frame ? s->last.time_ns : file->opened.time_ns;
}

void
out_file_name(OutBuffer *b, const SmbFile *file)
{
	if (file->name && file->name->len) {
		out_text(b, smb_string_text(file->name));
	} else if (file->name) {
		out_char(b, '\\');
	} else {
		out_lit(b, "fid ");
		out_u64(b, file->fid);
	}
}

/* "0-48": in KiB where both ends are whole ones. */
static bool
in_kib(uint64_t low, uint64_t high)
{
	return high >= KIB && low % KIB == 0 && high % KIB == 0;
}

static void
put_range(OutBuffer *b, SmbFileRange range)
{
	bool kib = in_kib(range.low, range.high);

	out_u64(b, kib ? range.low / KIB : range.low);
	out_char(b, '-');
	out_u64(b, kib ? range.high / KIB : range.high);
	if (kib)
		out_lit(b, " KiB");
}

static void
put_size(OutBuffer *b, uint64_t size)
{
	if (in_kib(0, size)) {
		out_u64(b, size / KIB);
		out_lit(b, " KiB");
	} else {
		out_count(b, size, "byte", "bytes");
	}
}

static void
put_ranges(OutBuffer *b, const SmbCoverage *c)
{
	for (uint32_t i = 0; i < c->n && i < RANGES_NAMED; i++) {
		if (i)
			out_lit(b, ", ");
		put_range(b, c->ranges[i]);
	}
	if (c->n > RANGES_NAMED) {
		out_lit(b, " and ");
		out_count(b, c->n - RANGES_NAMED, "range", "ranges");
		out_lit(b, " up to ");
		put_size(b, c->ranges[c->n - 1].high);
	}
	if (c->more)
		out_lit(b, " and further gaps");
}

static void
part(OutBuffer *b, size_t start)
{
	if (b->len > start)
		out_lit(b, ", ");
}

static void
put_io(OutBuffer *b, const SmbCoverage *c, const char *what)
{
	out_str(b, what);
	if (c->n) {
		out_char(b, ' ');
		put_ranges(b, c);
	} else {
		out_lit(b, " nothing");
	}
}

static void
put_requests(OutBuffer *b, uint32_t requests)
{
	out_lit(b, " in ");
	out_count(b, requests, "request", "requests");
}

static void
put_reads_and_writes(OutBuffer *b, const SmbFile *file)
{
	const SmbFileStory *s = file->story;
	size_t start = b->len;

	if (file->reads) {
		put_io(b, &s->read, "read");
		if (file->has_size && !file->writes) {
			out_lit(b, " of ");
			put_size(b, file->size);
		}
		put_requests(b, file->reads);
	}
	if (file->writes) {
		part(b, start);
		put_io(b, &s->written, "written");
		put_requests(b, file->writes);
	}
	if (file->gaps)
		out_lit(b, ", some of it not seen");
}

static void
put_renames(OutBuffer *b, const SmbFileStory *s, size_t start)
{
	if (!s->renames)
		return;
	part(b, start);
	out_lit(b, "renamed");
	for (uint32_t i = 0; i < s->n_renamed; i++) {
		bool skipped = i + 1 == s->n_renamed && s->renames > s->n_renamed;

		out_str(b, i == 0 ? " to " : skipped ? ", ..., at last " : ", then ");
		out_text(b, smb_string_text(s->renamed[i]));
	}
}

/*
 * A file marked delete-on-close is deleted with the last handle on it: another handle may keep it,
 * and those of other connections are not known here.
 */
static void
put_deletion(OutBuffer *b, const SmbFile *file, size_t start)
{
	const SmbFileStory *s = file->story;
	bool when_closed = s->delete_on_close || s->delete_pending;

	if (!s->deleted && !when_closed)
		return;
	part(b, start);
	if (s->deleted)
		out_str(b, when_closed ? "deleted on close" : "deleted");
	else
		out_str(b, file->ended ? "to be deleted with its last close"
				       : "to be deleted on close");
}

static void
put_who(OutBuffer *b, const SmbFile *file, size_t start)
{
	const SmbAuth *auth = file->user ? file->user->auth : NULL;

	if (!auth || (!auth->account && !auth->domain))
		return;
	part(b, start);
	out_lit(b, "by ");
	out_account(b, smb_string_text(auth->domain), smb_string_text(auth->account));
}

/* What happened to the file as a whole comes first. */
void
out_file_words(OutBuffer *b, const SmbFile *file)
{
	const SmbFileStory *s = file->story;
	size_t start = b->len;

	put_deletion(b, file, start);
	put_renames(b, s, start);
	if (file->reads || file->writes) {
		part(b, start);
		put_reads_and_writes(b, file);
	}
	if ((file->reads || file->writes) && s->first.frame && s->last.frame) {
		out_lit(b, ", ");
		out_duration(b, out_file_duration(file));
	}
	put_who(b, file, start);
}
