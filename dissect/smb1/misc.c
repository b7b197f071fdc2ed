/* SPDX-License-Identifier: BSD-3-Clause */
/* Attributes of an open file, space on the volume, device control. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

/* ---- QUERY_INFORMATION2, SET_INFORMATION2: [MS-CIFS] 2.2.4.31, 2.2.4.30 ---------------------- */

typedef struct {
	uint16_t fid;
} Smb1QueryInformation2Request;

static const SmbField query_information2_request_fields[] = {
	SMB_FIELD(Smb1QueryInformation2Request, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(query_information2_request, Smb1QueryInformation2Request,
		  "query information2 request");

void
smb1_parse_query_information2_request(Smb1Block *b)
{
	Smb1QueryInformation2Request *body = SMB1_BODY(b, Smb1QueryInformation2Request);

	smb1_read_words(b, &query_information2_request, body);
	smb1_facts_fid(b, body->fid);
}

typedef struct {
	uint32_t creation_time, last_access_time, last_write_time;
	uint32_t file_data_size, file_allocation_size;
	uint16_t file_attributes;
} Smb1QueryInformation2Response;

static const SmbField query_information2_response_fields[] = {
	SMB_FIELD(Smb1QueryInformation2Response, DOSTIME, creation_time, "creation_time"),
	SMB_FIELD(Smb1QueryInformation2Response, DOSTIME, last_access_time, "last_access_time"),
	SMB_FIELD(Smb1QueryInformation2Response, DOSTIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1QueryInformation2Response, U32, file_data_size, "file_data_size",
		  .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1QueryInformation2Response, U32, file_allocation_size, "file_allocation_size"),
	SMB_FIELD(Smb1QueryInformation2Response, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(query_information2_response, Smb1QueryInformation2Response,
		  "query information2 response");

void
smb1_parse_query_information2_response(Smb1Block *b)
{
	Smb1QueryInformation2Response *body = SMB1_BODY(b, Smb1QueryInformation2Response);

	smb1_read_words(b, &query_information2_response, body);
}

typedef struct {
	uint16_t fid;
	uint32_t creation_time, last_access_time, last_write_time;
} Smb1SetInformation2Request;

static const SmbField set_information2_request_fields[] = {
	SMB_FIELD(Smb1SetInformation2Request, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1SetInformation2Request, DOSTIME, creation_time, "creation_time"),
	SMB_FIELD(Smb1SetInformation2Request, DOSTIME, last_access_time, "last_access_time"),
	SMB_FIELD(Smb1SetInformation2Request, DOSTIME, last_write_time, "last_write_time"),
};
static SMB_LAYOUT(set_information2_request, Smb1SetInformation2Request, "set information2 request");

void
smb1_parse_set_information2_request(Smb1Block *b)
{
	Smb1SetInformation2Request *body = SMB1_BODY(b, Smb1SetInformation2Request);

	smb1_read_words(b, &set_information2_request, body);
	smb1_facts_fid(b, body->fid);
}

/* ---- QUERY_INFORMATION_DISK: [MS-CIFS] 2.2.4.57.2 (the request is empty) --------------------- */

typedef struct {
	uint16_t total_units, blocks_per_unit, block_size, free_units;
} Smb1QueryInformationDiskResponse;

static const SmbField query_information_disk_response_fields[] = {
	SMB_FIELD(Smb1QueryInformationDiskResponse, U16, total_units, "total_units"),
	SMB_FIELD(Smb1QueryInformationDiskResponse, U16, blocks_per_unit, "blocks_per_unit"),
	SMB_FIELD(Smb1QueryInformationDiskResponse, U16, block_size, "block_size"),
	SMB_FIELD(Smb1QueryInformationDiskResponse, U16, free_units, "free_units"),
};
static SMB_LAYOUT(query_information_disk_response, Smb1QueryInformationDiskResponse,
		  "query information disk response");

void
smb1_parse_query_information_disk_response(Smb1Block *b)
{
	Smb1QueryInformationDiskResponse *body = SMB1_BODY(b, Smb1QueryInformationDiskResponse);

	smb1_read_words(b, &query_information_disk_response, body);
	smb_reader_skip(&b->words, 2); /* Reserved */
}

/* ---- IOCTL: [MS-CIFS] 2.2.4.35 --------------------------------------------------------------- */

/*
 * Only the device knows what the parameters and data mean, and their offsets must be ignored:
 * neither is read.
 */
typedef struct {
	uint16_t fid, category, function;
	uint16_t total_parameter_count, total_data_count;
	uint16_t max_parameter_count, max_data_count;
	uint32_t timeout;
	uint16_t parameter_count, parameter_offset, data_count, data_offset;
} Smb1IoctlRequest;

enum { IOCTL_REQUEST_WORDS = 14 };

#define FULL_FORM .min_words = IOCTL_REQUEST_WORDS
static const SmbField ioctl_request_fields[] = {
	SMB_FIELD(Smb1IoctlRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1IoctlRequest, U16, category, "category"),
	SMB_FIELD(Smb1IoctlRequest, U16, function, "function", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1IoctlRequest, U16, total_parameter_count, "total_parameter_count",
		  .role = SMB_ROLE_TOTAL_PARAMETER_COUNT, FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, total_data_count, "total_data_count",
		  .role = SMB_ROLE_TOTAL_DATA_COUNT, FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, max_parameter_count, "max_parameter_count", FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, max_data_count, "max_data_count", FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U32, timeout, "timeout", FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, parameter_count, "parameter_count",
		  .role = SMB_ROLE_PARAMETER_COUNT, FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, parameter_offset, "parameter_offset",
		  .role = SMB_ROLE_PARAMETER_OFFSET, FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, data_count, "data_count", .role = SMB_ROLE_DATA_COUNT,
		  FULL_FORM),
	SMB_FIELD(Smb1IoctlRequest, U16, data_offset, "data_offset", .role = SMB_ROLE_DATA_OFFSET,
		  FULL_FORM),
};
static SMB_LAYOUT(ioctl_request, Smb1IoctlRequest, "ioctl request");

void
smb1_parse_ioctl_request(Smb1Block *b)
{
	Smb1IoctlRequest *body = SMB1_BODY(b, Smb1IoctlRequest);

	b->out->layout = &ioctl_request;
	body->fid = smb_reader_le16(&b->words);
	body->category = smb_reader_le16(&b->words);
	body->function = smb_reader_le16(&b->words);
	smb1_facts_fid(b, body->fid);
	b->facts->function = body->function;
	/* Samba's clients send only these three words. */
	if (!smb_reader_declared_left(&b->words))
		return;
	body->total_parameter_count = smb_reader_le16(&b->words);
	body->total_data_count = smb_reader_le16(&b->words);
	body->max_parameter_count = smb_reader_le16(&b->words);
	body->max_data_count = smb_reader_le16(&b->words);
	body->timeout = smb_reader_le32(&b->words);
	smb_reader_skip(&b->words, 2); /* Reserved */
	body->parameter_count = smb_reader_le16(&b->words);
	body->parameter_offset = smb_reader_le16(&b->words);
	body->data_count = smb_reader_le16(&b->words);
	body->data_offset = smb_reader_le16(&b->words);
}

typedef struct {
	uint16_t total_parameter_count, total_data_count;
	uint16_t parameter_count, parameter_offset, parameter_displacement;
	uint16_t data_count, data_offset, data_displacement;
} Smb1IoctlResponse;

static const SmbField ioctl_response_fields[] = {
	SMB_FIELD(Smb1IoctlResponse, U16, total_parameter_count, "total_parameter_count",
		  .role = SMB_ROLE_TOTAL_PARAMETER_COUNT),
	SMB_FIELD(Smb1IoctlResponse, U16, total_data_count, "total_data_count",
		  .role = SMB_ROLE_TOTAL_DATA_COUNT),
	SMB_FIELD(Smb1IoctlResponse, U16, parameter_count, "parameter_count",
		  .role = SMB_ROLE_PARAMETER_COUNT),
	SMB_FIELD(Smb1IoctlResponse, U16, parameter_offset, "parameter_offset",
		  .role = SMB_ROLE_PARAMETER_OFFSET),
	SMB_FIELD(Smb1IoctlResponse, U16, parameter_displacement, "parameter_displacement"),
	SMB_FIELD(Smb1IoctlResponse, U16, data_count, "data_count", .role = SMB_ROLE_DATA_COUNT),
	SMB_FIELD(Smb1IoctlResponse, U16, data_offset, "data_offset", .role = SMB_ROLE_DATA_OFFSET),
	SMB_FIELD(Smb1IoctlResponse, U16, data_displacement, "data_displacement"),
};
static SMB_LAYOUT(ioctl_response, Smb1IoctlResponse, "ioctl response");

void
smb1_parse_ioctl_response(Smb1Block *b)
{
	Smb1IoctlResponse *body = SMB1_BODY(b, Smb1IoctlResponse);

	smb1_read_words(b, &ioctl_response, body);
}
