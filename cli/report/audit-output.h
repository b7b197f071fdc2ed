/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where an audit's reports go, and when. With --every there are several: one after the other or,
 * with -o, each replacing the one before. A report is written to a temporary file and then renamed,
 * so that there is a complete one at any time, even after a crash.
 */
#pragma once

#include "cli/options.h"
#include "output/base/writer.h"

typedef struct {
	const CliOptions *options;
	OutWriter *plain; /* borrowed: where reports go that are not put in another's place */
	bool replaces;
	int fd;          /* of the report in work, where it replaces */
	char *temporary; /* its name until it is whole */
	int error;       /* the first errno */
	bool missed;     /* live: the last report found no room */
	bool live;
	uint64_t due_ns;   /* files: capture time of the next interim report; 0: not yet known */
	gint64 due_us;     /* live: monotonic time */
	uint64_t at_bytes; /* of input, when the last one was made */
	unsigned interims; /* so far */
} CliAuditOutput;

/* Nothing was reported yet; `plain` is the writer of reports that replace nothing (borrowed). */
void cli_audit_output_init(CliAuditOutput *self, const CliOptions *options, bool live,
			   OutWriter *plain);

/* The writer of the next report, or NULL if it cannot be written. */
OutWriter *cli_audit_output_begin(CliAuditOutput *self, bool interim);
/* The report is whole: it is seen from here on. */
void cli_audit_output_end(CliAuditOutput *self, OutWriter *writer, bool interim);

/* Another capture begins: its times are unrelated to those of the one before. */
void cli_audit_output_capture(CliAuditOutput *self);

/*
 * Whether an interim report is due, after a packet of this time or, live, at any time. `bytes` of
 * input were read, and the audit of them takes `memory`: a capture whose clock leaps must not make
 * more output than it has input.
 */
bool cli_audit_output_due(CliAuditOutput *self, uint64_t now_ns, uint64_t bytes, size_t memory);

/* Cheap: false means that cli_audit_output_due would say no. */
static inline bool
cli_audit_output_may_be_due(const CliAuditOutput *self, uint64_t now_ns)
{
	return now_ns >= self->due_ns;
}
