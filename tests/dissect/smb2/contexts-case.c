/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of contexts share: bytes, and the record that they give. */
#include "tests/dissect/smb2/contexts-case.h"

Wire
contexts_message_of(uint16_t command, bool response, uint32_t status, const char *body)
{
	char *digits = calloc(1, strlen(body) + 1);
	Wire bytes, w;
	uint32_t n = 0;

	for (; *body; body++)
		if (*body != ' ')
			digits[n++] = *body;
	bytes = from_hex(digits);
	w = make(command, response, 0, bytes.len);
	memcpy(w.bytes + SMB2_HEADER_SIZE, bytes.bytes, bytes.len);
	put(w, 8, 4, status);
	free(bytes.bytes);
	free(digits);
	return w;
}

char *
contexts_printed(const SmbLayout *layout, const void *body, SmbReadStatus status, const void *there)
{
	SmbBlock block = { .layout = layout, .body = body, .status = status, .there = there };
	OutBuffer b = { 0 };
	char *text;

	ask_names(layout);
	out_char(&b, '{'); /* fields come in an object */
	out_fields_json(&b, &block, false);
	text = calloc(1, b.len);
	memcpy(text, b.data + 1, b.len - 1);
	out_buffer_clear(&b);
	return text;
}

char *
contexts_printed_block(void)
{
	const SmbBlock *block = &message->blocks[0];

	ck_assert_uint_eq(message->n_blocks, 1);
	return contexts_printed(block->layout, block->body, block->status, block->there);
}

void
contexts_expect(Wire w, bool response, const char *json)
{
	char *text;

	dissect_kept(w, w.len, response);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->incomplete, 0);
	text = contexts_printed_block();
	ck_assert_msg(strstr(text, json) != NULL, "%s\nis not in\n%s", json, text);
	free(text);
	free(w.bytes);
}

void
contexts_expect_lie(Wire w, bool response, const char *json)
{
	char *text;

	dissect_kept(w, w.len, response);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_int_eq(message->blocks[0].status, SMB_READ_MALFORMED);
	text = contexts_printed_block();
	ck_assert_msg(strstr(text, json) != NULL, "%s\nis not in\n%s", json, text);
	free(text);
	free(w.bytes);
}

void
contexts_expect_end(const ContextsRow *row, Wire w)
{
	char *text;
	size_t length, end = strlen(row->end);

	dissect_kept(w, w.len + row->cut, row->response);
	text = contexts_printed_block();
	length = strlen(text);
	ck_assert_msg(length >= end && strcmp(text + length - end, row->end) == 0,
		      "%s\nis not the end of\n%s", row->end, text);
	ck_assert_msg(message->anomalies == row->anomalies, "%s: anomalies %x", row->end,
		      message->anomalies);
	ck_assert_msg(message->incomplete == (row->cut ? SMB_INCOMPLETE_TRUNCATED : 0u),
		      "%s: incomplete %x", row->end, message->incomplete);
	free(text);
	free(w.bytes);
}

/* Appends the names of a field's number, of what a part of it is, or of each item of a list. */
static void
add_names_of(const SmbField *f, const void *body, ContextsNames *names)
{
	const void *at = (const char *)body + f->offset;
	_Alignas(16) uint8_t item[SMB_ITEM_MAX];

	if (f->kind == SMB_FIELD_PART) {
		const SmbPart *part = at;

		contexts_add_names(part->layout, part->body, names);
	} else if (f->kind == SMB_FIELD_OBJECT) {
		contexts_add_names(f->items, at, names);
	} else if (f->kind == SMB_FIELD_LIST) {
		SmbList list = *(const SmbList *)at;

		for (memset(item, 0, sizeof(item)); list.next && list.next(&list, item);
		     memset(item, 0, sizeof(item)))
			contexts_add_names(f->items, item, names);
	} else if (f->name_of) {
		uint32_t value = (uint32_t)smb_field_number(f, body);
		const char *name = f->name_of(value);

		names->used += (size_t)snprintf(names->text + names->used,
						sizeof(names->text) - names->used, "%s=%u:%s ",
						f->key ? f->key : "", value, name ? name : "");
		ck_assert_uint_lt(names->used, sizeof(names->text));
	}
}

void
contexts_add_names(const SmbLayout *layout, const void *body, ContextsNames *names)
{
	ask_names(layout);
	for (uint16_t i = 0; layout && i < layout->count; i++)
		add_names_of(&layout->fields[i], body, names);
}
