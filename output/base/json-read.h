/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON read as it comes, a line a value: nothing is kept of it but what is asked for. It comes from
 * files and is not believed: after the first failure everything is empty and changes nothing, what
 * has another type than is asked for is passed over and counts as not there, texts are cut at what
 * there is room for, and nothing nests deeper than OUT_JSON_DEPTH.
 *
 *	if (out_json_object(j))
 *		while (out_json_key(j, key, sizeof(key)))
 *			...one value is read or skipped...
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OUT_JSON_DEPTH = 8,
	OUT_JSON_LINE_MAX = 16 << 20, /* bytes of a line */
};

typedef struct {
	const char *at, *end; /* what is here of the input, borrowed */
	/* What comes next of it; 0 at its end. NULL: there is no more. */
	size_t (*more)(void *user, const char **ret_bytes);
	void *user;
	size_t before; /* bytes of this line in front of what is here */
	const char *begin;
	unsigned depth;
	uint32_t in_array, begun; /* of each depth, a bit: what it is; something stands in it */
	const char *wrong;        /* NULL: nothing failed */
} OutJson;

/* `wrong` is a string constant. */
void out_json_fail(OutJson *j, const char *wrong);

/* The byte that comes next, in no matter what; -1: the line ends here. */
int out_json_peek(OutJson *j);
void out_json_step(OutJson *j);

/* The next line, from wherever it is in this one. False: there is none. */
bool out_json_next_line(OutJson *j);
/* True where the line ends here with a newline, and not with the input. */
bool out_json_has_newline(OutJson *j);
/* Nothing but blanks may come until the line ends. */
void out_json_finish(OutJson *j);

/* Goes into it; false, and behind it, where the value is none. */
bool out_json_object(OutJson *j);
bool out_json_array(OutJson *j);
/* The next member or element; false, and behind the object or the array, where there is none. */
bool out_json_key(OutJson *j, char *ret_key, size_t size);
bool out_json_element(OutJson *j);

/* "" where it is none. Cut between characters. */
bool out_json_string(OutJson *j, char *ret_text, size_t size);
/* `otherwise` where it is none, or not a whole number from 0 to 2^63 - 1. */
int64_t out_json_number(OutJson *j, int64_t otherwise);
bool out_json_is_true(OutJson *j);
void out_json_skip(OutJson *j);
