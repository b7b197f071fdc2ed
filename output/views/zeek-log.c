/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of Zeek's logs. The columns are those of Zeek 8.2 (scripts/base/protocols/{conn,ntlm,smb},
 * scripts/policy/protocols/smb/log-cmds, conn/community-id-logging), in its order, with its types.
 */
#include "output/views/zeek-log.h"

#include <glib.h>

#include "output/base/end.h"

/* clang-format off */
#define ENDS(before)                                                                               \
	{ before "uid", "string" },      { before "id.orig_h", "addr" },                           \
	{ before "id.orig_p", "port" },  { before "id.resp_h", "addr" },                           \
	{ before "id.resp_p", "port" }
#define TIMES(before)                                                                              \
	{ before "times.modified", "time" }, { before "times.accessed", "time" },                  \
	{ before "times.created", "time" },  { before "times.changed", "time" }
#define FILE_COLUMNS(before)                                                                       \
	{ before "ts", "time" },      ENDS(before),                  { before "fuid", "string" },  \
	{ before "action", "enum" },  { before "path", "string" },   { before "name", "string" },  \
	{ before "size", "count" },   { before "prev_name", "string" }, TIMES(before)

static const ZeekColumn conn[] = {
	{ "ts", "time" }, ENDS(""),
	{ "proto", "enum" },          { "service", "string" },      { "duration", "interval" },
	{ "orig_bytes", "count" },    { "resp_bytes", "count" },    { "conn_state", "string" },
	{ "local_orig", "bool" },     { "local_resp", "bool" },     { "missed_bytes", "count" },
	{ "history", "string" },      { "orig_pkts", "count" },     { "orig_ip_bytes", "count" },
	{ "resp_pkts", "count" },     { "resp_ip_bytes", "count" },
	{ "tunnel_parents", "set[string]" }, { "ip_proto", "count" }, { "community_id", "string" },
	{ NULL, NULL },
};
static const ZeekColumn ntlm[] = {
	{ "ts", "time" }, ENDS(""),
	{ "username", "string" }, { "hostname", "string" }, { "domainname", "string" },
	{ "server_nb_computer_name", "string" }, { "server_dns_computer_name", "string" },
	{ "server_tree_name", "string" }, { "success", "bool" },
	{ NULL, NULL },
};
static const ZeekColumn smb_cmd[] = {
	{ "ts", "time" }, ENDS(""),
	{ "command", "string" },  { "sub_command", "string" }, { "argument", "string" },
	{ "status", "string" },   { "rtt", "interval" },       { "version", "string" },
	{ "username", "string" }, { "tree", "string" },        { "tree_service", "string" },
	FILE_COLUMNS("referenced_file."),
	{ NULL, NULL },
};
static const ZeekColumn smb_files[] = {
	FILE_COLUMNS(""),
	{ NULL, NULL },
};
static const ZeekColumn smb_mapping[] = {
	{ "ts", "time" }, ENDS(""),
	{ "path", "string" }, { "service", "string" }, { "native_file_system", "string" },
	{ "share_type", "string" },
	{ NULL, NULL },
};
/* Those of `end`; out_counters come between the first ones and the last ones. */
static const ZeekColumn smbtrail[] = {
	{ "ts", "time" }, { "complete", "bool" }, { "interim", "bool" }, { "exit_code", "count" },
	{ NULL, NULL },
};
/* clang-format on */

static const struct {
	const char *name;
	const ZeekColumn *columns;
} logs[OUT_ZEEK_LOGS] = {
	[ZEEK_CONN] = { "conn", conn },
	[ZEEK_NTLM] = { "ntlm", ntlm },
	[ZEEK_SMB_CMD] = { "smb_cmd", smb_cmd },
	[ZEEK_SMB_FILES] = { "smb_files", smb_files },
	[ZEEK_SMB_MAPPING] = { "smb_mapping", smb_mapping },
	[ZEEK_SMBTRAIL] = { "smbtrail", smbtrail },
};

/* ---- Header and footer ---- */

/* The names, or the types, of all columns of a log. */
static void
put_columns(OutBuffer *b, const ZeekColumn *columns, bool types)
{
	for (const ZeekColumn *column = columns; column->name; column++) {
		out_char(b, '\t');
		out_str(b, types ? column->type : column->name);
	}
	for (size_t i = 0; columns == smbtrail && i < out_counters_count; i++) {
		out_char(b, '\t');
		out_str(b, types ? "count" : out_counters[i].key);
	}
	out_char(b, '\n');
}

/* 2026-11-22-06-19-27 */
static void
put_moment(OutBuffer *b, const char *key, uint64_t seconds)
{
	g_autoptr(GDateTime)
		time = g_date_time_new_from_unix_utc((gint64)MIN(seconds, (uint64_t)G_MAXINT64));
	g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d-%H-%M-%S") : NULL;

	if (!text)
		return;
	out_str(b, key);
	out_char(b, '\t');
	out_str(b, text);
	out_char(b, '\n');
}

const char *
out_zeek_log_name(unsigned log)
{
	return logs[log].name;
}

bool
out_zeek_header(OutBuffer *b, const char *log, uint64_t seconds)
{
	for (size_t i = 0; i < OUT_ZEEK_LOGS; i++) {
		if (!g_str_equal(logs[i].name, log))
			continue;
		out_lit(b, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
			   "#unset_field\t-\n#path\t");
		out_str(b, log);
		out_char(b, '\n');
		put_moment(b, "#open", seconds);
		out_lit(b, "#fields");
		put_columns(b, logs[i].columns, false);
		out_lit(b, "#types");
		put_columns(b, logs[i].columns, true);
		return true;
	}
	return false;
}

void
out_zeek_footer(OutBuffer *b, uint64_t seconds)
{
	put_moment(b, "#close", seconds);
}

/* ---- Rows ---- */

void
zeek_row_begin(ZeekRow *self, ZeekLog log, bool tsv, OutBuffer *b, OutBuffer *scratch)
{
	*self = (ZeekRow){ .b = b, .scratch = scratch, .column = logs[log].columns, .tsv = tsv };
	if (tsv) {
		out_str(b, logs[log].name);
		return;
	}
	out_lit(b, "{\"_path\":\"");
	out_str(b, logs[log].name);
	out_char(b, '"');
}

void
zeek_row_end(ZeekRow *self)
{
	out_str(self->b, self->tsv ? "\n" : "}\n");
}

/* What is before a value: the key of its column, or the tab. */
static void
begin(ZeekRow *self)
{
	const char *name = self->column++->name;

	if (self->tsv) {
		out_char(self->b, '\t');
		return;
	}
	out_char(self->b, ',');
	out_json_word(self->b, name);
	out_char(self->b, ':');
}

void
zeek_none(ZeekRow *self, unsigned columns)
{
	while (columns-- && self->column->name) {
		self->column++;
		if (self->tsv)
			out_lit(self->b, "\t-");
	}
}

void
zeek_time(ZeekRow *self, uint64_t ns)
{
	begin(self);
	out_fixed(self->b, ns / 1000, 6);
}

void
zeek_file_times(ZeekRow *self, const SmbFileTimes *times)
{
	static const uint64_t epoch = UINT64_C(116444736000000000); /* 1970, in 100 ns since 1601 */
	const uint64_t columns[] = { times->written, times->accessed, times->created,
				     times->changed };

	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		uint64_t since = columns[i] - epoch;

		if (times->written <= epoch || columns[i] < epoch ||
		    since > (uint64_t)G_MAXINT64 / 100)
			zeek_none(self, 1);
		else
			zeek_time(self, since * 100);
	}
}

void
zeek_count(ZeekRow *self, uint64_t v)
{
	begin(self);
	out_u64(self->b, v);
}

void
zeek_bool(ZeekRow *self, bool v)
{
	begin(self);
	if (self->tsv)
		out_char(self->b, v ? 'T' : 'F');
	else
		out_json_bool(self->b, v);
}

/* ---- Text ---- */

static void
put_byte(OutBuffer *b, uint8_t byte)
{
	out_lit(b, "\\x");
	out_hex(b, byte, 2);
}

/* The four digits of \uXXXX. */
static uint32_t
unit_of(const char *digits)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++)
		unit = unit << 4 | (uint32_t)g_ascii_xdigit_value(digits[i]);
	return unit;
}

/* A character that JSON has as \uXXXX, or a pair of them: its bytes, as Zeek spells them. */
static const char *
put_escaped(OutBuffer *b, const char *at)
{
	uint32_t c = unit_of(at + 2);
	char utf8[4];
	size_t n;

	at += 6;
	if ((c & 0xFC00) == 0xD800 && at[0] == '\\' && at[1] == 'u') {
		c = 0x10000 + ((c & 0x3FF) << 10 | (unit_of(at + 2) & 0x3FF));
		at += 6;
	}
	n = smb_character_utf8(c, utf8);
	for (size_t i = 0; i < n; i++)
		put_byte(b, (uint8_t)utf8[i]);
	return at;
}

/*
 * A JSON string, without its quotes, as a field: backslashes are doubled in both, and what is
 * escaped is escaped by bytes. What would be an unset or an empty field is not left to look so.
 */
static void
put_field(OutBuffer *b, const char *at, const char *end)
{
	if ((end - at == 1 && *at == '-') || (end - at == 7 && memcmp(at, "(empty)", 7) == 0))
		put_byte(b, (uint8_t)*at++);
	while (at < end) {
		const char *next = memchr(at, '\\', (size_t)(end - at));

		out_put(b, at, (size_t)((next ? next : end) - at));
		if (!next)
			return;
		if (next[1] == 'u') {
			at = put_escaped(b, next);
		} else if (next[1] == '\\') {
			out_lit(b, "\\\\");
			at = next + 2;
		} else { /* a quote */
			out_char(b, next[1]);
			at = next + 2;
		}
	}
}

/* What was written from `from` on is a JSON string; it becomes a field. */
static void
make_field(ZeekRow *self, size_t from)
{
	OutBuffer *b = self->b, *scratch = self->scratch;

	scratch->len = 0;
	out_put(scratch, b->data + from, b->len - from);
	b->len = from;
	if (scratch->len == 2)
		out_lit(b, "(empty)");
	else
		put_field(b, scratch->data + 1, scratch->data + scratch->len - 1);
}

void
zeek_open(ZeekRow *self)
{
	begin(self);
	self->from = self->b->len;
}

void
zeek_close(ZeekRow *self)
{
	if (self->tsv)
		make_field(self, self->from);
}

void
zeek_text(ZeekRow *self, SmbText text)
{
	if (smb_text_is_empty(text)) {
		zeek_none(self, 1);
		return;
	}
	zeek_open(self);
	out_text_json(self->b, text);
	zeek_close(self);
}

void
zeek_word(ZeekRow *self, const char *word)
{
	if (!word) {
		zeek_none(self, 1);
		return;
	}
	begin(self);
	if (self->tsv)
		out_str(self->b, word);
	else
		out_json_word(self->b, word);
}

void
zeek_counters(ZeekRow *self, const OutTotals *totals)
{
	for (size_t i = 0; i < out_counters_count; i++) {
		uint64_t v = *(const uint64_t *)((const char *)totals + out_counters[i].offset);

		if (self->tsv) {
			out_char(self->b, '\t');
			out_u64(self->b, v);
		} else if (v || !out_counters[i].optional) {
			out_char(self->b, ',');
			out_json_word(self->b, out_counters[i].key);
			out_char(self->b, ':');
			out_u64(self->b, v);
		}
	}
}
