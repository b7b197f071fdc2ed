/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One record of an output: read as a stream, held against the schema as far as that is known
 * (schema.h), and what verify has to know of it.
 */
#pragma once

#include "cli/verify/schema.h"
#include "output/base/json-read.h"

enum {
	CLI_RECORD_MEMBERS_MAX = 96,
	CLI_RECORD_NAME = 40,
	CLI_RECORD_PROBLEM = 160,
};

typedef struct {
	char type[16], kind[16];
	bool interim;
	/* those of the record, -1: not there */
	int64_t part, records, lost_records, packets, messages, connections;
	struct {
		char name[CLI_RECORD_NAME];
		uint8_t type; /* one of CLI_JSON_* */
	} members[CLI_RECORD_MEMBERS_MAX];
	size_t n;
	char problem[CLI_RECORD_PROBLEM]; /* "": none; for messages, as it came */
} CliRecord;

/* Reads the line; false if it is not a whole record as the schema has them, see `problem`. */
bool cli_record_read(CliRecord *self, OutJson *line);
