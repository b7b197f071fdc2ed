/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tree connect contexts: [MS-SMB2] 2.2.9.2. The only one that is defined has the identity of a user
 * whom a cluster's node connects for (2.2.9.2.1): offsets into a buffer, 0 for what is not there.
 */
#include "dissect/fscc/security-descriptor.h"
#include "dissect/smb2/contexts.h"

enum {
	REMOTED_IDENTITY = 1,
};

/* An item of SID_ARRAY_DATA: 2.2.9.2.1.2 */
typedef struct {
	SmbText sid;
	uint32_t attributes;
	char text[FSCC_SID_TEXT];
} SidAttr;

typedef struct {
	uint64_t luid;
	uint32_t attributes;
} Privilege;

/* The offsets of 2.2.9.2.1, in their order. */
typedef struct {
	uint16_t user, user_name, domain, groups, restricted_groups, privileges, primary_group,
		owner, default_dacl, device_groups, user_claims, device_claims;
} Offsets;

/* 2.2.9.2.1 */
typedef struct {
	uint16_t ticket_type, ticket_size;
	SmbText user, user_name, domain, owner;
	SmbPart user_attributes;
	uint32_t attributes;
	SmbList groups, restricted_groups, privileges, primary_group, device_groups;
	SmbSpan default_dacl, user_claims, device_claims;
	char user_text[FSCC_SID_TEXT], owner_text[FSCC_SID_TEXT];
} Identity;

typedef struct {
	uint16_t type, data_length;
	SmbPart part;
	Identity identity;
} Context;
_Static_assert(sizeof(Context) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

static const char *
context_name(uint32_t value)
{
	return value == REMOTED_IDENTITY ? "remoted identity" : NULL;
}

static const SmbField sid_attr_fields[] = {
	SMB_FIELD(SidAttr, TEXT, sid, "sid"),
	SMB_FIELD(SidAttr, U32, attributes, "attributes", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(sid_attr, SidAttr, "group");

static const SmbField privilege_fields[] = {
	SMB_FIELD(Privilege, U64, luid, "luid"),
	SMB_FIELD(Privilege, U32, attributes, "attributes", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(privilege, Privilege, "privilege");

static const SmbField attributes_fields[] = {
	SMB_FIELD(Identity, U32, attributes, "user_attributes", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(attributes, Identity, "attributes");

static const SmbField identity_fields[] = {
	SMB_FIELD(Identity, U16, ticket_type, "ticket_type"),
	SMB_FIELD(Identity, U16, ticket_size, "ticket_size"),
	SMB_FIELD(Identity, TEXT, user, "user"),
	SMB_FIELD(Identity, PART, user_attributes, "attributes"),
	SMB_FIELD(Identity, TEXT, user_name, "user_name"),
	SMB_FIELD(Identity, TEXT, domain, "domain"),
	SMB_FIELD(Identity, LIST, groups, "groups", .items = &sid_attr),
	SMB_FIELD(Identity, LIST, restricted_groups, "restricted_groups", .items = &sid_attr),
	SMB_FIELD(Identity, LIST, privileges, "privileges", .items = &privilege),
	SMB_FIELD(Identity, LIST, primary_group, "primary_group", .items = &sid_attr),
	SMB_FIELD(Identity, TEXT, owner, "owner"),
	SMB_FIELD(Identity, HEX, default_dacl, "default_dacl"),
	SMB_FIELD(Identity, LIST, device_groups, "device_groups", .items = &sid_attr),
	SMB_FIELD(Identity, HEX, user_claims, "user_claims"),
	SMB_FIELD(Identity, HEX, device_claims, "device_claims"),
};
static SMB_LAYOUT(identity, Identity, "remoted identity");

static const SmbField smb2_tree_connect_context_fields[] = {
	SMB_FIELD(Context, U16, type, "type", .name_of = context_name),
	SMB_FIELD(Context, U16, data_length, "data_length"),
	SMB_FIELD(Context, PART, part, "content"),
};
SMB_LAYOUT(smb2_tree_connect_context, Context, "tree connect context");

/* ---- the buffer: 2.2.9.2.1.1 to 2.2.9.2.1.6 ---- */

/* A reader at an offset into the data; failed if there is nothing. */
static SmbReader
at_offset(const SmbReader *data, uint16_t offset)
{
	SmbReader at = *data;

	smb_reader_skip(&at, offset);
	if (offset == 0)
		smb_reader_fail(&at, SMB_READ_MALFORMED);
	return at;
}

/* BLOB_DATA, 2.2.9.2.1.1 */
static SmbReader
blob(SmbReader *at)
{
	return smb_reader_sub(at, smb_reader_le16(at));
}

static SmbSpan
blob_at(const SmbReader *data, uint16_t offset)
{
	SmbReader at = at_offset(data, offset);

	return smb_reader_span(&at, smb_reader_le16(&at));
}

static SmbText
name_at(const SmbReader *data, uint16_t offset)
{
	SmbReader at = at_offset(data, offset);

	return smb_reader_string_unaligned(&at, true);
}

/* 2.2.9.2.1.2; the absent text if it is not whole. */
static SmbText
read_sid_attr(SmbReader *at, char text[FSCC_SID_TEXT], uint32_t *ret_attributes)
{
	SmbReader sid = blob(at);
	SmbText t = fscc_read_sid(&sid, text);

	*ret_attributes = smb_reader_le32(at);
	return t;
}

/* `form` counts the remaining items. */
static bool
next_sid_attr(SmbList *list, void *item)
{
	SidAttr *s = item;

	if (list->form == 0)
		return false;
	list->form--;
	s->sid = read_sid_attr(&list->at, s->text, &s->attributes);
	return list->at.status == SMB_READ_OK;
}

/* 2.2.9.2.1.4, 2.2.9.2.1.5 */
static bool
next_privilege(SmbList *list, void *item)
{
	Privilege *p = item;
	SmbReader one;

	if (list->form == 0)
		return false;
	list->form--;
	one = blob(&list->at);
	smb_layout_read(&one, &privilege, 0, p);
	return one.status == SMB_READ_OK;
}

/* 2.2.9.2.1.3, 2.2.9.2.1.6 */
static SmbList
array_at(const SmbReader *data, uint16_t offset, SmbListNext next)
{
	SmbReader at = at_offset(data, offset);
	uint16_t count = smb_reader_le16(&at);

	if (at.status != SMB_READ_OK)
		return (SmbList){ 0 };
	return (SmbList){ .at = at, .next = next, .form = count };
}

static void
read_offsets(SmbReader *at, Offsets *o)
{
	o->user = smb_reader_le16(at);
	o->user_name = smb_reader_le16(at);
	o->domain = smb_reader_le16(at);
	o->groups = smb_reader_le16(at);
	o->restricted_groups = smb_reader_le16(at);
	o->privileges = smb_reader_le16(at);
	o->primary_group = smb_reader_le16(at);
	o->owner = smb_reader_le16(at);
	o->default_dacl = smb_reader_le16(at);
	o->device_groups = smb_reader_le16(at);
	o->user_claims = smb_reader_le16(at);
	o->device_claims = smb_reader_le16(at);
}

static void
read_users(const SmbReader *data, const Offsets *o, Identity *id)
{
	SmbReader at = at_offset(data, o->user);

	id->user = read_sid_attr(&at, id->user_text, &id->attributes);
	if (at.status == SMB_READ_OK)
		id->user_attributes = (SmbPart){ &attributes, id };
	at = at_offset(data, o->owner);
	at = blob(&at);
	id->owner = fscc_read_sid(&at, id->owner_text);
	id->user_name = name_at(data, o->user_name);
	id->domain = name_at(data, o->domain);
}

/* 2.2.9.2.1. What an offset outside the data points to is not shown. */
static const SmbLayout *
read_identity(SmbReader data, Identity *id)
{
	SmbReader at = data;
	Offsets o;

	id->ticket_type = smb_reader_le16(&at);
	id->ticket_size = smb_reader_le16(&at);
	read_offsets(&at, &o);
	if (at.status != SMB_READ_OK)
		return smb2_context_layout(&at, &identity);
	read_users(&data, &o, id);
	id->groups = array_at(&data, o.groups, next_sid_attr);
	id->restricted_groups = array_at(&data, o.restricted_groups, next_sid_attr);
	id->privileges = array_at(&data, o.privileges, next_privilege);
	id->primary_group = array_at(&data, o.primary_group, next_sid_attr);
	id->device_groups = array_at(&data, o.device_groups, next_sid_attr);
	id->default_dacl = blob_at(&data, o.default_dacl);
	id->user_claims = blob_at(&data, o.user_claims);
	id->device_claims = blob_at(&data, o.device_claims);
	return &identity;
}

/* ---- the list ---- */

/* 2.2.9.2; `form` counts the remaining contexts. */
static bool
next_context(SmbList *list, void *item)
{
	Context *c = item;
	SmbReader data;
	bool there;

	if (!smb2_context_begins(list))
		return false;
	c->type = smb_reader_le16(&list->at);
	c->data_length = smb_reader_le16(&list->at);
	smb_reader_skip(&list->at, 4); /* Reserved */
	there = smb2_context_data(list, c->data_length, &data);
	if (there && c->type == REMOTED_IDENTITY)
		c->part = (SmbPart){ read_identity(data, &c->identity), &c->identity };
	return there;
}

SmbList
smb2_tree_connect_contexts(Smb2Block *b, uint32_t offset, uint16_t count)
{
	SmbList list = { .at = b->at, .next = next_context, .form = count };
	Context c;

	if (count == 0)
		return (SmbList){ 0 };
	if (offset < b->at.pos)
		smb_reader_fail(&list.at, SMB_READ_MALFORMED);
	smb_reader_seek(&list.at, offset);
	(void)fscc_check_list(&b->at, list, &c, sizeof(c));
	return list;
}
