/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said of each version: a record `fileinfo` with the names of EVE, and a line of text. */
#pragma once

#include "cli/extract/version.h"
#include "dissect/event.h"
#include "output/base/buffer.h"

typedef enum { CLI_KIND_DISK, CLI_KIND_PRINTER, CLI_KIND_PIPE } CliKind;

/* Who read or wrote, where and when. Texts are UTF-8, owned by whoever has the struct. */
typedef struct {
	SmbEndpoints ends; /* of the first who did */
	uint64_t connection;
	char *user;                   /* NULL: not known */
	const char *capture;          /* borrowed; NULL: not known */
	SmbStamp first, last;         /* request of the first exchange, response of the last one */
	uint64_t reads, writes;       /* with success */
	uint64_t read, written;       /* bytes */
	uint64_t unanswered, refused; /* writes */
	uint64_t copies;              /* bytes that the server copied into it */
	uint64_t lost;                /* bytes that were read or written, and not captured */
	uint64_t dropped;             /* writes whose data had no place until the answer came */
} CliSeen;

typedef struct {
	const char *server, *share, *path; /* NULL: not known */
	CliKind kind;
	unsigned number; /* from 1 */
	const CliSeen *seen;
	const CliVersion *version; /* its counters */
	const CliRanges *known;
	const CliVersionEnd *end;
	size_t text_limit; /* bytes that long texts of the wire may take (out_limit) */
} CliFileInfo;

typedef struct {
	size_t used; /* of the limit */
	bool cut;    /* as it was reached */
} CliTold;

/* The record with its newline. */
CliTold cli_manifest_json(OutBuffer *b, const CliFileInfo *info, bool nanoseconds);
/* "SHA-256 SIZE STATE \\server\share\path NAME" with its newline. */
CliTold cli_manifest_text(OutBuffer *b, const CliFileInfo *info);
