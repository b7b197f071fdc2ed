/* SPDX-License-Identifier: BSD-3-Clause */
/* The TRANSACTION command, and what the three kinds of transaction share. */
#include "dissect/smb1/transaction/transaction.h"

#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

enum {
	NO_FID = 0xFFFF,
	FLAGS_DISCONNECT_TID = 0x0001, /* [MS-CIFS] 2.2.4.33.1 */
	FLAGS_NO_RESPONSE = 0x0002,
};

/* ---- Shared ---------------------------------------------------------------------------------- */

typedef struct {
	uint16_t word;
} Smb1SetupWord;

static const SmbField smb1_setup_word_fields[] = {
	SMB_FIELD(Smb1SetupWord, U16, word, NULL),
};
SMB_LAYOUT(smb1_setup_word, Smb1SetupWord, "setup word");

static bool
next_setup_word(SmbList *list, void *item)
{
	Smb1SetupWord *setup = item;

	setup->word = smb_reader_le16(&list->at);
	return list->at.status == SMB_READ_OK;
}

SmbList
smb1_setup_words(Smb1Block *b, uint8_t count)
{
	return (SmbList){ .at = smb_reader_sub(&b->words, count * 2u), .next = next_setup_word };
}

static SmbReader
find_section(Smb1Block *b, uint32_t offset, uint32_t count)
{
	SmbReader message = b->message->bytes;
	SmbReader section;

	if (!count) /* then the offset is meaningless */
		return smb_reader_sub(&message, 0);
	smb_reader_seek(&message, offset);
	if (offset < SMB1_HEADER_SIZE)
		smb_reader_fail(&message, SMB_READ_MALFORMED);
	section = smb_reader_sub(&message, count);
	smb_reader_fail(&b->bytes, message.status);
	return section;
}

SmbReader
smb1_transaction_sections(Smb1Block *b, const Smb1TransactionCounts *counts)
{
	SmbReader parameters = find_section(b, counts->parameter_offset, counts->parameter_count);

	(void)find_section(b, counts->data_offset, counts->data_count);
	return parameters;
}

bool
smb1_transaction_is_whole(const Smb1TransactionCounts *counts)
{
	return counts->parameter_count >= counts->total_parameter_count;
}

void
smb1_transaction_request_words(Smb1Block *b, Smb1TransactionRequest *t)
{
	SmbReader setup;

	t->counts.total_parameter_count = smb_reader_le16(&b->words);
	t->counts.total_data_count = smb_reader_le16(&b->words);
	t->max_parameter_count = smb_reader_le16(&b->words);
	t->max_data_count = smb_reader_le16(&b->words);
	t->max_setup_count = smb_reader_u8(&b->words);
	smb_reader_skip(&b->words, 1); /* Reserved1 */
	t->flags = smb_reader_le16(&b->words);
	t->timeout = smb_reader_le32(&b->words);
	smb_reader_skip(&b->words, 2); /* Reserved2 */
	t->counts.parameter_count = smb_reader_le16(&b->words);
	t->counts.parameter_offset = smb_reader_le16(&b->words);
	t->counts.data_count = smb_reader_le16(&b->words);
	t->counts.data_offset = smb_reader_le16(&b->words);
	t->setup_count = smb_reader_u8(&b->words);
	smb_reader_skip(&b->words, 1); /* Reserved3 */
	t->setup = smb1_setup_words(b, t->setup_count);
	setup = t->setup.at;
	t->function = smb_reader_le16(&setup);
	t->parameters = smb1_transaction_sections(b, &t->counts);
	b->facts->one_way = t->flags & FLAGS_NO_RESPONSE;
	b->facts->disconnects = t->flags & FLAGS_DISCONNECT_TID;
}

static void
read_parts16(SmbReader *words, Smb1TransactionCounts *counts)
{
	counts->parameter_count = smb_reader_le16(words);
	counts->parameter_offset = smb_reader_le16(words);
	counts->parameter_displacement = smb_reader_le16(words);
	counts->data_count = smb_reader_le16(words);
	counts->data_offset = smb_reader_le16(words);
	counts->data_displacement = smb_reader_le16(words);
}

void
smb1_transaction_counts32(SmbReader *words, Smb1TransactionCounts *counts)
{
	counts->total_parameter_count = smb_reader_le32(words);
	counts->total_data_count = smb_reader_le32(words);
	counts->parameter_count = smb_reader_le32(words);
	counts->parameter_offset = smb_reader_le32(words);
	counts->parameter_displacement = smb_reader_le32(words);
	counts->data_count = smb_reader_le32(words);
	counts->data_offset = smb_reader_le32(words);
	counts->data_displacement = smb_reader_le32(words);
}

/* ---- Parts ----------------------------------------------------------------------------------- */

/* The counts are from the wire, so sums need 64 bits. */
bool
smb1_transaction_goes_on(const Smb1TransactionCounts *counts)
{
	return (uint64_t)counts->parameter_displacement + counts->parameter_count <
		       counts->total_parameter_count ||
	       (uint64_t)counts->data_displacement + counts->data_count < counts->total_data_count;
}

static SmbSpan
section_bytes(const SmbMessage *m, uint32_t offset, uint32_t count)
{
	SmbReader r = m->bytes;

	if (!count || offset < SMB1_HEADER_SIZE)
		return (SmbSpan){ NULL, 0 };
	smb_reader_seek(&r, offset);
	return smb_reader_partial(&r, count);
}

bool
smb1_transaction_part(const SmbMessage *m, const SmbBlock *block, Smb1TransactionPart *part)
{
	bool first = smb1_is_transaction(block->command);
	const Smb1TransactionCounts *counts = block->body;

	if (!counts || (!first && !smb1_transaction_primary(block->command)))
		return false;
	/* Unless all the words are here, the counts cannot be trusted. */
	if (block->offset + 1 + block->word_count * 2u > m->bytes.limit)
		return false;
	*part = (Smb1TransactionPart){
		.counts = *counts,
		.parameters = section_bytes(m, counts->parameter_offset, counts->parameter_count),
		.data = section_bytes(m, counts->data_offset, counts->data_count),
		.request = first && !m->response ? (const Smb1TransactionRequest *)counts : NULL,
	};
	return true;
}

/* ---- TRANSACTION request: [MS-CIFS] 2.2.4.33.1 ----------------------------------------------- */

typedef struct {
	Smb1TransactionRequest head;
	SmbText transaction_name;
	uint16_t fid;      /* pipes */
	uint16_t priority; /* pipes by name, mailslots */
	uint16_t class;    /* mailslots */
} Smb1TransactionBody;

static const char *
trans_name_of(uint32_t subcommand)
{
	return smb1_trans_name((uint16_t)subcommand);
}

#define TRANSACTION_FIELDS                                                                 \
	SMB1_TRANSACTION_REQUEST_FIELDS(Smb1TransactionBody),                              \
		SMB_FIELD(Smb1TransactionBody, TEXT, transaction_name, "transaction_name", \
			  .role = SMB_ROLE_FILE)
#define SUBCOMMAND_FIELD                                                 \
	SMB_FIELD(Smb1TransactionBody, U16, head.function, "subcommand", \
		  .role = SMB_ROLE_FUNCTION, .name_of = trans_name_of)

static const SmbField transaction_request_fields[] = { TRANSACTION_FIELDS };
static SMB_LAYOUT(transaction_request, Smb1TransactionBody, "transaction request");

static const SmbField pipe_request_fields[] = {
	TRANSACTION_FIELDS,
	SUBCOMMAND_FIELD,
	SMB_FIELD(Smb1TransactionBody, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(pipe_request, Smb1TransactionBody, "transaction request to a pipe");

static const SmbField named_pipe_request_fields[] = {
	TRANSACTION_FIELDS,
	SUBCOMMAND_FIELD,
	SMB_FIELD(Smb1TransactionBody, U16, priority, "priority"),
};
static SMB_LAYOUT(named_pipe_request, Smb1TransactionBody, "transaction request to a pipe by name");

static const SmbField mailslot_request_fields[] = {
	TRANSACTION_FIELDS,
	SMB_FIELD(Smb1TransactionBody, U16, head.function, "mailslot_opcode"),
	SMB_FIELD(Smb1TransactionBody, U16, priority, "priority"),
	SMB_FIELD(Smb1TransactionBody, U16, class, "class"),
};
static SMB_LAYOUT(mailslot_request, Smb1TransactionBody, "transaction request to a mailslot");

bool
smb1_transaction_name_begins(SmbText name, const char *capitals, bool whole)
{
	uint32_t at = 0, c;

	for (; *capitals; capitals++) {
		if (!smb_text_next(name, &at, &c))
			return false;
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c != (uint32_t)*capitals)
			return false;
	}
	return !whole || (!name.cut && !smb_text_next(name, &at, &c));
}

bool
smb1_transaction_writes_pipe(int32_t function)
{
	return function == TRANS_TRANSACT_NMPIPE || function == TRANS_WRITE_NMPIPE ||
	       function == TRANS_RAW_WRITE_NMPIPE;
}

/*
 * [MS-CIFS] 2.2.5: the word after the subcommand is a FID, except for the two that use the pipe's
 * name.
 */
static const SmbLayout *
read_pipe_setup(Smb1Block *b, Smb1TransactionBody *body, SmbReader *setup)
{
	b->facts->function = body->head.function;
	if (body->head.function == TRANS_WAIT_NMPIPE || body->head.function == TRANS_CALL_NMPIPE) {
		body->priority = smb_reader_le16(setup);
		return &named_pipe_request;
	}
	body->fid = smb_reader_le16(setup);
	smb1_facts_fid(b, body->fid);
	return &pipe_request;
}

/* [MS-MAIL] 2.2.1. */
static const SmbLayout *
read_mailslot_setup(Smb1TransactionBody *body, SmbReader *setup)
{
	body->priority = smb_reader_le16(setup);
	body->class = smb_reader_le16(setup);
	return &mailslot_request;
}

/* Whether a name has bytes of a section, which may be a secret. */
static bool
reaches_into(const Smb1Block *b, SmbText name, uint32_t offset, uint32_t count)
{
	uintptr_t section = (uintptr_t)b->message->bytes.base + offset;
	uintptr_t from = (uintptr_t)name.bytes.ptr;

	return count && from < section + count && section < from + name.bytes.len;
}

void
smb1_parse_transaction_request(Smb1Block *b)
{
	Smb1TransactionBody *body = SMB1_BODY(b, Smb1TransactionBody);
	const Smb1TransactionCounts *counts;
	SmbReader setup;

	b->out->layout = &transaction_request;
	body->transaction_name = smb_reader_string(&b->bytes, b->unicode);
	smb1_transaction_request_words(b, &body->head);
	counts = &body->head.counts;
	if (reaches_into(b, body->transaction_name, counts->parameter_offset,
			 counts->parameter_count) ||
	    reaches_into(b, body->transaction_name, counts->data_offset, counts->data_count)) {
		smb_reader_fail(&b->bytes, SMB_READ_MALFORMED);
		body->transaction_name = (SmbText){ .encoding = SMB_TEXT_OEM };
	}
	b->facts->name = body->transaction_name;
	setup = body->head.setup.at;
	smb_reader_skip(&setup, 2);
	if (body->head.setup_count >= 3 &&
	    smb1_transaction_name_begins(body->transaction_name, "\\MAILSLOT\\", false))
		b->out->layout = read_mailslot_setup(body, &setup);
	else if (body->head.setup_count >= 2 &&
		 (smb1_transaction_writes_pipe(body->head.function) ||
		  smb1_transaction_name_begins(body->transaction_name, "\\PIPE\\", false)))
		b->out->layout = read_pipe_setup(b, body, &setup);
}

/* ---- Secondary requests: [MS-CIFS] 2.2.4.34.1, 2.2.4.47.1 ------------------------------------ */

#define SECONDARY_FIELDS                                            \
	SMB1_TOTAL_FIELDS(Smb1TransactionSecondary, counts),        \
		SMB1_PART_FIELDS(Smb1TransactionSecondary, counts), \
		SMB1_DISPLACEMENT_FIELDS(Smb1TransactionSecondary, counts)

static const SmbField smb1_transaction_secondary_fields[] = { SECONDARY_FIELDS };
SMB_LAYOUT(smb1_transaction_secondary, Smb1TransactionSecondary, "transaction secondary request");

static const SmbField transaction2_secondary_fields[] = {
	SECONDARY_FIELDS,
	SMB_FIELD(Smb1TransactionSecondary, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(transaction2_secondary, Smb1TransactionSecondary,
		  "transaction2 secondary request");

static Smb1TransactionSecondary *
read_secondary(Smb1Block *b)
{
	Smb1TransactionSecondary *body = SMB1_BODY(b, Smb1TransactionSecondary);

	b->out->layout = &smb1_transaction_secondary;
	body->counts.total_parameter_count = smb_reader_le16(&b->words);
	body->counts.total_data_count = smb_reader_le16(&b->words);
	read_parts16(&b->words, &body->counts);
	(void)smb1_transaction_sections(b, &body->counts);
	return body;
}

void
smb1_parse_transaction_secondary_request(Smb1Block *b)
{
	(void)read_secondary(b);
}

void
smb1_parse_transaction2_secondary_request(Smb1Block *b)
{
	Smb1TransactionSecondary *body = read_secondary(b);

	if (!smb_reader_declared_left(
		    &b->words)) /* 8 words: from a client that takes it for TRANSACTION_SECONDARY */
		return;
	b->out->layout = &transaction2_secondary;
	body->fid = smb_reader_le16(&b->words);
	if (body->fid != NO_FID)
		smb1_facts_fid(b, body->fid);
}

/* ---- Responses: [MS-CIFS] 2.2.4.33.2, 2.2.4.46.2 --------------------------------------------- */

static const SmbField smb1_transaction_response_fields[] = {
	SMB1_TOTAL_FIELDS(Smb1TransactionResponse, counts),
	SMB1_PART_FIELDS(Smb1TransactionResponse, counts),
	SMB1_DISPLACEMENT_FIELDS(Smb1TransactionResponse, counts),
	SMB_FIELD(Smb1TransactionResponse, U8, setup_count, "setup_count"),
	SMB_FIELD(Smb1TransactionResponse, LIST, setup, "setup", .role = SMB_ROLE_SETUP,
		  .items = &smb1_setup_word),
};
SMB_LAYOUT(smb1_transaction_response, Smb1TransactionResponse, "transaction response");

void
smb1_parse_transaction_response(Smb1Block *b)
{
	Smb1TransactionResponse *body = SMB1_BODY(b, Smb1TransactionResponse);

	b->out->layout = &smb1_transaction_response;
	body->counts.total_parameter_count = smb_reader_le16(&b->words);
	body->counts.total_data_count = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 2); /* Reserved1 */
	read_parts16(&b->words, &body->counts);
	body->setup_count = smb_reader_u8(&b->words);
	smb_reader_skip(&b->words, 1); /* Reserved2 */
	body->setup = smb1_setup_words(b, body->setup_count);
	(void)smb1_transaction_sections(b, &body->counts);
}
