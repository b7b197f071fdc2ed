/* SPDX-License-Identifier: BSD-3-Clause */
/* What an output lost. */
#include "cli/report/loss.h"

#include <errno.h>
#include <string.h>

#include "cli/complain.h"
#include "output/base/json.h"
#include "output/base/time.h"
#include "output/base/words.h"

#define NS_PER_US UINT64_C(1000)
#define SAID_EVERY_US INT64_C(60000000)

uint64_t
cli_loss_lines(const char *lines, size_t n)
{
	uint64_t count = 0;

	for (const char *end = lines + n; lines < end; count++) {
		const char *newline = memchr(lines, '\n', (size_t)(end - lines));

		if (!newline)
			break;
		lines = newline + 1;
	}
	return count;
}

/* As the record spells it. */
static const char *
cause_of(int code)
{
	switch (code) {
	case ENOSPC:
		return "no_space";
	case EDQUOT:
		return "quota";
	case EFBIG:
		return "file_size";
	case EIO:
		return "io_error";
	case ENOBUFS:
		return "queue_full";
	case EMSGSIZE:
		return "record_size";
	case ENOTCONN:
		return "not_connected";
	default:
		return "error";
	}
}

static const char *
words_of(int code)
{
	return code == ENOBUFS ? "the receiver is too slow" : g_strerror(code);
}

static void
say(CliLoss *self, int64_t now_us)
{
	self->silent = self->said_us && now_us - self->said_us < SAID_EVERY_US;
	if (self->silent)
		return;
	self->said_us = now_us;
	cli_complain("%s: %s; the run goes on, and counts the records that are lost", self->name,
		     words_of(self->code));
}

void
cli_loss_count(CliLoss *self, uint64_t records, uint64_t bytes, int code, int64_t real_us,
	       int64_t now_us)
{
	bool first = !cli_loss_pending(self);

	if (!records)
		return;
	self->records += records;
	self->bytes += bytes;
	self->new_records += records;
	self->new_bytes += bytes;
	if (!first)
		return;
	self->code = code;
	self->since_us = real_us;
	say(self, now_us);
}

void
cli_loss_add(CliLoss *self, const char *lines, size_t n, int code, int64_t real_us, int64_t now_us)
{
	cli_loss_count(self, cli_loss_lines(lines, n), n, code, real_us, now_us);
}

void
cli_loss_put(const CliLoss *self, OutBuffer *b, int64_t real_us)
{
	if (!self->json) {
		out_char(b, '[');
		out_count(b, self->new_records, "line was lost here", "lines were lost here");
		out_lit(b, ": ");
		out_str(b, words_of(self->code));
		out_lit(b, "]\n");
		return;
	}
	if (self->put) {
		self->put(b, &(OutLost){ .time_ns = (uint64_t)real_us * NS_PER_US,
					 .since_ns = (uint64_t)self->since_us * NS_PER_US,
					 .records = self->new_records,
					 .bytes = self->new_bytes,
					 .cause = cause_of(self->code) });
		return;
	}
	out_lit(b, "{\"timestamp\":\"");
	out_time_utc(b, (uint64_t)real_us * NS_PER_US, 6);
	out_lit(b, "\",\"event_type\":\"lost\",\"since\":\"");
	out_time_utc(b, (uint64_t)self->since_us * NS_PER_US, 6);
	out_lit(b, "\"");
	out_key_u64(b, "records", self->new_records);
	out_key_u64(b, "bytes", self->new_bytes);
	out_key_str(b, "cause", cause_of(self->code));
	out_lit(b, "}\n");
}

void
cli_loss_told(CliLoss *self)
{
	if (!self->silent)
		cli_complain("%s: written again; %" G_GUINT64_FORMAT " record%s (%" G_GUINT64_FORMAT
			     " bytes) were lost",
			     self->name, self->new_records, self->new_records == 1 ? "" : "s",
			     self->new_bytes);
	self->new_records = self->new_bytes = 0;
}
