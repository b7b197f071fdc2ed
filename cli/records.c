/* SPDX-License-Identifier: BSD-3-Clause */
/* Which lines of a file of interim reports count. */
#include "cli/records.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "output/audit/audit.h"

enum {
	CHUNK = 64 << 10,
	END_MAX = 4096, /* longer lines are no end of a report */
};

typedef struct {
	CliRecordLines lines;
	uint64_t line;      /* in work */
	uint64_t report;    /* the first line of the report that is being read */
	bool found;         /* an interim report was */
	bool ended;         /* a final report was */
	char head[END_MAX]; /* of the line in work */
	size_t len;         /* of it, also what does not fit in */
} Scan;

static void
line_ends(Scan *s)
{
	OutAuditEnd end = OUT_AUDIT_NO_END;

	if (s->len <= END_MAX && memmem(s->head, s->len, "\"end\"", 5))
		end = out_audit_read_end(s->head, s->len);
	if (end != OUT_AUDIT_NO_END) {
		s->found |= end == OUT_AUDIT_END_INTERIM;
		s->lines.mixed |= s->ended;
		s->ended |= end == OUT_AUDIT_END_FINAL;
		s->lines.first = s->report;
		s->lines.last = s->line;
		s->lines.interim = end == OUT_AUDIT_END_INTERIM;
		s->report = s->line + 1;
	}
	s->line++;
	s->len = 0;
}

static void
take(Scan *s, const char *bytes, size_t n)
{
	while (n) {
		const char *newline = memchr(bytes, '\n', n);
		size_t part = newline ? (size_t)(newline - bytes) : n;

		if (s->len < END_MAX)
			memcpy(s->head + s->len, bytes, MIN(part, END_MAX - s->len));
		s->len += part;
		if (!newline)
			return;
		line_ends(s);
		bytes += part + 1;
		n -= part + 1;
	}
}

CliRecordLines
cli_records_find(int fd)
{
	const CliRecordLines all = { .first = 1, .last = UINT64_MAX };
	Scan s = { .lines = all, .line = 1, .report = 1 };
	off_t at = lseek(fd, 0, SEEK_CUR), offset = at;
	g_autofree char *buffer = NULL;
	ssize_t n;

	if (at < 0)
		return all;
	buffer = g_malloc(CHUNK);
	do {
		n = pread(fd, buffer, CHUNK, offset);
		if (n > 0)
			take(&s, buffer, (size_t)n);
		offset += MAX(n, 0);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return s.found ? s.lines : all;
}
