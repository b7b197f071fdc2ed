/* SPDX-License-Identifier: BSD-3-Clause */
/* RAP requests, and the descriptors that both directions are read by: [MS-RAP] 2.5.1. */
#include "dissect/smb1/transaction/rap-request.h"

enum {
	DESCRIPTOR_MAX = 64, /* the longest of [MS-RAP] has 26 characters */
	ITEM_MAX = 0xFFFF,
	FN_PRINT_JOB_SET_INFO_OLD = 0x4E,
	FN_PRINT_JOB_DELETE = 0x51,
	FN_PRINT_JOB_PAUSE = 0x52,
	FN_PRINT_JOB_CONTINUE = 0x53,
	FN_PRINT_JOB_SET_INFO = 0x93,
};

static const SmbField rap_request_fields[] = {
	SMB_FIELD(RapRequest, U16, function, "rap_function", .role = SMB_ROLE_FUNCTION,
		  .name_of = smb1_rap_name),
	SMB_FIELD(RapRequest, TEXT, parameter_descriptor, "parameter_descriptor",
		  .role = SMB_ROLE_DESCRIPTION),
	SMB_FIELD(RapRequest, TEXT, data_descriptor, "data_descriptor",
		  .role = SMB_ROLE_DESCRIPTION),
	SMB_FIELD(RapRequest, TEXT, auxiliary_descriptor, "auxiliary_descriptor",
		  .role = SMB_ROLE_DESCRIPTION),
	SMB_FIELD(RapRequest, TEXT, name, "name"),
	SMB_FIELD(RapRequest, TEXT, second_name, "second_name"),
	SMB_FIELD(RapRequest, U16, job_id, "job_id", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, level, "level", .role = SMB_ROLE_TELLING),
	SMB_FIELD(RapRequest, U32, filter, "server_type",
		  .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, receive_buffer_size, "receive_buffer_size",
		  .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, send_buffer_size, "send_buffer_size", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, parameter_number, "parameter_number", .flags = SMB_FIELD_NONZERO),
};
static SMB_LAYOUT(rap_request, RapRequest, "RAP request");

/*
 * Functions whose parameters are, or may be, passwords. All their other parameters count as secrets
 * too, because they are read by descriptors that need not be those of the specification.
 */
#define CLOSED_FIELDS                                                                     \
	SMB_FIELD(RapRequest, U16, function, "rap_function", .role = SMB_ROLE_FUNCTION,   \
		  .name_of = smb1_rap_name),                                              \
		SMB_FIELD(RapRequest, TEXT, parameter_descriptor, "parameter_descriptor", \
			  .role = SMB_ROLE_DESCRIPTION),                                  \
		SMB_FIELD(RapRequest, TEXT, data_descriptor, "data_descriptor",           \
			  .role = SMB_ROLE_DESCRIPTION)
static const SmbField rap_closed_fields[] = {
	CLOSED_FIELDS,
	SMB_FIELD(RapRequest, TEXT, name, "name"),
	SMB_FIELD(RapRequest, U16, level, "level", .role = SMB_ROLE_TELLING),
	SMB_FIELD(RapRequest, U16, receive_buffer_size, "receive_buffer_size",
		  .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, send_buffer_size, "send_buffer_size", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(RapRequest, U16, parameter_number, "parameter_number", .flags = SMB_FIELD_NONZERO),
	RAP_BYTES_FIELD(RapRequest, arguments),
	RAP_BYTES_FIELD(RapRequest, data),
};
static SMB_LAYOUT(rap_closed, RapRequest, "RAP request");

/*
 * For an unknown function, or one whose first string is not a name, all parameters count as
 * secrets.
 */
static const SmbField rap_unknown_fields[] = {
	CLOSED_FIELDS,
	RAP_BYTES_FIELD(RapRequest, arguments),
	RAP_BYTES_FIELD(RapRequest, data),
};
static SMB_LAYOUT(rap_unknown, RapRequest, "RAP request");

/* The bytes of `r` that are here and follow the descriptors. */
static SmbSpan
arguments_of(SmbReader r)
{
	smb_reader_skip(&r, 2); /* the function */
	(void)smb_reader_string(&r, false);
	(void)smb_reader_string(&r, false);
	return smb_reader_rest(&r);
}

bool
smb1_rap_next_item(SmbReader *descriptor, RapItem *item)
{
	int digit;

	*item = (RapItem){ .letter = (char)smb_reader_u8(descriptor) };
	while ((digit = smb_reader_peek(descriptor, 0)) >= '0' && digit <= '9') {
		item->count = item->count * 10 + (uint32_t)(digit - '0');
		if (item->count > ITEM_MAX)
			smb_reader_fail(descriptor, SMB_READ_MALFORMED);
		smb_reader_skip(descriptor, 1);
		item->counted = true;
	}
	if (!item->counted)
		item->count = 1;
	return descriptor->status == SMB_READ_OK;
}

SmbReader
smb1_rap_descriptor(SmbText text)
{
	return smb_reader_from_span(smb_span_first(text.bytes, DESCRIPTOR_MAX));
}

static bool
names_a_job(uint16_t function)
{
	return (function >= FN_PRINT_JOB_GET_INFO && function <= FN_PRINT_JOB_SET_INFO_OLD) ||
	       (function >= FN_PRINT_JOB_DELETE && function <= FN_PRINT_JOB_CONTINUE) ||
	       function == FN_PRINT_JOB_SET_INFO;
}

/* The word that every function has is a level; with print jobs, the job's id precedes it. */
static void
read_word(RapRequest *body, SmbReader *r, uint32_t n)
{
	uint16_t value = smb_reader_le16(r);

	if (r->status != SMB_READ_OK)
		return;
	if (n == 0 && names_a_job(body->function)) {
		body->job_id = value;
	} else if (!body->has_level) {
		body->level = value;
		body->has_level = true;
	}
}

static void
read_name(RapRequest *body, SmbText name)
{
	SmbText *slot = body->name.bytes.ptr ? &body->second_name : &body->name;

	if (!slot->bytes.ptr)
		*slot = name;
}

/*
 * 2.5.1, ParamDesc: what a letter means for the request's own bytes. Letters that describe the
 * response take none.
 */
static void
read_argument(RapRequest *body, SmbReader *r, const RapItem *item, uint32_t *n_words)
{
	switch (item->letter) {
	case 'W':
		read_word(body, r, (*n_words)++);
		break;
	case 'D':
		body->filter = smb_reader_le32(r);
		break;
	case 'L':
		body->receive_buffer_size = smb_reader_le16(r);
		break;
	case 'T':
		body->send_buffer_size = smb_reader_le16(r);
		break;
	case 'P':
		body->parameter_number = smb_reader_le16(r);
		break;
	case 'z':
		read_name(body, smb_reader_string(r, false));
		break;
	case 'b':
	case 'F': /* pad bytes */
		smb_reader_skip(r, item->count);
		break;
	default:
		break;
	}
}

static bool
is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* 2.5.1: letters and digits. What is another text may be a password that is in its place. */
static SmbText
read_descriptor(SmbReader *r)
{
	SmbText text = smb_reader_string(r, false);

	for (uint32_t i = 0; i < text.bytes.len; i++)
		if (!is_alphanumeric(text.bytes.ptr[i])) {
			smb_reader_fail(r, SMB_READ_MALFORMED);
			return (SmbText){ .encoding = SMB_TEXT_OEM };
		}
	return text;
}

void
smb1_rap_read_request(SmbReader *r, RapRequest *body)
{
	SmbReader descriptor;
	uint32_t n_words = 0;
	RapItem item;

	body->function = smb_reader_le16(r);
	body->parameter_descriptor = read_descriptor(r);
	body->data_descriptor = read_descriptor(r);
	descriptor = smb1_rap_descriptor(body->parameter_descriptor);
	while (smb_reader_left(&descriptor) && smb1_rap_next_item(&descriptor, &item))
		read_argument(body, r, &item, &n_words);
	smb_reader_fail(r, descriptor.status);
	body->auxiliary_descriptor = smb_reader_string(r, false);
}

void
smb1_rap_request(const Smb1Transaction *t, Smb1Nested *nested)
{
	RapRequest *body = SMB1_NESTED(nested, RapRequest);
	SmbReader r = smb1_parameters_reader(t);

	body->arguments = arguments_of(r);
	body->data = t->data;
	if (r.ones)
		smb_layout_fill(&rap_request, body);
	smb1_rap_read_request(&r, body);
	nested->layout = smb1_rap_is_open(body->function, false) ? &rap_request
			 : smb1_rap_takes_name(body->function)   ? &rap_closed
								 : &rap_unknown;
	nested->facts->about = smb1_rap_name(body->function);
	nested->status = r.status;
}
