/* SPDX-License-Identifier: BSD-3-Clause */
/* Records and lines about files. */
#include "cli/extract/manifest.h"

#include <glib.h>

#include "output/base/community-id.h"
#include "output/base/json.h"
#include "output/base/time.h"

enum { MISSING_TOLD = 256 }; /* ranges of a record */

static void
key_str_if(OutBuffer *b, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	out_str_json(b, value);
}

static void
key_count_if(OutBuffer *b, const char *key, uint64_t value)
{
	if (!value)
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	out_json_u64(b, value);
}

static void
put_time(OutBuffer *b, uint64_t ns, bool nanoseconds)
{
	out_char(b, '"');
	out_time_utc(b, ns, nanoseconds ? 9 : 6);
	out_char(b, '"');
}

static void
put_ends(OutBuffer *b, const CliSeen *seen)
{
	const SmbEndpoints *ends = &seen->ends;
	bool ip = ends->family == 4 || ends->family == 6;

	out_key(b, "src_ip");
	out_str(b, ends->family ? "\"" : "null");
	if (ends->family) {
		out_address(b, ends->family, ends->client);
		out_char(b, '"');
	}
	out_key_u64(b, "src_port", ends->client_port);
	out_key(b, "dest_ip");
	out_str(b, ends->family ? "\"" : "null");
	if (ends->family) {
		out_address(b, ends->family, ends->server);
		out_char(b, '"');
	}
	out_key_u64(b, "dest_port", ends->server_port);
	out_key_str(b, "proto", ends->family == 2 ? "NBF" : ends->family == 3 ? "IPX" : "TCP");
	if (ip) {
		out_key(b, "community_id");
		out_char(b, '"');
		out_community_id(b, ends, 6);
		out_char(b, '"');
	}
	out_key_u64(b, "connection", seen->connection);
	key_str_if(b, "pcap_filename", seen->capture);
}

static const char *
state_of(const CliFileInfo *info)
{
	if (info->end->whole)
		return "CLOSED";
	return info->end->has_digest ? "UNKNOWN" : "TRUNCATED";
}

static const char *
kind_name(CliKind kind)
{
	static const char *const names[] = {
		[CLI_KIND_DISK] = "disk", [CLI_KIND_PRINTER] = "printer", [CLI_KIND_PIPE] = "pipe"
	};

	return names[kind];
}

static bool
has_gaps(const CliFileInfo *info)
{
	CliRange one;

	return cli_ranges_missing(info->known, 0, info->end->size, &one);
}

static void
put_fileinfo(OutBuffer *b, const CliFileInfo *info, bool nanoseconds)
{
	const CliVersionEnd *end = info->end;

	out_key(b, "fileinfo");
	out_char(b, '{');
	key_str_if(b, "filename", info->path);
	out_key_bool(b, "gaps", has_gaps(info));
	out_key_str(b, "state", state_of(info));
	key_str_if(b, "sha256", end->text.sha256);
	key_str_if(b, "sha1", end->text.sha1);
	key_str_if(b, "md5", end->text.md5);
	out_key_bool(b, "stored", end->stored != NULL);
	out_key_u64(b, "size", end->size);
	out_key(b, "start");
	put_time(b, info->seen->first.time_ns, nanoseconds);
	out_key(b, "end");
	put_time(b, info->seen->last.time_ns, nanoseconds);
	out_char(b, '}');
}

/* The holes, as pairs: first byte, and just past the last one. */
static void
put_missing(OutBuffer *b, const CliFileInfo *info)
{
	uint64_t at = 0;
	CliRange one;

	if (!has_gaps(info))
		return;
	out_key(b, "missing");
	out_char(b, '[');
	for (unsigned n = 0; cli_ranges_missing(info->known, at, info->end->size, &one); n++) {
		if (n < MISSING_TOLD) {
			out_json_comma(b);
			out_char(b, '[');
			out_json_u64(b, one.low);
			out_char(b, ',');
			out_json_u64(b, one.high);
			out_char(b, ']');
		}
		at = one.high;
	}
	out_char(b, ']');
	out_key_u64(b, "missing_bytes", info->end->size - cli_ranges_sum(info->known));
}

static void
put_frame(OutBuffer *b, const char *key, uint64_t frame)
{
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	out_json_i64_or_null(b, frame != 0, (int64_t)frame);
}

static void
put_extract(OutBuffer *b, const CliFileInfo *info)
{
	const CliSeen *seen = info->seen;

	out_key(b, "extract");
	out_char(b, '{');
	out_key_str(b, "kind", kind_name(info->kind));
	out_key_u64(b, "version", info->number);
	/* It is short, of what no record has to escape (name.h), and of use only as a whole. */
	if (info->end->stored)
		out_key_str(b, "stored_as", info->end->stored);
	key_str_if(b, "server", info->server);
	key_str_if(b, "share", info->share);
	key_str_if(b, "user", seen->user);
	put_frame(b, "frame_first", seen->first.frame);
	put_frame(b, "frame_last", seen->last.frame);
	out_key_u64(b, "reads", seen->reads);
	out_key_u64(b, "bytes_read", seen->read);
	out_key_u64(b, "writes", seen->writes);
	out_key_u64(b, "bytes_written", seen->written);
	out_key_bool(b, "end_known", info->version->has_size);
	key_count_if(b, "overwritten", info->version->changed);
	key_count_if(b, "unchecked", info->version->unchecked);
	key_count_if(b, "left_out", info->version->left_out);
	if (info->end->beyond)
		out_key_bool(b, "beyond_max_files", true);
	key_count_if(b, "not_captured", seen->lost);
	key_count_if(b, "dropped_writes", seen->dropped);
	key_count_if(b, "unanswered_writes", seen->unanswered);
	key_count_if(b, "refused_writes", seen->refused);
	key_count_if(b, "copied_by_server", seen->copies);
	put_missing(b, info);
	out_char(b, '}');
}

static CliTold
unlimit(OutBuffer *b, const CliFileInfo *info)
{
	CliTold told = { .used = info->text_limit - MIN(b->text_left, info->text_limit) };

	told.cut = out_unlimit(b);
	return told;
}

CliTold
cli_manifest_json(OutBuffer *b, const CliFileInfo *info, bool nanoseconds)
{
	CliTold told;

	out_lit(b, "{\"timestamp\":");
	put_time(b, info->seen->first.time_ns, nanoseconds);
	out_key_str(b, "event_type", "fileinfo");
	put_ends(b, info->seen);
	out_key_bool(b, "complete", info->end->whole);
	out_key_str(b, "app_proto", "smb");
	out_limit(b, info->text_limit);
	put_fileinfo(b, info, nanoseconds);
	put_extract(b, info);
	told = unlimit(b, info);
	if (told.cut)
		out_key_bool(b, "truncated", true);
	out_lit(b, "}\n");
	return told;
}

CliTold
cli_manifest_text(OutBuffer *b, const CliFileInfo *info)
{
	static const char none[] =
		"----------------------------------------------------------------";
	CliTold told;

	out_str(b, info->end->has_digest ? info->end->text.sha256 : none);
	out_lit(b, "  ");
	out_u64(b, info->end->size);
	out_char(b, ' ');
	out_str(b, info->end->whole ? "whole" : "partial");
	out_lit(b, "  \\\\");
	out_limit(b, info->text_limit);
	out_text(b, smb_text_from_utf8(info->server ? info->server : "?"));
	out_char(b, '\\');
	out_text(b, smb_text_from_utf8(info->share ? info->share : "?"));
	out_char(b, '\\');
	out_text(b, smb_text_from_utf8(info->path ? info->path : "?"));
	told = unlimit(b, info);
	if (info->number > 1) {
		out_lit(b, "  version ");
		out_u64(b, info->number);
	}
	if (info->end->stored) {
		out_lit(b, "  ");
		out_str(b, info->end->stored);
	}
	out_char(b, '\n');
	return told;
}
