/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints what a message carries, by the layouts of its blocks; and its bytes as a dump. */
#include "output/base/message-fields.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"
#include "output/base/fields.h"
#include "output/base/words.h"

#include <glib.h>

enum {
	ITEMS_MAX = 999, /* more are not counted */
	INDENT = 8,
	ROW = 16,
	ROW_NARROW = 8,
	ROW_WIDTH = 80,  /* columns that a row of 16 takes */
	PLAIN_SHOWN = 2, /* bytes of what was compressed, for each byte that it was sent as */
};

static const char *const encodings[] = { [3] = "encrypted", [4] = "compressed", [5] = "encrypted" };

/* ---- Commands ---- */

static void
put_command(OutBuffer *b, const char *name, uint16_t code)
{
	static const char *const prefixes[] = { "SMB_COM_", "SMB2_" };

	if (!name) {
		out_lit(b, "command 0x");
		out_hex(b, code, 2);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_has_prefix(name, prefixes[i]))
			name += strlen(prefixes[i]);
	for (; *name; name++)
		out_char(b, *name == '_' ? ' ' : g_ascii_tolower(*name));
}

void
out_message_commands(OutBuffer *b, const SmbMessage *m)
{
	if (m->version < G_N_ELEMENTS(encodings) && encodings[m->version]) {
		out_str(b, encodings[m->version]);
		return;
	}
	if (m->n_blocks == 0)
		put_command(b,
			    m->version == 1 ? smb1_command_name((uint8_t)m->command)
					    : smb2_command_name(m->command),
			    m->command);
	for (uint32_t i = 0; i < m->n_blocks; i++) {
		if (i)
			out_lit(b, " + ");
		put_command(b, m->blocks[i].name, m->blocks[i].command);
	}
}

/* ---- In a few words ---- */

/* Numbers that say what a command is about; all texts do, except those that describe bytes. */
static bool
is_telling(const SmbField *f)
{
	if (f->kind == SMB_FIELD_TEXT)
		return f->key && f->role != SMB_ROLE_DESCRIPTION;
	return f->role == SMB_ROLE_TELLING || f->role == SMB_ROLE_FID;
}

/* Numbers that say what is done: by their names alone, even if they are zero. */
static bool
is_function(const SmbField *f)
{
	return f->role == SMB_ROLE_FUNCTION || f->role == SMB_ROLE_CONTROL;
}

static void
put_key(OutBuffer *b, const char *key)
{
	/* Each field has one. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	for (; *key; key++)
		out_char(b, *key == '_' ? ' ' : *key);
	out_char(b, ' ');
}

/* "12 entries": a list by the number of its items. */
static bool
put_list(OutBuffer *b, const SmbField *f, const void *body)
{
	SmbList list = *(const SmbList *)(const void *)((const char *)body + f->offset);
	_Alignas(16) uint8_t item[SMB_ITEM_MAX];
	uint64_t n = 0;

	if (!list.next || !f->items || f->items->size > SMB_ITEM_MAX)
		return false;
	while (n < ITEMS_MAX) {
		memset(item, 0, f->items->size);
		if (!list.next(&list, item))
			break;
		n++;
	}
	out_u64(b, n);
	out_char(b, ' ');
	put_key(b, f->key);
	b->len--;
	return true;
}

/* An object by its first field, which says what it is. */
static bool
put_object(OutBuffer *b, const SmbBlock *block, const SmbField *f, bool reveal)
{
	SmbBlock inside = *block;

	if (!f->items)
		return false;
	inside.layout = f->items;
	inside.body = (const char *)block->body + f->offset;
	return out_field_value(b, &inside, &f->items->fields[0], reveal);
}

static bool
put_field(OutBuffer *b, const SmbBlock *block, const SmbField *f, bool reveal)
{
	const char *name = is_function(f) ? out_field_name(block, f) : NULL;
	size_t from = b->len;

	if (name) {
		out_str(b, name);
		return true;
	}
	if (f->kind == SMB_FIELD_OBJECT)
		return put_object(b, block, f, reveal);
	if (f->kind == SMB_FIELD_LIST && f->key && !(f->flags & SMB_FIELD_SECRET))
		return f->role != SMB_ROLE_SETUP && put_list(b, f, block->body);
	if (!is_telling(f) && !is_function(f))
		return false;
	if (f->kind != SMB_FIELD_TEXT)
		put_key(b, f->key);
	if (out_field_value(b, block, f, reveal))
		return true;
	b->len = from;
	return false;
}

static void
put_block(OutBuffer *b, const SmbBlock *block, size_t start, bool reveal)
{
	if (!block->layout || !block->body)
		return;
	for (uint16_t i = 0; i < block->layout->count; i++) {
		size_t from = b->len;

		if (from > start)
			out_lit(b, ", ");
		if (!put_field(b, block, &block->layout->fields[i], reveal))
			b->len = from;
	}
}

void
out_message_brief(OutBuffer *b, const SmbMessage *m, bool reveal)
{
	size_t start = b->len;

	for (uint32_t i = 0; i < m->n_blocks; i++) {
		SmbBlock more = out_fields_nested(&m->blocks[i]);

		put_block(b, &m->blocks[i], start, reveal);
		put_block(b, &more, start, reveal);
	}
}

/* ---- Every field ---- */

static void
begin_fact(OutBuffer *b, const char *name)
{
	for (unsigned i = 0; i < INDENT; i++)
		out_char(b, ' ');
	out_str(b, name);
	out_lit(b, ": ");
}

static void
fact(OutBuffer *b, const char *name, uint64_t v)
{
	begin_fact(b, name);
	out_u64(b, v);
	out_char(b, '\n');
}

static void
fact_hex(OutBuffer *b, const char *name, uint64_t v, const char *(*name_of)(uint32_t))
{
	const char *separator = " (";

	begin_fact(b, name);
	out_lit(b, "0x");
	out_hex(b, v, 2);
	for (uint32_t bit = 1; name_of && bit <= 0x8000; bit <<= 1) {
		const char *word = v & bit ? name_of(bit) : NULL;

		if (!word)
			continue;
		out_str(b, separator);
		out_str(b, word);
		separator = ", ";
	}
	out_str(b, *separator == ',' ? ")\n" : "\n");
}

/* [MS-CIFS] 2.2.3.1: on a connectionless transport other fields replace the signature. */
static void
put_security_features(OutBuffer *b, const SmbMessage *m)
{
	bool smb1 = m->version == 1;

	if (m->connectionless) {
		fact_hex(b, "key", m->key, NULL);
		fact(b, "cid", m->cid);
		fact(b, "sequence number", m->sequence_number);
	} else if (m->has_signature) {
		begin_fact(b, "signature");
		out_hex_bytes(b, m->signature, smb1 ? 8 : 16);
		out_char(b, '\n');
	}
}

/* [MS-CIFS] 2.2.3.1 */
static void
put_smb1_header(OutBuffer *b, const SmbMessage *m)
{
	fact_hex(b, "flags2", m->flags2, smb1_flags2_name);
	if (m->partial_header)
		return;
	fact(b, "pid high", m->pid_high);
	put_security_features(b, m);
	fact(b, "tid", m->tid);
	fact(b, "pid", m->pid);
	fact(b, "uid", m->uid);
	fact(b, "mid", m->mid);
}

/* [MS-SMB2] 2.2.1; an asynchronous header has an AsyncId in place of the TreeId (2.2.1.1). */
static void
put_smb2_header(OutBuffer *b, const SmbMessage *m)
{
	bool async = m->flags & SMB2_FLAGS_ASYNC_COMMAND;

	put_security_features(b, m);
	if (!async && smb_message_has(m, SMB2_END_TREE_ID))
		fact(b, "tree id", m->tid);
	if (smb_message_has(m, SMB2_END_SESSION_ID))
		fact(b, "session id", m->uid);
	if (smb_message_has(m, SMB2_END_MESSAGE_ID))
		fact(b, "message id", m->mid);
	if (async && smb_message_has(m, SMB2_END_TREE_ID))
		fact(b, "async id", m->async_id);
	fact(b, "credit charge", m->credit_charge);
	if (smb_message_has(m, SMB2_END_CREDITS))
		fact(b, m->response ? "credit response" : "credit request", m->credits);
	if (m->next_command)
		fact(b, "next command", m->next_command);
	if (m->channel_sequence)
		fact(b, "channel sequence", m->channel_sequence);
}

static void
put_header(OutBuffer *b, const SmbMessage *m)
{
	fact_hex(b, "status", m->status.value, NULL);
	if (m->version == 1 || smb_message_has(m, SMB2_END_FLAGS))
		fact_hex(b, "flags", m->flags, NULL);
	if (m->version == 1)
		put_smb1_header(b, m);
	else
		put_smb2_header(b, m);
}

static void
put_block_details(OutBuffer *b, const SmbBlock *block, bool smb1, bool reveal)
{
	SmbBlock more = out_fields_nested(block);

	begin_fact(b, "command");
	out_str(b, block->name ? block->name : "not assigned");
	out_lit(b, " (0x");
	out_hex(b, block->command, 2);
	out_lit(b, ")\n");
	if (smb1 && block->has_words)
		fact(b, "  word count", block->word_count);
	if (smb1 && block->has_bytes)
		fact(b, "  byte count", block->byte_count);
	out_fields_text(b, block, reveal, INDENT + 2);
	out_fields_text(b, &more, reveal, INDENT + 2);
}

void
out_message_details(OutBuffer *b, const SmbMessage *m, bool reveal)
{
	SmbBlock transform = { .layout = m->transform_layout,
			       .body = m->transform,
			       .status = m->incomplete ? SMB_READ_TRUNCATED : SMB_READ_OK };

	if (smb_message_length_known(m))
		fact(b, "length", m->bytes.end);
	if (m->version <= 2)
		put_header(b, m);
	else
		out_fields_text(b, &transform, reveal, INDENT);
	for (uint32_t i = 0; i < m->n_blocks; i++)
		put_block_details(b, &m->blocks[i], m->version == 1, reveal);
}

/* ---- Bytes ---- */

/* Of a secret there are asterisks. */
static void
put_row(OutBuffer *b, const uint8_t *p, const uint8_t *hidden, uint32_t offset, uint32_t n,
	uint32_t row)
{
	out_lit(b, "        ");
	out_hex(b, offset, 4);
	out_lit(b, " ");
	for (uint32_t i = 0; i < row; i++) {
		out_char(b, ' ');
		if (i == ROW / 2)
			out_char(b, ' ');
		if (i < n && hidden && hidden[i])
			out_lit(b, "**");
		else if (i < n)
			out_hex(b, p[i], 2);
		else
			out_lit(b, "  ");
	}
	out_lit(b, "  ");
	for (uint32_t i = 0; i < n; i++)
		out_char(b, hidden && hidden[i]           ? '*'
			    : p[i] >= 0x20 && p[i] < 0x7F ? (char)p[i]
							  : '.');
	out_char(b, '\n');
}

bool
out_message_bytes(OutBuffer *b, const SmbMessage *m, const uint8_t *hidden, unsigned columns)
{
	const SmbReader *r = &m->bytes;
	uint32_t row = columns && columns < ROW_WIDTH ? ROW_NARROW : ROW;
	uint64_t most = m->sent ? (uint64_t)m->sent * PLAIN_SHOWN : UINT64_MAX;
	uint32_t shown = (uint32_t)MIN(most, (uint64_t)r->limit);

	for (uint32_t at = 0; at < shown; at += row)
		put_row(b, r->base + at, hidden ? hidden + at : NULL, at, MIN(shown - at, row),
			row);
	if (shown < r->end) {
		out_lit(b, "        ");
		out_hex(b, shown, 4);
		out_lit(b, "  ");
		out_count(b, r->end - shown, "byte", "bytes");
		out_str(b, r->end - shown == 1 ? " that is" : " that are");
		out_str(b, shown < r->limit ? " not shown\n" : " not here\n");
	}
	return shown == r->limit;
}
