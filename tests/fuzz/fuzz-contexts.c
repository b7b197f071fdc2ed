/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as the contexts of a command of SMB2, as the data of an error, as channel information,
 * or as the headers of a compressed message. The first byte says of which; the second how many
 * bytes more are declared than are there, or how many contexts there are. What comes before them is
 * always sound.
 */
#include "dissect/smb2/message.h"
#include "output/base/fields.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIXED_MAX = SMB2_HEADER_SIZE + 96, DATA_MAX = 65536 };

/* A number in the fixed part of a message: where it is, and what is put there. */
typedef enum { NOTHING, STRUCTURE_SIZE, DATA_OFFSET, DATA_LENGTH, COUNT, VALUE } What;

typedef struct {
	uint8_t at, size, what; /* `at` counts from the end of the header */
	uint32_t value;
} Put;

/* A message whose fixed part ends where the fuzzed bytes begin. */
typedef struct {
	uint16_t command;
	bool response;
	uint32_t status;
	uint8_t fixed; /* bytes of the body before the data */
	Put puts[6];
} Form;

static const Form forms[] = {
	{ SMB2_NEGOTIATE,
	  false,
	  0,
	  40,
	  { { 0, 2, VALUE, 36 },
	    { 2, 2, VALUE, 1 },
	    { 28, 4, DATA_OFFSET, 0 },
	    { 32, 2, COUNT, 0 },
	    { 36, 2, VALUE, 0x0311 } } },
	{ SMB2_NEGOTIATE,
	  true,
	  0,
	  64,
	  { { 0, 2, VALUE, 65 },
	    { 4, 2, VALUE, 0x0311 },
	    { 6, 2, COUNT, 0 },
	    { 60, 4, DATA_OFFSET, 0 } } },
	{ SMB2_CREATE,
	  false,
	  0,
	  56,
	  { { 0, 2, VALUE, 57 }, { 48, 4, DATA_OFFSET, 0 }, { 52, 4, DATA_LENGTH, 0 } } },
	{ SMB2_CREATE,
	  true,
	  0,
	  88,
	  { { 0, 2, VALUE, 89 }, { 80, 4, DATA_OFFSET, 0 }, { 84, 4, DATA_LENGTH, 0 } } },
	{ SMB2_TREE_CONNECT,
	  false,
	  0,
	  24,
	  { { 0, 2, VALUE, 9 }, { 2, 2, VALUE, 4 }, { 8, 4, VALUE, 24 }, { 12, 2, COUNT, 0 } } },
	{ SMB2_CREATE,
	  true,
	  STATUS_STOPPED_ON_SYMLINK,
	  8,
	  { { 0, 2, VALUE, 9 }, { 4, 4, DATA_LENGTH, 0 } } },
	{ SMB2_TREE_CONNECT,
	  true,
	  0xC00000CC,
	  8,
	  { { 0, 2, VALUE, 9 }, { 2, 1, COUNT, 0 }, { 4, 4, DATA_LENGTH, 0 } } },
	{ SMB2_READ,
	  false,
	  0,
	  48,
	  { { 0, 2, VALUE, 49 },
	    { 36, 4, VALUE, 1 },
	    { 44, 2, DATA_OFFSET, 0 },
	    { 46, 2, DATA_LENGTH, 0 } } },
	{ SMB2_WRITE,
	  false,
	  0,
	  48,
	  { { 0, 2, VALUE, 49 },
	    { 32, 4, VALUE, 3 },
	    { 40, 2, DATA_OFFSET, 0 },
	    { 42, 2, DATA_LENGTH, 0 } } },
	{ SMB2_READ,
	  true,
	  0,
	  16,
	  { { 0, 2, VALUE, 17 },
	    { 2, 1, DATA_OFFSET, 0 },
	    { 4, 4, DATA_LENGTH, 0 },
	    { 12, 4, VALUE, 1 } } },
};
enum { N_FORMS = sizeof(forms) / sizeof(forms[0]) };

static void
put(uint8_t *at, unsigned size, uint64_t value)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Returns the length of what it wrote. */
static uint32_t
begin(const Form *f, uint8_t *out, uint32_t length, uint8_t count)
{
	uint32_t start = SMB2_HEADER_SIZE + f->fixed;

	memset(out, 0, start);
	put(out, 4, SMB2_PROTOCOL_ID);
	put(out + 4, 2, SMB2_HEADER_SIZE);
	put(out + 8, 4, f->status);
	put(out + 12, 2, f->command);
	put(out + 16, 4, f->response ? SMB2_FLAGS_SERVER_TO_REDIR : 0);
	for (size_t i = 0; i < sizeof(f->puts) / sizeof(f->puts[0]); i++) {
		const Put *p = &f->puts[i];
		uint32_t v = p->what == DATA_OFFSET   ? start
			     : p->what == DATA_LENGTH ? length
			     : p->what == COUNT       ? count
						      : p->value;

		if (p->what != NOTHING)
			put(out + SMB2_HEADER_SIZE + p->at, p->size, v);
	}
	return start;
}

/* The output of what was read stays within its limit. */
static void
print(const SmbMessage *m)
{
	SmbBlock header = { .layout = m->transform_layout, .body = m->transform };
	OutBuffer b = { 0 };

	out_fields_limit(&b, m);
	out_char(&b, '{'); /* fields come in an object */
	out_fields_json(&b, m->n_blocks ? &m->blocks[0] : &header, true);
	if (b.len > 64 * (size_t)m->bytes.limit + 65536)
		abort();
	out_buffer_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Smb2Scratch scratch;
	uint8_t fixed[FIXED_MAX], *message;
	uint32_t start, n, kind;
	bool response = false;

	if (size < 2 || size - 2 > DATA_MAX)
		return 0;
	n = (uint32_t)size - 2;
	kind = (data[0] & 0x7F) % (N_FORMS + 1);
	if (kind < N_FORMS) {
		start = begin(&forms[kind], fixed, n, data[1]);
		response = forms[kind].response;
	} else {
		put(fixed, 4, SMB2_COMPRESSION_PROTOCOL_ID);
		start = 4;
	}
	/* Of exactly its size, so that AddressSanitizer sees a read beyond it. */
	message = malloc(start + n);
	memcpy(message, fixed, start);
	memcpy(message + start, data + 2, n);
	smb2_dissect(smb_reader_new(message, start + n, start + n + (data[0] >> 7 ? data[1] : 0)),
		     response, &scratch);
	walk_more(scratch.message.transform_layout, scratch.message.transform, 0);
	if (scratch.message.n_blocks)
		walk_more(scratch.message.blocks[0].layout, scratch.message.blocks[0].body, 0);
	print(&scratch.message);
	free(message);
	return 0;
}
