/* SPDX-License-Identifier: BSD-3-Clause */
/* Signal handlers; the only globals of the program are theirs. */
#include "cli/sensor/signals.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PATIENCE_S = 2,   /* after the first signal: until then no further one kills */
	KILLS_AT = 3,     /* timeout(1) sends two at once, to its child and to its group */
	NUDGES = 3,       /* seconds apart, after the first signal */
	LINE = 256,       /* of USR1 */
	DIGITS_MAX = 20,  /* of a 64-bit number */
	GIVE_UP_MS = 900, /* a little before the first nudge */
};

/* These are global because a signal handler gets no argument to work on. */
static volatile bool stop;
static volatile sig_atomic_t asked; /* signals that asked for the end */
static struct timespec asked_at;    /* the first of them */
static volatile sig_atomic_t nudges;
static volatile sig_atomic_t hup; /* the output is to be opened anew */
static const CliPipeline *volatile watched;
static volatile sig_atomic_t deferred, report_asked; /* see cli_signals_defer_reports */

/* If this fails, there is no way to report it. */
static void
say(const char *text, size_t n)
{
	ssize_t ignored = write(STDERR_FILENO, text, n);

	(void)ignored;
}

static void
on_stop(int number)
{
	static const char word[] =
		"smbtrail: killed by a further signal before the report was complete\n";
	int before = errno;
	struct timespec now;

	stop = true;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!asked) {
		asked_at = now;
		alarm(1);
	}
	asked = asked + (asked < KILLS_AT);
	/* The kernel keeps sending XCPU every second: that is not an impatient user. */
	if (number != SIGXCPU && asked >= KILLS_AT && now.tv_sec - asked_at.tv_sec >= PATIENCE_S) {
		say(word, sizeof(word) - 1);
		signal(number, SIG_DFL);
		raise(number); /* arrives when this handler returns */
	}
	errno = before;
}

/*
 * A signal that comes just before a read begins does not interrupt it, and the read may wait for
 * ever: so another one follows.
 */
static void
on_alarm(int number)
{
	(void)number;
	nudges = nudges + 1;
	if (nudges < NUDGES)
		alarm(1);
}

static size_t
put_text(char *line, size_t at, const char *text)
{
	size_t n = MIN(strlen(text), LINE - at);

	memcpy(line + at, text, n);
	return at + n;
}

/* Appends a count and its unit, "s" and `what`; printf must not be used in signal handlers. */
static size_t
put_count(char *line, size_t at, uint64_t n, const char *unit, const char *what)
{
	bool one = n == 1;
	char digits[DIGITS_MAX + 1];
	size_t i = DIGITS_MAX;

	digits[i] = '\0';
	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	at = put_text(line, put_text(line, at, digits + i), unit);
	return put_text(line, put_text(line, at, one ? "" : "s"), what);
}

/* Only reads counters, which are consistent at any time. */
static void
on_report(int number)
{
	const CliPipeline *pipeline = watched;
	int before = errno;
	OutTotals t = { 0 };
	char line[LINE];
	size_t n = put_text(line, 0, "smbtrail: ");

	(void)number;
	if (deferred) {
		report_asked = 1;
		return;
	}
	if (pipeline)
		cli_pipeline_totals_now(pipeline, &t);
	n = put_count(line, n, t.packets, " packet", ", ");
	n = put_count(line, n, t.connections, " connection", ", ");
	n = put_count(line, n, t.messages, " message", " so far");
	if (t.drops_known)
		n = put_count(line, put_text(line, n, "; "), t.kernel_drops, " packet",
			      " dropped by the kernel");
	if (t.evictions)
		n = put_count(line, put_text(line, n, "; "), t.evictions, " connection",
			      " dropped");
	n = put_text(line, n, "\n");
	say(line, n);
	errno = before;
}

void
cli_signals_ignore(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
}

volatile bool *
cli_signals_install(void)
{
	/* No SA_RESTART: a read that is waiting has to return. */
	struct sigaction orderly = { .sa_handler = on_stop };
	struct sigaction nudge = { .sa_handler = on_alarm };
	struct sigaction report = { .sa_handler = on_report, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;

	/* One at a time. */
	sigaddset(&orderly.sa_mask, SIGINT);
	sigaddset(&orderly.sa_mask, SIGTERM);
	sigaddset(&orderly.sa_mask, SIGHUP);
	sigaddset(&orderly.sa_mask, SIGXCPU);
	sigaction(SIGALRM, &nudge, NULL);
	sigaction(SIGINT, &orderly, NULL);
	sigaction(SIGTERM, &orderly, NULL);
	sigaction(SIGXCPU, &orderly, NULL);
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &orderly, NULL);
	sigaction(SIGUSR1, &report, NULL);
	sigaction(SIGUSR2, &ignore, NULL);
	return &stop;
}

void
cli_signals_defer_reports(void)
{
	deferred = 1;
}

bool
cli_signals_report_asked(void)
{
	bool was = report_asked;

	report_asked = 0;
	return was;
}

bool
cli_signals_asked(void)
{
	return asked > 0;
}

bool
cli_signals_give_up(void *unused)
{
	struct timespec now;

	(void)unused;
	if (!asked)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - asked_at.tv_sec) * 1000 + (now.tv_nsec - asked_at.tv_nsec) / 1000000 >=
	       GIVE_UP_MS;
}

static void
on_hup(int number)
{
	(void)number;
	hup = 1;
}

void
cli_signals_hup_reopens(void)
{
	struct sigaction reopen = { .sa_handler = on_hup, .sa_flags = SA_RESTART };
	struct sigaction before;

	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &reopen, NULL);
}

bool
cli_signals_take_hup(void)
{
	bool taken = hup;

	hup = 0;
	return taken;
}

void
cli_signals_watch(const CliPipeline *pipeline)
{
	watched = pipeline;
}
