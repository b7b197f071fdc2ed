/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Create contexts: [MS-SMB2] 2.2.13.2, 2.2.14.2. This file walks the list; what a context consists
 * of is in create-context-forms.c.
 */
#include "dissect/smb2/create-contexts.h"

_Static_assert(sizeof(Smb2CreateContext) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

enum { CONTEXT_SIZE = 16, TAG_SIZE = 4 };

static const SmbField smb2_create_context_fields[] = {
	/* A tag is text; the GUID of an application is bytes. One of the two is absent. */
	SMB_FIELD(Smb2CreateContext, TEXT, tag, "name"),
	SMB_FIELD(Smb2CreateContext, HEX, guid, "name"),
	SMB_FIELD(Smb2CreateContext, U32, data_length, "data_length"),
	SMB_FIELD(Smb2CreateContext, PART, part, "content"),
};
SMB_LAYOUT(smb2_create_context, Smb2CreateContext, "create context");

static bool
is_tag(SmbSpan name)
{
	for (uint32_t i = 0; i < name.len; i++) {
		uint8_t c = name.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
			return false;
	}
	return true;
}

/*
 * What an offset in a context and a length give; the fixed fields of the context come before it. If
 * it is not all there, that goes into *ret_status.
 */
static SmbReader
buffer(const SmbReader *context, uint32_t offset, uint32_t length, SmbReadStatus *ret_status)
{
	SmbReader at = *context, sub;

	if (offset < CONTEXT_SIZE)
		smb_reader_fail(&at, SMB_READ_MALFORMED);
	smb_reader_seek(&at, offset);
	sub = smb_reader_sub(&at, length);
	if (*ret_status == SMB_READ_OK)
		*ret_status = at.status;
	return sub;
}

/*
 * One context, in a reader of its own bytes. Its name and data can be cut or lie; then what there
 * is of it is shown.
 */
static void
read_context(SmbReader one, Smb2CreateContext *c, bool response)
{
	uint16_t name_offset, name_length, data_offset;
	SmbReader name, data;

	smb_reader_skip(&one, 4); /* Next */
	name_offset = smb_reader_le16(&one);
	name_length = smb_reader_le16(&one);
	smb_reader_skip(&one, 2); /* Reserved */
	data_offset = smb_reader_le16(&one);
	c->data_length = smb_reader_le32(&one);
	name = buffer(&one, name_offset, name_length, &c->status);
	c->name = smb_reader_span(&name, name_length);
	if (is_tag(c->name))
		c->tag = (SmbText){ c->name, SMB_TEXT_UTF8 };
	else
		c->guid = c->name;
	if (c->data_length == 0)
		return;
	data = buffer(&one, data_offset, c->data_length, &c->status);
	c->part = (SmbPart){ smb2_create_content(c, data, response), &c->content };
}

/* `form`: whether it is a response. The bytes of a context end where the next one begins. */
static bool
next_context(SmbList *list, void *item)
{
	SmbReader at = list->at, one;
	uint32_t next;

	if (smb_reader_declared_left(&at) == 0)
		return false;
	if (smb_reader_left(&at) < CONTEXT_SIZE) {
		smb_reader_skip(&list->at, CONTEXT_SIZE);
		return false;
	}
	next = smb_reader_le32(&at);
	if (next != 0 && next < CONTEXT_SIZE)
		smb_reader_fail(&list->at, SMB_READ_MALFORMED);
	one = smb_reader_sub(&list->at, next ? next : smb_reader_declared_left(&list->at));
	if (one.status != SMB_READ_OK)
		return false;
	read_context(smb_reader_after(&one, one.pos), item, list->form != 0);
	return true;
}

SmbList
smb2_create_contexts(Smb2Block *b, uint32_t offset, uint32_t length, bool response)
{
	SmbList list = { .next = next_context, .form = response }, walk;
	Smb2CreateContext c;

	if (length == 0)
		return (SmbList){ 0 };
	list.at = b->at;
	if (offset < b->at.pos)
		smb_reader_fail(&list.at, SMB_READ_MALFORMED);
	smb_reader_seek(&list.at, offset);
	walk = list;
	list.at = smb_reader_sub(&walk.at, length);
	smb_reader_fail(&b->at, walk.at.status);
	walk = list;
	for (;;) {
		memset(&c, 0, offsetof(Smb2CreateContext, content));
		if (!next_context(&walk, &c))
			break;
		smb_reader_fail(&b->at, c.status);
		smb2_create_content_facts(&c, b->facts);
	}
	smb_reader_fail(&b->at, walk.at.status);
	return list;
}
