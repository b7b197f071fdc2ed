/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads rows by smb1_transaction_read, as a conversation does, and renders what came out. */
#include "tests/lib/subcommand-tell.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/base/fields.h"
#include "tests/lib/smb1-case.h"

static SmbSpan
exact(const char *text)
{
	g_autoptr(GByteArray) bytes = bytes_of(text ? text : "");
	uint8_t *copy = malloc(bytes->len ? bytes->len : 1);

	ck_assert_ptr_nonnull(copy);
	if (bytes->len)
		memcpy(copy, bytes->data, bytes->len);
	return (SmbSpan){ copy, bytes->len };
}

static Smb1Transaction
transaction_of(const SubTold *row)
{
	g_autoptr(GByteArray) setup = bytes_of(row->setup ? row->setup : "");
	Smb1Transaction t = {
		.command = row->command,
		.response = row->response,
		.unicode = row->unicode,
		.late = row->late,
		.function = row->function,
		.level = row->level,
		.n_setup = setup->len / 2,
		.parameters = exact(row->parameters),
		.data = exact(row->data),
		.asked = exact(row->asked),
		.status = row->missing_parameters || row->missing_data ? SMB_READ_TRUNCATED
								       : SMB_READ_OK,
	};

	if (row->name)
		t.name = smb_text_from_utf8(row->name);
	t.total_parameters = t.parameters.len + row->missing_parameters;
	t.total_data = t.data.len + row->missing_data;
	for (uint32_t i = 0; i < t.n_setup; i++)
		t.setup[i] = (uint16_t)(setup->data[2 * i] | setup->data[2 * i + 1] << 8);
	return t;
}

static void
free_transaction(const Smb1Transaction *t)
{
	free((void *)t->parameters.ptr);
	free((void *)t->data.ptr);
	free((void *)t->asked.ptr);
}

/* What an open, a set or a RAP response reveals; the rest is render_facts. */
static void
render_more(GString *out, const Smb1Facts *facts)
{
	const SmbOpenFacts *open = &facts->open;

	if (facts->level != -1)
		g_string_append_printf(out, " level=%d", facts->level);
	if (facts->rap)
		g_string_append_printf(out, " rap=%u", facts->rap_status);
	if (facts->target.bytes.ptr) {
		char target[256];

		smb_text_to_utf8(facts->target, target, sizeof(target));
		g_string_append_printf(out, " target='%s'", target);
	}
	if (facts->about)
		g_string_append_printf(out, " about=%s", facts->about);
	if (facts->disposition)
		g_string_append_printf(out, " disposition=%u", facts->disposition);
	if (facts->has_size)
		g_string_append_printf(out, " end=%" G_GUINT64_FORMAT, facts->size);
	if (open->action)
		g_string_append_printf(out, " action=%d", (int)open->action);
	if (open->has_size)
		g_string_append_printf(out, " size=%" G_GUINT64_FORMAT, open->size);
	else if (open->size)
		g_string_append(out, " a size that is not told");
	if (open->access)
		g_string_append_printf(out, " access=0x%x", open->access);
	if (open->oplock)
		g_string_append_printf(out, " oplock=%u", open->oplock);
	g_string_append_printf(out, "%s%s%s%s", open->directory ? " directory" : "",
			       open->pipe ? " pipe" : "", open->to_read ? " to-read" : "",
			       open->to_write ? " to-write" : "");
}

static void
check_json(const SubTold *row, const SmbBlock *from)
{
	SmbBlock block = { .layout = from->nested_layout, .body = from->nested, .word_count = 255 };
	OutBuffer json = { 0 };

	block.status = from->nested_status;
	block.there = from->nested_there;
	out_char(&json, '{');
	out_fields_json(&json, &block, false);
	out_char(&json, '}');
	out_char(&json, '\0');
	ck_assert_msg(g_str_equal(json.data, row->json), "%s:\n got  %s\n want %s", row->what,
		      json.data, row->json);
	out_buffer_clear(&json);
}

static void
tell(const SubTold *row)
{
	_Alignas(8) static uint8_t storage[SMB1_NESTED_MAX], there[SMB1_NESTED_MAX];
	g_autoptr(GString) fields = g_string_new(NULL), facts = g_string_new(NULL),
			   unread = g_string_new(NULL);
	Smb1Facts found = { .function = -1, .level = -1 };
	Smb1Transaction t = transaction_of(row);
	SmbBlock block = { 0 };

	smb1_transaction_read(&t, &found, &block, storage, there);
	render(fields, block.nested_layout, block.nested, 255);
	render_facts(facts, &found);
	render_more(facts, &found);
	if (block.nested_there)
		render(unread, block.nested_layout, block.nested_there, 255);
	ck_assert_msg(!block.nested_layout == !row->fields && !block.nested == !row->fields,
		      "%s: %s", row->what, fields->str);
	ck_assert_msg(g_str_equal(fields->str, row->fields ? row->fields : ""),
		      "%s:\n got  %s\n want %s", row->what, fields->str, row->fields);
	ck_assert_msg(g_str_equal(facts->str, row->facts ? row->facts : ""), "%s: facts%s",
		      row->what, facts->str);
	ck_assert_msg(block.nested_status == row->status, "%s: status %d", row->what,
		      block.nested_status);
	ck_assert_msg(!row->there || g_str_equal(unread->str, row->there),
		      "%s, unread:\n got  %s\n want %s", row->what, unread->str, row->there);
	ck_assert_msg(!row->label || g_str_equal(block.nested_layout->name, row->label), "%s: %s",
		      row->what, row->label);
	/* What was read to its end is not read again. */
	ck_assert_msg(!block.nested_there == (!row->fields || row->status == SMB_READ_OK), "%s",
		      row->what);
	if (row->json)
		check_json(row, &block);
	free_transaction(&t);
}

void
sub_tell_all(const SubTold *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tell(&rows[i]);
}
