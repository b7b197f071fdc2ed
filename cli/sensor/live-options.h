/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of a live capture: what to watch, how, for how long, and how what was seen is written.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/words/help.h"

typedef struct {
	char **interfaces;    /* -i; NULL: files are read */
	gboolean calm;        /* --no-promiscuous */
	uint32_t snaplen;     /* 0: the longest */
	uint32_t buffer;      /* bytes of the kernel's ring of each; 0: the usual ones */
	uint64_t duration_us; /* 0: until it is stopped */
	uint64_t stats_us;    /* between two `stats` records; 0: none */
	uint64_t write_size; /* of -w: bytes and time for each file, and how many are kept; 0: one */
	uint64_t write_us;
	unsigned write_keep;
	struct { /* as given */
		char *snaplen, *buffer, *duration, *stats, *write_size, *write_time, *write_keep;
	} text;
} CliLiveOptions;

/* Adds them to the command line and to the help. */
void cli_live_options_add(CliHelp *help, GOptionContext *context, CliLiveOptions *options);
/*
 * Works out the values; `writes`: there is a -w. False with error set
 * if one is wrong, or is given without -i.
 */
bool cli_live_options_check(CliLiveOptions *options, bool writes, GError **error);
/* Whether files of -w follow one another. */
bool cli_live_options_rotate(const CliLiveOptions *options);
void cli_live_options_clear(CliLiveOptions *options);
