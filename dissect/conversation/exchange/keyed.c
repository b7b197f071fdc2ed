/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages are shown to whoever has keys (dissect/keys.h), before they are reported: signatures are
 * checked, and of encrypted messages those inside are given back. Without SmbConfig.keys nothing
 * here does anything.
 */
#include "dissect/conversation/exchange/pending.h"
#include "dissect/keys.h"
#include "dissect/smb1/commands.h"

static const SmbKeyHooks *
hooks_of(const SmbConnection *c)
{
	return c->context->config.keys;
}

static void
note_trouble(SmbConnection *c, SmbKeyTrouble trouble, uint64_t session)
{
	SmbKeyFacts *f = &c->info.keys;

	if (trouble == SMB_KEY_FINE)
		return;
	if (f->n_troubles < SMB_KEY_TROUBLES) {
		f->troubles[f->n_troubles].trouble = trouble;
		f->troubles[f->n_troubles].session = session;
	}
	f->n_troubles++;
}

static void
note_forged(SmbConnection *c, const SmbStamp *when)
{
	if (!c->info.keys.first_forged.frame)
		c->info.keys.first_forged = *when;
}

/*
 * The connection's state, from its first message on, and anew if it was taken away. False: there is
 * none.
 */
static bool
begin(SmbConnection *c)
{
	const SmbKeyHooks *hooks = hooks_of(c);
	bool taken = false;

	if (!hooks || c->keyed_not)
		return false;
	if (c->keyed)
		return true;
	c->keyed = hooks->open(hooks->ring, &c->keyed, &taken);
	if (c->keyed) {
		/* It stays in the account, but for this connection. */
		c->context->memory += taken ? 0 : hooks->memory;
		return true;
	}
	c->keyed_not = true;
	smb_connection_limit(c);
	note_trouble(c, SMB_KEY_NO_ROOM, 0);
	return false;
}

void
smb_keyed_end(SmbConnection *c)
{
	const SmbKeyHooks *hooks = hooks_of(c);

	if (!c->keyed)
		return;
	hooks->close(hooks->ring, c->keyed);
	c->context->memory -= hooks->memory;
	c->keyed = NULL;
}

/* Whether messages may be missing since it was asked last. */
static bool
lost_since(SmbConnection *c)
{
	uint32_t lost = c->lost[0] + c->lost[1];
	bool changed = lost != c->keyed_lost;

	c->keyed_lost = lost;
	return changed;
}

/* ---- signatures ---- */

/*
 * The token of a message that has the last piece of one, or all of it. A chain of SMB1 may have a
 * second session setup: to read its token now would take that of the first away, which is shown and
 * taken in after this.
 */
static const SmbToken *
token_of(SmbConnection *c, SmbSpan blob)
{
	SmbSpan at_hand = c->context->exchange->token.blob;
	bool other = at_hand.ptr && (at_hand.ptr != blob.ptr || at_hand.len != blob.len);
	const SmbTokenReading *reading = blob.len && !other ? smb_token_of(c, blob) : NULL;
	bool whole = reading && (reading->state == SMB_READING_WHOLE ||
				 reading->state == SMB_READING_COMPLETES);

	return whole ? &reading->view.token : NULL;
}

static void
fill1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block, SmbKeyInput *in)
{
	const Smb1NegotiateResponse *negotiate = block->body;
	const Smb1SessionSetupRequest *setup = block->body;
	const Smb1SessionSetupResponse *back = block->body;

	if (!block->body)
		return;
	if (block->command == SMB_COM_NEGOTIATE && m->response) {
		in->challenge = negotiate->challenge;
	} else if (block->command == SMB_COM_SESSION_SETUP_ANDX && m->response) {
		in->session_flags = back->action;
		in->token = token_of(c, back->security_blob);
	} else if (block->command == SMB_COM_SESSION_SETUP_ANDX) {
		in->token = token_of(c, setup->security_blob);
		in->account = setup->account;
		in->domain = setup->primary_domain;
		in->lm = setup->password;
		in->nt = setup->unicode_password;
	}
}

static void
fill2(SmbConnection *c, const SmbMessage *m, SmbKeyInput *in)
{
	const Smb2Facts *facts = &c->context->smb2.facts;

	in->dialect = facts->dialect;
	in->algorithms = facts->algorithms;
	in->guid = facts->guid;
	in->session_flags = facts->session_flags;
	if (m->command == SMB2_SESSION_SETUP)
		in->token = token_of(c, facts->blob);
}

void
smb_keyed_message(SmbConnection *c, SmbMessage *m)
{
	const SmbKeyHooks *hooks = hooks_of(c);
	SmbKeyInput in = { .message = m, .encrypted = m->decrypted };
	SmbKeyFacts *f = &c->info.keys;
	SmbKeyOutput out;

	if (!begin(c))
		return;
	in.lost = lost_since(c);
	if (m->version == 2)
		fill2(c, m, &in);
	else
		for (uint32_t i = 0; i < m->n_blocks; i++)
			fill1(c, m, &m->blocks[i], &in);
	hooks->message(hooks->ring, c->keyed, &in, &out);
	m->signature_check = out.signature;
	f->right += out.signature == SMB_SIGNATURE_RIGHT;
	f->unknown += out.signature == SMB_SIGNATURE_UNKNOWN;
	f->wrong += out.late + (out.signature == SMB_SIGNATURE_WRONG);
	if (out.late || out.signature == SMB_SIGNATURE_WRONG)
		note_forged(c, &m->when);
	note_trouble(c, out.trouble, out.session);
}

/* ---- encrypted messages ---- */

uint8_t *
smb_keyed_open(SmbConnection *c, SmbDir dir, SmbReader bytes, const SmbStamp *when,
	       uint32_t *ret_size)
{
	const SmbKeyHooks *hooks = hooks_of(c);
	SmbKeyFacts *f = &c->info.keys;
	SmbSpan transform = { bytes.base + bytes.pos, bytes.limit - bytes.pos };
	SmbDecryption result = SMB_NOT_DECRYPTED;
	SmbKeyOutput out = { 0 };
	uint8_t *plain;

	if (!begin(c))
		return NULL;
	plain = smb_context_alloc(c->context, transform.len);
	if (bytes.limit == bytes.end)
		result = hooks->decrypt(hooks->ring, c->keyed, dir, transform, lost_since(c), plain,
					&out);
	f->decrypted += result == SMB_DECRYPTED;
	f->closed += result == SMB_NOT_DECRYPTED;
	f->forged += result == SMB_NOT_AUTHENTIC;
	note_trouble(c, out.trouble, out.session);
	/* With a key that was never right, it is the key. */
	if (result == SMB_NOT_AUTHENTIC && out.signature == SMB_SIGNATURE_WRONG)
		note_forged(c, when);
	*ret_size = out.size;
	if (result == SMB_DECRYPTED)
		return plain;
	smb_context_release(c->context, plain, transform.len);
	return NULL;
}
