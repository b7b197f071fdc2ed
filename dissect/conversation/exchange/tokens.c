/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The security token of a message: read once, before the message is reported, and shown beside its
 * fields (SmbBlock.nested). A token that is too large for one message comes in several session
 * setups ([MS-SPNG] 3.1.5.6): the first has the header with the total length, each gets a response
 * "continue" with an empty token, and the token is read when its last piece arrives. Pieces wait in
 * their attempt; logon.c decides whether they really are pieces.
 */
#include "dissect/conversation/exchange/pending.h"
#include "dissect/conversation/exchange/pieces.h"
#include "dissect/smb1/commands.h"

enum {
	FORM_EXTENDED = 12,
};

/* The pieces received of one token. */
struct SmbTokenParts {
	SmbPieces bytes;
	uint32_t n;
};

/* ---- Pieces ---------------------------------------------------------------------------------- */

static uint32_t
missing(const SmbTokenParts *self)
{
	return self->bytes.total - smb_pieces_bytes(&self->bytes).len;
}

static void
add(SmbConnection *c, SmbTokenParts *self, SmbSpan piece)
{
	size_t before = smb_pieces_memory(&self->bytes);

	smb_pieces_add(&self->bytes, smb_pieces_bytes(&self->bytes).len, piece, piece.len);
	c->context->memory += smb_pieces_memory(&self->bytes) - before;
	self->n++;
}

SmbTokenParts *
smb_token_keep(SmbConnection *c, const SmbTokenReading *reading)
{
	SmbTokenParts *self = smb_context_alloc(c->context, sizeof(*self));

	smb_pieces_init(&self->bytes, (uint32_t)reading->view.declared_length);
	add(c, self, reading->blob);
	return self;
}

SmbSpan
smb_token_kept(const SmbTokenParts *self)
{
	return smb_pieces_bytes(&self->bytes);
}

void
smb_token_drop(SmbContext *context, SmbTokenParts *self)
{
	if (!self)
		return;
	context->memory -= smb_pieces_memory(&self->bytes);
	smb_pieces_clear(&self->bytes);
	smb_context_release(context, self, sizeof(*self));
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void
read_part(SmbTokenReading *r, uint64_t length, uint64_t declared, uint32_t n)
{
	smb_token_read((SmbSpan){ NULL, 0 }, SMB_TEXT_OEM, &r->view.token);
	r->view.token.kind = SMB_TOKEN_PART;
	/* Only a NegTokenResp continues a token that was begun before. */
	r->view.token.wrap = smb_span_begins(r->blob, "\xA1", 1) ? SMB_TOKEN_NEG_RESP
								 : SMB_TOKEN_RAW;
	r->view.length = length;
	r->view.declared_length = declared;
	r->view.pieces = n;
}

static void
read_whole(SmbConnection *c, SmbTokenReading *r, SmbSpan token, uint32_t n)
{
	smb_token_read(token, c->context->config.oem, &r->view.token);
	r->view.length = token.len;
	r->view.pieces = n;
}

/* The next piece of a token; the last one takes the pieces out of the attempt. */
static void
read_piece(SmbConnection *c, SmbTokenReading *r, SmbTokenParts **slot)
{
	SmbTokenParts *parts = *slot;

	add(c, parts, r->blob);
	if (missing(parts) > 0) {
		r->state = SMB_READING_GOES_ON;
		read_part(r, smb_token_kept(parts).len, parts->bytes.total, parts->n);
		return;
	}
	r->state = SMB_READING_COMPLETES;
	r->joined = parts;
	*slot = NULL;
	read_whole(c, r, smb_token_kept(parts), parts->n);
}

/* The first piece of a token: it declares more bytes than it has, but not too many. */
static bool
begins(SmbConnection *c, const SmbMessage *m, SmbSpan blob, uint64_t declared)
{
	if (declared <= blob.len || (m->response && !smb_status_goes_on(m->status)))
		return false;
	if (declared <= c->context->config.limits.token)
		return true;
	smb_connection_limit(c);
	return false;
}

/* `slot`: where pieces of such a token wait; NULL: it is one that never comes in pieces. */
static void
read_blob(SmbConnection *c, SmbMessage *m, SmbSpan blob, SmbTokenParts **slot, bool setup)
{
	SmbTokenReading *r = &c->context->exchange->token;
	uint64_t declared = setup ? smb_token_length(blob) : 0;

	r->blob = blob;
	if (slot && *slot && blob.len > 0 && blob.len <= missing(*slot)) {
		read_piece(c, r, slot);
	} else if (setup && begins(c, m, blob, declared)) {
		r->state = SMB_READING_BEGINS;
		read_part(r, blob.len, declared, 1);
	} else {
		read_whole(c, r, blob, 0);
	}
}

static void
show(SmbConnection *c, SmbBlock *block)
{
	SmbTokenReading *r = &c->context->exchange->token;
	SmbTokenView *view = &r->view;
	bool whole = r->state == SMB_READING_WHOLE || r->state == SMB_READING_COMPLETES;

	block->nested_layout = smb_token_describe(view);
	block->nested = view;
	block->nested_status = view->token.malformed ? SMB_READ_MALFORMED : SMB_READ_OK;
	/* The pieces before it were paid for when they came. */
	block->nested_size = whole ? (uint32_t)view->length : r->blob.len;
}

/* Readable fields and the server's hint in its NEGOTIATE response are for messages alone. */
static bool
is_shown(const SmbConnection *c)
{
	return smb_wants(c, SMB_EVENT_MESSAGE);
}

/* ---- Of a message ---------------------------------------------------------------------------- */

static SmbSpan
blob_of(const SmbMessage *m, const SmbBlock *block)
{
	SmbSpan none = { NULL, 0 };
	const Smb1SessionSetupRequest *setup = block->body;
	const Smb1SessionSetupResponse *back = block->body;
	const Smb1NegotiateResponse *negotiate = block->body;

	if (!block->body)
		return none;
	if (block->command == SMB_COM_NEGOTIATE)
		return m->response ? negotiate->security_blob : none;
	if (m->response)
		return back->security_blob;
	return setup->form == FORM_EXTENDED ? setup->security_blob : none;
}

static int32_t
find1(const SmbConnection *c, const SmbMessage *m)
{
	for (uint32_t i = 0; i < m->n_blocks; i++) {
		uint16_t command = m->blocks[i].command;

		if (command != SMB_COM_SESSION_SETUP_ANDX &&
		    (command != SMB_COM_NEGOTIATE || !is_shown(c)))
			continue;
		if (blob_of(m, &m->blocks[i]).len)
			return (int32_t)i;
	}
	return -1;
}

int32_t
smb_token_find(const SmbConnection *c, const SmbMessage *m)
{
	if (m->version == 1)
		return find1(c, m);
	if (m->command != SMB2_SESSION_SETUP && (m->command != SMB2_NEGOTIATE || !is_shown(c)))
		return -1;
	return c->context->smb2.facts.blob.len ? 0 : -1;
}

void
smb_token_show(SmbConnection *c, SmbMessage *m, uint32_t block, SmbTokenParts **slot)
{
	SmbBlock *b = &m->blocks[block];

	if (m->version == 1)
		read_blob(c, m, blob_of(m, b), slot, b->command == SMB_COM_SESSION_SETUP_ANDX);
	else
		read_blob(c, m, c->context->smb2.facts.blob, slot,
			  m->command == SMB2_SESSION_SETUP);
	if (is_shown(c))
		show(c, b);
}

/* A chain has one session setup. If it has two, the second is read by itself and not shown. */
const SmbTokenReading *
smb_token_of(SmbConnection *c, SmbSpan blob)
{
	SmbTokenReading *r = &c->context->exchange->token;

	if (blob.len > 0 && r->blob.ptr == blob.ptr && r->blob.len == blob.len)
		return r;
	smb_token_done(c->context);
	read_whole(c, r, blob, 0);
	return r;
}

void
smb_token_done(SmbContext *context)
{
	SmbTokenReading *r = &context->exchange->token;

	if (!r->blob.ptr)
		return;
	smb_token_drop(context, r->joined);
	r->joined = NULL;
	r->blob = (SmbSpan){ NULL, 0 };
	r->state = SMB_READING_WHOLE;
}
