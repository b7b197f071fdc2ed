/* SPDX-License-Identifier: BSD-3-Clause */
/* A command's fields printed by their layout, as JSON and as text. */
#include "output/base/fields.h"

#include "output/base/json.h"
#include "output/base/time.h"

enum {
	/*
	 * lists, objects and parts inside each other; layouts are our own tables, four is the most
	 * they have
	 */
	DEPTH_MAX = 6,
};

typedef struct {
	OutBuffer *b;
	bool reveal;
	bool partial;      /* zero means unread */
	bool cut;          /* and a number of bytes is that of the captured ones */
	const void *there; /* unless it is zero here as well: SmbBlock.there */
	uint8_t words;
	unsigned depth;
	unsigned indent; /* text */
} Printer;

typedef void (*PutLayout)(Printer *p, const SmbLayout *layout, const void *body);

static void json_layout(Printer *p, const SmbLayout *layout, const void *body);
static void text_layout(Printer *p, const SmbLayout *layout, const void *body);

static const void *
value_of(const SmbField *f, const void *body)
{
	return (const char *)body + f->offset;
}

static bool
is_zero(const SmbField *f, const void *body)
{
	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_TEXT:
		return smb_text_is_empty(*(const SmbText *)value_of(f, body));
	case SMB_FIELD_HEX:
	case SMB_FIELD_LENGTH:
	case SMB_FIELD_GUID:
	case SMB_FIELD_ADDRESS:
		return smb_field_bytes(f, body).len == 0;
	case SMB_FIELD_LIST:
	case SMB_FIELD_OBJECT:
	case SMB_FIELD_PART:
		return false;
	default:
		return smb_field_number(f, body) == 0;
	}
}

static bool
is_absent(const SmbField *f, const void *body)
{
	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_TEXT:
		return !((const SmbText *)value_of(f, body))->bytes.ptr;
	case SMB_FIELD_HEX:
	case SMB_FIELD_LENGTH:
	case SMB_FIELD_ADDRESS:
		return !smb_field_bytes(f, body).ptr;
	case SMB_FIELD_GUID:
		return !smb_field_bytes(f, body).ptr || smb_field_bytes(f, body).len != 16;
	case SMB_FIELD_LIST:
		return !((const SmbList *)value_of(f, body))->next || !f->items ||
		       f->items->size > SMB_ITEM_MAX;
	case SMB_FIELD_OBJECT:
		return !f->items;
	case SMB_FIELD_PART:
		return !((const SmbPart *)value_of(f, body))->layout;
	default:
		return f->flags & SMB_FIELD_OPTIONAL && smb_field_number(f, body) == SMB_FIELD_NONE;
	}
}

static bool
is_shown(const Printer *p, const SmbField *f, const void *body)
{
	if ((f->flags & SMB_FIELD_SECRET && !p->reveal) || f->min_words > p->words ||
	    is_absent(f, body) || (p->cut && f->kind == SMB_FIELD_LENGTH))
		return false;
	if (!is_zero(f, body))
		return true;
	return !(f->flags & SMB_FIELD_NONZERO) &&
	       (!p->partial || (p->there && is_zero(f, p->there) && !is_absent(f, p->there)));
}

/* A bare item of a list keeps its place even where it may not be shown. */
static bool
is_blank(const Printer *p, const SmbField *f, const void *body)
{
	return is_absent(f, body) || (f->flags & SMB_FIELD_SECRET && !p->reveal);
}

/* The item at which the captured bytes end, as far as it was read. */
static void
cut_item(const Printer *p, const SmbLayout *items, SmbList list, const void *item, PutLayout put)
{
	_Alignas(16) uint8_t there[SMB_ITEM_MAX];
	Printer inside = *p;

	if (!items->fields[0].key)
		return;
	memset(there, 0, items->size);
	smb_layout_fill(items, there);
	list.at.ones = true;
	(void)list.next(&list, there);
	inside.partial = inside.cut = true;
	inside.there = there;
	put(&inside, items, item);
}

/* Walks a copy of the list; `put` prints one item. */
static void
each_item(const Printer *p, const SmbField *f, const void *body, PutLayout put)
{
	SmbList list = *(const SmbList *)value_of(f, body), start;
	_Alignas(16) uint8_t item[SMB_ITEM_MAX];
	Printer inside = *p;
	bool more = true;

	if (p->depth == DEPTH_MAX)
		return;
	inside.depth++;
	inside.partial = inside.cut = false;
	while (more && list.at.status == SMB_READ_OK) {
		if (p->b->limited && p->b->len > p->b->ceiling) {
			p->b->cut = true;
			break;
		}
		memset(item, 0, f->items->size);
		start = list;
		more = list.next(&list, item);
		if (list.at.status == SMB_READ_TRUNCATED)
			cut_item(&inside, f->items, start, item, put);
		else if (more)
			put(&inside, f->items, item);
	}
	p->b->cut |= list.capped;
}

/* An IP address, or that of an adapter: 02:77:00:00:00:01. */
static void
put_address(OutBuffer *b, SmbSpan a)
{
	if (a.len == 4 || a.len == 16) {
		out_address(b, a.len == 4 ? 4 : 6, a.ptr);
		return;
	}
	for (uint32_t i = 0; i < a.len; i++) {
		if (i)
			out_char(b, ':');
		out_hex(b, a.ptr[i], 2);
	}
}

static void
put_object(Printer *p, const SmbField *f, const void *body, PutLayout put)
{
	Printer inside = *p;

	if (p->depth == DEPTH_MAX)
		return;
	inside.depth++;
	inside.there = p->there ? value_of(f, p->there) : NULL;
	put(&inside, f->items, value_of(f, body));
}

/* A part is printed by what prints the layout that it is in. */
static void
put_part(Printer *p, const SmbField *f, const void *body, PutLayout put)
{
	const SmbPart *part = value_of(f, body), *there = p->there ? value_of(f, p->there) : NULL;
	Printer inside = *p;

	if (p->depth == DEPTH_MAX)
		return;
	inside.depth++;
	inside.there = there && there->layout == part->layout ? there->body : NULL;
	put(&inside, part->layout, part->body);
}

/*
 * The most that a field table makes of a byte are some ten characters (a range that is locked, an
 * entry of the name service); escapes make six of one. Of what was compressed as much is told as of
 * twice what was sent, less what is told of any message: forty bytes can be one.
 */
void
out_fields_limit(OutBuffer *b, const SmbMessage *m)
{
	enum { FACTOR = 16, LEAST = 8 * 1024, MOST = 2 * 1024 * 1024, ANY = 512 };
	uint64_t bytes = m->bytes.limit, sent = (uint64_t)m->sent * 2;

	for (uint32_t i = 0; i < m->n_blocks; i++)
		bytes += m->blocks[i].nested_layout ? m->blocks[i].nested_size : 0;
	bytes = FACTOR * (sent && bytes > sent ? sent : bytes);
	if (!sent)
		bytes += LEAST;
	else
		bytes -= bytes < ANY ? bytes : ANY;
	out_limit(b, (size_t)(bytes < MOST ? bytes : MOST));
}

/* ---- JSON ---- */

static void
json_item(Printer *p, const SmbLayout *layout, const void *item)
{
	bool bare = layout->count == 1 && !layout->fields[0].key;
	size_t start = p->b->len, inside;

	out_json_comma(p->b);
	if (!bare)
		out_char(p->b, '{');
	inside = p->b->len;
	json_layout(p, layout, item);
	if (!bare)
		out_char(p->b, '}');
	/* Nothing of it was captured. */
	if (p->partial && p->b->len == inside + 1)
		p->b->len = start;
}

static void
json_object(Printer *p, const SmbField *f, const void *body)
{
	out_char(p->b, '{');
	put_object(p, f, body, json_layout);
	out_char(p->b, '}');
}

static void
json_value(Printer *p, const SmbField *f, const void *body)
{
	OutBuffer *b = p->b;

	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_I16:
	case SMB_FIELD_I32:
		out_i64(b, (int64_t)smb_field_number(f, body));
		break;
	case SMB_FIELD_BOOL:
		out_json_bool(b, smb_field_number(f, body) != 0);
		break;
	case SMB_FIELD_TEXT:
		out_text_json(b, *(const SmbText *)value_of(f, body));
		break;
	case SMB_FIELD_HEX:
		out_char(b, '"');
		out_hex_bytes(b, smb_field_bytes(f, body).ptr, smb_field_bytes(f, body).len);
		out_char(b, '"');
		break;
	case SMB_FIELD_LENGTH:
		out_u64(b, smb_field_bytes(f, body).len);
		break;
	case SMB_FIELD_GUID:
		out_char(b, '"');
		out_guid(b, smb_field_bytes(f, body).ptr);
		out_char(b, '"');
		break;
	case SMB_FIELD_ADDRESS:
		out_char(b, '"');
		put_address(b, smb_field_bytes(f, body));
		out_char(b, '"');
		break;
	case SMB_FIELD_FILETIME:
		out_filetime_json(b, smb_field_number(f, body));
		break;
	case SMB_FIELD_UTIME:
		out_utime_json(b, (uint32_t)smb_field_number(f, body));
		break;
	case SMB_FIELD_DOSTIME:
		out_dostime_json(b, (uint32_t)smb_field_number(f, body));
		break;
	case SMB_FIELD_LIST:
		out_char(b, '[');
		each_item(p, f, body, json_item);
		out_char(b, ']');
		break;
	case SMB_FIELD_OBJECT:
		json_object(p, f, body);
		break;
	default:
		out_json_u64(b, smb_field_number(f, body));
	}
}

static void
json_layout(Printer *p, const SmbLayout *layout, const void *body)
{
	for (uint16_t i = 0; i < layout->count; i++) {
		const SmbField *f = &layout->fields[i];

		/* An absent bare item is still an item: null keeps the positions of the others. */
		if (!f->key && is_blank(p, f, body)) {
			out_lit(p->b, "null");
			continue;
		}
		if (f->key && !is_shown(p, f, body))
			continue;
		if (f->kind == SMB_FIELD_PART) {
			put_part(p, f, body, json_layout);
			continue;
		}
		if (f->key) {
			out_json_comma(p->b);
			out_char(p->b, '"');
			out_str(p->b, f->key);
			out_lit(p->b, "\":");
		}
		json_value(p, f, body);
	}
}

void
out_fields_json(OutBuffer *b, const SmbBlock *block, bool reveal)
{
	Printer p = { .b = b,
		      .reveal = reveal,
		      .partial = block->status != SMB_READ_OK,
		      .cut = block->status == SMB_READ_TRUNCATED,
		      .there = block->there,
		      .words = block->word_count };

	if (block->layout && block->body)
		json_layout(&p, block->layout, block->body);
}

/* ---- Text ---- */

/* A name of the value, or the names of its bits. */
static void
text_names(OutBuffer *b, const SmbField *f, uint32_t v)
{
	const char *name = f->name_of(v);
	size_t start = b->len;

	if (name) {
		out_lit(b, " (");
		out_str(b, name);
		out_char(b, ')');
		return;
	}
	for (uint32_t bit = 1; v && f->flags & SMB_FIELD_SHOW_HEX; v &= ~bit, bit <<= 1) {
		name = v & bit ? f->name_of(bit) : NULL;
		if (!name)
			continue;
		out_str(b, b->len == start ? " (" : ", ");
		out_str(b, name);
	}
	if (b->len > start)
		out_char(b, ')');
}

static void
text_number(OutBuffer *b, const SmbField *f, const void *body)
{
	uint64_t v = smb_field_number(f, body);

	if (f->kind == SMB_FIELD_I16 || f->kind == SMB_FIELD_I32) {
		out_i64(b, (int64_t)v);
	} else if (f->flags & SMB_FIELD_SHOW_HEX) {
		out_lit(b, "0x");
		out_hex(b, v, 1);
	} else {
		out_u64(b, v);
	}
	if (f->name_of)
		text_names(b, f, (uint32_t)v);
}

/* What JSON says of a time, without the quotes. */
static void
text_time(Printer *p, const SmbField *f, const void *body)
{
	OutBuffer *b = p->b;
	size_t start = b->len;

	json_value(p, f, body);
	if (b->data[start] == 'n') {
		b->len = start;
		out_lit(b, "none");
		return;
	}
	b->len--;
	memmove(b->data + start, b->data + start + 1, b->len - start - 1);
	b->len--;
}

static void
text_indent(Printer *p)
{
	for (unsigned i = 0; i < p->indent; i++)
		out_char(p->b, ' ');
}

static void
text_item(Printer *p, const SmbLayout *layout, const void *item)
{
	size_t start = p->b->len, inside;

	text_indent(p);
	out_lit(p->b, "- ");
	if (layout->fields[0].key) {
		out_str(p->b, layout->name ? layout->name : "item");
		out_char(p->b, '\n');
	}
	p->indent += 2;
	inside = p->b->len;
	text_layout(p, layout, item);
	p->indent -= 2;
	/* Nothing of it was captured. */
	if (p->partial && p->b->len == inside)
		p->b->len = start;
}

static void
text_nested(Printer *p, const SmbField *f, const void *body)
{
	out_char(p->b, '\n');
	p->indent += 2;
	if (f->kind == SMB_FIELD_LIST) {
		each_item(p, f, body, text_item);
	} else {
		put_object(p, f, body, text_layout);
	}
	p->indent -= 2;
}

static void
text_value(Printer *p, const SmbField *f, const void *body)
{
	OutBuffer *b = p->b;

	switch ((SmbFieldKind)f->kind) {
	case SMB_FIELD_BOOL:
		out_str(b, smb_field_number(f, body) ? "yes" : "no");
		break;
	case SMB_FIELD_TEXT:
		out_text(b, *(const SmbText *)value_of(f, body));
		break;
	case SMB_FIELD_HEX:
		out_hex_bytes(b, smb_field_bytes(f, body).ptr, smb_field_bytes(f, body).len);
		break;
	case SMB_FIELD_LENGTH:
		out_u64(b, smb_field_bytes(f, body).len);
		out_lit(b, " bytes");
		break;
	case SMB_FIELD_GUID:
		out_guid(b, smb_field_bytes(f, body).ptr);
		break;
	case SMB_FIELD_ADDRESS:
		put_address(b, smb_field_bytes(f, body));
		break;
	case SMB_FIELD_FILETIME:
	case SMB_FIELD_UTIME:
	case SMB_FIELD_DOSTIME:
		text_time(p, f, body);
		break;
	default:
		text_number(b, f, body);
	}
}

static void
text_key(Printer *p, const char *key)
{
	text_indent(p);
	for (; *key; key++)
		out_char(p->b, *key == '_' ? ' ' : *key);
	out_char(p->b, ':');
}

static void
text_layout(Printer *p, const SmbLayout *layout, const void *body)
{
	for (uint16_t i = 0; i < layout->count; i++) {
		const SmbField *f = &layout->fields[i];

		if (f->key ? !is_shown(p, f, body) : is_blank(p, f, body)) {
			if (!f->key)
				out_char(p->b, '\n');
			continue;
		}
		if (f->kind == SMB_FIELD_PART) {
			put_part(p, f, body, text_layout);
			continue;
		}
		if (f->key)
			text_key(p, f->key);
		if (f->kind == SMB_FIELD_LIST || f->kind == SMB_FIELD_OBJECT) {
			text_nested(p, f, body);
			continue;
		}
		if (f->key)
			out_char(p->b, ' ');
		text_value(p, f, body);
		out_char(p->b, '\n');
	}
}

void
out_fields_text(OutBuffer *b, const SmbBlock *block, bool reveal, unsigned indent)
{
	Printer p = { .b = b,
		      .reveal = reveal,
		      .partial = block->status != SMB_READ_OK,
		      .cut = block->status == SMB_READ_TRUNCATED,
		      .there = block->there,
		      .words = block->word_count,
		      .indent = indent };

	if (block->layout && block->body)
		text_layout(&p, block->layout, block->body);
}

bool
out_field_value(OutBuffer *b, const SmbBlock *block, const SmbField *f, bool reveal)
{
	Printer p = { .b = b, .reveal = reveal, .words = block->word_count };

	if (f->kind == SMB_FIELD_LIST || f->kind == SMB_FIELD_OBJECT || f->kind == SMB_FIELD_PART ||
	    !is_shown(&p, f, block->body) || is_zero(f, block->body))
		return false;
	text_value(&p, f, block->body);
	return true;
}

const char *
out_field_name(const SmbBlock *block, const SmbField *f)
{
	Printer p = { .words = block->word_count };

	if (!f->name_of || !is_shown(&p, f, block->body))
		return NULL;
	return f->name_of((uint32_t)smb_field_number(f, block->body));
}

SmbBlock
out_fields_nested(const SmbBlock *block)
{
	return (SmbBlock){ .layout = block->nested_layout,
			   .body = block->nested,
			   .status = block->nested_status,
			   .there = block->nested_there,
			   .word_count = UINT8_MAX };
}
