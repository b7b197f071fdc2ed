/* SPDX-License-Identifier: BSD-3-Clause */
/* A record and the schema. */
#include "cli/verify/record.h"

#include <glib.h>
#include <string.h>

static bool
fail(CliRecord *self, const char *what, const char *name)
{
	if (!*self->problem)
		g_snprintf(self->problem, sizeof(self->problem), "%s%s%s", what, *name ? " " : "",
			   name);
	return false;
}

/* The type of the value that comes next; 0: none. */
static uint8_t
type_of(OutJson *line)
{
	int c = out_json_peek(line);

	while (c == ' ' || c == '\t' || c == '\r') {
		out_json_step(line);
		c = out_json_peek(line);
	}
	switch (c) {
	case '{':
		return CLI_JSON_OBJECT;
	case '[':
		return CLI_JSON_ARRAY;
	case '"':
		return CLI_JSON_STRING;
	case 't':
	case 'f':
		return CLI_JSON_BOOLEAN;
	case 'n':
		return CLI_JSON_NULL;
	default:
		return c == '-' || (c >= '0' && c <= '9') ? CLI_JSON_NUMBER : 0;
	}
}

/* Where the number of a member is kept; NULL: nowhere. */
static int64_t *
number_of(CliRecord *self, const char *name)
{
	const struct {
		const char *name;
		int64_t *at;
	} numbers[] = {
		{ "part", &self->part },
		{ "records", &self->records },
		{ "lost_records", &self->lost_records },
		{ "packets", &self->packets },
		{ "messages", &self->messages },
		{ "connections", &self->connections },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (g_str_equal(numbers[i].name, name))
			return numbers[i].at;
	return NULL;
}

static void
read_member(CliRecord *self, OutJson *line, const char *name, uint8_t type)
{
	int64_t *number = type == CLI_JSON_NUMBER ? number_of(self, name) : NULL;

	if (type == CLI_JSON_STRING && g_str_equal(name, "event_type"))
		(void)out_json_string(line, self->type, sizeof(self->type));
	else if (type == CLI_JSON_STRING && g_str_equal(name, "kind"))
		(void)out_json_string(line, self->kind, sizeof(self->kind));
	else if (g_str_equal(name, "interim"))
		self->interim = out_json_is_true(line);
	else if (number)
		*number = out_json_number(line, -1);
	else
		out_json_skip(line);
}

static void
read_members(CliRecord *self, OutJson *line)
{
	char name[CLI_RECORD_NAME];

	if (type_of(line) != CLI_JSON_OBJECT || !out_json_object(line)) {
		fail(self, "not a JSON object", "");
		return;
	}
	while (out_json_key(line, name, sizeof(name))) {
		uint8_t type = type_of(line);

		read_member(self, line, name, type);
		if (self->n == CLI_RECORD_MEMBERS_MAX) {
			fail(self, "too many members", "");
			continue;
		}
		memcpy(self->members[self->n].name, name, sizeof(name));
		self->members[self->n++].type = type;
	}
	out_json_finish(line);
}

static const CliSchemaRecord *
schema_of(const CliRecord *self)
{
	for (size_t i = 0; i < cli_schema_count; i++) {
		const CliSchemaRecord *one = &cli_schema_records[i];

		if (g_str_equal(one->type, self->type) &&
		    (!one->kind || g_str_equal(one->kind, self->kind)))
			return one;
	}
	return NULL;
}

static int
compare_name(const void *name, const void *member)
{
	return strcmp(name, ((const CliSchemaMember *)member)->name);
}

static void
check_members(CliRecord *self, const CliSchemaRecord *schema)
{
	g_autofree bool *seen = g_new0(bool, schema->n);

	for (size_t i = 0; i < self->n; i++) {
		const char *name = self->members[i].name;
		const CliSchemaMember *member = bsearch(name, schema->members, schema->n,
							sizeof(schema->members[0]), compare_name);

		if (!member) {
			fail(self, "the schema has no member", name);
			continue;
		}
		if (!(member->types & self->members[i].type))
			fail(self, "the schema has another type for", name);
		if (seen[member - schema->members])
			fail(self, "twice there is", name);
		seen[member - schema->members] = true;
	}
	for (size_t i = 0; i < schema->n; i++)
		if (schema->members[i].required && !seen[i])
			fail(self, "there is no", schema->members[i].name);
} /* NOLINT(clang-analyzer-unix.Malloc): g_autofree */

bool
cli_record_read(CliRecord *self, OutJson *line)
{
	const CliSchemaRecord *schema;

	self->type[0] = self->kind[0] = self->problem[0] = '\0';
	self->interim = false;
	self->n = 0;
	self->part = self->records = self->lost_records = -1;
	self->packets = self->messages = self->connections = -1;
	read_members(self, line);
	if (line->wrong)
		return fail(self, line->before > OUT_JSON_LINE_MAX ? "line too long" : "not JSON",
			    "");
	schema = schema_of(self);
	if (schema)
		check_members(self, schema);
	else
		fail(self, *self->type ? "the schema has no record of type" : "no event_type",
		     self->type);
	return !*self->problem;
}
