/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The path of a packet: CapTracker puts the bytes of each connection in order, an SmbConnection
 * makes events of them, a sink prints those. The pipeline ties them together, decides which side of
 * a connection is the server, and keeps their memory below the limit by evicting the least valuable
 * connections. One pipeline sees all files of a capture: connections continue from file to file.
 */
#pragma once

#include "capture/transport/tracker.h"
#include "cli/again/selection.h"
#include "cli/options.h"
#include "dissect/dissect.h"
#include "output/base/sink.h"
#include "output/filter/filter.h"

typedef struct CliPipeline CliPipeline;

typedef struct {
	size_t memory;      /* hard ceiling of what grows with the traffic, bytes */
	uint32_t hash_seed; /* random */
	bool live;
	bool keep_secrets;      /* --reveal-secrets */
	const SmbEncoding *oem; /* --oem-charset; borrowed */
	bool whole_messages;    /* payload is collected, too, because the bytes are shown */
	bool keep_data;         /* what is read and written is collected and handed on */
	/* borrowed: what signatures are checked and messages decrypted with; NULL: nothing */
	const struct SmbKeyHooks *keys;
	OutFilter *about;        /* borrowed; NULL: the sink sees everything */
	CliSelection *selection; /* borrowed: connections that are reported; NULL: not needed */
	volatile bool *stop;     /* set when output fails: reading on is pointless */
	/* borrowed: the workers, which dissect; NULL: this process does */
	const struct CliDealTo *to;
	bool dealt; /* in one of them: connections count where they are numbered */
} CliPipelineOptions;

/* Sink and writer are borrowed. */
CliPipeline *cli_pipeline_new(const CliPipelineOptions *options, OutSink *sink, OutWriter *writer);

/* A CapPacketFn; user is the pipeline. */
void cli_pipeline_packet(void *user, const CapPacket *packet);

/* Live: packets that the kernel dropped, known from now on. */
void cli_pipeline_set_drops(CliPipeline *self, bool kernel_known, uint64_t kernel,
			    bool interface_known, uint64_t interface);

/*
 * Live, without a packet: everything up to seen_ns (since 1970) was seen, so connections that are
 * silent for too long end.
 */
void cli_pipeline_idle(CliPipeline *self, uint64_t seen_ns);
/* Live: how often an interface was away, and packets that -w could not write. */
void cli_pipeline_set_live(CliPipeline *self, uint64_t outages, uint64_t unwritten);
/* Live: what the output had no room for so far. */
void cli_pipeline_set_lost(CliPipeline *self, uint64_t records, uint64_t bytes);

/* Ends all connections, so that their events are reported. */
void cli_pipeline_finish(CliPipeline *self);

/*
 * What follows is another capture: all connections end, numbers begin anew, nothing is known any
 * more. The totals go on. Nothing happens if no packet came since the last time.
 */
void cli_pipeline_separate(CliPipeline *self);

/* Captures that are over. */
uint64_t cli_pipeline_captures(const CliPipeline *self);

/* Counts what another process read: as if it had been read here, before what follows. */
void cli_pipeline_add(CliPipeline *self, const OutTotals *totals);

/*
 * The totals of the run, so far or at its end: gaps and limits are those of connections that have
 * ended. What only the caller knows (exit_code, interrupted) is left 0. Only reads: a signal
 * handler may call it.
 */
void cli_pipeline_totals(const CliPipeline *self, OutTotals *ret_totals);
/* The same with what workers counted so far, who add it themselves at their end. */
void cli_pipeline_totals_now(const CliPipeline *self, OutTotals *ret_totals);

/* Bytes that its accounts of memory have now. */
size_t cli_pipeline_memory(const CliPipeline *self);

/*
 * In a process that dissects for another one (workers/part.h), in place of packets: the first one
 * came; what connections and datagrams belong to; whether events are those of another process, and go
 * nowhere; and what was printed is handed on.
 */
void cli_pipeline_begin(CliPipeline *self, uint64_t time_ns);
SmbContext *cli_pipeline_context(CliPipeline *self);
void cli_pipeline_mute(CliPipeline *self, bool mute);
void cli_pipeline_flush(CliPipeline *self);

/* NULL is allowed. Returns what the accounts of memory still have: anything but 0 is a bug. */
size_t cli_pipeline_free(CliPipeline *self);
/*
 * Looks at what accounts had left when all was freed. Builds for tests complain, and fail with the
 * status returned instead of `code`; others let a run that went well be.
 */
CliExit cli_account_settle(CliExit code, size_t left);
