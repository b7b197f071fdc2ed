/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * As much of a web server as Prometheus needs: it answers GET /metrics, a request a connection. It
 * never waits: whoever watches the interface calls it between packets. A few connections at a time,
 * each with a few seconds and a few KiB; of a request only the first line is looked at.
 */
#pragma once

#include <glib.h>

typedef struct CliMetricsServer CliMetricsServer;

/*
 * Listens at "ADDRESS:PORT" ("[::1]:9445"), numbers alone: nothing is looked up. NULL, with error
 * set, if that is not possible.
 */
CliMetricsServer *cli_metrics_server_new(const char *where, GError **error);
/* NULL is fine. */
void cli_metrics_server_free(CliMetricsServer *self);

/*
 * Takes, reads and answers what is there; `text` makes the answer (to be freed), where one is asked
 * for. `now_us` is monotonic.
 */
void cli_metrics_server_tick(CliMetricsServer *self, gint64 now_us, char *(*text)(void *user),
			     void *user);
