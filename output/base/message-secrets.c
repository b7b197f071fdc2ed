/* SPDX-License-Identifier: BSD-3-Clause */
/* The mask of a message: which of its bytes are secrets, or may be. */
#include "output/base/message-secrets.h"

#include "dissect/wire/codes.h"

#include <glib.h>

enum {
	SMB1_HEADER = 32,
	SMB2_HEADER = 64,
	SMB2_ERROR = 9, /* [MS-SMB2] 2.2.2: StructureSize, and what comes before the data */
	SMB2_ERROR_PAYLOAD = 8,
	SMB2_READ_PAYLOAD = 16, /* [MS-SMB2] 2.2.20, 2.2.21, 2.2.31, 2.2.32: the fixed part */
	SMB2_WRITE_PAYLOAD = 48,
	SMB2_IOCTL_PAYLOAD = 56,
	SMB2_IOCTL_ANSWER_PAYLOAD = 48,
	SMB2_SETUP_PAYLOAD = 24, /* 2.2.5, 2.2.6 */
	SMB2_SETUP_ANSWER_PAYLOAD = 8,
	SMB2_COMPRESSION_HEADER = 16, /* 2.2.42.1 */
	RPC_VERSION = 5,              /* C706 12.6.3.1 */
};

typedef struct {
	const SmbMessage *m;
	uint8_t *hidden; /* made with the first that is */
} Mask;

static void
hide(Mask *mask, uint64_t from, uint64_t to)
{
	uint32_t limit = mask->m->bytes.limit;

	to = MIN(to, limit);
	if (from >= to)
		return;
	if (!mask->hidden)
		mask->hidden = g_malloc0(limit);
	memset(mask->hidden + from, 1, (size_t)(to - from));
}

static void
hide_rest(Mask *mask, uint64_t from)
{
	hide(mask, from, UINT64_MAX);
}

/* What is zero says nothing: padding, and the ends of texts. */
static void
hide_all_but_zeros(Mask *mask, uint64_t from, uint64_t to)
{
	const SmbReader *r = &mask->m->bytes;

	to = MIN(to, r->limit);
	for (uint64_t at = from; at < to; at++)
		if (r->base[at])
			hide(mask, at, at + 1);
}

/* False if they are bytes of other messages, too: of a transaction that was reassembled. */
static bool
hide_span(Mask *mask, SmbSpan span)
{
	const SmbReader *r = &mask->m->bytes;
	uintptr_t base = (uintptr_t)r->base, at = (uintptr_t)span.ptr;

	if (!span.len)
		return true;
	if (at < base || at >= base + r->limit)
		return false;
	hide(mask, at - base, (uint64_t)(at - base) + span.len);
	return true;
}

/* ---- Fields ---- */

static bool
is_secret(const SmbField *f)
{
	return f->flags & (SMB_FIELD_SECRET | SMB_FIELD_MASKED);
}

static bool
hide_fields(Mask *mask, const SmbLayout *layout, const void *body)
{
	bool inside = true;

	for (uint16_t i = 0; layout && body && i < layout->count; i++) {
		const SmbField *f = &layout->fields[i];

		if (is_secret(f))
			inside &= hide_span(mask, smb_field_bytes(f, body));
	}
	return inside;
}

/* Those that are not secrets are told anyway. */
static void
show_texts(Mask *mask, const SmbBlock *block)
{
	const SmbReader *r = &mask->m->bytes;

	for (uint16_t i = 0; mask->hidden && block->layout && i < block->layout->count; i++) {
		const SmbField *f = &block->layout->fields[i];
		SmbSpan text = smb_field_text(f, block->body).bytes;
		uintptr_t base = (uintptr_t)r->base, at = (uintptr_t)text.ptr;

		if (text.len && !is_secret(f) && at >= base && at - base < r->limit)
			memset(mask->hidden + (at - base), 0,
			       MIN((size_t)text.len, r->limit - (size_t)(at - base)));
	}
}

/* A number of a command's own fields; 0 if it has none of this role. */
static uint64_t
number(const SmbBlock *block, SmbFieldRole role)
{
	const SmbField *f = block->body ? smb_layout_find(block->layout, role) : NULL;

	return f ? smb_field_number(f, block->body) : 0;
}

/* ---- SMB1 ---- */

/* Some of it is in other messages: those may be missing, and with them the meaning of the bytes. */
static bool
is_in_parts(const SmbBlock *block)
{
	return number(block, SMB_ROLE_PARAMETER_COUNT) !=
		       number(block, SMB_ROLE_TOTAL_PARAMETER_COUNT) ||
	       number(block, SMB_ROLE_DATA_COUNT) != number(block, SMB_ROLE_TOTAL_DATA_COUNT);
}

static bool
carries_secrets(const SmbMessage *m, const SmbBlock *block)
{
	switch (block->command) {
	case SMB_COM_TRANSACTION:
	case SMB_COM_TRANSACTION_SECONDARY:
	case SMB_COM_TREE_CONNECT:
	case SMB_COM_SESSION_SETUP_ANDX:
	case SMB_COM_TREE_CONNECT_ANDX:
	case SMB_COM_SECURITY_PACKAGE_ANDX:
		return true;
	case SMB_COM_NEGOTIATE:
		return m->response;
	case SMB_COM_TRANSACTION2:
	case SMB_COM_TRANSACTION2_SECONDARY:
		return !m->response;
	case SMB_COM_NT_TRANSACT:
	case SMB_COM_NT_TRANSACT_SECONDARY:
		return is_in_parts(block);
	default:
		return false;
	}
}

static bool
is_transaction(uint16_t command)
{
	return command == SMB_COM_TRANSACTION || command == SMB_COM_TRANSACTION_SECONDARY ||
	       command == SMB_COM_TRANSACTION2 || command == SMB_COM_TRANSACTION2_SECONDARY ||
	       command == SMB_COM_NT_TRANSACT || command == SMB_COM_NT_TRANSACT_SECONDARY;
}

static bool
has_secrets(const SmbLayout *layout)
{
	for (uint16_t i = 0; i < layout->count; i++)
		if (is_secret(&layout->fields[i]))
			return true;
	return false;
}

/* Its contents are known, and each secret in it was hidden. */
static bool
is_understood(const SmbBlock *block, bool inside)
{
	return block->nested_layout && block->nested_status == SMB_READ_OK && inside &&
	       !(is_in_parts(block) && has_secrets(block->nested_layout));
}

/* After the parameter words and ByteCount. */
static uint32_t
data_of(const SmbBlock *block)
{
	return block->offset + 1 + 2 * block->word_count + 2;
}

/*
 * A transaction that is not understood: all that follows its words, but for its name and for what is
 * zero beside what its counts announce.
 */
static void
hide_sections(Mask *mask, const SmbBlock *block)
{
	uint64_t at = number(block, SMB_ROLE_PARAMETER_OFFSET);

	hide_all_but_zeros(mask, data_of(block), UINT64_MAX);
	show_texts(mask, block);
	hide(mask, at, at + number(block, SMB_ROLE_PARAMETER_COUNT));
	at = number(block, SMB_ROLE_DATA_OFFSET);
	hide(mask, at, at + number(block, SMB_ROLE_DATA_COUNT));
}

/* Where ByteCount or a length lies, a password is in none of the fields. */
static void
hide_between_fields(Mask *mask, const SmbBlock *block, uint64_t next)
{
	uint64_t data = data_of(block), end = data + block->byte_count;

	if (is_transaction(block->command) || block->command == SMB_COM_NEGOTIATE) {
		hide_all_but_zeros(mask, end, next);
		return;
	}
	hide_all_but_zeros(mask, data, next);
	show_texts(mask, block);
}

static bool
reads_or_writes(uint16_t command)
{
	static const uint8_t codes[] = { SMB_COM_IOCTL,
					 SMB_COM_READ,
					 SMB_COM_WRITE,
					 SMB_COM_LOCK_AND_READ,
					 SMB_COM_WRITE_AND_UNLOCK,
					 SMB_COM_READ_RAW,
					 SMB_COM_READ_MPX,
					 SMB_COM_WRITE_RAW,
					 SMB_COM_WRITE_MPX,
					 SMB_COM_WRITE_MPX_SECONDARY,
					 SMB_COM_WRITE_AND_CLOSE,
					 SMB_COM_READ_ANDX,
					 SMB_COM_WRITE_ANDX };

	return command <= UINT8_MAX && memchr(codes, command, sizeof(codes));
}

/* A share that has only pipes; an asynchronous message of SMB2 does not say its share. */
static bool
is_of_pipe_share(const SmbMessage *m, const SmbConnectionInfo *info)
{
	if (m->version == 2 && m->flags & SMB2_FLAGS_ASYNC_COMMAND)
		return false;
	for (uint32_t i = 0; i < info->n_trees; i++)
		if (info->trees[i]->tid == m->tid && info->trees[i]->type == SMB_SHARE_PIPE)
			return true;
	return false;
}

/*
 * If a pipe was opened, any data read or written may belong to it: a response does not say which
 * file it is for. If the open was not seen, the share says it, or calls are recognised by their
 * first bytes.
 */
static bool
is_of_pipe(const Mask *mask, const SmbConnectionInfo *info, uint64_t payload)
{
	SmbReader r = mask->m->bytes;

	for (uint32_t i = 0; i < info->n_files; i++)
		if (info->files[i]->pipe)
			return true;
	if (is_of_pipe_share(mask->m, info))
		return true;
	smb_reader_seek(&r, (uint32_t)MIN(payload, (uint64_t)UINT32_MAX));
	return smb_reader_u8(&r) == RPC_VERSION && smb_reader_u8(&r) <= 1 &&
	       r.status == SMB_READ_OK;
}

/* `next`: where the next block begins, in whose bytes this one has no part. */
static void
hide_carrier(Mask *mask, const SmbBlock *block, uint64_t next)
{
	bool whole = block->status == SMB_READ_OK && block->has_bytes &&
		     (block->layout || (!block->word_count && !block->byte_count));
	bool own, inside;

	if (!whole) {
		hide_rest(mask, block->offset + 1);
		return;
	}
	hide_between_fields(mask, block, next);
	own = hide_fields(mask, block->layout, block->body);
	inside = hide_fields(mask, block->nested_layout, block->nested) && own;
	if (is_transaction(block->command) && !is_understood(block, inside))
		hide_sections(mask, block);
}

static void
hide_block(Mask *mask, const SmbConnectionInfo *info, const SmbBlock *block, uint64_t next)
{
	uint64_t payload = number(block, SMB_ROLE_DATA_OFFSET);

	if (carries_secrets(mask->m, block)) {
		hide_carrier(mask, block, next);
		return;
	}
	(void)hide_fields(mask, block->layout, block->body);
	(void)hide_fields(mask, block->nested_layout, block->nested);
	if (reads_or_writes(block->command) &&
	    is_of_pipe(mask, info, payload ? payload : data_of(block) + 3))
		hide_rest(mask, block->status == SMB_READ_OK ? data_of(block) : block->offset + 1);
}

static void
hide_smb1(Mask *mask, const SmbConnectionInfo *info)
{
	const SmbMessage *m = mask->m;
	const uint32_t broken = SMB_ANOMALY_SHORT_HEADER | SMB_ANOMALY_ANDX_OFFSET |
				SMB_ANOMALY_ANDX_CHAIN;

	for (uint32_t i = 0; i < m->n_blocks; i++)
		hide_block(mask, info, &m->blocks[i],
			   i + 1 < m->n_blocks ? m->blocks[i + 1].offset : UINT64_MAX);
	/* What follows in the chain could not be reached. */
	if (m->n_blocks == 0)
		hide_rest(mask, SMB1_HEADER);
	else if (m->anomalies & broken)
		hide_rest(mask, data_of(&m->blocks[m->n_blocks - 1]));
}

/* ---- SMB2 ---- */

static bool
is_among(const uint32_t *codes, size_t n, uint64_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code == codes[i])
			return true;
	return false;
}

/*
 * Control codes whose input or output may be a secret: calls of a pipe, and tokens of offloads; in a
 * share of pipes all but those that are known to be none.
 */
static bool
controls_secrets(const Mask *mask, const SmbConnectionInfo *info, const SmbBlock *block)
{
	static const uint32_t secret[] = { FSCTL_PIPE_TRANSCEIVE, FSCTL_PIPE_PEEK,
					   FSCTL_OFFLOAD_READ, FSCTL_OFFLOAD_WRITE };
	static const uint32_t open[] = { FSCTL_PIPE_WAIT, FSCTL_DFS_GET_REFERRALS,
					 FSCTL_DFS_GET_REFERRALS_EX, FSCTL_VALIDATE_NEGOTIATE_INFO,
					 FSCTL_QUERY_NETWORK_INTERFACE_INFO };
	uint64_t code = number(block, SMB_ROLE_CONTROL);

	return is_among(secret, G_N_ELEMENTS(secret), code) ||
	       (is_of_pipe_share(mask->m, info) && !is_among(open, G_N_ELEMENTS(open), code));
}

/* Where the data of a response may begin: of an error, where those of an error do. */
static uint64_t
answer_payload(const SmbMessage *m, uint64_t fixed)
{
	SmbReader r = m->bytes;

	smb_reader_seek(&r, SMB2_HEADER);
	return SMB2_HEADER + (smb_reader_le16(&r) == SMB2_ERROR ? SMB2_ERROR_PAYLOAD : fixed);
}

static uint64_t
payload_of(const SmbMessage *m, const SmbBlock *block)
{
	switch (block->command) {
	case SMB2_WRITE:
		return m->response ? answer_payload(m, SMB2_READ_PAYLOAD)
				   : SMB2_HEADER + SMB2_WRITE_PAYLOAD;
	case SMB2_IOCTL:
		return m->response ? answer_payload(m, SMB2_IOCTL_ANSWER_PAYLOAD)
				   : SMB2_HEADER + SMB2_IOCTL_PAYLOAD;
	default:
		return m->response ? answer_payload(m, SMB2_READ_PAYLOAD)
				   : SMB2_HEADER + SMB2_READ_PAYLOAD;
	}
}

/* What is read, written, or sent with a control code. Calls may begin where the offset says. */
static void
hide_data(Mask *mask, const SmbConnectionInfo *info, const SmbBlock *block)
{
	uint64_t payload = payload_of(mask->m, block), offset = number(block, SMB_ROLE_DATA_OFFSET);

	if (block->command == SMB2_IOCTL
		    ? controls_secrets(mask, info, block)
		    : is_of_pipe(mask, info, payload) || (offset && is_of_pipe(mask, info, offset)))
		hide_rest(mask, payload);
}

static void
hide_smb2(Mask *mask, const SmbConnectionInfo *info)
{
	const SmbMessage *m = mask->m;
	const SmbBlock *block = &m->blocks[0];

	if (m->n_blocks == 0) {
		hide_rest(mask, SMB2_HEADER);
		return;
	}
	hide_fields(mask, block->layout, block->body);
	hide_fields(mask, block->nested_layout, block->nested);
	if (block->command <= SMB2_SESSION_SETUP && block->status != SMB_READ_OK)
		hide_rest(mask, SMB2_HEADER);
	/* Also where offset or length of the token lie. */
	if (block->command == SMB2_SESSION_SETUP)
		hide_all_but_zeros(mask,
				   SMB2_HEADER + (m->response ? SMB2_SETUP_ANSWER_PAYLOAD
							      : SMB2_SETUP_PAYLOAD),
				   UINT64_MAX);
	if (block->command == SMB2_READ || block->command == SMB2_WRITE ||
	    block->command == SMB2_IOCTL)
		hide_data(mask, info, block);
}

uint8_t *
out_message_secrets(const SmbMessage *m, const SmbConnectionInfo *info)
{
	Mask mask = { .m = m };

	if (m->version == 1)
		hide_smb1(&mask, info);
	else if (m->version == 2)
		hide_smb2(&mask, info);
	else if (m->version == 4) /* what is in it follows, with what may be seen of that */
		hide_rest(&mask, SMB2_COMPRESSION_HEADER);
	return mask.hidden;
}
