/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of sinks share: a scene with a session in it. */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "output/base/sink.h"

#define T0 1795328367732283000u

extern const char *record_dir;

typedef struct {
	int fd;
	OutWriter *writer;
	OutSink *sink;
	SmbConnectionInfo info;
} Scene;

typedef OutSink *(*NewSink)(OutWriter *writer, const OutOptions *options);
SmbStamp at(uint64_t us, uint64_t frame);
Scene scene_new(NewSink new_sink, OutOptions options);
void tell(Scene *s, SmbEventKind kind, const void *what);

/*
 * Ends the run; what was written, and with a record directory a copy of it there. Free with g_free.
 */
char *scene_end(Scene *s, const char *name);

SmbText text(const char *s);
SmbString *string(const char *s);

/* ---- A plain session ---- */

typedef struct {
	SmbString *dialects[1], *account, *domain, *path, *name, *client, *server;
	SmbAuth auth;
	SmbUser user;
	SmbTree tree;
	SmbFile file;
	const SmbAuth *auths[1];
	const SmbUser *users[1];
	const SmbTree *trees[1];
	const SmbFile *files[1];
} Story;

void story_init(Story *st, Scene *s);
void story_free(Story *st);
SmbExchange exchange(SmbStep step, uint16_t command, const char *name, uint64_t us, uint64_t took,
		     uint64_t frame);
void tell_logon(Scene *s, Story *st);
void tell_file(Scene *s, Story *st);
char *plain_session(NewSink new_sink, OutOptions options, const char *name);

extern const char golden[];

/* ---- parts of the test in files of their own: each adds its tests ---- */

void sinks_add_bare(TCase *tc);
