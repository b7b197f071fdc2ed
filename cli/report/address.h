/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a socket of --output leads: unix:PATH, unix-dgram:PATH or tcp:HOST:PORT. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/socket.h>

typedef struct {
	struct sockaddr_storage address;
	socklen_t length;
	int type; /* SOCK_STREAM or SOCK_DGRAM */
} CliAddress;

/* Whether a value of --output is a socket and not a file; ./unix:name is a file. */
bool cli_address_is(const char *text);
/*
 * Finds the address. A host with several is asked at each, and the first that answers is taken, or
 * else the first: so this may take seconds. False with error set.
 */
bool cli_address_find(const char *text, CliAddress *ret_address, GError **error);
/* Whether the text can be an address at all; looks nothing up. */
bool cli_address_check(const char *text, GError **error);
