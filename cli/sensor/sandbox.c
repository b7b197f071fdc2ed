/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run needs once its sandbox is closed, and closing it. */
#include "cli/sensor/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/memory.h"
#include "cli/sensor/landlock.h"
#include "cli/sensor/syscalls.h"

static GQuark
quark(void)
{
	return g_quark_from_static_string("cli-sandbox-error");
}

/* It translates code into memory of its own, and writes files at its end. */
static bool
is_under_valgrind(void)
{
	const char *preloaded = getenv("LD_PRELOAD");

	return preloaded && strstr(preloaded, "/vgpreload_");
}

static CliSandboxLevel
possible(CliSandboxLevel level)
{
	return level == CLI_SANDBOX_TRY && is_under_valgrind() ? CLI_SANDBOX_OFF : level;
}

CliSandboxLevel
cli_sandbox_default(bool live)
{
#ifdef SMBTRAIL_COVERAGE
	(void)live;
	return CLI_SANDBOX_OFF;
#else
	return live ? CLI_SANDBOX_REQUIRE : possible(CLI_SANDBOX_TRY);
#endif
}

bool
cli_sandbox_level(const char *word, CliSandboxLevel *ret_level)
{
	static const char *const words[] = {
		[CLI_SANDBOX_TRY] = "try", [CLI_SANDBOX_REQUIRE] = "require", [CLI_SANDBOX_OFF] = "off"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!g_str_equal(words[i], word))
			continue;
		*ret_level = possible((CliSandboxLevel)i);
		return true;
	}
	return false;
}

/* ---- Needs ---- */

CliSandboxNeeds *
cli_sandbox_needs_new(void)
{
	CliSandboxNeeds *self = g_new(CliSandboxNeeds, 1);

	*self = (CliSandboxNeeds){ .unpacker = -1,
				   .captures = g_array_new(FALSE, FALSE, sizeof(int)),
				   .files = g_ptr_array_new_with_free_func(g_free),
				   .trees = g_ptr_array_new_with_free_func(g_free),
				   .folders = g_ptr_array_new_with_free_func(g_free) };
	return self;
}

void
cli_sandbox_needs_free(CliSandboxNeeds *self)
{
	g_ptr_array_unref(self->files);
	g_ptr_array_unref(self->trees);
	g_ptr_array_unref(self->folders);
	g_array_unref(self->captures);
	g_free(self);
}

void
cli_sandbox_reads(CliSandboxNeeds *self, const char *path)
{
	g_ptr_array_add(self->files, g_strdup(path));
}

void
cli_sandbox_reads_below(CliSandboxNeeds *self, const char *path)
{
	g_ptr_array_add(self->trees, g_strdup(path));
}

void
cli_sandbox_replaces(CliSandboxNeeds *self, const char *file)
{
	g_ptr_array_add(self->folders, g_path_get_dirname(file));
}

void
cli_sandbox_captures(CliSandboxNeeds *self, int fd)
{
	guint at = 0;

	if (fd < 0)
		return;
	while (at < self->captures->len && g_array_index(self->captures, int, at) < fd)
		at++;
	g_array_insert_val(self->captures, at, fd);
}

/* ---- What holds ---- */

static char *
user_name(void)
{
	const struct passwd *who = getpwuid(geteuid());

	return who ? g_strdup(who->pw_name) : g_strdup_printf("%u", (unsigned)geteuid());
}

static char *
capability_names(void)
{
	g_autofree char *names = NULL;
	char *copy;

	capng_get_caps_process();
	names = capng_print_caps_text(CAPNG_PRINT_BUFFER, CAPNG_PERMITTED);
	copy = g_strdup(names && *names ? names : "none");
	return copy;
}

static CliSandboxHeld
held_now(void)
{
	return (CliSandboxHeld){ .user = user_name(),
				 .capabilities = capability_names(),
				 .no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 };
}

void
cli_sandbox_held_clear(CliSandboxHeld *self)
{
	g_free(self->user);
	g_free(self->capabilities);
	*self = (CliSandboxHeld){ 0 };
}

char *
cli_sandbox_text(const CliSandboxHeld *held)
{
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "user %s, ", held->user);
	if (g_str_equal(held->capabilities, "none"))
		g_string_append(text, "no capabilities");
	else
		g_string_append_printf(text, "capabilities %s", held->capabilities);
	g_string_append(text, held->no_new_privs ? ", no_new_privs" : "");
	if (held->landlock)
		g_string_append_printf(text, ", Landlock %d", held->landlock);
	else
		g_string_append(text, ", no Landlock");
	g_string_append(text, held->seccomp ? ", seccomp" : ", no seccomp");
	return g_string_free(text, FALSE);
}

/* ---- Closing it ---- */

/*
 * What libraries read of files when it is used for the first time: conversions of the locale, the
 * time zone.
 */
static void
prepare_libraries(CliSandboxNeeds *needs)
{
	const char *zones = getenv("TZDIR");
	time_t now = time(NULL);
	struct tm tm;

	tzset();
	(void)localtime_r(&now, &tm);
	(void)g_strerror(EACCES);
	(void)g_get_charset(NULL);
	/* GLib reads the zone again each time that it is asked for. */
	cli_sandbox_reads(needs, "/etc/localtime");
	cli_sandbox_reads_below(needs, zones ? zones : "/usr/share/zoneinfo");
	cli_memory_prepare();
}

/* The sanitizers read what they report about. */
static void
prepare_sanitizers(CliSandboxNeeds *needs)
{
	if (!cli_syscalls_stop())
		cli_sandbox_reads_below(needs, "/");
}

/* What names in filters are looked up in, but for the network. */
static void
prepare_names(CliSandboxNeeds *needs)
{
	static const char *const files[] = { "/etc/hosts",         "/etc/services",
					     "/etc/networks",      "/etc/protocols",
					     "/etc/nsswitch.conf", "/etc/ethers",
					     "/etc/host.conf",     "/etc/gai.conf" };

	for (size_t i = 0; i < G_N_ELEMENTS(files) && needs->look_up; i++)
		cli_sandbox_reads(needs, files[i]);
}

static bool
fail(GError **error, const char *what, int code)
{
	g_set_error(error, quark(), code,
		    "the sandbox cannot be closed: %s: %s; see --sandbox to run without it", what,
		    g_strerror(code));
	return false;
}

static bool
confine(CliSandboxLevel level, const CliSandboxNeeds *needs, CliSandboxHeld *held, GError **error)
{
	const CliLandlockPaths paths = { .files = needs->files,
					 .trees = needs->trees,
					 .folders = needs->folders,
					 .connect = needs->connect };
	int code;

	if (cli_landlock_enter(&paths))
		held->landlock = cli_landlock_abi();
	else if (level == CLI_SANDBOX_REQUIRE)
		return fail(error, "Landlock", errno);
	code = cli_syscalls_filter(needs, held->landlock > 0);
	held->seccomp = code == 0 && cli_syscalls_stop();
	return code == 0 || level != CLI_SANDBOX_REQUIRE || fail(error, "seccomp", code);
}

bool
cli_sandbox_enter(CliSandboxLevel level, CliSandboxNeeds *needs, CliSandboxHeld *ret_held,
		  GError **error)
{
	*ret_held = held_now();
	if (level == CLI_SANDBOX_OFF)
		return true;
	prepare_libraries(needs);
	prepare_sanitizers(needs);
	prepare_names(needs);
	return confine(level, needs, ret_held, error);
}
