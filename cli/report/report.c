/* SPDX-License-Identifier: BSD-3-Clause */
/* Which destination the options mean. */
#include "cli/report/report.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/report/address.h"
#include "cli/report/file.h"
#include "cli/report/output.h"
#include "cli/report/socket.h"
#include "cli/sensor/signals.h"
#include "cli/views/logs.h"

enum {
	QUEUE_MAX = 1 << 20,
	QUEUE_SHARE = 8, /* of --memory, at most this part */
};

static CliFileOptions
file_options(const CliOptions *options)
{
	const struct passwd *who = options->run_as ? getpwnam(options->run_as) : NULL;
	bool printed = options->verb != CLI_VERB_AUDIT && options->verb != CLI_VERB_STATS &&
		       !options->html;

	return (CliFileOptions){
		.path = options->output,
		.live = options->live.interfaces && printed,
		.json = cli_prints_records(options),
		.lost = cli_form_lost(options->view.eve ? CLI_FORM_EVE : options->view.form),
		.sync = options->report.sync,
		.mode = options->reveal_secrets ? 0600 : 0666,
		.chown = who != NULL,
		.uid = who ? who->pw_uid : 0,
		.gid = who ? who->pw_gid : 0,
		.rotation = options->report.rotation,
		.give_up = options->live.interfaces ? cli_signals_give_up : NULL,
	};
}

/* The user that the process becomes must be able to open it anew. */
static void
hand_over(const CliFileOptions *file, int fd)
{
	struct stat st;

	if (file->live && file->path && file->chown && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		(void)!fchown(fd, file->uid, file->gid);
}

static OutDestination *
open_socket(const CliOptions *options, GError **error)
{
	CliSocketOptions o = { .name = options->output,
			       .live = options->live.interfaces != NULL,
			       .json = cli_prints_records(options),
			       .lost = cli_form_lost(options->view.eve ? CLI_FORM_EVE
								       : options->view.form),
			       .queue = MIN(QUEUE_MAX, options->memory / QUEUE_SHARE),
			       .give_up = cli_signals_give_up };

	return cli_address_find(options->output, &o.address, error) ? cli_socket_new(&o, error)
								    : NULL;
}

bool
cli_report_open(CliReport *self, const CliOptions *options, GError **error)
{
	CliFileOptions file = file_options(options);

	*self = (CliReport){ .fd = -1 };
	if (options->output && cli_address_is(options->output)) {
		self->to = open_socket(options, error);
	} else if (options->view.folder) {
		self->to = cli_logs_new(options->view.folder, error);
	} else if (file.rotation.size || file.rotation.seconds) {
		self->to = cli_file_rotated_new(&file, error);
	} else {
		self->fd = cli_output_open(options, error);
		if (self->fd < 0)
			return false;
		hand_over(&file, self->fd);
		self->to = cli_file_new(&file, self->fd);
	}
	if (self->to && options->live.interfaces && options->output)
		cli_signals_hup_reopens();
	return self->to != NULL;
}

/* Whether a file of the report is opened anew by name: its next part, or after HUP. */
static bool
opens_again(const CliOptions *options)
{
	const CliRotation *rotation = &options->report.rotation;

	return options->output && (options->live.interfaces || rotation->size || rotation->seconds);
}

void
cli_report_needs(const CliOptions *options, CliSandboxNeeds *needs)
{
	if (options->output && cli_address_is(options->output))
		needs->connect = true;
	else if (options->view.folder)
		cli_logs_needs(options->view.folder, needs);
	else if (opens_again(options))
		cli_sandbox_replaces(needs, options->output);
	else
		cli_output_needs(options, needs);
}

int
cli_report_close(CliReport *self)
{
	int code = self->to ? self->to->class->close(self->to) : 0;

	*self = (CliReport){ .fd = -1 };
	return code;
}
