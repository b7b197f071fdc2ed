/* SPDX-License-Identifier: BSD-3-Clause */
/* The `start` record. */
#include "cli/sensor/start.h"

#include "cli/complain.h"
#include "output/base/start.h"

#ifndef SMBTRAIL_VERSION
#define SMBTRAIL_VERSION "unknown"
#endif

static void
write_record(const CliOptions *options, OutWriter *writer)
{
	const CliSandboxHeld *held = &options->held;
	bool none = g_str_equal(held->capabilities, "none");
	g_auto(GStrv) capabilities = g_strsplit(none ? "" : held->capabilities, ", ", -1);
	OutStart start = {
		.time_ns = (uint64_t)g_get_real_time() * 1000,
		.version = SMBTRAIL_VERSION,
		.interfaces = (const char *const *)options->live.interfaces,
		.files = (const char *const *)options->files,
		.user = held->user,
		.capabilities = (const char *const *)capabilities,
		.no_new_privs = held->no_new_privs,
		.landlock = held->landlock,
		.seccomp = held->seccomp,
	};

	out_start_json(out_writer_buffer(writer), &start);
	out_writer_record(writer);
}

void
cli_start_tell(const CliOptions *options, OutWriter *writer)
{
	g_autofree char *text = NULL;

	if (options->json && (options->live.interfaces || options->sandbox_given)) {
		write_record(options, writer);
	} else if (options->live.interfaces && options->verbose) {
		text = cli_sandbox_text(&options->held);
		cli_complain("sandbox: %s", text);
	}
}
