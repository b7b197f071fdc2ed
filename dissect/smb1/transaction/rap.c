/* SPDX-License-Identifier: BSD-3-Clause */
/* RAP responses, read by the descriptors of their requests: [MS-RAP] 2.5.2, 2.5.11. */
#include "dissect/smb1/transaction/rap-request.h"
#include "dissect/wire/names.h"

enum {
	EMPTY_ITEMS_MAX = 8, /* items of an entry that take no bytes */
	STRING_MAX = 256, /* of a string that a pointer refers to: none in 2.4 is longer than 48 */
	ERROR_MORE_DATA = 234,
	JOB_LEVEL_OF_1 = 1, /* levels of the jobs that follow print queues: 2.3 */
	JOB_LEVEL_OF_3 = 2,
};

/* What a descriptor says about every entry. */
typedef struct {
	uint32_t size; /* in bytes; 0: not readable */
	uint32_t n_at; /* offset of the number of auxiliary entries */
	uint32_t n_items;
	bool has_n;
} RapShape;

typedef struct {
	uint16_t status, entries_returned, entries_available, total_bytes_available;
	uint16_t function, level;
	int16_t converter;
	SmbSpan data;
	SmbText descriptor, auxiliary;
	RapShape shape, auxiliary_shape;
	const Smb1RapNames *names, *auxiliary_names;
	bool open; /* no level of the function has secrets */
	SmbList entries;
} RapAnswer;

typedef struct {
	SmbText name, comment;
	SmbList values;    /* all items but padding */
	SmbList auxiliary; /* jobs of a print queue */
} RapEntry;

enum { DIGITS = 11 };

typedef struct {
	SmbText field, text, secret;
	bool is_padding, is_number;
	uint32_t number;
	/* a number is shown as text too, because all items of a list have the same fields */
	char digits[DIGITS];
} RapValue;

static const SmbField rap_value_fields[] = {
	SMB_FIELD(RapValue, TEXT, field, "field"),
	SMB_FIELD(RapValue, TEXT, text, "value"),
	SMB_FIELD(RapValue, TEXT, secret, "secret", .flags = SMB_FIELD_SECRET),
};
static SMB_LAYOUT(rap_value, RapValue, "value");

static const SmbField rap_auxiliary_fields[] = {
	SMB_FIELD(RapEntry, LIST, values, "values", .items = &rap_value),
};
static SMB_LAYOUT(rap_auxiliary, RapEntry, "auxiliary entry");

static const SmbField rap_entry_fields[] = {
	SMB_FIELD(RapEntry, TEXT, name, "name"),
	SMB_FIELD(RapEntry, TEXT, comment, "comment"),
	SMB_FIELD(RapEntry, LIST, values, "values", .items = &rap_value),
	SMB_FIELD(RapEntry, LIST, auxiliary, "auxiliary", .items = &rap_auxiliary),
};
static SMB_LAYOUT(rap_entry, RapEntry, "entry");

/* clang-format off */
#define RAP_ANSWER_FIELDS \
	SMB_FIELD(RapAnswer, U16, function, "rap_function", .role = SMB_ROLE_FUNCTION, .name_of = smb1_rap_name), \
	SMB_FIELD(RapAnswer, U16, level, "level", .role = SMB_ROLE_TELLING), \
	SMB_FIELD(RapAnswer, U16, status, "rap_status", .role = SMB_ROLE_TELLING, .name_of = smb_rap_status_name), \
	SMB_FIELD(RapAnswer, I16, converter, "converter"), \
	SMB_FIELD(RapAnswer, U16, entries_returned, "entries_returned"), \
	SMB_FIELD(RapAnswer, U16, entries_available, "entries_available"), \
	SMB_FIELD(RapAnswer, U16, total_bytes_available, "total_bytes_available", \
		  .flags = SMB_FIELD_NONZERO), \
	SMB_FIELD(RapAnswer, LIST, entries, "entries", .items = &rap_entry)
/* clang-format on */
static const SmbField rap_answer_fields[] = { RAP_ANSWER_FIELDS };
static SMB_LAYOUT(rap_answer, RapAnswer, "RAP response");

/* If the data includes secrets, all of it counts as secret except the values shown. */
static const SmbField rap_closed_answer_fields[] = {
	RAP_ANSWER_FIELDS,
	RAP_BYTES_FIELD(RapAnswer, data),
};
static SMB_LAYOUT(rap_closed_answer, RapAnswer, "RAP response");

/* If the request was not seen, nothing is guessed. */
static const SmbField rap_bare_answer_fields[] = {
	SMB_FIELD(RapAnswer, U16, status, "rap_status", .role = SMB_ROLE_TELLING,
		  .name_of = smb_rap_status_name),
	SMB_FIELD(RapAnswer, I16, converter, "converter"),
	RAP_BYTES_FIELD(RapAnswer, data),
};
static SMB_LAYOUT(rap_bare_answer, RapAnswer, "RAP response");

/* 2.5.1, DataDesc: the low half of a pointer minus the converter is the offset of its string. */
static SmbText
read_pointer(const RapAnswer *body, SmbReader *r)
{
	uint16_t low = smb_reader_le16(r);
	SmbReader at;
	SmbSpan text;

	smb_reader_skip(r, 2); /* the high half is meaningless */
	low = (uint16_t)(low - (uint16_t)body->converter);
	text = smb_span_first(smb_span_after(body->data, low), STRING_MAX);
	at = smb_reader_from_span(text);
	at.oem = r->oem;
	return smb_reader_string(&at, false);
}

static void
set_number(RapValue *value, uint32_t number)
{
	value->number = number;
	value->is_number = true;
	value->text = smb_text_from_utf8(smb_decimal(value->digits + DIGITS, number));
}

/* A fixed array of bytes is a padded name; in a descriptor a single byte is a number. */
static void
read_bytes(SmbReader *r, const RapItem *item, RapValue *value)
{
	SmbReader bytes = smb_reader_sub(r, item->count);

	if (item->counted)
		value->text = smb_reader_string(&bytes, false);
	else
		set_number(value, smb_reader_u8(&bytes));
}

static void
read_numbers(SmbReader *r, const RapItem *item, uint32_t size, RapValue *value)
{
	set_number(value, size == 2 ? smb_reader_le16(r) : smb_reader_le32(r));
	if (item->count)
		smb_reader_skip(r, size * (item->count - 1));
}

static void
read_value(const RapAnswer *body, SmbReader *r, const RapItem *item, RapValue *value)
{
	switch (item->letter) {
	case 'B':
		read_bytes(r, item, value);
		break;
	case 'W':
	case 'N':
		read_numbers(r, item, 2, value);
		break;
	case 'D':
		read_numbers(r, item, 4, value);
		break;
	case 'z':
	case 'l': /* a pointer to bytes, such as driver data */
		value->text = read_pointer(body, r);
		break;
	case 'O':
		value->is_padding = true;
		break;
	default:
		smb_reader_fail(r, SMB_READ_MALFORMED);
	}
}

/*
 * How the `form` of a list of values is divided: which descriptor the walk over the entry follows,
 * and how far it is.
 */
enum { AUXILIARY = 1u << 31, ITEM_SHIFT = 16, POSITION = 0xFFFF };

/* `open`: a value without a known name is not a secret. */
static void
name_value(const Smb1RapNames *names, uint32_t n, bool open, RapValue *value)
{
	const char *name = names && n < names->n_names ? names->names[n] : NULL;

	if (names && n < names->n_names && !name)
		value->is_padding = true;
	value->field = smb_text_from_utf8(name);
	if (name ? smb1_rap_is_secret(name) : !open) {
		value->secret = value->text;
		value->text = (SmbText){ .encoding = SMB_TEXT_OEM };
	}
}

static bool
next_any_value(SmbList *list, RapValue *value)
{
	const RapAnswer *body = list->owner;
	bool auxiliary = list->form & AUXILIARY;
	SmbReader descriptor = smb1_rap_descriptor(auxiliary ? body->auxiliary : body->descriptor);
	uint32_t n = (list->form & ~AUXILIARY) >> ITEM_SHIFT;
	RapItem item;

	*value = (RapValue){ 0 };
	smb_reader_seek(&descriptor, list->form & POSITION);
	if (!smb1_rap_next_item(&descriptor, &item))
		return false;
	read_value(body, &list->at, &item, value);
	name_value(auxiliary ? body->auxiliary_names : body->names, n, body->open, value);
	list->form = (auxiliary ? AUXILIARY : 0) | (n + 1) << ITEM_SHIFT | descriptor.pos;
	return list->at.status == SMB_READ_OK;
}

static bool
next_value(SmbList *list, void *item)
{
	RapValue *value = item;

	do {
		if (!next_any_value(list, value))
			return false;
	} while (value->is_padding);
	return true;
}

/* The size of an item in bytes; false for a letter that a response cannot have. */
static bool
size_of(const RapItem *item, uint32_t *ret_size)
{
	uint32_t times = item->count ? item->count : 1;

	switch (item->letter) {
	case 'B':
		*ret_size = item->count;
		return true;
	case 'W':
	case 'N':
		*ret_size = 2 * times;
		return true;
	case 'D':
		*ret_size = 4 * times;
		return true;
	case 'z':
	case 'l':
		*ret_size = 4;
		return true;
	case 'O':
		*ret_size = 0;
		return true;
	default:
		return false;
	}
}

/*
 * A descriptor is walked once, not once per entry. Items without bytes are capped, because they
 * would produce output at no cost to the sender, and no more than an entry has bytes: each is
 * looked at for each of a thousand entries of one byte.
 */
static RapShape
shape_of(SmbText text)
{
	SmbReader descriptor = smb1_rap_descriptor(text);
	uint32_t n_empty = 0, size;
	RapShape shape = { 0 };
	RapItem item;

	while (smb_reader_left(&descriptor) && smb1_rap_next_item(&descriptor, &item)) {
		if (!size_of(&item, &size))
			return (RapShape){ 0 };
		n_empty += size == 0;
		shape.n_items++;
		if (item.letter == 'N') {
			shape.has_n = true;
			shape.n_at = shape.size;
		}
		shape.size += size;
	}
	if (descriptor.status != SMB_READ_OK || n_empty > EMPTY_ITEMS_MAX || n_empty > shape.size)
		return (RapShape){ 0 };
	return shape;
}

/*
 * Skips an entry and returns its N, the number of auxiliary entries. False if the entry is
 * incomplete or takes no bytes.
 */
static bool
pass_entry(const RapShape *shape, SmbReader *at, uint32_t *ret_auxiliary)
{
	SmbReader n = *at;

	if (!shape->size || smb_reader_left(at) < shape->size)
		return false;
	smb_reader_skip(&n, shape->n_at);
	*ret_auxiliary = shape->has_n ? smb_reader_le16(&n) : 0;
	smb_reader_skip(at, shape->size);
	return true;
}

static bool
next_auxiliary(SmbList *list, void *item)
{
	RapEntry *entry = item;
	const RapAnswer *body = list->owner;
	SmbList values = {
		.at = list->at, .next = next_value, .form = AUXILIARY, .owner = list->owner
	};
	uint32_t none;

	if (!list->form || !pass_entry(&body->auxiliary_shape, &list->at, &none))
		return false;
	list->form--;
	entry->values = values;
	return true;
}

/* Finds the name and the comment, so that callers need not walk all values. */
static void
find_names(RapEntry *entry)
{
	SmbList values = entry->values;
	RapValue value;

	while (next_value(&values, &value)) {
		/*
		 * A wrong descriptor can make the name a number, whose digits are lost with the
		 * value.
		 */
		if (value.is_number)
			continue;
		if (smb_text_equal(value.field, smb_text_from_utf8("name")))
			entry->name = value.text;
		if (smb_text_equal(value.field, smb_text_from_utf8("comment")))
			entry->comment = value.text;
	}
}

static bool
next_entry(SmbList *list, void *item)
{
	RapEntry *entry = item;
	SmbList values = { .at = list->at, .next = next_value, .owner = list->owner };
	const RapAnswer *body = list->owner;
	uint32_t n_auxiliary;
	RapEntry passed;

	if (!list->form || !pass_entry(&body->shape, &list->at, &n_auxiliary))
		return false;
	list->form--;
	*entry = (RapEntry){ .values = values };
	find_names(entry);
	if (!smb_list_spend(list, entry->name.bytes.len + entry->comment.bytes.len))
		return false;
	if (!n_auxiliary)
		return true;
	entry->auxiliary = (SmbList){
		.at = list->at, .next = next_auxiliary, .form = n_auxiliary, .owner = list->owner
	};
	for (SmbList jobs = entry->auxiliary; next_auxiliary(&jobs, &passed);)
		list->at = jobs.at;
	return true;
}

/* 2.5.2: with any other status there is no data. */
static bool
is_error(const RapAnswer *body)
{
	return body->status && body->status != ERROR_MORE_DATA;
}

/* 2.5.3: a response has the numbers that ParamDesc requests. */
static void
read_counts(RapAnswer *body, SmbReader *r, SmbText parameters)
{
	SmbReader descriptor = smb1_rap_descriptor(parameters);
	bool listed = false;
	RapItem item;

	/* They are optional (2.5.2), and servers leave them out if they only return an error. */
	if (is_error(body) && !smb_reader_declared_left(r))
		return;
	while (smb1_rap_next_item(&descriptor, &item)) {
		if (item.letter == 'e') {
			body->entries_returned = smb_reader_le16(r);
			listed = true;
		} else if (item.letter == 'h') {
			*(listed ? &body->entries_available : &body->total_bytes_available) =
				smb_reader_le16(r);
		} else if (item.letter == 'i') {
			smb_reader_skip(r, 4);
		} else if (item.letter == 'g') {
			smb_reader_skip(r, item.count);
		}
	}
	/* A function that does not count its entries returns one. */
	if (!listed)
		body->entries_returned = body->data.len > 0;
}

/* 2.3: the jobs that follow a queue have their own level. */
static const Smb1RapNames *
job_names(uint16_t level)
{
	return smb1_rap_names(FN_PRINT_JOB_GET_INFO, level == 4 ? JOB_LEVEL_OF_3 : JOB_LEVEL_OF_1,
			      (SmbText){ .encoding = SMB_TEXT_OEM });
}

/* True if the level has no password, every item is known, and the descriptor can be read. */
static bool
all_named(const RapAnswer *body)
{
	return body->names && !smb1_rap_has_secrets(body->names) && body->shape.size &&
	       body->shape.n_items <= body->names->n_names;
}

static void
parse_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	RapAnswer *body = SMB1_NESTED(nested, RapAnswer);
	SmbReader r = smb1_parameters_reader(t);
	SmbReader asked = smb_reader_from_span(t->asked);
	RapRequest request = { 0 };

	asked.oem = t->oem;
	nested->layout = &rap_bare_answer;
	body->data = t->data;
	body->status = smb_reader_le16(&r);
	body->converter = (int16_t)smb_reader_le16(&r);
	nested->status = r.status;
	if (!t->asked.len || r.status != SMB_READ_OK)
		return;
	nested->facts->rap = true;
	nested->facts->rap_status = body->status;
	smb1_rap_read_request(&asked, &request);
	/* If a request was cut before its level, it is not known what it asked for. */
	if (!request.data_descriptor.bytes.ptr ||
	    (asked.status != SMB_READ_OK && !request.has_level))
		return;
	body->function = request.function;
	body->level = request.level;
	body->descriptor = request.data_descriptor;
	body->auxiliary = request.auxiliary_descriptor;
	body->shape = shape_of(body->descriptor);
	body->auxiliary_shape = shape_of(body->auxiliary);
	body->open = smb1_rap_is_open(request.function, true);
	if (body->open || request.has_level)
		body->names = smb1_rap_names(request.function, request.level, body->descriptor);
	body->auxiliary_names = job_names(request.level);
	nested->layout = body->open || all_named(body) ? &rap_answer : &rap_closed_answer;
	read_counts(body, &r, request.parameter_descriptor);
	nested->status = r.status;
	if (is_error(body))
		return;
	body->entries = (SmbList){ .at = smb_reader_from_span(t->data),
				   .next = next_entry,
				   .form = body->entries_returned,
				   .owner = body,
				   .text_left = smb_list_text(t->data.len) };
	body->entries.at.oem = t->oem;
	nested->facts->count = body->entries_returned;
}

void
smb1_rap_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (t->response)
		parse_answer(t, nested);
	else
		smb1_rap_request(t, nested);
}
