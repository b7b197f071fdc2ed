/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A streaming JSON reader, one value per line: it keeps only what the caller asks for. The input is
 * untrusted: after the first failure every call returns an empty value and changes nothing, a value
 * of another type than requested is skipped and treated as absent, texts are cut to the room there
 * is, and nothing nests deeper than OUT_JSON_DEPTH.
 *
 * 	if (out_json_object(j))
 * 		while (out_json_key(j, key, sizeof(key)))
 * 			...one value is read or skipped...
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
	const char *at, *end; /* the input read so far, borrowed */
	/* Gives the next input; 0 at its end. NULL: there is no more. */
	size_t (*more)(void *user, const char **ret_bytes);
	void *user;
	size_t before; /* bytes of this line before the current input */
	const char *begin;
	unsigned depth;
	uint32_t in_array, begun; /* a bit for each depth: object or array; not empty */
	const char *wrong;        /* NULL: no failure */
} OutJson;

/* `wrong` is a string constant. */
void out_json_fail(OutJson *j, const char *wrong);

/* The byte that comes next, in no matter what; -1: the line ends here. */
int out_json_peek(OutJson *j);
/* Moves past the byte that out_json_peek returned. */
void out_json_step(OutJson *j);

/* Moves to the next line, from anywhere in this one. False: there is none. */
bool out_json_next_line(OutJson *j);
/* True if the line ends here with a newline, and not with the input. */
bool out_json_has_newline(OutJson *j);
/* Only blanks may follow until the end of the line. */
void out_json_finish(OutJson *j);

/* Enters it; false, and past the value, if it is not one. */
bool out_json_object(OutJson *j);
bool out_json_array(OutJson *j);
/* The next member or element; false, and past the object or array, if there is none. */
bool out_json_key(OutJson *j, char *ret_key, size_t size);
bool out_json_element(OutJson *j);

/* "" if it is not a string. Cut between characters. */
bool out_json_string(OutJson *j, char *ret_text, size_t size);
/* `otherwise` if it is not a whole number from 0 to 2^63 - 1, as such or as a string of digits. */
int64_t out_json_number(OutJson *j, int64_t otherwise);
/* True if the value is `true`; any other value is skipped. */
bool out_json_is_true(OutJson *j);
/* Skips a value of any type. */
void out_json_skip(OutJson *j);
