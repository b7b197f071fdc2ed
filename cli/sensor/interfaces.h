/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interfaces that are watched, as one source: their packets in the order of time, with frames
 * numbered over all of them. An interface that goes down or away is waited for, and said so once.
 *
 * The order holds as long as the kernel hands packets over in time: with several interfaces a packet
 * waits up to 20 ms for earlier ones of the others.
 *
 * Once they are open nothing here opens a file or makes a socket; what it needs of the kernel is
 * poll, ioctl (SIOCGIFINDEX, SIOCGIFFLAGS, SIOCGIFHWADDR), getsockname, getsockopt, setsockopt and
 * bind on packet sockets, and pread.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/sensor/live-options.h"
#include "cli/sensor/sandbox.h"
#include "cli/workers/deal.h"

typedef struct CliInterfaces CliInterfaces;

/* Opens all of them; NULL with error set if one cannot be. `filter` NULL: the default one. */
CliInterfaces *cli_interfaces_open(const CliLiveOptions *options, const char *filter,
				   GError **error);
/* NULL is allowed. */
void cli_interfaces_free(CliInterfaces *self);

/*
 * From now on, while it waits for packets, workers are fed and what they tell is taken. NULL: there are
 * none. Borrowed.
 */
void cli_interfaces_serve(CliInterfaces *self, const CliDealTo *workers);

/* That they are read, and bound again when they come back. */
void cli_interfaces_needs(const CliInterfaces *self, CliSandboxNeeds *needs);

/* "listening on eth0, link-type ..." on standard error, a line each. */
void cli_interfaces_announce(const CliInterfaces *self);

/*
 * The next packet of any of them, valid until the next call; waits at most timeout_ms.
 * CAP_NEXT_ERROR, with error set, only where an interface cannot be read and is up.
 */
CapNext cli_interfaces_next(CliInterfaces *self, CapPacket *ret_packet, int timeout_ms,
			    GError **error);

/* A few times a second: looks what became of them, and tells of changes. */
void cli_interfaces_look(CliInterfaces *self);

/* Sums over all; unknown where no interface tells. */
CapDrops cli_interfaces_drops(CliInterfaces *self);
/* How often one of them went down or away. */
uint64_t cli_interfaces_outages(const CliInterfaces *self);

typedef struct {
	const char *name;
	bool away;
	uint64_t packets, outages;
	CapDrops drops; /* as of the last cli_interfaces_drops */
} CliInterfaceFacts;
size_t cli_interfaces_count(const CliInterfaces *self);
CliInterfaceFacts cli_interfaces_facts(const CliInterfaces *self, size_t i);

/* Their names, by CapPacket.interface - 1; NULL if there is but one. Borrowed. */
const char *const *cli_interfaces_names(const CliInterfaces *self);
/* Whether all have nanosecond timestamps. */
bool cli_interfaces_nanoseconds(const CliInterfaces *self);
/* The link type that all have; -1: they differ. */
int cli_interfaces_link_type(const CliInterfaces *self);
