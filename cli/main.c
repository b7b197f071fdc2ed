/* SPDX-License-Identifier: BSD-3-Clause */
/* The program: reads the command line, opens output and inputs, and starts the verb. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/again/again.h"
#include "cli/audit/audit.h"
#include "cli/audit/key.h"
#include "cli/complain.h"
#include "cli/credentials.h"
#include "cli/extract/extract.h"
#include "cli/inputs.h"
#include "cli/jobs/jobs.h"
#include "cli/jobs/sets.h"
#include "cli/memory.h"
#include "cli/options.h"
#include "cli/report/output.h"
#include "cli/report/report.h"
#include "cli/run.h"
#include "cli/sensor/list.h"
#include "cli/sensor/monitor.h"
#include "cli/sensor/privileges.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/unpacking.h"
#include "cli/sensor/watch.h"
#include "cli/stats.h"
#include "cli/timeline.h"
#include "cli/verify/verify.h"
#include "cli/words/version.h"
#include "cli/workers/crew.h"
#include "keys/ring.h"

/*
 * No core is written by a process that has keys, to a pipe neither, which RLIMIT_CORE does not keep
 * from it; and no other process of the user reads its memory. A change of the user id undoes that.
 */
static void
guard_keys(const CliOptions *options)
{
	static const struct rlimit none = { 0, 0 };

	if (!options->keys_file)
		return;
	(void)setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) /* which reads it to look for leaks */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static bool
load_keys(CliOptions *options, GError **error)
{
	guard_keys(options);
	if (!options->keys_file)
		return true;
	options->keys = keys_ring_open(options->keys_file, error);
	return options->keys != NULL;
}

/* Before there are keys in memory, and before anything is opened. */
static bool
start_unpacker(CliOptions *options, GError **error)
{
	if (options->live.interfaces || !options->files[0] || options->audit.merge ||
	    options->audit.diff || options->sandbox == CLI_SANDBOX_OFF)
		return true;
	options->unpacker = cli_unpacking_start(error);
	return options->unpacker != NULL;
}

/* What the run opens, or talks to, once its sandbox is closed. */
static CliSandboxNeeds *
needs_of(const CliOptions *options, const CliWatch *live)
{
	CliSandboxNeeds *needs = cli_sandbox_needs_new();

	if (live)
		cli_watch_needs(live, needs);
	else
		cli_inputs_needs(options, needs);
	cli_report_needs(options, needs);
	cli_extract_options_needs(&options->extract, needs);
	cli_monitor_needs(&options->monitoring, needs);
	return needs;
}

static CliExit
run(CliOptions *options, CliWatch *live, volatile bool *stop, CliReport *to)
{
	switch (options->verb) {
	case CLI_VERB_AUDIT:
		return cli_audit(options, live, stop, to);
	case CLI_VERB_EXTRACT:
		return cli_extract(options, stop, to);
	case CLI_VERB_CREDENTIALS:
		return cli_credentials(options, stop, to);
	case CLI_VERB_STATS:
		return cli_stats(options, live, stop, to);
	default:
		return cli_timeline(options, live, stop, to);
	}
}

/* In a process that reads one capture of many (-j), or dissects (--workers). */
static CliExit
read_one_capture(CliOptions *options, volatile bool *stop, CliReport *to)
{
	if (!options->part)
		cli_again_learn(options, stop);
	return run(options, NULL, stop, to);
}

/* Live, in each process that is started before there is an interface: as the run does after that. */
static bool
become(const CliOptions *options, GError **error)
{
	const struct passwd *who;

	if (!cli_privileges_find(options->run_as, &who, error) || !cli_privileges_drop(who, error))
		return false;
	guard_keys(options);
	return true;
}

static bool
start_crew(CliOptions *options, int report_fd, GError **error)
{
	if (options->about && out_filter_by_name(options->about)) {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
				    "--workers does not go with filters by name, for which "
				    "captures are read twice");
		return false;
	}
	cli_options_settle(options, report_fd);
	options->crew = cli_crew_start(options, options->jobs.workers, report_fd, read_one_capture,
				       options->live.interfaces ? become : NULL, error);
	if (options->crew)
		options->deal_to = cli_crew_dealing(options->crew);
	return options->crew != NULL;
}

static bool
start_readers(CliOptions *options, int report_fd, GError **error)
{
	unsigned n = cli_jobs_of(options);

	if (n < 2)
		return true;
	cli_options_settle(options, report_fd);
	options->team = cli_jobs_start(options, n, report_fd, read_one_capture, error);
	return options->team != NULL;
}

/* Before the sandbox, in which none can be started. Who dissects for the run needs its keys. */
static bool
start_team(CliOptions *options, int report_fd, GError **error)
{
	bool ok;

	if (options->crew)
		return true;
	keys_ring_share(options->keys, true);
	ok = (options->jobs.workers > 1 ? start_crew : start_readers)(options, report_fd, error);
	keys_ring_share(options->keys, false);
	return ok;
}

/* Workers are started before anything is captured, and reach nothing of that. */
static bool
open_inputs_and_drop(CliOptions *options, CliWatch **ret_live, int report_fd, GError **error)
{
	if (!start_unpacker(options, error) || !load_keys(options, error))
		return false;
	if (!cli_audit_options_load(&options->audit, error))
		return false;
	if (!cli_audit_key(options->audit.key, &options->audit.ranks, error))
		return false;
	options->monitor = cli_monitor_open(&options->monitoring, options->memory, error);
	if (!options->monitor)
		return false;
	if (options->live.interfaces && options->jobs.workers > 1 &&
	    !start_team(options, report_fd, error))
		return false;
	if (options->live.interfaces) {
		*ret_live = cli_watch_open(options, error);
		return *ret_live != NULL;
	}
	cli_inputs_open(options);
	return cli_privileges_drop(NULL, error);
}

static bool
open_inputs(CliOptions *options, CliWatch **ret_live, int report_fd, GError **error)
{
	g_autoptr(CliSandboxNeeds) needs = NULL;
	bool ok = open_inputs_and_drop(options, ret_live, report_fd, error);

	guard_keys(options);
	if (!ok || !cli_output_check_folders(options, error) ||
	    !start_team(options, report_fd, error))
		return false;
	needs = needs_of(options, *ret_live);
	return cli_sandbox_enter(options->sandbox, needs, &options->held, error);
}

static CliExit
report(CliOptions *options, CliWatch *live, volatile bool *stop, CliReport *to, int packets_fd)
{
	CliExit code;
	int output_error;

	cli_sets_find(options);
	if (!options->team)
		cli_again_learn(options, stop);
	options->selection = packets_fd >= 0 ? cli_selection_new(cli_memory_room(options->memory))
					     : NULL;
	code = run(options, live, stop, to);
	if (!cli_watch_close(live) && code != CLI_EXIT_OUTPUT)
		code = CLI_EXIT_OUTPUT;
	if (options->about && !out_filter_matched(options->about) && code != CLI_EXIT_OUTPUT)
		cli_complain("nothing matched the filters");
	output_error = cli_report_close(to);
	if (output_error && code != CLI_EXIT_OUTPUT)
		code = cli_run_output_failed(options, output_error);
	if (options->selection && !cli_again_write(options, stop, packets_fd))
		code = CLI_EXIT_OUTPUT;
	cli_selection_free(options->selection);
	options->selection = NULL;
	return code;
}

/* Outputs are opened before the inputs, and those before privileges go. */
static CliExit
open_and_report(CliOptions *options, volatile bool *stop)
{
	g_autoptr(GError) error = NULL;
	CliWatch *live = NULL;
	CliReport to = { .fd = -1 };
	int packets_fd = -1;
	CliExit refused = CLI_EXIT_OUTPUT;
	bool ok;

	if (!options->audit.merge && !options->audit.diff)
		cli_inputs_expand(options);
	ok = cli_output_check(options, &error);
	if (!ok)
		refused = CLI_EXIT_USAGE;
	if (ok)
		ok = cli_report_open(&to, options, &error);
	if (ok && options->verb == CLI_VERB_EXTRACT)
		ok = cli_extract_options_open(&options->extract, &error);
	if (ok && options->write && !options->live.interfaces)
		ok = (packets_fd = cli_output_open_packets(options, &error)) >= 0;
	if (ok && !open_inputs(options, &live, to.fd, &error)) {
		ok = false;
		refused = CLI_EXIT_USAGE;
	}
	if (ok)
		return report(options, live, stop, &to, packets_fd);
	cli_complain("%s", error->message);
	(void)cli_report_close(&to);
	if (packets_fd >= 0)
		close(packets_fd);
	return refused;
}

/* For help, version and interfaces. */
static CliExit
print(const CliOptions *options, const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		return cli_run_output_failed(options, errno);
	return CLI_EXIT_WHOLE;
}

static CliExit
print_version(const CliOptions *options)
{
	g_autofree char *text = cli_version_text();

	return print(options, text);
}

static CliExit
list_interfaces(const CliOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = cli_list_interfaces(options->json, &error);

	if (text)
		return print(options, text);
	cli_complain("%s", error->message);
	return CLI_EXIT_USAGE;
}

static CliExit
act(CliOptions *options)
{
	if (options->help)
		return print(options, options->help_text);
	if (options->version)
		return print_version(options);
	if (options->list_interfaces)
		return list_interfaces(options);
	if (options->verb == CLI_VERB_VERIFY)
		return cli_verify(options, cli_signals_install());
	return open_and_report(options, cli_signals_install());
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	CliOptions options;
	CliExit code;

	if (!cli_output_guard())
		return CLI_EXIT_INTERNAL;
	cli_signals_ignore();
	tzset();
	if (cli_options_parse(&options, argc, argv, &error)) {
		code = act(&options);
	} else {
		cli_complain("%s", error->message);
		code = CLI_EXIT_USAGE;
	}
	cli_jobs_free(options.team);
	cli_crew_free(options.crew);
	cli_monitor_free(options.monitor);
	cli_options_clear(&options);
	return (int)code;
}
