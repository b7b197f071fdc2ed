/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys and values of JSON records. */
#include "output/base/json.h"

#include <glib.h>

#include "dissect/wire/names.h"

void
out_json_word(OutBuffer *b, const char *word)
{
	size_t n;
	char *to;

	if (!word) {
		out_lit(b, "null");
		return;
	}
	n = strlen(word);
	if (b->cap - b->len < n + 2)
		out_buffer_reserve(b, n + 2);
	to = b->data + b->len;
	to[0] = '"';
	memcpy(to + 1, word, n);
	to[n + 1] = '"';
	b->len += n + 2;
}

static inline void
put_dialects(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < info->n_dialects; i++) {
		out_json_comma(b);
		out_text_json(b, smb_string_text(info->dialects[i]));
	}
	out_char(b, ']');
}

void
out_json_dialects(OutBuffer *b, const SmbConnectionInfo *info)
{
	put_dialects(b, info);
}

void
out_json_dialects_again(OutBuffer *b, const SmbConnectionInfo *info)
{
	size_t from = b->len;

	if (b->limited && !b->text_left) {
		b->cut |= info->n_dialects > 0;
		out_lit(b, "[]");
		return;
	}
	put_dialects(b, info);
	b->text_left -= MIN(b->text_left, b->len - from);
}

void
out_json_string_or_null(OutBuffer *b, const SmbString *s)
{
	if (s)
		out_text_json(b, smb_string_text(s));
	else
		out_lit(b, "null");
}

void
out_json_i64_or_null(OutBuffer *b, bool known, int64_t v)
{
	if (known)
		out_i64(b, v);
	else
		out_lit(b, "null");
}

void
out_json_anomalies(OutBuffer *b, uint32_t bits)
{
	out_char(b, '[');
	for (uint32_t bit = 1; bits; bits &= ~bit, bit <<= 1) {
		const char *name = bits & bit ? smb_anomaly_name((SmbAnomaly)bit) : NULL;

		if (!name)
			continue;
		out_json_comma(b);
		out_json_word(b, name);
	}
	out_char(b, ']');
}

void
out_json_incomplete(OutBuffer *b, uint32_t bits)
{
	out_char(b, '[');
	for (uint32_t bit = 1; bits; bits &= ~bit, bit <<= 1) {
		const char *name = bits & bit ? smb_incomplete_name((SmbIncomplete)bit) : NULL;

		if (!name)
			continue;
		out_json_comma(b);
		out_json_word(b, name);
	}
	out_char(b, ']');
}

static void
put_dos_status(OutBuffer *b, SmbStatus status)
{
	const char *class = smb_dos_class_name(smb_status_class(status));
	const char *name = smb_dos_error_name(smb_status_class(status), smb_status_code(status));

	if (class) {
		out_str(b, class);
	} else {
		out_lit(b, "class 0x");
		out_hex(b, smb_status_class(status), 2);
	}
	out_char(b, '/');
	if (name) {
		out_str(b, name);
	} else {
		out_lit(b, "code 0x");
		out_hex(b, smb_status_code(status), 4);
	}
}

void
out_status(OutBuffer *b, SmbStatus status)
{
	/*
	 * Success is the same zero in both, and has one name so that readers need not know about
	 * DOS errors.
	 */
	bool dos = smb_status_is_dos(status);
	const char *name = dos ? NULL : smb_nt_status_name(status.value);

	if (dos) {
		put_dos_status(b, status);
	} else if (name) {
		out_str(b, name);
	} else {
		out_lit(b, "0x");
		out_hex(b, status.value, 8);
	}
}

void
out_file_id(OutBuffer *b, uint64_t persistent, uint64_t volatile_half)
{
	uint64_t halves[] = { GUINT64_TO_LE(persistent), GUINT64_TO_LE(volatile_half) };

	out_guid(b, (const uint8_t *)halves);
}
