/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every message is dissected out of a heap buffer of exactly the captured size, so that
 * AddressSanitizer sees a read past its end.
 */
#include "tests/lib/smb1-case.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/hostile-names.h"

/* ---- Building ------------------------------------------------------------------------------- */

static void
append_quoted(GByteArray *out, const char **at, bool wide)
{
	const uint8_t zero = 0;

	for ((*at)++; **at != '\''; (*at)++) {
		g_byte_array_append(out, (const uint8_t *)*at, 1);
		if (wide)
			g_byte_array_append(out, &zero, 1);
	}
	(*at)++;
}

GByteArray *
bytes_of(const char *text)
{
	GByteArray *out = g_byte_array_new();

	while (*text) {
		if (*text == ' ') {
			text++;
		} else if (*text == '\'') {
			append_quoted(out, &text, false);
		} else if (*text == 'u') {
			text++;
			append_quoted(out, &text, true);
		} else {
			uint8_t byte = (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 |
						 g_ascii_xdigit_value(text[1]));
			ck_assert(g_ascii_isxdigit(text[0]) && g_ascii_isxdigit(text[1]));
			g_byte_array_append(out, &byte, 1);
			text += 2;
		}
	}
	return out;
}

GByteArray *
message_of(const Case *c)
{
	GByteArray *out = bytes_of("ff'SMB'");
	g_autoptr(GByteArray) words = bytes_of(c->words);
	g_autoptr(GByteArray) bytes = bytes_of(c->bytes);
	uint8_t header[28] = { c->command };
	uint8_t count[2] = { (uint8_t)bytes->len, (uint8_t)(bytes->len >> 8) };
	uint8_t word_count = (uint8_t)(words->len / 2);

	ck_assert_msg(words->len % 2 == 0, "%s", c->what);
	header[5] = c->response ? 0x80 : 0;
	header[7] = 0x40 | (c->unicode ? 0x80 : 0);
	g_byte_array_append(out, header, sizeof(header));
	g_byte_array_append(out, &word_count, 1);
	g_byte_array_append(out, words->data, words->len);
	g_byte_array_append(out, count, 2);
	g_byte_array_append(out, bytes->data, bytes->len);
	return out;
}

uint8_t *
dissect_exact(const GByteArray *message, uint32_t captured, bool response, Smb1Scratch *scratch)
{
	uint8_t *exact = malloc(captured ? captured : 1);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, message->data, captured);
	smb1_dissect(smb_reader_new(exact, captured, message->len), response, scratch);
	return exact;
}

/* ---- Rendering ------------------------------------------------------------------------------ */

static void
render_text(GString *out, SmbText text)
{
	char utf8[1024];

	smb_text_to_utf8(text, utf8, sizeof(utf8));
	if (!text.bytes.ptr)
		g_string_append(out, "-");
	else
		g_string_append_printf(out, "'%s'", utf8);
}

static void
render_list(GString *out, const SmbField *field, SmbList list)
{
	_Alignas(8) uint8_t item[SMB_ITEM_MAX];
	uint32_t n = 0;

	ck_assert_uint_le(field->items->size, sizeof(item));
	g_string_append_c(out, '[');
	for (memset(item, 0, sizeof(item)); list.next && list.next(&list, item); n++) {
		g_string_append(out, n ? " | " : "");
		render(out, field->items, item, 0);
		memset(item, 0, sizeof(item));
		ck_assert_uint_lt(n, 65536);
	}
	g_string_append_c(out, ']');
}

static void
render_number(GString *out, const SmbField *field, const void *at)
{
	uint64_t value = 0;

	switch (field->kind) {
	case SMB_FIELD_U8:
		value = *(const uint8_t *)at;
		break;
	case SMB_FIELD_U16:
		value = *(const uint16_t *)at;
		break;
	case SMB_FIELD_U32:
	case SMB_FIELD_UTIME:
	case SMB_FIELD_DOSTIME:
		value = *(const uint32_t *)at;
		break;
	case SMB_FIELD_U64:
	case SMB_FIELD_FILETIME:
		value = *(const uint64_t *)at;
		break;
	case SMB_FIELD_I32:
		value = (uint64_t)(int64_t) * (const int32_t *)at;
		break;
	case SMB_FIELD_I16:
		value = (uint64_t)(int64_t) * (const int16_t *)at;
		break;
	default:
		ck_abort_msg("kind %u of %s", field->kind, field->key);
	}
	if (field->flags & SMB_FIELD_OPTIONAL && value == SMB_FIELD_NONE)
		g_string_append_c(out, '-');
	else if (field->kind == SMB_FIELD_DOSTIME || field->flags & SMB_FIELD_SHOW_HEX)
		g_string_append_printf(out, "0x%" G_GINT64_MODIFIER "x", value);
	else
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

static void
render_field(GString *out, const SmbField *field, const void *at)
{
	SmbSpan span;

	switch (field->kind) {
	case SMB_FIELD_TEXT:
		render_text(out, *(const SmbText *)at);
		break;
	case SMB_FIELD_LENGTH:
		g_string_append_printf(out, "%u bytes", ((const SmbSpan *)at)->len);
		break;
	case SMB_FIELD_HEX:
	case SMB_FIELD_GUID:
	case SMB_FIELD_ADDRESS:
		span = *(const SmbSpan *)at;
		for (uint32_t i = 0; i < span.len; i++)
			g_string_append_printf(out, "%02x", span.ptr[i]);
		break;
	case SMB_FIELD_LIST:
		render_list(out, field, *(const SmbList *)at);
		break;
	default:
		render_number(out, field, at);
	}
}

void
render(GString *out, const SmbLayout *layout, const void *body, uint8_t word_count)
{
	const char *between = "";

	for (uint16_t i = 0; layout && i < layout->count; i++) {
		const SmbField *field = &layout->fields[i];

		if (field->min_words > word_count)
			continue;
		g_string_append(out, between);
		between = " ";
		if (field->key)
			g_string_append_printf(out, "%s=", field->key);
		render_field(out, field, (const uint8_t *)body + field->offset);
	}
}

void
render_facts(GString *out, const Smb1Facts *facts)
{
	if (facts->has_fid)
		g_string_append_printf(out, " fid=%u", facts->fid);
	if (facts->name.bytes.ptr) {
		g_string_append(out, " name=");
		render_text(out, facts->name);
	}
	if (facts->name_to.bytes.ptr) {
		g_string_append(out, " to=");
		render_text(out, facts->name_to);
	}
	if (facts->function != -1)
		g_string_append_printf(out, " function=%d", facts->function);
	if (facts->offset || facts->length)
		g_string_append_printf(out, " %" G_GUINT64_FORMAT "+%u", facts->offset,
				       facts->length);
	if (facts->count)
		g_string_append_printf(out, " count=%u", facts->count);
	if (facts->one_way)
		g_string_append(out, " one-way");
}

/* ---- Checking ------------------------------------------------------------------------------- */

static void
check_fields(const Case *c, const Smb1Scratch *scratch)
{
	const SmbBlock *block = &scratch->message.blocks[0];
	g_autoptr(GString) fields = g_string_new(NULL);
	g_autoptr(GString) facts = g_string_new(NULL);

	ask_names(block->layout);
	render(fields, block->layout, block->body, block->word_count);
	render_facts(facts, &scratch->facts[0]);
	ck_assert_msg(g_str_equal(fields->str, c->fields), "%s:\n got  %s\n want %s", c->what,
		      fields->str, c->fields);
	ck_assert_msg(g_str_equal(facts->str, c->facts ? c->facts : ""), "%s: facts%s, want%s",
		      c->what, facts->str, c->facts ? c->facts : "");
}

/*
 * A number of a block that was cut is what it was read as, or was not read: then it is zero, and all
 * ones beside it (SmbBlock.there).
 */
static void
check_there(const Case *c, uint32_t captured, const SmbBlock *block)
{
	for (uint16_t i = 0; block->there && i < block->layout->count; i++) {
		const SmbField *f = &block->layout->fields[i];
		uint64_t read = smb_field_number(f, block->body);
		uint64_t there = smb_field_number(f, block->there);
		bool unread = there & 1 && (there & (there + 1)) == 0; /* all ones of its size */

		if (f->flags & SMB_FIELD_OPTIONAL && there == SMB_FIELD_NONE)
			continue;
		ck_assert_msg(read == there || (read == 0 && unread),
			      "%s, cut at %u: %s is %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
			      c->what, captured, f->key, read, there);
	}
}

/* A message cut by the capture is never malformed, and says so unless all its bytes are there. */
static void
check_cut_everywhere(const Case *c, const GByteArray *message, Smb1Scratch *scratch)
{
	for (uint32_t captured = 0; captured < message->len; captured++) {
		g_autoptr(GString) fields = g_string_new(NULL);
		uint8_t *exact = dissect_exact(message, captured, c->response, scratch);
		const SmbMessage *m = &scratch->message;

		ck_assert_msg(m->anomalies == 0, "%s, cut at %u: 0x%x", c->what, captured,
			      m->anomalies);
		ck_assert_msg(m->incomplete == SMB_INCOMPLETE_TRUNCATED, "%s, cut at %u", c->what,
			      captured);
		if (m->n_blocks) {
			render(fields, m->blocks[0].layout, m->blocks[0].body,
			       m->blocks[0].word_count);
			check_there(c, captured, &m->blocks[0]);
		}
		free(exact);
	}
}

void
check_cases(const Case *cases, size_t count, bool cut)
{
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));

	ck_assert_ptr_nonnull(scratch);
	for (size_t i = 0; i < count; i++) {
		g_autoptr(GByteArray) message = message_of(&cases[i]);
		uint8_t *exact = dissect_exact(message, message->len, cases[i].response, scratch);

		ck_assert_msg(scratch->message.anomalies == 0 && scratch->message.incomplete == 0 &&
				      scratch->message.blocks[0].status == SMB_READ_OK,
			      "%s: anomalies 0x%x", cases[i].what, scratch->message.anomalies);
		check_fields(&cases[i], scratch);
		free(exact);
		if (cut)
			check_cut_everywhere(&cases[i], message, scratch);
	}
	free(scratch);
}

void
check_lie(const Case *c)
{
	g_autoptr(GByteArray) message = message_of(c);
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));
	uint8_t *exact = dissect_exact(message, message->len, c->response, scratch);

	ck_assert_uint_eq(scratch->message.anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_int_eq(scratch->message.blocks[0].status, SMB_READ_MALFORMED);
	check_fields(c, scratch);
	free(exact);
	free(scratch);
}

/*
 * Any single byte of any message may be anything: nothing is read beyond the message, and every
 * list ends.
 */
static void
spoil_every_byte(const Case *c, Smb1Scratch *scratch)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF };
	g_autoptr(GByteArray) message = message_of(c);

	for (uint32_t at = SMB1_HEADER_SIZE; at < message->len; at++) {
		uint8_t kept = message->data[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			g_autoptr(GString) fields = g_string_new(NULL);
			uint8_t *exact;

			message->data[at] = values[i];
			exact = dissect_exact(message, message->len, c->response, scratch);
			for (uint32_t n = 0; n < scratch->message.n_blocks; n++)
				render(fields, scratch->message.blocks[n].layout,
				       scratch->message.blocks[n].body, 255);
			free(exact);
		}
		message->data[at] = kept;
	}
}

void
spoil_cases(const Case *cases, size_t count)
{
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));

	ck_assert_ptr_nonnull(scratch);
	for (size_t i = 0; i < count; i++)
		spoil_every_byte(&cases[i], scratch);
	free(scratch);
}
