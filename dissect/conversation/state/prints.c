/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fingerprints of a connection: of each kind of message the first that was read to its end. A
 * message that is cut gives none, since half of one would look like another software's. Texts that were
 * written last are kept by their shape, with one reference each, and given out again.
 */
#include "dissect/conversation/state/state.h"
#include "dissect/fingerprint/fingerprint.h"
#include "dissect/wire/names.h"

enum { WAYS = SMB_CAP(4, 1) }; /* texts that are kept of each kind */

typedef struct {
	uint32_t n; /* of the shape */
	char shape[SMB_PRINT_MAX];
	SmbString *text; /* NULL: none */
} Written;

struct SmbWritten {
	Written texts[SMB_PRINT_PARTS][WAYS];
	uint8_t next[SMB_PRINT_PARTS]; /* the one that goes for a new one */
};

/* A fingerprint that is made: its shape first, and then, if it is a new one, its text. */
typedef struct {
	SmbConnection *c;
	SmbPrintPart part;
	SmbPrint print, shape;
} Making;

static bool
is_wanted(const SmbConnection *c, SmbPrintPart part)
{
	return !c->info.prints[part] && smb_wants(c, SMB_WANT_PRINTS);
}

/* Whether there is anything to do; the caller has it print into `print` until there is not. */
static bool
begin(Making *making, SmbConnection *c, SmbPrintPart part)
{
	making->c = c;
	making->part = part;
	making->print.shape = true;
	return is_wanted(c, part);
}

static SmbString *
find(const SmbWritten *written, SmbPrintPart part, const SmbPrint *shape)
{
	for (unsigned i = 0; written && i < WAYS; i++) {
		const Written *one = &written->texts[part][i];

		if (one->text && one->n == shape->n && !memcmp(one->shape, shape->text, shape->n))
			return one->text;
	}
	return NULL;
}

static void
keep_shape(SmbContext *context, SmbPrintPart part, const SmbPrint *shape, SmbString *text)
{
	Written *one;

	if (!context->written)
		context->written = smb_context_alloc(context, sizeof(SmbWritten));
	one = &context->written->texts[part][context->written->next[part]++ % WAYS];
	smb_context_unref(context, one->text);
	one->n = shape->n;
	memcpy(one->shape, shape->text, shape->n);
	one->text = smb_string_ref(text);
}

/* Half of it, where names are capped, would be another. */
static void
keep(Making *making)
{
	SmbContext *context = making->c->context;
	SmbString **slot = &making->c->info.prints[making->part];
	const SmbPrint *p = &making->print;
	SmbText text = { { (const uint8_t *)p->text, p->n }, SMB_TEXT_UTF8 };

	if (p->n > context->config.limits.name)
		return;
	smb_context_set_string(context, slot, text);
	if (!making->shape.cut)
		keep_shape(context, making->part, &making->shape, *slot);
}

/* After `print` was printed into: false when all is done. */
static bool
next(Making *making)
{
	SmbString *text;

	if (!making->print.shape) {
		keep(making);
		return false;
	}
	text = making->print.cut ? NULL
				 : find(making->c->context->written, making->part, &making->print);
	if (text) {
		making->c->info.prints[making->part] = smb_string_ref(text);
		return false;
	}
	making->shape = making->print;
	making->print.shape = false;
	return true;
}

void
smb_prints_free(SmbContext *context)
{
	for (unsigned i = 0; context->written && i < SMB_PRINT_PARTS * WAYS; i++)
		smb_context_unref(context, context->written->texts[i / WAYS][i % WAYS].text);
	smb_context_release(context, context->written, sizeof(SmbWritten));
	context->written = NULL;
}

static bool
is_whole(const SmbMessage *m, const SmbBlock *block)
{
	return block->body && block->status == SMB_READ_OK && !m->anomalies && !m->partial_header;
}

void
smb_prints_request1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block)
{
	const Smb1NegotiateRequest *negotiate = block->body;
	Making p;

	if (!is_whole(m, block))
		return;
	if (block->command == SMB_COM_NEGOTIATE)
		for (bool more = begin(&p, c, SMB_PRINT_SMB1_NEGOTIATE); more; more = next(&p))
			smb_print_smb1_negotiate(&p.print, m, negotiate->dialects);
	if (block->command == SMB_COM_SESSION_SETUP_ANDX)
		for (bool more = begin(&p, c, SMB_PRINT_SMB1_SETUP); more; more = next(&p))
			smb_print_smb1_setup(&p.print, m, block->body);
}

void
smb_prints_response1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block)
{
	SmbText dialect = { { NULL, 0 }, SMB_TEXT_UTF8 };
	Making p;

	if (!is_whole(m, block) || smb_status_failed(m->status))
		return;
	if (c->info.dialect)
		dialect = smb_string_text(c->info.dialect);
	if (block->command == SMB_COM_NEGOTIATE)
		for (bool more = begin(&p, c, SMB_PRINT_SMB1_NEGOTIATE_BACK); more; more = next(&p))
			smb_print_smb1_negotiate_back(&p.print, m, block->body, dialect);
	if (block->command == SMB_COM_SESSION_SETUP_ANDX)
		for (bool more = begin(&p, c, SMB_PRINT_SMB1_SETUP_BACK); more; more = next(&p))
			smb_print_smb1_setup_back(&p.print, m, block->word_count, block->body);
}

void
smb_prints_request2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts)
{
	uint64_t first_mid = c->state->wildcard ? 1 : 0;
	Making p;

	if (!is_whole(m, &m->blocks[0]))
		return;
	if (m->command == SMB2_NEGOTIATE)
		for (bool more = begin(&p, c, SMB_PRINT_SMB2_NEGOTIATE); more; more = next(&p))
			smb_print_smb2_negotiate(&p.print, m, facts, first_mid);
	/* Another channel has nothing to log on ([MS-SMB2] 3.2.4.2.3.1). */
	if (m->command == SMB2_SESSION_SETUP && !m->uid && facts->blob.len)
		for (bool more = begin(&p, c, SMB_PRINT_SMB2_SETUP); more; more = next(&p))
			smb_print_smb2_setup(&p.print, m, facts);
}

/* The wildcard only says that an SMB2 negotiate follows ([MS-SMB2] 3.3.5.3.1). */
void
smb_prints_response2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts)
{
	Making p;

	if (!is_whole(m, &m->blocks[0]) || smb_status_failed(m->status))
		return;
	if (facts->dialect == SMB2_DIALECT_WILDCARD) {
		c->state->wildcard = true;
		return;
	}
	for (bool more = begin(&p, c, SMB_PRINT_SMB2_NEGOTIATE_BACK); more; more = next(&p))
		smb_print_smb2_negotiate_back(&p.print, m, facts);
}

/* Nobody who logs on anonymously says how it is done otherwise. */
void
smb_prints_token(SmbConnection *c, const SmbToken *token)
{
	SmbPrintPart part = token->kind == SMB_TOKEN_NTLM_NEGOTIATE   ? SMB_PRINT_NTLM_NEGOTIATE
			    : token->kind == SMB_TOKEN_NTLM_CHALLENGE ? SMB_PRINT_NTLM_CHALLENGE
								      : SMB_PRINT_NTLM_AUTHENTICATE;
	Making p;

	if (token->malformed || !token->has_flags ||
	    (part == SMB_PRINT_NTLM_AUTHENTICATE && token->nt_length == 0))
		return;
	for (bool more = begin(&p, c, part); more; more = next(&p))
		smb_print_ntlm(&p.print, token);
}
