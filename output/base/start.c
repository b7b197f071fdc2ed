/* SPDX-License-Identifier: BSD-3-Clause */
/* The first record of a run. */
#include "output/base/start.h"

#include "output/base/json.h"
#include "output/base/text.h"
#include "output/base/time.h"

enum { NAMES_MAX = 100 }; /* of files; their number says how many there are */

/* Up to NAMES_MAX; returns how many there are. */
static uint64_t
put_names(OutBuffer *b, const char *const *names)
{
	uint64_t n = 0;

	out_char(b, '[');
	for (; names[n]; n++) {
		if (n >= NAMES_MAX)
			continue;
		if (n)
			out_char(b, ',');
		out_str_json(b, names[n]);
	}
	out_char(b, ']');
	return n;
}

static void
put_sandbox(OutBuffer *b, const OutStart *start)
{
	out_key(b, "sandbox");
	out_lit(b, "{\"user\":");
	out_str_json(b, start->user);
	out_key(b, "capabilities");
	put_names(b, start->capabilities);
	out_key_bool(b, "no_new_privs", start->no_new_privs);
	out_key(b, "landlock");
	out_json_i64_or_null(b, start->landlock != 0, start->landlock);
	out_key_bool(b, "seccomp", start->seccomp);
	out_char(b, '}');
}

void
out_start_json(OutBuffer *b, const OutStart *start)
{
	uint64_t n;

	out_lit(b, "{\"timestamp\":\"");
	out_time_record(b, start->time_ns, 6);
	out_lit(b, "\",\"event_type\":\"start\"");
	out_key_str(b, "version", start->version);
	if (start->interfaces) {
		out_key(b, "interfaces");
		put_names(b, start->interfaces);
	} else {
		out_lit(b, ",");
		out_json_word(b, b->eve ? "inputs" : "files"); /* those of EVE are objects */
		out_char(b, ':');
		n = put_names(b, start->files);
		out_key(b, "file_count");
		out_u64(b, n);
	}
	put_sandbox(b, start);
	out_lit(b, "}\n");
}
