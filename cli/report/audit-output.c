/* SPDX-License-Identifier: BSD-3-Clause */
/* Where and when an audit's reports are written. */
#include "cli/report/audit-output.h"

#include <errno.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/report/output.h"

enum {
	FREE_INTERIMS = 64, /* however large they are */
	US_PER_SECOND = 1000000,
};

#define NS_PER_SECOND UINT64_C(1000000000)

void
cli_audit_output_init(CliAuditOutput *self, const CliOptions *options, bool live, OutWriter *plain)
{
	unsigned every = options->audit.every;

	*self = (CliAuditOutput){ .options = options,
				  .plain = plain,
				  .replaces = cli_output_is_replaced(options),
				  .fd = -1,
				  .live = live,
				  .due_ns = every && !live ? 0 : UINT64_MAX,
				  .due_us = g_get_monotonic_time() + (gint64)every * US_PER_SECOND };
}

/*
 * Live, an interim report that the disk has no room for is left out: the next one has all of it.
 */
static void
note(CliAuditOutput *self, int error, bool interim)
{
	bool passes = self->live && interim &&
		      (error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO);

	if (passes && !self->missed)
		cli_complain("%s: %s; the run goes on, and the last report stays",
			     self->options->output, g_strerror(error));
	else if (!error && self->missed)
		cli_complain("%s: written again", self->options->output);
	self->missed = passes;
	self->error = passes ? 0 : error;
}

OutWriter *
cli_audit_output_begin(CliAuditOutput *self, bool interim)
{
	if (!self->replaces)
		return self->plain;
	if (self->error)
		return NULL;
	self->fd = cli_output_temporary(self->options, &self->temporary);
	if (self->fd >= 0)
		return out_writer_new(self->fd, false);
	note(self, errno, interim);
	return NULL;
}

void
cli_audit_output_end(CliAuditOutput *self, OutWriter *writer, bool interim)
{
	int error;

	out_writer_flush(writer);
	error = out_writer_error(writer);
	if (!self->replaces) {
		self->error = error;
		return;
	}
	out_writer_free(writer);
	if (!cli_output_replace(self->options, self->fd, self->temporary, !error) && !error)
		error = errno;
	note(self, error, interim);
	self->fd = -1;
	g_clear_pointer(&self->temporary, g_free);
}

void
cli_audit_output_capture(CliAuditOutput *self)
{
	if (self->options->audit.every && !self->live)
		self->due_ns = 0;
}

static bool
is_time(CliAuditOutput *self, uint64_t now_ns)
{
	uint64_t every_ns = self->options->audit.every * NS_PER_SECOND;
	bool begun = self->due_ns != 0;
	gint64 now_us;

	if (!self->live) {
		if (now_ns < self->due_ns)
			return false;
		self->due_ns = now_ns > UINT64_MAX - every_ns ? UINT64_MAX : now_ns + every_ns;
		return begun;
	}
	now_us = g_get_monotonic_time();
	if (!self->options->audit.every || now_us < self->due_us)
		return false;
	self->due_us = now_us + (gint64)self->options->audit.every * US_PER_SECOND;
	return true;
}

bool
cli_audit_output_due(CliAuditOutput *self, uint64_t now_ns, uint64_t bytes, size_t memory)
{
	if (self->error || !is_time(self, now_ns))
		return false;
	if (!self->live && self->interims >= FREE_INTERIMS && bytes - self->at_bytes < memory)
		return false;
	self->interims++;
	self->at_bytes = bytes;
	return true;
}
