/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a service manager is told (sd_notify(3)): datagrams to the socket that NOTIFY_SOCKET names.
 * Without one, nothing. All of them are small and none of them waits, so no library is needed.
 */
#pragma once

#include <glib.h>

typedef struct {
	int fd;             /* connected; -1: nobody wants to know */
	gint64 watchdog_us; /* between signs of life; 0: none is asked for */
	gint64 alive_us;    /* monotonic: when the next one is due */
} CliNotify;

/* Connects the socket, and takes its name out of the environment. */
void cli_notify_open(CliNotify *self);
void cli_notify_close(CliNotify *self);

/* Sends assignments, a line each: "READY=1". */
void cli_notify_send(const CliNotify *self, const char *state);
/* The sign of life that a watchdog waits for, when it is due. */
void cli_notify_alive(CliNotify *self, gint64 now_us);
