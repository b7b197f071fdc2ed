/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A destination that is a socket. Lines wait in a queue of a fixed size.
 *
 * Live nothing ever waits for the receiver: a connection that breaks is made again, with growing
 * pauses (backoff.h); lines that find no room in the queue are dropped and counted until half of it
 * is free. What the kernel had taken when a connection broke, and the receiver perhaps not, is
 * counted as lost, too: no line is sent twice. With TCP that is what was not acknowledged; of what
 * the receiver's system acknowledged and its program never read, nobody learns; nor of datagrams that
 * were in the queue of a receiver that ended. After a reconnect
 * the first byte begins a line.
 *
 * Not live, lines wait for the receiver, and a connection that breaks ends the output.
 *
 * For the sandbox: after privileges were dropped this calls socket and connect for the one address
 * that was found at the start (a path as it was given, or a TCP port), setsockopt, getsockopt, poll,
 * sendto, recvfrom, ioctl(SIOCOUTQ), shutdown and close.
 */
#pragma once

#include "cli/report/address.h"
#include "output/base/destination.h"
#include "output/views/lost.h"

typedef struct {
	const char *name; /* as given, for messages; borrowed */
	CliAddress address;
	bool live;
	bool json;
	OutLostFn lost; /* with json: as in CliLoss */
	size_t queue;   /* bytes */
	/* Not live: asked while lines wait for the receiver, see OutDescriptor. */
	bool (*give_up)(void *unused);
} CliSocketOptions;

/* NULL with error set if, not live, nobody answers. Owned by the caller. */
OutDestination *cli_socket_new(const CliSocketOptions *options, GError **error);
