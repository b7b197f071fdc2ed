/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network interfaces: which there are, and what becomes of one that is being watched. Nothing here
 * needs a privilege or opens a file once the source is open.
 */
#pragma once

#include "capture/source/source.h"

/* What libpcap says of a link. */
typedef enum {
	CAP_CARRIER_UNKNOWN,
	CAP_CARRIER_CONNECTED,
	CAP_CARRIER_DISCONNECTED,
	CAP_CARRIER_NONE, /* it has nothing to connect to, as loopback and "any" */
} CapCarrier;

typedef struct {
	char *name;
	char *description; /* NULL: none */
	bool up, running, loopback, wireless;
	CapCarrier carrier;
	char **addresses; /* "10.0.0.1/24", "fe80::1/64"; IP only */
} CapInterface;

/* Those that could be opened, as CapInterface; free with g_ptr_array_unref. NULL with error set. */
GPtrArray *cap_interfaces_list(GError **error);

typedef enum {
	CAP_INTERFACE_UP,
	CAP_INTERFACE_DOWN,
	CAP_INTERFACE_GONE, /* there is no interface of this name, or it is another one now */
} CapInterfaceState;

/* By the name it was opened with. What is no network interface ("any", a bus) is always up. */
CapInterfaceState cap_source_state(const CapSource *self);
/*
 * After CAP_INTERFACE_GONE: takes the interface that has the name now, if it is of the same kind, by
 * binding the socket that is there to it. False: not yet.
 */
bool cap_source_rebind(CapSource *self);
