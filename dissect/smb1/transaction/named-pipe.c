/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions of named pipes: [MS-CIFS] 2.2.5.1 to 2.2.5.11. */
#include "dissect/smb1/transaction/named-pipe.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

typedef struct {
	uint16_t function, fid, priority;
	uint16_t pipe_state, level, available, message_left, bytes_written;
	uint16_t output_buffer_size, input_buffer_size;
	uint8_t maximum_instances, current_instances, name_length;
	SmbText pipe_name;
	SmbSpan data;
} PipeFunction;

static const char *
function_name(uint32_t function)
{
	return smb1_trans_name((uint16_t)function);
}

#define PIPE_FIELD(KIND, member, ...) SMB_FIELD(PipeFunction, KIND, member, #member, __VA_ARGS__)
#define FUNCTION_FIELD                                                                  \
	SMB_FIELD(PipeFunction, U16, function, "subcommand", .role = SMB_ROLE_FUNCTION, \
		  .name_of = function_name)
#define STATE_FIELD PIPE_FIELD(U16, pipe_state, .flags = SMB_FIELD_SHOW_HEX)
#define DATA_FIELD SMB_FIELD(PipeFunction, LENGTH, data, "pipe_data", .flags = SMB_FIELD_MASKED)

/* In a request the function is one of the setup words, which the command shows already. */
static const SmbField plain_fields[] = { FUNCTION_FIELD };
static SMB_LAYOUT(plain, PipeFunction, "pipe function response");
static const SmbField set_state_fields[] = { STATE_FIELD };
static SMB_LAYOUT(set_state, PipeFunction, "pipe state request");
static const SmbField data_request_fields[] = { DATA_FIELD };
static SMB_LAYOUT(data_request, PipeFunction, "pipe data request");
static const SmbField state_fields[] = { FUNCTION_FIELD, STATE_FIELD };
static SMB_LAYOUT(state, PipeFunction, "pipe state response");
static const SmbField level_fields[] = { PIPE_FIELD(U16, level, .role = SMB_ROLE_TELLING) };
static SMB_LAYOUT(level, PipeFunction, "pipe information request");
static const SmbField data_fields[] = { FUNCTION_FIELD, DATA_FIELD };
static SMB_LAYOUT(data, PipeFunction, "pipe data response");
static const SmbField written_fields[] = { FUNCTION_FIELD, PIPE_FIELD(U16, bytes_written) };
static SMB_LAYOUT(written, PipeFunction, "pipe write response");
static const SmbField peek_fields[] = {
	FUNCTION_FIELD, PIPE_FIELD(U16, available), PIPE_FIELD(U16, message_left), STATE_FIELD,
	DATA_FIELD,
};
static SMB_LAYOUT(peek, PipeFunction, "pipe peek response");
static const SmbField info_fields[] = {
	FUNCTION_FIELD,
	PIPE_FIELD(U16, output_buffer_size),
	PIPE_FIELD(U16, input_buffer_size),
	PIPE_FIELD(U8, maximum_instances),
	PIPE_FIELD(U8, current_instances),
	PIPE_FIELD(U8, name_length),
	PIPE_FIELD(TEXT, pipe_name, .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(info, PipeFunction, "pipe information");

typedef void (*ReadFn)(const Smb1Transaction *t, SmbReader *r, PipeFunction *body);

/* Reads the state of a pipe. */
static void
read_state(const Smb1Transaction *t, SmbReader *r, PipeFunction *body)
{
	(void)t;
	body->pipe_state = smb_reader_le16(r);
}

static void
read_level(const Smb1Transaction *t, SmbReader *r, PipeFunction *body)
{
	(void)t;
	body->level = smb_reader_le16(r);
}

static void
read_written(const Smb1Transaction *t, SmbReader *r, PipeFunction *body)
{
	(void)t;
	body->bytes_written = smb_reader_le16(r);
}

static void
read_peek(const Smb1Transaction *t, SmbReader *r, PipeFunction *body)
{
	(void)t;
	body->available = smb_reader_le16(r);
	body->message_left = smb_reader_le16(r);
	body->pipe_state = smb_reader_le16(r);
}

/* 2.2.5.4.2 */
static void
read_info(const Smb1Transaction *t, SmbReader *r, PipeFunction *body)
{
	*r = smb1_data_reader(t);
	body->output_buffer_size = smb_reader_le16(r);
	body->input_buffer_size = smb_reader_le16(r);
	body->maximum_instances = smb_reader_u8(r);
	body->current_instances = smb_reader_u8(r);
	body->name_length = smb_reader_u8(r);
	body->pipe_name = smb_reader_string(r, t->unicode);
}

typedef struct {
	const SmbLayout *layout;
	ReadFn read;
} PipeSide;

/* One row per function: request, response. */
static const struct {
	uint16_t function;
	PipeSide side[2];
} functions[] = {
	{ TRANS_SET_NMPIPE_STATE, { { &set_state, read_state }, { &plain, NULL } } },
	{ TRANS_RAW_READ_NMPIPE, { { NULL, NULL }, { &data, NULL } } },
	{ TRANS_QUERY_NMPIPE_STATE, { { NULL, NULL }, { &state, read_state } } },
	{ TRANS_QUERY_NMPIPE_INFO, { { &level, read_level }, { &info, read_info } } },
	{ TRANS_PEEK_NMPIPE, { { NULL, NULL }, { &peek, read_peek } } },
	{ TRANS_TRANSACT_NMPIPE, { { &data_request, NULL }, { &data, NULL } } },
	{ TRANS_RAW_WRITE_NMPIPE, { { &data_request, NULL }, { &written, read_written } } },
	{ TRANS_READ_NMPIPE, { { NULL, NULL }, { &data, NULL } } },
	{ TRANS_WRITE_NMPIPE, { { &data_request, NULL }, { &written, read_written } } },
	{ TRANS_WAIT_NMPIPE, { { NULL, NULL }, { &plain, NULL } } },
	{ TRANS_CALL_NMPIPE, { { &data_request, NULL }, { &data, NULL } } },
};

/*
 * If a request comes in several messages, the last one completes it, and that one has neither setup
 * words nor a name.
 */
static void
tell_pipe(const Smb1Transaction *t, Smb1Facts *facts)
{
	facts->name = t->name;
	/* A wait, which has no FID either, carries nothing and does not come here. */
	if (t->n_setup < 2 || t->function == TRANS_CALL_NMPIPE)
		return;
	facts->has_fid = true;
	facts->fid = t->setup[1];
}

void
smb1_named_pipe_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	PipeFunction *body;
	SmbReader r = smb1_parameters_reader(t);
	const PipeSide *side = NULL;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (t->function == functions[i].function)
			side = &functions[i].side[t->response];
	if (!side || !side->layout)
		return;
	if (!t->response)
		tell_pipe(t, nested->facts);
	body = SMB1_NESTED(nested, PipeFunction);
	body->function = (uint16_t)t->function;
	body->data = t->data;
	nested->layout = side->layout;
	if (side->read)
		side->read(t, &r, body);
	nested->status = r.status;
}
