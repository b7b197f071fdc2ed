/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fingerprints of a connection: of each kind of message the first that was read to its end. A
 * message that is cut gives none, since half of one would look like another software's.
 */
#include "dissect/conversation/state/state.h"
#include "dissect/fingerprint/fingerprint.h"
#include "dissect/wire/names.h"

static bool
is_wanted(const SmbConnection *c, SmbPrintPart part)
{
	return !c->info.prints[part] && smb_wants(c, SMB_WANT_PRINTS);
}

/* Half of it, where names are capped, would be another. */
static void
keep(SmbConnection *c, SmbPrintPart part, const SmbPrint *p)
{
	SmbText text = { { (const uint8_t *)p->text, p->n }, SMB_TEXT_UTF8 };

	if (p->n > c->context->config.limits.name)
		return;
	smb_context_set_string(c->context, &c->context->prints[part], text);
	c->info.prints[part] = smb_string_ref(c->context->prints[part]);
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
	SmbPrint p;

	if (!is_whole(m, block))
		return;
	if (block->command == SMB_COM_NEGOTIATE && is_wanted(c, SMB_PRINT_SMB1_NEGOTIATE)) {
		smb_print_smb1_negotiate(&p, m, negotiate->dialects);
		keep(c, SMB_PRINT_SMB1_NEGOTIATE, &p);
	}
	if (block->command == SMB_COM_SESSION_SETUP_ANDX && is_wanted(c, SMB_PRINT_SMB1_SETUP)) {
		smb_print_smb1_setup(&p, m, block->body);
		keep(c, SMB_PRINT_SMB1_SETUP, &p);
	}
}

void
smb_prints_response1(SmbConnection *c, const SmbMessage *m, const SmbBlock *block)
{
	SmbText none = { { NULL, 0 }, SMB_TEXT_UTF8 };
	SmbPrint p;

	if (!is_whole(m, block) || smb_status_failed(m->status))
		return;
	if (block->command == SMB_COM_NEGOTIATE && is_wanted(c, SMB_PRINT_SMB1_NEGOTIATE_BACK)) {
		smb_print_smb1_negotiate_back(&p, m, block->body,
					      c->info.dialect ? smb_string_text(c->info.dialect)
							      : none);
		keep(c, SMB_PRINT_SMB1_NEGOTIATE_BACK, &p);
	}
	if (block->command == SMB_COM_SESSION_SETUP_ANDX &&
	    is_wanted(c, SMB_PRINT_SMB1_SETUP_BACK)) {
		smb_print_smb1_setup_back(&p, m, block->word_count, block->body);
		keep(c, SMB_PRINT_SMB1_SETUP_BACK, &p);
	}
}

void
smb_prints_request2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts)
{
	SmbPrint p;

	if (!is_whole(m, &m->blocks[0]))
		return;
	if (m->command == SMB2_NEGOTIATE && is_wanted(c, SMB_PRINT_SMB2_NEGOTIATE)) {
		smb_print_smb2_negotiate(&p, m, facts, c->state->wildcard ? 1 : 0);
		keep(c, SMB_PRINT_SMB2_NEGOTIATE, &p);
	}
	/* Another channel has nothing to log on ([MS-SMB2] 3.2.4.2.3.1). */
	if (m->command == SMB2_SESSION_SETUP && is_wanted(c, SMB_PRINT_SMB2_SETUP) && !m->uid &&
	    facts->blob.len) {
		smb_print_smb2_setup(&p, m, facts);
		keep(c, SMB_PRINT_SMB2_SETUP, &p);
	}
}

/* The wildcard only says that an SMB2 negotiate follows ([MS-SMB2] 3.3.5.3.1). */
void
smb_prints_response2(SmbConnection *c, const SmbMessage *m, const Smb2Facts *facts)
{
	SmbPrint p;

	if (!is_whole(m, &m->blocks[0]) || smb_status_failed(m->status))
		return;
	if (facts->dialect == SMB2_DIALECT_WILDCARD) {
		c->state->wildcard = true;
	} else if (is_wanted(c, SMB_PRINT_SMB2_NEGOTIATE_BACK)) {
		smb_print_smb2_negotiate_back(&p, m, facts);
		keep(c, SMB_PRINT_SMB2_NEGOTIATE_BACK, &p);
	}
}

/* Nobody who logs on anonymously says how it is done otherwise. */
void
smb_prints_token(SmbConnection *c, const SmbToken *token)
{
	SmbPrintPart part = token->kind == SMB_TOKEN_NTLM_NEGOTIATE   ? SMB_PRINT_NTLM_NEGOTIATE
			    : token->kind == SMB_TOKEN_NTLM_CHALLENGE ? SMB_PRINT_NTLM_CHALLENGE
								      : SMB_PRINT_NTLM_AUTHENTICATE;
	SmbPrint p;

	if (token->malformed || !token->has_flags || !is_wanted(c, part) ||
	    (part == SMB_PRINT_NTLM_AUTHENTICATE && token->nt_length == 0))
		return;
	smb_print_ntlm(&p, token);
	keep(c, part, &p);
}
