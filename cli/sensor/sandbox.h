/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a run can still do once everything is open, and before the first packet is read: Landlock
 * for files, seccomp for system calls, on top of what privileges.h gave up. Whoever has to open
 * something later says so in CliSandboxNeeds.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	CLI_SANDBOX_TRY,     /* what the system has; files */
	CLI_SANDBOX_REQUIRE, /* all of it or nothing is read; -i */
	CLI_SANDBOX_OFF,
} CliSandboxLevel;

/*
 * Without --sandbox. A build that measures coverage writes files at its end, and has none.
 */
CliSandboxLevel cli_sandbox_default(bool live);

/*
 * The values of --sandbox; false: none of them. Under valgrind, which does what no program under it
 * may, to try is not to.
 */
bool cli_sandbox_level(const char *word, CliSandboxLevel *ret_level);

typedef struct {
	bool live;          /* no file is opened by name, but for what follows */
	bool look_up;       /* names of hosts and services, in a filter that is compiled later */
	bool connect;       /* sockets are made and connected: TCP, and Unix */
	bool accept;        /* on sockets that listen already */
	bool send;          /* on other sockets that are open already */
	int unpacker;       /* the socket to the process that starts smbtrail-unpack; -1: none */
	GArray *captures;   /* int, rising: descriptors that are never written to */
	GPtrArray *files;   /* paths to read; directories: to list */
	GPtrArray *trees;   /* paths to read, with all that is below */
	GPtrArray *folders; /* directories in which files are made, replaced and removed */
} CliSandboxNeeds;

CliSandboxNeeds *cli_sandbox_needs_new(void);
void cli_sandbox_needs_free(CliSandboxNeeds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliSandboxNeeds, cli_sandbox_needs_free)

/* Each copies the path; one that does not exist when the sandbox closes does not exist later. */
void cli_sandbox_reads(CliSandboxNeeds *self, const char *path);
void cli_sandbox_reads_below(CliSandboxNeeds *self, const char *path);
/* In the directory of this file it is written, and replaced by another one. */
void cli_sandbox_replaces(CliSandboxNeeds *self, const char *file);
/*
 * A socket that packets are captured from: written to, it would send them. -1 is none. What is
 * opened later gets another descriptor: this one must stay open.
 */
void cli_sandbox_captures(CliSandboxNeeds *self, int fd);

/* What holds, for the `start` record. */
typedef struct {
	char *user;         /* a name, or digits */
	char *capabilities; /* names, "none" */
	bool no_new_privs;
	int landlock; /* the version of its interface; 0: not in force */
	bool seccomp;
} CliSandboxHeld;

void cli_sandbox_held_clear(CliSandboxHeld *self);

/*
 * Closes the sandbox. False with error set where a part of it is required and not to be had; with
 * CLI_SANDBOX_TRY it is left out, and *ret_held says so. Clear that in both cases.
 */
bool cli_sandbox_enter(CliSandboxLevel level, CliSandboxNeeds *needs, CliSandboxHeld *ret_held,
		       GError **error);

/* As a line: "user nobody, no capabilities, no_new_privs, Landlock 3, seccomp". Free it. */
char *cli_sandbox_text(const CliSandboxHeld *held);
