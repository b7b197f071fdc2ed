/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the schema of the records (output/schema/) says of a record's own members; the table is made
 * from it when the program is built (embed.py). What is inside of members is not in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* JSON types, as bits. */
enum {
	CLI_JSON_OBJECT = 1 << 0,
	CLI_JSON_ARRAY = 1 << 1,
	CLI_JSON_STRING = 1 << 2,
	CLI_JSON_NUMBER = 1 << 3,
	CLI_JSON_BOOLEAN = 1 << 4,
	CLI_JSON_NULL = 1 << 5,
};

typedef struct {
	const char *name;
	uint8_t types; /* CLI_JSON_* */
	bool required;
} CliSchemaMember;

typedef struct {
	const char *type; /* event_type */
	const char *kind; /* of records that have one, else NULL */
	const CliSchemaMember *members;
	size_t n;
} CliSchemaRecord;

extern const CliSchemaRecord cli_schema_records[];
extern const size_t cli_schema_count;
