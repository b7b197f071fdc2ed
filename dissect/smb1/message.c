/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One SMB1 message: the header, and the walk along its chain of command blocks ([MS-CIFS] 2.2.3).
 */
#include "dissect/smb1/message.h"

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

#include <string.h>

enum {
	ANDX_WORDS = 2, /* AndXCommand, AndXReserved, AndXOffset */
	FORMS_LAST = 63,
	SIGNATURE_SIZE = 8,
	/* How many blocks a chain may have: these, or two more than one for so many bytes. */
	BLOCKS_MIN = 4,
	BLOCK_BYTES = 32,
};

/* The position in the chain: the current block, and where the chain says that the next one is. */
typedef struct {
	uint32_t offset; /* of this block's WordCount */
	uint8_t command;
	bool more;    /* another block follows */
	uint8_t next; /* its command */
	uint16_t next_offset;
	/*
	 * The smallest offset that the next block can have: after this one's ByteCount (0: it has
	 * none). Its bytes may cover the next block, as those of a WRITE_ANDX do with clients that
	 * put the chain between ByteCount and data.
	 */
	uint32_t earliest;
} Walk;

void *
smb1_body(Smb1Block *b, size_t size)
{
	memset(b->storage, 0, size);
	b->out->body = b->storage;
	return b->storage;
}

void
smb1_read_words(Smb1Block *b, const SmbLayout *layout, void *body)
{
	b->out->layout = layout;
	smb_layout_read(&b->words, layout, 0, body);
}

void
smb1_payload(Smb1Block *b, uint32_t offset, uint32_t length)
{
	SmbReader r = b->message->bytes;
	uint32_t end = r.end;

	smb_reader_seek(&r, offset);
	b->facts->payload = smb_reader_partial(&r, length);
	if (length > 0 && (offset > end || length > end - offset))
		b->message->anomalies |= SMB_ANOMALY_FIELDS;
	else
		b->byte_count_unreliable = length > UINT16_MAX;
}

SmbText
smb1_string(Smb1Block *b)
{
	return smb_reader_string(&b->bytes, b->unicode);
}

/*
 * A capture of short packets has only the first fields of a header: the command and its status,
 * which are worth showing.
 */
static void
read_beginning(SmbReader r, SmbMessage *m)
{
	smb_reader_skip(&r, 4);
	m->command = smb_reader_u8(&r);
	m->status.value = smb_reader_le32(&r);
	m->flags = smb_reader_u8(&r);
	m->flags2 = smb_reader_le16(&r);
	m->status.dos = !(m->flags2 & SMB_FLAGS2_NT_STATUS);
	m->partial_header = r.status == SMB_READ_OK;
}

/* [MS-CIFS] 2.2.3.1. */
static void
read_header(SmbReader *r, bool response, SmbMessage *m)
{
	const uint8_t *header = smb_reader_take(r, SMB1_HEADER_SIZE);

	if (!header) {
		read_beginning(m->bytes, m);
		return;
	}
	m->command = header[4];
	m->status.value = smb_load_le32(header + 5);
	m->flags = header[9];
	m->flags2 = smb_load_le16(header + 10);
	m->pid_high = smb_load_le16(header + 12);
	smb_span_copy((SmbSpan){ header + 14, SIGNATURE_SIZE }, m->signature, SIGNATURE_SIZE);
	m->has_signature = smb_load_le32(header + 14) || smb_load_le32(header + 18);
	m->key = smb_load_le32(header + 14);
	m->cid = smb_load_le16(header + 18);
	m->sequence_number = smb_load_le16(header + 20);
	m->tid = smb_load_le16(header + 24);
	m->pid = smb_load_le16(header + 26);
	m->uid = smb_load_le16(header + 28);
	m->mid = smb_load_le16(header + 30);
	m->status.dos = !(m->flags2 & SMB_FLAGS2_NT_STATUS);
	if (!!(m->flags & SMB_FLAGS_REPLY) != response)
		m->anomalies |= SMB_ANOMALY_REPLY_BIT;
}

/*
 * The true number of words in a block. Some servers count fewer than they send
 * (Smb1Command.understated); that is assumed if the message has room for the true number.
 */
static uint32_t
true_words(const SmbReader *r, const Smb1Command *row, bool response, uint8_t declared)
{
	if (response && row->understated.declared == declared &&
	    smb_reader_declared_left(r) >= row->understated.sent * 2u + 2u)
		return row->understated.sent;
	return declared;
}

static void
read_andx(Smb1Block *b, Walk *walk)
{
	uint8_t next = smb_reader_u8(&b->words);

	smb_reader_skip(&b->words, 1);
	walk->next_offset = smb_reader_le16(&b->words);
	walk->next = next;
	walk->more = next != SMB_COM_NO_ANDX_COMMAND;
}

/*
 * WordCount and words, ByteCount and bytes ([MS-CIFS] 2.2.3.2, 2.2.3.3). Parts that are missing
 * leave empty readers. Returns false if the block ends before its bytes begin. *ret_over: ByteCount
 * is more than the message has.
 */
static bool
read_outline(Smb1Block *b, SmbReader *r, const Smb1Command *row, Walk *walk, bool *ret_over)
{
	SmbBlock *out = b->out;
	uint32_t words, left;

	out->word_count = smb_reader_u8(r);
	out->has_words = r->status == SMB_READ_OK;
	words = true_words(r, row, b->message->response, out->word_count);
	b->words = smb_reader_sub(r, words * 2);
	if (r->status == SMB_READ_MALFORMED)
		b->message->anomalies |= SMB_ANOMALY_WORD_COUNT;
	if (row->andx && out->word_count >= ANDX_WORDS)
		read_andx(b, walk);
	b->bytes = *r;
	if (r->status != SMB_READ_OK) {
		b->bytes.limit = b->bytes.end = b->bytes.pos;
		return false;
	}
	out->byte_count = smb_reader_le16(r);
	out->has_bytes = r->status == SMB_READ_OK;
	if (r->status == SMB_READ_MALFORMED)
		b->message->anomalies |= SMB_ANOMALY_BYTE_COUNT;
	walk->earliest = r->pos;
	left = smb_reader_declared_left(r);
	*ret_over = out->byte_count > left;
	b->bytes = smb_reader_sub(r, out->byte_count < left ? out->byte_count : left);
	return out->has_bytes;
}

/*
 * An error response has neither words nor bytes, whatever the command ([MS-CIFS] 2.2.3.2, 2.2.3.3).
 */
static bool
is_bare_error(const SmbMessage *m, const SmbBlock *out)
{
	return m->response && m->status.value != 0 && out->word_count == 0;
}

static bool
has_form(uint64_t forms, uint8_t word_count)
{
	return forms == 0 || forms >> (word_count < FORMS_LAST ? word_count : FORMS_LAST) & 1;
}

/* The fields, if the block has a known form. An empty response (an interim one, say) has none. */
static void
read_fields(Smb1Block *b, const Smb1Command *row)
{
	bool response = b->message->response;
	Smb1Parse parse = response ? row->response : row->request;

	if (is_bare_error(b->message, b->out))
		return;
	if (!has_form(row->forms[response], b->out->word_count)) {
		b->message->anomalies |= SMB_ANOMALY_WORD_COUNT;
		return;
	}
	if (parse && !(response && b->out->word_count == 0 && b->out->byte_count == 0))
		parse(b);
}

/* Sets the status of the block from its readers; `cut`: bytes that should be here are missing. */
static void
settle_status(Smb1Block *b, bool cut)
{
	SmbBlock *out = b->out;

	out->status = b->words.status;
	if (out->status == SMB_READ_OK)
		out->status = b->bytes.status;
	if (out->status == SMB_READ_OK && cut)
		out->status = SMB_READ_TRUNCATED;
	if (out->status == SMB_READ_MALFORMED && out->has_bytes)
		b->message->anomalies |= SMB_ANOMALY_FIELDS;
	if (out->status == SMB_READ_TRUNCATED || cut)
		b->message->incomplete |= SMB_INCOMPLETE_TRUNCATED;
}

bool
smb1_same_body(const SmbLayout *a, const SmbLayout *b)
{
	if (a == b || !a || !b)
		return a == b;
	return a->size == b->size && a->fields[0].offset == b->fields[0].offset &&
	       a->fields[0].kind == b->fields[0].kind && a->fields[0].key && b->fields[0].key &&
	       strcmp(a->fields[0].key, b->fields[0].key) == 0;
}

/*
 * As SmbBlock.there says, of a block that could not be read to its end. One parse function has one
 * body, whichever layout it chooses.
 */
static void
note_read(Smb1Scratch *scratch, uint32_t index, const Smb1Command *row)
{
	SmbBlock *first = &scratch->message.blocks[index];
	SmbBlock again = { .command = first->command, .name = first->name, .offset = first->offset };
	Smb1Facts facts = { .function = -1, .level = -1 };
	Walk walk = { .offset = first->offset };
	SmbMessage copy;
	SmbReader r;
	bool over;
	Smb1Block b = {
		.out = &again,
		.message = &copy,
		.facts = &facts,
		.unicode = scratch->message.flags2 & SMB_FLAGS2_UNICODE,
		.extended_security = scratch->message.flags2 & SMB_FLAGS2_EXTENDED_SECURITY,
		.storage = scratch->there[index],
	};

	memcpy(&copy, &scratch->message, offsetof(SmbMessage, blocks));
	copy.bytes.ones = true;
	r = copy.bytes;
	smb_reader_seek(&r, first->offset);
	read_outline(&b, &r, row, &walk, &over);
	read_fields(&b, row);
	first->there = again.body;
}

static void
read_block(Smb1Scratch *scratch, Walk *walk)
{
	SmbMessage *m = &scratch->message;
	uint32_t index = m->n_blocks++;
	const Smb1Command *row = smb1_command(walk->command);
	SmbReader r = m->bytes;
	bool over = false, cut = false;
	Smb1Block b = {
		.out = &m->blocks[index],
		.message = m,
		.facts = &scratch->facts[index],
		.unicode = m->flags2 & SMB_FLAGS2_UNICODE,
		.extended_security = m->flags2 & SMB_FLAGS2_EXTENDED_SECURITY,
		.storage = scratch->bodies[index],
	};

	*b.out = (SmbBlock){ .command = walk->command,
			     .name = smb1_command_name(walk->command),
			     .offset = walk->offset };
	*b.facts = (Smb1Facts){ .function = -1, .level = -1 };
	smb_reader_seek(&r, walk->offset);
	if (read_outline(&b, &r, row, walk, &over)) {
		cut = !smb1_command_has_payload(row, m->response) && r.status == SMB_READ_TRUNCATED;
		read_fields(&b, row);
	} else if (r.status == SMB_READ_TRUNCATED) {
		cut = true;
		/* The words that are here are worth showing. */
		if (b.out->has_words)
			read_fields(&b, row);
	}
	if (over && !b.byte_count_unreliable)
		m->anomalies |= SMB_ANOMALY_BYTE_COUNT;
	settle_status(&b, cut);
	if (b.out->status != SMB_READ_OK && b.out->layout)
		note_read(scratch, index, row);
}

/*
 * A block of seven bytes is told in a thousand, with all that is known of its user: chains of those
 * are cut. Those of programs have longer ones.
 */
static uint32_t
most_blocks(const SmbMessage *m)
{
	uint32_t paid = m->bytes.limit / BLOCK_BYTES + 2;

	if (paid < BLOCKS_MIN)
		paid = BLOCKS_MIN;
	return paid < SMB_CHAIN_MAX ? paid : SMB_CHAIN_MAX;
}

/*
 * Moves to the next block of the chain ([MS-CIFS] 2.2.3.4); false at its end, which can be an
 * anomaly.
 */
static bool
next_block(SmbMessage *m, Walk *walk)
{
	uint32_t earliest = walk->earliest;

	if (!walk->more || earliest == 0)
		return false;
	if (walk->next_offset < earliest || walk->next_offset >= m->bytes.end) {
		m->anomalies |= SMB_ANOMALY_ANDX_OFFSET;
		return false;
	}
	if (m->n_blocks == most_blocks(m)) {
		m->anomalies |= SMB_ANOMALY_ANDX_CHAIN;
		m->incomplete |= SMB_INCOMPLETE_LIMIT;
		return false;
	}
	*walk = (Walk){ .offset = walk->next_offset, .command = walk->next };
	return true;
}

void
smb1_dissect(SmbReader bytes, bool response, Smb1Scratch *scratch)
{
	SmbMessage *m = &scratch->message;
	SmbReader r = bytes;
	Walk walk;

	memset(m, 0, offsetof(SmbMessage, blocks));
	m->version = 1;
	m->response = response;
	m->bytes = bytes;
	read_header(&r, response, m);
	if (r.status != SMB_READ_OK) {
		if (r.status == SMB_READ_MALFORMED)
			m->anomalies |= SMB_ANOMALY_SHORT_HEADER;
		else
			m->incomplete |= SMB_INCOMPLETE_TRUNCATED;
		return;
	}
	walk = (Walk){ .offset = r.pos, .command = (uint8_t)m->command };
	do
		read_block(scratch, &walk);
	while (next_block(m, &walk));
}

uint32_t
smb1_need(SmbSpan first, bool response, uint32_t head, uint32_t all)
{
	SmbReader r = smb_reader_from_span(first);
	const Smb1Command *row;
	uint8_t word_count, next;

	if (first.len <= SMB1_HEADER_SIZE)
		return all;
	smb_reader_skip(&r, 4);
	row = smb1_command(smb_reader_u8(&r));
	if (!smb1_command_has_payload(row, response))
		return all;
	smb_reader_seek(&r, SMB1_HEADER_SIZE);
	word_count = smb_reader_u8(&r);
	if (row->andx && word_count >= ANDX_WORDS) {
		/*
		 * If AndXCommand is not here yet, it reads as 0, which requires everything: that is
		 * safe.
		 */
		next = smb_reader_u8(&r);
		if (next != SMB_COM_NO_ANDX_COMMAND)
			return all;
	}
	return head < all ? head : all;
}

/* All that do it with a FID, which is the first word of those that write. */
static bool
moves_data(uint8_t command, bool response)
{
	static const uint8_t reads[] = { SMB_COM_READ, SMB_COM_LOCK_AND_READ, SMB_COM_READ_ANDX };
	static const uint8_t writes[] = { SMB_COM_WRITE,           SMB_COM_WRITE_AND_UNLOCK,
					  SMB_COM_WRITE_RAW,       SMB_COM_WRITE_MPX,
					  SMB_COM_WRITE_AND_CLOSE, SMB_COM_WRITE_ANDX };

	return response ? memchr(reads, command, sizeof(reads))
			: memchr(writes, command, sizeof(writes));
}

bool
smb1_first(SmbSpan first, bool response, Smb1First *ret)
{
	SmbReader r = smb_reader_from_span(first);

	smb_reader_skip(&r, 4); /* Protocol */
	ret->command = smb_reader_u8(&r);
	smb_reader_seek(&r, SMB1_HEADER_SIZE - 2);
	ret->mid = smb_reader_le16(&r);
	if (!response) {
		smb_reader_skip(&r, 1 + (ret->command == SMB_COM_WRITE_ANDX ? 2 * ANDX_WORDS
									    : 0)); /* WordCount */
		ret->fid = smb_reader_le16(&r);
	}
	return r.status == SMB_READ_OK && moves_data(ret->command, response);
}
