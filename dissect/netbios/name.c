/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NetBIOS name service: compressed names, records, and the layout of a packet (RFC 1002 4.2).
 */
#include "dissect/netbios/name.h"

#include "dissect/wire/names.h"

enum {
	LABEL_MAX = 63,
	POINTER = 0xC0, /* RFC 1002 4.1: the two high bits of a label's length */
	POINTERS_MAX = 8,
	NAME_SIZE = 16,
	ENCODED_SIZE = 32,
	NAME_MOST = 255,     /* RFC 1002 4.1 */
	FLAG_GROUP = 0x8000, /* RFC 1002 4.2.1.3, NB_FLAGS, and 4.2.18, NAME_FLAGS */
	NODE_TYPE_SHIFT = 13,
	FLAG_DEREGISTER = 0x1000,
	FLAG_CONFLICT = 0x0800,
	FLAG_ACTIVE = 0x0400,
	FLAG_PERMANENT = 0x0200,
	NM_AUTHORITATIVE = 0x40,
	NM_RECURSION_DESIRED = 0x10,
	RCODE_CONFLICT = 7,
};

/* ---- Names ---- */

/*
 * Follows pointers to the next label. Each must point to somewhere before itself, so that no loop
 * is possible. `after` is where reading continues after the name: after the first pointer.
 */
static void
follow(SmbReader *at, uint32_t *pointers, uint32_t *after)
{
	while (at->status == SMB_READ_OK && (smb_reader_peek(at, 0) & POINTER) == POINTER &&
	       smb_reader_peek(at, 0) >= 0) {
		uint32_t from = at->pos;
		uint32_t to = smb_reader_be16(at) & 0x3FFF;

		if (!*pointers)
			*after = at->pos;
		if (++*pointers > POINTERS_MAX || to >= from)
			smb_reader_fail(at, SMB_READ_MALFORMED);
		smb_reader_seek(at, to);
	}
}

static void
add_scope(SmbScopedName *name, SmbSpan label)
{
	uint32_t dot = name->scope_len ? 1 : 0;

	if (name->scope_len + dot + label.len > SMB_NAME_SCOPE_MAX)
		return;
	if (dot)
		name->scope_bytes[name->scope_len++] = '.';
	name->scope_len +=
		(uint8_t)smb_span_copy(label, name->scope_bytes + name->scope_len, label.len);
}

static void
read_scope(SmbReader *at, SmbScopedName *name, uint32_t *pointers, uint32_t *after)
{
	uint32_t size = 1 + ENCODED_SIZE;
	uint8_t label;

	for (;;) {
		follow(at, pointers, after);
		label = smb_reader_u8(at);
		if (!label)
			return;
		size += 1u + label;
		name->lies |= size > NAME_MOST;
		if (label > LABEL_MAX) {
			smb_reader_fail(at, SMB_READ_MALFORMED);
			return;
		}
		add_scope(name, smb_reader_span(at, label));
	}
}

/*
 * The first label. Invalid letters are noted in `name` and do not fail `at`, so that reading
 * continues after them.
 */
static void
read_letters(SmbReader *at, SmbScopedName *name)
{
	SmbReader letters;

	name->name = (SmbNetbiosName){ .len = 0 };
	name->text = (SmbText){ .encoding = SMB_TEXT_OEM };
	if (smb_reader_u8(at) != ENCODED_SIZE)
		smb_reader_fail(at, SMB_READ_MALFORMED);
	letters = smb_reader_sub(at, ENCODED_SIZE);
	if (at->status != SMB_READ_OK)
		return;
	name->lies = !smb_netbios_letters_read(&letters, &name->name);
	if (!name->lies)
		name->text = smb_netbios_name_text(&name->name, at->oem);
}

bool
smb_scoped_name_read(SmbReader *r, SmbScopedName *ret_name)
{
	SmbReader at = *r;
	uint32_t pointers = 0, after = 0;

	ret_name->lies = false;
	ret_name->scope_len = 0;
	follow(&at, &pointers, &after);
	read_letters(&at, ret_name);
	read_scope(&at, ret_name, &pointers, &after);
	ret_name->scope = (SmbText){
		{ ret_name->scope_len ? ret_name->scope_bytes : NULL, ret_name->scope_len }, r->oem
	};
	if (at.status != SMB_READ_OK) {
		smb_reader_fail(r, at.status);
		return false;
	}
	r->pos = pointers ? after : at.pos;
	return true;
}

/* ---- The entries of the sections ---- */

static const char *
type_name(uint32_t type)
{
	switch (type) {
	case SMB_NAME_TYPE_A:
		return "A";
	case SMB_NAME_TYPE_NS:
		return "NS";
	case SMB_NAME_TYPE_NULL:
		return "NULL";
	case SMB_NAME_TYPE_NB:
		return "NB";
	case SMB_NAME_TYPE_NBSTAT:
		return "NBSTAT";
	default:
		return NULL;
	}
}

static const char *
node_type_name(uint32_t type)
{
	static const char *const names[] = { "B node", "P node", "M node", "H node" };

	return type < 4 ? names[type] : NULL;
}

static const char *
suffix_name(uint32_t suffix)
{
	return smb_netbios_suffix_name((uint8_t)suffix);
}

static const SmbField question_fields[] = {
	SMB_FIELD(SmbNameQuestion, TEXT, name.text, "name"),
	SMB_FIELD(SmbNameQuestion, U8, name.name.suffix, "suffix", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = suffix_name),
	SMB_FIELD(SmbNameQuestion, TEXT, name.scope, "scope"),
	SMB_FIELD(SmbNameQuestion, U16, type, "type", .name_of = type_name),
	SMB_FIELD(SmbNameQuestion, U16, class, "class"),
};
static SMB_LAYOUT(question, SmbNameQuestion, "question");

static const SmbField address_fields[] = {
	SMB_FIELD(SmbNameAddress, ADDRESS, address, "address"),
	SMB_FIELD(SmbNameAddress, BOOL, group, "group"),
	SMB_FIELD(SmbNameAddress, U8, node_type, "node_type", .name_of = node_type_name),
};
static SMB_LAYOUT(address, SmbNameAddress, "address");

static const SmbField node_name_fields[] = {
	SMB_FIELD(SmbNameOfNode, TEXT, name, "name"),
	SMB_FIELD(SmbNameOfNode, U8, suffix, "suffix", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = suffix_name),
	SMB_FIELD(SmbNameOfNode, BOOL, group, "group"),
	SMB_FIELD(SmbNameOfNode, U8, node_type, "node_type", .name_of = node_type_name),
	SMB_FIELD(SmbNameOfNode, BOOL, active, "active"),
	SMB_FIELD(SmbNameOfNode, BOOL, permanent, "permanent", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(SmbNameOfNode, BOOL, conflict, "conflict", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(SmbNameOfNode, BOOL, releasing, "releasing", .flags = SMB_FIELD_NONZERO),
};
static SMB_LAYOUT(node_name, SmbNameOfNode, "name of a node");

static const SmbField record_fields[] = {
	SMB_FIELD(SmbNameRecord, TEXT, name.text, "name"),
	SMB_FIELD(SmbNameRecord, U8, name.name.suffix, "suffix", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = suffix_name),
	SMB_FIELD(SmbNameRecord, TEXT, name.scope, "scope"),
	SMB_FIELD(SmbNameRecord, U16, type, "type", .name_of = type_name),
	SMB_FIELD(SmbNameRecord, U16, class, "class"),
	SMB_FIELD(SmbNameRecord, U32, ttl, "ttl"),
	SMB_FIELD(SmbNameRecord, LIST, addresses, "addresses", .items = &address),
	SMB_FIELD(SmbNameRecord, LIST, names, "names", .items = &node_name),
	SMB_FIELD(SmbNameRecord, ADDRESS, unit_id, "unit_id"),
	SMB_FIELD(SmbNameRecord, ADDRESS, address, "address"),
};
static SMB_LAYOUT(record, SmbNameRecord, "resource record");

/*
 * A name that a pointer led to is not part of the list's own bytes. Many entries may point to the
 * same name, so its text comes out of the list's budget.
 */
static bool
read_listed_name(SmbList *list, SmbScopedName *name)
{
	uint32_t start = list->at.pos, size;

	if (!smb_scoped_name_read(&list->at, name))
		return false;
	size = ENCODED_SIZE + name->scope_len;
	return list->at.pos - start >= size || smb_list_spend(list, size);
}

/* RFC 1002 4.2.1.2. `form` counts those left. */
static bool
next_question(SmbList *list, void *item)
{
	SmbNameQuestion *q = item;

	if (!list->form || !read_listed_name(list, &q->name))
		return false;
	list->form--;
	q->type = smb_reader_be16(&list->at);
	q->class = smb_reader_be16(&list->at);
	return list->at.status == SMB_READ_OK;
}

/* RFC 1002 4.2.13: ADDR_ENTRY. */
static bool
next_address(SmbList *list, void *item)
{
	SmbNameAddress *a = item;
	uint16_t flags = smb_reader_be16(&list->at);

	a->group = flags & FLAG_GROUP;
	a->node_type = flags >> NODE_TYPE_SHIFT & 3;
	a->address = smb_reader_span(&list->at, 4);
	return list->at.status == SMB_READ_OK;
}

/* RFC 1002 4.2.18: NODE_NAME. */
static bool
next_node_name(SmbList *list, void *item)
{
	SmbNameOfNode *n = item;
	uint16_t flags;

	if (!list->form)
		return false;
	list->form--;
	n->plain = smb_netbios_name_plain(smb_reader_span(&list->at, NAME_SIZE));
	n->name = smb_netbios_name_text(&n->plain, list->at.oem);
	n->suffix = n->plain.suffix;
	flags = smb_reader_be16(&list->at);
	n->group = flags & FLAG_GROUP;
	n->node_type = flags >> NODE_TYPE_SHIFT & 3;
	n->releasing = flags & FLAG_DEREGISTER;
	n->conflict = flags & FLAG_CONFLICT;
	n->active = flags & FLAG_ACTIVE;
	n->permanent = flags & FLAG_PERMANENT;
	return list->at.status == SMB_READ_OK;
}

/* RFC 1002 4.2.18: the names, and the unit's address from the statistics that follow them. */
static void
read_node_status(SmbReader data, SmbNameRecord *record_)
{
	uint32_t count = smb_reader_u8(&data);

	record_->names = (SmbList){ .at = data, .next = next_node_name, .form = count };
	smb_reader_skip(&data, count * (NAME_SIZE + 2));
	record_->unit_id = smb_reader_span(&data, 6);
}

/* RFC 1002 4.2.1.3. */
static bool
next_record(SmbList *list, void *item)
{
	SmbNameRecord *rr = item;
	SmbReader data;

	if (!list->form || !read_listed_name(list, &rr->name))
		return false;
	list->form--;
	rr->type = smb_reader_be16(&list->at);
	rr->class = smb_reader_be16(&list->at);
	rr->ttl = smb_reader_be32(&list->at);
	data = smb_reader_sub(&list->at, smb_reader_be16(&list->at));
	if (rr->type == SMB_NAME_TYPE_NB && smb_reader_declared_left(&data) >= 6)
		rr->addresses = (SmbList){ .at = data, .next = next_address };
	else if (rr->type == SMB_NAME_TYPE_NBSTAT)
		read_node_status(data, rr);
	else if (rr->type == SMB_NAME_TYPE_A)
		rr->address = smb_reader_span(&data, 4);
	return list->at.status == SMB_READ_OK;
}

/* ---- The message ---- */

static const char *
opcode_name(uint32_t opcode)
{
	static const char *const names[16] = {
		[SMB_NAME_QUERY] = "query",
		[SMB_NAME_REGISTRATION] = "registration",
		[SMB_NAME_RELEASE] = "release",
		[SMB_NAME_WACK] = "wack",
		[SMB_NAME_REFRESH] = "refresh",
		[SMB_NAME_REFRESH_ALSO] = "refresh",
		[SMB_NAME_MULTIHOMED] = "multihomed_registration",
	};

	return opcode < 16 ? names[opcode] : NULL;
}

/* RFC 1002 4.2.1.1, 4.2.6, 4.2.14. */
static const char *
rcode_name(uint32_t rcode)
{
	static const char *const names[16] = {
		[1] = "FMT_ERR",
		[2] = "SRV_ERR",
		[3] = "NAM_ERR",
		[4] = "IMP_ERR",
		[5] = "RFS_ERR",
		[6] = "ACT_ERR",
		[RCODE_CONFLICT] = "CFT_ERR",
	};

	return rcode < 16 ? names[rcode] : NULL;
}

static const char *
flag_name(uint32_t bit)
{
	switch (bit) {
	case NM_AUTHORITATIVE:
		return "authoritative";
	case 0x20:
		return "truncated";
	case NM_RECURSION_DESIRED:
		return "recursion desired";
	case 0x08:
		return "recursion available";
	case 0x01:
		return "broadcast";
	default:
		return NULL;
	}
}

static const SmbField smb_name_message_layout_fields[] = {
	SMB_FIELD(SmbNameMessage, U16, id, "id", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SmbNameMessage, U8, opcode, "opcode", .name_of = opcode_name),
	SMB_FIELD(SmbNameMessage, U8, flags, "flags", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = flag_name),
	SMB_FIELD(SmbNameMessage, U8, rcode, "rcode"),
	SMB_FIELD(SmbNameMessage, TEXT, error, "error"),
	SMB_FIELD(SmbNameMessage, LIST, questions, "questions", .items = &question),
	SMB_FIELD(SmbNameMessage, LIST, records, "records", .items = &record),
};
SMB_LAYOUT(smb_name_message_layout, SmbNameMessage, "name service");

/*
 * Walks the sections once, to see whether everything announced is there and what the message is
 * about.
 */
static void
read_sections(SmbReader *r, SmbNameMessage *m, bool *ret_redirect)
{
	uint32_t records = (uint32_t)m->n_answers + m->n_authorities + m->n_additional;
	SmbNameQuestion q;
	SmbNameRecord rr;
	SmbList walk;

	walk = m->questions = (SmbList){ .at = *r,
					 .next = next_question,
					 .form = m->n_questions,
					 .text_left = smb_list_text(r->limit) };
	while (next_question(&walk, &q)) {
		m->lies |= q.name.lies;
		if (m->opcode == SMB_NAME_QUERY && q.type == SMB_NAME_TYPE_NBSTAT)
			m->type = "node_status";
	}
	*ret_redirect = false;
	m->lies |= walk.capped;
	m->records = (SmbList){
		.at = walk.at, .next = next_record, .form = records, .text_left = walk.text_left
	};
	walk = m->records;
	while (memset(&rr, 0, sizeof(rr)), next_record(&walk, &rr)) {
		m->lies |= rr.name.lies;
		if (m->opcode == SMB_NAME_QUERY && rr.type == SMB_NAME_TYPE_NBSTAT)
			m->type = "node_status";
		*ret_redirect |= rr.type == SMB_NAME_TYPE_NS;
	}
	m->lies |= walk.capped;
	*r = walk.at;
}

/* The first name of the message. It is read in its final place, because its texts point into it. */
static void
read_name(SmbNameMessage *m)
{
	SmbReader at = m->questions.at;

	if (!m->n_questions && !m->records.form)
		return;
	m->has_name = smb_scoped_name_read(&at, &m->name) && m->name.text.bytes.ptr;
}

static void
decide_type(SmbNameMessage *m, bool redirect)
{
	bool registers = m->opcode == SMB_NAME_REGISTRATION;

	if (m->opcode == SMB_NAME_QUERY && m->response && redirect)
		m->type = "redirect"; /* 4.2.15 */
	else if (registers && m->response && m->rcode == RCODE_CONFLICT)
		m->type = "conflict"; /* 4.2.8 */
	else if (registers && !m->response && !(m->flags & NM_RECURSION_DESIRED))
		m->type = "overwrite"; /* 4.2.3 */
}

bool
smb_name_message_read(SmbReader *r, SmbNameMessage *ret_message)
{
	SmbNameMessage *m = ret_message;
	uint16_t bits;
	bool redirect;

	*m = (SmbNameMessage){ .id = smb_reader_be16(r) };
	bits = smb_reader_be16(r);
	m->response = bits >> 15;
	m->opcode = bits >> 11 & 0xF;
	m->flags = bits >> 4 & 0x7F;
	m->rcode = bits & 0xF;
	m->type = opcode_name(m->opcode);
	m->error = smb_text_from_utf8(rcode_name(m->rcode));
	m->n_questions = smb_reader_be16(r);
	m->n_answers = smb_reader_be16(r);
	m->n_authorities = smb_reader_be16(r);
	m->n_additional = smb_reader_be16(r);
	if (r->status != SMB_READ_OK)
		return false;
	read_sections(r, m, &redirect);
	read_name(m);
	decide_type(m, redirect);
	return true;
}
